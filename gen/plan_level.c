/*
 * plan_level.c - in which order tables are settled: those whose columns others read come first.
 *
 * Tables that read each other (by different columns: check refuses circles of columns), and a table
 * that reads itself up or down a tree, stay in one level.
 */
#include <stdlib.h>
#include <string.h>

#include "plan.h"

enum { NEW, OPEN, DONE };

static void visit_table(struct plan *plan, struct plan_table *table);

struct visited {
	struct plan *plan;
	struct plan_table *holder;
	const struct plan_link *link;
};

/* The holder reads maintained columns of the table. */
static void
visit_read(struct plan *plan, struct plan_table *holder, struct plan_table *table)
{
	visit_table(plan, table);
	if (table->levelled == OPEN)
		table->circular = holder->circular = true;
	if (table->levelled == DONE && table != holder && holder->level <= table->level)
		holder->level = table->level + 1;
}

static void
visit_column(const struct join_row *row, const struct column *column, void *ctx)
{
	const struct visited *visited = ctx;

	if (column->kind != COLUMN_PLAIN && !(visited->link->self && row->from == NULL))
		visit_read(visited->plan, visited->holder, plan_find_table(visited->plan, row->table));
}

static bool
has_others(const struct table *table, const struct column *than)
{
	const struct column *column;

	for (column = table->columns; column != NULL; column = column->next)
		if (column->kind != COLUMN_PLAIN && column != than)
			return true;
	return false;
}

/* SQL of one's own: it may read whatever there is in its own table and in those that it watches. */
static void
visit_raw(struct plan *plan, struct plan_table *table, const struct column *column)
{
	const struct watch *watch;

	for (watch = column->raw->watches; watch != NULL; watch = watch->next)
		if (watch->source != NULL && has_others(watch->source->child, column))
			visit_read(plan, table, plan_find_table(plan, watch->source->child));
	if (has_others(column->table, column))
		visit_read(plan, table, table);
}

static void
visit_table(struct plan *plan, struct plan_table *table)
{
	struct visited visited = { .plan = plan, .holder = table };
	const struct plan_link *link;
	const struct column *column;

	if (table->levelled != NEW)
		return;
	table->levelled = OPEN;
	for (link = table->counted_by; link != NULL; link = link->next_of_holder) {
		visited.link = link;
		plan_walk(link, visit_column, &visited);
	}
	for (column = table->table->columns; column != NULL; column = column->next)
		if (column->kind == COLUMN_MAINTAINED && column->raw != NULL)
			visit_raw(plan, table, column);
	table->levelled = DONE;
}

/* By level, then by name. */
static int
compare(const void *a, const void *b)
{
	const struct plan_table *ta = *(struct plan_table *const *)a;
	const struct plan_table *tb = *(struct plan_table *const *)b;

	if (ta->level != tb->level)
		return ta->level < tb->level ? -1 : 1;
	return strcmp(ta->table->name.text, tb->table->name.text);
}

static void
sort(struct plan *plan)
{
	size_t size = plan->n_tables * sizeof(struct plan_table *);

	plan->by_level = arena_alloc(plan->arena, size);
	memcpy(plan->by_level, plan->by_name, size);
	qsort(plan->by_level, plan->n_tables, sizeof(struct plan_table *), compare);
}

void
plan_levels(struct plan *plan)
{
	unsigned i;

	for (i = 0; i < plan->n_tables; i++)
		visit_table(plan, plan->by_name[i]);
	sort(plan);
}
