/*
 * transplant.c - the tables of a schema, out of a SQLite database, as SQL for PostgreSQL.
 *
 *   transplant FILE.ccdl DATABASE
 *
 * Prints CREATE TABLE and INSERT for every declared table and column that the database has, each in
 * the type that PostgreSQL has for it: so that one set of test data serves both engines.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "expr.h"
#include "schema.h"
#include "source.h"
#include "text.h"

static sqlite3 *db;

static bool
is_there(const struct table *table, const struct column *column)
{
	const char *schema = table->sql_schema.text;

	return sqlite3_table_column_metadata(db, schema, table_sql_name(table),
	    column_sql_name(column), NULL, NULL, NULL, NULL, NULL) == SQLITE_OK;
}

static const char *
name_of(struct arena *arena, const struct table *table)
{
	struct text name = { .arena = arena };

	table_add_sql(&name, table, SQL_POSTGRES);
	return text_string(&name);
}

/* The first that stands for its table of the database. */
static const struct table *
first_of(struct arena *arena, const struct schema *schema, const struct table *table)
{
	const struct table *other = schema->tables;

	while (strcmp(name_of(arena, other), name_of(arena, table)) != 0)
		other = other->next;
	return other;
}

/* A literal of PostgreSQL, as SQL for SQLite. */
static void
literal(struct text *out, const struct column *column)
{
	const struct expr_sql plain = { .dialect = SQL_SQLITE };
	struct text value = { .arena = out->arena };

	expr_sql_read(&value, column, &plain);
	if (column->type.kind == TYPE_BOOL)
		text_format(out, "CASE %s <> 0 WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE 'NULL' END",
		    text_string(&value));
	else if (column->type.kind == TYPE_TIMESTAMP)
		text_format(out, "coalesce('timestamptz ''1970-01-01 00:00:00+00'' + interval ''1 microsecond'' * '"
		    " || (%s), 'NULL')", text_string(&value));
	else if (column->type.kind == TYPE_DECIMAL && column->type.scale > 0)
		text_format(out, "coalesce((%s) || ' * 0.%0*d', 'NULL')", text_string(&value),
		    column->type.scale, 1);
	else if (column->type.kind == TYPE_FLOAT32 || column->type.kind == TYPE_FLOAT64)
		text_format(out, "coalesce('''' || printf('%%!.17g', %s) || '''', 'NULL')",
		    text_string(&value));
	else
		text_format(out, "quote(%s)", text_string(&value));
}

static void
add_column(struct text *names, struct text *values, const char *table, const struct column *column)
{
	struct text name = { .arena = names->arena };

	text_sql_name(&name, column_sql_name(column));
	printf("ALTER TABLE %s ADD COLUMN %s %s;\n", table, text_string(&name),
	    postgres_type(&column->type));
	text_format(names, "%s%s", names->length > 0 ? ", " : "", text_string(&name));
	text_add(values, values->length > 0 ? " || ', ' || " : "");
	literal(values, column);
}

static void
add_key(const char *table, struct column *const *columns, size_t n, struct arena *arena)
{
	struct text names = { .arena = arena };
	size_t i;

	for (i = 0; i < n; i++) {
		text_add(&names, i > 0 ? ", " : "");
		text_sql_name(&names, column_sql_name(columns[i]));
	}
	if (n > 0)
		printf("ALTER TABLE %s ADD UNIQUE (%s);\n", table, text_string(&names));
}

static int
print_row(void *ctx, int n, char **values, char **names)
{
	(void)n;
	(void)names;
	printf("INSERT INTO %s VALUES (%s);\n", (const char *)ctx, values[0]);
	return 0;
}

static bool
transplant(struct arena *arena, const struct schema *schema, const struct table *table)
{
	const char *name = name_of(arena, table);
	struct text names = { .arena = arena }, values = { .arena = arena }, query = { .arena = arena };
	struct text own = { .arena = arena }, seen = { .arena = arena };
	const struct table *part;
	struct column *column;
	const struct key *key;
	char *error = NULL;

	if (table->sql_schema.text != NULL)
		printf("CREATE SCHEMA IF NOT EXISTS \"%s\";\n", table->sql_schema.text);
	printf("CREATE TABLE %s ();\n", name);
	for (part = schema->tables; part != NULL; part = part->next)
		for (column = part->columns; column != NULL && strcmp(name_of(arena, part), name) == 0;
		    column = column->next) {
			const char *mark = arena_format(arena, "\n%s\n", column_sql_name(column));

			if (!is_there(table, column) || strstr(text_string(&seen), mark) != NULL)
				continue;
			text_add(&seen, mark);
			add_column(&names, &values, name, column);
			if (column->unique)
				add_key(name, &column, 1, arena);
		}
	add_key(name, table->primary_key, table->n_primary_key, arena);
	for (key = table->keys; key != NULL; key = key->next)
		if (!key->primary)
			add_key(name, key->columns, key->n_names, arena);
	if (names.length == 0)
		return true;
	table_add_sql(&own, table, SQL_SQLITE);
	text_format(&query, "SELECT %s FROM %s", text_string(&values), text_string(&own));
	name = arena_format(arena, "%s (%s)", name, text_string(&names));
	if (sqlite3_exec(db, text_string(&query), print_row, (void *)(uintptr_t)name, &error) == SQLITE_OK)
		return true;
	fprintf(stderr, "transplant: %s\n", error);
	return false;
}

int
main(int argc, char **argv)
{
	struct arena *arena = arena_new();
	struct source *source = argc == 3 ? source_read(arena, argv[1]) : NULL;
	struct schema *schema = source != NULL ? grammar_parse(source) : NULL;
	const struct table *table;
	bool good = true;

	if (schema == NULL || sqlite3_open(argv[2], &db) != SQLITE_OK) {
		fputs("usage: transplant FILE.ccdl DATABASE\n", stderr);
		return 2;
	}
	check_schema(schema);
	puts("SET datestyle = ISO;");
	for (table = schema->tables; table != NULL && good; table = table->next)
		if (first_of(arena, schema, table) == table)
			good = transplant(arena, schema, table);
	sqlite3_close(db);
	arena_free(arena);
	return good ? 0 : 1;
}
