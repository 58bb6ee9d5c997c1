/*
 * hostile.c - cases: rows that are reached by several ways and go by all of them, scopes on every
 * table, counters over counters, all in orders that nobody would choose.
 */
#include "behaviour.h"

#include "hostile_counters.h"

#define I64(v) { .value = (v), .null = (v) == 0 }

static void
ok(struct fixture *f, int result)
{
	if (result != CC_OK)
		fail_msg("%s: %s", cc_result_name(result), cc_errmsg(f->cc));
}

static void
orgs_are(struct fixture *f, const char *expected)
{
	is_text(f, "SELECT group_concat(seats || '/' || by_user || '/' || abroad || '/' || people"
	    " || '/' || coalesce(last, '-') || '/' || rolled || '/' || \"full\", ' ')"
	    " FROM (SELECT * FROM orgs ORDER BY id)", expected);
}

static void
org(struct fixture *f, int64_t id, bool gone)
{
	struct hostile_orgs row = { .id = id, .gone = gone };

	ok(f, update(f, "orgs", &row));
}

static void
user(struct fixture *f, int64_t id, int64_t of, bool gone)
{
	struct hostile_users row = { .id = id, .org_id = I64(of), .gone = gone };

	ok(f, update(f, "users", &row));
}

static void
team(struct fixture *f, int64_t id, int64_t of, int64_t owner, bool gone)
{
	struct hostile_teams row = { .id = id, .org_id = I64(of), .owner_id = I64(owner),
		.gone = gone };

	ok(f, update(f, "teams", &row));
}

static void
seat(struct fixture *f, int64_t id, int64_t at, int64_t of, bool gone)
{
	struct hostile_seats row = { .id = id, .team_id = I64(at), .user_id = I64(of),
		.rank = I64(id * 10), .gone = gone };

	ok(f, update(f, "seats", &row));
}

static void
start(struct fixture *f)
{
	orgs_are(f, "5/5/1/3/70/5/2 2/2/1/2/50/2/1");
}

/* User 1 owns two teams and sits in three: seats go by their team, by their user, by both. */
static void
user_goes(struct fixture *f)
{
	start(f);
	ok(f, delete(f, "users", 1));
	orgs_are(f, "1/1/0/1/60/1/0 0/0/0/0/-/0/0");
	is_text(f, "SELECT group_concat(owned || '/' || below) FROM users", "1/1,0/0");
}

/* The org takes its teams along, and its users lose it. */
static void
org_goes(struct fixture *f)
{
	start(f);
	ok(f, delete(f, "orgs", 1));
	orgs_are(f, "2/1/1/2/50/2/1");
	is_text(f, "SELECT group_concat(owned || '/' || below) FROM users", "1/2,0/0,0/0");
}

static void
all_go(struct fixture *f)
{
	start(f);
	begin(f);
	seat(f, 4, 3, 3, false);
	ok(f, delete(f, "orgs", 2));
	ok(f, delete(f, "users", 2));
	team(f, 1, 1, 3, false);
	ok(f, delete(f, "users", 1));
	commit(f);
	orgs_are(f, "1/0/1/1/30/1/0");
}

static void
go_and_return(struct fixture *f)
{
	start(f);
	begin(f);
	savepoint(f, "a");
	user(f, 1, 2, false);
	ok(f, delete(f, "users", 1));
	savepoint(f, "b");
	ok(f, delete(f, "orgs", 1));
	rollback_to(f, "b");
	ok(f, delete(f, "teams", 3));
	rollback_to(f, "a");
	release(f, "a");
	seat(f, 5, 1, 3, false);
	commit(f);
	orgs_are(f, "6/5/2/3/70/6/2 1/2/1/1/40/1/0");
}

static void
scopes(struct fixture *f)
{
	start(f);
	user(f, 1, 1, true);
	/* Seats beside a user out of scope stay; their org by the user is gone. */
	verify_clean(f);
	team(f, 1, 1, 1, true);
	verify_clean(f);
	seat(f, 6, 3, 2, true);
	verify_clean(f);
	org(f, 1, true);
	team(f, 1, 1, 1, false);
	seat(f, 6, 3, 2, false);
	verify_clean(f);
	user(f, 1, 1, false);
	org(f, 1, false);
	start(f);
}

/* Every row leaves and enters in one transaction, each in another order. */
static void
scopes_at_once(struct fixture *f)
{
	start(f);
	begin(f);
	for (int64_t id = 1; id <= 3; id++)
		seat(f, id, 1, id, true);
	team(f, 1, 2, 3, true);
	user(f, 1, 2, true);
	org(f, 1, true);
	for (int64_t id = 3; id >= 1; id--)
		seat(f, id, 1, id, false);
	org(f, 1, false);
	user(f, 1, 1, false);
	team(f, 1, 1, 1, false);
	commit(f);
	start(f);
}

static void
goes_while_out(struct fixture *f)
{
	start(f);
	begin(f);
	user(f, 1, 1, true);
	org(f, 2, true);
	ok(f, delete(f, "users", 1));
	commit(f);
	verify_clean(f);
	org(f, 2, false);
	orgs_are(f, "1/1/0/1/60/1/0 0/0/0/0/-/0/0");
}

/* What a team counts moves, and with it what its org sums up. */
static void
over_counters(struct fixture *f)
{
	start(f);
	seat(f, 3, 3, 3, false);
	orgs_are(f, "5/5/1/3/70/5/2 2/2/1/2/50/2/1");
	seat(f, 2, 2, 2, false);
	orgs_are(f, "4/5/1/3/70/4/1 3/2/2/3/50/3/1");
	team(f, 3, 2, 0, false);
	orgs_are(f, "1/5/0/1/10/1/0 6/2/4/3/70/6/2");
	ok(f, delete(f, "seats", 1));
	orgs_are(f, "0/4/0/0/-/0/0 6/2/4/3/70/6/2");
}

/* The seats of a user who changes org: counted on both sides of a condition, and by user. */
static void
user_moves(struct fixture *f)
{
	start(f);
	user(f, 1, 2, false);
	orgs_are(f, "5/2/3/3/70/5/2 2/5/0/2/50/2/1");
	user(f, 1, 0, false);
	orgs_are(f, "5/2/3/3/70/5/2 2/2/1/2/50/2/1");
}

/* What the cascade took is not there to be deleted again. */
static void
twice_told(struct fixture *f)
{
	start(f);
	ok(f, delete(f, "teams", 1));
	assert_int_equal(delete(f, "teams", 1), CC_NOTFOUND);
	assert_int_equal(delete(f, "seats", 1), CC_NOTFOUND);
	orgs_are(f, "2/3/0/2/70/2/1 2/1/1/2/50/2/1");
}

static const struct behaviour cases[] = {
	{ "hostile: a user goes by two ways", user_goes },
	{ "hostile: an org goes, by cascade and set null", org_goes },
	{ "hostile: all go in one transaction, between moves", all_go },
	{ "hostile: they go and return by savepoints", go_and_return },
	{ "hostile: scopes on every level", scopes },
	{ "hostile: all leave and return in one transaction", scopes_at_once },
	{ "hostile: deleted while out of scope", goes_while_out },
	{ "hostile: counters over counters", over_counters },
	{ "hostile: the row beside the path moves", user_moves },
	{ "hostile: deleted twice, by itself and by cascade", twice_told },
};

int
main(void)
{
	return behaviour_run(&hostile_schema, cases, sizeof cases / sizeof *cases, 0);
}
