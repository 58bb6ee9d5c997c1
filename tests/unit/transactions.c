/* transactions.c - nesting, savepoints, constraints that wait for the end. */
#include "fixture.h"

static void
test_rollback(void **state)
{
	struct fixture *f = *state;

	assert_ok(f, cc_begin(f->cc));
	fixture_insert(f, 1, 1);
	assert_int_equal(fixture_pending(f), 1);
	assert_ok(f, cc_rollback(f->cc));
	assert_int_equal(fixture_pending(f), 0);
	fixture_check(f);
	assert_int_equal(cc_rollback(f->cc), CC_MISUSE);
	assert_int_equal(cc_commit(f->cc), CC_MISUSE);
	assert_ok(f, cc_begin(f->cc));
	fixture_insert(f, 2, 2);
	assert_ok(f, cc_commit(f->cc));
	fixture_check(f);
}

static void
test_nested(void **state)
{
	struct fixture *f = *state;

	assert_ok(f, cc_begin(f->cc));
	fixture_insert(f, 1, 1);
	assert_ok(f, cc_begin(f->cc));
	fixture_insert(f, 2, 1);
	assert_ok(f, cc_begin(f->cc));
	fixture_insert(f, 3, 2);
	assert_ok(f, cc_commit(f->cc));
	fixture_insert(f, 4, 2);
	assert_ok(f, cc_rollback(f->cc));
	fixture_insert(f, 5, 2);
	assert_ok(f, cc_begin(f->cc));
	fixture_insert(f, 6, 1);
	assert_ok(f, cc_commit(f->cc));
	assert_ok(f, cc_commit(f->cc));
	assert_int_equal(sqlite3_get_autocommit(f->db), 1);
	assert_int_equal(fixture_int(f, "SELECT count(*) FROM posts"), 3);
	fixture_check(f);
}

static void
test_savepoints(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(cc_savepoint(f->cc, "a"), CC_MISUSE);
	assert_ok(f, cc_begin(f->cc));
	fixture_insert(f, 1, 1);
	assert_ok(f, cc_savepoint(f->cc, "a"));
	fixture_insert(f, 2, 1);
	assert_ok(f, cc_savepoint(f->cc, "b \"quoted\""));
	fixture_insert(f, 3, 2);
	assert_ok(f, cc_rollback_to(f->cc, "B \"quoted\""));
	fixture_insert(f, 4, 2);
	assert_ok(f, cc_release(f->cc, "b \"quoted\""));
	fixture_insert(f, 5, 1);
	assert_ok(f, cc_rollback_to(f->cc, "a"));
	assert_int_equal(cc_rollback_to(f->cc, "b \"quoted\""), CC_MISUSE);
	fixture_insert(f, 6, 2);
	assert_ok(f, cc_rollback_to(f->cc, "a"));
	fixture_insert(f, 7, 1);
	assert_ok(f, cc_commit(f->cc));
	assert_int_equal(fixture_int(f, "SELECT group_concat(id) = '1,7' FROM posts"), 1);
	fixture_check(f);
}

/* What a flush inside a savepoint applied is pending again after it is rolled back. */
static void
test_flush_inside_a_savepoint(void **state)
{
	struct fixture *f = *state;

	assert_ok(f, cc_begin(f->cc));
	fixture_insert(f, 1, 1);
	assert_ok(f, cc_savepoint(f->cc, "s"));
	fixture_insert(f, 2, 2);
	assert_ok(f, cc_flush(f->cc));
	assert_int_equal(fixture_pending(f), 0);
	assert_int_equal(fixture_int(f, "SELECT posts_count FROM groups WHERE id = 1"), 1);
	fixture_insert(f, 3, 1);
	assert_ok(f, cc_rollback_to(f->cc, "s"));
	assert_int_equal(fixture_pending(f), 1);
	assert_ok(f, cc_commit(f->cc));
	assert_int_equal(fixture_int(f, "SELECT posts_count FROM groups WHERE id = 1"), 1);
	fixture_check(f);
}

