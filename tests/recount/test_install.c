/*
 * test_install.c - cc_install and cc_status.
 */
#include "check.h"

#include <string.h>

static void
test_install(const char *name)
{
	struct shop shop;

	shop_open(&shop, name, false);
	expect_result(shop.cc, cc_install(shop.cc), CC_OK);
	expect(number(&shop, "SELECT count(*) FROM pragma_table_info('users')") == 15);
	expect(number(&shop, "SELECT count(*) FROM cc_meta WHERE schema = 'shop'") == 13);
	expect(number(&shop, "SELECT count(*) FROM site") == 1);
	expect(shop.seen[CC_EVENT_NOTICE] == 0);
	expect_result(shop.cc, cc_install(shop.cc), CC_OK);
	expect(number(&shop, "SELECT count(*) FROM cc_meta WHERE schema = 'shop'") == 13);
	expect(number(&shop, "SELECT count(*) FROM site") == 1);
	expect_result(shop.cc, cc_verify(shop.cc, NULL, NULL), CC_OK);
	shop_close(&shop);
}

/* Columns that are there are used as they are, and what is odd about them is told. */
static void
test_existing_columns(const char *name)
{
	struct shop shop;

	shop_open(&shop, name, false);
	run(&shop, "ALTER TABLE users ADD COLUMN posts_count TEXT;"
	    "INSERT INTO users (id, posts_count) VALUES (1, NULL);"
	    "ALTER TABLE countries ADD COLUMN posts_count INTEGER NOT NULL DEFAULT 7;"
	    "INSERT INTO countries (code) VALUES ('de')");
	expect_result(shop.cc, cc_install(shop.cc), CC_OK);
	expect(shop.seen[CC_EVENT_NOTICE] == 3);
	expect(number(&shop, "SELECT posts_count FROM countries") == 7);
	expect(number(&shop, "SELECT type = 'TEXT' FROM pragma_table_info('users')"
	    " WHERE name = 'posts_count'") == 1);
	shop_close(&shop);
}

static void
test_missing_table(const char *name)
{
	struct shop shop;

	shop_open(&shop, name, false);
	run(&shop, "DROP TABLE mentions");
	expect_result(shop.cc, cc_install(shop.cc), CC_SCHEMA);
	expect(strstr(cc_errmsg(shop.cc), "mentions") != NULL);
	expect(number(&shop, "SELECT count(*) FROM sqlite_master WHERE name LIKE 'cc\\_%%'"
	    " ESCAPE '\\'") == 0);
	expect(number(&shop, "SELECT count(*) FROM pragma_table_info('users')") == 5);
	expect(sqlite3_get_autocommit(shop.db) != 0);
	shop_close(&shop);
}

static void
test_changed_definition(const char *name)
{
	struct shop shop;

	shop_open(&shop, name, true);
	run(&shop, "UPDATE cc_meta SET definition = 'count(*) from likes', definition_hash = 'x',"
	    " state = 'ready' WHERE column_name = 'published_count'");
	expect_result(shop.cc, cc_status(shop.cc), CC_SCHEMA);
	expect(strstr(shop.last[CC_EVENT_NOTICE], "count(*) from likes") != NULL);
	expect(strstr(shop.last[CC_EVENT_NOTICE], "count(*) from posts where published") != NULL);
	shop_forget(&shop);
	expect_result(shop.cc, cc_install(shop.cc), CC_OK);
	expect(shop.seen[CC_EVENT_NOTICE] == 1);
	expect(number(&shop, "SELECT state = 'installed' FROM cc_meta"
	    " WHERE column_name = 'published_count'") == 1);
	expect_result(shop.cc, cc_status(shop.cc), CC_OK);
	shop_close(&shop);
}

