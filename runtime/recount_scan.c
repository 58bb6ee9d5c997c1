/*
 * recount_scan.c - a pass: parents into memory, children summed into them, what differs.
 *
 * A parent outside its scope is not loaded, so that nothing is found for it.  A child runs through
 * the same contribute functions as the hooks use: what a recount counts is what a hook would.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "recount.h"

enum { RECOUNT_LOOK = 8191 };          /* children between two looks at the clock, less one */

/* ---- marks of cc_dirty --------------------------------------------------------------- */

/* The key of a singleton is no bytes, at no address. */
static int
recount_compare_bytes(const char *a, size_t a_length, const char *b, size_t b_length)
{
	size_t n = a_length < b_length ? a_length : b_length;
	int order = n == 0 ? 0 : memcmp(a, b, n);

	return order != 0 ? order : (a_length > b_length) - (a_length < b_length);
}

static int
recount_by_key(const void *left, const void *right)
{
	const struct recount_mark *a = left, *b = right;

	return recount_compare_bytes(a->encoded, a->length, b->encoded, b->length);
}

/* A key that is not one of this table is left alone. */
static int
recount_add_mark(struct recount *run, struct recount_holder *holder, const char *json,
    int64_t at)
{
	const struct cc_table *table = holder->table;
	union cc_part key[CC_KEY_PARTS];
	struct cc_text encoded = { 0 };
	struct recount_mark *mark;

	if (cc_key_parse(run->cc, json, table->fields, table->key, table->n_key, key,
	    &run->row) != CC_OK)
		return CC_OK;
	cc_key_encode(&encoded, table->fields, table->key, table->n_key, key);
	mark = realloc(holder->marks, (holder->n_marks + 1) * sizeof *mark);
	if (mark == NULL || encoded.failed) {
		holder->marks = mark != NULL ? mark : holder->marks;
		cc_text_free(&encoded);
		return cc_nomem(run->cc);
	}
	holder->marks = mark;
	mark = &mark[holder->n_marks++];
	*mark = (struct recount_mark){ .encoded = encoded.data, .length = encoded.length,
		.json = strdup(json), .at = at };
	return mark->json != NULL ? CC_OK : cc_nomem(run->cc);
}

static int
recount_load_marks(struct recount *run, struct recount_holder *holder)
{
	struct cc_statement *st;
	int result = cc_prepare(run->cc, &st, NULL,
	    "SELECT key, at FROM cc_dirty WHERE table_name = ?1");

	cc_recount_free_marks(holder);
	if (result != CC_OK)
		return result;
	cc_bind_text(st, 1, holder->table->sql_name);
	while ((result = cc_step(st)) == CC_ROW) {
		result = recount_add_mark(run, holder, cc_get_text(st, 0), cc_get_int(st, 1));
		if (result != CC_OK)
			break;
	}
	cc_reset(st);
	if (holder->n_marks > 1)
		qsort(holder->marks, holder->n_marks, sizeof *holder->marks, recount_by_key);
	return result;
}

const struct recount_mark *
cc_recount_mark_of(struct recount *run, const struct recount_holder *holder,
    const union cc_part *key)
{
	struct recount_mark wanted;

	if (holder->n_marks == 0)
		return NULL;
	cc_text_clear(&run->key);
	cc_key_encode(&run->key, holder->table->fields, holder->table->key,
	    holder->table->n_key, key);
	wanted = (struct recount_mark){ .encoded = run->key.data, .length = run->key.length };
	return bsearch(&wanted, holder->marks, holder->n_marks, sizeof *holder->marks,
	    recount_by_key);
}

/* ---- parents ------------------------------------------------------------------------- */

static int
recount_keep_parts(struct recount *run, const struct cc_table *table, union cc_part *key)
{
	for (size_t i = 0; i < table->n_key; i++) {
		if (!cc_field_is_text(&table->fields[table->key[i]]))
			continue;
		run->used += strlen(key[i].s) + 17;
		key[i].s = cc_arena_copy(&run->arena, key[i].s);
		if (key[i].s == NULL)
			return cc_nomem(run->cc);
	}
	return CC_OK;
}

