/* mend.c - counters that cannot be kept never disturb the application's own write. */
#include "fixture.h"

static int
prepare(struct fixture *f)
{
	fixture_exec(f, "INSERT INTO users (id) VALUES (1); INSERT INTO groups (id, heft) VALUES"
	    " (1, 0), (2, 0); UPDATE site SET groups_count = 2");
	return 0;
}

static int
set_up(void **state)
{
	fixture_open(state);
	return prepare(*state);
}

static int
set_up_strict(void **state)
{
	fixture_open_strict(state);
	return prepare(*state);
}

static int
try_insert(struct fixture *f, int64_t id, int64_t group, int64_t amount)
{
	return cc_row_insert(f->cc, TABLE(POSTS), &(struct post){ .id = id,
	    .group_id = VALUE(group), .author_id = VALUE(1), .editor_id = NONE,
	    .amount = VALUE(amount) });
}

static void
insert(struct fixture *f, int64_t id, int64_t group, int64_t amount)
{
	assert_ok(f, try_insert(f, id, group, amount));
}

static struct cc_metrics
metrics(struct fixture *f)
{
	struct cc_metrics m;

	cc_metrics(f->cc, &m);
	return m;
}

static const char *
dirty(struct fixture *f)
{
	return fixture_text(f, "SELECT group_concat(table_name || key) FROM cc_dirty");
}

static void
test_null_is_zero_and_healed(void **state)
{
	struct fixture *f = *state;

	fixture_exec(f, "UPDATE groups SET open_count = NULL");
	insert(f, 1, 1, 1);
	insert(f, 2, 1, 1);
	assert_int_equal(fixture_int(f, "SELECT open_count FROM groups WHERE id = 1"), 2);
	assert_string_equal(dirty(f), "NULL");
	assert_int_equal(fixture_events(f, "failure"), 0);
}

static void
test_orphan(void **state)
{
	struct fixture *f = *state;

	assert_ok(f, cc_begin(f->cc));
	assert_ok(f, cc_row_insert(f->cc, TABLE(LABELS), &(struct label){ "nobody" }));
	insert(f, 1, 1, 1);
	assert_ok(f, cc_commit(f->cc));
	assert_int_equal(metrics(f).orphans, 1);
	assert_non_null(strstr(f->events, "orphan groups - [\"nobody\"]"));
	assert_string_equal(dirty(f), "NULL");
	fixture_check(f);
}

static void
test_negative_count_is_applied_and_told(void **state)
{
	struct fixture *f = *state;

	insert(f, 1, 1, 1);
	fixture_exec(f, "UPDATE groups SET posts_count = 0 WHERE id = 1");
	assert_ok(f, cc_row_delete(f->cc, TABLE(POSTS), KEY(1)));
	assert_int_equal(fixture_int(f, "SELECT posts_count FROM groups WHERE id = 1"), -1);
	assert_int_equal(fixture_int(f, "SELECT open_count FROM groups WHERE id = 1"), 0);
	assert_string_equal(dirty(f), "groups[1]");
	assert_int_equal(metrics(f).negatives, 1);
	assert_int_equal(fixture_events(f, "negative"), 1);
	assert_ok(f, cc_repair(f->cc, NULL, NULL));
	fixture_check(f);
}

static void
test_out_of_range(void **state)
{
	struct fixture *f = *state;

	fixture_exec(f, "UPDATE groups SET open_count = 2147483647 WHERE id = 1");
	insert(f, 1, 1, 7);
	assert_int_equal(fixture_int(f, "SELECT open_count FROM groups WHERE id = 1"),
	    2147483647);
	assert_int_equal(fixture_int(f, "SELECT total FROM groups WHERE id = 1"), 7);
	assert_string_equal(dirty(f), "groups[1]");
	assert_non_null(strstr(f->events, "failure groups open_count [1]"));
	assert_ok(f, cc_repair(f->cc, NULL, NULL));
	fixture_check(f);
}

static void
test_sum_never_wraps(void **state)
{
	struct fixture *f = *state;

	insert(f, 1, 1, INT64_MAX);
	insert(f, 2, 1, 1);
	assert_int_equal(fixture_int(f, "SELECT total FROM groups WHERE id = 1"), INT64_MAX);
	assert_string_equal(fixture_text(f, "SELECT typeof(total) FROM groups WHERE id = 1"),
	    "integer");
	assert_int_equal(fixture_int(f, "SELECT posts_count FROM groups WHERE id = 1"), 2);
	assert_string_equal(dirty(f), "groups[1]");
	fixture_exec(f, "DELETE FROM cc_dirty");
	assert_ok(f, cc_begin(f->cc));
	insert(f, 3, 2, INT64_MIN);
	insert(f, 4, 2, -1);
	assert_ok(f, cc_commit(f->cc));
	assert_string_equal(dirty(f), "groups[2]");
	assert_int_equal(fixture_int(f, "SELECT posts_count FROM groups WHERE id = 2"), 2);
}

