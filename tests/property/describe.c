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

/* Rows that come into being with what counts for them: a key, and what may be NULL. */
static void
make_upsert(struct maker *m, struct table *t)
{
	if (random_chance(&m->random, 60))
		add_key_part(m, t, CC_INT64, 6);
	add_key_part(m, t, random_chance(&m->random, 60) ? CC_DATE : CC_TEXT, 6);
	if (random_chance(&m->random, 50))
		describe_column(m, t, CC_INT32, "c")->nullable = true;
}

static void
make_table(struct maker *m, struct table *t, bool singleton, bool upsert)
{
	struct random *r = &m->random;
	int n = 1 + random_below(r, 4);

	describe_name(m, "t", t->name, t->sql);
	t->schema = m->schema;
	t->twin = -1;
	t->singleton = singleton;
	t->upsert = upsert;
	if (upsert) {
		make_upsert(m, t);
		return;
	}
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

/* A table of pairs: its key is two of its references. */
static void
key_of_references(struct maker *m, struct table *t)
{
	int n = 0, columns[2];

	for (int i = 0; i < t->n_references && n < 2; i++) {
		const struct reference *f = &t->references[i];

		if (f->n_parts == 1 && f->columns[0] >= 0 && !f->has_when
		    && !t->columns[f->columns[0]].nullable && (n == 0 || columns[0] != f->columns[0]))
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

	if (t->singleton || t->upsert)
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

/* Not all at once: what fails is easier to see in a schema that uses little. */
static uint32_t
some_features(struct random *r, uint32_t features)
{
	uint32_t some = 0;

	if (random_chance(r, 15))
		return features;
	for (int i = 0; i < N_FEATURES; i++)
		if ((features & 1u << i) != 0 && random_chance(r, 40))
			some |= 1u << i;
	return some;
}

struct schema *
describe(uint64_t seed, uint32_t features)
{
	struct schema *schema = calloc(1, sizeof *schema);
	struct maker m = { .schema = schema, .random = { seed } };
	struct random *r = &m.random;
	bool singleton = false, upsert = false;

	if (schema == NULL || (schema->aliases = calloc(1, sizeof *schema->aliases)) == NULL)
		abort();
	schema->seed = seed;
	schema->features = some_features(r, features);
	snprintf(schema->name, sizeof schema->name, "s%llu", (unsigned long long)seed);
	m.odd_names = random_chance(r, 40);
	m.odd_at = random_below(r, N_ODD);
	schema->n_tables = 2 + random_below(r, 4);
	for (int i = 0; i < schema->n_tables; i++) {
		bool single = i > 0 && !singleton && random_chance(r, 10);

		bool fresh = i > 0 && !single && !upsert && has_feature(schema, F_UPSERT);

		make_table(&m, &schema->tables[i], single, fresh);
		singleton = singleton || single;
		upsert = upsert || fresh;
	}
	for (int i = 0; i < schema->n_tables; i++) {
		struct table *t = &schema->tables[i];

		describe_references(&m, t);
		key_of_references(&m, t);
		make_conditions(&m, t);
	}
	describe_twins(&m);
	describe_far(&m);
	schema->settled = true;
	for (int i = 0; i < 2 * schema->n_tables; i++)
		describe_maintained(&m, random_below(r, 2) ? i % schema->n_tables
		    : schema->n_tables - 1 - i % schema->n_tables);
	describe_twins_settled(schema);
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
			for (int i = 0; i < MAX_SOURCES; i++)
				source_free(&t->maintained[k].sources[i]);
		}
	}
	free(schema->aliases);
	free(schema);
}
