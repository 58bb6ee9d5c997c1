/*
 * postgres_open.c - opens a handle on a connection of libpq and looks whether the database fits.
 *
 * What the schema declares must be there, and a maintained column must have a type that keeps its
 * values.  A default that is not the value for no rows means that new rows are recounted.
 */
#include "catalogue.h"
#include "cc_postgres.h"

#ifdef LIBPQ_HAS_PIPELINING

#include <stdlib.h>
#include <string.h>

#define OPEN_TABLE "pg_catalog.to_regclass(pg_catalog.quote_ident(coalesce(?2, 'public'))" \
	" || '.' || pg_catalog.quote_ident(?1))"

/* The storage is SQLite's choice: here times and decimals have types. */
static bool
postgres_fits(const char *declared, int type, int storage)
{
	static const struct { int type; const char *words[4]; } types[] = {
		{ CC_BOOL, { "boolean" } },
		{ CC_INT16, { "smallint", "integer", "bigint" } },
		{ CC_INT32, { "integer", "bigint" } },
		{ CC_INT64, { "bigint" } },
		{ CC_FLOAT32, { "real", "double precision" } },
		{ CC_FLOAT64, { "double precision" } },
		{ CC_DECIMAL, { "numeric" } },
		{ CC_TEXT, { "text", "character varying" } },
		{ CC_UUID, { "uuid" } },
		{ CC_JSONB, { "jsonb" } },
		{ CC_TIMESTAMP, { "timestamp" } },
		{ CC_DATE, { "date" } },
	};

	CC_UNUSED(storage);
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
		for (size_t w = 0; types[i].type == type && w < 4; w++)
			if (types[i].words[w] != NULL && strncmp(declared, types[i].words[w],
			    strlen(types[i].words[w])) == 0)
				return true;
	return false;
}

const struct cc_catalogue cc_catalogue_postgres = {
	.columns = "SELECT a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod),"
	    " CASE WHEN a.attnotnull THEN '1' ELSE '0' END, pg_catalog.pg_get_expr(d.adbin, d.adrelid)"
	    " FROM pg_catalog.pg_attribute AS a LEFT JOIN pg_catalog.pg_attrdef AS d"
	    " ON d.adrelid = a.attrelid AND d.adnum = a.attnum"
	    " WHERE a.attrelid = " OPEN_TABLE " AND a.attnum > 0 AND NOT a.attisdropped"
	    " ORDER BY a.attnum",
	.foreign_keys = "SELECT f.conname, p.relname, a.attname, CASE f.confdeltype"
	    " WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' WHEN 'd' THEN 'SET DEFAULT'"
	    " WHEN 'r' THEN 'RESTRICT' ELSE 'NO ACTION' END"
	    " FROM pg_catalog.pg_constraint AS f JOIN pg_catalog.pg_class AS p ON p.oid = f.confrelid"
	    " CROSS JOIN LATERAL pg_catalog.unnest(f.conkey) WITH ORDINALITY AS k (attnum, place)"
	    " JOIN pg_catalog.pg_attribute AS a ON a.attrelid = f.conrelid AND a.attnum = k.attnum"
	    " WHERE f.contype = 'f' AND f.conrelid = " OPEN_TABLE " ORDER BY f.conname, k.place",
	.indexes = "SELECT i.relname, CASE WHEN x.indisunique AND x.indpred IS NULL AND x.indisvalid"
	    " THEN '1' ELSE '0' END, a.attname, CASE WHEN c.collisdeterministic IS FALSE"
	    " THEN c.collname ELSE 'bytes' END"
	    " FROM pg_catalog.pg_index AS x JOIN pg_catalog.pg_class AS i ON i.oid = x.indexrelid"
	    " CROSS JOIN LATERAL pg_catalog.unnest(x.indkey::pg_catalog.int2[])"
	    " WITH ORDINALITY AS k (attnum, place)"
	    " LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = x.indrelid"
	    " AND a.attnum = k.attnum AND k.attnum > 0"
	    " LEFT JOIN pg_catalog.pg_collation AS c ON c.oid = x.indcollation[k.place::pg_catalog.int4 - 1]"
	    " WHERE x.indrelid = " OPEN_TABLE " AND k.place <= x.indnkeyatts"
	    " ORDER BY i.relname, k.place",
	.foreign_keys_on = "SELECT CASE pg_catalog.current_setting('session_replication_role')"
	    " WHEN 'replica' THEN '0' ELSE '1' END",
	.bytewise = "bytes",
	.fits = postgres_fits,
};

