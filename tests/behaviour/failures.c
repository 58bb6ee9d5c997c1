/*
 * failures.c - cases: counters that cannot be written at one level, hooks outside a transaction,
 * two handles at one row in the middle, a commit without a flush.
 */
#include "chain.h"

#include <stdio.h>

/* From now on the database refuses this row of a table. */
static void
refuse(struct fixture *f, const char *table, int id)
{
	char text[300];

	snprintf(text, sizeof text, "CREATE TRIGGER refuse_%s BEFORE UPDATE ON %s"
	    " WHEN NEW.id = %d AND NEW.n IS NOT OLD.n BEGIN SELECT RAISE(ABORT, 'no'); END",
	    table, table, id);
	sql(f, text);
}

/* The write stands, every other level is right, what failed is dirty and repaired. */
static void
after_failure(struct fixture *f, const char *table, int dirty)
{
	char text[100];

	assert_true(f->events[CC_EVENT_FAILURE] > 0);
	is(f, "SELECT count(*) FROM cc_dirty", dirty);
	snprintf(text, sizeof text, "DROP TRIGGER refuse_%s", table);
	sql(f, text);
	ok(f, cc_repair(f->cc, NULL, NULL));
}

static void
top_refuses(struct fixture *f)
{
	refuse(f, "tops", 1);
	put(f, 1, 1, 42);
	is_text(f, "SELECT n || '/' || total FROM grands WHERE id = 1", "1/42");
	is_text(f, "SELECT n || '/' || total FROM tops WHERE id = 1", "0/0");
	after_failure(f, "tops", 1);
	chain_is(f, "1 0", "1/42 0/0", "1/42 0/0");
}

static void
grand_refuses(struct fixture *f)
{
	refuse(f, "grands", 1);
	put(f, 1, 1, 42);
	is_text(f, "SELECT n || '/' || total FROM grands WHERE id = 1", "0/0");
	is_text(f, "SELECT n || '/' || total FROM tops WHERE id = 1", "1/42");
	after_failure(f, "grands", 1);
	chain_is(f, "1 0", "1/42 0/0", "1/42 0/0");
}

static void
parent_refuses(struct fixture *f)
{
	refuse(f, "parents", 1);
	put(f, 1, 1, 42);
	is_text(f, "SELECT n || '/' || total FROM grands WHERE id = 1", "1/42");
	after_failure(f, "parents", 1);
	chain_is(f, "1 0", "1/42 0/0", "1/42 0/0");
}

/* A move: the new side refuses, the old one has let go. */
static void
move_refused_by_one(struct fixture *f)
{
	put(f, 1, 1, 42);
	refuse(f, "grands", 2);
	change_parent(f, parent(1, 2));
	is_text(f, "SELECT group_concat(n || '/' || total, ' ') FROM grands", "0/0 0/0");
	is_text(f, "SELECT group_concat(n || '/' || total, ' ') FROM tops", "0/0 1/42");
	after_failure(f, "grands", 1);
	chain_is(f, "1 0", "0/0 1/42", "0/0 1/42");
}

static void
cascade_refused_by_one(struct fixture *f)
{
	put(f, 1, 1, 42);
	put(f, 2, 1, 1);
	refuse(f, "tops", 1);
	drop(f, "parents", 1);
	is_text(f, "SELECT n || '/' || total FROM grands WHERE id = 1", "0/0");
	after_failure(f, "tops", 1);
	is_text(f, "SELECT n || '/' || total FROM tops WHERE id = 1", "0/0");
}

/* ---- hooks outside any transaction ---- */

static void
outside(struct fixture *f)
{
	struct levels_children c = child(1, 1, 42);
	struct levels_parents before = parent(1, 1), after = parent(1, 2);

	write_insert(f, "children", &c);
	ok(f, levels_children_inserted(f->cc, &c));
	chain_is(f, "1 0", "1/42 0/0", "1/42 0/0");
	write_update(f, "parents", &after);
	ok(f, levels_parents_updated(f->cc, &before, &after));
	chain_is(f, "1 0", "0/0 1/42", "0/0 1/42");
	assert_true(f->events[CC_EVENT_UNPROTECTED] > 0);
	/* min, max and distinct would be derived while the row is still there. */
	assert_int_equal(levels_parents_deleting(f->cc, 1), CC_UNPROTECTED);
	is(f, "SELECT count(*) FROM parents WHERE id = 1", 1);
	chain_is(f, "1 0", "0/0 1/42", "0/0 1/42");
}

/* ---- two handles ---- */

/* Both move the same row in the middle: what was there leaves once, the last one has it. */
static void
two_move_one(struct fixture *f)
{
	struct fixture other;
	struct levels_parents to_two = parent(1, 2), nowhere = parent(1, 0);

	put(f, 1, 1, 42);
	fixture_second(&other, f);
	ok(f, update(f, "parents", &to_two));
	ok(&other, update(&other, "parents", &nowhere));
	ok(f, update(f, "parents", &to_two));
	fixture_close(&other);
	chain_is(f, "1 0", "0/0 1/42", "0/0 1/42");
}

static void
two_delete_one(struct fixture *f)
{
	struct fixture other;

	put(f, 1, 1, 42);
	put(f, 2, 2, 1);
	fixture_second(&other, f);
	drop(f, "parents", 1);
	assert_int_equal(delete(&other, "parents", 1), CC_NOTFOUND);
	assert_int_equal(delete(&other, "children", 1), CC_NOTFOUND);
	fixture_close(&other);
	is_text(f, "SELECT group_concat(n || '/' || total, ' ') FROM grands", "0/0 1/1");
	is_text(f, "SELECT group_concat(n || '/' || total, ' ') FROM tops", "0/0 1/1");
}

/* What this handle read of the path before is not what it judges by after the other's move. */
static void
stale_path(struct fixture *f)
{
	struct fixture other;
	struct levels_children c = child(2, 1, 1);
	struct levels_parents p = parent(1, 2);

	fixture_second(&other, f);
	put(f, 1, 1, 42);
	ok(&other, update(&other, "parents", &p));
	put_row(f, c);
	fixture_close(&other);
	chain_is(f, "2 0", "0/0 2/43", "0/0 2/43");
}

static void
forgotten(struct fixture *f)
{
	struct levels_parents before = parent(1, 1), after = parent(1, 2);

	put(f, 1, 1, 42);
	sql(f, "BEGIN");
	write_update(f, "parents", &after);
	ok(f, levels_parents_updated(f->cc, &before, &after));
	sql(f, "COMMIT");
	put(f, 2, 2, 1);
	assert_true(f->events[CC_EVENT_FORGOTTEN] > 0);
	ok(f, cc_repair(f->cc, NULL, NULL));
	chain_is(f, "1 1", "0/0 2/43", "0/0 2/43");
}

static const struct behaviour cases[] = {
	{ "failures: the top refuses", top_refuses },
	{ "failures: the grandparent refuses", grand_refuses },
	{ "failures: the parent refuses", parent_refuses },
	{ "failures: a move, one side refuses", move_refused_by_one },
	{ "failures: a cascade, the top refuses", cascade_refused_by_one },
	{ "failures: hooks outside any transaction, below several levels", outside },
	{ "stale: two handles move the same row in the middle", two_move_one },
	{ "stale: two handles delete the same row in the middle", two_delete_one },
	{ "stale: a path that another handle has moved", stale_path },
	{ "failures: forgotten flush of a move in the middle", forgotten },
};

int
main(void)
{
	return behaviour_run(&levels_schema, cases, sizeof cases / sizeof *cases, 0);
}
