/*
 * plan_moment.c - what moves with time: the moments that conditions name, and what is compared
 * with each.
 *
 * now() stands in comparisons that are joined by `and` alone, so that a row's contribution changes
 * only while what it compares passes one of its moments.
 */
#include <stdlib.h>
#include <string.h>

#include "plan.h"

static const char *const units[] = {
	[UNIT_SECOND] = "CC_SECOND", [UNIT_MINUTE] = "CC_MINUTE", [UNIT_HOUR] = "CC_HOUR",
	[UNIT_DAY] = "CC_DAY", [UNIT_WEEK] = "CC_WEEK", [UNIT_MONTH] = "CC_MONTH",
	[UNIT_YEAR] = "CC_YEAR"
};

const struct plan_moment *
plan_find_moment(const struct plan *plan, const struct expr *expr)
{
	const char *text = expr_moment_name(plan->arena, expr);
	const struct plan_moment *moment = plan->moments;

	while (moment != NULL && strcmp(moment->text, text) != 0)
		moment = moment->next;
	return moment;
}

/* now() first, then by name. */
static void
add_moment(struct plan *plan, const struct expr *expr)
{
	struct plan_moment *made, **at = &plan->moments;
	enum unit unit;

	if (plan_find_moment(plan, expr) != NULL)
		return;
	made = arena_alloc(plan->arena, sizeof(*made));
	made->expr = expr;
	made->text = expr_moment_name(plan->arena, expr);
	expr_moment(expr, &made->number, &unit);
	made->unit = units[unit];
	while (*at != NULL && ((*at)->number == 0 || strcmp((*at)->text, made->text) < 0))
		at = &(*at)->next;
	made->next = *at;
	*at = made;
	plan->n_moments++;
}

static bool
is_moment(const struct expr *expr)
{
	enum unit unit;
	int64_t number;

	return expr_moment(expr, &number, &unit);
}

/* ---- comparisons ---------------------------------------------------------------------------- */

struct place {                         /* where a condition stands */
	struct plan *plan;
	struct plan_link *link;
	const struct join *join;           /* the link's, or that of a gate: */
	const struct join_row *row;        /* ... the row that it is over */
};

typedef void each_comparison(const struct place *place, const struct expr *expr);

/* The comparisons that are joined by `and`. */
static void
comparisons(const struct place *place, const struct expr *expr, each_comparison *each)
{
	const struct expr *arg;

	if (expr == NULL)
		return;
	if (expr->condition != NULL) {
		comparisons(place, expr_of_condition(place->plan->arena, expr), each);
	} else if (expr->kind == EXPR_AND) {
		for (arg = expr->args; arg != NULL; arg = arg->next)
			comparisons(place, arg, each);
	} else {
		each(place, expr);
	}
}

static void
find_moments(const struct place *place, const struct expr *expr)
{
	const struct expr *arg;

	for (arg = expr->args; arg != NULL; arg = arg->next) {
		if (!is_moment(arg))
			continue;
		place->link->moving = true;
		add_moment(place->plan, arg);
	}
}

static bool
has_crossing(const struct place *place, const struct expr *value,
    const struct plan_moment *moment)
{
	const struct plan_crossing *crossing = place->link->crossings;

	while (crossing != NULL && (crossing->moment != moment || crossing->row != place->row ||
	    !expr_equal(crossing->value, value)))
		crossing = crossing->next;
	return crossing != NULL;
}

static void
find_crossings(const struct place *place, const struct expr *expr)
{
	struct plan_crossing *made;
	const struct plan_moment *moment;
	const struct expr *arg, *value;

	for (arg = expr->args; arg != NULL; arg = arg->next) {
		moment = is_moment(arg) ? plan_find_moment(place->plan, arg) : NULL;
		for (value = expr->args; value != NULL && moment != NULL; value = value->next) {
			if (is_moment(value) || has_crossing(place, value, moment))
				continue;
			made = arena_alloc(place->plan->arena, sizeof(*made));
			made->join = place->join;
			made->row = place->row;
			made->value = value;
			made->moment = moment;
			made->next = place->link->crossings;
			place->link->crossings = made;
		}
	}
}

/* What says of the rows of a join whether they are there: scopes, and the `when`s before them. */
static void
each_row(struct place place, each_comparison *each)
{
	const struct join_row *row;

	for (row = place.join->rows; row != NULL; row = row->next) {
		place.row = row;
		if (row->scoped)
			comparisons(&place, row->table->scope, each);
		place.row = row->from;
		if (row->from != NULL)
			comparisons(&place, row->reference->when, each);
	}
}

static void
each_gate(struct place place, each_comparison *each)
{
	const struct plan_gate *gate;

	for (gate = place.link->gates; gate != NULL; gate = gate->next) {
		place.join = gate->join;
		each_row(place, each);
		place.row = gate->join->rows;
		comparisons(&place, place.row->table->scope, each);
		comparisons(&place, gate->tree->when, each);
	}
}

static void
each_comparison_of(struct place place, each_comparison *each)
{
	const struct plan_slot *slot;
	const struct plan_term *term;

	place.join = place.link->join;
	each_row(place, each);
	place.row = plan_anchor(place.link);
	if (place.link->reference != NULL)
		comparisons(&place, place.link->reference->when, each);
	place.row = place.join->rows;
	if (place.link->recounts)
		comparisons(&place, place.row->table->scope, each);
	for (slot = place.link->slots; slot != NULL; slot = slot->next) {
		for (term = slot->terms; term != NULL; term = term->next_in_slot)
			comparisons(&place, term->source->where, each);
	}
	each_gate(place, each);
}

static void
each_link(struct plan *plan, each_comparison *each)
{
	struct place place = { .plan = plan };
	unsigned i;

	for (i = 0; i < plan->n_tables; i++) {
		for (place.link = plan->tables[i].links; place.link != NULL;
		    place.link = place.link->next)
			each_comparison_of(place, each);
	}
}

static bool
raw_has_now(const struct plan *plan)
{
	const struct column *column;
	unsigned i;

	for (i = 0; i < plan->n_tables; i++) {
		for (column = plan->tables[i].table->columns; column != NULL; column = column->next) {
			if (column->raw != NULL && raw_reads(column->raw, "now") &&
			    table_find_column(column->table, "now") == NULL)
				return true;
		}
	}
	return false;
}

void
plan_moments(struct plan *plan)
{
	struct plan_moment *moment;
	struct expr *now;
	unsigned i = 0;

	each_link(plan, find_moments);
	if (plan->n_moments == 0 && !raw_has_now(plan))
		return;
	now = arena_alloc(plan->arena, sizeof(*now));
	now->kind = EXPR_NOW;
	now->text = plan->schema->name.text;
	add_moment(plan, now);
	for (moment = plan->moments; moment != NULL; moment = moment->next)
		moment->index = i++;
	each_link(plan, find_crossings);
}
