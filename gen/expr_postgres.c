/*
 * expr_postgres.c - what of an expression PostgreSQL spells in a way of its own.
 *
 * The other files expr_sql*.c print for SQLite and ask here where the engine has another word, type
 * or rule.  Here an integer is as wide as its column, so that arithmetic widens it; a date is a
 * date; decimals are bigint units and times bigint microseconds, as in SQLite.  Overflow raises by
 * itself, of floats too.  Functions are named with their schema, so that no search_path finds
 * others.
 */
#include <inttypes.h>
#include <stddef.h>
#include <string.h>

#include "expr_parts.h"

/* Microseconds from 0000-01-01 to 1970-01-01, and the last of year 9999. */
#define YEAR_0 INT64_C(62167219200000000)
#define YEAR_9999 INT64_C(253402300799999999)
#define DAY "86400000000"

bool
sql_is_postgres(const struct sql *s)
{
	return s->context->dialect == SQL_POSTGRES;
}

const char *
sql_function(const struct sql *s, const char *name)
{
	return sql_is_postgres(s) ? arena_format(s->arena, "pg_catalog.%s", name) : name;
}

/* ---- types ------------------------------------------------------------------------------- */

const char *
postgres_type(const struct type *type)
{
	switch (type->kind) {
	case TYPE_BOOL:
		return "boolean";
	case TYPE_INT16:
		return "smallint";
	case TYPE_INT32:
		return "integer";
	case TYPE_FLOAT32:
		return "real";
	case TYPE_FLOAT64:
		return "double precision";
	case TYPE_DECIMAL:
		return "numeric";
	case TYPE_TEXT:
		return "text";
	case TYPE_UUID:
		return "uuid";
	case TYPE_TIMESTAMP:
		return type->storage == STORAGE_LOCAL ? "timestamp" : "timestamptz";
	case TYPE_DATE:
		return "date";
	case TYPE_JSONB:
		return "jsonb";
	default:
		return "bigint";
	}
}

/* Of a value in the language's form. */
const char *
postgres_form_type(const struct type *type)
{
	switch (form_of(type).kind) {
	case FORM_BOOL:
		return "boolean";
	case FORM_FLOAT:
		return "double precision";
	case FORM_DATE:
		return "date";
	case FORM_TEXT:
		return type->kind == TYPE_JSONB ? "jsonb" : "text";
	default:
		return "bigint";
	}
}

struct piece
postgres_null(struct sql *s, struct form form)
{
	static const char *const nulls[] = { [FORM_NULL] = "NULL", [FORM_BOOL] = "NULL::boolean",
		[FORM_INT] = "NULL::bigint", [FORM_FLOAT] = "NULL::float8", [FORM_DECIMAL] = "NULL::bigint",
		[FORM_TEXT] = "NULL::text", [FORM_TIME] = "NULL::bigint", [FORM_DATE] = "NULL::date" };

	return sql_piece(s, sql_is_postgres(s) ? nulls[form.kind] : "NULL");
}

struct piece
postgres_wide(struct sql *s, struct piece piece)
{
	struct piece made = piece;

	if (!sql_is_postgres(s) || !piece.narrow)
		return piece;
	made = sql_format(s, SQL_PRIMARY, "%s::bigint", sql_in(s, piece, SQL_PRIMARY));
	made.raises = piece.raises;
	made.real = piece.real;
	made.constant = piece.constant;
	return made;
}

struct piece
postgres_late(struct sql *s, struct piece piece)
{
	struct piece made = piece;

	if (!sql_is_postgres(s) || !piece.constant)
		return piece;
	made = sql_format(s, SQL_PRIMARY, "(SELECT %s)", piece.text);
	made.narrow = piece.narrow;
	made.raises = piece.raises;
	return made;
}

/* A subquery that names a value once: %s of `format` is "cc_v". */
static struct piece
of_named(struct sql *s, const char *value, const char *body)
{
	return sql_format(s, SQL_PRIMARY, "(SELECT %s FROM (SELECT %s AS cc_v) AS cc_s)", body, value);
}

/* ---- floats ------------------------------------------------------------------------------- */

