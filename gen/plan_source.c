/*
 * plan_source.c - whose rows make a derived column be computed again.
 *
 * Those of each of its sources, and of the sources that stand in their conditions and values: the
 * path of such a row goes through the row that the inner source is about.  Those that `watching`
 * names.  A row that may count is enough: what the column then is, its definition says.
 */
#include <string.h>

#include <utlist.h>

#include "plan.h"

/* As much of a condition as a row decides without asking the database; NULL: nothing. */
static const struct expr *
decided(struct arena *arena, const struct expr *where)
{
	struct expr *all;
	const struct expr *arg;

	if (where == NULL || !expr_asks(where))
		return where;
	if (where->kind != EXPR_AND)
		return NULL;
	all = arena_alloc(arena, sizeof(*all));
	*all = *where;
	all->args = NULL;
	for (arg = where->args; arg != NULL; arg = arg->next) {
		if (!expr_asks(arg))
			expr_add_arg(arena, all, arg);
	}
	return all->args == NULL ? NULL : all->args->next == NULL ? all->args : all;
}

/* One path behind another. */
static struct step *
joined(struct arena *arena, const struct step *a, const struct step *b)
{
	struct step *first = NULL, *step;

	for (; a != NULL || b != NULL; a != NULL ? (a = a->next) : (b = b->next)) {
		step = arena_alloc(arena, sizeof(*step));
		*step = a != NULL ? *a : *b;
		step->prev = step->next = NULL;
		DL_APPEND(first, step);
	}
	return first;
}

static void add_inner(struct plan *plan, struct plan_column *column, const struct expr *expr,
    const struct step *outer);

struct inner {                         /* sources within a source */
	struct plan *plan;
	struct plan_column *column;
	const struct source_clause *around;
};

static void
inner_part(const struct expr *expr, void *ctx)
{
	const struct inner *inner = ctx;

	add_inner(inner->plan, inner->column, expr, inner->around->by);
}

/* The rows of a source make the column be computed again, and so do those of sources in it. */
static void
add_source(struct plan *plan, struct plan_column *column, const struct source_clause *source,
    bool inner, bool watched)
{
	struct plan_term *term = arena_alloc(plan->arena, sizeof(*term));
	struct inner within = { plan, column, source };

	term->factor = 1;
	term->source = source;
	term->inner = inner;
	term->watched = watched;
	term->where = decided(plan->arena, source->where);
	if (column->form == PLAN_PATCHED) {
		term->n_parts = plan_patch_parts(plan->arena, source->value, &term->parts);
	} else if (column->form != PLAN_AGAIN) {
		term->extreme = column->type.real ? "cc_extreme_float64" :
		    column->type.part == PLAN_PART_S ? "cc_extreme_text" : "cc_extreme_int64";
		term->amount = term->value = source->value->args;
		term->there = plan_there(plan->arena, term->value);
		term->divisor = 1;
	}
	plan_column_term(plan, column, term);
	if (source->where != NULL)
		inner_part(source->where, &within);
	value_each(source->value, inner_part, &within);
}

static void
add_inner(struct plan *plan, struct plan_column *column, const struct expr *expr,
    const struct step *outer)
{
	struct source_clause *through;
	const struct expr *arg;

	if (expr->kind == EXPR_SOURCE) {
		through = arena_alloc(plan->arena, sizeof(*through));
		*through = *expr->source;
		through->by = column->table->table->singleton ? NULL :
		    joined(plan->arena, expr->source->by, outer);
		through->holder = (struct table *)column->table->table;
		/* Without a path nothing says by which key it reaches the row around. */
		add_source(plan, column, through, true, through->by == NULL);
	}
	for (arg = expr->args; arg != NULL; arg = arg->next)
		add_inner(plan, column, arg, outer);
}

static void
add_sources(struct plan *plan, struct plan_column *column, const struct expr *expr)
{
	const struct expr *arg;

	if (expr->kind == EXPR_SOURCE)
		add_source(plan, column, expr->source, false, false);
	for (arg = expr->args; arg != NULL; arg = arg->next)
		add_sources(plan, column, arg);
}

static void
add_watched(struct plan *plan, struct plan_column *column, const struct raw *raw)
{
	const struct watch *watch;

	for (watch = raw->watches; watch != NULL; watch = watch->next) {
		if (watch->source != NULL)
			add_source(plan, column, watch->source, false, true);
	}
}

void
plan_sources(struct plan *plan, struct plan_column *column)
{
	if (column->column->raw != NULL)
		add_watched(plan, column, column->column->raw);
	else
		add_sources(plan, column, column->column->definition);
}
