/*
 * expr_sql_store.c - between what SQLite's columns hold and the language's form; time.
 *
 * Decimals kept as text are read exactly, by their digits.  Times kept as text are read as
 * SQLite's own functions do, but to the microsecond.  Also the entry points of the SQL printing.
 */
#include <inttypes.h>
#include <stddef.h>
#include <string.h>

#include "expr_parts.h"

/* Seconds and microseconds from 0000-01-01 to 1970-01-01, and the last of year 9999. */
#define YEAR_0_SECONDS INT64_C(62167219200)
#define YEAR_0 (YEAR_0_SECONDS * 1000000)
#define YEAR_9999 INT64_C(253402300799999999)

/* ---- decimals ------------------------------------------------------------------------------ */

/*
 * Units of a decimal text `x`: a sign, digits with at most one point, at most 18 that count.  The
 * digits before the point and `scale` of those after it, joined, are the number; the next one
 * rounds.
 */
static struct piece
of_decimal_text(struct sql *s, const char *x, int scale)
{
	struct piece made;
	const char *whole = sql_format(s, SQL_PRIMARY, "substr(%s, 1, instr(%s || '.', '.') - 1)", x,
	    x).text;

	made = sql_format(s, SQL_PRIMARY,
	    "CASE WHEN %s GLOB '[-+.0-9]*' AND %s GLOB '*[0-9]*' AND %s NOT GLOB '?*[^0-9.]*'"
	    " AND %s NOT GLOB '*.*.*' AND length(ltrim(%s, '+-0')) <= %d"
	    " THEN CAST(%s || substr(substr(%s, instr(%s || '.', '.') + 1) || '%.*s', 1, %d) AS INTEGER)"
	    " + CASE WHEN substr(%s, instr(%s || '.', '.') + %d, 1) < '5' THEN 0"
	    " WHEN %s GLOB '-*' THEN -1 ELSE 1 END"
	    " WHEN %s IS NOT NULL THEN " SQL_RAISE " END",
	    x, x, x, x, whole, 18 - scale, whole, x, x, scale, "000000000000000000", scale, x, x,
	    scale + 1, x, x);
	made.raises = true;
	return made;
}

static void
store_decimal(struct text *out, const char *value, int scale)
{
	if (scale == 0) {
		text_format(out, "CAST(%s AS TEXT)", value);
		return;
	}
	text_format(out, "CASE WHEN (%s) IS NOT NULL THEN printf('%%s%%d.%%0%dd', substr('-', 1, (%s) < 0),"
	    " abs(%s) / %" PRId64 ", abs(%s) %% %" PRId64 ") END", value, scale, value, value,
	    power_of_ten(scale), value, power_of_ten(scale));
}

/* ---- times ------------------------------------------------------------------------------------ */

/* Text as '2024-01-31 23:59:59.123456Z': the seconds by SQLite, the fraction by its digits. */
static struct piece
of_time_text(struct sql *s, const char *x)
{
	return sql_format(s, SQL_ADD,
	    "strftime('%%s', substr(%s, 1, 19) || ltrim(substr(%s, 20), '.0123456789')) * 1000000"
	    " + CASE substr(%s, 20, 1) WHEN '.' THEN substr(substr(%s, 21, length(%s) - 20 -"
	    " length(ltrim(substr(%s, 21), '0123456789'))) || '000000', 1, 6) ELSE 0 END",
	    x, x, x, x, x, x);
}

/* `value` / unit, rounded down. */
static void
add_floor(struct text *out, const char *value, int unit)
{
	text_format(out, "((%s) - ((%s) %% %d + %d) %% %d) / %d", value, value, unit, unit, unit, unit);
}

static void
store_time(struct text *out, const char *value, enum storage storage)
{
	struct text seconds = { .arena = out->arena };

	if (storage == STORAGE_SECONDS || storage == STORAGE_MILLIS) {
		add_floor(out, value, storage == STORAGE_SECONDS ? 1000000 : 1000);
		return;
	}
	add_floor(&seconds, value, 1000000);
	text_format(out, "strftime('%%Y-%%m-%%d %%H:%%M:%%S', %s, 'unixepoch') ||"
	    " CASE (%s) %% 1000000 WHEN 0 THEN '' ELSE printf('.%%06d', ((%s) %% 1000000 + 1000000)"
	    " %% 1000000) END", text_string(&seconds), value, value);
}

/* Seconds of a time within the years 0000 to 9999, rounded down. */
static const char *
seconds_of(struct sql *s, struct piece time)
{
	return sql_format(s, SQL_ADD, "(%s + %" PRId64 ") / 1000000 - %" PRId64,
	    sql_in(s, time, SQL_ADD), YEAR_0, YEAR_0_SECONDS).text;
}

