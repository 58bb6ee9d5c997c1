/*
 * check_expanded.c - derived columns that would be too long once they are spelt out.
 *
 * In the SQL of an UPDATE a derived column stands for itself wherever another one reads it, so a
 * short chain of columns that each read the one before twice is a very long statement.
 */
#include "check.h"

enum { NODES = 500 };                  /* of an expression, spelt out */

static bool
is_derived(const struct column *column)
{
	return column->kind == COLUMN_MAINTAINED && column->definition &&
	    !check_has_source(column->definition);
}

/* Counts the nodes down from `left`; takes no longer than that. */
static void
spell_out(const struct expr *expr, size_t *left)
{
	if (*left == 0)
		return;
	--*left;
	if (expr->kind == EXPR_NAME && expr->column && is_derived(expr->column))
		spell_out(expr->column->definition, left);
	if (expr->kind == EXPR_NAME && expr->condition)
		spell_out(expr->condition->expr, left);
	for (const struct expr *a = expr->args; a; a = a->next)
		spell_out(a, left);
}

static bool
fits(const struct expr *expr)
{
	size_t left = NODES;

	spell_out(expr, &left);
	return left > 0;
}

/* The columns that it reads directly fit: what is too much begins here. */
static bool
reads_what_fits(const struct expr *expr)
{
	if (expr->kind == EXPR_NAME && expr->column && is_derived(expr->column))
		return fits(expr->column->definition);
	for (const struct expr *a = expr->args; a; a = a->next)
		if (!reads_what_fits(a))
			return false;
	return true;
}

void
check_expanded(struct check *check, const struct table *table)
{
	struct diagnostic *d;

	for (const struct column *c = table->columns; c; c = c->next) {
		if (!is_derived(c) || fits(c->definition) || !reads_what_fits(c->definition))
			continue;
		d = source_error(check->source, c->definition->span, "not-generated",
		    "the expression is too complex with the derived columns that it reads");
		source_hint(check->source, d, "read each of them once, or fewer of them");
	}
}
