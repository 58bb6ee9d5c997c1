/*
 * side.h - connections to one server that take turns: what tests of the PostgreSQL engine share.
 *
 * A test opens sides, each a connection with a handle, and lets them act in a fixed order.  An act
 * that waits for a lock runs on a thread of its own: side_start, side_blocked, side_join.
 */
#ifndef SIDE_H
#define SIDE_H

#include <libpq-fe.h>
#include <pthread.h>

#include "forum_counters.h"

struct side {
	PGconn *conn;
	struct cc *cc;
	int pid;                          /* of its server process */
	pthread_t thread;
	int (*act)(struct side *side);
	int result;
};

/* One test: its name is printed with what it found.  A test returns nothing. */
void side_test(const char *name, void (*test)(void));
int side_failures(void);
void side_expect(bool right, const char *what, int line);
#define EXPECT(x) side_expect((x), #x, __LINE__)
#define OK(x) side_expect_ok((x), #x, __LINE__)
void side_expect_ok(int result, const char *what, int line);
extern struct cc *side_last;              /* whose message a failed OK shows */

void side_open(struct side *side);        /* with the database's default isolation */
void side_close(struct side *side);
void side_sql(struct side *side, const char *sql);          /* must succeed */
long side_number(struct side *side, const char *sql);       /* the one value of a SELECT */
void side_start(struct side *side, int (*act)(struct side *side));
void side_blocked(struct side *side);     /* until it waits for a lock; fails when it does not */
int side_join(struct side *side);
int side_commit(struct side *side);       /* cc_commit, as an act */

/* Every column is equal to an independent count of it, and no parent is dirty. */
void side_truth(const char *when);

#endif
