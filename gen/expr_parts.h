/*
 * expr_parts.h - what the files expr_*.c share.
 *
 * A value has a form: how it is written while it is computed.  Both printings convert operands to
 * the form that they have in common before they compare or add them.
 *
 * When does evaluating fail?  Only where both printings can say so: "NULL first, left to right".
 *   - An operator with a NULL operand is NULL, and no operand's value is computed.
 *   - `a and b`: b is left alone if a is FALSE; `a or b`: if a is TRUE; else it is computed.
 *   - case and coalesce compute what they need, in order.
 *   - `x is null` computes no more than is needed to know that.
 * Where SQL by itself would compute more, the SQL printing guards it by a CASE.
 */
#ifndef GEN_EXPR_PARTS_H
#define GEN_EXPR_PARTS_H

#include "expr.h"
#include "join.h"

enum { EXPR_WORK = 20000, EXPR_LENGTH = 64 * 1024 };   /* of one printing */

/* ---- forms (expr_form.c) --------------------------------------------------------- */

enum form_kind {
	FORM_NULL, FORM_BOOL, FORM_INT, FORM_FLOAT, FORM_DECIMAL, FORM_TEXT, FORM_TIME, FORM_DATE
};
struct form {
	enum form_kind kind;
	int scale;                         /* DECIMAL */
};

struct form form_of(const struct type *type);
struct form form_both(struct form a, struct form b);
/* The form that the operands of a comparison, a function or a case have in common. */
struct form form_of_args(const struct expr *first);
int64_t power_of_ten(int n);           /* 0 … 18 */

/* Does converting the value of `expr` overflow for some value? */
bool form_may_overflow(const struct expr *expr, struct form to);

/* A new expression over two old ones (b may be NULL), which keep their places elsewhere. */
struct expr *expr_make(struct arena *arena, enum expr_kind kind, const struct expr *a,
    const struct expr *b);
struct expr *expr_append(struct arena *arena, struct expr *to, const struct expr *arg);
/* IN as comparisons joined by or, BETWEEN as two joined by and, without their negation. */
struct expr *expr_spelt_out(struct arena *arena, const struct expr *expr);

/* timestamp ± interval: its parts.  `months` is not 0 for calendar arithmetic, else `micros`. */
struct shift {
	const struct expr *time;
	int64_t months, micros;
};
bool expr_shift(const struct expr *expr, struct shift *shift);

/* ---- what may happen (expr_null.c, expr_range.c) -------------------------------------- */

bool expr_is_nullable(const struct expr *expr);
/* Does the operation itself, not its operands, overflow for some values? */
bool expr_overflows(const struct expr *expr);
/* Never 0 when computed in a form, and the integer 0 always, unless it is NULL. */
bool expr_never_zero(const struct expr *expr, struct form form);
bool expr_is_zero(const struct expr *expr);
/* As expr_may_fail, but of the SQL: a decimal kept in units cannot be malformed. */
bool expr_may_raise(const struct expr *expr);
/* A number, time or date that is one constant, however it was written. */
bool expr_is_constant(const struct expr *expr, struct form form, int64_t *value);
/* The range of an integer, in a form. */
void expr_range_in(const struct expr *expr, struct form form, int64_t *low, int64_t *high);

/* ---- C conditions (expr_cond.c) ------------------------------------------------------- */

/* Binding strength of a C expression, weakest first. */
enum { BIND_CHOICE = 3, BIND_OR, BIND_AND, BIND_EQUAL = 9, BIND_LESS, BIND_ADD = 12,
	BIND_MULTIPLY, BIND_UNARY, BIND_PRIMARY };

enum cond_kind { COND_FALSE, COND_TRUE, COND_ATOM, COND_AND, COND_OR, COND_CHOICE };

struct cond {
	enum cond_kind kind;
	const char *text, *not_text;       /* ATOM; and when it is negated */
	int bind, not_bind;
	bool fails;                        /* evaluating it may fail: it is not optimised away */
	const char *subject;               /* ATOM `subject op constant` over integers, or NULL */
	enum expr_kind op;
	int64_t constant;
	const struct cond **parts;         /* AND, OR; CHOICE: test, then, else */
	size_t n, capacity;
};

