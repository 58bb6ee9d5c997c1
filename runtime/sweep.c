/*
 * sweep.c - cc_sweep: time has passed, and rows count that did not, or no longer.
 *
 * Only rows on which a moment may have passed are looked at: what they added as of the last sweep
 * is taken away, the window moves, what they add now is added.  All of it and the counters that
 * follow are one transaction with the window, so that no row crosses twice or never.
 */
#include "cc.h"

#include <stdlib.h>
#include <string.h>

struct sweep {
	struct cc *cc;
	int64_t now;
	int64_t *old, *new;            /* by moment */
};

/* ---- rows that cross ---------------------------------------------------------------------- */

/* Whether ?number, or $number, is a parameter of the text. */
static bool
sweep_has_parameter(const char *text, size_t number)
{
	for (; (text = strpbrk(text, "?$")) != NULL; text++)
		if ((size_t)strtoul(text + 1, NULL, 10) == number)
			return true;
	return false;
}

static int
sweep_prepare(const struct sweep *sweep, const struct cc_table_sql *sql,
    const struct cc_link_sql *link, struct cc_statement **out)
{
	struct cc *cc = sweep->cc;
	struct cc_text text = { 0 };
	int result;

	cc_text_add(&text, link->grouped);
	cc_text_add(&text, "\n    AND (");
	cc_text_add(&text, link->crossing);
	cc_text_add(&text, ")");
	cc_text_add(&text, link->group_by);
	result = text.failed ? cc_nomem(cc) : cc_prepare_once(cc, out, sql->tag, text.data);
	cc_text_free(&text);
	for (size_t i = 0; i < cc->schema->n_moments && result == CC_OK; i++) {
		bool forward = sweep->old[i] <= sweep->new[i];

		if (sweep_has_parameter(link->crossing, 2 * i + 1))
			cc_bind_int(*out, (int)(2 * i + 1), forward ? sweep->old[i] : sweep->new[i]);
		if (sweep_has_parameter(link->crossing, 2 * i + 2))
			cc_bind_int(*out, (int)(2 * i + 2), forward ? sweep->new[i] : sweep->old[i]);
	}
	return result;
}

static int
sweep_row(struct cc *cc, const struct cc_link *link, struct cc_statement *st,
    const struct cc_side *side)
{
	union cc_part key[CC_KEY_PARTS];
	bool known;
	int result = cc_role_read(cc, link, st, key, &known);

	return result == CC_OK && known ? cc_anchors_add(cc, side, key, cc->paths.amounts) : result;
}

static int
sweep_link(const struct sweep *sweep, const struct cc_table *child, size_t l, bool plus)
{
	struct cc *cc = sweep->cc;
	const struct cc_link *link = &child->links[l];
	const struct cc_table_sql *sql = cc_sql(cc, child);
	struct cc_side side = { .table = child, .plus = plus,
		.flags = link->flags & CC_LINK_RECOUNT ? CC_ENTRY_RECOUNT : 0 };
	struct cc_statement *st = NULL;
	int result = sweep_prepare(sweep, sql, &sql->links[l], &st);

	cc_anchors_begin(cc, link);
	while (result == CC_OK && (result = cc_step(st)) == CC_ROW)
		result = sweep_row(cc, link, st, &side);
	cc_finalize(st);
	return result == CC_OK ? cc_anchors_apply(cc, false) : result;
}

static int
sweep_side(const struct sweep *sweep, bool plus)
{
	const struct cc_schema *schema = sweep->cc->schema;
	int result = CC_OK;

	for (size_t t = 0; t < schema->n_tables; t++)
		for (size_t l = 0; l < schema->tables[t].n_links && result == CC_OK; l++)
			if (schema->tables[t].links[l].moving)
				result = sweep_link(sweep, &schema->tables[t], l, plus);
	return result;
}

/* ---- columns that follow the moment itself ------------------------------------------------ */

/* Rows of which the column does not hold what it says now: key by key. */
static int
sweep_prepare_column(struct cc *cc, const struct cc_table *table, size_t c,
    struct cc_statement **out)
{
	const struct cc_table_sql *sql = cc_sql(cc, table);
	const struct cc_column *column = &table->columns[c];
	struct cc_text text = { 0 };
	int result;

