/*
 * check_operator.c - the types that operators take and give.
 *
 * Arithmetic of integers is done in int64 and checked at run time; a decimal sum has the larger
 * scale of its parts, a product the sum of theirs, and division by or of a decimal gives a
 * float64.  Comparisons follow SQL: NULL on either side gives NULL.
 */
#include <string.h>

#include "check.h"

static const struct type NONE = { .kind = TYPE_NONE };
static const struct type BOOL = { .kind = TYPE_BOOL };

/* ---- operators ------------------------------------------------------------------------ */

size_t
check_count_args(const struct expr *expr)
{
	size_t n = 0;

	for (const struct expr *a = expr->args; a; a = a->next)
		n++;
	return n;
}

/* The arguments from the `first` on, each `step`th, as an array. */
static struct expr **
pick(struct check *check, struct expr *expr, size_t first, size_t step, size_t *n)
{
	struct expr **picked = arena_alloc(check->arena,
	    (check_count_args(expr) + 1) * sizeof *picked);
	size_t i = 0;

	*n = 0;
	for (struct expr *a = expr->args; a; a = a->next, i++)
		if (i >= first && (i - first) % step == 0)
			picked[(*n)++] = a;
	return picked;
}

static bool
any_unknown(const struct expr *expr)
{
	for (const struct expr *a = expr->args; a; a = a->next)
		if (a->type.kind == TYPE_NONE)
			return true;
	return false;
}

static bool
any_nullable(const struct expr *expr)
{
	for (const struct expr *a = expr->args; a; a = a->next)
		if (a->type.nullable)
			return true;
	return false;
}

bool
check_never_zero(const struct expr *expr, bool positive)
{
	switch (expr->kind) {
	case EXPR_INT:
		return positive ? expr->integer > 0 : expr->integer != 0;
	case EXPR_DECIMAL:
		return strpbrk(expr->text, "123456789") != NULL;
	case EXPR_NEGATE:
		return !positive && check_never_zero(expr->args, false);
	case EXPR_CALL:
		if (expr->function == FUNCTION_GREATEST) {
			for (const struct expr *a = expr->args; a; a = a->next)
				if (check_never_zero(a, true))
					return true;
			return false;
		}
		if (expr->function != FUNCTION_COALESCE && expr->function != FUNCTION_LEAST)
			return false;
		for (const struct expr *a = expr->args; a; a = a->next)
			if (!check_never_zero(a, true))
				return false;
		return true;
	default:
		return false;
	}
}

static const char *
operator_word(enum expr_kind kind)
{
	switch (kind) {
	case EXPR_ADD:
		return "add";
	case EXPR_SUBTRACT:
		return "subtract";
	case EXPR_MULTIPLY:
		return "multiply";
	case EXPR_NEGATE:
		return "negate";
	default:
		return "divide";
	}
}

/* timestamp + interval, interval + timestamp, timestamp - interval. */
static bool
moves_timestamp(const struct expr *expr)
{
	enum type_kind a = expr->args->type.kind, b = expr->args->next->type.kind;

	if (expr->kind != EXPR_ADD && expr->kind != EXPR_SUBTRACT)
		return false;
	return (a == TYPE_TIMESTAMP && b == TYPE_INTERVAL)
	    || (a == TYPE_INTERVAL && b == TYPE_TIMESTAMP && expr->kind == EXPR_ADD);
}

static struct type
decimal_result(const struct expr *expr, struct type common)
{
	const struct type *a = &expr->args->type, *b = &expr->args->next->type;
	bool known = common.precision != 0;

	if (expr->kind == EXPR_MULTIPLY) {
		common.scale = a->scale + b->scale;
		common.precision = common.precision + (a->precision && b->precision
		    ? (a->precision < b->precision ? a->precision : b->precision) : 19);
	} else if (expr->kind != EXPR_MODULO) {
		common.precision++;
	}
	if (!known)
		common.precision = 0;
	return common;
}

static struct type
arithmetic_result(struct check *check, struct expr *expr, struct type type)
{
	struct diagnostic *d;

	switch (type.kind) {
	case TYPE_NULL:
	case TYPE_INT16:
	case TYPE_INT32:
	case TYPE_INT64:
		type.kind = TYPE_INT64;
		break;
	case TYPE_DECIMAL:
		if (expr->kind == EXPR_DIVIDE)
			type = (struct type){ .kind = TYPE_FLOAT64, .nullable = type.nullable };
		else if (expr->kind != EXPR_NEGATE)
			type = decimal_result(expr, type);
		break;
	case TYPE_FLOAT32:
	case TYPE_FLOAT64:
		if (expr->kind != EXPR_MODULO)
			break;
		d = source_error(check->source, expr->span, "type-mismatch",
		    "'%%' needs whole or decimal numbers, not %s", type_word(type.kind));
		source_hint(check->source, d, "round() makes a whole number");
		return NONE;
	default:
		source_error(check->source, expr->span, "type-mismatch",
		    "cannot %s %s", operator_word(expr->kind), check_type_name(check, &type));
		return NONE;
	}
	if (expr->kind == EXPR_DIVIDE || expr->kind == EXPR_MODULO)
		type.nullable = type.nullable || !check_never_zero(expr->args->next, false);
	return type;
}

