/*
 * check_call.c - functions: how many arguments, of which types, and what comes out.
 */
#include <string.h>

#include "check.h"

static const struct type NONE = { .kind = TYPE_NONE };

static const char *const words[] = {
#define X(id, word) [FUNCTION_##id] = word,
	FUNCTIONS(X)
#undef X
};

static enum function
find(const char *word)
{
	for (size_t i = 1; i < sizeof words / sizeof *words; i++)
		if (strcmp(words[i], word) == 0)
			return (enum function)i;
	return FUNCTION_NONE;
}

static void
limits(enum function function, size_t *least, size_t *most)
{
	*least = *most = 1;
	switch (function) {
	case FUNCTION_COALESCE:
	case FUNCTION_LEAST:
	case FUNCTION_GREATEST:
		*least = 2;
		*most = SIZE_MAX;
		break;
	case FUNCTION_NULLIF:
	case FUNCTION_POWER:
		*least = *most = 2;
		break;
	case FUNCTION_ROUND:
		*most = 2;
		break;
	default:
		break;
	}
}

static bool
known(struct check *check, struct expr *expr)
{
	const struct name *name = &expr->names[0];
	struct choice choice = { 0 };
	size_t n = check_count_args(expr), least, most;
	struct diagnostic *d;

	expr->function = find(name->text);
	if (expr->function == FUNCTION_NONE) {
		for (size_t i = 1; i < sizeof words / sizeof *words; i++)
			check_choose(check, &choice, words[i]);
		d = source_error(check->source, name->span, "unknown-function",
		    "there is no function '%s'", name->text);
		check_hint_near(check, d, name->text, &choice);
		return false;
	}
	limits(expr->function, &least, &most);
	if (n >= least && n <= most)
		return true;
	source_error(check->source, expr->span, "argument-count",
	    "'%s' takes %s%zu argument%s, not %zu", name->text,
	    most > least ? n < least ? "at least " : "at most " : "", n < least ? least : most,
	    (n < least ? least : most) == 1 ? "" : "s", n);
	return false;
}

static struct type
wrong(struct check *check, const struct expr *expr, const struct expr *arg, const char *wants)
{
	source_error(check->source, arg->span, "type-mismatch", "'%s' takes %s, not %s",
	    expr->names[0].text, wants, check_type_name(check, &arg->type));
	return NONE;
}

static bool
is_number(const struct expr *arg)
{
	return type_is_number(arg->type.kind) || arg->type.kind == TYPE_NULL;
}

/* coalesce, nullif, least, greatest: all arguments of one type. */
static struct type
alike(struct check *check, struct expr *expr)
{
	struct expr **args = arena_alloc(check->arena,
	    (check_count_args(expr) + 1) * sizeof *args);
	size_t n = 0;
	bool all_nullable = true;
	struct type type;

	for (struct expr *a = expr->args; a; a = a->next) {
		args[n++] = a;
		all_nullable = all_nullable && a->type.nullable;
	}
	type = check_common(check, args, n, expr->span, "combine");
	if (type.kind == TYPE_NONE)
		return NONE;
	if (type.kind == TYPE_INTERVAL || (type.kind == TYPE_JSONB
	    && expr->function != FUNCTION_COALESCE))
		return wrong(check, expr, expr->args, "values that compare");
	if (type.kind == TYPE_BOOL && (expr->function == FUNCTION_LEAST
	    || expr->function == FUNCTION_GREATEST))
		return wrong(check, expr, expr->args, "values that have an order");
	if (expr->function == FUNCTION_NULLIF) {
		if (type.kind != TYPE_NULL && expr->args->type.kind != TYPE_NULL)
			type = expr->args->type;
		type.nullable = true;
	} else {
		type.nullable = all_nullable;
	}
	return type;
}

static struct type
round_type(struct check *check, const struct expr *expr)
{
	const struct expr *value = expr->args, *places = value->next;
	struct type type = value->type;
	int scale = 0;

	if (!is_number(value))
		return wrong(check, expr, value, "a number");
	if (places && (places->kind != EXPR_INT || places->integer < 0 || places->integer > 15)) {
		source_error(check->source, places->span, "type-mismatch",
		    "the second argument of 'round' is a literal from 0 to 15");
		return NONE;
	}
	if (places)
		scale = (int)places->integer;
	if (type_is_integer(type.kind) || type.kind == TYPE_NULL) {
		type.kind = TYPE_INT64;
	} else if (type.kind == TYPE_DECIMAL) {
		if (scale >= type.scale)
			return type;
		if (type.precision)
			type.precision += scale - type.scale + 1;
		type.scale = scale;
	} else {
		type.kind = TYPE_FLOAT64;
	}
	return type;
}

static struct type
date_type(struct check *check, const struct expr *expr)
{
	static const struct type timestamp = { .kind = TYPE_TIMESTAMP };
	struct expr *arg = expr->args;

	if (!check_adapt(check, arg, &timestamp))
		return NONE;
	if (arg->type.kind != TYPE_TIMESTAMP && arg->type.kind != TYPE_DATE
	    && arg->type.kind != TYPE_NULL)
		return wrong(check, expr, arg, "a timestamp");
	/* The day of a timestamp far off is NULL. */
	return (struct type){ .kind = TYPE_DATE,
		.nullable = arg->type.kind != TYPE_DATE || arg->type.nullable };
}

static struct type
of_numbers(struct check *check, const struct expr *expr)
{
	struct type type = expr->args->type;

	for (const struct expr *a = expr->args; a; a = a->next) {
		if (!is_number(a))
			return wrong(check, expr, a, "a number");
		type.nullable = type.nullable || a->type.nullable;
	}
	if (expr->function == FUNCTION_ABS) {
		if (type.kind == TYPE_DECIMAL)
			return type;
		type.kind = type_is_integer(type.kind) || type.kind == TYPE_NULL
		    ? TYPE_INT64 : TYPE_FLOAT64;
		return type;
	}
	type = (struct type){ .kind = TYPE_FLOAT64, .nullable = type.nullable };
	if (expr->function == FUNCTION_POWER || !check_never_zero(expr->args, true))
		type.nullable = true;
	return type;
}

static struct type
of_text(struct check *check, const struct expr *expr)
{
	const struct type *arg = &expr->args->type;

	if (arg->kind != TYPE_TEXT && arg->kind != TYPE_NULL)
		return wrong(check, expr, expr->args, "a text");
	return (struct type){
		.kind = expr->function == FUNCTION_LENGTH ? TYPE_INT64 : TYPE_TEXT,
		.nullable = arg->nullable,
	};
}

struct type
check_call(struct check *check, struct expr *expr)
{
	if (!known(check, expr))
		return NONE;
	for (const struct expr *a = expr->args; a; a = a->next)
		if (a->type.kind == TYPE_NONE)
			return NONE;
	switch (expr->function) {
	case FUNCTION_COALESCE:
	case FUNCTION_NULLIF:
	case FUNCTION_LEAST:
	case FUNCTION_GREATEST:
		return alike(check, expr);
	case FUNCTION_ROUND:
		return round_type(check, expr);
	case FUNCTION_DATE:
		return date_type(check, expr);
	case FUNCTION_LENGTH:
	case FUNCTION_LOWER:
		return of_text(check, expr);
	default:
		return of_numbers(check, expr);
	}
}
