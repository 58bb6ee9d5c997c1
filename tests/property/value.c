/*
 * value.c - values in the language's form, and how SQLite keeps them.
 *
 * Random values come from small domains, so that conditions flip, rows meet their parents and
 * keys collide; columns that no arithmetic reads also get the edges of their types.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "property.h"

static const char *const texts[] = {
	"", "a", "A", "b", "ab", "aB", "it's", "say \"x\"", "na\303\257ve", "\303\277", "%s", "*/",
	"\\", "\360\237\220\230", "-- ;", "z",
};
enum { N_TEXTS = sizeof texts / sizeof *texts };

static int64_t
power10(int n)
{
	int64_t p = 1;

	while (n-- > 0)
		p *= 10;
	return p;
}

static void
decimal_text(int64_t units, int scale, char *out)
{
	int64_t p = power10(scale), a = units < 0 ? -units : units;

	if (scale == 0)
		snprintf(out, TEXT_SIZE, "%" PRId64, units);
	else
		snprintf(out, TEXT_SIZE, "%s%" PRId64 ".%0*" PRId64, units < 0 ? "-" : "", a / p,
		    scale, a % p);
}

static int64_t
integer_edge(struct random *r, enum cc_type type)
{
	int64_t max = type == CC_INT16 ? INT16_MAX : type == CC_INT32 ? INT32_MAX : INT64_MAX;

	return random_chance(r, 50) ? max : -max - 1;
}

static int64_t
timestamp_random(struct random *r, enum cc_storage storage)
{
	int64_t unit = storage == CC_SECONDS ? 1000000 : storage == CC_MILLIS ? 1000 : 1;
	int64_t t = VALUE_TIME + (int64_t)random_below(r, 8) * VALUE_TIME_STEP;

	if (random_chance(r, 15))
		t -= 31 * 86400000000;
	if (random_chance(r, 30))
		t += (int64_t)random_below(r, 1000000) / unit * unit;
	if (random_chance(r, 10))
		t = -86400000000 * random_below(r, 3);
	return t;
}

void
value_random(struct random *r, const struct column *c, struct value *out)
{
	*out = (struct value){ .kind = V_INTEGER };
	if (c->nullable && random_chance(r, 25)) {
		out->kind = V_NULL;
		return;
	}
	if (c->domain > 0) {
		value_key(c, 1 + random_below(r, c->domain), out);
		return;
	}
	switch (c->type) {
	case CC_BOOL:
		out->i = random_below(r, 2);
		break;
	case CC_INT16: case CC_INT32: case CC_INT64:
		out->i = random_below(r, 12) - 2;
		if (!c->small && random_chance(r, 5))
			out->i = integer_edge(r, c->type);
		break;
	case CC_FLOAT32: case CC_FLOAT64:
		out->kind = V_REAL;
		out->f = (random_below(r, 40) - 10) / 4.0;
		break;
	case CC_DECIMAL:
		out->i = random_below(r, 400) - 100;
		if (random_chance(r, 50))
			out->i = out->i / 4 * power10(c->scale) / 2;
		decimal_text(out->i, c->scale, out->s);
		break;
	case CC_TIMESTAMP:
		out->i = timestamp_random(r, c->storage);
		break;
	case CC_DATE:
		out->i = VALUE_TIME / 86400000000 + random_below(r, 5);
		break;
	case CC_UUID:
		value_key(c, 1 + random_below(r, 6), out);
		break;
	case CC_TEXT:
		out->kind = V_TEXT;
		strcpy(out->s, texts[random_below(r, N_TEXTS)]);
		break;
	case CC_JSONB:
		out->kind = V_TEXT;
		strcpy(out->s, random_chance(r, 50) ? "{}" : "[1]");
		break;
	}
}

