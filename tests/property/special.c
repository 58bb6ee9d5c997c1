/*
 * special.c - columns that are re-derived: extremes, distinct counts and their like, expressions
 * over several sources, shapes, raw SQL; and what a tree rolls up or hands down.
 */
#include <string.h>

#include "describe.h"

/* ---- one aggregate ------------------------------------------------------------------ */

/* The type of a maintained column that takes any value of another. */
static void
as_column(struct maker *m, struct maintained *n, const struct column *value)
{
	struct column *c = &n->column;

	c->type = value->type == CC_FLOAT32 ? CC_FLOAT64 : value->type;
	c->scale = value->scale;
	c->precision = 18;
	c->storage = value->type == CC_DECIMAL && random_chance(&m->random, 50) ? CC_PLAIN
	    : value->storage;
}

static void
draw_else(struct maker *m, struct table *t, struct maintained *n, struct source *s)
{
	struct random *r = &m->random;
	struct column like = n->column;

	if (random_chance(r, 25)) {
		s->keep_else = true;
		return;
	}
	if (!random_chance(r, 40))
		return;
	like.nullable = false;
	value_literal(r, &like, &s->otherwise);
	if (strcmp(s->otherwise.ccdl.s, "null") == 0) {
		phrase_free(&s->otherwise);
		return;
	}
	s->has_else = true;
	n->column.nullable = n->no_default = random_chance(r, 40);
	(void)t;
}

static bool
draw_extreme(struct maker *m, struct table *t, struct maintained *n, struct source *s)
{
	static const enum cc_type types[] = { CC_INT64, CC_TIMESTAMP, CC_TIMESTAMP, CC_DATE, CC_TEXT,
		CC_FLOAT64, CC_DECIMAL };
	struct random *r = &m->random;
	struct column like = { .type = types[random_below(r, 7)], .scale = 2 };

	s->aggregate = random_chance(r, 50) ? MIN : MAX;
	if (!expression_value(r, &m->schema->tables[s->child], &like, &like, &s->values[0]))
		return false;
	as_column(m, n, &like);
	n->column.nullable = n->no_default = true;
	draw_else(m, t, n, s);
	return true;
}

static bool
draw_first(struct maker *m, struct maintained *n, struct source *s)
{
	struct random *r = &m->random;
	struct table *child = &m->schema->tables[s->child];
	struct column got, like;

	s->aggregate = FIRST;
	if (child->n_key == 0 || !expression_value(r, child, NULL, &got, &s->values[0])
	    || got.type == CC_JSONB)
		return false;
	as_column(m, n, &got);
	n->column.nullable = n->no_default = true;
	for (int i = random_below(r, 2); i >= 0; i--) {
		const char *desc = random_chance(r, 50) ? " desc" : "";
		struct phrase term = { 0 };

		if (!expression_value(r, child, NULL, &like, &term) || like.type == CC_JSONB) {
			phrase_free(&term);
			continue;
		}
		text_add(&s->order.ccdl, "%s%s, ", term.ccdl.s, desc);
		text_add(&s->order.sql, "%s%s NULLS LAST, ", term.sql.s, desc);
		phrase_free(&term);
	}
	for (int i = 0; i < child->n_key; i++) {
		phrase_add(&s->order, i == 0 ? "" : ", ");
		text_identifier(&s->order.ccdl, child->columns[child->key[i]].name);
		text_add(&s->order.sql, "\1.");
		text_identifier(&s->order.sql, child->columns[child->key[i]].sql);
	}
	return true;
}

static bool
draw_distinct(struct maker *m, struct maintained *n, struct source *s)
{
	struct random *r = &m->random;
	struct column got;
	int wanted = random_chance(r, 30) ? 2 : 1;

	s->aggregate = DISTINCT;
	for (s->n_values = 0; s->n_values < wanted; s->n_values++)
		if (!expression_value(r, &m->schema->tables[s->child], NULL, &got,
		    &s->values[s->n_values]) || got.type == CC_JSONB)
			return false;
	n->column.type = random_chance(r, 50) ? CC_INT32 : CC_INT64;
	return true;
}

static bool
draw_average(struct maker *m, struct maintained *n, struct source *s)
{
	struct random *r = &m->random;

	s->aggregate = AVG;
	n->column.type = CC_FLOAT64;
	n->column.nullable = n->no_default = true;
	return expression_of_type(r, &m->schema->tables[s->child],
	    random_chance(r, 60) ? CC_INT64 : CC_FLOAT64, 0, &s->values[0], 1);
}

static bool
draw_exists(struct maintained *n, struct source *s)
{
	s->aggregate = EXISTS;
	s->n_values = 0;
	n->column.type = CC_BOOL;
	n->column.nullable = n->no_default = false;
	return true;
}

