/*
 * behaviour.h - what the behaviour cases share: a database, the ways to write, the last word.
 *
 * A case is one function over a fixture and is run once per way: through verbs, through hooks in
 * the library's transaction, through hooks in the application's own transaction.  When it is over,
 * cc_verify and the generated verify.sql must both find nothing.
 */
#ifndef BEHAVIOUR_H
#define BEHAVIOUR_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sqlite3.h>
#include <stdbool.h>

#include "ccrt.h"

enum way { VERBS, HOOKS, OWN, WAYS };

struct fixture {
	enum way way;
	const struct cc_schema *schema;
	sqlite3 *db;
	struct cc *cc;
	char path[300];                /* of the database; "" in memory */
	bool open;                     /* the case has a transaction of its own open */
	bool drifted;                  /* the case leaves drift behind on purpose */
	int events[16];                /* by enum cc_event_kind */
	char message[300];             /* of the last failure or notice */
	char key[100], column[100];    /* of the last event that had one */
	int64_t clock;
};

/* A case by its name in the list of cases. */
struct behaviour { const char *name; void (*run)(struct fixture *); };

/* Runs every case in every way of `ways` (a mask of 1 << way; 0: all three). */
int behaviour_run(const struct cc_schema *schema, const struct behaviour *cases, size_t n,
    unsigned ways);

/* Opens a database made by the statements of the file ddl, installed, recounted, ready. */
void fixture_open(struct fixture *f, const struct cc_schema *schema, const char *ddl,
    const char *path, unsigned flags);
/* Another handle on the same file. */
void fixture_second(struct fixture *f, const struct fixture *first);
void fixture_close(struct fixture *f);
void fixture_temporary(char *path, size_t size);

void sql(struct fixture *f, const char *statement);
bool sql_refused(struct fixture *f, const char *statement);
int64_t number(struct fixture *f, const char *query);
void is(struct fixture *f, const char *query, int64_t expected);
void is_text(struct fixture *f, const char *query, const char *expected);

/* In the way of the fixture; the transaction is the case's own if one is open. */
const struct cc_table *table(struct fixture *f, const char *name);
int insert(struct fixture *f, const char *name, const void *row);
int update(struct fixture *f, const char *name, const void *row);
int delete(struct fixture *f, const char *name, int64_t id);
int erase(struct fixture *f, const char *name, const void *row);
/* The application's own write of all fields, with no hook. */
void write_insert(struct fixture *f, const char *name, const void *row);
void write_update(struct fixture *f, const char *name, const void *row);
void write_delete(struct fixture *f, const char *name, int64_t id);

void begin(struct fixture *f);
void commit(struct fixture *f);
void rollback(struct fixture *f);
void savepoint(struct fixture *f, const char *name);
void release(struct fixture *f, const char *name);
void rollback_to(struct fixture *f, const char *name);

/* Counter statements since the last call. */
int statements(struct fixture *f);
void verify_clean(struct fixture *f);
/* Both verifies find exactly this many columns. */
void verify_finds(struct fixture *f, int n);
/* Runs the generated file; rows that it printed. */
int run_file(struct fixture *f, const char *what);

#endif
