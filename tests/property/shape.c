/*
 * shape.c - JSON shapes: drawn, printed, and spelt as nested subqueries, one for every number.
 *
 * A computed key and the plain values of an array's element open groups; each value below them is
 * taken over the rows where all group keys around it are the same.
 */
#include <stdlib.h>
#include <string.h>

#include "describe.h"

enum { MAX_FIELDS = 4, MAX_GROUPS = 6, MAX_KEYS = 2 };
enum shape_kind { AGGREGATE, KEY, OBJECT, ARRAY };

struct shape {
	enum shape_kind kind;
	enum aggregate aggregate;
	struct phrase value;           /* aggregated; of a key: itself */
	enum cc_type type;             /* of a key */
	int n;
	struct phrase names[MAX_FIELDS];       /* sql: NULL of a fixed field */
	struct shape *fields[MAX_FIELDS];      /* an array has its element alone */
	int n_order, order[MAX_KEYS];  /* of an array: which of its keys; ~i descending */
};

/* ---- drawing ---------------------------------------------------------------------- */

struct drawing { struct random *r; struct table *child; bool linear; int serial; };

static struct shape *draw_container(struct drawing *d, int depth);

static struct shape *
make(enum shape_kind kind)
{
	struct shape *s = calloc(1, sizeof *s);

	if (s == NULL)
		abort();
	s->kind = kind;
	return s;
}

static struct shape *
draw_aggregate(struct drawing *d)
{
	struct shape *s = make(AGGREGATE);
	int kind = random_below(d->r, d->linear ? 8 : 11);
	struct column like = { .type = CC_INT64 };

	s->aggregate = kind < 5 ? COUNT : kind < 8 ? SUM : kind == 8 ? MAX : DISTINCT;
	if (s->aggregate == SUM)
		expression_integer(d->r, d->child, &s->value, 1);
	else if (s->aggregate != COUNT
	    && !expression_value(d->r, d->child, &like, &like, &s->value))
		s->aggregate = COUNT;
	return s;
}

/* A group key; NULL when the rows have nothing of such a type. */
static bool
draw_key(struct drawing *d, struct phrase *out, enum cc_type *type)
{
	static const enum cc_type types[] = { CC_INT64, CC_INT64, CC_TEXT, CC_BOOL, CC_DATE, CC_UUID };
	struct column like = { .type = types[random_below(d->r, 6)] };

	if (!expression_value(d->r, d->child, &like, &like, out)) {
		expression_integer(d->r, d->child, out, 1);
		like.type = CC_INT64;
	}
	*type = like.type;
	return true;
}

static struct shape *
draw_value(struct drawing *d, int depth)
{
	return depth > 0 && random_chance(d->r, 40) ? draw_container(d, depth - 1)
	    : draw_aggregate(d);
}

static void
add_fixed(struct drawing *d, struct shape *s, struct shape *value)
{
	static const char *const words[] = { "total", "n", "count", "key", "a b", "order" };
	struct text name = { 0 };
	int i = random_below(d->r, 8);

	if (i < 6 && (d->serial & 1 << i) == 0) {
		d->serial |= 1 << i;
		if (strchr(words[i], ' ') != NULL)
			text_string(&name, words[i]);
		else
			text_add(&name, "%s", words[i]);
	} else
		text_add(&name, "f%d", d->serial = (d->serial + 64) | (d->serial & 63));
	s->names[s->n].ccdl = name;
	s->fields[s->n++] = value;
}

static struct shape *
draw_object(struct drawing *d, int depth)
{
	struct shape *s = make(OBJECT);
	bool computed = random_chance(d->r, 65);
	enum cc_type type;

	for (int n = random_below(d->r, 3) + !computed; n > 0; n--)
		add_fixed(d, s, draw_value(d, depth));
	if (computed && draw_key(d, &s->names[s->n], &type)) {
		/* A boolean's text is not what the database keeps. */
		if (type == CC_BOOL) {
			struct text text = { 0 };

			text_add(&text, "CASE %s WHEN 0 THEN 'false' WHEN 1 THEN 'true' END",
			    s->names[s->n].sql.s);
			text_free(&s->names[s->n].sql);
			s->names[s->n].sql = text;
		}
		s->fields[s->n++] = draw_value(d, depth);
	}
	return s;
}

