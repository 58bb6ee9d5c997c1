/*
 * recount_plan.c - which tables and columns a recount is about, and the statements it reads with.
 *
 * Options name tables and columns as the schema file or the database does.  A name that is not
 * there is CC_MISUSE: a recount that silently looked at nothing would be taken for a clean one.
 */
#include <stdlib.h>
#include <string.h>

#include "recount.h"

enum { RECOUNT_BATCH = 10000, RECOUNT_MEMORY = 64 << 20 };

static bool
recount_is_kept(const struct cc_column *column)
{
	return column->kind == CC_LINEAR || column->kind == CC_DERIVED;
}

static bool
recount_is_table(const struct cc_table *table, const char *name, size_t length)
{
	return (strlen(table->name) == length && memcmp(table->name, name, length) == 0) ||
	    (strlen(table->sql_name) == length && memcmp(table->sql_name, name, length) == 0);
}

static const struct cc_table *
recount_table_named(const struct cc_schema *schema, const char *name, size_t length)
{
	for (size_t i = 0; i < schema->n_tables; i++)
		if (schema->tables[i].counters_size > 0 &&
		    recount_is_table(&schema->tables[i], name, length))
			return &schema->tables[i];
	return NULL;
}

/* The last dot of "users.posts_count" that makes sense: names may hold dots. */
static bool
recount_is_column(const struct cc_table *table, size_t column, const char *name)
{
	for (const char *dot = strchr(name, '.'); dot != NULL; dot = strchr(dot + 1, '.'))
		if (recount_is_table(table, name, (size_t)(dot - name)) &&
		    strcmp(table->columns[column].name, dot + 1) == 0)
			return true;
	return false;
}

static bool
recount_has_column(const struct cc_schema *schema, const char *name)
{
	for (size_t t = 0; t < schema->n_tables; t++)
		for (size_t c = 0; c < schema->tables[t].n_columns; c++)
			if (recount_is_kept(&schema->tables[t].columns[c]) &&
			    recount_is_column(&schema->tables[t], c, name))
				return true;
	return false;
}

static int
recount_check_names(struct recount *run)
{
	const char *const *name;

	for (name = run->options.tables; name != NULL && *name != NULL; name++)
		if (recount_table_named(run->cc->schema, *name, strlen(*name)) == NULL)
			return cc_fail(run->cc, CC_MISUSE,
			    "no table '%s' with maintained columns", *name);
	for (name = run->options.columns; name != NULL && *name != NULL; name++)
		if (!recount_has_column(run->cc->schema, *name))
			return cc_fail(run->cc, CC_MISUSE,
			    "no column '%s' that can be recounted", *name);
	return CC_OK;
}

static bool
recount_wants_table(const struct recount *run, const struct cc_table *table)
{
	const char *const *name = run->options.tables;

	for (; name != NULL && *name != NULL; name++)
		if (recount_is_table(table, *name, strlen(*name)))
			return true;
	return run->options.tables == NULL;
}

static bool
recount_wants_column(const struct recount *run, const struct cc_table *table, size_t column)
{
	const char *const *name = run->options.columns;

	if (!recount_is_kept(&table->columns[column]))
		return false;
	for (; name != NULL && *name != NULL; name++)
		if (recount_is_column(table, column, *name))
			return true;
	return run->options.columns == NULL;
}

static bool
recount_link_wanted(const struct recount_holder *holder, const struct cc_link *link)
{
	for (size_t s = 0; s < link->n_slots; s++)
		if (holder->place[link->slots[s]] != CC_NONE)
			return true;
	return false;
}

static bool
recount_target_used(const struct cc_schema *schema, const struct recount_holder *holder,
    size_t target)
{
	for (size_t t = 0; t < schema->n_tables; t++)
		for (size_t l = 0; l < schema->tables[t].n_links; l++)
			if (schema->tables[t].links[l].target == target &&
			    recount_link_wanted(holder, &schema->tables[t].links[l]))
				return true;
	return false;
}

static int
recount_plan_indexes(struct recount *run, struct recount_holder *holder)
{
	const struct cc_schema *schema = run->cc->schema;

	holder->indexes = calloc(schema->n_targets, sizeof *holder->indexes);
	if (holder->indexes == NULL)
		return cc_nomem(run->cc);
	for (size_t t = 0; t < schema->n_targets; t++) {
		const struct cc_target *target = &schema->targets[t];

		if (&schema->tables[target->table] != holder->table || target->n_fields == 0 ||
		    !recount_target_used(schema, holder, t))
			continue;
		holder->indexes[holder->n_indexes++] = (struct recount_index){
			.target = target,
			.narrow = target->n_fields == 1 &&
			    !cc_field_is_text(&holder->table->fields[target->fields[0]])
		};
	}
	return CC_OK;
}

