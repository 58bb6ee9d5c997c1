/*
 * extremes.c - least and greatest values: each is what the rows say, after every change and to the
 * reader before the commit, and nothing that merely arrives makes the rows be read.
 *
 * usage: extremes [SEED [TRANSACTIONS]]
 */
#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "extremes_counters.h"

enum { GROUPS = 6, SECTIONS = 5, POSTS = 24 };

static sqlite3 *db;
static struct cc *cc;
static int64_t steps;                  /* of SQLite's machine, since they were last asked for */
static bool failed;
static uint64_t seed = 1;

static void
fail(const char *what, const char *why)
{
	if (!failed)
		printf("FAIL extremes: %s: %s\n", what, why);
	failed = true;
}

static void
outcome(const char *what)
{
	if (!failed)
		printf("ok extremes: %s\n", what);
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

static void
is(const char *query, int64_t wanted)
{
	int64_t n = number(query);
	char why[80];

	snprintf(why, sizeof why, "%" PRId64 " in place of %" PRId64, n, wanted);
	if (n != wanted)
		fail(query, why);
}

static int64_t
rand_to(int64_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (int64_t)(seed % (uint64_t)n);
}

/* ---- what the columns should hold -------------------------------------------------------------- */

static const struct { const char *column, *query; } wanted[] = {
	{ "posts_count", "SELECT count(*) FROM posts p WHERE p.group_id = g.id" },
	{ "top", "SELECT max(score) FROM posts p WHERE p.group_id = g.id AND NOT hidden" },
	{ "next", "SELECT max(score) + 1 FROM posts p WHERE p.group_id = g.id AND NOT hidden" },
	{ "low", "SELECT min(rank) FROM posts p WHERE p.group_id = g.id" },
	{ "doubled", "SELECT max(rank * 2) FROM posts p WHERE p.group_id = g.id" },
	{ "last_at", "SELECT max(at) FROM posts p WHERE p.group_id = g.id" },
	{ "strftime('%s', said_at) * 1000000 + (CASE WHEN said_at LIKE '%.%' THEN"
	  " CAST(substr(said_at || '000000', instr(said_at, '.') + 1, 6) AS INTEGER) ELSE 0 END)",
	  "SELECT min(at) FROM posts p WHERE p.group_id = g.id" },
	{ "first_on", "SELECT min(day) FROM posts p WHERE p.group_id = g.id" },
	{ "title", "SELECT max(title COLLATE BINARY) FROM posts p WHERE p.group_id = g.id" },
	{ "first_title", "SELECT min(title COLLATE BINARY) FROM posts p WHERE p.group_id = g.id"
	  " AND NOT hidden" },
	{ "weight", "SELECT min(weight) FROM posts p WHERE p.group_id = g.id" },
	{ "heaviest", "SELECT max(weight) FROM posts p WHERE p.group_id = g.id" },
	{ "at_once", "SELECT max(score) FROM posts p WHERE p.group_id = g.id" },
	{ "seen", "SELECT max(score) FROM posts p JOIN sections s ON s.id = p.section_id"
	  " WHERE s.group_id = g.id" },
	{ "open_seen", "SELECT min(score) FROM posts p JOIN sections s ON s.id = p.section_id"
	  " WHERE s.group_id = g.id AND s.open" },
	{ "tree_top", "WITH RECURSIVE t (id) AS (SELECT g.id UNION SELECT c.id FROM groups c"
	  " JOIN t ON c.parent_id = t.id) SELECT max(score) FROM posts p JOIN t ON t.id = p.group_id" },
	{ "spread", "SELECT max(rank) - min(rank) FROM posts p WHERE p.group_id = g.id" },
	{ "other", "SELECT coalesce(max(score), 7) FROM posts p WHERE p.group_id = g.id" },
	{ "coalesce((SELECT max(score) FROM posts p WHERE p.group_id = g.id), kept)", "SELECT kept" },
	{ "seconds", "SELECT (max(at) - (max(at) % 1000000 + 1000000) % 1000000) / 1000000"
	  " FROM posts p WHERE p.group_id = g.id" },
	{ "rounded", "SELECT CAST(round(max(rank * 0.5)) AS INTEGER) FROM posts p"
	  " WHERE p.group_id = g.id" },
	{ "ever", "SELECT max(coalesce(ever, (SELECT max(score) FROM posts p WHERE p.group_id = g.id)),"
	  " coalesce((SELECT max(score) FROM posts p WHERE p.group_id = g.id), ever))" },
};

static void
check(const char *when)
{
	for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
		char *query = sqlite3_mprintf("SELECT g.id, %s, (%s), *  FROM groups AS g WHERE (%s)"
		    " IS NOT (%s) LIMIT 1", wanted[i].column, wanted[i].query, wanted[i].column,
		    wanted[i].query);
		sqlite3_stmt *st;
		char why[200];

		if (sqlite3_prepare_v2(db, query, -1, &st, NULL) != SQLITE_OK)
			fail(query, sqlite3_errmsg(db));
		else if (sqlite3_step(st) == SQLITE_ROW) {
			snprintf(why, sizeof why, "%s of group %s is %s, not %s", wanted[i].column,
			    (const char *)sqlite3_column_text(st, 0),
			    (const char *)sqlite3_column_text(st, 1),
			    (const char *)sqlite3_column_text(st, 2));
			fail(when, why);
		}
		sqlite3_finalize(st);
		sqlite3_free(query);
	}
}