static void
test_failed_amount(void **state)
{
	struct fixture *f = *state;

	insert(f, 1, 1, 666);
	assert_int_equal(fixture_int(f, "SELECT count(*) FROM posts"), 1);
	assert_int_equal(fixture_int(f, "SELECT posts_count FROM users"), 1);
	assert_string_equal(dirty(f), "groups[1]");
	assert_int_equal(metrics(f).failures, 1);
}

static void
test_check_constraint(void **state)
{
	struct fixture *f = *state;

	fixture_exec(f, "CREATE TRIGGER t BEFORE UPDATE ON groups WHEN new.posts_count > 1 AND"
	    " new.id = 1 BEGIN SELECT raise(ABORT, 'too many'); END");
	assert_ok(f, cc_begin(f->cc));
	insert(f, 1, 1, 1);
	insert(f, 2, 1, 1);
	insert(f, 3, 2, 1);
	assert_ok(f, cc_commit(f->cc));
	assert_int_equal(fixture_int(f, "SELECT count(*) FROM posts"), 3);
	assert_int_equal(fixture_int(f, "SELECT posts_count FROM groups WHERE id = 2"), 1);
	assert_string_equal(dirty(f), "groups[1]");
	assert_non_null(strstr(f->events, "too many"));
	assert_int_equal(metrics(f).failures, 1);
	fixture_exec(f, "DROP TRIGGER t");
	assert_ok(f, cc_repair(f->cc, NULL, NULL));
	fixture_exec(f, "UPDATE groups SET ever_count = posts_count");
	fixture_check(f);
}

static void
test_column_that_went_away(void **state)
{
	struct fixture *f = *state;

	fixture_exec(f, "ALTER TABLE groups RENAME COLUMN total TO gone");
	insert(f, 1, 1, 1);
	assert_int_equal(fixture_int(f, "SELECT count(*) FROM posts"), 1);
	assert_int_equal(fixture_int(f, "SELECT posts_count FROM users"), 1);
	assert_string_equal(dirty(f), "groups[1]");
}

/* Nowhere to write it down: it is told, and the application's write stands. */
static void
test_no_cc_dirty(void **state)
{
	struct fixture *f = *state;

	fixture_exec(f, "DROP TABLE cc_dirty; UPDATE groups SET open_count = 2147483647");
	insert(f, 1, 1, 1);
	assert_int_equal(fixture_int(f, "SELECT count(*) FROM posts"), 1);
	assert_int_equal(fixture_int(f, "SELECT posts_count FROM groups WHERE id = 1"), 1);
	assert_int_equal(metrics(f).failures, 2);
}

static void
test_dirty_goes_with_its_savepoint(void **state)
{
	struct fixture *f = *state;

	fixture_exec(f, "UPDATE groups SET open_count = 2147483647");
	assert_ok(f, cc_begin(f->cc));
	assert_ok(f, cc_savepoint(f->cc, "s"));
	insert(f, 1, 1, 1);
	assert_ok(f, cc_flush(f->cc));
	assert_string_equal(dirty(f), "groups[1]");
	assert_ok(f, cc_rollback_to(f->cc, "s"));
	insert(f, 2, 2, 1);
	assert_ok(f, cc_commit(f->cc));
	assert_string_equal(dirty(f), "groups[2]");
	assert_int_equal(fixture_int(f, "SELECT posts_count FROM groups WHERE id = 1"), 0);
}

static void
test_strict_fails_the_transaction(void **state)
{
	struct fixture *f = *state;

	fixture_exec(f, "UPDATE groups SET open_count = 2147483647 WHERE id = 1");
	assert_int_equal(try_insert(f, 1, 1, 1), CC_COUNTER);
	assert_non_null(strstr(cc_errmsg(f->cc), "open_count"));
	assert_int_equal(sqlite3_get_autocommit(f->db), 1);
	assert_int_equal(fixture_int(f, "SELECT count(*) FROM posts"), 0);
	assert_ok(f, cc_begin(f->cc));
	insert(f, 2, 1, 1);
	insert(f, 3, 2, 1);
	assert_int_equal(cc_commit(f->cc), CC_COUNTER);
	assert_ok(f, cc_rollback(f->cc));
	insert(f, 4, 2, 1);
	assert_int_equal(fixture_int(f, "SELECT posts_count FROM groups WHERE id = 2"), 1);
}

