/*
 * far.c - draws default scopes, `when`s and keys that are read from other rows, or say now().
 *
 * Drawn after all that is of its own row, and before any path is printed through it.  What is read
 * by one is not made far itself, so that no row is found by way of itself.
 */
#include <stdlib.h>
#include <string.h>

#include "describe.h"

/* May the path be read for table t, by its reference f if that is not NULL? */
static bool
may_read(const struct path *p, const struct table *t, const struct reference *f)
{
	for (int i = 0; i < p->n; i++) {
		const struct reference *by = &path_table(p, i)->references[p->references[i]];

		if (by->far || by == f || path_table(p, i + 1)->far || path_table(p, i + 1) == t)
			return false;
	}
	return true;
}

static void
mark_read(const struct path *p)
{
	for (int i = 0; i < p->n; i++) {
		path_table(p, i)->references[p->references[i]].read = true;
		path_table(p, i + 1)->read = true;
	}
}

static bool
draw_path(struct maker *m, struct table *t, const struct reference *f, struct path *p)
{
	for (int tries = 0; tries < 4; tries++)
		if (path_draw(&m->random, t, p) && may_read(p, t, f))
			return true;
	return false;
}

static void
read_column(const struct path *p, struct column *c, struct phrase *out)
{
	struct text sql = { 0 };

	c->read = true;
	path_ccdl(p, &out->ccdl);
	text_identifier(&out->ccdl, c->name);
	expression_read(&sql, c);
	path_read(p, sql.s, false, &out->sql);
	text_free(&sql);
}

static void
say_now(struct maker *m, struct phrase *out)
{
	bool after = random_chance(&m->random, 50);

	text_add(&out->ccdl, "%s now() - 1 day", after ? " >" : " <=");
	text_add(&out->sql, "%s ((SELECT at FROM cc_window WHERE schema = '%s' AND moment = 'now()')"
	    " - 86400000000)", after ? " >" : " <=", m->schema->name);
}

/* A condition over a column that the path leads to, or of the row itself where it has no step. */
static bool
far_condition(struct maker *m, const struct path *p, struct phrase *out)
{
	struct random *r = &m->random;
	struct table *end = path_end(p);
	struct column *c = &end->columns[random_below(r, end->n_columns)];
	bool moment = c->type == CC_TIMESTAMP && has_feature(m->schema, F_NOW);

	if (c->touched || (p->n == 0 && !moment))
		return false;
	read_column(p, c, out);
	if (moment && (p->n == 0 || random_chance(r, 70)))
		say_now(m, out);
	else if (c->type == CC_INT32 || c->type == CC_INT64) {
		text_add(&out->ccdl, " >= 2");
		text_add(&out->sql, " >= 2");
	} else if (c->type != CC_BOOL || random_chance(r, 40)) {
		bool not = random_chance(r, 50);

		text_add(&out->ccdl, " is%s null", not ? " not" : "");
		text_add(&out->sql, " IS%s NULL", not ? " NOT" : "");
	}
	return true;
}

static void
conjoin(struct phrase *to, bool there, struct phrase *more)
{
	if (there) {
		text_prepend(&to->ccdl, "(");
		text_prepend(&to->sql, "(");
		text_add(&to->ccdl, ") and ");
		text_add(&to->sql, ") AND ");
	}
	text_add(&to->ccdl, "%s", more->ccdl.s);
	text_add(&to->sql, "%s", more->sql.s);
}

static void
far_scope(struct maker *m, struct table *t)
{
	struct path p = { .start = t };
	struct phrase more = { 0 };

	if (t->singleton || t->upsert || t->read || (random_chance(&m->random, 70)
	    && !draw_path(m, t, NULL, &p)))
		return;
	if (far_condition(m, &p, &more)) {
		conjoin(&t->scope, t->has_scope, &more);
		t->has_scope = t->far = true;
		mark_read(&p);
	}
	phrase_free(&more);
}

/* Its rows are the database's own to keep where it has a foreign key. */
static bool
may_be_far(const struct schema *s, const struct reference *f)
{
	return !f->read && !f->far && !f->tree && !f->enforced && f->on_delete == CC_NO_PROMISE
	    && !s->tables[f->parent].upsert;
}

static void
far_when(struct maker *m, struct table *t, struct reference *f)
{
	struct path p = { .start = t };
	struct phrase more = { 0 };

	if (!may_be_far(m->schema, f) || (random_chance(&m->random, 70) && !draw_path(m, t, f, &p)))
		return;
	if (far_condition(m, &p, &more)) {
		conjoin(&f->when, f->has_when, &more);
		f->has_when = f->far = true;
		mark_read(&p);
	}
	phrase_free(&more);
}

static void
far_key(struct maker *m, struct table *t, struct reference *f)
{
	const struct column *to = &m->schema->tables[f->parent].columns[f->parent_columns[0]];
	struct path p = { .start = t };
	struct table *end;

	if (!may_be_far(m->schema, f) || !f->named || f->n_parts != 1 || !draw_path(m, t, f, &p))
		return;
	end = path_end(&p);
	for (int i = 0; i < end->n_columns; i++) {
		if (end->columns[i].type != to->type || end->columns[i].scale != to->scale
		    || end->columns[i].storage != to->storage)
			continue;
		phrase_free(&f->parts[0]);
		f->parts[0] = (struct phrase){ 0 };
		read_column(&p, &end->columns[i], &f->parts[0]);
		end->columns[i].small |= to->domain > 0;
		f->columns[0] = -1;
		f->far = true;
		mark_read(&p);
		return;
	}
}

void
describe_far(struct maker *m)
{
	struct schema *s = m->schema;

	if (!has_feature(s, F_FAR))
		return;
	for (int i = 0; i < s->n_tables; i++) {
		struct table *t = &s->tables[i];

		if (twin_of(s, i) >= 0)
			continue;
		if (random_chance(&m->random, 50))
			far_scope(m, t);
		for (int k = 0; k < t->n_references; k++) {
			if (random_chance(&m->random, 25))
				far_when(m, t, &t->references[k]);
			if (random_chance(&m->random, 50))
				far_key(m, t, &t->references[k]);
		}
	}
}
