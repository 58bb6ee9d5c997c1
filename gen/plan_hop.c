/*
 * plan_hop.c - the rows that have to be read before a row of a child can be judged.
 *
 * Those on the path up to the one that names the anchor, and those beside it that a condition or
 * the value of a sum reads.  What only a derived column reads is in the join as well, behind the
 * hops: its changes matter, but no hook needs it.
 */
#include <string.h>

#include "plan.h"

/* ---- the join ----------------------------------------------------------------------------- */

/* The first n steps of a link's path; the tree that it climbs is none of them. */
static struct step *
first_steps(struct arena *arena, const struct plan_link *link, unsigned n)
{
	const struct step *by = link->by;
	struct step *first = NULL, *last = NULL, *step;

	for (; n > 0; n--, by = by->next) {
		step = arena_alloc(arena, sizeof(*step));
		*step = *by;
		step->repeat = by->next != NULL || link->climb == NULL ? by->repeat : 0;
		step->next = NULL;
		step->prev = last;
		if (first == NULL)
			first = step;
		else
			last->next = step;
		first->prev = last = step;
	}
	return first;
}

/* Is the anchor a row of the path, and not what its row refers to? */
static bool
is_arrived(const struct plan_link *link)
{
	return link->asked && link->by != NULL && link->reference == NULL;
}

/* The steps before the one that names the anchor. */
static unsigned
steps_before(const struct plan_link *link)
{
	const struct step *step;
	unsigned n = 0;

	for (step = link->by; step != NULL; step = step->next)
		n++;
	if (n > 0 && link->climb != NULL && link->by->prev->repeat == '*')
		n--;
	return n > 0 && !is_arrived(link) ? n - 1 : n;
}

static struct join *
make_join(struct plan *plan, struct plan_link *link, unsigned steps)
{
	struct source_clause *source = arena_alloc(plan->arena, sizeof(*source));
	static struct value count = { .kind = VALUE_COUNT };
	const struct plan_slot *slot;
	const struct plan_term *term;
	const struct expr *part;
	struct join *join;

	source->value = &count;
	source->child = (struct table *)link->child->table;
	source->holder = (struct table *)link->holder->table;
	source->by = first_steps(plan->arena, link, steps);
	join = join_of_source(plan->arena, source, 0);
	for (part = link->reference == NULL ? NULL : link->reference->reference->exprs; part != NULL;
	    part = part->next)
		join_add(join, join->holder != NULL ? join->holder : join->rows, part);
	if (link->reference != NULL)
		join_add(join, join->holder != NULL ? join->holder : join->rows,
		    link->reference->reference->when);
	for (slot = link->slots; slot != NULL; slot = slot->next) {
		for (term = slot->terms; term != NULL; term = term->next_in_slot) {
			join_add(join, join->rows, term->where);
			if (!slot->derived || term->extreme != NULL)
				join_add(join, join->rows, term->value);
			if (term->n_parts > 0)
				join_add_value(join, term->source->value);
		}
	}
	return join;
}

/* Does a condition or value read the row that the link's reference names? */
static bool
reads_anchor(const struct plan_link *link, const struct join *join)
{
	const struct join_row *row = join->holder != NULL ? join->holder : join->rows;

	return link->reference != NULL && join_next(join, row, link->reference->reference) != NULL;
}

/* Is the anchor found by another key than those above it? */
static bool
has_two_keys(const struct plan_link *link)
{
	const struct plan_reference *a = link->reference, *b = link->climb;

	return a != NULL && b != NULL && (a->n_fields != b->n_fields || memcmp(a->parent_fields,
	    b->parent_fields, a->n_fields * sizeof(struct plan_field *)) != 0);
}

static void
read_more(struct plan_link *link)
{
	const struct plan_slot *slot;
	const struct plan_term *term;

	for (slot = link->slots; slot != NULL; slot = slot->next) {
		for (term = slot->terms; slot->derived && term != NULL; term = term->next_in_slot) {
			join_add(link->join, link->join->rows, term->source->where);
			join_add_value(link->join, term->source->value);
		}
	}
}