struct piece
sql_date(struct sql *s, struct piece time)
{
	struct piece made;

	if (sql_is_postgres(s))
		return postgres_date(s, time);
	made = sql_format(s, SQL_PRIMARY, "CASE WHEN %s BETWEEN %" PRId64 " AND %" PRId64
	    " THEN date(%s, 'unixepoch') END", sql_in(s, time, SQL_ADD), -YEAR_0, YEAR_9999,
	    seconds_of(s, time));
	made.raises = time.raises;
	return made;
}

/* Start of a month that is counted from January 0000, in microseconds. */
static int64_t
month_start(int64_t month)
{
	int64_t year = (month + 10) / 12 - 1, of_year = (month + 10) % 12;
	int64_t days = year * 365 + (year + 400) / 4 - (year + 400) / 100 + (year + 400) / 400 - 97 +
	    (153 * of_year + 2) / 5 - 719468;

	return days * INT64_C(86400000000);
}

/*
 * SQLite runs over into the next month ("31 April" is 1 May): the days that went over are taken
 * back.
 */
struct piece
sql_shifted_months(struct sql *s, struct piece time, int64_t months)
{
	const char *x = sql_in(s, time, SQL_ADD), *seconds = seconds_of(s, time), *moved;
	int64_t first = months < 0 ? -months : 0, last = months > 0 ? 120000 - months : 120000;
	struct piece made;

	if (first >= last)
		return sql_piece(s, "NULL");
	if (sql_is_postgres(s))
		return postgres_shifted_months(s, time, months, month_start(first),
		    month_start(last) - 1);
	moved = sql_format(s, SQL_PRIMARY, "%s, 'unixepoch', '%+d months'", seconds, (int)months).text;
	made = sql_format(s, SQL_PRIMARY, "CASE WHEN %s BETWEEN %" PRId64 " AND %" PRId64
	    " THEN (strftime('%%s', %s) - CASE strftime('%%d', %s) WHEN strftime('%%d', %s, 'unixepoch')"
	    " THEN 0 ELSE strftime('%%d', %s) * 86400 END) * 1000000 + (%s + %" PRId64 ") %% 1000000 END",
	    x, month_start(first), month_start(last) - 1, moved, moved, seconds, moved, x, YEAR_0);
	made.raises = time.raises;
	return made;
}

struct piece
sql_moment(struct sql *s, const struct expr *expr)
{
	struct text text = { .arena = s->arena };
	const struct expr *now = expr;
	struct shift shift;

	if (s->context->now != NULL) {
		s->context->now(&text, expr, s->context->ctx);
		return sql_piece(s, text_string(&text));
	}
	if (expr_shift(expr, &shift))
		now = shift.time;
	text_format(&text, "(SELECT at FROM %scc_window WHERE schema = ",
	    sql_is_postgres(s) ? "public." : "");
	text_sql_string(&text, now->text);
	text_add(&text, " AND moment = ");
	text_sql_string(&text, expr_moment_name(s->arena, expr));
	text_add(&text, ")");
	return sql_piece(s, text_string(&text));
}

struct piece
sql_source(struct sql *s, const struct expr *expr)
{
	struct text text = { .arena = s->arena };

	if (s->context->source == NULL) {
		s->over = true;
		return sql_piece(s, "NULL");
	}
	s->context->source(&text, expr, s->context);
	return (struct piece){ .text = text_string(&text), .bind = SQL_PRIMARY,
	    .narrow = form_of(&expr->type).kind == FORM_INT,
	    .wild = form_of(&expr->type).kind == FORM_FLOAT };
}

void
expr_sql_moved(struct text *out, const struct expr *expr, const char *now,
    enum sql_dialect dialect)
{
	const struct expr_sql context = { .dialect = dialect };
	struct sql s = { .arena = out->arena, .context = &context, .work = EXPR_WORK };
	struct shift shift;

	if (!expr_shift(expr, &shift))
		text_add(out, now);
	else if (shift.months != 0)
		text_add(out, sql_shifted_months(&s, sql_piece(&s, now), shift.months).text);
	else
		text_format(out, "%s %c %" PRId64, now, shift.micros < 0 ? '-' : '+',
		    shift.micros < 0 ? -shift.micros : shift.micros);
}

/* ---- literals ------------------------------------------------------------------------------------ */

