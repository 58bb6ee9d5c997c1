/*
 * bench.c - the SQLite benchmark: ccgen's counters against the same writes without counters (a)
 * and against hand-written ones (b).
 *
 * Every variant has a database file of its own, made alike, and does the same operations in the
 * same transactions under the same pragmas.  They run in turn, a slice of operations each, in
 * another order every round; what is printed are medians over the rounds of the ratios within a
 * round.  At the end of each part all files must hold the same counters.
 *
 * usage: bench FOLDER [writes] [hook] [set] [recount]     Environment: BENCH_ROUNDS, BENCH_ROWS.
 */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const struct calls *const variants[] = {
	&hand_writes, &hand_updates, &hand_loaded, &hand_triggers,
	&ours_deferred_hooks, &ours_deferred_verbs, &ours_immediate_hooks, &ours_immediate_verbs
};
enum { VARIANTS = sizeof variants / sizeof *variants, A = 0, B = 1, MOST_ROUNDS = 200 };

struct part {
	const char *title;
	size_t slice;                  /* operations a round */
	size_t per_transaction;
	enum { MIXED, BULK, HOT } kind;
};

struct run {
	sqlite3 *db;
	void *self;
	char path[512];
	double wall[MOST_ROUNDS], cpu[MOST_ROUNDS];
};

void
must(sqlite3 *db, int result, const char *what)
{
	if (result == SQLITE_OK || result == SQLITE_DONE || result == SQLITE_ROW)
		return;
	fprintf(stderr, "bench: %s: %s\n", what, sqlite3_errmsg(db));
	exit(1);
}

void
run_sql(sqlite3 *db, const char *sql)
{
	must(db, sqlite3_exec(db, sql, NULL, NULL, NULL), sql);
}

sqlite3_stmt *
prepare(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *statement;

	must(db, sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL), sql);
	return statement;
}

void
step(sqlite3_stmt *statement)
{
	must(sqlite3_db_handle(statement), sqlite3_step(statement), sqlite3_sql(statement));
	sqlite3_reset(statement);
}

