/*
 * references.c - draws the references of a table: to keys and unique columns, over several
 * columns or expressions, polymorphic ones, trees, and what deletes do.
 */
#include <string.h>

#include "describe.h"

/* A table that rows can refer to: -1 when this draw finds none. */
static int
draw_parent(struct maker *m, bool *to_key, int *unique)
{
	int i = random_below(&m->random, m->schema->n_tables);
	const struct table *p = &m->schema->tables[i];

	*unique = -1;
	for (int c = 0; c < p->n_columns; c++)
		if (p->columns[c].unique)
			*unique = c;
	*to_key = p->n_key > 0 && (*unique < 0 || random_chance(&m->random, 65));
	return p->singleton || p->upsert || (!*to_key && *unique < 0) ? -1 : i;
}

static void
draw_promise(struct maker *m, const struct table *t, struct reference *f)
{
	struct random *r = &m->random;
	bool nullable = true, keyed = m->schema->tables[f->parent].n_key > 0;
	int kind = random_below(r, 100);

	for (int i = 0; i < f->n_parts; i++) {
		if (f->columns[i] < 0)
			return;            /* no foreign key over an expression */
		/* Which of two foreign keys acts first is the engine's to choose. */
		for (int k = 0; k < t->n_references; k++)
			for (int j = 0; j < t->references[k].n_parts; j++)
				if (&t->references[k] != f && t->references[k].enforced
				    && t->references[k].columns[j] == f->columns[i])
					return;
		nullable = nullable && t->columns[f->columns[i]].nullable;
	}
	if (kind < 30 && keyed)
		f->on_delete = CC_CASCADE;
	else if (kind < 55 && nullable && keyed)
		f->on_delete = CC_SET_NULL;
	else if (kind < 60)
		f->on_delete = CC_RESTRICT;
	f->enforced = f->on_delete != CC_NO_PROMISE || random_chance(r, 35);
	f->follows = f->enforced && random_chance(r, 40);
}

static void
column_phrase(struct phrase *p, const struct column *c)
{
	text_identifier(&p->ccdl, c->name);
	text_add(&p->sql, "\1.");
	text_identifier(&p->sql, c->sql);
}

/* Another reference's column of the type, that this one then shares. */
static int
shared_column(struct maker *m, const struct table *t, const struct reference *f,
    const struct column *to)
{
	if (!has_feature(m->schema, F_SHARED) || !random_chance(&m->random, 60))
		return -1;
	for (int k = 0; k < t->n_references; k++)
		for (int i = 0; i < t->references[k].n_parts; i++) {
			int c = t->references[k].columns[i];
			bool mine = false;

			for (int j = 0; j < f->n_parts; j++)
				mine = mine || f->columns[j] == c;
			if (c >= 0 && t->columns[c].type == to->type && !mine)
				return c;
		}
	return -1;
}

/* An expression for a part of a reference: its type is the target's. */
static bool
computed_part(struct maker *m, struct table *t, const struct column *to, struct phrase *out)
{
	static const char *const forms[] = { " % 5", " + 1", " - 2", " * 2" };
	struct column like = { .type = to->type }, got;
	struct phrase value = { 0 };
	bool number = to->type != CC_DATE && to->type != CC_TEXT;

	if (to->type == CC_DATE)
		like.type = CC_TIMESTAMP;
	if (!has_feature(m->schema, F_COMPUTED) || random_chance(&m->random, 55)
	    || (to->type != CC_DATE && to->type > CC_INT64 && to->type != CC_TEXT)
	    || to->type == CC_BOOL
	    || (!number && !expression_value(&m->random, t, &like, &got, &value)))
		return false;
	if (number)                        /* its columns have no edge values: nothing overflows */
		expression_integer(&m->random, t, &value, 0);
	if (to->type == CC_DATE) {
		text_add(&out->ccdl, "date(%s)", value.ccdl.s);
		expression_day(value.sql.s, &out->sql);
	} else if (to->type == CC_TEXT) {
		text_add(&out->ccdl, "coalesce(%s, 'ab')", value.ccdl.s);
		text_add(&out->sql, "coalesce(%s, 'ab')", value.sql.s);
	} else {
		phrase_add(out, "(");
		phrase_each(out, value.ccdl.s, value.sql.s);
		phrase_add(out, forms[random_below(&m->random, 4)]);
		phrase_add(out, ")");
	}
	phrase_free(&value);
	return true;
}

static void
add_part(struct maker *m, struct table *t, struct reference *f, const struct table *parent,
    int target, bool nullable)
{
	const struct column *to = &parent->columns[target];
	int i = f->n_parts++, shared = f->named ? shared_column(m, t, f, to) : -1;

	f->parent_columns[i] = target;
	if (shared >= 0) {
		f->columns[i] = shared;
		column_phrase(&f->parts[i], &t->columns[shared]);
		return;
	}
	if (f->named && computed_part(m, t, to, &f->parts[i])) {
		f->columns[i] = -1;
		return;
	}
	if (f->named && to->type == CC_INT64 && random_chance(&m->random, 8)) {
		text_add(&f->parts[i].ccdl, "2");
		text_add(&f->parts[i].sql, "2");
		f->columns[i] = -1;
		return;
	}
	struct column *c = describe_column(m, t, to->type == CC_INT64 && random_chance(&m->random, 30)
	    ? CC_INT32 : to->type, "r");

	f->columns[i] = t->n_columns - 1;
	c->nullable = nullable;
	c->domain = to->domain + (random_chance(&m->random, 50) ? 0 : 2);
	column_phrase(&f->parts[i], c);
}

