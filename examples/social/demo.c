/*
 * demo.c - a scripted life of the example, and the proof that its counters are right.
 *
 *   demo FILE [USERS [OPERATIONS [SEED]]]
 *
 * Follows, unfollows, posts, moved and deleted posts, deleted users (their follows cascade, their
 * posts lose the author), in transactions of random length with rollbacks and savepoints.  Then the
 * counters are held against counts by plain SQL, are made wrong behind the library's back, found
 * out by verify and put right by reconcile.  Exit status 0: all of that came out as it should.
 */
#define _POSIX_C_SOURCE 200809L

#include "store.h"

#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum operation { FOLLOW, UNFOLLOW, POST, REASSIGN, ORPHAN, DELETE_POST, DELETE_USER, ADD_USER,
	N_OPERATIONS };

static const struct {
	const char *name;
	unsigned weight;                   /* of 1000 */
} operations[N_OPERATIONS] = {
	[FOLLOW] = { "follow", 430 },
	[UNFOLLOW] = { "unfollow", 120 },
	[POST] = { "post", 260 },
	[REASSIGN] = { "move a post", 110 },
	[ORPHAN] = { "move to nobody", 20 },
	[DELETE_POST] = { "delete a post", 50 },
	[DELETE_USER] = { "delete a user", 5 },
	[ADD_USER] = { "add a user", 5 },
};

enum table { USERS, POSTS, FOLLOWS, N_TABLES };

struct life {
	struct store *store;
	struct cc *cc;
	sqlite3_stmt *at[N_TABLES];        /* the first row at or after an id */
	int64_t last[N_TABLES];            /* greatest id so far */
	uint64_t random;
	uint64_t names;                    /* users named so far */
	uint64_t counts[N_OPERATIONS];     /* done, also where a rollback undid them later */
	uint64_t refused;                  /* by the database: followed already, oneself */
	uint64_t commits, rollbacks, savepoints;
	bool terminal;                     /* show progress */
};

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* A number in 0 … n-1: xorshift64*, so that a seed tells the whole life. */
static int64_t
below(struct life *life, int64_t n)
{
	life->random ^= life->random >> 12;
	life->random ^= life->random << 25;
	life->random ^= life->random >> 27;
	return (int64_t)((life->random * 2685821657736338717u >> 33) % (uint64_t)n);
}

/* Ends the demo: what the library says it could not do. */
static int
failed(struct life *life, const char *what, int result)
{
	fprintf(stderr, "demo: %s: %s: %s\n", what, cc_result_name(result),
	    life->cc == NULL ? store_error(life->store) : cc_errmsg(life->cc));
	return result;
}

/* ---- operations ---- */

/* The first row at or after an id, or else the first of all; *second: its other column. */
static bool
at(struct life *life, enum table table, int64_t start, int64_t *id, int64_t *second)
{
	sqlite3_stmt *statement = life->at[table];
	bool found;

	sqlite3_bind_int64(statement, 1, start);
	found = sqlite3_step(statement) == SQLITE_ROW;
	if (found) {
		*id = sqlite3_column_int64(statement, 0);
		*second = sqlite3_column_int64(statement, 1);
	}
	sqlite3_reset(statement);
	return found || (start > 1 && at(life, table, 1, id, second));
}

static bool
any(struct life *life, enum table table, int64_t *id)
{
	int64_t ignored;

	return at(life, table, 1 + below(life, life->last[table] + 1), id, &ignored);
}

/* A user, the more popular the smaller the number: a few parents are hot. */
static bool
popular(struct life *life, int64_t *id)
{
	int64_t ignored, limit = 1 + below(life, life->last[USERS] + 1);

	return at(life, USERS, 1 + below(life, limit), id, &ignored);
}

static int
add_user(struct life *life)
{
	char name[32];
	int64_t id;
	int result;

	snprintf(name, sizeof(name), "user%" PRIu64, ++life->names);
	result = store_add_user(life->store, name, &id);
	if (result == CC_OK && id > life->last[USERS])
		life->last[USERS] = id;
	return result;
}

