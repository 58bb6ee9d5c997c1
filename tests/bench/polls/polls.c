/*
 * polls.c - what a vote costs on a poll with 10 votes and on one with many: with a shape that is
 * patched, with one that is computed again, and the same for a greatest value.
 *
 * One table of votes, of which each names a poll of each kind; a new one names a poll of one kind
 * alone.  Votes on small and large polls take turns, each in a transaction of its own; printed are
 * medians.  The large poll's votes come in small slices where they are slow.
 *
 * usage: polls FILE     Environment: BENCH_VOTES (1,000,000).
 */
#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "bench_counters.h"

enum { SMALL = 1, LARGE = 2, MOST = 2000 };

static sqlite3 *db;
static struct cc *cc;
static int64_t next = INT64_C(1) << 40;

static void
must(const char *what, int result, const char *why)
{
	if (result == 0)
		return;
	fprintf(stderr, "polls: %s: %s\n", what, why);
	exit(1);
}

static void
sql(const char *text)
{
	must(text, sqlite3_exec(db, text, NULL, NULL, NULL), sqlite3_errmsg(db));
}

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int
ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double
median(double *times, size_t n)
{
	qsort(times, n, sizeof *times, ascending);
	return times[n / 2];
}

static struct bench_votes
vote(int kind, int64_t poll)
{
	struct bench_votes row = { .id = next++, .patched_id.null = true, .again_id.null = true,
		.compared_id.null = true, .asked_id.null = true, .score = (int32_t)(next % 7) };
	struct cc_int64 *of[] = { &row.patched_id, &row.again_id, &row.compared_id, &row.asked_id };

	*of[kind] = (struct cc_int64){ .value = poll };
	row.weight = next;
	return row;
}

static double
one(int kind, int64_t poll)
{
	struct bench_votes row = vote(kind, poll);
	double start = now();

	must("vote", bench_votes_insert(cc, &row), cc_errmsg(cc));
	return now() - start;
}

static void
kind(const char *title, int number, size_t n)
{
	static double small[MOST], large[MOST];

	one(number, SMALL);
	one(number, LARGE);
	for (size_t i = 0; i < n; i++) {
		small[i] = one(number, SMALL);
		large[i] = one(number, LARGE);
	}
	printf("%-34s %12.1f %12.1f %10.2f\n", title, median(small, n) * 1e6,
	    median(large, n) * 1e6, median(large, n) / median(small, n));
	fflush(stdout);
}

static void
make_database(const char *path, int64_t votes)
{
	static const struct cc_options options = { .flags = CC_UNINSTALLED };
	char insert[400];

	must(path, sqlite3_open(path, &db), path);
	sql("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
	    "CREATE TABLE patched (id INTEGER PRIMARY KEY);"
	    "CREATE TABLE again (id INTEGER PRIMARY KEY);"
	    "CREATE TABLE compared (id INTEGER PRIMARY KEY);"
	    "CREATE TABLE asked (id INTEGER PRIMARY KEY);"
	    "INSERT INTO patched VALUES (1), (2); INSERT INTO again VALUES (1), (2);"
	    "INSERT INTO compared VALUES (1), (2); INSERT INTO asked VALUES (1), (2);"
	    "CREATE TABLE votes (id INTEGER PRIMARY KEY, patched_id INTEGER, again_id INTEGER,"
	    " compared_id INTEGER, asked_id INTEGER, score INTEGER NOT NULL, weight INTEGER NOT NULL)");
	snprintf(insert, sizeof insert, "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
	    " WHERE i < %" PRId64 ") INSERT INTO votes SELECT i, p, p, p, p, i %% 7, i FROM"
	    " (SELECT i, CASE WHEN i <= 10 THEN 1 ELSE 2 END AS p FROM n)", votes + 10);
	sql(insert);
	sql("CREATE INDEX a ON votes (patched_id); CREATE INDEX b ON votes (again_id);"
	    "CREATE INDEX c ON votes (compared_id); CREATE INDEX d ON votes (asked_id)");
	cc_open_sqlite(&cc, db, &bench_schema, &options);
	must("install", cc_install(cc), cc_errmsg(cc));
	cc_close(cc);
	must("open", cc_open_sqlite(&cc, db, &bench_schema, NULL), cc_errmsg(cc));
	must("reconcile", cc_reconcile(cc, NULL, NULL), cc_errmsg(cc));
}

int
main(int argc, char **argv)
{
	const char *given = getenv("BENCH_VOTES");
	int64_t votes = given != NULL ? strtoll(given, NULL, 10) : 1000000;

	if (argc != 2)
		return 2;
	make_database(argv[1], votes);
	printf("%-34s %12s %12s %10s\n", "microseconds a vote, poll of", "10", "many", "ratio");
	kind("{ [score]: count(*) }, incremental", 0, MOST);
	kind("... computed again", 1, 5);
	kind("max(weight)", 2, MOST);
	kind("... computed again", 3, 5);
	must("verify", cc_verify(cc, NULL, NULL), cc_errmsg(cc));
	cc_close(cc);
	sqlite3_close(db);
	return 0;
}
