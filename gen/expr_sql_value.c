/*
 * expr_sql_value.c - values as SQL.
 *
 * SQLite's integers turn into REALs where they overflow, and a REAL stays one through + - * and /.
 * So a tree of integer arithmetic is computed as it stands and its result asked for its type,
 * once, which raises; %, divisors and the functions that choose take checked operands.
 */
#include <inttypes.h>
#include <stddef.h>
#include <string.h>

#include "expr_parts.h"

static const struct form as_time = { .kind = FORM_TIME };

struct piece
sql_constant(struct sql *s, int64_t value)
{
	struct piece made;

	if (value == INT64_MIN)
		made = sql_format(s, SQL_PRIMARY, "(-9223372036854775807 - 1)");
	else
		made = sql_format(s, value < 0 ? SQL_UNARY : SQL_PRIMARY, "%" PRId64, value);
	made.constant = true;
	made.narrow = value >= INT32_MIN && value <= INT32_MAX;
	return made;
}

struct piece
sql_checked(struct sql *s, struct piece piece)
{
	if (!piece.real)
		return piece;
	if (sql_is_postgres(s)) {              /* it raises by itself */
		piece.real = false;
		piece.raises = true;
		return piece;
	}
	if (sql_is_query(piece.text))
		piece = sql_format(s, SQL_PRIMARY, "(SELECT CASE typeof(cc_v) WHEN 'real' THEN " SQL_RAISE
		    " ELSE cc_v END FROM (SELECT %s AS cc_v))", piece.text);
	else
		piece = sql_format(s, SQL_PRIMARY, "CASE typeof(%s) WHEN 'real' THEN " SQL_RAISE
		    " ELSE %s END", piece.text, piece.text);
	piece.raises = true;
	return piece;
}

/* ---- forms ------------------------------------------------------------------------------- */

static struct piece
rescaled(struct sql *s, struct piece piece, int by, bool overflows)
{
	int64_t unit;
	int n;
	bool raises = piece.raises;

	piece = postgres_wide(s, piece);
	for (; by < 0; by += n) {
		n = -by > 18 ? 18 : -by;
		unit = power_of_ten(n);
		piece = sql_checked(s, piece);
		raises = raises || piece.raises;
		piece = sql_format(s, SQL_ADD, "%s / %" PRId64 " + %s %% %" PRId64 " / %" PRId64,
		    sql_in(s, piece, SQL_MULTIPLY), unit, sql_in(s, piece, SQL_MULTIPLY), unit, unit / 2);
	}
	for (; by > 0; by -= n) {
		n = by > 18 ? 18 : by;
		overflows = overflows || piece.real;
		piece = overflows ? postgres_late(s, piece) : piece;
		piece = sql_format(s, SQL_MULTIPLY, "%s * %" PRId64, sql_in(s, piece, SQL_MULTIPLY),
		    power_of_ten(n));
		piece.real = overflows;
	}
	piece.raises = raises;
	return piece;
}

static struct piece
to_float(struct sql *s, struct piece piece, struct form own)
{
	bool raises;

	piece = sql_checked(s, piece);
	if (sql_is_postgres(s))
		return postgres_float(s, piece, own);
	raises = piece.raises;
	if (own.kind == FORM_DECIMAL && own.scale > 0)
		piece = sql_format(s, SQL_MULTIPLY, "%s / 1e%d", sql_in(s, piece, SQL_MULTIPLY), own.scale);
	else
		piece = sql_format(s, SQL_PRIMARY, "CAST(%s AS REAL)", piece.text);
	piece.raises = raises;
	piece.floating = true;
	return piece;
}

static struct piece
converted(struct sql *s, const struct expr *expr, struct piece piece, struct form form)
{
	struct form own = form_of(&expr->type);
	struct piece made;

	if (form.kind == FORM_FLOAT && own.kind != FORM_FLOAT)
		return to_float(s, piece, own);
	if (form.kind == FORM_DECIMAL && own.kind != FORM_FLOAT)
		return rescaled(s, piece, form.scale - own.scale, form_may_overflow(expr, form));
	if (form.kind == FORM_TIME && own.kind == FORM_DATE) {
		if (sql_is_postgres(s))
			return postgres_midnight(s, piece);
		made = sql_format(s, SQL_MULTIPLY, "strftime('%%s', %s) * 1000000", piece.text);
		made.raises = piece.raises;
		return made;
	}
	return piece;
}

