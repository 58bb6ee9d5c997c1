/*
 * sqlite_scan.c - reads a whole table for a recount from inside SQLite's own loop.
 *
 * Stepping through millions of rows costs as much in calls and locks as in reading.  An aggregate
 * function that is handed the fields sees each row without leaving the virtual machine.  It finds
 * its work in a pointer value, so that it means nothing to anybody else who may call it.
 * Fields whose storage needs a calendar or made text are left to the stepping reader.
 */
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "cc_sqlite.h"

#define SCAN_POINTER "cc_scan"

enum { SCAN_FIELDS = 100 };            /* SQLite allows 127 arguments */

enum scan_kind { SCAN_BOOL, SCAN_INT16, SCAN_INT32, SCAN_INT64, SCAN_FLOAT32, SCAN_FLOAT64,
	SCAN_TEXT };

struct scan_field {
	enum scan_kind kind;
	uint32_t offset, null;         /* in the row; null: 0 when it has no flag */
};

struct scan {
	unsigned char *row;
	cc_each_row *each;
	void *ctx;
	int result;
	int n;
	struct scan_field fields[SCAN_FIELDS];
};

/* Offset of the flag in a nullable struct: right behind the value. */
#define SCAN_NULL(type) ((uint32_t)offsetof(struct type, null))

static bool
scan_compile(const struct cc_field *field, struct scan_field *out)
{
	uint32_t null = 0;

	switch (field->type) {
	case CC_BOOL:
		out->kind = SCAN_BOOL;
		null = SCAN_NULL(cc_bool);
		break;
	case CC_INT16:
		out->kind = SCAN_INT16;
		null = SCAN_NULL(cc_int16);
		break;
	case CC_INT32:
		out->kind = SCAN_INT32;
		null = SCAN_NULL(cc_int32);
		break;
	case CC_INT64:
	case CC_TIMESTAMP:
		out->kind = SCAN_INT64;
		null = SCAN_NULL(cc_int64);
		break;
	case CC_FLOAT32:
		out->kind = SCAN_FLOAT32;
		null = SCAN_NULL(cc_float32);
		break;
	case CC_FLOAT64:
		out->kind = SCAN_FLOAT64;
		null = SCAN_NULL(cc_float64);
		break;
	case CC_TEXT:
	case CC_UUID:
	case CC_JSONB:
	case CC_DECIMAL:
		out->kind = SCAN_TEXT;
		break;
	default:
		return false;
	}
	out->offset = (uint32_t)field->offset;
	if (null != 0 && field->flags & CC_FIELD_NULLABLE)
		out->null = out->offset + null;
	return field->storage == CC_PLAIN;
}

static void
scan_null(const struct scan_field *field, unsigned char *row)
{
	static const char *const none;
	static const unsigned char zero[8];

	switch (field->kind) {
	case SCAN_TEXT:
		memcpy(row + field->offset, &none, sizeof none);
		break;
	case SCAN_BOOL:
		row[field->offset] = 0;
		break;
	case SCAN_INT16:
		memcpy(row + field->offset, zero, sizeof(int16_t));
		break;
	case SCAN_INT32:
	case SCAN_FLOAT32:
		memcpy(row + field->offset, zero, sizeof(int32_t));
		break;
	default:
		memcpy(row + field->offset, zero, sizeof(int64_t));
	}
	if (field->null != 0)
		row[field->null] = true;
}

/* The nearest that there is; *fits: it is the value itself. */
static int64_t
scan_int(sqlite3_value *value, int64_t min, int64_t max, bool *fits)
{
	int64_t i = sqlite3_value_int64(value);

	if (i >= min && i <= max)
		return i;
	*fits = false;
	return i < min ? min : max;
}

static void
scan_value(const struct scan_field *field, unsigned char *row, sqlite3_value *value, bool *fits)
{
	void *place = row + field->offset;

	if (sqlite3_value_type(value) == SQLITE_NULL) {
		scan_null(field, row);
		return;
	}
	switch (field->kind) {
	case SCAN_BOOL:
		*(bool *)place = sqlite3_value_int64(value) != 0;
		break;
	case SCAN_INT16:
		*(int16_t *)place = (int16_t)scan_int(value, INT16_MIN, INT16_MAX, fits);
		break;
	case SCAN_INT32:
		*(int32_t *)place = (int32_t)scan_int(value, INT32_MIN, INT32_MAX, fits);
		break;
	case SCAN_INT64:
		*(int64_t *)place = sqlite3_value_int64(value);
		break;
	case SCAN_FLOAT32:
		*(float *)place = (float)sqlite3_value_double(value);
		break;
	case SCAN_FLOAT64:
		*(double *)place = sqlite3_value_double(value);
		break;
	case SCAN_TEXT:
		*(const char **)place = (const char *)sqlite3_value_text(value);
		break;
	}
	if (field->null != 0)
		row[field->null] = false;
}

