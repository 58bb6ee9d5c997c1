/*
 * check_warning.c - what is legal but costly or easily got wrong.
 *
 * cascade   a delete cascades into a table that has maintained columns itself
 * index     a reference by columns that no declared key begins with (only with -Windex: the
 *           language does not declare indexes, so it cannot know)
 */
#include "check.h"

static const struct column *
first_counter(const struct table *table)
{
	for (const struct column *c = table->columns; c; c = c->next)
		if (c->kind == COLUMN_MAINTAINED)
			return c;
	return NULL;
}

static void
cascade(struct check *check, const struct reference *r)
{
	const struct column *counter = first_counter(r->table);
	struct diagnostic *d;

	if (r->on_delete != ON_DELETE_CASCADE || !counter || r->parent == r->table)
		return;
	d = source_warning(check->source, r->span, "cascade",
	    "a delete in '%s' cascades into '%s', which has maintained columns of its own",
	    r->parent->name.text, r->table->name.text);
	check_note_name(check, d, &counter->name);
	source_hint(check->source, d, "the hook before the delete then walks both levels, row by "
	    "row; -Wno-cascade accepts that");
}

static bool
leads(struct column *const *columns, size_t n, const struct reference *r)
{
	size_t i = 0;

	for (const struct expr *e = r->exprs; e; e = e->next, i++) {
		bool found = false;

		if (!e->column)
			return false;
		for (size_t j = 0; j < n && j < r->n_parent_columns && !found; j++)
			found = columns[j] == e->column;
		if (!found)
			return false;
	}
	return true;
}

static bool
has_index(const struct reference *r)
{
	const struct table *t = r->table;

	if (!r->exprs->next && r->exprs->column && r->exprs->column->unique)
		return true;
	if (leads(t->primary_key, t->n_primary_key, r))
		return true;
	for (const struct key *k = t->keys; k; k = k->next)
		if (leads(k->columns, k->n_names, r))
			return true;
	return false;
}

static void
no_index(struct check *check, const struct reference *r)
{
	struct diagnostic *d;

	if (has_index(r))
		return;
	d = source_warning(check->source, r->span, "index",
	    "no key of '%s' begins with reference '%s'", r->table->name.text, r->name.text);
	source_hint(check->source, d, "recounts of single parents and cascades scan the table "
	    "unless the database has an index for it");
}

void
check_warnings(struct check *check, const struct table *table)
{
	for (const struct reference *r = table->references; r; r = r->next) {
		cascade(check, r);
		no_index(check, r);
	}
}
