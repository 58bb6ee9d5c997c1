/*
 * incremental.c - JSON shapes that are patched: byte for byte what computing them again gives.
 *
 * Each shape is declared twice, `using incremental` and without; they must be the same after every
 * change, and to the reader before the commit.  That they are patched at all is seen from what
 * they leave alone: a wrong number in another group stays.
 *
 * usage: incremental [SEED [TRANSACTIONS]]
 */
#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "incremental_counters.h"

enum { POLLS = 3, BOXES = 4, VOTES = 30 };

static sqlite3 *db;
static struct cc *cc;
static bool failed;
static uint64_t seed = 1;

static const char *const shapes[] = { "scores", "options", "matrix", "sums", "loose", "whole", "deep",
	"boxed", "named", "floats", "ordered" };

static void
fail(const char *what, const char *why)
{
	if (!failed)
		printf("FAIL incremental: %s: %s\n", what, why);
	failed = true;
}

static void
outcome(const char *what)
{
	if (!failed)
		printf("ok incremental: %s\n", what);
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

static void
is(const char *query, const char *wanted)
{
	sqlite3_stmt *st;
	const char *text = NULL;

	if (sqlite3_prepare_v2(db, query, -1, &st, NULL) == SQLITE_OK &&
	    sqlite3_step(st) == SQLITE_ROW)
		text = (const char *)sqlite3_column_text(st, 0);
	if (text == NULL || strcmp(text, wanted) != 0) {
		fail(query, text == NULL ? "NULL" : text);
		fprintf(stderr, "wanted: %s\n", wanted);
	}
	sqlite3_finalize(st);
}

static int64_t
number(const char *query)
{
	sqlite3_stmt *st;
	int64_t n = -1;

	if (sqlite3_prepare_v2(db, query, -1, &st, NULL) == SQLITE_OK &&
	    sqlite3_step(st) == SQLITE_ROW)
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
check(const char *when)
{
	for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
		char *query = sqlite3_mprintf("SELECT %s, %s_ FROM polls WHERE %s IS NOT %s_", shapes[i],
		    shapes[i], shapes[i], shapes[i]);
		char *why = NULL;
		sqlite3_stmt *st;

		if (sqlite3_prepare_v2(db, query, -1, &st, NULL) != SQLITE_OK)
			fail(query, sqlite3_errmsg(db));
		else if (sqlite3_step(st) == SQLITE_ROW) {
			why = sqlite3_mprintf("%s is %s, not %s", shapes[i], sqlite3_column_text(st, 0),
			    sqlite3_column_text(st, 1));
			fail(when, why);
		}
		sqlite3_free(why);
		sqlite3_finalize(st);
		sqlite3_free(query);
	}
}

static void
check_reader(int64_t poll)
{
	struct incremental_polls_counters c = { 0 };

	must("reader", incremental_polls_counters(cc, poll, &c));
	if (failed)
		return;
	if (strcmp(c.scores, c.scores_) != 0 || strcmp(c.matrix, c.matrix_) != 0 ||
	    strcmp(c.whole, c.whole_) != 0 || strcmp(c.deep, c.deep_) != 0 ||
	    (c.sums == NULL) != (c.sums_ == NULL) ||
	    (c.sums != NULL && strcmp(c.sums, c.sums_) != 0))
		fail("the reader", c.whole);
}

/* ---- rows -------------------------------------------------------------------------------------- */

static const char *const kinds[] = { NULL, "", "a", "A", "b\"c\\", "\xc3\xa9\n\x01", "zz", "10", "9" };
static const char *const prices[] = { NULL, "0.00", "0.10", "-0.10", "12.30", "99999999.99", "-5" };

static struct cc_int64
optional(int64_t n)
{
	int64_t id = rand_to(n + 1);

	return (struct cc_int64){ .value = id, .null = id == 0 };
}

static struct incremental_votes
vote(int64_t id)
{
	return (struct incremental_votes){ .id = id, .poll_id = optional(POLLS),
		.box_id = optional(BOXES), .option_id = optional(4),
		.score = (int32_t)rand_to(4) - 1, .kind = kinds[rand_to(9)],
		.weight = { .value = rand_to(5) - 2, .null = rand_to(4) == 0 },
		.price = prices[rand_to(7)],
		.share = { .value = (double)rand_to(4) * 0.5, .null = rand_to(3) == 0 },
		.day = { .value = (int32_t)rand_to(3) * 1000 - 1000, .null = rand_to(4) == 0 },
		.latest = rand_to(3) != 0 };
}

static void
change_vote(int64_t id)
{
	struct incremental_votes to = vote(id);
	char query[80];

	snprintf(query, sizeof query, "SELECT count(*) FROM votes WHERE id = %d", (int)id);
	if (number(query) == 0) {
		must("insert", incremental_votes_insert(cc, &to));
		return;
	}
	switch (rand_to(8)) {
	case 0:
		must("set", incremental_votes_set_score(cc, id, to.score));
		break;
	case 1:
		must("set", incremental_votes_set_poll_id(cc, id, to.poll_id));
		break;
	case 2:
		must("set", incremental_votes_set_latest(cc, id, to.latest));
		break;
	case 3:
		must("set", incremental_votes_set_weight(cc, id, to.weight));
		break;
	case 4:
		must("set", incremental_votes_set_kind(cc, id, to.kind));
		break;
	case 5:
		must("update", incremental_votes_update(cc, &to));
		break;
	default:
		must("delete", incremental_votes_delete(cc, id));
	}
}

static void
change(void)
{
	int64_t id = rand_to(BOXES) + 1;

	switch (rand_to(14)) {
	case 0:
		must("move", incremental_boxes_set_poll_id(cc, id, optional(POLLS)));
		break;
	case 1:
		must("flip", incremental_boxes_set_open(cc, id, rand_to(2) == 0));
		break;
	case 2:
		must("name", incremental_boxes_set_name(cc, id, kinds[rand_to(9)]));
		break;
	default:
		change_vote(rand_to(VOTES) + 1);
	}
}

static void
transaction(void)
{
	int64_t n = rand_to(6) + 1;

	must("begin", cc_begin(cc));
	for (int64_t i = 0; i < n; i++) {
		bool back = rand_to(4) == 0;

		must("savepoint", cc_savepoint(cc, "s"));
		change();
		if (rand_to(2) == 0)
			change();
		if (rand_to(6) == 0)
			must("flush", cc_flush(cc));
		if (rand_to(3) == 0)
			check_reader(rand_to(POLLS) + 1);
		if (back)
			must("rollback to", cc_rollback_to(cc, "s"));
		if (back || rand_to(2) == 0)
			must("release", cc_release(cc, "s"));
	}
	if (rand_to(5) == 0)
		must("rollback", cc_rollback(cc));
	else
		must("commit", cc_commit(cc));
}

/* ---- the database ------------------------------------------------------------------------------ */

static void
open_database(void)
{
	static const struct cc_options options = { .flags = CC_UNINSTALLED };

	sqlite3_open(":memory:", &db);
	sql("CREATE TABLE polls (id INTEGER PRIMARY KEY, touched_at INTEGER);"
	    "CREATE TABLE boxes (id INTEGER PRIMARY KEY, poll_id INTEGER, name TEXT,"
	    " open INTEGER NOT NULL);"
	    "CREATE TABLE votes (id INTEGER PRIMARY KEY, poll_id INTEGER, box_id INTEGER,"
	    " option_id INTEGER, score INTEGER NOT NULL, kind TEXT COLLATE NOCASE, weight INTEGER,"
	    " price TEXT, share REAL, day TEXT, latest INTEGER NOT NULL)");
	cc_open_sqlite(&cc, db, &incremental_schema, &options);
	must("install", cc_install(cc));
	cc_close(cc);
	if (cc_open_sqlite(&cc, db, &incremental_schema, NULL) != CC_OK)
		fail("open", cc_errmsg(cc));
	for (int64_t id = 1; id <= POLLS; id++)
		must("poll", incremental_polls_insert(cc, &(struct incremental_polls){ .id = id,
		    .touched_at.null = true }));
	for (int64_t id = 1; id <= BOXES; id++)
		must("box", incremental_boxes_insert(cc, &(struct incremental_boxes){ .id = id,
		    .poll_id = { .value = 1 }, .open = true }));
}

static void
close_database(void)
{
	cc_close(cc);
	sqlite3_close(db);
}

/* ---- cases ------------------------------------------------------------------------------------- */

static void
test_life(int transactions)
{
	open_database();
	check("at first");
	for (int i = 0; i < transactions && !failed; i++) {
		transaction();
		check("after a transaction");
	}
	must("verify", cc_verify(cc, NULL, NULL));
	close_database();
	outcome("every change, rolled back or not, gives the same bytes");
}

static struct incremental_votes
plain(int64_t id, int32_t score)
{
	return (struct incremental_votes){ .id = id, .poll_id.value = 1, .box_id.null = true,
		.option_id.value = 1, .score = score, .kind = "k", .weight.value = 0, .share.null = true,
		.day.null = true, .latest = true };
}

/* Wrong numbers stay where no row comes or goes, in the groups that are not of the vote. */
static void
test_patched(void)
{
	struct incremental_votes row = plain(1, 5), other = plain(2, 6);

	open_database();
	must("insert", incremental_votes_insert(cc, &row));
	must("insert", incremental_votes_insert(cc, &other));
	sql("UPDATE polls SET scores = '{\"5\":70,\"6\":1}', at_once = '{ \"5\": 70, \"6\": 1 }',"
	    " matrix = '[{\"option_id\":1,\"scores\":{\"5\":70,\"6\":1}}]' WHERE id = 1");
	row.id = 3;
	row.score = 7;
	must("insert", incremental_votes_insert(cc, &row));
	must("delete", incremental_votes_delete(cc, 2));
	is("SELECT scores FROM polls WHERE id = 1", "{\"5\":70,\"7\":1}");
	is("SELECT matrix FROM polls WHERE id = 1",
	    "[{\"scores\":{\"5\":70,\"7\":1},\"option_id\":1}]");
	is("SELECT at_once FROM polls WHERE id = 1", "{\"5\":1,\"7\":1}");
	must("recount", incremental_recount_polls(cc, 1));
	check("after a recount");
	sql("UPDATE polls SET scores = 'no json', options = '{}', matrix = '' WHERE id = 1");
	must("delete", incremental_votes_delete(cc, 3));
	check("what is no shape is computed again");
	close_database();
	outcome("only the groups of the row are touched");
}

/* A sum of 0 does not tell whether there are rows. */
static void
test_zero_sums(void)
{
	struct incremental_votes row = plain(1, 5);

	open_database();
	must("insert", incremental_votes_insert(cc, &row));
	row.id = 2;
	must("insert", incremental_votes_insert(cc, &row));
	is("SELECT sums FROM polls WHERE id = 1", "{\"k\":0}");
	must("delete", incremental_votes_delete(cc, 1));
	is("SELECT sums FROM polls WHERE id = 1", "{\"k\":0}");
	must("delete", incremental_votes_delete(cc, 2));
	is("SELECT sums FROM polls WHERE id = 1", "{}");
	is("SELECT whole FROM polls WHERE id = 1",
	    "{\"days\":[],\"a key\":{\"money\":0.00},\"total\":0}");
	close_database();
	outcome("groups of sums that are 0 stay while rows are there");
}

int
main(int argc, char **argv)
{
	uint64_t given = argc > 1 ? strtoull(argv[1], NULL, 10) : 7;

	seed = given * UINT64_C(0x9e3779b97f4a7c15) | 1;
	test_life(argc > 2 ? atoi(argv[2]) : 300);
	test_patched();
	test_zero_sums();
	return failed;
}
