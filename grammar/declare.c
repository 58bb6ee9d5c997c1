/*
 * declare.c - columns, tables and their clauses, as the rules meet them; the builder's other half.
 */
#include <stdlib.h>
#include <string.h>

#include "build.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* The text of the doc comment before the token at `offset`, or NULL. */
static const char *
find_doc(struct builder *b, uint32_t offset)
{
	size_t low = 0, high = b->n_docs;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (b->docs[middle].offset < offset)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == b->n_docs || b->docs[low].offset != offset)
		return NULL;
	b->docs[low].used = true;
	return b->docs[low].text;
}

/* Reports a word that none of the known ones is, naming the nearest or else all. */
static void
unknown_word(struct builder *b, struct name word, const char *code, const char *what,
    const char *const *known, size_t n)
{
	struct diagnostic *diagnostic = source_error(b->source, word.span, code,
	    "unknown %s '%s'", what, word.text);
	const char *nearest = source_nearest(word.text, known, n);
	struct text all = { .arena = b->arena };
	size_t i;

	for (i = 0; i < n; i++)
		text_format(&all, "%s%s", i == 0 ? "" : i + 1 == n ? " and " : ", ", known[i]);
	if (nearest != NULL)
		source_hint(b->source, diagnostic, "did you mean '%s'?", nearest);
	else
		source_hint(b->source, diagnostic, "known are %s", text_string(&all));
}

static int
find_word(const char *word, const char *const *known, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(word, known[i]) == 0)
			return (int)i;
	return -1;
}

void
build_flag(struct builder *b, bool *flag, struct span span)
{
	if (*flag)
		source_error(b->source, span, "duplicate-clause", "'%s' is said twice",
		    build_name(b, span).text);
	*flag = true;
}

void
build_option(struct builder *b, struct name *option, struct name value, struct span span)
{
	struct diagnostic *diagnostic;

	if (option->text != NULL) {
		diagnostic = source_error(b->source, span, "duplicate-clause",
		    "this clause is given twice");
		source_note(b->source, diagnostic, option->span, "the first one is here");
	}
	*option = value;
}

/* ---- types ------------------------------------------------------------------------- */

struct parameter *
build_parameter(struct builder *b, struct parameter *list, struct span span, bool number)
{
	struct parameter *parameter = arena_alloc(b->arena, sizeof(*parameter));

	parameter->word = build_name(b, span);
	parameter->number = number;
	DL_APPEND(list, parameter);
	return list;
}

/* A number from `least` to `most`, or -1. */
static int
parameter_number(const struct parameter *parameter, int least, int most)
{
	long value;

	if (parameter == NULL || !parameter->number || strlen(parameter->word.text) > 9)
		return -1;
	value = strtol(parameter->word.text, NULL, 10);
	return value >= least && value <= most ? (int)value : -1;
}

static bool
decimal_parameters(struct type *type, const struct parameter *first)
{
	const struct parameter *second = first->next;
	const struct parameter *third = second != NULL ? second->next : NULL;

	type->precision = parameter_number(first, 1, 1000);
	type->scale = second == NULL ? 0 : parameter_number(second, 0, type->precision);
	if (third != NULL)
		type->storage = STORAGE_UNITS;
	return type->precision > 0 && type->scale >= 0 &&
	    (third == NULL || (strcmp(third->word.text, "units") == 0 && third->next == NULL));
}

static bool
timestamp_parameters(struct type *type, const struct parameter *first)
{
	static const char *const words[] = { "micros", "seconds", "millis", "text", "local" };
	static const enum storage storages[] = { STORAGE_DEFAULT, STORAGE_SECONDS,
		STORAGE_MILLIS, STORAGE_TEXT, STORAGE_LOCAL };
	int found = find_word(first->word.text, words, COUNT(words));

	if (found >= 0)
		type->storage = storages[found];
	return found >= 0 && first->next == NULL;
}

