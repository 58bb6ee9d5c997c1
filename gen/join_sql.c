/*
 * join_sql.c - a join as SQL: what stands in FROM, and what in WHERE.
 *
 * Rows on the path are joined, rows beside it LEFT JOINed, with their `when` and scope in the ON.
 * A step up a tree is a subquery over keys (join_tree.c).
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
add_condition(struct text *out, const struct expr *expr, const struct expr_sql *context)
{
	struct text text = { .arena = out->arena };

	expr_sql(&text, expr, context);
	text_format(out, "(%s)", text_string(&text));
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
		join_column(out, found->alias, part->column);
		return;
	}
	expr_sql(&value, part, &context);
	join_key_value(out, column, &value, sql);
}

static void
add_parent_part(struct text *out, const struct join_row *row, size_t i,
    const struct join_sql *sql)
{
	const struct column *column = row->reference->parent_columns[i];

	if (row == sql->replaced && sql->key != NULL)
		sql->key(out, row, i, sql->ctx);
	else
		join_column(out, row->alias, column);
	text_add(out, join_collation(column, sql));
}

/* ---- how a row is linked ---------------------------------------------------------------------- */

/*
 * Which way a tree is walked: up to the row that the path comes to, or down from it; or down from all
 * rows behind which the path goes on to where the statement starts.
 */
enum way { UP, DOWN, DOWN_FROM_MANY };

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

/* (a, b) */
static void
add_tuple(struct text *out, size_t n, const struct text *parts)
{
	if (n > 1)
		text_format(out, "(%s)", text_string(parts));
	else
		text_add(out, text_string(parts));
}

static void add_upper(struct text *out, const struct join *join, const struct join_row *row,
    const struct join_sql *sql);

/* Above a row that may not be there as yet: the row above it as well. */
static void
add_next(struct text *out, const struct join *join, const struct join_row *row,
    const struct join_sql *sql)
{
	const struct expr *part = row->reference->exprs;
	struct expr_sql context = join_expr(join, row->from, sql);
	size_t i;

	text_add(out, " UNION SELECT ");
	for (i = 0; part != NULL; part = part->next) {
		add_key_part(out, join, row->from, part, row->reference->parent_columns[i++], sql);
		text_add(out, part->next != NULL ? ", " : "");
	}
	if (row->reference->when == NULL || sql->loose)
		return;
	text_add(out, " WHERE ");
	add_condition(out, row->reference->when, &context);
}

/*
 * From the row below, by its own key for '*', else by that of its parent, to the one above: one of
 * the two is where the walk starts, and the other is among the rows that it comes to.
 */
static void
add_tree(struct text *out, const struct join *join, const struct join_row *row,
    const struct join_sql *sql, enum way way)
{
	const struct reference *reference = row->reference;
	struct text below = { .arena = out->arena }, above = { .arena = out->arena };
	struct text seed = { .arena = out->arena };
	const struct expr *part = reference->exprs;
	bool down = way != UP;
	size_t i;

	for (i = 0; i < reference->n_parent_columns; i++, part = part->next) {
		text_add(&below, i > 0 ? ", " : "");
		text_add(&above, i > 0 ? ", " : "");
		if (row->repeat == '*')
			join_column(&below, row->from->alias, reference->parent_columns[i]);
		else
			add_key_part(&below, join, row->from, part, reference->parent_columns[i], sql);
		if (down)
			text_add(&below, join_collation(reference->parent_columns[i], sql));
		add_parent_part(&above, row, i, sql);
	}
	text_format(&seed, "SELECT %s", text_string(down ? &above : &below));
	if (way == DOWN_FROM_MANY)
		add_upper(&seed, join, row, sql);
	else if (!down && row->repeat == '*' && is_replaced(row->from, sql))
		add_next(&seed, join, row, sql);
	add_tuple(out, reference->n_parent_columns, down ? &below : &above);
	text_add(out, " IN (");
	if (down)
		join_below(out, row, text_string(&seed), sql,
		    join->depth + (way == DOWN_FROM_MANY ? row->step : 0));
	else
		join_above(out, row, text_string(&seed), sql, join->depth);
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

	if (row->reference->when == NULL || row->repeat == '*' || sql->loose)
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
		    sql->start != NULL && row->step <= on_path(sql->start)->step ? DOWN : UP);
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

void
join_table(struct text *out, const struct join_row *row, const struct join_sql *sql)
{
	if (row == sql->outer)
		text_add(out, "(SELECT 1) AS cc_one");
	else if (is_replaced(row, sql))
		sql->replacement(out, row, sql->ctx);
	else
		table_add_sql(out, row->table, sql->sql.dialect);
	if (row != sql->outer)
		text_format(out, " AS %s", row->alias);
}

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
	join_table(out, row, sql);
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

/*
 * The next row, from a row on, at which a path climbs a tree to go on behind it, where the statement
 * starts at its end: a row counts once there, however many of the tree's rows lead to it.
 */
static const struct join_row *
next_fork(const struct join *join, const struct join_row *row, const struct join_sql *sql)
{
	if (sql->outer == NULL || sql->outer != join->holder)
		return NULL;
	while (row != NULL && (!row->by || row->repeat == 0 || row == join->holder))
		row = row->next;
	return row;
}

/* Rows from one of the path on, as far as the next fork. */
static void
add_rows(struct text *out, const struct join *join, const struct join_row *first,
    const struct join_sql *sql, const char *line)
{
	const struct join_row *row, *fork = next_fork(join, first->next, sql);
	unsigned step;

	add_item(out, join, first, sql);
	for (row = join->rows->next; row != NULL; row = row->next) {
		step = on_path(row)->step;
		if (row->within == NULL && row != sql->outer && row != first && step >= first->step &&
		    (fork == NULL || step < fork->step))
			add_joined(out, join, row, sql, line);
	}
}

void
join_from(struct text *out, const struct join *join, const struct join_sql *sql,
    const char *line)
{
	add_rows(out, join, join->rows, sql, line);
}

/* ---- WHERE ----------------------------------------------------------------------------------------- */

/* What holds of rows from one of the path on, as far as the next fork, and of that. */
static const char *
add_where(struct text *out, const struct join *join, const struct join_row *first,
    const struct join_sql *sql, const char *start, const char *more)
{
	const struct join_row *row, *fork = next_fork(join, first->next, sql);

	if (fork != NULL) {
		text_add(out, start);
		start = more;
		add_tree(out, join, fork, sql, DOWN_FROM_MANY);
		add_when(out, join, fork, sql);
	} else if (sql->outer != NULL && sql->outer->from != NULL) {
		text_add(out, start);
		start = more;
		join_on(out, join, sql->outer, sql);
	}
	for (row = first; row != NULL && row != fork; row = row->next) {
		if (!row->by || !row->scoped || row == sql->outer ||
		    (is_replaced(row, sql) && !expr_scope_asks(row->table)))
			continue;
		text_add(out, start);
		start = more;
		add_scope(out, join, row, sql);
	}
	return start;
}

/* FROM … WHERE …, from a row of a tree on. */
static void
add_upper(struct text *out, const struct join *join, const struct join_row *row,
    const struct join_sql *sql)
{
	text_add(out, " FROM ");
	add_rows(out, join, row, sql, " ");
	add_where(out, join, row, sql, " WHERE ", " AND ");
}

bool
join_where(struct text *out, const struct join *join, const struct join_sql *sql,
    const char *first, const char *more)
{
	struct expr_sql child = join_expr(join, join->rows, sql);
	const char *start = add_where(out, join, join->rows, sql, first, more);

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
