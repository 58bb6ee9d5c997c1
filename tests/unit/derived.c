/* derived.c - columns that are written anew when rows that they read come, change and go. */
#include "forum.h"

static struct forum_discussion
row(int64_t id, int64_t group, int64_t author, int64_t score, const char *kind)
{
	return (struct forum_discussion){ .id = id,
		.group_id = { .value = group, .null = group == 0 },
		.author_id = { .value = author, .null = author == 0 },
		.score = { .value = score, .null = score == 0 }, .kind = kind };
}

static void
insert(struct fixture *f, int64_t id, int64_t group, int64_t author, int64_t score,
    const char *kind)
{
	struct forum_discussion it = row(id, group, author, score, kind);

	assert_ok(f, cc_row_insert(f->cc, FORUM(DISCUSSIONS), &it));
}

static int
open_groups(void **state)
{
	struct fixture *f;

	forum_open(state);
	f = *state;
	fixture_exec(f, "INSERT INTO groups (id) VALUES (1), (2);"
	    "INSERT INTO users (id, name) VALUES (1, 'ann'), (2, NULL)");
	return 0;
}

static uint64_t
statements(struct fixture *f)
{
	struct cc_metrics metrics;

	cc_metrics(f->cc, &metrics);
	return metrics.statements;
}

static void
test_insert_update_delete(void **state)
{
	struct fixture *f = *state;
	struct cc_int64 none = NONE;
	bool open = true, closed = false;
	const char *kind = "b";

	insert(f, 1, 1, 1, 5, "b");
	insert(f, 2, 1, 2, 7, "a");
	insert(f, 3, 1, 1, 0, NULL);
	forum_check(f);
	assert_string_equal(fixture_text(f, "SELECT kinds FROM groups WHERE id = 1"), "a b");
	assert_int_equal(fixture_int(f, "SELECT best FROM users WHERE id = 2"), 7);
	assert_ok(f, cc_row_set(f->cc, FORUM(DISCUSSIONS), KEY(2), 3, &VALUE(3)));
	forum_check(f);
	assert_int_equal(fixture_int(f, "SELECT max_score FROM groups WHERE id = 1"), 5);
	assert_int_equal(fixture_int(f, "SELECT peak FROM groups WHERE id = 1"), 7);
	assert_ok(f, cc_row_set(f->cc, FORUM(DISCUSSIONS), KEY(2), 4, &kind));
	assert_ok(f, cc_row_set(f->cc, FORUM(DISCUSSIONS), KEY(2), 5, &open));
	forum_check(f);
	assert_ok(f, cc_row_set(f->cc, FORUM(DISCUSSIONS), KEY(2), 1, &VALUE(2)));
	forum_check(f);
	assert_ok(f, cc_row_set(f->cc, FORUM(DISCUSSIONS), KEY(2), 5, &closed));
	assert_ok(f, cc_row_set(f->cc, FORUM(DISCUSSIONS), KEY(1), 1, &none));
	assert_ok(f, cc_row_set(f->cc, FORUM(DISCUSSIONS), KEY(2), 3, &none));
	forum_check(f);
	assert_ok(f, cc_row_delete(f->cc, FORUM(DISCUSSIONS), KEY(1)));
	assert_ok(f, cc_row_delete(f->cc, FORUM(DISCUSSIONS), KEY(2)));
	forum_check(f);
}

/* Only what the column reads derives it again. */
static void
test_unrelated_changes_cost_nothing(void **state)
{
	struct fixture *f = *state;
	const char *kind = "x", *same = "a";
	uint64_t before;

	insert(f, 1, 1, 1, 5, "a");
	fixture_exec(f, "UPDATE groups SET max_score = 99, kinds = 'drift'");
	before = statements(f);
	assert_ok(f, cc_row_set(f->cc, FORUM(DISCUSSIONS), KEY(1), 4, &same));
	assert_int_equal(statements(f), before);
	assert_ok(f, cc_row_set(f->cc, FORUM(DISCUSSIONS), KEY(1), 4, &kind));
	assert_int_equal(statements(f), before + 1);
	assert_int_equal(fixture_int(f, "SELECT max_score FROM groups WHERE id = 1"), 99);
	assert_string_equal(fixture_text(f, "SELECT kinds FROM groups WHERE id = 1"), "x");
}

