/*
 * expr_null.c - whether an expression may come to NULL.
 *
 * Because an operand may, or because the operation makes NULL of values: a division by zero, a
 * calendar's arithmetic that leaves it, a float that is not a number.  The C has a flag for it, and
 * the SQL a test, only where this says so.
 */
#include <stddef.h>

#include "expr_parts.h"

static bool
any_nullable(const struct expr *arg)
{
	for (; arg != NULL; arg = arg->next)
		if (expr_is_nullable(arg))
			return true;
	return false;
}

static bool
call_is_nullable(const struct expr *expr)
{
	const struct expr *arg;

	switch (expr->function) {
	case FUNCTION_COALESCE:
	case FUNCTION_LEAST:
	case FUNCTION_GREATEST:
		for (arg = expr->args; arg != NULL; arg = arg->next)
			if (!expr_is_nullable(arg))
				return false;
		return true;
	case FUNCTION_NULLIF:
	case FUNCTION_LN:
	case FUNCTION_POWER:
		return true;
	case FUNCTION_DATE:
		return expr->args->type.kind != TYPE_DATE || expr_is_nullable(expr->args);
	case FUNCTION_ROUND:
		return expr_is_nullable(expr->args);
	default:
		return any_nullable(expr->args);
	}
}

static bool
case_is_nullable(const struct expr *expr)
{
	const struct expr *when = expr->args;

	for (; when != NULL && when->next != NULL; when = when->next->next)
		if (expr_is_nullable(when->next))
			return true;
	return when == NULL || expr_is_nullable(when);
}

bool
expr_is_nullable(const struct expr *expr)
{
	struct shift shift;

	switch (expr->kind) {
	case EXPR_NULL:
		return true;
	case EXPR_BOOL:
	case EXPR_INT:
	case EXPR_DECIMAL:
	case EXPR_TEXT:
	case EXPR_INTERVAL:
	case EXPR_NOW:
	case EXPR_IS_NULL:
	case EXPR_IS_DISTINCT:
		return false;
	case EXPR_NAME:
		if (expr->condition != NULL)
			return expr->n_path > 0 || expr_is_nullable(expr->condition->expr);
		return expr->type.nullable;
	case EXPR_SOURCE:
		return expr->type.nullable;
	case EXPR_CALL:
		return call_is_nullable(expr);
	case EXPR_CASE:
		return case_is_nullable(expr);
	case EXPR_ADD:
	case EXPR_SUBTRACT:
	case EXPR_MULTIPLY:
		if (expr_shift(expr, &shift) && shift.time->kind == EXPR_NOW)
			return false;
		if (expr_shift(expr, &shift))
			return shift.months != 0 || expr_is_nullable(shift.time);
		/* Infinities may give NaN. */
		return form_of(&expr->type).kind == FORM_FLOAT || any_nullable(expr->args);
	case EXPR_DIVIDE:
	case EXPR_MODULO:
		return form_of(&expr->type).kind == FORM_FLOAT || any_nullable(expr->args) ||
		    !expr_never_zero(expr->args->next, form_of(&expr->type));
	default:
		return any_nullable(expr->args);
	}
}
