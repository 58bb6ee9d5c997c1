/*
 * expr_form.c - forms of values, and expressions made from others.
 *
 * Used by both printings.  The types are check's; nothing here decides what is legal.
 */
#include <stddef.h>

#include <utlist.h>

#include "expr_parts.h"

struct form
form_of(const struct type *type)
{
	static const enum form_kind kinds[] = {
		[TYPE_NONE] = FORM_NULL, [TYPE_BOOL] = FORM_BOOL, [TYPE_INT16] = FORM_INT,
		[TYPE_INT32] = FORM_INT, [TYPE_INT64] = FORM_INT, [TYPE_FLOAT32] = FORM_FLOAT,
		[TYPE_FLOAT64] = FORM_FLOAT, [TYPE_DECIMAL] = FORM_DECIMAL, [TYPE_TEXT] = FORM_TEXT,
		[TYPE_UUID] = FORM_TEXT, [TYPE_TIMESTAMP] = FORM_TIME, [TYPE_DATE] = FORM_DATE,
		[TYPE_JSONB] = FORM_TEXT, [TYPE_NULL] = FORM_NULL, [TYPE_INTERVAL] = FORM_INT
	};
	struct form form = { .kind = kinds[type->kind] };

	if (form.kind == FORM_DECIMAL)
		form.scale = type->scale;
	return form;
}

struct form
form_both(struct form a, struct form b)
{
	if (a.kind == FORM_NULL)
		return b;
	if (b.kind == FORM_NULL)
		return a;
	if (a.kind == FORM_FLOAT || b.kind == FORM_FLOAT)
		return (struct form){ .kind = FORM_FLOAT };
	if (a.kind == FORM_DECIMAL || b.kind == FORM_DECIMAL) {
		a.kind = FORM_DECIMAL;
		a.scale = a.scale > b.scale ? a.scale : b.scale;
		return a;
	}
	if (a.kind == FORM_DATE && b.kind == FORM_TIME)
		return b;
	return a;
}

struct form
form_of_args(const struct expr *first)
{
	struct form form = { .kind = FORM_NULL };

	for (; first != NULL; first = first->next)
		form = form_both(form, form_of(&first->type));
	return form;
}

int64_t
power_of_ten(int n)
{
	int64_t power = 1;

	while (n-- > 0)
		power *= 10;
	return power;
}

/* ---- making expressions --------------------------------------------------------------- */

struct expr *
expr_append(struct arena *arena, struct expr *to, const struct expr *arg)
{
	struct expr *copy = arena_alloc(arena, sizeof(*copy));

	*copy = *arg;
	copy->prev = copy->next = NULL;
	DL_APPEND(to->args, copy);
	return to;
}

struct expr *
expr_make(struct arena *arena, enum expr_kind kind, const struct expr *a, const struct expr *b)
{
	struct expr *made = arena_alloc(arena, sizeof(*made));

	made->kind = kind;
	made->span = a->span;
	made->type.kind = TYPE_BOOL;
	made->type.nullable = true;
	expr_append(arena, made, a);
	if (b != NULL)
		expr_append(arena, made, b);
	return made;
}

struct expr *
expr_spelt_out(struct arena *arena, const struct expr *expr)
{
	const struct expr *value = expr->args, *other = value->next;
	struct expr *made, *more;

	if (expr->kind == EXPR_BETWEEN)
		return expr_make(arena, EXPR_AND, expr_make(arena, EXPR_GE, value, other),
		    expr_make(arena, EXPR_LE, value, other->next));
	made = expr_make(arena, EXPR_EQ, value, other);
	if (other->next == NULL)
		return made;
	made = expr_make(arena, EXPR_OR, made, NULL);
	for (other = other->next; other != NULL; other = other->next) {
		more = expr_make(arena, EXPR_EQ, value, other);
		expr_append(arena, made, more);
	}
	return made;
}

bool
expr_shift(const struct expr *expr, struct shift *shift)
{
	static const int64_t micros[] = {
		[UNIT_SECOND] = 1000000, [UNIT_MINUTE] = 60 * INT64_C(1000000),
		[UNIT_HOUR] = 3600 * INT64_C(1000000), [UNIT_DAY] = 86400 * INT64_C(1000000),
		[UNIT_WEEK] = 7 * 86400 * INT64_C(1000000), [UNIT_MONTH] = 0, [UNIT_YEAR] = 0
	};
	const struct expr *interval;
	int64_t number;

	if (expr->kind != EXPR_ADD && expr->kind != EXPR_SUBTRACT)
		return false;
	interval = expr->args->next;
	shift->time = expr->args;
	if (interval->kind != EXPR_INTERVAL) {
		interval = expr->args;
		shift->time = expr->args->next;
	}
	if (interval->kind != EXPR_INTERVAL)
		return false;
	number = expr->kind == EXPR_ADD ? interval->integer : -interval->integer;
	shift->months = interval->unit == UNIT_MONTH ? number :
	    interval->unit == UNIT_YEAR ? number * 12 : 0;
	shift->micros = number * micros[interval->unit];
	return true;
}
