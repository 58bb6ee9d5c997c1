/*
 * basics.c - the PostgreSQL engine with one connection: verbs, hooks, transactions, failures.
 */
#include "side.h"

#include <stdlib.h>
#include <string.h>


static struct cc_int64
is(int64_t value)
{
	return (struct cc_int64){ .value = value };
}

static int
comment(struct side *side, int64_t id, int64_t discussion, int64_t author, int64_t score)
{
	return forum_comments_insert(side->cc, &(struct forum_comments){ .id = id,
	    .discussion_id = is(discussion), .author_id = is(author), .score = score });
}

static void
test_verbs(void)
{
	struct side a;

	side_open(&a);
	OK(comment(&a, 1, 1, 1, 5));
	OK(comment(&a, 2, 1, 2, 7));
	OK(comment(&a, 3, 3, 2, -4));
	side_truth("comments inserted");
	OK(forum_comments_set_score(a.cc, 2, 3));
	OK(forum_comments_set_author_id(a.cc, 2, is(1)));
	OK(forum_comments_set_discussion_id(a.cc, 3, is(2)));
	side_truth("comments changed");
	OK(forum_discussions_set_closed(a.cc, 1, true));
	OK(forum_discussions_set_group_id(a.cc, 1, is(4)));
	side_truth("a discussion moved");
	OK(forum_groups_set_parent_id(a.cc, 4, is(2)));
	side_truth("a subtree moved");
	EXPECT(forum_groups_set_parent_id(a.cc, 1, is(4)) == CC_MISUSE);
	side_truth("a circle refused");
	OK(forum_comments_delete(a.cc, 1));
	EXPECT(forum_comments_delete(a.cc, 1) == CC_NOTFOUND);
	OK(forum_users_delete(a.cc, 1));
	OK(forum_discussions_delete(a.cc, 1));
	side_truth("deleted");
	EXPECT(comment(&a, 9, 77, 1, 1) == CC_CONSTRAINT);
	OK(comment(&a, 9, 2, 2, 1));
	side_truth("after a refusal");
	side_close(&a);
}

static void
test_transaction(void)
{
	struct side a;
	struct forum_groups_counters counters;

	side_open(&a);
	OK(cc_begin(a.cc));
	OK(comment(&a, 1, 1, 1, 5));
	OK(cc_savepoint(a.cc, "s"));
	OK(comment(&a, 2, 1, 1, 9));
	OK(cc_rollback_to(a.cc, "s"));
	EXPECT(comment(&a, 1, 1, 1, 5) == CC_CONSTRAINT);
	OK(comment(&a, 3, 3, 1, 2));
	OK(forum_groups_counters(a.cc, 2, &counters));
	EXPECT(counters.comments_count == 1 && counters.score == 5);
	OK(cc_commit(a.cc));
	side_truth("committed");
	OK(cc_begin(a.cc));
	OK(comment(&a, 4, 1, 1, 5));
	OK(cc_begin(a.cc));
	OK(comment(&a, 5, 1, 1, 5));
	OK(cc_rollback(a.cc));
	OK(cc_commit(a.cc));
	side_truth("nested");
	OK(cc_begin(a.cc));
	OK(forum_discussions_set_group_id(a.cc, 1, is(3)));
	OK(cc_rollback(a.cc));
	side_truth("rolled back");
	side_close(&a);
}

/* The application's own SQL, with the hooks. */
static void
test_hooks(void)
{
	struct forum_discussions before, after;
	struct side a;

	side_open(&a);
	side_sql(&a, "BEGIN");
	side_sql(&a, "INSERT INTO comments VALUES (1, 1, 2, 6)");
	OK(forum_comments_inserted(a.cc, &(struct forum_comments){ .id = 1, .discussion_id = is(1),
	    .author_id = is(2), .score = 6 }));
	OK(forum_discussions_load_for_update(a.cc, 1, &before));
	side_sql(&a, "UPDATE discussions SET group_id = 3 WHERE id = 1");
	after = before;
	after.group_id = is(3);
	OK(forum_discussions_updated(a.cc, &before, &after));
	OK(cc_flush(a.cc));
	side_sql(&a, "COMMIT");
	side_truth("flushed");
	side_sql(&a, "BEGIN");
	OK(forum_discussions_deleting(a.cc, 1));
	side_sql(&a, "DELETE FROM discussions WHERE id = 1");
	OK(cc_flush(a.cc));
	side_sql(&a, "COMMIT");
	side_truth("deleted");
	side_close(&a);
}