const struct cond *cond_constant(bool value);
const struct cond *cond_atom(struct arena *arena, const char *text, int bind,
    const char *not_text, int not_bind, bool fails);
const struct cond *cond_and(struct arena *arena, const struct cond *a, const struct cond *b);
const struct cond *cond_or(struct arena *arena, const struct cond *a, const struct cond *b);
const struct cond *cond_not(struct arena *arena, const struct cond *a);
const struct cond *cond_choice(struct arena *arena, const struct cond *test,
    const struct cond *a, const struct cond *b);
/* Into a text of its own; stops a little above EXPR_LENGTH. */
void cond_print(struct text *out, const struct cond *cond, int bind);

/* ---- C values (expr_c.c, expr_value.c) ------------------------------------------------ */

struct printer {                       /* one printing as C */
	struct arena *arena;
	const struct expr_c *context;
	size_t work;                       /* nodes that may still be visited */
	bool over;                         /* too much: the result is of no use */
};

struct val {                           /* a C expression for a value */
	const char *text;
	int bind;
	bool wide;                         /* int64_t by type, not int */
	bool lower;                        /* text: the value is lower(this) */
	bool fails;
};

const struct cond *view_true(struct printer *p, const struct expr *expr);
const struct cond *view_false(struct printer *p, const struct expr *expr);
const struct cond *view_null(struct printer *p, const struct expr *expr);
const struct cond *view_known(struct printer *p, const struct expr *expr);   /* not null */
/* For floats: without a test for NaN, where a comparison with the value makes one. */
const struct cond *view_flags(struct printer *p, const struct expr *expr);
struct val view_value(struct printer *p, const struct expr *expr, struct form form);
const struct cond *view_compare(struct printer *p, enum expr_kind op, const struct expr *a,
    const struct expr *b, bool negated);

/* `val` as an operand of something that binds so strongly. */
const char *val_in(struct printer *p, struct val val, int bind);
bool val_is_zero(struct val val, const struct expr *expr);   /* 0, or NULL */
bool printer_step(struct printer *p);  /* false: too much */
/* A column of the row that the NAME leads to (expr_column.c): is it NULL, and its value. */
const struct cond *column_is_null(struct printer *p, const struct expr *name);
struct val column_value(struct printer *p, const struct expr *name);
struct val val_constant(struct printer *p, int64_t value);
/* As expr_c; false where it is too much, or lower() is wanted as a text. */
bool expr_c_print(struct text *out, const struct expr *expr, enum expr_view view,
    const struct expr_c *context);

/* ---- SQL (expr_sql*.c) -------------------------------------------------------------------- */

/* Binding strength in SQL, weakest first. */
enum { SQL_OR = 1, SQL_AND, SQL_NOT, SQL_EQUAL, SQL_LESS, SQL_ADD = 7, SQL_MULTIPLY, SQL_CONCAT,
	SQL_COLLATE, SQL_UNARY, SQL_PRIMARY };

/* abs() of the least integer raises "integer overflow". */
#define SQL_RAISE "abs(-9223372036854775807 - 1)"

struct sql {                           /* one printing as SQL */
	struct arena *arena;
	const struct expr_sql *context;
	size_t work;
	bool over;
};

struct piece {                         /* an SQL expression */
	const char *text;
	int bind;
	bool real;                         /* an integer, but an overflow has made a REAL of it */
	bool raises;                       /* computing it may raise an error */
	bool floating;                     /* a REAL for certain, or NULL */
	bool named;                        /* a text column, which has a collation of its own */
	bool narrow;                       /* an integer that may have fewer than 64 bits */
	bool wild;                         /* a float that may be infinite */
	bool constant;                     /* made of literals alone */
};

