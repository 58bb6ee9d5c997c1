/*
 * paths.c - rows that reach their parents through others: what moves when those move, flip and go,
 * and what a tree's ancestors count.
 */
#include "forum.h"

static int
open_forum(void **state)
{
	struct fixture *f;

	forum_open(state);
	f = *state;
	fixture_exec(f, "PRAGMA recursive_triggers = off;"
	    "INSERT INTO users (id, name) VALUES (1, 'ann'), (2, NULL)");
	for (int64_t id = 1; id <= 4; id++)
		assert_ok(f, cc_row_insert(f->cc, FORUM(GROUPS), &(struct forum_group){ .id = id,
		    .parent_id = { .value = id - 1, .null = id == 1 }, .archived = NONE }));
	for (int64_t id = 1; id <= 4; id++)
		assert_ok(f, cc_row_insert(f->cc, FORUM(DISCUSSIONS), &(struct forum_discussion){
		    .id = id, .group_id = VALUE(id), .author_id = NONE, .score = NONE,
		    .open = id % 2 == 0 }));
	return 0;
}

static void
poll(struct fixture *f, int64_t id, int64_t discussion, int64_t author, int64_t weight)
{
	assert_ok(f, cc_row_insert(f->cc, FORUM(POLLS), &(struct forum_poll){ .id = id,
	    .discussion_id = { .value = discussion, .null = discussion == 0 },
	    .author_id = { .value = author, .null = author == 0 }, .weight = VALUE(weight) }));
}

static int64_t
of(struct fixture *f, const char *column, int64_t group)
{
	char sql[120];

	snprintf(sql, sizeof sql, "SELECT %s FROM groups WHERE id = %lld", column,
	    (long long)group);
	return fixture_int(f, sql);
}

static void
test_children_come_and_go(void **state)
{
	struct fixture *f = *state;
	struct cc_int64 none = NONE;

	poll(f, 1, 4, 1, 5);
	poll(f, 2, 4, 2, 7);
	poll(f, 4, 0, 1, 7);
	forum_check(f);
	assert_int_equal(of(f, "polls_count", 4), 2);
	assert_int_equal(of(f, "named_polls", 4), 1);
	assert_int_equal(of(f, "tree_polls", 1), 2);
	assert_ok(f, cc_row_set(f->cc, FORUM(POLLS), KEY(2), 1, &VALUE(2)));
	forum_check(f);
	assert_ok(f, cc_row_set(f->cc, FORUM(POLLS), KEY(2), 3, &none));
	assert_ok(f, cc_row_set(f->cc, FORUM(POLLS), KEY(1), 2, &VALUE(2)));
	forum_check(f);
	assert_ok(f, cc_row_delete(f->cc, FORUM(POLLS), KEY(2)));
	assert_ok(f, cc_row_delete(f->cc, FORUM(POLLS), KEY(1)));
	forum_check(f);
}

static void
test_rows_in_the_middle(void **state)
{
	struct fixture *f = *state;
	bool yes = true, no = false;
	const char *name = "bob", *nobody = NULL;

	for (int64_t id = 1; id <= 8; id++)
		poll(f, id, 1 + id % 4, 1 + id % 3, id);
	forum_check(f);
	assert_ok(f, cc_row_set(f->cc, FORUM(DISCUSSIONS), KEY(2), 1, &VALUE(4)));
	forum_check(f);
	assert_ok(f, cc_row_set(f->cc, FORUM(DISCUSSIONS), KEY(2), 5, &no));
	forum_check(f);
	assert_ok(f, cc_row_set(f->cc, FORUM(DISCUSSIONS), KEY(2), 6, &yes));
	forum_check(f);
	assert_ok(f, cc_row_set(f->cc, FORUM(DISCUSSIONS), KEY(2), 6, &no));
	assert_ok(f, cc_row_set(f->cc, FORUM(USERS), KEY(2), 1, &name));
	assert_ok(f, cc_row_insert(f->cc, FORUM(USERS), &(struct forum_user){ 3, "eve" }));
	forum_check(f);
	assert_ok(f, cc_row_set(f->cc, FORUM(USERS), KEY(1), 1, &nobody));
	assert_ok(f, cc_row_delete(f->cc, FORUM(USERS), KEY(2)));
	forum_check(f);
	assert_ok(f, cc_row_delete(f->cc, FORUM(DISCUSSIONS), KEY(2)));
	forum_check(f);
	assert_int_equal(fixture_events(f, "failure"), 0);
}

