/*
 * recount_scan.c - children summed into the parents in memory, and what differs then.
 *
 * A child runs through the same contribute functions as the hooks use: what a recount counts is
 * what a hook would.  Links with hops or climbs are not scanned: see recount_grouped.c.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "recount.h"

enum { RECOUNT_LOOK = 8191 };          /* children between two looks at the clock, less one */

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

void
cc_recount_sum(const struct recount_addition *addition, const union cc_number *amounts)
{
	const struct recount_holder *holder = addition->route->holder;
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
			cc_recount_sum(addition, scan->amounts + i * scan->n_slots);
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
	scan->to.moments = scan->run->cc->moments;
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
