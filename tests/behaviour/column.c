/*
 * column.c - cases: the counter column itself.  NULL, CHECK, the end of its type, missing, of
 * another type; a statement that kills the transaction.
 */
#include "behaviour.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cases_counters.h"

static void
ok(int rc)
{
	assert_int_equal(rc, CC_OK);
}

static struct cases_images
image(int64_t id)
{
	return (struct cases_images){ .id = id, .kind = "Product", .item = { 1, false } };
}

static void
put(struct fixture *f, int64_t id)
{
	struct cases_images i = image(id);

	ok(insert(f, "images", &i));
}

/* Another products table in place of the installed one; `column` is images_count as declared. */
static void
products_with(struct fixture *f, const char *column)
{
	char text[400];

	sql(f, "DROP TABLE products");
	snprintf(text, sizeof text, "CREATE TABLE products (id INTEGER PRIMARY KEY, "
	    "n INTEGER NOT NULL DEFAULT 0%s%s)", column[0] == '\0' ? "" : ", ", column);
	sql(f, text);
	sql(f, "INSERT INTO products (id) VALUES (1), (2)");
	cc_close(f->cc);
	f->cc = NULL;
}

static int
reopen(struct fixture *f)
{
	return cc_open_sqlite(&f->cc, f->db, f->schema, NULL);
}

static void
null_at_start(struct fixture *f)
{
	products_with(f, "images_count INTEGER");
	ok(reopen(f));
	is_text(f, "SELECT images_count FROM products WHERE id = 1", NULL);
	put(f, 1);
	put(f, 2);
	is(f, "SELECT images_count FROM products WHERE id = 1", 2);
}

/* The child goes, the parent is dirty, repair puts it right. */
static void
check(struct fixture *f)
{
	products_with(f, "images_count INTEGER NOT NULL DEFAULT 0 CHECK (images_count >= 0)");
	ok(reopen(f));
	put(f, 1);
	put(f, 2);
	sql(f, "UPDATE products SET images_count = 0");
	ok(delete(f, "images", 1));
	is(f, "SELECT count(*) FROM images", 1);
	is_text(f, "SELECT key FROM cc_dirty WHERE table_name = 'products'", "[1]");
	ok(cc_repair(f->cc, NULL, NULL));
	is(f, "SELECT images_count FROM products WHERE id = 1", 1);
}

static void
last_number(struct fixture *f)
{
	struct cc_metrics metrics;

	sql(f, "UPDATE products SET images_count = 2147483647 WHERE id = 1");
	put(f, 1);
	is(f, "SELECT count(*) FROM images", 1);
	is(f, "SELECT images_count FROM products WHERE id = 1", 2147483647);
	is_text(f, "SELECT key FROM cc_dirty WHERE table_name = 'products'", "[1]");
	assert_int_equal(f->events[CC_EVENT_FAILURE], 1);
	ok(cc_metrics(f->cc, &metrics));
	assert_int_equal(metrics.failures, 1);
	ok(cc_repair(f->cc, NULL, NULL));
	is(f, "SELECT images_count FROM products WHERE id = 1", 1);
}

static void
sum_overflow(struct fixture *f)
{
	struct cases_children c = { .id = 1, .parent_id = { 1, false },
		.product_id = { .null = true }, .amount = { INT64_MAX, false },
		.active = { .null = true }, .ratio = { .null = true } };

	ok(insert(f, "children", &c));
	is(f, "SELECT total FROM parents WHERE id = 1", INT64_MAX);
	c.id = 2;
	ok(insert(f, "children", &c));
	is_text(f, "SELECT typeof(total) FROM parents WHERE id = 1", "integer");
	is(f, "SELECT total FROM parents WHERE id = 1", INT64_MAX);
	is_text(f, "SELECT key FROM cc_dirty WHERE table_name = 'parents'", "[1]");
	ok(delete(f, "children", 2));
	ok(cc_repair(f->cc, NULL, NULL));
	is(f, "SELECT n FROM parents WHERE id = 1", 1);
}

