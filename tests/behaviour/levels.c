/*
 * levels.c - cases: a child under a parent under a grandparent under another; each level moves,
 * loses its key, goes.
 */
#include "chain.h"

static void
each_level(struct fixture *f)
{
	put(f, 1, 1, 42);
	chain_is(f, "1 0", "1/42 0/0", "1/42 0/0");
	drop(f, "children", 1);
	chain_is(f, "0 0", "0/0 0/0", "0/0 0/0");
}

static void
child_moves(struct fixture *f)
{
	put(f, 1, 1, 42);
	change_row(f, child(1, 2, 42));
	chain_is(f, "0 1", "0/0 1/42", "0/0 1/42");
	change_row(f, child(1, 2, 69));
	chain_is(f, "0 1", "0/0 1/69", "0/0 1/69");
	change_row(f, child(1, 0, 69));
	chain_is(f, "0 0", "0/0 0/0", "0/0 0/0");
}

static void
parent_moves(struct fixture *f)
{
	put(f, 1, 1, 5);
	put(f, 2, 1, 7);
	put(f, 3, 2, 1);
	change_parent(f, parent(1, 2));
	chain_is(f, "2 1", "0/0 3/13", "0/0 3/13");
	change_grand(f, grand(2, 1));
	chain_is(f, "2 1", "0/0 3/13", "3/13 0/0");
}

static void
parent_key_null(struct fixture *f)
{
	put(f, 1, 1, 5);
	put(f, 2, 1, 7);
	change_parent(f, parent(1, 0));
	chain_is(f, "2 0", "0/0 0/0", "0/0 0/0");
	change_parent(f, parent(1, 99));
	chain_is(f, "2 0", "0/0 0/0", "0/0 0/0");
	change_parent(f, parent(1, 2));
	chain_is(f, "2 0", "0/0 2/12", "0/0 2/12");
	change_grand(f, grand(2, 0));
	chain_is(f, "2 0", "0/0 2/12", "0/0 0/0");
	change_grand(f, grand(2, 2));
	chain_is(f, "2 0", "0/0 2/12", "0/0 2/12");
}

static void
parent_goes(struct fixture *f)
{
	put(f, 1, 1, 5);
	put(f, 2, 1, 7);
	change_parent(f, parent(2, 1));
	put(f, 3, 2, 100);
	drop(f, "parents", 1);
	is(f, "SELECT count(*) FROM children", 1);
	is_text(f, "SELECT n || '/' || total || '/' || n_now FROM grands WHERE id = 1", "1/100/1");
	is_text(f, "SELECT n || '/' || total || '/' || n_now FROM tops WHERE id = 1", "1/100/1");
}

static void
children_orphaned(struct fixture *f)
{
	for (int64_t id = 1; id <= 3; id++)
		ok(f, insert(f, "letters", &(struct levels_letters){ .id = id,
		    .parent_id = { .value = 1 } }));
	is(f, "SELECT letters FROM grands WHERE id = 1", 3);
	drop(f, "parents", 1);
	is(f, "SELECT count(*) FROM letters WHERE parent_id IS NULL", 3);
	is(f, "SELECT letters FROM grands WHERE id = 1", 0);
}

/* The grandparent goes: no promise about its parents, which point nowhere. */
static void
grand_goes(struct fixture *f)
{
	struct levels_grands g = grand(1, 2);

	put(f, 1, 1, 5);
	put(f, 2, 1, 7);
	drop(f, "grands", 1);
	is_text(f, "SELECT n || '/' || total || '/' || n_now FROM tops WHERE id = 1", "0/0/0");
	ok(f, insert(f, "grands", &g));
	chain_is(f, "2 0", "2/12 0/0", "0/0 2/12");
}

static void
soft_deleted(struct fixture *f)
{
	struct levels_parents p = parent(1, 1);

	put(f, 1, 1, 5);
	put(f, 2, 1, 7);
	p.deleted_at = (struct cc_int64){ .value = 7 };
	change_parent(f, p);
	is_text(f, "SELECT n || '/' || total FROM grands WHERE id = 1", "0/0");
	is_text(f, "SELECT n || '/' || total FROM tops WHERE id = 1", "0/0");
	/* Life below goes on unseen. */
	put(f, 3, 1, 1);
	drop(f, "children", 1);
	is_text(f, "SELECT n || '/' || total FROM grands WHERE id = 1", "0/0");
	p.deleted_at.null = true;
	change_parent(f, p);
	chain_is(f, "2 0", "2/8 0/0", "2/8 0/0");
}

/* Out of scope and elsewhere in one update, and deleted while it is out. */
static void
soft_deleted_and_moved(struct fixture *f)
{
	struct levels_parents p = parent(1, 2);

	put(f, 1, 1, 5);
	p.deleted_at = (struct cc_int64){ .value = 7 };
	change_parent(f, p);
	chain_is(f, "1 0", "0/0 0/0", "0/0 0/0");
	change_parent(f, parent(1, 2));
	chain_is(f, "1 0", "0/0 1/5", "0/0 1/5");
	change_parent(f, p);
	drop(f, "parents", 1);
	is_text(f, "SELECT group_concat(n) FROM grands", "0,0");
}

