/*
 * doc_graph.c - which tables and columns the changes of a maintained column come from.
 *
 * An edge from each table whose rows count; from each maintained column that is an input; and,
 * fainter, from tables that only decide: on the way up, or read by a condition.
 */
#include <utlist.h>

#include "doc_parts.h"

struct target {
	struct doc_maker *maker;
	const struct doc_row *row;
};

static void
edge(const struct target *target, enum doc_edge_kind kind, const struct table *from,
    const struct column *from_column)
{
	struct doc_edge *first = target->maker->doc->edges, *edge;

	/* Those of a row are the last ones. */
	for (edge = first != NULL ? first->prev : NULL; edge != NULL && edge->to == target->row;
	    edge = edge == first ? NULL : edge->prev)
		if (edge->from == from && edge->from_column == from_column)
			return;
	edge = arena_alloc(target->maker->arena, sizeof *edge);
	edge->kind = kind;
	edge->from = from;
	edge->from_column = from_column;
	edge->to = target->row;
	DL_APPEND(target->maker->doc->edges, edge);
}

static void names_in(const struct expr *expr, void *ctx);

static void
name(const struct expr *name, void *ctx)
{
	const struct target *target = ctx;
	size_t i;

	for (i = 0; i < name->n_path; i++)
		edge(target, DOC_READS, name->path[i]->parent, NULL);
	if (name->condition != NULL)
		names_in(name->condition->expr, ctx);
	else if (name->column->kind != COLUMN_PLAIN && name->column != target->row->column)
		edge(target, name->column->table == target->row->column->table ? DOC_DERIVES :
		    DOC_COUNTS, name->column->table, name->column);
}

static void
names_in(const struct expr *expr, void *ctx)
{
	doc_each_name(expr, name, ctx);
}

static void
source(const struct source_clause *source, void *ctx)
{
	const struct step *step;

	edge(ctx, DOC_COUNTS, source->child, NULL);
	DL_FOREACH(source->by, step)
		if (step->next != NULL && step->reference->parent != source->child)
			edge(ctx, DOC_READS, step->reference->parent, NULL);
	doc_each_expr(source, names_in, ctx);
}

void
doc_graph(struct doc_maker *maker, const struct doc_row *row)
{
	struct target target = { maker, row };
	const struct watch *watch;

	if (row->column->definition != NULL) {
		doc_each_source(row->column->definition, source, &target);
		names_in(row->column->definition, &target);
	} else if (row->column->raw != NULL) {
		DL_FOREACH(row->column->raw->watches, watch)
			edge(&target, DOC_READS, schema_find_table(maker->doc->schema, watch->table.text),
			    NULL);
	}
}
