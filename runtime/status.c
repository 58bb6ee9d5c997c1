/*
 * status.c - cc_status: what of the database is not as the schema declares it.
 *
 * A difference makes the result CC_SCHEMA.  Advice (an index that would help, parents that wait
 * for cc_repair) is told as well and does not.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "catalogue.h"

struct status {
	struct cc *cc;
	const struct cc_table *table;
	struct catalogue columns, indexes, foreign_keys;   /* of the table */
	bool enforced;                 /* foreign keys are */
	uint64_t differences;
};

static void __attribute__((format(printf, 3, 4)))
status_advise(struct status *status, const char *column, const char *format, ...)
{
	char message[400];
	va_list args;

	va_start(args, format);
	vsnprintf(message, sizeof message, format, args);
	va_end(args);
	cc_notice(status->cc, status->table, column, message);
}

#define status_differs(status, ...) \
	((status)->differences++, status_advise((status), __VA_ARGS__))

/* ---- columns ------------------------------------------------------------------------- */

static void
status_type(struct status *status, const char *name, int type, int storage)
{
	size_t row = cc_catalogue_find(&status->columns, name);
	const char *declared;

	if (row == SIZE_MAX) {
		status_differs(status, name, "the column is missing");
		return;
	}
	declared = catalogue_cell(&status->columns, row, 1);
	if (!cc_catalogue_of(status->cc)->fits(declared, type, storage))
		status_differs(status, name, "the column is declared %.100s, which does not fit"
		    " its type", declared);
}

static void
status_columns(struct status *status)
{
	const struct cc_table *table = status->table;

	for (size_t i = 0; i < table->n_fields; i++)
		status_type(status, table->fields[i].name, table->fields[i].type,
		    table->fields[i].storage);
	for (size_t i = 0; i < table->n_columns; i++)
		status_type(status, table->columns[i].name, table->columns[i].type,
		    table->columns[i].storage);
}

/* ---- indexes ------------------------------------------------------------------------- */

static size_t
status_index_end(const struct catalogue *indexes, size_t start)
{
	size_t end = start;

	while (end < indexes->n && strcmp(catalogue_cell(indexes, end, 0),
	    catalogue_cell(indexes, start, 0)) == 0)
		end++;
	return end;
}

/* Where the column stands among rows [start, end) of the indexes, or SIZE_MAX. */
static size_t
status_index_column(const struct catalogue *indexes, size_t start, size_t end, const char *name)
{
	for (size_t i = start; i < end; i++)
		if (catalogue_cell(indexes, i, 2) != NULL &&
		    strcasecmp(catalogue_cell(indexes, i, 2), name) == 0)
			return i;
	return SIZE_MAX;
}

static bool
status_index_has(const struct status *status, size_t start, size_t end, const uint16_t *fields,
    size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (status_index_column(&status->indexes, start, end,
		    status->table->fields[fields[i]].name) == SIZE_MAX)
			return false;
	return true;
}

/* A unique index over exactly these fields; *start is its first row. */
static bool
status_is_unique(const struct status *status, const uint16_t *fields, size_t n, size_t *start)
{
	const struct catalogue *indexes = &status->indexes;
	size_t end;

	for (*start = 0; *start < indexes->n; *start = end) {
		end = status_index_end(indexes, *start);
		if (end - *start == n && strcmp(catalogue_cell(indexes, *start, 1), "1") == 0 &&
		    status_index_has(status, *start, end, fields, n))
			return true;
	}
	return false;
}

/* An index whose first columns are these fields. */
static bool
status_is_indexed(const struct status *status, const uint16_t *fields, size_t n)
{
	const struct catalogue *indexes = &status->indexes;
	size_t end;

	for (size_t start = 0; start < indexes->n; start = end) {
		end = status_index_end(indexes, start);
		if (end - start >= n && status_index_has(status, start, start + n, fields, n))
			return true;
	}
	return false;
}

