/* ends.c - transactions that end by themselves, or unseen: forgotten flushes, aborts, hooks. */
#include "fixture.h"

static void
test_forgotten_flush(void **state)
{
	struct fixture *f = *state;

	fixture_exec(f, "BEGIN");
	fixture_insert(f, 1, 1);
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
	fixture_insert(f, 1, 1);
	fixture_exec(f, "COMMIT; BEGIN");
	fixture_insert(f, 2, 2);
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
	fixture_insert(f, 1, 1);
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
	fixture_insert(f, 1, 1);
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
	fixture_insert(f, 1, 1);
	fixture_exec(f, "ROLLBACK; BEGIN");
	fixture_insert(f, 2, 2);
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
	fixture_insert(f, 1, 1);
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
	fixture_insert(f, 1, 1);
	assert_ok(f, cc_commit(f->cc));
	assert_int_equal(commits, 1);
	assert_ok(f, cc_begin(f->cc));
	fixture_insert(f, 2, 1);
	assert_int_equal(cc_commit(f->cc), CC_ABORTED);
	assert_int_equal(rollbacks, 1);
	fixture_check(f);
	assert_ok(f, cc_begin(f->cc));
	fixture_insert(f, 3, 1);
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
	fixture_insert(f, 1, 1);
	assert_int_equal(cc_row_insert(f->cc, TABLE(POSTS), &row), CC_ABORTED);
	assert_int_equal(fixture_pending(f), 0);
	assert_int_equal(cc_commit(f->cc), CC_ABORTED);
	assert_int_equal(cc_rollback(f->cc), CC_MISUSE);
	fixture_check(f);
	assert_ok(f, cc_begin(f->cc));
	assert_int_equal(cc_row_insert(f->cc, TABLE(POSTS), &row), CC_ABORTED);
	assert_ok(f, cc_flush(f->cc));
	assert_ok(f, cc_rollback(f->cc));
	assert_ok(f, cc_begin(f->cc));
	fixture_insert(f, 1, 1);
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
	fixture_insert(f, 6, 1);
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
		fixture_insert(f, 1, 1);
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
		fixture_insert(f, i + 1, 1);
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
	fixture_insert(f, 1, 1);
	cc_close(f->cc);
	f->cc = NULL;
	assert_int_equal(fixture_events(f, "forgotten"), 1);
	fixture_exec(f, "COMMIT");
	assert_int_equal(fixture_int(f, "SELECT count(*) FROM cc_dirty"), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_open_groups, fixture_close)
#define STRICT(name) \
	cmocka_unit_test_setup_teardown(name, fixture_open_groups_strict, fixture_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
