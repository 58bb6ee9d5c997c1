/*
 * relations.c - cases: polymorphic references, trees, cascades, scopes, singletons, keys.
 */
#include "behaviour.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cases_counters.h"

#define I64(v) { .value = (v) }
#define NONE { .null = true }

static void
ok(int rc)
{
	assert_int_equal(rc, CC_OK);
}

/* ---- polymorphic ---- */

static void
images_are(struct fixture *f, int64_t employee, int64_t product)
{
	is(f, "SELECT images_count FROM employees WHERE id = 1", employee);
	is(f, "SELECT images_count FROM products WHERE id = 1", product);
}

static struct cases_images
image(int64_t id, const char *kind, int64_t item)
{
	return (struct cases_images){ .id = id, .kind = kind, .item = I64(item) };
}

static void
employee(struct fixture *f)
{
	struct cases_employees e = { .id = 1, .uid = "e-1" };

	ok(insert(f, "employees", &e));
}

static void
polymorphic(struct fixture *f)
{
	struct cases_images i = image(1, "Employee", 1);

	employee(f);
	ok(insert(f, "images", &i));
	images_are(f, 1, 0);
	i = image(2, "Product", 1);
	ok(insert(f, "images", &i));
	images_are(f, 1, 1);
	i = image(3, "Product", 1);
	ok(insert(f, "images", &i));
	images_are(f, 1, 2);
	ok(delete(f, "images", 2));
	images_are(f, 1, 1);
	i = image(3, "Employee", 1);
	ok(update(f, "images", &i));
	images_are(f, 2, 0);
}

static void
type_changes(struct fixture *f)
{
	struct cases_images i = image(1, "Employee", 1);

	employee(f);
	ok(insert(f, "images", &i));
	i.kind = "Product";
	ok(update(f, "images", &i));
	images_are(f, 0, 1);
	i.kind = "Nobody";
	ok(update(f, "images", &i));
	images_are(f, 0, 0);
	i.kind = NULL;
	ok(update(f, "images", &i));
	images_are(f, 0, 0);
}

static void
by_uid(struct fixture *f)
{
	struct cases_badges b = { .id = 1, .kind = "Employee", .owner = "e-1" };

	employee(f);
	ok(insert(f, "badges", &b));
	is(f, "SELECT badges_count FROM employees", 1);
	b.owner = "e-2";
	ok(update(f, "badges", &b));
	is(f, "SELECT badges_count FROM employees", 0);
}

/* ---- trees ---- */

static void
tree(struct fixture *f)
{
	struct cases_nodes n = { .id = 1, .parent_id = NONE };

	ok(insert(f, "nodes", &n));
	for (n.id = 2; n.id <= 6; n.id++) {
		n.parent_id = (struct cc_int64)I64(1);
		ok(insert(f, "nodes", &n));
	}
	is(f, "SELECT n FROM nodes WHERE id = 1", 5);
	n = (struct cases_nodes){ .id = 6, .parent_id = I64(2) };
	ok(update(f, "nodes", &n));
	is(f, "SELECT n FROM nodes WHERE id = 1", 4);
	is(f, "SELECT n FROM nodes WHERE id = 2", 1);
	for (int64_t id = 6; id >= 2; id--)
		ok(delete(f, "nodes", id));
	is(f, "SELECT n FROM nodes WHERE id = 1", 0);
	sql(f, "UPDATE nodes SET n = -1 WHERE id = 1");
	verify_finds(f, 1);
	ok(cc_reconcile(f->cc, NULL, NULL));
	is(f, "SELECT n FROM nodes WHERE id = 1", 0);
}

static void
own_parent(struct fixture *f)
{
	struct cases_nodes n = { .id = 1, .parent_id = I64(1) };

	ok(insert(f, "nodes", &n));
	is(f, "SELECT n FROM nodes", 1);
	n.parent_id.null = true;
	ok(update(f, "nodes", &n));
	is(f, "SELECT n FROM nodes", 0);
}

/* ---- what the database does by itself ---- */

static void
people(struct fixture *f)
{
	for (int64_t id = 1; id <= 3; id++) {
		struct cases_users u = { .id = id };
		struct cases_posts p = { .id = id, .author_id = I64(1) };

		ok(insert(f, "users", &u));
		ok(insert(f, "posts", &p));
	}
	for (int64_t id = 1; id <= 3; id++) {
		struct cases_follows w = { .id = id, .follower_id = 1, .followed_id = id };
		struct cases_likes l = { .post_id = 1, .user_id = id };

		ok(insert(f, "follows", &w));
		ok(insert(f, "likes", &l));
	}
	is(f, "SELECT posts FROM users WHERE id = 1", 3);
	is(f, "SELECT following FROM users WHERE id = 1", 3);
	is(f, "SELECT followers FROM users WHERE id = 2", 1);
	is(f, "SELECT likes FROM posts WHERE id = 1", 3);
	is(f, "SELECT posts FROM site", 3);
}