static void
status_target(struct status *status, const struct cc_target *target)
{
	const char *bytewise = cc_catalogue_of(status->cc)->bytewise;
	const struct cc_table *table = status->table;
	size_t start;

	if (target->n_fields == 0)
		return;
	if (!status_is_unique(status, target->fields, target->n_fields, &start)) {
		status_differs(status, table->fields[target->fields[0]].name,
		    "rows are found by this key, which no unique index enforces");
		return;
	}
	for (size_t i = start; i < start + target->n_fields; i++) {
		const char *collation = catalogue_cell(&status->indexes, i, 3);

		if (collation != NULL && strcasecmp(collation, bytewise) != 0)
			status_differs(status, catalogue_cell(&status->indexes, i, 2),
			    "the key compares by collation %s, and counters by bytes", collation);
	}
}

/* ---- references ---------------------------------------------------------------------- */

static const char *
status_action(int on_delete)
{
	return on_delete == CC_CASCADE ? "CASCADE" : on_delete == CC_SET_NULL ? "SET NULL" :
	    "RESTRICT or NO ACTION";
}

static bool
status_same_action(const char *action, int on_delete)
{
	bool acts = strcmp(action, "CASCADE") == 0 || strcmp(action, "SET NULL") == 0 ||
	    strcmp(action, "SET DEFAULT") == 0;

	if (on_delete == CC_CASCADE || on_delete == CC_SET_NULL)
		return strcmp(action, status_action(on_delete)) == 0;
	return !acts;
}

static bool
status_is_plain(const struct cc_reference *reference)
{
	for (size_t i = 0; i < reference->n_fields && reference->fields != NULL; i++)
		if (reference->fields[i] == CC_NONE)
			return false;
	return reference->fields != NULL && reference->n_fields > 0;
}

/* A foreign key refers to a table of its own database. */
static bool
status_is_beside(const struct cc_table *table, const struct cc_table *parent)
{
	return table->sql_schema == NULL || parent->sql_schema == NULL ||
	    strcasecmp(table->sql_schema, parent->sql_schema) == 0;
}

/* What the foreign key over the reference's columns does on delete, or NULL. */
static const char *
status_foreign_key(const struct status *status, const struct cc_reference *reference)
{
	const struct catalogue *keys = &status->foreign_keys;
	const struct cc_table *parent = &status->cc->schema->tables[reference->parent];
	size_t end;

	for (size_t start = 0; start < keys->n; start = end) {
		size_t found = 0;

		for (end = start; end < keys->n && strcmp(catalogue_cell(keys, end, 0),
		    catalogue_cell(keys, start, 0)) == 0; end++)
			for (size_t i = 0; i < reference->n_fields; i++)
				found += strcasecmp(catalogue_cell(keys, end, 2),
				    status->table->fields[reference->fields[i]].name) == 0;
		if (end - start == reference->n_fields && found == reference->n_fields &&
		    status_is_beside(status->table, parent) &&
		    strcasecmp(catalogue_cell(keys, start, 1), parent->sql_name) == 0)
			return catalogue_cell(keys, start, 3);
	}
	return NULL;
}

static void
status_promise(struct status *status, const struct cc_reference *reference, const char *name,
    const char *action)
{
	if (action == NULL)
		status_differs(status, name, "the schema says what happens on delete, and no"
		    " foreign key to %s does it",
		    status->cc->schema->tables[reference->parent].sql_name);
	else if (!status_same_action(action, reference->on_delete))
		status_differs(status, name, "the foreign key does ON DELETE %s, the schema says"
		    " %s", action, status_action(reference->on_delete));
	else if (!status->enforced)
		status_differs(status, name, "the schema says what happens on delete, but foreign"
		    " keys are not enforced on this connection (PRAGMA foreign_keys)");
}