static void
missing(struct fixture *f)
{
	products_with(f, "");
	assert_int_equal(reopen(f), CC_SCHEMA);
	assert_non_null(strstr(cc_errmsg(f->cc), "images_count"));
	assert_non_null(strstr(cc_errmsg(f->cc), "products"));
	cc_close(f->cc);
	sql(f, "ALTER TABLE products ADD COLUMN images_count INTEGER NOT NULL DEFAULT 0");
	ok(reopen(f));
}

static void
another_type(struct fixture *f)
{
	products_with(f, "images_count TEXT NOT NULL DEFAULT 'none'");
	assert_int_equal(reopen(f), CC_SCHEMA);
	assert_non_null(strstr(cc_errmsg(f->cc), "images_count"));
	cc_close(f->cc);
	sql(f, "ALTER TABLE products DROP COLUMN images_count");
	sql(f, "ALTER TABLE products ADD COLUMN images_count INTEGER NOT NULL DEFAULT 0");
	ok(reopen(f));
}

/* The column disappears while a handle is open: the write goes on. */
static void
lost_later(struct fixture *f)
{
	put(f, 1);
	sql(f, "ALTER TABLE products RENAME COLUMN images_count TO hidden");
	put(f, 2);
	is(f, "SELECT count(*) FROM images", 2);
	is_text(f, "SELECT key FROM cc_dirty WHERE table_name = 'products'", "[1]");
	sql(f, "ALTER TABLE products RENAME COLUMN hidden TO images_count");
	ok(cc_repair(f->cc, NULL, NULL));
	is(f, "SELECT images_count FROM products WHERE id = 1", 2);
}

/* The others of the same flush are applied. */
static void
others_applied(struct fixture *f)
{
	struct cases_images two = { .id = 2, .kind = "Product", .item = { 2, false } };

	sql(f, "CREATE TRIGGER no BEFORE UPDATE OF images_count ON products WHEN NEW.id = 1"
	    " BEGIN SELECT RAISE(ABORT, 'no'); END");
	begin(f);
	put(f, 1);
	ok(insert(f, "images", &two));
	commit(f);
	is(f, "SELECT images_count FROM products WHERE id = 1", 0);
	is(f, "SELECT images_count FROM products WHERE id = 2", 1);
	is_text(f, "SELECT key FROM cc_dirty WHERE table_name = 'products'", "[1]");
	sql(f, "DROP TRIGGER no");
	ok(cc_repair(f->cc, NULL, NULL));
	is(f, "SELECT images_count FROM products WHERE id = 1", 1);
	is(f, "SELECT count(*) FROM cc_dirty", 0);
}

static void
transaction_killed(struct fixture *f)
{
	struct cases_images i = image(1);

	sql(f, "CREATE TRIGGER no BEFORE UPDATE OF images_count ON products"
	    " BEGIN SELECT RAISE(ROLLBACK, 'gone'); END");
	begin(f);
	ok(insert(f, "images", &i));
	if (f->way == OWN)
		assert_int_equal(cc_flush(f->cc), CC_ABORTED);
	else
		assert_int_equal(cc_commit(f->cc), CC_ABORTED);
	f->open = false;
	assert_true(sqlite3_get_autocommit(f->db));
	is(f, "SELECT count(*) FROM images", 0);
	sql(f, "DROP TRIGGER no");
	put(f, 1);
	is(f, "SELECT images_count FROM products WHERE id = 1", 1);
}

static const struct behaviour cases[] = {
	{ "the column: NULL at the start, then two inserts", null_at_start },
	{ "the column: CHECK and a drifted value", check },
	{ "the column: int32 at 2147483647", last_number },
	{ "the column: sum overflow of 64 bit never wraps", sum_overflow },
	{ "the column: missing when the handle is opened", missing },
	{ "the column: of another type when the handle is opened", another_type },
	{ "the column: lost while the handle is open", lost_later },
	{ "the column: one parent fails, the others are applied", others_applied },
	{ "the engine ends the transaction", transaction_killed },
};

int
main(void)
{
	return behaviour_run(&cases_schema, cases, sizeof cases / sizeof *cases, 0);
}
