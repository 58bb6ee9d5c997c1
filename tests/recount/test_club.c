/*
 * test_club.c - recounts and sweeps of columns that reach through other rows, on generated code:
 * paths, trees, inputs, moments, parents that are yet to come.
 */
#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "club_counters.h"

#define START INT64_C(1700000000000000)
#define DAY INT64_C(86400000000)
#define IN_SCOPE "SELECT id, parent_id FROM groups WHERE archived_at IS NULL"
#define AT(moment) "(SELECT at FROM cc_window WHERE moment = '" moment "')"

static const char tables[] =
    "CREATE TABLE groups (id INTEGER PRIMARY KEY, parent_id INTEGER, archived_at INTEGER);"
    "CREATE TABLE discussions (id INTEGER PRIMARY KEY, group_id INTEGER NOT NULL, open INTEGER);"
    "CREATE TABLE days (day TEXT PRIMARY KEY, weights INTEGER);"
    "CREATE TABLE polls (id INTEGER PRIMARY KEY, discussion_id INTEGER, day TEXT,"
    " weight INTEGER NOT NULL, made_at INTEGER NOT NULL, closes_at INTEGER);"
    "CREATE INDEX groups_parent ON groups (parent_id);"
    "CREATE INDEX discussions_group ON discussions (group_id);"
    "CREATE INDEX polls_discussion ON polls (discussion_id);"
    "CREATE INDEX polls_day ON polls (day)";

/* Each a table, its columns as the rows say, and what they are of. */
static const struct { const char *table, *column, *query; } truths[] = {
	{ "groups", "discussions_count", "(SELECT count(*) FROM discussions WHERE group_id = p.id)" },
	{ "groups", "polls_count", "(SELECT count(*) FROM polls AS c, discussions AS d"
	    " WHERE d.id = c.discussion_id AND d.group_id = p.id)" },
	{ "groups", "open_weight", "(SELECT coalesce(sum(c.weight), 0) FROM polls AS c,"
	    " discussions AS d WHERE d.id = c.discussion_id AND d.group_id = p.id AND d.open)" },
	{ "groups", "tree_polls", "(WITH RECURSIVE t (id) AS (SELECT p.id UNION SELECT g.id FROM ("
	    IN_SCOPE ") AS g, t WHERE g.parent_id = t.id) SELECT count(*) FROM t, polls AS c,"
	    " discussions AS d WHERE d.id = c.discussion_id AND d.group_id = t.id)" },
	{ "groups", "descendants", "(WITH RECURSIVE t (id) AS (SELECT p.id UNION SELECT g.id FROM ("
	    IN_SCOPE ") AS g, t WHERE g.parent_id = t.id) SELECT count(*) FROM t, (" IN_SCOPE
	    ") AS c WHERE c.parent_id = t.id)" },
	{ "groups", "voted", "(SELECT coalesce(sum(c.weight), 0) FROM polls AS c,"
	    " discussions AS d WHERE d.id = c.discussion_id AND d.group_id = p.id)" },
	{ "groups", "recent", "(SELECT count(*) FROM polls AS c, discussions AS d WHERE"
	    " d.id = c.discussion_id AND d.group_id = p.id AND c.made_at > "
	    AT("now() - 1 month") ")" },
	{ "groups", "latest", "(SELECT max(c.made_at) FROM polls AS c, discussions AS d"
	    " WHERE d.id = c.discussion_id AND d.group_id = p.id)" },
	{ "groups", "weights", "(SELECT avg(c.weight) FROM polls AS c, discussions AS d"
	    " WHERE d.id = c.discussion_id AND d.group_id = p.id)" },
	{ "discussions", "polls_weight",
	    "(SELECT coalesce(sum(weight), 0) FROM polls WHERE discussion_id = p.id)" },
	{ "discussions", "live", "(SELECT count(*) FROM polls WHERE discussion_id = p.id"
	    " AND closes_at > " AT("now()") ")" },
	{ "discussions", "stale", "(SELECT count(*) FROM polls WHERE discussion_id = p.id"
	    " AND closes_at + 86400000000 < " AT("now()") ")" },
	{ "days", "polls_count", "(SELECT count(*) FROM polls WHERE day = p.day)" },
	{ "days", "weights", "(SELECT count(DISTINCT weight) FROM polls WHERE day = p.day)" }
};

static int64_t now;

static int64_t
tell_time(void *ctx)
{
	(void)ctx;
	return now;
}

static void
notice(void *ctx, const struct cc_event *event)
{
	struct shop *club = ctx;

	club->seen[event->kind]++;
	snprintf(club->last[event->kind], sizeof club->last[0], "%s.%s %s: %s",
	    event->table ? event->table : "", event->column ? event->column : "",
	    event->key ? event->key : "", event->message ? event->message : "");
}

static void
club_open(struct shop *club)
{
	struct cc_options options = { .flags = CC_UNINSTALLED, .clock = tell_time,
		.observer = notice, .observer_ctx = club };

	memset(club, 0, sizeof *club);
	now = START;
	expect(sqlite3_open(":memory:", &club->db) == SQLITE_OK);
	run(club, "%s", tables);
	expect_result(club->cc, cc_open_sqlite(&club->cc, club->db, &club_schema, &options), CC_OK);
	expect_result(club->cc, cc_install(club->cc), CC_OK);
	expect(number(club, "SELECT at FROM cc_window WHERE moment = 'now()'") == START);
	memset(club->seen, 0, sizeof club->seen);
}

static void
club_close(struct shop *club)
{
	cc_close(club->cc);
	expect(sqlite3_close(club->db) == SQLITE_OK);
}

