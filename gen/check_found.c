/*
 * check_found.c - rows that can only be found by having been found: circles of references and scopes.
 *
 * The key and the `when` of a reference, and a default scope, may read other rows, by references
 * that in turn have keys, `when`s and parents with a scope of their own.  None of them may come back
 * to where it began.  Columns, which they may read too, are check_circle.c's.
 */
#include "check.h"

enum { OPEN = 1, DONE = 2 };           /* marks of tables, for their scopes, and of references */

struct found {                         /* what is being looked at, and for what */
	const struct table *table;         /* ... its scope, or */
	const struct reference *reference;
	const struct found *before;
};

static void find_row(struct check *check, struct reference *reference, const struct found *before);

/* ---- circles ----------------------------------------------------------------------------- */

static void
add_name(struct text *names, const struct found *found)
{
	text_format(names, " -> %s%s%s", found->table ? "" : found->reference->table->name.text,
	    found->table ? found->table->name.text : ".",
	    found->table ? "" : found->reference->name.text);
}

static void
circle(struct check *check, const struct found *again)
{
	const struct found *found = again->before;
	struct text names = { .arena = check->arena };
	struct diagnostic *d;
	const struct found *list[64];
	size_t n = 0;

	for (; found && n < 64; found = found->before) {
		list[n++] = found;
		if (found->table == again->table && found->reference == again->reference)
			break;
	}
	for (size_t i = n; i > 0; i--)
		add_name(&names, list[i - 1]);
	add_name(&names, again);
	d = again->table ? source_error(check->source, again->table->scope->span, "circle",
	    "the default scope of '%s' depends on itself:%s", again->table->name.text,
	    text_string(&names) + 3)
	    : source_error(check->source, again->reference->span, "circle",
	    "reference '%s' depends on itself:%s", again->reference->name.text,
	    text_string(&names) + 3);
	for (size_t i = n; i-- > 1;)
		check_note_name(check, d, list[i - 1]->table ? &list[i - 1]->table->name
		    : &list[i - 1]->reference->name);
	source_hint(check->source, d, "keep a copy of what it reads in the row itself");
}

/* ---- what is read -------------------------------------------------------------------------- */

static void
find_expr(struct check *check, const struct expr *expr, const struct found *before)
{
	for (size_t i = 0; i < expr->n_path; i++)
		find_row(check, expr->path[i], before);
	if (expr->kind == EXPR_NAME && expr->condition)
		find_expr(check, expr->condition->expr, before);
	for (const struct expr *a = expr->args; a; a = a->next)
		find_expr(check, a, before);
}

static void
find_scope(struct check *check, struct table *table, const struct found *before)
{
	struct found here = { .table = table, .before = before };

	if (!table->scope || table->found == DONE)
		return;
	if (table->found == OPEN) {
		circle(check, &here);
		return;
	}
	table->found = OPEN;
	find_expr(check, table->scope, &here);
	table->found = DONE;
}

static void
find_reference(struct check *check, struct reference *reference, const struct found *before)
{
	struct found here = { .reference = reference, .before = before };

	if (reference->found == DONE)
		return;
	if (reference->found == OPEN) {
		circle(check, &here);
		return;
	}
	reference->found = OPEN;
	for (const struct expr *e = reference->exprs; e; e = e->next)
		find_expr(check, e, &here);
	if (reference->when)
		find_expr(check, reference->when, &here);
	reference->found = DONE;
}

static void
find_row(struct check *check, struct reference *reference, const struct found *before)
{
	find_reference(check, reference, before);
	if (reference->parent)
		find_scope(check, reference->parent, before);
}

bool
check_found(struct check *check)
{
	size_t errors = check->source->errors;

	for (struct table *t = check->schema->tables; t; t = t->next) {
		find_scope(check, t, NULL);
		for (struct reference *r = t->references; r; r = r->next)
			find_reference(check, r, NULL);
	}
	return check->source->errors == errors;
}
