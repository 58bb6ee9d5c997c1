/*
 * make.c - makes random expressions and prints each as C and as SQL, with the compiler's objects.
 *
 * make SEED COUNT: writes a C source with the table `probes` of truth.h to standard output.  The
 * expressions are conditions of one table in .ccdl text, so that they go through the parser and
 * the checker like anybody's; a value is written as the condition that it is not null.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "expr.h"
#include "schema.h"
#include "source.h"
#include "text.h"

enum sort { T_BOOL, T_INT, T_FLOAT, T_DECIMAL, T_TEXT, T_TIME, T_DATE, T_ALL };

static const char columns[] =
    "id int64 primary key; b bool; bn bool?; h int16; hn int16?; i int32; \"in\" int32?;"
    "l int64; ln int64?; g float32; gn float32?; f float64; fn float64?;"
    "p decimal(10,2); pn decimal(10,2)?; u decimal(12,3,units); un decimal(12,3,units)?;"
    "t text; tn text?; k uuid; at timestamp; atn timestamp?; ats timestamp(seconds)?;"
    "atm timestamp(millis)?; att timestamp(text)?; d date; dn date?; j jsonb?;";

static const char *const names[T_ALL][8] = {
	[T_BOOL] = { "b", "bn" }, [T_INT] = { "h", "hn", "i", "\"in\"", "l", "\"ln\"" },
	[T_FLOAT] = { "g", "gn", "f", "fn" }, [T_DECIMAL] = { "p", "pn", "u", "un" },
	[T_TEXT] = { "t", "tn" }, [T_TIME] = { "at", "atn", "ats", "atm", "att" },
	[T_DATE] = { "d", "dn" }
};

static const char *const literals[T_ALL][12] = {
	[T_BOOL] = { "true", "false", "null" },
	[T_INT] = { "0", "1", "-1", "2", "7", "100", "-32768", "2147483647", "3000000000",
		"9223372036854775807", "-9223372036854775808", "null" },
	[T_FLOAT] = { "0.0", "1.0", "-1.5", "0.5", "2.5", "1000000.25", "0.1", "null" },
	[T_DECIMAL] = { "'0'", "'1.5'", "'-0.005'", "'12345.67'", "null" },
	[T_TEXT] = { "''", "'a'", "'A'", "'abc'", "'ABC'", "'\xc3\xa4'", "'it''s \"?\?/\"'", "'z*/'",
		"null" },
	[T_TIME] = { "'2024-01-31 23:59:59.5'", "'2024-02-29'", "'0001-01-01'", "'9999-12-31 23:59:59'",
		"null" },
	[T_DATE] = { "'2024-01-31'", "'2024-02-29'", "'0001-01-01'", "'9999-12-31'", "null" }
};

static uint64_t state;

static unsigned
pick(unsigned n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)((state * UINT64_C(0x2545F4914F6CDD1D) >> 33) % n);
}

static const char *
one_of(const char *const *list)
{
	unsigned n = 0;

	while (list[n] != NULL)
		n++;
	return list[pick(n)];
}

static unsigned conditions;            /* named ones so far: c0, c1, … */

static void expression(struct text *out, enum sort type, int depth);

static enum sort
a_value(void)
{
	return (enum sort)(T_INT + pick(T_ALL - T_INT));
}

static enum sort
a_number(void)
{
	return (enum sort)(T_INT + pick(3));
}

static void
leaf(struct text *out, enum sort type)
{
	if (type == T_BOOL && conditions > 0 && pick(6) == 0)
		text_format(out, "c%u", pick(conditions));
	else
		text_add(out, one_of(pick(4) == 0 ? literals[type] : names[type]));
}

/* operator(x, y): "%1" and "%2" of the pattern are expressions of the types. */
static void
filled(struct text *out, const char *pattern, enum sort first, enum sort second, int depth)
{
	for (; *pattern != '\0'; pattern++) {
		if (*pattern != '%' || (pattern[1] != '1' && pattern[1] != '2')) {
			text_add_char(out, *pattern);
			continue;
		}
		expression(out, pattern[1] == '1' ? first : second, depth - 1);
		pattern++;
	}
}

