/*
 * join.c - which rows a source reads, each once.
 *
 * First the path, then whatever its parts read beside it.  The key and the `when` of a reference
 * are read before its row, the scope of a row after it.  A scope that comes back to its own table
 * is followed a few rows far only.
 */
#include <stddef.h>

#include "join.h"

enum { SCOPES = 4 };                   /* within each other */

struct adding {                        /* what a row is added for */
	struct join_row *within;
	unsigned scopes;
};

static void add_expr(struct join *join, struct join_row *row, const struct expr *expr,
    struct adding adding);

/* c, u1, s1; one level deeper c_1, u1_1, s1_1. */
static const char *
alias(struct join *join, const struct join_row *row)
{
	const char *kind = row->from == NULL ? "c" : row->by ? "u" : "s";
	unsigned number = 1;
	const struct join_row *other;

	for (other = join->rows; other != NULL; other = other->next)
		if (other->from != NULL && other->by == row->by)
			number++;
	if (row->from == NULL)
		return join->depth == 0 ? kind : arena_format(join->arena, "%s_%u", kind, join->depth);
	if (join->depth == 0)
		return arena_format(join->arena, "%s%u", kind, number);
	return arena_format(join->arena, "%s%u_%u", kind, number, join->depth);
}

static struct join_row *
new_row(struct join *join, const struct table *table, struct join_row *from, bool by)
{
	struct join_row *row = arena_alloc(join->arena, sizeof *row);

	row->table = table;
	row->from = from;
	row->by = by;
	row->alias = alias(join, row);
	*join->rows_end = row;
	join->rows_end = &row->next;
	join->n_rows++;
	return row;
}

static struct join *
new_join(struct arena *arena, unsigned depth)
{
	struct join *join = arena_alloc(arena, sizeof *join);

	join->arena = arena;
	join->depth = depth;
	join->rows_end = &join->rows;
	return join;
}

struct join_row *
join_next(const struct join *join, const struct join_row *row, const struct reference *reference)
{
	struct join_row *next;

	for (next = join->rows; next != NULL; next = next->next)
		if (next->from == row && next->reference == reference && next->repeat == 0)
			return next;
	return NULL;
}

struct join_row *
join_find(const struct join *join, const struct join_row *row, const struct expr *expr)
{
	struct join_row *found = join->rows;
	size_t i;

	while (found != NULL && found != row)
		found = found->next;
	for (i = 0; i < expr->n_path && found != NULL; i++)
		found = join_next(join, found, expr->path[i]);
	return found;
}

/* ---- adding -------------------------------------------------------------------------- */

static void
add_scope(struct join *join, struct join_row *row, struct adding adding)
{
	row->scoped = row->table->scope != NULL && adding.scopes < SCOPES;
	adding.scopes++;
	if (!row->by)
		adding.within = row;
	if (row->scoped)
		add_expr(join, row, row->table->scope, adding);
}

static struct join_row *
add_row(struct join *join, struct join_row *from, const struct reference *reference, bool by,
    struct adding adding)
{
	struct join_row *row;
	const struct expr *part;

	for (part = reference->exprs; part != NULL; part = part->next)
		add_expr(join, from, part, adding);
	add_expr(join, from, reference->when, adding);
	row = new_row(join, reference->parent, from, by);
	row->reference = reference;
	row->within = adding.within;
	if (!by)
		add_scope(join, row, adding);
	return row;
}

static struct join_row *
add_path(struct join *join, struct join_row *row, const struct expr *name, struct adding adding)
{
	struct join_row *next;
	size_t i;

	for (i = 0; i < name->n_path; i++) {
		next = join_next(join, row, name->path[i]);
		row = next != NULL ? next : add_row(join, row, name->path[i], false, adding);
	}
	return row;
}

/* What a source in parentheses reads of its row: by its `else` only. */
static void
add_expr(struct join *join, struct join_row *row, const struct expr *expr, struct adding adding)
{
	const struct expr *arg;

	if (expr == NULL)
		return;
	if (expr->kind == EXPR_NAME) {
		row = add_path(join, row, expr, adding);
		if (expr->condition != NULL)
			add_expr(join, row, expr->condition->expr, adding);
	}
	if (expr->kind == EXPR_SOURCE)
		add_expr(join, row, expr->source->otherwise, adding);
	for (arg = expr->args; arg != NULL; arg = arg->next)
		add_expr(join, row, arg, adding);
}

void
join_add(struct join *join, struct join_row *row, const struct expr *expr)
{
	add_expr(join, row, expr, (struct adding){ 0 });
}

static void
add_part(const struct expr *expr, void *join)
{
	join_add(join, ((struct join *)join)->rows, expr);
}

void
join_add_value(struct join *join, const struct value *value)
{
	value_each(value, add_part, join);
}

/* ---- joins --------------------------------------------------------------------------------- */

struct join *
join_of_source(struct arena *arena, const struct source_clause *source, unsigned depth)
{
	struct join *join = new_join(arena, depth);
	struct join_row *row = new_row(join, source->child, NULL, true);
	const struct step *step;

	join->source = source;
	for (step = source->by; step != NULL; step = step->next) {
		row = add_row(join, row, step->reference, true, (struct adding){ 0 });
		row->repeat = step->repeat;
		row->step = ++join->n_steps;
	}
	join->holder = row->from != NULL ? row : NULL;
	for (row = join->rows; row != NULL; row = row->next)
		if (row->by)
			add_scope(join, row, (struct adding){ 0 });
	join_add(join, join->rows, source->where);
	join_add_value(join, source->value);
	return join;
}

struct join *
join_of_row(struct arena *arena, const struct table *table, const char *name, unsigned depth)
{
	struct join *join = new_join(arena, depth);
	struct join_row *row = new_row(join, table, NULL, true);

	row->alias = name;
	return join;
}
