/*
 * plan_term.c - what a maintained column is computed from: its terms, or what it reads.
 *
 * A linear column is a list of terms, factor * count(*) or sum(…); each goes to the slot of its
 * column in the link of its child and path.  A derived column knows the linear and tally columns
 * of its row that it reads, through other derived ones too, and has a term for each source.
 */
#include <string.h>

#include "plan.h"

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

const struct expr *
plan_there(struct arena *arena, const struct expr *value)
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

void
plan_column_term(struct plan *plan, struct plan_column *column, struct plan_term *term)
{
	struct plan_term **end;

	term->column = column;
	term->link = plan_link(plan, column->table, term->source);
	for (end = &column->terms; *end != NULL; end = &(*end)->next)
		;
	*end = term;
	plan_add_term(plan, term);
}

static void
add_linear(struct plan *plan, struct plan_column *column, const struct expr_linear_term *linear)
{
	struct plan_term *term = arena_alloc(plan->arena, sizeof(*term));
	const struct value *value = linear->source->value;
	int64_t factor = linear->factor;

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
	term->there = plan_there(plan->arena, term->value);
	term->scale = column->type.scale;
	term->divisor = 1;
	if (column->type.real && term->value != NULL && term->value->type.kind == TYPE_DECIMAL) {
		term->scale = term->value->type.scale;
		term->divisor = units(term->scale);
	}
	plan_column_term(plan, column, term);
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
		add_linear(plan, column, term);
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
		plan_column_reads(input, mark_input, reading);
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
	plan_column_reads(column, mark_input, &reading);
	for (i = 0; i < table->n_maintained; i++) {
		if (!reading.seen[i] || &table->columns[i] == column ||
		    (table->columns[i].kind == PLAN_DERIVED && !table->columns[i].slotted))
			continue;
		column->inputs[column->n_inputs++] = &table->columns[i];
		if (table->columns[i].touch == NULL)
			table->columns[i].touch = column->touch;
	}
	table->n_inputs += column->n_inputs;
}

/* Does it read up its row's own references? */
static bool
reads_other_rows(struct plan *plan, const struct plan_column *column)
{
	struct join *join;

	if (column->column->definition == NULL)
		return false;
	join = join_of_row(plan->arena, column->table->table, "c", 0);
	join_add(join, join->rows, column->column->definition);
	return join->n_rows > 1;
}

void
plan_terms(struct plan *plan, struct plan_table *table)
{
	unsigned i;

	if (table->n_maintained == 0)
		return;
	plan_add_target(plan, table, table->key, table->n_key);
	for (i = 0; i < table->n_columns; i++) {
		if (table->columns[i].kind == PLAN_LINEAR)
			add_terms(plan, &table->columns[i]);
		else if (table->columns[i].kind == PLAN_DERIVED)
			plan_sources(plan, &table->columns[i]);
	}
	for (i = 0; i < table->n_columns; i++) {
		if (table->columns[i].kind == PLAN_DERIVED && reads_other_rows(plan, &table->columns[i]))
			plan_slot(plan, plan_self_link(plan, table), &table->columns[i]);
	}
	if (expr_scope_asks(table->table))
		plan_self_link(plan, table)->recounts = true;
	for (i = 0; i < table->n_columns; i++) {
		if (table->columns[i].kind == PLAN_DERIVED)
			add_inputs(plan, &table->columns[i]);
		plan_definition(plan, &table->columns[i]);
	}
}
