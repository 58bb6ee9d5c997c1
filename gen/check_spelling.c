/*
 * check_spelling.c - names that differ here but fall together in generated C or in the database.
 *
 * In C: the members of a table's structs, the structs, and the functions of two tables of which
 * one is named like the beginning of the other (`a` with `b_c`, `a_b` with `c`).  In SQL: names
 * that SQLite, which knows no case of ASCII letters, takes for one.
 */
#include <stdlib.h>
#include <string.h>

#include "check.h"

struct spelling {
	const char *text;                  /* what it becomes */
	const struct name *name;           /* what it was */
	const struct table *table;
	const char *row;                   /* of functions: what the table's begin with */
	bool bulk;                         /* ... made of two names */
};

struct spellings {                     /* a growing list, sorted to find pairs */
	struct spelling *items;
	size_t n, capacity;
};

static void
add(struct check *check, struct spellings *list, const char *text, const struct name *name,
    const struct table *table)
{
	if (list->n == list->capacity) {
		size_t capacity = list->capacity ? 2 * list->capacity : 64;
		struct spelling *items = arena_alloc(check->arena, capacity * sizeof *items);

		if (list->n)
			memcpy(items, list->items, list->n * sizeof *items);
		list->items = items;
		list->capacity = capacity;
	}
	list->items[list->n++] = (struct spelling){ text, name, table, NULL, false };
}

static int
by_text(const void *a, const void *b)
{
	const struct spelling *x = a, *y = b;
	int order = strcmp(x->text, y->text);

	if (order)
		return order;
	return x->name->span.start < y->name->span.start ? -1
	    : x->name->span.start > y->name->span.start;
}