/* What the reader says of a group while changes are pending. */
static void
check_reader(int64_t group)
{
	struct extremes_groups_counters counters = { 0 };
	char query[300];
	sqlite3_stmt *st;
	const char *title;

	must("reader", extremes_groups_counters(cc, group, &counters));
	if (failed)
		return;
	snprintf(query, sizeof query, "SELECT max(score) FILTER (WHERE NOT hidden), min(rank),"
	    " max(title COLLATE BINARY), min(weight), max(at) FROM posts WHERE group_id = %d",
	    (int)group);
	sqlite3_prepare_v2(db, query, -1, &st, NULL);
	sqlite3_step(st);
	title = (const char *)sqlite3_column_text(st, 2);
	if (counters.top.null != (sqlite3_column_type(st, 0) == SQLITE_NULL) ||
	    (!counters.top.null && counters.top.value != sqlite3_column_int64(st, 0)) ||
	    (!counters.top.null && counters.next.value != counters.top.value + 1) ||
	    (!counters.low.null && counters.low.value != sqlite3_column_int64(st, 1)) ||
	    (counters.title == NULL) != (title == NULL) ||
	    (title != NULL && strcmp(title, counters.title) != 0) ||
	    (!counters.weight.null && (counters.weight.value > sqlite3_column_double(st, 3) ||
	    counters.weight.value < sqlite3_column_double(st, 3))) ||
	    (!counters.last_at.null && counters.last_at.value != sqlite3_column_int64(st, 4)))
		fail("the reader", query);
	sqlite3_finalize(st);
}

/* ---- rows -------------------------------------------------------------------------------------- */

static const char *const titles[] = { NULL, "", "a", "A", "b", "\xc3\xa9t\xc3\xa9", "zz", "Zz", "\x01" };
static const int64_t scores[] = { 0, 1, -1, 5, 9, 9, INT64_MAX - 1, INT64_MIN, INT64_MIN + 1,
	INT64_MIN + 2 };
static const double weights[] = { 0, -0.0, 1.5, -1.5, 1e300, -1e300, 0.1, 3 };

static struct cc_int64
reference(int64_t n)
{
	int64_t id = rand_to(n + 1);

	return (struct cc_int64){ .value = id, .null = id == 0 };
}

static struct extremes_posts
post(int64_t id)
{
	int64_t at = (rand_to(40) - 20) * INT64_C(86400000000) + rand_to(3) * 500000;

	return (struct extremes_posts){ .id = id, .group_id = reference(GROUPS),
		.section_id = reference(SECTIONS),
		.score = { .value = scores[rand_to(10)], .null = rand_to(4) == 0 },
		.rank = (int16_t)(rand_to(20) - 10), .at = { .value = at, .null = rand_to(4) == 0 },
		.day = { .value = (int32_t)rand_to(30000), .null = rand_to(4) == 0 },
		.title = titles[rand_to(9)],
		.weight = { .value = weights[rand_to(8)], .null = rand_to(4) == 0 },
		.hidden = rand_to(3) == 0 };
}