/* What comes and goes in one transaction is derived all the same, and once. */
static void
test_touches_do_not_cancel(void **state)
{
	struct fixture *f = *state;
	struct forum_discussion one = row(1, 1, 0, 9, "a");
	uint64_t before = statements(f);

	f->now = 4242;
	assert_ok(f, cc_begin(f->cc));
	for (int64_t id = 1; id <= 10; id++)
		insert(f, id, 1, 0, id, "a");
	assert_ok(f, cc_commit(f->cc));
	assert_int_equal(statements(f), before + 1);
	assert_int_equal(fixture_int(f, "SELECT touched_at FROM groups WHERE id = 1"), 4242);
	forum_check(f);
	assert_ok(f, cc_begin(f->cc));
	fixture_exec(f, "UPDATE discussions SET score = 50 WHERE id = 2");
	assert_ok(f, cc_row_delete(f->cc, FORUM(DISCUSSIONS), KEY(1)));
	assert_ok(f, cc_row_insert(f->cc, FORUM(DISCUSSIONS), &one));
	assert_ok(f, cc_commit(f->cc));
	forum_check(f);
}

static void
test_rolled_back_touches_go(void **state)
{
	struct fixture *f = *state;
	uint64_t before;

	assert_ok(f, cc_begin(f->cc));
	before = statements(f);
	assert_ok(f, cc_savepoint(f->cc, "s"));
	insert(f, 1, 1, 0, 4, "a");
	assert_int_equal(fixture_pending(f), 1);
	assert_ok(f, cc_rollback_to(f->cc, "s"));
	assert_int_equal(fixture_pending(f), 0);
	assert_ok(f, cc_commit(f->cc));
	assert_int_equal(statements(f), before);
	forum_check(f);
}

static void
test_reader(void **state)
{
	struct fixture *f = *state;
	struct forum_group_counters counters;

	assert_ok(f, cc_begin(f->cc));
	insert(f, 1, 1, 0, 4, "a");
	insert(f, 2, 1, 0, 7, "b");
	assert_ok(f, cc_row_counters(f->cc, FORUM(GROUPS), KEY(1), &counters));
	assert_int_equal(counters.discussions_count, 2);
	assert_int_equal(counters.max_score.value, 7);
	assert_int_equal(counters.lag.value, 5);
	assert_string_equal(counters.kinds, "a b");
	assert_true(counters.mean.value > 5.4 && counters.mean.value < 5.6);
	assert_ok(f, cc_commit(f->cc));
	fixture_exec(f, "UPDATE groups SET kinds = 'as stored', max_score = NULL");
	assert_ok(f, cc_row_counters(f->cc, FORUM(GROUPS), KEY(1), &counters));
	assert_string_equal(counters.kinds, "as stored");
	assert_true(counters.max_score.null);
}

/* An immediate column is written by the hook; beside a delete yet to come, afterwards. */
static void
test_immediate(void **state)
{
	struct fixture *f = *state;

	assert_ok(f, cc_begin(f->cc));
	insert(f, 1, 1, 1, 4, "a");
	insert(f, 2, 2, 1, 3, "a");
	assert_int_equal(fixture_int(f, "SELECT best FROM users WHERE id = 1"), 4);
	assert_int_equal(fixture_int(f, "SELECT discussions_count FROM groups WHERE id = 1"), 0);
	assert_ok(f, cc_row_deleting(f->cc, FORUM(GROUPS), KEY(1)));
	fixture_exec(f, "DELETE FROM groups WHERE id = 1");
	assert_ok(f, cc_commit(f->cc));
	assert_int_equal(fixture_int(f, "SELECT best FROM users WHERE id = 1"), 3);
	forum_check(f);
}

static void
test_scope_and_recount(void **state)
{
	struct fixture *f = *state;
	struct cc_int64 none = NONE;
	struct cc_recount_report report;

	assert_ok(f, cc_row_set(f->cc, FORUM(GROUPS), KEY(1), 2, &VALUE(1)));
	insert(f, 1, 1, 0, 4, "a");
	assert_string_equal(fixture_text(f, "SELECT kinds FROM groups WHERE id = 1"), "");
	assert_ok(f, cc_row_set(f->cc, FORUM(GROUPS), KEY(1), 2, &none));
	forum_check(f);
	assert_ok(f, cc_verify(f->cc, NULL, &report));
	fixture_exec(f, "UPDATE groups SET max_score = 99, kinds = 'drift', peak = 1");
	assert_int_equal(cc_verify(f->cc, NULL, &report), CC_DRIFT);
	assert_int_equal(report.mismatches, 5);
	assert_ok(f, cc_row_recount(f->cc, FORUM(GROUPS), KEY(1)));
	assert_int_equal(fixture_int(f, "SELECT peak FROM groups WHERE id = 1"), 4);
	assert_ok(f, cc_row_recount(f->cc, FORUM(GROUPS), KEY(2)));
	forum_check(f);
	assert_ok(f, cc_verify(f->cc, NULL, &report));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_groups, fixture_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_insert_update_delete),
		TEST(test_unrelated_changes_cost_nothing),
		TEST(test_touches_do_not_cancel),
		TEST(test_rolled_back_touches_go),
		TEST(test_reader),
		TEST(test_immediate),
		TEST(test_scope_and_recount),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
