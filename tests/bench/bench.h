/*
 * bench.h - the parts of the SQLite benchmark.
 *
 * workload.c makes one list of operations; each variant (hand.c: written by hand; ours.c: what
 * ccgen generates) does the same operations on a database file of its own; bench.c runs slices of
 * them in turn and prints ratios; recount.c holds reconcile against a raw scan, set.c verbs over
 * all rows of a parent against row by row.
 */
#ifndef BENCH_H
#define BENCH_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { GROUPS = 10000, USERS = 100000, DISCUSSIONS = 100000, FOLLOWS = 100000 };
enum { BULK_ROWS = 1000 };            /* inserts of a bulk's transaction */

struct discussion {
	int64_t id, group, author;
	int64_t closed_at;             /* 0: open, NULL in the database */
	bool private;
	const char *title;
};

struct follow {
	int64_t id, follower, followed;
};

enum op_kind { OP_INSERT, OP_CLOSE, OP_REOPEN, OP_MOVE, OP_DELETE, OP_FOLLOW, OP_UNFOLLOW };

struct op {
	enum op_kind kind;
	struct discussion before, after;
	struct follow follow;
};

/* The rows that are there, as the generator of operations knows them. */
struct workload {
	uint64_t random;
	struct discussion *discussions;
	struct follow *follows;
	size_t n_discussions, n_follows, capacity;
	int64_t next_discussion, next_follow;
};

void workload_start(struct workload *workload, size_t growth);
void workload_free(struct workload *workload);
void workload_mix(struct workload *workload, struct op *ops, size_t n);
/* Inserts only: into groups at random, or all into group 1. */
void workload_bulk(struct workload *workload, struct op *ops, size_t n, bool hot);
extern const char workload_tables[];   /* their CREATE TABLE */
/* A database file with the tables, their rows and right counters. */
void workload_database(const struct workload *workload, const char *path);

struct calls {
	const char *name;
	void *(*open)(sqlite3 *db);    /* statements prepared, triggers made */
	void (*begin)(void *self);
	void (*op)(void *self, const struct op *op);
	void (*commit)(void *self);
	void (*close)(void *self);
	void (*insert_many)(void *self, const struct op *ops, size_t n);   /* NULL: op by op */
};

/* Ends the program when a call on db failed. */
void must(sqlite3 *db, int result, const char *what);
void run_sql(sqlite3 *db, const char *sql);
sqlite3_stmt *prepare(sqlite3 *db, const char *sql);
void step(sqlite3_stmt *statement);
sqlite3 *open_database(const char *path);
double wall_seconds(void);
double cpu_seconds(void);
double median(double *values, size_t n);

extern const struct calls hand_writes, hand_updates, hand_loaded, hand_triggers;

/* ours.c, built once with deferred and once with immediate columns. */
extern const struct calls ours_deferred_hooks, ours_deferred_verbs;
extern const struct calls ours_immediate_hooks, ours_immediate_verbs;
/* Nanoseconds of one hook in an open transaction, without SQL. */
double ours_deferred_hook_cost(sqlite3 *db);

void bench_recount(const char *folder);
void bench_set(void);
int ours_recount(sqlite3 *db, bool write, uint64_t *mismatches);

#endif
