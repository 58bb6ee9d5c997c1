/*
 * plan_column.c - maintained columns of the plan, and the links that feed them.
 *
 * A linear column is a list of terms, factor * count(*) or sum(…); each term goes to the slot of
 * its column in the link of its child and reference, so that one pass over a child's rows, and one
 * call per row, serves every column of the same parent.  A derived column knows the linear and
 * tally columns that it reads, through other derived ones too.
 */
#include <stdlib.h>
#include <string.h>

#include "plan.h"

/* ---- the columns themselves ---------------------------------------------------------- */

static bool
has_source(const struct expr *expr)
{
	const struct expr *arg;

	if (expr->kind == EXPR_SOURCE)
		return true;
	for (arg = expr->args; arg != NULL; arg = arg->next) {
		if (has_source(arg))
			return true;
	}
	return false;
}

static enum plan_kind
column_kind(const struct column *column)
{
	if (column->kind == COLUMN_TALLY)
		return PLAN_TALLY;
	if (column->kind == COLUMN_PLAIN)
		return PLAN_TOUCH;
	return has_source(column->definition) ? PLAN_LINEAR : PLAN_DERIVED;
}

static void
column_range(struct plan_column *made)
{
	const struct type *type = &made->column->type;
	int i;

	made->min = INT64_MIN;
	made->max = INT64_MAX;
	made->ranged = type_is_integer(type->kind) || type->kind == TYPE_DECIMAL;
	if (type->kind == TYPE_INT16) {
		made->min = INT16_MIN;
		made->max = INT16_MAX;
	} else if (type->kind == TYPE_INT32) {
		made->min = INT32_MIN;
		made->max = INT32_MAX;
	} else if (type->kind == TYPE_DECIMAL) {
		made->max = 1;
		for (i = 0; i < type->precision && i < 18; i++)
			made->max *= 10;
		made->max--;
		made->min = -made->max;
	}
}

static void
add_column(struct plan *plan, struct plan_table *table, struct column *column)
{
	struct plan_column *made = &table->columns[table->n_columns++];

	made->column = column;
	made->table = table;
	made->kind = column_kind(column);
	made->nullable = column->type.nullable;
	made->type = plan_type(&column->type, made->nullable && made->kind == PLAN_DERIVED);
	made->name = name_c(plan->arena, column->name.text);
	made->sql = plan_sql_name(plan->arena, column);
	made->keep = column->never_decrement;
	made->immediate = column->strategy == STRATEGY_IMMEDIATE;
	made->batch = column->strategy == STRATEGY_BATCH;
	column_range(made);
}

static int
by_kind_and_name(const void *a, const void *b)
{
	const struct plan_column *x = a, *y = b;

	if ((x->kind == PLAN_TOUCH) != (y->kind == PLAN_TOUCH))
		return x->kind == PLAN_TOUCH ? 1 : -1;
	return strcmp(x->column->name.text, y->column->name.text);
}

static void
add_touched(struct plan *plan, struct plan_table *table)
{
	struct column *column;

	for (column = table->table->columns; column != NULL; column = column->next) {
		if (column->touched != NULL && plan_find_column(table, column->touched) == NULL)
			add_column(plan, table, column->touched);
	}
}

void
plan_columns(struct plan *plan, struct plan_table *table)
{
	struct arena *arena = plan->arena;
	struct column *column;
	unsigned n = 0, i;

	for (column = table->table->columns; column != NULL; column = column->next)
		n += column->kind != COLUMN_PLAIN;
	if (n == 0)
		return;
	table->columns = arena_alloc(arena, 2 * n * sizeof(*table->columns));
	table->declared_columns = arena_alloc(arena, n * sizeof(struct plan_column *));
	for (column = table->table->columns; column != NULL; column = column->next) {
		if (column->kind != COLUMN_PLAIN)
			add_column(plan, table, column);
	}
	table->n_maintained = n;
	add_touched(plan, table);
	qsort(table->columns, table->n_columns, sizeof(*table->columns), by_kind_and_name);
	for (i = 0; i < table->n_columns; i++) {
		table->columns[i].index = i;
		if (table->columns[i].column->touched != NULL)
			table->columns[i].touch = plan_find_column(table, table->columns[i].column->touched);
	}
	n = 0;
	for (column = table->table->columns; column != NULL; column = column->next) {
		if (column->kind != COLUMN_PLAIN)
			table->declared_columns[n++] = plan_find_column(table, column);
	}
}