/* ---- hops ------------------------------------------------------------------------------------ */

static bool
is_named(const struct plan_link *link, unsigned n, const char *name)
{
	static const char *const ours[] = { "row", "rows", "to", "data", "key", "full" };
	size_t i;

	for (i = 0; i < sizeof(ours) / sizeof(ours[0]); i++) {
		if (strcmp(ours[i], name) == 0)
			return true;
	}
	for (i = 0; i < n; i++) {
		if (strcmp(link->hops[i].name, name) == 0)
			return true;
	}
	return false;
}

static const char *
hop_name(struct plan *plan, const struct plan_link *link, unsigned n, const struct join_row *row)
{
	const char *first = name_c(plan->arena, row->reference->name.text), *name = first;
	int again = 1;

	while (is_named(link, n, name))
		name = arena_format(plan->arena, "%s_%d", first, ++again);
	return name;
}

static unsigned
place_of(const struct plan_link *link, unsigned n, const struct join_row *row)
{
	unsigned i;

	for (i = 0; i < n && link->hops[i].row != row; i++)
		;
	return i < n ? i + 1 : 0;
}

static void
add_hops(struct plan *plan, struct plan_link *link)
{
	const struct join_row *row;
	struct plan_hop *hop;
	unsigned n = 0;

	link->hops = arena_alloc(plan->arena, link->join->n_rows * sizeof(*link->hops));
	for (row = link->join->rows->next; row != NULL; row = row->next, n++) {
		hop = &link->hops[n];
		hop->row = row;
		hop->table = plan_find_table(plan, row->table);
		hop->reference = plan_find_reference(plan, row->reference);
		hop->reference->climbed |= !link->asked;
		hop->from = place_of(link, n, row->from);
		hop->name = hop_name(plan, link, n, row);
		hop->required = row->by;
	}
	link->n_hops = n;
}

/* The condition that all terms have in common. */
static const struct expr *
common_where(const struct plan_link *link)
{
	const struct plan_slot *slot;
	const struct plan_term *term;
	const struct expr *first = NULL;

	for (slot = link->slots; slot != NULL; slot = slot->next) {
		for (term = slot->terms; term != NULL; term = term->next_in_slot) {
			if (term->where == NULL || (first != NULL && !expr_equal(first, term->where)))
				return NULL;
			first = term->where;
		}
	}
	return first;
}

static void
self_join(struct plan *plan, struct plan_link *link)
{
	const struct plan_slot *slot;

	link->join = join_of_row(plan->arena, link->child->table, "c", 0);
	for (slot = link->slots; slot != NULL; slot = slot->next)
		join_add(link->join, link->join->rows, slot->column->column->definition);
	if (link->recounts)
		join_add(link->join, link->join->rows, link->child->table->scope);
}

/* The anchor's row is read as well where conditions read it, or to find it by another key. */
void
plan_hops(struct plan *plan, struct plan_link *link)
{
	unsigned steps = steps_before(link);

	if (link->climb != NULL)
		link->climb->climbed = true;
	if (link->self) {
		self_join(plan, link);
		return;
	}
	link->join = make_join(plan, link, steps);
	if (has_two_keys(link) || reads_anchor(link, link->join))
		link->join = make_join(plan, link, steps + 1);
	add_hops(plan, link);
	if (is_arrived(link) || link->join->n_steps == steps)
		link->anchor = place_of(link, link->n_hops, link->join->holder);
	else
		link->anchor = place_of(link, link->n_hops, link->join->holder->from);
	if (has_two_keys(link)) {
		link->anchor = place_of(link, link->n_hops, link->join->holder);
		link->reference = NULL;
	}
	if (!link->asked && link->reference != NULL && link->reference->table != link->child)
		link->reference->forward = true;
	link->where = common_where(link);
	link->simple = link->n_hops == 0 && link->climb == NULL && !link->asked;
	read_more(link);
	plan_gates(plan, link);
}
