/*
 * build.c - names, expressions, values and sources of the model, as the rules meet them.
 *
 * Lists are joined in source order.  An expression is never higher than EXPR_MAX_HEIGHT when
 * the parse ends without an error.
 */
#include <stdlib.h>
#include <string.h>

#include "build.h"

static const char *
text_at(const struct builder *b, struct span span)
{
	return b->source->text + span.start;
}

struct span
build_span(struct span first, struct span last)
{
	return (struct span){ first.start, last.end };
}

/* ---- names and lists ------------------------------------------------------------- */

struct name
build_name(struct builder *b, struct span span)
{
	return (struct name){ arena_copy(b->arena, text_at(b, span), span.end - span.start),
		span };
}

struct name
build_quoted(struct builder *b, struct span span)
{
	const char *from = text_at(b, span) + 1, *end = text_at(b, span) + (span.end - span.start) - 1;
	char quote = from[-1], *text = arena_alloc(b->arena, span.end - span.start), *to = text;

	while (from < end) {
		from += *from == quote;
		if (from < end)
			*to++ = *from++;
	}
	*to = '\0';
	return (struct name){ text, span };
}

struct names
build_names(struct builder *b, struct names list, struct name name)
{
	if (list.n == list.capacity) {
		struct name *grown;

		list.capacity = list.capacity == 0 ? 2 : 2 * list.capacity;
		grown = arena_alloc(b->arena, list.capacity * sizeof(*grown));
		if (list.n != 0)
			memcpy(grown, list.items, list.n * sizeof(*grown));
		list.items = grown;
	}
	list.items[list.n++] = name;
	return list;
}

struct expr *
build_list(struct expr *list, struct expr *more)
{
	DL_CONCAT(list, more);
	return list;
}

/* ---- expressions ----------------------------------------------------------------- */

static void
set_height(struct builder *b, struct expr *expr, unsigned below)
{
	struct diagnostic *diagnostic;

	expr->height = below + 1;
	if (expr->height <= EXPR_MAX_HEIGHT)
		return;
	/* From here on it counts afresh, so that one expression is reported once or twice. */
	expr->height = 0;
	diagnostic = source_error(b->source, expr->span, "nesting",
	    "this expression is more than %d operators deep", EXPR_MAX_HEIGHT);
	source_hint(b->source, diagnostic,
	    "use 'in (…)', or divide it into named conditions");
}

/* It is a list of one, so that it may be joined to others. */
static struct expr *
new_expr(struct builder *b, enum expr_kind kind, struct span span)
{
	struct expr *expr = arena_alloc(b->arena, sizeof(*expr));

	expr->kind = kind;
	expr->span = span;
	expr->height = 1;
	expr->prev = expr;
	return expr;
}

struct expr *
build_expr(struct builder *b, enum expr_kind kind, struct span span, struct expr *args)
{
	struct expr *expr = new_expr(b, kind, span), *arg;
	unsigned below = 0;

	expr->args = args;
	DL_FOREACH(args, arg)
		if (arg->height > below)
			below = arg->height;
	set_height(b, expr, below);
	return expr;
}

struct expr *
build_binary(struct builder *b, enum expr_kind kind, struct span span, struct expr *a,
    struct expr *z)
{
	return build_expr(b, kind, span, build_list(a, z));
}

struct expr *
build_minus(struct builder *b, struct span span, struct expr *expr)
{
	if (expr->kind != EXPR_INT || expr->text[0] == '-')
		return build_expr(b, EXPR_NEGATE, span, expr);
	expr->text = arena_format(b->arena, "-%s", expr->text);
	if (expr->integer != INT64_MIN)
		expr->integer = -expr->integer;
	expr->span = span;
	return expr;
}

/* Reports a number above 2^63 and answers that instead. */
static uint64_t
number(struct builder *b, struct span span)
{
	const uint64_t most = (uint64_t)1 << 63;
	const char *digit = text_at(b, span), *end = digit + (span.end - span.start);
	uint64_t value = 0;

	for (; digit < end && *digit >= '0' && *digit <= '9'; digit++) {
		if (value > (most - (uint64_t)(*digit - '0')) / 10) {
			source_error(b->source, span, "integer-range",
			    "this number does not fit into 64 bits");
			return most;
		}
		value = value * 10 + (uint64_t)(*digit - '0');
	}
	return value;
}

struct expr *
build_integer(struct builder *b, struct span span)
{
	struct expr *expr = new_expr(b, EXPR_INT, span);
	size_t errors = b->source->errors;
	uint64_t value = number(b, span);
	struct big *big;

	expr->text = build_name(b, span).text;
	expr->integer = value > INT64_MAX ? INT64_MIN : (int64_t)value;
	if (value > INT64_MAX && b->source->errors == errors) {
		big = arena_alloc(b->arena, sizeof(*big));
		big->expr = expr;
		LL_PREPEND(b->bigs, big);
	}
	return expr;
}

struct expr *
build_literal(struct builder *b, enum expr_kind kind, struct span span)
{
	struct expr *expr = new_expr(b, kind, span);

	expr->text = kind == EXPR_TEXT ? build_quoted(b, span).text : build_name(b, span).text;
	return expr;
}

struct expr *
build_boolean(struct builder *b, struct span span, bool value)
{
	struct expr *expr = new_expr(b, EXPR_BOOL, span);

	expr->boolean = value;
	return expr;
}

