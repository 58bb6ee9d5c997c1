/*
 * ccrt_expr.h - arithmetic and comparisons for generated conditions and amounts.
 *
 * Everything is inline and knows nothing of databases or of struct cc.  The rules are the
 * language's, so that C agrees with the SQL of a recount: integers are checked and never wrap,
 * text compares by unsigned bytes, lower() and length() are SQLite's, time is UTC.
 *
 * `failed` is where a function reports that there is no result (it then returns 0); it is never
 * cleared, and may be NULL.  Arguments are not SQL NULL unless a function says what that does:
 * the generated code asks first.
 *
 * ln() and power() use <math.h>: a program whose definitions have them links with -lm.
 */
#ifndef CCRT_EXPR_H
#define CCRT_EXPR_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

static inline int64_t
cc_no_result(bool *failed)
{
	if (failed != NULL)
		*failed = true;
	return 0;
}

/* ---- values of which the least or the greatest is kept ------------------------------ */

/* As amounts, never 0; CC_UNSURE is one that is not known: the database is asked. */
#define CC_UNSURE 1
#define CC_FLOAT_NONE UINT64_C(0x7ff8000000000000)

static inline int64_t
cc_extreme_int64(int64_t value)
{
	uint64_t amount = (uint64_t)value ^ UINT64_C(1) << 63;

	return amount <= CC_UNSURE ? CC_UNSURE : (int64_t)amount;
}

static inline int64_t
cc_extreme_float64(double value)
{
	uint64_t bits;

	value += 0.0;                      /* 0 is -0 */
	memcpy(&bits, &value, sizeof bits);
	return value != value ? CC_UNSURE : (int64_t)(bits ^ CC_FLOAT_NONE);
}

static inline int64_t
cc_extreme_text(const char *value)
{
	return (int64_t)(intptr_t)value;
}

/* ---- integers --------------------------------------------------------------------- */

static inline int64_t
cc_add_int64(int64_t a, int64_t b, bool *failed)
{
	int64_t sum;

	return __builtin_add_overflow(a, b, &sum) ? cc_no_result(failed) : sum;
}

static inline int64_t
cc_subtract_int64(int64_t a, int64_t b, bool *failed)
{
	int64_t difference;

	return __builtin_sub_overflow(a, b, &difference) ? cc_no_result(failed) : difference;
}

static inline int64_t
cc_multiply_int64(int64_t a, int64_t b, bool *failed)
{
	int64_t product;

	return __builtin_mul_overflow(a, b, &product) ? cc_no_result(failed) : product;
}

/* b is not 0. */
static inline int64_t
cc_divide_int64(int64_t a, int64_t b, bool *failed)
{
	return a == INT64_MIN && b == -1 ? cc_no_result(failed) : a / b;
}

/* b is not 0. */
static inline int64_t
cc_modulo_int64(int64_t a, int64_t b)
{
	return b == -1 ? 0 : a % b;
}

static inline int64_t
cc_abs_int64(int64_t a, bool *failed)
{
	return a == INT64_MIN ? cc_no_result(failed) : a < 0 ? -a : a;
}

static inline int64_t
cc_least_int64(int64_t a, int64_t b)
{
	return b < a ? b : a;
}

static inline int64_t
cc_greatest_int64(int64_t a, int64_t b)
{
	return b > a ? b : a;
}

/*
 * ---- floats: NaN is NULL, and the generated code asks for it ----
 * Each keeps the sign of a zero as SQLite does.
 */

static inline double
cc_abs_float64(double a)
{
	return a < 0 ? -a : a;
}

static inline double
cc_least_float64(double a, double b)
{
	return a < b ? a : b;
}

static inline double
cc_greatest_float64(double a, double b)
{
	return b > a ? b : a;
}

/* Half away from zero, by the same steps as SQLite's round(). */
static inline double
cc_round_float64(double a)
{
	if (!(a >= -4503599627370496.0 && a <= 4503599627370496.0))
		return a;                     /* no fraction, or NaN */
	return (double)(int64_t)(a + (a < 0 ? -0.5 : 0.5));
}

/* ---- decimals: whole numbers of units of a scale ----------------------------------------- */

/* Rounded half away from zero to multiples of `unit`, a power of ten above 1; in those. */
static inline int64_t
cc_round_units(int64_t a, int64_t unit)
{
	return a / unit + a % unit / (unit / 2);
}

/*
 * The number in `text` ("-12.5") in units of 10^-scale, rounded half away from zero.  Fails where
 * it is malformed, or has more than `limit` units before rounding.  NULL is 0.
 */
static inline int64_t
cc_decimal_within(const char *text, int scale, uint64_t limit, bool *failed)
{
	bool negative, digits = false, up;
	uint64_t units = 0;
	int after = -1;               /* digits seen after the point */

	if (text == NULL)
		return 0;
	negative = *text == '-';
	if (*text == '-' || *text == '+')
		text++;
	for (up = false; *text != '\0'; text++) {
		if (*text == '.' && after < 0) {
			after = 0;
			continue;
		}
		if (*text < '0' || *text > '9')
			return cc_no_result(failed);
		digits = true;
		if (after == scale)
			up = *text >= '5';
		if (after < scale) {
			if (units > (limit - (uint64_t)(*text - '0')) / 10)
				return cc_no_result(failed);
			units = units * 10 + (uint64_t)(*text - '0');
		}
		if (after >= 0 && after <= scale)
			after++;
	}
	for (after = after < 0 ? 0 : after; after < scale; after++) {
		if (units > limit / 10)
			return cc_no_result(failed);
		units *= 10;
	}
	units += up;
	if (!digits || units > (uint64_t)INT64_MAX)
		return cc_no_result(failed);
	return negative ? -(int64_t)units : (int64_t)units;
}