static int
follow(struct life *life)
{
	int64_t a, b;

	if (!any(life, USERS, &a) || !popular(life, &b))
		return CC_NOTFOUND;
	life->last[FOLLOWS]++;             /* at least as great as any id */
	return store_follow(life->store, a, b);
}

static int
unfollow(struct life *life)
{
	int64_t a, b;

	if (!at(life, FOLLOWS, 1 + below(life, life->last[FOLLOWS] + 1), &a, &b))
		return CC_NOTFOUND;
	return store_unfollow(life->store, a, b);
}

static int
post(struct life *life)
{
	int64_t author, id;
	int result;

	if (!popular(life, &author))
		return CC_NOTFOUND;
	result = store_post(life->store, author, "hello", &id);
	if (result == CC_OK && id > life->last[POSTS])
		life->last[POSTS] = id;
	return result;
}

static int
reassign(struct life *life)
{
	int64_t id, author;

	if (!any(life, POSTS, &id) || !any(life, USERS, &author))
		return CC_NOTFOUND;
	return store_reassign(life->store, id, &author);
}

static int
orphan(struct life *life)
{
	int64_t id;

	return any(life, POSTS, &id) ? store_reassign(life->store, id, NULL) : CC_NOTFOUND;
}

static int
delete_post(struct life *life)
{
	int64_t id;

	return any(life, POSTS, &id) ? store_delete_post(life->store, id) : CC_NOTFOUND;
}

static int
delete_user(struct life *life)
{
	int64_t id;

	return any(life, USERS, &id) ? store_delete_user(life->store, id) : CC_NOTFOUND;
}

/* Does one random operation.  That the database refuses one, or finds no row, is part of life. */
static int
operate(struct life *life)
{
	static int (*const functions[N_OPERATIONS])(struct life *) = {
		[FOLLOW] = follow, [UNFOLLOW] = unfollow, [POST] = post, [REASSIGN] = reassign,
		[ORPHAN] = orphan, [DELETE_POST] = delete_post, [DELETE_USER] = delete_user,
		[ADD_USER] = add_user,
	};
	int64_t draw = below(life, 1000);
	int which = 0, result;

	while (draw >= operations[which].weight)
		draw -= operations[which++].weight;
	result = functions[which](life);
	if (result == CC_OK)
		life->counts[which]++;
	else if (result == CC_CONSTRAINT || result == CC_NOTFOUND)
		life->refused++;
	else
		fprintf(stderr, "demo: %s: %s\n", operations[which].name,
		    store_error(life->store));
	return result == CC_CONSTRAINT || result == CC_NOTFOUND ? CC_OK : result;
}

static int
operate_times(struct life *life, int64_t n)
{
	int result = CC_OK;

	for (int64_t i = 0; i < n && result == CC_OK; i++)
		result = operate(life);
	return result;
}

/* ---- transactions ---- */

/* n operations inside a savepoint, which is undone or kept. */
static int
with_savepoint(struct life *life, int64_t n)
{
	int result = cc_savepoint(life->cc, "half_way");

	if (result == CC_OK)
		result = operate_times(life, n);
	if (result == CC_OK && below(life, 2) == 0) {
		life->savepoints++;
		result = cc_rollback_to(life->cc, "half_way");
	}
	return result == CC_OK ? cc_release(life->cc, "half_way") : result;
}

/* One transaction of n operations; one in ten has a savepoint, one in twenty is rolled back. */
static int
transact(struct life *life, int64_t n)
{
	int64_t inside = below(life, 10) == 0 ? below(life, n) : 0;
	int result = cc_begin(life->cc);

	if (result == CC_OK)
		result = operate_times(life, n - inside);
	if (result == CC_OK && inside > 0)
		result = with_savepoint(life, inside);
	if (result != CC_OK)
		return failed(life, "a transaction", result);
	if (below(life, 20) == 0) {
		life->rollbacks++;
		return cc_rollback(life->cc);
	}
	life->commits++;
	result = cc_commit(life->cc);
	return result == CC_OK ? result : failed(life, "commit", result);
}

