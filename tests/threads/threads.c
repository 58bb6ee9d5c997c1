/*
 * threads.c FILE - many threads, a connection and a handle each, on one database in WAL mode.
 *
 * Half of them wait for locks (busy_timeout), half are told CC_BUSY and try again.  All write
 * children of the same few parents; at the end every counter equals a recount.
 */
#include <pthread.h>
#include <sched.h>

#include "fixture.h"

enum { THREADS = 8, ROUNDS = 60, PER_ROUND = 5, PARENTS = 3 };

struct worker {
	pthread_t thread;
	const char *path;
	int number;
	unsigned long busy;
	char error[300];
};

static sqlite3 *
open_database(const char *path, bool wait)
{
	sqlite3 *db;

	if (sqlite3_open(path, &db) != SQLITE_OK)
		abort();
	sqlite3_busy_timeout(db, wait ? 60000 : 0);
	if (sqlite3_exec(db, "PRAGMA foreign_keys = on; PRAGMA synchronous = off", NULL, NULL,
	    NULL) != SQLITE_OK)
		abort();
	return db;
}

/* CC_BUSY: nothing was changed, so that the same call is made again. */
#define RETRY(worker, cc, call) \
	do { \
		int result_; \
		while ((result_ = (call)) == CC_BUSY) { \
			(worker)->busy++; \
			sched_yield(); \
		} \
		if (result_ != CC_OK && (worker)->error[0] == '\0') \
			snprintf((worker)->error, sizeof (worker)->error, "%s: %s: %s", #call, \
			    cc_result_name(result_), cc_errmsg(cc)); \
	} while (0)

static void
one_round(struct worker *w, struct cc *cc, int64_t first)
{
	RETRY(w, cc, cc_begin(cc));
	for (int64_t i = 0; i < PER_ROUND; i++) {
		struct post row = { .id = first + i, .group_id = VALUE(1 + i % PARENTS),
			.author_id = VALUE(1 + (first + i) % PARENTS), .editor_id = NONE,
			.amount = VALUE(i) };

		RETRY(w, cc, cc_row_insert(cc, TABLE(POSTS), &row));
	}
	RETRY(w, cc, cc_savepoint(cc, "s"));
	RETRY(w, cc, cc_row_set(cc, TABLE(POSTS), KEY(first), 1, &VALUE(2)));
	if (first % 2 == 0)
		RETRY(w, cc, cc_rollback_to(cc, "s"));
	if (first % 7 == 0)
		RETRY(w, cc, cc_rollback(cc));
	else
		RETRY(w, cc, cc_commit(cc));
	if (first % 7 == 0)
		return;
	RETRY(w, cc, cc_row_delete(cc, TABLE(POSTS), KEY(first + 1)));
	RETRY(w, cc, cc_row_set(cc, TABLE(POSTS), KEY(first + 2), 2, &VALUE(3)));
}

static void *
work(void *arg)
{
	struct worker *w = arg;
	sqlite3 *db = open_database(w->path, w->number % 2 == 0);
	struct cc *cc;

	RETRY(w, cc, cc_open_sqlite(&cc, db, &fixture_schema, NULL));
	for (int64_t round = 0; round < ROUNDS && w->error[0] == '\0'; round++)
		one_round(w, cc, (w->number * ROUNDS + round) * PER_ROUND + 1);
	cc_close(cc);
	sqlite3_close(db);
	return NULL;
}

/* The first of these that is not 0 is how many counters are wrong. */
static const char *const checks[] = {
	"SELECT count(*) FROM groups AS g WHERE posts_count IS NOT"
	" (SELECT count(*) FROM posts WHERE group_id = g.id) OR total IS NOT"
	" (SELECT coalesce(sum(amount), 0) FROM posts WHERE group_id = g.id)",
	"SELECT count(*) FROM users AS u WHERE posts_count IS NOT"
	" (SELECT count(*) FROM posts WHERE author_id = u.id)",
	"SELECT count(*) FROM cc_dirty",
	"SELECT count(*) < 100 FROM posts",
};

static int
wrong(struct fixture *f)
{
	for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++)
		if (fixture_int(f, checks[i]) != 0) {
			printf("FAIL threads-counters: %s\n", checks[i]);
			return 1;
		}
	printf("ok threads-counters\n");
	return 0;
}

int
main(int argc, char **argv)
{
	struct worker workers[THREADS] = { { .number = 0 } };
	struct fixture f = { .db = NULL };
	unsigned long busy = 0;
	int failed = 0;

	if (argc != 2)
		return 2;
	f.db = open_database(argv[1], true);
	fixture_exec(&f, "PRAGMA journal_mode = wal");
	fixture_exec(&f, fixture_ddl);
	fixture_exec(&f, "INSERT INTO users (id) VALUES (1), (2), (3);"
	    "INSERT INTO groups (id) VALUES (1), (2), (3); UPDATE site SET groups_count = 3");
	for (int i = 0; i < THREADS; i++) {
		workers[i].path = argv[1];
		workers[i].number = i;
		if (pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0)
			return 2;
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(workers[i].thread, NULL);
		busy += workers[i].busy;
		if (workers[i].error[0] != '\0') {
			printf("FAIL threads-%d: %s\n", i, workers[i].error);
			failed = 1;
		}
	}
	if (!failed)
		printf("ok threads-writers\n");
	if (busy == 0) {
		printf("FAIL threads-busy: nobody was ever told CC_BUSY\n");
		failed = 1;
	} else
		printf("ok threads-busy\n");
	failed |= wrong(&f);
	sqlite3_close(f.db);
	return failed;
}
