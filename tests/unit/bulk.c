/*
 * bulk.c - verbs over all rows of one parent: what they count, and how many statements that takes.
 */
#include "forum.h"

static uint64_t random_state;

static int64_t
pick(int64_t n)
{
	random_state = random_state * UINT64_C(6364136223846793005) + 1442695040888963407u;
	return (int64_t)(random_state >> 33) % n;
}

static struct cc_int64
maybe(int64_t n)
{
	return (struct cc_int64){ .value = 1 + pick(n), .null = pick(5) == 0 };
}

/* ---- rows of the forum ------------------------------------------------------------------------ */

union forum_row {
	struct forum_group group;
	struct forum_user user;
	struct forum_discussion discussion;
	struct forum_poll poll;
};

static union forum_row
any_row(int table, int64_t id)
{
	static const char *const kinds[] = { NULL, "a", "b", "c" };

	switch (table) {
	case FORUM_GROUPS:
		return (union forum_row){ .group = { id, maybe(6), { 1, pick(5) > 0 } } };
	case FORUM_USERS:
		return (union forum_row){ .user = { id, pick(2) ? "name" : NULL } };
	case FORUM_DISCUSSIONS:
		return (union forum_row){ .discussion = { .id = id, .group_id = maybe(6),
			.author_id = maybe(4), .score = maybe(5), .kind = kinds[pick(4)],
			.open = pick(2), .hidden = !pick(4) } };
	default:
		return (union forum_row){ .poll = { id, maybe(8), maybe(4), maybe(5) } };
	}
}

/* Discussions of group 1, every other one open, each with two polls. */
static void
fill(struct fixture *f, int64_t first, int64_t n)
{
	assert_ok(f, cc_begin(f->cc));
	for (int64_t id = first; id < first + n; id++) {
		assert_ok(f, cc_row_insert(f->cc, FORUM(DISCUSSIONS), &(struct forum_discussion){
		    .id = id, .group_id = VALUE(1), .author_id = VALUE(1), .score = VALUE(id),
		    .open = id % 2 == 0 }));
		for (int64_t p = 0; p < 2; p++)
			assert_ok(f, cc_row_insert(f->cc, FORUM(POLLS), &(struct forum_poll){
			    .id = 2 * id + p, .discussion_id = VALUE(id), .author_id = VALUE(1),
			    .weight = VALUE(p) }));
	}
	assert_ok(f, cc_commit(f->cc));
	forum_check(f);
}

static int
open_forum(void **state)
{
	struct fixture *f;

	forum_open(state);
	f = *state;
	fixture_exec(f, "INSERT INTO users (id, name) VALUES (1, 'ann'), (2, NULL)");
	for (int64_t id = 1; id <= 3; id++)
		assert_ok(f, cc_row_insert(f->cc, FORUM(GROUPS), &(struct forum_group){ .id = id,
		    .parent_id = { .value = id - 1, .null = id == 1 }, .archived = NONE }));
	return 0;
}

static int64_t
of(struct fixture *f, const char *column, int64_t group)
{
	char sql[120];

	snprintf(sql, sizeof sql, "SELECT %s FROM groups WHERE id = %lld", column,
	    (long long)group);
	return fixture_int(f, sql);
}

enum { BY_GROUP, BY_AUTHOR };          /* references of discussions */
enum { BY_DISCUSSION };                /* ... and of polls */
enum { GROUP_ID = 1, WEIGHT = 3, OPEN = 5, HIDDEN };

/* ---- what they count ----------------------------------------------------------------------------- */

