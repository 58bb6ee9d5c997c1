/*
 * check_reference.c - references: their parents, the columns of the parents' keys, their own
 * expressions, and what a delete does; named conditions and default scopes.
 *
 * Parents are found for all references first, since expressions may climb any of them.
 */
#include <inttypes.h>
#include <string.h>

#include "check.h"

/* ---- parents --------------------------------------------------------------------------- */

static bool
same_columns(struct column *const *a, size_t n_a, struct column *const *b, size_t n_b)
{
	if (n_a != n_b)
		return false;
	for (size_t i = 0; i < n_a; i++) {
		bool found = false;

		for (size_t j = 0; j < n_b && !found; j++)
			found = a[i] == b[j];
		if (!found)
			return false;
	}
	return true;
}

static bool
is_unique(const struct reference *r)
{
	const struct table *parent = r->parent;

	if (r->n_parent_columns == 1
	    && (r->parent_columns[0]->unique || r->parent_columns[0]->primary_key))
		return true;
	if (same_columns(r->parent_columns, r->n_parent_columns, parent->primary_key,
	    parent->n_primary_key))
		return true;
	for (const struct key *k = parent->keys; k; k = k->next)
		if (same_columns(r->parent_columns, r->n_parent_columns, k->columns, k->n_names))
			return true;
	return false;
}

static size_t
count_exprs(const struct reference *r)
{
	size_t n = 0;

	for (const struct expr *e = r->exprs; e; e = e->next)
		n++;
	return n;
}

static void
wrong_count(struct check *check, const struct reference *r, size_t has)
{
	size_t wants = r->n_parent_columns;
	struct diagnostic *d = source_error(check->source, r->target.span, "reference-columns",
	    "the reference has %zu value%s for %zu column%s of '%s'", has, has == 1 ? "" : "s",
	    wants, wants == 1 ? "" : "s", r->target.text);

	check_note_name(check, d, &r->parent->name);
	if (r->n_target_columns == 0 && has < wants)
		source_hint(check->source, d, "a key of several columns is referred to by "
		    "'reference name (a, b) to %s (c, d);'", r->target.text);
}

static bool
find_columns(struct check *check, struct reference *r)
{
	const struct table *parent = r->parent;
	size_t n = r->n_target_columns;
	struct diagnostic *d;

	if (n == 0) {
		r->parent_columns = parent->primary_key;
		r->n_parent_columns = parent->n_primary_key;
		if (parent->n_primary_key)
			return true;
		d = source_error(check->source, r->target.span, "no-primary-key",
		    "table '%s' has no primary key to refer to", parent->name.text);
		check_note_name(check, d, &parent->name);
		source_hint(check->source, d, "declare one, or name a unique column: '%s (…)'",
		    parent->name.text);
		return false;
	}
	r->parent_columns = arena_alloc(check->arena, n * sizeof *r->parent_columns);
	for (size_t i = 0; i < n; i++) {
		r->parent_columns[i] = check_column(check, parent, &r->target_columns[i]);
		if (!r->parent_columns[i])
			return false;
	}
	r->n_parent_columns = n;
	return true;
}

static void
not_unique(struct check *check, const struct reference *r)
{
	struct span span = { r->target_columns[0].span.start,
		r->target_columns[r->n_target_columns - 1].span.end };
	struct diagnostic *d = source_error(check->source, span, "not-unique",
	    "a reference needs a unique key of '%s', and this is none", r->target.text);

	check_note_name(check, d, &r->parent_columns[0]->name);
	source_hint(check->source, d, r->n_target_columns == 1
	    ? "declare the column with 'unique', if it is"
	    : "declare it with 'unique (…);', if it is one");
}

static void
find_parent(struct check *check, struct reference *r)
{
	size_t has = count_exprs(r);

	r->parent = check_table(check, &r->target);
	if (!r->parent)
		return;
	if (!find_columns(check, r)) {
		r->parent = NULL;
		return;
	}
	if (has != r->n_parent_columns) {
		wrong_count(check, r, has);
		r->parent = NULL;
		return;
	}
	if (r->n_target_columns && !is_unique(r))
		not_unique(check, r);
}

void
check_references(struct check *check, struct table *table)
{
	for (struct reference *r = table->references; r; r = r->next) {
		r->table = table;
		find_parent(check, r);
	}
}

/* ---- keys ---------------------------------------------------------------------------------- */

static void
out_of_reach(struct check *check, const struct expr *expr, const struct column *column)
{
	int64_t value, low, high;
	struct diagnostic *d;

	check_range(&column->type, &low, &high);
	if (!check_constant(expr, &value) || (value >= low && value <= high))
		return;
	d = source_error(check->source, expr->span, "out-of-range",
	    "%" PRId64 " is out of the range of %s", value, type_word(column->type.kind));
	check_note_name(check, d, &column->name);
}

static bool
keys_compare(enum type_kind a, enum type_kind b)
{
	enum type_kind both = check_fit(a, b);

	if (a == b)
		return a != TYPE_JSONB;
	return type_is_integer(both) || both == TYPE_DECIMAL;
}

static void
key_part(struct check *check, struct expr *expr, const struct column *column)
{
	struct diagnostic *d;

	if (expr->type.kind == TYPE_NONE || !check_adapt(check, expr, &column->type))
		return;
	if (expr->column && expr->column->kind != COLUMN_PLAIN) {
		d = source_error(check->source, expr->span, "maintained-key",
		    "a reference cannot be made of maintained column '%s'",
		    expr->column->name.text);
		check_note_name(check, d, &expr->column->name);
		return;
	}
	if (keys_compare(expr->type.kind, column->type.kind)) {
		out_of_reach(check, expr, column);
		return;
	}
	d = source_error(check->source, expr->span, "type-mismatch",
	    "%s does not compare with column '%s', which is %s",
	    check_type_name(check, &expr->type), column->name.text,
	    check_type_name(check, &column->type));
	check_note_name(check, d, &column->name);
}

