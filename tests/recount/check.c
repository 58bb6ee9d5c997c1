/*
 * check.c - see check.h.
 */
#include "check.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char shop_tables[] =
    "CREATE TABLE users (id INTEGER PRIMARY KEY, handle TEXT UNIQUE, deleted_at INTEGER,\n"
    "  updated_at INTEGER, name TEXT);\n"
    "CREATE TABLE countries (code TEXT PRIMARY KEY);\n"
    "CREATE TABLE shelves (\"row\" INTEGER NOT NULL, place TEXT NOT NULL,\n"
    "  PRIMARY KEY (\"row\", place));\n"
    "CREATE TABLE site (id INTEGER PRIMARY KEY);\n"
    "CREATE TABLE posts (id INTEGER PRIMARY KEY,\n"
    "  user_id INTEGER REFERENCES users ON DELETE SET NULL, country TEXT REFERENCES countries,\n"
    "  shelf_row INTEGER, shelf_place TEXT, published INTEGER NOT NULL,\n"
    "  points INTEGER NOT NULL, price TEXT NOT NULL, weight REAL NOT NULL,\n"
    "  invited INTEGER NOT NULL);\n"
    "CREATE INDEX posts_user ON posts (user_id);\n"
    "CREATE INDEX posts_country ON posts (country);\n"
    "CREATE INDEX posts_shelf ON posts (shelf_row, shelf_place);\n"
    "CREATE TABLE mentions (id INTEGER PRIMARY KEY, handle TEXT REFERENCES users (handle));\n"
    "CREATE INDEX mentions_handle ON mentions (handle);\n"
    "CREATE TABLE marks (id INTEGER PRIMARY KEY, kind TEXT, item INTEGER);\n"
    "CREATE INDEX marks_item ON marks (item);\n";

/* What the columns should hold, as pairs of a column and a query; p is the parent. */
static const struct { const char *table, *column, *query; bool real; } truths[] = {
	{ "users", "posts_count", "(SELECT count(*) FROM posts WHERE user_id = p.id)", false },
	{ "users", "published_count",
	    "(SELECT count(*) FROM posts WHERE user_id = p.id AND published)", false },
	{ "users", "points",
	    "(SELECT coalesce(sum(points), 0) FROM posts WHERE user_id = p.id)", false },
	{ "users", "spent", "(SELECT printf('%.2f', coalesce(sum(price), 0)) FROM posts"
	    " WHERE user_id = p.id)", false },
	{ "users", "dearest", "(SELECT printf('%.2f', max(CAST(price AS REAL))) FROM posts"
	    " WHERE user_id = p.id HAVING count(*) > 0)", false },
	{ "users", "weight", "(SELECT total(weight) FROM posts WHERE user_id = p.id)", true },
	{ "users", "invited_count", "(SELECT count(*) FROM posts WHERE user_id = p.id"
	    " AND invited)", false },
	{ "users", "mentions_count", "(SELECT count(*) FROM mentions WHERE handle = p.handle)",
	    false },
	{ "users", "published_share", "(SELECT total(published) / max(count(*), 1.0) FROM posts"
	    " WHERE user_id = p.id)", true },
	{ "countries", "posts_count", "(SELECT count(*) FROM posts WHERE country = p.code)",
	    false },
	{ "shelves", "posts_count", "(SELECT count(*) FROM posts WHERE shelf_row = p.\"row\""
	    " AND shelf_place = p.place)", false },
	{ "site", "posts_count", "(SELECT count(*) FROM posts)", false }
};

static int failures;                   /* of the test that runs */

static void
fatal(sqlite3 *db, const char *sql)
{
	fprintf(stderr, "%s in: %s\n", sqlite3_errmsg(db), sql);
	exit(2);
}

static void
watch(void *ctx, const struct cc_event *event)
{
	struct shop *shop = ctx;

	shop->seen[event->kind]++;
	snprintf(shop->last[event->kind], sizeof shop->last[0], "%s.%s %s %s>%s: %s",
	    event->table ? event->table : "", event->column ? event->column : "",
	    event->key ? event->key : "", event->stored ? event->stored : "NULL",
	    event->actual ? event->actual : "NULL", event->message ? event->message : "");
}

static void
shop_connect(struct shop *shop)
{
	if (sqlite3_open(shop->path, &shop->db) != SQLITE_OK)
		fatal(shop->db, shop->path);
	sqlite3_busy_timeout(shop->db, 20000);
	run(shop, "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA foreign_keys = ON");
}

static void
shop_handle(struct shop *shop, unsigned flags)
{
	struct cc_options options = { .flags = flags, .observer = watch, .observer_ctx = shop };

	expect_result(shop->cc, cc_open_sqlite(&shop->cc, shop->db, &shop_schema, &options),
	    CC_OK);
}

