/*
 * expr_c.c - the views TRUE, FALSE and NULL of an expression as C conditions.
 *
 * Each view is built from the views of the parts: `a and b` is TRUE where both are, FALSE where
 * one is.  Parts that cannot be NULL leave no trace.  Values are in expr_value.c, how conditions
 * are joined and printed in expr_cond.c, what may fail and when in expr_parts.h.
 */
#include <stddef.h>
#include <string.h>

#include "expr_parts.h"

bool
printer_step(struct printer *p)
{
	if (p->work == 0)
		p->over = true;
	else
		p->work--;
	return !p->over;
}

static const struct cond *
both(struct printer *p, const struct cond *a, const struct cond *b)
{
	return cond_and(p->arena, a, b);
}

static const struct cond *
either(struct printer *p, const struct cond *a, const struct cond *b)
{
	return cond_or(p->arena, a, b);
}

static const struct cond *
opposite(struct printer *p, const struct cond *a)
{
	return cond_not(p->arena, a);
}

const struct cond *
view_known(struct printer *p, const struct expr *expr)
{
	return opposite(p, view_null(p, expr));
}

/* A condition over a row that is a generated function. */
static const struct cond *
condition_call(struct printer *p, const struct condition *condition)
{
	const char *parts[] = { p->context->table->name.text, condition->name.text };
	const char *call = arena_format(p->arena, "%s(%s)", name_join(p->arena, parts, 2),
	    p->context->row);

	if (p->context->called != NULL)
		p->context->called(condition, p->context->ctx);
	return cond_atom(p->arena, call, BIND_PRIMARY, arena_format(p->arena, "!%s", call),
	    BIND_UNARY, false);
}

/* ---- and, or ------------------------------------------------------------------------------ */

/*
 * `a and b` is TRUE (or `a or b` FALSE): both have to be.  Where b may fail it is evaluated also
 * when a is NULL, as SQL does.
 */
static const struct cond *
view_all(struct printer *p, const struct expr *expr, bool value)
{
	const struct cond *(*view)(struct printer *, const struct expr *) =
	    value ? view_true : view_false;
	const struct cond *(*other)(struct printer *, const struct expr *) =
	    value ? view_false : view_true;
	const struct cond *all = cond_constant(true), *late = cond_constant(true);
	const struct expr *arg;
	bool later_fail;

	for (arg = expr->args; arg != NULL; arg = arg->next) {
		later_fail = arg->next != NULL && expr_is_nullable(arg) && expr_may_fail(expr);
		if (later_fail) {
			all = both(p, all, opposite(p, other(p, arg)));
			late = both(p, late, view(p, arg));
		} else {
			all = both(p, all, view(p, arg));
		}
	}
	return both(p, all, late);
}

static const struct cond *
view_any(struct printer *p, const struct expr *expr, bool value)
{
	const struct cond *any = cond_constant(false);
	const struct expr *arg;

	for (arg = expr->args; arg != NULL; arg = arg->next)
		any = either(p, any, value ? view_true(p, arg) : view_false(p, arg));
	return any;
}

/* ---- comparisons ------------------------------------------------------------------------- */

/* IS DISTINCT, without its negation. */
static const struct cond *
view_distinct(struct printer *p, const struct expr *expr)
{
	const struct expr *a = expr->args, *b = a->next;
	const struct cond *a_null = view_null(p, a), *b_null = view_null(p, b);
	const struct cond *one = either(p, both(p, a_null, opposite(p, b_null)),
	    both(p, opposite(p, a_null), b_null));
	const struct cond *none = both(p, opposite(p, a_null), opposite(p, b_null));

	if (none->kind == COND_FALSE)
		return one;
	return either(p, one, both(p, none, view_compare(p, EXPR_NE, a, b, false)));
}

static bool
is_comparison(const struct expr *expr)
{
	return expr->kind >= EXPR_EQ && expr->kind <= EXPR_GE;
}

/* ---- case and the functions that choose ------------------------------------------------------ */

enum view { TRUE_VIEW, FALSE_VIEW, NULL_VIEW };

static const struct cond *
view_of(struct printer *p, const struct expr *expr, enum view view)
{
	return view == TRUE_VIEW ? view_true(p, expr) : view == FALSE_VIEW ? view_false(p, expr) :
	    view_null(p, expr);
}

