/*
 * expr_value.c - values of expressions in C, and comparisons of them.
 *
 * A value is printed for where it is not NULL.  Integers are int64_t or int; arithmetic that may
 * leave int64_t is a checked call, the rest an operator.  Text is a pointer that is NULL exactly
 * where the value is; lower() is not computed but remembered, and the comparison made so.
 */
#include <inttypes.h>
#include <stddef.h>
#include <string.h>

#include "expr_parts.h"

static const struct form as_float = { .kind = FORM_FLOAT }, as_text = { .kind = FORM_TEXT },
    as_time = { .kind = FORM_TIME };

static struct val
simple(const char *text, int bind)
{
	return (struct val){ .text = text, .bind = bind };
}

const char *
val_in(struct printer *p, struct val val, int bind)
{
	return val.bind >= bind ? val.text : arena_format(p->arena, "(%s)", val.text);
}

struct val
val_constant(struct printer *p, int64_t value)
{
	struct val val = { .bind = value < 0 ? BIND_UNARY : BIND_PRIMARY };

	if (value >= INT32_MIN + 1 && value <= INT32_MAX) {
		val.text = arena_format(p->arena, "%" PRId64, value);
		return val;
	}
	val.wide = true;
	if (value == INT64_MIN) {
		val.text = "INT64_MIN";
		val.bind = BIND_PRIMARY;
	} else {
		val.text = value < 0 ? arena_format(p->arena, "-INT64_C(%" PRId64 ")", -value) :
		    arena_format(p->arena, "INT64_C(%" PRId64 ")", value);
	}
	return val;
}

static struct val
of_cond(struct printer *p, const struct cond *cond)
{
	struct text text = { .arena = p->arena };

	cond_print(&text, cond, BIND_UNARY);
	if (text.length > EXPR_LENGTH)
		p->over = true;
	return (struct val){ .text = text_string(&text), .bind = BIND_UNARY, .fails = cond->fails };
}

/* function(a, b) or function(a); `failed` is added where it is wanted. */
static struct val
call(struct printer *p, const char *function, struct val a, const struct val *b, bool failed)
{
	struct val val = { .bind = BIND_PRIMARY, .wide = true };

	val.text = arena_format(p->arena, "%s(%s%s%s%s%s)", function, a.text, b == NULL ? "" : ", ",
	    b == NULL ? "" : b->text, failed ? ", " : "", failed ? p->context->failed : "");
	val.fails = failed || a.fails || (b != NULL && b->fails);
	return val;
}

static struct val
infix(struct printer *p, struct val a, const char *op, struct val b, int bind)
{
	struct val val = { .bind = bind, .wide = a.wide || b.wide, .fails = a.fails || b.fails };

	val.text = arena_format(p->arena, "%s %s %s", val_in(p, a, bind), op,
	    val_in(p, b, b.text[0] == '-' ? BIND_PRIMARY : bind + 1));
	return val;
}

static struct val
widened(struct printer *p, struct val a)
{
	if (!a.wide) {
		a.text = arena_format(p->arena, "(int64_t)%s", val_in(p, a, BIND_UNARY));
		a.bind = BIND_UNARY;
		a.wide = true;
	}
	return a;
}

/* ---- forms ------------------------------------------------------------------------------- */

static struct val
rescaled(struct printer *p, struct val val, int by, bool overflows)
{
	struct val power;
	int n;

	for (; by < 0; by += n) {
		n = -by > 18 ? 18 : -by;
		power = val_constant(p, power_of_ten(n));
		val = call(p, "cc_round_units", val, &power, false);
	}
	for (; by > 0; by -= n) {
		n = by > 18 ? 18 : by;
		power = val_constant(p, power_of_ten(n));
		if (overflows) {
			val = call(p, "cc_multiply_int64", val, &power, true);
		} else {
			if (!power.wide)
				val = widened(p, val);
			val = infix(p, val, "*", power, BIND_MULTIPLY);
		}
	}
	return val;
}

static struct val
to_float(struct printer *p, struct val val, struct form own)
{
	val.text = arena_format(p->arena, "(double)%s", val_in(p, val, BIND_UNARY));
	val.bind = BIND_UNARY;
	val.wide = false;
	if (own.kind != FORM_DECIMAL || own.scale == 0)
		return val;
	val.text = arena_format(p->arena, "%s / 1e%d", val.text, own.scale);
	val.bind = BIND_MULTIPLY;
	return val;
}

