/* hooks.c - what hooks and verbs do to the counters: each test ends with a recount in SQL. */
#include "fixture.h"

static void
people(struct fixture *f)
{
	fixture_exec(f, "INSERT INTO users (id) VALUES (1), (2)");
	for (int64_t id = 1; id <= 3; id++)
		assert_ok(f, cc_row_insert(f->cc, TABLE(GROUPS), &(struct group){ .id = id,
		    .name = id == 1 ? "a" : id == 2 ? "b" : NULL, .archived = NONE,
		    .weight = 2 }));
}

static struct post
post(int64_t id, int64_t group, int64_t author, int64_t amount)
{
	return (struct post){ .id = id,
		.group_id = { .value = group, .null = group == 0 },
		.author_id = { .value = author, .null = author == 0 },
		.editor_id = NONE, .amount = { .value = amount, .null = amount == 0 } };
}

static void
insert(struct fixture *f, int64_t id, int64_t group, int64_t author, int64_t amount)
{
	struct post row = post(id, group, author, amount);

	assert_ok(f, cc_row_insert(f->cc, TABLE(POSTS), &row));
}

static void
test_insert_and_delete(void **state)
{
	struct fixture *f = *state;

	people(f);
	insert(f, 1, 1, 1, 13);
	insert(f, 2, 1, 1, 0);
	assert_int_equal(fixture_int(f, "SELECT posts_count FROM groups WHERE id = 1"), 2);
	assert_int_equal(fixture_int(f, "SELECT total FROM groups WHERE id = 1"), 13);
	assert_int_equal(fixture_int(f, "SELECT heft FROM groups WHERE id = 1"), 4);
	fixture_check(f);
	assert_ok(f, cc_row_delete(f->cc, TABLE(POSTS), KEY(1)));
	assert_int_equal(cc_row_delete(f->cc, TABLE(POSTS), KEY(1)), CC_NOTFOUND);
	assert_int_equal(fixture_int(f, "SELECT posts_count FROM groups WHERE id = 1"), 1);
	assert_int_equal(fixture_int(f, "SELECT ever_count FROM groups WHERE id = 1"), 2);
	fixture_check(f);
}

static void
test_updates(void **state)
{
	struct fixture *f = *state;
	struct post row = post(1, 2, 2, 69);
	struct cc_int64 none = NONE;
	bool closed = true;
	uint64_t statements;
	struct cc_metrics metrics;

	people(f);
	insert(f, 1, 1, 1, 42);
	assert_ok(f, cc_row_update(f->cc, TABLE(POSTS), &row));
	fixture_check(f);
	assert_ok(f, cc_row_set(f->cc, TABLE(POSTS), KEY(1), 4, &closed));
	assert_int_equal(fixture_int(f, "SELECT open_count FROM groups WHERE id = 2"), 0);
	cc_metrics(f->cc, &metrics);
	statements = metrics.statements;
	assert_ok(f, cc_row_set(f->cc, TABLE(POSTS), KEY(1), 4, &closed));
	assert_ok(f, cc_row_set(f->cc, TABLE(POSTS), KEY(1), 3, &VALUE(1)));
	cc_metrics(f->cc, &metrics);
	assert_int_equal(metrics.statements, statements);
	assert_ok(f, cc_row_set(f->cc, TABLE(POSTS), KEY(1), 1, &none));
	assert_ok(f, cc_row_set(f->cc, TABLE(POSTS), KEY(1), 2, &none));
	fixture_check(f);
	assert_int_equal(cc_row_set(f->cc, TABLE(POSTS), KEY(9), 1, &none), CC_NOTFOUND);
}

static void
test_never_decrement_grows_by_inserts_only(void **state)
{
	struct fixture *f = *state;

	people(f);
	insert(f, 1, 1, 0, 0);
	assert_ok(f, cc_row_set(f->cc, TABLE(POSTS), KEY(1), 1, &VALUE(2)));
	assert_int_equal(fixture_int(f, "SELECT ever_count FROM groups WHERE id = 1"), 1);
	assert_int_equal(fixture_int(f, "SELECT ever_count FROM groups WHERE id = 2"), 0);
	assert_ok(f, cc_row_delete(f->cc, TABLE(POSTS), KEY(1)));
	assert_int_equal(fixture_int(f, "SELECT ever_count FROM groups WHERE id = 1"), 1);
}