static struct shape *
draw_array(struct drawing *d, int depth)
{
	struct shape *s = make(ARRAY), *element = make(OBJECT), *key;
	int keys = 1 + random_below(d->r, MAX_KEYS);
	bool scalar = random_chance(d->r, 20);

	for (int i = 0; i < (scalar ? 1 : keys); i++) {
		key = make(KEY);
		draw_key(d, &key->value, &key->type);
		add_fixed(d, element, key);
	}
	if (random_chance(d->r, 50))
		for (int i = 0; i < element->n; i++)
			s->order[s->n_order++] = random_chance(d->r, 50) ? ~(element->n - 1 - i)
			    : element->n - 1 - i;
	for (int n = random_below(d->r, 3); n > 0 && element->n < MAX_FIELDS && !scalar; n--)
		add_fixed(d, element, draw_value(d, depth));
	s->n = 1;
	s->fields[0] = element;
	if (scalar) {
		s->fields[0] = element->fields[0];
		element->fields[0] = NULL;
		shape_free(element);
	}
	return s;
}

static struct shape *
draw_container(struct drawing *d, int depth)
{
	return random_chance(d->r, 60) ? draw_object(d, depth) : draw_array(d, depth);
}

/* ---- as the language has it ----------------------------------------------------------- */

static void
print(const struct shape *s, struct text *out)
{
	static const char *const words[] = { [COUNT] = "count(*", [SUM] = "sum(", [MAX] = "max(",
		[DISTINCT] = "count(distinct " };

	switch (s->kind) {
	case AGGREGATE:
		text_add(out, "%s%s)", words[s->aggregate],
		    s->value.ccdl.s == NULL ? "" : s->value.ccdl.s);
		return;
	case KEY:
		text_add(out, "%s", s->value.ccdl.s);
		return;
	case ARRAY:
		text_add(out, "[ ");
		print(s->fields[0], out);
		for (int i = 0; i < s->n_order; i++) {
			int k = s->order[i] < 0 ? ~s->order[i] : s->order[i];
			const struct shape *key = s->fields[0]->kind == KEY ? s->fields[0]
			    : s->fields[0]->fields[k];

			text_add(out, "%s%s%s", i == 0 ? " order by " : ", ", key->value.ccdl.s,
			    s->order[i] < 0 ? " desc" : "");
		}
		text_add(out, " ]");
		return;
	case OBJECT:
		for (int i = 0; i < s->n; i++) {
			text_add(out, s->names[i].sql.s != NULL ? "%s[%s]: " : "%s%s: ",
			    i == 0 ? "{ " : ", ", s->names[i].ccdl.s);
			print(s->fields[i], out);
		}
		text_add(out, " }");
	}
}

void
shape_draw(struct random *r, struct source *source, struct table *child, bool linear)
{
	struct drawing d = { r, child, linear, 0 };

	source->aggregate = SHAPE;
	source->n_values = 1;
	source->shape = draw_container(&d, random_below(r, 2));
	print(source->shape, &source->values[0].ccdl);
}

void
shape_free(struct shape *s)
{
	if (s == NULL)
		return;
	phrase_free(&s->value);
	for (int i = 0; i < s->n; i++) {
		phrase_free(&s->names[i]);
		shape_free(s->fields[i]);
	}
	free(s);
}

/* ---- as SQL ------------------------------------------------------------------------------- */

/* The rows that a value is taken over: where each key is what the group around it has. */
struct groups {
	const struct schema *schema;
	const char *rows;              /* the name of all that count */
	int n;
	struct { const char *key; char group[2 * ALIAS]; } of[MAX_GROUPS];
};

