/*
 * plan_walk.c - what a link reads: every column, each of the row that it is a column of.
 *
 * A path reads the key of each row that it leaves; a row's default scope is read where the row is.
 */
#include <stddef.h>

#include "plan.h"

struct walk {
	const struct join *join;
	const struct join_row *row;        /* that the expressions of a value are over */
	plan_visit *visit;
	void *ctx;
};

static void
walk_expr(const struct walk *walk, const struct join_row *row, const struct expr *expr)
{
	const struct expr *arg;
	const struct join_row *end;

	if (expr == NULL || row == NULL)
		return;
	if (expr->kind == EXPR_NAME) {
		end = join_find(walk->join, row, expr);
		if (end != NULL && expr->column != NULL)
			walk->visit(end, expr->column, walk->ctx);
		else if (end != NULL)
			walk_expr(walk, end, expr->condition->expr);
	}
	if (expr->kind == EXPR_SOURCE)
		walk_expr(walk, row, expr->source->otherwise);
	for (arg = expr->args; arg != NULL; arg = arg->next)
		walk_expr(walk, row, arg);
}

static void
walk_part(const struct expr *expr, void *ctx)
{
	const struct walk *walk = ctx;

	walk_expr(walk, walk->row, expr);
}

static void
walk_reference(const struct walk *walk, const struct join_row *from,
    const struct reference *reference)
{
	const struct expr *part;

	for (part = reference->exprs; part != NULL; part = part->next)
		walk_expr(walk, from, part);
	walk_expr(walk, from, reference->when);
}

static void
walk_slot(struct walk *walk, const struct plan_link *link, const struct plan_slot *slot)
{
	const struct plan_term *term;

	if (link->self)
		walk_expr(walk, link->join->rows, slot->column->column->definition);
	for (term = slot->terms; term != NULL; term = term->next_in_slot) {
		walk_expr(walk, link->join->rows, term->source->where);
		value_each(term->source->value, walk_part, walk);
	}
}

void
plan_walk_slot(const struct plan_link *link, const struct plan_slot *slot, plan_visit *visit,
    void *ctx)
{
	struct walk walk = { .join = link->join, .row = link->join->rows, .visit = visit, .ctx = ctx };

	walk_slot(&walk, link, slot);
}

const struct join_row *
plan_anchor(const struct plan_link *link)
{
	return link->anchor == 0 ? link->join->rows : link->hops[link->anchor - 1].row;
}

/* Where the rows of a tree are that is climbed past. */
static void
walk_gate(const struct plan_gate *gate, plan_visit *visit, void *ctx)
{
	struct walk walk = { .join = gate->join, .visit = visit, .ctx = ctx };
	const struct join_row *row = gate->join->rows;

	walk_reference(&walk, row, gate->tree->reference);
	walk_expr(&walk, row, row->table->scope);
	for (row = row->next; row != NULL; row = row->next) {
		walk_reference(&walk, row->from, row->reference);
		if (row->scoped)
			walk_expr(&walk, row, row->table->scope);
	}
}

void
plan_walk(const struct plan_link *link, plan_visit *visit, void *ctx)
{
	struct walk walk = { .join = link->join, .row = link->join->rows, .visit = visit, .ctx = ctx };
	const struct join_row *row;
	const struct plan_slot *slot;
	const struct plan_gate *gate;

	for (row = link->join->rows; row != NULL; row = row->next) {
		if (row->from != NULL)
			walk_reference(&walk, row->from, row->reference);
		if (row->scoped)
			walk_expr(&walk, row, row->table->scope);
	}
	if (link->recounts)
		walk_expr(&walk, walk.row, walk.row->table->scope);
	for (gate = link->gates; gate != NULL; gate = gate->next)
		walk_gate(gate, visit, ctx);
	if (link->reference != NULL)
		walk_reference(&walk, plan_anchor(link), link->reference->reference);
	for (slot = link->slots; slot != NULL; slot = slot->next)
		walk_slot(&walk, link, slot);
}
