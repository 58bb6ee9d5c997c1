/*
 * twins.c - two tables of the schema over one table of the database, each with its own scope.
 *
 * Only tables that nothing refers to are doubled.  The application tells both of every write.
 */
#include <string.h>

#include "describe.h"

static void
copy_phrase(struct phrase *to, const struct phrase *from)
{
	*to = (struct phrase){ 0 };
	if (from->ccdl.s != NULL)
		text_add(&to->ccdl, "%s", from->ccdl.s);
	if (from->sql.s != NULL)
		text_add(&to->sql, "%s", from->sql.s);
}

static void
say_scope(struct table *t, int kind, const char *value)
{
	const struct column *c = &t->columns[kind];

	phrase_free(&t->scope);
	t->has_scope = true;
	text_identifier(&t->scope.ccdl, c->name);
	text_add(&t->scope.sql, "\1.");
	text_identifier(&t->scope.sql, c->sql);
	phrase_add(&t->scope, " = ");
	text_string(&t->scope.ccdl, value);
	text_string(&t->scope.sql, value);
}

static bool
referred(const struct schema *s, int table)
{
	for (int i = 0; i < s->n_tables; i++)
		for (int k = 0; k < s->tables[i].n_references; k++)
			if (s->tables[i].references[k].parent == table)
				return true;
	return false;
}

static void
make_twin(struct maker *m, int table)
{
	struct schema *s = m->schema;
	struct table *t = &s->tables[table], *twin = &s->tables[s->n_tables];
	struct column *kind = describe_column(m, t, CC_TEXT, "kind");
	struct value a, b;

	kind->domain = 3;
	kind->read = true;
	value_key(kind, 1, &a);
	value_key(kind, 2, &b);
	*twin = *t;
	describe_name(m, "twin", twin->name, NULL);
	twin->twin = table;
	twin->scope = (struct phrase){ 0 };
	twin->n_conditions = 0;
	for (int k = 0; k < t->n_references; k++) {
		struct reference *f = &twin->references[k];

		copy_phrase(&f->when, &t->references[k].when);
		for (int i = 0; i < f->n_parts; i++)
			copy_phrase(&f->parts[i], &t->references[k].parts[i]);
	}
	say_scope(t, t->n_columns - 1, a.s);
	say_scope(twin, t->n_columns - 1, b.s);
	s->n_tables++;
}

void
describe_twins(struct maker *m)
{
	struct schema *s = m->schema;

	if (!has_feature(s, F_TWINS) || s->n_tables == MAX_TABLES)
		return;
	for (int i = 0; i < s->n_tables; i++) {
		const struct table *t = &s->tables[i];

		if (t->singleton || t->upsert || t->n_references == 0 || referred(s, i)
		    || t->n_columns + 2 > MAX_COLUMNS || strcmp(t->name, t->sql) != 0)
			continue;
		make_twin(m, i);
		return;
	}
}

void
describe_twins_settled(struct schema *s)
{
	for (int i = 0; i < s->n_tables; i++)
		for (int c = 0; s->tables[i].twin >= 0 && c < s->tables[i].n_columns; c++) {
			struct column *a = &s->tables[i].columns[c];
			struct column *b = &s->tables[s->tables[i].twin].columns[c];

			a->small = b->small = a->small || b->small;
			a->read = b->read = a->read || b->read;
		}
}

int
twin_of(const struct schema *s, int table)
{
	if (s->tables[table].twin >= 0)
		return s->tables[table].twin;
	for (int i = 0; i < s->n_tables; i++)
		if (s->tables[i].twin == table)
			return i;
	return -1;
}