static void
test_own_savepoints_are_mirrored(void **state)
{
	struct fixture *f = *state;

	fixture_exec(f, "BEGIN");
	fixture_insert(f, 1, 1);
	fixture_exec(f, "SAVEPOINT x");
	assert_ok(f, cc_mark(f->cc, "x"));
	fixture_insert(f, 2, 1);
	fixture_exec(f, "ROLLBACK TO x");
	assert_ok(f, cc_rewind(f->cc, "x"));
	fixture_insert(f, 3, 2);
	fixture_exec(f, "RELEASE x");
	assert_ok(f, cc_unmark(f->cc, "x"));
	assert_int_equal(cc_unmark(f->cc, "x"), CC_MISUSE);
	assert_ok(f, cc_flush(f->cc));
	fixture_exec(f, "COMMIT");
	fixture_check(f);
	assert_int_equal(fixture_events(f, "forgotten"), 0);
}

/* cc_begin inside the application's transaction: its last cc_commit flushes. */
static void
test_levels_inside_an_own_transaction(void **state)
{
	struct fixture *f = *state;

	fixture_exec(f, "BEGIN");
	assert_ok(f, cc_begin(f->cc));
	fixture_insert(f, 1, 1);
	assert_ok(f, cc_begin(f->cc));
	fixture_insert(f, 2, 1);
	assert_ok(f, cc_rollback(f->cc));
	assert_ok(f, cc_commit(f->cc));
	fixture_exec(f, "COMMIT");
	fixture_check(f);
	assert_int_equal(fixture_events(f, "forgotten"), 0);
}

/* A SAVEPOINT outside any transaction opens one, and its RELEASE commits. */
static void
test_own_savepoint_as_transaction(void **state)
{
	struct fixture *f = *state;

	fixture_exec(f, "SAVEPOINT s");
	assert_ok(f, cc_mark(f->cc, "s"));
	fixture_insert(f, 1, 1);
	assert_ok(f, cc_flush(f->cc));
	fixture_exec(f, "ROLLBACK TO s");
	assert_ok(f, cc_rewind(f->cc, "s"));
	fixture_insert(f, 2, 1);
	assert_ok(f, cc_flush(f->cc));
	fixture_exec(f, "RELEASE s");
	assert_ok(f, cc_unmark(f->cc, "s"));
	assert_int_equal(cc_unmark(f->cc, "s"), CC_MISUSE);
	fixture_check(f);
}

static void
test_savepoint_of_a_level(void **state)
{
	struct fixture *f = *state;

	assert_ok(f, cc_begin(f->cc));
	assert_int_equal(cc_savepoint(f->cc, "CC_Level"), CC_MISUSE);
	assert_int_equal(cc_mark(f->cc, "cc_level"), CC_MISUSE);
	assert_ok(f, cc_commit(f->cc));
}

/* Under a deferred constraint the child may come first; what was flushed is then an orphan. */
static void
test_child_before_its_parent(void **state)
{
	struct fixture *f = *state;
	struct post row = { .id = 1, .group_id = NONE, .author_id = VALUE(5), .editor_id = NONE,
		.amount = NONE };

	assert_ok(f, cc_begin(f->cc));
	fixture_exec(f, "PRAGMA defer_foreign_keys = on");
	assert_ok(f, cc_row_insert(f->cc, TABLE(POSTS), &row));
	assert_int_equal(fixture_events(f, "orphan"), 1);
	assert_ok(f, cc_row_insert(f->cc, TABLE(USERS), &(struct user){ .id = 5 }));
	assert_ok(f, cc_commit(f->cc));
	assert_int_equal(fixture_int(f, "SELECT posts_count FROM users WHERE id = 5"), 1);
	fixture_check(f);
}