static const struct cond *
view_case(struct printer *p, const struct expr *when, enum view view)
{
	const struct cond *test, *chosen;

	if (!printer_step(p))
		return cond_constant(false);
	if (when == NULL)
		return cond_constant(view == NULL_VIEW);
	if (when->next == NULL)
		return view_of(p, when, view);
	test = view_true(p, when);
	if (test->kind == COND_FALSE)
		return view_case(p, when->next->next, view);
	chosen = view_of(p, when->next, view);
	if (test->kind == COND_TRUE)
		return chosen;
	return cond_choice(p->arena, test, chosen, view_case(p, when->next->next, view));
}

static const struct cond *
view_coalesce(struct printer *p, const struct expr *arg, enum view view)
{
	const struct cond *null;

	if (arg->next == NULL)
		return view_of(p, arg, view);
	null = view_null(p, arg);
	if (null->kind == COND_FALSE)
		return view_of(p, arg, view);
	return cond_choice(p->arena, null, view_coalesce(p, arg->next, view), view_of(p, arg, view));
}

/* ---- TRUE and FALSE ----------------------------------------------------------------------- */

static const struct cond *
view_column(struct printer *p, const struct expr *expr, bool value)
{
	struct val val = view_value(p, expr, (struct form){ .kind = FORM_BOOL });
	const struct cond *is = cond_atom(p->arena, val.text, BIND_PRIMARY,
	    arena_format(p->arena, "!%s", val.text), BIND_UNARY, false);

	return both(p, view_known(p, expr), value ? is : opposite(p, is));
}

static const struct cond *
view_truth_of_call(struct printer *p, const struct expr *expr, bool value)
{
	const struct expr *a = expr->args;

	if (expr->function == FUNCTION_COALESCE)
		return view_coalesce(p, a, value ? TRUE_VIEW : FALSE_VIEW);
	/* nullif */
	return both(p, opposite(p, view_compare(p, EXPR_EQ, a, a->next, false)),
	    value ? view_true(p, a) : view_false(p, a));
}

/* The expression, which is a bool, is TRUE (value) or FALSE. */
static const struct cond *
view_truth(struct printer *p, const struct expr *expr, bool value)
{
	const struct cond *is;

	if (!printer_step(p))
		return cond_constant(false);
	switch (expr->kind) {
	case EXPR_BOOL:
		return cond_constant(expr->boolean == value);
	case EXPR_NAME:
		if (expr->condition == NULL)
			return view_column(p, expr, value);
		if (value && expr->n_path == 0 && expr_c_calls(expr->condition) &&
		    p->context->table != NULL)
			return condition_call(p, expr->condition);
		return view_truth(p, expr_of_condition(p->arena, expr), value);
	case EXPR_NOT:
		return view_truth(p, expr->args, !value);
	case EXPR_AND:
		return value ? view_all(p, expr, true) : view_any(p, expr, false);
	case EXPR_OR:
		return value ? view_any(p, expr, true) : view_all(p, expr, false);
	case EXPR_IS_NULL:
		is = view_null(p, expr->args);
		return value != expr->negated ? is : opposite(p, is);
	case EXPR_IS_DISTINCT:
		is = view_distinct(p, expr);
		return value != expr->negated ? is : opposite(p, is);
	case EXPR_IN:
	case EXPR_BETWEEN:
		return view_truth(p, expr_spelt_out(p->arena, expr), value != expr->negated);
	case EXPR_CASE:
		return view_case(p, expr->args, value ? TRUE_VIEW : FALSE_VIEW);
	case EXPR_CALL:
		return view_truth_of_call(p, expr, value);
	default:
		if (is_comparison(expr))
			return view_compare(p, expr->kind, expr->args, expr->args->next, !value);
		return cond_constant(false);           /* the literal null */
	}
}

const struct cond *
view_true(struct printer *p, const struct expr *expr)
{
	return view_truth(p, expr, true);
}

const struct cond *
view_false(struct printer *p, const struct expr *expr)
{
	return view_truth(p, expr, false);
}

/* ---- NULL ---------------------------------------------------------------------------------- */