bool
special_aggregate(struct maker *m, int holder)
{
	static const enum feature features[] = { F_DISTINCT, F_EXTREME, F_EXTREME, F_AVG, F_FIRST,
		F_EXISTS };
	struct table *t = &m->schema->tables[holder];
	enum feature feature = features[random_below(&m->random, 6)];
	struct maintained *n;
	struct source *s;
	bool good;

	if (!has_feature(m->schema, feature))
		return false;
	n = describe_new(m, t, CC_INT64, "a");
	s = &n->sources[0];
	n->kind = REDERIVED;
	n->n_sources = 1;
	source_path(m, holder, s);
	if (s->child < 0)
		return false;
	source_where(m, s);
	s->n_values = 1;
	good = feature == F_DISTINCT ? draw_distinct(m, n, s) : feature == F_EXTREME
	    ? draw_extreme(m, t, n, s) : feature == F_AVG ? draw_average(m, n, s)
	    : feature == F_FIRST ? draw_first(m, n, s) : draw_exists(n, s);
	if (!good)
		source_free(s);
	t->n_maintained += good;
	return good;
}

/* ---- several sources ------------------------------------------------------------------ */

/* \2 and \3 are sources, \3 only where n is 2. */
static const struct { int n; enum cc_type type; const char *ccdl, *sql; } combos[] = {
	{ 2, CC_INT64, "\2 * \3", "\2 * \3" },
	{ 2, CC_INT64, "\2 / \3", "\2 / nullif(\3, 0)" },
	{ 2, CC_INT64, "greatest(\2, \3)", "max(\2, \3)" },
	{ 2, CC_INT64, "nullif(\2, \3)", "nullif(\2, \3)" },
	{ 2, CC_INT64, "case when \2 > 1 then \3 else -1 end", "CASE WHEN \2 > 1 THEN \3 ELSE -1 END" },
	{ 2, CC_BOOL, "\2 > \3", "\2 > \3" },
	{ 1, CC_BOOL, "\2 > 1", "\2 > 1" },
	{ 1, CC_INT64, "abs(\2 - 3)", "abs(\2 - 3)" },
	{ 1, CC_FLOAT64, "\2 * 1.5", "\2 * 1.5" },
	{ 2, CC_FLOAT64, "\2 / greatest(\3, 1.0)", "CAST(\2 AS REAL) / max(\3, 1.0)" },
};
enum { N_COMBOS = sizeof combos / sizeof *combos };

static void
combine_ccdl(const struct schema *s, const struct maintained *m, const char *template,
    struct text *out)
{
	for (const char *c = template; *c != '\0'; c++) {
		if (*c != '\2' && *c != '\3') {
			text_add(out, "%c", *c);
			continue;
		}
		text_add(out, "(");
		print_source(s, &m->sources[*c - '\2'], out);
		text_add(out, ")");
	}
}

bool
special_combo(struct maker *m, int holder)
{
	struct table *t = &m->schema->tables[holder];
	int i = random_below(&m->random, N_COMBOS);
	struct maintained *n;

	if (!has_feature(m->schema, F_COMBO))
		return false;
	n = describe_new(m, t, combos[i].type, "m");
	n->kind = REDERIVED;
	n->column.nullable = n->no_default = true;
	for (int k = 0; k < combos[i].n; k++) {
		source_linear(m, holder, CC_INT32, 0, &n->sources[k]);
		if (n->sources[k].child < 0)
			return false;
		n->n_sources++;
	}
	combine_ccdl(m->schema, n, combos[i].ccdl, &n->derived.ccdl);
	text_add(&n->derived.sql, "%s", combos[i].sql);
	n->zero = i == 0;              /* a product of counts is one */
	t->n_maintained++;
	return true;
}

bool
special_shape(struct maker *m, int holder)
{
	struct table *t = &m->schema->tables[holder];
	bool linear = has_feature(m->schema, F_INCREMENTAL) && random_chance(&m->random, 40);
	struct maintained *n;
	struct source *s;

	if (!has_feature(m->schema, F_JSON))
		return false;
	n = describe_new(m, t, CC_JSONB, "j");
	s = &n->sources[0];
	n->kind = REDERIVED;
	n->n_sources = 1;
	n->column.nullable = n->no_default = true;
	source_path(m, holder, s);
	if (s->child < 0)
		return false;
	source_where(m, s);
	shape_draw(&m->random, s, &m->schema->tables[s->child], linear);
	n->incremental = linear;
	t->n_maintained++;
	return true;
}

/* ---- trees -------------------------------------------------------------------------------- */

