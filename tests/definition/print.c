/*
 * print.c - every maintained column of a schema as one query over its table, and as an UPDATE.
 *
 *   print FILE.ccdl          SELECT 'table.column', key, what its definition says, for every row
 *   print FILE.ccdl update   UPDATE … SET the column to it
 *   print FILE.ccdl stored   the same SELECT of what the column holds
 *
 * A further argument `postgres`: for that engine.
 *
 * Names in a whole schema that has passed check are all that a definition needs, so that this
 * sees every construct, also one that ccgen does not generate yet.
 */
#include <stdio.h>
#include <string.h>

#include "plan.h"
#include "schema.h"
#include "source.h"
#include "query.h"

static enum sql_dialect dialect;

static void
key(struct text *out, const struct table *table)
{
	size_t i;

	if (dialect == SQL_POSTGRES) {
		text_add(out, "''");
		for (i = 0; i < table->n_primary_key; i++) {
			text_add(out, i > 0 ? " || ',' || p." : " || p.");
			text_sql_name(out, column_sql_name(table->primary_key[i]));
		}
		return;
	}

	text_add(out, "printf('%s' ");
	for (i = 1; i < table->n_primary_key; i++)
		text_add(out, "|| ',%s'");
	for (i = 0; i < table->n_primary_key; i++) {
		text_add(out, ", p.");
		text_sql_name(out, column_sql_name(table->primary_key[i]));
	}
	if (table->n_primary_key == 0)
		text_add(out, ", ''");
	text_add(out, ")");
}

static void
scope(struct text *out, const struct table *table)
{
	const struct join_sql sql = { .sql = { .dialect = dialect, .source = query_source } };

	if (table->scope == NULL)
		return;
	text_add(out, " WHERE ");
	join_scalar(out, out->arena, table, "p", table->scope, &sql, 0);
}

/* A value, as the sqlite3 shell prints it. */
static void
shown(struct text *out, const struct column *column, const char *value)
{
	struct text json = { .arena = out->arena };
	enum type_kind kind = column->type.kind;

	if (dialect == SQL_SQLITE)
		text_format(out, ", %s", value);
	else if (kind == TYPE_BOOL)
		text_format(out, ", (%s)::integer", value);
	else if (kind == TYPE_FLOAT32 || kind == TYPE_FLOAT64) {
		postgres_json_text(&json, &column->type, arena_format(out->arena, "(%s)", value));
		text_format(out, ", %s", text_string(&json));
	} else
		text_format(out, ", %s", value);
}

static void
print(struct text *out, const struct column *column, const char *mode)
{
	const struct expr_sql plain = { .dialect = dialect };
	const struct expr_sql parent = { .dialect = dialect, .alias = "p" };
	bool update = strcmp(mode, "update") == 0;
	const struct plan plan = { .dialect = dialect };
	struct plan_table table = { .plan = &plan, .table = column->table };
	struct plan_column maintained = { .column = column, .table = &table };
	struct text value = { .arena = out->arena };

	if (strcmp(mode, "stored") == 0)
		expr_sql_read(&value, column, &parent);
	else
		query_definition(&value, &maintained, update ? NULL : "p", NULL, NULL);
	if (update) {
		text_add(out, "UPDATE ");
		table_add_sql(out, column->table, dialect);
		text_add(out, " SET ");
		text_sql_name(out, column_sql_name(column));
		text_add(out, " = ");
		expr_sql_store(out, column, text_string(&value), &plain);
		text_add(out, ";\n");
		return;
	}
	text_format(out, "SELECT '%s.%s', ", column->table->name.text, column->name.text);
	key(out, column->table);
	shown(out, column, text_string(&value));
	text_add(out, " FROM ");
	table_add_sql(out, column->table, dialect);
	text_add(out, " AS p");
	scope(out, column->table);
	text_add(out, " ORDER BY 2;\n");
}

int
main(int argc, char **argv)
{
	struct arena *arena = arena_new();
	struct source *source = argc > 1 ? source_read(arena, argv[1]) : NULL;
	struct schema *schema = source != NULL ? grammar_parse(source) : NULL;
	struct text out = { .arena = arena };
	const struct diagnostic *d;
	struct table *table;
	struct column *column;

	if (schema == NULL)
		return 2;
	dialect = argc > 3 && strcmp(argv[3], "postgres") == 0 ? SQL_POSTGRES : SQL_SQLITE;
	check_schema(schema);
	for (d = source->diagnostics; d != NULL; d = d->next)
		if (d->severity == SEVERITY_ERROR && strcmp(d->code, "not-generated") != 0) {
			fprintf(stderr, "%s: %s\n", argv[1], d->message);
			return 1;
		}
	for (table = schema->tables; table != NULL; table = table->next)
		for (column = table->columns; column != NULL; column = column->next)
			if (column->kind == COLUMN_MAINTAINED)
				print(&out, column, argc > 2 ? argv[2] : "");
	fputs(text_string(&out), stdout);
	arena_free(arena);
	return 0;
}
