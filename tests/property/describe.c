/*
 * describe.c - from a seed to the description of a random schema.
 *
 * Everything that the language has for rows and their direct parents may turn up: keys of every
 * kind, several references to one table, to itself, to unique columns, with `when`, over several
 * columns; scopes, conditions, sums, linear combinations, derived columns; odd names.  What is
 * refused by the compiler is not drawn.
 */
#include <stdlib.h>
#include <string.h>

#include "describe.h"

static const char *const odd[] = {
	"order", "Group", "select", "int", "a\"b", "na\303\257ve", "register", "two words", "1st",
	"count", "class", "row", "table", "key", "to", "from", "amount", "x'y", "double", "cc",
};
enum { N_ODD = sizeof odd / sizeof *odd };

/* A name that nothing else in the schema has, also not when spelt as an identifier of C. */
void
describe_name(struct maker *m, const char *prefix, char *name, char *sql)
{
	struct random *r = &m->random;

	if (m->odd_names && m->odd_at < N_ODD && random_chance(r, 30))
		strcpy(name, odd[m->odd_at++]);
	else
		snprintf(name, 24, "%s%d", prefix, ++m->serial);
	if (sql == NULL)
		return;
	if (random_chance(r, 10))
		snprintf(sql, 28, "%s %d\"", m->odd_names ? "Db" : "db_", ++m->serial);
	else
		strcpy(sql, name);
}

struct column *
describe_column(struct maker *m, struct table *t, enum cc_type type, const char *prefix)
{
	struct column *c = &t->columns[t->n_columns++];

	*c = (struct column){ .type = type };
	describe_name(m, prefix, c->name, c->sql);
	return c;
}

void
describe_details(struct maker *m, struct column *c)
{
	static const enum cc_storage storages[] = { CC_PLAIN, CC_SECONDS, CC_MILLIS, CC_ISO };
	struct random *r = &m->random;

	if (c->type == CC_DECIMAL) {
		c->precision = 12;
		c->scale = random_below(r, 2) * 2;
		c->storage = random_chance(r, 50) ? CC_UNITS : CC_PLAIN;
	} else if (c->type == CC_TIMESTAMP)
		c->storage = storages[random_below(r, 4)];
	else if (c->type == CC_TEXT)
		c->nocase = random_chance(r, 15);
}

static void
add_plain(struct maker *m, struct table *t)
{
	static const enum cc_type types[] = { CC_BOOL, CC_BOOL, CC_INT16, CC_INT32, CC_INT32,
		CC_INT64, CC_INT64, CC_FLOAT32, CC_FLOAT64, CC_DECIMAL, CC_DECIMAL, CC_TEXT,
		CC_TEXT, CC_UUID, CC_JSONB, CC_TIMESTAMP, CC_TIMESTAMP, CC_DATE };
	struct random *r = &m->random;
	struct column *c = describe_column(m, t, types[random_below(r, 18)], "c");

	c->nullable = random_chance(r, 60);
	describe_details(m, c);
}

/* ---- keys ---- */

static void
add_key_part(struct maker *m, struct table *t, enum cc_type type, int domain)
{
	struct column *c = describe_column(m, t, type, "id");

	c->key = true;
	c->domain = domain;
	t->key[t->n_key++] = t->n_columns - 1;
}

static void
make_key(struct maker *m, struct table *t)
{
	int kind = random_below(&m->random, 100);

	if (kind < 45)
		add_key_part(m, t, random_chance(&m->random, 70) ? CC_INT64 : CC_INT32, 14);
	else if (kind < 57)
		add_key_part(m, t, CC_TEXT, 14);
	else if (kind < 67)
		add_key_part(m, t, CC_UUID, 14);
	else if (kind < 87) {
		add_key_part(m, t, random_chance(&m->random, 60) ? CC_INT64 : CC_TEXT, 4);
		add_key_part(m, t, random_chance(&m->random, 70) ? CC_TEXT : CC_DATE, 4);
	}
	if (t->n_key > 0)
		t->without_rowid = random_chance(&m->random, 10);
}

static void
make_table(struct maker *m, struct table *t, bool singleton)
{
	struct random *r = &m->random;
	int n = 1 + random_below(r, 4);

	describe_name(m, "t", t->name, t->sql);
	t->singleton = singleton;
	if (singleton) {
		add_key_part(m, t, CC_INT64, 1);
		return;
	}
	make_key(m, t);
	if (random_chance(r, 30)) {
		struct column *c = describe_column(m, t, random_chance(r, 50) ? CC_TEXT : CC_INT32, "u");

		c->unique = true;
		c->nullable = random_chance(r, 40);
		c->domain = 15;
	}
	while (n-- > 0)
		add_plain(m, t);
}

