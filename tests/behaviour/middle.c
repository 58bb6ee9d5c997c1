/*
 * middle.c - cases: conditions and values on the parent's own columns, on rows beside the path, on
 * rows in its middle; extremes and distinct, which are derived again.
 */
#include "chain.h"

#define I64(v) { .value = (v) }
#define YES { .value = true }
#define NO { .value = false }

static struct levels_films
film(int64_t id, const char *name, bool available, int64_t minutes)
{
	return (struct levels_films){ .id = id, .name = name, .available = available,
		.minutes = I64(minutes) };
}

static void
shown(struct fixture *f, int64_t id, int64_t parent, int64_t of)
{
	struct levels_children c = child(id, parent, 1);

	c.film_id = (struct cc_int64){ of, of == 0 };
	put_row(f, c);
}

static void
parent_flips(struct fixture *f)
{
	struct levels_parents p = parent(1, 1);

	for (int64_t id = 1; id <= 4; id++)
		put(f, id, 1, 1);
	is_text(f, "SELECT seen || '/' || share FROM parents WHERE id = 1", "0/0.0");
	p.active = (struct cc_bool)YES;
	change_parent(f, p);
	is_text(f, "SELECT seen || '/' || share FROM parents WHERE id = 1", "4/1.0");
	put(f, 5, 1, 1);
	is_text(f, "SELECT seen || '/' || share FROM parents WHERE id = 1", "5/1.0");
	p.active = (struct cc_bool)NO;
	change_parent(f, p);
	is_text(f, "SELECT seen || '/' || share FROM parents WHERE id = 1", "0/0.0");
	drop(f, "children", 1);
	p.active.null = true;
	change_parent(f, p);
	is_text(f, "SELECT seen || '/' || n FROM parents WHERE id = 1", "0/4");
}

/* The condition is on the row in the middle, and on the one above it. */
static void
middle_flips(struct fixture *f)
{
	struct levels_parents p = parent(1, 1);
	struct levels_grands g = grand(1, 1);

	put(f, 1, 1, 1);
	put(f, 2, 1, 1);
	p.open = (struct cc_bool)YES;
	change_parent(f, p);
	is(f, "SELECT open_n FROM grands WHERE id = 1", 2);
	is(f, "SELECT open FROM tops WHERE id = 1", 2);
	g.open = (struct cc_bool)NO;
	change_grand(f, g);
	is(f, "SELECT open FROM tops WHERE id = 1", 0);
	is(f, "SELECT open_n FROM grands WHERE id = 1", 2);
	g.open = (struct cc_bool)YES;
	change_grand(f, g);
	p.open.null = true;
	change_parent(f, p);
	is(f, "SELECT open_n FROM grands WHERE id = 1", 0);
	is(f, "SELECT open FROM tops WHERE id = 1", 0);
}

/* It flips and moves in one update: only the new side gains, only the old one loses. */
static void
middle_flips_and_moves(struct fixture *f)
{
	struct levels_parents p = parent(1, 2);

	put(f, 1, 1, 1);
	p.open = (struct cc_bool)YES;
	change_parent(f, p);
	is_text(f, "SELECT group_concat(open_n) FROM grands", "0,1");
	p = parent(1, 1);
	p.open = (struct cc_bool)NO;
	change_parent(f, p);
	is_text(f, "SELECT group_concat(open_n) FROM grands", "0,0");
}

static void
film_changes(struct fixture *f)
{
	struct levels_films m = film(1, "M", false, 100), other = film(2, "N", true, 5);

	shown(f, 1, 1, 1);
	shown(f, 2, 2, 1);
	shown(f, 3, 2, 2);
	shown(f, 4, 2, 0);
	is_text(f, "SELECT group_concat(available || '/' || unnamed || '/' || minutes, ' ')"
	    " FROM parents", "1/0/90 1/2/90");
	ok(f, update(f, "films", &m));
	is_text(f, "SELECT group_concat(available || '/' || unnamed || '/' || minutes, ' ')"
	    " FROM parents", "0/0/100 0/2/100");
	ok(f, update(f, "films", &other));
	is_text(f, "SELECT group_concat(available || '/' || unnamed || '/' || minutes, ' ')"
	    " FROM parents", "0/0/100 1/1/105");
}

/* A missing row beside the path reads as NULLs; the child stays where it is. */
static void
film_comes_and_goes(struct fixture *f)
{
	struct levels_films m = film(7, "seven", true, 30);

	shown(f, 1, 1, 7);
	is_text(f, "SELECT available || '/' || unnamed || '/' || minutes FROM parents WHERE id = 1",
	    "0/1/0");
	ok(f, insert(f, "films", &m));
	is_text(f, "SELECT available || '/' || unnamed || '/' || minutes FROM parents WHERE id = 1",
	    "1/0/30");
	drop(f, "films", 7);
	is_text(f, "SELECT available || '/' || unnamed || '/' || minutes FROM parents WHERE id = 1",
	    "0/1/0");
}

