/*
 * recount.c - what every maintained column must hold, said in plain SQL, and compared.
 *
 * Each holder has a shadow of each maintained column, in the database, so that it comes and goes
 * with transactions, savepoints and keys as the row does.  It holds what the column held after
 * the last step; for columns that no rows define (never decrement, tally) it is the model, which
 * operations add to as they go.
 */
#include <inttypes.h>
#include <string.h>

#include "property.h"

/* What the column holds, in the language's form; NULL is 0 but in derived columns. */
static void
stored(const struct maintained *m, struct text *out)
{
	struct text sql = { 0 };

	expression_read(&sql, &m->column);
	text_add(out, expected_zero(m) ? "coalesce(" : "");
	text_aliased(out, sql.s, "p");
	text_add(out, expected_zero(m) ? ", 0)" : "");
	text_free(&sql);
}

static void
from_holders(const struct table *t, struct text *out)
{
	text_add(out, " FROM ");
	text_identifier(out, t->sql);
	text_add(out, " AS p WHERE ");
	if (t->has_scope) {
		text_add(out, "(");
		text_aliased(out, t->scope.sql.s, "p");
		text_add(out, ")");
	} else
		text_add(out, "1");
}

void
recount_key(const struct table *t, struct text *out)
{
	text_add(out, "json_array(");
	for (int i = 0; i < t->n_key && !t->singleton; i++) {
		text_add(out, i == 0 ? "p." : ", p.");
		text_identifier(out, t->columns[t->key[i]].sql);
	}
	text_add(out, ")");
}

static void
not_dirty(const struct table *t, struct text *out)
{
	text_add(out, " AND NOT EXISTS (SELECT 1 FROM cc_dirty d WHERE d.table_name = ");
	text_string(out, t->sql);
	text_add(out, " AND d.key = ");
	recount_key(t, out);
	text_add(out, ")");
}

/* Where stored (a) and defined (b) differ, by the rules of verify. */
static void
differs(const struct maintained *m, struct text *out)
{
	if (m->n_sources == 1 && m->sources[0].keep_else)
		text_add(out, " AND b IS NOT NULL");
	if (m->column.type == CC_FLOAT64)
		text_add(out, " AND CASE WHEN a IS NULL OR b IS NULL THEN a IS NOT b ELSE"
		    " abs(a - b) > 1e-9 * max(1, abs(b)) END");
	else if (!expected_zero(m))
		text_add(out, " AND a IS NOT b");
	else if (m->keep)
		text_add(out, " AND a < b");
	else
		text_add(out, " AND a <> b");
}

/* ---- comparing ---- */

bool
recount_dirty(struct world *w)
{
	return world_number(w, "SELECT count(*) FROM cc_dirty") > 0;
}

static int
report(struct world *w, const char *sql, const char *what, const char *table, const char *column,
    bool show)
{
	sqlite3_stmt *stmt = world_prepare(w, sql);
	int n = 0;

	for (; sqlite3_step(stmt) == SQLITE_ROW; n++)
		if (show)
			world_log(w, "%s: %s%s.%s is %s, should be %s", what, table,
			    sqlite3_column_text(stmt, 0), column, sqlite3_column_text(stmt, 1),
			    sqlite3_column_text(stmt, 2));
	sqlite3_finalize(stmt);
	return n;
}

static int
compare(struct world *w, int table, int column, bool outside_dirty, bool show)
{
	const struct table *t = &w->schema->tables[table];
	const struct maintained *m = &t->maintained[column];
	struct text sql = { 0 };
	int n;

	text_add(&sql, "SELECT k, a, b FROM (SELECT ");
	recount_key(t, &sql);
	text_add(&sql, " AS k, ");
	stored(m, &sql);
	text_add(&sql, " AS a, ");
	expected_column(w->schema, table, column, "p", &sql);
	text_add(&sql, " AS b");
	from_holders(t, &sql);
	if (outside_dirty)
		not_dirty(t, &sql);
	text_add(&sql, ") WHERE 1");
	differs(m, &sql);
	n = report(w, sql.s, "recount", t->name, m->column.name, show);
	text_free(&sql);
	return n;
}

/*
 * Where not all are, columns that never decrement are left to their model, since what moved in is
 * not in them until a recount, and those that only recounts write are left alone.  What reads
 * counters that are dirty may be wrong with them.
 */
static bool
compared(const struct maintained *m, bool all, bool dirty)
{
	return m->kind != TALLY && (all || (!m->keep && !m->batch)) && !(dirty && m->over);
}

static int
compare_all(struct world *w, bool outside_dirty, bool all, bool show)
{
	bool dirty = outside_dirty && recount_dirty(w);
	int n = 0;

	for (int i = 0; i < w->schema->n_tables; i++)
		for (int k = 0; k < w->schema->tables[i].n_maintained; k++)
			if (compared(&w->schema->tables[i].maintained[k], all, dirty))
				n += compare(w, i, k, outside_dirty, show);
	return n;
}

int
recount_differences(struct world *w, bool show)
{
	return compare_all(w, false, true, show);
}