/* ---- targets and links ------------------------------------------------------------------ */

static struct plan_target *
add_target(struct plan *plan, struct plan_table *table, struct plan_field **fields, unsigned n)
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
	return add_target(plan, holder, reference->parent_fields, reference->n_fields);
}

static struct plan_link *
add_link(struct plan *plan, struct plan_table *child, struct plan_table *holder,
    struct plan_reference *reference)
{
	struct plan_link *link = arena_alloc(plan->arena, sizeof(*link));
	const char *to[] = { child->name, "to", holder->name };
	const char *by[] = { child->name, "by", reference == NULL ? NULL : reference->label };

	link->child = child;
	link->holder = holder;
	link->reference = reference;
	link->target = find_target(plan, holder, reference);
	link->c_name = plan_name(plan, reference == NULL ? to : by, 3);
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

static struct plan_link *
find_link(struct plan *plan, struct plan_table *holder, const struct source_clause *source)
{
	struct plan_table *child = plan_find_table(plan, source->child);
	struct plan_reference *reference = NULL;
	struct plan_link *link;

	if (source->by != NULL) {
		for (reference = child->references; reference != NULL; reference = reference->next) {
			if (reference->reference == source->by->reference)
				break;
		}
	}
	for (link = holder->counted_by; link != NULL; link = link->next_of_holder) {
		if (link->child == child && link->reference == reference)
			return link;
	}
	return add_link(plan, child, holder, reference);
}

/* Columns come one after the other, so a column's slot can only be the link's last. */
static void
add_to_slot(struct plan *plan, struct plan_term *term)
{
	struct plan_link *link = term->link;
	struct plan_slot *slot;
	struct plan_term **end;

	for (slot = link->slots; slot != NULL && slot->next != NULL; slot = slot->next)
		;
	if (slot == NULL || slot->column != term->column) {
		slot = arena_alloc(plan->arena, sizeof(*slot));
		slot->column = term->column;
		*link->slots_end = slot;
		link->slots_end = &slot->next;
		link->n_slots++;
	}
	term->first = slot->terms == NULL;
	for (end = &slot->terms; *end != NULL; end = &(*end)->next_in_slot)
		;
	*end = term;
}

/* ---- terms ---------------------------------------------------------------------------------- */

static int64_t
units(int scale)
{
	int64_t one = 1;

	while (scale-- > 0)
		one *= 10;
	return one;
}

/* value * factor as an expression. */
static struct expr *
times(struct arena *arena, const struct expr *value, int64_t factor)
{
	struct expr *product = arena_alloc(arena, sizeof(*product));
	struct expr *left = arena_alloc(arena, sizeof(*left));
	struct expr *right = arena_alloc(arena, sizeof(*right));

	*left = *value;
	right->kind = EXPR_INT;
	right->integer = factor;
	right->text = arena_format(arena, "%lld", (long long)factor);
	right->type.kind = TYPE_INT64;
	left->next = right;
	left->prev = right;
	right->prev = left;
	right->next = NULL;
	product->kind = EXPR_MULTIPLY;
	product->span = value->span;
	product->args = left;
	product->type = value->type;
	if (type_is_integer(value->type.kind))
		product->type.kind = TYPE_INT64;
	return product;
}

/* value IS NOT NULL; NULL where it never is. */
static const struct expr *
there(struct arena *arena, const struct expr *value)
{
	struct expr *test;

	if (value == NULL || !value->type.nullable)
		return NULL;
	test = arena_alloc(arena, sizeof(*test));
	test->kind = EXPR_IS_NULL;
	test->negated = true;
	test->span = value->span;
	test->type.kind = TYPE_BOOL;
	test->args = arena_alloc(arena, sizeof(*value));
	*test->args = *value;
	test->args->next = NULL;
	test->args->prev = test->args;
	return test;
}

static void
add_term(struct plan *plan, struct plan_column *column, const struct expr_linear_term *linear)
{
	struct plan_term *term = arena_alloc(plan->arena, sizeof(*term)), **end;
	const struct value *value = linear->source->value;
	int64_t factor = linear->factor;

	term->column = column;
	term->factor = factor;
	term->source = linear->source;
	term->where = linear->source->where;
	term->value = value->kind == VALUE_COUNT ? NULL : value->args;
	if (term->value == NULL)
		term->factor *= units(column->type.scale);
	else if (type_is_integer(term->value->type.kind))
		factor *= units(column->type.scale);
	term->minus = term->value != NULL && factor == -1;
	if (term->value != NULL)
		term->amount = factor == 1 || term->minus ? term->value : times(plan->arena, term->value, factor);
	term->there = there(plan->arena, term->value);
	term->scale = column->type.scale;
	term->divisor = 1;
	if (column->type.real && term->value != NULL && term->value->type.kind == TYPE_DECIMAL) {
		term->scale = term->value->type.scale;
		term->divisor = units(term->scale);
	}
	term->link = find_link(plan, column->table, term->source);
	for (end = &column->terms; *end != NULL; end = &(*end)->next)
		;
	*end = term;
	add_to_slot(plan, term);
}

static void
add_terms(struct plan *plan, struct plan_column *column)
{
	struct expr_linear_term *terms, *term;
	int64_t constant = 0;

	expr_linear(plan->arena, column->column->definition, &constant, &terms);
	column->base = constant * units(column->type.scale);
	column->count = constant >= 0;
	for (term = terms; term != NULL; term = term->next) {
		add_term(plan, column, term);
		if (term->factor < 0 || term->source->value->kind != VALUE_COUNT)
			column->count = false;
	}
}

/* ---- derived columns ----------------------------------------------------------------------- */

struct reading {                       /* a walk over what a derived column reads */
	struct plan_table *table;
	bool *seen;                        /* by column index */
};

static void
mark_input(const struct column *column, void *ctx)
{
	struct reading *reading = ctx;
	struct plan_column *input = plan_find_column(reading->table, column);

	if (input == NULL || reading->seen[input->index])
		return;
	reading->seen[input->index] = true;
	if (input->kind == PLAN_DERIVED)
		plan_reads(input->column->definition, mark_input, reading);
}

/* What makes it change touches what it touches. */
static void
add_inputs(struct plan *plan, struct plan_column *column)
{
	struct plan_table *table = column->table;
	struct reading reading = { .table = table };
	unsigned i;

	reading.seen = arena_alloc(plan->arena, table->n_columns * sizeof(bool));
	column->inputs = arena_alloc(plan->arena, table->n_columns * sizeof(struct plan_column *));
	column->first_input = table->n_inputs;
	plan_reads(column->column->definition, mark_input, &reading);
	for (i = 0; i < table->n_maintained; i++) {
		if (!reading.seen[i] || table->columns[i].kind == PLAN_DERIVED)
			continue;
		column->inputs[column->n_inputs++] = &table->columns[i];
		if (table->columns[i].touch == NULL)
			table->columns[i].touch = column->touch;
	}
	table->n_inputs += column->n_inputs;
}

void
plan_links(struct plan *plan, struct plan_table *table)
{
	unsigned i;

	if (table->n_maintained == 0)
		return;
	add_target(plan, table, table->key, table->n_key);
	for (i = 0; i < table->n_columns; i++) {
		if (table->columns[i].kind == PLAN_LINEAR)
			add_terms(plan, &table->columns[i]);
	}
	for (i = 0; i < table->n_columns; i++) {
		if (table->columns[i].kind == PLAN_DERIVED)
			add_inputs(plan, &table->columns[i]);
		plan_definition(plan, &table->columns[i]);
	}
}