/* A decimal column that is kept as text: at most 18 digits count. */
static inline int64_t
cc_decimal(const char *text, int scale, bool *failed)
{
	return cc_decimal_within(text, scale, UINT64_C(999999999999999999), failed);
}

/* A decimal column that is kept in units. */
static inline int64_t
cc_decimal_units(const char *text, int scale, bool *failed)
{
	return cc_decimal_within(text, scale, (uint64_t)INT64_MAX, failed);
}

/* ---- text ------------------------------------------------------------------------------- */

/* NULL equals nothing. */
static inline bool
cc_text_equal(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcmp(a, b) == 0;
}

/* By unsigned bytes: below, at, or above 0.  NULL comes last. */
static inline int
cc_text_compare(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return (a == NULL) - (b == NULL);
	return strcmp(a, b);
}

static inline unsigned char
cc_lower_byte(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

/* lower(a) against b; only A to Z have a lower case. */
static inline int
cc_lower_compare(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return (a == NULL) - (b == NULL);
	for (; cc_lower_byte(*a) == (unsigned char)*b && *b != '\0'; a++)
		b++;
	return cc_lower_byte(*a) - (unsigned char)*b;
}

/* lower(a) against lower(b). */
static inline int
cc_lowers_compare(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return (a == NULL) - (b == NULL);
	for (; cc_lower_byte(*a) == cc_lower_byte(*b) && *b != '\0'; a++)
		b++;
	return cc_lower_byte(*a) - cc_lower_byte(*b);
}

static inline bool
cc_lower_equal(const char *a, const char *b)
{
	return a != NULL && b != NULL && cc_lower_compare(a, b) == 0;
}

static inline bool
cc_lowers_equal(const char *a, const char *b)
{
	return a != NULL && b != NULL && cc_lowers_compare(a, b) == 0;
}

/* Characters, as SQLite counts them in UTF-8 that may be malformed. */
static inline int64_t
cc_text_length(const char *text)
{
	int64_t n = 0;

	for (; text != NULL && *text != '\0'; n++)
		if ((unsigned char)*text++ >= 0xc0)
			while (((unsigned char)*text & 0xc0) == 0x80)
				text++;
	return n;
}

/* The first and the last by bytes; a NULL is passed over. */
static inline const char *
cc_text_least(const char *a, const char *b)
{
	return a == NULL || (b != NULL && strcmp(b, a) < 0) ? b : a;
}

static inline const char *
cc_text_greatest(const char *a, const char *b)
{
	return a == NULL || (b != NULL && strcmp(b, a) > 0) ? b : a;
}

/* ---- time ----------------------------------------------------------------------------------- */

#define CC_DAY_MICROS INT64_C(86400000000)   /* microseconds */
enum { CC_FIRST_DAY = -719528, CC_LAST_DAY = 2932896 };   /* 0000-01-01, 9999-12-31 */

/* Microseconds at the start of a day; days outside the years 0000 to 9999 count as its ends. */
static inline int64_t
cc_midnight(int64_t day)
{
	if (day < CC_FIRST_DAY || day > CC_LAST_DAY)
		day = day < 0 ? CC_FIRST_DAY - 1 : CC_LAST_DAY + 1;
	return day * CC_DAY_MICROS;
}

/* Is there a date(time)?  It is NULL outside the years 0000 to 9999. */
static inline bool
cc_has_date(int64_t time)
{
	return time >= CC_FIRST_DAY * CC_DAY_MICROS && time < (CC_LAST_DAY + 1) * CC_DAY_MICROS;
}

/* The UTC day; cc_has_date(time). */
static inline int64_t
cc_date(int64_t time)
{
	return time / CC_DAY_MICROS - (time % CC_DAY_MICROS < 0);
}

/* The first day of a month, counted from 0 for January 0000. */
static inline int64_t
cc_month_start(int64_t month)
{
	int64_t year = (month + 10) / 12 - 1;   /* that starts with March */
	int64_t of_year = (month + 10) % 12;

	return year * 365 + (year + 400) / 4 - (year + 400) / 100 + (year + 400) / 400 - 97 +
	    (153 * of_year + 2) / 5 - 719468;
}

/* The month of a day, counted so; `of_month` is set to its day in it, from 0. */
static inline int64_t
cc_month_of(int64_t day, int64_t *of_month)
{
	int64_t month = (day - CC_FIRST_DAY) * 4800 / 146097;   /* that one, or a neighbour */

	while (cc_month_start(month) > day)
		month--;
	while (cc_month_start(month + 1) <= day)
		month++;
	*of_month = day - cc_month_start(month);
	return month;
}

/* Is there a time so many months later?  It is NULL outside the years 0000 to 9999. */
static inline bool
cc_has_months(int64_t time, int64_t months)
{
	int64_t of_month, month;

	if (!cc_has_date(time))
		return false;
	month = cc_month_of(cc_date(time), &of_month) + months;
	return month >= 0 && month < 120000;
}

/* The same day so many months later, or the last one of that month; cc_has_months. */
static inline int64_t
cc_add_months(int64_t time, int64_t months)
{
	int64_t day = cc_date(time), of_month;
	int64_t month = cc_month_of(day, &of_month) + months;
	int64_t length = cc_month_start(month + 1) - cc_month_start(month);

	if (of_month >= length)
		of_month = length - 1;
	return (cc_month_start(month) + of_month) * CC_DAY_MICROS + (time - day * CC_DAY_MICROS);
}

#ifdef __cplusplus
}
#endif

#endif
