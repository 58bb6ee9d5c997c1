/*
 * live.c - a random life of a real application, through its hooks and verbs.
 *
 * live DB RECOUNT.sql LIFE.sql SEED STEPS MOMENT: DB holds the application's tables with rows in them, and
 * what install.sql adds.  Each step is a transaction of random inserts, updates and deletes, some
 * of them rolled back; after it, the view that RECOUNT.sql makes (the application's own SQL) must
 * find every maintained column right, and nothing may be marked dirty.  now() is MOMENT.  Columns
 * that never fall are above or, where rows moved, below it: they must not fall.  LIFE.sql makes a
 * view `otherwise` of what the application's SQL can say only with data that it keeps itself.
 *
 * Values are those of other rows, so that keys are mostly there and conditions flip; what the
 * database refuses (unique keys) has not happened.  Columns that only recounts write are left out.
 */
#include <inttypes.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ccrt.h"
#include "ccrt_schema.h"

enum { MANY = 3, ROW_SIZE = 1024 };

struct life {
	sqlite3 *db;
	struct cc *cc;
	uint64_t random;
	int64_t moment;
	int step, writes, refused;
	bool failed;
	sqlite3_stmt *wrong, *fallen;
};

extern const struct cc_schema SCHEMA;

static unsigned
pick(struct life *life, size_t n)
{
	life->random ^= life->random << 13;
	life->random ^= life->random >> 7;
	life->random ^= life->random << 17;
	return (unsigned)((life->random * UINT64_C(0x2545F4914F6CDD1D) >> 33) % n);
}

static void
fail(struct life *life, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	printf("# step %d: ", life->step);
	vprintf(format, args);
	printf("\n");
	va_end(args);
	life->failed = true;
}

/* With TRACE in the environment: what is done. */
static void
trace(const char *what, const char *of, int result)
{
	if (getenv("TRACE") != NULL)
		printf("# %s %s: %s\n", what, of, cc_result_name(result));
}

/* A hook or verb that must do its work. */
static void
must(struct life *life, const char *what, const struct cc_table *table, int result)
{
	trace(what, table->name, result);
	if (result != CC_OK)
		fail(life, "%s %s: %s: %s", what, table->name, cc_result_name(result),
		    cc_errmsg(life->cc));
}

/* A verb: false where the database or the library refused it. */
static bool
took(struct life *life, const char *what, const struct cc_table *table, int result)
{
	trace("verb", what, result);
	if (result == CC_CONSTRAINT || result == CC_MISUSE || result == CC_NOTFOUND) {
		life->refused++;
		return false;
	}
	must(life, what, table, result);
	life->writes += result == CC_OK;
	return result == CC_OK;
}

/* ---- the database ---------------------------------------------------------------------- */

/* Runs printf's SQL; false: the database refused it. */
static bool
run(struct life *life, const char *format, ...)
{
	va_list args;
	char *sql;
	int rc;

	va_start(args, format);
	sql = sqlite3_vmprintf(format, args);
	va_end(args);
	rc = sqlite3_exec(life->db, sql, NULL, NULL, NULL);
	if (rc != SQLITE_OK && rc != SQLITE_CONSTRAINT)
		fail(life, "%s: %s", sql, sqlite3_errmsg(life->db));
	trace("run", sql, rc == SQLITE_OK ? CC_OK : CC_CONSTRAINT);
	life->refused += rc == SQLITE_CONSTRAINT;
	life->writes += rc == SQLITE_OK;
	sqlite3_free(sql);
	return rc == SQLITE_OK;
}

static int64_t
number(struct life *life, const char *format, ...)
{
	sqlite3_stmt *st = NULL;
	int64_t value = 0;
	va_list args;
	char *sql;

	va_start(args, format);
	sql = sqlite3_vmprintf(format, args);
	va_end(args);
	if (sqlite3_prepare_v2(life->db, sql, -1, &st, NULL) != SQLITE_OK)
		fail(life, "%s: %s", sql, sqlite3_errmsg(life->db));
	else if (sqlite3_step(st) == SQLITE_ROW)
		value = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	sqlite3_free(sql);
	return value;
}

/* Any row, 0: there is none. */
static int64_t
any_row(struct life *life, const struct cc_table *table)
{
	int64_t n = number(life, "SELECT count(*) FROM \"%w\"", table->sql_name);

	return n == 0 ? 0 : number(life, "SELECT rowid FROM \"%w\" ORDER BY rowid LIMIT 1 OFFSET %u",
	    table->sql_name, pick(life, (size_t)n));
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
			fail(life, "%s: %s", sql, sqlite3_errmsg(life->db));
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
	if (field->flags & CC_FIELD_NULLABLE && pick(life, 6) == 0)
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
		return sqlite3_mprintf("'new %u'", pick(life, 1000000));
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
	good = run(life, "INSERT INTO \"%w\" (%s) VALUES (%s)", table->sql_name, names, values);
	sqlite3_free(names);
	sqlite3_free(values);
	return good ? sqlite3_last_insert_rowid(life->db) : 0;
}