static void
test_children(void **state)
{
	struct fixture *f = *state;
	struct cc_int64 none = NONE;
	int64_t n;

	fill(f, 1, 4);
	assert_ok(f, cc_rows_set(f->cc, FORUM(POLLS), BY_DISCUSSION, KEY(1), WEIGHT, &VALUE(9), &n));
	assert_int_equal(n, 2);
	assert_int_equal(of(f, "top_weight", 1), 9);
	assert_ok(f, cc_rows_set(f->cc, FORUM(POLLS), BY_DISCUSSION, KEY(1), WEIGHT, &none, NULL));
	assert_int_equal(of(f, "top_weight", 1), 1);
	assert_ok(f, cc_rows_set(f->cc, FORUM(POLLS), BY_DISCUSSION, KEY(1), 1, &none, &n));
	assert_int_equal(of(f, "polls_count", 1), 6);
	assert_ok(f, cc_rows_delete(f->cc, FORUM(POLLS), BY_DISCUSSION, KEY(2), &n));
	assert_int_equal(n, 2);
	assert_int_equal(of(f, "polls_count", 1), 4);
	assert_int_equal(of(f, "tree_polls", 1), 4);
	assert_ok(f, cc_rows_delete(f->cc, FORUM(POLLS), BY_DISCUSSION, KEY(2), &n));
	assert_int_equal(n, 0);
	forum_check(f);
}

static void
test_rows_in_the_middle(void **state)
{
	struct fixture *f = *state;
	bool yes = true, no = false;
	int64_t n;

	fill(f, 1, 4);
	assert_int_equal(of(f, "open_polls", 1), 4);
	assert_ok(f, cc_rows_set(f->cc, FORUM(DISCUSSIONS), BY_GROUP, KEY(1), OPEN, &no, &n));
	assert_int_equal(n, 4);
	assert_int_equal(of(f, "open_polls", 1), 0);
	assert_ok(f, cc_rows_set(f->cc, FORUM(DISCUSSIONS), BY_AUTHOR, KEY(1), OPEN, &yes, &n));
	assert_int_equal(of(f, "open_polls", 1), 8);
	assert_ok(f, cc_rows_set(f->cc, FORUM(DISCUSSIONS), BY_GROUP, KEY(1), GROUP_ID, &VALUE(3),
	    &n));
	assert_int_equal(of(f, "polls_count", 1), 0);
	assert_int_equal(of(f, "polls_count", 3), 8);
	assert_int_equal(of(f, "tree_polls", 1), 8);
	forum_check(f);
	assert_ok(f, cc_rows_set(f->cc, FORUM(DISCUSSIONS), BY_GROUP, KEY(3), HIDDEN, &yes, &n));
	assert_int_equal(of(f, "tree_polls", 1), 0);
	assert_ok(f, cc_rows_set(f->cc, FORUM(DISCUSSIONS), BY_GROUP, KEY(3), HIDDEN, &no, &n));
	assert_int_equal(of(f, "tree_polls", 1), 8);
	forum_check(f);
	assert_ok(f, cc_rows_delete(f->cc, FORUM(DISCUSSIONS), BY_AUTHOR, KEY(1), &n));
	assert_int_equal(n, 4);
	assert_int_equal(fixture_int(f, "SELECT count(*) FROM polls"), 0);
	forum_check(f);
}

/* A whole level of a tree moves below one of its own rows: nothing is done at all. */
static void
test_trees(void **state)
{
	struct fixture *f = *state;
	int64_t n;

	fill(f, 1, 2);
	assert_ok(f, cc_row_insert(f->cc, FORUM(GROUPS), &(struct forum_group){ 4, VALUE(1),
	    NONE }));
	assert_int_equal(cc_rows_set(f->cc, FORUM(GROUPS), 0, KEY(1), 1, &VALUE(3), &n), CC_MISUSE);
	assert_non_null(strstr(cc_errmsg(f->cc), "is its own ancestor"));
	assert_int_equal(fixture_int(f, "SELECT count(*) FROM groups WHERE parent_id = 1"), 2);
	forum_check(f);
	assert_ok(f, cc_rows_set(f->cc, FORUM(GROUPS), 0, KEY(2), 1, &VALUE(4), &n));
	assert_int_equal(of(f, "descendants", 4), 1);
	assert_int_equal(of(f, "descendants", 2), 0);
	assert_ok(f, cc_rows_set(f->cc, FORUM(GROUPS), 0, KEY(1), 2, &VALUE(1), &n));
	assert_int_equal(of(f, "descendants", 1), 0);
	forum_check(f);
	assert_ok(f, cc_rows_delete(f->cc, FORUM(GROUPS), 0, KEY(1), &n));
	assert_int_equal(n, 2);
	forum_check(f);
}

