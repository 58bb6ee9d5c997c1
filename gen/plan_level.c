/*
 * plan_level.c - in which order tables are settled: those whose columns others read come first.
 *
 * Tables that read each other (by different columns: check refuses circles of columns), and a table
 * that reads itself up or down a tree, stay in one level.
 */
#include "plan.h"

enum { NEW, OPEN, DONE };

static void visit_table(struct plan *plan, struct plan_table *table);

struct visited {
	struct plan *plan;
	struct plan_table *holder;
};

static void
visit_column(const struct join_row *row, const struct column *column, void *ctx)
{
	const struct visited *visited = ctx;
	struct plan_table *table;

	if (column->kind == COLUMN_PLAIN)
		return;
	table = plan_find_table(visited->plan, row->table);
	visit_table(visited->plan, table);
	if (table->levelled == DONE && table != visited->holder &&
	    visited->holder->level <= table->level)
		visited->holder->level = table->level + 1;
}

static void
visit_table(struct plan *plan, struct plan_table *table)
{
	struct visited visited = { plan, table };
	const struct plan_link *link;

	if (table->levelled != NEW)
		return;
	table->levelled = OPEN;
	for (link = table->counted_by; link != NULL; link = link->next_of_holder)
		plan_walk(link, visit_column, &visited);
	table->levelled = DONE;
}

void
plan_levels(struct plan *plan)
{
	unsigned i;

	for (i = 0; i < plan->n_tables; i++)
		visit_table(plan, plan->by_name[i]);
}
