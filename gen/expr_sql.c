/*
 * expr_sql.c - conditions as SQL: truth, NULL, comparisons.
 *
 * SQL knows three-valued logic itself, so that most prints as it was written.  What has to be
 * said: text compares by bytes whatever the column's collation, and where computing something may
 * raise an error, a CASE keeps SQLite from computing more than the C does (expr_parts.h).
 */
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include "expr_parts.h"

bool
sql_step(struct sql *s)
{
	if (s->work == 0)
		s->over = true;
	else
		s->work--;
	return !s->over;
}

struct piece
sql_piece(struct sql *s, const char *text)
{
	if (strlen(text) > EXPR_LENGTH) {
		s->over = true;
		text = "NULL";
	}
	return (struct piece){ .text = text, .bind = SQL_PRIMARY };
}

struct piece
sql_format(struct sql *s, int bind, const char *format, ...)
{
	struct piece piece = { .bind = bind };
	va_list args;
	size_t length;

	va_start(args, format);
	piece.text = arena_vformat(s->arena, &length, format, args);
	va_end(args);
	if (length > EXPR_LENGTH) {
		s->over = true;
		piece.text = "NULL";
	}
	return piece;
}

const char *
sql_in(struct sql *s, struct piece piece, int bind)
{
	/* PostgreSQL has all comparisons on one level, and they do not associate. */
	bool among = sql_is_postgres(s) && bind > SQL_NOT && piece.bind <= SQL_LESS;

	if (piece.bind >= bind && !among)
		return piece.text;
	return sql_format(s, SQL_PRIMARY, "(%s)", piece.text).text;
}

static struct piece
truth_value(struct sql *s, bool value)
{
	return sql_piece(s, value ? "TRUE" : "FALSE");
}

/* ---- or, and, in the order written --------------------------------------------------------- */

/* Both conditions are TRUE or FALSE, never NULL; b is computed only where a is FALSE. */
static struct piece
or_else(struct sql *s, struct piece a, struct piece b)
{
	struct piece made;

	if (b.raises)
		made = sql_format(s, SQL_PRIMARY, "CASE WHEN %s THEN TRUE ELSE %s END", a.text, b.text);
	else
		made = sql_format(s, SQL_OR, "%s OR %s", sql_in(s, a, SQL_OR), sql_in(s, b, SQL_AND));
	made.raises = a.raises || b.raises;
	return made;
}

static struct piece
null_of_any(struct sql *s, const struct expr *arg)
{
	struct piece all = { .text = NULL };

	for (; arg != NULL; arg = arg->next) {
		if (!expr_is_nullable(arg))
			continue;
		all = all.text == NULL ? sql_null(s, arg) : or_else(s, all, sql_null(s, arg));
	}
	return all.text == NULL ? truth_value(s, false) : all;
}

static struct piece
null_of_all(struct sql *s, const struct expr *arg)
{
	struct piece all = sql_null(s, arg), one;

	for (arg = arg->next; arg != NULL; arg = arg->next) {
		one = sql_null(s, arg);
		if (one.raises)
			one = sql_format(s, SQL_PRIMARY, "CASE WHEN %s THEN %s ELSE FALSE END", all.text,
			    one.text);
		else
			one = sql_format(s, SQL_AND, "%s AND %s", sql_in(s, all, SQL_AND),
			    sql_in(s, one, SQL_AND));
		one.raises = true;
		all = one;
	}
	return all;
}

struct piece
sql_guarded(struct sql *s, struct piece made, const struct expr *a, struct piece pa,
    const struct expr *b, struct piece pb)
{
	bool of_a = pb.raises && expr_is_nullable(a), of_b = pa.raises && expr_is_nullable(b);
	struct piece test, guarded, null = { .text = NULL };

	made.raises = made.raises || pa.raises || pb.raises;
	if (!of_a && !of_b)
		return made;
	if (of_a || expr_is_nullable(a))
		null = sql_null(s, a);
	if (!of_b)
		test = null;
	else if (of_a || null.raises)
		test = or_else(s, null, sql_null(s, b));
	else
		test = sql_null(s, b);
	guarded = sql_format(s, SQL_PRIMARY, "CASE WHEN %s THEN NULL ELSE %s END", test.text,
	    made.text);
	guarded.real = made.real;
	guarded.raises = true;
	guarded.floating = made.floating;
	return guarded;
}

static bool
any_raises(const struct expr *arg)
{
	for (; arg != NULL; arg = arg->next)
		if (expr_may_raise(arg))
			return true;
	return false;
}