/* ---- all or nothing ------------------------------------------------------------------------------- */

static void
test_refused(void **state)
{
	struct fixture *f = *state;
	bool no = false;
	int64_t n = 7;

	fill(f, 1, 6);
	fixture_exec(f, "CREATE TRIGGER late BEFORE UPDATE ON discussions WHEN new.id = 5"
	    " BEGIN SELECT raise(FAIL, 'not this one'); END");
	for (int inside = 0; inside < 2; inside++) {
		if (inside)
			assert_ok(f, cc_begin(f->cc));
		assert_int_equal(cc_rows_set(f->cc, FORUM(DISCUSSIONS), BY_GROUP, KEY(1), OPEN,
		    &no, &n), CC_CONSTRAINT);
		assert_int_equal(n, 0);
		assert_non_null(strstr(cc_errmsg(f->cc), "not this one"));
		assert_int_equal(fixture_pending(f), 0);
		assert_int_equal(fixture_int(f, "SELECT sum(open) FROM discussions"), 3);
	}
	assert_ok(f, cc_commit(f->cc));
	forum_check(f);
}

/* Rows that the database left out, unseen: what was counted would not be what was written. */
static void
test_left_out(void **state)
{
	struct fixture *f = *state;

	fill(f, 1, 4);
	fixture_exec(f, "CREATE TRIGGER aside BEFORE DELETE ON polls WHEN old.id = 4"
	    " BEGIN SELECT raise(IGNORE); END");
	assert_int_equal(cc_rows_delete(f->cc, FORUM(POLLS), BY_DISCUSSION, KEY(2), NULL), CC_ERROR);
	assert_int_equal(fixture_int(f, "SELECT count(*) FROM polls"), 8);
	forum_check(f);
}

static void
test_transactions(void **state)
{
	struct fixture *f = *state;
	bool no = false;

	fill(f, 1, 4);
	assert_ok(f, cc_begin(f->cc));
	assert_ok(f, cc_savepoint(f->cc, "s"));
	assert_ok(f, cc_rows_set(f->cc, FORUM(DISCUSSIONS), BY_GROUP, KEY(1), OPEN, &no, NULL));
	assert_ok(f, cc_rows_delete(f->cc, FORUM(POLLS), BY_DISCUSSION, KEY(1), NULL));
	assert_int_equal(of(f, "open_polls", 1), 4);
	assert_true(fixture_pending(f) > 0);
	assert_ok(f, cc_rollback_to(f->cc, "s"));
	assert_ok(f, cc_rows_delete(f->cc, FORUM(POLLS), BY_DISCUSSION, KEY(2), NULL));
	assert_ok(f, cc_commit(f->cc));
	assert_int_equal(of(f, "polls_count", 1), 6);
	assert_int_equal(of(f, "open_polls", 1), 2);
	forum_check(f);
}

static void
test_skipped(void **state)
{
	struct fixture *f = *state;
	int64_t n;

	fill(f, 1, 2);
	cc_skip_begin(f->cc);
	assert_ok(f, cc_rows_delete(f->cc, FORUM(POLLS), BY_DISCUSSION, KEY(2), &n));
	cc_skip_end(f->cc);
	assert_int_equal(n, 2);
	assert_int_equal(of(f, "polls_count", 1), 4);
	assert_ok(f, cc_row_recount(f->cc, FORUM(GROUPS), KEY(1)));
	forum_check(f);
}

/* ---- how many statements ---------------------------------------------------------------------------- */

static int
traced(unsigned kind, void *ctx, void *statement, void *text)
{
	(void)statement;
	if (kind == SQLITE_TRACE_STMT && strncmp(text, "--", 2) != 0)
		++*(int *)ctx;
	return 0;
}