	cc_text_add(&text, "SELECT ");
	for (size_t i = 0; i < table->n_key; i++) {
		cc_text_name(&text, table->fields[table->key[i]].name);
		cc_text_add(&text, ", ");
	}
	cc_text_add(&text, "1 FROM ");
	cc_text_add(&text, sql->name);
	cc_text_add(&text, " WHERE ");
	cc_text_add(&text, sql->columns[c].name);
	cc_text_add(&text, cc->engine->differs);
	cc_text_add(&text, sql->columns[c].value);
	result = text.failed ? cc_nomem(cc) : cc_prepare_once(cc, out, sql->tag, text.data);
	cc_text_free(&text);
	for (size_t i = 0; i < column->n_inputs && result == CC_OK; i++)
		cc_bind_int(*out, column->inputs[i] + 1, 0);
	return result;
}

static int
sweep_column(struct cc *cc, const struct cc_table *table, size_t c)
{
	uint16_t pool = cc->holders[cc_table_index(cc, table)].pool;
	union cc_part key[CC_KEY_PARTS];
	struct cc_statement *st = NULL;
	int result = sweep_prepare_column(cc, table, c, &st);

	while (result == CC_OK && (result = cc_step(st)) == CC_ROW) {
		struct cc_entry *entry;
		size_t i = 0;

		result = CC_OK;
		for (; result == CC_OK && i < table->n_key; i++) {
			const struct cc_field *field = &table->fields[table->key[i]];

			result = cc_field_read(st, (int)i, field, cc->found, NULL);
			if (result == CC_OK && !cc_field_part(field, cc->found, &key[i]))
				break;
		}
		if (result != CC_OK || i < table->n_key)
			continue;
		entry = cc_entry_get(cc, pool, key);
		if (entry == NULL)
			result = CC_NOMEM;
		else
			entry->delta[c].i++;
	}
	cc_finalize(st);
	return result;
}

static int
sweep_columns(struct cc *cc)
{
	int result = CC_OK;

	for (size_t t = 0; t < cc->schema->n_tables; t++)
		for (size_t c = 0; c < cc->schema->tables[t].n_columns && result == CC_OK; c++)
			if (cc->schema->tables[t].columns[c].flags & CC_COLUMN_MOVING)
				result = sweep_column(cc, &cc->schema->tables[t], c);
	return result;
}

/* ---- a sweep -------------------------------------------------------------------------------- */

static int
sweep_run(struct sweep *sweep)
{
	struct cc *cc = sweep->cc;
	int result;

	memcpy(sweep->old, cc->moments, cc->schema->n_moments * sizeof *sweep->old);
	result = cc_moments_of(cc, sweep->now, sweep->new);
	cc_path_forget_all(cc);
	if (result == CC_OK)
		result = sweep_side(sweep, false);
	if (result == CC_OK)
		result = cc_moments_write(cc, sweep->now, sweep->new);
	if (result == CC_OK)
		result = cc_moments_load(cc);
	if (result == CC_OK)
		result = sweep_side(sweep, true);
	return result == CC_OK ? sweep_columns(cc) : result;
}

/* To the moment, or as far as the clock went since the last sweep. */
static int
sweep_to(struct cc *cc, int64_t moment)
{
	struct sweep sweep = { .cc = cc, .now = moment != 0 ? moment : cc_now(cc) };
	int result = cc_moments_lock(cc);

	if (result != CC_OK || sweep.now == cc->swept)
		return result;
	if (sweep.now < cc->swept)
		return moment == 0 ? CC_OK : cc_fail(cc, CC_MISUSE,
		    "the last sweep was of a later moment");
	sweep.old = calloc(2 * (size_t)cc->schema->n_moments, sizeof *sweep.old);
	if (sweep.old == NULL)
		return cc_nomem(cc);
	sweep.new = sweep.old + cc->schema->n_moments;
	result = sweep_run(&sweep);
	free(sweep.old);
	return result;
}

int
cc_sweep(struct cc *cc, const struct cc_sweep_options *options)
{
	bool own;
	int result = cc_enter(cc);

	if (result != CC_OK)
		return result;
	if (cc_in_transaction(cc))
		return cc_fail(cc, CC_MISUSE, "cc_sweep owns its transaction, and one is open");
	if (cc->schema->n_moments == 0)
		return CC_OK;
	result = cc_protect(cc, &own);
	if (result != CC_OK)
		return result;
	return cc_unprotect(cc, own, sweep_to(cc, options != NULL ? options->moment : 0));
}