static struct type
arithmetic(struct check *check, struct expr *expr)
{
	size_t n;
	struct expr **args = pick(check, expr, 0, 1, &n);
	struct type type;

	if (any_unknown(expr))
		return NONE;
	if (expr->kind != EXPR_NEGATE && moves_timestamp(expr))
		return (struct type){ .kind = TYPE_TIMESTAMP, .nullable = any_nullable(expr) };
	type = check_common(check, args, n, expr->span, operator_word(expr->kind));
	if (type.kind == TYPE_NONE)
		return NONE;
	return arithmetic_result(check, expr, type);
}

/* ---- comparisons -------------------------------------------------------------------------- */

static void
compared_with_null(struct check *check, const struct expr *expr)
{
	struct diagnostic *d;

	if (expr->args->kind != EXPR_NULL && expr->args->next->kind != EXPR_NULL)
		return;
	d = source_warning(check->source, expr->span, "null-comparison",
	    "a comparison with null is never true");
	source_hint(check->source, d, "write 'is null', 'is not null' or 'is distinct from'");
}

/* Often a '?' that was forgotten. */
static void
never_null(struct check *check, const struct expr *expr)
{
	const struct expr *arg = expr->args;
	struct diagnostic *d;

	if (arg->kind != EXPR_NAME || arg->type.nullable || !arg->column
	    || arg->column->kind != COLUMN_PLAIN)
		return;
	d = source_warning(check->source, expr->span, "never-null",
	    "column '%s' is never NULL", arg->column->name.text);
	check_note_name(check, d, &arg->column->name);
	source_hint(check->source, d, "declare it as '%s?' if it may be",
	    check_type_name(check, &arg->column->type));
}

static struct type
comparison(struct check *check, struct expr *expr, bool ordered)
{
	size_t n;
	struct expr **args = pick(check, expr, 0, 1, &n);
	struct type common;
	struct diagnostic *d;

	if (any_unknown(expr))
		return NONE;
	common = check_common(check, args, n, expr->span, "compare");
	if (common.kind == TYPE_NONE)
		return NONE;
	if (common.kind == TYPE_JSONB || common.kind == TYPE_INTERVAL
	    || (ordered && common.kind == TYPE_BOOL)) {
		d = source_error(check->source, expr->span, "type-mismatch",
		    "cannot %s %s values", ordered ? "order" : "compare", type_word(common.kind));
		if (common.kind == TYPE_BOOL)
			source_hint(check->source, d, "use '=', '<>' or 'is distinct from'");
		else if (common.kind == TYPE_JSONB)
			source_hint(check->source, d, "a jsonb column can only be tested with 'is null'");
		return NONE;
	}
	if (expr->kind == EXPR_IS_DISTINCT)
		return BOOL;
	if (expr->kind != EXPR_IN && expr->kind != EXPR_BETWEEN)
		compared_with_null(check, expr);
	return (struct type){ .kind = TYPE_BOOL, .nullable = any_nullable(expr) };
}

static const char *
boolean_word(enum expr_kind kind)
{
	return kind == EXPR_AND ? "'and'" : kind == EXPR_OR ? "'or'" : "'not'";
}

void
check_is_bool(struct check *check, struct expr *expr, const char *what)
{
	struct diagnostic *d;

	if (expr->type.kind == TYPE_NONE || expr->type.kind == TYPE_BOOL
	    || expr->type.kind == TYPE_NULL)
		return;
	d = source_error(check->source, expr->span, "not-boolean",
	    "%s needs a bool, not %s", what, check_type_name(check, &expr->type));
	if (type_is_number(expr->type.kind))
		source_hint(check->source, d, "compare it with something, as in '<> 0'");
	else
		source_hint(check->source, d,
		    "compare it with something, or test it with 'is not null'");
	expr->type = NONE;
}

static struct type
logic(struct check *check, struct expr *expr)
{
	for (struct expr *a = expr->args; a; a = a->next)
		check_is_bool(check, a, boolean_word(expr->kind));
	if (any_unknown(expr))
		return NONE;
	return (struct type){ .kind = TYPE_BOOL, .nullable = any_nullable(expr) };
}

static struct type
choose(struct check *check, struct expr *expr)
{
	size_t n = check_count_args(expr), n_values;
	bool has_else = n % 2 == 1;
	struct expr **values = pick(check, expr, 1, 2, &n_values);
	struct expr *a = expr->args;
	struct type type;

	for (size_t i = 0; i + 1 < n; i += 2, a = a->next->next)
		check_is_bool(check, a, "'when'");
	if (has_else)
		values[n_values++] = expr->args->prev;
	if (any_unknown(expr))
		return NONE;
	type = check_common(check, values, n_values, expr->span, "combine");
	type.nullable = type.nullable || !has_else;
	return type;
}

struct type
check_operator(struct check *check, struct expr *expr)
{
	switch (expr->kind) {
	case EXPR_EQ:
	case EXPR_NE:
	case EXPR_IN:
	case EXPR_IS_DISTINCT:
		return comparison(check, expr, false);
	case EXPR_LT:
	case EXPR_LE:
	case EXPR_GT:
	case EXPR_GE:
	case EXPR_BETWEEN:
		return comparison(check, expr, true);
	case EXPR_IS_NULL:
		if (expr->args->type.kind == TYPE_NONE)
			return NONE;
		never_null(check, expr);
		return BOOL;
	case EXPR_NOT:
	case EXPR_AND:
	case EXPR_OR:
		return logic(check, expr);
	case EXPR_CASE:
		return choose(check, expr);
	default:
		return arithmetic(check, expr);
	}
}
