/* transactions.c - nesting, savepoints, forgotten flushes, transactions that end by themselves. */
#include "fixture.h"

static void
insert(struct fixture *f, int64_t id, int64_t group)
{
	assert_ok(f, cc_row_insert(f->cc, TABLE(POSTS), &(struct post){ .id = id,
	    .group_id = VALUE(group), .author_id = VALUE(1), .editor_id = NONE,
	    .amount = VALUE(id) }));
}

static int
set_up(void **state)
{
	struct fixture *f;

	fixture_open(state);
	f = *state;
	fixture_exec(f, "INSERT INTO users (id) VALUES (1); INSERT INTO groups (id, heft) VALUES"
	    " (1, 0), (2, 0); UPDATE site SET groups_count = 2");
	return 0;
}

static int
set_up_strict(void **state)
{
	struct fixture *f;

	fixture_open_strict(state);
	f = *state;
	fixture_exec(f, "INSERT INTO users (id) VALUES (1); INSERT INTO groups (id, heft) VALUES"
	    " (1, 0), (2, 0); UPDATE site SET groups_count = 2");
	return 0;
}

static uint64_t
pending(struct fixture *f)
{
	struct cc_metrics metrics;

	cc_metrics(f->cc, &metrics);
	return metrics.pending;
}

static void
test_rollback(void **state)
{
	struct fixture *f = *state;

	assert_ok(f, cc_begin(f->cc));
	insert(f, 1, 1);
	assert_int_equal(pending(f), 1);
	assert_ok(f, cc_rollback(f->cc));
	assert_int_equal(pending(f), 0);
	fixture_check(f);
	assert_int_equal(cc_rollback(f->cc), CC_MISUSE);
	assert_int_equal(cc_commit(f->cc), CC_MISUSE);
	assert_ok(f, cc_begin(f->cc));
	insert(f, 2, 2);
	assert_ok(f, cc_commit(f->cc));
	fixture_check(f);
}

static void
test_nested(void **state)
{
	struct fixture *f = *state;

	assert_ok(f, cc_begin(f->cc));
	insert(f, 1, 1);
	assert_ok(f, cc_begin(f->cc));
	insert(f, 2, 1);
	assert_ok(f, cc_begin(f->cc));
	insert(f, 3, 2);
	assert_ok(f, cc_commit(f->cc));
	insert(f, 4, 2);
	assert_ok(f, cc_rollback(f->cc));
	insert(f, 5, 2);
	assert_ok(f, cc_begin(f->cc));
	insert(f, 6, 1);
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
	insert(f, 1, 1);
	assert_ok(f, cc_savepoint(f->cc, "a"));
	insert(f, 2, 1);
	assert_ok(f, cc_savepoint(f->cc, "b \"quoted\""));
	insert(f, 3, 2);
	assert_ok(f, cc_rollback_to(f->cc, "B \"quoted\""));
	insert(f, 4, 2);
	assert_ok(f, cc_release(f->cc, "b \"quoted\""));
	insert(f, 5, 1);
	assert_ok(f, cc_rollback_to(f->cc, "a"));
	assert_int_equal(cc_rollback_to(f->cc, "b \"quoted\""), CC_MISUSE);
	insert(f, 6, 2);
	assert_ok(f, cc_rollback_to(f->cc, "a"));
	insert(f, 7, 1);
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
	insert(f, 1, 1);
	assert_ok(f, cc_savepoint(f->cc, "s"));
	insert(f, 2, 2);
	assert_ok(f, cc_flush(f->cc));
	assert_int_equal(pending(f), 0);
	assert_int_equal(fixture_int(f, "SELECT posts_count FROM groups WHERE id = 1"), 1);
	insert(f, 3, 1);
	assert_ok(f, cc_rollback_to(f->cc, "s"));
	assert_int_equal(pending(f), 1);
	assert_ok(f, cc_commit(f->cc));
	assert_int_equal(fixture_int(f, "SELECT posts_count FROM groups WHERE id = 1"), 1);
	fixture_check(f);
}

static void
test_own_savepoints_are_mirrored(void **state)
{
	struct fixture *f = *state;

	fixture_exec(f, "BEGIN");
	insert(f, 1, 1);
	fixture_exec(f, "SAVEPOINT x");
	assert_ok(f, cc_mark(f->cc, "x"));
	insert(f, 2, 1);
	fixture_exec(f, "ROLLBACK TO x");
	assert_ok(f, cc_rewind(f->cc, "x"));
	insert(f, 3, 2);
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
	insert(f, 1, 1);
	assert_ok(f, cc_begin(f->cc));
	insert(f, 2, 1);
	assert_ok(f, cc_rollback(f->cc));
	assert_ok(f, cc_commit(f->cc));
	fixture_exec(f, "COMMIT");
	fixture_check(f);
	assert_int_equal(fixture_events(f, "forgotten"), 0);
}

