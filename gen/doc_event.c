/*
 * doc_event.c - what makes a maintained column rise, and what makes it fall.
 *
 * The derivative of a definition, in words: a row comes or goes, moves, meets a condition or
 * no longer does, its amount changes, time passes.  What is not kept by adding and subtracting
 * says what has it computed again instead.
 */
#include <string.h>

#include <utlist.h>

#include "doc_parts.h"
#include "expr.h"

/* Adds an item to a list. */
static void __attribute__((format(printf, 2, 3)))
event(struct text *out, const char *format, ...)
{
	va_list args;
	size_t length;
	const char *made;

	va_start(args, format);
	made = arena_vformat(out->arena, &length, format, args);
	va_end(args);
	if (out->length > 0)
		text_add(out, DOC_NEXT);
	text_add_bytes(out, made, length);
}

/* ... unless it is there already. */
static void
event_once(struct text *out, const char *made)
{
	const char *at = text_string(out), *end;
	size_t length = strlen(made);

	for (; *at != '\0'; at = end + (*end != '\0')) {
		end = at + strcspn(at, DOC_NEXT);
		if ((size_t)(end - at) == length && memcmp(at, made, length) == 0)
			return;
	}
	event(out, "%s", made);
}

/* ---- rows that come and go ------------------------------------------------------------------- */

enum { ALL_BELOW = 1, HERE_TOO = 2 };

static unsigned
climbs(const struct source_clause *source)
{
	const struct step *step;
	unsigned how = 0;

	DL_FOREACH(source->by, step)
		if (step->repeat != 0)
			how |= step->next == NULL && step->repeat == '+' ? ALL_BELOW : ALL_BELOW | HERE_TOO;
	return how;
}

/* "created or moved here", "anywhere below deleted". */
static const char *
comes(const struct source_clause *source)
{
	unsigned how = climbs(source);

	if (source->by == NULL)
		return "created";
	if (how == 0)
		return "created or moved here";
	return how & HERE_TOO ? "created or moved here or anywhere below" :
	    source->child == source->holder && source->by->next == NULL ? "created anywhere below" :
	    "created or moved anywhere below";
}

static const char *
goes(const struct source_clause *source)
{
	unsigned how = climbs(source);

	if (source->by == NULL)
		return "deleted";
	if (how == 0)
		return "deleted or moved away";
	return how & HERE_TOO ? "here or below deleted or moved away" :
	    source->child == source->holder && source->by->next == NULL ? "below deleted" :
	    "below deleted or moved away";
}

/* What takes a row in the middle of the path out of its table's scope. */
static void
comes_back(struct doc_maker *maker, const struct table *table, const char *noun, struct text *in,
    struct text *out)
{
	struct doc_flip *flips = NULL, *flip;

	if (table->scope == NULL)
		return;
	doc_note_scope(maker, table);
	doc_flips(maker, table, table->scope, true, &flips);
	DL_FOREACH(flips, flip) {
		event(in, "its %s: %s", noun, flip->on);
		event(out, "its %s: %s", noun, flip->off);
	}
}

/* What moves with a row in the middle of the path, or with a subtree. */
static void
moves(struct doc_maker *maker, const struct source_clause *source, struct text *in,
    struct text *out)
{
	const struct step *step;
	const char *noun;

	DL_FOREACH(source->by, step) {
		if (step->repeat != 0) {
			noun = doc_plural(maker->arena, step->reference->parent->name.text);
			event(in, "a subtree of %s moved below", noun);
			event(out, "a subtree of %s moved away", noun);
		} else if (step->next != NULL && step->next->repeat == 0) {
			noun = doc_singular(maker->arena, step->reference->parent->name.text);
			event(in, "its %s moved here", noun);
			event(out, "its %s deleted or moved away", noun);
			comes_back(maker, step->reference->parent, noun, in, out);
		}
	}
}

static void
conditions(const struct doc_flip *flips, struct text *in, struct text *out)
{
	const struct doc_flip *flip;

	DL_FOREACH(flips, flip) {
		event(in, "%s", flip->on);
		event(out, "%s", flip->off);
	}
	DL_FOREACH(flips, flip) {
		if (flip->enters != NULL)
			event(in, "%s", flip->enters);
		if (flip->leaves != NULL)
			event(out, "%s", flip->leaves);
	}
}

