/*
 * check_literal.c - what a literal in quotes means as a uuid, date, timestamp or decimal.
 *
 * check_literal sets expr->type and, but for a uuid, expr->integer: days since 1970-01-01,
 * microseconds since then (UTC), units of type.scale.  Years run from 0001 to 9999.
 */
#include <string.h>

#include "check.h"

enum { DIGITS = 18 };                  /* of a decimal that is counted exactly */
#define MICROS_PER_SECOND INT64_C(1000000)
#define MICROS_PER_DAY    (86400 * MICROS_PER_SECOND)

/* Exactly `n` digits; moves on. */
static bool
number(const char **at, int n, int *value)
{
	*value = 0;
	for (; n > 0; n--, (*at)++) {
		if (**at < '0' || **at > '9')
			return false;
		*value = *value * 10 + (**at - '0');
	}
	return true;
}

static bool
symbol(const char **at, char c)
{
	if (**at != c)
		return false;
	(*at)++;
	return true;
}

/* ---- dates ------------------------------------------------------------------------ */

static int
days_in_month(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return month == 2 && leap ? 29 : days[month - 1];
}

/* Days since 1970-01-01, by the era of 400 years that starts on 1 March. */
static int64_t
days_of(int year, int month, int day)
{
	int y = month <= 2 ? year - 1 : year;
	int era = y / 400, of_era = y % 400;
	int of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

	return (int64_t)era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year
	    - 719468;
}

static bool
date(const char **at, int64_t *days)
{
	int year, month, day;

	if (!number(at, 4, &year) || !symbol(at, '-') || !number(at, 2, &month)
	    || !symbol(at, '-') || !number(at, 2, &day))
		return false;
	if (year < 1 || month < 1 || month > 12 || day < 1 || day > days_in_month(year, month))
		return false;
	*days = days_of(year, month, day);
	return true;
}

/* ---- timestamps ----------------------------------------------------------------------- */

/* .123456: up to six digits. */
static bool
fraction(const char **at, int64_t *micros)
{
	int64_t unit = MICROS_PER_SECOND / 10;

	if (**at < '0' || **at > '9')
		return false;
	for (; **at >= '0' && **at <= '9'; (*at)++, unit /= 10) {
		if (unit == 0)
			return false;
		*micros += (**at - '0') * unit;
	}
	return true;
}

/* Z, +02, +02:00 or nothing. */
static bool
zone(const char **at, int64_t *micros)
{
	int hour, minute = 0;
	bool west = **at == '-';

	if (symbol(at, 'Z') || **at == '\0')
		return true;
	if (!symbol(at, '-') && !symbol(at, '+'))
		return false;
	if (!number(at, 2, &hour))
		return false;
	if (symbol(at, ':') && !number(at, 2, &minute))
		return false;
	if (hour > 15 || minute > 59)
		return false;
	*micros += (west ? 60 : -60) * (hour * 60 + minute) * MICROS_PER_SECOND;
	return true;
}

static bool
timestamp(const char *text, int64_t *micros)
{
	int64_t days;
	int hour, minute, second = 0;

	if (!date(&text, &days))
		return false;
	*micros = days * MICROS_PER_DAY;
	if (*text == '\0')
		return true;
	if (!symbol(&text, ' ') && !symbol(&text, 'T'))
		return false;
	if (!number(&text, 2, &hour) || !symbol(&text, ':') || !number(&text, 2, &minute))
		return false;
	if (symbol(&text, ':') && !number(&text, 2, &second))
		return false;
	if (hour > 23 || minute > 59 || second > 59)
		return false;
	*micros += (hour * 3600 + minute * 60 + second) * MICROS_PER_SECOND;
	if (symbol(&text, '.') && !fraction(&text, micros))
		return false;
	return zone(&text, micros) && *text == '\0';
}

/* ---- the others ------------------------------------------------------------------------- */

static bool
uuid(const char *text)
{
	if (strlen(text) != 36)
		return false;
	for (int i = 0; i < 36; i++) {
		if (i == 8 || i == 13 || i == 18 || i == 23) {
			if (text[i] != '-')
				return false;
		} else if (!strchr("0123456789abcdefABCDEF", text[i])) {
			return false;
		}
	}
	return true;
}

static bool
decimal(const char *text, struct expr *expr)
{
	bool negative = *text == '-', point = false;
	int n = 0, scale = 0;
	size_t seen = 0;
	int64_t units = 0;

	for (text += negative; *text; text++) {
		if (*text == '.' && !point) {
			point = true;
			continue;
		}
		if (*text < '0' || *text > '9' || n == DIGITS)
			return false;
		n += units != 0 || *text != '0' || point;
		seen++;
		scale += point;
		units = units * 10 + (*text - '0');
	}
	if (seen == 0)
		return false;
	expr->integer = negative ? -units : units;
	expr->type.precision = n ? n : 1;
	expr->type.scale = scale;
	return true;
}

bool
check_literal(struct expr *expr, enum type_kind kind)
{
	const char *text = expr->text;
	int64_t value = 0;
	bool good;

	switch (kind) {
	case TYPE_UUID:
		good = uuid(text);
		break;
	case TYPE_DATE:
		good = date(&text, &value) && *text == '\0';
		expr->integer = value;
		break;
	case TYPE_TIMESTAMP:
		good = timestamp(text, &value);
		expr->integer = value;
		break;
	default:
		good = decimal(text, expr);
		break;
	}
	if (good)
		expr->type.kind = kind;
	return good;
}