static bool
in_primary_key(const struct table *table, const struct column *column)
{
	for (size_t i = 0; i < table->n_primary_key; i++)
		if (table->primary_key[i] == column)
			return true;
	return false;
}

static void
set_null(struct check *check, const struct reference *r)
{
	const struct expr *e;
	struct diagnostic *d;

	for (e = r->exprs; e; e = e->next) {
		if (e->type.kind == TYPE_NONE)
			return;
		if (!e->column || e->n_path) {
			source_error(check->source, e->span, "set-null",
			    "'on delete set null' needs a column here");
			return;
		}
		if (e->column->type.nullable && !in_primary_key(r->table, e->column))
			continue;
		d = source_error(check->source, r->span, "set-null",
		    "'on delete set null', but column '%s' cannot be NULL",
		    e->column->name.text);
		check_note_name(check, d, &e->column->name);
		if (e->column->type.nullable)
			source_hint(check->source, d, "it is part of the primary key");
		else
			source_hint(check->source, d, "write '%s?', or 'on delete cascade'",
			    type_word(e->column->type.kind));
		return;
	}
}

/* The generated delete must know which rows it has seen, by whichever reference it finds them. */
static void
told_apart(struct check *check, const struct reference *r)
{
	struct diagnostic *d;

	if ((r->table->n_primary_key > 0 && !r->table->singleton) || table_rowid(r->table, SQL_SQLITE))
		return;
	d = source_error(check->source, r->span, "no-rowid",
	    "rows that go or change with their parent need a primary key, or a rowid");
	source_note(check->source, d, r->table->name.span,
	    "'%s' has columns called 'rowid', '_rowid_' and 'oid', and no primary key",
	    r->table->name.text);
	source_hint(check->source, d, "declare its primary key, or rename one of the three");
}

static void
reference_key(struct check *check, struct reference *r)
{
	struct place place = { .table = r->table };
	size_t i = 0;

	for (struct expr *e = r->exprs; e; e = e->next, i++) {
		check_expr(check, &place, e);
		if (r->parent && i < r->n_parent_columns)
			key_part(check, e, r->parent_columns[i]);
	}
	if (r->when)
		check_boolean(check, &place, r->when, "'when'");
	if (r->on_delete == ON_DELETE_SET_NULL)
		set_null(check, r);
	if (r->on_delete == ON_DELETE_SET_NULL || r->on_delete == ON_DELETE_CASCADE)
		told_apart(check, r);
}

/* ---- conditions ---------------------------------------------------------------------------- */

static unsigned
height(const struct expr *expr)
{
	unsigned highest = expr->kind == EXPR_NAME && expr->condition
	    ? expr->condition->height : 0;

	for (const struct expr *a = expr->args; a; a = a->next) {
		unsigned h = height(a);

		highest = h > highest ? h : highest;
	}
	return highest + 1;
}

static bool
has_now(const struct expr *expr)
{
	if (expr->kind == EXPR_NOW)
		return true;
	if (expr->kind == EXPR_NAME && expr->condition)
		return check_condition_has_now(expr->condition);
	for (const struct expr *a = expr->args; a; a = a->next)
		if (has_now(a))
			return true;
	return false;
}

bool
check_condition_has_now(const struct condition *condition)
{
	return (condition->mark & CONDITION_NOW) != 0;
}

static void
condition_circle(struct check *check, const struct condition *condition)
{
	struct text names = { .arena = check->arena };
	size_t i = check->n_open;
	struct diagnostic *d;

	while (check->open[i - 1] != condition)
		i--;
	for (size_t j = i - 1; j < check->n_open; j++)
		text_format(&names, "%s -> ", check->open[j]->name.text);
	d = source_error(check->source, condition->name.span, "circle",
	    "condition '%s' depends on itself: %s%s", condition->name.text,
	    text_string(&names), condition->name.text);
	for (; i < check->n_open; i++)
		check_note_name(check, d, &check->open[i]->name);
}

static void
push(struct check *check, struct condition *condition)
{
	if (check->n_open == check->open_capacity) {
		size_t capacity = check->open_capacity ? 2 * check->open_capacity : 16;
		struct condition **open = arena_alloc(check->arena, capacity * sizeof *open);

		if (check->n_open)
			memcpy(open, check->open, check->n_open * sizeof *open);
		check->open = open;
		check->open_capacity = capacity;
	}
	check->open[check->n_open++] = condition;
}

bool
check_condition(struct check *check, struct table *table, struct condition *condition,
    unsigned depth)
{
	struct place place = { .table = table, .depth = depth };

	if (condition->mark & CONDITION_DONE)
		return true;
	if (condition->mark & CONDITION_OPEN) {
		condition_circle(check, condition);
		return false;
	}
	condition->mark = CONDITION_OPEN;
	push(check, condition);
	check_boolean(check, &place, condition->expr, "a condition");
	check->n_open--;
	condition->mark = CONDITION_DONE;
	condition->height = height(condition->expr);
	if (has_now(condition->expr))
		condition->mark |= CONDITION_NOW;
	return true;
}

void
check_conditions(struct check *check, struct table *table)
{
	struct place place = { .table = table };

	if (table->scope)
		check_boolean(check, &place, table->scope, "'where'");
	for (struct condition *c = table->conditions; c; c = c->next)
		check_condition(check, table, c, 0);
	for (struct reference *r = table->references; r; r = r->next)
		reference_key(check, r);
}