/* The generated descriptor of a column. */
static const struct cc_column *
generated(const struct world *w, int table, const struct maintained *m)
{
	for (int i = 0; i < w->tables[table]->n_columns; i++)
		if (strcmp(w->tables[table]->columns[i].name, m->column.sql) == 0)
			return &w->tables[table]->columns[i];
	return NULL;
}

/*
 * Never decrement and tally: against the model.  What is computed again has not seen the rows that
 * came and went meanwhile.
 */
static void
compare_model(struct world *w, int table, int column)
{
	const struct table *t = &w->schema->tables[table];
	const struct maintained *m = &t->maintained[column];
	struct text sql = { 0 };

	/* A delta that fails along with others leaves a definition to be repaired, no history. */
	if ((!m->keep && m->kind != TALLY) || (m->keep && (w->reckless ||
	    generated(w, table, m)->kind != CC_LINEAR)))
		return;
	text_add(&sql, "SELECT ");
	recount_key(t, &sql);
	text_add(&sql, ", ");
	stored(m, &sql);
	text_add(&sql, ", coalesce(p.shadow_%d, 0)", column);
	from_holders(t, &sql);
	not_dirty(t, &sql);
	text_add(&sql, " AND ");
	stored(m, &sql);
	text_add(&sql, m->keep && (w->tainted[table] || w->schema->features != 0)
	    ? " < coalesce(p.shadow_%d, 0)"
	    : " <> coalesce(p.shadow_%d, 0)", column);
	if (report(w, sql.s, "model", t->name, m->column.name, true) > 0)
		world_fail(w, "a column differs from its model");
	text_free(&sql);
}

/* A column with `touch` that changed has set the time. */
static void
compare_touch(struct world *w, int table, int column)
{
	const struct table *t = &w->schema->tables[table];
	const struct maintained *m = &t->maintained[column];
	struct text sql = { 0 }, touch = { 0 };
	int64_t unit = 1;

	if (m->touch < 0 || m->keep || m->batch || w->tainted[table])
		return;
	unit = t->columns[m->touch].storage == CC_SECONDS ? 1000000
	    : t->columns[m->touch].storage == CC_MILLIS ? 1000 : 1;
	expression_read(&touch, &t->columns[m->touch]);
	text_add(&sql, "SELECT ");
	recount_key(t, &sql);
	text_add(&sql, ", ");
	text_aliased(&sql, touch.s, "p");
	text_add(&sql, ", %" PRId64, w->started);
	from_holders(t, &sql);
	not_dirty(t, &sql);
	text_add(&sql, " AND p.shadow_touch IS NOT NULL AND p.shadow_%d IS NOT ", column);
	stored(m, &sql);
	text_add(&sql, " AND coalesce(");
	text_aliased(&sql, touch.s, "p");
	text_add(&sql, ", 0) < %" PRId64, w->started / unit * unit);
	if (report(w, sql.s, "touch", t->name, t->columns[m->touch].name, true) > 0)
		world_fail(w, "a column was not touched");
	text_free(&sql);
	text_free(&touch);
}

static void
repair(struct world *w)
{
	int rc = cc_repair(w->cc, NULL, NULL);

	world_log(w, "cc_repair -> %s", cc_result_name(rc));
	if (rc != CC_OK)
		world_fail(w, "repair: %s: %s", cc_result_name(rc), cc_errmsg(w->cc));
	else if (recount_dirty(w))
		world_fail(w, "cc_dirty is not empty after a repair");
	else if (compare_all(w, false, false, true) > 0)
		world_fail(w, "differences after a repair");
}

/* Rows of an upsert table are there as soon as something counts for them. */
static void
check_created(struct world *w, int table)
{
	const struct table *t = &w->schema->tables[table];

	for (int k = 0; k < t->n_maintained; k++)
		for (int i = 0; i < t->maintained[k].n_sources; i++) {
			const struct source *source = &t->maintained[k].sources[i];
			struct text sql = { 0 };

			if (t->maintained[k].keep || t->maintained[k].batch)
				continue;
			text_add(&sql, "SELECT count(*)");
			path_orphans(w->schema, source, &sql);
			if (world_number(w, sql.s) > 0)
				world_fail(w, "rows count for a row of %s that is not there: %s",
				    t->name, sql.s);
			text_free(&sql);
		}
}

/* After a committed step, outside any transaction. */
void
recount_check(struct world *w)
{
	bool dirty = recount_dirty(w);

	if (w->failed)
		return;
	if (dirty && !w->reckless)
		world_fail(w, "a parent is marked dirty, and nothing failed");
	if (compare_all(w, true, false, true) > 0)
		world_fail(w, "a column differs from the recount");
	for (int i = 0; i < w->schema->n_tables && !w->reckless; i++)
		if (w->schema->tables[i].upsert)
			check_created(w, i);
	for (int i = 0; i < w->schema->n_tables; i++)
		for (int k = 0; k < w->schema->tables[i].n_maintained; k++) {
			compare_model(w, i, k);
			if (!w->reckless)
				compare_touch(w, i, k);
		}
	if (dirty && !w->failed)
		repair(w);
	recount_resync(w);
}

