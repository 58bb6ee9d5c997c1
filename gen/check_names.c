/*
 * check_names.c - the hash tables of tables and columns, and names that are given twice.
 *
 * Columns, named conditions and named references of a table share one name space, since an
 * expression or a path may name any of them.  The first of two is kept.
 */
#include <string.h>

#include "check.h"

/* One name of a table, whatever it names. */
struct named {
	const struct name *name;
	UT_hash_handle hh;
};

static void
twice(struct check *check, const char *what, const struct name *name, const struct name *first)
{
	struct diagnostic *d = source_error(check->source, name->span, "duplicate-name",
	    "%s '%s' is declared twice", what, name->text);

	source_note(check->source, d, first->span, "the first one is here");
}

static struct named *
find(struct named *names, const struct name *name)
{
	struct named *found;

	HASH_FIND_STR(names, name->text, found);
	return found;
}

static void
add(struct arena *arena, struct named **names, const struct name *name)
{
	struct named *named = arena_alloc(arena, sizeof *named);

	named->name = name;
	HASH_ADD_KEYPTR(hh, *names, name->text, strlen(name->text), named);
}

/* A named reference may share its name with others that all have a `when`. */
static bool
is_of_column(const struct reference *reference)
{
	const struct expr *expr = reference->exprs;

	return expr && !expr->next && expr->kind == EXPR_NAME && expr->n_names == 1
	    && strcmp(expr->names[0].text, reference->name.text) == 0;
}

static void
reference_names(struct check *check, struct table *table, struct named **others)
{
	const struct named *first;
	const struct reference *before = NULL;

	for (struct reference *r = table->references; r; before = r, r = r->next) {
		if (is_of_column(r))
			continue;
		if (before && !is_of_column(before) && before->when && r->when
		    && strcmp(before->name.text, r->name.text) == 0)
			continue;
		first = find(*others, &r->name);
		if (first)
			twice(check, "reference", &r->name, first->name);
		else
			add(check->arena, others, &r->name);
	}
}

static void
column_names(struct check *check, struct table *table)
{
	struct arena *arena = check->arena;
	struct column *column, *first;

	for (column = table->columns; column; column = column->next) {
		column->table = table;
		first = table_find_column(table, column->name.text);
		if (first)
			twice(check, "column", &column->name, &first->name);
		else
			HASH_ADD_KEYPTR(hh, table->by_name, column->name.text,
			    strlen(column->name.text), column);
	}
}

static void
other_names(struct check *check, struct table *table)
{
	struct named *others = NULL;
	const struct named *first;

	if (!table->conditions && !table->references)
		return;
	for (struct column *c = table->columns; c; c = c->next)
		if (!find(others, &c->name))
			add(check->arena, &others, &c->name);
	for (struct condition *c = table->conditions; c; c = c->next) {
		first = find(others, &c->name);
		if (first)
			twice(check, "condition", &c->name, first->name);
		else
			add(check->arena, &others, &c->name);
	}
	reference_names(check, table, &others);
}

void
check_names(struct check *check)
{
	struct arena *arena = check->arena;
	struct schema *schema = check->schema;
	struct table *first;

	for (struct table *table = schema->tables; table; table = table->next) {
		first = schema_find_table(schema, table->name.text);
		if (first)
			twice(check, "table", &table->name, &first->name);
		else
			HASH_ADD_KEYPTR(hh, schema->by_name, table->name.text,
			    strlen(table->name.text), table);
		column_names(check, table);
		other_names(check, table);
	}
}
