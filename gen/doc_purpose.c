/*
 * doc_purpose.c - what a maintained column is for, where its author did not say.
 */
#include <string.h>

#include <utlist.h>

#include "doc_parts.h"
#include "expr.h"

/* ---- which rows ---------------------------------------------------------------------------- */

/* References from a table to another: with several, which one it is has to be said. */
static unsigned
ways(const struct table *from, const struct table *to)
{
	const struct reference *reference;
	unsigned n = 0;

	DL_FOREACH(from->references, reference)
		n += reference->parent == to;
	return n;
}

/* " in its discussions", " anywhere below", " by `followed_id`". */
static const char *
up_the_path(const struct doc_maker *maker, const struct source_clause *source)
{
	const struct step *step = source->by, *last;
	struct text out = { .arena = maker->arena };

	if (step == NULL)
		return "";
	for (last = step; last->next != NULL; last = last->next)
		if (last->repeat != 0)
			return " anywhere below";
	if (last->repeat != 0)
		return last->repeat == '*' ? " here and anywhere below" : " anywhere below";
	if (step == last && ways(source->child, source->holder) > 1)
		return arena_format(maker->arena, " by %s",
		    doc_code(maker->arena, step->reference->name.text));
	if (step == last)
		return source->child == source->holder ? " directly below" : "";
	for (; step != last; step = step->next)
		text_format(&out, " in %s %s", step->next == last ? "its" : "the",
		    doc_plural(maker->arena, step->reference->parent->name.text));
	return text_string(&out);
}

static const char *
which(struct doc_maker *maker, const struct source_clause *source)
{
	struct doc_flip *flips = NULL;

	if (source->where != NULL)
		doc_flips(maker, source->child, source->where, false, &flips);
	return arena_format(maker->arena, "%s%s", up_the_path(maker, source),
	    doc_states(maker, flips, true));
}

/* "discussions that are `open`". */
static const char *
rows(struct doc_maker *maker, const struct source_clause *source)
{
	return arena_format(maker->arena, "%s%s", doc_plural(maker->arena, source->child->name.text),
	    which(maker, source));
}

/* ---- values -------------------------------------------------------------------------------------- */

static const char *
list(const struct doc_maker *maker, const struct expr *exprs, const char *last)
{
	struct text out = { .arena = maker->arena };
	const struct expr *e;

	for (e = exprs; e != NULL; e = e->next)
		text_format(&out, "%s%s", e == exprs ? "" : e->next != NULL ? ", " : last,
		    doc_expr_code(maker, e));
	return text_string(&out);
}

/* What a shape has in it beside its group keys. */
enum { COUNTS = 1, FIGURES = 2 };

/* The group keys of a shape, outermost first. */
static void
keys(const struct doc_maker *maker, const struct value *value, struct text *out, unsigned *has)
{
	const struct json_field *field;
	const char *key;

	switch (value->kind) {
	case VALUE_EXPR:
		key = doc_expr_code(maker, value->args);
		if (strstr(text_string(out), key) == NULL)
			text_format(out, "%s%s", out->length > 0 ? " and " : "", key);
		return;
	case VALUE_ARRAY:
		keys(maker, value->element, out, has);
		return;
	case VALUE_OBJECT:
		DL_FOREACH(value->fields, field) {
			if (field->computed != NULL) {
				struct value plain = { .kind = VALUE_EXPR, .args = field->computed };

				keys(maker, &plain, out, has);
			}
			keys(maker, field->value, out, has);
		}
		return;
	default:
		*has |= value->kind == VALUE_COUNT ? COUNTS : FIGURES;
	}
}

static const char *
shape(struct doc_maker *maker, const struct source_clause *source)
{
	struct text groups = { .arena = maker->arena };
	const char *child = doc_plural(maker->arena, source->child->name.text);
	const char *path = up_the_path(maker, source), *states;
	struct doc_flip *flips = NULL;
	unsigned has = 0;

	keys(maker, source->value, &groups, &has);
	if (source->where != NULL)
		doc_flips(maker, source->child, source->where, false, &flips);
	states = doc_states(maker, flips, true);
	if (has == 0)
		return arena_format(maker->arena, "Every %s among %s%s%s", text_string(&groups), child,
		    path, states);
	return arena_format(maker->arena, "%s of %s%s%s%s%s", has == COUNTS ? "Number" : "Figures",
	    child, path, groups.length > 0 ? " per " : "", text_string(&groups), states);
}

