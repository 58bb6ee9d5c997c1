/*
 * edges.c - counts and sums of each width: right through a random life, and at the ends of their
 * types applied, refused or told, whatever else is set in the same UPDATE.
 *
 * usage: edges [SEED [TRANSACTIONS]]
 */
#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "edges_counters.h"

enum { HOLDERS = 5, THINGS = 30 };

static sqlite3 *db;
static struct cc *cc;
static bool failed;
static uint64_t seed = 1;

static void
fail(const char *what, const char *why)
{
	if (!failed)
		printf("FAIL edges: %s: %s\n", what, why);
	failed = true;
}

static void
outcome(const char *what)
{
	if (!failed)
		printf("ok edges: %s\n", what);
}

static void
sql(const char *text)
{
	char *message = NULL;

	if (sqlite3_exec(db, text, NULL, NULL, &message) != SQLITE_OK)
		fail(text, message);
}

static void
must(const char *what, int result)
{
	if (result != CC_OK)
		fail(what, cc_errmsg(cc));
}

static int64_t
number(const char *query)
{
	sqlite3_stmt *st;
	int64_t n = INT64_MIN;

	if (sqlite3_prepare_v2(db, query, -1, &st, NULL) != SQLITE_OK)
		fail(query, sqlite3_errmsg(db));
	else if (sqlite3_step(st) == SQLITE_ROW)
		n = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	return n;
}

static int64_t
rand_to(int64_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (int64_t)(seed % (uint64_t)n);
}

static void
open_database(void)
{
	static const struct cc_options options = { .flags = CC_UNINSTALLED };

	sqlite3_open(":memory:", &db);
	sql("CREATE TABLE boxes (id INTEGER PRIMARY KEY);"
	    "CREATE TABLE crates (id INTEGER PRIMARY KEY);"
	    "CREATE TABLE things (id INTEGER PRIMARY KEY, box_id INTEGER, crate_id INTEGER,"
	    " weight INTEGER NOT NULL)");
	for (int64_t id = 1; id <= HOLDERS; id++)
		sql("INSERT INTO boxes DEFAULT VALUES; INSERT INTO crates DEFAULT VALUES");
	cc_open_sqlite(&cc, db, &edges_schema, &options);
	must("install", cc_install(cc));
	cc_close(cc);
	if (cc_open_sqlite(&cc, db, &edges_schema, NULL) != CC_OK)
		fail("open", cc_errmsg(cc));
}

static void
close_database(void)
{
	cc_close(cc);
	sqlite3_close(db);
}

/* ---- a random life ------------------------------------------------------------------------------ */

static void
check(const char *when)
{
	static const char *const tables[] = { "boxes", "crates" }, *const keys[] = { "box", "crate" };

	for (int i = 0; i < 2; i++) {
		char query[600];

		snprintf(query, sizeof query, "SELECT count(*) FROM %s AS h WHERE"
		    " (small, middle, large, heavy, total) IS NOT (SELECT count(*), count(*), count(*),"
		    " coalesce(sum(weight > 10), 0), coalesce(sum(weight), 0) FROM things"
		    " WHERE %s_id = h.id)", tables[i], keys[i]);
		if (number(query) != 0)
			fail(when, tables[i]);
	}
	if (number("SELECT count(*) FROM cc_dirty") != 0)
		fail(when, "parents are dirty");
}

static struct cc_int64
reference(void)
{
	int64_t id = rand_to(HOLDERS + 1);

	return (struct cc_int64){ .value = id, .null = id == 0 };
}

static void
change(void)
{
	struct edges_things to = { .id = rand_to(THINGS) + 1, .box_id = reference(),
		.crate_id = reference(), .weight = (int32_t)rand_to(23) - 1 };
	char query[80];

	snprintf(query, sizeof query, "SELECT count(*) FROM things WHERE id = %d", (int)to.id);
	if (number(query) == 0)
		must("insert", edges_things_insert(cc, &to));
	else if (rand_to(3) == 0)
		must("delete", edges_things_delete(cc, to.id));
	else if (rand_to(2) == 0)
		must("set", edges_things_set_weight(cc, to.id, to.weight));
	else
		must("update", edges_things_update(cc, &to));
}

static void
transaction(void)
{
	int64_t n = rand_to(12) + 1;

	must("begin", cc_begin(cc));
	for (int64_t i = 0; i < n; i++) {
		bool back = rand_to(5) == 0;

		must("savepoint", cc_savepoint(cc, "s"));
		change();
		change();
		if (rand_to(6) == 0)
			must("flush", cc_flush(cc));
		if (back)
			must("rollback to", cc_rollback_to(cc, "s"));
		must("release", cc_release(cc, "s"));
	}
	if (rand_to(5) == 0)
		must("rollback", cc_rollback(cc));
	else
		must("commit", cc_commit(cc));
}

