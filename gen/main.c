/*
 * main.c - the command line of ccgen, then the pipeline.
 *
 * Text -> schema -> checked schema -> plan -> files.  Exit status: 0 fine, 1 the file is wrong,
 * 2 usage or I/O.  Diagnostics go to standard error, as JSON lines (check --json) to standard
 * output.  Nothing is written unless every stage was content.
 */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "doc.h"
#include "emit.h"
#include "explain.h"
#include "fmt.h"
#include "schema.h"
#include "source.h"
#include "text.h"

enum { STATUS_FINE, STATUS_WRONG, STATUS_FAILED };

enum command { COMMAND_GENERATE, COMMAND_CHECK, COMMAND_FMT, COMMAND_EXPLAIN, COMMAND_DOC,
	N_COMMANDS };

static const char *const commands[N_COMMANDS] = {
	[COMMAND_GENERATE] = "generate", [COMMAND_CHECK] = "check", [COMMAND_FMT] = "fmt",
	[COMMAND_EXPLAIN] = "explain", [COMMAND_DOC] = "doc",
};

enum { WARNINGS_MAX = 64 };

struct options {
	enum command command;
	const char *directory;             /* -o */
	const char *depfile;               /* -MF; -MD alone: NULL */
	bool dependencies;                 /* -MD */
	bool engines[2];                   /* by enum sql_dialect */
	bool json, fmt_check, fmt_write, html, dot;
	const char *table;                 /* explain: this one only; NULL: all */
	const char *color;                 /* auto, always, never */
	const char *warnings[WARNINGS_MAX];
	size_t n_warnings;
};

static const char usage[] =
    "usage: ccgen [generate] FILE.ccdl [-o DIR] [--engine sqlite,postgres] [-MD [-MF FILE]]\n"
    "       ccgen check [--json] FILE.ccdl ...\n"
    "       ccgen fmt [--check | -w] FILE.ccdl ...\n"
    "       ccgen explain FILE.ccdl [TABLE]\n"
    "       ccgen doc [--html | --dot | -o DIR] FILE.ccdl\n";

static const char help[] =
    "\n"
    "  generate   header, source and SQL of the counters that FILE declares (the default)\n"
    "  check      diagnostics only\n"
    "  fmt        print FILE in its canonical layout, comments kept\n"
    "  explain    what each event changes, with its SQL\n"
    "  doc        the inventory: what each column is for, and what changes it (Markdown)\n"
    "\n"
    "  -o DIR             where generated files go (.); doc: write all its formats there\n"
    "  --engine LIST      the databases to generate for: sqlite (the default), postgres, or both\n"
    "  -MD, -MF FILE      write a dependency file for make\n"
    "  -Wno-CODE          leave out a warning; -Werror, -Werror=CODE make them errors\n"
    "  -Windex            also warn of references that no declared key begins with\n"
    "  --json             diagnostics as JSON lines on standard output\n"
    "  --check            fmt: print nothing, exit 1 where the layout is not canonical\n"
    "  -w, --write        fmt: rewrite the files\n"
    "  --html, --dot      doc: one page with a drawn graph, or the graph for graphviz\n"
    "  --color[=WHEN]     auto, always or never\n"
    "  --version, --help\n"
    "\n"
    "FILE may be -, the standard input.  Exit status: 0 fine, 1 the file is wrong,\n"
    "2 wrong usage or a file that cannot be read or written.  See ccgen(1), ccdl(5).\n";

static int
fail(const char *what, const char *why)
{
	fprintf(stderr, "ccgen: %s: %s\n", what, why);
	return STATUS_FAILED;
}

static int
fail_usage(const char *what, const char *why)
{
	if (what != NULL)
		fail(what, why);
	fputs(usage, stderr);
	return STATUS_FAILED;
}

/* ---- the commands ------------------------------------------------------------------ */

static unsigned
print_flags(const struct options *options)
{
	const char *term = getenv("TERM");
	bool terminal = isatty(STDERR_FILENO) != 0 && getenv("NO_COLOR") == NULL &&
	    (term == NULL || strcmp(term, "dumb") != 0);

	if (options->json)
		return SOURCE_JSON;
	if (strcmp(options->color, "auto") == 0)
		return terminal ? SOURCE_COLOR : 0;
	return strcmp(options->color, "always") == 0 ? SOURCE_COLOR : 0;
}