struct piece
postgres_float(struct sql *s, struct piece piece, struct form own)
{
	struct piece made = sql_format(s, SQL_PRIMARY, "%s::float8", sql_in(s, piece, SQL_PRIMARY));

	if (own.kind == FORM_DECIMAL && own.scale > 0)
		made = sql_format(s, SQL_MULTIPLY, "%s / 1e%d::float8", made.text, own.scale);
	made.raises = piece.raises;
	made.floating = true;
	return made;
}

/* Not a number is NULL: what infinities may come to. */
struct piece
postgres_number(struct sql *s, struct piece piece)
{
	struct piece made;

	if (!piece.wild)
		return piece;
	made = sql_format(s, SQL_PRIMARY, "nullif(%s, 'NaN')", piece.text);
	made.raises = piece.raises;
	made.floating = made.wild = true;
	return made;
}

/* Half away from zero, by the steps of cc_round_float64. */
struct piece
postgres_round(struct sql *s, struct piece a)
{
	static const char body[] = "CASE WHEN cc_v BETWEEN -4503599627370496 AND 4503599627370496"
	    " THEN pg_catalog.trunc(cc_v + CASE WHEN cc_v < 0 THEN -0.5 ELSE 0.5 END) ELSE cc_v END";
	struct piece made = of_named(s, a.text, body);

	made.raises = a.raises;
	made.floating = true;
	made.wild = a.wild;
	return made;
}

struct piece
postgres_ln(struct sql *s, struct piece a)
{
	struct piece made = of_named(s, a.text, "CASE WHEN cc_v > 0 THEN pg_catalog.ln(cc_v) END");

	made.raises = a.raises;
	made.floating = true;
	made.wild = a.wild;
	return made;
}

/* Where C's pow() is not a number or infinite PostgreSQL's raises. */
struct piece
postgres_power(struct sql *s, struct piece a, struct piece b)
{
	struct piece made = sql_format(s, SQL_PRIMARY, "(SELECT CASE WHEN cc_a = 0 AND cc_b < 0 THEN"
	    " 'Infinity' WHEN cc_a < 0 AND cc_b <> pg_catalog.trunc(cc_b) THEN CASE WHEN cc_a ="
	    " '-Infinity' THEN CASE WHEN cc_b < 0 THEN 0::float8 ELSE 'Infinity' END END ELSE pg_catalog.power(cc_a, cc_b) END FROM (SELECT %s AS cc_a, %s AS cc_b) AS cc_s)", a.text,
	    b.text);

	made.floating = made.wild = true;
	return made;
}

/* ---- times ---------------------------------------------------------------------------------- */

static const char since[] = "timestamp '1970-01-01'";

/* A timestamp without time zone, in UTC, from microseconds that are named twice. */
static const char *
moved_by(struct sql *s, const char *micros)
{
	return sql_format(s, SQL_ADD, "%s + %s / " DAY " * interval '1 day' + %s %% " DAY
	    " * interval '1 microsecond'", since, micros, micros).text;
}

struct piece
postgres_micros(struct sql *s, const char *timestamp)
{
	return sql_format(s, SQL_PRIMARY, "(extract(epoch FROM %s) * 1000000)::bigint", timestamp);
}

struct piece
postgres_midnight(struct sql *s, struct piece date)
{
	struct piece made = sql_format(s, SQL_MULTIPLY, "(%s - date '1970-01-01')::bigint * " DAY,
	    sql_in(s, date, SQL_ADD));

	made.raises = date.raises;
	return made;
}

struct piece
postgres_date(struct sql *s, struct piece time)
{
	struct piece made;
	const char *body = arena_format(s->arena, "CASE WHEN cc_v BETWEEN %" PRId64 " AND %" PRId64
	    " THEN date '1970-01-01' + (((cc_v + %" PRId64 ") / " DAY ")::integer - 719528) END", -YEAR_0,
	    YEAR_9999, YEAR_0);

	made = of_named(s, time.text, body);
	made.raises = time.raises;
	return made;
}

