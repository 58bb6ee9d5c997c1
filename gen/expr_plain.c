/*
 * expr_plain.c - printing of expressions that are plain column names, until the printers proper
 * take over: these are weak symbols.
 */
#include <stdio.h>
#include <stdlib.h>

#include "expr.h"

#define WEAK __attribute__((weak))

static void
only_names(const struct expr *e)
{
	if (e->kind != EXPR_NAME || e->column == NULL) {
		fputs("ccgen: expressions are printed once gen/expr_*.c are there\n", stderr);
		exit(2);
	}
}

WEAK void
expr_c(struct text *out, const struct expr *e, enum expr_view v, const struct expr_c *c)
{
	only_names(e);
	text_format(out, "%s->%s", c->row, name_c(out->arena, e->column->name.text));
	if (v == EXPR_VIEW_NULL)
		text_add(out, ".null");
	else if (e->column->type.nullable && e->column->type.kind != TYPE_TEXT)
		text_add(out, ".value");
}

WEAK bool
expr_may_fail(const struct expr *e)
{
	(void)e;
	return false;
}

WEAK void
expr_sql(struct text *out, const struct expr *e, const struct expr_sql *c)
{
	only_names(e);
	if (c->column && e->column->kind != COLUMN_PLAIN) {
		c->column(out, e->column, c->ctx);
		return;
	}
	if (c->alias)
		text_format(out, "%s.", c->alias);
	text_sql_name(out, column_sql_name(e->column));
}

WEAK void
expr_sql_store(struct text *out, const struct column *column, const char *v,
    const struct expr_sql *c)
{
	(void)column;
	(void)c;
	text_add(out, v);
}

WEAK void
expr_sql_read(struct text *out, const struct column *column, const struct expr_sql *c)
{
	if (c->alias)
		text_format(out, "%s.", c->alias);
	text_sql_name(out, column_sql_name(column));
}

WEAK bool
expr_linear(struct arena *arena, const struct expr *e, int64_t *k, struct expr_linear_term **t)
{
	*k = 0;
	*t = arena_alloc(arena, sizeof(**t));
	(*t)->factor = 1;
	(*t)->source = e->source;
	return e->kind == EXPR_SOURCE;
}
