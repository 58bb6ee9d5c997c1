/*
 * operations.c - one random insert, update or delete: by a verb, or by the application's own SQL and
 * the hook that belongs to it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "live.h"

enum { MANY = 3, ROW_SIZE = 1024 };

/* A hook or verb that must do its work. */
static void
must(struct life *life, const char *what, const struct cc_table *table, int result)
{
	life_trace(what, table->name, result);
	if (result != CC_OK)
		life_fail(life, "%s %s: %s: %s", what, table->name, cc_result_name(result),
		    cc_errmsg(life->cc));
}

/* A verb: false where the database or the library refused it. */
static bool
took(struct life *life, const char *what, const struct cc_table *table, int result)
{
	life_trace("verb", what, result);
	if (result == CC_CONSTRAINT || result == CC_MISUSE || result == CC_NOTFOUND) {
		life->refused++;
		return false;
	}
	must(life, what, table, result);
	life->writes += result == CC_OK;
	return result == CC_OK;
}

/* ---- rows ------------------------------------------------------------------------------------- */

/* Any row, 0: there is none. */
static int64_t
any_row(struct life *life, const struct cc_table *table)
{
	int64_t n = life_number(life, "SELECT count(*) FROM \"%w\"", table->sql_name);

	return n == 0 ? 0 : life_number(life, "SELECT rowid FROM \"%w\" ORDER BY rowid LIMIT 1 OFFSET %u",
	    table->sql_name, life_pick(life, (size_t)n));
}

/* The primary key of a row; text lives in `text`. */
static void
key_of(struct life *life, const struct cc_table *table, int64_t row, union cc_part *key,
    char text[CC_KEY_PARTS][64])
{
	for (int i = 0; i < table->n_key; i++) {
		const struct cc_field *field = &table->fields[table->key[i]];
		char *sql = sqlite3_mprintf("SELECT \"%w\" FROM \"%w\" WHERE rowid = %lld", field->name,
		    table->sql_name, row);
		sqlite3_stmt *st = NULL;

		if (sqlite3_prepare_v2(life->db, sql, -1, &st, NULL) != SQLITE_OK ||
		    sqlite3_step(st) != SQLITE_ROW)
			life_fail(life, "%s: %s", sql, sqlite3_errmsg(life->db));
		else if (field->type == CC_TEXT) {
			snprintf(text[i], 64, "%s", (const char *)sqlite3_column_text(st, 0));
			key[i].s = text[i];
		} else
			key[i].i = sqlite3_column_int64(st, 0);
		sqlite3_finalize(st);
		sqlite3_free(sql);
	}
}

/* The row's struct, as the application would hold it. */
static void
load(struct life *life, const struct cc_table *table, int64_t row, void *out)
{
	char text[CC_KEY_PARTS][64];
	union cc_part key[CC_KEY_PARTS];

	key_of(life, table, row, key, text);
	must(life, "load", table, cc_row_load_for_update(life->cc, table, key, out));
}

/* ---- fields -------------------------------------------------------------------------------- */

static bool
is_key(const struct cc_table *table, int field)
{
	for (int i = 0; i < table->n_key; i++)
		if (table->key[i] == field)
			return true;
	return false;
}

/* Our own SQL must not close a circle: verbs refuse to. */
static bool
names_own_table(const struct cc_table *table, int field)
{
	for (int k = 0; k < table->n_references; k++)
		for (int i = 0; i < table->references[k].n_fields; i++)
			if (table->references[k].fields[i] == field &&
			    &SCHEMA.tables[table->references[k].parent] == table)
				return true;
	return false;
}

/* Whether other rows hang on rows of the table: then a delete is announced. */
static bool
hung_on(const struct cc_table *table)
{
	for (size_t t = 0; t < SCHEMA.n_tables; t++)
		for (int k = 0; k < SCHEMA.tables[t].n_references; k++)
			if (&SCHEMA.tables[SCHEMA.tables[t].references[k].parent] == table)
				return true;
	return table->n_roles > 0 || table->n_columns > 0;
}

static size_t
field_size(const struct cc_field *field)
{
	static const size_t plain[] = { [CC_BOOL] = sizeof(bool), [CC_INT16] = sizeof(int16_t),
		[CC_INT32] = sizeof(int32_t), [CC_INT64] = sizeof(int64_t), [CC_FLOAT32] = sizeof(float),
		[CC_FLOAT64] = sizeof(double), [CC_TIMESTAMP] = sizeof(int64_t),
		[CC_DATE] = sizeof(int32_t) };
	static const size_t nullable[] = { [CC_BOOL] = sizeof(struct cc_bool),
		[CC_INT16] = sizeof(struct cc_int16), [CC_INT32] = sizeof(struct cc_int32),
		[CC_INT64] = sizeof(struct cc_int64), [CC_FLOAT32] = sizeof(struct cc_float32),
		[CC_FLOAT64] = sizeof(struct cc_float64), [CC_TIMESTAMP] = sizeof(struct cc_int64),
		[CC_DATE] = sizeof(struct cc_int32) };

	if (field->type >= CC_DECIMAL && field->type <= CC_JSONB)
		return sizeof(char *);
	return field->flags & CC_FIELD_NULLABLE ? nullable[field->type] : plain[field->type];
}

