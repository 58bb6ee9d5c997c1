/*
 * check.h - what the files check_*.c share.
 *
 * check_schema (schema.h) runs the steps below in order: few walks over all tables, since a large
 * schema does not fit a cache.  An expression that could not be judged
 * gets TYPE_NONE, a reference without a parent stays NULL: whoever meets one says nothing, so
 * that no error is caused by an earlier one.
 */
#ifndef GEN_CHECK_H
#define GEN_CHECK_H

#include "schema.h"

struct check {
	struct schema *schema;
	struct source *source;
	struct arena *arena;
	struct condition **open;           /* conditions being resolved, outermost first */
	size_t n_open, open_capacity;
	size_t n_tables;                   /* looked at by check_scope */
	bool deep;                         /* too long a chain of columns was reported */
	struct spellings *members;         /* check_members: kept from table to table */
};

/* ---- steps, in order ----------------------------------------------------------- */

/* For each table: hash tables and names given twice; primary keys, unique, table words. */
void check_names(struct check *check, struct table *table);
void check_keys(struct check *check, struct table *table);
/* ... then for each: parents of references, and their columns. */
void check_references(struct check *check, struct table *table);
/* ... then for each: scope, named conditions, references' keys and `when`; maintained columns;
 * names that fall together in C or SQL; what this release does not generate. */
void check_conditions(struct check *check, struct table *table);
void check_columns(struct check *check, struct table *table);
void check_members(struct check *check, const struct table *table);
void check_scope(struct check *check, const struct table *table);
void check_expanded(struct check *check, const struct table *table);   /* after an errorless pass */
/* Then for all together: columns that depend on themselves; tables that fall together. */
/* No row is found by way of itself (check_found.c): else nothing may follow references and scopes. */
bool check_found(struct check *check);
void check_circles(struct check *check);
void check_spellings(struct check *check);
/* When there was no error. */
void check_warnings(struct check *check, const struct table *table);

/* ---- messages -------------------------------------------------------------------- */

/* Note "'posts' is declared here". */
void check_note_name(struct check *check, struct diagnostic *d, const struct name *name);

/* Names to choose from, for "did you mean". */
struct choice {
	const char **names;
	size_t n, capacity;
};
void check_choose(struct check *check, struct choice *choice, const char *name);
/* Hint "did you mean 'x'?" where one is near; else lists them when they are few. */
void check_hint_near(struct check *check, struct diagnostic *d, const char *misspelt,
    const struct choice *choice);

/* The table called so, or NULL after an error at the name. */
struct table *check_table(struct check *check, const struct name *name);
/* The column of `table` called so, or NULL after an error. */
struct column *check_column(struct check *check, const struct table *table,
    const struct name *name);

/* ---- types (check_type.c, check_literal.c) ---------------------------------------- */

/* "decimal(10,2)", "null", "interval". */
const char *check_type_name(struct check *check, const struct type *type);

/* The kind that both fit into; TYPE_NONE: none.  NULL fits everything. */
enum type_kind check_fit(enum type_kind a, enum type_kind b);
/*
 * The type that n expressions have in common, their literals adapted to it.  Kind TYPE_NONE
 * after an error, which says that one cannot `what` ("compare") them.
 */
struct type check_common(struct check *check, struct expr *const *exprs, size_t n,
    struct span span, const char *what);
/* Gives a literal the type of what it stands beside; false after an error. */
bool check_adapt(struct check *check, struct expr *expr, const struct type *to);
/* Sets expr->integer from expr->text; false: malformed. */
bool check_literal(struct expr *expr, enum type_kind kind);
/* The least and the greatest integer of a type. */
void check_range(const struct type *type, int64_t *low, int64_t *high);
/* Value of an expression of literals only. */
bool check_constant(const struct expr *expr, int64_t *value);

/* ---- expressions (check_expr.c, check_call.c) --------------------------------------- */

enum now { NOW_NOWHERE, NOW_CONJUNCT, NOW_OPERAND };

/* Whose row an expression is about, and what may stand in it. */
struct place {
	struct table *table;
	bool sources;                      /* ( source ) may */
	enum now now;                      /* now() may: joined by `and`, an operand there */
	unsigned depth;
};

/* Resolves and types an expression and all that is in it; returns its type. */
struct type check_expr(struct check *check, const struct place *place, struct expr *expr);
/* ... which has to be a condition, called `what` in errors ("'where'"). */
void check_boolean(struct check *check, const struct place *place, struct expr *expr,
    const char *what);
/* The type of a call, of an operator; its arguments are typed. */
struct type check_call(struct check *check, struct expr *expr);
struct type check_operator(struct check *check, struct expr *expr);
/* Error, and no type any more, unless it is a condition or NULL. */
void check_is_bool(struct check *check, struct expr *expr, const char *what);
size_t check_count_args(const struct expr *expr);
/* Bits of a condition's mark. */
enum {
	CONDITION_OPEN = 1, CONDITION_DONE = 2,    /* it is being resolved, it is */
	CONDITION_NOW = 4,                         /* now() is in it */
	CONDITION_MET = 8, CONDITION_MET_AGAIN = 16, CONDITION_LEFT = 32,   /* check_circles */
	CONDITION_JUDGED = 64, CONDITION_REFUSED = 128                      /* check_scope */
};
/* Resolves a named condition if that has not been done; false: it depends on itself, as is told. */
bool check_condition(struct check *check, struct table *table, struct condition *condition,
    unsigned depth);
bool check_condition_has_now(const struct condition *condition);
/* Can be neither 0 nor, if `positive`, negative, unless it is NULL. */
bool check_never_zero(const struct expr *expr, bool positive);

/* ---- paths (check_path.c) ------------------------------------------------------------ */

/* Resolves a.b.c; true when `expr` got its column or condition and path. */
bool check_name(struct check *check, const struct place *place, struct expr *expr);
/* Resolves the path of `source` from its child to its holder, or finds it when not written. */
bool check_by(struct check *check, struct source_clause *source);
/* The same for `watching`. */
bool check_watch(struct check *check, struct watch *watch, struct table *holder);
/* sql '…' (check_raw.c): its tables, and what its text says of its own row. */
void check_raw(struct check *check, const struct column *column);

/* ---- sources (check_source.c, check_shape.c) ------------------------------------------- */

/* Resolves a source clause whose rows refer to rows of `holder`; the type of its value. */
struct type check_source(struct check *check, struct source_clause *source,
    struct table *holder);
/* The type of a value over rows of place's table. */
struct type check_value(struct check *check, const struct place *place, struct value *value);
struct type check_shape(struct check *check, const struct place *place, struct value *value);
/* "count(distinct …)" and the like. */
const char *check_value_word(const struct value *value);

/* A linear combination of sources: sums, differences, multiples by integer constants. */
bool check_linear(const struct expr *expr);
/* Is the column's definition what its strategy is for? */
bool check_strategy_fits(const struct column *column);
/* An expression that has a source in it at all. */
bool check_has_source(const struct expr *expr);

#endif