/* The number-th value of a key's domain. */
void
value_key(const struct column *c, int number, struct value *out)
{
	*out = (struct value){ .kind = V_INTEGER, .i = number };
	if (c->type == CC_TEXT) {
		out->kind = V_TEXT;
		snprintf(out->s, sizeof out->s, "%s%s", texts[number % N_TEXTS],
		    number < N_TEXTS ? "" : "+");
	} else if (c->type == CC_UUID) {
		out->kind = V_TEXT;
		snprintf(out->s, sizeof out->s, "0b51a7e4-03c9-4e2f-9d3a-0000000000%02d", number);
	} else if (c->type == CC_DATE)
		out->i = 19674 + number;
}

/* ---- to and from the database ---- */

static void
date_text(int64_t days, char *out)
{
	/* Civil date of a day number, by the usual 400-year eras. */
	int64_t z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
	int64_t d = doy - (153 * mp + 2) / 5 + 1, m = mp < 10 ? mp + 3 : mp - 9;

	snprintf(out, TEXT_SIZE, "%04d-%02d-%02d", (int)(yoe + era * 400 + (m <= 2)), (int)m,
	    (int)d);
}

static int64_t
date_days(int64_t y, int64_t m, int64_t d)
{
	int64_t era, yoe, doy;

	y -= m <= 2;
	era = (y >= 0 ? y : y - 399) / 400;
	yoe = y - era * 400;
	doy = (153 * (m > 2 ? m - 3 : m + 9) + 2) / 5 + d - 1;
	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static void
timestamp_text(int64_t t, char *out)
{
	int64_t days = t / 86400000000 - (t % 86400000000 < 0), rest = t - days * 86400000000;
	int64_t seconds = rest / 1000000;
	char date[TEXT_SIZE];

	date_text(days, date);
	snprintf(out, TEXT_SIZE, "%.10s %02d:%02d:%02d", date, (int)(seconds / 3600),
	    (int)(seconds / 60 % 60), (int)(seconds % 60));
	if (rest % 1000000 != 0)
		snprintf(out + strlen(out), 20, ".%06d", (int)(rest % 1000000));
}

static int64_t
timestamp_micros(const char *s)
{
	int y = 0, m = 0, d = 0, hh = 0, mm = 0, ss = 0, micros = 0, digits = 0;
	const char *p = strchr(s, '.');

	sscanf(s, "%d-%d-%d%*c%d:%d:%d", &y, &m, &d, &hh, &mm, &ss);
	for (p = p == NULL ? "" : p + 1; *p >= '0' && *p <= '9' && digits < 6; p++, digits++)
		micros = micros * 10 + (*p - '0');
	for (; digits < 6; digits++)
		micros *= 10;
	return ((date_days(y, m, d) * 24 + hh) * 60 + mm) * 60000000 + ss * 1000000LL + micros;
}

/* The same value as a literal of the language and of SQL. */
void
value_literal(struct random *r, const struct column *c, struct phrase *out)
{
	struct column never_null = *c;
	struct text both = { 0 };
	struct value v;

	never_null.nullable = random_chance(r, 10);
	value_random(r, &never_null, &v);
	if (v.kind == V_NULL)
		text_add(&both, "null");
	else if (c->type == CC_BOOL)
		text_add(&both, v.i ? "true" : "false");
	else if (v.kind == V_TEXT)
		text_string(&both, v.s);
	else if (v.kind == V_REAL)
		text_add(&both, v.f < 0 ? "(%.2f)" : "%.2f", v.f);
	else if (c->type == CC_DECIMAL) {
		text_add(&out->ccdl, v.i < 0 ? "(%s)" : "%s", v.s);
		text_add(&out->sql, v.i < 0 ? "(%" PRId64 ")" : "%" PRId64, v.i);
	} else if (c->type == CC_DATE) {
		date_text(v.i, v.s);
		text_string(&both, v.s);
	} else if (c->type == CC_TIMESTAMP) {
		timestamp_text(v.i, v.s);
		text_string(&out->ccdl, v.s);
		text_add(&out->sql, "(%" PRId64 ")", v.i);
	} else if (v.i == INT64_MIN)
		text_add(&both, "(-9223372036854775807 - 1)");
	else
		text_add(&both, v.i < 0 ? "(%" PRId64 ")" : "%" PRId64, v.i);
	if (both.s != NULL) {
		text_add(&out->ccdl, "%s", both.s);
		text_add(&out->sql, "%s", both.s);
	}
	text_free(&both);
}

void
value_bind(sqlite3_stmt *stmt, int i, const struct column *c, const struct value *v)
{
	char text[TEXT_SIZE];

	if (v->kind == V_NULL)
		sqlite3_bind_null(stmt, i);
	else if (v->kind == V_REAL)
		sqlite3_bind_double(stmt, i, v->f);
	else if (v->kind == V_TEXT || (c->type == CC_DECIMAL && c->storage != CC_UNITS))
		sqlite3_bind_text(stmt, i, v->s, -1, SQLITE_TRANSIENT);
	else if (c->type == CC_DATE || (c->type == CC_TIMESTAMP && c->storage == CC_ISO)) {
		if (c->type == CC_DATE)
			date_text(v->i, text);
		else
			timestamp_text(v->i, text);
		sqlite3_bind_text(stmt, i, text, -1, SQLITE_TRANSIENT);
	} else if (c->type == CC_TIMESTAMP && c->storage == CC_SECONDS)
		sqlite3_bind_int64(stmt, i, v->i / 1000000);
	else if (c->type == CC_TIMESTAMP && c->storage == CC_MILLIS)
		sqlite3_bind_int64(stmt, i, v->i / 1000);
	else
		sqlite3_bind_int64(stmt, i, v->i);
}

void
value_fetch(sqlite3_stmt *stmt, int i, const struct column *c, struct value *v)
{
	const char *s = (const char *)sqlite3_column_text(stmt, i);

	*v = (struct value){ .kind = V_INTEGER };
	if (s == NULL)
		v->kind = V_NULL;
	else if (c->type == CC_FLOAT32 || c->type == CC_FLOAT64) {
		v->kind = V_REAL;
		v->f = sqlite3_column_double(stmt, i);
	} else if (c->type == CC_DATE)
		v->i = timestamp_micros(s) / 86400000000;
	else if (c->type == CC_TIMESTAMP && c->storage == CC_ISO)
		v->i = timestamp_micros(s);
	else if (c->type == CC_DECIMAL) {
		double d = sqlite3_column_double(stmt, i);

		if (c->storage != CC_UNITS)
			d *= (double)power10(c->scale);
		v->i = (int64_t)(d < 0 ? d - 0.5 : d + 0.5);
		decimal_text(v->i, c->scale, v->s);
	} else if (c->type == CC_TEXT || c->type == CC_UUID || c->type == CC_JSONB) {
		v->kind = V_TEXT;
		snprintf(v->s, sizeof v->s, "%s", s);
	} else
		v->i = sqlite3_column_int64(stmt, i)
		    * (c->type != CC_TIMESTAMP ? 1 : c->storage == CC_SECONDS ? 1000000
		    : c->storage == CC_MILLIS ? 1000 : 1);
}

bool
value_same(const struct column *c, const struct value *a, const struct value *b)
{
	(void)c;
	if (a->kind != b->kind)
		return false;
	return a->kind == V_NULL || (a->kind == V_REAL ? a->f == b->f
	    : a->kind == V_TEXT ? strcmp(a->s, b->s) == 0 : a->i == b->i);
}

void
value_show(struct text *out, const struct value *v)
{
	if (v->kind == V_NULL)
		text_add(out, "NULL");
	else if (v->kind == V_REAL)
		text_add(out, "%g", v->f);
	else if (v->kind == V_TEXT)
		text_string(out, v->s);
	else
		text_add(out, "%" PRId64, v->i);
}

void
value_stored(struct text *out, const struct column *c, const struct value *v)
{
	struct value date = *v;

	if (c->type == CC_DATE && v->kind != V_NULL) {
		date.kind = V_TEXT;
		date_text(v->i, date.s);
	}
	value_show(out, &date);
}
