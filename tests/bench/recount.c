/*
 * recount.c - verify and reconcile of a large child table against one raw scan of it.
 *
 * BENCH_ROWS discussions (5,000,000) in a fiftieth as many groups; one group in a hundred is put
 * wrong by one before each run.  The raw scan steps through the child table and reads the
 * reference and the columns that the conditions read: no recount that reads each row can beat it.
 */
#include "bench.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { ROUNDS = 5 };

static double
raw_scan(sqlite3 *db)
{
	sqlite3_stmt *s = prepare(db, "SELECT group_id, closed_at, private FROM discussions");
	double start = wall_seconds();
	int64_t sum = 0;

	while (sqlite3_step(s) == SQLITE_ROW) {
		sum += sqlite3_column_int64(s, 0);
		sum += sqlite3_column_type(s, 1) == SQLITE_NULL;
		sum += sqlite3_column_int(s, 2);
	}
	start = wall_seconds() - start;
	sqlite3_finalize(s);
	if (sum == 0)
		exit(1);
	return start;
}

static void
fill(sqlite3 *db, uint64_t rows, uint64_t parents)
{
	char sql[1000];

	run_sql(db, workload_tables);
	snprintf(sql, sizeof sql, "BEGIN; WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1"
	    " FROM n WHERE i < %" PRIu64 ") INSERT INTO groups (id, name) SELECT i, 'name ' || i"
	    " FROM n; WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %"
	    PRIu64 ") INSERT INTO discussions SELECT i, i * 7919 %% %" PRIu64 " + 1, i %% 100000,"
	    " CASE WHEN i %% 4 = 0 THEN 1700000000000000 END, i %% 3 = 0, 'about ' || i FROM n;",
	    parents, rows, parents);
	run_sql(db, sql);
	run_sql(db, "COMMIT; PRAGMA wal_checkpoint(TRUNCATE)");
}

static double
timed(sqlite3 *db, bool write, uint64_t expected)
{
	uint64_t mismatches;
	double start = wall_seconds();

	ours_recount(db, write, &mismatches);
	start = wall_seconds() - start;
	if (mismatches != expected) {
		fprintf(stderr, "bench: recount found %" PRIu64 " mismatches, not %" PRIu64 "\n",
		    mismatches, expected);
		exit(1);
	}
	return start;
}

void
bench_recount(const char *folder)
{
	const char *wanted = getenv("BENCH_ROWS");
	uint64_t rows = wanted ? strtoull(wanted, NULL, 10) : 5000000, parents = rows / 50;
	double scan[ROUNDS], verify[ROUNDS], reconcile[ROUNDS], raw;
	uint64_t mismatches;
	char path[512];
	sqlite3 *db;

	snprintf(path, sizeof path, "%s/recount.db", folder);
	remove(path);
	db = open_database(path);
	fill(db, rows, parents);
	ours_recount(db, true, &mismatches);
	for (size_t i = 0; i < ROUNDS; i++) {
		run_sql(db, "UPDATE groups SET open_count = open_count + 1 WHERE id % 100 = 0");
		scan[i] = raw_scan(db);
		verify[i] = timed(db, false, parents / 100);
		reconcile[i] = timed(db, true, parents / 100);
	}
	raw = median(scan, ROUNDS);
	printf("\nrecount of %" PRIu64 " groups over %" PRIu64 " discussions, 1 %% drift\n"
	    "%-26s %8.3f s\n%-26s %8.3f\n%-26s %8.3f\n", parents, rows, "raw scan", raw,
	    "verify, to the scan", median(verify, ROUNDS) / raw,
	    "reconcile, to the scan", median(reconcile, ROUNDS) / raw);
	sqlite3_close(db);
	remove(path);
}