/* A date as SQLite writes it. */
static struct piece
of_date(struct sql *s, int64_t day)
{
	/* The year that starts with March, as in every such computation. */
	int64_t since = day + 719468, era = (since >= 0 ? since : since - 146096) / 146097;
	int64_t in_era = since - era * 146097;
	int64_t year = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
	int64_t of_year = in_era - (365 * year + year / 4 - year / 100);
	int64_t month = (5 * of_year + 2) / 153;
	struct piece made;

	made = sql_format(s, SQL_PRIMARY, "'%04d-%02d-%02d'", (int)(year + era * 400 + (month > 9)),
	    (int)(month < 10 ? month + 3 : month - 9), (int)(of_year - (153 * month + 2) / 5 + 1));
	return sql_is_postgres(s) ? postgres_date_literal(s, day, made.text) : made;
}

struct piece
sql_literal(struct sql *s, const struct expr *expr, struct form form)
{
	struct text text = { .arena = s->arena };
	struct piece made;

	if (form.kind == FORM_DATE)
		return of_date(s, expr->integer);
	if (form.kind == FORM_FLOAT) {
		made = sql_format(s, SQL_PRIMARY, sql_is_postgres(s) ? "%s::float8" : "%s", expr->text);
		made.floating = true;
		return made;
	}
	if (form.kind != FORM_TEXT)
		return sql_constant(s, expr->integer);
	text_sql_string(&text, expr->text);
	return sql_piece(s, text_string(&text));
}

/* ---- columns ------------------------------------------------------------------------------------- */

/* The row that a name leads to; NULL: there is one row only. */
static const struct join_row *
row_of(struct sql *s, const struct expr *name)
{
	if (s->context->join == NULL)
		return NULL;
	return name == NULL ? s->context->row : join_find(s->context->join, s->context->row, name);
}

struct piece
sql_stored(struct sql *s, const struct column *column, const struct expr *expr)
{
	const struct join_row *row = row_of(s, expr);
	const char *alias = row != NULL ? row->alias : s->context->alias;
	struct text name = { .arena = s->arena };
	struct piece made;

	if (alias != NULL)
		text_format(&name, "%s.", alias);
	text_sql_name(&name, column_sql_name(column));
	made = sql_piece(s, text_string(&name));
	made.named = column->type.kind == TYPE_TEXT || column->type.kind == TYPE_UUID;
	return made;
}

static struct piece
read_column(struct sql *s, const struct column *column, const struct expr *expr)
{
	struct piece made = sql_stored(s, column, expr);

	if (sql_is_postgres(s))
		return postgres_read(s, column, made);
	if (column->type.kind == TYPE_DECIMAL && column->type.storage != STORAGE_UNITS)
		return of_decimal_text(s, made.text, column->type.scale);
	if (column->type.kind != TYPE_TIMESTAMP)
		return made;
	if (column->type.storage == STORAGE_SECONDS)
		return sql_format(s, SQL_MULTIPLY, "%s * 1000000", made.text);
	if (column->type.storage == STORAGE_MILLIS)
		return sql_format(s, SQL_MULTIPLY, "%s * 1000", made.text);
	return column->type.storage == STORAGE_TEXT ? of_time_text(s, made.text) : made;
}

/* A stored NULL is 0, but where there is no row. */
static struct piece
null_as_zero(struct sql *s, struct piece value, const struct join_row *row)
{
	struct text key = { .arena = s->arena };
	struct piece made;

	if (row == NULL || row->by) {
		made = sql_format(s, SQL_PRIMARY, "coalesce(%s, 0)", value.text);
		made.floating = value.floating;
	} else {
		text_sql_name(&key, column_sql_name(row->reference->parent_columns[0]));
		made = sql_format(s, SQL_PRIMARY, "CASE WHEN %s.%s IS NOT NULL THEN coalesce(%s, 0) END",
		    row->alias, text_string(&key), value.text);
	}
	made.raises = value.raises;
	made.narrow = value.narrow;
	made.wild = value.wild;
	return made;
}

struct piece
sql_column(struct sql *s, const struct column *column, const struct expr *name)
{
	const struct join_row *row = row_of(s, name);
	struct text text = { .arena = s->arena };
	struct piece made;

	if (column->kind != COLUMN_PLAIN && s->context->column != NULL && row == s->context->own) {
		s->context->column(&text, column, s->context->ctx);
		made = sql_piece(s, text_string(&text));
		made.narrow = type_is_integer(column->type.kind);
		made.wild = column->type.kind == TYPE_FLOAT32 || column->type.kind == TYPE_FLOAT64;
		return made;
	}
	made = read_column(s, column, name);
	return column_null_is_zero(column) ? null_as_zero(s, made, row) : made;
}

/* Does the column hold the language's form? */
static bool
is_read_as_stored(const struct type *type)
{
	if (type->kind == TYPE_DECIMAL)
		return type->storage == STORAGE_UNITS;
	return type->kind != TYPE_TIMESTAMP || (type->storage != STORAGE_SECONDS &&
	    type->storage != STORAGE_MILLIS && type->storage != STORAGE_TEXT);
}

