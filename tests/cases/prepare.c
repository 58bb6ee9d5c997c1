/*
 * prepare.c - prepares every statement of a generated descriptor on a database.
 *
 *   prepare app.db      the schema is the symbol SCHEMA
 *   prepare DSN         ... made with -DPOSTGRES: on a PostgreSQL server
 *
 * UPDATEs of parents are composed as the runtime does, of all columns at once.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ccrt.h"

extern const struct cc_schema SCHEMA;

static int failures;

static void
failed(const char *what, const char *why, const char *sql)
{
	fprintf(stderr, "%s: %s\n%s\n", what, why, sql);
	failures++;
}

#ifdef POSTGRES
#include <libpq-fe.h>

static PGconn *db;

static const struct cc_schema_sql *
engine(void)
{
	return SCHEMA.postgres;
}

/* A schema whose functions and types are found first, where names are not said in full. */
static const char hostile[] = "CREATE SCHEMA IF NOT EXISTS hostile;"
    "CREATE OR REPLACE FUNCTION hostile.count() RETURNS text LANGUAGE sql AS 'SELECT 1 / 0';"
    "CREATE OR REPLACE FUNCTION hostile.lower(text) RETURNS integer LANGUAGE sql AS 'SELECT 1';"
    "SET search_path = hostile, pg_catalog, public";

static int
open_database(const char *dsn)
{
	PGresult *result;
	int good;

	db = PQconnectdb(dsn);
	result = PQexec(db, hostile);
	good = PQresultStatus(result) == PGRES_COMMAND_OK;
	if (!good)
		fprintf(stderr, "%s\n", PQerrorMessage(db));
	PQclear(result);
	return good;
}

static void
close_database(void)
{
	PQfinish(db);
}

/* One that a statement does not name has no type of its own. */
static int
is_named(const char *sql, int parameter)
{
	char name[16];
	size_t n = (size_t)snprintf(name, sizeof name, "$%d", parameter);

	for (; (sql = strstr(sql, name)) != NULL; sql++)
		if (sql[n] < '0' || sql[n] > '9')
			return 1;
	return 0;
}

static void
prepare(const char *what, const char *sql)
{
	enum { TEXT = 25, MOST = 64 };
	Oid types[MOST];
	PGresult *result;
	int i, n = 0;

	if (sql == NULL)
		return;
	for (i = 0; i < MOST; i++) {
		types[i] = is_named(sql, i + 1) ? 0 : TEXT;
		n = types[i] == 0 ? i + 1 : n;
	}
	result = PQprepare(db, "", sql, n, types);
	if (PQresultStatus(result) != PGRES_COMMAND_OK)
		failed(what, PQerrorMessage(db), sql);
	PQclear(result);
}
#else
#include <sqlite3.h>

static sqlite3 *db;

static const struct cc_schema_sql *
engine(void)
{
	return SCHEMA.sqlite;
}

static int
open_database(const char *path)
{
	return sqlite3_open(path, &db) == SQLITE_OK;
}

static void
close_database(void)
{
	sqlite3_close(db);
}

static void
prepare(const char *what, const char *sql)
{
	sqlite3_stmt *statement;

	if (sql == NULL)
		return;
	if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
		failed(what, sqlite3_errmsg(db), sql);
	sqlite3_finalize(statement);
}
#endif

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
	for (i = 0; sql->parents != NULL && i < table->n_references; i++)
		prepare("parent", sql->parents[i]);
	for (i = 0; i < table->n_roles; i++)
		prepare("below", sql->roles[i].below);
}

static void
prepare_grouped(const struct cc_link_sql *sql)
{
	size_t size;
	char *text;

	if (sql->grouped == NULL)
		return;
	size = strlen(sql->grouped) + strlen(sql->group_by) + 1000 +
	    (sql->crossing != NULL ? strlen(sql->crossing) : 0);
	text = malloc(size);
	if (text == NULL)
		abort();
	snprintf(text, size, "%s%s", sql->grouped, sql->group_by);
	prepare("grouped", text);
	if (sql->crossing != NULL) {
		snprintf(text, size, "%s AND (%s)%s", sql->grouped, sql->crossing, sql->group_by);
		prepare("crossing", text);
	}
	free(text);
}

static void
prepare_update(const struct cc_target *target, const char *where)
{
	const struct cc_table_sql *sql = &engine()->tables[target->table];
	uint16_t i, n = SCHEMA.tables[target->table].n_columns;
	size_t size = strlen(where) + 1000, at;
	char *text;

	for (i = 0; i < n; i++)
		size += strlen(sql->columns[i].name) + strlen(sql->columns[i].value) +
		    (sql->columns[i].guard != NULL ? strlen(sql->columns[i].guard) : 0) + 20;
	text = malloc(size);
	if (text == NULL)
		abort();
	at = (size_t)snprintf(text, size, "%s UPDATE %s SET ", sql->tag, sql->name);
	for (i = 0; i < n; i++)
		at += (size_t)snprintf(text + at, size - at, "%s%s = %s", i == 0 ? "" : ", ",
		    sql->columns[i].name, sql->columns[i].value);
	at += (size_t)snprintf(text + at, size - at, " WHERE %s", where);
	for (i = 0; i < n; i++)
		if (sql->columns[i].guard != NULL)
			at += (size_t)snprintf(text + at, size - at, " AND (%s)", sql->columns[i].guard);
	prepare("update of a parent", text);
	free(text);
}

int
main(int argc, char **argv)
{
	uint16_t i, k;

	if (argc != 2 || !open_database(argv[1]))
		return 2;
	for (i = 0; i < SCHEMA.n_tables; i++) {
		prepare_rows(&SCHEMA.tables[i], &engine()->tables[i]);
		for (k = 0; k < SCHEMA.tables[i].n_links; k++)
			prepare_grouped(&engine()->tables[i].links[k]);
	}
	for (i = 0; i < SCHEMA.n_targets; i++) {
		prepare_update(&SCHEMA.targets[i], engine()->targets[i].where);
		prepare("create", engine()->targets[i].create);
	}
	for (i = 0; engine()->install[i] != NULL; i++)
		prepare("install", engine()->install[i]);
	prepare("record", engine()->record);
	close_database();
	return failures != 0;
}
