/*
 * bulk.c - cases: verbs over all rows of one parent, in every way that a transaction can be open.
 */
#include "behaviour.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "bulk_counters.h"

#define I64(v) { .value = (v) }
#define NONE { .null = true }

static void
ok(struct fixture *f, int result)
{
	if (result != CC_OK)
		fail_msg("%s: %s", cc_result_name(result), cc_errmsg(f->cc));
}

static int64_t
of(struct fixture *f, const char *column, int64_t id)
{
	char query[100];

	snprintf(query, sizeof query, "SELECT %s FROM groups WHERE id = %" PRId64, column, id);
	return number(f, query);
}

/* Groups 1 and 2, n discussions of group 1 with two polls each, all by user 1. */
static void
fill(struct fixture *f, int64_t n)
{
	struct bulk_users user = { .id = 1, .name = "ann" };

	for (int64_t id = 1; id <= 2; id++) {
		struct bulk_groups group = { .id = id, .parent_id = NONE, .archived_at = NONE,
			.least = I64(2) };

		ok(f, bulk_groups_insert(f->cc, &group));
	}
	ok(f, bulk_users_insert(f->cc, &user));
	for (int64_t id = 1; id <= n; id++) {
		struct bulk_discussions discussion = { .id = id, .group_id = I64(1),
			.author_id = I64(1), .kind = id % 2 ? "talk" : "vote", .score = I64(id),
			.closed_at = NONE, .discarded_at = NONE };

		ok(f, bulk_discussions_insert(f->cc, &discussion));
		for (int64_t p = 0; p < 2; p++) {
			struct bulk_polls poll = { .id = 2 * id + p, .discussion_id = I64(id),
				.author_id = I64(1), .weight = I64(p) };

			ok(f, bulk_polls_insert(f->cc, &poll));
		}
	}
}

/* A call of the case's, in a transaction unless verbs are to open their own. */
#define DO(f, call) \
	do { \
		bool mine_ = (f)->way != VERBS; \
		if (mine_) \
			begin(f); \
		ok(f, call); \
		if (mine_) \
			commit(f); \
	} while (0)

/* ---- what is counted ---- */

/* 1/1 -> 2/0 */
static void
key_of_all(struct fixture *f)
{
	int64_t n;

	fill(f, 3);
	DO(f, bulk_discussions_set_group_id_where_group_id(f->cc, 1, (struct cc_int64)I64(2), &n));
	assert_int_equal(n, 3);
	assert_int_equal(of(f, "n", 1), 0);
	assert_int_equal(of(f, "n", 2), 3);
	assert_int_equal(of(f, "open", 2), 3);
	assert_int_equal(of(f, "total", 2), 6);
	assert_int_equal(of(f, "polls", 2), 6);
	DO(f, bulk_discussions_set_group_id_where_author_id(f->cc, 1, (struct cc_int64)NONE, &n));
	assert_int_equal(of(f, "n", 2), 0);
}

/* A row in the middle of a path: its polls follow. */
static void
closed(struct fixture *f)
{
	int64_t n;

	fill(f, 4);
	DO(f, bulk_discussions_set_closed_at_where_group_id(f->cc, 1, (struct cc_int64)I64(5), &n));
	assert_int_equal(n, 4);
	assert_int_equal(of(f, "open", 1), 0);
	assert_int_equal(of(f, "open_polls", 1), 0);
	assert_int_equal(of(f, "polls", 1), 8);
	DO(f, bulk_discussions_set_kind_where_author_id(f->cc, 1, "vote", &n));
	assert_int_equal(of(f, "weights", 1), 4);
	DO(f, bulk_discussions_set_closed_at_where_group_id(f->cc, 2, (struct cc_int64)NONE, &n));
	assert_int_equal(n, 0);
	DO(f, bulk_discussions_set_discarded_at_where_group_id(f->cc, 1, (struct cc_int64)I64(5),
	    &n));
	assert_int_equal(of(f, "polls", 1), 0);
	assert_int_equal(of(f, "n", 1), 0);
}

static void
deleted(struct fixture *f)
{
	int64_t n;

	fill(f, 4);
	DO(f, bulk_polls_delete_where_discussion_id(f->cc, 1, &n));
	assert_int_equal(n, 2);
	assert_int_equal(of(f, "polls", 1), 6);
	is(f, "SELECT polls FROM users", 6);
	DO(f, bulk_discussions_delete_where_group_id(f->cc, 1, &n));
	assert_int_equal(n, 4);
	assert_int_equal(of(f, "polls", 1), 0);
	is(f, "SELECT polls FROM users", 0);
	is(f, "SELECT count(*) FROM polls", 0);
	DO(f, bulk_discussions_delete_where_group_id(f->cc, 1, NULL));
}

