/*
 * expr_column.c - a column of a row in C, the row itself or one that a path leads to.
 *
 * A row on the path is there.  One beside it may not be: its pointer is NULL then, and so are its
 * columns.
 */
#include <stddef.h>

#include "expr_parts.h"

static const struct join_row *
row_of(struct printer *p, const struct expr *name)
{
	if (p->context->join == NULL)
		return NULL;
	return join_find(p->context->join, p->context->at, name);
}

/* The pointer to the row, NULL where the column's is NULL. */
static const char *
pointer(struct printer *p, const struct expr *name)
{
	const struct join_row *row = row_of(p, name);

	if (row == NULL)
		return p->context->row;
	return p->context->spell(row, name->column->kind != COLUMN_PLAIN, p->context->ctx);
}

static bool
is_optional(struct printer *p, const struct expr *name)
{
	const struct join_row *row = row_of(p, name);

	return row != NULL && !row->by;
}

/* A column that is a pointer, NULL for itself. */
static bool
is_pointer(const struct expr *name)
{
	enum form_kind form = form_of(&name->type).kind;

	return form == FORM_TEXT || form == FORM_DECIMAL;
}

static const struct cond *
test(struct printer *p, const char *is, const char *is_not, int bind, int not_bind)
{
	return cond_atom(p->arena, is, bind, is_not, not_bind, false);
}

const struct cond *
column_is_null(struct printer *p, const struct expr *name)
{
	const struct cond *null = cond_constant(false);
	const char *row = pointer(p, name), *member = name_c(p->arena, name->column->name.text);

	if (!name->type.nullable)
		return null;
	if (is_optional(p, name))
		null = test(p, arena_format(p->arena, "%s == NULL", row),
		    arena_format(p->arena, "%s != NULL", row), BIND_EQUAL, BIND_EQUAL);
	if (!name->column->type.nullable || column_null_is_zero(name->column))
		return null;
	if (is_pointer(name))
		return cond_or(p->arena, null, test(p, arena_format(p->arena, "%s->%s == NULL", row, member),
		    arena_format(p->arena, "%s->%s != NULL", row, member), BIND_EQUAL, BIND_EQUAL));
	return cond_or(p->arena, null, test(p, arena_format(p->arena, "%s->%s.null", row, member),
	    arena_format(p->arena, "!%s->%s.null", row, member), BIND_PRIMARY, BIND_UNARY));
}

/* What a maintained column holds, which may be NULL and then is 0. */
static struct val
counted(struct printer *p, const struct expr *name, const char *member)
{
	struct val val = { .text = member, .bind = BIND_PRIMARY };

	if (!name->column->type.nullable)
		return val;
	if (is_pointer(name))
		val.text = arena_format(p->arena, "%s == NULL ? \"0\" : %s", member, member);
	else
		val.text = arena_format(p->arena, "%s.null ? 0 : %s.value", member, member);
	val.bind = BIND_CHOICE;
	return val;
}

/* As it is in the struct, without a test for a missing row, but for text. */
static struct val
held(struct printer *p, const struct expr *name)
{
	const char *row = pointer(p, name);
	const char *member = arena_format(p->arena, "%s->%s", row,
	    name_c(p->arena, name->column->name.text));
	struct val val = { .text = member, .bind = BIND_PRIMARY };

	if (column_null_is_zero(name->column))
		return counted(p, name, member);
	if (name->column->type.nullable && !is_pointer(name))
		val.text = arena_format(p->arena, "%s.value", member);
	if (form_of(&name->type).kind == FORM_TEXT && is_optional(p, name)) {
		val.text = arena_format(p->arena, "%s == NULL ? NULL : %s", row, member);
		val.bind = BIND_CHOICE;
	}
	return val;
}

struct val
column_value(struct printer *p, const struct expr *name)
{
	const struct type *type = &name->column->type;
	struct val val = held(p, name);

	if (type->kind == TYPE_DECIMAL) {
		val.text = arena_format(p->arena, "%s(%s, %s, %s)",
		    type->storage == STORAGE_UNITS ? "cc_decimal_units" : "cc_decimal", val.text,
		    val_constant(p, type->scale).text, p->context->failed);
		return (struct val){ .text = val.text, .bind = BIND_PRIMARY, .wide = true, .fails = true };
	}
	if (type->kind == TYPE_FLOAT32) {
		val.text = arena_format(p->arena, "(double)%s", val_in(p, val, BIND_UNARY));
		val.bind = BIND_UNARY;
	}
	val.wide = type->kind == TYPE_INT64 || type->kind == TYPE_TIMESTAMP;
	return val;
}