struct piece
sql_float(struct sql *s, const struct expr *expr, bool exact)
{
	struct form own = form_of(&expr->type);
	int64_t low, high, most = INT64_C(1) << 53;

	if (own.kind == FORM_INT && expr->kind != EXPR_INT && !sql_is_postgres(s)) {
		expr_range(expr, &low, &high);
		if (!exact || (low >= -most && high <= most))
			return sql_value(s, expr, own);
	}
	return sql_value(s, expr, (struct form){ .kind = FORM_FLOAT });
}

/* ---- arithmetic ---------------------------------------------------------------------------- */

static struct piece
of_negation(struct sql *s, const struct expr *expr, struct form form)
{
	struct piece a = postgres_wide(s, postgres_late(s, sql_raw(s, expr->args, form)));
	struct piece made = sql_format(s, SQL_UNARY, "-%s",
	    sql_in(s, a, a.text[0] == '-' ? SQL_PRIMARY : SQL_UNARY));

	if (a.text[0] == '-' && a.bind == SQL_UNARY)
		made = sql_format(s, SQL_UNARY, "-(%s)", a.text);
	made.raises = a.raises;
	made.floating = a.floating;
	made.wild = a.wild;
	made.real = form.kind != FORM_FLOAT && (a.real || expr_overflows(expr));
	return made;
}

/* A dividend that raises is not computed where the divisor is 0. */
static struct piece
of_operands(struct sql *s, const struct expr *expr, struct piece made, struct piece pa,
    struct piece pb)
{
	const struct expr *a = expr->args, *b = a->next;
	struct piece guarded, null;

	if ((expr->kind != EXPR_DIVIDE && expr->kind != EXPR_MODULO) || !pa.raises ||
	    expr_never_zero(b, form_of(&expr->type)))
		return sql_guarded(s, made, a, pa, b, pb);
	null = sql_null(s, a);
	if (null.raises) {
		null = sql_null_of_division(s, expr);
		guarded = sql_format(s, SQL_PRIMARY, "CASE WHEN %s THEN NULL ELSE %s END", null.text,
		    made.text);
	} else {
		guarded = sql_format(s, SQL_PRIMARY, "CASE WHEN %s <> 0 THEN %s END",
		    sql_in(s, pb, SQL_LESS), made.text);
	}
	guarded.real = made.real;
	guarded.floating = made.floating;
	guarded.wild = made.wild;
	return sql_guarded(s, guarded, a, pa, b, pb);
}

/* What divides: PostgreSQL raises where it is 0. */
static struct piece
divisor(struct sql *s, const struct expr *expr, struct piece piece)
{
	struct piece made;

	if (!sql_is_postgres(s) || (expr->kind != EXPR_DIVIDE && expr->kind != EXPR_MODULO) ||
	    expr_never_zero(expr->args->next, form_of(&expr->type)))
		return piece;
	made = sql_format(s, SQL_PRIMARY, "nullif(%s, 0)", piece.text);
	made.raises = piece.raises;
	made.narrow = piece.narrow;
	made.floating = piece.floating;
	made.wild = piece.wild;
	return made;
}

static struct piece
of_floats(struct sql *s, const struct expr *expr, const char *op, int bind)
{
	const struct expr *a = expr->args, *b = a->next;
	struct piece pa = sql_float(s, a, false), pb = sql_float(s, b, false), made;
	bool floating = pa.floating || pb.floating;

	/* A column of floats may hold integers, which would be divided as such. */
	if (expr->kind == EXPR_DIVIDE && !floating && !sql_is_postgres(s)) {
		made = sql_format(s, SQL_PRIMARY, "CAST(%s AS REAL)", pa.text);
		made.raises = pa.raises;
		pa = made;
		floating = true;
	}
	made = sql_format(s, bind, "%s %s %s", sql_in(s, pa, bind), op,
	    sql_in(s, divisor(s, expr, pb), bind + 1));
	made.floating = floating;
	made.wild = pa.wild || pb.wild;
	made.raises = pa.raises || pb.raises;
	if (sql_is_postgres(s))
		made = postgres_number(s, made);
	return of_operands(s, expr, made, pa, pb);
}