static void
show_progress(const struct life *life, int64_t done, int64_t total)
{
	enum { WIDTH = 40 };
	int filled = (int)(done * WIDTH / total);

	if (!life->terminal)
		return;
	printf("\r  [%.*s%*s] %3d %%", filled, "########################################",
	    WIDTH - filled, "", (int)(done * 100 / total));
	if (done == total)
		printf("\r%*s\r", WIDTH + 12, "");
	fflush(stdout);
}

static int
live(struct life *life, int64_t users, int64_t total)
{
	int64_t done = 0, n;
	int result = cc_begin(life->cc);

	for (int64_t i = 0; i < users && result == CC_OK; i++)
		result = add_user(life);
	if (result == CC_OK)
		result = cc_commit(life->cc);
	if (result != CC_OK)
		return failed(life, "adding users", result);
	while (done < total && result == CC_OK) {
		n = 1 + below(life, 500);
		if (n > total - done)
			n = total - done;
		result = transact(life, n);
		done += n;
		show_progress(life, done, total);
	}
	return result;
}

static void
print_life(const struct life *life, int64_t users, int64_t total, double seconds)
{
	struct cc_metrics metrics;

	printf("%" PRId64 " users, %" PRId64 " operations in %.1f s\n", users, total, seconds);
	for (int i = 0; i < N_OPERATIONS; i++)
		printf("  %-18s %8" PRIu64 "\n", operations[i].name, life->counts[i]);
	printf("  %-18s %8" PRIu64 "  (follows already, oneself, nothing there)\n", "refused",
	    life->refused);
	printf("in %" PRIu64 " transactions that were committed, %" PRIu64 " rolled back, %" PRIu64
	    " savepoints rolled back\n", life->commits, life->rollbacks, life->savepoints);
	if (cc_metrics(life->cc, &metrics) == CC_OK)
		printf("%" PRIu64 " rows counted by %" PRIu64 " updates of users\n", metrics.hooks,
		    metrics.applied);
}

/* ---- the proof ---- */

/* Prints each counter beside a count by plain SQL; returns how many users differ, -1 on error. */
static int64_t
compare(struct life *life)
{
	static const struct {
		const char *column, *child, *reference;
	} counters[] = {
		{ "posts_count", "posts", "author_id" },
		{ "followers_count", "follows", "followed_id" },
		{ "following_count", "follows", "follower_id" },
	};
	sqlite3 *db = store_database(life->store);
	sqlite3_stmt *statement;
	int64_t differ = 0;
	char text[512];

	printf("  %-18s %10s %10s %14s\n", "counter", "stored", "counted", "users differ");
	for (size_t i = 0; i < sizeof(counters) / sizeof(counters[0]); i++) {
		snprintf(text, sizeof(text), "SELECT sum(u.%s), sum(coalesce(c.n, 0)),"
		    " sum(u.%s IS NOT coalesce(c.n, 0)) FROM users AS u LEFT JOIN"
		    " (SELECT %s AS id, count(*) AS n FROM %s GROUP BY 1) AS c ON c.id = u.id",
		    counters[i].column, counters[i].column, counters[i].reference,
		    counters[i].child);
		if (sqlite3_prepare_v2(db, text, -1, &statement, NULL) != SQLITE_OK ||
		    sqlite3_step(statement) != SQLITE_ROW) {
			fprintf(stderr, "demo: %s\n", sqlite3_errmsg(db));
			sqlite3_finalize(statement);
			return -1;
		}
		printf("  %-18s %10" PRId64 " %10" PRId64 " %14" PRId64 "\n", counters[i].column,
		    (int64_t)sqlite3_column_int64(statement, 0),
		    (int64_t)sqlite3_column_int64(statement, 1),
		    (int64_t)sqlite3_column_int64(statement, 2));
		differ += sqlite3_column_int64(statement, 2);
		sqlite3_finalize(statement);
	}
	return differ;
}