/* Adds the table when one of its columns is wanted. */
static int
recount_plan_table(struct recount *run, const struct cc_table *table)
{
	struct recount_holder *holder = &run->holders[run->n_holders];
	size_t n = table->n_columns, wanted = 0;

	holder->table = table;
	holder->sql = cc_sql(run->cc, table);
	holder->pool = &run->cc->pools[run->cc->holders[cc_table_index(run->cc, table)].pool];
	holder->wanted = calloc(n, sizeof *holder->wanted);
	holder->place = calloc(n, sizeof *holder->place);
	holder->columns = calloc(n, sizeof *holder->columns);
	holder->after = calloc(CC_KEY_PARTS, sizeof *holder->after);
	run->n_holders++;
	if (holder->wanted == NULL || holder->place == NULL || holder->columns == NULL ||
	    holder->after == NULL)
		return cc_nomem(run->cc);
	holder->whole = true;
	for (size_t c = 0; c < n; c++) {
		holder->wanted[c] = recount_wants_column(run, table, c);
		wanted += holder->wanted[c];
		if (recount_is_kept(&table->columns[c]) && !holder->wanted[c])
			holder->whole = false;
		holder->place[c] = CC_NONE;
		if (holder->wanted[c] && table->columns[c].kind == CC_LINEAR) {
			if (holder->sql->columns[c].definition == NULL)
				holder->place[c] = holder->n_sums;
			holder->columns[holder->n_sums++] = (uint16_t)c;
		}
	}
	holder->settled = wanted == 0;
	return recount_plan_indexes(run, holder);
}

int
cc_recount_plan(struct recount *run)
{
	const struct cc_schema *schema = run->cc->schema;
	struct cc_recount_options *options = &run->options;
	bool any = options->columns == NULL &&
	    (options->tables == NULL || options->tables[0] != NULL);
	size_t row = 1, columns = 1;
	int result = recount_check_names(run);

	if (options->batch == 0)
		options->batch = RECOUNT_BATCH;
	if (options->memory == 0)
		options->memory = RECOUNT_MEMORY;
	run->holders = calloc(schema->n_tables, sizeof *run->holders);
	if (result == CC_OK && run->holders == NULL)
		result = cc_nomem(run->cc);
	for (size_t t = 0; t < schema->n_tables && result == CC_OK; t++) {
		const struct cc_table *table = &schema->tables[t];

		row = cc_full_size(table) > row ? cc_full_size(table) : row;
		columns = table->n_columns > columns ? table->n_columns : columns;
		if (table->counters_size > 0 && recount_wants_table(run, table))
			result = recount_plan_table(run, table);
		any |= run->n_holders > 0 && !run->holders[run->n_holders - 1].settled;
	}
	if (result == CC_OK && !any)
		result = cc_fail(run->cc, CC_MISUSE, "the tables and columns name nothing");
	if (result != CC_OK)
		return result;
	run->parent = calloc(1, row);
	run->child = calloc(1, row);
	run->deltas = calloc(columns, sizeof *run->deltas);
	if (run->parent == NULL || run->child == NULL || run->deltas == NULL)
		return cc_nomem(run->cc);
	return CC_OK;
}

void
cc_recount_free_marks(struct recount_holder *holder)
{
	for (size_t i = 0; i < holder->n_marks; i++) {
		free(holder->marks[i].encoded);
		free(holder->marks[i].json);
	}
	free(holder->marks);
	holder->marks = NULL;
	holder->n_marks = 0;
}

static void
recount_free_holder(struct recount_holder *holder)
{
	cc_recount_free_marks(holder);
	free(holder->wanted);
	free(holder->place);
	free(holder->columns);
	free(holder->indexes);
	free(holder->after);
	cc_arena_free(&holder->after_text);
}

void
cc_recount_free(struct recount *run)
{
	if (run->holders != NULL)
		cc_recount_free_table(run);
	for (size_t i = 0; i < run->n_holders; i++)
		recount_free_holder(&run->holders[i]);
	cc_arena_free(&run->bounds);
	cc_arena_free(&run->row);
	free(run->holders);
	free(run->parent);
	free(run->child);
	free(run->deltas);
}

/* ---- reading parents ------------------------------------------------------------- */

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
	cc_text_add(text, "\nWHERE 1");
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
		cc_text_add(text, holder->sql->columns[c].value);
	}
	for (size_t i = 0; i < holder->n_sums && !holder->blind; i++) {
		const char *definition = holder->sql->columns[holder->columns[i]].definition;

		if (definition == NULL)
			continue;
		cc_text_add(text, ",\n  ");
		cc_text_add(text, definition);
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

/* ---- reading children --------------------------------------------------------------- */

static struct recount_holder *
recount_holder_of(struct recount *run, const struct cc_table *table)
{
	for (size_t i = 0; i < run->n_holders; i++)
		if (run->holders[i].table == table)
			return &run->holders[i];
	return NULL;
}

static struct recount_index *
recount_index_of(struct recount_holder *holder, const struct cc_target *target)
{
	for (size_t i = 0; i < holder->n_indexes; i++)
		if (holder->indexes[i].target == target)
			return &holder->indexes[i];
	return NULL;
}

void
cc_recount_plan_routes(struct recount *run, const struct cc_table *child,
    struct recount_route *routes, size_t *n)
{
	const struct cc_schema *schema = run->cc->schema;

	*n = 0;
	for (size_t l = 0; l < child->n_links; l++) {
		const struct cc_link *link = &child->links[l];
		const struct cc_target *target = &schema->targets[link->target];
		struct recount_holder *holder =
		    recount_holder_of(run, &schema->tables[target->table]);

		if (holder == NULL || holder->n == 0 ||
		    !recount_link_wanted(holder, link))
			continue;
		routes[*n] = (struct recount_route){ .link = link, .holder = holder,
			.index = recount_index_of(holder, target) };
		for (size_t s = 0; s < link->n_slots; s++)
			routes[*n].floats |=
			    cc_column_is_float(&holder->table->columns[link->slots[s]]);
		(*n)++;
	}
}
