/*
 * convert.c - dates, timestamps and fixed point between their C form and text.
 *
 * Free of databases and of memory.  The calendar is the proleptic Gregorian one in UTC; years
 * from -9999 to 9999 print.
 */
#include "cc.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define DAY INT64_C(86400000000)

bool
cc_decimal_parse(const char *text, int scale, int64_t *units)
{
	bool negative = *text == '-', digit = false, point = false, up = false;
	int64_t value = 0;                 /* kept negative: its range is wider */
	int places = 0;

	if (*text == '-' || *text == '+')
		text++;
	for (; *text != '\0'; text++) {
		if (*text == '.' && !point) {
			point = true;
			continue;
		}
		if (*text < '0' || *text > '9')
			return false;
		digit = true;
		if (point && places >= scale) {
			if (places++ == scale)
				up = *text >= '5';
			continue;
		}
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_sub_overflow(value, *text - '0', &value))
			return false;
		places += point;
	}
	for (; places < scale; places++)
		if (__builtin_mul_overflow(value, 10, &value))
			return false;
	if (up && __builtin_sub_overflow(value, 1, &value))
		return false;
	if (!negative && __builtin_sub_overflow(0, value, &value))
		return false;
	*units = value;
	return digit;
}

void
cc_decimal_print(int64_t units, int scale, char out[32])
{
	uint64_t value = units < 0 ? 0 - (uint64_t)units : (uint64_t)units, divisor = 1;

	for (int i = 0; i < scale; i++)
		divisor *= 10;
	if (scale == 0)
		snprintf(out, 32, "%s%" PRIu64, units < 0 ? "-" : "", value);
	else
		snprintf(out, 32, "%s%" PRIu64 ".%0*" PRIu64, units < 0 ? "-" : "",
		    value / divisor, scale, value % divisor);
}

/* Days from 1970-01-01; years begin in March, so that the leap day is the last. */
static int64_t
convert_days(int64_t year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t in_era = y - era * 400;
	int64_t in_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + in_era * 365 + in_era / 4 - in_era / 100 + in_year - 719468;
}

static void
convert_civil(int64_t days, int *year, int *month, int *day)
{
	int64_t z = days + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t in_era = z - era * 146097;
	int64_t y = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
	int64_t in_year = in_era - (365 * y + y / 4 - y / 100);
	int64_t m = (5 * in_year + 2) / 153;

	*day = (int)(in_year - (153 * m + 2) / 5 + 1);
	*month = (int)(m < 10 ? m + 3 : m - 9);
	*year = (int)(y + era * 400 + (*month <= 2));
}

/* Exactly n digits; advances. */
static bool
convert_digits(const char **text, int n, int *out)
{
	*out = 0;
	for (; n > 0; n--, (*text)++) {
		if (**text < '0' || **text > '9')
			return false;
		*out = *out * 10 + (**text - '0');
	}
	return true;
}

static bool
convert_expect(const char **text, char c)
{
	if (**text != c)
		return false;
	(*text)++;
	return true;
}

static bool
convert_scan_date(const char **text, int64_t *days)
{
	int year, month, day;
	int64_t first;
	bool negative = **text == '-';

	if (negative)
		(*text)++;
	if (!convert_digits(text, 4, &year) || !convert_expect(text, '-') || !convert_digits(text, 2, &month) ||
	    !convert_expect(text, '-') || !convert_digits(text, 2, &day))
		return false;
	if (month < 1 || month > 12 || day < 1)
		return false;
	if (negative)
		year = -year;
	first = convert_days(year, month, 1);
	*days = first + day - 1;
	return *days < (month == 12 ? convert_days(year + 1, 1, 1) : convert_days(year, month + 1, 1));
}

bool
cc_date_parse(const char *text, int32_t *days)
{
	int64_t value;

	if (!convert_scan_date(&text, &value) || *text != '\0')
		return false;
	*days = (int32_t)value;
	return true;
}

void
cc_date_print(int32_t days, char out[16])
{
	int year, month, day;
	char text[48];

	convert_civil(days, &year, &month, &day);
	snprintf(text, sizeof text, "%s%04d-%02d-%02d", year < 0 ? "-" : "",
	    year < 0 ? -year : year, month, day);
	memcpy(out, text, 15);
	out[15] = '\0';
}

/* +hh:mm, -hh:mm or Z; nothing is UTC as well. */
static bool
convert_scan_zone(const char **text, int64_t *micros)
{
	int hours, minutes, sign;

	*micros = 0;
	if (**text == 'Z')
		(*text)++;
	if (**text != '+' && **text != '-')
		return true;
	sign = **text == '-' ? -1 : 1;
	(*text)++;
	if (!convert_digits(text, 2, &hours) || !convert_expect(text, ':') || !convert_digits(text, 2, &minutes))
		return false;
	*micros = sign * (hours * INT64_C(3600) + minutes * INT64_C(60)) * 1000000;
	return true;
}

