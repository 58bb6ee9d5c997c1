/*
 * expected.c - the SQL of definitions: what a maintained column of a row must hold, from nothing
 * but the rows, in the language's form.  It reads no maintained column; what others hold is
 * spelt out in its place.
 */
#include <string.h>

#include "describe.h"

bool
expected_zero(const struct maintained *m)
{
	return m->kind == LINEAR || m->kind == TALLY || m->zero
	    || (m->kind == REDERIVED && m->n_sources == 1 && m->derived.sql.s == NULL
	    && (m->sources[0].aggregate == DISTINCT || m->sources[0].aggregate == COUNT));
}

/* Pairs without a NULL. */
static void
pairs(const struct schema *s, const struct source *source, const char *p, struct text *out)
{
	struct text rows = { 0 };
	char c[ALIAS];

	path_rows(s, source, p, c, &rows);
	text_add(out, "(SELECT count(*) FROM (SELECT DISTINCT ");
	text_aliased(out, source->values[0].sql.s, c);
	text_add(out, " AS x, ");
	text_aliased(out, source->values[1].sql.s, c);
	text_add(out, " AS y%s) WHERE x IS NOT NULL AND y IS NOT NULL)", rows.s);
	text_free(&rows);
}

static void
aggregate(const struct schema *s, const struct source *source, const char *p, struct text *out)
{
	static const char *const heads[] = { [COUNT] = "(SELECT count(*", [SUM] =
		"(SELECT coalesce(sum(", [DISTINCT] = "(SELECT count(DISTINCT ", [MIN] =
		"(SELECT min(", [MAX] = "(SELECT max(", [AVG] = "(SELECT avg(",
		[FIRST] = "(SELECT (", [EXISTS] = "EXISTS (SELECT (1" };
	struct text rows = { 0 };
	char c[ALIAS];

	path_rows(s, source, p, c, &rows);
	text_add(out, "%s", heads[source->aggregate]);
	if (source->n_values > 0)
		text_aliased(out, source->values[0].sql.s, c);
	text_add(out, source->aggregate == SUM ? "), 0)" : ")");
	text_add(out, "%s", rows.s);
	if (source->aggregate == FIRST) {
		text_add(out, " ORDER BY ");
		text_aliased(out, source->order.sql.s, c);
		text_add(out, " LIMIT 1");
	}
	text_add(out, ")");
	text_free(&rows);
}

void
expected_source(const struct schema *s, const struct source *source, const char *p,
    struct text *out)
{
	if (source->has_else)
		text_add(out, "coalesce(");
	if (source->aggregate == SHAPE)
		shape_expected(s, source, p, out);
	else if (source->aggregate == DISTINCT && source->n_values == 2)
		pairs(s, source, p, out);
	else
		aggregate(s, source, p, out);
	if (source->has_else) {
		text_add(out, ", ");
		text_aliased(out, source->otherwise.sql.s, p);
		text_add(out, ")");
	}
}

/* A derived column: its expression over a row whose other columns are as they should be. */
static void
derived(const struct schema *s, int table, int column, const char *p, struct text *out)
{
	const struct table *t = &s->tables[table];
	char q[ALIAS];

	path_alias(s, q);
	text_add(out, "(SELECT ");
	text_aliased(out, t->maintained[column].derived.sql.s, q);
	text_add(out, " FROM (SELECT ");
	for (int i = 0; i < t->n_columns; i++) {
		text_add(out, "%s%s.", i == 0 ? "" : ", ", p);
		text_identifier(out, t->columns[i].sql);
	}
	for (int i = 0; i < column; i++) {
		const struct maintained *m = &t->maintained[i];

		if (m->kind != LINEAR || m->keep || m->batch)
			continue;
		text_add(out, ", ");
		expected_column(s, table, i, p, out);
		text_add(out, " AS ");
		text_identifier(out, m->column.sql);
	}
	text_add(out, ") AS %s)", q);
}

/* \2 … \4 stand for the sources, \1 for the row. */
static void
combined(const struct schema *s, const struct maintained *m, const char *p, struct text *out)
{
	for (const char *c = m->derived.sql.s; *c != '\0'; c++)
		if (*c >= '\2' && *c <= '\4')
			expected_source(s, &m->sources[*c - '\2'], p, out);
		else if (*c == '\1')
			text_add(out, "%s", p);
		else
			text_add(out, "%c", *c);
}

void
expected_column(const struct schema *s, int table, int column, const char *p, struct text *out)
{
	const struct maintained *m = &s->tables[table].maintained[column];

	if (m->whole) {
		text_aliased(out, m->derived.sql.s, p);
		return;
	}
	if (m->kind == DERIVED) {
		derived(s, table, column, p, out);
		return;
	}
	if (m->kind == REDERIVED && m->derived.sql.s == NULL) {
		expected_source(s, &m->sources[0], p, out);
		return;
	}
	text_add(out, "(");
	if (m->kind == REDERIVED)
		combined(s, m, p, out);
	else
		text_add(out, "%d", m->constant);
	for (int i = 0; m->kind == LINEAR && i < m->n_sources; i++) {
		text_add(out, " + %d * ", m->sources[i].factor);
		expected_source(s, &m->sources[i], p, out);
	}
	text_add(out, ")");
}