static struct val
converted(struct printer *p, const struct expr *expr, struct val val, struct form form)
{
	struct form own = form_of(&expr->type);

	if (form.kind == FORM_FLOAT && own.kind != FORM_FLOAT)
		return to_float(p, val, own);
	if (form.kind == FORM_DECIMAL)
		return rescaled(p, val, form.scale - own.scale, form_may_overflow(expr, form));
	if (form.kind == FORM_TIME && own.kind == FORM_DATE)
		return call(p, "cc_midnight", val, NULL, false);
	return val;
}

/* ---- arithmetic ---------------------------------------------------------------------------- */

static bool
fits_int(const struct expr *expr)
{
	int64_t low, high;

	expr_range(expr, &low, &high);
	return low >= INT32_MIN && high <= INT32_MAX && !expr_overflows(expr);
}

bool
val_is_zero(struct val val, const struct expr *expr)
{
	return strcmp(val.text, "0") == 0 || (expr_is_zero(expr) && !val.fails);
}

static struct val
of_division(struct printer *p, const struct expr *expr, struct val a, struct val b,
    struct form form)
{
	int64_t low, high, divisor_low, divisor_high;
	bool extreme;

	if (expr->kind == EXPR_DIVIDE && expr_overflows(expr))
		return call(p, "cc_divide_int64", a, &b, true);
	expr_range_in(expr->args, form, &low, &high);
	expr_range_in(expr->args->next, form, &divisor_low, &divisor_high);
	extreme = low == INT64_MIN && divisor_low <= -1 && divisor_high >= -1;
	if (expr->kind == EXPR_MODULO && extreme)
		return call(p, "cc_modulo_int64", a, &b, false);
	if (!a.wide && !b.wide && divisor_low <= -1)
		a = widened(p, a);
	return infix(p, a, expr->kind == EXPR_DIVIDE ? "/" : "%", b, BIND_MULTIPLY);
}

static struct val
of_negation(struct printer *p, const struct expr *expr, struct form form)
{
	struct val a = view_value(p, expr->args, form), zero = simple("0", BIND_PRIMARY);

	if (form.kind == FORM_FLOAT && expr->args->kind != EXPR_DECIMAL)
		return infix(p, zero, "-", a, BIND_ADD);       /* as SQLite: 0.0, never -0.0 */
	if (form.kind != FORM_FLOAT && expr_overflows(expr))
		return call(p, "cc_subtract_int64", zero, &a, true);
	if (form.kind != FORM_FLOAT && !fits_int(expr))
		a = widened(p, a);
	a.text = arena_format(p->arena, "-%s", val_in(p, a, a.text[0] == '-' ? BIND_PRIMARY :
	    BIND_UNARY));
	if (a.text[1] == '-')
		a.text = arena_format(p->arena, "-(%s)", a.text + 1);
	a.bind = BIND_UNARY;
	return a;
}

static struct val
of_arithmetic(struct printer *p, const struct expr *expr, struct form form)
{
	static const char *const words[] = { [EXPR_ADD] = "cc_add_int64",
		[EXPR_SUBTRACT] = "cc_subtract_int64", [EXPR_MULTIPLY] = "cc_multiply_int64" };
	static const char *const ops[] = { [EXPR_ADD] = "+", [EXPR_SUBTRACT] = "-",
		[EXPR_MULTIPLY] = "*", [EXPR_DIVIDE] = "/" };
	const struct expr *first = expr->args, *second = first->next;
	bool product = expr->kind == EXPR_MULTIPLY && form.kind == FORM_DECIMAL;
	struct val a, b;

	if (form_of(&first->type).kind == FORM_NULL ||
	    (second != NULL && form_of(&second->type).kind == FORM_NULL))
		return simple("0", BIND_PRIMARY);      /* it is NULL */
	if (expr->kind == EXPR_NEGATE)
		return of_negation(p, expr, form);
	a = view_value(p, first, product ? form_of(&first->type) : form);
	b = view_value(p, second, product ? form_of(&second->type) : form);
	if ((expr->kind == EXPR_DIVIDE || expr->kind == EXPR_MODULO) && val_is_zero(b, second))
		return simple("0", BIND_PRIMARY);
	if (form.kind == FORM_FLOAT)
		return infix(p, a, ops[expr->kind], b,
		    expr->kind == EXPR_ADD || expr->kind == EXPR_SUBTRACT ? BIND_ADD : BIND_MULTIPLY);
	if (expr->kind == EXPR_DIVIDE || expr->kind == EXPR_MODULO)
		return of_division(p, expr, a, b, form);
	if (expr_overflows(expr))
		return call(p, words[expr->kind], a, &b, true);
	if (!b.wide && !fits_int(expr))
		a = widened(p, a);
	return infix(p, a, ops[expr->kind], b,
	    expr->kind == EXPR_MULTIPLY ? BIND_MULTIPLY : BIND_ADD);
}