/* Warnings that have to be asked for, by -WCODE. */
static const char *const quiet[] = { "index" };

static bool
asked_for(const struct options *options, const char *code)
{
	size_t i;

	for (i = 0; i < options->n_warnings; i++) {
		const char *option = options->warnings[i];

		if (strcmp(option, code) == 0 || (strncmp(option, "error=", 6) == 0 &&
		    strcmp(option + 6, code) == 0))
			return true;
	}
	return false;
}

/* True when there is no error. */
static bool
report(struct source *source, const struct options *options)
{
	size_t i;

	for (i = 0; i < sizeof(quiet) / sizeof(*quiet); i++)
		if (!asked_for(options, quiet[i]))
			source_apply(source, arena_format(source->arena, "no-%s", quiet[i]));
	for (i = 0; i < options->n_warnings; i++)
		source_apply(source, options->warnings[i]);
	source_print(source, options->json ? stdout : stderr, print_flags(options));
	return source->errors == 0;
}

/* Written beside the file, then renamed, so that a full disk leaves the old one. */
static int
rewrite(struct arena *arena, const char *path, const char *text)
{
	const char *beside = arena_format(arena, "%s.ccgen-new", path);
	FILE *out = fopen(beside, "wb");
	bool written;

	if (out == NULL)
		return fail(beside, strerror(errno));
	written = fputs(text, out) >= 0;
	if (fclose(out) == 0 && written && rename(beside, path) == 0)
		return STATUS_FINE;
	fail(path, strerror(errno));
	remove(beside);
	return STATUS_FAILED;
}

static int
format(struct source *source, const struct options *options)
{
	size_t n;
	const struct token *tokens = grammar_tokens(source, &n);
	const char *text = fmt_source(source, tokens, n);
	bool same = strlen(text) == source->length &&
	    memcmp(text, source->text, source->length) == 0;

	if (options->fmt_check && !same)
		fprintf(stderr, "%s: the layout is not canonical: run ccgen fmt -w\n",
		    source->path);
	if (options->fmt_check)
		return same ? STATUS_FINE : STATUS_WRONG;
	if (options->fmt_write)
		return same ? STATUS_FINE : rewrite(source->arena, source->path, text);
	return fputs(text, stdout) >= 0 ? STATUS_FINE : fail("standard output", strerror(errno));
}

/* A column whose `sql` has no text for an engine that is asked for, or NULL. */
static const char *
without_sql(const struct plan *plan)
{
	const struct column *column;
	const struct raw *raw;
	unsigned i, j;

	for (i = 0; i < plan->n_tables; i++) {
		for (j = 0; j < plan->tables[i].n_maintained; j++) {
			column = plan->tables[i].columns[j].column;
			raw = column->raw;
			if (raw != NULL && raw->text == NULL &&
			    (plan->dialect == SQL_POSTGRES ? raw->postgres : raw->sqlite) == NULL)
				return column->name.text;
		}
	}
	return NULL;
}

static int
emit(const struct plan *plan, const struct options *options)
{
	const struct emit_options emit = { .directory = options->directory,
	    .dependencies = options->dependencies, .depfile = options->depfile };
	const char *failed = emit_files(plan, &emit);

	return failed == NULL ? STATUS_FINE : fail(failed, strerror(errno));
}

static int
generate(const struct plan *plan, const struct options *options)
{
	const struct plan *engine;

	for (engine = plan; engine != NULL; engine = engine->next)
		if (without_sql(engine) != NULL)
			return fail(without_sql(engine), engine->dialect == SQL_POSTGRES ?
			    "the column has no sql for postgres" : "the column has no sql for sqlite");
	return emit(plan, options);
}

static int
explain(const struct plan *plan, const char *table)
{
	const char *text = explain_plan(plan, table);

	if (text == NULL)
		return fail(table, "there is no such table");
	return fputs(text, stdout) >= 0 ? STATUS_FINE : fail("standard output", strerror(errno));
}