static void
set_parameters(struct builder *b, struct type *type, const struct parameter *first)
{
	const char *form = NULL;
	struct diagnostic *diagnostic;

	if (type->kind == TYPE_DECIMAL && !decimal_parameters(type, first))
		form = "decimal(precision, scale) or decimal(precision, scale, units)";
	else if (type->kind == TYPE_TIMESTAMP && !timestamp_parameters(type, first))
		form = "timestamp(seconds), (millis), (micros), (text) or (local)";
	else if (type->kind == TYPE_TEXT &&
	    ((type->precision = parameter_number(first, 1, 999999999)) < 0 || first->next != NULL))
		form = "text(length)";
	if (form != NULL) {
		diagnostic = source_error(b->source, build_span(first->word.span,
		    first->prev->word.span), "type-parameters",
		    "'%s' does not take these parameters", type_word(type->kind));
		source_hint(b->source, diagnostic, "write %s", form);
	} else if (type->kind != TYPE_DECIMAL && type->kind != TYPE_TIMESTAMP &&
	    type->kind != TYPE_TEXT) {
		source_error(b->source, build_span(first->word.span, first->prev->word.span),
		    "type-parameters", "'%s' takes no parameters", type_word(type->kind));
	}
}

/* What other languages call our types. */
static const char *const foreign_types[][2] = {
	{ "int", "int32" }, { "integer", "int32" }, { "bigint", "int64" }, { "smallint", "int16" },
	{ "tinyint", "int16" }, { "serial", "int32" }, { "bigserial", "int64" },
	{ "boolean", "bool" }, { "varchar", "text" }, { "string", "text" }, { "char", "text" },
	{ "real", "float64" }, { "float", "float64" }, { "double", "float64" },
	{ "numeric", "decimal" }, { "datetime", "timestamp" }, { "timestamptz", "timestamp" },
	{ "json", "jsonb" },
};

struct type
build_type(struct builder *b, struct span span, struct parameter *parameters)
{
	static const char *const words[] = {
#define X(id, word) word,
		TYPES(X)
#undef X
	};
	struct name word = build_name(b, span);
	int found = find_word(word.text, words, COUNT(words));
	struct type type = { .span = span };
	struct diagnostic *diagnostic;
	size_t i;

	if (found >= 0) {
		type.kind = (enum type_kind)(TYPE_NONE + 1 + found);
		if (parameters != NULL)
			set_parameters(b, &type, parameters);
		return type;
	}
	for (i = 0; i < COUNT(foreign_types); i++)
		if (source_nearest(word.text, &foreign_types[i][0], 1) != NULL)
			break;
	if (i == COUNT(foreign_types) ||
	    source_nearest(word.text, words, COUNT(words)) != NULL) {
		unknown_word(b, word, "unknown-type", "type", words, COUNT(words));
		return type;
	}
	diagnostic = source_error(b->source, span, "unknown-type", "unknown type '%s'", word.text);
	source_hint(b->source, diagnostic, "did you mean '%s'?", foreign_types[i][1]);
	return type;
}

struct type
build_nullable(struct type type, struct span mark)
{
	type.nullable = true;
	type.span.end = mark.end;
	return type;
}

/* ---- raw SQL ------------------------------------------------------------------------- */

struct raw *
build_raw(struct builder *b, struct name engine, struct span text, struct raw *raw)
{
	static const char *const engines[] = { "sqlite", "postgres" };
	const char *sql = build_quoted(b, text).text, **place;
	int found;

	if (raw == NULL)
		raw = arena_alloc(b->arena, sizeof(*raw));
	if (engine.text == NULL) {
		raw->text = sql;
		return raw;
	}
	found = find_word(engine.text, engines, COUNT(engines));
	if (found < 0) {
		unknown_word(b, engine, "unknown-engine", "engine", engines, COUNT(engines));
		return raw;
	}
	place = found == 0 ? &raw->sqlite : &raw->postgres;
	if (*place != NULL)
		source_error(b->source, engine.span, "duplicate-clause", "'%s' is said twice",
		    engine.text);
	*place = sql;
	return raw;
}

void
build_watch(struct builder *b, struct raw *raw, struct name table, struct step *by)
{
	struct watch *watch = arena_alloc(b->arena, sizeof(*watch));

	watch->table = table;
	watch->by = by;
	DL_APPEND(raw->watches, watch);
}

/* ---- columns ---------------------------------------------------------------------------- */

struct reference *
build_reference(struct builder *b, struct name target, struct names columns, struct span span)
{
	struct reference *reference = arena_alloc(b->arena, sizeof(*reference));

	reference->target = target;
	reference->target_columns = columns.items;
	reference->n_target_columns = columns.n;
	reference->span = span;
	return reference;
}

