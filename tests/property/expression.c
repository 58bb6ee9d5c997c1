/*
 * expression.c - random conditions and values, in the language and in SQL at once.
 *
 * The SQL is what the language's rules come to in SQLite, written here by hand: text compares by
 * bytes, least and greatest ignore NULL, decimals are integers of units, timestamps microseconds.
 * Arithmetic uses columns with small values only (they are marked), so that nothing overflows:
 * overflow has cases of its own.
 */
#include <string.h>

#include "property.h"

static void
both(struct phrase *out, const char *s)
{
	text_add(&out->ccdl, "%s", s);
	text_add(&out->sql, "%s", s);
}

static void
each(struct phrase *out, const char *ccdl, const char *sql)
{
	text_add(&out->ccdl, "%s", ccdl);
	text_add(&out->sql, "%s", sql);
}

static void
read_column(struct phrase *out, struct column *c)
{
	c->read = true;
	text_identifier(&out->ccdl, c->name);
	expression_read(&out->sql, c);
}

void
expression_read(struct text *sql, const struct column *c)
{
	struct text name = { 0 };
	int64_t unit = 1;

	text_add(&name, "\1.");
	text_identifier(&name, c->sql);
	if (c->nocase)
		text_add(&name, " COLLATE BINARY");
	if (c->zero) {
		text_add(sql, "coalesce(%s, 0)", name.s);
		text_free(&name);
		return;
	}
	if (c->type == CC_DECIMAL && c->storage != CC_UNITS) {
		for (int i = 0; i < c->scale; i++)
			unit *= 10;
		text_add(sql, "CAST(round(%s * %lld) AS INTEGER)", name.s, (long long)unit);
	} else if (c->type == CC_TIMESTAMP && c->storage == CC_SECONDS)
		text_add(sql, "(%s * 1000000)", name.s);
	else if (c->type == CC_TIMESTAMP && c->storage == CC_MILLIS)
		text_add(sql, "(%s * 1000)", name.s);
	else if (c->type == CC_TIMESTAMP && c->storage == CC_ISO)
		text_add(sql, "(CAST(strftime('%%s', %s) AS INTEGER) * 1000000 + CASE WHEN"
		    " instr(%s, '.') > 0 THEN CAST(substr(rtrim(substr(%s, instr(%s, '.') + 1),"
		    " 'Z') || '000000', 1, 6) AS INTEGER) ELSE 0 END)",
		    name.s, name.s, name.s, name.s);
	else
		text_add(sql, c->nocase ? "(%s)" : "%s", name.s);
	text_free(&name);
}

/* A random column of the type (and scale); NULL when there is none. */
static struct column *
column_of(struct random *r, struct table *t, enum cc_type type, int scale)
{
	struct column *found[MAX_COLUMNS];
	int n = 0;

	for (int i = 0; i < t->n_columns; i++) {
		struct column *c = &t->columns[i];

		if (!c->touched && c->type == type
		    && (type != CC_DECIMAL || c->scale == scale))
			found[n++] = c;
	}
	return n == 0 ? NULL : found[random_below(r, n)];
}

static bool
is_integer(enum cc_type type)
{
	return type == CC_INT16 || type == CC_INT32 || type == CC_INT64;
}

static struct column *
integer_column(struct random *r, struct table *t)
{
	struct column *found[MAX_COLUMNS];
	int n = 0;

	for (int i = 0; i < t->n_columns; i++)
		if (is_integer(t->columns[i].type))
			found[n++] = &t->columns[i];
	return n == 0 ? NULL : found[random_below(r, n)];
}

static void
integer_leaf(struct random *r, struct table *t, struct phrase *out)
{
	struct column *c = integer_column(r, t);
	struct column *text = column_of(r, t, CC_TEXT, 0);

	if (c != NULL && random_chance(r, 75)) {
		c->small = true;
		read_column(out, c);
	} else if (text != NULL && random_chance(r, 40)) {
		both(out, "length(");
		read_column(out, text);
		both(out, ")");
	} else {
		int n = random_below(r, 12) - 2;

		text_add(&out->ccdl, n < 0 ? "(%d)" : "%d", n);
		text_add(&out->sql, n < 0 ? "(%d)" : "%d", n);
	}
}