static struct val
of_shift(struct printer *p, const struct expr *expr, const struct shift *shift)
{
	struct val a = view_value(p, shift->time, as_time), b;

	if (shift->months != 0) {
		b = val_constant(p, shift->months);
		return call(p, "cc_add_months", a, &b, false);
	}
	b = val_constant(p, shift->micros);
	if (expr_overflows(expr))
		return call(p, "cc_add_int64", a, &b, true);
	return infix(p, a, "+", b, BIND_ADD);
}

/* ---- choices ---------------------------------------------------------------------------------- */

static struct val
choice(struct printer *p, const struct cond *test, struct val a, struct val b)
{
	struct text text = { .arena = p->arena };
	struct val val = { .bind = BIND_CHOICE, .wide = a.wide || b.wide, .lower = a.lower,
		.fails = test->fails || a.fails || b.fails };

	if (test->kind == COND_TRUE)
		return a;
	if (test->kind == COND_FALSE)
		return b;
	if (strcmp(a.text, "NULL") == 0)
		val.lower = b.lower;
	else if (a.lower != b.lower && strcmp(b.text, "NULL") != 0)
		p->over = true;            /* only a comparison can look into it */
	cond_print(&text, test, BIND_OR);
	text_format(&text, " ? %s : %s", val_in(p, a, BIND_OR), val_in(p, b, BIND_CHOICE));
	if (text.length > EXPR_LENGTH)
		p->over = true;
	val.text = text_string(&text);
	return val;
}

static struct val
null_of(struct form form)
{
	return simple(form.kind == FORM_TEXT ? "NULL" : "0", BIND_PRIMARY);
}

static struct val
of_case(struct printer *p, const struct expr *when, struct form form)
{
	if (!printer_step(p) || when == NULL)
		return null_of(form);
	if (when->next == NULL)
		return view_value(p, when, form);
	return choice(p, view_true(p, when), view_value(p, when->next, form),
	    of_case(p, when->next->next, form));
}

static struct val
of_coalesce(struct printer *p, const struct expr *arg, struct form form)
{
	const struct cond *known;

	if (arg->next == NULL)
		return view_value(p, arg, form);
	known = view_known(p, arg);
	if (known->kind == COND_TRUE)
		return view_value(p, arg, form);
	return choice(p, known, view_value(p, arg, form), of_coalesce(p, arg->next, form));
}

/* Where an argument is NULL, the value that never wins stands for it. */
static struct val
of_extreme(struct printer *p, const struct expr *expr, struct form form)
{
	bool least = expr->function == FUNCTION_LEAST, first = true;
	const char *word = form.kind == FORM_TEXT ? least ? "cc_text_least" : "cc_text_greatest" :
	    form.kind == FORM_FLOAT ? least ? "cc_least_float64" : "cc_greatest_float64" :
	    least ? "cc_least_int64" : "cc_greatest_int64";
	struct val all = { 0 }, one, never;
	const struct expr *arg;

	if (form.kind == FORM_FLOAT)
		never = simple(least ? "INFINITY" : "-INFINITY", BIND_UNARY);
	else
		never = val_constant(p, least ? INT64_MAX : INT64_MIN);
	for (arg = expr->args; arg != NULL; arg = arg->next) {
		one = view_value(p, arg, form);
		if (form.kind != FORM_TEXT)
			one = choice(p, view_null(p, arg), never, one);
		else if (one.lower)
			p->over = true;
		all = first ? one : call(p, word, all, &one, false);
		first = false;
	}
	return all;
}

/* ---- functions ---------------------------------------------------------------------------------- */

static struct val
of_round(struct printer *p, const struct expr *expr, struct form form)
{
	const struct expr *arg = expr->args;
	struct val val = view_value(p, arg, form.kind == FORM_FLOAT ? as_float : form_of(&arg->type));
	const char *unit;

	if (form.kind != FORM_FLOAT)
		return rescaled(p, val, form.scale - form_of(&arg->type).scale, false);
	if (arg->next == NULL || arg->next->integer == 0)
		return call(p, "cc_round_float64", val, NULL, false);
	unit = arena_format(p->arena, "%" PRId64 ".0", power_of_ten((int)arg->next->integer));
	val = infix(p, val, "*", simple(unit, BIND_PRIMARY), BIND_MULTIPLY);
	return infix(p, call(p, "cc_round_float64", val, NULL, false), "/",
	    simple(unit, BIND_PRIMARY), BIND_MULTIPLY);
}

static struct val
of_abs(struct printer *p, const struct expr *expr, struct form form)
{
	struct val val = view_value(p, expr->args, form), none = simple("NULL", BIND_PRIMARY);

	if (form.kind == FORM_FLOAT)
		return call(p, "cc_abs_float64", val, NULL, false);
	if (expr_overflows(expr))
		return call(p, "cc_abs_int64", val, NULL, true);
	return call(p, "cc_abs_int64", val, &none, false);
}

