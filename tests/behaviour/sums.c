/*
 * sums.c - cases: weights and sums, derived columns, never decrement, tally.
 */
#include "children.h"

#include <stdio.h>

static void
weights(struct fixture *f)
{
	put(f, child_of(1, 1, 2));
	put(f, child_of(2, 1, 1));
	counts(f, 1, 2, 3);
	drop(f, 1);
	counts(f, 1, 1, 1);
	drop(f, 2);
	counts(f, 1, 0, 0);
}

static void
constant_weight(struct fixture *f)
{
	put(f, child(1, 1));
	is(f, "SELECT triple FROM parents WHERE id = 1", 3);
	put(f, child(2, 1));
	is(f, "SELECT triple FROM parents WHERE id = 1", 6);
	drop(f, 1);
	is(f, "SELECT triple FROM parents WHERE id = 1", 3);
	drop(f, 2);
	is(f, "SELECT triple FROM parents WHERE id = 1", 0);
}

static void
weight_changes(struct fixture *f)
{
	put(f, child_of(1, 1, 1));
	change(f, child_of(1, 1, 4));
	counts(f, 1, 1, 4);
}

static void
weight_and_move(struct fixture *f)
{
	put(f, child_of(1, 1, 3));
	put(f, child_of(2, 2, 5));
	change(f, child_of(1, 2, 8));
	counts(f, 1, 0, 0);
	counts(f, 2, 2, 13);
}

static void
floats_and_decimals(struct fixture *f)
{
	char price[30];

	for (int i = 1; i <= 60; i++) {
		struct cases_children c = child(i, 1);

		snprintf(price, sizeof price, "%d.%02d", i * 17, i);
		c.price = price;
		c.ratio = (struct cc_float64){ i * 0.1, false };
		put(f, c);
	}
	for (int i = 1; i <= 60; i += 2)
		drop(f, i);
	/* 17 * (2 + 4 + … + 60) and 0.02 + 0.04 + … + 0.60. */
	is_text(f, "SELECT money FROM parents WHERE id = 1", "15819.30");
	is(f, "SELECT abs(floats - 93.0) < 1e-9 FROM parents WHERE id = 1", 1);
}

static void
derived(struct fixture *f)
{
	struct cases_children c = child(1, 1);

	c.active = (struct cc_bool){ true, false };
	put(f, c);
	is(f, "SELECT share * 100 FROM parents WHERE id = 1", 100);
	c = child(2, 1);
	put(f, c);
	is(f, "SELECT share * 100 FROM parents WHERE id = 1", 50);
	drop(f, 1);
	is(f, "SELECT share * 100 FROM parents WHERE id = 1", 0);
}

/* What is pending for one input must not be in it when the other is applied at once. */
static void
derived_of_both(struct fixture *f)
{
	struct cases_notes note = { .id = 1, .parent_id = 1 };
	struct cases_children c = child_of(1, 1, 5);

	c.active = (struct cc_bool){ true, false };
	begin(f);
	put(f, c);
	ok(insert(f, "notes", &note));
	drop(f, 1);
	commit(f);
	is(f, "SELECT mixed FROM parents WHERE id = 1", 1);
	begin(f);
	put(f, c);
	savepoint(f, "a");
	note.id = 2;
	ok(insert(f, "notes", &note));
	rollback_to(f, "a");
	release(f, "a");
	commit(f);
	is(f, "SELECT mixed FROM parents WHERE id = 1", 6);
}

/* What is pending under the old key goes with the row, once. */
static void
never_decrement_and_key(struct fixture *f)
{
	struct cases_notes note = { .id = 1, .parent_id = 1 }, moved = note;
	struct cases_parents before = { .id = 1, .title = "P", .touched_at = { .null = true } };
	struct cases_parents after = before;

	after.id = moved.parent_id = 9;
	begin(f);
	ok(insert(f, "notes", &note));
	sql(f, "UPDATE parents SET id = 9 WHERE id = 1");
	ok(cases_parents_updated(f->cc, &before, &after));
	is(f, "SELECT ever FROM parents WHERE id = 9", 1);
	ok(update(f, "notes", &moved));
	commit(f);
	is(f, "SELECT ever FROM parents WHERE id = 9", 1);
	is(f, "SELECT notes_now FROM parents WHERE id = 9", 1);
}

static void
never_decrement(struct fixture *f)
{
	struct cases_notes note = { .id = 1, .parent_id = 1 };

	ok(insert(f, "notes", &note));
	note.id = 2;
	ok(insert(f, "notes", &note));
	ok(delete(f, "notes", 1));
	is(f, "SELECT ever FROM parents WHERE id = 1", 2);
	/* A move adds nothing where it arrives; only a recount raises that. */
	note.parent_id = 2;
	ok(update(f, "notes", &note));
	is(f, "SELECT ever FROM parents WHERE id = 1", 2);
	is(f, "SELECT ever FROM parents WHERE id = 2", 0);
	ok(cc_reconcile(f->cc, NULL, NULL));
	is(f, "SELECT ever FROM parents WHERE id = 1", 2);
	is(f, "SELECT ever FROM parents WHERE id = 2", 1);
	note.parent_id = 1;
	ok(update(f, "notes", &note));
	is(f, "SELECT ever FROM parents WHERE id = 1", 2);
	is(f, "SELECT ever FROM parents WHERE id = 2", 1);
}

static void
tally(struct fixture *f)
{
	begin(f);
	for (int i = 0; i < 5; i++)
		assert_int_equal(cases_parents_bump_visits(f->cc, 1, 2), CC_OK);
	assert_int_equal(cases_parents_bump_visits(f->cc, 1, -3), CC_OK);
	statements(f);
	commit(f);
	assert_int_equal(statements(f), 1);
	is(f, "SELECT visits FROM parents WHERE id = 1", 7);
	assert_int_equal(cases_parents_set_visits(f->cc, 1, 100), CC_OK);
	is(f, "SELECT visits FROM parents WHERE id = 1", 100);
}

static const struct behaviour cases[] = {
	{ "weights: 2 and 1, delete heavy, delete light", weights },
	{ "weights: constant weight 3", constant_weight },
	{ "weights: changes 1 to 4 on a live row", weight_changes },
	{ "weights: changes together with a move", weight_and_move },
	{ "weights: float sums within tolerance, decimals exact", floats_and_decimals },
	{ "derived column of the same row", derived },
	{ "derived column of a deferred and an immediate one", derived_of_both },
	{ "never decrement: a holder's key changes", never_decrement_and_key },
	{ "never decrement: adds only, recount raises only", never_decrement },
	{ "tally: bumps coalesce, set", tally },
};

int
main(void)
{
	return behaviour_run(&cases_schema, cases, sizeof cases / sizeof *cases, 0);
}