static const char *const units[] = {
	[UNIT_SECOND] = "second", [UNIT_MINUTE] = "minute", [UNIT_HOUR] = "hour",
	[UNIT_DAY] = "day", [UNIT_WEEK] = "week", [UNIT_MONTH] = "month", [UNIT_YEAR] = "year",
};

enum { N_UNITS = sizeof(units) / sizeof(*units) };

int
build_find_unit(const char *word, size_t length)
{
	int i;

	if (length > 1 && word[length - 1] == 's')
		length--;
	for (i = 0; i < N_UNITS; i++)
		if (strlen(units[i]) == length && memcmp(units[i], word, length) == 0)
			return i;
	return -1;
}

struct expr *
build_interval(struct builder *b, struct span span, struct name unit)
{
	struct expr *expr = new_expr(b, EXPR_INTERVAL, build_span(span, unit.span));
	uint64_t value = number(b, span);
	int found = build_find_unit(unit.text, strlen(unit.text));
	struct diagnostic *diagnostic;
	const char *nearest;

	expr->integer = value > INT64_MAX ? INT64_MAX : (int64_t)value;
	expr->unit = found < 0 ? UNIT_SECOND : (enum unit)found;
	if (found >= 0)
		return expr;
	diagnostic = source_error(b->source, unit.span, "unknown-unit",
	    "'%s' is not a unit of time", unit.text);
	nearest = source_nearest(unit.text, units, N_UNITS);
	if (nearest != NULL)
		source_hint(b->source, diagnostic, "did you mean '%s'?", nearest);
	else
		source_hint(b->source, diagnostic, "units are second, minute, hour, day, week, "
		    "month and year, also with an s");
	return expr;
}

struct expr *
build_path(struct builder *b, struct names names)
{
	struct expr *expr = new_expr(b, EXPR_NAME,
	    build_span(names.items[0].span, names.items[names.n - 1].span));

	expr->names = names.items;
	expr->n_names = names.n;
	return expr;
}

struct expr *
build_call(struct builder *b, struct name name, struct expr *args, struct span span)
{
	bool now = strcmp(name.text, "now") == 0 && args == NULL;
	struct expr *expr = build_expr(b, now ? EXPR_NOW : EXPR_CALL, span, args);

	expr->names = build_names(b, (struct names){ 0 }, name).items;
	expr->n_names = 1;
	return expr;
}

/* The height of the highest expression in a value. */
static unsigned
value_height(const struct value *value)
{
	const struct json_field *field;
	const struct term *term;
	const struct expr *expr;
	unsigned highest = 0, height;

	DL_FOREACH(value->args, expr)
		highest = expr->height > highest ? expr->height : highest;
	DL_FOREACH(value->order, term)
		highest = term->expr->height > highest ? term->expr->height : highest;
	DL_FOREACH(value->fields, field) {
		height = value_height(field->value);
		highest = height > highest ? height : highest;
		if (field->computed != NULL && field->computed->height > highest)
			highest = field->computed->height;
	}
	if (value->element != NULL) {
		height = value_height(value->element);
		highest = height > highest ? height : highest;
	}
	return highest;
}

struct expr *
build_source_expr(struct builder *b, struct source_clause *clause, struct span span)
{
	struct expr *expr = new_expr(b, EXPR_SOURCE, span);
	unsigned below = value_height(clause->value);

	if (clause->where != NULL && clause->where->height > below)
		below = clause->where->height;
	if (clause->otherwise != NULL && clause->otherwise->height > below)
		below = clause->otherwise->height;
	expr->source = clause;
	set_height(b, expr, below);
	return expr;
}

/* ---- values and sources ------------------------------------------------------------ */

struct term *
build_term(struct builder *b, struct term *list, struct expr *expr, bool descending)
{
	struct term *term = arena_alloc(b->arena, sizeof(*term));

	term->expr = expr;
	term->descending = descending;
	DL_APPEND(list, term);
	return list;
}

struct value *
build_value(struct builder *b, enum value_kind kind, struct span span, struct expr *args)
{
	struct value *value = arena_alloc(b->arena, sizeof(*value));

	value->kind = kind;
	value->span = span;
	value->args = args;
	return value;
}

struct value *
build_first(struct builder *b, struct span span, struct expr *expr, struct term *order)
{
	struct value *value = build_value(b, VALUE_FIRST, span, expr);

	value->order = order;
	return value;
}

struct value *
build_object(struct builder *b, struct span span, struct json_field *fields)
{
	struct value *value = build_value(b, VALUE_OBJECT, span, NULL);

	value->fields = fields;
	return value;
}

struct value *
build_array(struct builder *b, struct span span, struct value *element, struct term *order)
{
	struct value *value = build_value(b, VALUE_ARRAY, span, NULL);

	value->element = element;
	value->order = order;
	return value;
}

struct json_field *
build_field(struct builder *b, struct name key, struct expr *computed, struct value *value)
{
	struct json_field *field = arena_alloc(b->arena, sizeof(*field));

	field->key = key;
	if (computed != NULL)
		field->key.span = computed->span;
	field->computed = computed;
	field->value = value;
	return field;
}

struct step *
build_step(struct builder *b, struct step *list, struct name name, char repeat)
{
	struct step *step = arena_alloc(b->arena, sizeof(*step));

	step->name = name;
	step->repeat = repeat;
	DL_APPEND(list, step);
	return list;
}

struct source_clause *
build_source(struct builder *b, struct value *value, struct name from)
{
	struct source_clause *clause = arena_alloc(b->arena, sizeof(*clause));

	clause->value = value;
	clause->from = from;
	return clause;
}