static void
user_goes(struct fixture *f)
{
	people(f);
	ok(delete(f, "users", 1));
	is(f, "SELECT count(*) FROM follows", 0);
	is(f, "SELECT followers FROM users WHERE id = 2", 0);
	is(f, "SELECT followers FROM users WHERE id = 3", 0);
	is(f, "SELECT count(*) FROM posts WHERE author_id IS NULL", 3);
	is(f, "SELECT likes FROM posts WHERE id = 1", 2);
	is(f, "SELECT posts FROM site", 0);
}

static void
middle_goes(struct fixture *f)
{
	people(f);
	ok(delete(f, "posts", 1));
	is(f, "SELECT posts FROM users WHERE id = 1", 2);
	is(f, "SELECT posts FROM site", 2);
	is(f, "SELECT count(*) FROM likes", 0);
}

/* A follow of oneself is reached by both references, and leaves once. */
static void
reached_twice(struct fixture *f)
{
	people(f);
	is(f, "SELECT followers FROM users WHERE id = 1", 1);
	ok(delete(f, "users", 2));
	is(f, "SELECT following FROM users WHERE id = 1", 2);
	is(f, "SELECT followers FROM users WHERE id = 1", 1);
}

/* Rows without a primary key are told apart by what SQLite numbers them with. */
static void
rowid_is_a_column(struct fixture *f)
{
	struct cases_stages stage = { .id = 1 };
	struct cases_actors actor = { .id = 1 };
	struct cases_roles role = { .stage_id = I64(1), .actor_id = I64(1), .seat = I64(7) };

	ok(insert(f, "stages", &stage));
	ok(insert(f, "actors", &actor));
	for (role.wage.value = 1; role.wage.value <= 3; role.wage.value++)
		ok(insert(f, "roles", &role));
	is(f, "SELECT wages FROM actors", 6);
	ok(delete(f, "stages", 1));
	is(f, "SELECT count(*) FROM roles", 0);
	is(f, "SELECT roles FROM actors", 0);
	is(f, "SELECT wages FROM actors", 0);
}

/* The schema has left out a primary key, and there is no rowid: the delete says which table. */
static void
without_rowid(struct fixture *f)
{
	struct cases_stages stage = { .id = 1 };

	sql(f, "DROP TABLE roles");
	sql(f, "CREATE TABLE roles (stage_id INTEGER, actor_id INTEGER, RowID INTEGER,"
	    " _rowid_ INTEGER PRIMARY KEY) WITHOUT ROWID");
	ok(insert(f, "stages", &stage));
	begin(f);
	assert_int_equal(cases_stages_deleting(f->cc, 1), CC_ERROR);
	assert_non_null(strstr(cc_errmsg(f->cc), "no such column: oid"));
	assert_non_null(strstr(cc_errmsg(f->cc), "FROM \"roles\""));
	rollback(f);
	assert_int_equal(cases_stages_delete(f->cc, 1), CC_ERROR);
	is(f, "SELECT count(*) FROM stages", 1);
}

static void
cascade_rolled_back(struct fixture *f)
{
	people(f);
	begin(f);
	savepoint(f, "a");
	ok(delete(f, "users", 1));
	rollback_to(f, "a");
	release(f, "a");
	commit(f);
	is(f, "SELECT followers FROM users WHERE id = 2", 1);
	is(f, "SELECT posts FROM site", 3);
}

static void
key_follows(struct fixture *f)
{
	struct cases_products before = { .id = 1 }, after = { .id = 10 };
	struct cases_images i = image(1, "Product", 1);

	sql(f, "CREATE TRIGGER follow AFTER UPDATE OF id ON products BEGIN"
	    " UPDATE images SET item = NEW.id WHERE item = OLD.id AND kind = 'Product'; END");
	ok(insert(f, "images", &i));
	begin(f);
	sql(f, "UPDATE products SET id = 10 WHERE id = 1");
	ok(cases_products_updated(f->cc, &before, &after));
	commit(f);
	is(f, "SELECT images_count FROM products WHERE id = 10", 1);
	i.item.value = 10;
	ok(delete(f, "images", 1));
	is(f, "SELECT images_count FROM products WHERE id = 10", 0);
}

static void
key_leaves(struct fixture *f)
{
	struct cases_products before = { .id = 1 }, after = { .id = 10 };
	struct cases_images i = image(1, "Product", 1);

	ok(insert(f, "images", &i));
	begin(f);
	sql(f, "UPDATE products SET id = 10 WHERE id = 1");
	ok(cases_products_updated(f->cc, &before, &after));
	commit(f);
	is(f, "SELECT images_count FROM products WHERE id = 10", 0);
	after.id = 1;
	ok(insert(f, "products", &after));
	is(f, "SELECT images_count FROM products WHERE id = 1", 1);
}

static void
orphans_wait(struct fixture *f)
{
	struct cases_children c = { .id = 1, .parent_id = I64(50), .product_id = NONE,
		.amount = I64(4), .active = NONE, .ratio = NONE };
	struct cases_parents p = { .id = 50, .touched_at = NONE };

	ok(insert(f, "children", &c));
	ok(insert(f, "parents", &p));
	is(f, "SELECT n FROM parents WHERE id = 50", 1);
	is(f, "SELECT total_now FROM parents WHERE id = 50", 4);
	is(f, "SELECT balance FROM parents WHERE id = 50", 100);
}