static void expected(const struct groups *g, const struct shape *s, struct text *out);

static void
rows(const struct groups *g, char *c, struct text *out)
{
	path_alias(g->schema, c);
	text_add(out, " FROM %s AS %s WHERE 1", g->rows, c);
	for (int i = 0; i < g->n; i++) {
		text_add(out, " AND (");
		text_aliased(out, g->of[i].key, c);
		text_add(out, ") IS %s", g->of[i].group);
	}
}

static void
number(const struct groups *g, const struct shape *s, struct text *out)
{
	struct text from = { 0 };
	char c[ALIAS];

	rows(g, c, &from);
	text_add(out, "json_quote((SELECT %s", s->aggregate == COUNT ? "count(*"
	    : s->aggregate == SUM ? "coalesce(sum(" : s->aggregate == MAX ? "max("
	    : "count(DISTINCT ");
	if (s->value.sql.s != NULL)
		text_aliased(out, s->value.sql.s, c);
	text_add(out, "%s%s))", s->aggregate == SUM ? "), 0)" : ")", from.s);
	text_free(&from);
}

/* One group for each of the keys: SELECT DISTINCT … as x0, x1 */
static void
distinct(const struct groups *g, const struct phrase *const *keys, int n, struct text *out)
{
	struct text from = { 0 };
	char c[ALIAS];

	rows(g, c, &from);
	text_add(out, "(SELECT DISTINCT ");
	for (int i = 0; i < n; i++) {
		text_add(out, i == 0 ? "(" : ", (");
		text_aliased(out, keys[i]->sql.s, c);
		text_add(out, ") AS x%d", i);
	}
	text_add(out, "%s)", from.s);
	text_free(&from);
}

static void
add_group(struct groups *g, const char *key, const char *alias, int i)
{
	g->of[g->n].key = key;
	snprintf(g->of[g->n++].group, sizeof g->of[0].group, "%s.x%d", alias, i);
}

/* alias: of the group that the keys of an array's element are read from. */
static void
object(const struct groups *g, const struct shape *s, const char *alias, struct text *out)
{
	const char *quote;
	char a[ALIAS];
	int key = 0;

	text_add(out, "(SELECT json_group_object(k, json(v)) FROM (");
	for (int i = 0; i < s->n; i++) {
		const struct shape *field = s->fields[i];
		struct groups inner = *g;
		const struct phrase *name = &s->names[i];

		text_add(out, i == 0 ? "SELECT " : " UNION ALL SELECT ");
		if (name->sql.s != NULL) {
			path_alias(g->schema, a);
			add_group(&inner, name->sql.s, a, 0);
			text_add(out, "CAST(%s.x0 AS TEXT) AS k, length(CAST(%s.x0 AS BLOB)) AS l,"
			    " CAST(%s.x0 AS BLOB) AS b, ", a, a, a);
			expected(&inner, field, out);
			text_add(out, " AS v FROM ");
			distinct(g, &name, 1, out);
			text_add(out, " AS %s WHERE %s.x0 IS NOT NULL", a, a);
			continue;
		}
		quote = name->ccdl.s[0] == '\'' ? "" : "'";
		text_add(out, "%s%s%s AS k, %zu AS l, CAST(%s%s%s AS BLOB) AS b, ", quote,
		    name->ccdl.s, quote, strlen(name->ccdl.s) - (*quote == '\0' ? 2 : 0), quote,
		    name->ccdl.s, quote);
		if (field->kind != KEY)
			expected(g, field, out);
		else if (field->type == CC_BOOL)
			text_add(out, "CASE %s.x%d WHEN 0 THEN 'false' WHEN 1 THEN 'true' ELSE"
			    " 'null' END", alias, key++);
		else
			text_add(out, "json_quote(%s.x%d)", alias, key++);
		text_add(out, " AS v");
	}
	text_add(out, " ORDER BY l, b))");
}