static void
insert(struct life *life, const struct cc_table *table)
{
	_Alignas(max_align_t) char rows[MANY * ROW_SIZE];
	size_t n = !hung_on(table) && pick(life, 4) == 0 ? MANY : 1, written = 0;

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
	run(life, "DELETE FROM \"%w\" WHERE rowid = %lld", table->sql_name, written);
	took(life, "insert", table, cc_row_insert(life->cc, table, row));
}

/* ---- updates -------------------------------------------------------------------------------- */

/* By the application's own SQL. */
static bool
change(struct life *life, const struct cc_table *table, int64_t row)
{
	char *set = sqlite3_mprintf("");
	bool good, any = false;

	for (int n = 1 + (int)pick(life, 3); n > 0; n--) {
		int i = (int)pick(life, table->n_fields);
		const struct cc_field *field = &table->fields[i];

		if (is_key(table, i) || names_own_table(table, i))
			continue;
		set = sqlite3_mprintf("%z%s\"%w\" = %z", set, any ? ", " : "", field->name,
		    another(life, table, field));
		any = true;
	}
	good = any && run(life, "UPDATE \"%w\" SET %s WHERE rowid = %lld", table->sql_name, set, row);
	sqlite3_free(set);
	return good;
}

static void
update(struct life *life, const struct cc_table *table)
{
	_Alignas(max_align_t) char before[MANY * ROW_SIZE], after[MANY * ROW_SIZE];
	size_t n = !hung_on(table) && pick(life, 4) == 0 ? MANY : 1, written = 0, size = table->row_size;
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
	int field = (int)pick(life, table->n_fields);

	if (number == 0)
		return;
	load(life, table, number, row);
	load(life, table, from, other);
	key_of(life, table, number, key, text);
	if (pick(life, 2) == 0 && !is_key(table, field)) {
		took(life, "set", table, cc_row_set(life->cc, table, key, (uint16_t)field,
		    other + table->fields[field].offset));
		return;
	}
	for (int i = 0; i < table->n_fields; i++)
		if (!is_key(table, i) && pick(life, 2) == 0)
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
	size_t n = pick(life, 3) == 0 ? MANY : 1, gone = 0;
	int64_t row;

	if (hung_on(table)) {
		row = any_row(life, table);
		if (row == 0)
			return;
		key_of(life, table, row, key, text);
		must(life, "deleting", table, cc_row_deleting(life->cc, table, key));
		run(life, "DELETE FROM \"%w\" WHERE rowid = %lld", table->sql_name, row);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		row = any_row(life, table);
		if (row == 0)
			break;
		load(life, table, row, rows + gone++ * table->row_size);
		run(life, "DELETE FROM \"%w\" WHERE rowid = %lld", table->sql_name, row);
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
	uint16_t reference, field = (uint16_t)pick(life, table->n_fields);

	if (number == 0 || table->n_references == 0)
		return;
	reference = (uint16_t)pick(life, table->n_references);
	by = &table->references[reference];
	for (int i = 0; i < by->n_fields; i++)
		if (by->fields[i] == CC_NONE)
			return;
	load(life, table, number, row);
	if (!by->key(row, given))
		return;
	memcpy(key, given, sizeof key);
	if (pick(life, 4) == 0) {
		took(life, "delete_where", table, cc_rows_delete(life->cc, table, reference, key, &n));
	} else if (!is_key(table, field) && !names_own_table(table, field)) {
		load(life, table, any_row(life, table), other);
		took(life, "set_where", table, cc_rows_set(life->cc, table, reference, key, field,
		    other + table->fields[field].offset, &n));
	}
}

/* ---- transactions ------------------------------------------------------------------------------ */

static void
operation(struct life *life)
{
	const struct cc_table *table = &SCHEMA.tables[pick(life, SCHEMA.n_tables)];
	int64_t n = number(life, "SELECT count(*) FROM \"%w\"", table->sql_name);
	unsigned kind = pick(life, 100);

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
		run(life, "SELECT 1");
}

static void
transaction(struct life *life)
{
	bool saved = pick(life, 5) == 0;
	int result = cc_begin(life->cc);

	if (result != CC_OK)
		fail(life, "cc_begin: %s", cc_errmsg(life->cc));
	for (int n = 1 + (int)pick(life, 6); n > 0 && !life->failed; n--)
		operation(life);
	if (saved && !life->failed) {
		cc_savepoint(life->cc, "s");
		operation(life);
		result = pick(life, 2) == 0 ? cc_rollback_to(life->cc, "s") : CC_OK;
		if (result != CC_OK || cc_release(life->cc, "s") != CC_OK)
			fail(life, "savepoint: %s", cc_errmsg(life->cc));
	}
	if (pick(life, 6) == 0)
		trace("end", "cc_rollback", result = cc_rollback(life->cc));
	else
		trace("end", "cc_commit", result = cc_commit(life->cc));
	if (result != CC_OK)
		fail(life, "end of transaction: %s", cc_errmsg(life->cc));
}

/* ---- what must hold ----------------------------------------------------------------------------- */

static bool
only_recounts_write(const char *table, const char *column)
{
	for (size_t t = 0; t < SCHEMA.n_tables; t++)
		for (int c = 0; c < SCHEMA.tables[t].n_columns; c++)
			if (strcmp(SCHEMA.tables[t].sql_name, table) == 0 &&
			    strcmp(SCHEMA.tables[t].columns[c].name, column) == 0)
				return (SCHEMA.tables[t].columns[c].flags & CC_COLUMN_BATCH) != 0;
	return false;
}

static void
check(struct life *life, bool all)
{
	sqlite3_stmt *st = life->wrong;
	int shown = 0;

	sqlite3_bind_int(st, 1, !all);
	while (sqlite3_step(st) == SQLITE_ROW) {
		const char *table = (const char *)sqlite3_column_text(st, 1);
		const char *column = (const char *)sqlite3_column_text(st, 2);

		if ((!all && only_recounts_write(table, column)) || shown++ > 5)
			continue;
		fail(life, "%s %s.%s%s is %s, should be %s", sqlite3_column_text(st, 0), table, column,
		    sqlite3_column_text(st, 3), sqlite3_column_text(st, 4), sqlite3_column_text(st, 5));
	}
	if (sqlite3_reset(st) != SQLITE_OK)
		fail(life, "%s", sqlite3_errmsg(life->db));
	while (sqlite3_step(life->fallen) == SQLITE_ROW)
		fail(life, "%s%s has fallen", sqlite3_column_text(life->fallen, 0),
		    sqlite3_column_text(life->fallen, 1));
	sqlite3_reset(life->fallen);
	life->writes -= run(life, "DELETE FROM held");
	life->writes -= run(life, "INSERT INTO held SELECT id, key, stored FROM recount WHERE at_least");
	if (number(life, "SELECT count(*) FROM cc_dirty") != 0)
		fail(life, "parents are marked dirty");
}

static int64_t
tell_time(void *ctx)
{
	return ((const struct life *)ctx)->moment;
}

static char *
content(const char *path)
{
	FILE *file = fopen(path, "rb");
	char *text = calloc(1, 1 << 20);

	if (file == NULL || text == NULL || fread(text, 1, (1 << 20) - 1, file) == 0)
		exit(2);
	fclose(file);
	return text;
}

static void
open_all(struct life *life, const char *db, const char *recount, const char *otherwise)
{
	static const char wrong[] = "SELECT id, \"table\", \"column\", key, stored, actual FROM"
	    " (SELECT * FROM recount WHERE id NOT IN (SELECT id FROM otherwise) UNION ALL"
	    " SELECT * FROM otherwise) WHERE stored IS NOT actual AND NOT (at_least AND (stored > actual OR ?1))";
	static const char fallen[] = "SELECT r.id, r.key FROM recount AS r JOIN held AS h"
	    " ON h.id = r.id AND h.key = r.key WHERE r.at_least AND r.stored < h.stored";
	struct cc_options options = { .flags = CC_UNINSTALLED, .clock = tell_time,
		.clock_ctx = life };
	char *sql = content(recount), *more = content(otherwise);

	if (sqlite3_open(db, &life->db) != SQLITE_OK || !run(life, "%s", sql) ||
	    !run(life, "%s", more) || !run(life, "CREATE TEMP TABLE held (id, key, stored)") ||
	    sqlite3_prepare_v2(life->db, wrong, -1, &life->wrong, NULL) != SQLITE_OK ||
	    sqlite3_prepare_v2(life->db, fallen, -1, &life->fallen, NULL) != SQLITE_OK)
		fail(life, "%s", sqlite3_errmsg(life->db));
	free(sql);
	free(more);
	/* The last sweep was when the script ran: long after this life. */
	run(life, "DELETE FROM cc_window");
	if (cc_open_sqlite(&life->cc, life->db, &SCHEMA, &options) != CC_OK ||
	    cc_install(life->cc) != CC_OK)
		fail(life, "cc_open_sqlite: %s", cc_errmsg(life->cc));
}

int
main(int argc, char **argv)
{
	struct life life = { 0 };
	int steps, result;

	if (argc != 7)
		return 2;
	setvbuf(stdout, NULL, _IOLBF, 0);
	life.random = strtoull(argv[4], NULL, 10) * UINT64_C(0x9E3779B97F4A7C15) + 1;
	steps = atoi(argv[5]);
	life.moment = strtoll(argv[6], NULL, 10);
	open_all(&life, argv[1], argv[2], argv[3]);
	if (!life.failed && (result = cc_reconcile(life.cc, &(struct cc_recount_options){
	    .moment = life.moment }, NULL)) != CC_OK)
		fail(&life, "cc_reconcile: %s: %s", cc_result_name(result), cc_errmsg(life.cc));
	check(&life, true);
	while (!life.failed && life.step < steps) {
		life.step++;
		transaction(&life);
		if (!life.failed)
			check(&life, false);
	}
	printf("# %d writes, %d refused\n", life.writes, life.refused);
	if (life.refused > life.writes)
		fail(&life, "nearly everything is refused");
	sqlite3_finalize(life.wrong);
	sqlite3_finalize(life.fallen);
	cc_close(life.cc);
	sqlite3_close(life.db);
	return life.failed;
}