static struct val
of_call(struct printer *p, const struct expr *expr, struct form form)
{
	const struct expr *a = expr->args;
	struct val val, other;

	switch (expr->function) {
	case FUNCTION_COALESCE:
		return of_coalesce(p, a, form);
	case FUNCTION_NULLIF:
		val = view_value(p, a, form);
		if (form.kind != FORM_TEXT)
			return val;
		return choice(p, view_compare(p, EXPR_EQ, a, a->next, false), null_of(form), val);
	case FUNCTION_LEAST:
	case FUNCTION_GREATEST:
		return of_extreme(p, expr, form);
	case FUNCTION_ROUND:
		return of_round(p, expr, form);
	case FUNCTION_ABS:
		return of_abs(p, expr, form);
	case FUNCTION_LN:
		return call(p, "log", view_value(p, a, as_float), NULL, false);
	case FUNCTION_POWER:
		val = view_value(p, a, as_float);
		other = view_value(p, a->next, as_float);
		return call(p, "pow", val, &other, false);
	case FUNCTION_LENGTH:
		return call(p, "cc_text_length", view_value(p, a, as_text), NULL, false);
	case FUNCTION_LOWER:
		val = view_value(p, a, as_text);
		val.lower = true;
		return val;
	default:                               /* date */
		if (a->type.kind == TYPE_DATE)
			return view_value(p, a, form);
		return call(p, "cc_date", view_value(p, a, as_time), NULL, false);
	}
}

/* ---- names and literals --------------------------------------------------------------------------- */

static struct val
of_literal(struct printer *p, const struct expr *expr, struct form form)
{
	struct text text = { .arena = p->arena };

	if (form.kind == FORM_TEXT) {
		text_c_string(&text, expr->text);
		if (text.data[0] != '"')           /* __extension__ */
			return simple(text.data, BIND_UNARY);
	} else if (expr->kind == EXPR_DECIMAL && form.kind == FORM_FLOAT) {
		text_add(&text, expr->text);
	} else {
		return val_constant(p, expr->integer);
	}
	return simple(text.data, BIND_PRIMARY);
}

static struct val
of_moment(struct printer *p, const struct expr *expr)
{
	if (p->context->now == NULL)
		return simple("0", BIND_PRIMARY);
	return (struct val){ .text = p->context->now(expr, p->context->ctx), .bind = BIND_PRIMARY,
		.wide = true };
}

/* In the expression's own form. */
static struct val
own_value(struct printer *p, const struct expr *expr, struct form form)
{
	struct shift shift;
	enum unit unit;
	int64_t number;

	if (expr_moment(expr, &number, &unit))
		return of_moment(p, expr);
	switch (expr->kind) {
	case EXPR_INT:
	case EXPR_DECIMAL:
	case EXPR_TEXT:
		return of_literal(p, expr, form);
	case EXPR_NAME:
		if (expr->condition == NULL)
			return column_value(p, expr);
		return of_cond(p, view_true(p, expr));
	case EXPR_CASE:
		return of_case(p, expr->args, form);
	case EXPR_CALL:
		return of_call(p, expr, form);
	case EXPR_ADD:
	case EXPR_SUBTRACT:
		if (expr_shift(expr, &shift))
			return of_shift(p, expr, &shift);
		return of_arithmetic(p, expr, form);
	case EXPR_NEGATE:
	case EXPR_MULTIPLY:
	case EXPR_DIVIDE:
	case EXPR_MODULO:
		return of_arithmetic(p, expr, form);
	default:
		p->over = true;                        /* nothing that has a value in a row */
		return null_of(form);
	}
}

struct val
view_value(struct printer *p, const struct expr *expr, struct form form)
{
	struct form own = form_of(&expr->type);
	int64_t value;

	if (!printer_step(p) || own.kind == FORM_NULL)
		return null_of(form);
	if (own.kind == FORM_BOOL && (expr->kind != EXPR_NAME || expr->column == NULL))
		return of_cond(p, view_true(p, expr));
	if (expr_is_constant(expr, form, &value))
		return val_constant(p, value);
	if (form.kind == FORM_FLOAT && expr_is_constant(expr, own, &value) && own.kind == FORM_INT &&
	    value > -1000000 && value < 1000000)
		return simple(arena_format(p->arena, "%" PRId64 ".0", value),
		    value < 0 ? BIND_UNARY : BIND_PRIMARY);
	return converted(p, expr, own_value(p, expr, own), form);
}
