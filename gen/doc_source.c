/*
 * doc_source.c - walks over what a maintained column is made from.
 */
#include "doc_parts.h"
#include "expr.h"

/* ---- walks ------------------------------------------------------------------------------- */

static void
each_expr_of_value(const struct value *value, void (*visit)(const struct expr *expr, void *ctx),
    void *ctx)
{
	const struct json_field *field;
	const struct expr *a;
	const struct term *term;

	for (a = value->args; a != NULL; a = a->next)
		visit(a, ctx);
	for (term = value->order; term != NULL; term = term->next)
		visit(term->expr, ctx);
	for (field = value->fields; field != NULL; field = field->next) {
		if (field->computed != NULL)
			visit(field->computed, ctx);
		each_expr_of_value(field->value, visit, ctx);
	}
	if (value->element != NULL)
		each_expr_of_value(value->element, visit, ctx);
}

void
doc_each_expr(const struct source_clause *source,
    void (*visit)(const struct expr *expr, void *ctx), void *ctx)
{
	each_expr_of_value(source->value, visit, ctx);
	if (source->where != NULL)
		visit(source->where, ctx);
}

struct sources {
	void (*visit)(const struct source_clause *source, void *ctx);
	void *ctx;
};

static void
sources_in(const struct expr *expr, void *ctx)
{
	const struct sources *sources = ctx;

	doc_each_source(expr, sources->visit, sources->ctx);
}

void
doc_each_source(const struct expr *expr,
    void (*visit)(const struct source_clause *source, void *ctx), void *ctx)
{
	struct sources sources = { visit, ctx };
	const struct expr *a;

	if (expr->kind == EXPR_SOURCE) {
		visit(expr->source, ctx);
		doc_each_expr(expr->source, sources_in, &sources);
	}
	for (a = expr->args; a != NULL; a = a->next)
		doc_each_source(a, visit, ctx);
}

void
doc_each_name(const struct expr *expr, void (*visit)(const struct expr *name, void *ctx),
    void *ctx)
{
	const struct expr *a;

	if (expr->kind == EXPR_NAME)
		visit(expr, ctx);
	for (a = expr->args; a != NULL; a = a->next)
		doc_each_name(a, visit, ctx);
}

/* ---- what kind of definition ------------------------------------------------------------------- */

struct expr_linear_term *
doc_terms(const struct doc_maker *maker, const struct column *column)
{
	struct expr_linear_term *terms, *term;
	int64_t constant;

	if (column->definition == NULL ||
	    !expr_linear(maker->arena, column->definition, &constant, &terms))
		return NULL;
	for (term = terms; term != NULL; term = term->next)
		if (term->source->value->kind != VALUE_COUNT && term->source->value->kind != VALUE_SUM &&
		    term->source->value->kind != VALUE_COUNT_DISTINCT)
			return NULL;
	return terms;
}

bool
doc_is_shape(const struct column *column)
{
	const struct expr *definition = column->definition;

	return definition != NULL && definition->kind == EXPR_SOURCE &&
	    (definition->source->value->kind == VALUE_OBJECT ||
	    definition->source->value->kind == VALUE_ARRAY);
}