void
expr_sql_read(struct text *out, const struct column *column, const struct expr_sql *context)
{
	struct sql s = { .arena = out->arena, .context = context, .work = EXPR_WORK };
	bool spelt = column->kind != COLUMN_PLAIN && context->column != NULL;
	struct piece made;

	if (!spelt && context->dialect == SQL_SQLITE && is_read_as_stored(&column->type)) {
		if (context->alias != NULL) {
			text_add(out, context->alias);
			text_add_char(out, '.');
		}
		text_sql_name(out, column_sql_name(column));
		return;
	}
	made = spelt ? sql_column(&s, column, NULL) : read_column(&s, column, NULL);
	text_add(out, sql_in(&s, made, SQL_PRIMARY));
}

void
expr_sql_store(struct text *out, const struct column *column, const char *value_sql,
    const struct expr_sql *context)
{
	enum storage storage = column->type.storage;
	bool decimal = column->type.kind == TYPE_DECIMAL && storage != STORAGE_UNITS;
	bool time = column->type.kind == TYPE_TIMESTAMP && (storage == STORAGE_SECONDS ||
	    storage == STORAGE_MILLIS || storage == STORAGE_TEXT);

	if (context->dialect == SQL_POSTGRES) {
		postgres_store(out, column, value_sql);
	} else if ((decimal || time) && sql_is_query(value_sql)) {
		text_add(out, "(SELECT ");
		expr_sql_store(out, column, "cc_v", context);
		text_format(out, " FROM (SELECT %s AS cc_v))", value_sql);
	} else if (decimal) {
		store_decimal(out, value_sql, column->type.scale);
	} else if (time) {
		store_time(out, value_sql, storage);
	} else {
		text_add(out, value_sql);
	}
}

/* ---- queries ------------------------------------------------------------------------------ */

bool
sql_is_query(const char *text)
{
	return strstr(text, "(SELECT ") != NULL || strstr(text, "(WITH ") != NULL;
}

/* ---- the interface ---------------------------------------------------------------------------------- */

/* A float as a whole number (of units), rounded; where no int64_t holds it, that raises. */
static struct piece
rounded(struct sql *s, struct piece value, int scale)
{
	struct piece made;

	if (scale > 0)
		value = sql_format(s, SQL_MULTIPLY, "%s * 1e%d", sql_in(s, value, SQL_MULTIPLY), scale);
	if (sql_is_postgres(s)) {
		made = sql_format(s, SQL_PRIMARY, "%s::bigint", postgres_round(s, value).text);
		made.raises = true;
		return made;
	}
	if (sql_is_query(value.text))
		made = sql_format(s, SQL_PRIMARY, "(SELECT CASE WHEN abs(cc_v) >= 9223372036854774784.0 THEN "
		    SQL_RAISE " ELSE CAST(round(cc_v) AS INTEGER) END FROM (SELECT %s AS cc_v))", value.text);
	else
		made = sql_format(s, SQL_PRIMARY, "CASE WHEN abs(%s) >= 9223372036854774784.0 THEN "
		    SQL_RAISE " ELSE CAST(round(%s) AS INTEGER) END", value.text, value.text);
	made.raises = true;
	return made;
}

bool
expr_sql_print(struct text *out, const struct expr *expr, const struct form *to,
    const struct expr_sql *context)
{
	struct sql s = { .arena = out->arena, .context = context, .work = EXPR_WORK };
	struct form form = form_of(&expr->type);
	struct piece made;

	if (form.kind == FORM_BOOL)
		made = sql_truth(&s, expr);
	else if (to == NULL || to->kind == form.kind || to->kind == FORM_NULL)
		made = sql_value(&s, expr, to == NULL ? form : *to);
	else if (form.kind == FORM_FLOAT && (to->kind == FORM_INT || to->kind == FORM_DECIMAL))
		made = rounded(&s, sql_value(&s, expr, form), to->scale);
	else if (form.kind == FORM_DECIMAL && to->kind == FORM_INT)
		made = sql_value(&s, expr, (struct form){ .kind = FORM_DECIMAL });
	else
		made = sql_value(&s, expr, *to);
	text_add(out, made.text);
	return !s.over && strlen(made.text) <= EXPR_LENGTH;
}

void
expr_sql(struct text *out, const struct expr *expr, const struct expr_sql *context)
{
	expr_sql_print(out, expr, NULL, context);
}

void
expr_sql_as(struct text *out, const struct expr *expr, const struct type *type,
    const struct expr_sql *context)
{
	struct form form = form_of(type);

	expr_sql_print(out, expr, &form, context);
}