static int
document(const struct schema *schema, const struct options *options)
{
	struct arena *arena = schema->arena;
	const struct doc *doc = doc_make(schema);
	const char *name = name_c(arena, schema->name.text), *failed;

	if (options->directory != NULL) {
		const struct emit_text texts[] = {
			{ arena_format(arena, "%s.counters.md", name), doc_markdown(doc) },
			{ arena_format(arena, "%s.counters.html", name), doc_html(doc) },
			{ arena_format(arena, "%s.counters.dot", name), doc_dot(doc) },
		};

		failed = emit_texts(arena, options->directory, texts, sizeof texts / sizeof *texts);
		return failed == NULL ? STATUS_FINE : fail(failed, strerror(errno));
	}
	return fputs(options->html ? doc_html(doc) : options->dot ? doc_dot(doc) :
	    doc_markdown(doc), stdout) >= 0 ? STATUS_FINE :
	    fail("standard output", strerror(errno));
}

/* One for each engine. */
static const struct plan *
plan_all(struct schema *schema, const struct options *options)
{
	struct plan *first = NULL, *plan;

	if (options->engines[SQL_POSTGRES])
		first = plan_make(schema, SQL_POSTGRES);
	if (first == NULL || options->engines[SQL_SQLITE]) {
		plan = plan_make(schema, SQL_SQLITE);
		plan->next = first;
		first = plan;
	}
	return first;
}

/* The pipeline. */
static int
compile(struct arena *arena, const char *path, const struct options *options)
{
	struct source *source = source_read(arena, path);
	struct schema *schema;
	const struct plan *plan;

	if (source == NULL)
		return fail(path, strerror(errno));
	schema = grammar_parse(source);
	if (options->command == COMMAND_DOC)
		check_language(schema);
	else if (options->command != COMMAND_FMT)
		check_schema(schema);
	if (!report(source, options))
		return STATUS_WRONG;
	if (options->command == COMMAND_FMT)
		return format(source, options);
	if (options->command == COMMAND_CHECK)
		return STATUS_FINE;
	if (options->command == COMMAND_DOC)
		return document(schema, options);
	plan = plan_all(schema, options);
	if (options->command == COMMAND_EXPLAIN)
		return explain(plan, options->table);
	return generate(plan, options);
}

/* ---- the command line ---------------------------------------------------------------- */

enum { OPTION_JSON = 256, OPTION_CHECK, OPTION_COLOR, OPTION_ENGINE, OPTION_HTML,
	OPTION_DOT, OPTION_VERSION, OPTION_HELP };

static const struct option long_options[] = {
	{ "json", no_argument, NULL, OPTION_JSON },
	{ "check", no_argument, NULL, OPTION_CHECK },
	{ "write", no_argument, NULL, 'w' },
	{ "color", optional_argument, NULL, OPTION_COLOR },
	{ "engine", required_argument, NULL, OPTION_ENGINE },
	{ "html", no_argument, NULL, OPTION_HTML },
	{ "dot", no_argument, NULL, OPTION_DOT },
	{ "version", no_argument, NULL, OPTION_VERSION },
	{ "help", no_argument, NULL, OPTION_HELP },
	{ NULL, 0, NULL, 0 },
};

/* -MD, -MF FILE, -MFFILE: getopt saw -M with the rest as its argument. */
static int
dependency_option(struct options *options, char **argv, int argc)
{
	if (strcmp(optarg, "D") == 0) {
		options->dependencies = true;
	} else if (optarg[0] == 'F' && (optarg[1] != '\0' || optind < argc)) {
		options->dependencies = true;
		options->depfile = optarg[1] != '\0' ? optarg + 1 : argv[optind++];
	} else {
		return fail_usage("-M", "the options are -MD and -MF FILE");
	}
	return STATUS_FINE;
}

/* "sqlite,postgres": in any order. */
static int
engine_option(struct options *options)
{
	static const char *const names[] = { [SQL_SQLITE] = "sqlite", [SQL_POSTGRES] = "postgres" };
	const char *at = optarg;
	size_t i, n;

	for (;; at += n + 1) {
		n = strcspn(at, ",");
		for (i = 0; i < 2 && (strlen(names[i]) != n || strncmp(names[i], at, n) != 0); i++)
			;
		if (i == 2)
			return fail_usage(optarg, "the engines are sqlite and postgres");
		options->engines[i] = true;
		if (at[n] == '\0')
			return STATUS_FINE;
	}
}

