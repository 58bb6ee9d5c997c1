/*
 * set.c - verbs over all rows of one parent, beside the statement alone and beside row by row.
 *
 * A group of 10,000 discussions by 100 users is closed, moved and deleted, in a transaction that is
 * flushed and rolled back, so that every round does the same.
 */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>

#include "forum_counters.h"

enum { SET_ROWS = 10000, SET_USERS = 100, SET_ROUNDS = 9 };
enum way { ALONE, BULK_VERB, ROW_BY_ROW, WAYS };
enum what { CLOSE, MOVE, DELETE, WHATS };

static const char *const alone[WHATS] = {
	"UPDATE discussions SET closed_at = 1 WHERE group_id = 1",
	"UPDATE discussions SET group_id = 2 WHERE group_id = 1",
	"DELETE FROM discussions WHERE group_id = 1"
};

static int
row_by_row(struct cc *cc, enum what what)
{
	struct cc_int64 closed = { .value = 1 };
	int result = CC_OK;

	for (int64_t id = 1; result == CC_OK && id <= SET_ROWS; id++)
		result = what == CLOSE ? forum_discussions_set_closed_at(cc, id, closed) :
		    what == MOVE ? forum_discussions_set_group_id(cc, id, 2) :
		    forum_discussions_delete(cc, id);
	return result;
}

static int
bulk_verb(struct cc *cc, enum what what)
{
	struct cc_int64 closed = { .value = 1 };

	return what == CLOSE ? forum_discussions_set_closed_at_where_group_id(cc, 1, closed, NULL) :
	    what == MOVE ? forum_discussions_set_group_id_where_group_id(cc, 1, 2, NULL) :
	    forum_discussions_delete_where_group_id(cc, 1, NULL);
}

/* Microseconds a row. */
static double
once(sqlite3 *db, struct cc *cc, enum what what, enum way way)
{
	double start;
	int result = cc_begin(cc);

	start = cpu_seconds();
	if (way == ALONE)
		run_sql(db, alone[what]);
	else if (result == CC_OK)
		result = way == BULK_VERB ? bulk_verb(cc, what) : row_by_row(cc, what);
	if (result == CC_OK)
		result = cc_flush(cc);
	start = cpu_seconds() - start;
	if (result == CC_OK)
		result = cc_rollback(cc);
	if (result != CC_OK) {
		fprintf(stderr, "bench: set: %s\n", cc_errmsg(cc));
		exit(1);
	}
	return start / SET_ROWS * 1e6;
}

static void
fill(sqlite3 *db)
{
	char sql[400];

	run_sql(db, workload_tables);
	run_sql(db, "INSERT INTO groups (id, name) VALUES (1, 'a'), (2, 'b')");
	snprintf(sql, sizeof sql, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
	    " WHERE i < %d) INSERT INTO users (id, name) SELECT i, 'name' FROM n", SET_USERS);
	run_sql(db, sql);
	snprintf(sql, sizeof sql, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
	    " WHERE i < %d) INSERT INTO discussions SELECT i, 1, i %% %d + 1, NULL, i %% 2,"
	    " 'A proposal about the garden fence' FROM n", SET_ROWS, SET_USERS);
	run_sql(db, sql);
}

void
bench_set(void)
{
	static const char *const names[WHATS] = { "set closed_at", "set group_id", "delete" };
	struct cc_options options = { .flags = CC_UNINSTALLED };
	sqlite3 *db = open_database(":memory:");
	struct cc *cc;

	fill(db);
	if (cc_open_sqlite(&cc, db, &forum_schema, &options) != CC_OK || cc_install(cc) != CC_OK ||
	    cc_reconcile(cc, NULL, NULL) != CC_OK)
		abort();
	printf("\n%d rows of one parent, us a row (%d rounds)\n%-26s %10s %10s %10s %8s\n", SET_ROWS,
	    SET_ROUNDS, "", "alone", "bulk", "by row", "to alone");
	for (int what = 0; what < WHATS; what++) {
		double rounds[WAYS][SET_ROUNDS], each[WAYS];

		for (int round = 0; round < SET_ROUNDS; round++)
			for (int way = 0; way < WAYS; way++)
				rounds[way][round] = once(db, cc, (enum what)what, (enum way)way);
		for (int way = 0; way < WAYS; way++)
			each[way] = median(rounds[way], SET_ROUNDS);
		printf("%-26s %10.2f %10.2f %10.2f %8.2f\n", names[what], each[ALONE],
		    each[BULK_VERB], each[ROW_BY_ROW], each[BULK_VERB] / each[ALONE]);
	}
	cc_close(cc);
	sqlite3_close(db);
}