static void
condition(struct text *out, int depth)
{
	static const char *const logic[] = { "(%1 and %1)", "(%1 or %1)", "not %1", "(%1 and %1 and %1)",
		"(%1 or %1 or %1)", "(%1 is null)", "(%1 = %1)", "(%1 <> %1)", "(%1 is distinct from %1)",
		"coalesce(%1, %1)", "(case when %1 then %1 when %1 then %1 else %1 end)",
		"(case when %1 then %1 end)", "nullif(%1, %1)", NULL };
	static const char *const compared[] = { "(%1 = %1)", "(%1 <> %1)", "(%1 < %1)", "(%1 <= %1)",
		"(%1 > %1)", "(%1 >= %1)", "(%1 is null)", "(%1 is not null)", "(%1 is distinct from %1)",
		"(%1 is not distinct from %1)", "(%1 in (%1, %1, %1))", "(%1 not in (%1, %1))",
		"(%1 between %1 and %1)", "(%1 not between %1 and %1)", NULL };
	enum sort type = a_value(), other = type;

	if (pick(3) == 0) {
		filled(out, one_of(logic), T_BOOL, T_BOOL, depth);
	} else if (pick(12) == 0) {
		text_add(out, pick(2) == 0 ? "(j is null)" :
		    "(k > '123e4567-e89b-12d3-a456-426614174000')");
	} else if ((type == T_INT || type == T_DECIMAL || type == T_FLOAT) && pick(3) == 0) {
		other = a_number();
		filled(out, pick(2) == 0 ? "(%1 < %2)" : "(%1 = %2)", type, other, depth);
	} else if (type == T_TIME && pick(4) == 0) {
		filled(out, "(at >= %2)", type, T_DATE, depth);
	} else {
		filled(out, one_of(compared), type, other, depth);
	}
}

static void
number(struct text *out, enum sort type, int depth)
{
	static const char *const any[] = { "(%1 + %1)", "(%1 - %1)", "(%1 * %1)", "-%1", "abs(%1)",
		"coalesce(%1, %1)", "least(%1, %1)", "greatest(%1, %1, %1)", "nullif(%1, %1)",
		"(case when %2 then %1 else %1 end)", "round(%1)", NULL };
	static const char *const integers[] = { "(%1 / %1)", "(%1 % %1)", "length(%2)", "(%1 + 1)",
		"(%1 * 2)", NULL };
	static const char *const floats[] = { "(%1 / %1)", "(%1 / %2)", "ln(%1)", "power(%1, %1)",
		"round(%1, 2)", "(%1 + %2)", "(%2 - %1)", "(%1 / greatest(%2, 1.0))", "round(%2 * 0.5)", NULL };
	static const char *const decimals[] = { "(%1 + %2)", "round(%1, 1)", "(%1 % %1)", "(%1 * %2)",
		"least(%1, %2)", NULL };

	if (pick(2) == 0)
		filled(out, one_of(any), type, T_BOOL, depth);
	else if (type == T_INT)
		filled(out, one_of(integers), T_INT, T_TEXT, depth);
	else if (type == T_FLOAT)
		filled(out, one_of(floats), T_FLOAT, pick(2) == 0 ? T_INT : T_DECIMAL, depth);
	else
		filled(out, one_of(decimals), T_DECIMAL, T_INT, depth);
}

static void
expression(struct text *out, enum sort type, int depth)
{
	static const char *const texts[] = { "lower(%1)", "coalesce(%1, %1)", "least(%1, %1)",
		"greatest(%1, %1)", "nullif(%1, %1)", "(case when %2 then %1 else %1 end)", NULL };
	static const char *const times[] = { "(%1 + 3 days)", "(%1 - 90 minutes)", "(%1 + 1 month)",
		"(%1 - 13 months)", "(%1 + 2 years)", "coalesce(%1, %1)", "least(%1, %1)", "nullif(%1, %1)",
		"(case when %2 then %1 else %1 end)", NULL };
	static const char *const dates[] = { "date(%2)", "date(%1)", "coalesce(%1, %1)",
		"greatest(%1, %1)", NULL };

	if (depth <= 0 || pick(8) == 0) {
		leaf(out, type);
		return;
	}
	switch (type) {
	case T_BOOL:
		condition(out, depth);
		break;
	case T_TEXT:
		filled(out, one_of(texts), T_TEXT, T_BOOL, depth);
		break;
	case T_TIME:
		filled(out, one_of(times), T_TIME, T_BOOL, depth);
		break;
	case T_DATE:
		filled(out, one_of(dates), T_DATE, T_TIME, depth);
		break;
	default:
		number(out, type, depth);
		break;
	}
}

/* ---- what check takes ------------------------------------------------------------------------- */

static struct schema *
checked(struct arena *arena, const char *items)
{
	const char *text = arena_format(arena, "schema truth; table t { %s %s }", columns, items);
	struct source *source = source_of_text(arena, "truth.ccdl", text, strlen(text));
	struct schema *schema = grammar_parse(source);

	return source->errors == 0 && check_schema(schema) ? schema : NULL;
}

static bool
is_value(const struct expr *expr)
{
	return expr->kind == EXPR_IS_NULL && expr->negated;
}

/* Adds "condition cN where …;" to the items unless the compiler refuses it. */
static bool
add_condition(struct text *items)
{
	struct arena *arena = arena_new();
	struct text one = { .arena = arena };
	struct schema *schema;
	enum sort type = pick(5) < 2 ? a_value() : T_BOOL;
	size_t length = items->length;
	bool good;

	expression(&one, type, 1 + (int)pick(4));
	text_format(items, "condition c%u where %s%s;", conditions, text_string(&one),
	    type == T_BOOL ? "" : " is not null");
	schema = checked(arena, items->data);
	good = schema != NULL && expr_problem(schema->tables->conditions->prev->expr, true) == NULL;
	if (good && is_value(schema->tables->conditions->prev->expr))
		good = expr_problem(schema->tables->conditions->prev->expr->args, true) == NULL;
	if (!good) {
		items->length = length;
		items->data[length] = '\0';
	}
	conditions += good;
	arena_free(arena);
	return good;
}

