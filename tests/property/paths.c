/*
 * paths.c - paths of references: side paths that an expression reads through, and the path from
 * a counted row to its holder.
 *
 * In SQL each is a correlated subquery of its own.  A row that is missing or outside its scope
 * ends a path; behind a side path everything is NULL then.
 */
#include <stdlib.h>
#include <string.h>

#include "describe.h"

void
path_alias(const struct schema *s, char *alias)
{
	snprintf(alias, ALIAS, "b%d", ++*s->aliases);
}

/* from.… = to.… and the reference's `when`. */
void
path_link(const struct table *t, const struct reference *f, const char *from, const char *to,
    struct text *out)
{
	const struct table *parent = &t->schema->tables[f->parent];

	for (int i = 0; i < f->n_parts; i++) {
		text_add(out, i == 0 ? "" : " AND ");
		text_aliased(out, f->parts[i].sql.s, from);
		text_add(out, " = %s.", to);
		text_identifier(out, parent->columns[f->parent_columns[i]].sql);
	}
	if (f->has_when) {
		text_add(out, " AND (");
		text_aliased(out, f->when.sql.s, from);
		text_add(out, ")");
	}
}

void
path_scope(const struct table *t, const char *alias, struct text *out)
{
	if (!t->has_scope)
		return;
	text_add(out, " AND (");
	text_aliased(out, t->scope.sql.s, alias);
	text_add(out, ")");
}

void
path_same_row(const struct table *t, const char *a, const char *b, struct text *out)
{
	for (int i = 0; i < t->n_key; i++) {
		text_add(out, "%s%s.", i == 0 ? "" : " AND ", a);
		text_identifier(out, t->columns[t->key[i]].sql);
		text_add(out, " = %s.", b);
		text_identifier(out, t->columns[t->key[i]].sql);
	}
}

/* ---- side paths --------------------------------------------------------------------- */

/* Whether a missing row would not be mistaken for one: a constant leads from nowhere. */
static bool
may_be_climbed(const struct table *t, const struct reference *f)
{
	const struct table *p = &t->schema->tables[f->parent];
	bool column = false;

	for (int i = 0; i < f->n_parts; i++)
		column = column || f->columns[i] >= 0;
	return (column || f->far) && p->n_key > 0 && !p->upsert;
}

bool
path_draw(struct random *r, struct table *t, struct path *out)
{
	*out = (struct path){ .start = t };
	do {
		struct table *at = out->n == 0 ? t : path_end(out);
		int k = random_below(r, at->n_references);

		if (at->n_references == 0 || !may_be_climbed(at, &at->references[k]))
			break;
		out->references[out->n++] = k;
	} while (out->n < MAX_STEPS - 1 && random_chance(r, 35));
	return out->n > 0;
}

struct table *
path_table(const struct path *p, int step)
{
	struct table *t = p->start;

	for (int i = 0; i < step; i++)
		t = &t->schema->tables[t->references[p->references[i]].parent];
	return t;
}

struct table *
path_end(const struct path *p)
{
	return path_table(p, p->n);
}

void
path_ccdl(const struct path *p, struct text *out)
{
	for (int i = 0; i < p->n; i++) {
		text_identifier(out, path_table(p, i)->references[p->references[i]].name);
		text_add(out, ".");
	}
}

/*
 * What sql says of the row that the path leads to.  outer: a missing row's columns are NULL, and
 * sql is asked of them; else the whole is NULL.
 */
void
path_read(const struct path *p, const char *sql, bool outer, struct text *out)
{
	char aliases[MAX_STEPS + 1][ALIAS];

	if (p->n == 0) {
		text_add(out, "%s", sql);
		return;
	}
	strcpy(aliases[0], "\1");
	for (int i = 1; i <= p->n; i++)
		path_alias(p->start->schema, aliases[i]);
	text_add(out, "(SELECT ");
	text_aliased(out, sql, aliases[p->n]);
	text_add(out, " FROM (SELECT 1) AS one%s", aliases[1]);
	for (int i = 0; i < p->n; i++) {
		const struct table *t = path_table(p, i), *to = path_table(p, i + 1);

		text_add(out, outer ? " LEFT JOIN " : " JOIN ");
		text_identifier(out, to->sql);
		text_add(out, " AS %s ON ", aliases[i + 1]);
		path_link(t, &t->references[p->references[i]], aliases[i], aliases[i + 1], out);
		path_scope(to, aliases[i + 1], out);
	}
	text_add(out, ")");
}

/* ---- by ------------------------------------------------------------------------------- */

/* Every row that the step leads to from `from`, and on; or from the row itself on. */
static void
climb(const struct table *t, const struct step *steps, int n, const char *from, const char *p,
    struct text *out)
{
	const struct reference *f = &t->references[steps->reference];
	bool itself = steps->repeat == '*';
	char up[ALIAS], b[ALIAS];