void
shop_open(struct shop *shop, const char *name, bool installed)
{
	const char *folder = getenv("FILES");
	char other[460];

	memset(shop, 0, sizeof *shop);
	snprintf(shop->path, sizeof shop->path, "%s/%s.db", folder ? folder : ".", name);
	remove(shop->path);
	snprintf(other, sizeof other, "%s-wal", shop->path);
	remove(other);
	shop_connect(shop);
	run(shop, "%s", shop_tables);
	shop_handle(shop, CC_UNINSTALLED);
	if (installed) {
		expect_result(shop->cc, cc_install(shop->cc), CC_OK);
		shop_forget(shop);
	}
}

void
shop_join(struct shop *shop, const struct shop *other)
{
	memset(shop, 0, sizeof *shop);
	memcpy(shop->path, other->path, sizeof shop->path);
	shop_connect(shop);
	shop_handle(shop, 0);
}

void
shop_close(struct shop *shop)
{
	cc_close(shop->cc);
	if (sqlite3_close(shop->db) != SQLITE_OK)
		fatal(shop->db, "close");
}

void
shop_forget(struct shop *shop)
{
	memset(shop->seen, 0, sizeof shop->seen);
	memset(shop->last, 0, sizeof shop->last);
}

void
shop_fill(struct shop *shop, int users, int posts)
{
	run(shop, "BEGIN;"
	    "INSERT INTO countries (code) VALUES ('de'), ('fr'), ('is'), ('a\"b\\c');"
	    "INSERT INTO shelves (\"row\", place) VALUES (1, 'a'), (1, 'b'), (2, 'a');"
	    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
	    " INSERT INTO users (id, handle) SELECT i, CASE WHEN i %% 5 THEN 'u' || i END FROM n;"
	    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
	    " INSERT INTO posts SELECT i, CASE WHEN i %% 11 THEN i * 7919 %% %d + 1 END,"
	    " CASE i %% 5 WHEN 0 THEN 'de' WHEN 1 THEN 'fr' WHEN 2 THEN 'a\"b\\c' END,"
	    " CASE WHEN i %% 3 THEN i %% 3 END, CASE WHEN i %% 4 THEN 'a' ELSE 'b' END,"
	    " i %% 2, i %% 7 - 3, printf('%%d.%%02d', i %% 20, i %% 100), i * 0.1, i %% 3 = 0"
	    " FROM n;"
	    "INSERT INTO mentions SELECT i.id, 'u' || i.user_id FROM posts i JOIN users u"
	    " ON u.handle = 'u' || i.user_id WHERE i.id %% 2; COMMIT",
	    users, posts, users);
}

void
shop_count_all(struct shop *shop)
{
	for (size_t i = 0; i < sizeof truths / sizeof *truths; i++)
		run(shop, "UPDATE %s AS p SET %s = %s WHERE %s", truths[i].table,
		    truths[i].column, truths[i].query,
		    strcmp(truths[i].table, "users") == 0 ? "deleted_at IS NULL" : "1");
}

int64_t
shop_wrong(struct shop *shop)
{
	int64_t wrong = 0;

	for (size_t i = 0; i < sizeof truths / sizeof *truths; i++)
		wrong += number(shop, truths[i].real ?
		    "SELECT count(*) FROM %s p WHERE %s AND abs(%s - %s) > 1e-6" :
		    "SELECT count(*) FROM %s p WHERE %s AND %s IS NOT %s", truths[i].table,
		    strcmp(truths[i].table, "users") == 0 ? "p.deleted_at IS NULL" : "1",
		    truths[i].column, truths[i].query);
	return wrong;
}

void
run(struct shop *shop, const char *format, ...)
{
	char sql[4000];
	va_list args;

	va_start(args, format);
	vsnprintf(sql, sizeof sql, format, args);
	va_end(args);
	if (sqlite3_exec(shop->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fatal(shop->db, sql);
}

int64_t
number(struct shop *shop, const char *format, ...)
{
	sqlite3_stmt *statement;
	char sql[2000];
	int64_t value;
	va_list args;

	va_start(args, format);
	vsnprintf(sql, sizeof sql, format, args);
	va_end(args);
	if (sqlite3_prepare_v2(shop->db, sql, -1, &statement, NULL) != SQLITE_OK ||
	    sqlite3_step(statement) != SQLITE_ROW)
		fatal(shop->db, sql);
	value = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return value;
}

void
expect_at(bool holds, const char *file, int line, const char *condition)
{
	if (holds)
		return;
	printf("# %s:%d: not so: %s\n", file, line, condition);
	failures++;
}

void
expect_result_at(struct cc *cc, int result, int wanted, const char *file, int line,
    const char *call)
{
	if (result == wanted)
		return;
	printf("# %s:%d: %s: %s (%s), not %s\n", file, line, call, cc_result_name(result),
	    cc_errmsg(cc), cc_result_name(wanted));
	failures++;
}

int
run_tests(const struct test *tests, size_t n)
{
	int failed = 0;

	for (size_t i = 0; i < n; i++) {
		failures = 0;
		tests[i].function(tests[i].name);
		printf("%s recount/%s\n", failures == 0 ? "ok" : "FAIL", tests[i].name);
		fflush(stdout);
		failed += failures > 0;
	}
	return failed > 0;
}
