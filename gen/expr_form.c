/*
 * expr_form.c - forms of values, and expressions made from others.
 *
 * Used by both printings.  The types are check's; nothing here decides what is legal.
 */
#include <inttypes.h>
#include <stddef.h>
#include <string.h>

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

void
expr_add_arg(struct arena *arena, struct expr *to, const struct expr *arg)
{
	expr_append(arena, to, arg);
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

static void
put_before(struct arena *arena, struct expr *expr, const struct expr *name)
{
	struct reference **path = arena_alloc(arena, (name->n_path + expr->n_path) * sizeof *path);

	memcpy(path, name->path, name->n_path * sizeof *path);
	if (expr->n_path > 0)
		memcpy(path + name->n_path, expr->path, expr->n_path * sizeof *path);
	expr->path = path;
	expr->n_path += name->n_path;
	expr->type.nullable = true;
}

static struct expr *
copy_through(struct arena *arena, const struct expr *expr, const struct expr *name)
{
	struct expr *copy = arena_alloc(arena, sizeof *copy), *made;
	const struct expr *arg;

	*copy = *expr;
	copy->prev = copy->next = copy->args = NULL;
	if (expr->kind == EXPR_NAME)
		put_before(arena, copy, name);
	for (arg = expr->args; arg != NULL; arg = arg->next) {
		made = copy_through(arena, arg, name);
		DL_APPEND(copy->args, made);
	}
	return copy;
}

const struct expr *
expr_of_condition(struct arena *arena, const struct expr *name)
{
	if (name->n_path == 0)
		return name->condition->expr;
	return copy_through(arena, name->condition->expr, name);
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

/* ---- now() ------------------------------------------------------------------------------ */

bool
expr_moment(const struct expr *expr, int64_t *number, enum unit *unit)
{
	struct shift shift;
	const struct expr *interval;

	*number = 0;
	*unit = UNIT_SECOND;
	if (expr->kind == EXPR_NOW)
		return true;
	if (!expr_shift(expr, &shift) || shift.time->kind != EXPR_NOW)
		return false;
	interval = shift.time == expr->args ? expr->args->next : expr->args;
	*number = expr->kind == EXPR_ADD ? interval->integer : -interval->integer;
	*unit = interval->unit;
	return true;
}

const char *
expr_moment_name(struct arena *arena, const struct expr *expr)
{
	static const char *const words[] = { [UNIT_SECOND] = "second", [UNIT_MINUTE] = "minute",
		[UNIT_HOUR] = "hour", [UNIT_DAY] = "day", [UNIT_WEEK] = "week", [UNIT_MONTH] = "month",
		[UNIT_YEAR] = "year" };
	int64_t number, size;
	enum unit unit;

	if (!expr_moment(expr, &number, &unit) || number == 0)
		return "now()";
	size = number < 0 ? -number : number;
	return arena_format(arena, "now() %c %" PRId64 " %s%s", number < 0 ? '-' : '+', size,
	    words[unit], size == 1 ? "" : "s");
}