/* A deferred constraint shows at COMMIT: the transaction stays open and can be mended. */
static void
test_commit_that_fails(void **state)
{
	struct fixture *f = *state;

	assert_ok(f, cc_begin(f->cc));
	fixture_exec(f, "PRAGMA defer_foreign_keys = on");
	fixture_insert(f, 1, 3);
	fixture_insert(f, 2, 1);
	assert_int_equal(cc_commit(f->cc), CC_CONSTRAINT);
	assert_int_equal(sqlite3_get_autocommit(f->db), 0);
	assert_ok(f, cc_row_set(f->cc, TABLE(POSTS), KEY(1), 1, &VALUE(2)));
	assert_ok(f, cc_commit(f->cc));
	fixture_check(f);
}

static void
test_immediate_is_seen_at_once(void **state)
{
	struct fixture *f = *state;

	fixture_exec(f, "BEGIN");
	fixture_insert(f, 1, 1);
	assert_int_equal(fixture_int(f, "SELECT posts_count FROM users"), 1);
	assert_int_equal(fixture_int(f, "SELECT posts_count FROM groups WHERE id = 1"), 0);
	fixture_exec(f, "SAVEPOINT s");
	assert_ok(f, cc_mark(f->cc, "s"));
	fixture_insert(f, 2, 1);
	assert_int_equal(fixture_int(f, "SELECT posts_count FROM users"), 2);
	fixture_exec(f, "ROLLBACK TO s");
	assert_ok(f, cc_rewind(f->cc, "s"));
	assert_ok(f, cc_flush(f->cc));
	fixture_exec(f, "COMMIT");
	fixture_check(f);
}

/* Random operations, savepoints and flushes, held against a recount. */
static void
test_random(void **state)
{
	struct fixture *f = *state;
	uint32_t seed = 12345;
	char name[16];

	for (int round = 0; round < 200; round++) {
		int depth = 0;

		assert_ok(f, cc_begin(f->cc));
		for (int step = 0; step < 20; step++) {
			seed = seed * 1664525 + 1013904223;
			snprintf(name, sizeof name, "s%d", depth);
			switch (seed >> 16 & 7) {
			case 0:
				snprintf(name, sizeof name, "s%d", ++depth);
				assert_ok(f, cc_savepoint(f->cc, name));
				break;
			case 1:
				if (depth > 0) {
					assert_ok(f, cc_rollback_to(f->cc, name));
				}
				break;
			case 2:
				if (depth == 0)
					break;
				assert_ok(f, cc_release(f->cc, name));
				depth--;
				break;
			case 3:
				if ((seed >> 20 & 3) == 0) {
					assert_ok(f, cc_flush(f->cc));
				}
				break;
			case 4:
				(void)cc_row_delete(f->cc, TABLE(POSTS), KEY(seed >> 20 & 31));
				break;
			case 5:
				(void)cc_row_set(f->cc, TABLE(POSTS), KEY(seed >> 20 & 31), 1,
				    &VALUE(1 + (seed >> 25 & 1)));
				break;
			default:
				(void)cc_row_insert(f->cc, TABLE(POSTS), &(struct post){
				    .id = seed >> 20 & 31, .group_id = VALUE(1 + (seed >> 25 & 1)),
				    .author_id = VALUE(1), .editor_id = NONE,
				    .amount = VALUE(seed >> 18 & 7) });
			}
		}
		if (round % 5 == 0)
			assert_ok(f, cc_rollback(f->cc));
		else
			assert_ok(f, cc_commit(f->cc));
		f->events[0] = '\0';
		fixture_check(f);
	}
	assert_true(fixture_int(f, "SELECT count(*) FROM posts") > 5);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_open_groups, fixture_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_rollback),
		TEST(test_nested),
		TEST(test_savepoints),
		TEST(test_flush_inside_a_savepoint),
		TEST(test_own_savepoints_are_mirrored),
		TEST(test_levels_inside_an_own_transaction),
		TEST(test_own_savepoint_as_transaction),
		TEST(test_savepoint_of_a_level),
		TEST(test_child_before_its_parent),
		TEST(test_commit_that_fails),
		TEST(test_immediate_is_seen_at_once),
		TEST(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
