/*
 * rolls.c - rows that add up others of the same table, which add up others in turn, and columns
 * that are read up a reference.
 */
#include "behaviour.h"

#include "rolls_counters.h"

static void
node(struct fixture *f, int64_t id, int64_t up, int64_t size)
{
	struct rolls_nodes row = { .id = id, .up = { up, up == 0 }, .size = size };

	assert_int_equal(insert(f, "nodes", &row), CC_OK);
}

/* What a correction passes on must not come on top of the recount of who is repaired after it. */
static void
repair_from_below(struct fixture *f)
{
	node(f, 9, 0, 1);
	node(f, 5, 9, 1);
	node(f, 3, 5, 1);
	node(f, 2, 3, 1);
	sql(f, "UPDATE nodes SET whole = 0");
	sql(f, "INSERT INTO cc_dirty (table_name, key, reason, at)"
	    " SELECT 'nodes', json_array(id), 'test', 0 FROM nodes");
	assert_int_equal(cc_repair(f->cc, NULL, NULL), CC_OK);
	is(f, "SELECT group_concat(whole, '') FROM (SELECT whole FROM nodes ORDER BY id)", 123);
	is(f, "SELECT count(*) FROM cc_dirty", 0);
	verify_clean(f);
}

/* ... and the other way round: those above go first, and what is below is passed on to them. */
static void
repair_from_above(struct fixture *f)
{
	node(f, 1, 0, 1);
	node(f, 2, 1, 1);
	node(f, 3, 2, 1);
	sql(f, "UPDATE nodes SET whole = 7");
	sql(f, "INSERT INTO cc_dirty (table_name, key, reason, at)"
	    " SELECT 'nodes', json_array(id), 'test', 0 FROM nodes");
	assert_int_equal(cc_repair(f->cc, NULL, NULL), CC_OK);
	is(f, "SELECT group_concat(whole, '') FROM (SELECT whole FROM nodes ORDER BY id)", 210);
	verify_clean(f);
}

static void
own_parent(struct fixture *f)
{
	struct rolls_mirrors row = { .id = 1, .of = { 1, false }, .shine = 3 };

	assert_int_equal(insert(f, "mirrors", &row), CC_OK);
	is(f, "SELECT seen FROM mirrors", 3);
	row.shine = 4;
	assert_int_equal(update(f, "mirrors", &row), CC_OK);
	is(f, "SELECT seen FROM mirrors", 4);
	verify_clean(f);
}

/* What is read beside the path is another row's as soon as what names it is another. */
static void
another_beside(struct fixture *f)
{
	struct rolls_mirrors mirror = { .id = 1, .of = { 0, true }, .shine = 3 };
	struct rolls_looks look = { .id = 1, .mirror_id = { 1, false }, .base = { 0, false },
		.kind = "a", .item_id = { 1, false } };

	assert_int_equal(insert(f, "mirrors", &mirror), CC_OK);
	assert_int_equal(insert(f, "looks", &look), CC_OK);
	is(f, "SELECT looks + 10 * views FROM mirrors", 11);
	look.base.value = 7;
	assert_int_equal(update(f, "looks", &look), CC_OK);
	is(f, "SELECT looks + 10 * views FROM mirrors", 10);
	look.kind = "b";
	assert_int_equal(update(f, "looks", &look), CC_OK);
	is(f, "SELECT looks + 10 * views FROM mirrors", 0);
	verify_clean(f);
}

/* A step up a tree is there only when the row says so. */
static void
branch_leaves(struct fixture *f)
{
	struct rolls_branches row = { .id = 1, .up = { 0, true }, .live = true };

	for (; row.id <= 4; row.id++, row.up = (struct cc_int64){ row.id - 1, false })
		assert_int_equal(insert(f, "branches", &row), CC_OK);
	is(f, "SELECT below FROM branches WHERE id = 1", 3);
	row = (struct rolls_branches){ .id = 2, .up = { 1, false } };
	assert_int_equal(update(f, "branches", &row), CC_OK);
	is(f, "SELECT below FROM branches WHERE id = 1", 0);
	is(f, "SELECT below FROM branches WHERE id = 2", 2);
	verify_clean(f);
}

static void
chain(struct fixture *f, int64_t id, int64_t at, int64_t next)
{
	struct rolls_chains row = { .id = id, .at = { at, at == 0 }, .next = { next, next == 0 },
		.ended = { 0, true } };

	assert_int_equal(insert(f, "chains", &row), CC_OK);
}

static void
set_next(struct fixture *f, int64_t id, int64_t next)
{
	struct rolls_chains row = { .id = id, .next = { next, next == 0 },
		.ended = { 0, true } };

	assert_int_equal(update(f, "chains", &row), CC_OK);
}

/* What is set from a recount touches as well. */
static void
recount_touches(struct fixture *f)
{
	chain(f, 1, 0, 0);
	chain(f, 2, 1, 0);
	chain(f, 3, 0, 1);
	is(f, "SELECT count(*) FROM chains WHERE ended IS NOT NULL", 0);
	f->clock += 5;
	set_next(f, 1, 3);
	is(f, "SELECT ends FROM chains WHERE id = 1", 1);
	is(f, "SELECT ended FROM chains WHERE id = 1", f->clock);
	is(f, "SELECT count(*) FROM chains WHERE ended IS NOT NULL", 1);
	verify_clean(f);
}

static const struct behaviour cases[] = {
	{ "a tree that adds itself up is repaired from below", repair_from_below },
	{ "... and from above", repair_from_above },
	{ "a row is its own parent", own_parent },
	{ "another row beside the path is read", another_beside },
	{ "a branch leaves its tree", branch_leaves },
	{ "a recount touches what it changes", recount_touches },
};

int
main(void)
{
	return behaviour_run(&rolls_schema, cases, sizeof cases / sizeof *cases, 0);
}