static void
test_trees(void **state)
{
	struct fixture *f = *state;
	struct cc_int64 none = NONE;

	assert_int_equal(of(f, "descendants", 1), 3);
	for (int64_t id = 1; id <= 4; id++)
		poll(f, id, id, 1, id);
	assert_int_equal(of(f, "tree_polls", 1), 4);
	assert_ok(f, cc_row_set(f->cc, FORUM(GROUPS), KEY(3), 1, &VALUE(1)));
	forum_check(f);
	assert_int_equal(of(f, "descendants", 2), 0);
	assert_ok(f, cc_row_set(f->cc, FORUM(GROUPS), KEY(3), 1, &none));
	forum_check(f);
	assert_ok(f, cc_row_set(f->cc, FORUM(GROUPS), KEY(3), 1, &VALUE(2)));
	assert_ok(f, cc_row_set(f->cc, FORUM(GROUPS), KEY(2), 2, &VALUE(1)));
	forum_check(f);
	assert_int_equal(of(f, "descendants", 1), 0);
	assert_ok(f, cc_row_set(f->cc, FORUM(GROUPS), KEY(2), 2, &none));
	forum_check(f);
	assert_ok(f, cc_row_delete(f->cc, FORUM(GROUPS), KEY(2)));
	forum_check(f);
	assert_ok(f, cc_row_insert(f->cc, FORUM(GROUPS), &(struct forum_group){ 2, VALUE(1),
	    NONE }));
	forum_check(f);
}

/* Common ancestors of the old and the new place stay untouched. */
static void
test_one_statement_per_ancestor(void **state)
{
	struct fixture *f = *state;
	uint64_t applied;

	poll(f, 1, 4, 1, 1);
	assert_ok(f, cc_row_insert(f->cc, FORUM(GROUPS), &(struct forum_group){ 5, VALUE(2),
	    NONE }));
	applied = f->applied;
	assert_ok(f, cc_row_set(f->cc, FORUM(GROUPS), KEY(4), 1, &VALUE(5)));
	assert_int_equal(f->applied - applied, 2);
	forum_check(f);
}

static void
test_circles(void **state)
{
	struct fixture *f = *state;

	poll(f, 1, 4, 1, 1);
	assert_int_equal(cc_row_set(f->cc, FORUM(GROUPS), KEY(1), 1, &VALUE(4)), CC_MISUSE);
	assert_non_null(strstr(cc_errmsg(f->cc), "is its own ancestor"));
	assert_int_equal(cc_row_set(f->cc, FORUM(GROUPS), KEY(1), 1, &VALUE(1)), CC_MISUSE);
	assert_true(fixture_int(f, "SELECT parent_id IS NULL FROM groups WHERE id = 1"));
	assert_int_equal(fixture_pending(f), 0);
	forum_check(f);
	assert_ok(f, cc_begin(f->cc));
	fixture_exec(f, "UPDATE groups SET parent_id = 3 WHERE id = 1");
	assert_ok(f, cc_row_updated(f->cc, FORUM(GROUPS), &(struct forum_group){ 1, NONE, NONE },
	    &(struct forum_group){ 1, VALUE(3), NONE }));
	assert_ok(f, cc_commit(f->cc));
	assert_true(fixture_events(f, "circle") > 0);
	forum_check(f);
	poll(f, 2, 4, 1, 1);
	forum_check(f);
	assert_ok(f, cc_row_set(f->cc, FORUM(GROUPS), KEY(2), 1, &(struct cc_int64){ .null = true }));
	forum_check(f);
}

