/*
 * check_type.c - which types go together.
 *
 * Integers of all sizes mix; with a float they become float64, with a decimal a decimal; a
 * decimal with a float is a float64.  Timestamps compare with dates.  NULL goes with everything.
 * A text literal beside a uuid, date, timestamp or decimal is one of those, and a literal with a
 * point beside a decimal is an exact decimal.  Nothing else is converted silently.
 */
#include <string.h>

#include "check.h"

const char *
check_type_name(struct check *check, const struct type *type)
{
	if (type->kind == TYPE_NULL)
		return "null";
	if (type->kind == TYPE_INTERVAL)
		return "an interval";
	if (type->kind == TYPE_DECIMAL && type->precision)
		return arena_format(check->arena, "decimal(%d,%d)", type->precision, type->scale);
	return type_word(type->kind);
}

void
check_range(const struct type *type, int64_t *low, int64_t *high)
{
	int64_t most = 1;

	*low = INT64_MIN;
	*high = INT64_MAX;
	if (type->kind == TYPE_INT16) {
		*low = INT16_MIN;
		*high = INT16_MAX;
	} else if (type->kind == TYPE_INT32) {
		*low = INT32_MIN;
		*high = INT32_MAX;
	} else if (type->kind == TYPE_DECIMAL && type->precision
	    && type->precision - type->scale <= 18) {
		for (int n = type->precision - type->scale; n > 0; n--)
			most *= 10;
		*low = -most + 1;
		*high = most - 1;
	}
}

static bool
is_float(enum type_kind kind)
{
	return kind == TYPE_FLOAT32 || kind == TYPE_FLOAT64;
}

enum type_kind
check_fit(enum type_kind a, enum type_kind b)
{
	if (a == b || b == TYPE_NULL)
		return a;
	if (a == TYPE_NULL)
		return b;
	if (type_is_number(a) && type_is_number(b)) {
		if (is_float(a) || is_float(b))
			return TYPE_FLOAT64;
		if (a == TYPE_DECIMAL || b == TYPE_DECIMAL)
			return TYPE_DECIMAL;
		return a > b ? a : b;
	}
	if ((a == TYPE_TIMESTAMP && b == TYPE_DATE) || (a == TYPE_DATE && b == TYPE_TIMESTAMP))
		return TYPE_TIMESTAMP;
	return TYPE_NONE;
}

/* Digits of a number, and how many of them after the point; 0 and 0: not known. */
static void
digits(const struct type *type, int *whole, int *scale)
{
	*scale = type->kind == TYPE_DECIMAL ? type->scale : 0;
	switch (type->kind) {
	case TYPE_INT16:
		*whole = 5;
		break;
	case TYPE_INT32:
		*whole = 10;
		break;
	case TYPE_DECIMAL:
		*whole = type->precision - type->scale;
		break;
	default:
		*whole = 19;
		break;
	}
}

static void
widen(struct type *common, const struct type *other)
{
	int whole, scale, other_whole, other_scale;
	enum type_kind kind = check_fit(common->kind, other->kind);

	if (kind == TYPE_DECIMAL && common->kind != TYPE_NULL && other->kind != TYPE_NULL) {
		digits(common, &whole, &scale);
		digits(other, &other_whole, &other_scale);
		whole = whole > other_whole ? whole : other_whole;
		common->scale = scale > other_scale ? scale : other_scale;
		common->precision = whole + common->scale;
	} else if (common->kind == TYPE_NULL) {
		common->precision = other->precision;
		common->scale = other->scale;
	}
	common->kind = kind;
}

/* ---- literals ------------------------------------------------------------------------ */

static bool
takes_text(enum type_kind kind)
{
	return kind == TYPE_UUID || kind == TYPE_DATE || kind == TYPE_TIMESTAMP
	    || kind == TYPE_DECIMAL;
}

