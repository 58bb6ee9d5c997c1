/*
 * source.c - draws sources: which rows, by which path, under which condition; and sources inside
 * conditions.
 */
#include <stdlib.h>
#include <string.h>

#include "describe.h"

/* ---- the path --------------------------------------------------------------------- */

/* One more step at the lower end: from a table that refers to the child so far. */
static bool
lower(struct maker *m, struct source *s)
{
	struct { int child, reference; } found[MAX_TABLES * MAX_REFERENCES];
	const struct schema *schema = m->schema;
	int n = 0, pick;

	if (s->n_steps == MAX_STEPS || schema->tables[s->child].n_key == 0
	    || schema->tables[s->child].upsert)
		return false;
	for (int i = 0; i < schema->n_tables; i++)
		for (int k = 0; k < schema->tables[i].n_references; k++)
			if (schema->tables[i].references[k].parent == s->child) {
				found[n].child = i;
				found[n++].reference = k;
			}
	if (n == 0)
		return false;
	pick = random_below(&m->random, n);
	memmove(s->steps + 1, s->steps, (size_t)s->n_steps * sizeof *s->steps);
	s->steps[0] = (struct step){ .reference = found[pick].reference };
	s->child = found[pick].child;
	s->n_steps++;
	return true;
}

/* Up the holder's tree, where it has one. */
static void
climb(struct maker *m, int holder, struct source *s)
{
	struct table *t = &m->schema->tables[holder];

	for (int k = 0; k < t->n_references; k++) {
		if (!t->references[k].tree)
			continue;
		s->child = holder;
		s->steps[0] = (struct step){ k, random_chance(&m->random, 50) ? '+' : '*' };
		s->n_steps = 1;
		s->say_by = true;
		return;
	}
}

/* Up a tree on the way, to go on behind it. */
static void
behind(struct maker *m, struct source *s)
{
	const struct schema *schema = m->schema;
	int at = s->child, up[MAX_STEPS], place[MAX_STEPS], n = 0, pick;

	for (int i = 0; i < s->n_steps; i++) {
		const struct reference *tree = path_tree(schema, at);

		if (tree != NULL && s->n_steps < MAX_STEPS) {
			up[n] = (int)(tree - schema->tables[at].references);
			place[n++] = i;
		}
		at = schema->tables[at].references[s->steps[i].reference].parent;
	}
	if (n == 0 || schema->tables[at].upsert)
		return;
	pick = random_below(&m->random, n);
	memmove(s->steps + place[pick] + 1, s->steps + place[pick],
	    (size_t)(s->n_steps - place[pick]) * sizeof *s->steps);
	s->steps[place[pick]] = (struct step){ up[pick], random_chance(&m->random, 50) ? '+' : '*' };
	s->n_steps++;
	s->say_by = true;
}

void
source_path(struct maker *m, int holder, struct source *s)
{
	struct random *r = &m->random;
	struct schema *schema = m->schema;
	int same = 0;

	*s = (struct source){ .child = holder, .factor = 1 };
	if (schema->tables[holder].singleton) {
		do
			s->child = random_below(r, schema->n_tables);
		while (s->child == holder);
		return;
	}
	if (has_feature(schema, F_TREE) && random_chance(r, 35))
		climb(m, holder, s);
	if ((s->n_steps == 0 || random_chance(r, 50)) && !lower(m, s) && s->n_steps == 0) {
		s->child = -1;
		return;
	}
	while (has_feature(schema, F_PATH) && random_chance(r, 40) && lower(m, s))
		;
	if (has_feature(schema, F_BEHIND) && random_chance(r, 40))
		behind(m, s);
	for (int k = 0; k < schema->tables[s->child].n_references; k++)
		same += schema->tables[s->child].references[k].parent == holder;
	s->say_by = s->n_steps > 1 || s->say_by || same > 1 || random_chance(r, 50);
}

void
source_where(struct maker *m, struct source *s)
{
	struct random *r = &m->random;
	struct table *child = &m->schema->tables[s->child];
	struct phrase now = { 0 };

	s->has_where = random_chance(r, 55);
	if (s->has_where)
		expression_condition(r, child, &s->where, 2);
	if (!has_feature(m->schema, F_NOW) || !random_chance(r, 60)
	    || !expression_now(r, child, &now))
		return;
	if (s->has_where) {
		phrase_add(&s->where, ")");
		text_prepend(&s->where.ccdl, "(");
		text_prepend(&s->where.sql, "(");
		phrase_add(&s->where, " and ");
	}
	s->has_where = true;
	phrase_each(&s->where, now.ccdl.s, now.sql.s);
	phrase_free(&now);
}

