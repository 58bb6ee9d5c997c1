/*
 * recount_plan.c - which tables and columns a recount is about, and which links lead to them.
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

/* Whether a link climbs by this one of the holder's references from anchors with that key. */
static bool
recount_climbs_by(const struct cc_schema *schema, const struct recount_holder *holder,
    const struct cc_target *target, size_t reference)
{
	for (size_t t = 0; t < schema->n_tables; t++)
		for (size_t l = 0; l < schema->tables[t].n_links; l++) {
			const struct cc_link *link = &schema->tables[t].links[l];

			if (&schema->targets[link->target] == target && link->climbs &&
			    link->climb == reference && recount_link_wanted(holder, link))
				return true;
		}
	return false;
}

static int
recount_plan_climbs(struct recount *run, struct recount_holder *holder)
{
	size_t n = holder->table->n_references;

	holder->climbs = calloc(n + 1, sizeof *holder->climbs);
	if (holder->climbs == NULL)
		return cc_nomem(run->cc);
	for (size_t r = 0; r < n; r++)
		for (size_t i = 0; i < holder->n_indexes; i++) {
			struct recount_index *index = &holder->indexes[i];

			if (!recount_climbs_by(run->cc->schema, holder, index->target, r))
				continue;
			holder->climbs[holder->n_climbs++] = (struct recount_climb){
				.by = &holder->table->references[r], .index = index,
				.first = holder->n_up };
			holder->n_up += index->target->n_fields;
			break;
		}
	return CC_OK;
}

/* Adds the table when one of its columns is wanted. */
static int
recount_plan_table(struct recount *run, const struct cc_table *table)
{
	struct recount_holder *holder = &run->holders[run->n_holders];
	size_t n = table->n_columns, wanted = 0;
	int result;

	holder->table = table;
	holder->sql = cc_sql(run->cc, table);
	holder->pool = &run->cc->pools[run->cc->holders[cc_table_index(run->cc, table)].pool];
	holder->wanted = calloc(n, sizeof *holder->wanted);
	holder->place = calloc(n, sizeof *holder->place);
	holder->columns = calloc(n, sizeof *holder->columns);
	holder->undone = calloc(n, sizeof *holder->undone);
	holder->after = calloc(CC_KEY_PARTS, sizeof *holder->after);
	run->n_holders++;
	if (holder->wanted == NULL || holder->place == NULL || holder->columns == NULL ||
	    holder->undone == NULL || holder->after == NULL)
		return cc_nomem(run->cc);
	holder->whole = true;
	for (size_t c = 0; c < n; c++) {
		holder->wanted[c] = recount_wants_column(run, table, c);
		wanted += holder->wanted[c];
		if (recount_is_kept(&table->columns[c]) && !holder->wanted[c])
			holder->whole = false;
		holder->place[c] = CC_NONE;
		if (holder->wanted[c] && table->columns[c].kind == CC_LINEAR) {
			holder->place[c] = holder->n_sums;
			holder->columns[holder->n_sums++] = (uint16_t)c;
		}
	}
	holder->settled = wanted == 0;
	result = recount_plan_indexes(run, holder);
	return result == CC_OK ? recount_plan_climbs(run, holder) : result;
}

/* Holders are in the order in which targets are flushed: inputs before what reads them. */
static int
recount_plan_tables(struct recount *run)
{
	const struct cc_schema *schema = run->cc->schema;
	int result = CC_OK;

	for (size_t t = 0; t < schema->n_targets && result == CC_OK; t++) {
		const struct cc_table *table = &schema->tables[schema->targets[t].table];
		size_t h = 0;

		while (h < run->n_holders && run->holders[h].table != table)
			h++;
		if (h == run->n_holders && table->counters_size > 0 &&
		    recount_wants_table(run, table))
			result = recount_plan_table(run, table);
	}
	return result;
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
	for (size_t t = 0; t < schema->n_tables; t++) {
		const struct cc_table *table = &schema->tables[t];

		row = cc_full_size(table) > row ? cc_full_size(table) : row;
		columns = table->n_columns > columns ? table->n_columns : columns;
	}
	if (result == CC_OK)
		result = recount_plan_tables(run);
	for (size_t i = 0; i < run->n_holders; i++)
		any |= !run->holders[i].settled;
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
	free(holder->undone);
	free(holder->indexes);
	free(holder->climbs);
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

bool
cc_recount_plan_route(struct recount *run, const struct cc_link *link,
    struct recount_route *route)
{
	const struct cc_target *target = &run->cc->schema->targets[link->target];
	struct recount_holder *holder =
	    recount_holder_of(run, &run->cc->schema->tables[target->table]);

	if (holder == NULL || holder->n == 0 || !recount_link_wanted(holder, link))
		return false;
	*route = (struct recount_route){ .link = link, .holder = holder,
		.index = recount_index_of(holder, target) };
	for (size_t s = 0; s < link->n_slots; s++)
		route->floats |= cc_column_is_float(&holder->table->columns[link->slots[s]]);
	return true;
}

void
cc_recount_plan_routes(struct recount *run, const struct cc_table *child,
    struct recount_route *routes, size_t *n)
{
	*n = 0;
	for (size_t l = 0; l < child->n_links; l++)
		if (!cc_link_is_far(&child->links[l]) &&
		    cc_recount_plan_route(run, &child->links[l], &routes[*n]))
			(*n)++;
}
