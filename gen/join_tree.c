/*
 * join_tree.c - the keys of a tree's rows, up or down from a seed, as a recursive subquery.
 *
 * A row is passed only where it is within its scope and its reference's `when` holds.  UNION ends
 * the walk where the rows form a circle.
 */
#include <stddef.h>

#include "join.h"

void
join_column(struct text *out, const char *alias, const struct column *column)
{
	text_format(out, "%s.", alias);
	text_sql_name(out, column_sql_name(column));
}

/*
 * Text compares by bytes.  In PostgreSQL equality does so anyway, and an index is found only by its
 * own collation.
 */
const char *
join_collation(const struct column *column, const struct join_sql *sql)
{
	bool text = column->type.kind == TYPE_TEXT || column->type.kind == TYPE_UUID;

	return text && sql->sql.dialect == SQL_SQLITE ? " COLLATE BINARY" : "";
}

void
join_key_value(struct text *out, const struct column *column, const struct text *value,
    const struct join_sql *sql)
{
	if (sql->sql.dialect == SQL_POSTGRES)
		expr_sql_store(out, column, text_string(value), &sql->sql);
	else
		text_add(out, text_string(value));
}

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
		join_column(out, walk->at, part->column);
		return;
	}
	join_scalar(&value, out->arena, walk->row->table, walk->at, part, walk->sql, walk->depth + 1);
	if (part->kind == EXPR_NAME && part->column != NULL)
		text_add(out, text_string(&value));
	else
		join_key_value(out, walk->row->reference->parent_columns[i], &value, walk->sql);
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
			join_column(out, walk->at, reference->parent_columns[i]);
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
			join_column(out, walk->at, reference->parent_columns[i]);
		else
			add_walked_part(out, walk, i, part);
		text_format(out, " = %s.k%zu%s", walk->set, i + 1,
		    join_collation(reference->parent_columns[i], walk->sql));
	}
	if (reference->when != NULL && !walk->sql->loose) {
		text_add(out, " AND (");
		join_scalar(out, out->arena, walk->row->table, walk->at, reference->when, walk->sql,
		    walk->depth + 1);
		text_add_char(out, ')');
	}
	if (walk->row->table->scope != NULL && !walk->sql->loose) {
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
