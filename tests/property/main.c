/*
 * main.c - the driver: prints the schema of a seed, or lives a life on its compiled form.
 *
 *   drive print SEED DIRECTORY         DIRECTORY/sSEED.ccdl and .sql
 *   drive oracle                       the recount, on examples made by hand
 *   drive speak SEED                   the recount of a seed is SQL that the engine takes
 *   drive agree SEED QUERIES           it says what the compiler's definitions say (see agree.c)
 *   drive features                     what PROPERTY_FEATURES comes to
 *   drive run SEED DIRECTORY STEPS     against DIRECTORY/sSEED.so, made from it
 *
 * Every step has random numbers of its own, so that a failing life is shortened by leaving out
 * steps, each in a fresh process, for as long as it still fails; what is left is printed.
 */
#define _DEFAULT_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "property.h"

enum { MAX_LIFE = 100000, SHRINK_BELOW = 400 };

static void
write_file(const char *directory, const char *name, const char *suffix, const char *content)
{
	char path[700];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s%s", directory, name, suffix);
	f = fopen(path, "w");
	if (f == NULL || fputs(content, f) == EOF || fclose(f) != 0) {
		perror(path);
		exit(2);
	}
}

static int
print(uint64_t seed, const char *directory)
{
	struct schema *schema = describe(seed, features_chosen());
	struct text ccdl = { 0 }, ddl = { 0 };

	print_ccdl(schema, &ccdl);
	print_ddl(schema, &ddl);
	write_file(directory, schema->name, ".ccdl", ccdl.s);
	write_file(directory, schema->name, ".sql", ddl.s);
	text_free(&ccdl);
	text_free(&ddl);
	describe_free(schema);
	return 0;
}

struct life {
	const struct schema *schema;
	const struct cc_schema *generated;
	void *library;
	const char *directory;
	int steps;
	uint8_t omit[MAX_LIFE];
};

/* True when nothing went wrong; else *failed_at is the step, and the log is shown if asked. */
static bool
live(const struct life *life, bool show, int *failed_at)
{
	struct world *w = calloc(1, sizeof *w);
	bool good;

	world_open(w, life->schema, life->generated, life->library, life->directory);
	for (int i = 1; i <= life->steps && !w->failed; i++) {
		w->step = i;
		if (life->omit[i - 1])
			continue;
		w->random.state = life->schema->seed * 1000003 + (uint64_t)i * 7919;
		step_random(w);
	}
	good = !w->failed;
	*failed_at = w->step;
	if (!good && show) {
		fputs(w->log.s, stdout);
		fflush(stdout);
	}
	world_close(w);
	free(w);
	return good;
}

/* In a process of its own: a crash is a failure, too. */
static bool
fails(const struct life *life)
{
	pid_t child;
	int status, at;

	fflush(NULL);
	child = fork();
	if (child == 0) {
		freopen("/dev/null", "w", stderr);
		alarm(20);
		_exit(live(life, false, &at) ? 0 : 1);
	}
	waitpid(child, &status, 0);
	return status != 0;
}

/* Leaves out steps, in shorter and shorter runs, while the life still fails. */
static void
shrink(struct life *life)
{
	for (int length = life->steps / 2; length > 0; length /= 2)
		for (int at = 0; at < life->steps; at += length) {
			uint8_t kept[MAX_LIFE];

			memcpy(kept, life->omit, sizeof kept);
			for (int i = at; i < at + length && i < life->steps; i++)
				life->omit[i] = 1;
			if (memcmp(kept, life->omit, sizeof kept) != 0 && !fails(life))
				memcpy(life->omit, kept, sizeof kept);
		}
}

static int
run(uint64_t seed, const char *directory, int steps, bool quick)
{
	struct life *life = calloc(1, sizeof *life);
	struct schema *schema = describe(seed, features_chosen());
	char path[700], symbol[64];
	int at = 0, status = 0;
	bool good;
	pid_t child;

	snprintf(path, sizeof path, "%s/%s.so", directory, schema->name);
	snprintf(symbol, sizeof symbol, "%s_schema", schema->name);
	life->schema = schema;
	life->directory = directory;
	life->steps = steps;
	life->library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	life->generated = life->library == NULL ? NULL : dlsym(life->library, symbol);
	if (life->generated == NULL) {
		fprintf(stderr, "%s\n", dlerror());
		return 2;
	}
	fflush(NULL);
	child = fork();
	if (child == 0)
		_exit(live(life, quick, &at) ? 0 : 1);
	waitpid(child, &status, 0);
	good = status == 0;
	if (!good && !quick) {
		if (steps <= SHRINK_BELOW)
			shrink(life);
		fflush(NULL);
		child = fork();
		if (child == 0)
			_exit(live(life, true, &at) ? 0 : 1);
		waitpid(child, &status, 0);
	}
	dlclose(life->library);
	describe_free(schema);
	free(life);
	return good ? 0 : 1;
}

int
main(int argc, char **argv)
{
	uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 0;

	if (argc == 4 && strcmp(argv[1], "print") == 0)
		return print(seed, argv[3]);
	if (argc == 5 && strcmp(argv[1], "run") == 0)
		return run(seed, argv[3], atoi(argv[4]), false);
	if (argc == 5 && strcmp(argv[1], "try") == 0)
		return run(seed, argv[3], atoi(argv[4]), true);
	if (argc == 2 && strcmp(argv[1], "oracle") == 0)
		return oracle_right() ? 0 : 1;
	if (argc == 3 && strcmp(argv[1], "speak") == 0)
		return oracle_speaks(seed, features_chosen()) ? 0 : 1;
	if (argc == 4 && strcmp(argv[1], "agree") == 0)
		return agree(seed, features_chosen(), argv[3]) ? 0 : 1;
	if (argc == 2 && strcmp(argv[1], "features") == 0) {
		struct text text = { 0 };

		features_show(features_chosen(), &text);
		puts(text.s);
		text_free(&text);
		return 0;
	}
	fprintf(stderr, "usage: drive print SEED DIRECTORY | oracle | speak SEED | features\n"
	    "       drive run|try SEED DIRECTORY STEPS    (try: without shrinking)\n");
	return 2;
}