static void
test_coalesced(void **state)
{
	struct fixture *f = *state;
	uint64_t applied;

	people(f);
	assert_ok(f, cc_begin(f->cc));
	for (int64_t id = 1; id <= 100; id++)
		insert(f, id, 1 + id % 2, 0, 1);
	applied = f->applied;
	assert_int_equal(fixture_int(f, "SELECT posts_count FROM groups WHERE id = 1"), 0);
	assert_ok(f, cc_commit(f->cc));
	assert_int_equal(f->applied - applied, 2);
	fixture_check(f);
	applied = f->applied;
	assert_ok(f, cc_begin(f->cc));
	assert_ok(f, cc_row_set(f->cc, TABLE(POSTS), KEY(1), 5, &VALUE(5)));
	assert_ok(f, cc_row_set(f->cc, TABLE(POSTS), KEY(1), 5, &VALUE(1)));
	assert_ok(f, cc_commit(f->cc));
	assert_int_equal(f->applied, applied);
	fixture_check(f);
}

static void
test_touch_does_not_cancel(void **state)
{
	struct fixture *f = *state;

	people(f);
	f->now = 5000;
	assert_ok(f, cc_begin(f->cc));
	insert(f, 1, 1, 0, 0);
	assert_ok(f, cc_row_delete(f->cc, TABLE(POSTS), KEY(1)));
	assert_ok(f, cc_commit(f->cc));
	assert_int_equal(fixture_int(f, "SELECT touched_at FROM groups WHERE id = 1"), 5000);
	assert_int_equal(fixture_int(f, "SELECT touched_at IS NULL FROM groups WHERE id = 2"),
	    1);
	fixture_check(f);
}

static void
test_scope_and_keys_of_holders(void **state)
{
	struct fixture *f = *state;
	struct cc_int64 none = NONE;
	const char *name = "c";
	struct group before = { .id = 1, .name = "c", .archived = NONE, .weight = 2 };
	struct group after = before;

	people(f);
	assert_ok(f, cc_row_insert(f->cc, TABLE(LABELS), &(struct label){ "a" }));
	assert_ok(f, cc_row_insert(f->cc, TABLE(LABELS), &(struct label){ "c" }));
	assert_int_equal(fixture_events(f, "orphan"), 1);
	fixture_check(f);
	assert_ok(f, cc_row_set(f->cc, TABLE(GROUPS), KEY(1), 1, &name));
	fixture_check(f);
	insert(f, 1, 1, 0, 3);
	assert_ok(f, cc_row_set(f->cc, TABLE(GROUPS), KEY(1), 2, &VALUE(1)));
	fixture_check(f);
	insert(f, 2, 1, 0, 4);
	assert_int_equal(fixture_int(f, "SELECT posts_count FROM groups WHERE id = 1"), 1);
	assert_ok(f, cc_row_set(f->cc, TABLE(GROUPS), KEY(1), 2, &none));
	assert_int_equal(fixture_int(f, "SELECT posts_count FROM groups WHERE id = 1"), 2);
	fixture_check(f);
	assert_ok(f, cc_row_set(f->cc, TABLE(GROUPS), KEY(1), 3, &VALUE(10)));
	assert_int_equal(fixture_int(f, "SELECT heft FROM groups WHERE id = 1"), 20);
	before.weight = 10;
	after.weight = 10;
	after.id = 5;
	assert_ok(f, cc_begin(f->cc));
	fixture_exec(f, "PRAGMA defer_foreign_keys = on; UPDATE groups SET id = 5 WHERE id = 1");
	assert_ok(f, cc_row_updated(f->cc, TABLE(GROUPS), &before, &after));
	fixture_exec(f, "UPDATE posts SET group_id = 5 WHERE group_id = 1");
	assert_ok(f, cc_commit(f->cc));
	fixture_check(f);
}

static void
test_new_parent_finds_its_children(void **state)
{
	struct fixture *f = *state;

	assert_ok(f, cc_row_insert(f->cc, TABLE(LABELS), &(struct label){ "late" }));
	assert_ok(f, cc_begin(f->cc));
	assert_ok(f, cc_row_insert(f->cc, TABLE(GROUPS), &(struct group){ .id = 1,
	    .name = "late", .archived = NONE, .weight = 1 }));
	assert_ok(f, cc_row_insert(f->cc, TABLE(LABELS), &(struct label){ "late" }));
	insert(f, 1, 1, 0, 0);
	assert_ok(f, cc_row_delete(f->cc, TABLE(POSTS), KEY(1)));
	assert_ok(f, cc_commit(f->cc));
	assert_int_equal(fixture_int(f, "SELECT labels_count FROM groups"), 2);
	assert_int_equal(fixture_int(f, "SELECT ever_count FROM groups"), 1);
	fixture_check(f);
}

