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

static void
term_meaning(struct text *out, const struct plan_term *term)
{
	const struct plan_reference *reference = term->link->reference;
	unsigned i;

	text_add(out, " term ");
	text_add_int(out, term->factor);
	add_expr(out, " of ", term->amount);
	text_add(out, " from ");
	text_sql_name(out, table_sql_name(term->link->child->table));
	add_expr(out, " scope ", term->link->child->table->scope);
	add_expr(out, " where ", term->where);
	for (i = 0; reference != NULL && i < reference->n_fields; i++) {
		add_expr(out, " by ", reference->exprs[i]);
		text_add(out, " to ");
		text_sql_name(out, column_sql_name(reference->parent_fields[i]->column));
	}
	if (reference != NULL)
		add_expr(out, " when ", reference->reference->when);
}

void
plan_definition(struct plan *plan, struct plan_column *column)
{
	const struct column *declared = column->column;
	struct text *meaning = &plan->meaning;
	const struct plan_term *term;

	if (column->kind == PLAN_TOUCH)
		return;
	if (column->kind == PLAN_TALLY)
		column->definition = "tally";
	else
		column->definition = source_words(plan->schema->source,
		    (struct span){ declared->definition->span.start, declared->span.end });
	meaning->length = 0;
	text_format(meaning, "%s %d %d keep %d base %lld", type_word(declared->type.kind),
	    declared->type.scale, (int)declared->type.storage, column->keep, (long long)column->base);
	add_expr(meaning, " holder ", column->table->table->scope);
	if (column->kind == PLAN_DERIVED)
		add_expr(meaning, " derived ", declared->definition);
	for (term = column->terms; term != NULL; term = term->next)
		term_meaning(meaning, term);
	column->hash = hash_text(plan->arena, meaning);
}