/* What a row has itself and what the rows below it have: by the tree from below, all of them. */
bool
special_rollup(struct maker *m, int holder)
{
	struct schema *schema = m->schema;
	struct table *t = &schema->tables[holder];
	const struct reference *tree = path_tree(schema, holder);
	struct source below = { .child = holder, .n_steps = 1, .aggregate = COUNT };
	struct maintained *n;
	struct text rows = { 0 };
	char d[ALIAS];

	if (!has_feature(schema, F_ROLLUP) || tree == NULL)
		return false;
	n = describe_new(m, t, CC_INT64, "roll");
	source_linear(m, holder, CC_INT64, 0, &n->sources[0]);
	if (n->sources[0].child < 0)
		return false;
	n->n_sources = 1;
	n->whole = schema->over = true;
	n->immediate = random_chance(&m->random, 20);
	text_add(&n->derived.ccdl, "(");
	print_source(schema, &n->sources[0], &n->derived.ccdl);
	text_add(&n->derived.ccdl, ") + (sum(");
	text_identifier(&n->derived.ccdl, n->column.name);
	text_add(&n->derived.ccdl, ") from ");
	text_identifier(&n->derived.ccdl, t->name);
	text_add(&n->derived.ccdl, " by ");
	text_identifier(&n->derived.ccdl, tree->name);
	text_add(&n->derived.ccdl, ")");
	below.steps[0] = (struct step){ (int)(tree - t->references), '*' };
	path_rows(schema, &below, "\1", d, &rows);
	text_add(&n->derived.sql, "(SELECT coalesce(sum(");
	expected_source(schema, &n->sources[0], d, &n->derived.sql);
	text_add(&n->derived.sql, "), 0)%s)", rows.s);
	text_free(&rows);
	t->n_maintained++;
	return true;
}

/* How deep a row is: what its parent is, and one more. */
bool
special_depth(struct maker *m, int holder)
{
	struct schema *schema = m->schema;
	struct table *t = &schema->tables[holder];
	const struct reference *tree = path_tree(schema, holder);
	char b[ALIAS], up[ALIAS];
	struct maintained *n;
	struct text *sql;

	if (!has_feature(schema, F_UP) || tree == NULL)
		return false;
	n = describe_new(m, t, CC_INT64, "depth");
	n->kind = DERIVED;
	n->whole = schema->over = true;
	n->column.nullable = n->no_default = true;
	text_add(&n->derived.ccdl, "coalesce(");
	text_identifier(&n->derived.ccdl, tree->name);
	text_add(&n->derived.ccdl, ".");
	text_identifier(&n->derived.ccdl, n->column.name);
	text_add(&n->derived.ccdl, " + 1, 0)");
	sql = &n->derived.sql;
	path_alias(schema, b);
	path_alias(schema, up);
	text_add(sql, "(WITH RECURSIVE %s AS (SELECT %s.* FROM ", up, b);
	text_identifier(sql, t->sql);
	text_add(sql, " AS %s WHERE ", b);
	path_link(t, tree, "\1", b, sql);
	path_scope(t, b, sql);
	text_add(sql, " UNION SELECT %s.* FROM %s, ", b, up);
	text_identifier(sql, t->sql);
	text_add(sql, " AS %s WHERE ", b);
	path_link(t, tree, up, b, sql);
	path_scope(t, b, sql);
	text_add(sql, ") SELECT count(*) FROM %s)", up);
	t->n_maintained++;
	return true;
}

/* ---- raw ------------------------------------------------------------------------------------ */

/* The oracle's own text of a count, with {columns} for what it reads of the holder. */
static void
placeholders(const struct table *t, const char *sql, struct text *out)
{
	while (*sql != '\0') {
		struct text name = { 0 };

		for (int i = 0; *sql == '\1' && i < t->n_columns; i++) {
			text_free(&name);
			text_add(&name, ".");
			text_identifier(&name, t->columns[i].sql);
			if (strncmp(sql + 1, name.s, name.length) == 0) {
				text_add(out, "{%s}", t->columns[i].name);
				break;
			}
		}
		if (*sql == '\1') {
			sql += 1 + name.length;
		} else
			text_add(out, "%c", *sql++);
		text_free(&name);
	}
}

bool
special_raw(struct maker *m, int holder)
{
	struct schema *schema = m->schema;
	struct table *t = &schema->tables[holder];
	struct source s = { .child = -1 };
	struct maintained *n;
	struct text sql = { 0 };

	if (!has_feature(schema, F_RAW) || m->odd_names || t->singleton)
		return false;
	n = describe_new(m, t, CC_INT64, "raw");
	source_path(m, holder, &s);
	if (s.child < 0 || s.n_steps > 1 || s.steps[0].repeat != '\0')
		return false;
	n->kind = RAW;
	n->whole = true;
	n->column.nullable = n->no_default = true;
	expected_source(schema, &s, "\1", &n->derived.sql);
	placeholders(t, n->derived.sql.s, &sql);
	text_add(&n->derived.ccdl, "sql ");
	text_string(&n->derived.ccdl, sql.s);
	text_add(&n->derived.ccdl, " watching ");
	text_identifier(&n->derived.ccdl, schema->tables[s.child].name);
	text_add(&n->derived.ccdl, " by ");
	text_identifier(&n->derived.ccdl, schema->tables[s.child].references[s.steps[0].reference].name);
	text_free(&sql);
	source_free(&s);
	t->n_maintained++;
	return true;
}
