/*
 * plan_column.c - maintained columns of the plan: their kinds, types and ranges.
 *
 * What a maintained column is decides how it is kept: counts, sums and what is linear in them by
 * deltas, everything else by computing it again.
 */
#include <stdlib.h>
#include <string.h>

#include "plan.h"

enum { KEY_PARTS = 16 };               /* as CC_KEY_PARTS: parameters beside are behind them */

/* ---- the columns themselves ---------------------------------------------------------- */

static enum plan_kind
column_kind(const struct column *column)
{
	if (column->kind == COLUMN_TALLY)
		return PLAN_TALLY;
	if (column->kind == COLUMN_PLAIN)
		return PLAN_TOUCH;
	return column->definition != NULL && expr_is_linear(column->definition) ? PLAN_LINEAR :
	    PLAN_DERIVED;
}

static void
column_range(struct plan_column *made)
{
	const struct type *type = &made->column->type;
	int i;

	made->min = INT64_MIN;
	made->max = INT64_MAX;
	made->ranged = type_is_integer(type->kind) || type->kind == TYPE_DECIMAL;
	if (type->kind == TYPE_INT16) {
		made->min = INT16_MIN;
		made->max = INT16_MAX;
	} else if (type->kind == TYPE_INT32) {
		made->min = INT32_MIN;
		made->max = INT32_MAX;
	} else if (type->kind == TYPE_DECIMAL) {
		made->max = 1;
		for (i = 0; i < type->precision && i < 18; i++)
			made->max *= 10;
		made->max--;
		made->min = -made->max;
	}
}

static void
add_column(struct plan *plan, struct plan_table *table, struct column *column)
{
	struct plan_column *made = &table->columns[table->n_columns++];

	made->column = column;
	made->table = table;
	made->kind = column_kind(column);
	made->nullable = column->type.nullable;
	made->type = plan_type(&column->type, made->nullable && made->kind == PLAN_DERIVED);
	made->zero = made->kind == PLAN_DERIVED && !made->type.real
	    && column_null_is_zero(column);
	made->name = name_c(plan->arena, column->name.text);
	made->sql = plan_sql_name(plan->arena, column);
	made->keep = column->never_decrement;
	made->immediate = column->strategy == STRATEGY_IMMEDIATE;
	made->batch = column->strategy == STRATEGY_BATCH;
	if (made->kind == PLAN_DERIVED)
		made->form = plan_form(column);
	column_range(made);
}

static int
by_kind_and_name(const void *a, const void *b)
{
	const struct plan_column *x = a, *y = b;

	if ((x->kind == PLAN_TOUCH) != (y->kind == PLAN_TOUCH))
		return x->kind == PLAN_TOUCH ? 1 : -1;
	return strcmp(x->column->name.text, y->column->name.text);
}

static void
add_touched(struct plan *plan, struct plan_table *table)
{
	struct column *column;

	for (column = table->table->columns; column != NULL; column = column->next) {
		if (column->touched != NULL && plan_find_column(table, column->touched) == NULL)
			add_column(plan, table, column->touched);
	}
}

void
plan_columns(struct plan *plan, struct plan_table *table)
{
	struct arena *arena = plan->arena;
	struct column *column;
	unsigned n = 0, n_beside = 0, i;

	for (column = table->table->columns; column != NULL; column = column->next)
		n += column->kind != COLUMN_PLAIN;
	if (n == 0)
		return;
	table->columns = arena_alloc(arena, 2 * n * sizeof(*table->columns));
	table->declared_columns = arena_alloc(arena, n * sizeof(struct plan_column *));
	for (column = table->table->columns; column != NULL; column = column->next) {
		if (column->kind != COLUMN_PLAIN)
			add_column(plan, table, column);
	}
	table->n_maintained = n;
	add_touched(plan, table);
	qsort(table->columns, table->n_columns, sizeof(*table->columns), by_kind_and_name);
	for (i = 0; i < table->n_columns; i++) {
		table->columns[i].index = i;
		if (table->columns[i].form == PLAN_LEAST || table->columns[i].form == PLAN_GREATEST)
			table->columns[i].beside = table->n_columns + KEY_PARTS + ++n_beside;
		if (table->columns[i].column->touched != NULL)
			table->columns[i].touch = plan_find_column(table, table->columns[i].column->touched);
	}
	n = 0;
	for (column = table->table->columns; column != NULL; column = column->next) {
		if (column->kind != COLUMN_PLAIN)
			table->declared_columns[n++] = plan_find_column(table, column);
	}
}