static void
binary(struct random *r, struct table *t, struct phrase *out, int depth, const char *open,
    const char *middle)
{
	both(out, open);
	expression_integer(r, t, out, depth);
	both(out, middle);
	expression_integer(r, t, out, depth);
	both(out, ")");
}

static void
extreme(struct random *r, struct table *t, struct phrase *out, int depth)
{
	struct phrase a = { 0 }, b = { 0 };
	bool least = random_chance(r, 50);

	expression_integer(r, t, &a, depth);
	expression_integer(r, t, &b, depth);
	text_add(&out->ccdl, "%s(%s, %s)", least ? "least" : "greatest", a.ccdl.s, b.ccdl.s);
	text_add(&out->sql, "coalesce(%s(%s, %s), %s, %s)", least ? "min" : "max", a.sql.s,
	    b.sql.s, a.sql.s, b.sql.s);
	phrase_free(&a);
	phrase_free(&b);
}

static void
choice(struct random *r, struct table *t, struct phrase *out, int depth)
{
	both(out, "case when ");
	expression_condition(r, t, out, depth);
	both(out, " then ");
	expression_integer(r, t, out, depth);
	if (random_chance(r, 70)) {
		both(out, " else ");
		expression_integer(r, t, out, depth);
	}
	both(out, " end");
}

void
expression_integer(struct random *r, struct table *t, struct phrase *out, int depth)
{
	if (depth <= 0) {
		integer_leaf(r, t, out);
		return;
	}
	depth--;
	switch (random_below(r, 12)) {
	case 0: binary(r, t, out, depth, "(", " + "); return;
	case 1: binary(r, t, out, depth, "(", " - "); return;
	case 2: binary(r, t, out, depth, "(", " * "); return;
	case 3: binary(r, t, out, depth, "(", " / "); return;
	case 4: binary(r, t, out, depth, "(", " % "); return;
	case 5: binary(r, t, out, depth, "coalesce(", ", "); return;
	case 6: binary(r, t, out, depth, "nullif(", ", "); return;
	case 7: extreme(r, t, out, depth); return;
	case 8: choice(r, t, out, depth); return;
	case 9:
		both(out, "abs(");
		expression_integer(r, t, out, depth);
		both(out, ")");
		return;
	case 10:
		both(out, "(-");
		integer_leaf(r, t, out);
		both(out, ")");
		return;
	default:
		integer_leaf(r, t, out);
	}
}

static void
of_column(struct random *r, struct column *c, struct phrase *out)
{
	if (c->type == CC_TIMESTAMP && random_chance(r, 25)) {
		both(out, "(");
		read_column(out, c);
		each(out, " + 2 days)", " + 172800000000)");
	} else if (c->type == CC_TEXT && random_chance(r, 20)) {
		both(out, "lower(");
		read_column(out, c);
		both(out, ")");
	} else
		read_column(out, c);
}

bool
expression_of_type(struct random *r, struct table *t, enum cc_type type, int scale,
    struct phrase *out, int depth)
{
	struct column *c;

	if (is_integer(type)) {
		expression_integer(r, t, out, depth);
		return true;
	}
	c = column_of(r, t, type, scale);
	if (c == NULL)
		return false;
	if ((type == CC_FLOAT64 || type == CC_DECIMAL) && depth > 0 && random_chance(r, 30)) {
		static const char *const ops[] = { " + ", " - " };

		both(out, "(");
		read_column(out, c);
		both(out, ops[random_below(r, 2)]);
		read_column(out, column_of(r, t, type, scale));
		both(out, ")");
	} else
		of_column(r, c, out);
	return true;
}

/* Something to compare a column with: another column of its type, or a literal. */
static void
operand(struct random *r, struct table *t, const struct column *c, struct phrase *out)
{
	bool literal = c->type != CC_UUID;

	if (literal && random_chance(r, 70))
		value_literal(r, c, out);
	else if (is_integer(c->type))
		read_column(out, integer_column(r, t));
	else
		read_column(out, column_of(r, t, c->type, c->scale));
}