	path_alias(t->schema, up);
	path_alias(t->schema, b);
	text_add(out, "EXISTS (WITH RECURSIVE %s AS (SELECT %s.* FROM ", up, b);
	text_identifier(out, t->sql);
	text_add(out, " AS %s WHERE ", b);
	if (itself)
		path_same_row(t, b, from, out);
	else
		path_link(t, f, from, b, out);
	path_scope(t, b, out);
	text_add(out, " UNION SELECT %s.* FROM %s, ", b, up);
	text_identifier(out, t->sql);
	text_add(out, " AS %s WHERE ", b);
	path_link(t, f, up, b, out);
	path_scope(t, b, out);
	text_add(out, ") SELECT 1 FROM %s WHERE ", up);
	if (n > 1)
		path_reach(t, steps + 1, n - 1, up, p, out);
	else
		path_same_row(t, up, p, out);
	text_add(out, ")");
}

/* Whether the steps from row `from` of t lead to row p. */
void
path_reach(const struct table *t, const struct step *steps, int n, const char *from, const char *p,
    struct text *out)
{
	const struct reference *f = &t->references[steps->reference];
	const struct table *to = &t->schema->tables[f->parent];
	char b[ALIAS];

	if (steps->repeat != '\0') {
		climb(t, steps, n, from, p, out);
		return;
	}
	if (n == 1) {
		path_link(t, f, from, p, out);
		return;
	}
	path_alias(t->schema, b);
	text_add(out, "EXISTS (SELECT 1 FROM ");
	text_identifier(out, to->sql);
	text_add(out, " AS %s WHERE ", b);
	path_link(t, f, from, b, out);
	path_scope(to, b, out);
	text_add(out, " AND ");
	path_reach(to, steps + 1, n - 1, b, p, out);
	text_add(out, ")");
}

void
path_rows(const struct schema *s, const struct source *source, const char *p, char *c,
    struct text *out)
{
	const struct table *child = &s->tables[source->child];

	path_alias(s, c);
	text_add(out, " FROM ");
	text_identifier(out, child->sql);
	text_add(out, " AS %s WHERE ", c);
	if (source->n_steps > 0)
		path_reach(child, source->steps, source->n_steps, c, p, out);
	else
		text_add(out, "1");
	path_scope(child, c, out);
	if (source->has_where) {
		text_add(out, " AND (");
		text_aliased(out, source->where.sql.s, c);
		text_add(out, ")");
	}
}

/* The reference names a whole key, and no row has it. */
static void
missing(const struct table *t, const struct reference *f, const char *from, struct text *out)
{
	char p[ALIAS];

	for (int i = 0; i < f->n_parts; i++) {
		text_add(out, " AND (");
		text_aliased(out, f->parts[i].sql.s, from);
		text_add(out, ") IS NOT NULL");
	}
	path_alias(t->schema, p);
	text_add(out, " AND NOT EXISTS (SELECT 1 FROM ");
	text_identifier(out, t->schema->tables[f->parent].sql);
	text_add(out, " AS %s WHERE ", p);
	path_link(t, f, from, p, out);
	text_add(out, ")");
}

void
path_orphans(const struct schema *s, const struct source *source, struct text *out)
{
	const struct table *t = &s->tables[source->child], *to = t;
	char at[ALIAS], b[ALIAS], c[ALIAS];

	path_alias(s, c);
	strcpy(at, c);
	text_add(out, " FROM ");
	text_identifier(out, t->sql);
	text_add(out, " AS %s", c);
	for (int i = 0; i + 1 < source->n_steps; i++, t = to, strcpy(at, b)) {
		to = &s->tables[t->references[source->steps[i].reference].parent];
		path_alias(s, b);
		text_add(out, " JOIN ");
		text_identifier(out, to->sql);
		text_add(out, " AS %s ON ", b);
		path_link(t, &t->references[source->steps[i].reference], at, b, out);
		path_scope(to, b, out);
	}
	text_add(out, " WHERE 1");
	path_scope(&s->tables[source->child], c, out);
	if (source->has_where) {
		text_add(out, " AND (");
		text_aliased(out, source->where.sql.s, c);
		text_add(out, ")");
	}
	missing(t, &t->references[source->steps[source->n_steps - 1].reference], at, out);
}

/* Tables that a tree is climbed in, or whose values come down one: their rows make no circle. */
const struct reference *
path_tree(const struct schema *s, int table)
{
	const struct table *t = &s->tables[table];

	for (int k = 0; k < t->n_references; k++)
		if (t->references[k].tree)
			return &t->references[k];
	return NULL;
}