static void
test_forgotten_flush(void **state)
{
	struct fixture *f = *state;

	fixture_exec(f, "BEGIN");
	insert(f, 1, 1);
	fixture_exec(f, "COMMIT");
	assert_int_equal(fixture_events(f, "forgotten"), 1);
	assert_int_equal(fixture_int(f, "SELECT count(*) FROM cc_dirty"), 0);
	assert_ok(f, cc_begin(f->cc));
	assert_ok(f, cc_commit(f->cc));
	assert_string_equal(fixture_text(f, "SELECT table_name || key FROM cc_dirty"),
	    "groups[1]");
	assert_int_equal(fixture_int(f, "SELECT posts_count FROM groups WHERE id = 1"), 0);
	assert_ok(f, cc_repair(f->cc, NULL, NULL));
	fixture_exec(f, "UPDATE groups SET ever_count = 1 WHERE id = 1");
	fixture_check(f);
	assert_int_equal(fixture_int(f, "SELECT count(*) FROM cc_dirty"), 0);
}

/* The marks are written in the next transaction; when that is rolled back, in the one after. */
static void
test_forgotten_marks_survive_a_rollback(void **state)
{
	struct fixture *f = *state;

	fixture_exec(f, "BEGIN");
	insert(f, 1, 1);
	fixture_exec(f, "COMMIT; BEGIN");
	insert(f, 2, 2);
	assert_int_equal(fixture_int(f, "SELECT count(*) FROM cc_dirty"), 1);
	fixture_exec(f, "ROLLBACK");
	assert_int_equal(fixture_int(f, "SELECT count(*) FROM cc_dirty"), 0);
	assert_ok(f, cc_flush(f->cc));
	assert_int_equal(fixture_int(f, "SELECT count(*) FROM cc_dirty"), 1);
	assert_int_equal(fixture_int(f, "SELECT posts_count FROM groups WHERE id = 2"), 0);
}

static void
test_forgotten_until_close(void **state)
{
	struct fixture *f = *state;

	fixture_exec(f, "BEGIN");
	insert(f, 1, 1);
	fixture_exec(f, "COMMIT");
	cc_close(f->cc);
	f->cc = NULL;
	assert_int_equal(fixture_int(f, "SELECT count(*) FROM cc_dirty"), 1);
}

static void
test_forgotten_when_strict_is_a_rollback(void **state)
{
	struct fixture *f = *state;

	fixture_exec(f, "BEGIN");
	insert(f, 1, 1);
	assert_int_equal(sqlite3_exec(f->db, "COMMIT", NULL, NULL, NULL), SQLITE_CONSTRAINT);
	assert_int_equal(fixture_int(f, "SELECT count(*) FROM posts"), 0);
	assert_ok(f, cc_flush(f->cc));
	fixture_check(f);
	assert_int_equal(fixture_int(f, "SELECT count(*) FROM cc_dirty"), 0);
}

static void
test_own_rollback_empties_pending(void **state)
{
	struct fixture *f = *state;

	fixture_exec(f, "BEGIN");
	insert(f, 1, 1);
	fixture_exec(f, "ROLLBACK; BEGIN");
	insert(f, 2, 2);
	assert_ok(f, cc_flush(f->cc));
	fixture_exec(f, "COMMIT");
	fixture_check(f);
	assert_int_equal(fixture_events(f, "forgotten"), 0);
}

/* The application's hooks took the place of ours: the end shows all the same. */
static void
test_displaced_hooks(void **state)
{
	struct fixture *f = *state;

	sqlite3_commit_hook(f->db, NULL, NULL);
	sqlite3_rollback_hook(f->db, NULL, NULL);
	fixture_exec(f, "BEGIN");
	insert(f, 1, 1);
	fixture_exec(f, "COMMIT");
	assert_ok(f, cc_flush(f->cc));
	assert_int_equal(fixture_events(f, "forgotten"), 1);
	assert_int_equal(fixture_int(f, "SELECT count(*) FROM cc_dirty"), 1);
}

static int commits, rollbacks;

static int
app_commit(void *ctx)
{
	(void)ctx;
	commits++;
	return commits == 2;
}

static void
app_rollback(void *ctx)
{
	(void)ctx;
	rollbacks++;
}

