/*
 * emit.c - renders the output files and puts them in place.
 *
 * One after the other they are rendered, in pieces, and written beside their places from the first
 * byte on that differs; when all of them are there, they are renamed.  Until then nothing has
 * changed, and a file that would not change keeps its time, so that make rebuilds only what has
 * to be.
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
	const struct file *file_of;        /* which of `files`; NULL: the dependency file */
	const struct plan *plan;           /* ... of this engine */
	bool written;                      /* `beside` is there */
	int error;                         /* errno, or 0 */
	FILE *old;                         /* of `path`, as long as the new one begins as it does */
	size_t same;                       /* ... for so many bytes */
	FILE *file;                        /* of `beside` */
};

/* %s is the schema.  A database to generate for adds its rows.  Large ones early. */
enum { ALL_ENGINES = -1 };
static const struct file {
	const char *name;
	int dialect;                       /* enum sql_dialect */
	void (*render)(struct text *out, const struct plan *plan);
} files[] = {
	{ "%s_counters.h", ALL_ENGINES, header_file },
	{ "%s_counters.c", ALL_ENGINES, source_file },
	{ "%s.sqlite.reconcile.sql", SQL_SQLITE, sqlite_reconcile_file },
	{ "%s.sqlite.verify.sql", SQL_SQLITE, sqlite_verify_file },
	{ "%s.sqlite.install.sql", SQL_SQLITE, sqlite_install_file },
	{ "%s.sqlite.columns.sql", SQL_SQLITE, sqlite_columns_file },
	{ "%s.sqlite.uninstall.sql", SQL_SQLITE, sqlite_uninstall_file },
	{ "%s.postgres.reconcile.sql", SQL_POSTGRES, postgres_reconcile_file },
	{ "%s.postgres.verify.sql", SQL_POSTGRES, postgres_verify_file },
	{ "%s.postgres.install.sql", SQL_POSTGRES, postgres_install_file },
	{ "%s.postgres.columns.sql", SQL_POSTGRES, postgres_columns_file },
	{ "%s.postgres.uninstall.sql", SQL_POSTGRES, postgres_uninstall_file },
};
enum { PIECE = 256 * 1024 };           /* stays in a processor's cache */
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

	for (i = 0; outputs[i].file_of != NULL; i++) {
		add_make_name(out, outputs[i].path);
		text_add(out, outputs[i + 1].file_of != NULL ? " \\\n " : ":");
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

/* NULL: nothing is asked for that engine. */
static const struct plan *
plan_of(const struct plan *plan, int dialect)
{
	while (plan != NULL && dialect != ALL_ENGINES && (int)plan->dialect != dialect)
		plan = plan->next;
	return plan;
}

/* The paths, in the order of `files`, then the dependency file. */
static size_t
name_outputs(const struct plan *plan, const struct emit_options *options, struct output *outputs)
{
	struct arena *arena = plan->arena;
	const char *name;
	size_t i, n = 0;

	for (i = 0; i < N_FILES; i++) {
		outputs[n].file_of = &files[i];
		outputs[n].plan = plan_of(plan, files[i].dialect);
		if (outputs[n].plan == NULL)
			continue;
		name = arena_format(arena, files[i].name, plan->name);
		outputs[n++].path = in_directory(arena, options->directory, name);
	}
	outputs[n].file_of = NULL;
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

/* What no file can be renamed to: better known before the first one is. */
static bool
is_directory(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static void
open_output(struct output *output)
{
	struct stat status;

	if (is_directory(output->path))
		output->error = EISDIR;
	else if (stat(output->path, &status) == 0 && S_ISREG(status.st_mode))
		output->old = fopen(output->path, "rb");
}

static void
put(struct output *output, const char *bytes, size_t n)
{
	errno = 0;
	if (output->error == 0 && fwrite(bytes, 1, n, output->file) != n)
		output->error = errno != 0 ? errno : EIO;
}

/* From here on the file is another one: begins it with what was the same. */
static void
differ(struct output *output)
{
	char buffer[16 * 1024];
	size_t n, most;

	if (output->error == 0 && (output->file = fopen(output->beside, "wb")) == NULL)
		output->error = errno;
	output->written = output->file != NULL;
	if (output->old != NULL)
		rewind(output->old);
	for (; output->same > 0 && output->error == 0; output->same -= n) {
		most = output->same < sizeof(buffer) ? output->same : sizeof(buffer);
		n = fread(buffer, 1, most, output->old);
		if (n == 0)
			output->error = EIO;
		put(output, buffer, n);
	}
	if (output->old != NULL)
		fclose(output->old);
	output->old = NULL;
}

static bool
goes_on_the_same(struct output *output, const char *bytes, size_t length)
{
	char buffer[16 * 1024];
	size_t at = 0, n;

	for (; at < length; at += n) {
		n = length - at < sizeof(buffer) ? length - at : sizeof(buffer);
		if (fread(buffer, 1, n, output->old) != n || memcmp(buffer, bytes + at, n) != 0)
			return false;
	}
	return true;
}

static void
add_to_output(struct output *output, const struct text *text)
{
	if (output->old != NULL && goes_on_the_same(output, text_string(text), text->length)) {
		output->same += text->length;
		return;
	}
	if (output->file == NULL && output->error == 0)
		differ(output);
	put(output, text_string(text), text->length);
}

static void
close_output(struct output *output)
{
	if (output->old != NULL && getc(output->old) != EOF)
		differ(output);                /* it was longer */
	if (output->old != NULL)
		fclose(output->old);
	errno = 0;
	if (output->file != NULL && fclose(output->file) != 0 && output->error == 0)
		output->error = errno != 0 ? errno : EIO;
}

struct work {                          /* what the threads share */
	const struct plan *plan;
	struct output *outputs;
	size_t n;
	atomic_size_t next;                /* the first output that nobody has taken */
};

struct pieces {                        /* of the file that a thread is at */
	struct text text;                  /* comes first: text_settled() hands it back */
	struct output *output;
	char *buffer;                      /* of PIECE bytes, and the same amount again */
};

static void
empty(struct pieces *pieces)
{
	arena_empty(pieces->text.arena);
	pieces->text.data = pieces->buffer;
	pieces->text.capacity = 2 * PIECE;
	pieces->text.length = 0;
}

static void
take(struct text *text)
{
	struct pieces *pieces = (struct pieces *)text;

	if (text->length < PIECE)
		return;
	add_to_output(pieces->output, text);
	empty(pieces);
}

/* The same memory serves all pieces of all files of a thread. */
static void *
write_some(void *shared)
{
	struct work *work = shared;
	struct arena *arena = arena_new();
	struct pieces pieces = { .text = { .arena = arena_new(), .take = take },
		.buffer = arena_bytes(arena, 2 * PIECE) };
	size_t i;

	while ((i = atomic_fetch_add(&work->next, 1)) < work->n) {
		pieces.output = &work->outputs[i];
		empty(&pieces);
		open_output(pieces.output);
		if (pieces.output->file_of != NULL)
			pieces.output->file_of->render(&pieces.text, pieces.output->plan);
		else
			render_dependencies(&pieces.text, work->plan, work->outputs);
		add_to_output(pieces.output, &pieces.text);
		close_output(pieces.output);
	}
	arena_free(pieces.text.arena);
	arena_free(arena);
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

/* NULL, or the path that failed with errno set; of that nothing is left. */
static const char *
finish(struct output *outputs, size_t n)
{
	const struct output *failed = put_in_place(outputs, n);
	size_t i;

	for (i = 0; i < n; i++) {
		if (outputs[i].written)
			remove(outputs[i].beside);
	}
	if (failed == NULL)
		return NULL;
	errno = failed->error;
	return failed->path;
}

const char *
emit_files(const struct plan *plan, const struct emit_options *options)
{
	struct output outputs[N_OUTPUTS] = { 0 };
	size_t n = name_outputs(plan, options, outputs);

	/* A file over the limit of size is an error like a full disk, not the end. */
	signal(SIGXFSZ, SIG_IGN);
	if (options->directory != NULL && !make_directory(plan->arena, options->directory))
		return options->directory;
	write_all(plan, outputs, n);
	return finish(outputs, n);
}

const char *
emit_texts(struct arena *arena, const char *directory, const struct emit_text *texts, size_t n)
{
	struct output *outputs = arena_alloc(arena, n * sizeof *outputs);
	size_t i;

	signal(SIGXFSZ, SIG_IGN);
	if (!make_directory(arena, directory))
		return directory;
	for (i = 0; i < n; i++) {
		struct text text = { .arena = arena };

		text_add(&text, texts[i].text);
		outputs[i].path = in_directory(arena, directory, texts[i].name);
		outputs[i].beside = arena_format(arena, "%s.ccgen-new", outputs[i].path);
		open_output(&outputs[i]);
		add_to_output(&outputs[i], &text);
		close_output(&outputs[i]);
	}
	return finish(outputs, n);
}
