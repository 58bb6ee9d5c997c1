/*
 * rows.c - see rows.h.  Most values are edges of their type, or what others often equal.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rows.h"

static uint64_t state;

void
rows_seed(uint64_t seed)
{
	state = seed * UINT64_C(0x9E3779B97F4A7C15) + 1;
}

static uint64_t
any(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state * UINT64_C(0x2545F4914F6CDD1D);
}

unsigned
pick(unsigned n)
{
	return (unsigned)((any() >> 33) % n);
}

static int64_t
an_integer(int64_t low, int64_t high)
{
	static const int64_t small[] = { 0, 1, -1, 2, 3, 7, 10, 100, -100 };
	uint64_t width = (uint64_t)high - (uint64_t)low;

	switch (pick(8)) {
	case 0:
		return low;
	case 1:
		return high;
	case 2:
		return low + 1;
	case 3:
	case 4:
	case 5:
		return small[pick(9)];
	default:
		return (int64_t)((uint64_t)low + (width == UINT64_MAX ? any() : any() % (width + 1)));
	}
}

static double
a_float(void)
{
	static const double edges[] = { 0, 3, 1, -1, 0.5, -0.5, 2.5, 1e308, -1e308, 1e-308, INFINITY,
		-INFINITY, 4503599627370497.5, 0.49999999999999994, 9007199254740993.0 };

	return pick(2) == 0 ? edges[pick(15)] : ((double)(any() % 2000001) - 1e6) / 1e3;
}

static char *
copied(const char *text)
{
	char *copy = malloc(strlen(text) + 1);

	if (copy == NULL)
		abort();
	return strcpy(copy, text);
}

static char *
a_text(void)
{
	static const char *const edges[] = { "", "a", "A", "abc", "ABC", "aBc", "abcd", "\xc3\xa4",
		"\xc3\x84", "\xff\x80", "\x80", "a\xe2\x82", "it's \"?\?/\"", "z*/", "Z", "10", "9", " a" };
	char random[4];
	size_t i, n = pick(4);

	if (pick(3) > 0)
		return copied(edges[pick(18)]);
	for (i = 0; i < n; i++)
		random[i] = (char)(1 + pick(255));
	random[n] = '\0';
	return copied(random);
}

static char *
a_decimal(int scale, bool malformed)
{
	static const char *const odd[] = { "", "-", ".", "1e5", "abc", " 1", "1 ", "--5", "1.2.3", "+-1",
		"99999999999999999999", "10000000000000000", "0x10" };
	static const char *const edges[] = { "0", "-0", "0.005", "-0.005", "0.004999", "1.5", ".5", "-.5",
		"5.", "+7.25", "00012.340", "12345678.90", "-12345678.99", "9999999999999999.99",
		"-9999999999999999.995", "999999999999999.999", "0000000000000000000000000001.1" };
	char text[64];

	if (malformed && pick(12) == 0)
		return copied(odd[pick(13)]);
	if (malformed && pick(2) == 0)
		return copied(edges[pick(17)]);
	snprintf(text, sizeof(text), "%s%u.%0*u", pick(2) == 0 ? "-" : "", pick(1000), scale,
	    pick(scale == 2 ? 100 : 1000));
	return copied(text);
}

static char *
a_uuid(void)
{
	char text[40];

	snprintf(text, sizeof(text), "%08x-e89b-12d3-a456-426614174000", 0x123e4560 + pick(30));
	return copied(text);
}

static const int64_t year_0 = INT64_C(-62167219200000000), year_9999 = INT64_C(253402300799999999);

static int64_t
a_time(void)
{
	static const int64_t edges[] = { 0, -1, 1, 999999, -999999, INT64_C(1706745599500000),
		INT64_C(1709251199999999), INT64_C(1582934400000000), INT64_C(4107542399000000) };

	switch (pick(6)) {
	case 0:
		return an_integer(INT64_MIN, INT64_MAX);
	case 1:
		return an_integer(year_0, year_9999);
	case 2:
		return year_0 + (int64_t)(any() % (uint64_t)(year_9999 - year_0));
	case 3:
		return edges[pick(9)];
	default:                       /* the ends of months, give or take a day */
		return (cc_month_start(pick(120000)) - (int64_t)pick(3)) * CC_DAY_MICROS + (int64_t)pick(3) - 1;
	}
}

static int64_t
a_time_within(void)
{
	int64_t time = a_time();

	return time < year_0 || time > year_9999 ? 0 : time;
}

static int32_t
a_day(void)
{
	return (int32_t)cc_date(a_time_within());
}

static bool
null(void)
{
	return pick(4) == 0;
}

void
row_fill(struct row *row, int64_t id)
{
	*row = (struct row){
		.id = id, .b = pick(2), .bn = { pick(2), null() },
		.h = (int16_t)an_integer(INT16_MIN, INT16_MAX),
		.hn = { (int16_t)an_integer(INT16_MIN, INT16_MAX), null() },
		.i = (int32_t)an_integer(INT32_MIN, INT32_MAX),
		.in = { (int32_t)an_integer(INT32_MIN, INT32_MAX), null() },
		.l = an_integer(INT64_MIN, INT64_MAX), .ln = { an_integer(INT64_MIN, INT64_MAX), null() },
		.g = (float)(pick(2000) / 8.0 - 100), .gn = { (float)pick(100), null() },
		.f = a_float(), .fn = { a_float(), null() },
		.p = a_decimal(2, true), .pn = null() ? NULL : a_decimal(2, true),
		.u = a_decimal(3, false), .un = null() ? NULL : a_decimal(3, false),
		.t = a_text(), .tn = null() ? NULL : a_text(), .k = a_uuid(),
		.at = a_time(), .atn = { a_time(), null() },
		.ats = { a_time_within() / 1000000 * 1000000, null() },
		.atm = { a_time_within() / 1000 * 1000, null() }, .att = { a_time_within(), null() },
		.d = a_day(), .dn = { a_day(), null() }, .j = null() ? NULL : "{}"
	};
	/* A stored -0.0 is read back as 0.0, a NaN as NULL. */
	if (pick(10) == 0)
		row->fn.value = NAN;
}

void
rows_release(struct row *rows, unsigned n)
{
	unsigned i, j;

	for (i = 0; i < n; i++) {
		const char *texts[] = { rows[i].p, rows[i].pn, rows[i].u, rows[i].un, rows[i].t, rows[i].tn,
			rows[i].k };

		for (j = 0; j < sizeof(texts) / sizeof(texts[0]); j++)
			free((char *)(uintptr_t)texts[j]);
	}
	free(rows);
}
