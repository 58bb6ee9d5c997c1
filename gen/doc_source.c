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

bool
doc_meet(struct arena *arena, struct doc_met **met, const struct condition *condition)
{
	struct doc_met *found;

	HASH_FIND_PTR(*met, &condition, found);
	if (found != NULL)
		return false;
	found = arena_alloc(arena, sizeof *found);
	found->condition = condition;
	HASH_ADD_PTR(*met, condition, found);
	return true;
}

struct leaves {
	struct arena *arena;
	struct doc_met *met;
	bool near;
	void (*visit)(const struct expr *leaf, void *ctx);
	void *ctx;
};

static void
each_leaf(struct leaves *leaves, const struct expr *expr)
{
	const struct expr *a;

	if (expr->kind == EXPR_NAME || expr->kind == EXPR_NOW)
		leaves->visit(expr, leaves->ctx);
	if (expr->kind == EXPR_NAME && expr->condition != NULL &&
	    (expr->n_path == 0 || !leaves->near) &&
	    doc_meet(leaves->arena, &leaves->met, expr->condition))
		each_leaf(leaves, expr->condition->expr);
	for (a = expr->args; a != NULL; a = a->next)
		each_leaf(leaves, a);
}

void
doc_each_leaf(struct arena *arena, const struct expr *expr, bool near,
    void (*visit)(const struct expr *leaf, void *ctx), void *ctx)
{
	struct leaves leaves = { arena, NULL, near, visit, ctx };

	each_leaf(&leaves, expr);
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