/*
 * a, b, … joined: in `and` b is computed unless a is FALSE, in `or` unless a is TRUE.  SQL by
 * itself may compute b always, which matters only if that raises.
 */
static struct piece
chain(struct sql *s, bool all, const struct expr *arg)
{
	struct piece a = sql_truth(s, arg), b, made;
	const char *op = all ? "AND" : "OR", *end = all ? "FALSE" : "TRUE";
	int bind = all ? SQL_AND : SQL_OR;

	if (arg->next == NULL || !sql_step(s))
		return a;
	b = chain(s, all, arg->next);
	/* All of a chain is dropped that has a constant which decides it, in PostgreSQL a computed one. */
	if (!any_raises(arg->next) && (!a.raises ||
	    (!sql_is_postgres(s) && strstr(b.text, end) == NULL)))
		made = sql_format(s, bind, "%s %s %s", sql_in(s, a, bind), op, sql_in(s, b, bind));
	else if (!expr_is_nullable(arg) && all)
		made = sql_format(s, SQL_PRIMARY, "CASE WHEN %s THEN %s ELSE FALSE END", a.text, b.text);
	else if (!expr_is_nullable(arg))
		made = sql_format(s, SQL_PRIMARY, "CASE WHEN %s THEN TRUE ELSE %s END", a.text, b.text);
	else
		made = sql_format(s, SQL_PRIMARY, "CASE WHEN %s IS %s THEN %s ELSE %s %s %s END",
		    sql_in(s, a, SQL_LESS), end, end, sql_in(s, a, SQL_NOT), op, sql_in(s, b, SQL_NOT));
	made.raises = a.raises || b.raises;
	return made;
}

/* ---- comparisons ------------------------------------------------------------------------------ */

const char *
sql_collation(enum sql_dialect dialect)
{
	return dialect == SQL_POSTGRES ? " COLLATE \"C\"" : " COLLATE BINARY";
}

/* In PostgreSQL the result of a function has a collation, too. */
static bool
is_named(struct sql *s, struct form form, struct piece piece)
{
	return piece.named || (sql_is_postgres(s) && form.kind == FORM_TEXT);
}

static const char *
collated(struct sql *s, struct piece piece, bool wanted, int bind)
{
	if (!wanted)
		return sql_in(s, piece, bind);
	return sql_format(s, SQL_COLLATE, "%s%s", sql_in(s, piece, SQL_COLLATE),
	    sql_collation(s->context->dialect)).text;
}

static struct piece
operand(struct sql *s, const struct expr *expr, struct form form)
{
	return form.kind == FORM_FLOAT ? sql_float(s, expr, true) : sql_value(s, expr, form);
}

/* a op b, where op is an operator of SQL that is NULL if one of them is. */
static struct piece
related(struct sql *s, const struct expr *a, const char *op, int bind, const struct expr *b)
{
	struct form form = form_both(form_of(&a->type), form_of(&b->type));
	struct piece pa = operand(s, a, form), pb = operand(s, b, form);
	struct piece made = sql_format(s, bind, "%s %s %s", sql_in(s, pa, bind + 1), op,
	    collated(s, pb, is_named(s, form, pa) || pb.named, bind + 1));

	return sql_guarded(s, made, a, pa, b, pb);
}

struct piece
sql_compare(struct sql *s, enum expr_kind op, const struct expr *a, const struct expr *b)
{
	static const char *const signs[] = { [EXPR_EQ] = "=", [EXPR_NE] = "<>", [EXPR_LT] = "<",
		[EXPR_LE] = "<=", [EXPR_GT] = ">", [EXPR_GE] = ">=" };

	return related(s, a, signs[op], op == EXPR_EQ || op == EXPR_NE ? SQL_EQUAL : SQL_LESS, b);
}

