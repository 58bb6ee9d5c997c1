/*
 * rows.c - cases: basics, moves, conditions.
 */
#include "children.h"

#define I64(v) { .value = (v) }
#define NONE { .null = true }

/* ---- basics ---- */

static void
two_inserts(struct fixture *f)
{
	counts(f, 1, 0, 0);
	put(f, child(1, 1));
	counts(f, 1, 1, 0);
	put(f, child(2, 1));
	counts(f, 1, 2, 0);
	is(f, "SELECT triple FROM parents WHERE id = 1", 6);
}

static void
amount_13(struct fixture *f)
{
	put(f, child_of(1, 1, 13));
	counts(f, 1, 1, 13);
}

static void
amount_0(struct fixture *f)
{
	sql(f, "CREATE TRIGGER no_sum BEFORE UPDATE OF total ON parents"
	    " BEGIN SELECT RAISE(ABORT, 'the sum was written'); END");
	put(f, child_of(1, 1, 0));
	sql(f, "DROP TRIGGER no_sum");
	counts(f, 1, 1, 0);
}

static void
delete_one(struct fixture *f)
{
	put(f, child_of(1, 1, 5));
	drop(f, 1);
	counts(f, 1, 0, 0);
}

static void
delete_twice(struct fixture *f)
{
	put(f, child_of(1, 1, 5));
	drop(f, 1);
	assert_int_equal(delete(f, "children", 1), CC_NOTFOUND);
	counts(f, 1, 0, 0);
}

static void
unrelated(struct fixture *f)
{
	struct cases_children c = child_of(1, 1, 5);

	put(f, c);
	statements(f);
	c.remark = "seen";
	change(f, c);
	assert_int_equal(statements(f), 0);
	counts(f, 1, 1, 5);
	is_text(f, "SELECT remark FROM children", "seen");
}

static void
key_null(struct fixture *f)
{
	statements(f);
	put(f, child_of(1, 0, 5));
	assert_int_equal(statements(f), 0);
	counts(f, 1, 0, 0);
}

static void
dangling(struct fixture *f)
{
	put(f, child_of(1, 77, 5));
	counts(f, 1, 0, 0);
	counts(f, 2, 0, 0);
	assert_true(f->events[CC_EVENT_ORPHAN] > 0);
	assert_int_equal(f->events[CC_EVENT_FAILURE], 0);
}

static void
parent_updated(struct fixture *f)
{
	struct cases_parents p = { .id = 1, .title = "renamed", .touched_at = NONE };

	put(f, child_of(1, 1, 5));
	sql(f, "UPDATE parents SET name = 'other' WHERE id = 1");
	assert_int_equal(update(f, "parents", &p), CC_OK);
	counts(f, 1, 1, 5);
}

static void
no_key_children(struct fixture *f)
{
	struct cases_lines line = { .parent_id = I64(1), .level = I64(2) };
	struct cases_lines before = line;

	begin(f);
	sql(f, "INSERT INTO lines VALUES (1, 2)");
	assert_int_equal(cases_lines_inserted(f->cc, &line), CC_OK);
	commit(f);
	is(f, "SELECT lines FROM parents WHERE id = 1", 1);
	begin(f);
	sql(f, "UPDATE lines SET parent_id = 2");
	line.parent_id.value = 2;
	assert_int_equal(cases_lines_updated(f->cc, &before, &line), CC_OK);
	commit(f);
	is(f, "SELECT lines FROM parents WHERE id = 1", 0);
	is(f, "SELECT lines FROM parents WHERE id = 2", 1);
	begin(f);
	sql(f, "DELETE FROM lines");
	assert_int_equal(cases_lines_deleted(f->cc, &line), CC_OK);
	commit(f);
	is(f, "SELECT lines FROM parents WHERE id = 2", 0);
}

/* ---- moves ---- */

static void
move(struct fixture *f)
{
	put(f, child_of(1, 1, 42));
	change(f, child_of(1, 2, 42));
	counts(f, 1, 0, 0);
	counts(f, 2, 1, 42);
	change(f, child_of(1, 2, 69));
	counts(f, 1, 0, 0);
	counts(f, 2, 1, 69);
}