static const char *
example(enum type_kind kind)
{
	switch (kind) {
	case TYPE_UUID:
		return "'123e4567-e89b-12d3-a456-426614174000'";
	case TYPE_DATE:
		return "'2024-01-31'";
	case TYPE_TIMESTAMP:
		return "'2024-01-31 23:59:59'";
	default:
		return "'12.50'";
	}
}

static bool
is_text_literal(const struct expr *expr)
{
	return expr->kind == EXPR_TEXT && expr->type.kind == TYPE_TEXT;
}

/* 1.50, or -1.50, that is still a float64. */
static struct expr *
point_literal(struct expr *expr)
{
	if (expr->kind == EXPR_NEGATE)
		expr = expr->args;
	return expr->kind == EXPR_DECIMAL && expr->type.kind == TYPE_FLOAT64 ? expr : NULL;
}

bool
check_adapt(struct check *check, struct expr *expr, const struct type *to)
{
	struct expr *point = to->kind == TYPE_DECIMAL ? point_literal(expr) : NULL;
	struct diagnostic *d;

	if (point) {
		if (check_literal(point, TYPE_DECIMAL) && point != expr)
			expr->type = point->type;
		return true;
	}
	if (!is_text_literal(expr) || !takes_text(to->kind))
		return true;
	if (check_literal(expr, to->kind))
		return true;
	d = source_error(check->source, expr->span, "malformed-literal", "'%s' is not a %s",
	    expr->text, type_word(to->kind));
	source_hint(check->source, d, "it is written like %s", example(to->kind));
	expr->type.kind = TYPE_NONE;
	return false;
}

/* ---- what several expressions have in common -------------------------------------------- */

static void
do_not_fit(struct check *check, const struct type *common, const struct expr *expr,
    struct span span, const char *what)
{
	struct diagnostic *d;
	bool text = common->kind == TYPE_TEXT || expr->type.kind == TYPE_TEXT;
	bool number = type_is_number(common->kind) || type_is_number(expr->type.kind);
	bool boolean = common->kind == TYPE_BOOL || expr->type.kind == TYPE_BOOL;

	d = source_error(check->source, span, "type-mismatch", "cannot %s %s %s %s", what,
	    check_type_name(check, common), strcmp(what, "compare") == 0 ? "with" : "and",
	    check_type_name(check, &expr->type));
	if (text && number)
		source_hint(check->source, d,
		    "a number is written without quotes; text and numbers are not converted");
	else if (boolean && number)
		source_hint(check->source, d, "the values of a bool are true and false");
	else if (common->kind == TYPE_INTERVAL || expr->type.kind == TYPE_INTERVAL)
		source_hint(check->source, d,
		    "an interval is added to a timestamp or subtracted from one");
}

/* The common type of all but the literals that may take any. */
static struct type
of_the_others(struct expr *const *exprs, size_t n)
{
	struct type common = { .kind = TYPE_NULL };

	for (size_t i = 0; i < n; i++) {
		if (is_text_literal(exprs[i]) || point_literal(exprs[i]))
			continue;
		if (check_fit(common.kind, exprs[i]->type.kind) == TYPE_NONE)
			continue;
		widen(&common, &exprs[i]->type);
	}
	return common;
}

struct type
check_common(struct check *check, struct expr *const *exprs, size_t n, struct span span,
    const char *what)
{
	struct type others = of_the_others(exprs, n), common = { .kind = TYPE_NULL };
	struct type none = { .kind = TYPE_NONE };
	bool nullable = false;

	for (size_t i = 0; i < n; i++)
		if (exprs[i]->type.kind == TYPE_NONE)
			return none;
	for (size_t i = 0; i < n; i++) {
		if (!check_adapt(check, exprs[i], &others))
			return none;
		nullable = nullable || exprs[i]->type.nullable;
		if (check_fit(common.kind, exprs[i]->type.kind) == TYPE_NONE) {
			do_not_fit(check, &common, exprs[i], span, what);
			return none;
		}
		widen(&common, &exprs[i]->type);
	}
	common.nullable = nullable;
	return common;
}
