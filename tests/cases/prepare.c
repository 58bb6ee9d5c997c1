/*
 * prepare.c - prepares every statement of a generated descriptor on a database.
 *
 *   prepare app.db      the schema is the symbol SCHEMA
 *
 * UPDATEs of parents are composed as the runtime does, of all columns at once.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "ccrt.h"

extern const struct cc_schema SCHEMA;

static sqlite3 *db;
static int failures;

static void
prepare(const char *what, const char *sql)
{
	sqlite3_stmt *statement;

	if (sql == NULL)
		return;
	if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK) {
		fprintf(stderr, "%s: %s\n%s\n", what, sqlite3_errmsg(db), sql);
		failures++;
	}
	sqlite3_finalize(statement);
}

static void
prepare_rows(const struct cc_table *table, const struct cc_table_sql *sql)
{
	uint16_t i;

	prepare("scan", sql->scan);
	prepare("load", sql->load);
	prepare("insert", sql->insert);
	prepare("update", sql->update);
	prepare("remove", sql->remove);
	for (i = 0; sql->set != NULL && i < table->n_fields; i++)
		prepare("set", sql->set[i]);
	for (i = 0; i < table->n_links; i++)
		prepare("rows", sql->links[i].rows);
	for (i = 0; i < table->n_references; i++)
		prepare("referring", sql->referring[i]);
}

static void
prepare_update(const struct cc_target *target, const char *where)
{
	const struct cc_table_sql *sql = &SCHEMA.sqlite->tables[target->table];
	sqlite3_str *text = sqlite3_str_new(db);
	char *made;
	uint16_t i;

	sqlite3_str_appendf(text, "%s UPDATE %s SET ", sql->tag, sql->name);
	for (i = 0; i < SCHEMA.tables[target->table].n_columns; i++)
		sqlite3_str_appendf(text, "%s%s = %s", i == 0 ? "" : ", ", sql->columns[i].name,
		    sql->columns[i].value);
	sqlite3_str_appendf(text, " WHERE %s", where);
	for (i = 0; i < SCHEMA.tables[target->table].n_columns; i++) {
		if (sql->columns[i].guard != NULL)
			sqlite3_str_appendf(text, " AND (%s)", sql->columns[i].guard);
	}
	made = sqlite3_str_finish(text);
	prepare("update of a parent", made);
	sqlite3_free(made);
}

int
main(int argc, char **argv)
{
	uint16_t i;

	if (argc != 2 || sqlite3_open(argv[1], &db) != SQLITE_OK)
		return 2;
	for (i = 0; i < SCHEMA.n_tables; i++)
		prepare_rows(&SCHEMA.tables[i], &SCHEMA.sqlite->tables[i]);
	for (i = 0; i < SCHEMA.n_targets; i++)
		prepare_update(&SCHEMA.targets[i], SCHEMA.sqlite->targets[i].where);
	for (i = 0; SCHEMA.sqlite->install[i] != NULL; i++)
		prepare("install", SCHEMA.sqlite->install[i]);
	sqlite3_close(db);
	return failures != 0;
}
