/*
 * recount_missing.c - rows of upsert tables that are not there, though other rows count in them.
 *
 * One query per link names the parents that its rows add to; those without a row are told, or
 * created before the first pass, which then finds what they should hold.  Keys are collected in
 * one snapshot and created in batches, again and again while there are more than fit into memory.
 */
#include <stdlib.h>
#include <string.h>

#include "recount.h"

enum { MISSING_LOOK = 1023 };          /* rows between two looks at the clock, less one */

struct missing_key {
	union cc_part parts[CC_KEY_PARTS];
};

struct missing {
	struct recount *run;
	struct recount_holder *holder;
	const struct cc_link *link;
	const struct cc_link_sql *sql;
	struct cc_pool *pool;
	struct cc_arena arena;         /* text of the keys */
	struct missing_key *keys;      /* of rows that are to be created */
	size_t n, capacity;
	uint64_t rows;
	bool full;                     /* there may be more of them */
	bool created;                  /* one of them is there now */
};

/* ---- telling ------------------------------------------------------------------------- */

/* Rows of another link add to it as well. */
static bool
missing_is_shared(const struct missing *missing, uint16_t column)
{
	const struct cc_schema *schema = missing->run->cc->schema;

	for (size_t t = 0; t < schema->n_tables; t++)
		for (size_t l = 0; l < schema->tables[t].n_links; l++) {
			const struct cc_link *link = &schema->tables[t].links[l];

			if (link == missing->link || &schema->tables[schema->targets
			    [link->target].table] != missing->holder->table)
				continue;
			for (size_t s = 0; s < link->n_slots; s++)
				if (link->slots[s] == column)
					return true;
		}
	return false;
}

static void
missing_tell_column(const struct missing *missing, const char *key, uint16_t c,
    union cc_number sum)
{
	const struct cc_column *column = &missing->holder->table->columns[c];
	struct cc_event event = { .kind = CC_EVENT_DRIFT,
		.table = missing->holder->table->sql_name, .column = column->name, .key = key,
		.message = "the row is missing" };
	char actual[64];

	if (column->kind == CC_LINEAR && !missing_is_shared(missing, c)) {
		union cc_number value = column->base;

		if (cc_recount_add(column, &value, sum)) {
			cc_recount_print(column, value, actual);
			event.actual = actual;
		}
	}
	missing->run->report.mismatches++;
	cc_report(missing->run->cc, &event);
}

static int
missing_tell(struct missing *missing, struct cc_statement *st, const union cc_part *key)
{
	struct recount_holder *holder = missing->holder;
	const struct cc_target *target = missing->pool->target;
	struct cc_text json = { 0 };

	cc_key_json(&json, holder->table->fields, target->fields, target->n_fields, key);
	for (size_t s = 0; s < missing->link->n_slots && !json.failed; s++) {
		uint16_t c = missing->link->slots[s];
		union cc_number sum;

		cc_get_sum(st, target->n_fields + (int)s, &holder->table->columns[c],
		    &sum);
		if (holder->wanted[c] && !cc_amount_zero(&holder->table->columns[c], sum))
			missing_tell_column(missing, json.data, c, sum);
	}
	cc_text_free(&json);
	return json.failed ? cc_nomem(missing->run->cc) : CC_OK;
}

/* ---- finding ----------------------------------------------------------------------------- */

static int
missing_keep(struct missing *missing, const union cc_part *key)
{
	const struct cc_target *target = missing->pool->target;
	struct missing_key *kept = missing->keys;

	if (missing->n == missing->capacity) {
		size_t capacity = missing->capacity ? missing->capacity * 2 : 64;

		kept = realloc(missing->keys, capacity * sizeof *kept);
		if (kept == NULL)
			return cc_nomem(missing->run->cc);
		missing->keys = kept;
		missing->capacity = capacity;
	}
	kept = &missing->keys[missing->n++];
	missing->run->used += sizeof *kept;
	for (size_t i = 0; i < target->n_fields; i++) {
		kept->parts[i] = key[i];
		if (!cc_field_is_text(&missing->holder->table->fields[target->fields[i]]))
			continue;
		kept->parts[i].s = cc_arena_copy(&missing->arena, key[i].s);
		if (kept->parts[i].s == NULL)
			return cc_nomem(missing->run->cc);
		missing->run->used += strlen(key[i].s) + 17;
	}
	return CC_OK;
}

/* Whether a row adds anything to a column that is wanted: what adds nothing creates nothing. */
static bool
missing_adds(const struct missing *missing, struct cc_statement *st)
{
	const struct recount_holder *holder = missing->holder;

	for (size_t s = 0; s < missing->link->n_slots; s++) {
		uint16_t c = missing->link->slots[s];
		union cc_number sum;

		cc_get_sum(st, missing->pool->target->n_fields + (int)s,
		    &holder->table->columns[c], &sum);
		if (holder->wanted[c] && !cc_amount_zero(&holder->table->columns[c], sum))
			return true;
	}
	return false;
}

static int
missing_row(struct missing *missing, struct cc_statement *st)
{
	struct recount *run = missing->run;
	union cc_part key[CC_KEY_PARTS];
	bool known;
	int result;

	if ((++missing->rows & MISSING_LOOK) == 0 && cc_recount_late(run))
		return cc_fail(run->cc, CC_STOPPED, "the time budget is used up");
	cc_arena_reset(&run->row);
	result = cc_recount_read_anchor(run, st, missing->pool->target, key, &known);
	if (result != CC_OK || !known || !missing_adds(missing, st))
		return result;
	cc_arena_reset(&run->cc->scratch);
	result = cc_find_row(run->cc, missing->pool, key);
	if (result != CC_NOTFOUND)
		return result;
	if (!run->writes)
		return missing_tell(missing, st, key);
	missing->full = run->used >= run->options.memory;
	return missing_keep(missing, key);
}

