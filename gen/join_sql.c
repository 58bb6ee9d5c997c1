/*
 * join_sql.c - a join as SQL: what stands in FROM, and what in WHERE.
 *
 * Rows on the path are joined, rows beside it LEFT JOINed, with their `when` and scope in the ON.
 * A step up a tree is a subquery that climbs, or descends, over keys; UNION ends it where the
 * rows form a circle.
 */
#include <stddef.h>

#include "join.h"

struct expr_sql
join_expr(const struct join *join, const struct join_row *row, const struct join_sql *sql)
{
	struct expr_sql context = sql->sql;

	context.alias = row->alias;
	context.join = join;
	context.row = row;
	return context;
}

static void
add_column(struct text *out, const char *alias, const struct column *column)
{
	text_format(out, "%s.", alias);
	text_sql_name(out, column_sql_name(column));
}

/*
 * Text compares by bytes.  In PostgreSQL equality does so anyway, and an index is found only by its
 * own collation.
 */
static const char *
collation(const struct column *column, const struct join_sql *sql)
{
	bool text = column->type.kind == TYPE_TEXT || column->type.kind == TYPE_UUID;

	return text && sql->sql.dialect == SQL_SQLITE ? " COLLATE BINARY" : "";
}

static void
add_condition(struct text *out, const struct expr *expr, const struct expr_sql *context)
{
	struct text text = { .arena = out->arena };

	expr_sql(&text, expr, context);
	text_format(out, "(%s)", text_string(&text));
}

/* What is compared with a column of a key: PostgreSQL wants its type. */
static void
add_key_value(struct text *out, const struct column *column, const struct text *value,
    const struct join_sql *sql)
{
	if (sql->sql.dialect == SQL_POSTGRES)
		expr_sql_store(out, column, text_string(value), &sql->sql);
	else
		text_add(out, text_string(value));
}

/* A part of a key: a column as it is stored, anything else in the language's form. */
static void
add_key_part(struct text *out, const struct join *join, const struct join_row *row,
    const struct expr *part, const struct column *column, const struct join_sql *sql)
{
	struct expr_sql context = join_expr(join, row, sql);
	struct text value = { .arena = out->arena };
	const struct join_row *found;

	if (part->kind == EXPR_NAME && part->column != NULL) {
		found = join_find(join, row, part);
		add_column(out, found->alias, part->column);
		return;
	}
	expr_sql(&value, part, &context);
	add_key_value(out, column, &value, sql);
}

static void
add_parent_part(struct text *out, const struct join_row *row, size_t i,
    const struct join_sql *sql)
{
	const struct column *column = row->reference->parent_columns[i];

	if (row == sql->replaced && sql->key != NULL)
		sql->key(out, row, i, sql->ctx);
	else
		add_column(out, row->alias, column);
	text_add(out, collation(column, sql));
}

/* ---- trees -------------------------------------------------------------------------------- */

struct walk {                          /* up or down a tree */
	const struct join_row *row;
	const struct join_sql *sql;
	const char *set, *at;              /* names: of the keys met, of the row that is looked at */
	unsigned depth;
};

/* The same of the row that a walk has come to. */
static void
add_walked_part(struct text *out, const struct walk *walk, size_t i, const struct expr *part)
{
	struct text value = { .arena = out->arena };

	if (part->kind == EXPR_NAME && part->column != NULL && part->n_path == 0) {
		add_column(out, walk->at, part->column);
		return;
	}
	join_scalar(&value, out->arena, walk->row->table, walk->at, part, walk->sql, walk->depth + 1);
	if (part->kind == EXPR_NAME && part->column != NULL)
		text_add(out, text_string(&value));
	else
		add_key_value(out, walk->row->reference->parent_columns[i], &value, walk->sql);
}

static void
add_parts(struct text *out, const struct walk *walk, bool parents)
{
	const struct reference *reference = walk->row->reference;
	const struct expr *part = reference->exprs;
	const char *separator = "";
	size_t i;

	for (i = 0; i < reference->n_parent_columns; i++, part = part->next) {
		text_add(out, separator);
		separator = ", ";
		if (parents)
			add_column(out, walk->at, reference->parent_columns[i]);
		else
			add_walked_part(out, walk, i, part);
	}
}

