/*
 * above.c - rows above one another in a table whose references have no foreign key: what is below
 * comes before what is above it, and what is read goes without a word of the database.
 */
#include "behaviour.h"

#include "above_counters.h"

static void
folder(struct fixture *f, int64_t id, int64_t up, int64_t at)
{
	struct above_folders row = { .id = id, .up = { up, up == 0 }, .at = { at, at == 0 } };

	assert_int_equal(insert(f, "folders", &row), CC_OK);
}

static void
person(struct fixture *f, int64_t id, int64_t boss, int64_t rank)
{
	struct above_people row = { .id = id, .boss_id = { boss, boss == 0 }, .rank = rank };

	assert_int_equal(insert(f, "people", &row), CC_OK);
}

static void
above_comes_last(struct fixture *f)
{
	folder(f, 1, 9, 0);
	folder(f, 2, 0, 1);
	is(f, "SELECT below FROM folders WHERE id = 1", 1);
	folder(f, 9, 0, 0);
	is(f, "SELECT below FROM folders WHERE id = 9", 1);
	verify_clean(f);
}

/* Each is the other's boss, so that the count is due at once and the sum is not. */
static void
what_is_read_goes(struct fixture *f)
{
	person(f, 1, 2, 10);
	person(f, 2, 1, 20);
	is(f, "SELECT worth FROM people WHERE id = 1", 21);
	assert_int_equal(cc_begin(f->cc), CC_OK);
	assert_int_equal(above_people_deleting(f->cc, 2), CC_OK);
	sql(f, "DELETE FROM people WHERE id = 2");
	assert_int_equal(cc_commit(f->cc), CC_OK);
	is(f, "SELECT worth IS NULL AND staff = 0 FROM people WHERE id = 1", 1);
	verify_clean(f);
}

/* A shelf takes with it the shelf that stands on it, but not the books there. */
static void
tree_goes_rows_stay(struct fixture *f)
{
	struct above_books book = { .id = 1, .shelf_id = { 3, false } };

	for (int64_t id = 1; id <= 3; id++) {
		struct above_shelves shelf = { .id = id, .on_id = { id - 1, id == 1 } };

		assert_int_equal(insert(f, "shelves", &shelf), CC_OK);
	}
	assert_int_equal(insert(f, "books", &book), CC_OK);
	is(f, "SELECT sum(books) FROM shelves", 3);
	assert_int_equal(cc_begin(f->cc), CC_OK);
	assert_int_equal(above_shelves_deleting(f->cc, 2), CC_OK);
	sql(f, "DELETE FROM shelves WHERE id = 2");
	assert_int_equal(cc_commit(f->cc), CC_OK);
	is(f, "SELECT books = 0 AND (SELECT count(*) FROM books) FROM shelves", 1);
	verify_clean(f);
}

static const struct behaviour cases[] = {
	{ "rows come before those above them", above_comes_last },
	{ "a row that is read goes", what_is_read_goes },
	{ "a tree goes, the rows in it stay", tree_goes_rows_stay },
};

int
main(void)
{
	return behaviour_run(&above_schema, cases, sizeof cases / sizeof *cases, 0);
}