bool sql_step(struct sql *s);
struct piece sql_piece(struct sql *s, const char *text);   /* text that binds tightest */
struct piece sql_format(struct sql *s, int bind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
const char *sql_in(struct sql *s, struct piece piece, int bind);
struct piece sql_constant(struct sql *s, int64_t value);
/* Does it have a subquery, which is not to be written twice? */
bool sql_is_query(const char *text);
/* An integer that raises where it would have become a REAL. */
struct piece sql_checked(struct sql *s, struct piece piece);

struct piece sql_truth(struct sql *s, const struct expr *expr);   /* of a bool: as a condition */
struct piece sql_null(struct sql *s, const struct expr *expr);    /* the condition that it is NULL */
/* ... of a quotient: its operands are NULL, or the divisor is 0. */
struct piece sql_null_of_division(struct sql *s, const struct expr *expr);
/* The value in a form; may be `real`. */
struct piece sql_raw(struct sql *s, const struct expr *expr, struct form form);
struct piece sql_value(struct sql *s, const struct expr *expr, struct form form);
/* As sql_value in a form that is a float, but an integer may stay one, if no digit is lost. */
struct piece sql_float(struct sql *s, const struct expr *expr, bool exact);
struct piece sql_compare(struct sql *s, enum expr_kind op, const struct expr *a,
    const struct expr *b);
/*
 * `made` was built from a and b, both of which SQL computes always: guarded, so that b is not
 * computed where a is NULL and the reverse.
 */
struct piece sql_guarded(struct sql *s, struct piece made, const struct expr *a, struct piece pa,
    const struct expr *b, struct piece pb);

/*
 * A column as it is stored, and in the language's form (expr_sql_store.c), of the row that the NAME
 * leads to; NULL: of the expression's row.
 */
struct piece sql_stored(struct sql *s, const struct column *column, const struct expr *name);
struct piece sql_column(struct sql *s, const struct column *column, const struct expr *name);
struct piece sql_literal(struct sql *s, const struct expr *expr, struct form form);
struct piece sql_of_case(struct sql *s, const struct expr *expr, struct form form);
struct piece sql_of_coalesce(struct sql *s, const struct expr *arg, struct form form);
struct piece sql_of_extreme(struct sql *s, const struct expr *expr, struct form form);
struct piece sql_of_nullif(struct sql *s, const struct expr *a, struct form form);
struct piece sql_shifted_months(struct sql *s, struct piece time, int64_t months);
struct piece sql_moment(struct sql *s, const struct expr *expr);
struct piece sql_source(struct sql *s, const struct expr *expr);
struct piece sql_date(struct sql *s, struct piece time);

/* ---- PostgreSQL (expr_postgres.c) ----------------------------------------------------------- */

bool sql_is_postgres(const struct sql *s);
/* The name of a function: with its schema, where the engine has some. */
const char *sql_function(const struct sql *s, const char *name);
struct piece postgres_null(struct sql *s, struct form form);   /* NULL, of a type */
/* A constant that is not computed before it is needed: computing it may overflow. */
struct piece postgres_late(struct sql *s, struct piece piece);
/* An integer of 64 bits; SQLite's all are. */
struct piece postgres_wide(struct sql *s, struct piece piece);
struct piece postgres_float(struct sql *s, struct piece piece, struct form own);
struct piece postgres_number(struct sql *s, struct piece piece);
struct piece postgres_round(struct sql *s, struct piece a);
struct piece postgres_ln(struct sql *s, struct piece a);
struct piece postgres_power(struct sql *s, struct piece a, struct piece b);
struct piece postgres_micros(struct sql *s, const char *timestamp);
struct piece postgres_midnight(struct sql *s, struct piece date);
struct piece postgres_date(struct sql *s, struct piece time);
/* NULL for a time before `first` or after `last`. */
struct piece postgres_shifted_months(struct sql *s, struct piece time, int64_t months,
    int64_t first, int64_t last);
struct piece postgres_date_literal(struct sql *s, int64_t day, const char *quoted);
struct piece postgres_read(struct sql *s, const struct column *column, struct piece stored);
void postgres_store(struct text *out, const struct column *column, const char *value);

/* As expr_sql and, when `to` is not NULL, expr_sql_as; false where it is too much. */
bool expr_sql_print(struct text *out, const struct expr *expr, const struct form *to,
    const struct expr_sql *context);

#endif
