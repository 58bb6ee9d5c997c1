/*
 * check_column.c - maintained columns: does the definition fit the column, and the options it?
 */
#include <inttypes.h>
#include <string.h>

#include "check.h"

/* ---- linear or not ------------------------------------------------------------------ */

bool
check_constant(const struct expr *expr, int64_t *value)
{
	int64_t a, b;

	switch (expr->kind) {
	case EXPR_INT:
		*value = expr->integer;
		return true;
	case EXPR_NEGATE:
		return check_constant(expr->args, &a) && !__builtin_sub_overflow(0, a, value);
	case EXPR_ADD:
		return check_constant(expr->args, &a) && check_constant(expr->args->next, &b)
		    && !__builtin_add_overflow(a, b, value);
	case EXPR_SUBTRACT:
		return check_constant(expr->args, &a) && check_constant(expr->args->next, &b)
		    && !__builtin_sub_overflow(a, b, value);
	case EXPR_MULTIPLY:
		return check_constant(expr->args, &a) && check_constant(expr->args->next, &b)
		    && !__builtin_mul_overflow(a, b, value);
	default:
		return false;
	}
}

bool
check_has_source(const struct expr *expr)
{
	if (expr->kind == EXPR_SOURCE)
		return true;
	for (const struct expr *a = expr->args; a; a = a->next)
		if (check_has_source(a))
			return true;
	return false;
}

bool
check_linear(const struct expr *expr)
{
	int64_t value;

	switch (expr->kind) {
	case EXPR_SOURCE:
		return expr->source->value->kind == VALUE_COUNT
		    || expr->source->value->kind == VALUE_SUM;
	case EXPR_NEGATE:
		return check_linear(expr->args);
	case EXPR_ADD:
	case EXPR_SUBTRACT:
		return check_linear(expr->args) && check_linear(expr->args->next);
	case EXPR_MULTIPLY:
		return (check_linear(expr->args) && check_constant(expr->args->next, &value))
		    || (check_constant(expr->args, &value) && check_linear(expr->args->next));
	default:
		return check_constant(expr, &value);
	}
}

/* ---- assignment ------------------------------------------------------------------------- */

static bool
kinds_assign(enum type_kind to, enum type_kind from)
{
	if (to == from || from == TYPE_NULL || (type_is_number(to) && type_is_number(from)))
		return true;
	return to == TYPE_TIMESTAMP && from == TYPE_DATE;
}

static void
does_not_fit(struct check *check, const struct column *column, const struct expr *expr)
{
	struct diagnostic *d = source_error(check->source, expr->span, "type-mismatch",
	    "column '%s' is %s, but its definition is %s", column->name.text,
	    check_type_name(check, &column->type), check_type_name(check, &expr->type));

	check_note_name(check, d, &column->name);
	if (column->type.kind == TYPE_BOOL && expr->kind == EXPR_SOURCE
	    && expr->source->value->kind == VALUE_COUNT)
		source_hint(check->source, d, "'exists(*)' tells whether there is any");
	else if (expr->type.kind != TYPE_INTERVAL)
		source_hint(check->source, d, "declare it as %s%s", type_word(expr->type.kind),
		    expr->type.nullable ? "?" : "");
}

/* Constants of the expression that no value of the column could make good. */
static void
constant_range(struct check *check, const struct column *column, const struct expr *expr)
{
	int64_t low, high, value;
	struct diagnostic *d;

	if (expr->kind == EXPR_ADD || expr->kind == EXPR_SUBTRACT) {
		constant_range(check, column, expr->args);
		constant_range(check, column, expr->args->next);
		return;
	}
	check_range(&column->type, &low, &high);
	if (!check_constant(expr, &value) || (value >= low && value <= high))
		return;
	d = source_error(check->source, expr->span, "out-of-range",
	    "%" PRId64 " is out of the range of %s", value, check_type_name(check, &column->type));
	check_note_name(check, d, &column->name);
}

/* The delta of a sum is rounded row by row, the sum once: they would part. */
static bool
rounds(const struct column *column, const struct type *type)
{
	const struct type *to = &column->type;

	if (to->kind == TYPE_FLOAT32 || to->kind == TYPE_FLOAT64)
		return false;
	if (type->kind == TYPE_FLOAT32 || type->kind == TYPE_FLOAT64)
		return true;
	return type->kind == TYPE_DECIMAL
	    && type->scale > (to->kind == TYPE_DECIMAL ? to->scale : 0);
}

static void
no_rounding(struct check *check, const struct column *column, const struct expr *expr)
{
	const struct type *type = &expr->type;
	struct diagnostic *d;

	if (!rounds(column, type))
		return;
	d = source_error(check->source, expr->span, "sum-rounding",
	    "a sum of %s values does not fit %s column '%s': it would be rounded",
	    type_word(type->kind), check_type_name(check, &column->type), column->name.text);
	check_note_name(check, d, &column->name);
	if (type->kind != TYPE_DECIMAL)
		source_hint(check->source, d, "declare it as float64");
	else if (column->type.kind == TYPE_DECIMAL)
		source_hint(check->source, d, "declare it with %d digits after the point, "
		    "or sum rounded values: sum(round(…, %d))", type->scale,
		    column->type.scale);
	else if (type->scale <= 18)
		source_hint(check->source, d, "declare it as decimal(18,%d)", type->scale);
}