static void
test_open_says_what_is_missing(void **state)
{
	struct fixture *f = *state;
	struct cc *cc;

	fixture_exec(f, "ALTER TABLE groups RENAME COLUMN total TO gone");
	assert_int_equal(cc_open_sqlite(&cc, f->db, &fixture_schema, NULL), CC_SCHEMA);
	assert_string_equal(cc_errmsg(cc), "table groups has no column total");
	cc_close(cc);
	fixture_exec(f, "ALTER TABLE groups ADD COLUMN total TEXT");
	assert_int_equal(cc_open_sqlite(&cc, f->db, &fixture_schema, NULL), CC_SCHEMA);
	assert_non_null(strstr(cc_errmsg(cc), "column total of table groups has the type"));
	cc_close(cc);
	fixture_exec(f, "ALTER TABLE groups DROP COLUMN total;"
	    "ALTER TABLE groups RENAME COLUMN gone TO total; DELETE FROM site");
	assert_int_equal(cc_open_sqlite(&cc, f->db, &fixture_schema, NULL), CC_SCHEMA);
	assert_non_null(strstr(cc_errmsg(cc), "the singleton site has 0 rows"));
	cc_close(cc);
	fixture_exec(f, "DROP TABLE site");
	assert_int_equal(cc_open_sqlite(&cc, f->db, &fixture_schema, NULL), CC_SCHEMA);
	assert_string_equal(cc_errmsg(cc), "there is no table site");
	cc_close(cc);
	assert_int_equal(cc_open_sqlite(&cc, f->db, &fixture_schema,
	    &(struct cc_options){ .flags = CC_UNINSTALLED }), CC_OK);
	cc_close(cc);
}

static void
test_open_notices(void **state)
{
	struct fixture *f = *state;

	cc_close(f->cc);
	fixture_exec(f, "PRAGMA foreign_keys = off; DROP TABLE nodes; DROP TABLE groups;"
	    "CREATE TABLE nodes (id INTEGER PRIMARY KEY, parent_id INTEGER,"
	    " children_count INTEGER NOT NULL DEFAULT 5);"
	    "CREATE TABLE groups (id INTEGER PRIMARY KEY, name TEXT COLLATE NOCASE,"
	    " archived, weight, posts_count INT, open_count INT, total INT, ever_count INT,"
	    " visits INT, heft REAL, labels_count INT, touched_at INT)");
	assert_ok(f, cc_open_sqlite(&f->cc, f->db, &fixture_schema, &f->options));
	assert_int_equal(fixture_events(f, "notice"), 2);
	assert_non_null(strstr(f->events, "notice groups name -: the key has the collation"
	    " NOCASE"));
	assert_non_null(strstr(f->events, "foreign_keys is off"));
	assert_ok(f, cc_row_insert(f->cc, TABLE(NODES), &(struct node){ 1, NONE }));
	assert_int_equal(fixture_int(f, "SELECT children_count FROM nodes"), 0);
}

static void
test_abi(void **state)
{
	struct fixture *f = *state;
	struct cc_schema other = fixture_schema;
	struct cc *cc;

	other.abi++;
	assert_int_equal(cc_open_sqlite(&cc, f->db, &other, NULL), CC_SCHEMA);
	assert_non_null(strstr(cc_errmsg(cc), "run ccgen again"));
	cc_close(cc);
	other = fixture_schema;
	other.sqlite = NULL;
	assert_int_equal(cc_open_sqlite(&cc, f->db, &other, NULL), CC_SCHEMA);
	cc_close(cc);
	cc_close(NULL);
}

static void
test_prometheus(void **state)
{
	struct fixture *f = *state;
	char text[8192], small[10];
	size_t n;

	insert(f, 1, 1, 1);
	n = cc_metrics_prometheus(f->cc, text, sizeof text);
	assert_int_equal(n, strlen(text));
	assert_non_null(strstr(text, "# TYPE cc_hooks_total counter\n"
	    "cc_hooks_total{schema=\"fixture\"} 1\n"));
	assert_non_null(strstr(text, "# TYPE cc_pending gauge\ncc_pending{schema=\"fixture\"} 0\n"));
	assert_int_equal(cc_metrics_prometheus(f->cc, small, sizeof small), n);
	assert_int_equal(strlen(small), 9);
	assert_int_equal(cc_metrics_prometheus(f->cc, NULL, 0), n);
}

/* A trigger may make nothing of an UPDATE without an error. */
static void
test_ignored_update(void **state)
{
	struct fixture *f = *state;

	fixture_exec(f, "CREATE TRIGGER t BEFORE UPDATE OF posts_count ON groups WHEN new.id = 1"
	    " BEGIN SELECT raise(IGNORE); END");
	insert(f, 1, 1, 5);
	insert(f, 2, 2, 5);
	assert_string_equal(dirty(f), "groups[1]");
	assert_int_equal(fixture_events(f, "failure"), 1);
	fixture_exec(f, "DROP TRIGGER t");
	assert_ok(f, cc_repair(f->cc, NULL, NULL));
	fixture_check(f);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, fixture_close)
#define STRICT(name) cmocka_unit_test_setup_teardown(name, set_up_strict, fixture_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_null_is_zero_and_healed),
		TEST(test_orphan),
		TEST(test_negative_count_is_applied_and_told),
		TEST(test_out_of_range),
		TEST(test_sum_never_wraps),
		TEST(test_failed_amount),
		TEST(test_check_constraint),
		TEST(test_column_that_went_away),
		TEST(test_ignored_update),
		TEST(test_no_cc_dirty),
		TEST(test_dirty_goes_with_its_savepoint),
		STRICT(test_strict_fails_the_transaction),
		TEST(test_open_says_what_is_missing),
		TEST(test_open_notices),
		TEST(test_abi),
		TEST(test_prometheus),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
