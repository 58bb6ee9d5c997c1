/*
 * recount_grouped.c - links with hops or climbs: summed by the database, added to the parents here.
 *
 * One query per link gives a row per anchor, which is added to the anchor and, where the link
 * climbs a tree, to all rows above it.  Parents that are in memory know who is above them; of
 * others, which another pass settles, that is read by key.  A row that is met twice ends the climb.
 *
 * An amount without a value ends the query of a link: then its columns are taken from their
 * definitions, parent by parent, so that only those who have the amount fail.
 */
#include <stdlib.h>
#include <string.h>

#include "recount.h"

enum {
	GROUPED_LOOK = 1023,           /* rows between two looks at the clock, less one */
	GROUPED_PASSED = 65536         /* rows above others that are kept in memory */
};

struct grouped {
	struct recount *run;
	const struct cc_table *child;
	struct recount_route route;
	const struct recount_climb *climb;     /* of the holder, or NULL */
	union cc_number *amounts;      /* by slot */
	uint64_t rows;
};

/* ---- one anchor ---------------------------------------------------------------------- */

/* The first parent in memory with this key; *next: where others may follow, or NULL. */
static bool
grouped_find(const struct grouped *grouped, const union cc_part *key, uint32_t *parent,
    const struct recount_slot **next)
{
	const struct recount_index *index = grouped->route.index;
	const struct recount_slot *slot;
	uint64_t place;

	*next = NULL;
	*parent = 0;
	if (index == NULL)
		return true;
	if (index->direct != NULL) {
		place = (uint64_t)key[0].i - (uint64_t)index->least;
		if (place >= index->n_direct || index->direct[place] == 0)
			return false;
		*parent = index->direct[place] - 1;
		return true;
	}
	slot = cc_recount_find(grouped->run, grouped->route.holder, index, key);
	if (slot == NULL)
		return false;
	*parent = slot->parent - 1;
	*next = cc_recount_find_next(index, slot);
	return true;
}

static void
grouped_add(const struct grouped *grouped, uint32_t parent, const struct recount_slot *next)
{
	struct recount_addition addition = { .route = &grouped->route, .parent = parent };

	cc_recount_sum(&addition, grouped->amounts);
	for (; next != NULL; next = cc_recount_find_next(grouped->route.index, next)) {
		addition.parent = next->parent - 1;
		cc_recount_sum(&addition, grouped->amounts);
	}
}

/* The key of the row above one that is not in memory; *more: there is one. */
static int
grouped_read_up(const struct grouped *grouped, union cc_part *key, bool *more)
{
	const struct cc_table *table = grouped->route.holder->table;
	const struct cc_reference *by = grouped->climb->by;
	const struct cc_target *target = grouped->climb->index->target;
	const struct cc_side nobody = { 0 };
	union cc_part parts[CC_KEY_PARTS];
	const void *row;
	int result;

	for (size_t i = 0; i < by->n_fields; i++)
		for (size_t k = 0; k < target->n_fields; k++)
			if (by->parent_fields[i] == target->fields[k])
				parts[i] = key[k];
	result = cc_path_read(grouped->run->cc, table, by, parts, &nobody, &row);
	*more = result == CC_OK && row != NULL &&
	    (table->in_scope == NULL || table->in_scope(row)) && by->key(row, parts);
	if (*more)
		cc_path_target_key(target, by, parts, key);
	return result;
}

static bool
grouped_is_below(const struct grouped *grouped, uint32_t parent, union cc_part *key)
{
	const struct recount_holder *holder = grouped->route.holder;
	const struct recount_climb *climb = grouped->climb;

	if (!recount_above(holder, parent)[climb - holder->climbs])
		return false;
	memcpy(key, recount_up(holder, parent) + climb->first,
	    climb->index->target->n_fields * sizeof *key);
	return true;
}

/* Adds to the row in memory, if it is; *more: there is a row above, whose key is in its place. */
static int
grouped_step(const struct grouped *grouped, union cc_part *key, bool *more)
{
	struct recount_holder *holder = grouped->route.holder;
	const struct recount_slot *next;
	uint32_t parent, *stamp;

	if (!grouped_find(grouped, key, &parent, &next))
		return grouped_read_up(grouped, key, more);
	stamp = recount_stamp(holder, parent);
	*more = *stamp != grouped->run->climbs;
	if (!*more)
		return CC_OK;
	*stamp = grouped->run->climbs;
	grouped_add(grouped, parent, next);
	*more = grouped_is_below(grouped, parent, key);
	return CC_OK;
}

