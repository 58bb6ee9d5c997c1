/*
 * recount_one.c - recounts one parent in the open transaction, from the rows that refer to it.
 *
 * The transaction holds the write lock, so that what is read and what is written belong together.
 * The flush calls this for rows that are new or have a new key; cc_repair for those in cc_dirty.
 */
#include <stdlib.h>
#include <string.h>

#include "recount.h"

/* Room for one parent, all in one allocation a member. */
struct recount_one {
	struct cc *cc;
	const struct cc_table *table;
	void *row, *child;
	union cc_number *sums, *stored, *deltas, *amounts;
	uint8_t *state;
	uint16_t *columns, *place;     /* by sum; by column */
	uint16_t n_sums;
	bool writes;
	struct cc_arena row_text, child_text;
	uint64_t children;
};

static int
recount_one_open(struct recount_one *one)
{
	const struct cc_schema *schema = one->cc->schema;
	size_t n = one->table->n_columns, row = 1, slots = 1;

	for (size_t t = 0; t < schema->n_tables; t++) {
		const struct cc_table *child = &schema->tables[t];

		row = cc_full_size(child) > row ? cc_full_size(child) : row;
		for (size_t l = 0; l < child->n_links; l++)
			slots = child->links[l].n_slots > slots ? child->links[l].n_slots : slots;
	}
	one->row = calloc(1, row);
	one->child = calloc(1, row);
	one->sums = calloc(3 * n + slots + 1, sizeof *one->sums);
	one->columns = calloc(2 * n + 1, sizeof *one->columns);
	one->state = calloc(n + 1, sizeof *one->state);
	if (one->row == NULL || one->child == NULL || one->sums == NULL ||
	    one->columns == NULL || one->state == NULL)
		return cc_nomem(one->cc);
	one->stored = one->sums + n;
	one->deltas = one->stored + n;
	one->amounts = one->deltas + n;
	one->place = one->columns + n;
	for (size_t c = 0; c < n; c++)
		if (one->table->columns[c].kind == CC_LINEAR) {
			one->place[c] = one->n_sums;
			one->columns[one->n_sums++] = (uint16_t)c;
		}
	return CC_OK;
}

static void
recount_one_close(struct recount_one *one)
{
	free(one->row);
	free(one->child);
	free(one->sums);
	free(one->columns);
	free(one->state);
	cc_arena_free(&one->row_text);
	cc_arena_free(&one->child_text);
}

/* FROM the table WHERE its key is ?1 …, and its scope holds if only the database tells. */
static void
recount_one_from(struct cc_text *text, const struct cc_table *table, const struct cc_table_sql *sql)
{
	cc_text_add(text, "\nFROM ");
	cc_text_add(text, sql->name);
	for (size_t i = 0; i < table->n_key; i++) {
		cc_text_add(text, i > 0 ? " AND " : "\nWHERE ");
		cc_text_name(text, table->fields[table->key[i]].name);
		cc_text_add(text, " = ?");
		cc_text_int(text, (int64_t)i + 1);
	}
	if (sql->scope != NULL) {
		cc_text_add(text, table->n_key > 0 ? " AND (" : "\nWHERE (");
		cc_text_add(text, sql->scope);
		cc_text_add(text, ")");
	}
}

/* SELECT fields, linear columns FROM the table WHERE primary key. */
static int
recount_one_select(struct recount_one *one, struct cc_statement **out)
{
	const struct cc_table *table = one->table;
	const struct cc_table_sql *sql = cc_sql(one->cc, table);
	const char **kept =
	    &one->cc->holders[cc_table_index(one->cc, table)].recount[CC_RECOUNT_ROW];
	struct cc_text text = { 0 };

	for (size_t i = 0; i < cc_n_fields(table) && *kept == NULL; i++) {
		cc_text_add(&text, i > 0 ? ", " : "SELECT ");
		cc_text_name(&text, table->fields[i].name);
	}
	for (size_t i = 0; i < one->n_sums && *kept == NULL; i++) {
		cc_text_add(&text, ", ");
		cc_text_add(&text, sql->columns[one->columns[i]].name);
	}
	if (*kept == NULL) {
		recount_one_from(&text, table, sql);
		*kept = cc_keep(one->cc, &text);
		cc_text_free(&text);
		if (*kept == NULL)
			return cc_nomem(one->cc);
	}
	return one->writes ? cc_prepare_lock(one->cc, out, sql->tag, *kept) :
	    cc_prepare(one->cc, out, sql->tag, *kept);
}

