/*
 * check.c - from what was written to what it means: the steps, in order.
 *
 * The parser leaves names; check turns every one into a pointer, gives every expression its
 * type and judges every rule of the language.  The whole language is judged first, then, as a
 * step of its own, what this release does not generate is refused.  After a check without an
 * error no later stage has anything to complain about.
 *
 * It changes nothing but the members marked "check:" in schema.h and the types of literals.
 */
#include <string.h>

#include "check.h"

enum { SHOWN = 100 };                  /* errors; of the others hints are not worth the time */

/* After any other error parts of the model are missing, and what is left cannot be judged. */
static bool
is_whole(const struct source *source)
{
	static const char *const harmless[] = { "unknown-", "duplicate-clause",
		"type-parameters", "integer-range" };
	const struct diagnostic *d;
	size_t i, n = sizeof harmless / sizeof *harmless;

	for (d = source->diagnostics; d; d = d->next) {
		for (i = 0; i < n; i++)
			if (strncmp(d->code, harmless[i], strlen(harmless[i])) == 0)
				break;
		if (i == n && d->severity == SEVERITY_ERROR)
			return false;
	}
	return true;
}

/* scope: also of what this release generates. */
static bool
judge(struct schema *schema, bool scope)
{
	struct check check = {
		.schema = schema, .source = schema->source, .arena = schema->arena,
	};

	struct table *t;
	bool right;

	if (!is_whole(schema->source))
		return false;
	if (!schema->tables)
		source_error(check.source, schema->name.span, "no-tables",
		    "schema '%s' has no tables", schema->name.text);
	for (t = schema->tables; t; t = t->next) {
		check_names(&check, t);
		check_keys(&check, t);
	}
	for (t = schema->tables; t; t = t->next)
		check_references(&check, t);
	for (t = schema->tables; t; t = t->next) {
		check_conditions(&check, t);
		check_columns(&check, t);
		check_members(&check, t);
	}
	for (t = schema->tables; t && scope; t = t->next)
		check_scope(&check, t);
	if (check_found(&check))
		check_circles(&check);
	check_spellings(&check);
	right = check.source->errors == 0;
	for (t = schema->tables; t && right && scope; t = t->next)
		check_expanded(&check, t);
	for (t = schema->tables; t && check.source->errors == 0; t = t->next)
		check_warnings(&check, t);
	return check.source->errors == 0;
}

bool
check_schema(struct schema *schema)
{
	return judge(schema, true);
}

bool
check_language(struct schema *schema)
{
	return judge(schema, false);
}

void
check_note_name(struct check *check, struct diagnostic *d, const struct name *name)
{
	source_note(check->source, d, name->span, "'%s' is declared here", name->text);
}

void
check_choose(struct check *check, struct choice *choice, const char *name)
{
	if (check->source->errors > SHOWN)
		return;
	if (choice->n == choice->capacity) {
		size_t capacity = choice->capacity ? 2 * choice->capacity : 16;
		const char **names = arena_alloc(check->arena, capacity * sizeof *names);

		if (choice->n)
			memcpy(names, choice->names, choice->n * sizeof *names);
		choice->names = names;
		choice->capacity = capacity;
	}
	choice->names[choice->n++] = name;
}

void
check_hint_near(struct check *check, struct diagnostic *d, const char *misspelt,
    const struct choice *choice)
{
	const char *near = source_nearest(misspelt, choice->names, choice->n);
	struct text list = { .arena = check->arena };

	if (near) {
		source_hint(check->source, d, "did you mean '%s'?", near);
		return;
	}
	if (choice->n == 0 || choice->n > 8)
		return;
	for (size_t i = 0; i < choice->n; i++)
		text_format(&list, "%s'%s'", i ? ", " : "", choice->names[i]);
	source_hint(check->source, d, "there %s %s", choice->n == 1 ? "is" : "are",
	    text_string(&list));
}

struct table *
check_table(struct check *check, const struct name *name)
{
	struct table *table = schema_find_table(check->schema, name->text);
	struct choice choice = { 0 };
	struct diagnostic *d;

	if (table)
		return table;
	for (table = check->schema->tables; table; table = table->next)
		check_choose(check, &choice, table->name.text);
	d = source_error(check->source, name->span, "unknown-table", "there is no table '%s'",
	    name->text);
	check_hint_near(check, d, name->text, &choice);
	return NULL;
}

struct column *
check_column(struct check *check, const struct table *table, const struct name *name)
{
	struct column *column = table_find_column(table, name->text);
	struct choice choice = { 0 };
	struct diagnostic *d;

	if (column)
		return column;
	for (column = table->columns; column; column = column->next)
		check_choose(check, &choice, column->name.text);
	d = source_error(check->source, name->span, "unknown-column",
	    "table '%s' has no column '%s'", table->name.text, name->text);
	check_note_name(check, d, &table->name);
	check_hint_near(check, d, name->text, &choice);
	return NULL;
}
