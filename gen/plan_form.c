/*
 * plan_form.c - which derived columns follow what changes without being computed again.
 *
 * A definition that is one min(…) or max(…), without `else`, whose value the hooks can compute in
 * the form in which the database compares it: what arrives is compared, and only where the best
 * value left are the rows asked.  `using incremental`: a JSON shape of counts and sums, of which only
 * the groups change that rows come to or leave (plan_patch.c).
 */
#include "plan.h"

/* Nothing is lost on the way from the value to the column, and nothing is rounded. */
static bool
is_exact(const struct type *value, const struct type *column)
{
	if (type_is_integer(column->kind))
		return type_is_integer(value->kind);
	if (value->kind != column->kind)
		return false;
	switch (column->kind) {
	case TYPE_FLOAT64:
	case TYPE_TEXT:
	case TYPE_DATE:
		return true;
	case TYPE_TIMESTAMP:
		return column->storage == STORAGE_DEFAULT || column->storage == STORAGE_TEXT;
	default:
		return false;
	}
}

static bool
in_range(const struct expr *value, enum type_kind kind)
{
	int64_t low, high;

	if (!type_is_integer(kind) || kind == TYPE_INT64)
		return true;
	expr_range(value, &low, &high);
	return kind == TYPE_INT16 ? low >= INT16_MIN && high <= INT16_MAX :
	    low >= INT32_MIN && high <= INT32_MAX;
}

/*
 * Integers may be computed.  Other values are told as they are stored: the digits of computed
 * floats may differ, and the row may hold a finer time than the database keeps.
 */
static bool
is_told(const struct expr *value)
{
	if (type_is_integer(value->type.kind))
		return !expr_may_fail(value) && expr_problem(value, true) == NULL;
	return value->kind == EXPR_NAME && value->column != NULL &&
	    (value->type.kind != TYPE_TIMESTAMP || is_exact(&value->column->type,
	    &value->column->type));
}

/* Rows that time alone takes are told by their number, not by their values. */
static bool
reads_now(const struct expr *expr)
{
	const struct expr *arg;

	if (expr->kind == EXPR_NOW || (expr->condition != NULL && reads_now(expr->condition->expr)))
		return true;
	for (arg = expr->args; arg != NULL; arg = arg->next) {
		if (reads_now(arg))
			return true;
	}
	return false;
}

static bool
is_plain(const struct expr *expr)
{
	return expr == NULL || (!expr_asks(expr) && !reads_now(expr));
}

enum plan_form
plan_form(const struct column *column)
{
	const struct expr *expr = column->definition, *arg;
	const struct source_clause *source;
	bool least;

	if (expr == NULL || expr->kind != EXPR_SOURCE || column->strategy == STRATEGY_BATCH)
		return PLAN_AGAIN;
	source = expr->source;
	if (expr_source_asks(source))
		return PLAN_AGAIN;
	if (column->strategy == STRATEGY_INCREMENTAL && source->otherwise == NULL && !source->keep &&
	    is_plain(source->where) && plan_patch(source->value))
		return PLAN_PATCHED;
	if (!column->type.nullable)
		return PLAN_AGAIN;
	least = source->value->kind == VALUE_MIN;
	if ((!least && source->value->kind != VALUE_MAX) || (least && column->never_decrement) ||
	    source->otherwise != NULL || source->keep)
		return PLAN_AGAIN;
	arg = source->value->args;
	if (!is_plain(arg) || !is_plain(source->where))
		return PLAN_AGAIN;
	if (!is_exact(&arg->type, &column->type) || !in_range(arg, column->type.kind) ||
	    !is_told(arg))
		return PLAN_AGAIN;
	return least ? PLAN_LEAST : PLAN_GREATEST;
}