/* Rows that are not in memory bear no stamp: a circle of them shows by a key that comes again. */
static int
grouped_climb(const struct grouped *grouped, union cc_part *key)
{
	const struct recount_holder *holder = grouped->route.holder;
	const struct cc_target *target = grouped->climb->index->target;
	size_t size = target->n_fields * sizeof *key, steps = 0, turn = 1;
	union cc_part seen[CC_KEY_PARTS];
	bool more = true;
	int result = CC_OK;

	if (grouped->run->cc->paths.n_passed > GROUPED_PASSED)
		cc_path_forget_all(grouped->run->cc);
	grouped->run->climbs++;
	memcpy(seen, key, size);
	while (result == CC_OK && more) {
		result = grouped_step(grouped, key, &more);
		more = more && !cc_key_equal(holder->table->fields, target->fields,
		    target->n_fields, key, seen);
		if (++steps == turn) {
			memcpy(seen, key, size);
			turn *= 2;
		}
	}
	return result;
}

/* ---- the rows of the query ------------------------------------------------------------ */

int
cc_recount_read_anchor(struct recount *run, struct cc_statement *st,
    const struct cc_target *target, union cc_part *key, bool *known)
{
	const struct cc_table *table = &run->cc->schema->tables[target->table];

	*known = true;
	for (int i = 0; *known && i < target->n_fields; i++) {
		const struct cc_field *field = &table->fields[target->fields[i]];
		int result = cc_field_read(st, i, field, run->parent, &run->row);

		if (result != CC_OK && result != CC_SCHEMA)
			return result;
		*known = result == CC_OK && cc_field_part(field, run->parent, &key[i]);
	}
	return CC_OK;
}

static void
grouped_read_amounts(const struct grouped *grouped, struct cc_statement *st, int first)
{
	const struct cc_link *link = grouped->route.link;

	for (size_t s = 0; s < link->n_slots; s++)
		cc_get_sum(st, first + (int)s,
		    &grouped->route.holder->table->columns[link->slots[s]],
		    &grouped->amounts[s]);
}

static int
grouped_row(struct grouped *grouped, struct cc_statement *st)
{
	struct recount *run = grouped->run;
	const struct cc_target *target = &run->cc->schema->targets[grouped->route.link->target];
	union cc_part key[CC_KEY_PARTS];
	const struct recount_slot *next;
	uint32_t parent;
	bool known;
	int result;

	run->report.children++;
	if ((++grouped->rows & GROUPED_LOOK) == 0 && cc_recount_late(run))
		return cc_fail(run->cc, CC_STOPPED, "the time budget is used up");
	cc_arena_reset(&run->row);
	result = cc_recount_read_anchor(run, st, target, key, &known);
	if (result != CC_OK || !known)
		return result;
	grouped_read_amounts(grouped, st, target->n_fields);
	if (grouped->climb != NULL)
		return grouped_climb(grouped, key);
	if (grouped_find(grouped, key, &parent, &next))
		grouped_add(grouped, parent, next);
	return CC_OK;
}

/* *failed: an amount has no value. */
static int
grouped_rows(struct grouped *grouped, struct cc_statement *st, bool *failed)
{
	int result;

	while ((result = cc_step(st)) == CC_ROW) {
		result = grouped_row(grouped, st);
		if (result != CC_OK)
			return result;
	}
	*failed = result == CC_ERROR;
	return *failed ? CC_OK : result;
}

/* ---- where the query has no answer ------------------------------------------------------- */

static int
grouped_prepare_definition(struct recount *run, const struct recount_holder *holder, size_t sum,
    struct cc_statement **out)
{
	const struct cc_table *table = holder->table;
	struct cc_text text = { 0 };
	int result;

	cc_text_add(&text, "SELECT ");
	cc_text_add(&text, holder->sql->columns[holder->columns[sum]].definition);
	cc_text_add(&text, "\nFROM ");
	cc_text_add(&text, holder->sql->name);
	for (size_t i = 0; i < table->n_key; i++) {
		cc_text_add(&text, i > 0 ? " AND " : "\nWHERE ");
		cc_text_name(&text, table->fields[table->key[i]].name);
		cc_text_add(&text, " = ?");
		cc_text_int(&text, (int64_t)i + 1);
	}
	result = text.failed ? cc_nomem(run->cc) :
	    cc_prepare_once(run->cc, out, holder->sql->tag, text.data);
	cc_text_free(&text);
	return result;
}