static void
test_life(int transactions)
{
	open_database();
	for (int i = 0; i < transactions && !failed; i++) {
		transaction();
		check("after a transaction");
	}
	close_database();
	outcome("every change, rolled back or not, leaves what the rows say");
}

/* ---- the ends of types --------------------------------------------------------------------------- */

static const struct count { const char *name; int64_t max; } counts[] = {
	{ "small", INT16_MAX }, { "middle", INT32_MAX }, { "large", INT64_MAX }, { "heavy", INT64_MAX }
};

/* What is stored, NULL where it is absent, and what becomes of it. */
struct edge {
	const struct count *count;
	bool null;
	int64_t stored, by;
};

static bool
overflows(const struct edge *edge)
{
	return !edge->null && edge->by > 0 && edge->stored > edge->count->max - edge->by;
}

static int64_t
expected(const struct edge *edge)
{
	return edge->null ? edge->by : overflows(edge) ? edge->stored : edge->stored + edge->by;
}

/* So many things come to the holders, or go. */
static void
come_or_go(int64_t by, int64_t n)
{
	must("begin", cc_begin(cc));
	for (int64_t id = 1; id <= n; id++)
		if (by > 0)
			must("insert", edges_things_insert(cc, &(struct edges_things){ .id = id,
			    .box_id.value = 1, .crate_id.value = 1, .weight = 11 }));
		else
			must("delete", edges_things_delete(cc, id));
	must("commit", cc_commit(cc));
}

static void
compare(const char *table, const struct edge *edge)
{
	bool dirty = overflows(edge) || expected(edge) < 0;
	char query[300], why[300];

	snprintf(why, sizeof why, "%s of %s, %s%" PRId64 " by %" PRId64, edge->count->name, table,
	    edge->null ? "NULL in place of " : "", edge->stored, edge->by);
	snprintf(query, sizeof query, "SELECT CASE typeof(%s) WHEN 'integer' THEN %s END FROM %s"
	    " WHERE id = 1", edge->count->name, edge->count->name, table);
	if (number(query) != expected(edge))
		fail(why, "is not what it should be");
	snprintf(query, sizeof query, "SELECT count(*) FROM cc_dirty WHERE table_name = '%s'", table);
	if (number(query) != dirty)
		fail(why, dirty ? "the parent is not dirty" : "the parent is dirty");
	/* the others are set all the same */
	snprintf(query, sizeof query, "SELECT total = 1000 + 11 * (%" PRId64 ") AND 4 = (small = 1000 +"
	    " (%" PRId64 ")) + (middle = 1000 + (%" PRId64 ")) + (large = 1000 + (%" PRId64 ")) +"
	    " (heavy = 1000 + (%" PRId64 ")) + (%s IS NOT 1000 + (%" PRId64 ")) FROM %s WHERE id = 1",
	    edge->by, edge->by, edge->by, edge->by, edge->by, edge->count->name, edge->by, table);
	if (number(query) != 1)
		fail(why, "the other columns differ");
}

static void
test_edge(const struct edge *edge)
{
	static const char *const tables[] = { "boxes", "crates" };
	int64_t n = edge->by < 0 ? -edge->by : edge->by;

	open_database();
	if (edge->by < 0)
		come_or_go(1, n);
	for (int i = 0; i < 2; i++) {
		char *text = sqlite3_mprintf("UPDATE %s SET small = 1000, middle = 1000, large = 1000,"
		    " heavy = 1000, total = 1000; UPDATE %s SET %s = nullif(%lld, %lld)", tables[i],
		    tables[i], edge->count->name, edge->stored, edge->null ? edge->stored : ~edge->stored);

		sql(text);
		sqlite3_free(text);
	}
	come_or_go(edge->by, n);
	compare("boxes", edge);
	if (n == 1)                    /* else there is what each step leaves */
		compare("crates", edge);
	close_database();
}

static void
test_edges(void)
{
	for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
		int64_t max = counts[c].max;
		const int64_t stored[] = { -2, -1, 0, 1, 2, max / 2, max / 2 + 1, max - 2, max - 1, max };

		for (int64_t by = -2; by <= 2 && !failed; by++)
			for (size_t i = 0; by != 0 && i < sizeof stored / sizeof stored[0]; i++)
				test_edge(&(struct edge){ &counts[c], false, stored[i], by });
		test_edge(&(struct edge){ &counts[c], true, 0, 1 });
		test_edge(&(struct edge){ &counts[c], true, 0, -1 });
	}
	outcome("a count at the end of its type, NULL or below zero");
}

int
main(int argc, char **argv)
{
	if (argc > 1)
		seed = strtoull(argv[1], NULL, 10) * 2654435761u + 1;
	test_edges();
	test_life(argc > 2 ? atoi(argv[2]) : 300);
	return failed;
}
