/* recount.c - whole tables against definitions that read several tables, trees and cycles too. */
#include "forum.h"

/* Rows that nobody counted, by plain SQL; more than fit into one range of parents. */
static void
fill(struct fixture *f, int groups)
{
	char sql[2000];

	snprintf(sql, sizeof sql, "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
	    " WHERE i < %d) INSERT INTO groups (id, parent_id, archived) SELECT i,"
	    " CASE WHEN i %% 7 > 0 THEN i / 2 END, CASE WHEN i %% 31 = 0 THEN 1 END FROM n;"
	    "INSERT INTO users (id, name) VALUES (1, 'ann'), (2, NULL), (3, 'eve');"
	    "INSERT INTO discussions (id, group_id, author_id, score, kind, open, hidden)"
	    " SELECT id, CASE WHEN id %% 11 > 0 THEN 1 + id * 7 %% %d END, 1 + id %% 3, id %% 5,"
	    " char(97 + id %% 4), id %% 2, id %% 9 = 0 FROM groups;"
	    "INSERT INTO polls (id, discussion_id, author_id, weight)"
	    " SELECT id, CASE WHEN id %% 5 > 0 THEN 1 + id * 13 %% %d END, id %% 5, id %% 8"
	    " FROM groups", groups, groups, groups);
	fixture_exec(f, sql);
}

static void
test_reconcile(void **state)
{
	struct fixture *f = *state;
	struct cc_recount_report report;

	fill(f, 300);
	assert_int_equal(cc_verify(f->cc, NULL, &report), CC_DRIFT);
	assert_true(report.mismatches > 1000);
	assert_true(fixture_events(f, "drift") > 0);
	assert_int_equal(fixture_int(f, "SELECT sum(tree_polls) FROM groups"), 0);
	assert_ok(f, cc_reconcile(f->cc, NULL, &report));
	assert_int_equal(report.mismatches, report.corrected);
	forum_check(f);
	assert_true(fixture_int(f, "SELECT max(tree_polls) FROM groups") > 20);
	assert_true(fixture_int(f, "SELECT max(descendants) FROM groups") > 20);
	assert_ok(f, cc_verify(f->cc, NULL, &report));
	assert_int_equal(report.mismatches, 0);
}

/* A pass that holds only some of the parents reads the rest of a tree from the database. */
static void
test_ranges(void **state)
{
	struct fixture *f = *state;
	struct cc_recount_options options = { .memory = 1, .batch = 100 };
	struct cc_recount_report report;

	fill(f, 3000);
	assert_ok(f, cc_reconcile(f->cc, &options, &report));
	assert_int_equal(report.parents, 3000 - 3000 / 31 + 3 + 3000 - 3000 / 9);
	forum_check(f);
	fixture_exec(f, "UPDATE groups SET tree_polls = 1000, polls_count = 77 WHERE id < 10");
	options.key_from = "[3]";
	options.key_to = "[4]";
	assert_ok(f, cc_reconcile(f->cc, &options, &report));
	assert_int_equal(report.corrected, 4);
	options.key_from = options.key_to = NULL;
	options.filter = "id % 2 = 1";
	assert_ok(f, cc_reconcile(f->cc, &options, &report));
	assert_int_equal(report.corrected, 8);
	options.filter = NULL;
	assert_ok(f, cc_reconcile(f->cc, &options, &report));
	assert_int_equal(report.corrected, 6);
	forum_check(f);
}

/* Circles, in memory and not, and rows that are their own parent. */
static void
test_circles(void **state)
{
	struct fixture *f = *state;
	struct cc_recount_options options = { .key_from = "[2000]", .memory = 1 };

	fill(f, 3000);
	fixture_exec(f, "UPDATE groups SET parent_id = 1501 WHERE id = 1;"
	    "UPDATE groups SET parent_id = 2900 WHERE id = 2899;"
	    "UPDATE groups SET parent_id = 2899 WHERE id = 2900;"
	    "UPDATE groups SET parent_id = id WHERE id IN (3, 2500);"
	    "UPDATE groups SET parent_id = 1 WHERE id = 1501");
	assert_ok(f, cc_reconcile(f->cc, &options, NULL));
	assert_ok(f, cc_reconcile(f->cc, NULL, NULL));
	forum_check(f);
	assert_ok(f, cc_verify(f->cc, &options, NULL));
}

/* Every kind of value differs, is reported, and is put right. */
static void
test_derived(void **state)
{
	static const char *const columns[] = { "max_score", "kinds", "has_open", "mean", "lag",
		"top_weight" };
	struct fixture *f = *state;
	struct cc_recount_report report;

	fill(f, 50);
	assert_ok(f, cc_reconcile(f->cc, NULL, NULL));
	f->events[0] = '\0';
	fixture_exec(f, "UPDATE groups SET max_score = 99, kinds = 'drift', has_open = NOT has_open,"
	    " mean = mean * (1 + 1e-12), lag = NULL, top_weight = -1 WHERE id = 8");
	assert_int_equal(cc_verify(f->cc, NULL, &report), CC_DRIFT);
	for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
		char line[80];

		snprintf(line, sizeof line, "drift groups %s [8]", columns[i]);
		assert_int_equal(strstr(f->events, line) != NULL,
		    strcmp(columns[i], "mean") != 0);
	}
	assert_int_equal(report.mismatches, 5);
	assert_ok(f, cc_reconcile(f->cc, NULL, &report));
	assert_int_equal(report.corrected, 5);
	assert_string_equal(fixture_text(f, "SELECT group_concat(column_name || ' ' ||"
	    " coalesce(stored, 'NULL'), ', ') FROM (SELECT * FROM cc_drift WHERE at > 0"
	    " ORDER BY id DESC LIMIT 5)"), "top_weight -1, lag NULL, has_open 0, kinds drift,"
	    " max_score 99");
	forum_check(f);
}

/* Only the named columns are looked at, each table once. */
static void
test_columns(void **state)
{
	static const char *const columns[] = { "groups.tree_polls", "groups.top_weight", NULL };
	struct fixture *f = *state;
	struct cc_recount_options options = { .columns = columns };

	fill(f, 100);
	assert_ok(f, cc_reconcile(f->cc, &options, NULL));
	assert_true(fixture_int(f, "SELECT sum(tree_polls) FROM groups") > 0);
	assert_int_equal(fixture_int(f, "SELECT sum(polls_count) FROM groups"), 0);
	assert_ok(f, cc_verify(f->cc, &options, NULL));
	assert_int_equal(cc_verify(f->cc, NULL, NULL), CC_DRIFT);
	assert_ok(f, cc_reconcile(f->cc, NULL, NULL));
	forum_check(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_reconcile, forum_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_ranges, forum_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_circles, forum_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_derived, forum_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_columns, forum_open, fixture_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
