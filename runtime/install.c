/*
 * install.c - cc_install: bookkeeping, missing columns, the row of a singleton.
 *
 * Looks first, then does everything in one transaction.  What is there is never altered: a column
 * that differs from what would have been made is told and used as it is.
 */
#include <stdio.h>
#include <string.h>

#include "catalogue.h"

static int
install_find_tables(struct cc *cc)
{
	struct catalogue columns = { 0 };
	int result = CC_OK;

	for (size_t t = 0; t < cc->schema->n_tables && result == CC_OK; t++) {
		const struct cc_table *table = &cc->schema->tables[t];

		result = cc_catalogue_ask(cc, &columns, cc_catalogue_of(cc)->columns,
		    table->sql_name, table->sql_schema);
		if (result == CC_OK && columns.n == 0)
			result = cc_fail(cc, CC_SCHEMA, "there is no table %s in the database:"
			    " create the application's tables first", table->sql_name);
		for (size_t f = 0; f < table->n_fields && result == CC_OK; f++)
			if (cc_catalogue_find(&columns, table->fields[f].name) == SIZE_MAX)
				result = cc_fail(cc, CC_SCHEMA, "table %s has no column %s",
				    table->sql_name, table->fields[f].name);
	}
	cc_catalogue_free(&columns);
	return result;
}

/* Whether a maintained column holds a NULL. */
static int
install_has_null(struct cc *cc, const struct cc_table_sql *sql, const char *column, bool *out)
{
	struct cc_statement *st = NULL;
	struct cc_text text = { 0 };
	int result;

	cc_text_add(&text, "SELECT 1 FROM ");
	cc_text_add(&text, sql->name);
	cc_text_add(&text, " WHERE ");
	cc_text_add(&text, column);
	cc_text_add(&text, " IS NULL LIMIT 1");
	result = text.failed ? cc_nomem(cc) : cc_prepare_once(cc, &st, sql->tag, text.data);
	if (result == CC_OK)
		result = cc_step(st);
	*out = result == CC_ROW;
	cc_finalize(st);
	cc_text_free(&text);
	return result == CC_ROW ? CC_OK : result;
}

static int
install_look_at_column(struct cc *cc, const struct cc_table *table, size_t c,
    const struct catalogue *columns, size_t row)
{
	const struct cc_column *column = &table->columns[c];
	const struct cc_table_sql *sql = cc_sql(cc, table);
	const char *type = catalogue_cell(columns, row, 1);
	char message[200];
	bool nulls = false;
	int result;

	if (!cc_catalogue_of(cc)->fits(type, column->type, column->storage)) {
		snprintf(message, sizeof message, "the column is declared %.100s, which does not"
		    " fit its type; it is used as it is", type);
		cc_notice(cc, table, column->name, message);
	}
	if (catalogue_cell(columns, row, 3) == NULL && !(column->flags & CC_COLUMN_NULLABLE))
		cc_notice(cc, table, column->name, "the column has no default:"
		    " new rows must name it, or hold NULL, which reads as 0");
	result = install_has_null(cc, sql, sql->columns[c].name, &nulls);
	if (nulls && !(column->flags & CC_COLUMN_NULLABLE))
		cc_notice(cc, table, column->name, "the column holds NULLs, which read as 0:"
		    " cc_reconcile replaces them");
	return result;
}

static int
install_add_column(struct cc *cc, const struct cc_table_sql *sql,
    const struct cc_column_sql *column)
{
	struct cc_text text = { 0 };
	int result;

	cc_text_add(&text, "ALTER TABLE ");
	cc_text_add(&text, sql->name);
	cc_text_add(&text, " ADD COLUMN ");
	cc_text_add(&text, column->name);
	cc_text_add(&text, " ");
	cc_text_add(&text, column->declared);
	result = text.failed ? cc_nomem(cc) : cc_exec(cc, text.data);
	cc_text_free(&text);
	return result;
}

