/*
 * plan_definition.c - a maintained column's definition in words and as a hash.
 *
 * The words are the file's own, on one line and without comments.  The hash is over what the
 * definition means (type, children, keys, conditions and amounts), so that it changes when
 * a named condition or a default scope does and stays when only the spelling changes.
 */
#include <string.h>

#include "plan.h"

/* ---- hash --------------------------------------------------------------------------------- */

/* In 16 hex digits. */
static const char *
hash_text(struct arena *arena, const struct text *text)
{
	uint64_t hash = 14695981039346656037u;
	char digits[16];
	size_t i;

	for (i = 0; i < text->length; i++)
		hash = (hash ^ (unsigned char)text->data[i]) * 1099511628211u;
	for (i = sizeof(digits); i-- > 0; hash >>= 4)
		digits[i] = "0123456789abcdef"[hash & 15];
	return arena_copy(arena, digits, sizeof(digits));
}

static void
add_expr(struct text *out, const char *label, const struct expr *expr)
{
	if (expr == NULL)
		return;
	text_add(out, label);
	expr_meaning(out, expr);
}

/* Default scopes of the tables whose rows a definition reads, each once. */
struct scopes {
	struct text *out;
	const struct table **seen;
	size_t n;
};

static void scopes_of_source(struct scopes *scopes, const struct source_clause *source);

static void scopes_of(struct scopes *scopes, const struct expr *expr);

static void
scope_of_table(struct scopes *scopes, const struct table *table)
{
	size_t i;

	for (i = 0; i < scopes->n && scopes->seen[i] != table; i++)
		;
	if (i < scopes->n || table->scope == NULL)
		return;
	scopes->seen[scopes->n++] = table;
	text_add(scopes->out, " scope ");
	text_sql_name(scopes->out, table_sql_name(table));
	add_expr(scopes->out, " ", table->scope);
	scopes_of(scopes, table->scope);
}

static void
scopes_of_reference(struct scopes *scopes, const struct reference *reference)
{
	const struct expr *part;

	for (part = reference->exprs; part != NULL; part = part->next)
		scopes_of(scopes, part);
	scopes_of(scopes, reference->when);
	scope_of_table(scopes, reference->parent);
}

static void
scopes_of(struct scopes *scopes, const struct expr *expr)
{
	const struct expr *arg;
	size_t i;

	if (expr == NULL)
		return;
	for (i = 0; i < expr->n_path; i++)
		scopes_of_reference(scopes, expr->path[i]);
	if (expr->condition != NULL)
		scopes_of(scopes, expr->condition->expr);
	if (expr->source != NULL)
		scopes_of_source(scopes, expr->source);
	for (arg = expr->args; arg != NULL; arg = arg->next)
		scopes_of(scopes, arg);
}

static void
scopes_of_part(const struct expr *expr, void *ctx)
{
	scopes_of(ctx, expr);
}

static void
scopes_of_source(struct scopes *scopes, const struct source_clause *source)
{
	const struct step *step;

	scope_of_table(scopes, source->child);
	for (step = source->by; step != NULL; step = step->next)
		scopes_of_reference(scopes, step->reference);
	scopes_of(scopes, source->where);
	value_each(source->value, scopes_of_part, scopes);
	scopes_of(scopes, source->otherwise);
}

static void
term_meaning(struct text *out, const struct plan_term *term)
{
	const struct source_clause *source = term->source;

	text_add(out, " term ");
	text_add_int(out, term->factor);
	add_expr(out, " of ", term->amount);
	text_add(out, " in ");
	expr_source_meaning(out, source);
}

/* The texts; who watches what does not change the value. */
static void
raw_meaning(struct text *out, const struct raw *raw)
{
	const char *texts[] = { raw->text, raw->sqlite, raw->postgres };
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		text_add(out, " sql ");
		if (texts[i] != NULL)
			text_sql_string(out, texts[i]);
	}
}

/* Of one column: its definition, and what that builds on. */
static void
meaning_of(struct plan *plan, struct text *out, const struct plan_column *column)
{
	struct scopes scopes = { .out = out };
	const struct plan_term *term;

	if (plan->seen == NULL)
		plan->seen = arena_alloc(plan->arena, plan->n_tables * sizeof(struct table *));
	scopes.seen = plan->seen;
	text_format(out, "%s %d %d keep %d base %lld", type_word(column->column->type.kind),
	    column->column->type.scale, (int)column->column->type.storage, column->keep,
	    (long long)column->base);
	scope_of_table(&scopes, column->table->table);
	if (column->column->raw != NULL)
		raw_meaning(out, column->column->raw);
	else if (column->kind == PLAN_DERIVED)
		add_expr(out, " derived ", column->column->definition);
	for (term = column->terms; column->kind == PLAN_LINEAR && term != NULL; term = term->next)
		term_meaning(out, term);
	scopes_of(&scopes, column->column->definition);
}

void
plan_definition(struct plan *plan, struct plan_column *column)
{
	const struct column *declared = column->column;
	struct text *meaning = &plan->meaning;

	if (column->kind == PLAN_TOUCH)
		return;
	if (column->kind == PLAN_TALLY)
		column->definition = "tally";
	else
		column->definition = source_words(plan->schema->source,
		    (struct span){ declared->raw != NULL ? declared->raw->span.start :
		    declared->definition->span.start, declared->span.end });
	meaning->length = 0;
	meaning_of(plan, meaning, column);
	column->hash = hash_text(plan->arena, meaning);
}