static struct piece
distinct(struct sql *s, const struct expr *expr)
{
	const struct expr *a = expr->args, *b = a->next;
	struct form form = form_both(form_of(&a->type), form_of(&b->type));
	struct piece pa = operand(s, a, form), pb = operand(s, b, form), a_null, b_null;
	struct piece made = sql_format(s, SQL_EQUAL, "%s IS %s%s", sql_in(s, pa, SQL_LESS),
	    !sql_is_postgres(s) ? expr->negated ? "" : "NOT " :
	    expr->negated ? "NOT DISTINCT FROM " : "DISTINCT FROM ",
	    collated(s, pb, is_named(s, form, pa) || pb.named, SQL_LESS));

	made.raises = pa.raises || pb.raises;
	if ((!pa.raises || !expr_is_nullable(b)) && (!pb.raises || !expr_is_nullable(a)))
		return made;
	a_null = sql_null(s, a);
	b_null = sql_null(s, b);
	made = sql_format(s, SQL_PRIMARY, "CASE WHEN %s THEN %s %s %s ELSE %s END",
	    or_else(s, a_null, b_null).text, sql_in(s, a_null, SQL_LESS), expr->negated ? "=" : "<>",
	    sql_in(s, b_null, SQL_LESS), made.text);
	made.raises = true;
	return made;
}

/* Are some of the operands compared in another form than all of them together? */
static bool
is_mixed(const struct expr *expr)
{
	struct form all = form_of_args(expr->args), own = form_of(&expr->args->type), pair;
	const struct expr *arg;

	for (arg = expr->args->next; arg != NULL; arg = arg->next) {
		pair = form_both(own, form_of(&arg->type));
		if (pair.kind != all.kind && pair.kind != FORM_NULL)
			return true;
	}
	return false;
}

/* IN and BETWEEN as SQL has them, unless an operand may raise. */
static struct piece
of_several(struct sql *s, const struct expr *expr)
{
	struct form form = form_of_args(expr->args);
	const struct expr *value = expr->args, *arg = value->next;
	struct piece pv, p;
	struct text list = { .arena = s->arena };
	bool named;

	if (expr_may_raise(expr) || is_mixed(expr)) {
		p = sql_truth(s, expr_spelt_out(s->arena, expr));
		if (!expr->negated)
			return p;
		pv = sql_format(s, SQL_NOT, "NOT %s", sql_in(s, p, SQL_PRIMARY));
		pv.raises = p.raises;
		return pv;
	}
	pv = operand(s, value, form);
	named = is_named(s, form, pv);
	for (; arg != NULL && sql_step(s); arg = arg->next) {
		p = operand(s, arg, form);
		named = named || p.named;
		text_add(&list, sql_in(s, p, expr->kind == EXPR_IN ? SQL_OR : SQL_ADD));
		if (arg->next != NULL)
			text_add(&list, expr->kind == EXPR_IN ? ", " : " AND ");
	}
	return sql_format(s, SQL_EQUAL, expr->kind == EXPR_IN ? "%s %sIN (%s)" : "%s %sBETWEEN %s",
	    collated(s, pv, named, SQL_LESS), expr->negated ? "NOT " : "", text_string(&list));
}

/* ---- NULL ----------------------------------------------------------------------------------------- */

static struct piece
value_is_null(struct sql *s, const struct expr *expr)
{
	struct piece value = form_of(&expr->type).kind == FORM_BOOL ? sql_truth(s, expr) :
	    sql_value(s, expr, form_of(&expr->type));
	struct piece made = sql_format(s, SQL_EQUAL, "%s IS NULL", sql_in(s, value, SQL_LESS));

	made.raises = value.raises;
	return made;
}

static struct piece
null_of_case(struct sql *s, const struct expr *expr)
{
	struct text text = { .arena = s->arena };
	const struct expr *when;
	struct piece made;

	text_add(&text, "CASE");
	for (when = expr->args; when != NULL && when->next != NULL; when = when->next->next)
		text_format(&text, " WHEN %s THEN %s", sql_truth(s, when).text,
		    sql_null(s, when->next).text);
	text_format(&text, " ELSE %s END", when == NULL ? "TRUE" : sql_null(s, when).text);
	made = sql_piece(s, text_string(&text));
	made.raises = true;
	return made;
}

struct piece
sql_null_of_division(struct sql *s, const struct expr *expr)
{
	const struct expr *divisor = expr->args->next;
	struct piece null = null_of_any(s, expr->args), value, zero;

	if (expr_never_zero(divisor, form_of(&expr->type)))
		return null;
	value = sql_value(s, divisor, form_of(&expr->type));
	zero = sql_format(s, SQL_EQUAL, "%s = 0", sql_in(s, value, SQL_LESS));
	zero.raises = true;
	return or_else(s, null, zero);
}