/* x's own key, or what it refers to its parent by, is the key that the walk has come to. */
static void
add_step(struct text *out, const struct walk *walk, bool parents)
{
	const struct reference *reference = walk->row->reference;
	const struct expr *part = reference->exprs;
	size_t i;

	for (i = 0; i < reference->n_parent_columns; i++, part = part->next) {
		text_add(out, i == 0 ? "" : " AND ");
		if (parents)
			add_column(out, walk->at, reference->parent_columns[i]);
		else
			add_walked_part(out, walk, i, part);
		text_format(out, " = %s.k%zu%s", walk->set, i + 1,
		    collation(reference->parent_columns[i], walk->sql));
	}
	if (reference->when != NULL) {
		text_add(out, " AND (");
		join_scalar(out, out->arena, walk->row->table, walk->at, reference->when, walk->sql,
		    walk->depth + 1);
		text_add_char(out, ')');
	}
	if (walk->row->table->scope != NULL) {
		text_add(out, " AND (");
		join_scalar(out, out->arena, walk->row->table, walk->at, walk->row->table->scope,
		    walk->sql, walk->depth + 1);
		text_add_char(out, ')');
	}
}

static struct walk
start_walk(struct text *out, const struct join_row *row, const char *seed,
    const struct join_sql *sql, unsigned depth)
{
	struct walk walk = { .row = row, .sql = sql, .depth = depth };
	size_t i;

	walk.set = arena_format(out->arena, "t_%u", depth);
	walk.at = arena_format(out->arena, "x_%u", depth);
	text_format(out, "WITH RECURSIVE %s (", walk.set);
	for (i = 0; i < row->reference->n_parent_columns; i++)
		text_format(out, "%sk%zu", i > 0 ? ", " : "", i + 1);
	text_format(out, ") AS (%s UNION SELECT ", seed);
	return walk;
}

static void
end_walk(struct text *out, const struct walk *walk, bool parents)
{
	text_add(out, " FROM ");
	table_add_sql(out, walk->row->table, walk->sql->sql.dialect);
	text_format(out, " AS %s JOIN %s ON ", walk->at, walk->set);
	add_step(out, walk, parents);
	text_format(out, ") SELECT * FROM %s", walk->set);
}

void
join_below(struct text *out, const struct join_row *row, const char *seed,
    const struct join_sql *sql, unsigned depth)
{
	struct walk walk = start_walk(out, row, seed, sql, depth);

	add_parts(out, &walk, true);
	end_walk(out, &walk, false);
}

void
join_above(struct text *out, const struct join_row *row, const char *seed,
    const struct join_sql *sql, unsigned depth)
{
	struct walk walk = start_walk(out, row, seed, sql, depth);

	add_parts(out, &walk, false);
	end_walk(out, &walk, true);
}

/* ---- how a row is linked ---------------------------------------------------------------------- */

/* (a, b) */
static void
add_tuple(struct text *out, size_t n, const struct text *parts)
{
	if (n > 1)
		text_format(out, "(%s)", text_string(parts));
	else
		text_add(out, text_string(parts));
}

/*
 * From the row below, by its own key for '*', else by that of its parent, to the one above: one of
 * the two is where the walk starts, and the other is among the rows that it comes to.
 */
static void
add_tree(struct text *out, const struct join *join, const struct join_row *row,
    const struct join_sql *sql, bool down)
{
	const struct reference *reference = row->reference;
	struct text below = { .arena = out->arena }, above = { .arena = out->arena };
	const struct expr *part = reference->exprs;
	const char *seed;
	size_t i;

	for (i = 0; i < reference->n_parent_columns; i++, part = part->next) {
		text_add(&below, i > 0 ? ", " : "");
		text_add(&above, i > 0 ? ", " : "");
		if (row->repeat == '*')
			add_column(&below, row->from->alias, reference->parent_columns[i]);
		else
			add_key_part(&below, join, row->from, part, reference->parent_columns[i], sql);
		if (down)
			text_add(&below, collation(reference->parent_columns[i], sql));
		add_parent_part(&above, row, i, sql);
	}
	seed = arena_format(out->arena, "SELECT %s", text_string(down ? &above : &below));
	add_tuple(out, reference->n_parent_columns, down ? &below : &above);
	text_add(out, " IN (");
	if (down)
		join_below(out, row, seed, sql, join->depth);
	else
		join_above(out, row, seed, sql, join->depth);
	text_add_char(out, ')');
}

static const struct join_row *
on_path(const struct join_row *row)
{
	while (!row->by)
		row = row->from;
	return row;
}

static void
add_when(struct text *out, const struct join *join, const struct join_row *row,
    const struct join_sql *sql)
{
	struct expr_sql context = join_expr(join, row->from, sql);

	if (row->reference->when == NULL || row->repeat == '*')
		return;
	text_add(out, " AND ");
	add_condition(out, row->reference->when, &context);
}