static void
array(const struct groups *g, const struct shape *s, struct text *out)
{
	const struct shape *element = s->fields[0];
	const struct phrase *keys[MAX_FIELDS];
	struct groups inner = *g;
	char a[ALIAS];
	int n = 0;

	path_alias(g->schema, a);
	if (element->kind == KEY)
		keys[n++] = &element->value;
	for (int i = 0; element->kind == OBJECT && i < element->n; i++)
		if (element->fields[i]->kind == KEY)
			keys[n++] = &element->fields[i]->value;
	for (int i = 0; i < n; i++)
		add_group(&inner, keys[i]->sql.s, a, i);
	text_add(out, "(SELECT json_group_array(json(v)) FROM (SELECT ");
	if (element->kind == OBJECT)
		object(&inner, element, a, out);
	else if (element->type == CC_BOOL)
		text_add(out, "CASE %s.x0 WHEN 0 THEN 'false' WHEN 1 THEN 'true' ELSE 'null' END", a);
	else
		text_add(out, "json_quote(%s.x0)", a);
	text_add(out, " AS v FROM ");
	distinct(g, keys, n, out);
	text_add(out, " AS %s ORDER BY ", a);
	for (int i = 0; i < s->n_order; i++)
		text_add(out, "%s.x%d%s NULLS LAST, ", a, s->order[i] < 0 ? ~s->order[i] : s->order[i],
		    s->order[i] < 0 ? " DESC" : "");
	for (int i = 0; i < n; i++)
		text_add(out, "%s%s.x%d NULLS LAST", i == 0 ? "" : ", ", a, i);
	text_add(out, "))");
}

static void
expected(const struct groups *g, const struct shape *s, struct text *out)
{
	if (s->kind == OBJECT)
		object(g, s, NULL, out);
	else if (s->kind == ARRAY)
		array(g, s, out);
	else
		number(g, s, out);
}

void
shape_expected(const struct schema *s, const struct source *source, const char *p,
    struct text *out)
{
	char all[ALIAS], c[ALIAS];
	struct groups g = { .schema = s, .rows = all };
	struct text from = { 0 };

	path_alias(s, all);
	path_rows(s, source, p, c, &from);
	text_add(out, "(WITH %s AS (SELECT %s.*%s) SELECT ", all, c, from.s);
	expected(&g, source->shape, out);
	text_add(out, ")");
	text_free(&from);
}

/* ---- made by hand, for the examples of oracle.c ------------------------------------------- */

static struct shape *
leaf(enum shape_kind kind, enum aggregate aggregate, const char *value)
{
	struct shape *s = make(kind);

	s->type = CC_TEXT;
	s->aggregate = aggregate;
	if (value != NULL)
		text_add(&s->value.sql, "\1.%s", value);
	return s;
}

/* A field; name "[x]" is computed from column x. */
static struct shape *
with(struct shape *s, const char *name, struct shape *value)
{
	if (name[0] == '[')
		text_add(&s->names[s->n].sql, "\1.%.*s", (int)strlen(name) - 2, name + 1);
	else
		text_add(&s->names[s->n].ccdl, "%s", name);
	s->fields[s->n++] = value;
	return s;
}

struct shape *
shape_example(int i)
{
	struct shape *s = make(i == 0 || i == 2 ? OBJECT : ARRAY);

	switch (i) {
	case 0:
		return with(s, "[score]", leaf(AGGREGATE, COUNT, NULL));
	case 1:
		return with(s, "", with(with(make(OBJECT), "author", leaf(KEY, COUNT, "author")), "n",
		    leaf(AGGREGATE, COUNT, NULL)));
	case 2:
		return with(with(s, "total", leaf(AGGREGATE, COUNT, NULL)), "by",
		    with(make(OBJECT), "[author]", leaf(AGGREGATE, SUM, "score")));
	default:
		s->order[s->n_order++] = ~0;
		return with(s, "", leaf(KEY, COUNT, "score"));
	}
}