static const char *
lower(struct check *check, const char *text)
{
	char *copy = arena_copy(check->arena, text, strlen(text));

	for (char *c = copy; *c; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
	return copy;
}

static void
together(struct check *check, const struct spelling *a, const struct spelling *b,
    const char *what)
{
	struct diagnostic *d = source_error(check->source, b->name->span, "name-collision",
	    "'%s' and '%s' are both %s '%s'", a->name->text, b->name->text, what, b->text);

	source_note(check->source, d, a->name->span, "the first one is here");
	source_hint(check->source, d,
	    "rename one; 'as \"…\"' keeps the name that it has in the database");
}

/* Names that were reported as declared twice, functions of what fell together before. */
static bool
twice(const struct spelling *a, const struct spelling *b)
{
	if (a->row && strcmp(a->row, b->row) == 0
	    && (a->table != b->table || (!a->bulk && !b->bulk)))
		return true;
	return strcmp(a->name->text, b->name->text) == 0 && (a->table == b->table
	    || strcmp(a->table->name.text, b->table->name.text) == 0);
}

static void
report_pairs(struct check *check, struct spellings *list, const char *what)
{
	qsort(list->items, list->n, sizeof *list->items, by_text);
	for (size_t i = 1; i < list->n; i++) {
		const struct spelling *a = &list->items[i - 1], *b = &list->items[i];

		if (strcmp(a->text, b->text) == 0 && !twice(a, b))
			together(check, a, b, what);
	}
}

/* ---- columns ------------------------------------------------------------------------- */

/* Names like most: they stay as they are in C, or get a '_' at the end, and in SQL. */
static bool
is_plain(const struct column *column)
{
	const char *c = column->name.text;

	if (column->sql.text || *c < 'a' || *c > 'z')
		return false;
	for (; *c; c++)
		if (!(*c >= 'a' && *c <= 'z') && !(*c >= '0' && *c <= '9')
		    && !(*c == '_' && c[1] != '_' && c[1] != '\0'))
			return false;
	return true;
}

void
check_members(struct check *check, const struct table *table)
{
	const struct column *odd = table->columns;
	struct spellings *list = check->members;

	while (odd && is_plain(odd))
		odd = odd->next;
	if (!odd)
		return;
	if (!list)
		list = check->members = arena_alloc(check->arena, sizeof *list);
	list->n = 0;
	for (const struct column *c = table->columns; c; c = c->next)
		add(check, list, name_c(check->arena, c->name.text), &c->name, table);
	if (list->n > 1)
		report_pairs(check, list, "the C name");
	list->n = 0;
	for (const struct column *c = table->columns; c; c = c->next)
		add(check, list, lower(check, column_sql_name(c)), &c->name, table);
	if (list->n > 1)
		report_pairs(check, list, "the database column");
}

/* ---- tables in the database -------------------------------------------------------------- */

static bool
begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

static void
reserved(struct check *check, const struct table *table, const char *sql)
{
	const struct name *name = table->sql.text ? &table->sql : &table->name;
	bool engine = begins(sql, "sqlite_");
	struct diagnostic *d;

	if (!engine && !begins(sql, "cc_"))
		return;
	d = source_error(check->source, name->span, "reserved-table",
	    "table names that begin with '%s' are reserved", engine ? "sqlite_" : "cc_");
	source_hint(check->source, d, engine ? "the database engine keeps them for itself"
	    : "the bookkeeping of counters is kept in such tables");
}

static void
tables_in_sql(struct check *check)
{
	struct spellings list = { 0 };
	struct diagnostic *d;

	for (const struct table *t = check->schema->tables; t; t = t->next) {
		const char *sql = lower(check, table_sql_name(t));

		reserved(check, t, sql);
		if (t->sql_schema.text)
			sql = arena_format(check->arena, "%s.%s",
			    lower(check, t->sql_schema.text), sql);
		add(check, &list, sql, &t->name, t);
	}
	qsort(list.items, list.n, sizeof *list.items, by_text);
	for (size_t i = 1; i < list.n; i++) {
		const struct spelling *a = &list.items[i - 1], *b = &list.items[i];

		if (strcmp(a->text, b->text) != 0 || (a->table->scope && b->table->scope)
		    || twice(a, b))
			continue;
		d = source_error(check->source, b->name->span, "name-collision",
		    "'%s' and '%s' are both the database table '%s'", a->name->text,
		    b->name->text, b->text);
		source_note(check->source, d, a->name->span, "the first one is here");
		source_hint(check->source, d,
		    "that is allowed where each has a 'where' of its own");
	}
}

static bool
holds(const struct table *table)
{
	const struct column *c = table->columns;

	while (c && c->kind == COLUMN_PLAIN)
		c = c->next;
	return c != NULL;
}

/* Dirty parents, drift and progress are kept by the table's name, without its database. */
static void
holders_in_sql(struct check *check)
{
	struct spellings list = { 0 };
	struct diagnostic *d;

	for (const struct table *t = check->schema->tables; t; t = t->next)
		if (holds(t))
			add(check, &list, lower(check, table_sql_name(t)), &t->name, t);
	if (list.n > 1)
		qsort(list.items, list.n, sizeof *list.items, by_text);
	for (size_t i = 1; i < list.n; i++) {
		const struct spelling *a = &list.items[i - 1], *b = &list.items[i];

		if (strcmp(a->text, b->text) != 0 || twice(a, b))
			continue;
		d = source_error(check->source, b->name->span, "name-collision",
		    "'%s' and '%s' both keep counters in a table named '%s'", a->name->text,
		    b->name->text, b->text);
		source_note(check->source, d, a->name->span, "the first one is here");
		source_hint(check->source, d,
		    "the bookkeeping knows tables by name: only one of them may have counters");
	}
}

/* ---- structs and functions ------------------------------------------------------------------- */

static const char *
row_name(struct check *check, const struct table *table)
{
	const char *const parts[] = { check->schema->name.text, table->name.text };

	return name_join(check->arena, parts, 2);
}

static bool
has_counters(const struct table *table)
{
	for (const struct column *c = table->columns; c; c = c->next)
		if (c->kind != COLUMN_PLAIN)
			return true;
	return false;
}

/* What follows the table's name in its functions, made safe as the templates do. */
static const char *
verb(struct check *check, const char *row)
{
	size_t n = strlen(row);

	return row[n - 1] == '_' ? row : arena_format(check->arena, "%s_", row);
}

static bool
in_primary_key(const struct table *table, const struct column *column)
{
	for (size_t i = 0; i < table->n_primary_key; i++)
		if (table->primary_key[i] == column)
			return true;
	return false;
}

/* How bulk verbs end that go by a reference; NULL: it is not of columns alone. */
static const char *
where(struct check *check, const struct reference *reference)
{
	const struct reference *other = reference->table->references;

	for (const struct expr *e = reference->exprs; e; e = e->next)
		if (!e->column || e->kind != EXPR_NAME)
			return NULL;
	if (!reference->parent)
		return NULL;
	while (other && (other == reference || strcmp(other->name.text, reference->name.text) != 0))
		other = other->next;
	return name_c(check->arena, !other ? reference->name.text : arena_format(check->arena,
	    "%s to %s", reference->name.text, reference->parent->name.text));
}

static void
bulk_functions(struct check *check, const struct table *table, struct spellings *list)
{
	const char *start = verb(check, row_name(check, table));
	size_t first = list->n;

	for (const struct reference *r = table->references; r; r = r->next) {
		const char *end = where(check, r);

		if (!end)
			continue;
		add(check, list, arena_format(check->arena, "%sdelete_where_%s", start, end),
		    &r->name, table);
		for (const struct column *c = table->columns; c; c = c->next)
			if (c->kind == COLUMN_PLAIN && !in_primary_key(table, c))
				add(check, list, arena_format(check->arena, "%sset_%s_where_%s",
				    start, name_c(check->arena, c->name.text), end), &r->name,
				    table);
	}
	for (; first < list->n; first++)
		list->items[first].bulk = true;
}

static void
functions(struct check *check, const struct table *table, struct spellings *list)
{
	static const char *const words[] = { "insert", "update", "delete", "inserted",
		"inserted_many", "updated", "updated_many", "deleted", "deleted_many", "deleting",
		"load_for_update", "counters" };
	const char *start = verb(check, row_name(check, table));
	const char *const recount[] = { check->schema->name.text, "recount", table->name.text };
	size_t first = list->n;

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		add(check, list, arena_format(check->arena, "%s%s", start, words[i]),
		    &table->name, table);
	for (const struct column *c = table->columns; c; c = c->next) {
		const char *name = name_c(check->arena, c->name.text);

		if (c->kind != COLUMN_MAINTAINED && !in_primary_key(table, c))
			add(check, list, arena_format(check->arena, "%sset_%s", start, name),
			    &c->name, table);
		if (c->kind == COLUMN_TALLY)
			add(check, list, arena_format(check->arena, "%sbump_%s", start, name),
			    &c->name, table);
	}
	bulk_functions(check, table, list);
	if (has_counters(table))
		add(check, list, name_join(check->arena, recount, 3), &table->name, table);
	for (; first < list->n; first++)
		list->items[first].row = start;
}

/* Is there a table whose name is the beginning of this row's, up to a '_'? */
static bool
has_shorter(const struct spellings *rows, const char *row, struct check *check)
{
	char *start = arena_copy(check->arena, row, strlen(row));
	struct name none = { 0 };

	for (char *end = strrchr(start, '_'); end; end = strrchr(start, '_')) {
		struct spelling key = { start, &none, NULL, NULL, false };
		size_t low = 0, high = rows->n;

		*end = '\0';
		while (low < high) {
			size_t middle = (low + high) / 2;

			if (strcmp(rows->items[middle].text, key.text) < 0)
				low = middle + 1;
			else
				high = middle;
		}
		if (low < rows->n && strcmp(rows->items[low].text, key.text) == 0)
			return true;
	}
	return false;
}

static bool
has_where(const struct table *table)
{
	for (const struct column *c = table->columns; c; c = c->next)
		if (strstr(c->name.text, "where"))
			return true;
	return false;
}

/*
 * Functions of two tables can only be the same where one table's name begins with the other's, those
 * of one table where a column is called as bulk verbs are, so only those few are spelt out.
 */
static void
tables_in_c(struct check *check)
{
	static const struct name nothing = { "", { 0, 0 } };
	const char *const recount[] = { check->schema->name.text, "recount" };
	struct spellings rows = { 0 }, structs = { 0 }, all = { 0 };
	bool any = false;

	for (const struct table *t = check->schema->tables; t; t = t->next) {
		const char *row = row_name(check, t);

		add(check, &rows, row, &t->name, t);
		add(check, &structs, row, &t->name, t);
		if (has_counters(t))
			add(check, &structs, arena_format(check->arena, "%scounters",
			    verb(check, row)), &t->name, t);
	}
	report_pairs(check, &structs, "the C struct");
	add(check, &rows, name_join(check->arena, recount, 2), &nothing, NULL);
	qsort(rows.items, rows.n, sizeof *rows.items, by_text);
	for (const struct table *t = check->schema->tables; t && !any; t = t->next)
		any = has_where(t);
	for (size_t i = 0; i < rows.n && !any; i++)
		any = rows.items[i].table && has_shorter(&rows, rows.items[i].text, check);
	for (const struct table *t = check->schema->tables; any && t; t = t->next)
		functions(check, t, &all);
	if (any)
		report_pairs(check, &all, "the C function");
}

void
check_spellings(struct check *check)
{
	if (!check->schema->tables || !check->schema->name.text)
		return;
	tables_in_sql(check);
	holders_in_sql(check);
	tables_in_c(check);
}
