/*
 * check_keys.c - primary and unique keys, and the words of a table.
 *
 * Fills table->primary_key and key->columns.  A key with an unknown column keeps a NULL there
 * and is passed over by whoever looks for unique keys.
 */
#include "check.h"

/* The primary key so far, to point at when a second one turns up. */
struct first {
	struct span span;
	bool seen, of_columns;
};

static void
second_primary_key(struct check *check, const struct table *table, struct span span,
    const struct first *first, bool of_column)
{
	struct diagnostic *d = source_error(check->source, span, "primary-key-twice",
	    "table '%s' has a second primary key", table->name.text);

	source_note(check->source, d, first->span, "the first one is here");
	if (of_column && first->of_columns)
		source_hint(check->source, d,
		    "a key of several columns is written 'primary key (a, b);'");
}

static void
key_column(struct check *check, const struct column *column, struct span span, bool primary)
{
	struct diagnostic *d;

	if (column->kind != COLUMN_PLAIN) {
		d = source_error(check->source, span, "maintained-key",
		    "maintained column '%s' cannot be part of a %s", column->name.text,
		    primary ? "primary key" : "unique key");
		check_note_name(check, d, &column->name);
		source_hint(check->source, d, "a key names a row, whatever is counted for it");
	} else if (column->type.kind == TYPE_JSONB) {
		d = source_error(check->source, span, "type-mismatch",
		    "a jsonb column cannot be part of a key");
		check_note_name(check, d, &column->name);
	} else if (primary && column->type.nullable) {
		d = source_error(check->source, span, "nullable-key",
		    "primary key column '%s' may not be NULL", column->name.text);
		source_hint(check->source, d, "remove the '?' after its type");
	}
}

static void
key_names(struct check *check, struct table *table, struct key *key)
{
	struct diagnostic *d;

	key->columns = arena_alloc(check->arena, (key->n_names + 1) * sizeof *key->columns);
	for (size_t i = 0; i < key->n_names; i++) {
		key->columns[i] = check_column(check, table, &key->names[i]);
		if (!key->columns[i])
			continue;
		key_column(check, key->columns[i], key->names[i].span, key->primary);
		for (size_t j = 0; j < i && j < 64; j++) {
			if (key->columns[j] != key->columns[i])
				continue;
			d = source_error(check->source, key->names[i].span, "duplicate-name",
			    "column '%s' is in the key twice", key->names[i].text);
			source_note(check->source, d, key->names[j].span, "the first one is here");
			break;
		}
	}
}

static void
set_primary_key(struct check *check, struct table *table, struct column **columns, size_t n)
{
	table->primary_key = arena_alloc(check->arena, n * sizeof *columns);
	for (size_t i = 0; i < n; i++)
		if (columns[i])
			table->primary_key[table->n_primary_key++] = columns[i];
}

static void
table_keys(struct check *check, struct table *table)
{
	struct first first = { 0 };

	for (struct column *c = table->columns; c; c = c->next) {
		if (c->unique)
			key_column(check, c, c->name.span, false);
		if (!c->primary_key)
			continue;
		if (first.seen) {
			second_primary_key(check, table, c->name.span, &first, true);
			continue;
		}
		first = (struct first){ c->name.span, true, true };
		key_column(check, c, c->name.span, true);
		set_primary_key(check, table, &c, 1);
	}
	for (struct key *k = table->keys; k; k = k->next) {
		key_names(check, table, k);
		if (!k->primary)
			continue;
		if (first.seen) {
			second_primary_key(check, table, k->span, &first, false);
			continue;
		}
		first = (struct first){ k->span, true, false };
		set_primary_key(check, table, k->columns, k->n_names);
	}
}

static void
table_words(struct check *check, const struct table *table)
{
	struct diagnostic *d;

	if (!table->singleton || !table->upsert)
		return;
	d = source_error(check->source, table->name.span, "table-words",
	    "table '%s' cannot be both singleton and upsert", table->name.text);
	source_hint(check->source, d, "a singleton's one row is there from the beginning");
}

void
check_keys(struct check *check, struct table *table)
{
	table_keys(check, table);
	table_words(check, table);
}