static void
polymorphic(struct fixture *f)
{
	static const char *const kinds[] = { "user", "user", "discussion", "discussion", NULL };
	int64_t n;

	fill(f, 1);
	for (int64_t id = 0; id < 5; id++) {
		struct bulk_images image = { .id = id + 1, .kind = kinds[id], .item = I64(1) };

		ok(f, bulk_images_insert(f->cc, &image));
	}
	DO(f, bulk_images_set_kind_where_item_to_users(f->cc, 1, "discussion", &n));
	assert_int_equal(n, 2);
	is(f, "SELECT images FROM users", 0);
	is(f, "SELECT images FROM discussions", 4);
	DO(f, bulk_images_delete_where_item_to_users(f->cc, 1, &n));
	assert_int_equal(n, 0);
	DO(f, bulk_images_set_kind_where_item_to_discussions(f->cc, 1, NULL, &n));
	assert_int_equal(n, 4);
	is(f, "SELECT images FROM discussions", 0);
}

/* Nothing changes: nothing is sent, nothing touched. */
static void
unchanged(struct fixture *f)
{
	fill(f, 3);
	sql(f, "UPDATE groups SET touched_at = NULL");
	statements(f);
	DO(f, bulk_discussions_set_group_id_where_group_id(f->cc, 1, (struct cc_int64)I64(1), NULL));
	DO(f, bulk_discussions_set_closed_at_where_group_id(f->cc, 1, (struct cc_int64)NONE, NULL));
	assert_int_equal(statements(f), 0);
	is(f, "SELECT count(touched_at) FROM groups", 0);
	DO(f, bulk_discussions_set_group_id_where_group_id(f->cc, 1, (struct cc_int64)I64(2), NULL));
	assert_true(statements(f) <= 4);
	is(f, "SELECT count(touched_at) FROM groups", 2);
}

/* One UPDATE a parent, however many rows. */
static void
per_parent(struct fixture *f)
{
	int few, many;

	fill(f, 40);
	statements(f);
	DO(f, bulk_polls_set_weight_where_author_id(f->cc, 1, (struct cc_int64)I64(3), NULL));
	many = statements(f);
	DO(f, bulk_polls_delete_where_discussion_id(f->cc, 1, NULL));
	few = statements(f);
	assert_true(many <= 2 * 40 + 2);
	DO(f, bulk_discussions_set_private__where_group_id(f->cc, 1, true, NULL));
	assert_true(statements(f) <= 2);
	assert_true(few <= 6);
}

/* Columns that only recounts write, and that nothing lowers. */
static void
kept(struct fixture *f)
{
	struct bulk_shelves shelf = { .id = 1 };

	ok(f, bulk_shelves_insert(f->cc, &shelf));
	for (int64_t id = 1; id <= 3; id++) {
		struct bulk_books book = { .id = id, .shelf_id = I64(1) };

		ok(f, bulk_books_insert(f->cc, &book));
	}
	ok(f, cc_reconcile(f->cc, NULL, NULL));
	statements(f);
	DO(f, bulk_books_set_shelf_id_where_shelf_id(f->cc, 1, (struct cc_int64)NONE, NULL));
	assert_int_equal(statements(f), 0);
	is(f, "SELECT slow FROM shelves", 3);
	ok(f, cc_reconcile(f->cc, NULL, NULL));
	is(f, "SELECT slow FROM shelves", 0);
	is(f, "SELECT ever FROM shelves", 3);
}

/* ---- failures ---- */

static void
overflow(struct fixture *f)
{
	int64_t n;

	fill(f, 3);
	DO(f, bulk_discussions_set_score_where_group_id(f->cc, 1, (struct cc_int64)I64(INT64_MAX),
	    &n));
	assert_int_equal(n, 3);
	assert_true(f->events[CC_EVENT_FAILURE] > 0);
	is(f, "SELECT count(*) FROM cc_dirty WHERE table_name = 'groups'", 1);
	is(f, "SELECT count(*) FROM discussions WHERE score = 9223372036854775807", 3);
	DO(f, bulk_discussions_set_score_where_group_id(f->cc, 1, (struct cc_int64)I64(4), &n));
	ok(f, cc_repair(f->cc, NULL, NULL));
	assert_int_equal(of(f, "total", 1), 12);
}