/* A COMMIT without cc_flush: the parents are dirty, and repair puts them right. */
static void
test_forgotten(void)
{
	struct cc_metrics metrics;
	struct side a;

	side_open(&a);
	side_sql(&a, "BEGIN");
	side_sql(&a, "INSERT INTO comments VALUES (1, 1, 2, 6)");
	OK(forum_comments_inserted(a.cc, &(struct forum_comments){ .id = 1, .discussion_id = is(1),
	    .author_id = is(2), .score = 6 }));
	side_sql(&a, "COMMIT; BEGIN");
	OK(comment(&a, 2, 3, 2, 8));
	OK(cc_metrics(a.cc, &metrics));
	EXPECT(metrics.forgotten == 1);
	OK(cc_flush(a.cc));
	side_sql(&a, "COMMIT");
	EXPECT(side_number(&a, "SELECT count(*) FROM cc_dirty") == 3);
	OK(cc_repair(a.cc, NULL, NULL));
	side_truth("repaired");
	side_sql(&a, "BEGIN");
	side_sql(&a, "INSERT INTO comments VALUES (3, 1, 2, 6)");
	OK(forum_comments_inserted(a.cc, &(struct forum_comments){ .id = 3, .discussion_id = is(1),
	    .author_id = is(2), .score = 6 }));
	side_sql(&a, "ROLLBACK");
	side_sql(&a, "BEGIN");
	OK(comment(&a, 4, 1, 2, 8));
	OK(cc_flush(a.cc));
	side_sql(&a, "COMMIT");
	OK(cc_metrics(a.cc, &metrics));
	EXPECT(metrics.forgotten == 1);
	side_truth("rolled back by the application");
	side_close(&a);
}

/* One parent of a flush refuses: it is dirty, the others are right, the transaction stands. */
static void
test_failure(void)
{
	struct cc_metrics metrics;
	struct side a;

	side_open(&a);
	side_sql(&a, "ALTER TABLE users ADD CONSTRAINT few CHECK (comments_count < 2)");
	OK(cc_begin(a.cc));
	OK(comment(&a, 1, 1, 1, 5));
	OK(comment(&a, 2, 1, 1, 6));
	OK(comment(&a, 3, 3, 2, 7));
	OK(cc_commit(a.cc));
	OK(cc_metrics(a.cc, &metrics));
	EXPECT(metrics.failures == 1 && metrics.dirty == 1);
	EXPECT(side_number(&a, "SELECT count(*) FROM comments") == 3);
	EXPECT(side_number(&a, "SELECT comments_count FROM users WHERE id = 1") == 0);
	EXPECT(side_number(&a, "SELECT comments_count FROM users WHERE id = 2") == 1);
	side_sql(&a, "ALTER TABLE users DROP CONSTRAINT few");
	OK(cc_repair(a.cc, NULL, NULL));
	side_truth("repaired");
	side_close(&a);
}

static void
test_modes(void)
{
	struct side a;

	side_open(&a);
	EXPECT(PQenterPipelineMode(a.conn) == 1);
	EXPECT(comment(&a, 1, 1, 1, 5) == CC_MISUSE);
	EXPECT(strstr(cc_errmsg(a.cc), "pipeline mode") != NULL);
	EXPECT(PQexitPipelineMode(a.conn) == 1);
	OK(comment(&a, 1, 1, 1, 5));
	OK(cc_begin(a.cc));
	PQclear(PQexec(a.conn, "SELECT 1/0"));
	EXPECT(comment(&a, 2, 1, 1, 5) == CC_ABORTED);
	OK(cc_rollback(a.cc));
	OK(comment(&a, 2, 1, 1, 5));
	side_truth("after a failed transaction");
	side_close(&a);
}