struct column *
build_column(struct builder *b, struct name name, struct type type, struct name sql)
{
	struct column *column = arena_alloc(b->arena, sizeof(*column));

	column->name = name;
	column->type = type;
	column->sql = sql;
	return column;
}

static void
add_column(struct builder *b, struct column *column, enum column_kind kind, struct span span)
{
	column->kind = kind;
	column->span = span;
	column->doc = find_doc(b, span.start);
	DL_APPEND(b->table->columns, column);
}

void
build_plain(struct builder *b, struct column *column, struct attributes attributes,
    struct span span)
{
	struct reference *reference;

	column->primary_key = attributes.primary_key;
	column->unique = attributes.unique;
	DL_FOREACH(attributes.references, reference) {
		reference->name = column->name;
		reference->exprs = build_path(b,
		    build_names(b, (struct names){ 0 }, column->name));
	}
	DL_CONCAT(b->table->references, attributes.references);
	add_column(b, column, COLUMN_PLAIN, span);
}

void
build_maintained(struct builder *b, struct column *column, struct options options,
    struct span span)
{
	static const char *const words[] = { "deferred", "immediate", "ledger", "incremental",
		"batch" };
	int found;

	column->never_decrement = options.never_decrement;
	column->touch = options.touch;
	if (options.strategy.text != NULL) {
		column->strategy_span = options.strategy.span;
		found = find_word(options.strategy.text, words, COUNT(words));
		if (found >= 0)
			column->strategy = (enum strategy)(STRATEGY_DEFERRED + found);
		else
			unknown_word(b, options.strategy, "unknown-strategy", "strategy", words,
			    COUNT(words));
	}
	add_column(b, column, COLUMN_MAINTAINED, span);
}

void
build_tally(struct builder *b, struct column *column, struct span span)
{
	add_column(b, column, COLUMN_TALLY, span);
}

/* ---- tables -------------------------------------------------------------------------------- */

void
build_schema(struct builder *b, struct name name, struct span span)
{
	b->schema->name = name;
	b->schema->doc = find_doc(b, span.start);
}

void
build_table(struct builder *b, struct name name, struct span span)
{
	struct table *table = arena_alloc(b->arena, sizeof(*table));

	table->name = name;
	table->span = span;
	table->doc = find_doc(b, span.start);
	b->table = table;
	if (name.text != NULL)
		DL_APPEND(b->schema->tables, table);
}

void
build_table_end(struct builder *b, struct span close)
{
	b->table->span.end = close.end;
}

void
build_condition(struct builder *b, struct name name, struct expr *expr, struct span span)
{
	struct condition *condition = arena_alloc(b->arena, sizeof(*condition));

	condition->name = name;
	condition->expr = expr;
	condition->span = span;
	condition->doc = find_doc(b, span.start);
	DL_APPEND(b->table->conditions, condition);
}

void
build_key(struct builder *b, bool primary, struct names names, struct span span)
{
	struct key *key = arena_alloc(b->arena, sizeof(*key));

	key->primary = primary;
	key->names = names.items;
	key->n_names = names.n;
	key->span = span;
	find_doc(b, span.start);
	DL_APPEND(b->table->keys, key);
}

void
build_link(struct builder *b, struct name name, struct expr *exprs, struct reference *reference,
    struct span span)
{
	reference->name = name;
	reference->exprs = exprs;
	reference->span = span;
	reference->doc = find_doc(b, span.start);
	DL_APPEND(b->table->references, reference);
}

/* ---- at the end ------------------------------------------------------------------------------ */

void
build_finish(struct builder *b)
{
	struct diagnostic *diagnostic;
	const struct big *big;
	size_t i;

	LL_FOREACH(b->bigs, big)
		if (big->expr->text[0] != '-')
			source_error(b->source, big->expr->span, "integer-range",
			    "this number does not fit into 64 bits");
	if (b->source->errors != 0)
		return;
	for (i = 0; i < b->n_docs; i++) {
		if (b->docs[i].used)
			continue;
		diagnostic = source_warning(b->source, b->docs[i].span, "stray-doc",
		    "this comment documents nothing");
		source_hint(b->source, diagnostic,
		    "'///' stands before a table, a column or a condition; elsewhere use '//'");
	}
}
