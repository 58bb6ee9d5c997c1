/*
 * postgres_value.c - reads the row of a result that a statement stands on, in text format.
 */
#include "cc_postgres.h"

#ifdef LIBPQ_HAS_PIPELINING

#include <errno.h>
#include <stdlib.h>

/* pg_type's oids. */
enum { TYPE_BOOL = 16, TYPE_INT8 = 20, TYPE_INT2 = 21, TYPE_INT4 = 23, TYPE_FLOAT4 = 700,
	TYPE_FLOAT8 = 701, TYPE_NUMERIC = 1700 };

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
	if (PQftype(text->result, column) == TYPE_BOOL)
		return *value == 't';
	return value_int(value, &whole);
}

double
cc_postgres_get_float(struct cc_statement *st, int column)
{
	const char *value = cc_postgres_get_text(st, column);

	return value == NULL ? 0 : strtod(value, NULL);
}

#endif