static void
test_too_deep(void **state)
{
	struct fixture *f = *state;
	int result = CC_OK;

	assert_ok(f, cc_begin(f->cc));
	for (int64_t id = 5; result == CC_OK && id < CC_DEPTH + 10; id++)
		result = cc_row_insert(f->cc, FORUM(GROUPS), &(struct forum_group){ id,
		    VALUE(id - 1), NONE });
	assert_int_equal(result, CC_MISUSE);
	assert_non_null(strstr(cc_errmsg(f->cc), "has too many ancestors"));
	assert_ok(f, cc_commit(f->cc));
	assert_int_equal(of(f, "descendants", 1), CC_DEPTH);
}

static void
test_rolled_back(void **state)
{
	struct fixture *f = *state;

	poll(f, 1, 4, 1, 1);
	assert_ok(f, cc_begin(f->cc));
	assert_ok(f, cc_savepoint(f->cc, "s"));
	assert_ok(f, cc_row_set(f->cc, FORUM(DISCUSSIONS), KEY(4), 1, &VALUE(1)));
	poll(f, 2, 4, 1, 1);
	assert_ok(f, cc_rollback_to(f->cc, "s"));
	poll(f, 3, 4, 1, 1);
	assert_ok(f, cc_commit(f->cc));
	forum_check(f);
	assert_int_equal(of(f, "polls_count", 4), 2);
}

/* By hooks, in the order that a deferred foreign key allows: the child first. */
static void
test_child_before_its_path(void **state)
{
	struct fixture *f = *state;
	struct forum_poll child = { .id = 1, .discussion_id = VALUE(10), .author_id = NONE,
		.weight = NONE };
	struct forum_discussion parent = { .id = 10, .group_id = VALUE(4), .author_id = NONE,
		.score = NONE };

	fixture_exec(f, "PRAGMA foreign_keys = off");
	assert_ok(f, cc_begin(f->cc));
	fixture_exec(f, "INSERT INTO polls (id, discussion_id) VALUES (1, 10)");
	assert_ok(f, cc_row_inserted(f->cc, FORUM(POLLS), &child));
	fixture_exec(f, "INSERT INTO discussions (id, group_id) VALUES (10, 4)");
	assert_ok(f, cc_row_inserted(f->cc, FORUM(DISCUSSIONS), &parent));
	assert_ok(f, cc_commit(f->cc));
	assert_int_equal(of(f, "polls_count", 4), 1);
	forum_check(f);
}

static void
test_recount_and_verify(void **state)
{
	struct fixture *f = *state;
	struct cc_recount_report report;

	poll(f, 1, 4, 1, 1);
	poll(f, 2, 3, 1, 1);
	assert_ok(f, cc_verify(f->cc, NULL, &report));
	fixture_exec(f, "UPDATE groups SET tree_polls = 9, polls_count = 7, descendants = 1");
	assert_int_equal(cc_verify(f->cc, NULL, &report), CC_DRIFT);
	assert_int_equal(report.mismatches, 11);
	for (int64_t id = 1; id <= 4; id++)
		assert_ok(f, cc_row_recount(f->cc, FORUM(GROUPS), KEY(id)));
	forum_check(f);
}

/* ---- many rows at once ---------------------------------------------------------------------- */