static void
test_chained_hooks(void **state)
{
	struct fixture *f = *state;

	cc_close(f->cc);
	f->options.commit_hook = app_commit;
	f->options.rollback_hook = app_rollback;
	assert_ok(f, cc_open_sqlite(&f->cc, f->db, &fixture_schema, &f->options));
	commits = rollbacks = 0;
	assert_ok(f, cc_begin(f->cc));
	insert(f, 1, 1);
	assert_ok(f, cc_commit(f->cc));
	assert_int_equal(commits, 1);
	assert_ok(f, cc_begin(f->cc));
	insert(f, 2, 1);
	assert_int_equal(cc_commit(f->cc), CC_ABORTED);
	assert_int_equal(rollbacks, 1);
	fixture_check(f);
	assert_ok(f, cc_begin(f->cc));
	insert(f, 3, 1);
	assert_ok(f, cc_commit(f->cc));
	fixture_check(f);
}

/* ON CONFLICT ROLLBACK: the engine ends the transaction under our feet. */
static void
test_aborted_by_the_engine(void **state)
{
	struct fixture *f = *state;
	struct post row = { .id = 5, .group_id = VALUE(1), .author_id = VALUE(1),
		.editor_id = NONE, .amount = NONE };

	fixture_exec(f, "CREATE TRIGGER t BEFORE INSERT ON posts WHEN new.id = 5"
	    " BEGIN SELECT raise(ROLLBACK, 'full'); END");
	assert_ok(f, cc_begin(f->cc));
	insert(f, 1, 1);
	assert_int_equal(cc_row_insert(f->cc, TABLE(POSTS), &row), CC_ABORTED);
	assert_int_equal(pending(f), 0);
	assert_int_equal(cc_commit(f->cc), CC_ABORTED);
	assert_int_equal(cc_rollback(f->cc), CC_MISUSE);
	fixture_check(f);
	assert_ok(f, cc_begin(f->cc));
	assert_int_equal(cc_row_insert(f->cc, TABLE(POSTS), &row), CC_ABORTED);
	assert_ok(f, cc_flush(f->cc));
	assert_ok(f, cc_rollback(f->cc));
	assert_ok(f, cc_begin(f->cc));
	insert(f, 1, 1);
	assert_ok(f, cc_commit(f->cc));
	fixture_check(f);
}

static void
test_aborted_inside_a_level(void **state)
{
	struct fixture *f = *state;
	struct post row = { .id = 5, .group_id = VALUE(1), .author_id = VALUE(1),
		.editor_id = NONE, .amount = NONE };

	fixture_exec(f, "CREATE TRIGGER t BEFORE INSERT ON posts WHEN new.id = 5"
	    " BEGIN SELECT raise(ROLLBACK, 'full'); END");
	for (int i = 0; i < 2; i++) {
		assert_ok(f, cc_begin(f->cc));
		assert_ok(f, cc_begin(f->cc));
		assert_int_equal(cc_row_insert(f->cc, TABLE(POSTS), &row), CC_ABORTED);
		assert_int_equal(i == 0 ? cc_rollback(f->cc) : cc_commit(f->cc),
		    i == 0 ? CC_OK : CC_ABORTED);
		assert_int_equal(i == 0 ? cc_rollback(f->cc) : cc_commit(f->cc),
		    i == 0 ? CC_OK : CC_ABORTED);
		assert_int_equal(cc_rollback(f->cc), CC_MISUSE);
	}
	fixture_check(f);
}

/* RAISE(FAIL) after the fact: the statement has failed, and the row is there. */
static void
test_failed_write_that_stands(void **state)
{
	struct fixture *f = *state;
	struct post row = { .id = 5, .group_id = VALUE(1), .author_id = VALUE(1),
		.editor_id = NONE, .amount = NONE };

	fixture_exec(f, "CREATE TRIGGER i AFTER INSERT ON posts WHEN new.id = 5"
	    " BEGIN SELECT raise(FAIL, 'five'); END;"
	    "CREATE TRIGGER d AFTER DELETE ON posts WHEN old.id = 6"
	    " BEGIN SELECT raise(FAIL, 'six'); END");
	assert_int_equal(cc_row_insert(f->cc, TABLE(POSTS), &row), CC_CONSTRAINT);
	fixture_check(f);
	assert_ok(f, cc_begin(f->cc));
	insert(f, 6, 1);
	assert_int_equal(cc_row_insert(f->cc, TABLE(POSTS), &row), CC_CONSTRAINT);
	assert_int_equal(cc_row_insert(f->cc, TABLE(POSTS), &row), CC_CONSTRAINT);
	assert_int_equal(cc_row_delete(f->cc, TABLE(POSTS), KEY(6)), CC_CONSTRAINT);
	assert_ok(f, cc_commit(f->cc));
	assert_int_equal(fixture_int(f, "SELECT count(*) FROM posts"), 1);
	fixture_check(f);
}