/* Whoever adds to the parent holds its lock until that is committed: what is read next has it. */
static int
recount_one_load(struct recount_one *one, const union cc_part *key)
{
	const struct cc_table *table = one->table;
	struct cc_statement *st;
	int result = recount_one_select(one, &st);

	if (result != CC_OK)
		return result;
	for (size_t i = 0; i < table->n_key; i++)
		cc_bind_part(st, (int)i + 1, &table->fields[table->key[i]], key[i]);
	result = cc_step(st);
	if (result == CC_ROW) {
		result = cc_row_read(st, 0, table, one->row, &one->row_text);
		for (size_t i = 0; i < one->n_sums; i++)
			cc_recount_read_amount(st, (int)(cc_n_fields(table) + i),
			    &table->columns[one->columns[i]], &one->stored[i],
			    &one->state[i]);
	} else if (result == CC_OK)
		result = cc_fail(one->cc, CC_NOTFOUND, "there is no such row in %s",
		    table->sql_name);
	cc_reset(st);
	if (result == CC_OK && table->in_scope != NULL && !table->in_scope(one->row))
		return cc_fail(one->cc, CC_NOTFOUND, "the row of %s is outside its scope",
		    table->sql_name);
	return result;
}

/* A sum that rows of simple links make up; others are taken from their definition. */
static bool
recount_one_scans(const struct recount_one *one, uint16_t column)
{
	return one->table->columns[column].kind == CC_LINEAR &&
	    cc_sql(one->cc, one->table)->columns[column].definition == NULL;
}

static void
recount_one_add(struct recount_one *one, const struct cc_link *link,
    const struct cc_contribution *to)
{
	for (size_t s = 0; s < link->n_slots; s++) {
		uint16_t place = one->place[link->slots[s]];

		if (!recount_one_scans(one, link->slots[s]))
			continue;
		if (to->failed || !cc_recount_add(&one->table->columns[link->slots[s]],
		    &one->sums[place], to->amount[s]))
			one->state[place] |= RECOUNT_FAILED;
	}
}

static int
recount_one_rows(struct recount_one *one, const struct cc_table *child,
    const struct cc_link *link, struct cc_statement *st, const union cc_part *key)
{
	const struct cc_target *target = &one->cc->schema->targets[link->target];
	struct cc_contribution to = { .amount = one->amounts, .moments = one->cc->moments };
	bool fits, counts;
	int result;

	while ((result = cc_step(st)) == CC_ROW) {
		cc_arena_reset(&one->child_text);
		result = cc_row_read_any(st, child, one->child, &one->child_text, &fits);
		if (result != CC_OK)
			break;
		one->children++;
		if (child->in_scope != NULL && !child->in_scope(one->child))
			continue;
		to.failed = !fits;
		memset(to.amount, 0, link->n_slots * sizeof *to.amount);
		counts = fits ? link->contribute(one->child, &to) :
		    cc_reference_key(one->cc, child, link, one->child, to.key);
		if (counts && cc_key_equal(one->table->fields,
		    target->fields, target->n_fields, to.key, key))
			recount_one_add(one, link, &to);
	}
	cc_reset(st);
	return result;
}

static int
recount_one_link(struct recount_one *one, const struct cc_table *child, size_t l)
{
	const struct cc_link *link = &child->links[l];
	const struct cc_target *target = &one->cc->schema->targets[link->target];
	const struct cc_table_sql *sql = cc_sql(one->cc, child);
	union cc_part key[CC_KEY_PARTS];
	struct cc_statement *st;
	int result;

	for (size_t i = 0; i < target->n_fields; i++)
		if (!cc_field_part(&one->table->fields[target->fields[i]], one->row, &key[i]))
			return CC_OK;
	result = cc_prepare(one->cc, &st, sql->tag, sql->links[l].rows);
	if (result != CC_OK)
		return result;
	for (size_t i = 0; i < target->n_fields; i++)
		cc_bind_part(st, (int)i + 1, &one->table->fields[target->fields[i]], key[i]);
	return recount_one_rows(one, child, link, st, key);
}

/* SELECT definitions FROM the table WHERE primary key; NULL: there are none. */
static int
recount_one_compose_defined(struct recount_one *one, const char **kept)
{
	const struct cc_table *table = one->table;
	const struct cc_table_sql *sql = cc_sql(one->cc, table);
	struct cc_text text = { 0 };

	for (size_t i = 0; i < one->n_sums; i++) {
		if (sql->columns[one->columns[i]].definition == NULL)
			continue;
		cc_text_add(&text, text.length > 0 ? ",\n  " : "SELECT ");
		cc_text_add(&text, sql->columns[one->columns[i]].definition);
	}
	if (text.length == 0 && !text.failed)
		return CC_OK;
	recount_one_from(&text, table, sql);
	*kept = cc_keep(one->cc, &text);
	cc_text_free(&text);
	return *kept != NULL ? CC_OK : cc_nomem(one->cc);
}