/* Groups that lie in one another move in one statement, and so do discussions. */
static void
test_many_updated(void **state)
{
	struct fixture *f = *state;
	struct forum_group before[] = { { 2, VALUE(1), NONE }, { 3, VALUE(2), NONE },
		{ 4, VALUE(3), NONE } };
	struct forum_group after[] = { { 2, VALUE(4), NONE }, { 3, VALUE(1), NONE },
		{ 4, VALUE(3), NONE } };
	struct forum_discussion was[2] = { { .id = 2, .group_id = VALUE(2), .author_id = NONE,
	    .score = NONE, .open = true }, { .id = 3, .group_id = VALUE(3), .author_id = NONE,
	    .score = NONE } };
	struct forum_discussion is[2];

	for (int64_t id = 1; id <= 8; id++)
		poll(f, id, 1 + id % 4, 1, id);
	assert_ok(f, cc_row_insert(f->cc, FORUM(COMMENTS), &(struct forum_comment){ 1, VALUE(2) }));
	assert_ok(f, cc_begin(f->cc));
	fixture_exec(f, "UPDATE groups SET parent_id = CASE id WHEN 2 THEN 4 ELSE 1 END"
	    " WHERE id IN (2, 3)");
	assert_ok(f, cc_rows_updated(f->cc, FORUM(GROUPS), before, after, 3));
	fixture_exec(f, "UPDATE discussions SET group_id = 1, open = 1 WHERE id IN (2, 3)");
	memcpy(is, was, sizeof is);
	is[0].group_id = is[1].group_id = VALUE(1);
	is[1].open = true;
	assert_ok(f, cc_rows_updated(f->cc, FORUM(DISCUSSIONS), was, is, 2));
	assert_ok(f, cc_commit(f->cc));
	forum_check(f);
	assert_int_equal(of(f, "comments_total", 1), 1);
}

static void
test_many_deleted(void **state)
{
	struct fixture *f = *state;
	struct forum_poll rows[3];

	for (int64_t id = 1; id <= 4; id++)
		poll(f, id, id, 1, id);
	for (int64_t id = 1; id <= 3; id++)
		rows[id - 1] = (struct forum_poll){ id, VALUE(id), VALUE(1), VALUE(id) };
	assert_ok(f, cc_begin(f->cc));
	fixture_exec(f, "DELETE FROM polls WHERE id < 4");
	assert_ok(f, cc_rows_deleted(f->cc, FORUM(POLLS), rows, 3));
	assert_ok(f, cc_commit(f->cc));
	forum_check(f);
	assert_int_equal(of(f, "tree_polls", 1), 1);
}

/* ---- counters over counters ------------------------------------------------------------------ */

static void
folder(struct fixture *f, int64_t id, int64_t parent)
{
	assert_ok(f, cc_row_insert(f->cc, FORUM(FOLDERS), &(struct forum_folder){ id,
	    { .value = parent, .null = parent == 0 } }));
}

static int64_t
size_of(struct fixture *f, int64_t id)
{
	struct forum_folder_counters counters;

	assert_ok(f, cc_row_counters(f->cc, FORUM(FOLDERS), KEY(id), &counters));
	return counters.size;
}

static void
test_counters_over_counters(void **state)
{
	struct fixture *f = *state;
	struct forum_group_counters counters;

	assert_ok(f, cc_begin(f->cc));
	for (int64_t id = 1; id <= 3; id++)
		assert_ok(f, cc_row_insert(f->cc, FORUM(COMMENTS), &(struct forum_comment){ id,
		    VALUE(4) }));
	poll(f, 1, 4, 1, 1);
	assert_ok(f, cc_row_counters(f->cc, FORUM(GROUPS), KEY(4), &counters));
	assert_int_equal(counters.comments_total, 3);
	assert_int_equal(counters.hot_polls, 1);
	assert_int_equal(counters.busiest.value, 3);
	assert_ok(f, cc_row_set(f->cc, FORUM(DISCUSSIONS), KEY(4), 1, &VALUE(3)));
	assert_ok(f, cc_row_delete(f->cc, FORUM(COMMENTS), KEY(1)));
	assert_ok(f, cc_commit(f->cc));
	forum_check(f);
	assert_int_equal(of(f, "comments_total", 3), 2);
	assert_ok(f, cc_row_delete(f->cc, FORUM(DISCUSSIONS), KEY(4)));
	forum_check(f);
}