static struct piece
null_of_call(struct sql *s, const struct expr *expr)
{
	const struct expr *a = expr->args;
	struct piece equal;

	switch (expr->function) {
	case FUNCTION_COALESCE:
	case FUNCTION_LEAST:
	case FUNCTION_GREATEST:
		return null_of_all(s, a);
	case FUNCTION_NULLIF:
		equal = sql_compare(s, EXPR_EQ, a, a->next);
		equal = sql_format(s, SQL_EQUAL, "%s IS TRUE", sql_in(s, equal, SQL_LESS));
		equal.raises = true;
		return or_else(s, sql_null(s, a), equal);
	case FUNCTION_ROUND:
	case FUNCTION_ABS:
	case FUNCTION_LENGTH:
	case FUNCTION_LOWER:
		return sql_null(s, a);
	default:
		return value_is_null(s, expr);
	}
}

struct piece
sql_null(struct sql *s, const struct expr *expr)
{
	struct shift shift;

	if (!sql_step(s) || !expr_is_nullable(expr))
		return truth_value(s, false);
	if (expr->kind == EXPR_NAME && expr->condition != NULL)
		return sql_null(s, expr_of_condition(s->arena, expr));
	if (expr->kind == EXPR_NAME && expr->column->kind == COLUMN_PLAIN &&
	    expr->column->type.kind == TYPE_DECIMAL)
		return sql_format(s, SQL_EQUAL, "%s IS NULL", sql_stored(s, expr->column, expr).text);
	if (!expr_may_raise(expr))
		return value_is_null(s, expr);
	switch (expr->kind) {
	case EXPR_NOT:
		return sql_null(s, expr->args);
	case EXPR_CASE:
		return null_of_case(s, expr);
	case EXPR_CALL:
		return null_of_call(s, expr);
	case EXPR_DIVIDE:
	case EXPR_MODULO:
		return form_of(&expr->type).kind == FORM_FLOAT ? value_is_null(s, expr) :
		    sql_null_of_division(s, expr);
	case EXPR_ADD:
	case EXPR_SUBTRACT:
		if (expr_shift(expr, &shift))
			return shift.months != 0 ? value_is_null(s, expr) : sql_null(s, shift.time);
		/* fall through */
	case EXPR_NEGATE:
	case EXPR_MULTIPLY:
		if (form_of(&expr->type).kind == FORM_FLOAT)
			return value_is_null(s, expr);
		return null_of_any(s, expr->args);
	case EXPR_AND:
	case EXPR_OR:
	case EXPR_IN:
	case EXPR_BETWEEN:
		return value_is_null(s, expr);
	default:
		return null_of_any(s, expr->args);
	}
}

/* ---- truth ------------------------------------------------------------------------------------------ */

static struct piece
is_null(struct sql *s, const struct expr *expr)
{
	struct piece null = sql_null(s, expr->args), made;
	size_t n;

	if (!expr->negated)
		return null;
	for (n = 0; null.text[n] != '\0'; n++)
		continue;
	/* x IS NULL is turned into x IS NOT NULL. */
	if (null.bind == SQL_EQUAL && n > 8 && null.text[n - 4] == 'N')
		made = sql_format(s, SQL_EQUAL, "%.*sNOT NULL", (int)(n - 4), null.text);
	else
		made = sql_format(s, SQL_NOT, "NOT %s", sql_in(s, null, SQL_PRIMARY));
	made.raises = null.raises;
	return made;
}

struct piece
sql_truth(struct sql *s, const struct expr *expr)
{
	struct piece made, arg;

	if (!sql_step(s))
		return truth_value(s, false);
	switch (expr->kind) {
	case EXPR_BOOL:
		return truth_value(s, expr->boolean);
	case EXPR_NAME:
		if (expr->condition != NULL)
			return sql_truth(s, expr_of_condition(s->arena, expr));
		return sql_column(s, expr->column, expr);
	case EXPR_NOT:
		arg = sql_truth(s, expr->args);
		made = sql_format(s, SQL_NOT, "NOT %s", sql_in(s, arg, SQL_PRIMARY));
		made.raises = arg.raises;
		return made;
	case EXPR_AND:
	case EXPR_OR:
		return chain(s, expr->kind == EXPR_AND, expr->args);
	case EXPR_IS_NULL:
		return is_null(s, expr);
	case EXPR_IS_DISTINCT:
		return distinct(s, expr);
	case EXPR_IN:
	case EXPR_BETWEEN:
		return of_several(s, expr);
	case EXPR_NULL:
	case EXPR_CASE:
	case EXPR_CALL:
	case EXPR_SOURCE:
		return sql_value(s, expr, (struct form){ .kind = FORM_BOOL });
	default:
		return sql_compare(s, expr->kind, expr->args, expr->args->next);
	}
}