static struct doc_flip *
flips_of(struct doc_maker *maker, const struct source_clause *source)
{
	struct doc_flip *flips = NULL;

	if (source->where != NULL)
		doc_flips(maker, source->child, source->where, false, &flips);
	if (source->child->scope != NULL)
		doc_flips(maker, source->child, source->child->scope, true, &flips);
	return flips;
}

/* ---- counts and sums ---------------------------------------------------------------------------- */

static const char *
amount_of(const struct doc_maker *maker, const struct source_clause *source, int64_t factor)
{
	int64_t times = factor < 0 ? -factor : factor;
	const char *what;

	if (source->value->kind != VALUE_SUM)
		return times == 1 ? "" : arena_format(maker->arena, ", by %lld", (long long)times);
	what = doc_expr_code(maker, source->value->args);
	return times == 1 ? arena_format(maker->arena, ", by its %s", what) :
	    arena_format(maker->arena, ", by %lld times its %s", (long long)times, what);
}

static const char *
tuple(const struct doc_maker *maker, const struct expr *exprs)
{
	struct text out = { .arena = maker->arena };
	const struct expr *e;

	DL_FOREACH(exprs, e)
		text_format(&out, "%s%s", e == exprs ? "" : ", ", doc_expr_code(maker, e));
	return text_string(&out);
}

/* Of a count, a sum or a count of different values. */
static void
linear(struct doc_maker *maker, const struct source_clause *source, int64_t factor,
    struct text *increments, struct text *decrements)
{
	struct text *in = factor < 0 ? decrements : increments;
	struct text *out = factor < 0 ? increments : decrements;
	const char *noun = doc_singular(maker->arena, source->child->name.text);
	const char *amount = amount_of(maker, source, factor);
	struct doc_flip *flips = flips_of(maker, source);

	if (source->value->kind == VALUE_COUNT_DISTINCT) {
		const char *what = tuple(maker, source->value->args);

		event(in, "First %s of a %s %s%s%s", noun, what, comes(source),
		    doc_states(maker, flips, false), amount);
		event(out, "Last %s of a %s %s%s", noun, what, goes(source), amount);
	} else {
		noun = doc_capital(maker->arena, noun);
		event(in, "%s %s%s%s", noun, comes(source), doc_states(maker, flips, false), amount);
		event(out, "%s %s%s", noun, goes(source), amount);
	}
	moves(maker, source, in, out);
	conditions(flips, in, out);
	if (source->value->kind == VALUE_SUM) {
		event(in, "%s rises", doc_expr_code(maker, source->value->args));
		event(out, "%s falls", doc_expr_code(maker, source->value->args));
	} else if (source->value->kind == VALUE_COUNT_DISTINCT) {
		event(in, "%s changes to a new one", tuple(maker, source->value->args));
		event(out, "%s changes from its last", tuple(maker, source->value->args));
	}
}

/* Only what is inserted counts. */
static void
only_inserts(struct doc_maker *maker, const struct source_clause *source, int64_t factor,
    struct text *increments)
{
	struct doc_flip *flips = flips_of(maker, source);
	const char *noun = doc_singular(maker->arena, source->child->name.text);

	if (source->value->kind == VALUE_COUNT_DISTINCT)
		noun = arena_format(maker->arena, "first %s of a %s", noun,
		    tuple(maker, source->value->args));
	event(increments, "%s created%s%s%s", doc_capital(maker->arena, noun),
	    climbs(source) & HERE_TOO ? " here or below" : climbs(source) ? " below" : "",
	    doc_states(maker, flips, false), amount_of(maker, source, factor));
}

/* ---- extremes ---------------------------------------------------------------------------------------- */

/* What a greatest value does when it grows, a least one when it shrinks; then the reverse. */
static const char *const movements[2][2] = {
	{ "falls", "rises" }, { "moved earlier", "moved later" }
};
static const char *const comparisons[2][2] = {
	{ "smaller", "greater" }, { "earlier", "later" }
};
static const char *const superlatives[2][2] = {
	{ "smallest", "greatest" }, { "earliest", "latest" }
};

