/*
 * expr_sql_choice.c - what chooses among values, as SQL: case, coalesce, nullif, least, greatest.
 *
 * Each value is taken in the form that they have in common, checked: the result is as wide as the
 * widest and never an integer that has become a REAL.
 */
#include <stddef.h>

#include "expr_parts.h"

struct piece
sql_of_case(struct sql *s, const struct expr *expr, struct form form)
{
	struct text text = { .arena = s->arena };
	const struct expr *when;
	struct piece made, test, value;
	bool raises = false;

	text_add(&text, "CASE");
	for (when = expr->args; when != NULL && when->next != NULL; when = when->next->next) {
		test = sql_truth(s, when);
		value = sql_value(s, when->next, form);
		raises = raises || test.raises || value.raises;
		text_format(&text, " WHEN %s THEN %s", test.text, value.text);
	}
	if (when != NULL) {
		value = sql_value(s, when, form);
		raises = raises || value.raises;
		text_format(&text, " ELSE %s", value.text);
	}
	text_add(&text, " END");
	made = sql_piece(s, text_string(&text));
	made.raises = raises;
	made.narrow = form.kind == FORM_INT;
	made.wild = form.kind == FORM_FLOAT;
	return made;
}

struct piece
sql_of_coalesce(struct sql *s, const struct expr *arg, struct form form)
{
	struct text text = { .arena = s->arena };
	struct piece made, value;
	const char *separator = "";
	bool raises = false;

	for (; arg != NULL; arg = arg->next) {
		value = sql_value(s, arg, form);
		raises = raises || value.raises;
		text_format(&text, "%s%s", separator, value.text);
		separator = ", ";
	}
	made = sql_format(s, SQL_PRIMARY, "coalesce(%s)", text_string(&text));
	made.raises = raises;
	made.narrow = form.kind == FORM_INT;
	made.wild = form.kind == FORM_FLOAT;
	return made;
}

/* SQL's min and max are NULL if one argument is: another one stands for a NULL. */
static const char *
standing_in(struct sql *s, const struct expr *args, const struct expr *arg, struct form form)
{
	struct text text = { .arena = s->arena };
	const struct expr *other;

	if (sql_is_postgres(s) || !expr_is_nullable(arg))
		return sql_value(s, arg, form).text;
	text_format(&text, "coalesce(%s", sql_value(s, arg, form).text);
	for (other = args; other != NULL; other = other->next)
		if (!expr_is_nullable(other)) {
			text_format(&text, ", %s)", sql_value(s, other, form).text);
			return text_string(&text);
		}
	for (other = args; other != NULL && sql_step(s); other = other->next)
		if (other != arg)
			text_format(&text, ", %s", sql_value(s, other, form).text);
	text_add_char(&text, ')');
	return text_string(&text);
}

struct piece
sql_of_extreme(struct sql *s, const struct expr *expr, struct form form)
{
	struct text text = { .arena = s->arena };
	const struct expr *arg;
	struct piece made;
	bool raises = false, named = false;

	for (arg = expr->args; arg != NULL && sql_step(s); arg = arg->next) {
		made = sql_value(s, arg, form);
		raises = raises || made.raises;
		named = named || made.named;
	}
	named = named || (sql_is_postgres(s) && form.kind == FORM_TEXT);
	if (sql_is_postgres(s))                /* they ignore NULL */
		text_add(&text, expr->function == FUNCTION_LEAST ? "least(" : "greatest(");
	else
		text_add(&text, expr->function == FUNCTION_LEAST ? "min(" : "max(");
	for (arg = expr->args; arg != NULL && sql_step(s); arg = arg->next) {
		text_add(&text, standing_in(s, expr->args, arg, form));
		if (arg == expr->args && named)
			text_add(&text, sql_collation(s->context->dialect));
		text_add(&text, arg->next != NULL ? ", " : ")");
	}
	made = sql_piece(s, text_string(&text));
	made.raises = raises;
	made.narrow = form.kind == FORM_INT;
	made.wild = form.kind == FORM_FLOAT;
	return made;
}

struct piece
sql_of_nullif(struct sql *s, const struct expr *a, struct form form)
{
	struct piece equal = sql_compare(s, EXPR_EQ, a, a->next), value = sql_value(s, a, form), made;

	made = sql_format(s, SQL_PRIMARY, "CASE WHEN %s THEN NULL ELSE %s END", equal.text,
	    value.text);
	made.raises = equal.raises || value.raises;
	made.narrow = value.narrow;
	made.wild = value.wild;
	return made;
}
