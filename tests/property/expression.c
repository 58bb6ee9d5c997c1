/*
 * expression.c - random conditions and values, in the language and in SQL at once.
 *
 * The SQL is what the language's rules come to in SQLite, written here by hand: text compares by
 * bytes, least and greatest ignore NULL, decimals are integers of units, timestamps microseconds.
 * Arithmetic uses columns with small values only (they are marked), so that nothing overflows:
 * overflow has cases of its own.
 */
#include <string.h>

#include "describe.h"

void
phrase_add(struct phrase *out, const char *s)
{
	text_add(&out->ccdl, "%s", s);
	text_add(&out->sql, "%s", s);
}

void
phrase_each(struct phrase *out, const char *ccdl, const char *sql)
{
	text_add(&out->ccdl, "%s", ccdl);
	text_add(&out->sql, "%s", sql);
}

/* A column of the row itself, or of one that a path leads to. */
struct pick { struct column *column; struct path path; };

static void
read_pick(struct phrase *out, const struct pick *pick)
{
	struct text sql = { 0 };

	pick->column->read = true;
	path_ccdl(&pick->path, &out->ccdl);
	text_identifier(&out->ccdl, pick->column->name);
	expression_read(&sql, pick->column);
	path_read(&pick->path, sql.s, false, &out->sql);
	text_free(&sql);
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

static bool
is_integer(enum cc_type type)
{
	return type == CC_INT16 || type == CC_INT32 || type == CC_INT64;
}

static bool
fits(const struct column *c, const struct column *like)
{
	return !c->touched && (is_integer(like->type) ? is_integer(c->type) : c->type == like->type
	    && (c->type != CC_DECIMAL || c->scale == like->scale));
}

static bool
pick_from(struct random *r, struct table *t, const struct column *like, struct pick *out)
{
	struct column *found[MAX_COLUMNS];
	int n = 0;

	for (int i = 0; i < t->n_columns; i++)
		if (like == NULL ? !t->columns[i].touched : fits(&t->columns[i], like))
			found[n++] = &t->columns[i];
	out->column = n == 0 ? NULL : found[random_below(r, n)];
	return n > 0;
}

/* A derived column reads up its own row's references, any other expression up the child's. */
static bool
may_climb(const struct table *t, enum feature feature)
{
	const struct schema *s = t->schema;
	bool drawn = t >= s->tables && t < s->tables + s->n_tables;

	return s->settled && has_feature(s, drawn ? feature : F_UP);
}

/* A random column like another one, or any; of the row or beside it. */
static bool
pick_like(struct random *r, struct table *t, const struct column *like, struct pick *out)
{
	*out = (struct pick){ .path = { .start = t } };
	if (may_climb(t, F_SIDE) && random_chance(r, 30)
	    && path_draw(r, t, &out->path) && pick_from(r, path_end(&out->path), like, out))
		return true;
	out->path.n = 0;
	return pick_from(r, t, like, out);
}

static bool
pick_type(struct random *r, struct table *t, enum cc_type type, int scale, struct pick *out)
{
	struct column like = { .type = type, .scale = scale };

	return pick_like(r, t, &like, out);
}

static void
integer_leaf(struct random *r, struct table *t, struct phrase *out)
{
	struct pick c, text;
	bool found = pick_type(r, t, CC_INT64, 0, &c), texts = pick_type(r, t, CC_TEXT, 0, &text);

	if (found && random_chance(r, 75)) {
		c.column->small = true;
		read_pick(out, &c);
	} else if (texts && random_chance(r, 40)) {
		phrase_add(out, "length(");
		read_pick(out, &text);
		phrase_add(out, ")");
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
	phrase_add(out, open);
	expression_integer(r, t, out, depth);
	phrase_add(out, middle);
	expression_integer(r, t, out, depth);
	phrase_add(out, ")");
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
	phrase_add(out, "case when ");
	expression_condition(r, t, out, depth);
	phrase_add(out, " then ");
	expression_integer(r, t, out, depth);
	if (random_chance(r, 70)) {
		phrase_add(out, " else ");
		expression_integer(r, t, out, depth);
	}
	phrase_add(out, " end");
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
		phrase_add(out, "abs(");
		expression_integer(r, t, out, depth);
		phrase_add(out, ")");
		return;
	case 10:
		phrase_add(out, "(-");
		integer_leaf(r, t, out);
		phrase_add(out, ")");
		return;
	default:
		integer_leaf(r, t, out);
	}
}

static void
of_pick(struct random *r, const struct pick *c, struct phrase *out)
{
	if (c->column->type == CC_TIMESTAMP && random_chance(r, 25)) {
		phrase_add(out, "(");
		read_pick(out, c);
		phrase_each(out, " + 2 days)", " + 172800000000)");
	} else if (c->column->type == CC_TEXT && random_chance(r, 20)) {
		phrase_add(out, "lower(");
		read_pick(out, c);
		phrase_add(out, ")");
	} else
		read_pick(out, c);
}

bool
expression_of_type(struct random *r, struct table *t, enum cc_type type, int scale,
    struct phrase *out, int depth)
{
	struct pick c, other;

	if (is_integer(type)) {
		expression_integer(r, t, out, depth);
		return true;
	}
	if (!pick_type(r, t, type, scale, &c))
		return false;
	if ((type == CC_FLOAT64 || type == CC_DECIMAL) && depth > 0 && random_chance(r, 30)
	    && pick_type(r, t, type, scale, &other)) {
		static const char *const ops[] = { " + ", " - " };

		phrase_add(out, "(");
		read_pick(out, &c);
		phrase_add(out, ops[random_below(r, 2)]);
		read_pick(out, &other);
		phrase_add(out, ")");
	} else
		of_pick(r, &c, out);
	return true;
}

bool
expression_value(struct random *r, struct table *t, const struct column *like, struct column *got,
    struct phrase *out)
{
	struct pick c;

	if (!pick_like(r, t, like, &c))
		return false;
	*got = *c.column;
	read_pick(out, &c);
	return true;
}

/* Something to compare a column with: another column of its type, or a literal. */
static void
operand(struct random *r, struct table *t, const struct pick *c, struct phrase *out)
{
	struct pick other;

	if ((c->column->type != CC_UUID && random_chance(r, 70))
	    || !pick_like(r, t, c->column, &other)) {
		if (c->column->type != CC_UUID)
			value_literal(r, c->column, out);
		else
			read_pick(out, c);
	} else
		read_pick(out, &other);
}

static void
between(struct random *r, struct table *t, const struct pick *c, struct phrase *out)
{
	read_pick(out, c);
	phrase_add(out, random_chance(r, 30) ? " not between " : " between ");
	operand(r, t, c, out);
	phrase_add(out, " and ");
	operand(r, t, c, out);
}

static void
in_list(struct random *r, struct table *t, const struct pick *c, struct phrase *out)
{
	int n = 1 + random_below(r, 3);

	read_pick(out, c);
	phrase_add(out, random_chance(r, 40) ? " not in (" : " in (");
	for (int i = 0; i < n; i++) {
		phrase_add(out, i == 0 ? "" : ", ");
		operand(r, t, c, out);
	}
	phrase_add(out, ")");
}

static void
comparison(struct random *r, struct table *t, const struct pick *c, struct phrase *out)
{
	static const char *const ops[] = { " = ", " <> ", " < ", " <= ", " > ", " >= " };
	int op = random_below(r, 8);

	if (c->column->type == CC_BOOL && op > 1 && op < 6)
		op %= 2;
	of_pick(r, c, out);
	if (op == 6)
		phrase_each(out, " is distinct from ", " IS NOT ");
	else if (op == 7)
		phrase_each(out, " is not distinct from ", " IS ");
	else
		phrase_add(out, ops[op]);
	operand(r, t, c, out);
}

/* The UTC day; SQLite's division truncates, so days before 1970 need a floor. */
void
expression_day(const char *micros, struct text *out)
{
	text_add(out, "date((%s - ((%s %% 86400000000) + 86400000000) %% 86400000000)"
	    " / 1000000, 'unixepoch')", micros, micros);
}

static void
day_of(const struct pick *c, struct phrase *out)
{
	struct phrase read = { 0 };

	read_pick(&read, c);
	text_add(&out->ccdl, "date(%s)", read.ccdl.s);
	expression_day(read.sql.s, &out->sql);
	phrase_free(&read);
}

/* A month before, clamped to that month's last day; `at` is after 1970. */
static void
month_before(const char *at, struct text *out)
{
	const char *month = "'unixepoch', 'start of month', '-1 month'";

	text_add(out, "(CAST(strftime('%%s', %s / 1000000, %s) AS INTEGER) * 1000000 + %s %% 86400000000"
	    " + 86400000000 * (min(CAST(strftime('%%d', %s / 1000000, 'unixepoch') AS INTEGER),"
	    " CAST(strftime('%%d', %s / 1000000, %s, '+1 month', '-1 day') AS INTEGER)) - 1))",
	    at, month, at, at, at, month);
}

bool
expression_now(struct random *r, struct table *t, struct phrase *out)
{
	static const struct { const char *ccdl; long long micros; } intervals[] = {
		{ "", 0 }, { " - 1 day", -86400000000 }, { " - 6 hours", -21600000000 },
		{ " + 12 hours", 43200000000 }, { " - 90 minutes", -5400000000 }, { " - 1 month", 0 },
	};
	static const char *const ops[] = { " > ", " >= ", " < ", " <= " };
	const char *op = ops[random_below(r, 4)];
	int i = random_below(r, 6);
	struct text at = { 0 };
	struct pick c;

	if (!pick_type(r, t, CC_TIMESTAMP, 0, &c))
		return false;
	read_pick(out, &c);
	text_add(&at, "(SELECT at FROM cc_window WHERE schema = '%s' AND moment = 'now()')",
	    t->schema->name);
	text_add(&out->ccdl, "%snow()%s", op, intervals[i].ccdl);
	text_add(&out->sql, "%s", op);
	if (i == 5)
		month_before(at.s, &out->sql);
	else
		text_add(&out->sql, "(%s + (%lld))", at.s, intervals[i].micros);
	text_free(&at);
	return true;
}

static void
simple(struct random *r, struct table *t, struct phrase *out)
{
	struct pick c, date;
	const struct column *column;

	pick_like(r, t, NULL, &c);
	column = c.column;
	if (column->type == CC_BOOL && random_chance(r, 60)) {
		phrase_add(out, random_chance(r, 40) ? "not " : "");
		read_pick(out, &c);
	} else if (column->type == CC_JSONB
	    || ((column->nullable || c.path.n > 0) && random_chance(r, 25))) {
		read_pick(out, &c);
		phrase_add(out, random_chance(r, 50) ? " is null" : " is not null");
	} else if (column->type == CC_TIMESTAMP && random_chance(r, 60)
	    && pick_type(r, t, CC_DATE, 0, &date)) {
		day_of(&c, out);
		phrase_add(out, " = ");
		read_pick(out, &date);
	} else if (column->type == CC_BOOL)
		comparison(r, t, &c, out);
	else if (random_chance(r, 15))
		between(r, t, &c, out);
	else if (random_chance(r, 20))
		in_list(r, t, &c, out);
	else
		comparison(r, t, &c, out);
}

/* A named condition, of the row or of one beside it. */
static bool
named(struct random *r, struct table *t, struct phrase *out)
{
	struct path path = { .start = t };
	struct table *at = t;
	const struct condition *c;
	struct text sql = { 0 };

	if (may_climb(t, F_NAMED) && random_chance(r, 50)
	    && path_draw(r, t, &path))
		at = path_end(&path);
	if (at->n_conditions == 0)
		return false;
	c = &at->conditions[random_below(r, at->n_conditions)];
	path_ccdl(&path, &out->ccdl);
	text_identifier(&out->ccdl, c->name);
	text_add(&sql, "(%s)", c->phrase.sql.s);
	path_read(&path, sql.s, true, &out->sql);
	text_free(&sql);
	return true;
}

void
expression_condition(struct random *r, struct table *t, struct phrase *out, int depth)
{
	static const char *const ops[] = { " = ", " < ", " >= ", " <> " };

	if (depth > 0 && random_chance(r, 45)) {
		const char *word = random_chance(r, 50) ? " and " : " or ";

		phrase_add(out, "(");
		expression_condition(r, t, out, depth - 1);
		phrase_add(out, word);
		expression_condition(r, t, out, depth - 1);
		phrase_add(out, ")");
	} else if (depth > 0 && random_chance(r, 15)) {
		phrase_add(out, "not (");
		expression_condition(r, t, out, depth - 1);
		phrase_add(out, ")");
	} else if (random_chance(r, 25) && named(r, t, out)) {
		;
	} else if (t->schema->settled && has_feature(t->schema, F_INNER) && random_chance(r, 12)
	    && inner_condition(r, t, out)) {
		;
	} else if (random_chance(r, 15) && expression_counter(r, t, out)) {
		static const char *const counts[] = { " > 1", " = 0", " <> 2", " <= 1" };

		phrase_add(out, counts[random_below(r, 4)]);
	} else if (depth > 0 && random_chance(r, 15)) {
		phrase_add(out, "(");
		expression_integer(r, t, out, depth);
		phrase_add(out, ops[random_below(r, 4)]);
		expression_integer(r, t, out, depth - 1);
		phrase_add(out, random_chance(r, 80) ? ")" : ") is null");
	} else
		simple(r, t, out);
}