static const char *
first(struct doc_maker *maker, const struct source_clause *source)
{
	struct text order = { .arena = maker->arena };
	const struct term *term;

	DL_FOREACH(source->value->order, term)
		text_format(&order, "%s%s%s", term == source->value->order ? "" : ", ",
		    doc_expr_code(maker, term->expr), term->descending ? " descending" : "");
	return arena_format(maker->arena, "%s of the first of its %s, by %s",
	    doc_expr_code(maker, source->value->args), rows(maker, source), text_string(&order));
}

static bool
is_time(const struct expr *expr)
{
	return expr->type.kind == TYPE_TIMESTAMP || expr->type.kind == TYPE_DATE;
}

static const char *
of_source(struct doc_maker *maker, const struct source_clause *source)
{
	struct arena *arena = maker->arena;
	const struct expr *args = source->value->args;

	switch (source->value->kind) {
	case VALUE_COUNT:
		return arena_format(arena, "Number of %s", rows(maker, source));
	case VALUE_COUNT_DISTINCT:
		return arena_format(arena, "Number of different %s among %s", list(maker, args, " and "),
		    rows(maker, source));
	case VALUE_EXISTS:
		return arena_format(arena, "Whether there are %s", rows(maker, source));
	case VALUE_SUM:
		return arena_format(arena, "Sum of %s over %s", doc_expr_code(maker, args),
		    rows(maker, source));
	case VALUE_AVG:
		return arena_format(arena, "Average of %s over %s", doc_expr_code(maker, args),
		    rows(maker, source));
	case VALUE_MIN:
	case VALUE_MAX:
		return arena_format(arena, "%s %s among %s", source->value->kind == VALUE_MAX ?
		    is_time(args) ? "Latest" : "Greatest" : is_time(args) ? "Earliest" : "Smallest",
		    doc_expr_code(maker, args), rows(maker, source));
	case VALUE_FIRST:
		return first(maker, source);
	default:
		return shape(maker, source);
	}
}

static const char *
with_else(struct doc_maker *maker, const struct source_clause *source)
{
	const char *made = of_source(maker, source);

	if (source->keep)
		return arena_format(maker->arena, "%s, or the last such", made);
	return source->otherwise == NULL ? made : arena_format(maker->arena, "%s, else %s", made,
	    doc_expr_code(maker, source->otherwise));
}

/* "Number of comments, plus number of events with `kind` 'edit'". */
static const char *
sum(struct doc_maker *maker, const struct expr_linear_term *terms)
{
	struct text out = { .arena = maker->arena };
	const struct expr_linear_term *term;

	for (term = terms; term != NULL; term = term->next) {
		const char *made = of_source(maker, term->source);
		long long times = term->factor < 0 ? -(long long)term->factor : term->factor;

		if (term == terms && term->factor == 1) {
			text_add(&out, made);
			continue;
		}
		text_add(&out, term == terms ? term->factor < 0 ? "Minus " : "" :
		    term->factor < 0 ? ", minus " : ", plus ");
		if (times != 1)
			text_format(&out, "%lld times ", times);
		text_format(&out, "the %c%s", *made - 'A' + 'a', made + 1);
	}
	return text_string(&out);
}

/* ---- the column ---------------------------------------------------------------------------------------- */

static const char *
sentence(struct doc_maker *maker, const struct column *column)
{
	const struct expr_linear_term *terms;

	if (column->kind == COLUMN_TALLY)
		return "Tally that the application bumps";
	if (column->definition == NULL)
		return "Result of a query of its own";
	if (column->definition->kind == EXPR_SOURCE)
		return with_else(maker, column->definition->source);
	terms = doc_terms(maker, column);
	if (terms != NULL)
		return sum(maker, terms);
	doc_note_conditions(maker, column->table, column->definition);
	return doc_code(maker->arena, source_words(maker->source, column->definition->span));
}

const char *
doc_purpose(struct doc_maker *maker, const struct column *column)
{
	const char *purpose = sentence(maker, column), *doc = doc_comment(maker->arena, column->doc);

	if (doc != NULL)
		purpose = doc;
	if (column->touch.text == NULL)
		return purpose;
	return arena_format(maker->arena, "%s; sets %s", purpose,
	    doc_code(maker->arena, column->touch.text));
}