/* A correction flows on as any change does. */
static void
test_corrections_flow(void **state)
{
	struct fixture *f = *state;

	assert_ok(f, cc_row_insert(f->cc, FORUM(COMMENTS), &(struct forum_comment){ 1, VALUE(4) }));
	fixture_exec(f, "UPDATE discussions SET comments_count = 5 WHERE id = 4;"
	    "UPDATE groups SET comments_total = 5, busiest = 5 WHERE id = 4");
	assert_ok(f, cc_row_recount(f->cc, FORUM(DISCUSSIONS), KEY(4)));
	forum_check(f);
	fixture_exec(f, "UPDATE discussions SET comments_count = NULL WHERE id = 4;"
	    "INSERT INTO cc_dirty VALUES ('discussions', '[4]', 'test', 0)");
	fixture_exec(f, "UPDATE groups SET comments_total = 0, busiest = NULL WHERE id = 4");
	assert_ok(f, cc_repair(f->cc, NULL, NULL));
	forum_check(f);
}

static void
test_rolled_up(void **state)
{
	struct fixture *f = *state;
	struct cc_int64 none = NONE;

	assert_ok(f, cc_begin(f->cc));
	for (int64_t id = 1; id <= 300; id++)
		folder(f, id, id - 1);
	assert_int_equal(size_of(f, 1), 300);
	assert_ok(f, cc_commit(f->cc));
	forum_check(f);
	folder(f, 400, 300);
	assert_int_equal(size_of(f, 1), 301);
	assert_ok(f, cc_row_set(f->cc, FORUM(FOLDERS), KEY(10), 1, &none));
	forum_check(f);
	assert_int_equal(size_of(f, 1), 9);
	assert_ok(f, cc_row_delete(f->cc, FORUM(FOLDERS), KEY(200)));
	forum_check(f);
	fixture_exec(f, "INSERT INTO folders (id, parent_id, size) VALUES (500, 1, 7)");
	assert_ok(f, cc_row_inserted(f->cc, FORUM(FOLDERS), &(struct forum_folder){ 500,
	    VALUE(1) }));
	forum_check(f);
}

/* Rows that count themselves through one another end up dirty, and the flush ends. */
static void
test_rolled_up_circle(void **state)
{
	struct fixture *f = *state;

	folder(f, 1, 0);
	folder(f, 2, 1);
	assert_ok(f, cc_row_set(f->cc, FORUM(FOLDERS), KEY(1), 1, &VALUE(2)));
	assert_true(fixture_int(f, "SELECT count(*) FROM cc_dirty WHERE table_name = 'folders'") > 0);
	assert_int_equal(fixture_pending(f), 0);
}

/* Rows told together that lie on each other's paths: all are there when the first is counted. */
static void
test_many(void **state)
{
	struct fixture *f = *state;
	struct forum_group groups[] = { { 5, VALUE(4), NONE }, { 6, VALUE(5), NONE } };
	struct forum_poll polls[] = { { 1, VALUE(4), VALUE(1), VALUE(3) },
		{ 2, VALUE(4), VALUE(1), VALUE(4) } }, after[2];
	struct forum_discussion moved[2], to[2];

	assert_ok(f, cc_begin(f->cc));
	fixture_exec(f, "INSERT INTO groups (id, parent_id) VALUES (5, 4), (6, 5);"
	    "INSERT INTO polls VALUES (1, 4, 1, 3), (2, 4, 1, 4)");
	assert_ok(f, cc_rows_inserted(f->cc, FORUM(GROUPS), groups, 2));
	assert_ok(f, cc_rows_inserted(f->cc, FORUM(POLLS), polls, 2));
	assert_ok(f, cc_commit(f->cc));
	assert_int_equal(of(f, "descendants", 1), 5);
	forum_check(f);
	assert_ok(f, cc_begin(f->cc));
	for (int i = 0; i < 2; i++) {
		assert_ok(f, cc_row_load_for_update(f->cc, FORUM(DISCUSSIONS), KEY(3 + i), &moved[i]));
		to[i] = moved[i];
		to[i].group_id = VALUE(6);
		after[i] = polls[i];
		after[i].weight = VALUE(9 + i);
	}
	fixture_exec(f, "UPDATE discussions SET group_id = 6 WHERE id IN (3, 4);"
	    "UPDATE polls SET weight = 8 + id");
	assert_ok(f, cc_rows_updated(f->cc, FORUM(DISCUSSIONS), moved, to, 2));
	assert_ok(f, cc_rows_updated(f->cc, FORUM(POLLS), polls, after, 2));
	assert_ok(f, cc_commit(f->cc));
	assert_int_equal(of(f, "top_weight", 6), 10);
	forum_check(f);
	assert_ok(f, cc_begin(f->cc));
	fixture_exec(f, "DELETE FROM polls");
	assert_ok(f, cc_rows_deleted(f->cc, FORUM(POLLS), after, 2));
	assert_ok(f, cc_commit(f->cc));
	assert_int_equal(of(f, "tree_polls", 1), 0);
	forum_check(f);
}

