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
find_target(struct plan *plan, struct plan_table *holder, struct plan_field **fields, unsigned n)
{
	struct plan_target *target;

	for (target = holder->targets; target != NULL; target = target->next) {
		if (target->n_fields == n &&
		    memcmp(target->fields, fields, n * sizeof(struct plan_field *)) == 0)
			return target;
	}
	return plan_add_target(plan, holder, fields, n);
}

static struct plan_target *
target_of(struct plan *plan, const struct plan_link *link)
{
	const struct plan_reference *by = link->climb != NULL ? link->climb : link->reference;

	if (by == NULL)
		return link->holder->targets;
	return find_target(plan, link->holder, by->parent_fields, by->n_fields);
}

/* ---- paths ------------------------------------------------------------------------------- */

/* "discussion_id.group_id", "parent_id+": one step as `ccgen explain` and the C name spell it. */
static void
add_step_name(struct text *out, const struct plan_reference *reference, char repeat)
{
	if (out->length > 0)
		text_add_char(out, '.');
	text_add(out, reference->label);
	if (repeat != 0)
		text_add_char(out, repeat);
}

static void
name_link(struct plan *plan, struct plan_link *link)
{
	const char *parts[] = { link->child->name, link->by == NULL ? "to" : "by", NULL };
	struct text words = { .arena = plan->arena }, c = { .arena = plan->arena };
	const struct plan_reference *reference;
	const struct step *step;

	for (step = link->by; step != NULL; step = step->next) {
		reference = plan_find_reference(plan, step->reference);
		add_step_name(&words, reference, step->repeat);
		text_format(&c, "%s%s", step == link->by ? "" : "_", reference->label);
	}
	if (link->by == NULL) {
		text_add(&words, link->holder->table->name.text);
		text_add(&c, link->self ? "itself" : link->holder->name);
	} else {
		link->path = text_string(&words);
	}
	parts[2] = text_string(&c);
	link->c_name = plan_name(plan, parts, 3);
	link->name = link->self ? arena_format(plan->arena, "%s itself", link->child->table->name.text) :
	    arena_format(plan->arena, "%s %s %s", link->child->table->name.text, parts[1],
	    text_string(&words));
}

/*
 * What of the path names the anchor, and what is climbed from there.  Behind a tree, and in one whose
 * keys climb, it is the row that the query comes to.
 */
static void
find_anchor(struct plan *plan, struct plan_link *link)
{
	const struct step *last = link->by == NULL ? NULL : link->by->prev;

	if (last == NULL || (last->repeat != 0 && expr_key_climbs(last->reference)))
		return;
	if (last->repeat != 0)
		link->climb = plan_find_reference(plan, last->reference);
	if (last->repeat != '*')
		link->reference = plan_find_reference(plan, last->reference);
	else if (last != link->by && last->prev->repeat == 0)
		link->reference = plan_find_reference(plan, last->prev->reference);
}

/* ---- links ----------------------------------------------------------------------------- */

static struct plan_link *
add_link(struct plan *plan, struct plan_table *child, struct plan_table *holder,
    const struct step *by, bool self, bool asked)
{
	struct plan_link *link = arena_alloc(plan->arena, sizeof(*link));

	link->child = child;
	link->holder = holder;
	link->by = by;
	link->self = self;
	link->asked = asked;
	find_anchor(plan, link);
	link->target = target_of(plan, link);
	name_link(plan, link);
	link->slots_end = &link->slots;
	*child->links_end = link;
	child->links_end = &link->next;
	link->index = child->n_links++;
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
	struct plan_link *link;

	for (link = holder->counted_by; link != NULL; link = link->next_of_holder) {
		if (link->child == child && !link->self && same_path(link->by, source->by))
			return link;
	}
	return add_link(plan, child, holder, source->by, false, expr_source_asks(source));
}

struct plan_link *
plan_self_link(struct plan *plan, struct plan_table *holder)
{
	struct plan_link *link;

	for (link = holder->counted_by; link != NULL; link = link->next_of_holder) {
		if (link->self)
			return link;
	}
	return add_link(plan, holder, holder, NULL, true, false);
}

/* ---- slots ------------------------------------------------------------------------------- */

/* Columns come one after the other, so a column's slot can only be the link's last. */
struct plan_slot *
plan_slot(struct plan *plan, struct plan_link *link, struct plan_column *column)
{
	struct plan_slot *slot;

	for (slot = link->slots; slot != NULL && slot->next != NULL; slot = slot->next)
		;
	if (slot != NULL && slot->column == column)
		return slot;
	slot = arena_alloc(plan->arena, sizeof(*slot));
	slot->column = column;
	slot->derived = column->kind == PLAN_DERIVED;
	column->slotted = true;
	*link->slots_end = slot;
	link->slots_end = &slot->next;
	link->n_slots++;
	link->n_linear += !slot->derived;
	return slot;
}

void
plan_add_term(struct plan *plan, struct plan_term *term)
{
	struct plan_slot *slot = plan_slot(plan, term->link, term->column);
	struct plan_term **end;

	term->first = slot->terms == NULL;
	for (end = &slot->terms; *end != NULL; end = &(*end)->next_in_slot)
		;
	*end = term;
}