/* ---- scopes ---- */

static struct cases_replies
reply(int64_t id, bool hidden)
{
	return (struct cases_replies){ .id = id, .topic_id = 1, .hidden = hidden };
}

static void
child_scope(struct fixture *f)
{
	struct cases_topics t = { .id = 1, .deleted_at = NONE };
	struct cases_replies r = reply(1, false);

	ok(insert(f, "topics", &t));
	ok(insert(f, "replies", &r));
	is(f, "SELECT replies FROM topics", 1);
	r.hidden = true;
	ok(update(f, "replies", &r));
	is(f, "SELECT replies FROM topics", 0);
	ok(delete(f, "replies", 1));
	is(f, "SELECT replies FROM topics", 0);
	r = reply(2, true);
	ok(insert(f, "replies", &r));
	is(f, "SELECT replies FROM topics", 0);
	r.hidden = false;
	ok(update(f, "replies", &r));
	is(f, "SELECT replies FROM topics", 1);
}

static void
holder_scope(struct fixture *f)
{
	struct cases_topics t = { .id = 1, .deleted_at = NONE };
	struct cases_replies r = reply(1, false);

	ok(insert(f, "topics", &t));
	ok(insert(f, "replies", &r));
	t.deleted_at = (struct cc_int64)I64(7);
	ok(update(f, "topics", &t));
	r.id = 2;
	ok(insert(f, "replies", &r));
	r.id = 3;
	ok(insert(f, "replies", &r));
	t.deleted_at.null = true;
	ok(update(f, "topics", &t));
	is(f, "SELECT replies FROM topics", 3);
}

static void
singleton(struct fixture *f)
{
	struct cases_products p = { .id = 9 };

	/* Two products were there before the library. */
	is(f, "SELECT products FROM site", 2);
	ok(insert(f, "products", &p));
	is(f, "SELECT products FROM site", 3);
	ok(delete(f, "products", 9));
	is(f, "SELECT products FROM site", 2);
}

static void
polymorphic_cascade(struct fixture *f)
{
	struct cases_shows show = { .id = 1 };
	struct cases_songs song = { .id = 1 };
	struct cases_plays play = { .id = 1, .kind = "song", .item = { 1, false } };

	ok(insert(f, "shows", &show));
	ok(insert(f, "songs", &song));
	ok(insert(f, "plays", &play));
	ok(delete(f, "shows", 1));
	is(f, "SELECT plays_count FROM songs", 1);
}

/* No foreign key holds such a reference, whatever it says of deletes. */
static void
children_first(struct fixture *f)
{
	struct cases_plays play = { .id = 1, .kind = "song", .item = { 1, false } };
	struct cases_halves half = { .id = 4, .twice = 9 };
	struct cases_songs song = { .id = 1, .code = 5 };

	ok(insert(f, "plays", &play));
	ok(insert(f, "halves", &half));
	ok(insert(f, "songs", &song));
	is(f, "SELECT plays_count FROM songs", 1);
	is(f, "SELECT halves FROM songs", 1);
}

/* Only what the schema promises is relied upon: of the others there is nothing to recount. */
static void
promises(struct fixture *f)
{
	const struct cc_table *t = table(f, "plays");

	for (int i = 0; i < t->n_references; i++)
		assert_false(t->references[i].enforced);
	assert_false(table(f, "halves")->references[0].enforced);
	assert_false(table(f, "shops")->references[0].enforced);
	assert_true(table(f, "parts")->references[0].enforced);
	assert_true(table(f, "follows")->references[0].enforced);
	assert_true(table(f, "posts")->references[0].enforced);
}

static const struct behaviour cases[] = {
	{ "polymorphic: children before their parent, with on delete", children_first },
	{ "which references a foreign key can hold", promises },
	{ "polymorphic: a cascade of the same number and another kind", polymorphic_cascade },
	{ "polymorphic: images of employee/product", polymorphic },
	{ "polymorphic: same id, type changes", type_changes },
	{ "polymorphic: keyed by a uid instead of the id", by_uid },
	{ "tree: direct children, counter set to -1, reconcile", tree },
	{ "tree: a row that is its own parent", own_parent },
	{ "cascade and set null by the database", user_goes },
	{ "cascade: the row in the middle goes", middle_goes },
	{ "cascade: a row reached by two references leaves once", reached_twice },
	{ "cascade: rows without a primary key, with a column rowid", rowid_is_a_column },
	{ "cascade: rows without a primary key and WITHOUT ROWID", without_rowid },
	{ "cascade: rolled back to a savepoint", cascade_rolled_back },
	{ "primary key of the parent changes, children follow", key_follows },
	{ "primary key of the parent changes, children stay behind", key_leaves },
	{ "a parent inserted where orphans wait", orphans_wait },
	{ "scope of the child", child_scope },
	{ "scope of the holder: out, and in again", holder_scope },
	{ "singleton", singleton },
};

int
main(void)
{
	return behaviour_run(&cases_schema, cases, sizeof cases / sizeof *cases, 0);
}