static int
take_option(struct options *options, int option, char **argv, int argc)
{
	switch (option) {
	case 'o':
		options->directory = optarg;
		return STATUS_FINE;
	case 'M':
		return dependency_option(options, argv, argc);
	case 'W':
		if (options->n_warnings == WARNINGS_MAX)
			return fail_usage("-W", "too many of these options");
		if (*optarg < 'a' || *optarg > 'z')
			return fail_usage(optarg, "write -WCODE, -Wno-CODE, -Werror or -Werror=CODE");
		options->warnings[options->n_warnings++] = optarg;
		return STATUS_FINE;
	case 'w':
		options->fmt_write = true;
		return STATUS_FINE;
	case OPTION_JSON:
		options->json = true;
		return STATUS_FINE;
	case OPTION_CHECK:
		options->fmt_check = true;
		return STATUS_FINE;
	case OPTION_HTML:
		options->html = true;
		return STATUS_FINE;
	case OPTION_DOT:
		options->dot = true;
		return STATUS_FINE;
	case OPTION_COLOR:
		options->color = optarg != NULL ? optarg : "always";
		if (strcmp(options->color, "auto") != 0 && strcmp(options->color, "always") != 0 &&
		    strcmp(options->color, "never") != 0)
			return fail_usage(options->color, "--color is auto, always or never");
		return STATUS_FINE;
	case OPTION_ENGINE:
		return engine_option(options);
	default:
		return fail_usage(NULL, NULL);
	}
}

/* An option given to a command that has no use for it is a mistake worth telling. */
static int
judge_options(const struct options *options, int n_files)
{
	bool fmt = options->command == COMMAND_FMT, generate = options->command == COMMAND_GENERATE;
	bool doc = options->command == COMMAND_DOC;

	if (n_files == 0)
		return fail_usage("which file", "none is given");
	if (options->json && options->command != COMMAND_CHECK)
		return fail_usage("--json", "belongs to check");
	if ((options->fmt_check || options->fmt_write) && !fmt)
		return fail_usage("--check, --write", "belong to fmt");
	if (options->fmt_check && options->fmt_write)
		return fail_usage("--check, --write", "only one of them");
	if ((options->html || options->dot) && !doc)
		return fail_usage("--html, --dot", "belong to doc");
	if (options->html + options->dot + (doc && options->directory != NULL) > 1)
		return fail_usage("--html, --dot, -o", "only one of them");
	if (options->directory != NULL && !generate && !doc)
		return fail_usage("-o", "belongs to generate and doc");
	if (options->dependencies && !generate)
		return fail_usage("-MD", "belongs to generate");
	if (n_files > 1 && (generate || doc))
		return fail_usage(commands[options->command], "one file at a time");
	if (n_files > 2 && options->command == COMMAND_EXPLAIN)
		return fail_usage("explain", "one file, and one table of it");
	return STATUS_FINE;
}

static enum command
take_command(int *argc, char ***argv)
{
	int i;

	for (i = 0; i < N_COMMANDS && *argc > 1; i++) {
		if (strcmp((*argv)[1], commands[i]) != 0)
			continue;
		(*argv)[1] = (*argv)[0];       /* getopt speaks by this name */
		(*argv)++;
		(*argc)--;
		return (enum command)i;
	}
	return COMMAND_GENERATE;
}

static int
compile_all(char **files, int n, const struct options *options)
{
	int worst = STATUS_FINE, status, i;
	struct arena *arena;

	for (i = 0; i < n; i++) {
		if (options->fmt_write && strcmp(files[i], "-") == 0)
			return fail_usage("--write", "the standard input is no file to rewrite");
		arena = arena_new();
		status = compile(arena, files[i], options);
		arena_free(arena);
		worst = status > worst ? status : worst;
	}
	if (fflush(stdout) != 0)
		return fail("standard output", strerror(errno));
	return worst;
}

int
main(int argc, char **argv)
{
	struct options options = { .color = "auto" };
	int option, status;

	options.command = take_command(&argc, &argv);
	while ((option = getopt_long(argc, argv, "o:M:W:w", long_options, NULL)) != -1) {
		if (option == OPTION_VERSION)
			return puts("ccgen " CCGEN_VERSION) < 0;
		if (option == OPTION_HELP)
			return fputs(usage, stdout) < 0 || fputs(help, stdout) < 0;
		status = take_option(&options, option, argv, argc);
		if (status != STATUS_FINE)
			return status;
	}
	status = judge_options(&options, argc - optind);
	if (status != STATUS_FINE)
		return status;
	if (options.command == COMMAND_EXPLAIN && argc - optind == 2)
		options.table = argv[--argc];
	return compile_all(argv + optind, argc - optind, &options);
}
