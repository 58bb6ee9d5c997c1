/*
 * expr_meaning.c - an expression spelt so that equal meaning gives equal text.
 *
 * For hashes of definitions, which tell a database whether the program that opens it still means
 * the same by a column.  It must therefore not depend on an engine, on how this version prints
 * expressions, or on the order of anything in this program: operators and types are words, columns
 * their names in the database, named conditions what they stand for, references their keys.  It is
 * not meant to be read.  Default scopes of tables are the caller's.
 */
#include <stddef.h>

#include "expr.h"

static const char *const words[] = {
	[EXPR_NULL] = "null", [EXPR_CALL] = "call", [EXPR_NOW] = "now",
	[EXPR_NEGATE] = "negate", [EXPR_ADD] = "+", [EXPR_SUBTRACT] = "-", [EXPR_MULTIPLY] = "*",
	[EXPR_DIVIDE] = "/", [EXPR_MODULO] = "%", [EXPR_EQ] = "=", [EXPR_NE] = "<>",
	[EXPR_LT] = "<", [EXPR_LE] = "<=", [EXPR_GT] = ">", [EXPR_GE] = ">=",
	[EXPR_IS_NULL] = "is-null", [EXPR_IS_DISTINCT] = "is-distinct", [EXPR_IN] = "in",
	[EXPR_BETWEEN] = "between", [EXPR_NOT] = "not", [EXPR_AND] = "and", [EXPR_OR] = "or",
	[EXPR_CASE] = "case"
};

static const char *const functions[] = {
#define X(id, word) [FUNCTION_##id] = word,
	FUNCTIONS(X)
#undef X
};

static const char *const units[] = {
	[UNIT_SECOND] = "s", [UNIT_MINUTE] = "min", [UNIT_HOUR] = "h", [UNIT_DAY] = "d",
	[UNIT_WEEK] = "w", [UNIT_MONTH] = "mon", [UNIT_YEAR] = "y"
};

/* A comparison of texts is none of numbers: what a value is belongs to what it means. */
static void
add_type(struct text *out, const struct type *type)
{
	text_add_char(out, ':');
	text_add(out, type_word(type->kind));
	if (type->kind != TYPE_DECIMAL)
		return;
	text_add_char(out, '.');
	text_add_int(out, type->scale);
}

/* A reference by what it is, whatever it is called: its key, and where that leads. */
static void
add_step(struct text *out, const struct reference *reference, char repeat)
{
	const struct expr *part = reference->exprs;
	size_t i;

	text_add_char(out, '[');
	for (i = 0; part != NULL; part = part->next, i++) {
		expr_meaning(out, part);
		text_add_char(out, '=');
		text_sql_name(out, column_sql_name(reference->parent_columns[i]));
		text_add_char(out, ' ');
	}
	if (reference->when != NULL) {
		text_add(out, "when ");
		expr_meaning(out, reference->when);
	}
	text_add_char(out, '>');
	table_add_sql(out, reference->parent, SQL_SQLITE);
	text_add_char(out, ']');
	if (repeat != 0)
		text_add_char(out, repeat);
}

static void
add_name(struct text *out, const struct expr *expr)
{
	size_t i;

	for (i = 0; i < expr->n_path; i++)
		add_step(out, expr->path[i], 0);
	if (expr->condition != NULL) {
		expr_meaning(out, expr->condition->expr);
		return;
	}
	text_sql_name(out, column_sql_name(expr->column));
	add_type(out, &expr->column->type);
}

static void
add_operation(struct text *out, const struct expr *expr)
{
	const struct expr *arg;

	text_add_char(out, '(');
	if (expr->negated)
		text_add(out, "not-");
	text_add(out, words[expr->kind]);
	if (expr->kind == EXPR_CALL) {
		text_add_char(out, ' ');
		text_add(out, functions[expr->function]);
	}
	for (arg = expr->args; arg != NULL; arg = arg->next) {
		text_add_char(out, ' ');
		expr_meaning(out, arg);
	}
	text_add_char(out, ')');
}

/* ---- sources -------------------------------------------------------------------------- */

static const char *const values[] = {
	[VALUE_COUNT] = "count", [VALUE_COUNT_DISTINCT] = "distinct", [VALUE_EXISTS] = "exists",
	[VALUE_SUM] = "sum", [VALUE_MIN] = "min", [VALUE_MAX] = "max", [VALUE_AVG] = "avg",
	[VALUE_FIRST] = "first", [VALUE_OBJECT] = "object", [VALUE_ARRAY] = "array",
	[VALUE_EXPR] = "value"
};

static void
add_value(struct text *out, const struct value *value)
{
	const struct expr *arg;
	const struct term *term;
	const struct json_field *field;

	text_add_char(out, '{');
	text_add(out, values[value->kind]);
	for (arg = value->args; arg != NULL; arg = arg->next) {
		text_add_char(out, ' ');
		expr_meaning(out, arg);
	}
	for (term = value->order; term != NULL; term = term->next) {
		text_add(out, term->descending ? " desc " : " asc ");
		expr_meaning(out, term->expr);
	}
	for (field = value->fields; field != NULL; field = field->next) {
		text_add_char(out, ' ');
		if (field->computed != NULL)
			expr_meaning(out, field->computed);
		else
			text_sql_string(out, field->key.text);
		text_add_char(out, ':');
		add_value(out, field->value);
	}
	if (value->element != NULL)
		add_value(out, value->element);
	text_add_char(out, '}');
}

void
expr_source_meaning(struct text *out, const struct source_clause *source)
{
	const struct step *step;

	text_add(out, "(source ");
	add_value(out, source->value);
	if (source->keep)
		text_add(out, " keep");
	if (source->otherwise != NULL) {
		text_add(out, " else ");
		expr_meaning(out, source->otherwise);
	}
	text_add(out, " from ");
	table_add_sql(out, source->child, SQL_SQLITE);
	for (step = source->by; step != NULL; step = step->next)
		add_step(out, step->reference, step->repeat);
	if (source->where != NULL) {
		text_add(out, " where ");
		expr_meaning(out, source->where);
	}
	text_add_char(out, ')');
}

/* ---- expressions ------------------------------------------------------------------------ */

void
expr_meaning(struct text *out, const struct expr *expr)
{
	switch (expr->kind) {
	case EXPR_BOOL:
		text_add(out, expr->boolean ? "true" : "false");
		break;
	case EXPR_INT:
		text_add_int(out, expr->integer);
		break;
	case EXPR_INTERVAL:
		text_add_int(out, expr->integer);
		text_add(out, units[expr->unit]);
		break;
	case EXPR_DECIMAL:
	case EXPR_TEXT:
		text_sql_string(out, expr->text);
		add_type(out, &expr->type);
		break;
	case EXPR_NAME:
		add_name(out, expr);
		break;
	case EXPR_SOURCE:
		expr_source_meaning(out, expr->source);
		break;
	default:
		add_operation(out, expr);
		break;
	}
}
