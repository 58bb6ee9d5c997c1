/*
 * doc_graph.c - which tables and columns the changes of a maintained column come from.
 *
 * An edge from each table whose rows count; from each maintained column that is an input; and,
 * fainter, from tables that only decide: on the way up, or read by a condition.
 */
#include <stdlib.h>

#include <utlist.h>

#include "doc_parts.h"

/* ---- tables ------------------------------------------------------------------------------- */

void
doc_places(struct doc *doc)
{
	struct arena *arena = doc->arena;
	struct doc_place *place;
	const struct table *table;
	unsigned n = 0;

	DL_FOREACH(doc->schema->tables, table)
		doc->n_places++;
	doc->places = arena_alloc(arena, doc->n_places * sizeof *doc->places);
	DL_FOREACH(doc->schema->tables, table) {
		place = &doc->places[n];
		place->table = table;
		place->number = ++n;
		HASH_ADD_PTR(doc->by_table, table, place);
	}
}

/* ---- edges --------------------------------------------------------------------------------- */

struct target {
	struct doc_maker *maker;
	const struct doc_row *row;
};

static void
edge(const struct target *target, enum doc_edge_kind kind, const struct table *table,
    const struct column *from_column)
{
	struct doc *doc = target->maker->doc;
	struct doc_edge *first = doc->edges, *edge;
	struct doc_place *from;

	HASH_FIND_PTR(doc->by_table, &table, from);
	/* Those of a row are the last ones. */
	for (edge = first != NULL ? first->prev : NULL; edge != NULL && edge->to == target->row;
	    edge = edge == first ? NULL : edge->prev)
		if (edge->from == from && edge->from_column == from_column)
			return;
	edge = arena_alloc(doc->arena, sizeof *edge);
	edge->kind = kind;
	edge->from = from;
	edge->holder = target->maker->place;
	edge->from_column = from_column;
	edge->to = target->row;
	from->feeds = true;
	DL_APPEND(doc->edges, edge);
	doc->n_edges++;
}

static void
name(const struct expr *name, void *ctx)
{
	const struct target *target = ctx;
	bool maintained = name->column != NULL && name->column->kind != COLUMN_PLAIN;
	size_t i;

	/* Of the last table only the column is read, where that has a place in the graph. */
	for (i = 0; i + maintained < name->n_path; i++)
		edge(target, DOC_READS, name->path[i]->parent, NULL);
	if (maintained && name->column != target->row->column)
		edge(target, name->n_path > 0 ? DOC_READS :
		    name->column->table == target->row->column->table ? DOC_DERIVES : DOC_COUNTS,
		    name->column->table, name->column);
}

static void
names_in(const struct expr *expr, void *ctx)
{
	const struct target *target = ctx;

	doc_each_leaf(target->maker->arena, expr, false, name, ctx);
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

/* ---- the order of tables ---------------------------------------------------------------------- */

static int
compare(const void *left, const void *right)
{
	const struct doc_edge *a = *(const struct doc_edge *const *)left;
	const struct doc_edge *b = *(const struct doc_edge *const *)right;

	if (a->from != b->from)
		return a->from->number < b->from->number ? -1 : 1;
	if (a->holder != b->holder)
		return a->holder->number < b->holder->number ? -1 : 1;
	return (a->to->column->span.start > b->to->column->span.start) -
	    (a->to->column->span.start < b->to->column->span.start);
}

void
doc_flow(struct doc *doc)
{
	const struct doc_edge *edge;
	unsigned n = 0;

	if (doc->n_edges == 0)
		return;
	doc->flow = arena_alloc(doc->arena, doc->n_edges * sizeof(const struct doc_edge *));
	DL_FOREACH(doc->edges, edge)
		doc->flow[n++] = edge;
	qsort(doc->flow, n, sizeof(const struct doc_edge *), compare);
}
