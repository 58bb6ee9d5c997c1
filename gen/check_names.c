/*
 * check_names.c - the hash tables of tables and columns, and names that are given twice.
 *
 * Columns, named conditions and named references of a table share one name space, since an
 * expression or a path may name any of them.  The first of two is kept.
 */
#include <string.h>

#include "check.h"

/* The name of a condition or a reference. */
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

/* What has the name already, among the columns and `names`; else it is added to these. */
static const struct name *
claim(struct check *check, const struct table *table, struct named **names,
    const struct name *name)
{
	struct arena *arena = check->arena;
	const struct column *column = table_find_column(table, name->text);
	struct named *named;

	if (column)
		return &column->name;
	HASH_FIND_STR(*names, name->text, named);
	if (named)
		return named->name;
	named = arena_alloc(arena, sizeof *named);
	named->name = name;
	HASH_ADD_KEYPTR(hh, *names, name->text, strlen(name->text), named);
	return NULL;
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
reference_names(struct check *check, struct table *table, struct named **names)
{
	const struct name *first;
	const struct reference *before = NULL;

	for (struct reference *r = table->references; r; before = r, r = r->next) {
		if (is_of_column(r))
			continue;
		if (before && !is_of_column(before) && before->when && r->when
		    && strcmp(before->name.text, r->name.text) == 0)
			continue;
		first = claim(check, table, names, &r->name);
		if (first)
			twice(check, "reference", &r->name, first);
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
	struct named *names = NULL;
	const struct name *first;

	for (struct condition *c = table->conditions; c; c = c->next) {
		first = claim(check, table, &names, &c->name);
		if (first)
			twice(check, "condition", &c->name, first);
	}
	reference_names(check, table, &names);
}

void
check_names(struct check *check, struct table *table)
{
	struct arena *arena = check->arena;
	struct schema *schema = check->schema;
	const struct table *first = schema_find_table(schema, table->name.text);

	if (first)
		twice(check, "table", &table->name, &first->name);
	else
		HASH_ADD_KEYPTR(hh, schema->by_name, table->name.text, strlen(table->name.text),
		    table);
	column_names(check, table);
	other_names(check, table);
}