static struct piece
of_arithmetic(struct sql *s, const struct expr *expr, struct form form)
{
	static const char *const ops[] = { [EXPR_ADD] = "+", [EXPR_SUBTRACT] = "-",
		[EXPR_MULTIPLY] = "*", [EXPR_DIVIDE] = "/", [EXPR_MODULO] = "%" };
	const struct expr *a = expr->args, *b = a->next;
	int bind = expr->kind == EXPR_ADD || expr->kind == EXPR_SUBTRACT ? SQL_ADD : SQL_MULTIPLY;
	bool product = expr->kind == EXPR_MULTIPLY && form.kind == FORM_DECIMAL;
	struct piece pa, pb, made;

	if (expr->kind == EXPR_NEGATE)
		return of_negation(s, expr, form);
	if (form.kind == FORM_FLOAT)
		return of_floats(s, expr, ops[expr->kind], bind);
	pa = sql_raw(s, a, product ? form_of(&a->type) : form);
	pb = sql_raw(s, b, product ? form_of(&b->type) : form);
	if (expr->kind == EXPR_MODULO)
		pa = sql_checked(s, pa);
	if (expr->kind == EXPR_MODULO || expr->kind == EXPR_DIVIDE)
		pb = sql_checked(s, pb);
	if (pb.narrow)
		pa = postgres_wide(s, pa);
	if (pb.constant && expr_overflows(expr))
		pa = postgres_late(s, pa);
	made = sql_format(s, bind, "%s %s %s", sql_in(s, pa, bind), ops[expr->kind],
	    sql_in(s, divisor(s, expr, pb), bind + 1));
	made.real = pa.real || pb.real || expr_overflows(expr);
	return of_operands(s, expr, made, pa, pb);
}

static struct piece
of_shift(struct sql *s, const struct expr *expr, const struct shift *shift)
{
	struct piece time = shift->months != 0 ? sql_value(s, shift->time, as_time) :
	    sql_raw(s, shift->time, as_time), made;

	if (shift->months != 0)
		return sql_shifted_months(s, time, shift->months);
	made = sql_format(s, SQL_ADD, "%s %c %" PRId64, sql_in(s, time, SQL_ADD),
	    shift->micros < 0 ? '-' : '+', shift->micros < 0 ? -shift->micros : shift->micros);
	made.raises = time.raises;
	made.real = time.real || expr_overflows(expr);
	return made;
}

/* ---- functions ------------------------------------------------------------------------------------ */

/* name(a) of an operand as it stands. */
static struct piece
of_one(struct sql *s, const char *name, struct piece a)
{
	struct piece made = sql_format(s, SQL_PRIMARY, "%s(%s)", sql_function(s, name), a.text);

	made.raises = a.raises;
	made.wild = a.wild;
	made.real = a.real;
	return made;
}

static struct piece
of_round(struct sql *s, const struct expr *expr, struct form form)
{
	const struct expr *arg = expr->args;
	struct piece a, made;
	int64_t unit;

	if (form.kind != FORM_FLOAT)
		return rescaled(s, sql_value(s, arg, form_of(&arg->type)),
		    form.scale - form_of(&arg->type).scale, false);
	a = sql_float(s, arg, false);
	if (arg->next == NULL || arg->next->integer == 0) {
		made = sql_is_postgres(s) ? postgres_round(s, a) : of_one(s, "round", a);
	} else if (sql_is_postgres(s)) {
		unit = power_of_ten((int)arg->next->integer);
		made = sql_format(s, SQL_MULTIPLY, "%s * %" PRId64, sql_in(s, a, SQL_MULTIPLY), unit);
		made.wild = a.wild;
		made = sql_format(s, SQL_MULTIPLY, "%s / %" PRId64, postgres_round(s, made).text, unit);
		made.wild = a.wild;
	} else {
		unit = power_of_ten((int)arg->next->integer);
		made = sql_format(s, SQL_MULTIPLY, "round(%s * %" PRId64 ".0) / %" PRId64 ".0",
		    sql_in(s, a, SQL_MULTIPLY), unit, unit);
	}
	made.raises = a.raises;
	made.floating = true;
	return made;
}

static struct piece
of_power(struct sql *s, const struct expr *a)
{
	struct piece pa = sql_float(s, a, false), pb = sql_float(s, a->next, false);
	struct piece made = sql_is_postgres(s) ? postgres_power(s, pa, pb) :
	    sql_format(s, SQL_PRIMARY, "pow(%s, %s)", pa.text, pb.text);

	made.floating = true;
	return sql_guarded(s, made, a, pa, a->next, pb);
}

