/* cascade.c - deletes that take rows along or cut them off: counters equal a recount after. */
#include "fixture.h"

static void
node(struct fixture *f, int64_t id, int64_t parent)
{
	assert_ok(f, cc_row_insert(f->cc, TABLE(NODES), &(struct node){ id,
	    { .value = parent, .null = parent == 0 } }));
}

static void
post(struct fixture *f, int64_t id, int64_t group, int64_t author, int64_t editor)
{
	assert_ok(f, cc_row_insert(f->cc, TABLE(POSTS), &(struct post){ .id = id,
	    .group_id = { .value = group, .null = group == 0 },
	    .author_id = { .value = author, .null = author == 0 },
	    .editor_id = { .value = editor, .null = editor == 0 }, .amount = VALUE(id) }));
}

static void
people(struct fixture *f)
{
	fixture_exec(f, "INSERT INTO users (id) VALUES (1), (2), (3);"
	    "INSERT INTO groups (id, heft) VALUES (1, 0), (2, 0); UPDATE site SET groups_count = 2");
}

static void
test_cascade_lowers_the_others(void **state)
{
	struct fixture *f = *state;

	people(f);
	post(f, 1, 1, 1, 0);
	post(f, 2, 1, 2, 0);
	post(f, 3, 2, 1, 0);
	assert_ok(f, cc_row_delete(f->cc, TABLE(GROUPS), KEY(1)));
	assert_int_equal(fixture_int(f, "SELECT count(*) FROM posts"), 1);
	assert_int_equal(fixture_int(f, "SELECT posts_count FROM users WHERE id = 2"), 0);
	fixture_check(f);
	assert_int_equal(fixture_events(f, "orphan"), 0);
}

/* Post 1 is written and edited by user 1: it goes; post 2 loses its author. */
static void
test_set_null_beside_cascade(void **state)
{
	struct fixture *f = *state;

	people(f);
	post(f, 1, 1, 1, 1);
	post(f, 2, 1, 1, 2);
	post(f, 3, 1, 2, 1);
	assert_ok(f, cc_row_delete(f->cc, TABLE(USERS), KEY(1)));
	assert_int_equal(fixture_int(f, "SELECT count(*) FROM posts"), 1);
	assert_int_equal(fixture_int(f, "SELECT author_id IS NULL FROM posts WHERE id = 2"), 1);
	fixture_check(f);
	assert_int_equal(fixture_events(f, "orphan"), 0);
}

static void
test_tree_cycle_and_self(void **state)
{
	struct fixture *f = *state;

	node(f, 1, 0);
	node(f, 2, 1);
	node(f, 3, 1);
	node(f, 4, 3);
	node(f, 5, 0);
	fixture_check(f);
	assert_ok(f, cc_row_set(f->cc, TABLE(NODES), KEY(1), 1, &VALUE(4)));
	assert_ok(f, cc_row_set(f->cc, TABLE(NODES), KEY(5), 1, &VALUE(5)));
	fixture_check(f);
	assert_ok(f, cc_row_delete(f->cc, TABLE(NODES), KEY(5)));
	fixture_check(f);
	node(f, 6, 2);
	node(f, 7, 0);
	assert_ok(f, cc_row_delete(f->cc, TABLE(NODES), KEY(3)));
	assert_int_equal(fixture_int(f, "SELECT group_concat(id) FROM nodes"), 7);
	fixture_check(f);
	assert_int_equal(fixture_events(f, "orphan"), 0);
}

static void
test_deleting_hook(void **state)
{
	struct fixture *f = *state;

	people(f);
	post(f, 1, 1, 1, 0);
	post(f, 2, 1, 2, 1);
	assert_ok(f, cc_begin(f->cc));
	assert_ok(f, cc_row_deleting(f->cc, TABLE(USERS), KEY(1)));
	fixture_exec(f, "DELETE FROM users WHERE id = 1");
	assert_int_equal(cc_row_deleting(f->cc, TABLE(USERS), KEY(9)), CC_NOTFOUND);
	assert_ok(f, cc_commit(f->cc));
	fixture_check(f);
	assert_ok(f, cc_begin(f->cc));
	post(f, 3, 1, 2, 0);
	assert_ok(f, cc_row_deleting(f->cc, TABLE(GROUPS), KEY(1)));
	fixture_exec(f, "DELETE FROM groups WHERE id = 1");
	assert_ok(f, cc_commit(f->cc));
	fixture_check(f);
	assert_int_equal(fixture_events(f, "orphan"), 0);
}

static void
test_deleted_in_the_transaction_that_made_it(void **state)
{
	struct fixture *f = *state;

	fixture_exec(f, "INSERT INTO users (id) VALUES (1)");
	assert_ok(f, cc_begin(f->cc));
	assert_ok(f, cc_row_insert(f->cc, TABLE(GROUPS), &(struct group){ .id = 1, .name = "n",
	    .archived = NONE }));
	post(f, 1, 1, 1, 0);
	assert_ok(f, cc_row_delete(f->cc, TABLE(GROUPS), KEY(1)));
	assert_ok(f, cc_commit(f->cc));
	fixture_check(f);
	assert_int_equal(fixture_events(f, "orphan"), 0);
	assert_int_equal(fixture_int(f, "SELECT count(*) FROM posts"), 0);
}

/* A deep chain: the walk is no recursion. */
static void
test_deep(void **state)
{
	struct fixture *f = *state;

	fixture_exec(f, "PRAGMA foreign_keys = off;"
	    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)"
	    " INSERT INTO nodes SELECT i, nullif(i - 1, 0), i < 20000 FROM n;");
	fixture_check(f);
	assert_ok(f, cc_begin(f->cc));
	assert_ok(f, cc_row_deleting(f->cc, TABLE(NODES), KEY(2)));
	fixture_exec(f, "DELETE FROM nodes WHERE id >= 2");
	assert_ok(f, cc_commit(f->cc));
	fixture_check(f);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_cascade_lowers_the_others),
		TEST(test_set_null_beside_cascade),
		TEST(test_tree_cycle_and_self),
		TEST(test_deleting_hook),
		TEST(test_deleted_in_the_transaction_that_made_it),
		TEST(test_deep),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
