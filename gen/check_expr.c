/*
 * check_expr.c - what an expression means: its names, and the type of each part.
 *
 * Every part gets a type; `nullable` is as precise as a look at the parts alone allows, since a
 * maintained column that can never be NULL should not have to be declared with a '?'.
 */
#include <string.h>

#include "check.h"

enum { DEEPEST = 1000 };               /* operators, through conditions; walks are recursive */

static const struct type NONE = { .kind = TYPE_NONE };
static const struct type INT64 = { .kind = TYPE_INT64 };
static const struct type BOOL = { .kind = TYPE_BOOL };

/* ---- literals ------------------------------------------------------------------------- */

static struct type
interval(struct check *check, const struct expr *expr)
{
	static const int64_t limit[] = {
		[UNIT_SECOND] = INT64_C(315537897600), [UNIT_MINUTE] = INT64_C(5258964960),
		[UNIT_HOUR] = 87649416, [UNIT_DAY] = 3652059, [UNIT_WEEK] = 521722,
		[UNIT_MONTH] = 119988, [UNIT_YEAR] = 9999,
	};
	struct diagnostic *d;

	if (expr->integer >= 0 && expr->integer <= limit[expr->unit])
		return (struct type){ .kind = TYPE_INTERVAL };
	d = source_error(check->source, expr->span, "out-of-range", "the interval is out of range");
	source_hint(check->source, d, "timestamps span 9999 years");
	return NONE;
}

/* ---- the walk ------------------------------------------------------------------------------- */

static enum now
now_of_args(const struct place *place, const struct expr *expr)
{
	switch (expr->kind) {
	case EXPR_AND:
		return place->now == NOW_CONJUNCT ? NOW_CONJUNCT : NOW_NOWHERE;
	case EXPR_EQ:
	case EXPR_LT:
	case EXPR_LE:
	case EXPR_GT:
	case EXPR_GE:
	case EXPR_BETWEEN:
		return place->now == NOW_CONJUNCT && !expr->negated ? NOW_OPERAND : NOW_NOWHERE;
	case EXPR_ADD:
	case EXPR_SUBTRACT:
		return place->now == NOW_OPERAND ? NOW_OPERAND : NOW_NOWHERE;
	default:
		return NOW_NOWHERE;
	}
}

static struct type
now(struct check *check, const struct place *place, struct expr *expr)
{
	struct diagnostic *d;

	expr->text = check->schema->name.text;
	if (place->now == NOW_OPERAND)
		return (struct type){ .kind = TYPE_TIMESTAMP };
	d = source_error(check->source, expr->span, "now-place",
	    "now() can only stand in a comparison of a timestamp");
	source_hint(check->source, d,
	    "as in 'where created_at > now() - 30 days and …', joined by 'and' only");
	return NONE;
}

static void
too_deep(struct check *check, const struct expr *expr)
{
	source_error(check->source, expr->span, "nesting",
	    "conditions build on each other more than %d operators deep", DEEPEST);
}

static struct type
name(struct check *check, const struct place *place, struct expr *expr)
{
	struct type type;
	struct diagnostic *d;

	if (!check_name(check, place, expr))
		return NONE;
	if (expr->column) {
		type = expr->column->type;
		if (column_null_is_zero(expr->column))
			type.nullable = false;
	} else {
		type = expr->condition->expr->type;
		if (place->depth + expr->condition->height > DEEPEST) {
			too_deep(check, expr);
			return NONE;
		}
		if (check_condition_has_now(expr->condition) && place->now != NOW_CONJUNCT) {
			d = source_error(check->source, expr->span, "now-place",
			    "condition '%s' uses now(), so it can only be joined by 'and'",
			    expr->condition->name.text);
			check_note_name(check, d, &expr->condition->name);
			return NONE;
		}
	}
	type.storage = STORAGE_DEFAULT;
	type.nullable = type.nullable || expr->n_path > 0;
	return type;
}

static struct type
type_of(struct check *check, const struct place *place, struct expr *expr)
{
	switch (expr->kind) {
	case EXPR_NULL:
		return (struct type){ .kind = TYPE_NULL, .nullable = true };
	case EXPR_BOOL:
		return BOOL;
	case EXPR_INT:
		return INT64;
	case EXPR_DECIMAL:
		return (struct type){ .kind = TYPE_FLOAT64 };
	case EXPR_TEXT:
		return (struct type){ .kind = TYPE_TEXT };
	case EXPR_INTERVAL:
		return interval(check, expr);
	case EXPR_NAME:
		return name(check, place, expr);
	case EXPR_CALL:
		return check_call(check, expr);
	case EXPR_NOW:
		return now(check, place, expr);
	case EXPR_SOURCE:
		return check_source(check, expr->source, place->table);
	default:
		return check_operator(check, expr);
	}
}

struct type
check_expr(struct check *check, const struct place *place, struct expr *expr)
{
	struct place inner = *place;

	expr->type = NONE;
	if (place->depth > DEEPEST) {
		too_deep(check, expr);
		return NONE;
	}
	if (expr->kind == EXPR_SOURCE && !place->sources) {
		source_error(check->source, expr->span, "source-place",
		    "a source can only stand in a maintained column");
		return NONE;
	}
	inner.now = now_of_args(place, expr);
	inner.depth++;
	for (struct expr *a = expr->args; a; a = a->next)
		check_expr(check, &inner, a);
	expr->type = type_of(check, place, expr);
	return expr->type;
}

void
check_boolean(struct check *check, const struct place *place, struct expr *expr,
    const char *what)
{
	struct place top = *place;

	top.now = NOW_CONJUNCT;
	check_expr(check, &top, expr);
	check_is_bool(check, expr, what);
}
