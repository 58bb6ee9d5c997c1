/*
 * postgres_value.c - reads the row of a result that a statement stands on, in text format.
 */
#include "cc_postgres.h"

#ifdef LIBPQ_HAS_PIPELINING

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* pg_type's oids. */
enum { TYPE_BOOL = 16, TYPE_INT8 = 20, TYPE_INT2 = 21, TYPE_INT4 = 23, TYPE_FLOAT4 = 700,
	TYPE_FLOAT8 = 701, TYPE_TIMESTAMP = 1114, TYPE_TIMESTAMPTZ = 1184, TYPE_NUMERIC = 1700 };

int
cc_postgres_columns(struct cc_statement *st)
{
	const struct cc_postgres_text *text = st->handle;

	return text->result != NULL ? PQnfields(text->result) : 0;
}

const char *
cc_postgres_get_text(struct cc_statement *st, int column)
{
	const struct cc_postgres_text *text = st->handle;

	if (text->result == NULL || PQgetisnull(text->result, text->row - 1, column))
		return NULL;
	return PQgetvalue(text->result, text->row - 1, column);
}

/* Whole: the text is an integer that fits. */
static int64_t
value_int(const char *text, bool *whole)
{
	char *end;
	long long value;

	errno = 0;
	value = strtoll(text, &end, 10);
	*whole = errno == 0 && end != text && *end == '\0';
	return value;
}

/* +05, -03:30, +05:53:28: seconds. */
static int64_t
value_zone(const char *zone)
{
	int hours = 0, minutes = 0, seconds = 0;

	sscanf(zone + 1, "%d:%d:%d", &hours, &minutes, &seconds);
	seconds += hours * 3600 + minutes * 60;
	return *zone == '-' ? -seconds : seconds;
}

/* A time as the server prints it in the style ISO: its zone is the session's. */
static int64_t
value_time(const char *text)
{
	const char *clock = strchr(text, ' ');
	char plain[48];
	int64_t micros = 0, offset = 0;
	size_t n;

	if (clock == NULL)
		return *text == '-' ? INT64_MIN : INT64_MAX;      /* infinity */
	n = (size_t)(clock - text) + 1 + strspn(clock + 1, "0123456789:.");
	if (text[n] == '+' || text[n] == '-')
		offset = value_zone(text + n);
	if (strstr(text + n, "BC") != NULL)
		snprintf(plain, sizeof plain, "-%04d%.*s", atoi(text) - 1,
		    (int)(n - strcspn(text, "-")), strchr(text, '-'));
	else
		snprintf(plain, sizeof plain, "%.*s", (int)n, text);
	cc_timestamp_parse(plain, &micros);
	return micros - offset * 1000000;
}

enum cc_value
cc_postgres_type(struct cc_statement *st, int column)
{
	const struct cc_postgres_text *text = st->handle;
	const char *value = cc_postgres_get_text(st, column);
	bool whole;

	if (value == NULL)
		return CC_VALUE_NULL;
	switch (PQftype(text->result, column)) {
	case TYPE_BOOL:
	case TYPE_INT2:
	case TYPE_INT4:
	case TYPE_INT8:
	case TYPE_TIMESTAMP:
	case TYPE_TIMESTAMPTZ:
		return CC_VALUE_INT;
	case TYPE_FLOAT4:
	case TYPE_FLOAT8:
		return CC_VALUE_FLOAT;
	case TYPE_NUMERIC:
		value_int(value, &whole);
		return whole ? CC_VALUE_INT : CC_VALUE_TEXT;
	default:
		return CC_VALUE_TEXT;
	}
}

int64_t
cc_postgres_get_int(struct cc_statement *st, int column)
{
	const struct cc_postgres_text *text = st->handle;
	const char *value = cc_postgres_get_text(st, column);
	bool whole;

	if (value == NULL)
		return 0;
	switch (PQftype(text->result, column)) {
	case TYPE_BOOL:
		return *value == 't';
	case TYPE_TIMESTAMP:
	case TYPE_TIMESTAMPTZ:
		return value_time(value);
	default:
		return value_int(value, &whole);
	}
}

double
cc_postgres_get_float(struct cc_statement *st, int column)
{
	const char *value = cc_postgres_get_text(st, column);

	return value == NULL ? 0 : strtod(value, NULL);
}

#endif
