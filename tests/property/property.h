/*
 * property.h - the property test: random schemas, random lives, an independent recount.
 *
 * From one seed `describe` makes a random description of tables, references and maintained
 * columns.  `print` writes it as .ccdl and as CREATE TABLE statements, `recount` as plain SQL
 * that says what every maintained column must hold; none of them uses any part of the compiler
 * or of the runtime.  `steps` then lives a random life on a database through the generated
 * descriptors, and after every committed step stored and recounted values are compared.
 *
 * Expressions are built in both spellings at once (struct phrase), so that the recount does not
 * depend on what the compiler makes of the .ccdl text.
 */
#ifndef PROPERTY_H
#define PROPERTY_H

#include <sqlite3.h>
#include <stdio.h>

#include "ccrt.h"
#include "schema.h"

/* ---- value.c: values in the language's form, rows, how the database keeps them ---- */

enum value_kind { V_NULL, V_INTEGER, V_REAL, V_TEXT };
struct value {
	enum value_kind kind;
	int64_t i;                     /* also dates (days), timestamps (µs), decimals (units) */
	double f;
	char s[TEXT_SIZE];             /* text, uuid, jsonb; a decimal's text */
};
struct row { struct value v[MAX_COLUMNS]; int64_t rowid; };

void value_random(struct random *r, const struct column *c, struct value *out);
void value_literal(struct random *r, const struct column *c, struct phrase *out);
/* Times lie on half days around the end of 2023, where months have different lengths. */
#define VALUE_TIME INT64_C(1703801600000000)
#define VALUE_TIME_STEP INT64_C(43200000000)

void value_key(const struct column *c, int number, struct value *out);
void value_bind(sqlite3_stmt *stmt, int i, const struct column *c, const struct value *v);
void value_fetch(sqlite3_stmt *stmt, int i, const struct column *c, struct value *v);
bool value_same(const struct column *c, const struct value *a, const struct value *b);
void value_show(struct text *out, const struct value *v);
/* ... as SQL, the way the database keeps it. */
void value_stored(struct text *out, const struct column *c, const struct value *v);

/* ---- world.c: one database and handle, and what was done to it ---- */

enum mode { OUTSIDE, OURS, THEIRS };   /* no transaction; cc_begin's; the application's own */

struct world {
	const struct schema *schema;
	const struct cc_schema *generated;
	void *library;                 /* for typed functions, or NULL */
	sqlite3 *db;
	struct cc *cc;
	const struct cc_table *tables[MAX_TABLES];      /* as schema's */
	bool verbs[MAX_TABLES];        /* some counter cares about the table: it has verbs */
	int fields[MAX_TABLES][MAX_COLUMNS];            /* column -> index of cc_field */
	struct random random;
	enum mode mode;
	int depth;                     /* open savepoints */
	int skipping;
	bool strict, lost;             /* lost: a strict failure; the transaction must go */
	bool reckless;                 /* counter statements may fail in this step */
	bool tainted[MAX_TABLES];      /* holders came, went, or changed key or scope */
	int64_t clock, started;
	struct text log;
	bool failed;
	int step, operation;
	uint64_t drift_events, failures;
	const uint8_t *omit;           /* steps left out by the shrinker, or NULL */
	char directory[512];
};

void world_open(struct world *w, const struct schema *schema, const struct cc_schema *generated,
    void *library, const char *directory);
void world_close(struct world *w);
void world_log(struct world *w, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void world_fail(struct world *w, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Runs SQL; false, logged, when the database refuses it. */
bool world_sql(struct world *w, const char *sql);
void world_must(struct world *w, const char *sql);
/* Ends the life, as one that cannot be lived, where SQL nests deeper than the database parses. */
void world_parsed(const char *message);
sqlite3_stmt *world_prepare(struct world *w, const char *sql);
int64_t world_number(struct world *w, const char *sql);        /* first column of the first row */
/* Text of a generated .sql file; the caller frees it. */
char *world_file(struct world *w, const char *what);

/* ---- rows.c: rows by the application's own SQL, and as structs ---- */

int rows_count(struct world *w, int table);
bool rows_pick(struct world *w, int table, struct row *out);
void rows_random(struct world *w, int table, struct row *out);
void rows_change(struct world *w, int table, int column, struct row *row);
/*
 * Whether a row that is written so would become its own ancestor in a tree (before NULL: new), or
 * cannot be written at all.
 */
bool rows_close_circle(struct world *w, int table, const struct row *before,
    const struct row *after);
bool rows_insert(struct world *w, int table, struct row *row);
bool rows_update(struct world *w, int table, const struct row *before, const struct row *after);
/* ... also when a tree is none any more. */
bool rows_update_anyway(struct world *w, int table, const struct row *before,
    const struct row *after);
bool rows_delete(struct world *w, int table, const struct row *row);
void rows_struct(struct world *w, int table, const struct row *row, void *out);
bool rows_equal_struct(struct world *w, int table, const struct row *row, const void *data);
void rows_key(struct world *w, int table, const struct row *row, union cc_part *key);
void rows_show(struct world *w, int table, const struct row *row, struct text *out);
void rows_where(const struct schema *s, int table, const struct row *row, struct text *out);
/* ... with each column's name after `of`: "c." */
void rows_is(const struct schema *s, int table, const struct row *row, const char *of,
    struct text *out);

/* ---- recount.c ---- */

/* The key of holder p as the library writes it: a JSON array, of a singleton an empty one. */
void recount_key(const struct table *t, struct text *out);
/* Compares every maintained column; fails the world when one differs outside cc_dirty. */
void recount_check(struct world *w);
/* How many (row, column) differ, by the rules of verify. */
int recount_differences(struct world *w, bool show);
/* The typed reader for one random row, within a transaction. */
void recount_reader(struct world *w);
void recount_resync(struct world *w);
/* An inserted row adds to the models of never-decrement columns. */
void recount_inserted(struct world *w, int table, const struct row *row);
bool recount_dirty(struct world *w);

/* ---- oracle.c: the recount on trial ---- */

bool oracle_right(void);       /* on examples made by hand */
bool oracle_speaks(uint64_t seed, uint32_t features);  /* its SQL for a random schema is SQL */

/* ... and the compiler's definitions as SQL, in a file, say the same of random rows. */
bool agree(uint64_t seed, uint32_t features, const char *path);

/* ---- operations.c: one write, or one question ---- */

void operation_random(struct world *w);
bool operation_savepoint(struct world *w, const char *name);
bool operation_release(struct world *w, const char *name);
bool operation_rollback_to(struct world *w, const char *name);

/* ---- steps.c: transactions of operations, each checked when committed ---- */

void step_random(struct world *w);
/* Some operations, savepoints and nested transactions, inside a transaction that is open. */
void step_body(struct world *w);
/* ... in a transaction of either kind, to its end. */
void step_transaction(struct world *w);

/* ---- drift.c: what goes round the library, found and put right ---- */

void drift_skipped(struct world *w);
void drift_forgotten(struct world *w);
void drift_refused(struct world *w);
void drift_edges(struct world *w);
void drift_injected(struct world *w);

#endif