static void
between(struct random *r, struct table *t, struct column *c, struct phrase *out)
{
	read_column(out, c);
	both(out, random_chance(r, 30) ? " not between " : " between ");
	operand(r, t, c, out);
	both(out, " and ");
	operand(r, t, c, out);
}

static void
in_list(struct random *r, struct table *t, struct column *c, struct phrase *out)
{
	int n = 1 + random_below(r, 3);

	read_column(out, c);
	both(out, random_chance(r, 40) ? " not in (" : " in (");
	for (int i = 0; i < n; i++) {
		both(out, i == 0 ? "" : ", ");
		operand(r, t, c, out);
	}
	both(out, ")");
}

static void
comparison(struct random *r, struct table *t, struct column *c, struct phrase *out)
{
	static const char *const ops[] = { " = ", " <> ", " < ", " <= ", " > ", " >= " };
	int op = random_below(r, 8);

	if (c->type == CC_BOOL && op > 1 && op < 6)
		op %= 2;
	of_column(r, c, out);
	if (op == 6)
		each(out, " is distinct from ", " IS NOT ");
	else if (op == 7)
		each(out, " is not distinct from ", " IS ");
	else
		both(out, ops[op]);
	operand(r, t, c, out);
}

/* The UTC day; SQLite's division truncates, so days before 1970 need a floor. */
static void
day_of(struct column *c, struct phrase *out)
{
	struct text micros = { 0 };

	c->read = true;
	expression_read(&micros, c);
	text_add(&out->ccdl, "date(");
	text_identifier(&out->ccdl, c->name);
	text_add(&out->ccdl, ")");
	text_add(&out->sql, "date((%s - ((%s %% 86400000000) + 86400000000) %% 86400000000)"
	    " / 1000000, 'unixepoch')", micros.s, micros.s);
	text_free(&micros);
}

static void
simple(struct random *r, struct table *t, struct phrase *out)
{
	struct column *c;

	do
		c = &t->columns[random_below(r, t->n_columns)];
	while (c->touched);
	if (c->type == CC_BOOL && random_chance(r, 60)) {
		both(out, random_chance(r, 40) ? "not " : "");
		read_column(out, c);
	} else if (c->type == CC_JSONB || (c->nullable && random_chance(r, 25))) {
		read_column(out, c);
		both(out, random_chance(r, 50) ? " is null" : " is not null");
	} else if (c->type == CC_TIMESTAMP && column_of(r, t, CC_DATE, 0) != NULL
	    && random_chance(r, 60)) {
		day_of(c, out);
		both(out, " = ");
		read_column(out, column_of(r, t, CC_DATE, 0));
	} else if (c->type == CC_BOOL)
		comparison(r, t, c, out);
	else if (random_chance(r, 15))
		between(r, t, c, out);
	else if (random_chance(r, 20))
		in_list(r, t, c, out);
	else
		comparison(r, t, c, out);
}

void
expression_condition(struct random *r, struct table *t, struct phrase *out, int depth)
{
	static const char *const ops[] = { " = ", " < ", " >= ", " <> " };
	const struct condition *named;

	if (depth > 0 && random_chance(r, 45)) {
		const char *word = random_chance(r, 50) ? " and " : " or ";

		both(out, "(");
		expression_condition(r, t, out, depth - 1);
		both(out, word);
		expression_condition(r, t, out, depth - 1);
		both(out, ")");
	} else if (depth > 0 && random_chance(r, 15)) {
		both(out, "not (");
		expression_condition(r, t, out, depth - 1);
		both(out, ")");
	} else if (t->n_conditions > 0 && random_chance(r, 25)) {
		named = &t->conditions[random_below(r, t->n_conditions)];
		text_identifier(&out->ccdl, named->name);
		text_add(&out->sql, "(%s)", named->phrase.sql.s);
	} else if (depth > 0 && random_chance(r, 15)) {
		both(out, "(");
		expression_integer(r, t, out, depth);
		both(out, ops[random_below(r, 4)]);
		expression_integer(r, t, out, depth - 1);
		both(out, random_chance(r, 80) ? ")" : ") is null");
	} else
		simple(r, t, out);
}