static void
nullable(struct check *check, const struct column *column, const struct expr *expr)
{
	struct diagnostic *d;

	if (!expr->type.nullable || column->type.nullable)
		return;
	d = source_error(check->source, expr->span, "nullable-definition",
	    "column '%s' cannot be NULL, but its definition can", column->name.text);
	check_note_name(check, d, &column->name);
	if (expr->kind == EXPR_SOURCE)
		source_hint(check->source, d, "declare it as '%s?', or add 'else'",
		    type_word(column->type.kind));
	else
		source_hint(check->source, d, "declare it as '%s?', or use coalesce(…, 0)",
		    type_word(column->type.kind));
}

static void
assign(struct check *check, const struct column *column, struct expr *expr)
{
	if (column->type.kind == TYPE_NONE || expr->type.kind == TYPE_NONE
	    || !check_adapt(check, expr, &column->type))
		return;
	if (!kinds_assign(column->type.kind, expr->type.kind)) {
		does_not_fit(check, column, expr);
		return;
	}
	if (check_has_source(expr) && check_linear(expr))
		no_rounding(check, column, expr);
	constant_range(check, column, expr);
	nullable(check, column, expr);
}

/* ---- options ----------------------------------------------------------------------------- */

/* Is a source of it subtracted, given that it is itself? */
static bool
subtracts(const struct expr *expr, bool negative)
{
	int64_t value;

	switch (expr->kind) {
	case EXPR_SOURCE:
		return negative;
	case EXPR_NEGATE:
		return subtracts(expr->args, !negative);
	case EXPR_ADD:
	case EXPR_SUBTRACT:
		return subtracts(expr->args, negative) || subtracts(expr->args->next,
		    negative != (expr->kind == EXPR_SUBTRACT));
	case EXPR_MULTIPLY:
		if (check_constant(expr->args, &value))
			return subtracts(expr->args->next, negative != (value < 0));
		if (check_constant(expr->args->next, &value))
			return subtracts(expr->args, negative != (value < 0));
		return false;
	default:
		return false;
	}
}

static void
never_decrement(struct check *check, const struct column *column)
{
	const struct expr *expr = column->definition;
	struct diagnostic *d;

	if (!column->never_decrement)
		return;
	if (column->type.kind == TYPE_JSONB) {
		d = source_error(check->source, column->name.span, "never-decrement",
		    "'never decrement' needs a value that can grow, and jsonb has no order");
		source_hint(check->source, d, "keep what may only grow in columns of its own");
		return;
	}
	if (expr && check_has_source(expr)) {
		if (subtracts(expr, false))
			source_error(check->source, column->name.span, "never-decrement",
			    "'%s' subtracts a source, so that inserts would decrement it",
			    column->name.text);
		return;
	}
	d = source_error(check->source, column->name.span, "never-decrement",
	    "'never decrement' needs rows that are counted, and '%s' has none",
	    column->name.text);
	source_hint(check->source, d, "put it on the column that counts them");
}

static void
touch(struct check *check, struct column *column)
{
	struct column *touched;
	struct diagnostic *d;

	if (!column->touch.text)
		return;
	touched = check_column(check, column->table, &column->touch);
	if (!touched)
		return;
	column->touched = touched;
	if (touched->kind != COLUMN_PLAIN) {
		d = source_error(check->source, column->touch.span, "touch",
		    "maintained column '%s' cannot be touched", touched->name.text);
	} else if (touched->type.kind != TYPE_TIMESTAMP) {
		d = source_error(check->source, column->touch.span, "touch",
		    "column '%s' is %s, and 'touch' sets a timestamp", touched->name.text,
		    check_type_name(check, &touched->type));
	} else if (touched->primary_key || touched->unique) {
		d = source_error(check->source, column->touch.span, "touch",
		    "key column '%s' cannot be touched", touched->name.text);
	} else {
		return;
	}
	check_note_name(check, d, &touched->name);
}

static bool
is_shape(const struct value *value)
{
	return value->kind == VALUE_OBJECT || value->kind == VALUE_ARRAY;
}

/* Nothing in the shape but counts and sums. */
static bool
adds_up(const struct value *value)
{
	for (const struct json_field *f = value->fields; f; f = f->next)
		if (!adds_up(f->value))
			return false;
	if (value->element)
		return adds_up(value->element);
	return is_shape(value) || value->kind == VALUE_EXPR || value->kind == VALUE_COUNT
	    || value->kind == VALUE_SUM;
}