/* A field of one row struct as it is in another. */
static void
take(const struct cc_field *field, void *to, const void *from)
{
	memcpy((char *)to + field->offset, (const char *)from + field->offset, field_size(field));
}

/* SQL for another row's value in a field; now and then NULL, or a key that is not there. */
static char *
another(struct life *life, const struct cc_table *table, const struct cc_field *field)
{
	if (field->flags & CC_FIELD_NULLABLE && life_pick(life, 6) == 0)
		return sqlite3_mprintf("NULL");
	return sqlite3_mprintf("(SELECT \"%w\" FROM \"%w\" WHERE rowid = %lld)", field->name,
	    table->sql_name, any_row(life, table));
}

/* ---- inserts -------------------------------------------------------------------------------- */

/* A number that no row has; a part of a key of several is another row's. */
static char *
new_key(struct life *life, const struct cc_table *table, const struct cc_field *field)
{
	if (table->n_key > 1)
		return another(life, table, field);
	if (field->type == CC_TEXT)
		return sqlite3_mprintf("'new %u'", life_pick(life, 1000000));
	return sqlite3_mprintf("(SELECT max(\"%w\") + 1 FROM \"%w\")", field->name, table->sql_name);
}

/* By the application's own SQL: a row like others.  0: refused. */
static int64_t
write_row(struct life *life, const struct cc_table *table)
{
	char *names = sqlite3_mprintf(""), *values = sqlite3_mprintf("");
	bool good;

	for (int i = 0; i < table->n_fields; i++) {
		const struct cc_field *field = &table->fields[i];
		char *value = is_key(table, i) ? new_key(life, table, field)
		    : another(life, table, field);

		names = sqlite3_mprintf("%z%s\"%w\"", names, i == 0 ? "" : ", ", field->name);
		values = sqlite3_mprintf("%z%s%z", values, i == 0 ? "" : ", ", value);
	}
	good = life_run(life, "INSERT INTO \"%w\" (%s) VALUES (%s)", table->sql_name, names, values);
	sqlite3_free(names);
	sqlite3_free(values);
	return good ? sqlite3_last_insert_rowid(life->db) : 0;
}

static void
insert(struct life *life, const struct cc_table *table)
{
	_Alignas(max_align_t) char rows[MANY * ROW_SIZE];
	size_t n = !hung_on(table) && life_pick(life, 4) == 0 ? MANY : 1, written = 0;

	for (size_t i = 0; i < n; i++) {
		int64_t row = write_row(life, table);

		if (row != 0)
			load(life, table, row, rows + written++ * table->row_size);
	}
	if (written == 1)
		must(life, "inserted", table, cc_row_inserted(life->cc, table, rows));
	else if (written > 1)
		must(life, "inserted_many", table, cc_rows_inserted(life->cc, table, rows, written));
}

/* The row is written, read and deleted again, to have a struct that the verb may insert. */
static void
insert_verb(struct life *life, const struct cc_table *table)
{
	_Alignas(max_align_t) char row[ROW_SIZE];
	int64_t written = write_row(life, table);

	if (written == 0)
		return;
	load(life, table, written, row);
	life_run(life, "DELETE FROM \"%w\" WHERE rowid = %lld", table->sql_name, written);
	took(life, "insert", table, cc_row_insert(life->cc, table, row));
}

/* ---- updates -------------------------------------------------------------------------------- */

/* By the application's own SQL. */
static bool
change(struct life *life, const struct cc_table *table, int64_t row)
{
	char *set = sqlite3_mprintf("");
	bool good, any = false;

	for (int n = 1 + (int)life_pick(life, 3); n > 0; n--) {
		int i = (int)life_pick(life, table->n_fields);
		const struct cc_field *field = &table->fields[i];

		if (is_key(table, i) || names_own_table(table, i))
			continue;
		set = sqlite3_mprintf("%z%s\"%w\" = %z", set, any ? ", " : "", field->name,
		    another(life, table, field));
		any = true;
	}
	good = any && life_run(life, "UPDATE \"%w\" SET %s WHERE rowid = %lld", table->sql_name, set, row);
	sqlite3_free(set);
	return good;
}

static void
update(struct life *life, const struct cc_table *table)
{
	_Alignas(max_align_t) char before[MANY * ROW_SIZE], after[MANY * ROW_SIZE];
	size_t n = !hung_on(table) && life_pick(life, 4) == 0 ? MANY : 1, written = 0, size = table->row_size;
	int64_t rows[MANY];

	for (size_t i = 0; i < n; i++) {
		bool met = false;

		rows[i] = any_row(life, table);
		for (size_t k = 0; k < i; k++)
			met = met || rows[k] == rows[i];
		if (met || rows[i] == 0)
			continue;
		load(life, table, rows[i], before + written * size);
		if (change(life, table, rows[i]))
			load(life, table, rows[i], after + written++ * size);
	}
	if (written == 1)
		must(life, "updated", table, cc_row_updated(life->cc, table, before, after));
	else if (written > 1)
		must(life, "updated_many", table, cc_rows_updated(life->cc, table, before, after, written));
}