/* ---- references ---- */

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
	return p->singleton || (!*to_key && *unique < 0) ? -1 : i;
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

static void
add_part(struct maker *m, struct table *t, struct reference *f, const struct table *parent,
    int target, bool nullable)
{
	const struct column *to = &parent->columns[target];
	int i = f->n_parts++;

	f->parent_columns[i] = target;
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
	f->named = (f->to_key && p->n_key > 1) || random_chance(r, 15);
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

/* A table of pairs: its key is two of its references. */
static void
key_of_references(struct maker *m, struct table *t)
{
	int n = 0, columns[2];

	for (int i = 0; i < t->n_references && n < 2; i++) {
		const struct reference *f = &t->references[i];

		if (f->n_parts == 1 && f->columns[0] >= 0 && !f->has_when
		    && !t->columns[f->columns[0]].nullable)
			columns[n++] = f->columns[0];
	}
	if (t->n_key > 0 || n < 2 || random_chance(&m->random, 40))
		return;
	for (int i = 0; i < 2; i++) {
		t->key[t->n_key++] = columns[i];
		t->columns[columns[i]].key = true;
	}
}

static void
make_conditions(struct maker *m, struct table *t)
{
	struct random *r = &m->random;
	int n = random_below(r, MAX_CONDITIONS + 1);

	if (t->singleton)
		return;
	for (; n > 0; n--) {
		struct phrase p = { 0 };

		expression_condition(r, t, &p, 1);
		t->conditions[t->n_conditions].phrase = p;
		describe_name(m, "is", t->conditions[t->n_conditions++].name, NULL);
	}
	t->has_scope = random_chance(r, 30);
	if (t->has_scope)
		expression_condition(r, t, &t->scope, 1);
}

/* Children follow a changed key only by columns that nothing else reads. */
static void
settle_follows(struct table *t)
{
	for (int i = 0; i < t->n_references; i++) {
		struct reference *f = &t->references[i];

		for (int k = 0; f->follows && k < f->n_parts; k++) {
			const struct column *c = &t->columns[f->columns[k]];

			f->follows = !c->read && !c->key && !c->unique;
		}
	}
}

struct schema *
describe(uint64_t seed)
{
	struct schema *schema = calloc(1, sizeof *schema);
	struct maker m = { .schema = schema, .random = { seed } };
	struct random *r = &m.random;
	bool singleton = false;

	if (schema == NULL)
		abort();
	schema->seed = seed;
	snprintf(schema->name, sizeof schema->name, "s%llu", (unsigned long long)seed);
	m.odd_names = random_chance(r, 40);
	m.odd_at = random_below(r, N_ODD);
	schema->n_tables = 2 + random_below(r, 4);
	for (int i = 0; i < schema->n_tables; i++) {
		bool single = i > 0 && !singleton && random_chance(r, 10);

		make_table(&m, &schema->tables[i], single);
		singleton = singleton || single;
	}
	for (int i = 0; i < schema->n_tables; i++) {
		struct table *t = &schema->tables[i];

		for (int n = 1 + random_below(r, 3); n > 0 && !t->singleton; n--)
			add_reference(&m, t);
		if (!t->singleton && random_chance(r, 20))
			add_polymorphic(&m, t);
		key_of_references(&m, t);
		make_conditions(&m, t);
	}
	for (int i = 0; i < schema->n_tables; i++)
		describe_maintained(&m, i);
	for (int i = 0; i < schema->n_tables; i++)
		settle_follows(&schema->tables[i]);
	return schema;
}

void
describe_free(struct schema *schema)
{
	for (int i = 0; i < schema->n_tables; i++) {
		struct table *t = &schema->tables[i];

		phrase_free(&t->scope);
		for (int k = 0; k < t->n_conditions; k++)
			phrase_free(&t->conditions[k].phrase);
		for (int k = 0; k < t->n_references; k++) {
			phrase_free(&t->references[k].when);
			for (int p = 0; p < t->references[k].n_parts; p++)
				phrase_free(&t->references[k].parts[p]);
		}
		for (int k = 0; k < MAX_MAINTAINED; k++) {
			phrase_free(&t->maintained[k].derived);
			for (int s = 0; s < MAX_SOURCES; s++) {
				phrase_free(&t->maintained[k].sources[s].value);
				phrase_free(&t->maintained[k].sources[s].where);
			}
		}
	}
	free(schema);
}