void
source_linear(struct maker *m, int holder, enum cc_type type, int scale, struct source *s)
{
	struct random *r = &m->random;
	struct table *child;
	bool exact = type == CC_FLOAT64 || type == CC_DECIMAL;

	source_path(m, holder, s);
	if (s->child < 0)
		return;
	child = &m->schema->tables[s->child];
	source_where(m, s);
	if (!exact && (type == CC_INT16 || random_chance(r, 60)))
		return;
	s->aggregate = SUM;
	s->n_values = 1;
	if (type == CC_INT64 && random_chance(r, 30) && expression_counter(r, child, &s->values[0]))
		return;
	if (!expression_of_type(r, child, type, scale, &s->values[0], 2)) {
		source_free(s);                /* the column is not taken */
		s->child = -1;
	}
}

bool
source_asks(const struct schema *schema, const struct source *s)
{
	const struct table *at = &schema->tables[s->child];

	for (int i = 0; i < s->n_steps; i++) {
		const struct reference *f = &at->references[s->steps[i].reference];

		if (at->far || f->far || (s->steps[i].repeat != '\0' && i + 1 < s->n_steps))
			return true;
		at = &schema->tables[f->parent];
		if (at->far && (i + 1 < s->n_steps || s->steps[i].repeat != '\0'))
			return true;
	}
	return at->far && s->n_steps == 0;
}

void
source_free(struct source *s)
{
	for (int i = 0; i < 2; i++)
		phrase_free(&s->values[i]);
	phrase_free(&s->order);
	phrase_free(&s->where);
	phrase_free(&s->otherwise);
	shape_free(s->shape);
	s->shape = NULL;
}

/* ---- what rows have that others count ------------------------------------------------- */

static int
number_of(const struct table *t)
{
	ptrdiff_t i = t - t->schema->tables;

	return i >= 0 && i < t->schema->n_tables ? (int)i : -1;
}

bool
inner_condition(struct random *r, struct table *t, struct phrase *out)
{
	const struct schema *schema = t->schema;
	struct source source = { .child = -1, .n_steps = 1, .say_by = true, .factor = 1 };
	int table = t < schema->tables || t >= schema->tables + schema->n_tables ? -1 : number_of(t);
	int at = random_below(r, schema->n_tables);

	for (int i = 0; i < schema->n_tables && source.child < 0; i++, at++)
		for (int k = 0; k < schema->tables[at % schema->n_tables].n_references; k++)
			if (schema->tables[at % schema->n_tables].references[k].parent == table) {
				source.child = at % schema->n_tables;
				source.steps[0].reference = k;
			}
	if (table < 0 || source.child < 0 || t->n_key == 0)
		return false;
	source.aggregate = random_chance(r, 50) ? EXISTS : COUNT;
	phrase_add(out, source.aggregate == EXISTS && random_chance(r, 50) ? "not (" : "(");
	print_source(schema, &source, &out->ccdl);
	expected_source(schema, &source, "\1", &out->sql);
	phrase_add(out, source.aggregate == EXISTS ? ")" : ") > 1");
	return true;
}

bool
expression_counter(struct random *r, struct table *t, struct phrase *out)
{
	struct schema *schema = t->schema;
	int found[MAX_MAINTAINED], n = 0, pick;

	if (!schema->settled || !has_feature(schema, F_OVER) || t < schema->tables
	    || t >= schema->tables + schema->n_tables)
		return false;
	for (int k = 0; k < t->n_maintained; k++) {
		const struct maintained *m = &t->maintained[k];

		if ((m->kind == LINEAR || m->kind == REDERIVED) && m->column.type <= CC_INT64
		    && m->column.type != CC_BOOL && !m->keep && !m->batch && expected_zero(m))
			found[n++] = k;
	}
	if (n == 0)
		return false;
	pick = found[random_below(r, n)];
	schema->over = true;
	text_identifier(&out->ccdl, t->maintained[pick].column.name);
	expected_column(schema, number_of(t), pick, "\1", &out->sql);
	return true;
}
