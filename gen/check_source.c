/*
 * check_source.c - `count(*) from posts by author_id where …`: the child, the path up to the
 * holder, the condition, and what is aggregated.
 */
#include "check.h"

static const struct type NONE = { .kind = TYPE_NONE };

const char *
check_value_word(const struct value *value)
{
	static const char *const words[] = {
		[VALUE_COUNT] = "count(*)", [VALUE_COUNT_DISTINCT] = "count(distinct …)",
		[VALUE_EXISTS] = "exists(*)", [VALUE_SUM] = "sum(…)", [VALUE_MIN] = "min(…)",
		[VALUE_MAX] = "max(…)", [VALUE_AVG] = "avg(…)", [VALUE_FIRST] = "first(…)",
		[VALUE_OBJECT] = "{ … }", [VALUE_ARRAY] = "[ … ]",
		[VALUE_EXPR] = "an expression",
	};

	return words[value->kind];
}

/* ---- aggregates ------------------------------------------------------------------- */

static void
wrong_argument(struct check *check, const struct value *value, const struct expr *arg)
{
	struct diagnostic *d = source_error(check->source, arg->span, "aggregate-type",
	    "%s cannot be taken over %s values", check_value_word(value),
	    check_type_name(check, &arg->type));

	if (arg->type.kind == TYPE_BOOL && value->kind == VALUE_SUM)
		source_hint(check->source, d, "'count(*) … where …' counts the rows where it is true");
	else if (value->kind == VALUE_SUM || value->kind == VALUE_AVG)
		source_hint(check->source, d, "it needs numbers");
	else
		source_hint(check->source, d, "it needs values that compare");
}

static struct type
of_number(struct check *check, const struct value *value)
{
	struct type type = value->args->type;

	if (type.kind == TYPE_NONE)
		return NONE;
	if (!type_is_number(type.kind)) {
		wrong_argument(check, value, value->args);
		return NONE;
	}
	if (type_is_integer(type.kind))
		type.kind = TYPE_INT64;
	else if (type.kind == TYPE_FLOAT32)
		type.kind = TYPE_FLOAT64;
	if (value->kind == VALUE_AVG && type.kind != TYPE_DECIMAL)
		type.kind = TYPE_FLOAT64;
	type.nullable = value->kind == VALUE_AVG;
	return type;
}

static bool
compares(enum type_kind kind, bool ordered)
{
	return kind != TYPE_JSONB && kind != TYPE_NULL && kind != TYPE_INTERVAL
	    && !(ordered && kind == TYPE_BOOL);
}

static struct type
of_values(struct check *check, const struct value *value)
{
	struct type type = { .kind = TYPE_INT64 };
	bool ordered = value->kind != VALUE_COUNT_DISTINCT;

	for (const struct expr *e = value->args; e; e = e->next) {
		if (e->type.kind == TYPE_NONE)
			return NONE;
		if (!compares(e->type.kind, ordered)) {
			wrong_argument(check, value, e);
			return NONE;
		}
	}
	if (ordered) {
		type = value->args->type;
		type.nullable = true;
	}
	return type;
}

static void
terms(struct check *check, const struct place *place, struct term *terms)
{
	struct type type;

	for (struct term *t = terms; t; t = t->next) {
		type = check_expr(check, place, t->expr);
		if (type.kind != TYPE_NONE && !compares(type.kind, false))
			source_error(check->source, t->expr->span, "type-mismatch",
			    "cannot order by %s", check_type_name(check, &type));
	}
}

struct type
check_value(struct check *check, const struct place *place, struct value *value)
{
	struct type type;

	for (struct expr *e = value->args; e; e = e->next)
		check_expr(check, place, e);
	terms(check, place, value->order);
	switch (value->kind) {
	case VALUE_COUNT:
		return (struct type){ .kind = TYPE_INT64 };
	case VALUE_EXISTS:
		return (struct type){ .kind = TYPE_BOOL };
	case VALUE_SUM:
	case VALUE_AVG:
		return of_number(check, value);
	case VALUE_COUNT_DISTINCT:
	case VALUE_MIN:
	case VALUE_MAX:
		return of_values(check, value);
	case VALUE_FIRST:
		type = value->args->type;
		type.nullable = true;
		return type;
	case VALUE_EXPR:
		return value->args->type;
	default:
		return check_shape(check, place, value);
	}
}

/* ---- else ---------------------------------------------------------------------------- */

static bool
may_be_null(const struct value *value)
{
	return value->kind == VALUE_MIN || value->kind == VALUE_MAX || value->kind == VALUE_AVG
	    || value->kind == VALUE_FIRST;
}

static struct type
otherwise(struct check *check, struct source_clause *source, struct type type)
{
	struct place place = { .table = source->holder, .sources = false };
	struct expr pretended = { .kind = EXPR_NULL, .type = type };
	struct expr *both[] = { &pretended, source->otherwise };
	bool nullable;
	struct diagnostic *d;

	if (!source->otherwise && !source->keep)
		return type;
	if (source->otherwise)
		check_expr(check, &place, source->otherwise);
	if (!may_be_null(source->value)) {
		d = source_error(check->source, source->otherwise ? source->otherwise->span
		    : source->value->span, "else-never",
		    "%s always has a value, so 'else' is never used",
		    check_value_word(source->value));
		source_hint(check->source, d, "leave out 'else'");
		return type;
	}
	if (!source->otherwise) {
		type.nullable = false;
		return type;
	}
	nullable = source->otherwise->type.nullable;
	type = check_common(check, both, 2, source->otherwise->span, "combine");
	type.nullable = nullable;
	return type;
}

/* ---- the clause -------------------------------------------------------------------------- */

struct type
check_source(struct check *check, struct source_clause *source, struct table *holder)
{
	struct place place = { .sources = true };
	struct type type;

	source->holder = holder;
	source->child = check_table(check, &source->from);
	if (!source->child)
		return NONE;
	check_by(check, source);
	place.table = source->child;
	type = check_value(check, &place, source->value);
	if (source->where)
		check_boolean(check, &place, source->where, "'where'");
	if (type.kind == TYPE_NONE)
		return NONE;
	return otherwise(check, source, type);
}
