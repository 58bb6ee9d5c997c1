/*
 * expr_range.c - what evaluating an expression may come to: a range of integers, failure.
 *
 * Decides which operations are printed with a check.  Ranges are computed in 128 bits from the
 * operands' ranges; an operation whose result may leave int64_t is one that may fail, and what is
 * computed from it goes on within int64_t's bounds.
 */
#include <stddef.h>
#include <string.h>

#include "expr_parts.h"

__extension__ typedef __int128 wide;

struct range {
	wide low, high;
};

static const struct range full = { INT64_MIN, INT64_MAX };

static struct range range_of(const struct expr *expr);

static wide
magnitude(struct range r)
{
	wide low = r.low < 0 ? -r.low : r.low, high = r.high < 0 ? -r.high : r.high;

	return low > high ? low : high;
}

static struct range joined(struct range a, struct range b);

/* As int64_t; where an operation fails its result is 0. */
static struct range
clipped(struct range r)
{
	if (r.low < full.low || r.high > full.high)
		r = joined(r, (struct range){ 0, 0 });
	r.low = r.low < full.low ? full.low : r.low > full.high ? full.high : r.low;
	r.high = r.high < full.low ? full.low : r.high > full.high ? full.high : r.high;
	return r;
}

static struct range
joined(struct range a, struct range b)
{
	a.low = b.low < a.low ? b.low : a.low;
	a.high = b.high > a.high ? b.high : a.high;
	return a;
}

/* Times 10^n, kept from running out of 128 bits. */
static wide
scaled(wide value, int n)
{
	wide most = (wide)1 << 100;

	for (; n > 0; n--)
		value = value > most ? most : value < -most ? -most : value * 10;
	return value;
}

/* Before it is clipped to int64_t. */
static struct range
range_in(const struct expr *expr, struct form form)
{
	struct form own = form_of(&expr->type);
	struct range r = clipped(range_of(expr));
	int n;

	if (form.kind == FORM_TIME && own.kind == FORM_DATE) {
		r.low = INT64_C(-62167305600000000);
		r.high = INT64_C(253402387200000000);
	}
	if (form.kind != FORM_DECIMAL)
		return r;
	n = form.scale - (own.kind == FORM_DECIMAL ? own.scale : 0);
	if (n < 0) {
		r.low = r.low / power_of_ten(-n > 18 ? 18 : -n) - 1;
		r.high = r.high / power_of_ten(-n > 18 ? 18 : -n) + 1;
	}
	r.low = scaled(r.low, n);
	r.high = scaled(r.high, n);
	return r;
}

static bool
fits(struct range r)
{
	return r.low >= full.low && r.high <= full.high;
}

bool
form_may_overflow(const struct expr *expr, struct form to)
{
	return form_of(&expr->type).kind != FORM_NULL && !fits(range_in(expr, to));
}

void
expr_range_in(const struct expr *expr, struct form form, int64_t *low, int64_t *high)
{
	struct range r = clipped(range_in(expr, form));

	*low = (int64_t)r.low;
	*high = (int64_t)r.high;
}

void
expr_range(const struct expr *expr, int64_t *low, int64_t *high)
{
	struct range r = clipped(range_of(expr));

	*low = (int64_t)r.low;
	*high = (int64_t)r.high;
}

/* ---- ranges --------------------------------------------------------------------------- */

static struct range
range_of_column(const struct column *column)
{
	static const wide most = INT64_C(1000000000000000000);

	switch (column->type.kind) {
	case TYPE_INT16:
		return (struct range){ INT16_MIN, INT16_MAX };
	case TYPE_INT32:
		return (struct range){ INT32_MIN, INT32_MAX };
	case TYPE_DATE:
		return (struct range){ INT32_MIN, INT32_MAX };
	case TYPE_DECIMAL:
		return column->type.storage == STORAGE_UNITS ? full : (struct range){ -most, most };
	default:
		return full;
	}
}

static struct range
range_of_product(struct range a, struct range b)
{
	wide p[] = { a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high };
	struct range r = { p[0], p[0] };
	size_t i;

	for (i = 1; i < 4; i++)
		r = joined(r, (struct range){ p[i], p[i] });
	return r;
}

/* Two numbers that can be divided: what C would find out, and warn of, must be known here. */
static bool
range_of_one(struct range a, struct range b)
{
	return a.low == a.high && b.low == b.high && b.low != 0;
}

static struct range
range_of_quotient(struct range a, struct range b)
{
	wide most = magnitude(a);

	if (b.low > -1)
		return (struct range){ a.low < 0 ? a.low : 0, a.high > 0 ? a.high : 0 };
	if (b.high < -1)
		most /= 2;
	return (struct range){ -most, most };
}