static void
test_recount(void)
{
	struct cc_recount_report report;
	struct side a;

	side_open(&a);
	for (int i = 1; i <= 20; i++)
		OK(comment(&a, i, i % 3 + 1, i % 2 + 1, i));
	OK(cc_verify(a.cc, NULL, &report));
	EXPECT(report.mismatches == 0 && report.parents == 13);
	side_sql(&a, "UPDATE groups SET comments_count = 77, best = 1, deep_count = 9 WHERE id = 2");
	side_sql(&a, "UPDATE users SET comments_count = 3 WHERE id = 1");
	EXPECT(cc_verify(a.cc, NULL, &report) == CC_DRIFT);
	EXPECT(report.mismatches == 4);
	OK(cc_reconcile(a.cc, NULL, &report));
	EXPECT(report.corrected == 4);
	EXPECT(side_number(&a, "SELECT count(*) FROM cc_drift") == 4);
	side_truth("reconciled");
	side_sql(&a, "UPDATE users SET comments_count = 3 WHERE id = 1");
	OK(forum_recount_users(a.cc, 1));
	side_truth("one recounted");
	side_close(&a);
}

/* All rows that name one parent, by one call. */
static void
test_bulk(void)
{
	int64_t n;
	struct side a;

	side_open(&a);
	for (int i = 1; i <= 20; i++)
		OK(comment(&a, i, i % 3 + 1, i % 2 + 1, i));
	OK(forum_comments_set_discussion_id_where_author_id(a.cc, 1, is(2), &n));
	EXPECT(n == 10);
	side_truth("comments moved");
	OK(forum_discussions_set_group_id_where_group_id(a.cc, 2, is(4), &n));
	side_truth("discussions moved");
	OK(forum_comments_delete_where_discussion_id(a.cc, 2, &n));
	side_truth("comments deleted");
	OK(forum_discussions_delete_where_group_id(a.cc, 4, &n));
	side_truth("discussions deleted");
	side_close(&a);
}

/* From the application's own tables to columns that are right, and again. */
static void
test_install(void)
{
	static const struct cc_options options = { .flags = CC_UNINSTALLED };
	struct cc_recount_report report;
	struct side a = { .conn = PQconnectdb(getenv("CCGEN_PG_DSN")) };

	side_sql(&a, "ALTER TABLE groups DROP best, DROP authors, DROP below_count, DROP open_count");
	side_sql(&a, "DROP TABLE cc_meta, cc_dirty, cc_progress, cc_drift");
	side_sql(&a, "SET client_min_messages = error; INSERT INTO comments VALUES (1, 1, 1, 5)");
	EXPECT(cc_open_postgres(&a.cc, a.conn, &forum_schema, NULL) == CC_SCHEMA);
	cc_close(a.cc);
	OK(cc_open_postgres(&a.cc, a.conn, &forum_schema, &options));
	side_last = a.cc;
	OK(cc_install(a.cc));
	OK(cc_install(a.cc));
	OK(cc_status(a.cc));
	OK(cc_reconcile(a.cc, NULL, &report));
	EXPECT(report.corrected > 0);
	side_truth("installed");
	side_close(&a);
}

int
main(void)
{
	side_test("verbs", test_verbs);
	side_test("transaction", test_transaction);
	side_test("hooks", test_hooks);
	side_test("forgotten", test_forgotten);
	side_test("failure", test_failure);
	side_test("modes", test_modes);
	side_test("recount", test_recount);
	side_test("bulk", test_bulk);
	side_test("install", test_install);
	return side_failures() != 0;
}
