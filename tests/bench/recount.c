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

struct times {
	double wall[ROUNDS], cpu[ROUNDS];
};

static void
raw_scan(sqlite3 *db)
{
	sqlite3_stmt *s = prepare(db, "SELECT group_id, closed_at, private FROM discussions");
	int64_t sum = 0;

	while (sqlite3_step(s) == SQLITE_ROW) {
		sum += sqlite3_column_int64(s, 0);
		sum += sqlite3_column_type(s, 1) == SQLITE_NULL;
		sum += sqlite3_column_int(s, 2);
	}
	sqlite3_finalize(s);
	if (sum == 0)
		exit(1);
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

enum what { SCAN, VERIFY, RECONCILE };

static void
timed(sqlite3 *db, enum what what, uint64_t expected, struct times *times, size_t round)
{
	double wall = wall_seconds(), cpu = cpu_seconds();
	uint64_t mismatches = expected;

	if (what == SCAN)
		raw_scan(db);
	else
		ours_recount(db, what == RECONCILE, &mismatches);
	times->wall[round] = wall_seconds() - wall;
	times->cpu[round] = cpu_seconds() - cpu;
	if (mismatches != expected) {
		fprintf(stderr, "bench: recount found %" PRIu64 " mismatches, not %" PRIu64 "\n",
		    mismatches, expected);
		exit(1);
	}
}

static void
print_times(const char *name, const struct times *times, const struct times *scan)
{
	double wall[ROUNDS], cpu[ROUNDS], seconds[ROUNDS];

	for (size_t i = 0; i < ROUNDS; i++) {
		wall[i] = times->wall[i] / scan->wall[i];
		cpu[i] = times->cpu[i] / scan->cpu[i];
		seconds[i] = times->wall[i];
	}
	printf("%-26s %8.3f %8.3f %10.3f\n", name, median(wall, ROUNDS), median(cpu, ROUNDS),
	    median(seconds, ROUNDS));
}

void
bench_recount(const char *folder)
{
	const char *wanted = getenv("BENCH_ROWS");
	uint64_t rows = wanted ? strtoull(wanted, NULL, 10) : 5000000, parents = rows / 50;
	static const char *const names[] = { "raw scan", "verify", "reconcile" };
	struct times times[3];
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
		for (enum what what = SCAN; what <= RECONCILE; what++)
			timed(db, what, parents / 100, &times[what], i);
	}
	printf("\nrecount of %" PRIu64 " groups over %" PRIu64 " discussions, 1 %% drift\n"
	    "%-26s %8s %8s %10s\n", parents, rows, "", "to scan", "cpu", "s");
	for (size_t i = 0; i < 3; i++)
		print_times(names[i], &times[i], &times[SCAN]);
	sqlite3_close(db);
	remove(path);
}