/* To the row's own table, by one column: what makes a tree. */
static void
add_tree(struct maker *m, struct table *t)
{
	struct random *r = &m->random;
	struct reference *f = &t->references[t->n_references];

	if (t->n_key == 0 || t->n_columns + 3 > MAX_COLUMNS - 2)
		return;
	*f = (struct reference){ .parent = (int)(t - m->schema->tables), .to_key = true, .tree = true };
	f->named = t->n_key > 1;
	if (f->named)
		describe_name(m, "tree", f->name, NULL);
	for (int k = 0; k < t->n_key; k++) {
		const struct column *to = &t->columns[t->key[k]];
		struct column *c = describe_column(m, t, to->type, "up");

		f->parent_columns[k] = t->key[k];
		f->columns[k] = t->n_columns - 1;
		c->nullable = true;
		c->domain = to->domain + (random_chance(r, 50) ? 0 : 2);
		column_phrase(&f->parts[k], c);
		f->n_parts++;
	}
	if (!f->named)
		strcpy(f->name, t->columns[f->columns[0]].name);
	draw_promise(m, t, f);
	t->n_references++;
}

static void
add_reference(struct maker *m, struct table *t)
{
	struct random *r = &m->random;
	struct reference *f = &t->references[t->n_references];
	int unique, i = draw_parent(m, &f->to_key, &unique);
	const struct table *p = i < 0 ? NULL : &m->schema->tables[i];
	/* No circle of rows that need each other to be there first. */
	bool nullable = random_chance(r, 55) || p >= t;

	if (p == NULL || t->n_columns + 3 > MAX_COLUMNS - 2)
		return;
	*f = (struct reference){ .parent = i, .to_key = f->to_key };
	f->named = (f->to_key && p->n_key > 1) || random_chance(r, has_feature(m->schema, F_COMPUTED)
	    ? 40 : 15);
	if (f->named)
		describe_name(m, "f", f->name, NULL);
	for (int k = 0; k < (f->to_key ? p->n_key : 1); k++)
		add_part(m, t, f, p, f->to_key ? p->key[k] : unique, nullable);
	if (!f->named)
		strcpy(f->name, t->columns[f->columns[0]].name);
	draw_promise(m, t, f);
	t->n_references++;
}

static void
type_is(struct phrase *p, const struct column *c, const char *value)
{
	text_identifier(&p->ccdl, c->name);
	text_add(&p->sql, "\1.");
	text_identifier(&p->sql, c->sql);
	text_add(&p->ccdl, " = ");
	text_add(&p->sql, " = ");
	text_string(&p->ccdl, value);
	text_string(&p->sql, value);
}

/* One column that refers to several tables, each under its condition. */
static void
add_polymorphic(struct maker *m, struct table *t)
{
	struct random *r = &m->random;
	struct column *kind, *id;
	int first = -1, column;

	if (t->n_columns + 3 > MAX_COLUMNS - 2)
		return;
	kind = describe_column(m, t, CC_TEXT, "kind");
	kind->domain = 4;
	kind->read = true;
	kind->nullable = random_chance(r, 40);
	id = describe_column(m, t, CC_INT64, "item");
	id->nullable = random_chance(r, 40);
	id->domain = 15;
	column = t->n_columns - 1;
	for (int i = 0; i < m->schema->n_tables && t->n_references < MAX_REFERENCES; i++) {
		const struct table *p = &m->schema->tables[i];
		struct reference *f = &t->references[t->n_references];
		struct value v;

		if (p->n_key != 1 || p->singleton || p->columns[p->key[0]].type != CC_INT64
		    || i == first)
			continue;
		*f = (struct reference){ .parent = i, .to_key = true, .n_parts = 1,
			.columns = { column }, .parent_columns = { p->key[0] }, .has_when = true };
		strcpy(f->name, id->name);
		column_phrase(&f->parts[0], id);
		value_key(kind, 1 + random_below(r, 4), &v);
		type_is(&f->when, kind, v.s);
		t->n_references++;
		first = first < 0 ? i : first;
	}
}

/* To an upsert table, over what makes its key. */
static void
add_upsert(struct maker *m, struct table *t, int parent)
{
	const struct table *p = &m->schema->tables[parent];
	struct reference *f = &t->references[t->n_references];

	if (t->n_references == MAX_REFERENCES || t->n_columns + 3 > MAX_COLUMNS - 2)
		return;
	*f = (struct reference){ .parent = parent, .to_key = true, .named = true };
	describe_name(m, "f", f->name, NULL);
	for (int k = 0; k < p->n_key; k++)
		add_part(m, t, f, p, p->key[k], random_chance(&m->random, 50));
	t->n_references++;
}

void
describe_references(struct maker *m, struct table *t)
{
	struct random *r = &m->random;
	uint32_t trees = 1u << F_TREE | 1u << F_ROLLUP | 1u << F_UP;

	if (t->singleton || t->upsert)
		return;
	if ((m->schema->features & trees) != 0 && random_chance(r, 60))
		add_tree(m, t);
	for (int n = 1 + random_below(r, 3); n > 0; n--)
		add_reference(m, t);
	if (random_chance(r, 20))
		add_polymorphic(m, t);
	for (int i = 0; i < m->schema->n_tables; i++)
		if (m->schema->tables[i].upsert && random_chance(r, 70))
			add_upsert(m, t, i);
}