bool
check_strategy_fits(const struct column *column)
{
	const struct expr *expr = column->definition;
	bool source = expr && expr->kind == EXPR_SOURCE;

	if (column->strategy == STRATEGY_LEDGER)
		return expr && check_has_source(expr) && check_linear(expr);
	if (column->strategy == STRATEGY_INCREMENTAL)
		return source && is_shape(expr->source->value) && adds_up(expr->source->value);
	return true;
}

static void
strategy(struct check *check, const struct column *column)
{
	struct diagnostic *d;

	if (check_strategy_fits(column))
		return;
	if (column->strategy == STRATEGY_LEDGER) {
		d = source_error(check->source, column->strategy_span, "strategy",
		    "'ledger' needs a count, a sum or sums of them");
		source_hint(check->source, d, "leave it out: the column is then settled at commit");
	} else if (column->definition && column->definition->kind == EXPR_SOURCE
	    && is_shape(column->definition->source->value)) {
		d = source_error(check->source, column->strategy_span, "strategy",
		    "'incremental' is for shapes of counts and sums alone");
		source_hint(check->source, d, "leave it out: the column is then computed again");
	} else {
		d = source_error(check->source, column->strategy_span, "strategy",
		    "'incremental' is for JSON shapes");
		source_hint(check->source, d, "leave it out: counts and sums always are");
	}
}

/* ---- columns -------------------------------------------------------------------------------- */

static bool
reads_anything(const struct expr *expr)
{
	if (expr->kind == EXPR_NAME || expr->kind == EXPR_SOURCE || expr->kind == EXPR_NOW)
		return true;
	for (const struct expr *a = expr->args; a; a = a->next)
		if (reads_anything(a))
			return true;
	return false;
}

static void
constant(struct check *check, const struct column *column)
{
	struct diagnostic *d;

	if (column->definition->type.kind == TYPE_NONE)
		return;
	d = source_error(check->source, column->definition->span, "constant-definition",
	    "the definition of '%s' reads nothing", column->name.text);
	source_hint(check->source, d, "a constant is not maintained: give the column a default "
	    "in the database");
}

static void
maintained(struct check *check, struct column *column)
{
	struct place place = { .table = column->table, .sources = true };

	if (column->definition) {
		check_expr(check, &place, column->definition);
		if (reads_anything(column->definition))
			assign(check, column, column->definition);
		else
			constant(check, column);
	} else if (column->raw) {
		check_raw(check, column);
	}
	never_decrement(check, column);
	touch(check, column);
	strategy(check, column);
}

static void
tally(struct check *check, const struct column *column)
{
	struct diagnostic *d;

	if (column->type.kind == TYPE_NONE || type_is_number(column->type.kind))
		return;
	d = source_error(check->source, column->type.span, "type-mismatch",
	    "tally '%s' is %s, but a tally is a number", column->name.text,
	    check_type_name(check, &column->type));
	source_hint(check->source, d, "declare it as int64");
}

static bool
has_written_key(const struct table *table)
{
	for (const struct key *k = table->keys; k; k = k->next)
		if (k->primary)
			return true;
	return table->n_primary_key != 0;
}

static void
needs_key(struct check *check, const struct table *table, const struct column *column)
{
	struct diagnostic *d;

	if (table->singleton || has_written_key(table))
		return;
	d = source_error(check->source, column->name.span, "no-primary-key",
	    "maintained column '%s' is in a table without a primary key", column->name.text);
	check_note_name(check, d, &table->name);
	source_hint(check->source, d, "the key says which row is updated: declare it with "
	    "'primary key'");
}

static void
upsert(struct check *check, const struct table *table)
{
	const struct column *c;
	struct diagnostic *d;

	for (c = table->columns; c; c = c->next) {
		bool key = c->unique || c->kind != COLUMN_PLAIN || c->type.nullable;

		for (size_t i = 0; i < table->n_primary_key && !key; i++)
			key = table->primary_key[i] == c;
		for (const struct key *k = table->keys; k && !key; k = k->next)
			for (size_t i = 0; i < k->n_names && !key; i++)
				key = k->columns[i] == c;
		if (key)
			continue;
		d = source_error(check->source, c->name.span, "upsert-column",
		    "rows of upsert table '%s' come into being without a value for '%s'",
		    table->name.text, c->name.text);
		source_hint(check->source, d, "declare it with '%s?', or leave it out here if the "
		    "database has a default for it", check_type_name(check, &c->type));
	}
}

void
check_columns(struct check *check, struct table *table)
{
	const struct column *first = NULL;

	for (struct column *c = table->columns; c; c = c->next) {
		if (c->kind == COLUMN_PLAIN)
			continue;
		first = first ? first : c;
		if (c->kind == COLUMN_TALLY)
			tally(check, c);
		else
			maintained(check, c);
	}
	if (first)
		needs_key(check, table, first);
	if (table->upsert && !table->singleton)
		upsert(check, table);
}
