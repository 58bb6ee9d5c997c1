/*
 * sqlite_open.c - opens a handle on an SQLite connection and looks whether the database fits.
 *
 * What the schema declares must be there, and a maintained column must have an affinity that
 * keeps its values; a count that is kept as text would never be found wrong by anyone else.
 * The rest (collations, foreign keys that are off) is told as a notice.
 */
#include "catalogue.h"
#include "cc_sqlite.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int
sqlite_column(struct cc *cc, const struct cc_table *table, const char *name, const char **type,
    const char **collation)
{
	int code = sqlite3_table_column_metadata(cc->db, table->sql_schema, table->sql_name, name,
	    type, collation, NULL, NULL, NULL);

	if (code == SQLITE_OK)
		return CC_OK;
	if (code == SQLITE_NOMEM)
		return cc_nomem(cc);
	if (code != SQLITE_ERROR)
		return cc_fail(cc, CC_BUSY, "%s", sqlite3_errmsg(cc->db));
	if (sqlite3_table_column_metadata(cc->db, table->sql_schema, table->sql_name, NULL, NULL,
	    NULL, NULL, NULL, NULL) != SQLITE_OK)
		return cc_fail(cc, CC_SCHEMA, "there is no table %s", table->sql_name);
	return cc_fail(cc, CC_SCHEMA, "table %s has no column %s", table->sql_name, name);
}

static int
sqlite_check_columns(struct cc *cc, const struct cc_table *table)
{
	const char *type, *collation;

	for (size_t i = 0; i < table->n_columns; i++) {
		const struct cc_column *column = &table->columns[i];
		int result = sqlite_column(cc, table, column->name, &type, &collation);

		if (result != CC_OK)
			return result;
		if (!cc_catalogue_sqlite.fits(type, column->type, column->storage))
			return cc_fail(cc, CC_SCHEMA, "column %s of table %s has the type '%s',"
			    " which does not keep its values", column->name,
			    table->sql_name, type);
	}
	return CC_OK;
}

static void
sqlite_check_collation(struct cc *cc, const struct cc_table *table, const char *column,
    const char *collation)
{
	char message[200];

	if (collation == NULL || sqlite3_stricmp(collation, "BINARY") == 0)
		return;
	snprintf(message, sizeof message, "the key has the collation %s: keys that it takes for"
	    " equal are different ones here", collation);
	cc_notice(cc, table, column, message);
}

static bool
sqlite_is_key(const struct cc *cc, const struct cc_table *table, size_t field)
{
	for (size_t i = 0; i < table->n_key; i++)
		if (table->key[i] == field)
			return true;
	for (size_t i = 0; i < cc->schema->n_targets; i++)
		for (size_t k = 0; cc->pools[i].table == table &&
		    k < cc->pools[i].target->n_fields; k++)
			if (cc->pools[i].target->fields[k] == field)
				return true;
	return false;
}

static int
sqlite_check_fields(struct cc *cc, const struct cc_table *table)
{
	const char *type, *collation;

	for (size_t i = 0; i < table->n_fields; i++) {
		int result = sqlite_column(cc, table, table->fields[i].name, &type, &collation);

		if (result != CC_OK)
			return result;
		if (sqlite_is_key(cc, table, i))
			sqlite_check_collation(cc, table, table->fields[i].name, collation);
	}
	return CC_OK;
}

/* A literal default that is not the value for no rows must be put right in each new row. */
static bool
sqlite_default_differs(const struct cc_column *column, const char *text)
{
	char *end;
	double value, base = cc_column_is_float(column) ? column->base.f :
	    (double)column->base.i;
	int64_t units;

	if (text == NULL)
		return base < 0 || base > 0;
	if (column->type == CC_DECIMAL && column->storage != CC_UNITS) {
		char digits[40];
		size_t n = strlen(text);

		if (n < 2 || n > sizeof digits || (text[0] != '\'' && text[0] != '"'))
			return !cc_decimal_parse(text, column->scale, &units) ||
			    units != column->base.i;
		memcpy(digits, text + 1, n - 2);
		digits[n - 2] = '\0';
		return !cc_decimal_parse(digits, column->scale, &units) ||
		    units != column->base.i;
	}
	value = strtod(text, &end);
	return end == text || *end != '\0' || value < base || value > base;
}

static int
sqlite_check_defaults(struct cc *cc, const struct cc_table *table, struct cc_holder *holder)
{
	struct cc_statement *st;
	int result = cc_prepare(cc, &st, NULL,
	    "SELECT name, dflt_value FROM pragma_table_info(?1, ?2)");

	if (result != CC_OK)
		return result;
	cc_bind_text(st, 1, table->sql_name);
	cc_bind_text(st, 2, table->sql_schema);
	while ((result = cc_step(st)) == CC_ROW) {
		const char *name = cc_get_text(st, 0), *text = cc_get_text(st, 1);

		for (size_t i = 0; name != NULL && i < table->n_columns; i++)
			if (table->columns[i].kind == CC_LINEAR &&
			    sqlite3_stricmp(name, table->columns[i].name) == 0 &&
			    sqlite_default_differs(&table->columns[i], text))
				holder->recount_inserted = true;
	}
	cc_reset(st);
	return result;
}

static int
sqlite_check_foreign_keys(struct cc *cc)
{
	struct cc_statement *st;
	bool on = false, promised = false;
	int result = cc_prepare(cc, &st, NULL, "PRAGMA foreign_keys");

	if (result != CC_OK)
		return result;
	result = cc_step(st);
	if (result == CC_ROW)
		on = cc_get_int(st, 0) != 0;
	cc_reset(st);
	for (size_t i = 0; i < cc->schema->n_tables; i++)
		promised |= cc->holders[i].referred;
	if (promised && !on)
		cc_notice(cc, NULL, NULL, "on delete cascade or set null is declared, but PRAGMA"
		    " foreign_keys is off: the database does neither");
	return result == CC_ROW ? CC_OK : result;
}

static int
sqlite_check(struct cc *cc)
{
	int result = CC_OK;

	for (size_t i = 0; result == CC_OK && i < cc->schema->n_tables; i++) {
		const struct cc_table *table = &cc->schema->tables[i];

		result = sqlite_check_fields(cc, table);
		if (result == CC_OK)
			result = sqlite_check_columns(cc, table);
		if (result == CC_OK && table->n_columns > 0)
			result = sqlite_check_defaults(cc, table, &cc->holders[i]);
		if (result == CC_OK && table->flags & CC_TABLE_SINGLETON)
			result = cc_check_singleton(cc, table);
	}
	return result == CC_OK ? sqlite_check_foreign_keys(cc) : result;
}

int
cc_open_sqlite(struct cc **out, struct sqlite3 *db, const struct cc_schema *schema,
    const struct cc_options *options)
{
	struct cc *cc = cc_new(schema, schema->sqlite, options);
	int result;

	*out = cc;
	if (cc == NULL)
		return CC_NOMEM;
	cc->db = db;
	result = cc_check_schema(cc, "SQLite");
	if (result != CC_OK)
		return result;
	result = cc_prepare_schema(cc);
	cc->engine = &cc_engine_sqlite;
	cc_sqlite_hooks(cc);
	if (result == CC_OK)
		cc_update_open(cc);
	if (result == CC_OK && !(cc->options.flags & CC_UNINSTALLED))
		result = sqlite_check(cc);
	if (result == CC_NOMEM) {
		cc_close(cc);
		*out = NULL;
	}
	return result;
}