/* ---- extremes, distinct ---- */

static void
extremes(struct fixture *f)
{
	static const char of_both[] = "SELECT p.least || '/' || p.most || '/' || g.least || '/'"
	    " || g.most FROM parents AS p JOIN grands AS g ON g.id = p.grand_id WHERE p.id = 1";

	put(f, 1, 1, 5);
	put(f, 2, 1, 9);
	put(f, 3, 1, 7);
	is_text(f, of_both, "5/9/5/9");
	change_row(f, child(2, 1, 12));
	is_text(f, of_both, "5/12/5/12");
	change_row(f, child(2, 1, 6));
	is_text(f, of_both, "5/7/5/7");
	change_row(f, child(1, 1, -3));
	is_text(f, of_both, "-3/7/-3/7");
	drop(f, "children", 1);
	is_text(f, of_both, "6/7/6/7");
	drop(f, "children", 3);
	is_text(f, of_both, "6/6/6/6");
	drop(f, "children", 2);
	is_text(f, of_both, NULL);
}

static void
extremes_move(struct fixture *f)
{
	static const char both[] = "SELECT group_concat(coalesce(least, '-') || '/'"
	    " || coalesce(most, '-'), ' ') FROM grands";
	struct levels_children c = child(1, 1, 5);

	put_row(f, c);
	put(f, 2, 1, 9);
	put(f, 3, 2, 7);
	change_parent(f, parent(1, 2));
	is_text(f, both, "-/- 5/9");
	change_row(f, child(2, 2, 9));
	change_parent(f, parent(1, 1));
	is_text(f, both, "5/5 7/9");
	c.amount.null = true;
	change_row(f, c);
	is_text(f, both, "-/- 7/9");
	drop(f, "parents", 2);
	is_text(f, both, "-/- -/-");
}

static void
visit(struct fixture *f, int64_t id, int64_t parent, int64_t user)
{
	struct levels_children c = child(id, parent, 0);

	c.user_id = (struct cc_int64){ user, user == 0 };
	put_row(f, c);
}

static void
distinct(struct fixture *f)
{
	struct levels_children c = child(2, 1, 0);

	visit(f, 1, 1, 7);
	visit(f, 2, 1, 7);
	visit(f, 3, 1, 0);
	is(f, "SELECT people FROM parents WHERE id = 1", 1);
	is(f, "SELECT people FROM grands WHERE id = 1", 1);
	c.user_id = (struct cc_int64)I64(8);
	change_row(f, c);
	is(f, "SELECT people FROM parents WHERE id = 1", 2);
	c.user_id = (struct cc_int64)I64(7);
	change_row(f, c);
	drop(f, "children", 1);
	is(f, "SELECT people FROM parents WHERE id = 1", 1);
	is(f, "SELECT people FROM grands WHERE id = 1", 1);
	drop(f, "children", 2);
	is(f, "SELECT people FROM parents WHERE id = 1", 0);
	is(f, "SELECT people FROM grands WHERE id = 1", 0);
}

/* The same user under two parents of one grandparent is one there, whichever of them leaves. */
static void
distinct_above(struct fixture *f)
{
	change_parent(f, parent(2, 1));
	visit(f, 1, 1, 7);
	visit(f, 2, 2, 7);
	is(f, "SELECT people FROM grands WHERE id = 1", 1);
	change_parent(f, parent(2, 2));
	is_text(f, "SELECT group_concat(people) FROM grands", "1,1");
	drop(f, "parents", 1);
	is_text(f, "SELECT group_concat(people) FROM grands", "0,1");
}

static void
extremes_rolled_back(struct fixture *f)
{
	put(f, 1, 1, 5);
	put(f, 2, 1, 9);
	begin(f);
	savepoint(f, "a");
	drop(f, "children", 2);
	put(f, 3, 1, 1);
	rollback_to(f, "a");
	release(f, "a");
	put(f, 4, 1, 7);
	commit(f);
	is_text(f, "SELECT least || '/' || most FROM grands WHERE id = 1", "5/9");
}

static const struct behaviour cases[] = {
	{ "conditions: on the parent's column, which flips", parent_flips },
	{ "conditions: on rows in the middle, which flip", middle_flips },
	{ "conditions: a row in the middle flips and moves together", middle_flips_and_moves },
	{ "conditions: on another table's row (film.available)", film_changes },
	{ "conditions: the row beside the path comes and goes", film_comes_and_goes },
	{ "extremes: raised, lowered, deleted, last one deleted", extremes },
	{ "extremes: moved at both levels, NULL", extremes_move },
	{ "extremes: savepoint rolled back", extremes_rolled_back },
	{ "distinct: same user twice, one deleted, the other; user changed", distinct },
	{ "distinct: two parents of one grandparent", distinct_above },
};

int
main(void)
{
	return behaviour_run(&levels_schema, cases, sizeof cases / sizeof *cases, 0);
}