static void
extreme(struct doc_maker *maker, const struct source_clause *source, bool never,
    struct text *increments, struct text *decrements)
{
	bool greatest = source->value->kind == VALUE_MAX;
	const struct expr *value = source->value->args;
	bool time = value->type.kind == TYPE_TIMESTAMP || value->type.kind == TYPE_DATE;
	const char *noun = doc_singular(maker->arena, source->child->name.text);
	const char *code = doc_expr_code(maker, value);
	struct doc_flip *flips = flips_of(maker, source);
	struct text *to = greatest ? increments : decrements;
	struct text *back = greatest ? decrements : increments;

	noun = doc_capital(maker->arena, noun);
	event(to, "%s of %s %s %s%s", noun, comparisons[time][greatest], code, comes(source),
	    doc_states(maker, flips, false));
	if (never) {
		event(back, "Never");
		return;
	}
	event(back, "%s that holds it %s", noun, goes(source));
	moves(maker, source, to, back);
	conditions(flips, to, back);
	event(to, "%s %s", code, movements[time][greatest]);
	event(back, "its %s %s", code, movements[time][!greatest]);
	event(back, "the next %s is then looked up", superlatives[time][greatest]);
}

static void
existence(struct doc_maker *maker, const struct source_clause *source, struct text *increments,
    struct text *decrements)
{
	const char *noun = doc_singular(maker->arena, source->child->name.text);
	struct doc_flip *flips = flips_of(maker, source);

	event(increments, "First %s %s%s", noun, comes(source), doc_states(maker, flips, false));
	event(decrements, "Last %s %s", noun, goes(source));
	moves(maker, source, increments, decrements);
	conditions(flips, increments, decrements);
}

/* ---- what is computed again --------------------------------------------------------------------------- */

struct reads {
	const struct doc_maker *maker;
	const struct table *table;
	struct text names;                 /* "`a`, `b`" with DOC_NEXT between */
};

static void
read_name(const struct expr *name, void *ctx)
{
	struct reads *reads = ctx;
	size_t i;

	if (name->kind == EXPR_NOW || (name->column == NULL && name->n_path == 0))
		return;
	for (i = 0; name->n_path == 0 && i < reads->table->n_primary_key; i++)
		if (reads->table->primary_key[i] == name->column)
			return;
	event_once(&reads->names, doc_expr_code(reads->maker, name));
}

static void
read_names(const struct expr *expr, void *ctx)
{
	const struct reads *reads = ctx;

	doc_each_leaf(reads->maker->arena, expr, true, read_name, ctx);
}

/* "`a`, `b` or `c`"; "": none. */
static const char *
alternatives(const struct reads *reads)
{
	struct text out = { .arena = reads->maker->arena };
	const char *at = text_string(&reads->names), *next;

	for (; *at != '\0'; at = next) {
		next = at + strcspn(at, DOC_NEXT);
		text_format(&out, "%s%.*s", out.length == 0 ? "" : *next != '\0' ? ", " : " or ",
		    (int)(next - at), at);
		next += *next != '\0';
	}
	return text_string(&out);
}

struct again {
	struct doc_maker *maker;
	struct text *out;
	const char *verb;
};

static void
again(const struct source_clause *source, void *ctx)
{
	struct again *again = ctx;
	struct doc_maker *maker = again->maker;
	struct reads reads = { maker, source->child, { .arena = maker->arena } };
	struct doc_flip *flips = flips_of(maker, source), *flip;
	const struct step *step;
	const char *what;

	doc_each_expr(source, read_names, &reads);
	if (source->child->scope != NULL)
		read_names(source->child->scope, &reads);
	what = alternatives(&reads);
	event(again->out, "%s %s are created%s deleted%s%s%s",
	    again->out->length == 0 ? again->verb : "when",
	    doc_plural(maker->arena, source->child->name.text), source->by != NULL ? ", moved or" : " or",
	    *what != '\0' ? ", or their " : "", what, *what != '\0' ? " changes" : "");
	DL_FOREACH(source->by, step)
		if (step->next != NULL)
			event(again->out, "when their %s are moved or deleted",
			    doc_plural(maker->arena, step->reference->parent->name.text));
	DL_FOREACH(flips, flip) {
		if (flip->enters != NULL || flip->leaves != NULL)
			event_once(again->out, "when a sweep takes them in or out as time passes");
	}
}