static int
install_columns(struct cc *cc, const struct cc_table *table)
{
	const struct cc_table_sql *sql = cc_sql(cc, table);
	struct catalogue columns = { 0 };
	int result = cc_catalogue_ask(cc, &columns, cc_catalogue_of(cc)->columns, table->sql_name,
	    table->sql_schema);

	for (size_t c = 0; c < table->n_columns && result == CC_OK; c++) {
		size_t row = cc_catalogue_find(&columns, table->columns[c].name);

		if (row == SIZE_MAX && sql->columns[c].declared != NULL)
			result = install_add_column(cc, sql, &sql->columns[c]);
		else if (row == SIZE_MAX)
			result = cc_fail(cc, CC_SCHEMA, "table %s has no column %s to touch",
			    table->sql_name, table->columns[c].name);
		else if (table->columns[c].kind != CC_TOUCH)
			result = install_look_at_column(cc, table, c, &columns, row);
	}
	cc_catalogue_free(&columns);
	return result;
}

/* A definition that is recorded otherwise is replaced; the operator should know. */
static int
install_look_at_definitions(struct cc *cc, const struct cc_table *table)
{
	struct catalogue meta = { 0 };
	char message[400];
	int result = cc_catalogue_ask(cc, &meta, "SELECT column_name, definition, definition_hash"
	    " FROM cc_meta WHERE schema = ?1 AND table_name = ?2", cc->schema->name,
	    table->sql_name);

	for (size_t c = 0; c < table->n_columns && result == CC_OK; c++) {
		const struct cc_column *column = &table->columns[c];
		size_t row = cc_catalogue_find(&meta, column->name);

		if (row == SIZE_MAX || column->definition_hash == NULL ||
		    strcmp(catalogue_cell(&meta, row, 2), column->definition_hash) == 0)
			continue;
		snprintf(message, sizeof message, "the definition was '%.150s' and is now"
		    " '%.150s': run cc_reconcile", catalogue_cell(&meta, row, 1),
		    column->definition);
		cc_notice(cc, table, column->name, message);
	}
	cc_catalogue_free(&meta);
	return result;
}

static int
install_has_bookkeeping(struct cc *cc, bool *out)
{
	struct catalogue columns = { 0 };
	int result = cc_catalogue_ask(cc, &columns, cc_catalogue_of(cc)->columns, "cc_meta", NULL);

	*out = columns.n > 0;
	cc_catalogue_free(&columns);
	return result;
}

static int
install_record(struct cc *cc, const struct cc_table *table, const struct cc_column *column)
{
	struct cc_statement *st;
	int result = cc_prepare(cc, &st, NULL, cc->sql->record);

	if (result != CC_OK)
		return result;
	cc_bind_text(st, 1, cc->schema->name);
	cc_bind_text(st, 2, table->sql_name);
	cc_bind_text(st, 3, column->name);
	cc_bind_text(st, 4, column->definition);
	cc_bind_text(st, 5, column->definition_hash);
	result = cc_step(st);
	cc_reset(st);
	return result;
}

static int
install_definitions(struct cc *cc, const struct cc_table *table)
{
	int result = CC_OK;

	for (size_t c = 0; c < table->n_columns && result == CC_OK; c++)
		if (table->columns[c].definition != NULL)
			result = install_record(cc, table, &table->columns[c]);
	return result;
}

static int
install_all(struct cc *cc)
{
	const char *const *statement = cc->sql->install;
	bool again;
	int result = install_find_tables(cc);

	if (result == CC_OK)
		result = install_has_bookkeeping(cc, &again);
	for (size_t t = 0; t < cc->schema->n_tables && result == CC_OK; t++) {
		result = install_columns(cc, &cc->schema->tables[t]);
		if (result == CC_OK && again)
			result = install_look_at_definitions(cc, &cc->schema->tables[t]);
	}
	/* first: so that it is the handle's clock that says what now() is */
	if (result == CC_OK)
		result = cc_moments_install(cc);
	for (; result == CC_OK && *statement != NULL; statement++)
		result = cc_exec(cc, *statement);
	for (size_t t = 0; t < cc->schema->n_tables && result == CC_OK; t++)
		result = install_definitions(cc, &cc->schema->tables[t]);
	return result;
}

int
cc_install(struct cc *cc)
{
	bool own;
	int result = cc_enter(cc);

	if (result == CC_OK)
		result = cc_protect(cc, &own);
	if (result != CC_OK)
		return result;
	result = cc_unprotect(cc, own, install_all(cc));
	if (result == CC_OK)
		cc->options.flags &= ~(unsigned)CC_UNINSTALLED;
	return result;
}
