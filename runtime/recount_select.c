/*
 * recount_select.c - the statements that read parents: fields, sums, pairs of derived values.
 */
#include "recount.h"

/* ("a", "b"), or "a" alone. */
static void
recount_key_names(struct cc_text *text, const struct cc_table *table, bool row)
{
	if (row && table->n_key > 1)
		cc_text_add(text, "(");
	for (size_t i = 0; i < table->n_key; i++) {
		cc_text_add(text, i > 0 ? ", " : "");
		cc_text_name(text, table->fields[table->key[i]].name);
	}
	if (row && table->n_key > 1)
		cc_text_add(text, ")");
}

static void
recount_key_bound(struct cc_text *text, const struct cc_table *table, const char *operator,
    size_t first)
{
	cc_text_add(text, "\n  AND ");
	recount_key_names(text, table, true);
	cc_text_add(text, operator);
	cc_text_add(text, table->n_key > 1 ? "(" : "");
	for (size_t i = 0; i < table->n_key; i++) {
		cc_text_add(text, i > 0 ? ", ?" : "?");
		cc_text_int(text, (int64_t)(first + i));
	}
	cc_text_add(text, table->n_key > 1 ? ")" : "");
}

/* FROM … WHERE: parameters n_columns + 1 … the lower bound, and behind it the upper. */
static void
recount_parents_where(const struct recount *run, const struct recount_holder *holder,
    struct cc_text *text)
{
	const struct cc_table *table = holder->table;
	size_t first = table->n_columns + 1u;

	cc_text_add(text, "\nFROM ");
	cc_text_add(text, holder->sql->name);
	cc_text_add(text, "\nWHERE 1 = 1");
	if (holder->sql->scope != NULL) {
		cc_text_add(text, "\n  AND (");
		cc_text_add(text, holder->sql->scope);
		cc_text_add(text, ")");
	}
	if (holder->started)
		recount_key_bound(text, table, " > ", first);
	else if (run->options.key_from != NULL)
		recount_key_bound(text, table, " >= ", first);
	if (run->options.key_to != NULL)
		recount_key_bound(text, table, " <= ", first + table->n_key);
	if (run->options.filter != NULL) {
		cc_text_add(text, "\n  AND (");
		cc_text_add(text, run->options.filter);
		cc_text_add(text, "\n)");
	}
}

static void
recount_parents_columns(const struct recount_holder *holder, struct cc_text *text)
{
	const struct cc_table *table = holder->table;

	cc_text_add(text, "SELECT ");
	for (size_t i = 0; i < cc_n_fields(table); i++) {
		cc_text_add(text, i > 0 ? ", " : "");
		cc_text_name(text, table->fields[i].name);
	}
	for (size_t i = 0; i < holder->n_sums; i++) {
		cc_text_add(text, ", ");
		cc_text_add(text, holder->sql->columns[holder->columns[i]].name);
	}
	for (size_t c = 0; c < table->n_columns && !holder->blind; c++) {
		if (table->columns[c].kind != CC_DERIVED || !holder->wanted[c])
			continue;
		cc_text_add(text, ",\n  ");
		cc_text_add(text, holder->sql->columns[c].name);
		cc_text_add(text, ", ");
		cc_text_add(text, holder->sql->columns[c].again != NULL ?
		    holder->sql->columns[c].again : holder->sql->columns[c].value);
	}
}

/* The deltas that derived columns read are 0: what follows from what is stored. */
static void
recount_bind_inputs(const struct recount_holder *holder, struct cc_statement *st)
{
	const struct cc_table *table = holder->table;

	for (size_t c = 0; c < table->n_columns && !holder->blind; c++) {
		const struct cc_column *column = &table->columns[c];

		if (column->kind != CC_DERIVED || !holder->wanted[c])
			continue;
		for (size_t i = 0; i < column->n_inputs; i++)
			cc_bind_int(st, column->inputs[i] + 1, 0);
	}
}

static void
recount_bind_key(const struct cc_table *table, struct cc_statement *st, size_t first,
    const union cc_part *key)
{
	for (size_t i = 0; i < table->n_key; i++)
		cc_bind_part(st, (int)(first + i), &table->fields[table->key[i]], key[i]);
}

static int
recount_bind_json(struct recount *run, const struct cc_table *table, struct cc_statement *st,
    size_t first, const char *json)
{
	union cc_part key[CC_KEY_PARTS];
	int result = cc_key_parse(run->cc, json, table->fields, table->key, table->n_key, key,
	    &run->bounds);

	if (result == CC_OK)
		recount_bind_key(table, st, first, key);
	return result;
}

static int
recount_bind_bounds(struct recount *run, struct recount_holder *holder, struct cc_statement *st)
{
	const struct cc_table *table = holder->table;
	size_t first = table->n_columns + 1u;
	int result = CC_OK;

	if (holder->started)
		recount_bind_key(table, st, first, holder->after);
	else if (run->options.key_from != NULL)
		result = recount_bind_json(run, table, st, first, run->options.key_from);
	if (result == CC_OK && run->options.key_to != NULL)
		result = recount_bind_json(run, table, st, first + table->n_key,
		    run->options.key_to);
	return result;
}

static int
recount_prepare(struct recount *run, const struct recount_holder *holder, struct cc_text *text,
    struct cc_statement **out)
{
	int result = text->failed ? cc_nomem(run->cc) :
	    cc_prepare_once(run->cc, out, holder->sql->tag, text->data);

	cc_text_free(text);
	return result;
}

int
cc_recount_select_parents(struct recount *run, struct recount_holder *holder,
    struct cc_statement **out)
{
	struct cc_text text = { 0 };
	int result;

	recount_parents_columns(holder, &text);
	recount_parents_where(run, holder, &text);
	if (holder->table->n_key > 0) {
		cc_text_add(&text, "\nORDER BY ");
		recount_key_names(&text, holder->table, false);
	}
	result = recount_prepare(run, holder, &text, out);
	if (result != CC_OK)
		return result;
	recount_bind_inputs(holder, *out);
	return recount_bind_bounds(run, holder, *out);
}

int
cc_recount_count_parents(struct recount *run, struct recount_holder *holder, uint64_t *out)
{
	struct cc_text text = { 0 };
	struct cc_statement *st = NULL;
	int result;

	cc_text_add(&text, "SELECT count(*)");
	recount_parents_where(run, holder, &text);
	result = recount_prepare(run, holder, &text, &st);
	if (result == CC_OK)
		result = recount_bind_bounds(run, holder, st);
	if (result == CC_OK)
		result = cc_step(st);
	if (result == CC_ROW) {
		*out = (uint64_t)cc_get_int(st, 0);
		result = CC_OK;
	}
	cc_finalize(st);
	return result;
}