/* The reference of the row itself, where a name starts at one. */
static void
read_climb(const struct expr *name, void *ctx)
{
	struct reads *reads = ctx;

	if (name->n_path > 0)
		event_once(&reads->names, doc_code(reads->maker->arena, name->names[0].text));
}

static void
derived(struct doc_maker *maker, const struct column *column, struct text *out)
{
	struct reads reads = { maker, column->table, { .arena = maker->arena } };
	const char *what;

	doc_each_leaf(maker->arena, column->definition, true, read_climb, &reads);
	read_names(column->definition, &reads);
	what = alternatives(&reads);
	if (*what != '\0')
		event(out, "%s %s changes", out->length == 0 ? "Re-derived when" : "when", what);
}

static void
watched(struct doc_maker *maker, const struct raw *raw, struct text *out)
{
	const struct watch *watch, *earlier;

	DL_FOREACH(raw->watches, watch) {
		for (earlier = raw->watches; earlier != watch; earlier = earlier->next)
			if (strcmp(earlier->table.text, watch->table.text) == 0)
				break;
		if (earlier == watch)
			event(out, "%s %s are created, changed or deleted",
			    out->length == 0 ? "Re-derived when" : "when",
			    doc_plural(maker->arena, watch->table.text));
	}
}

/* ---- the column ------------------------------------------------------------------------------------------ */

static void
tally(struct doc_maker *maker, const struct column *column, struct text *in, struct text *out)
{
	const char *parts[] = { maker->doc->schema->name.text, column->table->name.text, "bump",
	    column->name.text };
	const char *call = doc_code(maker->arena, name_join(maker->arena, parts, 4));

	event(in, "%s by more than 0", call);
	event(out, "%s by less than 0", call);
}

/* What is kept by deltas; false: it is none of that. */
static bool
by_deltas(struct doc_maker *maker, const struct column *column, struct text *in, struct text *out)
{
	const struct expr *definition = column->definition;
	const struct expr_linear_term *term = doc_terms(maker, column);
	const struct source_clause *source;

	if (definition == NULL)
		return false;
	if (term != NULL) {
		for (; term != NULL; term = term->next)
			if (column->never_decrement)
				only_inserts(maker, term->source, term->factor, in);
			else
				linear(maker, term->source, term->factor, in, out);
		if (column->never_decrement)
			event(out, "Never");
		return true;
	}
	source = definition->kind == EXPR_SOURCE ? definition->source : NULL;
	if (source == NULL)
		return false;
	if (source->value->kind == VALUE_MIN || source->value->kind == VALUE_MAX)
		extreme(maker, source, column->never_decrement, in, out);
	else if (source->value->kind == VALUE_EXISTS)
		existence(maker, source, in, out);
	else
		return false;
	return true;
}

void
doc_events(struct doc_maker *maker, struct doc_row *row)
{
	const struct column *column = row->column;
	struct text in = { .arena = maker->arena }, out = { .arena = maker->arena };
	struct again how = { maker, &in, column->strategy == STRATEGY_INCREMENTAL ?
	    "Patched in place when" : "Re-derived when" };

	if (column->kind == COLUMN_TALLY) {
		tally(maker, column, &in, &out);
	} else if (column->strategy == STRATEGY_BATCH) {
		event(&in, "By recounts only");
		event(&out, "By recounts only");
	} else if (!by_deltas(maker, column, &in, &out)) {
		if (column->definition != NULL) {
			doc_each_source(column->definition, again, &how);
			derived(maker, column, &in);
		} else {
			watched(maker, column->raw, &in);
		}
		if (in.length == 0)
			event(&in, "By recounts only");
		event(&out, "%s", column->never_decrement ? "Never" : "Likewise");
	}
	row->increments = text_string(&in);
	row->decrements = text_string(&out);
}
