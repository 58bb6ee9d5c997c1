/*
 * many.c - cases: many rows at once, by hooks for many and by the bulk verbs, below several levels.
 */
#include "chain.h"

#include <stdlib.h>

static void
plant(struct fixture *f, int64_t n)
{
	for (int64_t id = 1; id <= n; id++)
		put(f, id, 1 + id % 2, id);
}

static void
move_all(struct fixture *f)
{
	int64_t n;

	plant(f, 5);
	chain_is(f, "2 3", "2/6 3/9", "2/6 3/9");
	ok(f, levels_children_set_parent_id_where_parent_id(f->cc, 1,
	    (struct cc_int64){ .value = 2 }, &n));
	assert_int_equal(n, 2);
	chain_is(f, "0 5", "0/0 5/15", "0/0 5/15");
	is(f, "SELECT most - least FROM grands WHERE id = 2", 4);
	ok(f, levels_children_set_parent_id_where_parent_id(f->cc, 2,
	    (struct cc_int64){ .null = true }, &n));
	assert_int_equal(n, 5);
	chain_is(f, "0 0", "0/0 0/0", "0/0 0/0");
}

static void
delete_all(struct fixture *f)
{
	int64_t n;

	plant(f, 5);
	ok(f, levels_children_delete_where_parent_id(f->cc, 2, &n));
	assert_int_equal(n, 3);
	chain_is(f, "2 0", "2/6 0/0", "2/6 0/0");
	ok(f, levels_children_delete_where_parent_id(f->cc, 2, &n));
	assert_int_equal(n, 0);
	chain_is(f, "2 0", "2/6 0/0", "2/6 0/0");
}

/* All parents of a grandparent move with what is below them. */
static void
move_parents(struct fixture *f)
{
	int64_t n;

	change_parent(f, parent(2, 1));
	plant(f, 5);
	chain_is(f, "2 3", "5/15 0/0", "5/15 0/0");
	ok(f, levels_parents_set_grand_id_where_grand_id(f->cc, 1,
	    (struct cc_int64){ .value = 2 }, &n));
	assert_int_equal(n, 2);
	chain_is(f, "2 3", "0/0 5/15", "0/0 5/15");
	is(f, "SELECT most FROM grands WHERE id = 2", 5);
	ok(f, levels_parents_set_open_where_grand_id(f->cc, 2, (struct cc_bool){ .value = true },
	    &n));
	is(f, "SELECT open_n FROM grands WHERE id = 2", 5);
	ok(f, levels_parents_set_deleted_at_where_grand_id(f->cc, 2,
	    (struct cc_int64){ .value = 1 }, &n));
	is_text(f, "SELECT n || '/' || total || '/' || n_now FROM grands WHERE id = 2", "0/0/0");
	is_text(f, "SELECT n || '/' || total || '/' || n_now FROM tops WHERE id = 2", "0/0/0");
}

static void
delete_parents(struct fixture *f)
{
	int64_t n;

	plant(f, 5);
	ok(f, levels_parents_delete_where_grand_id(f->cc, 1, &n));
	assert_int_equal(n, 1);
	is(f, "SELECT count(*) FROM children", 3);
	is_text(f, "SELECT group_concat(n || '/' || total || '/' || n_now, ' ') FROM tops",
	    "0/0/0 3/9/3");
}

/* Values of rows beside the path. */
static void
set_beside(struct fixture *f)
{
	int64_t n;

	plant(f, 4);
	ok(f, levels_children_set_film_id_where_parent_id(f->cc, 1, (struct cc_int64){ .value = 1 },
	    &n));
	is_text(f, "SELECT group_concat(available || '/' || unnamed || '/' || minutes, ' ')"
	    " FROM parents", "2/0/180 0/2/0");
	ok(f, levels_children_set_parent_id_where_film_id(f->cc, 1, (struct cc_int64){ .value = 2 },
	    &n));
	is_text(f, "SELECT group_concat(available || '/' || unnamed || '/' || minutes, ' ')"
	    " FROM parents", "0/0/0 2/2/180");
	ok(f, levels_children_delete_where_film_id(f->cc, 1, &n));
	is_text(f, "SELECT group_concat(available || '/' || unnamed || '/' || minutes, ' ')"
	    " FROM parents", "0/0/0 0/2/0");
}

static void
bulk_rolled_back(struct fixture *f)
{
	plant(f, 5);
	begin(f);
	savepoint(f, "a");
	ok(f, levels_parents_set_grand_id_where_grand_id(f->cc, 1,
	    (struct cc_int64){ .value = 2 }, NULL));
	ok(f, levels_children_delete_where_parent_id(f->cc, 2, NULL));
	rollback_to(f, "a");
	release(f, "a");
	commit(f);
	chain_is(f, "2 3", "2/6 3/9", "2/6 3/9");
}

static void
inserted_many(struct fixture *f)
{
	enum { ROWS = 5000 };
	struct levels_children *rows = calloc(ROWS, sizeof *rows);

	assert_non_null(rows);
	for (int64_t i = 0; i < ROWS; i++)
		rows[i] = child(i + 1, 1 + i % 2, 1);
	begin(f);
	for (int64_t i = 0; i < ROWS; i++)
		write_insert(f, "children", &rows[i]);
	statements(f);
	ok(f, levels_children_inserted_many(f->cc, rows, ROWS));
	commit(f);
	free(rows);
	/* One UPDATE a row, and one more for the immediate columns of grands and tops. */
	assert_true(statements(f) <= 10);
	chain_is(f, "2500 2500", "2500/2500 2500/2500", "2500/2500 2500/2500");
}

/* 100,000 rows are below one that moves: what is sent does not grow with them. */
static void
many_below(struct fixture *f)
{
	sql(f, "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)"
	    " INSERT INTO children (id, parent_id, amount) SELECT i, 1, i FROM n");
	ok(f, cc_reconcile(f->cc, NULL, NULL));
	statements(f);
	change_parent(f, parent(1, 2));
	assert_true(statements(f) <= 10);
	chain_is(f, "100000 0", "0/0 100000/5000050000", "0/0 100000/5000050000");
	statements(f);
	change_grand(f, grand(2, 1));
	assert_true(statements(f) <= 6);
	chain_is(f, "100000 0", "0/0 100000/5000050000", "100000/5000050000 0/0");
}

static const struct behaviour cases[] = {
	{ "many: the key of all rows of one parent", move_all },
	{ "many: all rows of one parent deleted", delete_all },
	{ "many: all parents of one grandparent move, flip, leave their scope", move_parents },
	{ "many: all parents of one grandparent deleted, with cascade", delete_parents },
	{ "many: rows beside the path", set_beside },
	{ "many: rolled back to a savepoint", bulk_rolled_back },
	{ "many: 5000 rows inserted, statements by parent", inserted_many },
	{ "many: 100000 rows below a row that moves", many_below },
};

int
main(void)
{
	return behaviour_run(&levels_schema, cases, sizeof cases / sizeof *cases, 0);
}