static void
move_to_null(struct fixture *f)
{
	put(f, child_of(1, 1, 3));
	change(f, child_of(1, 0, 3));
	counts(f, 1, 0, 0);
	change(f, child_of(1, 1, 3));
	counts(f, 1, 1, 3);
	drop(f, 1);
	counts(f, 1, 0, 0);
}

static void
move_by_title(struct fixture *f)
{
	struct cases_children c = child(1, 0);

	c.parent_title = "P";
	put(f, c);
	is(f, "SELECT by_title FROM parents WHERE id = 1", 1);
	c.parent_title = "Q";
	change(f, c);
	is(f, "SELECT by_title FROM parents WHERE id = 1", 0);
	is(f, "SELECT by_title FROM parents WHERE id = 2", 1);
	c.parent_title = NULL;
	change(f, c);
	is(f, "SELECT by_title FROM parents WHERE id = 2", 0);
}

static void
move_to_new(struct fixture *f)
{
	struct cases_parents p = { .id = 9, .title = "new", .touched_at = NONE };

	put(f, child_of(1, 1, 4));
	begin(f);
	assert_int_equal(insert(f, "parents", &p), CC_OK);
	change(f, child_of(1, 9, 4));
	commit(f);
	counts(f, 1, 0, 0);
	counts(f, 9, 1, 4);
}

static void
two_keys(struct fixture *f)
{
	struct cases_children c = child_of(1, 1, 4);

	c.product_id = (struct cc_int64)I64(1);
	put(f, c);
	statements(f);
	c.product_id.value = 2;
	change(f, c);
	assert_int_equal(statements(f), 2);
	counts(f, 1, 1, 4);
	is(f, "SELECT n FROM products WHERE id = 1", 0);
	is(f, "SELECT n FROM products WHERE id = 2", 1);
}

static void
composite(struct fixture *f)
{
	struct cases_shops s = { .id = 1, .country = "de", .code = I64(1) };
	struct cases_regions r = { .country = "de", .code = 1 };

	assert_int_equal(cases_regions_insert(f->cc, &r), CC_OK);
	r.code = 2;
	assert_int_equal(cases_regions_insert(f->cc, &r), CC_OK);
	assert_int_equal(insert(f, "shops", &s), CC_OK);
	is(f, "SELECT n FROM regions WHERE code = 1", 1);
	s.code.value = 2;
	assert_int_equal(update(f, "shops", &s), CC_OK);
	is(f, "SELECT n FROM regions WHERE code = 1", 0);
	is(f, "SELECT n FROM regions WHERE code = 2", 1);
	s.country = NULL;
	assert_int_equal(update(f, "shops", &s), CC_OK);
	is(f, "SELECT n FROM regions WHERE code = 2", 0);
}

static void
same_parent(struct fixture *f)
{
	put(f, child_of(1, 1, 4));
	statements(f);
	change(f, child_of(1, 1, 4));
	assert_int_equal(statements(f), 0);
	counts(f, 1, 1, 4);
}

/* ---- conditions ---- */

static struct cases_children
flagged(int64_t parent, int active, const char *price)
{
	struct cases_children c = child_of(1, parent, 10);

	c.active = (struct cc_bool){ active == 1, active < 0 };
	c.price = price;
	return c;
}

static void
active_is(struct fixture *f, int64_t p, int64_t q)
{
	is(f, "SELECT active FROM parents WHERE id = 1", p);
	is(f, "SELECT active FROM parents WHERE id = 2", q);
}

static void
matching(struct fixture *f)
{
	struct cases_children c = flagged(1, 0, NULL);

	put(f, c);
	active_is(f, 0, 0);
	c = flagged(1, 1, NULL);
	c.id = 2;
	put(f, c);
	active_is(f, 1, 0);
}

static void
flips(struct fixture *f)
{
	put(f, flagged(1, 0, NULL));
	change(f, flagged(1, 1, NULL));
	active_is(f, 1, 0);
	is(f, "SELECT worth FROM parents WHERE id = 1", 10);
	is(f, "SELECT balance FROM parents WHERE id = 1", 110);
	change(f, flagged(1, 0, NULL));
	active_is(f, 0, 0);
	is(f, "SELECT worth FROM parents WHERE id = 1", 0);
	is(f, "SELECT balance FROM parents WHERE id = 1", 90);
	counts(f, 1, 1, 10);
}