static void
scan_step(sqlite3_context *context, int n, sqlite3_value **values)
{
	struct scan *scan = n > 0 ? sqlite3_value_pointer(values[0], SCAN_POINTER) : NULL;
	bool fits = true;

	if (scan == NULL || n != scan->n + 1)
		return;
	for (int i = 0; i < scan->n; i++)
		scan_value(&scan->fields[i], scan->row, values[i + 1], &fits);
	scan->result = scan->each(scan->ctx, fits);
	if (scan->result != CC_OK)
		sqlite3_result_error(context, "stopped", -1);
}

static void
scan_final(sqlite3_context *context)
{
	sqlite3_result_null(context);
}

/* WITH rows(f0, …) AS (scan) SELECT cc_scan(?1, the fields that are read) FROM rows */
static bool
scan_compose(struct scan *scan, const struct cc_table *table, sqlite3_stmt *plain,
    const struct cc_table_sql *sql, struct cc_text *text)
{
	struct cc_text read = { 0 };

	cc_text_add(text, sql->tag != NULL ? sql->tag : "");
	cc_text_add(text, "WITH rows(");
	for (int i = 0; i < cc_n_fields(table); i++) {
		const struct cc_field *field = &table->fields[i];

		cc_text_add(text, i > 0 ? ", f" : "f");
		cc_text_int(text, i);
		/* what the scan leaves out is the literal NULL, by that name */
		if (strcmp(sqlite3_column_name(plain, i), "NULL") == 0 &&
		    strcmp(field->name, "NULL") != 0) {
			cc_field_set_null(field, scan->row);
			continue;
		}
		if (scan->n == SCAN_FIELDS || !scan_compile(field, &scan->fields[scan->n++])) {
			cc_text_free(&read);
			return false;
		}
		cc_text_add(&read, ", f");
		cc_text_int(&read, i);
	}
	cc_text_add(text, ") AS (");
	cc_text_add(text, sql->scan);
	cc_text_add(text, ")\nSELECT " SCAN_POINTER "(?1");
	cc_text_add(text, read.data != NULL ? read.data : "");
	cc_text_add(text, ") FROM rows");
	text->failed |= read.failed;
	cc_text_free(&read);
	return !text->failed;
}

static int
scan_run(struct cc *cc, struct scan *scan, const char *text)
{
	sqlite3 *db = cc->db;
	sqlite3_stmt *statement = NULL;
	int code = sqlite3_prepare_v2(db, text, -1, &statement, NULL);

	if (code == SQLITE_OK)
		code = sqlite3_bind_pointer(statement, 1, scan, SCAN_POINTER, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_step(statement);
	if (code != SQLITE_ROW && scan->result == CC_OK)
		scan->result = cc_fail(cc, cc_sqlite_result(code), "%s", sqlite3_errmsg(db));
	sqlite3_finalize(statement);
	return scan->result;
}

static int
scan_register(struct cc *cc)
{
	int code = sqlite3_create_function_v2(cc->db, SCAN_POINTER, -1,
	    SQLITE_UTF8 | SQLITE_DIRECTONLY, NULL, NULL, scan_step, scan_final, NULL);

	if (code != SQLITE_OK)
		return cc_fail(cc, cc_sqlite_result(code), "%s", sqlite3_errmsg(cc->db));
	cc->scans = true;
	return CC_OK;
}

int
cc_sqlite_scan(struct cc *cc, const struct cc_table *table, void *row, cc_each_row *each,
    void *ctx, bool *done)
{
	struct scan scan = { .row = row, .each = each, .ctx = ctx };
	const struct cc_table_sql *sql = cc_sql(cc, table);
	struct cc_statement *plain;
	struct cc_text text = { 0 };
	int result = cc_prepare(cc, &plain, sql->tag, sql->scan);

	*done = false;
	if (result == CC_OK && scan_compose(&scan, table, plain->handle, sql, &text)) {
		*done = true;
		if (!cc->scans)
			result = scan_register(cc);
		if (result == CC_OK)
			result = scan_run(cc, &scan, text.data);
	}
	cc_text_free(&text);
	return result;
}
