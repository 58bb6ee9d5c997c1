/*
 * plan_patch.c - JSON shapes whose groups are patched: which can be, and what a row has to tell.
 *
 * A group is found again in the stored text by its keys, so that they must be there, in a form that
 * gives back their value.  Its sums are there to be added to, if they are exact.  An array must be in
 * the order of its keys.
 */
#include <string.h>

#include "plan.h"

/* ---- parts ---------------------------------------------------------------------------------- */

unsigned
plan_patch_place(const struct expr *const *parts, unsigned n, const struct expr *expr)
{
	unsigned i;

	for (i = 0; i < n && !expr_equal(parts[i], expr); i++)
		;
	return i;
}

struct parts {
	const struct expr **list;
	unsigned n;
	bool counting;                     /* no list yet */
};

static void
add_part(const struct expr *expr, void *ctx)
{
	struct parts *parts = ctx;

	if (!parts->counting && plan_patch_place(parts->list, parts->n, expr) < parts->n)
		return;
	if (!parts->counting)
		parts->list[parts->n] = expr;
	parts->n++;
}

unsigned
plan_patch_parts(struct arena *arena, const struct value *shape, const struct expr ***list)
{
	struct parts parts = { .counting = true };

	value_each(shape, add_part, &parts);
	*list = arena_alloc(arena, (parts.n + 1) * sizeof(**list));
	parts = (struct parts){ .list = *list };
	value_each(shape, add_part, &parts);
	return parts.n;
}

/* ---- what can be patched ----------------------------------------------------------------------- */

static bool
is_told(const struct expr *expr)
{
	if (expr_asks(expr) || (expr_may_fail(expr) && expr->kind != EXPR_NAME))
		return false;
	return expr->type.kind == TYPE_TEXT ? expr->kind == EXPR_NAME && expr->column != NULL :
	    expr_problem(expr, true) == NULL;
}

/* Its JSON, as a value or as a key, gives it back. */
static bool
is_key(const struct expr *expr)
{
	enum type_kind kind = expr->type.kind;

	return (type_is_integer(kind) || kind == TYPE_BOOL || kind == TYPE_TEXT || kind == TYPE_DATE) &&
	    is_told(expr);
}

static bool
is_sum(const struct expr *expr)
{
	return (type_is_integer(expr->type.kind) || expr->type.kind == TYPE_DECIMAL) && is_told(expr);
}

/* As a label of a JSON path it needs no escapes. */
static bool
is_label(const char *key)
{
	for (; *key != '\0'; key++) {
		if ((unsigned char)*key < ' ' || *key == '"' || *key == '\\')
			return false;
	}
	return true;
}

static bool
has_key(const struct value *element, const struct expr *expr)
{
	const struct json_field *field;

	if (element->kind == VALUE_EXPR)
		return expr_equal(element->args, expr);
	for (field = element->kind == VALUE_OBJECT ? element->fields : NULL; field != NULL;
	    field = field->next) {
		if (field->computed == NULL && has_key(field->value, expr))
			return true;
	}
	return false;
}

static bool
has_aggregate(const struct value *value)
{
	const struct json_field *field;

	if (value->kind == VALUE_OBJECT || value->kind == VALUE_ARRAY) {
		for (field = value->fields; field != NULL; field = field->next) {
			if (has_aggregate(field->value))
				return true;
		}
		return value->element != NULL && has_aggregate(value->element);
	}
	return value->kind != VALUE_EXPR;
}

static bool patch_in(const struct value *value, bool keyed);

/* keyed: its bare expressions are keys of the groups around. */
static bool
patch_object(const struct value *value, bool keyed)
{
	const struct json_field *field;

	for (field = value->fields; field != NULL; field = field->next) {
		if (field->computed != NULL)
			return value->fields->next == NULL && is_key(field->computed) &&
			    patch_in(field->value, false);
		if (!is_label(field->key.text) || !patch_in(field->value, keyed))
			return false;
	}
	return true;
}

static bool
patch_array(const struct value *value)
{
	const struct term *term;

	if (value->element->kind != VALUE_OBJECT || !has_aggregate(value->element) ||
	    (value->element->fields != NULL && value->element->fields->computed != NULL))
		return false;
	for (term = value->order; term != NULL; term = term->next) {
		if (!has_key(value->element, term->expr))
			return false;
	}
	return patch_in(value->element, true);
}

static bool
patch_in(const struct value *value, bool keyed)
{
	switch (value->kind) {
	case VALUE_COUNT:
		return true;
	case VALUE_SUM:
		return is_sum(value->args);
	case VALUE_EXPR:
		return keyed && is_key(value->args);
	case VALUE_OBJECT:
		return patch_object(value, keyed);
	case VALUE_ARRAY:
		return patch_array(value);
	default:
		return false;
	}
}

bool
plan_patch(const struct value *shape)
{
	return (shape->kind == VALUE_OBJECT || shape->kind == VALUE_ARRAY) && has_aggregate(shape) &&
	    patch_in(shape, false);
}
