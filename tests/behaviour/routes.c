/*
 * routes.c - cases: text, composite and uuid keys on the way up, and a polymorphic row in the
 * middle.
 */
#include "behaviour.h"

#include "routes_counters.h"

#define I64(v) { .value = (v) }

static const char ulm[] = "6a2f41a3-c54c-fce8-32d2-0324e1c32e22",
    metz[] = "00000000-0000-0000-0000-0000000000ff";

static void
ok(struct fixture *f, int result)
{
	if (result != CC_OK)
		fail_msg("%s: %s", cc_result_name(result), cc_errmsg(f->cc));
}

static struct routes_cities
city(const char *id, const char *country, int32_t code)
{
	return (struct routes_cities){ .id = id, .country = country,
		.code = { code, code == 0 }, .big = false };
}

static void
person(struct fixture *f, int64_t id, const char *in)
{
	struct routes_people p = { .id = id, .city = in, .wealth = id * 10 };

	ok(f, insert(f, "people", &p));
}

static void
people_are(struct fixture *f, const char *countries, const char *provinces)
{
	is_text(f, "SELECT group_concat(people || '/' || wealth, ' ')"
	    " FROM (SELECT * FROM countries ORDER BY code)", countries);
	is_text(f, "SELECT group_concat(people) FROM (SELECT * FROM provinces ORDER BY country, code)",
	    provinces);
}

static void
settle(struct fixture *f)
{
	struct routes_cities a = city(ulm, "de", 7), b = city(metz, "fr", 7);

	ok(f, insert(f, "cities", &a));
	ok(f, insert(f, "cities", &b));
	person(f, 1, ulm);
	person(f, 2, ulm);
	person(f, 3, metz);
	person(f, 4, NULL);
	person(f, 5, "nowhere");
	people_are(f, "2/30 1/30", "2,0,1");
}

static void
part_of_key(struct fixture *f)
{
	struct routes_cities a = city(ulm, "de", 8);

	settle(f);
	ok(f, update(f, "cities", &a));
	people_are(f, "2/30 1/30", "0,2,1");
	a = city(ulm, "fr", 7);
	ok(f, update(f, "cities", &a));
	people_are(f, "0/0 3/60", "0,0,3");
	a = city(ulm, "fr", 0);
	ok(f, update(f, "cities", &a));
	people_are(f, "0/0 1/30", "0,0,1");
	a = city(ulm, NULL, 7);
	ok(f, update(f, "cities", &a));
	people_are(f, "0/0 1/30", "0,0,1");
	a = city(ulm, "de", 9);
	ok(f, update(f, "cities", &a));
	people_are(f, "0/0 1/30", "0,0,1");
	a = city(ulm, "de", 7);
	ok(f, update(f, "cities", &a));
	people_are(f, "2/30 1/30", "2,0,1");
}

static void
rows_go(struct fixture *f)
{
	struct routes_provinces p = { .country = "de", .code = 7 };
	struct routes_cities a = city(ulm, "de", 7);
	struct routes_countries c = { .code = "de" };

	settle(f);
	ok(f, erase(f, "provinces", &p));
	is_text(f, "SELECT people || '/' || wealth FROM countries WHERE code = 'de'", "0/0");
	ok(f, insert(f, "provinces", &p));
	people_are(f, "2/30 1/30", "2,0,1");
	ok(f, erase(f, "cities", &a));
	people_are(f, "0/0 1/30", "0,0,1");
	ok(f, insert(f, "cities", &a));
	people_are(f, "2/30 1/30", "2,0,1");
	ok(f, erase(f, "countries", &c));
	ok(f, insert(f, "countries", &c));
	people_are(f, "2/30 1/30", "2,0,1");
}

/* Another row has the key now, and the rows below follow: all by hooks. */
static void
key_of_middle_changes(struct fixture *f)
{
	struct routes_cities before = city(ulm, "de", 7), after = city(metz, "de", 7);
	struct routes_people one = { .id = 1, .city = ulm, .wealth = 10 }, moved = one;

	moved.city = metz;
	ok(f, insert(f, "cities", &before));
	person(f, 1, ulm);
	begin(f);
	sql(f, "UPDATE cities SET id = '00000000-0000-0000-0000-0000000000ff'");
	ok(f, routes_cities_updated(f->cc, &before, &after));
	sql(f, "UPDATE people SET city = '00000000-0000-0000-0000-0000000000ff'");
	ok(f, routes_people_updated(f->cc, &one, &moved));
	commit(f);
	people_are(f, "1/10 0/0", "1,0,0");
	is(f, "SELECT people FROM cities", 1);
}

/* ---- a polymorphic row in the middle ---- */

static void
comments_are(struct fixture *f, const char *albums, const char *shelves)
{
	is_text(f, "SELECT group_concat(comments) FROM albums", albums);
	is_text(f, "SELECT group_concat(comments) FROM shelves", shelves);
}

static struct routes_comments
comment(int64_t id, const char *kind, int64_t item)
{
	return (struct routes_comments){ .id = id, .kind = kind,
		.item_id = { item, item == 0 } };
}

static void
polymorphic_middle(struct fixture *f)
{
	struct routes_photos photo = { .id = 1, .album_id = I64(2) };
	struct routes_books book = { .id = 1, .shelf_id = I64(1), .lost = true };
	struct routes_comments c = comment(1, "Photo", 1);

	ok(f, insert(f, "comments", &c));
	c.id = 2;
	ok(f, insert(f, "comments", &c));
	comments_are(f, "2,0", "0,0");
	c.kind = "Book";
	ok(f, update(f, "comments", &c));
	comments_are(f, "1,0", "1,0");
	ok(f, update(f, "photos", &photo));
	comments_are(f, "0,1", "1,0");
	ok(f, update(f, "books", &book));
	comments_are(f, "0,1", "0,0");
	c.kind = "Photo";
	ok(f, update(f, "comments", &c));
	comments_are(f, "0,2", "0,0");
	c.kind = "Book";
	ok(f, update(f, "comments", &c));
	book = (struct routes_books){ .id = 1, .shelf_id = I64(2), .lost = false };
	ok(f, update(f, "books", &book));
	comments_are(f, "0,1", "0,1");
	ok(f, delete(f, "photos", 1));
	comments_are(f, "0,0", "0,1");
	is(f, "SELECT comments FROM books WHERE id = 1", 1);
	c.kind = NULL;
	ok(f, update(f, "comments", &c));
	comments_are(f, "0,0", "0,0");
}

static const struct behaviour cases[] = {
	{ "routes: part of a composite key in the middle changes, NULLs", part_of_key },
	{ "routes: rows with text, composite and uuid keys go and come", rows_go },
	{ "routes: the key of a row in the middle changes, children follow", key_of_middle_changes },
	{ "routes: polymorphic rows in the middle, of one number", polymorphic_middle },
};

int
main(void)
{
	return behaviour_run(&routes_schema, cases, sizeof cases / sizeof *cases, 0);
}
