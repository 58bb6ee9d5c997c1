/*
 * plan_link.c - targets, and the links from a child's rows to the rows in which they count.
 *
 * One link serves all columns of a holder that are computed from the same child along the same
 * path: one pass over the child's rows, one call per row, one search of the parent.
 */
#include <string.h>

#include "plan.h"

/* ---- targets ------------------------------------------------------------------------- */

struct plan_target *
plan_add_target(struct plan *plan, struct plan_table *table, struct plan_field **fields, unsigned n)
{
	struct plan_target *target = arena_alloc(plan->arena, sizeof(*target)), **end;
	const char **parts = arena_alloc(plan->arena, (2 + 2 * n) * sizeof(char *));
	unsigned n_parts = 2, i;

	parts[0] = "TARGET";
	parts[1] = table->name;
	for (end = &table->targets; *end != NULL; end = &(*end)->next)
		;
	*end = target;
	target->table = table;
	target->fields = fields;
	target->n_fields = n;
	for (i = 0; table->targets != target && i < n; i++) {
		parts[n_parts++] = i == 0 ? "by" : "and";
		parts[n_parts++] = fields[i]->name;
	}
	target->c_name = plan_name(plan, parts, n_parts);
	plan->n_targets++;
	return target;
}

static struct plan_target *
find_target(struct plan *plan, struct plan_table *holder, const struct plan_reference *reference)
{
	struct plan_target *target;

	if (reference == NULL)
		return holder->targets;
	for (target = holder->targets; target != NULL; target = target->next) {
		if (target->n_fields == reference->n_fields && memcmp(target->fields,
		    reference->parent_fields, target->n_fields * sizeof(struct plan_field *)) == 0)
			return target;
	}
	return plan_add_target(plan, holder, reference->parent_fields, reference->n_fields);
}

/* ---- links ----------------------------------------------------------------------------- */

static struct plan_link *
add_link(struct plan *plan, struct plan_table *child, struct plan_table *holder,
    const struct step *by, struct plan_reference *reference)
{
	struct plan_link *link = arena_alloc(plan->arena, sizeof(*link));
	const char *to[] = { child->name, "to", holder->name };
	const char *along[] = { child->name, "by", reference == NULL ? NULL : reference->label };

	link->child = child;
	link->holder = holder;
	link->by = by;
	link->reference = reference;
	link->target = find_target(plan, holder, reference);
	link->c_name = plan_name(plan, reference == NULL ? to : along, 3);
	link->name = reference == NULL ?
	    arena_format(plan->arena, "%s to %s", child->table->name.text, holder->table->name.text) :
	    arena_format(plan->arena, "%s by %s", child->table->name.text, reference->label);
	link->slots_end = &link->slots;
	*child->links_end = link;
	child->links_end = &link->next;
	child->n_links++;
	*holder->counted_by_end = link;
	holder->counted_by_end = &link->next_of_holder;
	link->number = ++holder->n_counted_by;
	link->group = !plan->spaced ? link->name :
	    arena_format(plan->arena, "cc_%u %s", link->number, link->name);
	return link;
}

static bool
same_path(const struct step *a, const struct step *b)
{
	for (; a != NULL && b != NULL; a = a->next, b = b->next) {
		if (a->reference != b->reference || a->repeat != b->repeat)
			return false;
	}
	return a == b;
}

struct plan_link *
plan_link(struct plan *plan, struct plan_table *holder, const struct source_clause *source)
{
	struct plan_table *child = plan_find_table(plan, source->child);
	struct plan_reference *reference = NULL;
	struct plan_link *link;

	for (link = holder->counted_by; link != NULL; link = link->next_of_holder) {
		if (link->child == child && same_path(link->by, source->by))
			return link;
	}
	if (source->by != NULL) {
		for (reference = child->references; reference != NULL; reference = reference->next) {
			if (reference->reference == source->by->reference)
				break;
		}
	}
	return add_link(plan, child, holder, source->by, reference);
}

/* ---- slots ------------------------------------------------------------------------------- */

/* Columns come one after the other, so a column's slot can only be the link's last. */
void
plan_add_term(struct plan *plan, struct plan_term *term)
{
	struct plan_link *link = term->link;
	struct plan_slot *slot;
	struct plan_term **end;

	for (slot = link->slots; slot != NULL && slot->next != NULL; slot = slot->next)
		;
	if (slot == NULL || slot->column != term->column) {
		slot = arena_alloc(plan->arena, sizeof(*slot));
		slot->column = term->column;
		slot->derived = term->column->kind == PLAN_DERIVED;
		*link->slots_end = slot;
		link->slots_end = &slot->next;
		link->n_slots++;
		link->n_linear += !slot->derived;
	}
	term->first = slot->terms == NULL;
	for (end = &slot->terms; *end != NULL; end = &(*end)->next_in_slot)
		;
	*end = term;
}

struct reading {                       /* a walk over what a slot reads */
	struct plan_table *table;
	bool *seen;                        /* by field index */
	unsigned n;
};

static void
mark_read(const struct column *column, void *ctx)
{
	struct reading *reading = ctx;
	const struct plan_field *field = plan_find_field(reading->table, column);

	if (field == NULL || reading->seen[field->index])
		return;
	reading->seen[field->index] = true;
	reading->n++;
}

static void
slot_reads(struct plan *plan, struct plan_table *child, struct plan_slot *slot)
{
	struct reading reading = { .table = child };
	const struct plan_term *term;
	unsigned i;

	reading.seen = arena_alloc(plan->arena, child->n_fields * sizeof(bool));
	for (term = slot->terms; term != NULL; term = term->next_in_slot)
		plan_source_reads(term->source, mark_read, &reading);
	slot->reads = arena_alloc(plan->arena, reading.n * sizeof(struct plan_field *));
	for (i = 0; i < child->n_fields; i++) {
		if (reading.seen[i])
			slot->reads[slot->n_reads++] = &child->fields[i];
	}
}

void
plan_finish_links(struct plan *plan, struct plan_table *child)
{
	const struct plan_link *link;
	struct plan_slot *slot;

	for (link = child->links; link != NULL; link = link->next) {
		for (slot = link->slots; slot != NULL; slot = slot->next) {
			if (slot->derived)
				slot_reads(plan, child, slot);
		}
	}
}