/* Sums that no scan of the children gives: the definitions follow in the statement. */
static void
recount_read_defined(struct recount_holder *holder, struct cc_statement *st, uint32_t parent,
    int column)
{
	for (size_t i = 0; i < holder->n_sums; i++) {
		const struct cc_column *of = &holder->table->columns[holder->columns[i]];
		union cc_number *sum = &recount_sums(holder, parent)[i];

		if (holder->sql->columns[holder->columns[i]].definition == NULL)
			continue;
		if (holder->blind)
			*sum = recount_stored(holder, parent)[i];
		else
			cc_recount_read_defined(st, column++, of, sum);
		cc_recount_less_base(of, sum);
	}
}

/* What the columns of the parent's row hold, from the statement that reads it. */
static void
recount_read_stored(struct recount *run, struct recount_holder *holder,
    struct cc_statement *st, uint32_t parent)
{
	const struct cc_table *table = holder->table;
	union cc_number *stored = recount_stored(holder, parent);
	uint8_t *state = recount_state(holder, parent), *flags = recount_flags(holder, parent);
	int column = cc_n_fields(table);

	for (size_t i = 0; i < holder->n_sums; i++, column++)
		cc_recount_read_amount(st, column, &table->columns[holder->columns[i]], &stored[i],
		    &state[i]);
	for (size_t c = 0; c < table->n_columns; c++) {
		if (table->columns[c].kind != CC_DERIVED || !holder->wanted[c])
			continue;
		if (holder->blind || !cc_recount_same(st, column, &table->columns[c]))
			*flags |= RECOUNT_DERIVED;
		column += 2;
	}
	recount_read_defined(holder, st, parent, column);
	if (cc_recount_mark_of(run, holder, recount_key(holder, parent)) != NULL)
		*flags |= RECOUNT_DIRTY;
}

static int
recount_add_row(struct recount *run, struct recount_holder *holder, struct cc_statement *st)
{
	const struct cc_table *table = holder->table;
	union cc_part key[CC_KEY_PARTS];
	uint32_t parent;
	int result = cc_recount_add_parent(run, holder, &parent);

	if (result != CC_OK)
		return result;
	for (size_t i = 0; i < holder->n_indexes && result == CC_OK; i++) {
		struct recount_index *index = &holder->indexes[i];
		size_t part = 0;

		while (part < index->target->n_fields && cc_field_part(
		    &table->fields[index->target->fields[part]], run->parent, &key[part]))
			part++;
		if (part == index->target->n_fields)
			result = cc_recount_index_parent(run, holder, index, key, parent);
	}
	cc_row_key(table, run->parent, recount_key(holder, parent));
	if (result == CC_OK)
		result = recount_keep_parts(run, table, recount_key(holder, parent));
	if (result == CC_OK)
		recount_read_stored(run, holder, st, parent);
	return result;
}

/* Memory that is there already is used to its end. */
static bool
recount_is_full(const struct recount *run, const struct recount_holder *holder)
{
	return run->used >= run->options.memory && holder->n > 0 &&
	    holder->n % RECOUNT_CHUNK == 0;
}

static int
recount_load_holder(struct recount *run, struct recount_holder *holder)
{
	struct cc_statement *st = NULL;
	union cc_part key[CC_KEY_PARTS];
	int result = cc_recount_select_parents(run, holder, &st);

	while (result == CC_OK && (result = cc_step(st)) == CC_ROW) {
		if (recount_is_full(run, holder))
			break;
		cc_arena_reset(&run->row);
		result = cc_row_read(st, 0, holder->table, run->parent, &run->row);
		if (result != CC_OK || !cc_row_key(holder->table, run->parent, key))
			continue;
		if (holder->table->in_scope == NULL || holder->table->in_scope(run->parent))
			result = recount_add_row(run, holder, st);
	}
	cc_finalize(st);
	holder->loaded = result == CC_OK;
	if (result == CC_ROW)
		result = CC_OK;
	for (size_t i = 0; i < holder->n_indexes && result == CC_OK; i++)
		result = cc_recount_index_done(run, &holder->indexes[i]);
	return result;
}

static int
recount_load_holders(struct recount *run)
{
	for (size_t i = 0; i < run->n_holders; i++) {
		struct recount_holder *holder = &run->holders[i];
		int result = CC_OK;

		if (holder->settled)
			continue;
		if (run->used >= run->options.memory)
			break;
		if (run->writes && holder->whole)
			result = recount_load_marks(run, holder);
		if (result == CC_OK)
			result = recount_load_holder(run, holder);
		if (result != CC_OK)
			return result;
		holder->present = true;
	}
	return CC_OK;
}