/* The shadows are what is stored now. */
void
recount_resync(struct world *w)
{
	for (int i = 0; i < w->schema->n_tables; i++) {
		const struct table *t = &w->schema->tables[i];
		struct text sql = { 0 };

		text_add(&sql, "UPDATE ");
		text_identifier(&sql, t->sql);
		text_add(&sql, " AS p SET shadow_touch = 1");
		for (int k = 0; k < t->n_maintained; k++) {
			text_add(&sql, ", shadow_%d = ", k);
			stored(&t->maintained[k], &sql);
		}
		world_must(w, sql.s);
		text_free(&sql);
	}
	memset(w->tainted, 0, sizeof w->tainted);
}

/* ---- the model, and the typed reader ---- */

void
recount_inserted(struct world *w, int table, const struct row *row)
{
	for (int i = 0; i < w->schema->n_tables; i++) {
		const struct table *t = &w->schema->tables[i];

		for (int k = 0; k < t->n_maintained; k++) {
			const struct maintained *m = &t->maintained[k];
			struct text sql = { 0 }, rows = { 0 };
			char c[ALIAS];

			if (!m->keep || m->sources[0].child != table)
				continue;
			text_add(&sql, "UPDATE ");
			text_identifier(&sql, t->sql);
			text_add(&sql, " AS p SET shadow_%d = coalesce(shadow_%d, 0) + 1 WHERE ",
			    k, k);
			if (t->has_scope) {
				text_add(&sql, "(");
				text_aliased(&sql, t->scope.sql.s, "p");
				text_add(&sql, ") AND ");
			}
			path_rows(w->schema, &m->sources[0], "p", c, &rows);
			strcat(c, ".");
			text_add(&sql, "EXISTS (SELECT 1%s AND ", rows.s);
			rows_is(w->schema, table, row, c, &sql);
			text_add(&sql, ")");
			text_free(&rows);
			world_must(w, sql.s);
			text_free(&sql);
		}
	}
}

/* Counts, sums and tallies are never NULL for the reader. */
static double
reader_value(const struct cc_column *c, const void *counters)
{
	const void *at = (const char *)counters + c->offset;

	switch (c->type) {
	case CC_INT16: return *(const int16_t *)at;
	case CC_INT32: return *(const int32_t *)at;
	case CC_INT64: return (double)*(const int64_t *)at;
	default: return *(const double *)at;
	}
}

static void
read_one(struct world *w, int table, int column, const struct row *row, const void *counters)
{
	const struct table *t = &w->schema->tables[table];
	const struct maintained *m = &t->maintained[column];
	const struct cc_column *c = generated(w, table, m);
	struct text sql = { 0 };
	sqlite3_stmt *stmt;
	double is;

	if (c == NULL || c->type > CC_FLOAT64 || (m->kind != LINEAR && m->kind != TALLY)
	    || m->batch || m->over)
		return;
	text_add(&sql, "SELECT ");
	if (m->keep || m->kind == TALLY)
		text_add(&sql, "coalesce(p.shadow_%d, 0)", column);
	else
		expected_column(w->schema, table, column, "p", &sql);
	from_holders(t, &sql);
	text_add(&sql, " AND ");
	rows_where(w->schema, table, row, &sql);
	not_dirty(t, &sql);
	stmt = world_prepare(w, sql.s);
	is = reader_value(c, counters);
	if (sqlite3_step(stmt) == SQLITE_ROW && (m->keep && w->schema->features != 0
	    ? is < sqlite3_column_double(stmt, 0) : is != sqlite3_column_double(stmt, 0))) {
		struct text shown = { 0 };

		rows_show(w, table, row, &shown);
		world_fail(w, "the typed reader says %s is %g, should be %g, of %s",
		    m->column.name, is, sqlite3_column_double(stmt, 0), shown.s);
		text_free(&shown);
	}
	sqlite3_finalize(stmt);
	text_free(&sql);
}

void
recount_reader(struct world *w)
{
	int table = random_below(&w->random, w->schema->n_tables);
	const struct table *t = &w->schema->tables[table];
	_Alignas(max_align_t) char counters[1024];
	union cc_part key[CC_KEY_PARTS];
	struct row row;
	int rc;

	if (t->n_maintained == 0 || w->tainted[table] || w->reckless || w->skipping > 0
	    || w->tables[table]->counters_size > sizeof counters || !rows_pick(w, table, &row))
		return;
	rows_key(w, table, &row, key);
	rc = cc_row_counters(w->cc, w->tables[table], key, counters);
	/* What stands outside the scope is not maintained, and may be anything. */
	if (rc != CC_OK && !t->has_scope)
		world_fail(w, "cc_row_counters: %s: %s", cc_result_name(rc), cc_errmsg(w->cc));
	for (int k = 0; k < t->n_maintained && rc == CC_OK; k++)
		read_one(w, table, k, &row, counters);
}