static int
count_down(void *ctx)
{
	int *left = ctx;

	return (*left)-- == 0;
}

/* Interrupted at any step: also where SQLite says so of a write that is done. */
static void
test_interrupted_write(void **state)
{
	struct fixture *f = *state;

	for (int step = 1; step < 60; step++) {
		int left = step;

		fixture_exec(f, "DELETE FROM posts; UPDATE groups SET posts_count = 0,"
		    " open_count = 0, total = 0, ever_count = 0, heft = 0;"
		    " UPDATE users SET posts_count = 0; DELETE FROM cc_dirty");
		assert_ok(f, cc_begin(f->cc));
		insert(f, 1, 1);
		sqlite3_progress_handler(f->db, 1, count_down, &left);
		(void)cc_row_insert(f->cc, TABLE(POSTS), &(struct post){ .id = 2,
		    .group_id = VALUE(1), .author_id = VALUE(1), .editor_id = NONE,
		    .amount = VALUE(2) });
		sqlite3_progress_handler(f->db, 0, NULL, NULL);
		(void)cc_commit(f->cc);
		if (fixture_int(f, "SELECT count(*) FROM cc_dirty") == 0)
			fixture_check(f);
	}
}

/* The application ends what cc_begin opened: as any other COMMIT without a flush. */
static void
test_own_commit_of_a_level(void **state)
{
	struct fixture *f = *state;

	for (int i = 0; i < 4; i++) {
		fixture_exec(f, "DELETE FROM cc_dirty");
		if (i & 1)
			fixture_exec(f, "BEGIN");
		assert_ok(f, cc_begin(f->cc));
		insert(f, i + 1, 1);
		fixture_exec(f, "COMMIT; BEGIN");
		assert_int_equal(i & 2 ? cc_rollback(f->cc) : cc_commit(f->cc),
		    i & 2 ? CC_OK : CC_ABORTED);
		assert_int_equal(sqlite3_get_autocommit(f->db), 0);
		fixture_exec(f, "COMMIT");
		assert_int_equal(fixture_int(f, "SELECT count(*) FROM cc_dirty"), 1);
	}
	assert_int_equal(fixture_events(f, "forgotten"), 4);
}

static void
test_close_inside_a_transaction(void **state)
{
	struct fixture *f = *state;

	fixture_exec(f, "BEGIN");
	insert(f, 1, 1);
	cc_close(f->cc);
	f->cc = NULL;
	assert_int_equal(fixture_events(f, "forgotten"), 1);
	fixture_exec(f, "COMMIT");
	assert_int_equal(fixture_int(f, "SELECT count(*) FROM cc_dirty"), 1);
}

/* A SAVEPOINT outside any transaction opens one, and its RELEASE commits. */
static void
test_own_savepoint_as_transaction(void **state)
{
	struct fixture *f = *state;

	fixture_exec(f, "SAVEPOINT s");
	assert_ok(f, cc_mark(f->cc, "s"));
	insert(f, 1, 1);
	assert_ok(f, cc_flush(f->cc));
	fixture_exec(f, "ROLLBACK TO s");
	assert_ok(f, cc_rewind(f->cc, "s"));
	insert(f, 2, 1);
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
	insert(f, 1, 3);
	insert(f, 2, 1);
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
	insert(f, 1, 1);
	assert_int_equal(fixture_int(f, "SELECT posts_count FROM users"), 1);
	assert_int_equal(fixture_int(f, "SELECT posts_count FROM groups WHERE id = 1"), 0);
	fixture_exec(f, "SAVEPOINT s");
	assert_ok(f, cc_mark(f->cc, "s"));
	insert(f, 2, 1);
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

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, fixture_close)
#define STRICT(name) cmocka_unit_test_setup_teardown(name, set_up_strict, fixture_close)

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
		TEST(test_forgotten_flush),
		TEST(test_forgotten_marks_survive_a_rollback),
		TEST(test_forgotten_until_close),
		STRICT(test_forgotten_when_strict_is_a_rollback),
		TEST(test_own_rollback_empties_pending),
		TEST(test_displaced_hooks),
		TEST(test_chained_hooks),
		TEST(test_aborted_by_the_engine),
		TEST(test_aborted_inside_a_level),
		TEST(test_failed_write_that_stands),
		TEST(test_interrupted_write),
		TEST(test_own_commit_of_a_level),
		TEST(test_close_inside_a_transaction),
		TEST(test_own_savepoint_as_transaction),
		TEST(test_savepoint_of_a_level),
		TEST(test_child_before_its_parent),
		TEST(test_commit_that_fails),
		TEST(test_immediate_is_seen_at_once),
		TEST(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
