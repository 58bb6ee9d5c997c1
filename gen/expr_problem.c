/*
 * expr_problem.c - can an expression be printed within bounds?
 *
 * Named conditions are expanded and parts are printed more than once, so that a short definition
 * may stand for an enormous text.  The size is counted first, with a limit, and the printings
 * then tried, which give up by themselves.
 */
#include <stddef.h>

#include "expr_parts.h"

enum { NODES = 4000, DEPTH = 100 };    /* of values; conditions may be deeper, in chains */

/* Nodes with conditions expanded; stops at the limit. */
static size_t
count(const struct expr *expr, size_t depth, size_t so_far)
{
	const struct expr *arg;
	bool boolean = form_of(&expr->type).kind == FORM_BOOL;

	if (depth > DEPTH || so_far >= NODES)
		return NODES;
	so_far++;
	if (expr->kind == EXPR_NAME && expr->condition != NULL)
		return count(expr->condition->expr, depth, so_far);
	for (arg = expr->args; arg != NULL && so_far < NODES; arg = arg->next)
		so_far = count(arg, boolean ? depth : depth + 1, so_far);
	return so_far;
}

static void
spell_source(struct text *out, const struct expr *source, const struct expr_sql *at)
{
	(void)source;
	(void)at;
	text_add(out, "NULL");
}

const char *
expr_problem(const struct expr *expr, bool hooks)
{
	static const struct expr_c in_c = { .row = "row", .failed = "NULL" };
	static const struct expr_sql in_sql = { .dialect = SQL_SQLITE, .alias = "c",
		.source = spell_source };
	static const char too_complex[] = "is too complex";
	struct arena *arena;
	struct text out;
	enum expr_view view;
	bool fits, text;

	if (count(expr, 0, 0) >= NODES)
		return too_complex;
	arena = arena_new();
	out = (struct text){ .arena = arena };
	fits = expr_sql_print(&out, expr, NULL, &in_sql);
	for (view = EXPR_VIEW_TRUE; hooks && fits && view < EXPR_VIEW_VALUE; view++)
		if (view == EXPR_VIEW_NULL || form_of(&expr->type).kind == FORM_BOOL)
			fits = expr_c_print(&out, expr, view, &in_c);
	text = fits;
	if (hooks && fits)
		fits = expr_c_print(&out, expr, EXPR_VIEW_VALUE, &in_c);
	arena_free(arena);
	if (fits)
		return NULL;
	return text && form_of(&expr->type).kind == FORM_TEXT ?
	    "wants the text of a lower(), which is not generated yet" : too_complex;
}