/* ---- checks ------------------------------------------------------------------------------------ */

/* A literal as PostgreSQL prints it: 0, '-1'::integer, 0.00. */
static bool
postgres_default_differs(const struct cc_column *column, const char *text)
{
	double value, base = cc_column_is_float(column) ? column->base.f : (double)column->base.i;
	int64_t units;
	char digits[40], *end;
	size_t n = 0;

	if (text == NULL)
		return base < 0 || base > 0;
	text += strspn(text, "'(");
	while (n + 1 < sizeof digits && strchr("+-.0123456789eE", *text) != NULL && *text != '\0')
		digits[n++] = *text++;
	digits[n] = '\0';
	if (column->type == CC_DECIMAL)
		return !cc_decimal_parse(digits, column->scale, &units) || units != column->base.i;
	value = strtod(digits, &end);
	return n == 0 || *end != '\0' || value < base || value > base;
}

static int
postgres_check_field(struct cc *cc, const struct cc_table *table, const char *name,
    const struct catalogue *columns, size_t *row)
{
	*row = cc_catalogue_find(columns, name);
	return *row != SIZE_MAX ? CC_OK : cc_fail(cc, CC_SCHEMA, "table %s has no column %s",
	    table->sql_name, name);
}

static int
postgres_check_column(struct cc *cc, const struct cc_table *table, size_t c,
    const struct catalogue *columns)
{
	const struct cc_column *column = &table->columns[c];
	size_t row;
	int result = postgres_check_field(cc, table, column->name, columns, &row);

	if (result != CC_OK)
		return result;
	if (!postgres_fits(catalogue_cell(columns, row, 1), column->type, column->storage))
		return cc_fail(cc, CC_SCHEMA, "column %s of table %s has the type '%s', which does"
		    " not keep its values", column->name, table->sql_name,
		    catalogue_cell(columns, row, 1));
	if (column->kind == CC_LINEAR &&
	    postgres_default_differs(column, catalogue_cell(columns, row, 3)))
		cc->holders[cc_table_index(cc, table)].recount_inserted = true;
	return CC_OK;
}

static int
postgres_check_table(struct cc *cc, const struct cc_table *table)
{
	struct catalogue columns = { 0 };
	size_t row;
	int result = cc_catalogue_ask(cc, &columns, cc_catalogue_postgres.columns, table->sql_name,
	    table->sql_schema);

	if (result == CC_OK && columns.n == 0)
		result = cc_fail(cc, CC_SCHEMA, "there is no table %s", table->sql_name);
	for (size_t i = 0; i < table->n_fields && result == CC_OK; i++)
		result = postgres_check_field(cc, table, table->fields[i].name, &columns, &row);
	for (size_t i = 0; i < table->n_columns && result == CC_OK; i++)
		result = postgres_check_column(cc, table, i, &columns);
	cc_catalogue_free(&columns);
	if (result == CC_OK && table->flags & CC_TABLE_SINGLETON)
		result = cc_check_singleton(cc, table);
	return result;
}

static int
postgres_check(struct cc *cc)
{
	int result = cc_postgres_ready(cc);

	for (size_t i = 0; i < cc->schema->n_tables && result == CC_OK; i++)
		result = postgres_check_table(cc, &cc->schema->tables[i]);
	return result;
}

static int
postgres_attach(struct cc *cc, PGconn *conn)
{
	struct cc_postgres *pg = calloc(1, sizeof *pg);

	if (pg == NULL)
		return cc_nomem(cc);
	pg->conn = conn;
	cc->db = pg;
	cc->engine = &cc_engine_postgres;
	return cc_postgres_listen(cc);
}

int
cc_open_postgres(struct cc **out, struct pg_conn *conn, const struct cc_schema *schema,
    const struct cc_options *options)
{
	struct cc *cc = cc_new(schema, schema->postgres, options);
	int result;

	*out = cc;
	if (cc == NULL)
		return CC_NOMEM;
	result = cc_check_schema(cc, "PostgreSQL");
	if (result == CC_OK)
		result = postgres_attach(cc, conn);
	if (result == CC_OK)
		result = cc_prepare_schema(cc);
	if (result == CC_OK && !(cc->options.flags & CC_UNINSTALLED))
		result = postgres_check(cc);
	if (result == CC_NOMEM) {
		cc_close(cc);
		*out = NULL;
	}
	return result;
}

#endif