static int
grouped_define_parent(const struct recount_holder *holder, struct cc_statement *st, size_t sum,
    uint32_t parent)
{
	const struct cc_table *table = holder->table;
	const struct cc_column *column = &table->columns[holder->columns[sum]];
	const union cc_part *key = recount_key(holder, parent);
	int result;

	for (size_t i = 0; i < table->n_key; i++)
		cc_bind_part(st, (int)i + 1, &table->fields[table->key[i]], key[i]);
	result = cc_step(st);
	if (result == CC_ROW) {
		cc_recount_read_defined(st, 0, column, &recount_sums(holder, parent)[sum]);
		cc_recount_less_base(column, &recount_sums(holder, parent)[sum]);
	} else
		recount_state(holder, parent)[sum] |= RECOUNT_FAILED;
	cc_reset(st);
	return result == CC_ROW || result == CC_ERROR ? CC_OK : result;
}

static int
grouped_define(struct recount *run, struct recount_holder *holder, size_t sum)
{
	struct cc_statement *st = NULL;
	int result = CC_OK;

	if (holder->sql->columns[holder->columns[sum]].definition != NULL)
		result = grouped_prepare_definition(run, holder, sum, &st);
	for (uint32_t i = 0; i < holder->n && result == CC_OK; i++)
		if (st == NULL)
			recount_state(holder, i)[sum] |= RECOUNT_FAILED;
		else
			result = grouped_define_parent(holder, st, sum, i);
	cc_finalize(st);
	holder->undone[sum] = false;
	return result;
}

int
cc_recount_define(struct recount *run)
{
	int result = CC_OK;

	for (size_t h = 0; h < run->n_holders; h++)
		for (size_t i = 0; i < run->holders[h].n_sums && result == CC_OK; i++)
			if (run->holders[h].undone[i])
				result = grouped_define(run, &run->holders[h], i);
	return result;
}

/* ---- a link ------------------------------------------------------------------------------- */

int
cc_recount_prepare_grouped(struct recount *run, const struct cc_link_sql *sql,
    const char *tag, struct cc_statement **out)
{
	struct cc_text text = { 0 };
	int result;

	cc_text_add(&text, sql->grouped);
	cc_text_add(&text, sql->group_by);
	result = text.failed ? cc_nomem(run->cc) : cc_prepare_once(run->cc, out, tag, text.data);
	cc_text_free(&text);
	return result;
}

static int
grouped_link(struct grouped *grouped, const struct cc_link_sql *sql, const char *tag)
{
	struct recount_holder *holder = grouped->route.holder;
	const struct cc_link *link = grouped->route.link;
	struct cc_statement *st = NULL;
	bool failed = false;
	int result;

	for (size_t i = 0; i < holder->n_climbs && link->climbs; i++)
		if (holder->climbs[i].by == &holder->table->references[link->climb])
			grouped->climb = &holder->climbs[i];
	grouped->amounts = calloc((size_t)link->n_slots + 1, sizeof *grouped->amounts);
	result = grouped->amounts == NULL ? cc_nomem(grouped->run->cc) :
	    cc_recount_prepare_grouped(grouped->run, sql, tag, &st);
	if (result == CC_OK)
		result = grouped_rows(grouped, st, &failed);
	cc_finalize(st);
	free(grouped->amounts);
	for (size_t s = 0; s < link->n_slots && failed; s++)
		if (holder->place[link->slots[s]] != CC_NONE)
			holder->undone[holder->place[link->slots[s]]] = true;
	return result;
}

int
cc_recount_group_children(struct recount *run)
{
	const struct cc_schema *schema = run->cc->schema;
	int result = CC_OK;

	cc_path_forget_all(run->cc);
	for (size_t t = 0; t < schema->n_tables; t++)
		for (size_t l = 0; l < schema->tables[t].n_links && result == CC_OK; l++) {
			const struct cc_table *child = &schema->tables[t];
			const struct cc_table_sql *sql = cc_sql(run->cc, child);
			struct grouped grouped = { .run = run, .child = child };

			if (cc_link_is_far(&child->links[l]) &&
			    cc_recount_plan_route(run, &child->links[l], &grouped.route))
				result = grouped_link(&grouped, &sql->links[l], sql->tag);
		}
	cc_path_forget_all(run->cc);
	return result;
}