/* ---- rows that come into being ---------------------------------------------------------------- */

static void
event(struct fixture *f, int64_t id, int64_t mood)
{
	assert_ok(f, cc_row_insert(f->cc, FORUM(EVENTS), &(struct forum_event){ id,
	    { .value = mood, .null = mood == 0 } }));
}

static void
test_upsert(void **state)
{
	struct fixture *f = *state;

	fixture_exec(f, "INSERT INTO events (id, mood) VALUES (10, 7)");
	assert_ok(f, cc_begin(f->cc));
	event(f, 1, 7);
	event(f, 2, 7);
	event(f, 3, 8);
	event(f, 4, 0);
	assert_ok(f, cc_row_delete(f->cc, FORUM(EVENTS), KEY(3)));
	assert_ok(f, cc_commit(f->cc));
	forum_check(f);
	assert_string_equal(fixture_text(f, "SELECT group_concat(id || ':' || events_count)"
	    " FROM moods"), "7:3");
	assert_ok(f, cc_row_set(f->cc, FORUM(EVENTS), KEY(1), 1, &VALUE(9)));
	assert_ok(f, cc_row_delete(f->cc, FORUM(EVENTS), KEY(1)));
	forum_check(f);
	assert_int_equal(fixture_int(f, "SELECT events_count FROM moods WHERE id = 9"), 0);
	assert_int_equal(fixture_events(f, "orphan"), 0);
}

/* ---- a random life --------------------------------------------------------------------------- */

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

static int
write_group(struct fixture *f, int64_t id, bool insert)
{
	struct forum_group row = { id, maybe(6), { .value = 1, .null = pick(5) > 0 } };

	return insert ? cc_row_insert(f->cc, FORUM(GROUPS), &row) :
	    cc_row_update(f->cc, FORUM(GROUPS), &row);
}

static int
write_discussion(struct fixture *f, int64_t id, bool insert)
{
	static const char *const kinds[] = { NULL, "a", "b", "c" };
	struct forum_discussion row = { .id = id, .group_id = maybe(6), .author_id = maybe(4),
		.score = maybe(5), .kind = kinds[pick(4)], .open = pick(2), .hidden = !pick(4) };

	return insert ? cc_row_insert(f->cc, FORUM(DISCUSSIONS), &row) :
	    cc_row_update(f->cc, FORUM(DISCUSSIONS), &row);
}

static int
write_poll(struct fixture *f, int64_t id, bool insert)
{
	struct forum_poll row = { id, maybe(8), maybe(4), maybe(5) };

	return insert ? cc_row_insert(f->cc, FORUM(POLLS), &row) :
	    cc_row_update(f->cc, FORUM(POLLS), &row);
}