static void
change_post(int64_t id)
{
	struct extremes_posts to = post(id);
	char query[80];

	snprintf(query, sizeof query, "SELECT count(*) FROM posts WHERE id = %d", (int)id);
	if (number(query) == 0) {
		must("insert", extremes_posts_insert(cc, &to));
		return;
	}
	switch (rand_to(8)) {
	case 0:
		must("set", extremes_posts_set_score(cc, id, to.score));
		break;
	case 1:
		must("set", extremes_posts_set_group_id(cc, id, to.group_id));
		break;
	case 2:
		must("set", extremes_posts_set_hidden(cc, id, to.hidden));
		break;
	case 3:
		must("set", extremes_posts_set_title(cc, id, to.title));
		break;
	case 4:
		must("set", extremes_posts_set_section_id(cc, id, to.section_id));
		break;
	case 5:
		must("update", extremes_posts_update(cc, &to));
		break;
	default:
		must("delete", extremes_posts_delete(cc, id));
	}
}

static void
change(void)
{
	int64_t id = rand_to(SECTIONS) + 1, group = rand_to(GROUPS) + 1;

	switch (rand_to(12)) {
	case 0:
		must("move", extremes_sections_set_group_id(cc, id, reference(GROUPS)));
		break;
	case 1:
		must("flip", extremes_sections_set_open(cc, id, rand_to(2) == 0));
		break;
	case 2:
		must("tree", extremes_groups_set_parent_id(cc, group, reference(group - 1)));
		break;
	default:
		change_post(rand_to(POSTS) + 1);
	}
}

static void
transaction(void)
{
	int64_t n = rand_to(8) + 1;

	must("begin", cc_begin(cc));
	for (int64_t i = 0; i < n; i++) {
		bool back = rand_to(4) == 0;

		if (back || rand_to(4) == 0)
			must("savepoint", cc_savepoint(cc, "s"));
		else
			must("savepoint", cc_savepoint(cc, "t"));
		change();
		if (rand_to(2) == 0)
			change();
		if (rand_to(6) == 0)
			must("flush", cc_flush(cc));
		if (rand_to(3) == 0)
			check_reader(rand_to(GROUPS) + 1);
		if (back) {
			must("rollback to", cc_rollback_to(cc, "s"));
			must("release", cc_release(cc, "s"));
		}
	}
	if (rand_to(5) == 0)
		must("rollback", cc_rollback(cc));
	else
		must("commit", cc_commit(cc));
}

/* ---- the database ---------------------------------------------------------------------------------- */

static int
profile(unsigned kind, void *ctx, void *statement, void *time)
{
	(void)kind;
	(void)ctx;
	(void)time;
	steps += sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_VM_STEP, 1);
	return 0;
}

static void
open_database(void)
{
	static const struct cc_options options = { .flags = CC_UNINSTALLED };

	sqlite3_open(":memory:", &db);
	sqlite3_trace_v2(db, SQLITE_TRACE_PROFILE, profile, NULL);
	sql("CREATE TABLE groups (id INTEGER PRIMARY KEY, parent_id INTEGER, touched_at INTEGER,"
	    " title TEXT COLLATE NOCASE);"
	    "CREATE TABLE sections (id INTEGER PRIMARY KEY, group_id INTEGER, open INTEGER NOT NULL);"
	    "CREATE TABLE posts (id INTEGER PRIMARY KEY, group_id INTEGER, section_id INTEGER,"
	    " score INTEGER, rank INTEGER NOT NULL, at INTEGER, day TEXT, title TEXT COLLATE NOCASE,"
	    " weight REAL, hidden INTEGER NOT NULL)");
	cc_open_sqlite(&cc, db, &extremes_schema, &options);
	must("install", cc_install(cc));
	cc_close(cc);
	if (cc_open_sqlite(&cc, db, &extremes_schema, NULL) != CC_OK)
		fail("open", cc_errmsg(cc));
	for (int64_t id = 1; id <= GROUPS; id++)
		must("group", extremes_groups_insert(cc, &(struct extremes_groups){ .id = id,
		    .parent_id.null = true, .touched_at.null = true }));
	for (int64_t id = 1; id <= SECTIONS; id++)
		must("section", extremes_sections_insert(cc, &(struct extremes_sections){ .id = id,
		    .group_id = { .value = id } }));
}

static void
close_database(void)
{
	cc_close(cc);
	sqlite3_close(db);
}

/* ---- cases ------------------------------------------------------------------------------------------ */

static void
test_life(int transactions)
{
	open_database();
	for (int i = 0; i < transactions && !failed; i++) {
		transaction();
		check("after a transaction");
	}
	must("verify", cc_verify(cc, NULL, NULL));
	close_database();
	outcome("every change, rolled back or not, leaves what the rows say");
}

static struct extremes_posts
plain(int64_t id, int64_t score)
{
	return (struct extremes_posts){ .id = id, .group_id.value = 1, .section_id.null = true,
		.score.value = score, .at.null = true, .day.null = true, .weight.null = true };
}