static void
club_fill(struct shop *club, int groups)
{
	run(club, "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
	    " INSERT INTO groups (id, parent_id, archived_at) SELECT i, nullif(i / 3, 0),"
	    " CASE WHEN i %% 17 = 0 THEN 1 END FROM n;"
	    "INSERT INTO discussions (id, group_id, open) SELECT 2 * id + k, 1 + id * 7 %% %d,"
	    " id %% 3 FROM groups, (SELECT 0 AS k UNION SELECT 1);"
	    "INSERT INTO polls (id, discussion_id, day, weight, made_at, closes_at)"
	    " SELECT id, CASE WHEN id %% 9 > 0 THEN id * 5 %% %d END, 'd' || (id %% 12), id %% 6,"
	    " %lld + id %% 80 * 43200000000, nullif(id %% 7, 0) * 86400000000 + %lld"
	    " FROM discussions", groups, groups, 2 * groups, (long long)(START - 40 * DAY),
	    (long long)(START - 3 * DAY));
}

static int64_t
club_wrong(struct shop *club)
{
	int64_t wrong = 0;

	for (size_t i = 0; i < sizeof truths / sizeof *truths; i++) {
		int64_t rows = number(club, "SELECT count(*) FROM %s AS p WHERE %s IS NOT %s%s",
		    truths[i].table, truths[i].column, truths[i].query,
		    strcmp(truths[i].table, "groups") == 0 ? " AND archived_at IS NULL" : "");

		wrong += rows;
	}
	return wrong;
}

static void
test_backfill(const char *name)
{
	struct cc_recount_report report;
	struct shop club;

	(void)name;
	club_open(&club);
	club_fill(&club, 200);
	expect_result(club.cc, cc_verify(club.cc, NULL, &report), CC_DRIFT);
	expect(number(&club, "SELECT count(*) FROM days") == 0);
	expect(number(&club, "SELECT sum(polls_count) FROM groups") == 0);
	expect_result(club.cc, cc_reconcile(club.cc, NULL, &report), CC_OK);
	expect(report.moment == START);
	expect(club.seen[CC_EVENT_FAILURE] == 0);
	expect(number(&club, "SELECT count(*) FROM days") == 12);
	expect(number(&club, "SELECT max(tree_polls) FROM groups") > 100);
	expect(club_wrong(&club) == 0);
	expect_result(club.cc, cc_verify(club.cc, NULL, NULL), CC_OK);
	run(&club, "INSERT INTO days (day) VALUES ('without polls')");
	expect(number(&club, "SELECT count(*) FROM days WHERE weights IS NULL") == 1);
	expect_result(club.cc, cc_verify(club.cc, NULL, NULL), CC_OK);
	club_close(&club);
}

/* A column that others read is put right: they follow, and are not corrected twice. */
static void
test_inputs(const char *name)
{
	const char *const columns[] = { "discussions.polls_weight", NULL };
	struct cc_recount_options some = { .columns = columns, .batch = 7 };
	struct cc_recount_report report;
	struct shop club;

	(void)name;
	club_open(&club);
	club_fill(&club, 60);
	expect_result(club.cc, cc_reconcile(club.cc, &some, &report), CC_OK);
	expect(number(&club, "SELECT count(*) FROM groups AS g WHERE archived_at IS NULL AND voted"
	    " <> (SELECT coalesce(sum(polls_weight), 0) FROM discussions WHERE group_id = g.id)")
	    == 0);
	expect(number(&club, "SELECT sum(voted) FROM groups") > 0);
	expect_result(club.cc, cc_reconcile(club.cc, NULL, NULL), CC_OK);
	expect(club_wrong(&club) == 0);
	run(&club, "UPDATE discussions SET polls_weight = polls_weight + 5 WHERE id = 7;"
	    "UPDATE groups SET voted = voted + 5 WHERE id ="
	    " (SELECT group_id FROM discussions WHERE id = 7)");
	expect_result(club.cc, cc_verify(club.cc, NULL, &report), CC_DRIFT);
	expect(report.mismatches == 1);
	expect_result(club.cc, club_recount_discussions(club.cc, 7), CC_OK);
	expect(club_wrong(&club) == 0);
	club_close(&club);
}

static void
test_sweeps(const char *name)
{
	struct cc_recount_options options = { 0 };
	struct cc_recount_report report;
	struct shop club;

	(void)name;
	club_open(&club);
	club_fill(&club, 60);
	expect_result(club.cc, cc_reconcile(club.cc, NULL, NULL), CC_OK);
	for (int i = 1; i < 12; i++) {
		struct club_polls poll = { .id = 1000 + i, .discussion_id = { .value = i + 5 },
			.day = "d1", .weight = i, .made_at = now - i * DAY,
			.closes_at = { .value = now + i * DAY } };

		now += DAY * i / 2;
		options.moment = now;
		expect_result(club.cc, cc_verify(club.cc, &options, &report), CC_DRIFT);
		expect(report.moment == now);
		expect_result(club.cc, club_polls_insert(club.cc, &poll), CC_OK);
		expect(club_wrong(&club) == 0);
		expect_result(club.cc, cc_sweep(club.cc, NULL), CC_OK);
		expect(club_wrong(&club) == 0);
		expect_result(club.cc, cc_verify(club.cc, &options, &report), CC_OK);
	}
	expect(number(&club, "SELECT at FROM cc_window WHERE moment = 'now()'") == now);
	expect(number(&club, "SELECT sum(stale) FROM discussions") > 0);
	club_close(&club);
}

int
main(void)
{
	static const struct test tests[] = {
		{ "club_backfill", test_backfill },
		{ "club_inputs", test_inputs },
		{ "club_sweeps", test_sweeps }
	};

	return run_tests(tests, sizeof tests / sizeof *tests);
}
