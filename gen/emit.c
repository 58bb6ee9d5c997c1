/*
 * emit.c - renders the output files and puts them in place.
 *
 * One after the other they are rendered in memory, and written beside their places where the bytes
 * differ; when all of them are there, they are renamed.  Until then nothing has changed, and a
 * file that would not change keeps its time, so that make rebuilds only what has to be.
 *
 * Two threads share the files of a large schema: rendering reads the plan and writes to the
 * thread's own arena.  What is in the files is the templates' part.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "emit.h"
#include "templates.h"

struct output {
	const char *path, *beside;
	bool written;                      /* `beside` is there */
	int error;                         /* errno, or 0 */
};

/* %s is the schema.  A database to generate for adds its rows.  Large ones early. */
static const struct {
	const char *name;
	void (*render)(struct text *out, const struct plan *plan);
} files[] = {
	{ "%s_counters.h", header_file },
	{ "%s_counters.c", source_file },
	{ "%s.sqlite.reconcile.sql", sqlite_reconcile_file },
	{ "%s.sqlite.verify.sql", sqlite_verify_file },
	{ "%s.sqlite.install.sql", sqlite_install_file },
	{ "%s.sqlite.columns.sql", sqlite_columns_file },
	{ "%s.sqlite.uninstall.sql", sqlite_uninstall_file },
};
enum { EXPANSION = 16 };               /* of the largest file over its source, about */
enum { MANY_TABLES = 100 };            /* worth a second thread */
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

/* The paths, in the order of `files`, then the dependency file. */
static size_t
name_outputs(const struct plan *plan, const struct emit_options *options, struct output *outputs)
{
	struct arena *arena = plan->arena;
	const char *name;
	size_t i, n = N_FILES;

	for (i = 0; i < N_FILES; i++) {
		name = arena_format(arena, files[i].name, plan->name);
		outputs[i].path = in_directory(arena, options->directory, name);
	}
	if (options->dependencies) {
		name = arena_format(arena, "%s_counters.d", plan->name);
		outputs[n++].path = options->depfile != NULL ? options->depfile :
		    in_directory(arena, options->directory, name);
	}
	for (i = 0; i < n; i++)
		outputs[i].beside = arena_format(arena, "%s.ccgen-new", outputs[i].path);
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
same_bytes(const char *path, const struct text *text)
{
	char buffer[64 * 1024];
	struct stat status;
	size_t at = 0, n;
	FILE *file;

	if (stat(path, &status) != 0 || !S_ISREG(status.st_mode) ||
	    (size_t)status.st_size != text->length)
		return false;
	file = fopen(path, "rb");
	if (file == NULL)
		return false;
	while ((n = fread(buffer, 1, sizeof(buffer), file)) > 0) {
		if (n > text->length - at || memcmp(buffer, text->data + at, n) != 0)
			break;
		at += n;
	}
	fclose(file);
	return n == 0 && at == text->length;
}

/* What no file can be renamed to: better known before the first one is. */
static bool
is_directory(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static int
write_beside(struct output *output, const struct text *text)
{
	FILE *file = fopen(output->beside, "wb");
	bool whole;

	if (file == NULL)
		return errno;
	output->written = true;
	errno = 0;
	whole = fwrite(text_string(text), 1, text->length, file) == text->length;
	whole = fclose(file) == 0 && whole;
	return whole ? 0 : errno != 0 ? errno : EIO;
}

struct work {                          /* what the threads share */
	const struct plan *plan;
	struct output *outputs;
	size_t n;
	atomic_size_t next;                /* the first output that nobody has taken */
};

/* One text serves all files of a thread: pages that were touched once are not asked for again. */
static void *
write_some(void *shared)
{
	struct work *work = shared;
	struct text text = { .arena = arena_new() };
	struct output *output;
	size_t i;

	text_grow(&text, EXPANSION * work->plan->schema->source->length);
	while ((i = atomic_fetch_add(&work->next, 1)) < work->n) {
		output = &work->outputs[i];
		text.length = 0;
		if (i < N_FILES)
			files[i].render(&text, work->plan);
		else
			render_dependencies(&text, work->plan, work->outputs);
		if (is_directory(output->path))
			output->error = EISDIR;
		else if (!same_bytes(output->path, &text))
			output->error = write_beside(output, &text);
	}
	arena_free(text.arena);
	return NULL;
}

static void
write_all(const struct plan *plan, struct output *outputs, size_t n)
{
	struct work work = { .plan = plan, .outputs = outputs, .n = n };
	pthread_t second;
	bool two = plan->n_tables >= MANY_TABLES &&
	    pthread_create(&second, NULL, write_some, &work) == 0;

	write_some(&work);
	if (two)
		pthread_join(second, NULL);
}

/* All or, as far as renaming allows, nothing: the output that failed, or NULL. */
static const struct output *
put_in_place(struct output *outputs, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (outputs[i].error != 0)
			return &outputs[i];
	}
	for (i = 0; i < n; i++) {
		if (!outputs[i].written)
			continue;
		if (rename(outputs[i].beside, outputs[i].path) != 0) {
			outputs[i].error = errno;
			return &outputs[i];
		}
		outputs[i].written = false;
	}
	return NULL;
}

const char *
emit_files(const struct plan *plan, const struct emit_options *options)
{
	struct output outputs[N_OUTPUTS] = { 0 };
	size_t n = name_outputs(plan, options, outputs), i;
	const struct output *failed;

	/* A file over the limit of size is an error like a full disk, not the end. */
	signal(SIGXFSZ, SIG_IGN);
	if (options->directory != NULL && !make_directory(plan->arena, options->directory))
		return options->directory;
	write_all(plan, outputs, n);
	failed = put_in_place(outputs, n);
	for (i = 0; i < n; i++) {
		if (outputs[i].written)
			remove(outputs[i].beside);
	}
	if (failed == NULL)
		return NULL;
	errno = failed->error;
	return failed->path;
}