static const struct cond *
null_of_any(struct printer *p, const struct expr *arg)
{
	const struct cond *any = cond_constant(false);

	for (; arg != NULL; arg = arg->next)
		any = either(p, any, view_null(p, arg));
	return any;
}

/* NaN goes through arithmetic: one test of the result is enough. */
static const struct cond *
flags_of_any(struct printer *p, const struct expr *expr)
{
	const struct cond *any = cond_constant(false);
	const struct expr *arg;

	if (form_of(&expr->type).kind != FORM_FLOAT || expr_may_fail(expr))
		return null_of_any(p, expr->args);
	for (arg = expr->args; arg != NULL; arg = arg->next)
		any = either(p, any, view_flags(p, arg));
	return any;
}

static const struct cond *
null_of_all(struct printer *p, const struct expr *arg)
{
	const struct cond *all = cond_constant(true);

	for (; arg != NULL; arg = arg->next)
		all = both(p, all, view_null(p, arg));
	return all;
}

/* C expression `text` that is a condition and its opposite `not_text`. */
static const struct cond *
test(struct printer *p, const char *text, const char *not_text, int bind, bool fails)
{
	return cond_atom(p->arena, text, bind, not_text, bind == BIND_PRIMARY ? BIND_UNARY : bind,
	    fails);
}

/* The divisor is 0. */
static const struct cond *
null_of_divisor(struct printer *p, const struct expr *expr)
{
	const struct expr *divisor = expr->args->next;
	struct form form = form_of(&expr->type);
	struct val val;

	if (expr_never_zero(divisor, form))
		return cond_constant(false);
	val = view_value(p, divisor, form);
	if (val_is_zero(val, divisor))
		return cond_constant(true);
	return test(p, arena_format(p->arena, "%s == 0", val_in(p, val, BIND_ADD)),
	    arena_format(p->arena, "%s != 0", val_in(p, val, BIND_ADD)), BIND_EQUAL, val.fails);
}

static const struct cond *
null_of_date(struct printer *p, const struct expr *arg)
{
	struct val val = view_value(p, arg, (struct form){ .kind = FORM_TIME });
	const char *call = arena_format(p->arena, "cc_has_date(%s)", val.text);

	return either(p, view_null(p, arg), test(p, arena_format(p->arena, "!%s", call), call,
	    BIND_UNARY, val.fails));
}

static const struct cond *
null_of_months(struct printer *p, const struct shift *shift)
{
	struct val val = view_value(p, shift->time, (struct form){ .kind = FORM_TIME });
	const char *call = arena_format(p->arena, "cc_has_months(%s, %d)", val.text,
	    (int)shift->months);

	return either(p, view_null(p, shift->time), test(p, arena_format(p->arena, "!%s", call), call,
	    BIND_UNARY, val.fails));
}

static const struct cond *
null_of_ln(struct printer *p, const struct expr *arg)
{
	struct val val = view_value(p, arg, (struct form){ .kind = FORM_FLOAT });

	return either(p, view_null(p, arg),
	    test(p, arena_format(p->arena, "%s <= 0", val_in(p, val, BIND_ADD)),
	    arena_format(p->arena, "%s > 0", val_in(p, val, BIND_ADD)), BIND_LESS, val.fails));
}

static const struct cond *
null_of_call(struct printer *p, const struct expr *expr)
{
	const struct expr *a = expr->args;

	switch (expr->function) {
	case FUNCTION_COALESCE:
	case FUNCTION_LEAST:
	case FUNCTION_GREATEST:
		return null_of_all(p, a);
	case FUNCTION_NULLIF:
		return either(p, view_null(p, a), view_compare(p, EXPR_EQ, a, a->next, false));
	case FUNCTION_LN:
		return null_of_ln(p, a);
	case FUNCTION_DATE:
		return a->type.kind == TYPE_DATE ? view_null(p, a) : null_of_date(p, a);
	case FUNCTION_ROUND:
		return view_null(p, a);
	default:
		return null_of_any(p, a);
	}
}