sqlite3 *
open_database(const char *path)
{
	sqlite3 *db;

	must(NULL, sqlite3_open(path, &db), path);
	run_sql(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
	return db;
}

static double
seconds(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

double
wall_seconds(void)
{
	return seconds(CLOCK_MONOTONIC);
}

double
cpu_seconds(void)
{
	return seconds(CLOCK_PROCESS_CPUTIME_ID);
}

static int
by_value(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return (a > b) - (a < b);
}

double
median(double *values, size_t n)
{
	qsort(values, n, sizeof *values, by_value);
	return (values[(n - 1) / 2] + values[n / 2]) / 2;
}

static void
copy_file(const char *from, const char *to)
{
	FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
	char buffer[65536];
	size_t n;

	if (in == NULL || out == NULL)
		abort();
	while ((n = fread(buffer, 1, sizeof buffer, in)) > 0)
		fwrite(buffer, 1, n, out);
	fclose(in);
	if (fclose(out) != 0)
		abort();
}

static void
remove_database(const char *path)
{
	char name[560];

	remove(path);
	snprintf(name, sizeof name, "%s-wal", path);
	remove(name);
	snprintf(name, sizeof name, "%s-shm", path);
	remove(name);
}

static void
run_slice(struct run *run, const struct calls *calls, const struct op *ops,
    const struct part *part, size_t round)
{
	double wall = wall_seconds(), cpu = cpu_seconds();

	for (size_t i = 0; i < part->slice; i += part->per_transaction) {
		calls->begin(run->self);
		if (part->kind != MIXED && calls->insert_many != NULL)
			calls->insert_many(run->self, &ops[i], part->per_transaction);
		else
			for (size_t j = i; j < i + part->per_transaction; j++)
				calls->op(run->self, &ops[j]);
		calls->commit(run->self);
	}
	run->wall[round] = wall_seconds() - wall;
	run->cpu[round] = cpu_seconds() - cpu;
}

/* A sum over every counter that tells permutations apart. */
static int64_t
checksum(sqlite3 *db)
{
	sqlite3_stmt *s = prepare(db, "SELECT (SELECT sum(id % 1009 * (discussions_count"
	    " + 3 * open_count + 5 * closed_count + 7 * public_count)) FROM groups)"
	    " + (SELECT sum(id % 1013 * (discussions_count + 3 * followers_count"
	    " + 5 * following_count)) FROM users)");
	int64_t sum;

	if (sqlite3_step(s) != SQLITE_ROW)
		abort();
	sum = sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	return sum;
}

static double
ratio(const double *of, const double *to, size_t rounds)
{
	double ratios[MOST_ROUNDS];

	for (size_t i = 0; i < rounds; i++)
		ratios[i] = of[i] / to[i];
	return median(ratios, rounds);
}

static void
print_part(const struct part *part, struct run *runs, size_t rounds)
{
	printf("\n%s (%zu rounds of %zu)\n%-26s %8s %8s %8s %10s\n", part->title, rounds,
	    part->slice, "", "to a", "to b", "cpu to b", "us an op");
	for (size_t i = 0; i < VARIANTS; i++) {
		double to_a = ratio(runs[i].wall, runs[A].wall, rounds);
		double to_b = ratio(runs[i].wall, runs[B].wall, rounds);
		double cpu = ratio(runs[i].cpu, runs[B].cpu, rounds);

		printf("%-26s %8.3f %8.3f %8.3f", variants[i]->name, to_a, to_b, cpu);
		printf(" %10.2f\n", median(runs[i].wall, rounds) / (double)part->slice * 1e6);
	}
	fflush(stdout);
}

static void
open_runs(struct run *runs, const char *folder, const char *from)
{
	for (size_t i = 0; i < VARIANTS; i++) {
		snprintf(runs[i].path, sizeof runs[i].path, "%s/%zu.db", folder, i);
		remove_database(runs[i].path);
		copy_file(from, runs[i].path);
		runs[i].db = open_database(runs[i].path);
		runs[i].self = variants[i]->open(runs[i].db);
	}
}

static void
close_runs(struct run *runs)
{
	int64_t right = checksum(runs[B].db);

	for (size_t i = 0; i < VARIANTS; i++) {
		if (i != A && checksum(runs[i].db) != right) {
			fprintf(stderr, "bench: %s: other counters than b\n", variants[i]->name);
			exit(1);
		}
		variants[i]->close(runs[i].self);
		sqlite3_close(runs[i].db);
		remove_database(runs[i].path);
	}
}

/* Round 0 warms up and is not counted. */
static void
run_part(const struct part *part, const char *folder, const char *from, size_t rounds)
{
	struct run *runs = calloc(VARIANTS, sizeof *runs);
	struct op *ops = malloc(part->slice * sizeof *ops);
	struct workload workload;

	if (runs == NULL || ops == NULL)
		abort();
	workload_start(&workload, part->slice * (rounds + 1));
	open_runs(runs, folder, from);
	for (size_t round = 0; round <= rounds; round++) {
		if (part->kind == MIXED)
			workload_mix(&workload, ops, part->slice);
		else
			workload_bulk(&workload, ops, part->slice, part->kind == HOT);
		for (size_t i = 0; i < VARIANTS; i++) {
			size_t v = (i * (round % 2 ? 1 : VARIANTS - 1) + round) % VARIANTS;

			run_slice(&runs[v], variants[v], ops, part, round ? round - 1 : 0);
		}
	}
	print_part(part, runs, rounds);
	close_runs(runs);
	workload_free(&workload);
	free(ops);
	free(runs);
}

static void
bench_writes(const char *folder, size_t rounds)
{
	static const struct part parts[] = {
		{ "1 operation a transaction", 2000, 1, MIXED },
		{ "100 operations a transaction", 10000, 100, MIXED },
		{ "bulk insert, 1,000 a transaction, uniform", 10000, BULK_ROWS, BULK },
		{ "bulk insert, 1,000 a transaction, one hot parent", 10000, BULK_ROWS, HOT }
	};
	struct workload workload;
	char from[512];

	snprintf(from, sizeof from, "%s/template.db", folder);
	remove_database(from);
	workload_start(&workload, 0);
	workload_database(&workload, from);
	workload_free(&workload);
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		run_part(&parts[i], folder, from, rounds);
	remove_database(from);
}

static void
bench_hook(void)
{
	sqlite3 *db = open_database(":memory:");

	run_sql(db, workload_tables);
	printf("\none hook (two parents, five counters) without SQL: %.0f ns\n",
	    ours_deferred_hook_cost(db));
	sqlite3_close(db);
}

int
main(int argc, char **argv)
{
	const char *rounds = getenv("BENCH_ROUNDS");
	bool all = argc == 2;

	if (argc < 2)
		return 2;
	for (int i = 2; i < argc || all; i++) {
		if (all || strcmp(argv[i], "writes") == 0)
			bench_writes(argv[1], rounds ? strtoul(rounds, NULL, 10) : 20);
		if (all || strcmp(argv[i], "hook") == 0)
			bench_hook();
		if (all || strcmp(argv[i], "set") == 0)
			bench_set();
		if (all || strcmp(argv[i], "recount") == 0)
			bench_recount(argv[1]);
		if (all)
			break;
	}
	return 0;
}
