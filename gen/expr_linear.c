/*
 * expr_linear.c - is an expression a linear combination of sources, and are two expressions equal?
 *
 * Linear are sums, differences and multiples by integer constants: such a column changes by
 * deltas.  Equality is of structure: it may miss that two expressions mean the same, never the
 * reverse.
 */
#include <stddef.h>
#include <string.h>

#include "expr_parts.h"

/* ---- linear ------------------------------------------------------------------------------- */

struct linear {
	struct arena *arena;
	int64_t constant;
	struct expr_linear_term *terms, **end;
};

/* An integer without sources, computed now. */
static bool
whole_constant(const struct expr *expr, int64_t *value)
{
	int64_t a, b;

	if (expr->kind == EXPR_INT) {
		*value = expr->integer;
		return true;
	}
	if (expr->kind < EXPR_NEGATE || expr->kind > EXPR_MODULO || !whole_constant(expr->args, &a))
		return false;
	if (expr->kind == EXPR_NEGATE)
		return !__builtin_sub_overflow(0, a, value);
	if (!whole_constant(expr->args->next, &b))
		return false;
	if (expr->kind == EXPR_ADD)
		return !__builtin_add_overflow(a, b, value);
	if (expr->kind == EXPR_SUBTRACT)
		return !__builtin_sub_overflow(a, b, value);
	if (expr->kind == EXPR_MULTIPLY)
		return !__builtin_mul_overflow(a, b, value);
	if (b == 0 || b == -1)
		return false;
	*value = expr->kind == EXPR_DIVIDE ? a / b : a % b;
	return true;
}

/* Adds factor * expr. */
static bool
add(struct linear *sum, const struct expr *expr, int64_t factor)
{
	struct expr_linear_term *term;
	const struct expr *a = expr->args;
	int64_t value;

	if (whole_constant(expr, &value))
		return !__builtin_mul_overflow(value, factor, &value) &&
		    !__builtin_add_overflow(sum->constant, value, &sum->constant);
	switch (expr->kind) {
	case EXPR_SOURCE:
		if (sum->arena == NULL)
			return true;
		term = arena_alloc(sum->arena, sizeof(*term));
		term->factor = factor;
		term->source = expr->source;
		*sum->end = term;
		sum->end = &term->next;
		return true;
	case EXPR_NEGATE:
		return !__builtin_sub_overflow(0, factor, &value) && add(sum, a, value);
	case EXPR_ADD:
		return add(sum, a, factor) && add(sum, a->next, factor);
	case EXPR_SUBTRACT:
		return add(sum, a, factor) && !__builtin_sub_overflow(0, factor, &value) &&
		    add(sum, a->next, value);
	case EXPR_MULTIPLY:
		if (whole_constant(a, &value))
			a = a->next;
		else if (!whole_constant(a->next, &value))
			return false;
		return !__builtin_mul_overflow(factor, value, &value) && add(sum, a, value);
	default:
		return false;
	}
}

bool
expr_linear(struct arena *arena, const struct expr *expr, int64_t *constant,
    struct expr_linear_term **terms)
{
	struct linear sum = { .arena = arena };

	sum.end = &sum.terms;
	if (!add(&sum, expr, 1))
		return false;
	*constant = sum.constant;
	*terms = sum.terms;
	return true;
}

/* A count or a sum of what a row itself, and rows up its paths, say. */
static bool
is_delta(const struct source_clause *source)
{
	return (source->value->kind == VALUE_COUNT || source->value->kind == VALUE_SUM) &&
	    !expr_asks(source->where) && !expr_asks(source->value->args) &&
	    !expr_source_asks(source);
}

static bool
counts_or_sums(const struct expr *expr)
{
	const struct expr *arg;
	bool any = false;

	if (expr->kind == EXPR_SOURCE)
		return is_delta(expr->source);
	for (arg = expr->args; arg != NULL; arg = arg->next) {
		if (counts_or_sums(arg))
			any = true;
		else if (!whole_constant(arg, &(int64_t){ 0 }))
			return false;
	}
	return any;
}

bool
expr_is_linear(const struct expr *expr)
{
	struct linear sum = { .arena = NULL };

	return counts_or_sums(expr) && add(&sum, expr, 1);
}

/* ---- equal --------------------------------------------------------------------------------------- */

static bool
same_text(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool
lists_equal(const struct expr *a, const struct expr *b)
{
	for (; a != NULL && b != NULL; a = a->next, b = b->next)
		if (!expr_equal(a, b))
			return false;
	return a == b;
}

static bool
sources_equal(const struct source_clause *a, const struct source_clause *b)
{
	const struct step *s = a->by, *t = b->by;

	if (a->value->kind != b->value->kind || a->value->kind > VALUE_AVG || a->child != b->child ||
	    a->keep != b->keep || !lists_equal(a->value->args, b->value->args) ||
	    (a->where == NULL) != (b->where == NULL) ||
	    (a->otherwise == NULL) != (b->otherwise == NULL))
		return false;
	for (; s != NULL && t != NULL; s = s->next, t = t->next)
		if (s->reference != t->reference || s->repeat != t->repeat)
			return false;
	return s == NULL && t == NULL && (a->where == NULL || expr_equal(a->where, b->where)) &&
	    (a->otherwise == NULL || expr_equal(a->otherwise, b->otherwise));
}

bool
expr_equal(const struct expr *a, const struct expr *b)
{
	size_t i;

	if (a->kind != b->kind || a->negated != b->negated || a->function != b->function ||
	    a->type.kind != b->type.kind || a->type.scale != b->type.scale)
		return false;
	switch (a->kind) {
	case EXPR_BOOL:
		return a->boolean == b->boolean;
	case EXPR_INT:
		return a->integer == b->integer;
	case EXPR_INTERVAL:
		return a->integer == b->integer && a->unit == b->unit;
	case EXPR_DECIMAL:
	case EXPR_TEXT:
		return same_text(a->text, b->text);
	case EXPR_NAME:
		if (a->column != b->column || a->condition != b->condition || a->n_path != b->n_path)
			return false;
		for (i = 0; i < a->n_path; i++)
			if (a->path[i] != b->path[i])
				return false;
		return true;
	case EXPR_SOURCE:
		return sources_equal(a->source, b->source);
	case EXPR_ADD:
	case EXPR_MULTIPLY:
		return lists_equal(a->args, b->args) || (expr_equal(a->args, b->args->next) &&
		    expr_equal(a->args->next, b->args));
	default:
		return lists_equal(a->args, b->args);
	}
}
