/*
 * plan_gate.c - trees whose rows are where they are by what is read of other rows, or by the time.
 *
 * A default scope, a `when` or a key that reads more than its own row is joined to the rows of each
 * link that read it.  The rows that a path climbs past are in no join: for them there is a gate.
 */
#include "plan.h"

static bool
has_gate(const struct reference *tree)
{
	return expr_scope_asks(tree->table) || expr_when_asks(tree) || expr_key_climbs(tree);
}

static void
add_gate(struct plan *plan, struct plan_link *link, const struct reference *tree)
{
	struct plan_gate *gate, **end;
	const struct expr *part;

	if (!has_gate(tree))
		return;
	for (end = &link->gates; *end != NULL; end = &(*end)->next) {
		if ((*end)->tree->reference == tree)
			return;
	}
	gate = arena_alloc(plan->arena, sizeof(*gate));
	gate->tree = plan_find_reference(plan, tree);
	gate->join = join_of_row(plan->arena, tree->table, "g", 1);
	for (part = tree->exprs; part != NULL; part = part->next)
		join_add(gate->join, gate->join->rows, part);
	join_add(gate->join, gate->join->rows, tree->when);
	join_add(gate->join, gate->join->rows, tree->table->scope);
	*end = gate;
}

void
plan_gates(struct plan *plan, struct plan_link *link)
{
	struct plan_reference *tree;
	const struct step *step;

	for (step = link->by; step != NULL; step = step->next) {
		if (step->repeat == 0)
			continue;
		add_gate(plan, link, step->reference);
		if (step->next != NULL) {
			tree = plan_find_reference(plan, step->reference);
			tree->tree = tree->climbed = true;
		}
	}
}