/*
 * One row whose stored values have no derived value (an overflow) ends the statement that reads
 * them all; then the derived columns are left to the look at each parent.
 */
int
cc_recount_load_parents(struct recount *run)
{
	int result = recount_load_holders(run);

	if (result != CC_ERROR || run->n_holders == 0 || run->holders[0].blind)
		return result;
	for (size_t i = 0; i < run->n_holders; i++)
		run->holders[i].blind = true;
	cc_recount_clear(run);
	return recount_load_holders(run);
}

/* ---- children ------------------------------------------------------------------------- */

/* One scan of one child table. */
struct recount_scan {
	struct recount *run;
	const struct cc_table *child;
	struct recount_route *routes;
	size_t n;
	struct cc_contribution to;     /* its amounts: those of the next addition */
	struct recount_addition queue[RECOUNT_QUEUE];
	union cc_number *amounts;      /* of the additions, n_slots each */
	size_t n_slots, queued;
};

static void
recount_sum(const struct recount_holder *holder, const struct recount_addition *addition,
    const union cc_number *amounts)
{
	const struct cc_link *link = addition->route->link;
	union cc_number *sums = recount_sums(holder, addition->parent);

	for (size_t s = 0; s < link->n_slots; s++) {
		uint16_t column = link->slots[s], place = holder->place[column];

		if (place == CC_NONE)
			continue;
		if (addition->route->floats ? cc_recount_add(&holder->table->columns[column],
		    &sums[place], amounts[s]) :
		    !__builtin_add_overflow(sums[place].i, amounts[s].i, &sums[place].i))
			continue;
		recount_state(holder, addition->parent)[place] |= RECOUNT_FAILED;
	}
}

static void
recount_sum_failed(const struct recount_holder *holder, const struct recount_addition *addition)
{
	const struct cc_link *link = addition->route->link;

	for (size_t s = 0; s < link->n_slots; s++) {
		uint16_t place = holder->place[link->slots[s]];

		if (place != CC_NONE)
			recount_state(holder, addition->parent)[place] |= RECOUNT_FAILED;
	}
}

static void
recount_sum_queue(struct recount_scan *scan)
{
	for (size_t i = 0; i < scan->queued; i++) {
		const struct recount_addition *addition = &scan->queue[i];
		const struct recount_holder *holder = addition->route->holder;

		if (addition->failed)
			recount_sum_failed(holder, addition);
		else
			recount_sum(holder, addition, scan->amounts + i * scan->n_slots);
	}
	scan->queued = 0;
	scan->to.amount = scan->amounts;
}

/* Queues the contribution that was just made for a parent. */
static void
recount_queue(struct recount_scan *scan, const struct recount_route *route, uint32_t parent)
{
	scan->queue[scan->queued++] = (struct recount_addition){ .route = route,
		.parent = parent, .failed = scan->to.failed };
	__builtin_prefetch(recount_sums(route->holder, parent), 1);
	scan->to.amount += scan->n_slots;
	if (scan->queued == RECOUNT_QUEUE)
		recount_sum_queue(scan);
}

/* Parents that share a key, where the database does not keep it unique, all get the amounts. */
static void
recount_queue_all(struct recount_scan *scan, const struct recount_route *route,
    const struct recount_slot *slot)
{
	const union cc_number *amounts = scan->to.amount;

	while (slot != NULL) {
		const struct recount_slot *next = cc_recount_find_next(route->index, slot);

		memmove(scan->to.amount, amounts, route->link->n_slots * sizeof *amounts);
		amounts = scan->to.amount;
		recount_queue(scan, route, slot->parent - 1);
		slot = next;
	}
}

/* Whether the child counts, or would if its amounts had values; their parent's key. */
static bool
recount_contributes(const struct recount_scan *scan, const struct recount_route *route, bool fits,
    struct cc_contribution *to)
{
	const struct recount *run = scan->run;

	to->failed = !fits;
	return fits ? route->link->contribute(run->child, to) :
	    cc_reference_key(run->cc, scan->child, route->link, run->child, to->key);
}

static void
recount_child(struct recount_scan *scan, const struct recount_route *route, bool fits)
{
	const struct recount_index *index = route->index;
	struct cc_contribution *to = &scan->to;

	memset(to->amount, 0, route->link->n_slots * sizeof *to->amount);
	if (!recount_contributes(scan, route, fits, to))
		return;
	if (index == NULL)
		recount_queue(scan, route, 0);
	else if (index->direct != NULL) {
		uint64_t place = (uint64_t)to->key[0].i - (uint64_t)index->least;

		if (place < index->n_direct && index->direct[place] != 0)
			recount_queue(scan, route, index->direct[place] - 1);
	} else
		recount_queue_all(scan, route,
		    cc_recount_find(scan->run, route->holder, index, to->key));
}