/* Each of these alone makes status say so. */
static void
test_status(const char *name)
{
	static const struct { const char *sql, *said; } differences[] = {
		{ "DROP INDEX posts_user", NULL },
		{ "PRAGMA foreign_keys = OFF", "foreign keys are not enforced" },
		{ "DROP TABLE mentions", "the table is missing" },
		{ "ALTER TABLE users DROP COLUMN visits_count", "missing" },
		{ "DELETE FROM site", "singleton" },
		{ "INSERT INTO site (id) VALUES (9)", "singleton" },
		{ "INSERT INTO cc_meta (schema, table_name, column_name, definition,"
		    " definition_hash) VALUES ('shop', 'users', 'new_count', 'count(*) from x', 'y')",
		    "does not know" },
		{ "DELETE FROM cc_meta WHERE column_name = 'points'", "cc_install" },
		{ "DROP TABLE cc_meta", "bookkeeping" },
		{ "INSERT INTO cc_dirty (table_name, key, reason, at) VALUES ('users', '[1]', '', 0)",
		    NULL }
	};
	struct shop shop;

	shop_open(&shop, name, true);
	expect_result(shop.cc, cc_status(shop.cc), CC_OK);
	expect(shop.seen[CC_EVENT_NOTICE] == 0);
	shop_close(&shop);
	for (size_t i = 0; i < sizeof differences / sizeof *differences; i++) {
		int wanted = differences[i].said != NULL ? CC_SCHEMA : CC_OK;

		shop_open(&shop, name, true);
		run(&shop, "%s", differences[i].sql);
		expect_result(shop.cc, cc_status(shop.cc), wanted);
		expect(shop.seen[CC_EVENT_NOTICE] >= 1);
		if (differences[i].said != NULL &&
		    strstr(shop.last[CC_EVENT_NOTICE], differences[i].said) == NULL)
			expect(strcmp(shop.last[CC_EVENT_NOTICE], differences[i].said) == 0);
		shop_close(&shop);
	}
}

/* Tables that were made otherwise than the schema thinks. */
static void
test_status_tables(const char *name)
{
	static const char *const made[][2] = {
		{ "DROP TABLE mentions; CREATE TABLE mentions (id INTEGER PRIMARY KEY,"
		    " handle TEXT REFERENCES users (handle) ON DELETE CASCADE);"
		    "CREATE INDEX mentions_handle ON mentions (handle)", "leave unseen" },
		{ "DROP TABLE posts; CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER,"
		    " country TEXT, shelf_row INTEGER, shelf_place TEXT, published INTEGER,"
		    " points INTEGER, price TEXT, weight REAL, invited INTEGER);"
		    "CREATE INDEX a ON posts (user_id); CREATE INDEX b ON posts (country);"
		    "CREATE INDEX c ON posts (shelf_row, shelf_place)", "no foreign key to users" },
		{ "DROP TABLE shelves; CREATE TABLE shelves (\"row\" INTEGER, place TEXT,"
		    " posts_count INTEGER NOT NULL DEFAULT 0)", "no unique index" },
		{ "DROP TABLE shelves; CREATE TABLE shelves (\"row\" INTEGER,"
		    " place TEXT COLLATE NOCASE, posts_count INTEGER NOT NULL DEFAULT 0,"
		    " PRIMARY KEY (\"row\", place))", "collation NOCASE" },
		{ "DROP TABLE mentions; CREATE TABLE mentions (id INTEGER PRIMARY KEY,"
		    " handle INTEGER REFERENCES users (handle));"
		    "CREATE INDEX mentions_handle ON mentions (handle)", "declared INTEGER" }
	};
	struct shop shop;

	for (size_t i = 0; i < sizeof made / sizeof *made; i++) {
		shop_open(&shop, name, true);
		run(&shop, "%s", made[i][0]);
		expect_result(shop.cc, cc_status(shop.cc), CC_SCHEMA);
		expect(shop.seen[CC_EVENT_NOTICE] == 1);
		if (strstr(shop.last[CC_EVENT_NOTICE], made[i][1]) == NULL)
			expect_at(false, made[i][1], (int)i, shop.last[CC_EVENT_NOTICE]);
		shop_close(&shop);
	}
}

int
main(void)
{
	static const struct test tests[] = {
		{ "install", test_install },
		{ "existing_columns", test_existing_columns },
		{ "missing_table", test_missing_table },
		{ "changed_definition", test_changed_definition },
		{ "status", test_status },
		{ "status_tables", test_status_tables }
	};

	return run_tests(tests, sizeof tests / sizeof *tests);
}