/* The sums that follow from definitions; a definition that has no value leaves them failed. */
static int
recount_one_take_defined(struct recount_one *one, struct cc_statement *st)
{
	const struct cc_table_sql *sql = cc_sql(one->cc, one->table);
	int result = cc_step(st), column = 0;

	for (size_t i = 0; i < one->n_sums; i++) {
		const struct cc_column *of = &one->table->columns[one->columns[i]];

		if (sql->columns[one->columns[i]].definition == NULL)
			continue;
		if (result == CC_ROW) {
			cc_recount_read_defined(st, column++, of, &one->sums[i]);
			cc_recount_less_base(of, &one->sums[i]);
		} else if (result == CC_ERROR)
			one->state[i] |= RECOUNT_FAILED;
	}
	cc_reset(st);
	return result == CC_ROW || result == CC_ERROR ? CC_OK : result;
}

static int
recount_one_define(struct recount_one *one, const union cc_part *key)
{
	const struct cc_table *table = one->table;
	struct cc_holder *holder = &one->cc->holders[cc_table_index(one->cc, table)];
	const char **kept = &holder->recount[CC_RECOUNT_DEFINED];
	struct cc_statement *st;
	int result = *kept == NULL ? recount_one_compose_defined(one, kept) : CC_OK;

	if (result != CC_OK || *kept == NULL)
		return result;
	result = cc_prepare(one->cc, &st, cc_sql(one->cc, table)->tag, *kept);
	if (result != CC_OK)
		return result;
	for (size_t i = 0; i < table->n_key; i++)
		cc_bind_part(st, (int)i + 1, &table->fields[table->key[i]], key[i]);
	return recount_one_take_defined(one, st);
}

static bool
recount_one_wants(const struct recount_one *one, const struct cc_link *link)
{
	for (size_t s = 0; s < link->n_slots; s++)
		if (recount_one_scans(one, link->slots[s]))
			return true;
	return false;
}

static int
recount_one_sum(struct recount_one *one, const union cc_part *key)
{
	const struct cc_schema *schema = one->cc->schema;
	int result = recount_one_define(one, key);

	for (size_t t = 0; t < schema->n_tables; t++)
		for (size_t l = 0; l < schema->tables[t].n_links && result == CC_OK; l++) {
			const struct cc_link *link = &schema->tables[t].links[l];
			uint16_t holder = schema->targets[link->target].table;

			if (&schema->tables[holder] == one->table && recount_one_wants(one, link))
				result = recount_one_link(one, &schema->tables[t], l);
		}
	for (size_t i = 0; i < one->n_sums && result == CC_OK; i++)
		one->state[i] |= cc_recount_drift(&one->table->columns[one->columns[i]],
		    &one->sums[i], &one->stored[i]);
	return result;
}

int
cc_recount_one_parent(struct cc *cc, struct recount_case *result_of, uint64_t *children)
{
	struct recount_one one = { .cc = cc, .table = result_of->table,
		.writes = result_of->write };
	int result = recount_one_open(&one);

	if (result == CC_OK)
		result = cc_moments_know(cc);
	if (result == CC_OK)
		result = recount_one_load(&one, result_of->key);
	if (result == CC_OK)
		result = recount_one_sum(&one, result_of->key);
	if (result == CC_OK) {
		result_of->deltas = one.deltas;
		result_of->drift = one.sums;
		result_of->stored = one.stored;
		result_of->state = one.state;
		result_of->columns = one.columns;
		result_of->n_sums = one.n_sums;
		result = cc_recount_settle(cc, result_of);
	}
	*children += one.children;
	recount_one_close(&one);
	return result;
}

int
cc_recount_one(struct cc *cc, const struct cc_table *table, const union cc_part *key, bool touch)
{
	struct recount_case one = { .table = table, .key = key, .write = true, .touch = touch };
	uint64_t children = 0;
	int result = cc_recount_one_parent(cc, &one, &children);

	return result == CC_OK ? cc_recount_warn(cc, table) : result;
}

static int
recount_row(struct cc *cc, const struct cc_table *table, const union cc_part *key)
{
	struct recount_case one = { .table = table, .key = key, .write = true, .by = "recount" };
	struct cc_text json = { 0 };
	uint64_t children = 0;
	int result = cc_flush_pending(cc);

	cc->correcting = true;
	if (result == CC_OK)
		result = cc_recount_one_parent(cc, &one, &children);
	if (result == CC_OK)
		result = cc_flush_pending(cc);
	cc->correcting = false;
	if (result == CC_OK && one.corrected > 0)
		result = cc_recount_bump(cc, table);
	if (result != CC_OK || one.failed)
		return result;
	cc_key_json(&json, table->fields, table->key, table->n_key, key);
	result = json.failed ? cc_nomem(cc) :
	    cc_recount_clear_mark(cc, table, json.data, INT64_MAX);
	cc_text_free(&json);
	return result;
}

int
cc_row_recount(struct cc *cc, const struct cc_table *table, const union cc_part *key)
{
	bool own;
	int result = cc_enter(cc);

	if (result == CC_OK)
		result = cc_protect(cc, &own);
	if (result != CC_OK)
		return result;
	return cc_unprotect(cc, own, recount_row(cc, table, key));
}