struct piece
postgres_shifted_months(struct sql *s, struct piece time, int64_t months, int64_t first,
    int64_t last)
{
	struct piece made = of_named(s, time.text, arena_format(s->arena,
	    "CASE WHEN cc_v BETWEEN %" PRId64 " AND %" PRId64 " THEN %s END", first, last,
	    postgres_micros(s, arena_format(s->arena, "%s + interval '%d months'", moved_by(s, "cc_v"),
	    (int)months)).text));

	made.raises = time.raises;
	return made;
}

struct piece
postgres_date_literal(struct sql *s, int64_t day, const char *quoted)
{
	if (day >= -719162)                    /* 0001-01-01; the year 0 has no spelling */
		return sql_format(s, SQL_PRIMARY, "date %s", quoted);
	return sql_format(s, SQL_PRIMARY, "(date '1970-01-01' - %" PRId64 ")", -day);
}

/* ---- columns ---------------------------------------------------------------------------------- */

struct piece
postgres_read(struct sql *s, const struct column *column, struct piece stored)
{
	struct piece made;

	switch (column->type.kind) {
	case TYPE_INT16:
	case TYPE_INT32:
		stored.narrow = true;
		return stored;
	case TYPE_FLOAT32:
		stored = sql_format(s, SQL_PRIMARY, "%s::float8", stored.text);
		/* fall through */
	case TYPE_FLOAT64:
		stored.wild = stored.floating = true;
		return postgres_number(s, stored);
	case TYPE_DECIMAL:
		if (column->type.scale == 0)
			made = sql_format(s, SQL_PRIMARY, "%s::bigint", stored.text);
		else
			made = sql_format(s, SQL_PRIMARY, "(%s * %" PRId64 ")::bigint", stored.text,
			    power_of_ten(column->type.scale));
		made.raises = true;
		return made;
	case TYPE_TEXT:
	case TYPE_UUID:
		made = sql_format(s, SQL_PRIMARY, "%s::text", stored.text);
		made.named = true;
		return made;
	case TYPE_TIMESTAMP:
		return postgres_micros(s, stored.text);
	default:
		return stored;
	}
}

/* The language's form for what reads a row: C takes dates, uuids, decimals and JSON as text. */
void
postgres_select(struct text *out, const struct column *column, const char *stored)
{
	static const struct expr_sql context = { .dialect = SQL_POSTGRES };
	struct sql s = { .arena = out->arena, .context = &context, .work = EXPR_WORK };

	if (column->type.kind == TYPE_TIMESTAMP)
		text_add(out, postgres_micros(&s, stored).text);
	else if (column->type.kind == TYPE_DATE)
		text_format(out, "pg_catalog.to_char(%s, 'YYYY-MM-DD')", stored);
	else if (column->type.kind == TYPE_DECIMAL || column->type.kind == TYPE_JSONB)
		text_format(out, "%s::text", stored);
	else
		text_add(out, stored);
}

static void
store_time(struct text *out, const struct column *column, const char *micros)
{
	bool local = column->type.storage == STORAGE_LOCAL;

	text_format(out, "(%s + (%s) / " DAY " * interval '1 day' + (%s) %% " DAY
	    " * interval '1 microsecond')%s", since, micros, micros, local ? "" : " AT TIME ZONE 'UTC'");
}

void
postgres_store(struct text *out, const struct column *column, const char *value)
{
	switch (column->type.kind) {
	case TYPE_DECIMAL:
		if (column->type.scale == 0)
			text_add(out, value);
		else
			text_format(out, "(%s) * 0.%0*d", value, column->type.scale, 1);
		break;
	case TYPE_UUID:
	case TYPE_JSONB:
		text_format(out, "(%s)::%s", value, postgres_type(&column->type));
		break;
	case TYPE_TIMESTAMP:
		if (strlen(value) <= 40 && !sql_is_query(value)) {
			store_time(out, column, value);
			break;
		}
		text_add(out, "(SELECT ");
		store_time(out, column, "cc_v");
		text_format(out, " FROM (SELECT %s AS cc_v) AS cc_s)", value);
		break;
	default:
		text_add(out, value);
		break;
	}
}
