/*
 * expr.h - one expression, two printings: C for the hooks, SQL for the recount.
 *
 * Both follow SQL's three-valued logic and agree on every input.  In C an expression is printed
 * as one of four views, so that the result reads as a person would write it:
 *
 *   true    a C condition: the expression is TRUE         false   ... is FALSE
 *   null    a C condition: the expression is NULL         value   a C value, valid unless null
 *
 * Expressions come checked.  A name is a column of the row that the printer is told to use.
 */
#ifndef GEN_EXPR_H
#define GEN_EXPR_H

#include "schema.h"
#include "text.h"

enum expr_view { EXPR_VIEW_TRUE, EXPR_VIEW_FALSE, EXPR_VIEW_NULL, EXPR_VIEW_VALUE };

struct join;
struct join_row;

/* How the surrounding C function names things. */
struct expr_c {
	const char *row;               /* "row": columns are row->name */
	/* When not NULL (join.h): where paths lead; the expression is over `at`, not `row`. */
	const struct join *join;
	const struct join_row *at;
	/* ... and the variable of a row, for its maintained columns (`input`) and the others: a
	   pointer that is NULL where a row beside the path is missing. */
	const char *(*spell)(const struct join_row *row, bool input, void *ctx);
	const char *failed;            /* "&to->failed": where checked arithmetic reports, or "NULL" */
	const struct table *table;     /* whose row it is; NULL: named conditions are expanded */
	int scale;                     /* decimals are printed as int64_t in units of this scale,
	                                  where the view is VALUE and the type decimal */
	/* When not NULL: told each named condition whose function is called. */
	void (*called)(const struct condition *condition, void *ctx);
	/* A moment (expr_moment), in microseconds. */
	const char *(*now)(const struct expr *expr, void *ctx);
	void *ctx;
};

/*
 * Appends the view as a C expression that may stand as an operand of =, ?: and &&.  The value of
 * a bool is its view TRUE.  Evaluate a value only where it is not NULL.
 */
void expr_c(struct text *out, const struct expr *expr, enum expr_view view,
    const struct expr_c *context);

/*
 * A named condition whose TRUE is wanted is the call of a function that the caller defines,
 *     static bool <table>_<condition>(const struct … *row)
 * unless it may fail (the function could not say so), is no more than a name, or reads more than
 * the row that the application knows.
 */
bool expr_c_calls(const struct condition *condition);

/*
 * NULL when the expression can be printed, as SQL and, if `hooks`, as C; else why not: words that
 * may follow "the expression", for check to report.  Call it before anything else here: it alone
 * takes bounded time on any expression.
 */
const char *expr_problem(const struct expr *expr, bool hooks);

/* True when evaluating may overflow, so that `failed` is needed. */
bool expr_may_fail(const struct expr *expr);

/* How a column of the row is spelt in SQL. */
struct expr_sql {
	enum sql_dialect dialect;
	const char *alias;             /* "c" prints c."name"; NULL prints "name" */
	/* When not NULL (join.h): where paths lead; the expression is over `row`, not `alias`. */
	const struct join *join;
	const struct join_row *row;
	/* When not NULL: spells a maintained column instead (its new value given the deltas), of
	   the row `own` where there is a join. */
	void (*column)(struct text *out, const struct column *column, void *ctx);
	const struct join_row *own;
	/* When not NULL: spells the value of a ( source ) about the row that `at` says. */
	void (*source)(struct text *out, const struct expr *source,
	    const struct expr_sql *at);
	/* When not NULL: spells a moment (expr_moment), which else is read from cc_window. */
	void (*now)(struct text *out, const struct expr *expr, void *ctx);
	void *ctx;
};

/*
 * Appends it as SQL, not enclosed in parentheses.  Values are in the language's form whatever the
 * storage: timestamps as microseconds, decimals as integers of units of the expression's scale,
 * dates as text.  An overflow, or text that is no decimal, raises "integer overflow".
 */
void expr_sql(struct text *out, const struct expr *expr, const struct expr_sql *context);
/* ... as a value of another type of number, rounded where that has fewer digits. */
void expr_sql_as(struct text *out, const struct expr *expr, const struct type *type,
    const struct expr_sql *context);

/* A value in the language's form, as `column`'s storage wants it ("the assignment"). */
void expr_sql_store(struct text *out, const struct column *column, const char *value_sql,
    const struct expr_sql *context);
/* ... and back: a stored column in the language's form. */
void expr_sql_read(struct text *out, const struct column *column, const struct expr_sql *context);

/* PostgreSQL: the type of a column, of its value in the language's form, and the SELECT of it. */
const char *postgres_type(const struct type *type);
const char *postgres_form_type(const struct type *type);
void postgres_select(struct text *out, const struct column *column, const char *stored);

/* " COLLATE …" by which text compares by bytes. */
const char *sql_collation(enum sql_dialect dialect);

/* now(), or now() and an interval: its number of units, 0 for now() itself. */
bool expr_moment(const struct expr *expr, int64_t *number, enum unit *unit);
/* "now() - 30 days": its name in cc_window. */
const char *expr_moment_name(struct arena *arena, const struct expr *expr);

/* A moment as SQL, from a column that holds what now() is. */
void expr_sql_moved(struct text *out, const struct expr *expr, const char *now,
    enum sql_dialect dialect);

/*
 * What the NAME of a condition stands for, over the row that the name is over: where it has a
 * path, a copy whose names have that path before their own, and may be NULL.
 */
const struct expr *expr_of_condition(struct arena *arena, const struct expr *name);

/* Greatest and least value of an integer expression, saturated at int64_t's bounds. */
void expr_range(const struct expr *expr, int64_t *low, int64_t *high);

/* Appends its meaning, the same text in every version and for every engine: for hashes. */
void expr_meaning(struct text *out, const struct expr *expr);
void expr_source_meaning(struct text *out, const struct source_clause *source);

/*
 * Only the database tells it (expr_asks.c): there is a source in it, or it reads a row that cannot be
 * found or judged by itself; so with which rows of a source count, and for which parents.
 */
bool expr_asks(const struct expr *expr);
bool expr_source_asks(const struct source_clause *source);
/* ... whether a row is in the default scope of its table, which may be NULL; its reference holds. */
bool expr_scope_asks(const struct table *table);
bool expr_when_asks(const struct reference *reference);
/* Does it read other rows by a path?  Does the key of a reference? */
bool expr_climbs(const struct expr *expr);
bool expr_key_climbs(const struct reference *reference);
/* Adds a copy of an argument. */
void expr_add_arg(struct arena *arena, struct expr *to, const struct expr *arg);

/* Equal in meaning as far as a structural comparison can tell. */
bool expr_equal(const struct expr *a, const struct expr *b);

/* Linear combination of sources: constant + sum of factor * source.  False: it is not linear. */
struct expr_linear_term {
	int64_t factor;
	struct source_clause *source;
	struct expr_linear_term *next;
};
/* ... of counts and sums alone, with no source inside them: such a column is kept by deltas. */
bool expr_is_linear(const struct expr *expr);
bool expr_linear(struct arena *arena, const struct expr *expr, int64_t *constant,
    struct expr_linear_term **terms);

#endif