static int
verify(struct life *life, uint64_t *mismatches)
{
	struct cc_recount_report report;
	double start = now();
	int result = cc_verify(life->cc, NULL, &report);

	if (result != CC_OK && result != CC_DRIFT)
		return failed(life, "verify", result);
	printf("verify: %" PRIu64 " rows read in %.2f s, %" PRIu64 " counters wrong\n",
	    report.children, now() - start, report.mismatches);
	*mismatches = report.mismatches;
	return CC_OK;
}

/* SQL that goes round the library, as somebody will one day. */
static int
spoil(struct life *life)
{
	static const char sql[] =
	    "UPDATE users SET posts_count = posts_count + 3 WHERE id % 97 = 5;"
	    "DELETE FROM follows WHERE id % 101 = 7;"
	    "INSERT INTO posts (author_id, body) SELECT id, 'raw' FROM users WHERE id % 89 = 11";

	puts("now raw SQL changes rows and counters behind the library's back");
	if (sqlite3_exec(store_database(life->store), sql, NULL, NULL, NULL) == SQLITE_OK)
		return CC_OK;
	fprintf(stderr, "demo: %s\n", sqlite3_errmsg(store_database(life->store)));
	return CC_ERROR;
}

/* True when the life left the counters right, drift is found, and none is left in the end. */
static bool
prove(struct life *life)
{
	struct cc_recount_report report;
	uint64_t wrong, corrected;
	int result;

	if (compare(life) != 0 || verify(life, &wrong) != CC_OK || wrong != 0)
		return false;
	if (spoil(life) != CC_OK || compare(life) <= 0 || verify(life, &wrong) != CC_OK)
		return false;
	result = cc_reconcile(life->cc, NULL, &report);
	if (result != CC_OK) {
		failed(life, "reconcile", result);
		return false;
	}
	corrected = report.corrected;
	printf("reconcile: %" PRIu64 " counters put right\n", corrected);
	if (wrong == 0 || corrected != wrong || verify(life, &wrong) != CC_OK || wrong != 0)
		return false;
	return compare(life) == 0;
}

/* ---- main ---- */

static int
prepare(struct life *life)
{
	static const char *const sql[N_TABLES] = {
		[USERS] = "SELECT id, 0 FROM users WHERE id >= ?1 ORDER BY id LIMIT 1",
		[POSTS] = "SELECT id, 0 FROM posts WHERE id >= ?1 ORDER BY id LIMIT 1",
		[FOLLOWS] =
		    "SELECT follower_id, followed_id FROM follows WHERE id >= ?1 ORDER BY id LIMIT 1",
	};
	sqlite3 *db = store_database(life->store);

	for (int i = 0; i < N_TABLES; i++)
		if (sqlite3_prepare_v2(db, sql[i], -1, &life->at[i], NULL) != SQLITE_OK)
			return failed(life, sqlite3_errmsg(db), CC_ERROR);
	return CC_OK;
}

static int64_t
argument(char **argv, int argc, int at, int64_t otherwise)
{
	return argc > at ? strtoll(argv[at], NULL, 10) : otherwise;
}

int
main(int argc, char **argv)
{
	int64_t users = argument(argv, argc, 2, 10000), total = argument(argv, argc, 3, 200000);
	struct life life = { .random = (uint64_t)argument(argv, argc, 4, 1) + 88172645463325252u };
	double start = now();
	bool good;
	int result;

	if (argc < 2 || users < 1 || total < 1) {
		fputs("usage: demo FILE [USERS [OPERATIONS [SEED]]]\n", stderr);
		return 2;
	}
	life.terminal = isatty(STDOUT_FILENO) != 0;
	result = store_open(&life.store, argv[1], true);
	if (result == CC_OK) {
		life.cc = store_counters(life.store);
		result = prepare(&life);
	} else {
		failed(&life, argv[1], result);
	}
	good = result == CC_OK && live(&life, users, total) == CC_OK;
	if (good) {
		print_life(&life, users, total, now() - start);
		good = prove(&life);
		puts(good ? "all counters are right" : "SOMETHING IS WRONG");
	}
	for (int i = 0; i < N_TABLES; i++)
		sqlite3_finalize(life.at[i]);
	store_close(life.store);
	return good ? 0 : 1;
}
