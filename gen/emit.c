/*
 * emit.c - renders the output files in memory and puts them in place.
 *
 * Nothing is touched before everything is rendered; then each file whose bytes differ is written
 * beside its place, and when all of them are, they are renamed.  A file that would not change
 * keeps its time, so that make rebuilds only what has to be.
 *
 * What is in the files is the templates' part.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "emit.h"
#include "templates.h"

struct output {
	const char *path, *beside;
	struct text text;
	bool written;                      /* `beside` is there */
};

/* %s is the schema.  A database to generate for adds its rows. */
static const struct {
	const char *name;
	void (*render)(struct text *out, const struct plan *plan);
} files[] = {
	{ "%s_counters.h", header_file },
	{ "%s_counters.c", source_file },
	{ "%s.sqlite.install.sql", sqlite_install_file },
	{ "%s.sqlite.columns.sql", sqlite_columns_file },
	{ "%s.sqlite.verify.sql", sqlite_verify_file },
	{ "%s.sqlite.reconcile.sql", sqlite_reconcile_file },
	{ "%s.sqlite.uninstall.sql", sqlite_uninstall_file },
};
enum { N_FILES = sizeof(files) / sizeof(files[0]), N_OUTPUTS = N_FILES + 1 };

/* ---- rendering ------------------------------------------------------------------------ */

static const char *
in_directory(struct arena *arena, const char *directory, const char *name)
{
	if (directory == NULL || strcmp(directory, ".") == 0)
		return name;
	return arena_format(arena, "%s%s%s", directory,
	    directory[strlen(directory) - 1] == '/' ? "" : "/", name);
}

static void
add_make_name(struct text *out, const char *path)
{
	for (; *path != '\0'; path++) {
		if (*path == '$')
			text_add_char(out, '$');
		else if (*path == ' ' || *path == '#' || *path == '\t')
			text_add_char(out, '\\');
		text_add_char(out, *path);
	}
}

/* All files depend on the .ccdl, if it is a file; an empty rule for it, so that it may be moved. */
static void
render_dependencies(struct text *out, const struct plan *plan, const struct output *outputs)
{
	const char *path = plan->schema->source->path;
	size_t i;

	for (i = 0; i < N_FILES; i++) {
		add_make_name(out, outputs[i].path);
		text_add(out, i + 1 < N_FILES ? " \\\n " : ":");
	}
	if (strcmp(path, "<stdin>") != 0) {
		text_add_char(out, ' ');
		add_make_name(out, path);
		text_add(out, "\n\n");
		add_make_name(out, path);
		text_add_char(out, ':');
	}
	text_add_char(out, '\n');
}

static size_t
render(const struct plan *plan, const struct emit_options *options, struct output *outputs)
{
	struct arena *arena = plan->arena;
	const char *name;
	size_t i, n = N_FILES;

	for (i = 0; i < N_FILES; i++) {
		name = arena_format(arena, files[i].name, plan->name);
		outputs[i].path = in_directory(arena, options->directory, name);
		outputs[i].text.arena = arena;
		files[i].render(&outputs[i].text, plan);
	}
	if (options->dependencies) {
		name = arena_format(arena, "%s_counters.d", plan->name);
		outputs[n].path = options->depfile != NULL ? options->depfile :
		    in_directory(arena, options->directory, name);
		outputs[n].text.arena = arena;
		render_dependencies(&outputs[n++].text, plan, outputs);
	}
	return n;
}

/* ---- writing ------------------------------------------------------------------------------ */

static bool
make_directory(struct arena *arena, const char *directory)
{
	char *path = arena_copy(arena, directory, strlen(directory)), *at;
	struct stat status;

	if (stat(directory, &status) == 0) {
		errno = ENOTDIR;
		return S_ISDIR(status.st_mode);
	}
	for (at = path + 1; *at != '\0'; at++) {
		if (*at != '/')
			continue;
		*at = '\0';
		if (mkdir(path, 0777) != 0 && errno != EEXIST)
			return false;
		*at = '/';
	}
	return mkdir(path, 0777) == 0 || errno == EEXIST;
}

static bool
same_bytes(const struct output *output)
{
	char buffer[64 * 1024];
	struct stat status;
	size_t at = 0, n;
	FILE *file;

	if (stat(output->path, &status) != 0 || !S_ISREG(status.st_mode) ||
	    (size_t)status.st_size != output->text.length)
		return false;
	file = fopen(output->path, "rb");
	if (file == NULL)
		return false;
	while ((n = fread(buffer, 1, sizeof(buffer), file)) > 0) {
		if (n > output->text.length - at || memcmp(buffer, output->text.data + at, n) != 0)
			break;
		at += n;
	}
	fclose(file);
	return n == 0 && at == output->text.length;
}

static bool
write_beside(struct output *output)
{
	FILE *file = fopen(output->beside, "wb");
	size_t n;

	if (file == NULL)
		return false;
	output->written = true;
	n = fwrite(text_string(&output->text), 1, output->text.length, file);
	return fclose(file) == 0 && n == output->text.length;
}

static const char *
write_all(struct arena *arena, struct output *outputs, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (same_bytes(&outputs[i]))
			continue;
		outputs[i].beside = arena_format(arena, "%s.ccgen-new", outputs[i].path);
		if (!write_beside(&outputs[i]))
			return outputs[i].path;
	}
	for (i = 0; i < n; i++) {
		if (!outputs[i].written)
			continue;
		if (rename(outputs[i].beside, outputs[i].path) != 0)
			return outputs[i].path;
		outputs[i].written = false;
	}
	return NULL;
}

const char *
emit_files(const struct plan *plan, const struct emit_options *options)
{
	struct output outputs[N_OUTPUTS] = { 0 };
	size_t n = render(plan, options, outputs), i;
	const char *failed;
	int why;

	if (options->directory != NULL && !make_directory(plan->arena, options->directory))
		return options->directory;
	failed = write_all(plan->arena, outputs, n);
	why = errno;
	for (i = 0; i < n; i++) {
		if (outputs[i].written)
			remove(outputs[i].beside);
	}
	errno = why;
	return failed;
}
