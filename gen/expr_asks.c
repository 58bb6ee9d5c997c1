/*
 * expr_asks.c - what only the database tells, as opposed to a row and those up its paths.
 *
 * Hooks judge a row by itself and by rows that are read one by one, each by a key that a row before
 * it has.  Where a path goes on behind a tree, goes by a key that climbs itself, or meets a default
 * scope or a `when` that reads more than its own row, a query has to say which parents there are.
 */
#include <stddef.h>

#include "expr.h"

/*
 * What a condition's expression answers, found out once: conditions that build on each other
 * would be walked twice as often with each step.  A circle of them is refused elsewhere.
 */
static bool
answer(const struct expr *expr, enum condition_answer *known, bool (*ask)(const struct expr *))
{
	if (*known == CONDITION_UNASKED) {
		*known = CONDITION_NO;
		*known = ask(expr) ? CONDITION_YES : CONDITION_NO;
	}
	return *known == CONDITION_YES;
}

bool
expr_climbs(const struct expr *expr)
{
	const struct expr *arg;

	if (expr->n_path > 0)
		return true;
	if (expr->condition != NULL &&
	    answer(expr->condition->expr, &expr->condition->climbs, expr_climbs))
		return true;
	for (arg = expr->args; arg != NULL; arg = arg->next)
		if (expr_climbs(arg))
			return true;
	return false;
}

/* Does a scope or a `when` read more than plain columns of its own row? */
static bool
reads_more(const struct expr *expr)
{
	const struct expr *arg;

	if (expr->kind == EXPR_NOW || expr->kind == EXPR_SOURCE || expr->n_path > 0)
		return true;
	if (expr->column != NULL && expr->column->kind != COLUMN_PLAIN)
		return true;
	if (expr->condition != NULL &&
	    answer(expr->condition->expr, &expr->condition->reads_more, reads_more))
		return true;
	for (arg = expr->args; arg != NULL; arg = arg->next)
		if (reads_more(arg))
			return true;
	return false;
}

bool
expr_scope_asks(const struct table *table)
{
	return table->scope != NULL && reads_more(table->scope);
}

bool
expr_when_asks(const struct reference *reference)
{
	return reference->when != NULL && reads_more(reference->when);
}

bool
expr_key_climbs(const struct reference *reference)
{
	const struct expr *part;

	for (part = reference->exprs; part != NULL; part = part->next)
		if (expr_climbs(part))
			return true;
	return false;
}

/* Does it read a row that is not found, or not known to be there, without asking? */
static bool
reads_far(const struct expr *expr)
{
	size_t i;

	for (i = 0; i < expr->n_path; i++)
		if (expr_key_climbs(expr->path[i]) || expr_when_asks(expr->path[i]) ||
		    expr_scope_asks(expr->path[i]->parent))
			return true;
	return expr->condition != NULL &&
	    answer(expr->condition->expr, &expr->condition->asks, expr_asks);
}

bool
expr_asks(const struct expr *expr)
{
	const struct expr *arg;

	if (expr == NULL)
		return false;
	if (expr->kind == EXPR_SOURCE || reads_far(expr))
		return true;
	for (arg = expr->args; arg != NULL; arg = arg->next)
		if (expr_asks(arg))
			return true;
	return false;
}

/*
 * The key of the last step may be read from the rows on the path, and a tree climbed row by row.  A
 * path that was not found is told elsewhere.
 */
bool
expr_source_asks(const struct source_clause *source)
{
	const struct step *step;

	if (source->child != NULL && expr_scope_asks(source->child))
		return true;
	for (step = source->by; step != NULL && step->reference != NULL; step = step->next) {
		if (expr_when_asks(step->reference))
			return true;
		if ((step->next != NULL || step->repeat != 0) && expr_key_climbs(step->reference))
			return true;
		if (step->next != NULL && (step->repeat != 0 || expr_scope_asks(step->reference->parent)))
			return true;
		if (step->repeat != 0 && expr_scope_asks(step->reference->parent))
			return true;
	}
	return false;
}
