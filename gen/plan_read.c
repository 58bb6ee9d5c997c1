/*
 * plan_read.c - which columns of a row are read, and by what.
 *
 * A name that climbs reads of its own row only the key by which it leaves it.
 */
#include "plan.h"

void
plan_reads(const struct expr *expr, void (*visit)(const struct column *, void *), void *ctx)
{
	const struct expr *arg;

	if (expr == NULL)
		return;
	if (expr->n_path > 0) {
		for (arg = expr->path[0]->exprs; arg != NULL; arg = arg->next)
			plan_reads(arg, visit, ctx);
		plan_reads(expr->path[0]->when, visit, ctx);
	} else if (expr->column != NULL) {
		visit(expr->column, ctx);
	} else if (expr->condition != NULL) {
		plan_reads(expr->condition->expr, visit, ctx);
	}
	if (expr->source != NULL)
		plan_reads(expr->source->otherwise, visit, ctx);
	for (arg = expr->args; arg != NULL; arg = arg->next)
		plan_reads(arg, visit, ctx);
}

/* Does the text watch the row itself? */
static bool
watches_itself(const struct raw *raw)
{
	const struct watch *watch;

	for (watch = raw->watches; watch != NULL; watch = watch->next) {
		if (watch->source == NULL)
			return true;
	}
	return false;
}

void
plan_column_reads(const struct plan_column *column,
    void (*visit)(const struct column *, void *), void *ctx)
{
	const struct raw *raw = column->column->raw;
	const struct column *other;

	if (raw == NULL) {
		plan_reads(column->column->definition, visit, ctx);
		return;
	}
	for (other = column->column->table->columns; other != NULL; other = other->next) {
		if (raw_reads(raw, other->name.text) || (other->kind == COLUMN_PLAIN && watches_itself(raw)))
			visit(other, ctx);
	}
}

/* ---- fields ---------------------------------------------------------------------------- */

static void
mark_watched(const struct column *column, void *ctx)
{
	struct plan_field *field = plan_find_field(ctx, column);

	if (field != NULL)
		field->watched = true;
}

static void
mark_scanned(const struct column *column, void *ctx)
{
	struct plan_field *field = plan_find_field(ctx, column);

	if (field != NULL)
		field->scanned = true;
}

void
plan_mark_reads(struct plan_table *table)
{
	const struct plan_link *link;
	const struct plan_slot *slot;
	const struct plan_term *term;
	const struct expr *expr;
	unsigned i;

	plan_reads(table->table->scope, mark_watched, table);
	for (i = 0; i < table->n_columns; i++) {
		if (table->columns[i].kind == PLAN_DERIVED)
			plan_column_reads(&table->columns[i], mark_watched, table);
	}
	plan_reads(table->table->scope, mark_scanned, table);
	for (link = table->links; link != NULL; link = link->next) {
		if (!link->simple)
			continue;
		if (link->reference != NULL) {
			plan_reads(link->reference->reference->when, mark_scanned, table);
			for (expr = link->reference->reference->exprs; expr != NULL; expr = expr->next)
				plan_reads(expr, mark_scanned, table);
		}
		for (slot = link->slots; slot != NULL; slot = slot->next) {
			for (term = slot->terms; term != NULL; term = term->next_in_slot)
				plan_reads(term->where, mark_scanned, table);
			for (term = slot->terms; term != NULL; term = term->next_in_slot)
				plan_reads(term->value, mark_scanned, table);
		}
	}
}