static void
flip_and_move(struct fixture *f)
{
	put(f, flagged(1, 0, NULL));
	change(f, flagged(2, 1, NULL));
	active_is(f, 0, 1);
	change(f, flagged(1, 0, NULL));
	active_is(f, 0, 0);
}

static void
null_condition(struct fixture *f)
{
	put(f, flagged(1, -1, NULL));
	active_is(f, 0, 0);
	is(f, "SELECT balance FROM parents WHERE id = 1", 100);
	change(f, flagged(1, 1, NULL));
	active_is(f, 1, 0);
	change(f, flagged(1, -1, NULL));
	active_is(f, 0, 0);
	assert_int_equal(cc_reconcile(f->cc, NULL, NULL), CC_OK);
	active_is(f, 0, 0);
}

static void
price_crosses(struct fixture *f)
{
	put(f, flagged(1, 1, "999.99"));
	is(f, "SELECT dear FROM parents WHERE id = 1", 0);
	change(f, flagged(1, 1, "1000.00"));
	is(f, "SELECT dear FROM parents WHERE id = 1", 0);
	change(f, flagged(1, 1, "1000.01"));
	is(f, "SELECT dear FROM parents WHERE id = 1", 1);
	change(f, flagged(1, 1, "1001.00"));
	is(f, "SELECT dear FROM parents WHERE id = 1", 1);
	change(f, flagged(1, 1, "8.00"));
	is(f, "SELECT dear FROM parents WHERE id = 1", 0);
}

static void
amount_not_matching(struct fixture *f)
{
	struct cases_children c = flagged(0, 0, NULL);

	c.parent_id.null = true;
	put(f, c);
	statements(f);
	c.amount.value = 11;
	change(f, c);
	assert_int_equal(statements(f), 0);
}

static void
all_at_once(struct fixture *f)
{
	struct cases_children c = flagged(1, 1, "2000.00");

	put(f, c);
	c = flagged(2, 0, "5000.00");
	c.amount.value = 7;
	change(f, c);
	counts(f, 1, 0, 0);
	counts(f, 2, 1, 7);
	active_is(f, 0, 0);
	is(f, "SELECT worth FROM parents WHERE id = 1", 0);
	is(f, "SELECT balance FROM parents WHERE id = 2", 93);
	is(f, "SELECT dear FROM parents WHERE id = 1", 0);
	is(f, "SELECT dear FROM parents WHERE id = 2", 1);
}

static const struct behaviour cases[] = {
	{ "basics: P.n=0; insert c under P, second insert", two_inserts },
	{ "basics: insert with amount 13", amount_13 },
	{ "basics: insert with amount 0, no statement for the sum", amount_0 },
	{ "basics: delete", delete_one },
	{ "basics: delete the same handle twice", delete_twice },
	{ "basics: unrelated column updated, no counter statement", unrelated },
	{ "basics: insert with key NULL", key_null },
	{ "basics: insert with a dangling key", dangling },
	{ "basics: update parent's other columns", parent_updated },
	{ "basics: children without a primary key", no_key_children },
	{ "moves: c moves P to Q, then amount 42 to 69", move },
	{ "moves: to NULL, back, destroy", move_to_null },
	{ "moves: by a key that is not the primary key (title)", move_by_title },
	{ "moves: to a brand-new parent created in the same save", move_to_new },
	{ "moves: child with two keys, moving one", two_keys },
	{ "moves: composite key, part of the key changes", composite },
	{ "moves: assigning the same parent again, no statement", same_parent },
	{ "conditions: insert not matching, insert matching", matching },
	{ "conditions: flip false to true, true to false", flips },
	{ "conditions: flip and move together", flip_and_move },
	{ "conditions: NULL counts as not matching, hook and recount", null_condition },
	{ "conditions: price crosses 1000", price_crosses },
	{ "conditions: non-matching row's amount changes, no statement", amount_not_matching },
	{ "conditions: condition + move + amount changed in one update", all_at_once },
};

int
main(void)
{
	return behaviour_run(&cases_schema, cases, sizeof cases / sizeof *cases, 0);
}
