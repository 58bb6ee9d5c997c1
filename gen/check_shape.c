/*
 * check_shape.c - JSON shapes: `{ [score]: count(*) }`, `[ { id: x, count: count(*) } ]`.
 *
 * A computed key, or an expression that is an element of an array, opens a group.  Any other
 * expression has to be constant in its group, and only constants are known to be.
 */
#include <string.h>

#include "check.h"

static const struct type JSONB = { .kind = TYPE_JSONB };

static bool
is_constant(const struct expr *expr)
{
	if (expr->kind == EXPR_NAME || expr->kind == EXPR_SOURCE || expr->kind == EXPR_NOW)
		return false;
	for (const struct expr *a = expr->args; a; a = a->next)
		if (!is_constant(a))
			return false;
	return true;
}

static void
no_group(struct check *check, const struct expr *expr)
{
	struct diagnostic *d = source_error(check->source, expr->span, "shape-group",
	    "this value may differ from row to row of the group");

	source_hint(check->source, d,
	    "aggregate it, or group by it: '{ [expr]: … }' or '[ { name: expr, … } ]'");
}

static void
key_twice(struct check *check, const struct value *object)
{
	struct named {
		const struct json_field *field;
		UT_hash_handle hh;
	} *names = NULL, *named;
	struct arena *arena = check->arena;
	struct diagnostic *d;

	for (const struct json_field *f = object->fields; f; f = f->next) {
		if (!f->key.text)
			continue;
		HASH_FIND_STR(names, f->key.text, named);
		if (named) {
			d = source_error(check->source, f->key.span, "duplicate-name",
			    "key '%s' is in the object twice", f->key.text);
			source_note(check->source, d, named->field->key.span,
			    "the first one is here");
			continue;
		}
		named = arena_alloc(arena, sizeof *named);
		named->field = f;
		HASH_ADD_KEYPTR(hh, names, f->key.text, strlen(f->key.text), named);
	}
}

/* `groups`: plain expressions in here are group keys, since an array's element is around. */
static void
element(struct check *check, const struct place *place, struct value *value, bool groups)
{
	struct place inner = *place;
	struct type type;

	inner.depth++;
	if (inner.depth > 100) {
		source_error(check->source, value->span, "nesting",
		    "the shape is nested more than 100 deep");
		return;
	}
	switch (value->kind) {
	case VALUE_ARRAY:
		for (struct term *t = value->order; t; t = t->next)
			check_expr(check, &inner, t->expr);
		element(check, &inner, value->element, true);
		return;
	case VALUE_OBJECT:
		key_twice(check, value);
		for (struct json_field *f = value->fields; f; f = f->next) {
			if (f->computed) {
				type = check_expr(check, &inner, f->computed);
				if (type.kind == TYPE_JSONB)
					source_error(check->source, f->computed->span,
					    "type-mismatch", "a key cannot be jsonb");
			}
			element(check, &inner, f->value, groups && !f->computed);
		}
		return;
	default:
		type = check_value(check, &inner, value);
		if (value->kind == VALUE_EXPR && type.kind != TYPE_NONE && !groups
		    && !is_constant(value->args))
			no_group(check, value->args);
		return;
	}
}

struct type
check_shape(struct check *check, const struct place *place, struct value *value)
{
	struct place inner = *place;

	inner.depth = 0;
	element(check, &inner, value, false);
	return JSONB;
}