static int
recount_scan_row(void *ctx, bool fits)
{
	struct recount_scan *scan = ctx;
	struct recount *run = scan->run;

	if ((++run->report.children & RECOUNT_LOOK) == 0 && cc_recount_late(run))
		return cc_fail(run->cc, CC_STOPPED, "the time budget is used up");
	if (scan->child->in_scope != NULL && !scan->child->in_scope(run->child))
		return CC_OK;
	for (size_t i = 0; i < scan->n; i++)
		recount_child(scan, &scan->routes[i], fits);
	return CC_OK;
}

/* For an engine that has no scan of its own, and fields that it cannot read there. */
static int
recount_scan_steps(struct recount_scan *scan)
{
	struct recount *run = scan->run;
	const struct cc_table_sql *sql = cc_sql(run->cc, scan->child);
	struct cc_statement *st;
	bool fits;
	int result = cc_prepare(run->cc, &st, sql->tag, sql->scan);

	if (result != CC_OK)
		return result;
	while ((result = cc_step(st)) == CC_ROW) {
		cc_arena_reset(&run->row);
		result = cc_row_read_any(st, scan->child, run->child, &run->row, &fits);
		if (result == CC_OK)
			result = recount_scan_row(scan, fits);
		if (result != CC_OK)
			break;
	}
	cc_reset(st);
	return result;
}

static int
recount_scan_open(struct recount_scan *scan)
{
	const struct cc_table *child = scan->child;

	scan->n_slots = 1;
	for (size_t l = 0; l < child->n_links; l++)
		if (child->links[l].n_slots > scan->n_slots)
			scan->n_slots = child->links[l].n_slots;
	scan->routes = malloc((child->n_links + 1u) * sizeof *scan->routes);
	scan->amounts = malloc(RECOUNT_QUEUE * scan->n_slots * sizeof *scan->amounts);
	if (scan->routes == NULL || scan->amounts == NULL)
		return cc_nomem(scan->run->cc);
	scan->to.amount = scan->amounts;
	cc_recount_plan_routes(scan->run, child, scan->routes, &scan->n);
	return CC_OK;
}

static int
recount_scan_table(struct recount *run, const struct cc_table *child)
{
	struct recount_scan scan = { .run = run, .child = child };
	bool done = false;
	int result = recount_scan_open(&scan);

	if (scan.n > 0 && run->cc->engine->scan != NULL)
		result = run->cc->engine->scan(run->cc, child, run->child, recount_scan_row,
		    &scan, &done);
	if (scan.n > 0 && result == CC_OK && !done)
		result = recount_scan_steps(&scan);
	recount_sum_queue(&scan);
	free(scan.routes);
	free(scan.amounts);
	return result;
}

int
cc_recount_scan_children(struct recount *run)
{
	const struct cc_schema *schema = run->cc->schema;
	int result = CC_OK;

	for (size_t t = 0; t < schema->n_tables && result == CC_OK; t++)
		result = recount_scan_table(run, &schema->tables[t]);
	return result;
}

/* ---- what differs -------------------------------------------------------------------- */

static void
recount_compare_parent(const struct recount_holder *holder, uint32_t parent)
{
	union cc_number *sums = recount_sums(holder, parent);
	union cc_number *stored = recount_stored(holder, parent);
	uint8_t *state = recount_state(holder, parent), *flags = recount_flags(holder, parent);

	for (size_t i = 0; i < holder->n_sums; i++) {
		const struct cc_column *column = &holder->table->columns[holder->columns[i]];

		state[i] |= cc_recount_drift(column, &sums[i], &stored[i]);
		if (state[i] != 0 || !cc_amount_zero(column, sums[i]))
			*flags |= RECOUNT_DIFFERS;
	}
	if (*flags & RECOUNT_DERIVED)
		*flags |= RECOUNT_DIFFERS;
}

void
cc_recount_compare(struct recount *run)
{
	for (size_t h = 0; h < run->n_holders; h++)
		for (uint32_t i = 0; i < run->holders[h].n; i++)
			recount_compare_parent(&run->holders[h], i);
}