static struct range
range_of_modulo(struct range a, struct range b)
{
	wide most = magnitude(b) - 1, own = magnitude(a);

	most = most < 0 ? 0 : own < most ? own : most;
	return (struct range){ a.low < 0 ? -most : 0, a.high > 0 ? most : 0 };
}

static struct range
range_of_arithmetic(const struct expr *expr)
{
	struct form form = form_of(&expr->type);
	struct range a, b;

	/* A product's scale is the sum of its factors' scales: they are not converted. */
	if (expr->kind == EXPR_MULTIPLY && form.kind == FORM_DECIMAL) {
		a = clipped(range_of(expr->args));
		b = clipped(range_of(expr->args->next));
		return range_of_product(a, b);
	}
	a = clipped(range_in(expr->args, form));
	b = expr->args->next == NULL ? a : clipped(range_in(expr->args->next, form));
	/* x - x and x % x: C compilers see through them, too. */
	if ((expr->kind == EXPR_SUBTRACT || expr->kind == EXPR_MODULO) &&
	    expr_equal(expr->args, expr->args->next))
		return (struct range){ 0, 0 };
	switch (expr->kind) {
	case EXPR_NEGATE:
		return (struct range){ -a.high, -a.low };
	case EXPR_ADD:
		return (struct range){ a.low + b.low, a.high + b.high };
	case EXPR_SUBTRACT:
		return (struct range){ a.low - b.high, a.high - b.low };
	case EXPR_MULTIPLY:
		return range_of_product(a, b);
	case EXPR_DIVIDE:
		if (range_of_one(a, b))
			return (struct range){ a.low / b.low, a.low / b.low };
		return range_of_quotient(a, b);
	default:
		if (range_of_one(a, b))
			return (struct range){ a.low % b.low, a.low % b.low };
		return range_of_modulo(a, b);
	}
}

/* Of coalesce, nullif, least and greatest: no wider than all arguments together. */
static struct range
range_of_choice(const struct expr *expr, const struct expr *arg, size_t step)
{
	struct form form = form_of(&expr->type);
	struct range r = { full.high, full.low }, one;
	size_t i = 0;
	wide least = full.low;

	for (; arg != NULL; arg = arg->next, i++) {
		if (i % step != 0 && arg->next != NULL)
			continue;
		if (form_of(&arg->type).kind == FORM_NULL)
			continue;
		one = clipped(range_in(arg, form));
		if (!expr_is_nullable(arg) && one.low > least)
			least = one.low;
		r = joined(r, one);
		if (expr->function == FUNCTION_COALESCE && expr->kind == EXPR_CALL &&
		    !expr_is_nullable(arg))
			break;
	}
	if (r.low > r.high)
		return (struct range){ 0, 0 };
	if (expr->function == FUNCTION_GREATEST && least > r.low)
		r.low = least;
	return r;
}

static struct range
range_of_call(const struct expr *expr)
{
	struct range r;

	switch (expr->function) {
	case FUNCTION_COALESCE:
	case FUNCTION_LEAST:
	case FUNCTION_GREATEST:
		return range_of_choice(expr, expr->args, 1);
	case FUNCTION_NULLIF:
		return range_in(expr->args, form_of(&expr->type));
	case FUNCTION_ROUND:
		return range_in(expr->args, form_of(&expr->type));
	case FUNCTION_ABS:
		r = clipped(range_in(expr->args, form_of(&expr->type)));
		return (struct range){ r.low > 0 ? r.low : 0, magnitude(r) };
	case FUNCTION_LENGTH:
		return (struct range){ 0, INT32_MAX };
	case FUNCTION_DATE:
		return (struct range){ -719528, 2932896 };
	default:
		return full;
	}
}

static struct range
range_of(const struct expr *expr)
{
	struct shift shift;
	struct range r;

	switch (expr->kind) {
	case EXPR_NULL:
	case EXPR_INT:
	case EXPR_DECIMAL:
	case EXPR_TEXT:
		return (struct range){ expr->integer, expr->integer };
	case EXPR_NAME:
		return expr->column == NULL ? full : range_of_column(expr->column);
	case EXPR_NOW:
		return (struct range){ INT64_C(-62167219200000000), INT64_C(253402300799999999) };
	case EXPR_SOURCE:
		if (expr->source->value->kind == VALUE_COUNT ||
		    expr->source->value->kind == VALUE_COUNT_DISTINCT)
			return (struct range){ 0, full.high };
		return full;
	case EXPR_CALL:
		return range_of_call(expr);
	case EXPR_CASE:
		/* The values are the second, the fourth …, and an else at the end. */
		return range_of_choice(expr, expr->args->next, 2);
	case EXPR_ADD:
	case EXPR_SUBTRACT:
		if (expr_shift(expr, &shift)) {
			if (shift.months != 0)
				return (struct range){ INT64_C(-62167219200000000), INT64_C(253402300799999999) };
			r = clipped(range_in(shift.time, (struct form){ .kind = FORM_TIME }));
			return (struct range){ r.low + shift.micros, r.high + shift.micros };
		}
		return range_of_arithmetic(expr);
	case EXPR_NEGATE:
	case EXPR_MULTIPLY:
	case EXPR_DIVIDE:
	case EXPR_MODULO:
		return form_of(&expr->type).kind == FORM_FLOAT ? full : range_of_arithmetic(expr);
	default:
		return full;
	}
}