static void
test_composite_keys(void **state)
{
	struct fixture *f = *state;
	struct order row = { .id = 1, .code = "de", .region = -7 };

	fixture_exec(f, "INSERT INTO places (code, region) VALUES ('de', -7), ('de', 8),"
	    " ('', 8)");
	assert_ok(f, cc_row_insert(f->cc, TABLE(ORDERS), &row));
	row.region = 8;
	assert_ok(f, cc_row_update(f->cc, TABLE(ORDERS), &row));
	fixture_check(f);
	row.code = "";
	assert_ok(f, cc_row_update(f->cc, TABLE(ORDERS), &row));
	fixture_check(f);
	row.code = NULL;
	assert_ok(f, cc_row_update(f->cc, TABLE(ORDERS), &row));
	fixture_check(f);
	assert_non_null(strstr(f->events, "applied places - [\"de\",-7]"));
}

static void
test_constraint_leaves_no_delta(void **state)
{
	struct fixture *f = *state;
	struct post row = post(1, 2, 1, 3);

	people(f);
	assert_ok(f, cc_begin(f->cc));
	insert(f, 1, 1, 1, 1);
	assert_int_equal(cc_row_insert(f->cc, TABLE(POSTS), &row), CC_CONSTRAINT);
	row = post(2, 99, 1, 3);
	assert_int_equal(cc_row_insert(f->cc, TABLE(POSTS), &row), CC_CONSTRAINT);
	assert_ok(f, cc_commit(f->cc));
	fixture_check(f);
	fixture_exec(f, "CREATE TRIGGER keep BEFORE DELETE ON posts WHEN old.id = 1"
	    " BEGIN SELECT raise(ABORT, 'kept'); END");
	assert_int_equal(cc_row_delete(f->cc, TABLE(GROUPS), KEY(1)), CC_CONSTRAINT);
	assert_non_null(strstr(cc_errmsg(f->cc), "kept"));
	fixture_check(f);
	assert_ok(f, cc_begin(f->cc));
	assert_int_equal(cc_row_delete(f->cc, TABLE(USERS), KEY(1)), CC_OK);
	assert_int_equal(cc_row_delete(f->cc, TABLE(GROUPS), KEY(1)), CC_CONSTRAINT);
	assert_ok(f, cc_commit(f->cc));
	fixture_check(f);
}

static void
test_unprotected(void **state)
{
	struct fixture *f = *state;
	struct post row = post(1, 1, 1, 5);

	people(f);
	fixture_exec(f, "INSERT INTO posts (id, group_id, author_id, amount) VALUES (1, 1, 1, 5)");
	assert_ok(f, cc_row_inserted(f->cc, TABLE(POSTS), &row));
	assert_int_equal(fixture_events(f, "unprotected"), 1);
	assert_int_equal(sqlite3_get_autocommit(f->db), 1);
	fixture_check(f);
}

static void
test_unprotected_is_refused_when_strict(void **state)
{
	struct fixture *f = *state;
	struct post row = post(1, 1, 1, 5);

	people(f);
	assert_int_equal(cc_row_inserted(f->cc, TABLE(POSTS), &row), CC_UNPROTECTED);
	assert_int_equal(fixture_int(f, "SELECT posts_count FROM groups WHERE id = 1"), 0);
	insert(f, 1, 1, 1, 5);
	fixture_check(f);
}

static void
test_many(void **state)
{
	struct fixture *f = *state;
	struct post rows[20];

	people(f);
	for (int64_t i = 0; i < 20; i++)
		rows[i] = post(i + 1, 1 + i % 3, 1 + i % 2, i);
	assert_ok(f, cc_begin(f->cc));
	for (int i = 0; i < 20; i++)
		fixture_exec(f, "INSERT INTO posts (group_id, author_id, amount) SELECT"
		    " 1 + n % 3, 1 + n % 2, n FROM (SELECT count(*) AS n FROM posts)");
	assert_ok(f, cc_rows_inserted(f->cc, TABLE(POSTS), rows, 20));
	assert_ok(f, cc_commit(f->cc));
	fixture_check(f);
}