static void
soft_deleted_inclusive(struct fixture *f)
{
	struct levels_boxes box = { .id = 1, .grand_id = { .value = 1 },
		.deleted_at = { .null = true } };
	struct levels_boxed in = { .id = 1, .box_id = { .value = 1 } };

	ok(f, insert(f, "boxes", &box));
	ok(f, insert(f, "boxed", &in));
	is_text(f, "SELECT boxed || '/' || live FROM grands WHERE id = 1", "1/1");
	box.deleted_at = (struct cc_int64){ .value = 7 };
	ok(f, update(f, "boxes", &box));
	is_text(f, "SELECT boxed || '/' || live FROM grands WHERE id = 1", "1/0");
	box.deleted_at.null = true;
	ok(f, update(f, "boxes", &box));
	is_text(f, "SELECT boxed || '/' || live FROM grands WHERE id = 1", "1/1");
}

/* Rows arrive from the bottom up. */
static void
children_first(struct fixture *f)
{
	struct levels_parents p = parent(2, 5);
	struct levels_grands g = grand(5, 9);
	struct levels_tops t = { .id = 9 };

	drop(f, "parents", 2);
	ok(f, insert(f, "grands", &g));
	ok(f, insert(f, "parents", &p));
	put(f, 1, 2, 42);
	ok(f, insert(f, "tops", &t));
	is_text(f, "SELECT n || '/' || total || '/' || n_now FROM grands WHERE id = 5", "1/42/1");
	is_text(f, "SELECT n || '/' || total || '/' || n_now FROM tops WHERE id = 9", "1/42/1");
}

/* All of it in one transaction, in an order that crosses. */
static void
crossing(struct fixture *f)
{
	begin(f);
	put(f, 1, 1, 5);
	change_parent(f, parent(1, 2));
	put(f, 2, 1, 7);
	change_row(f, child(1, 2, 6));
	change_grand(f, grand(2, 1));
	change_parent(f, parent(2, 1));
	drop(f, "children", 2);
	change_grand(f, grand(1, 2));
	commit(f);
	chain_is(f, "0 1", "1/6 0/0", "0/0 1/6");
}

static void
savepoint_in_moves(struct fixture *f)
{
	put(f, 1, 1, 5);
	begin(f);
	change_parent(f, parent(1, 2));
	savepoint(f, "a");
	change_row(f, child(1, 2, 9));
	change_parent(f, parent(1, 1));
	drop(f, "grands", 2);
	rollback_to(f, "a");
	put(f, 2, 1, 1);
	release(f, "a");
	commit(f);
	chain_is(f, "2 0", "0/0 2/6", "0/0 2/6");
}

static void
rolled_back(struct fixture *f)
{
	put(f, 1, 1, 5);
	begin(f);
	change_parent(f, parent(1, 2));
	put(f, 2, 1, 1);
	drop(f, "parents", 1);
	rollback(f);
	chain_is(f, "1 0", "1/5 0/0", "1/5 0/0");
	put(f, 3, 1, 1);
	chain_is(f, "2 0", "2/6 0/0", "2/6 0/0");
}

/* There and back: nothing is sent for the deferred columns. */
static void
net_zero(struct fixture *f)
{
	put(f, 1, 1, 5);
	begin(f);
	change_parent(f, parent(1, 2));
	change_parent(f, parent(1, 1));
	statements(f);
	commit(f);
	is_text(f, "SELECT group_concat(n || '/' || total, ' ') FROM grands", "1/5 0/0");
	/* most, least and people were touched, in both. */
	assert_true(statements(f) <= 2);
}

static void
unrelated(struct fixture *f)
{
	struct levels_parents p = parent(1, 1);

	put(f, 1, 1, 5);
	statements(f);
	change_parent(f, p);
	assert_int_equal(statements(f), 0);
}

static const struct behaviour cases[] = {
	{ "levels: insert, 1 and the sum on each level", each_level },
	{ "levels: c moves to another parent of other grandparents, then amount", child_moves },
	{ "levels: P moves, G -k, G2 +k; G moves as well", parent_moves },
	{ "levels: P's key to NULL, to nowhere, and back", parent_key_null },
	{ "levels: P deleted, children cascade, once", parent_goes },
	{ "levels: P deleted, children orphaned", children_orphaned },
	{ "levels: G deleted, and another in its place", grand_goes },
	{ "levels: P soft-deleted and restored", soft_deleted },
	{ "levels: P soft-deleted and moved in one update", soft_deleted_and_moved },
	{ "levels: P soft-deleted, children stay where declared inclusive", soft_deleted_inclusive },
	{ "levels: rows arrive from the bottom up", children_first },
	{ "levels: moves of three levels cross in one transaction", crossing },
	{ "levels: savepoint rolled back in the middle of moves", savepoint_in_moves },
	{ "levels: rolled back, the next one is clean", rolled_back },
	{ "levels: there and back", net_zero },
	{ "levels: an update that nothing reads, no statement", unrelated },
};

int
main(void)
{
	return behaviour_run(&levels_schema, cases, sizeof cases / sizeof *cases, 0);
}