static void
status_reference(struct status *status, const struct cc_reference *reference)
{
	const char *name, *action;

	if (!status_is_plain(reference))
		return;
	name = status->table->fields[reference->fields[0]].name;
	action = status_foreign_key(status, reference);
	if (reference->enforced)
		status_promise(status, reference, name, action);
	else if (reference->on_delete == CC_NO_PROMISE && action != NULL &&
	    !status_same_action(action, CC_RESTRICT))
		status_differs(status, name, "the database does ON DELETE %s, which the"
		    " schema does not say: rows will leave unseen", action);
	if (!status_is_indexed(status, reference->fields, reference->n_fields))
		status_advise(status, name, "advice: an index on this reference would let single"
		    " parents be recounted without reading the whole table");
}

/* ---- bookkeeping --------------------------------------------------------------------- */

static const struct cc_column *
status_known_column(const struct cc_schema *schema, const char *table, const char *column)
{
	for (size_t t = 0; t < schema->n_tables; t++)
		for (size_t c = 0; c < schema->tables[t].n_columns; c++)
			if (strcasecmp(schema->tables[t].sql_name, table) == 0 &&
			    strcasecmp(schema->tables[t].columns[c].name, column) == 0 &&
			    schema->tables[t].columns[c].kind != CC_TOUCH)
				return &schema->tables[t].columns[c];
	return NULL;
}

static void
status_meta_row(struct status *status, const struct catalogue *meta, size_t row)
{
	const char *table = catalogue_cell(meta, row, 0), *name = catalogue_cell(meta, row, 1);
	const struct cc_column *column = status_known_column(status->cc->schema, table, name);

	if (column == NULL)
		status_differs(status, name, "%.100s.%.100s is recorded as maintained ('%.100s'),"
		    " and this program does not know it", table, name,
		    catalogue_cell(meta, row, 2));
	else if (column->definition_hash != NULL &&
	    strcmp(column->definition_hash, catalogue_cell(meta, row, 3)) != 0)
		status_differs(status, name, "%.60s.%.60s is recorded as '%.100s', and this"
		    " program has '%.100s'", table, name, catalogue_cell(meta, row, 2),
		    column->definition);
}

static int
status_meta(struct status *status)
{
	struct cc *cc = status->cc;
	struct catalogue meta = { 0 };
	int result = cc_catalogue_ask(cc, &meta, "SELECT table_name, column_name, definition,"
	    " definition_hash FROM cc_meta WHERE schema = ?1 ORDER BY table_name, column_name",
	    cc->schema->name, NULL);

	for (size_t i = 0; i < meta.n && result == CC_OK; i++)
		status_meta_row(status, &meta, i);
	for (size_t t = 0; t < cc->schema->n_tables && result == CC_OK; t++) {
		status->table = &cc->schema->tables[t];
		for (size_t c = 0; c < status->table->n_columns; c++) {
			bool there = status->table->columns[c].kind == CC_TOUCH;

			for (size_t i = 0; i < meta.n && !there; i++)
				there = strcasecmp(catalogue_cell(&meta, i, 0),
				    status->table->sql_name) == 0 && strcasecmp(
				    catalogue_cell(&meta, i, 1), status->table->columns[c].name) == 0;
			if (!there)
				status_differs(status, status->table->columns[c].name,
				    "cc_meta does not have the column: run cc_install");
		}
	}
	cc_catalogue_free(&meta);
	return result;
}

static int
status_dirty(struct status *status)
{
	struct cc *cc = status->cc;
	struct catalogue dirty = { 0 };
	int result = cc_catalogue_ask(cc, &dirty, "SELECT table_name, count(*) FROM cc_dirty"
	    " GROUP BY table_name ORDER BY table_name", NULL, NULL);

	for (size_t i = 0; i < dirty.n && result == CC_OK; i++)
		for (size_t t = 0; t < cc->schema->n_tables; t++) {
			status->table = &cc->schema->tables[t];
			if (strcmp(status->table->sql_name, catalogue_cell(&dirty, i, 0)) == 0)
				status_advise(status, NULL, "%s dirty parents: run cc_repair",
				    catalogue_cell(&dirty, i, 1));
		}
	cc_catalogue_free(&dirty);
	return result;
}