bool
cc_timestamp_parse(const char *text, int64_t *micros)
{
	int64_t days, zone, value;
	int hour, minute, second = 0, scale = 100000, fraction = 0;

	if (!convert_scan_date(&text, &days))
		return false;
	value = days * DAY;
	if (*text == ' ' || *text == 'T') {
		text++;
		if (!convert_digits(&text, 2, &hour) || !convert_expect(&text, ':') || !convert_digits(&text, 2, &minute))
			return false;
		if (*text == ':') {
			text++;
			if (!convert_digits(&text, 2, &second))
				return false;
		}
		if (*text == '.')
			for (text++; *text >= '0' && *text <= '9'; text++, scale /= 10)
				fraction += (*text - '0') * scale;
		if (hour > 24 || minute > 59 || second > 59)
			return false;
		value += (hour * INT64_C(3600) + minute * 60 + second) * 1000000 + fraction;
		if (!convert_scan_zone(&text, &zone))
			return false;
		value -= zone;
	}
	*micros = value;
	return *text == '\0';
}

void
cc_timestamp_print(int64_t micros, char out[40])
{
	int64_t days = micros / DAY, rest = micros % DAY;
	char date[16];
	int n;

	if (rest < 0) {
		rest += DAY;
		days--;
	}
	cc_date_print((int32_t)days, date);
	n = snprintf(out, 40, "%s %02d:%02d:%02d", date, (int)(rest / INT64_C(3600000000)),
	    (int)(rest / 60000000 % 60), (int)(rest / 1000000 % 60));
	if (rest % 1000000 != 0)
		snprintf(out + n, 40 - (size_t)n, ".%06d", (int)(rest % 1000000));
}

/* PostgreSQL's: years before 1 are counted backwards, and the zone is said. */
static void
convert_era(int32_t days, char out[24], const char **era)
{
	int year, month, day;
	char text[48];

	convert_civil(days, &year, &month, &day);
	*era = year < 1 ? " BC" : "";
	snprintf(text, sizeof text, "%04d-%02d-%02d", year < 1 ? 1 - year : year, month, day);
	memcpy(out, text, 19);
	out[19] = '\0';
}

void
cc_date_print_era(int32_t days, char out[24])
{
	const char *era;

	convert_era(days, out, &era);
	memcpy(out + strlen(out), era, strlen(era) + 1);
}

void
cc_timestamp_print_zone(int64_t micros, char out[48])
{
	int64_t days = micros / DAY, rest = micros % DAY;
	const char *era;
	char date[24];

	if (rest < 0) {
		rest += DAY;
		days--;
	}
	convert_era((int32_t)days, date, &era);
	snprintf(out, 48, "%s %02d:%02d:%02d.%06d+00%s", date, (int)(rest / INT64_C(3600000000)),
	    (int)(rest / 60000000 % 60), (int)(rest / 1000000 % 60), (int)(rest % 1000000), era);
}

/* ---- moments ----------------------------------------------------------------------------- */

/* Whole months: the same day, or the month's last one. */
static bool
convert_add_months(int64_t micros, int64_t months, int64_t *out)
{
	int64_t days = micros / DAY - (micros % DAY < 0), first, next, month;
	int year, in_year, day;

	convert_civil(days, &year, &in_year, &day);
	if (__builtin_add_overflow((int64_t)year * 12 + in_year - 1, months, &month) ||
	    month / 12 > INT32_MAX || month / 12 < INT32_MIN + 1)
		return false;
	year = (int)(month / 12 - (month % 12 < 0));
	in_year = (int)(month - (int64_t)year * 12) + 1;
	first = convert_days(year, in_year, 1);
	next = in_year == 12 ? convert_days((int64_t)year + 1, 1, 1) :
	    convert_days(year, in_year + 1, 1);
	first = first + day - 1 < next ? first + day - 1 : next - 1;
	return !__builtin_mul_overflow(first, DAY, out) &&
	    !__builtin_add_overflow(*out, micros - days * DAY, out);
}

bool
cc_timestamp_add(int64_t micros, int64_t number, enum cc_unit unit, int64_t *out)
{
	static const int64_t sizes[] = { [CC_SECOND] = 1000000, [CC_MINUTE] = 60000000,
		[CC_HOUR] = 3600000000, [CC_DAY] = DAY, [CC_WEEK] = 7 * DAY };
	int64_t size;

	if (unit == CC_MONTH)
		return convert_add_months(micros, number, out);
	if (unit == CC_YEAR)
		return !__builtin_mul_overflow(number, 12, &number) &&
		    convert_add_months(micros, number, out);
	return !__builtin_mul_overflow(number, sizes[unit], &size) &&
	    !__builtin_add_overflow(micros, size, out);
}