static void
undone(struct fixture *f)
{
	fill(f, 3);
	begin(f);
	savepoint(f, "s");
	ok(f, bulk_discussions_set_group_id_where_group_id(f->cc, 1, (struct cc_int64)I64(2), NULL));
	ok(f, bulk_discussions_delete_where_group_id(f->cc, 2, NULL));
	rollback_to(f, "s");
	ok(f, bulk_discussions_set_private__where_group_id(f->cc, 1, true, NULL));
	commit(f);
	assert_int_equal(of(f, "n", 1), 3);
	assert_int_equal(of(f, "total", 1), 0);
	begin(f);
	ok(f, bulk_discussions_delete_where_group_id(f->cc, 1, NULL));
	rollback(f);
	assert_int_equal(of(f, "n", 1), 3);
}

/* ---- a random life ---- */

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

union any {
	struct bulk_groups group;
	struct bulk_users user;
	struct bulk_discussions discussion;
	struct bulk_polls poll;
	struct bulk_images image;
};

static union any
any_row(int table)
{
	static const char *const kinds[] = { NULL, "vote", "talk", "user", "discussion" };
	struct cc_int64 past = { .value = 1, .null = pick(4) > 0 };

	switch (table) {
	case 0:
		return (union any){ .group = { 1 + pick(5), maybe(5), past, maybe(4),
			{ .null = true } } };
	case 1:
		return (union any){ .user = { 1 + pick(3), kinds[pick(2)] } };
	case 2:
		return (union any){ .discussion = { .id = 1 + pick(8), .group_id = maybe(5),
			.author_id = maybe(3), .kind = kinds[pick(3)], .score = maybe(5),
			.private_ = pick(2), .closed_at = maybe(2), .discarded_at = past } };
	case 3:
		return (union any){ .poll = { 1 + pick(15), maybe(8), maybe(3), maybe(5) } };
	default:
		return (union any){ .image = { 1 + pick(10), kinds[pick(5)], maybe(5) } };
	}
}

static void
step(struct fixture *f)
{
	const struct cc_table *t = &f->schema->tables[pick(5)];
	union any row = any_row((int)(t - f->schema->tables));
	union cc_part key[] = { { .i = 1 + pick(5) } };
	uint16_t field = (uint16_t)(1 + pick(t->n_fields - 1)), by;
	int what = (int)pick(7), result;

	if (what < 4 || t->n_references == 0)
		result = pick(3) ? cc_row_insert(f->cc, t, &row) : cc_row_update(f->cc, t, &row);
	else {
		by = (uint16_t)pick(t->n_references);
		result = what == 4 ? cc_rows_delete(f->cc, t, by, key, NULL) :
		    cc_rows_set(f->cc, t, by, key, field,
		    (const char *)&row + t->fields[field].offset, NULL);
	}
	if (result != CC_OK && result != CC_CONSTRAINT && result != CC_NOTFOUND
	    && result != CC_MISUSE)
		fail_msg("%s: %s", cc_result_name(result), cc_errmsg(f->cc));
}

static void
random_life(struct fixture *f)
{
	random_state = 1 + f->way;
	for (int round = 0; round < 400; round++) {
		int n = 1 + (int)pick(4);
		bool mine = f->way != VERBS || n > 1;

		if (mine)
			begin(f);
		for (int i = 0; i < n; i++)
			step(f);
		if (mine && pick(6) == 0)
			rollback(f);
		else if (mine)
			commit(f);
		verify_clean(f);
	}
	assert_int_equal(f->events[CC_EVENT_FAILURE], 0);
	assert_int_equal(f->events[CC_EVENT_NEGATIVE], 0);
}

static const struct behaviour cases[] = {
	{ "bulk: the key of all rows", key_of_all },
	{ "bulk: rows in the middle are closed", closed },
	{ "bulk: all rows are deleted, and what goes with them", deleted },
	{ "bulk: polymorphic", polymorphic },
	{ "bulk: nothing changes", unchanged },
	{ "bulk: one statement a parent", per_parent },
	{ "bulk: batch, never decrement", kept },
	{ "bulk: a sum overflows", overflow },
	{ "bulk: rolled back", undone },
	{ "bulk: a random life", random_life },
};

int
main(void)
{
	return behaviour_run(&bulk_schema, cases, sizeof cases / sizeof *cases, 0);
}
