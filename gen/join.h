/*
 * join.h - the rows that a source reads: its child, those on the path up to the holder, and those
 * that expressions read beside the path.
 *
 * Sits between check and everything that prints queries.  A row on the path drops the child where
 * it is missing or outside its default scope; a row beside it reads as NULLs then.  A path that an
 * expression reads and that begins as the `by` path does shares its rows, the holder among them.
 */
#ifndef GEN_JOIN_H
#define GEN_JOIN_H

#include "expr.h"
#include "schema.h"
#include "text.h"

struct join_row {
	const struct table *table;
	const struct reference *reference; /* by which it is reached; NULL: the first row */
	struct join_row *from;             /* ... from this row */
	char repeat;                       /* 0, or '+' or '*': of a step up a tree */
	bool by;                           /* the child, or on the path; else beside it */
	unsigned step;                     /* on the path: 0 the child, 1 … the last is the holder */
	const char *alias;                 /* in SQL, as it is; of the first row of join_of_row and of
	                                      an outer row: whatever the caller has set */
	struct join_row *within;           /* the row beside the path whose scope reads this one, which
	                                      therefore is joined within it; or NULL */
	bool scoped;                       /* its table's default scope holds for it */
	struct join_row *next;
};

struct join {
	struct arena *arena;
	const struct source_clause *source;    /* NULL: made by join_of_row */
	struct join_row *rows, **rows_end; /* the child first; each after those that its ON reads */
	struct join_row *holder;           /* last of the path; NULL: a singleton's source */
	unsigned depth;                    /* 0, 1, …: aliases of different depths never clash */
	unsigned n_rows, n_steps;
};

/*
 * All that the source reads: by steps, keys, `when`s, scopes, where, values, order.  What sources
 * in parentheses read is theirs, but for what they read of the row that they stand at.
 */
struct join *join_of_source(struct arena *arena, const struct source_clause *source,
    unsigned depth);
/* A row by itself: for expressions that read up its own references. */
struct join *join_of_row(struct arena *arena, const struct table *table, const char *alias,
    unsigned depth);
/* Adds the rows that an expression over `row` reads; expr may be NULL. */
void join_add(struct join *join, struct join_row *row, const struct expr *expr);
/* ... and what a value over its first row reads. */
void join_add_value(struct join *join, const struct value *value);
/* The row of the join that a NAME over `row` is about: `row` itself where it has no path. */
struct join_row *join_find(const struct join *join, const struct join_row *row,
    const struct expr *expr);
/* The row that is reached from `row` by a reference, not up a tree; or NULL. */
struct join_row *join_next(const struct join *join, const struct join_row *row,
    const struct reference *reference);

/* ---- as SQL (join_sql.c) ---------------------------------------------------------------- */

struct join_sql {
	struct expr_sql sql;               /* dialect, callbacks; the rest is set by the printing */
	/* A row of the statement around it, by its alias: it is not in FROM, what links it is in
	   WHERE.  The holder in a correlated definition. */
	const struct join_row *outer;
	/* A row that stands in FROM as something else than its table: `(SELECT ?1 AS "id")`.  Its
	   scope is left out, and it is there, beside the path too. */
	const struct join_row *replaced;
	void (*replacement)(struct text *out, const struct join_row *row, void *ctx);
	/* Others that are to be the very same row, and are there; ended by NULL, or NULL. */
	const struct join_row *const *images;
	/* When not NULL: what the row below refers to it by, for parent column i of its reference. */
	void (*key)(struct text *out, const struct join_row *row, size_t i, void *ctx);
	void *ctx;
	bool loose;                    /* neither scopes nor `when`s hold, but keys alone */
	/* Where the statement starts: trees above that row are climbed, trees below it descended.
	   NULL: at the child. */
	const struct join_row *start;
};

/* How an expression over `row` is printed. */
struct expr_sql join_expr(const struct join *join, const struct join_row *row,
    const struct join_sql *sql);
/* "posts" AS c JOIN … LEFT JOIN …: what follows FROM; each join starts with `line`. */
void join_from(struct text *out, const struct join *join, const struct join_sql *sql,
    const char *line);
/*
 * Scopes, the source's where, and what links an outer row; each starts with `first`, the others
 * with `more`.  False: there is none.
 */
bool join_where(struct text *out, const struct join *join, const struct join_sql *sql,
    const char *first, const char *more);
/* Where the row is linked to the one that it is reached from: its key, and the `when`. */
void join_on(struct text *out, const struct join *join, const struct join_row *row,
    const struct join_sql *sql);
/* One row as the statement has it, AS its alias; nothing that its scope reads is joined to it. */
void join_table(struct text *out, const struct join_row *row, const struct join_sql *sql);

/*
 * An expression over one row of a table, which is called `alias`: where it reads other rows, a
 * scalar subquery.
 */
void join_scalar(struct text *out, struct arena *arena, const struct table *table,
    const char *alias, const struct expr *expr, const struct join_sql *sql, unsigned depth);

/* A column as it is stored; what makes it compare by bytes where it is text. */
void join_column(struct text *out, const char *alias, const struct column *column);
const char *join_collation(const struct column *column, const struct join_sql *sql);
/* What is compared with a column of a key: PostgreSQL wants its type. */
void join_key_value(struct text *out, const struct column *column, const struct text *value,
    const struct join_sql *sql);

/* ---- trees (join_tree.c) ----------------------------------------------------------------- */

/*
 * The rows of a tree from a seed on, as a subquery whose columns are the parent columns of the
 * reference (one row for each): the seed, and all below it or above it that are within the scope.
 * The seed is SQL, a SELECT of these columns.
 */
void join_below(struct text *out, const struct join_row *row, const char *seed,
    const struct join_sql *sql, unsigned depth);
void join_above(struct text *out, const struct join_row *row, const char *seed,
    const struct join_sql *sql, unsigned depth);

#endif
