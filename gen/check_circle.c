/*
 * check_circle.c - maintained columns that depend on themselves.
 *
 * A column depends on the maintained columns that its definition reads, in its own row, in the
 * rows that it counts and in rows up a path, also through named conditions; on what the default
 * scopes of all these rows read, its own row's too; and on the `when`s by which they are reached.
 * What it reads of its own table one level down or up a tree is no circle: a roll-up climbs, and
 * a value handed down descends, until the tree ends.
 */
#include "check.h"

enum { OPEN = 1, DONE = 2, TOLD = 3 };  /* marks of a column; told: open, and an error already */
enum { DEEPEST = 2000 };
enum { MET = 1, MET_AGAIN = 2, LEFT = 4 };   /* ... of a scope or reference, as of a condition */

struct visit {                         /* a column on the way, and who reads it */
	struct column *column;
	const struct visit *reader;
	unsigned depth;
	const struct table *scope;         /* read as that of this table; NULL: it is not */
	bool there;                        /* what is read says whether a row is there */
};

static void visit_column(struct check *check, struct column *column, const struct visit *reader);
static void visit_expr(struct check *check, const struct expr *expr, const struct visit *reader);
static void visit_source(struct check *check, const struct source_clause *source,
    const struct visit *reader);

/* ---- what an expression reads -------------------------------------------------------- */

/* Once is enough, but for one that is met inside itself: a circle may close behind it. */
static void
visit_condition(struct check *check, struct condition *condition, const struct visit *reader)
{
	if (condition->mark & (CONDITION_LEFT | CONDITION_MET_AGAIN))
		return;
	condition->mark |= condition->mark & CONDITION_MET ? CONDITION_MET_AGAIN : CONDITION_MET;
	visit_expr(check, condition->expr, reader);
	condition->mark |= CONDITION_LEFT;
}

static void
too_deep(struct check *check, const struct visit *reader)
{
	if (!check->deep)
		source_error(check->source, reader->column->name.span, "nesting",
		    "maintained columns build on each other more than %d operators deep", DEEPEST);
	check->deep = true;
}

static bool
within_tree(const struct expr *expr)
{
	for (size_t i = 0; i < expr->n_path; i++)
		if (expr->path[i]->parent != expr->path[i]->table)
			return false;
	return expr->n_path > 0;
}

static bool
comes_first(unsigned char *mark)
{
	if (*mark & (LEFT | MET_AGAIN))
		return false;
	*mark = (unsigned char)(*mark | (*mark & MET ? MET_AGAIN : MET));
	return true;
}

static void
visit_scope(struct check *check, struct table *table, const struct visit *reader)
{
	struct visit here = *reader;

	if (!table->scope || !comes_first(&table->mark))
		return;
	here.scope = table;
	here.there = true;
	visit_expr(check, table->scope, &here);
	table->mark |= LEFT;
}

/* The row that a reference leads to: by which key, whether, and if it is there. */
static void
visit_row(struct check *check, struct reference *reference, const struct visit *reader)
{
	struct visit here = *reader;

	if (comes_first(&reference->mark)) {
		here.there = true;
		for (const struct expr *e = reference->exprs; e; e = e->next)
			visit_expr(check, e, &here);
		if (reference->when)
			visit_expr(check, reference->when, &here);
		reference->mark |= LEFT;
	}
	visit_scope(check, reference->parent, reader);
}

static void
visit_expr(struct check *check, const struct expr *expr, const struct visit *reader)
{
	struct visit here = *reader;

	if (++here.depth > DEEPEST) {
		too_deep(check, reader);
		return;
	}
	if (expr->kind == EXPR_NAME) {
		for (size_t i = 0; i < expr->n_path; i++)
			visit_row(check, expr->path[i], &here);
		if (expr->column && (reader->there || !within_tree(expr)))
			visit_column(check, expr->column, &here);
		else if (expr->condition)
			visit_condition(check, expr->condition, &here);
	} else if (expr->kind == EXPR_SOURCE) {
		visit_source(check, expr->source, &here);
	}
	for (const struct expr *a = expr->args; a; a = a->next)
		visit_expr(check, a, &here);
}

static void
visit_value(struct check *check, const struct value *value, const struct visit *reader)
{
	for (const struct expr *e = value->args; e; e = e->next)
		visit_expr(check, e, reader);
	for (const struct term *t = value->order; t; t = t->next)
		visit_expr(check, t->expr, reader);
	for (const struct json_field *f = value->fields; f; f = f->next) {
		if (f->computed)
			visit_expr(check, f->computed, reader);
		visit_value(check, f->value, reader);
	}
	if (value->element)
		visit_value(check, value->element, reader);
}

static void
visit_source(struct check *check, const struct source_clause *source, const struct visit *reader)
{
	if (source->otherwise)
		visit_expr(check, source->otherwise, reader);
	for (const struct step *step = source->by; step; step = step->next)
		if (step->reference && step->reference->parent)
			visit_row(check, step->reference, reader);
	if (source->child)
		visit_scope(check, source->child, reader);
	if (!source->child || source->child == source->holder)
		return;
	visit_value(check, source->value, reader);
	if (source->where)
		visit_expr(check, source->where, reader);
}

/* ---- circles ----------------------------------------------------------------------------- */

static void
circle(struct check *check, const struct column *column, const struct visit *reader)
{
	const struct visit *first = reader;
	struct text names = { .arena = check->arena };
	size_t n = 1, i;
	bool one_table = true;
	const struct column **columns;
	const struct table *scope = reader->scope;
	struct diagnostic *d;

	for (; first->column != column; first = first->reader)
		n++;
	columns = arena_alloc(check->arena, n * sizeof *columns);
	for (i = n; i > 0; i--, reader = reader->reader) {
		columns[i - 1] = reader->column;
		scope = scope ? scope : reader->scope;
		one_table = one_table && reader->column->table == column->table;
	}
	for (i = 0; i <= n; i++)
		text_format(&names, "%s%s%s%s", i ? " -> " : "",
		    one_table ? "" : columns[i % n]->table->name.text, one_table ? "" : ".",
		    columns[i % n]->name.text);
	d = source_error(check->source, column->name.span, "circle",
	    "column '%s' depends on itself: %s", column->name.text, text_string(&names));
	for (i = 1; i < n; i++)
		check_note_name(check, d, &columns[i]->name);
	if (scope)
		source_note(check->source, d, scope->scope->span, "rows are there by the default "
		    "scope of '%s'", scope->name.text);
}

static void
visit_column(struct check *check, struct column *column, const struct visit *reader)
{
	struct visit here = { .column = column, .reader = reader,
		.depth = reader ? reader->depth : 0 };
	struct column *other;

	if (column->kind != COLUMN_MAINTAINED || column->mark == DONE || column->mark == TOLD)
		return;
	if (column->mark == OPEN) {
		circle(check, column, reader);
		column->mark = TOLD;
		return;
	}
	column->mark = OPEN;
	visit_scope(check, column->table, &here);
	if (column->definition)
		visit_expr(check, column->definition, &here);
	for (other = column->table->columns; column->raw && other; other = other->next)
		if (other->kind != COLUMN_PLAIN && raw_reads(column->raw, other->name.text))
			visit_column(check, other, &here);
	column->mark = DONE;
}

void
check_circles(struct check *check)
{
	for (struct table *t = check->schema->tables; t; t = t->next)
		for (struct column *c = t->columns; c; c = c->next)
			visit_column(check, c, NULL);
}