/* ---- all of it ----------------------------------------------------------------------- */

static int
status_singleton(struct status *status)
{
	struct cc_statement *st = NULL;
	struct cc_text text = { 0 };
	int result;

	cc_text_add(&text, "SELECT count(*) FROM ");
	cc_text_add(&text, cc_sql(status->cc, status->table)->name);
	result = text.failed ? cc_nomem(status->cc) :
	    cc_prepare_once(status->cc, &st, NULL, text.data);
	if (result == CC_OK)
		result = cc_step(st);
	if (result == CC_ROW && cc_get_int(st, 0) != 1)
		status_differs(status, NULL, "a singleton has one row, this table has %" PRId64,
		    cc_get_int(st, 0));
	cc_finalize(st);
	cc_text_free(&text);
	return result == CC_ROW ? CC_OK : result;
}

static int
status_table(struct status *status)
{
	struct cc *cc = status->cc;
	const struct cc_catalogue *catalogue = cc_catalogue_of(cc);
	const char *name = status->table->sql_name, *database = status->table->sql_schema;
	int result = cc_catalogue_ask(cc, &status->columns, catalogue->columns, name, database);

	if (result == CC_OK && status->columns.n == 0) {
		status_differs(status, NULL, "the table is missing");
		return CC_OK;
	}
	if (result == CC_OK)
		result = cc_catalogue_ask(cc, &status->indexes, catalogue->indexes, name,
		    database);
	if (result == CC_OK)
		result = cc_catalogue_ask(cc, &status->foreign_keys, catalogue->foreign_keys, name,
		    database);
	if (result != CC_OK)
		return result;
	status_columns(status);
	for (size_t i = 0; i < cc->schema->n_targets; i++)
		if (&cc->schema->tables[cc->schema->targets[i].table] == status->table)
			status_target(status, &cc->schema->targets[i]);
	for (size_t i = 0; i < status->table->n_references; i++)
		status_reference(status, &status->table->references[i]);
	return status->table->flags & CC_TABLE_SINGLETON ? status_singleton(status) : CC_OK;
}

static int
status_bookkeeping(struct status *status)
{
	struct catalogue columns = { 0 };
	int result = cc_catalogue_ask(status->cc, &columns, cc_catalogue_of(status->cc)->columns,
	    "cc_meta", NULL);
	bool there = columns.n > 0;

	cc_catalogue_free(&columns);
	status->table = NULL;
	if (result == CC_OK && !there)
		status_differs(status, NULL, "the bookkeeping is missing: run cc_install");
	if (result == CC_OK && there)
		result = status_meta(status);
	if (result == CC_OK && there)
		result = status_dirty(status);
	return result;
}

int
cc_status(struct cc *cc)
{
	struct status status = { .cc = cc };
	struct catalogue on = { 0 };
	int result = cc_enter(cc);

	if (result != CC_OK)
		return result;
	result = cc_catalogue_ask(cc, &on, cc_catalogue_of(cc)->foreign_keys_on, NULL, NULL);
	status.enforced = on.n > 0 && strcmp(catalogue_cell(&on, 0, 0), "1") == 0;
	cc_catalogue_free(&on);
	for (size_t t = 0; t < cc->schema->n_tables && result == CC_OK; t++) {
		status.table = &cc->schema->tables[t];
		result = status_table(&status);
	}
	if (result == CC_OK)
		result = status_bookkeeping(&status);
	cc_catalogue_free(&status.columns);
	cc_catalogue_free(&status.indexes);
	cc_catalogue_free(&status.foreign_keys);
	if (result == CC_OK && status.differences > 0)
		return cc_fail(cc, CC_SCHEMA, "%" PRIu64 " differences between the database and"
		    " schema %s", status.differences, cc->schema->name);
	return result;
}