static int
statements_of(struct fixture *f, int64_t first, int64_t n)
{
	int count = 0;
	bool no = false;

	fill(f, first, n);
	sqlite3_trace_v2(f->db, SQLITE_TRACE_STMT, traced, &count);
	assert_ok(f, cc_rows_set(f->cc, FORUM(DISCUSSIONS), BY_GROUP, KEY(1), OPEN, &no, NULL));
	assert_ok(f, cc_rows_set(f->cc, FORUM(DISCUSSIONS), BY_GROUP, KEY(1), GROUP_ID, &VALUE(2),
	    NULL));
	assert_ok(f, cc_rows_set(f->cc, FORUM(POLLS), BY_DISCUSSION, KEY(first), WEIGHT, &VALUE(2),
	    NULL));
	assert_ok(f, cc_rows_set(f->cc, FORUM(DISCUSSIONS), BY_GROUP, KEY(2), 3, &VALUE(5), NULL));
	sqlite3_trace_v2(f->db, 0, NULL, NULL);
	forum_check(f);
	return count;
}

/* Parents and the way up to them cost, rows do not. */
static void
test_statements(void **state)
{
	struct fixture *f = *state;
	int few, many;

	fill(f, 1, 1);
	few = statements_of(f, 10, 3);
	many = statements_of(f, 20, 300);
	assert_int_equal(few, many);
	assert_true(few < 60);
}

/* ---- a random life ------------------------------------------------------------------------------------ */

static void
one_of_many(struct fixture *f)
{
	int table = (int)pick(4), what = (int)pick(6), result;
	const struct cc_table *t = &forum_schema.tables[table];
	int64_t id = 1 + pick(table == FORUM_POLLS ? 12 : table == FORUM_DISCUSSIONS ? 8 : 6);
	union forum_row row = any_row(table, id);
	uint16_t field = (uint16_t)(1 + pick(t->n_fields - 1)), by;

	if (what < 3 || t->n_references == 0)
		result = cc_row_insert(f->cc, t, &row);
	else {
		by = (uint16_t)pick(t->n_references);
		if (what == 3)
			result = cc_rows_delete(f->cc, t, by, KEY(1 + pick(6)), NULL);
		else
			result = cc_rows_set(f->cc, t, by, KEY(1 + pick(6)), field,
			    (const char *)&row + t->fields[field].offset, NULL);
	}
	if (result != CC_OK && result != CC_CONSTRAINT && result != CC_MISUSE)
		fail_msg("%s: %s", cc_result_name(result), cc_errmsg(f->cc));
}

static void
test_random_life(void **state)
{
	struct fixture *f = *state;

	for (uint64_t seed = 1; seed <= 100; seed++) {
		random_state = seed;
		fixture_exec(f, "PRAGMA foreign_keys = on; DELETE FROM groups; DELETE FROM users;"
		    "DELETE FROM discussions; DELETE FROM polls");
		for (int round = 0; round < 40; round++) {
			int n = (int)pick(5);

			f->events[0] = '\0';
			if (n > 0)
				assert_ok(f, cc_begin(f->cc));
			for (int i = 0; i < n || i == 0; i++)
				one_of_many(f);
			if (n > 0)
				assert_ok(f, pick(6) == 0 ? cc_rollback(f->cc) : cc_commit(f->cc));
			forum_check(f);
			assert_int_equal(fixture_events(f, "failure"), 0);
			assert_int_equal(fixture_events(f, "negative"), 0);
		}
	}
	assert_int_equal(cc_verify(f->cc, NULL, NULL), CC_OK);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_forum, fixture_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_children),
		TEST(test_rows_in_the_middle),
		TEST(test_trees),
		TEST(test_refused),
		TEST(test_left_out),
		TEST(test_transactions),
		TEST(test_skipped),
		TEST(test_statements),
		TEST(test_random_life),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
