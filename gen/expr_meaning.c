/*
 * expr_meaning.c - an expression spelt so that equal meaning gives equal text.
 *
 * For hashes of definitions, which tell a database whether the program that opens it still means
 * the same by a column.  It must therefore not depend on an engine, on how this version prints
 * expressions, or on the order of anything in this program: operators and types are words, columns
 * their names in the database, named conditions what they stand for.  It is not meant to be read.
 */
#include "expr.h"

static const char *const words[] = {
	[EXPR_NULL] = "null", [EXPR_CALL] = "call", [EXPR_NOW] = "now", [EXPR_SOURCE] = "source",
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

static void
add_name(struct text *out, const struct expr *expr)
{
	size_t i;

	for (i = 0; i < expr->n_path; i++) {
		text_sql_name(out, expr->path[i]->name.text);
		text_add_char(out, '.');
	}
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
	default:
		add_operation(out, expr);
		break;
	}
}