static int
write_user(struct fixture *f, int64_t id, bool insert)
{
	struct forum_user row = { id, pick(2) ? "name" : NULL };

	return insert ? cc_row_insert(f->cc, FORUM(USERS), &row) :
	    cc_row_set(f->cc, FORUM(USERS), KEY(id), 1, &row.name);
}

static int
write_comment(struct fixture *f, int64_t id, bool insert)
{
	struct forum_comment row = { id, maybe(8) };

	return insert ? cc_row_insert(f->cc, FORUM(COMMENTS), &row) :
	    cc_row_update(f->cc, FORUM(COMMENTS), &row);
}

static int
write_event(struct fixture *f, int64_t id, bool insert)
{
	struct forum_event row = { id, maybe(4) };

	return insert ? cc_row_insert(f->cc, FORUM(EVENTS), &row) :
	    cc_row_update(f->cc, FORUM(EVENTS), &row);
}

/* No circle: a folder lies in one with a smaller number. */
static int
write_folder(struct fixture *f, int64_t id, bool insert)
{
	struct forum_folder row = { id, { .value = id > 1 ? 1 + pick(id - 1) : 0, .null = id == 1 } };

	return insert ? cc_row_insert(f->cc, FORUM(FOLDERS), &row) :
	    cc_row_update(f->cc, FORUM(FOLDERS), &row);
}

static void
one_of_many(struct fixture *f)
{
	int table = (int)pick(8), what = (int)pick(5);
	int64_t id = 1 + pick(table >= FORUM_POLLS ? 12 : table == FORUM_DISCUSSIONS ? 8 : 6);
	int result;

	if (table == FORUM_MOODS)
		return;
	if (what == 0)
		result = cc_row_delete(f->cc, &forum_schema.tables[table], KEY(id));
	else if (table == FORUM_GROUPS)
		result = write_group(f, id, what < 3);
	else if (table == FORUM_USERS)
		result = write_user(f, id, what < 3);
	else if (table == FORUM_DISCUSSIONS)
		result = write_discussion(f, id, what < 3);
	else if (table == FORUM_EVENTS)
		result = write_event(f, id, what < 3);
	else if (table == FORUM_FOLDERS)
		result = write_folder(f, id, what < 3);
	else if (table == FORUM_COMMENTS)
		result = write_comment(f, id, what < 3);
	else
		result = write_poll(f, id, what < 3);
	if (result != CC_OK && result != CC_NOTFOUND && result != CC_CONSTRAINT &&
	    result != CC_MISUSE)
		fail_msg("%s: %s", cc_result_name(result), cc_errmsg(f->cc));
}

static void
test_random_life(void **state)
{
	struct fixture *f = *state;

	for (uint64_t seed = 1; seed <= 60; seed++) {
		random_state = seed;
		for (int round = 0; round < 40; round++) {
			int n = (int)pick(4);

			f->events[0] = '\0';
			assert_ok(f, cc_begin(f->cc));
			for (int i = 0; i <= n; i++)
				one_of_many(f);
			if (pick(6) == 0)
				assert_ok(f, cc_rollback(f->cc));
			else
				assert_ok(f, cc_commit(f->cc));
			forum_check(f);
			assert_int_equal(fixture_events(f, "failure"), 0);
			assert_int_equal(fixture_events(f, "negative"), 0);
		}
	}
	assert_ok(f, cc_verify(f->cc, NULL, NULL));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_forum, fixture_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_children_come_and_go),
		TEST(test_rows_in_the_middle),
		TEST(test_trees),
		TEST(test_one_statement_per_ancestor),
		TEST(test_circles),
		TEST(test_too_deep),
		TEST(test_rolled_back),
		TEST(test_child_before_its_path),
		TEST(test_recount_and_verify),
		TEST(test_many),
		TEST(test_many_updated),
		TEST(test_many_deleted),
		TEST(test_counters_over_counters),
		TEST(test_corrections_flow),
		TEST(test_rolled_up),
		TEST(test_rolled_up_circle),
		TEST(test_upsert),
		TEST(test_random_life),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
