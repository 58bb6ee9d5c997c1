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

/* ---- what may happen (expr_range.c) -------------------------------------------------- */

bool expr_is_nullable(const struct expr *expr);
/* Does the operation itself, not its operands, overflow for some values? */
bool expr_overflows(const struct expr *expr);
/* Never 0, unless it is NULL. */
bool expr_never_zero(const struct expr *expr);
/* Always the integer 0. */
bool expr_is_zero(const struct expr *expr);
/* As expr_may_fail, but of the SQL: a decimal kept in units cannot be malformed. */
bool expr_may_raise(const struct expr *expr);
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
bool printer_step(struct printer *p);  /* false: too much */

#endif
