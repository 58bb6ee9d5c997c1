/*
 * maintained.c - draws the maintained columns of a table: sources, linear combinations, derived
 * columns, tallies, and their options.
 */
#include <stdlib.h>
#include <string.h>

#include "describe.h"

struct maintained *
describe_new(struct maker *m, struct table *t, enum cc_type type, const char *prefix)
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

/* A draw that came to nothing. */
static void
drop(struct maintained *n)
{
	phrase_free(&n->derived);
	for (int i = 0; i < MAX_SOURCES; i++)
		source_free(&n->sources[i]);
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
	struct maintained *n = describe_new(m, t, type, "n");
	int wanted = type != CC_DECIMAL && type != CC_FLOAT64 && random_chance(r, 25) ? 2 : 1;

	if (type == CC_DECIMAL) {
		n->column.scale = random_below(r, 2) * 2;
		n->column.storage = random_chance(r, 50) ? CC_UNITS : CC_PLAIN;
	}
	for (int i = 0; i < wanted; i++) {
		struct source *s = &n->sources[n->n_sources];

		source_linear(m, holder, type, n->column.scale, s);
		if (s->child < 0) {
			drop(n);
			return;
		}
		n->n_sources++;
		if (wanted > 1)
			s->factor = random_below(r, 5) - 2;
		s->factor = s->factor == 0 ? 1 : s->factor;
	}
	if (wanted > 1 && random_chance(r, 30))
		n->constant = 5;
	n->keep = wanted == 1 && !source_asks(m->schema, &n->sources[0]) && n->sources[0].aggregate == COUNT && !m->schema->over
	    && random_chance(r, 20);
	n->batch = !n->keep && has_feature(m->schema, F_BATCH) && random_chance(r, 20);
	n->immediate = !n->batch && random_chance(r, 20);
	n->over = m->schema->over;
	draw_touch(m, t, n);
	t->n_maintained++;
}

/* Derived columns are drawn over a table of what they may read. */
static void
add_derived(struct maker *m, struct table *t)
{
	struct random *r = &m->random;
	struct table row = { .schema = t->schema, .n_references = t->n_references };
	struct maintained *n;
	int from[MAX_COLUMNS];
	bool over = false;

	for (int i = 0; i < t->n_maintained; i++)
		if (t->maintained[i].kind == LINEAR && t->maintained[i].column.type <= CC_INT64
		    && !t->maintained[i].keep && !t->maintained[i].batch) {
			from[row.n_columns] = -1;
			row.columns[row.n_columns] = t->maintained[i].column;
			row.columns[row.n_columns++].zero = true;
			over |= t->maintained[i].over;
		}
	if (row.n_columns == 0)
		return;
	for (int i = 0; i < t->n_columns && row.n_columns < 6; i++)
		if (!t->columns[i].touched) {
			from[row.n_columns] = i;
			row.columns[row.n_columns++] = t->columns[i];
		}
	n = describe_new(m, t, random_chance(r, 70) ? CC_INT64 : CC_BOOL, "d");
	n->kind = DERIVED;
	n->over = over;
	n->column.nullable = true;
	memcpy(row.references, t->references, sizeof row.references);
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
		if (from[i] >= 0) {
			t->columns[from[i]].small |= row.columns[i].small;
			t->columns[from[i]].read |= row.columns[i].read;
		}
	draw_touch(m, t, n);
	t->n_maintained++;
}

/* One more column of any kind that is to be drawn. */
static void
add_special(struct maker *m, int holder)
{
	static bool (*const draws[])(struct maker *, int) = { special_aggregate, special_aggregate,
		special_aggregate, special_combo, special_shape, special_shape, special_rollup,
		special_depth, special_raw };
	struct table *t = &m->schema->tables[holder];
	int at = t->n_maintained;

	if (draws[random_below(&m->random, 9)](m, holder)) {
		t->maintained[at].over = m->schema->over;
		draw_touch(m, t, &t->maintained[at]);
	} else
		drop(&t->maintained[at]);
}

void
describe_maintained(struct maker *m, int holder)
{
	struct table *t = &m->schema->tables[holder];
	int wanted = 1 + random_below(&m->random, 4);

	if (t->n_key == 0 && !t->singleton)
		return;
	while (wanted-- > 0 && t->n_maintained < MAX_MAINTAINED - 2) {
		int at = t->n_maintained;

		m->schema->over = false;
		if (m->schema->features != 0 && random_chance(&m->random, 55))
			add_special(m, holder);
		else
			add_linear(m, holder);
		if (t->n_maintained > at && t->maintained[at].kind != TALLY
		    && !oracle_fits(m->schema, holder, at)) {
			drop(&t->maintained[at]);
			t->n_maintained--;
		}
	}
	m->schema->over = false;
	if (t->n_maintained < MAX_MAINTAINED && random_chance(&m->random, 30))
		add_derived(m, t);
	if (t->n_maintained > 0 && t->n_maintained < MAX_MAINTAINED && !t->upsert
	    && random_chance(&m->random, 15)) {
		describe_new(m, t, CC_INT64, "v")->kind = TALLY;
		t->n_maintained++;
	}
}