static void
update_verb(struct life *life, const struct cc_table *table)
{
	_Alignas(max_align_t) char row[ROW_SIZE], other[ROW_SIZE];
	char text[CC_KEY_PARTS][64];
	union cc_part key[CC_KEY_PARTS];
	int64_t number = any_row(life, table), from = any_row(life, table);
	int field = (int)life_pick(life, table->n_fields);

	if (number == 0)
		return;
	load(life, table, number, row);
	load(life, table, from, other);
	key_of(life, table, number, key, text);
	if (life_pick(life, 2) == 0 && !is_key(table, field)) {
		took(life, "set", table, cc_row_set(life->cc, table, key, (uint16_t)field,
		    other + table->fields[field].offset));
		return;
	}
	for (int i = 0; i < table->n_fields; i++)
		if (!is_key(table, i) && life_pick(life, 2) == 0)
			take(&table->fields[i], row, other);
	if (table->n_fields > table->n_key)
		took(life, "update", table, cc_row_update(life->cc, table, row));
}

/* ---- deletes --------------------------------------------------------------------------------- */

static void
delete(struct life *life, const struct cc_table *table)
{
	_Alignas(max_align_t) char rows[MANY * ROW_SIZE];
	char text[CC_KEY_PARTS][64];
	union cc_part key[CC_KEY_PARTS];
	size_t n = life_pick(life, 3) == 0 ? MANY : 1, gone = 0;
	int64_t row;

	if (hung_on(table)) {
		row = any_row(life, table);
		if (row == 0)
			return;
		key_of(life, table, row, key, text);
		must(life, "deleting", table, cc_row_deleting(life->cc, table, key));
		life_run(life, "DELETE FROM \"%w\" WHERE rowid = %lld", table->sql_name, row);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		row = any_row(life, table);
		if (row == 0)
			break;
		load(life, table, row, rows + gone++ * table->row_size);
		life_run(life, "DELETE FROM \"%w\" WHERE rowid = %lld", table->sql_name, row);
	}
	if (gone == 1)
		must(life, "deleted", table, cc_row_deleted(life->cc, table, rows));
	else if (gone > 1)
		must(life, "deleted_many", table, cc_rows_deleted(life->cc, table, rows, gone));
}

static void
delete_verb(struct life *life, const struct cc_table *table)
{
	char text[CC_KEY_PARTS][64];
	union cc_part key[CC_KEY_PARTS];
	int64_t row = any_row(life, table);

	if (row == 0)
		return;
	key_of(life, table, row, key, text);
	took(life, "delete", table, cc_row_delete(life->cc, table, key));
}

/* All rows that name what a row names, set or deleted by one call. */
static void
bulk(struct life *life, const struct cc_table *table)
{
	_Alignas(max_align_t) char row[ROW_SIZE], other[ROW_SIZE];
	const struct cc_reference *by;
	union cc_part key[CC_KEY_PARTS], given[CC_KEY_PARTS];
	int64_t number = any_row(life, table), n;
	uint16_t reference, field = (uint16_t)life_pick(life, table->n_fields);

	if (number == 0 || table->n_references == 0)
		return;
	reference = (uint16_t)life_pick(life, table->n_references);
	by = &table->references[reference];
	for (int i = 0; i < by->n_fields; i++)
		if (by->fields[i] == CC_NONE)
			return;
	load(life, table, number, row);
	if (!by->key(row, given))
		return;
	memcpy(key, given, sizeof key);
	if (life_pick(life, 4) == 0) {
		took(life, "delete_where", table, cc_rows_delete(life->cc, table, reference, key, &n));
	} else if (!is_key(table, field) && !names_own_table(table, field)) {
		load(life, table, any_row(life, table), other);
		took(life, "set_where", table, cc_rows_set(life->cc, table, reference, key, field,
		    other + table->fields[field].offset, &n));
	}
}

/* ---- any of them -------------------------------------------------------------------------------- */

void
life_operation(struct life *life)
{
	const struct cc_table *table = &SCHEMA.tables[life_pick(life, SCHEMA.n_tables)];
	int64_t n = life_number(life, "SELECT count(*) FROM \"%w\"", table->sql_name);
	unsigned kind = life_pick(life, 100);

	if (n == 0)
		return;
	if (n < 5 || kind < 20)
		insert(life, table);
	else if (kind < 32)
		insert_verb(life, table);
	else if (kind < 55)
		update(life, table);
	else if (kind < 72)
		update_verb(life, table);
	else if (kind < 81)
		delete(life, table);
	else if (kind < 89)
		delete_verb(life, table);
	else if (kind < 92)
		bulk(life, table);
	else
		life_run(life, "SELECT 1");
}
