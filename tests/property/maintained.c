/*
 * maintained.c - draws the maintained columns of a table: sources, linear combinations, derived
 * columns, tallies, and their options.
 */
#include <stdlib.h>
#include <string.h>

#include "describe.h"

static void
draw_source(struct maker *m, int holder, enum cc_type type, int scale, struct source *s)
{
	struct random *r = &m->random;
	struct { int child, reference; } found[MAX_TABLES * MAX_REFERENCES];
	int n = 0, pick, same = 0;
	struct schema *schema = m->schema;

	for (int i = 0; i < schema->n_tables; i++)
		for (int k = 0; k < schema->tables[i].n_references; k++)
			if (schema->tables[i].references[k].parent == holder) {
				found[n].child = i;
				found[n++].reference = k;
			}
	*s = (struct source){ .child = -1, .reference = -1, .factor = 1 };
	if (schema->tables[holder].singleton) {
		do
			s->child = random_below(r, schema->n_tables);
		while (s->child == holder);
	} else if (n > 0) {
		pick = random_below(r, n);
		s->child = found[pick].child;
		s->reference = found[pick].reference;
		for (int i = 0; i < n; i++)
			same += found[i].child == s->child;
		s->say_by = same > 1 || random_chance(r, 50);
	} else
		return;

	struct table *child = &schema->tables[s->child];

	s->has_where = random_chance(r, 55);
	if (s->has_where)
		expression_condition(r, child, &s->where, 2);
	if (type == CC_FLOAT64 || type == CC_DECIMAL || (type != CC_INT16 && random_chance(r, 40))) {
		s->sum = expression_of_type(r, child, type, scale, &s->value, 2);
		if (!s->sum && (type == CC_FLOAT64 || type == CC_DECIMAL)) {
			phrase_free(&s->where);        /* the column is not taken */
			s->child = -1;
		}
	}
}

static struct maintained *
new_maintained(struct maker *m, struct table *t, enum cc_type type, const char *prefix)
{
	struct random *r = &m->random;
	struct maintained *n = &t->maintained[t->n_maintained];

	*n = (struct maintained){ .touch = -1, .installed = random_chance(r, 85) };
	n->column = (struct column){ .type = type, .precision = 18, .scale = 2 };
	describe_name(m, prefix, n->column.name, n->column.sql);
	n->no_default = random_chance(r, 15);
	n->column.nullable = n->no_default || random_chance(r, 10);
	return n;
}

static void
draw_touch(struct maker *m, struct table *t, struct maintained *n)
{
	struct column *c;

	if (!random_chance(&m->random, 25))
		return;
	for (int i = 0; i < t->n_columns; i++)
		if (t->columns[i].touched)
			n->touch = i;
	if (n->touch >= 0 || t->n_columns == MAX_COLUMNS)
		return;
	c = describe_column(m, t, CC_TIMESTAMP, "touched");
	c->touched = c->nullable = true;
	describe_details(m, c);
	n->touch = t->n_columns - 1;
}

static void
add_linear(struct maker *m, int holder)
{
	static const enum cc_type types[] = { CC_INT64, CC_INT64, CC_INT64, CC_INT32, CC_INT32,
		CC_INT16, CC_FLOAT64, CC_DECIMAL };
	struct random *r = &m->random;
	struct table *t = &m->schema->tables[holder];
	enum cc_type type = types[random_below(r, 8)];
	struct maintained *n = new_maintained(m, t, type, "n");
	int wanted = type != CC_DECIMAL && type != CC_FLOAT64 && random_chance(r, 25) ? 2 : 1;

	if (type == CC_DECIMAL) {
		n->column.scale = random_below(r, 2) * 2;
		n->column.storage = random_chance(r, 50) ? CC_UNITS : CC_PLAIN;
	}
	for (int i = 0; i < wanted; i++) {
		struct source *s = &n->sources[n->n_sources];

		draw_source(m, holder, type, n->column.scale, s);
		if (s->child < 0)
			return;
		n->n_sources++;
		if (wanted > 1)
			s->factor = random_below(r, 5) - 2;
		s->factor = s->factor == 0 ? 1 : s->factor;
	}
	if (wanted > 1 && random_chance(r, 30))
		n->constant = 5;
	n->keep = wanted == 1 && !n->sources[0].sum && random_chance(r, 20);
	n->immediate = random_chance(r, 20);
	draw_touch(m, t, n);
	t->n_maintained++;
}

static void
phrase_add(struct phrase *p, const char *s)
{
	text_add(&p->ccdl, "%s", s);
	text_add(&p->sql, "%s", s);
}

/* Derived columns are drawn over a table of what they may read. */
static void
add_derived(struct maker *m, struct table *t)
{
	struct random *r = &m->random;
	struct table row = { 0 };
	struct maintained *n;
	int from[MAX_COLUMNS];

	for (int i = 0; i < t->n_maintained; i++)
		if (t->maintained[i].column.type <= CC_INT64 && !t->maintained[i].keep) {
			from[row.n_columns] = -1;
			row.columns[row.n_columns] = t->maintained[i].column;
			row.columns[row.n_columns++].zero = true;
		}
	if (row.n_columns == 0)
		return;
	for (int i = 0; i < t->n_columns && row.n_columns < 6; i++)
		if (!t->columns[i].touched) {
			from[row.n_columns] = i;
			row.columns[row.n_columns++] = t->columns[i];
		}
	n = new_maintained(m, t, random_chance(r, 70) ? CC_INT64 : CC_BOOL, "d");
	n->kind = DERIVED;
	n->column.nullable = true;
	text_identifier(&n->derived.ccdl, row.columns[0].name);
	expression_read(&n->derived.sql, &row.columns[0]);
	if (n->column.type == CC_BOOL) {
		phrase_add(&n->derived, " > 1 or ");
		expression_condition(r, &row, &n->derived, 1);
	} else {
		phrase_add(&n->derived, " - ");
		expression_integer(r, &row, &n->derived, 2);
	}
	for (int i = 0; i < row.n_columns; i++)
		if (from[i] >= 0)
			t->columns[from[i]] = row.columns[i];
	t->n_maintained++;
}

void
describe_maintained(struct maker *m, int holder)
{
	struct table *t = &m->schema->tables[holder];
	int wanted = 1 + random_below(&m->random, 4);

	if (t->n_key == 0 && !t->singleton)
		return;
	while (wanted-- > 0)
		add_linear(m, holder);
	if (random_chance(&m->random, 40))
		add_derived(m, t);
	if (t->n_maintained > 0 && random_chance(&m->random, 20)) {
		new_maintained(m, t, CC_INT64, "v")->kind = TALLY;
		t->n_maintained++;
	}
}