static int
missing_find(struct missing *missing, const char *tag)
{
	struct recount *run = missing->run;
	struct cc_statement *st = NULL;
	int result = cc_recount_open_snapshot(run);

	if (result != CC_OK)
		return result;
	result = cc_recount_prepare_grouped(run, missing->sql, tag, &st);
	while (result == CC_OK && !missing->full && (result = cc_step(st)) == CC_ROW)
		result = missing_row(missing, st);
	cc_finalize(st);
	/* a sum without a value: the pass says which */
	return cc_recount_close_snapshot(run, result == CC_ERROR ? CC_OK : result);
}

/* ---- creating ----------------------------------------------------------------------------- */

/* The new row counts where rows of its table do; what it should hold, the pass will find. */
static int
missing_count(struct missing *missing, const union cc_part *parts)
{
	struct cc *cc = missing->run->cc;
	const struct cc_table *table = missing->holder->table;
	union cc_part key[CC_KEY_PARTS];
	int result;

	if (table->n_links == 0 && table->n_roles == 0)
		return CC_OK;
	cc_arena_reset(&missing->run->row);
	result = cc_find_row(cc, missing->pool, parts);
	if (result == CC_OK && cc_row_key(table, cc->found, key))
		result = cc_load(cc, table, key, missing->run->parent, &missing->run->row);
	if (result == CC_OK)
		result = cc_count(cc, table, NULL, missing->run->parent, false);
	return result == CC_OK ? cc_count_drop(cc, table, missing->run->parent) : result;
}

/* The database refuses the row: told, and the run goes on. */
static int
missing_failed(struct missing *missing, const union cc_part *parts)
{
	struct cc *cc = missing->run->cc;
	const struct cc_table *table = missing->holder->table;
	const struct cc_target *target = missing->pool->target;
	struct cc_text json = { 0 };

	missing->run->failed = true;
	cc->metrics.failures++;
	cc_key_json(&json, table->fields, target->fields, target->n_fields, parts);
	cc_report(cc, &(struct cc_event){ .kind = CC_EVENT_FAILURE, .table = table->sql_name,
	    .key = json.data, .message = cc_errmsg(cc) });
	cc_text_free(&json);
	return CC_OK;
}

static int
missing_create_one(struct missing *missing, const struct missing_key *key)
{
	struct cc *cc = missing->run->cc;
	const struct cc_target *target = missing->pool->target;
	struct cc_statement *st;
	int result = cc_prepare(cc, &st, missing->holder->sql->tag,
	    cc->sql->targets[target - cc->schema->targets].create);

	if (result != CC_OK)
		return result;
	for (size_t i = 0; i < target->n_fields; i++)
		cc_bind_part(st, (int)i + 1,
		    &missing->holder->table->fields[target->fields[i]], key->parts[i]);
	result = cc_run(st);
	if (result == CC_CONSTRAINT || result == CC_ERROR)
		return missing_failed(missing, key->parts);
	if (result != CC_OK || cc_changes(cc) == 0)
		return result;
	missing->created = true;
	return missing_count(missing, key->parts);
}

/* One transaction. */
static int
missing_create_some(struct missing *missing, size_t *next)
{
	struct recount *run = missing->run;
	size_t end = missing->n - *next < run->options.batch ? missing->n :
	    *next + run->options.batch;
	bool own;
	int result = cc_protect(run->cc, &own);

	if (result != CC_OK)
		return result;
	for (; *next < end && result == CC_OK; ++*next)
		result = missing_create_one(missing, &missing->keys[*next]);
	if (result == CC_OK)
		result = cc_recount_warn(run->cc, missing->holder->table);
	return cc_unprotect(run->cc, own, result);
}

static int
missing_link(struct missing *missing, const char *tag)
{
	struct recount *run = missing->run;
	int result;

	do {
		size_t next = 0;

		missing->full = missing->created = false;
		missing->n = 0;
		run->used = 0;
		cc_arena_reset(&missing->arena);
		result = missing_find(missing, tag);
		while (result == CC_OK && next < missing->n) {
			result = missing_create_some(missing, &next);
			cc_recount_pause(run);
		}
	} while (result == CC_OK && missing->full && missing->created);
	run->used = 0;
	free(missing->keys);
	cc_arena_free(&missing->arena);
	return result;
}

/* A run over some of the rows does not look for others. */
static bool
missing_concerns(const struct recount *run, const struct recount_holder *holder)
{
	const struct cc_recount_options *options = &run->options;

	return holder->table->flags & CC_TABLE_UPSERT && !holder->settled &&
	    options->key_from == NULL && options->key_to == NULL && options->filter == NULL;
}

int
cc_recount_missing(struct recount *run)
{
	const struct cc_schema *schema = run->cc->schema;
	int result = CC_OK;

	for (size_t h = 0; h < run->n_holders; h++)
		for (size_t t = 0; t < schema->n_tables && missing_concerns(run,
		    &run->holders[h]); t++)
			for (size_t l = 0; l < schema->tables[t].n_links && result == CC_OK; l++) {
				const struct cc_link *link = &schema->tables[t].links[l];
				const struct cc_table_sql *sql = &run->cc->sql->tables[t];
				struct missing missing = { .run = run,
					.holder = &run->holders[h], .link = link,
					.sql = &sql->links[l],
					.pool = &run->cc->pools[link->target] };

				if (missing.pool->table == run->holders[h].table &&
				    !(link->flags & CC_LINK_SELF))
					result = missing_link(&missing, sql->tag);
			}
	return result;
}