static void
test_skip(void **state)
{
	struct fixture *f = *state;

	people(f);
	cc_skip_begin(f->cc);
	cc_skip_begin(f->cc);
	insert(f, 1, 1, 1, 5);
	cc_skip_end(f->cc);
	assert_ok(f, cc_row_delete(f->cc, TABLE(POSTS), KEY(1)));
	cc_skip_end(f->cc);
	fixture_check(f);
	insert(f, 1, 1, 1, 5);
	fixture_check(f);
}

static void
test_load_for_update(void **state)
{
	struct fixture *f = *state;
	struct order before, after, other;

	fixture_exec(f, "INSERT INTO places (code, region) VALUES ('de', 7), ('at', 8);");
	assert_ok(f, cc_row_insert(f->cc, TABLE(ORDERS), &(struct order){ 1, "de", 7 }));
	assert_ok(f, cc_row_insert(f->cc, TABLE(ORDERS), &(struct order){ 2, "at", 8 }));
	assert_ok(f, cc_begin(f->cc));
	assert_ok(f, cc_row_load_for_update(f->cc, TABLE(ORDERS), KEY(1), &before));
	assert_ok(f, cc_row_load_for_update(f->cc, TABLE(ORDERS), KEY(2), &other));
	assert_string_equal(before.code, "de");
	assert_string_equal(other.code, "at");
	after = before;
	after.code = "at";
	after.region = 8;
	fixture_exec(f, "UPDATE orders SET code = 'at', region = 8 WHERE id = 1");
	assert_ok(f, cc_row_updated(f->cc, TABLE(ORDERS), &before, &after));
	assert_int_equal(cc_row_load_for_update(f->cc, TABLE(ORDERS), KEY(3), &other),
	    CC_NOTFOUND);
	assert_ok(f, cc_commit(f->cc));
	fixture_check(f);
}

static void
test_reader_and_tally(void **state)
{
	struct fixture *f = *state;
	struct group_counters counters;
	struct site_counters site;
	union cc_number three = { .i = 3 }, hundred = { .i = 100 };

	people(f);
	assert_ok(f, cc_begin(f->cc));
	insert(f, 1, 1, 0, 8);
	assert_ok(f, cc_row_insert(f->cc, TABLE(LABELS), &(struct label){ "a" }));
	assert_ok(f, cc_row_bump(f->cc, TABLE(GROUPS), KEY(1), VISITS, three));
	assert_ok(f, cc_row_bump(f->cc, TABLE(GROUPS), KEY(1), VISITS, three));
	assert_int_equal(fixture_int(f, "SELECT posts_count + visits FROM groups WHERE id = 1"),
	    0);
	assert_ok(f, cc_row_counters(f->cc, TABLE(GROUPS), KEY(1), &counters));
	assert_int_equal(counters.posts_count, 1);
	assert_int_equal(counters.open_count, 1);
	assert_int_equal(counters.total, 8);
	assert_int_equal(counters.visits, 6);
	assert_int_equal(counters.labels_count, 1);
	assert_true(!counters.heft.null && counters.heft.value > 1.99 &&
	    counters.heft.value < 2.01);
	assert_ok(f, cc_row_assign(f->cc, TABLE(GROUPS), KEY(1), VISITS, hundred));
	assert_ok(f, cc_row_bump(f->cc, TABLE(GROUPS), KEY(1), VISITS, three));
	assert_ok(f, cc_commit(f->cc));
	assert_int_equal(fixture_int(f, "SELECT visits FROM groups WHERE id = 1"), 103);
	assert_int_equal(cc_row_counters(f->cc, TABLE(GROUPS), KEY(77), &counters),
	    CC_NOTFOUND);
	assert_ok(f, cc_row_counters(f->cc, TABLE(SITE), NULL, &site));
	assert_int_equal(site.groups_count, 3);
	assert_int_equal(cc_row_assign(f->cc, TABLE(GROUPS), KEY(77), VISITS, three),
	    CC_NOTFOUND);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)
#define STRICT(name) cmocka_unit_test_setup_teardown(name, fixture_open_strict, fixture_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_insert_and_delete),
		TEST(test_updates),
		TEST(test_never_decrement_grows_by_inserts_only),
		TEST(test_coalesced),
		TEST(test_touch_does_not_cancel),
		TEST(test_scope_and_keys_of_holders),
		TEST(test_new_parent_finds_its_children),
		TEST(test_composite_keys),
		TEST(test_constraint_leaves_no_delta),
		TEST(test_unprotected),
		STRICT(test_unprotected_is_refused_when_strict),
		TEST(test_many),
		TEST(test_skip),
		TEST(test_load_for_update),
		TEST(test_reader_and_tally),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