const struct cond *
view_flags(struct printer *p, const struct expr *expr)
{
	struct shift shift;

	if (!printer_step(p) || !expr_is_nullable(expr))
		return cond_constant(false);
	switch (expr->kind) {
	case EXPR_NAME:
		if (expr->condition != NULL)
			return view_null(p, expr_of_condition(p->arena, expr));
		return column_is_null(p, expr);
	case EXPR_CALL:
		return null_of_call(p, expr);
	case EXPR_CASE:
		return view_case(p, expr->args, NULL_VIEW);
	case EXPR_NULL:
		return cond_constant(true);
	case EXPR_DIVIDE:
	case EXPR_MODULO:
		return either(p, flags_of_any(p, expr), null_of_divisor(p, expr));
	case EXPR_ADD:
	case EXPR_SUBTRACT:
		if (expr_shift(expr, &shift))
			return shift.months != 0 ? null_of_months(p, &shift) : view_null(p, shift.time);
		return flags_of_any(p, expr);
	case EXPR_NEGATE:
	case EXPR_MULTIPLY:
		return flags_of_any(p, expr);
	case EXPR_IN:
	case EXPR_BETWEEN:
	case EXPR_AND:
	case EXPR_OR:
		return both(p, opposite(p, view_true(p, expr)), opposite(p, view_false(p, expr)));
	default:
		return null_of_any(p, expr->args);
	}
}

const struct cond *
view_null(struct printer *p, const struct expr *expr)
{
	const struct cond *flags = view_flags(p, expr);
	struct val val;
	bool computed;

	/* NaN is NULL: what is computed, or read from a column that may be NULL. */
	computed = expr->kind == EXPR_NAME ? expr->condition == NULL && expr->type.nullable :
	    expr->kind == EXPR_CALL ? expr->function == FUNCTION_POWER :
	    expr->kind >= EXPR_NEGATE && expr->kind <= EXPR_MODULO;
	if (p->over || form_of(&expr->type).kind != FORM_FLOAT || !computed || !expr_is_nullable(expr))
		return flags;
	val = view_value(p, expr, (struct form){ .kind = FORM_FLOAT });
	return either(p, flags, test(p, arena_format(p->arena, "isnan(%s)", val.text),
	    arena_format(p->arena, "!isnan(%s)", val.text), BIND_PRIMARY, val.fails));
}

/* ---- the interface -------------------------------------------------------------------------- */

/* Does it read no more than columns of its row that are not maintained? */
static bool
is_plain(const struct expr *expr)
{
	const struct expr *arg;

	if (expr->n_path > 0 || expr->kind == EXPR_NOW || expr->kind == EXPR_SOURCE ||
	    (expr->column != NULL && expr->column->kind != COLUMN_PLAIN) ||
	    (expr->condition != NULL && !is_plain(expr->condition->expr)))
		return false;
	for (arg = expr->args; arg != NULL; arg = arg->next)
		if (!is_plain(arg))
			return false;
	return true;
}

bool
expr_c_calls(const struct condition *condition)
{
	return condition->expr->kind != EXPR_NAME && condition->expr->kind != EXPR_BOOL &&
	    is_plain(condition->expr) && !expr_may_fail(condition->expr);
}

bool
expr_c_print(struct text *out, const struct expr *expr, enum expr_view view,
    const struct expr_c *context)
{
	struct printer p = { .arena = out->arena, .context = context, .work = EXPR_WORK };
	struct text made = { .arena = out->arena };
	struct form form = form_of(&expr->type);
	const struct cond *cond;
	struct val val;

	if (form.kind == FORM_DECIMAL)
		form.scale = context->scale;
	if (view == EXPR_VIEW_VALUE && form.kind != FORM_BOOL) {
		val = view_value(&p, expr, form);
		p.over = p.over || val.lower;
		text_add(&made, val_in(&p, val, BIND_OR));
	} else {
		cond = view == EXPR_VIEW_FALSE ? view_false(&p, expr) :
		    view == EXPR_VIEW_NULL ? view_null(&p, expr) : view_true(&p, expr);
		cond_print(&made, cond, BIND_AND);
	}
	text_add(out, text_string(&made));
	return !p.over && made.length <= EXPR_LENGTH;
}

void
expr_c(struct text *out, const struct expr *expr, enum expr_view view,
    const struct expr_c *context)
{
	expr_c_print(out, expr, view, context);
}