/* What one change costs, in steps. */
static int64_t
cost(int result)
{
	int64_t taken = steps;

	must("change", result);
	steps = 0;
	return taken;
}

/* The rows have no index: whoever asks them takes at least as many steps as there are rows. */
static void
test_cost(void)
{
	enum { ROWS = 3000 };
	struct extremes_posts row;

	open_database();
	must("begin", cc_begin(cc));
	for (int64_t i = 1; i <= ROWS; i++) {
		row = plain(i, i);
		must("insert", extremes_posts_insert(cc, &row));
	}
	must("commit", cc_commit(cc));
	/* By another path than the columns that are computed again. */
	must("begin", cc_begin(cc));
	steps = 0;
	row = plain(ROWS + 1, ROWS + 1);
	row.section_id = (struct cc_int64){ .value = 2 };
	row.group_id.null = true;
	must("insert", extremes_posts_insert(cc, &row));
	if (cost(cc_commit(cc)) > ROWS / 4)
		fail("cost", "an arrival reads the rows");
	is("SELECT seen FROM groups WHERE id = 2", ROWS + 1);
	must("update", extremes_posts_set_score(cc, ROWS + 1, (struct cc_int64){ .value = 5000 }));
	if (cost(CC_OK) > ROWS / 4)
		fail("cost", "an extreme that grows reads the rows");
	is("SELECT seen FROM groups WHERE id = 2", 5000);
	row.id = ROWS + 2;
	row.score.value = 3;
	must("insert", extremes_posts_insert(cc, &row));
	must("delete", extremes_posts_delete(cc, ROWS + 2));
	if (cost(CC_OK) > ROWS / 4)
		fail("cost", "one that is not the extreme reads the rows when it leaves");
	must("delete", extremes_posts_delete(cc, ROWS + 1));
	if (cost(CC_OK) < ROWS)
		fail("cost", "the extreme leaves, and nobody reads the rows");
	is("SELECT seen IS NULL FROM groups WHERE id = 2", 1);
	close_database();
	outcome("only a leaving extreme reads the rows");
}

static void
test_never(void)
{
	struct extremes_posts row = plain(1, 5);

	open_database();
	must("insert", extremes_posts_insert(cc, &row));
	must("set", extremes_posts_set_score(cc, 1, (struct cc_int64){ .value = 9 }));
	is("SELECT ever FROM groups WHERE id = 1", 9);
	must("set", extremes_posts_set_score(cc, 1, (struct cc_int64){ .value = 2 }));
	must("delete", extremes_posts_delete(cc, 1));
	is("SELECT ever FROM groups WHERE id = 1", 9);
	must("recount", extremes_recount_groups(cc, 1));
	is("SELECT ever FROM groups WHERE id = 1", 9);
	sql("INSERT INTO posts (id, group_id, score, rank, hidden) VALUES (2, 1, 12, 0, 0)");
	must("recount", extremes_recount_groups(cc, 1));
	is("SELECT ever FROM groups WHERE id = 1", 12);
	close_database();
	outcome("one that is never decremented only grows");
}

/* Touched is who changes; what a recount finds is put right. */
static void
test_drift(void)
{
	struct extremes_posts row = plain(1, 5);
	struct cc_recount_report report;

	open_database();
	must("insert", extremes_posts_insert(cc, &row));
	sql("UPDATE groups SET touched_at = NULL, top = 77, title = 'x'");
	must("set", extremes_posts_set_title(cc, 1, "new"));
	is("SELECT touched_at IS NULL FROM groups WHERE id = 1", 1);
	if (cc_verify(cc, NULL, &report) != CC_DRIFT)
		fail("verify", "it does not see the drift");
	must("reconcile", cc_reconcile(cc, NULL, &report));
	check("after a reconcile");
	must("set", extremes_posts_set_hidden(cc, 1, true));
	is("SELECT touched_at IS NOT NULL AND top IS NULL FROM groups WHERE id = 1", 1);
	close_database();
	outcome("recounts compute all of it again");
}

int
main(int argc, char **argv)
{
	uint64_t given = argc > 1 ? strtoull(argv[1], NULL, 10) : 7;

	seed = given * UINT64_C(0x9e3779b97f4a7c15) | 1;
	test_life(argc > 2 ? atoi(argv[2]) : 600);
	test_cost();
	test_never();
	test_drift();
	return failed;
}