static struct piece
of_call(struct sql *s, const struct expr *expr, struct form form)
{
	const struct expr *a = expr->args;
	struct piece made;

	switch (expr->function) {
	case FUNCTION_COALESCE:
		return sql_of_coalesce(s, a, form);
	case FUNCTION_NULLIF:
		return sql_of_nullif(s, a, form);
	case FUNCTION_LEAST:
	case FUNCTION_GREATEST:
		return sql_of_extreme(s, expr, form);
	case FUNCTION_ROUND:
		return of_round(s, expr, form);
	case FUNCTION_ABS:
		made = of_one(s, "abs", postgres_wide(s, postgres_late(s, sql_raw(s, a, form))));
		made.raises = made.raises || expr_overflows(expr);
		return made;
	case FUNCTION_LN:
		if (sql_is_postgres(s))
			return postgres_ln(s, sql_float(s, a, false));
		made = of_one(s, "ln", sql_float(s, a, false));
		made.floating = true;
		return made;
	case FUNCTION_POWER:
		return of_power(s, a);
	case FUNCTION_LENGTH:
		made = of_one(s, "length", sql_value(s, a, form_of(&a->type)));
		made.narrow = true;
		return made;
	case FUNCTION_LOWER:
		made = sql_value(s, a, form_of(&a->type));
		if (sql_is_postgres(s))            /* of ASCII alone */
			made = sql_format(s, SQL_COLLATE, "%s COLLATE \"C\"", sql_in(s, made, SQL_COLLATE));
		return of_one(s, "lower", made);
	default:                               /* date */
		if (a->type.kind == TYPE_DATE)
			return sql_value(s, a, form);
		return sql_date(s, sql_value(s, a, as_time));
	}
}

/* ---- names, and all of them ------------------------------------------------------------------------------ */

static struct piece
of_name(struct sql *s, const struct expr *expr, struct form form)
{
	struct piece made;

	if (expr->condition != NULL)
		return sql_raw(s, expr_of_condition(s->arena, expr), form);
	made = sql_column(s, expr->column, expr);
	if (form.kind == FORM_BOOL && !sql_is_postgres(s))   /* any number but 0 is true */
		return sql_format(s, SQL_PRIMARY, "(%s <> 0)", sql_in(s, made, SQL_LESS));
	return made;
}

static struct piece
own_value(struct sql *s, const struct expr *expr, struct form form)
{
	struct shift shift;
	int64_t number;
	enum unit unit;

	if (expr_moment(expr, &number, &unit))
		return sql_moment(s, expr);
	switch (expr->kind) {
	case EXPR_INT:
	case EXPR_DECIMAL:
	case EXPR_TEXT:
		return sql_literal(s, expr, form);
	case EXPR_NAME:
		return of_name(s, expr, form);
	case EXPR_CASE:
		return sql_of_case(s, expr, form);
	case EXPR_CALL:
		return of_call(s, expr, form);
	case EXPR_ADD:
	case EXPR_SUBTRACT:
		if (expr_shift(expr, &shift))
			return of_shift(s, expr, &shift);
		return of_arithmetic(s, expr, form);
	case EXPR_NEGATE:
	case EXPR_MULTIPLY:
	case EXPR_DIVIDE:
	case EXPR_MODULO:
		return of_arithmetic(s, expr, form);
	case EXPR_SOURCE:
		return sql_source(s, expr);
	default:
		break;
	}
	s->over = true;
	return sql_piece(s, "NULL");
}

struct piece
sql_raw(struct sql *s, const struct expr *expr, struct form form)
{
	struct form own = form_of(&expr->type);
	struct piece made;
	int64_t value;

	if (!sql_step(s) || own.kind == FORM_NULL)
		return postgres_null(s, form);
	if (own.kind == FORM_BOOL && expr->kind != EXPR_NAME && expr->kind != EXPR_CASE &&
	    expr->kind != EXPR_CALL && expr->kind != EXPR_SOURCE)
		return sql_truth(s, expr);
	if (form.kind != FORM_DATE && expr_is_constant(expr, form, &value))
		return sql_constant(s, value);
	if (expr->kind == EXPR_INT && form.kind == FORM_FLOAT) {
		made = sql_format(s, SQL_PRIMARY, sql_is_postgres(s) ? "%" PRId64 "::float8" :
		    "%" PRId64 ".0", expr->integer);
		made.floating = true;
		return made;
	}
	made = converted(s, expr, own_value(s, expr, own), form);
	return sql_is_postgres(s) ? sql_checked(s, made) : made;
}

struct piece
sql_value(struct sql *s, const struct expr *expr, struct form form)
{
	return sql_checked(s, sql_raw(s, expr, form));
}