void
join_on(struct text *out, const struct join *join, const struct join_row *row,
    const struct join_sql *sql)
{
	const struct expr *part = row->reference->exprs;
	size_t i;

	if (row->repeat != 0) {
		add_tree(out, join, row, sql,
		    sql->start != NULL && row->step <= on_path(sql->start)->step);
	} else {
		for (i = 0; i < row->reference->n_parent_columns; i++, part = part->next) {
			text_add(out, i > 0 ? " AND " : "");
			add_key_part(out, join, row->from, part, row->reference->parent_columns[i], sql);
			text_add(out, " = ");
			add_parent_part(out, row, i, sql);
		}
	}
	add_when(out, join, row, sql);
}

/* ---- FROM ---------------------------------------------------------------------------------------- */

static void
add_scope(struct text *out, const struct join *join, const struct join_row *row,
    const struct join_sql *sql)
{
	struct expr_sql context = join_expr(join, row, sql);

	add_condition(out, row->table->scope, &context);
}

static bool
is_replaced(const struct join_row *row, const struct join_sql *sql)
{
	const struct join_row *const *image;

	for (image = sql->images; image != NULL && *image != NULL; image++)
		if (*image == row)
			return true;
	return row == sql->replaced;
}

static void add_joined(struct text *out, const struct join *join, const struct join_row *row,
    const struct join_sql *sql, const char *line);

static void
add_item(struct text *out, const struct join *join, const struct join_row *row,
    const struct join_sql *sql)
{
	const struct join_row *inner;
	bool any = false;

	for (inner = join->rows; inner != NULL; inner = inner->next)
		any = any || inner->within == row;
	if (any)
		text_add_char(out, '(');
	if (row == sql->outer)
		text_add(out, "(SELECT 1) AS cc_one");
	else if (is_replaced(row, sql))
		sql->replacement(out, row, sql->ctx);
	else
		table_add_sql(out, row->table, sql->sql.dialect);
	if (row != sql->outer)
		text_format(out, " AS %s", row->alias);
	for (inner = join->rows; inner != NULL; inner = inner->next)
		if (inner->within == row)
			add_joined(out, join, inner, sql, " ");
	if (any)
		text_add_char(out, ')');
}

static void
add_joined(struct text *out, const struct join *join, const struct join_row *row,
    const struct join_sql *sql, const char *line)
{
	bool required = row->by || is_replaced(row, sql);

	text_format(out, "%s%s ", line, required ? "JOIN" : "LEFT JOIN");
	add_item(out, join, row, sql);
	text_add(out, " ON ");
	join_on(out, join, row, sql);
	if (!required && row->scoped) {
		text_add(out, " AND ");
		add_scope(out, join, row, sql);
	}
}

void
join_from(struct text *out, const struct join *join, const struct join_sql *sql,
    const char *line)
{
	const struct join_row *row;

	add_item(out, join, join->rows, sql);
	for (row = join->rows->next; row != NULL; row = row->next)
		if (row->within == NULL && row != sql->outer)
			add_joined(out, join, row, sql, line);
}

/* ---- WHERE ----------------------------------------------------------------------------------------- */

bool
join_where(struct text *out, const struct join *join, const struct join_sql *sql,
    const char *first, const char *more)
{
	struct expr_sql child = join_expr(join, join->rows, sql);
	const char *start = first;
	const struct join_row *row;

	if (sql->outer != NULL && sql->outer->from != NULL) {
		text_add(out, start);
		start = more;
		join_on(out, join, sql->outer, sql);
	}
	for (row = join->rows; row != NULL; row = row->next) {
		if (!row->by || !row->scoped || row == sql->outer || is_replaced(row, sql))
			continue;
		text_add(out, start);
		start = more;
		add_scope(out, join, row, sql);
	}
	if (join->source != NULL && join->source->where != NULL) {
		text_add(out, start);
		start = more;
		add_condition(out, join->source->where, &child);
	}
	return start != first;
}

/* ---- one row ------------------------------------------------------------------------------------------ */

void
join_scalar(struct text *out, struct arena *arena, const struct table *table,
    const char *alias, const struct expr *expr, const struct join_sql *sql, unsigned depth)
{
	struct join *join = join_of_row(arena, table, alias, depth);
	struct join_sql inner = { .sql = sql->sql, .outer = join->rows };
	struct expr_sql context;

	join_add(join, join->rows, expr);
	context = join_expr(join, join->rows, &inner);
	if (join->n_rows == 1) {
		expr_sql(out, expr, &context);
		return;
	}
	text_add(out, "(SELECT ");
	expr_sql(out, expr, &context);
	text_add(out, " FROM ");
	join_from(out, join, &inner, " ");
	text_add_char(out, ')');
}