/* ---- zero, failure ---------------------------------------------------------------------- */

bool
expr_never_zero(const struct expr *expr, struct form form)
{
	struct range r;
	const struct expr *arg;

	if (form_of(&expr->type).kind != FORM_FLOAT) {
		r = clipped(range_in(expr, form));
		return r.low > 0 || r.high < 0;
	}
	if (expr->kind == EXPR_DECIMAL)
		return strpbrk(expr->text, "123456789") != NULL;
	if (expr->kind != EXPR_CALL || expr->function != FUNCTION_GREATEST)
		return false;
	/* greatest(x, 1.0) */
	for (arg = expr->args; arg != NULL; arg = arg->next)
		if ((arg->kind == EXPR_DECIMAL || arg->kind == EXPR_INT) && expr_never_zero(arg, form))
			return true;
	return false;
}

bool
expr_is_zero(const struct expr *expr)
{
	struct range r = clipped(range_of(expr));

	return form_of(&expr->type).kind != FORM_FLOAT && r.low == 0 && r.high == 0;
}

bool
expr_overflows(const struct expr *expr)
{
	struct shift shift;
	enum form_kind form = form_of(&expr->type).kind;

	if (expr->kind == EXPR_CALL ? expr->function != FUNCTION_ABS :
	    expr->kind < EXPR_NEGATE || expr->kind > EXPR_MODULO)
		return false;
	if (expr->kind != EXPR_CALL && expr_shift(expr, &shift) && shift.months != 0)
		return false;
	return form != FORM_FLOAT && form != FORM_NULL && !fits(range_of(expr));
}

/* Do operands have to be converted, with an overflow for some value? */
static bool
conversion_overflows(const struct expr *expr)
{
	struct form form;
	const struct expr *arg;

	if (expr->kind == EXPR_NAME || expr->kind == EXPR_SOURCE || expr->kind == EXPR_IS_NULL)
		return false;
	form = form_of(&expr->type);
	if (expr->kind >= EXPR_EQ && expr->kind <= EXPR_BETWEEN)
		form = form_of_args(expr->args);
	if (expr->kind == EXPR_CALL && expr->function == FUNCTION_NULLIF)
		form = form_of_args(expr->args);
	if (form.kind != FORM_DECIMAL || expr->kind == EXPR_MULTIPLY)
		return false;
	for (arg = expr->args; arg != NULL; arg = arg->next)
		if (arg->type.kind != TYPE_BOOL && form_may_overflow(arg, form))
			return true;
	return false;
}

static bool
fails(const struct expr *expr, bool in_sql)
{
	const struct expr *arg;

	if (expr->kind == EXPR_NAME && expr->condition != NULL)
		return fails(expr->condition->expr, in_sql);
	if (expr->kind == EXPR_NAME)
		return expr->column->type.kind == TYPE_DECIMAL &&
		    !(in_sql && expr->column->type.storage == STORAGE_UNITS);
	if (expr_overflows(expr) || conversion_overflows(expr))
		return true;
	for (arg = expr->args; arg != NULL; arg = arg->next)
		if (fails(arg, in_sql))
			return true;
	return false;
}

bool
expr_may_fail(const struct expr *expr)
{
	return fails(expr, false);
}

bool
expr_may_raise(const struct expr *expr)
{
	return fails(expr, true);
}

bool
expr_is_constant(const struct expr *expr, struct form form, int64_t *value)
{
	int64_t high;

	if (expr->kind == EXPR_NAME || form.kind == FORM_FLOAT || form.kind == FORM_TEXT ||
	    form.kind == FORM_BOOL || form_of(&expr->type).kind == FORM_NULL ||
	    form_of(&expr->type).kind == FORM_FLOAT)
		return false;
	expr_range_in(expr, form, value, &high);
	return *value == high && !expr_is_nullable(expr) && !expr_may_fail(expr) &&
	    !form_may_overflow(expr, form);
}