/* ---- the source ---------------------------------------------------------------------------------- */

static const struct expr_c in_c = { .row = "row", .failed = "failed" };

static void
view(struct text *out, unsigned n, const char *word, const struct expr *expr, enum expr_view view)
{
	text_format(out, "static bool\nis_%s_%u(const struct row *row, bool *failed)\n{\n\t(void)row;\n"
	    "\t(void)failed;\n\treturn ", word, n);
	expr_c(out, expr, view, &in_c);
	text_add(out, ";\n}\n\n");
}

static const char *
form(const struct type *type)
{
	switch (type->kind) {
	case TYPE_BOOL:
	case TYPE_NULL:
		return "BOOL";
	case TYPE_FLOAT32:
	case TYPE_FLOAT64:
		return "FLOAT";
	case TYPE_TEXT:
	case TYPE_UUID:
		return "TEXT";
	case TYPE_DATE:
		return "DATE";
	default:
		return "INT";
	}
}

static void
value(struct text *out, unsigned n, const struct expr *expr)
{
	struct expr_c context = in_c;
	const char *word = form(&expr->type);

	context.scale = expr->type.scale;
	text_format(out, "static void\nvalue_%u(const struct row *row, struct value *value)\n{\n"
	    "\tbool *failed = &value->failed;\n\n\t(void)row;\n\t(void)failed;\n\tvalue->null = ", n);
	expr_c(out, expr, EXPR_VIEW_NULL, &context);
	text_format(out, ";\n\tif (value->null)\n\t\treturn;\n\tvalue->%s = ",
	    strcmp(word, "FLOAT") == 0 ? "f" : strcmp(word, "TEXT") == 0 ? "s" : "i");
	expr_c(out, expr, EXPR_VIEW_VALUE, &context);
	text_add(out, ";\n}\n\n");
}

static void
probe(struct text *functions, struct text *table, unsigned n, const struct expr *expr,
    const char *text)
{
	static const struct expr_sql in_sql = { .dialect = SQL_SQLITE, .alias = "c" };
	static const struct expr_sql in_postgres = { .dialect = SQL_POSTGRES, .alias = "c" };
	struct text sql = { .arena = functions->arena }, postgres = { .arena = functions->arena };

	if (is_value(expr))
		expr = expr->args;
	expr_sql(&sql, expr, &in_sql);
	expr_sql(&postgres, expr, &in_postgres);
	text_add(table, "\t{ ");
	text_c_string(table, text);
	text_add(table, ",\n\t  ");
	text_c_string(table, text_string(&sql));
	text_add(table, ",\n\t  ");
	text_c_string(table, text_string(&postgres));
	if (strcmp(form(&expr->type), "BOOL") == 0) {
		view(functions, n, "true", expr, EXPR_VIEW_TRUE);
		view(functions, n, "false", expr, EXPR_VIEW_FALSE);
		view(functions, n, "null", expr, EXPR_VIEW_NULL);
		text_format(table, ",\n\t  BOOL, is_true_%u, is_false_%u, is_null_%u, NULL },\n", n, n, n);
	} else {
		value(functions, n, expr);
		text_format(table, ",\n\t  %s, NULL, NULL, NULL, value_%u },\n", form(&expr->type), n);
	}
}

int
main(int argc, char **argv)
{
	struct arena *arena = arena_new();
	struct text items = { .arena = arena }, functions = { .arena = arena }, table = { .arena = arena };
	const struct condition *c;
	unsigned n, count = argc == 3 ? (unsigned)strtoul(argv[2], NULL, 10) : 0, refused = 0;
	struct schema *schema;

	if (count == 0) {
		fputs("usage: make SEED COUNT\n", stderr);
		return 2;
	}
	state = strtoull(argv[1], NULL, 10) * UINT64_C(0x9E3779B97F4A7C15) + 1;
	for (n = 0; n < 8; n++)
		pick(2);
	text_add(&items, " ");
	while (conditions < count)
		if (!add_condition(&items) && ++refused > 4 * count) {
			fputs("make: the checker refuses nearly everything\n", stderr);
			return 1;
		}
	schema = checked(arena, items.data);
	n = 0;
	for (c = schema->tables->conditions; c != NULL; c = c->next, n++)
		probe(&functions, &table, n, c->expr, arena_copy(arena, schema->source->text +
		    c->expr->span.start, c->expr->span.end - c->expr->span.start));
	printf("/* %s %s: %u expressions, %u refused */\n#include \"truth.h\"\n\n%s"
	    "const struct probe probes[] = {\n%s};\nconst unsigned n_probes = %u;\n", argv[1], argv[2], n,
	    refused, text_string(&functions), text_string(&table), n);
	arena_free(arena);
	return 0;
}
