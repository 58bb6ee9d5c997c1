/*
 * event.c - a row came, changed or went in a table that stands in paths: all that follows.
 *
 * Its contributions through links with hops or climbs, what rows below it add that reach their
 * parents through it, and then what any row does (count.c): all or nothing, by an internal mark.
 */
#include "cc.h"

#include <string.h>

/* Slots of derived columns that read a field which differs, or another row than before. */
static void
event_force(struct cc *cc, const struct cc_table *table, const struct cc_link *link,
    const void *before, const void *after, bool moved)
{
	for (size_t i = 0; link->reads != NULL && i < link->n_slots; i++) {
		const uint16_t *field = link->reads[i];

		if (field == NULL)
			continue;
		while (*field != CC_NONE && cc_field_equal(&table->fields[*field], before, after))
			field++;
		cc->paths.forced[i] = moved || *field != CC_NONE;
	}
}

/* Where a row counts and in what, by a query about it. */
static int
event_ask(struct cc *cc, const struct cc_link *link, const struct cc_side *side)
{
	const struct cc_table_sql *sql = cc_sql(cc, side->table);
	union cc_part key[CC_KEY_PARTS];
	struct cc_statement *st;
	bool known;
	int result = cc_prepare(cc, &st, sql->tag, sql->links[link - side->table->links].asked);

	if (result != CC_OK)
		return result;
	for (int i = 0; i < cc_n_fields(side->table); i++)
		cc_bind_field(st, i + 1, &side->table->fields[i], side->row);
	while ((result = cc_step(st)) == CC_ROW) {
		result = cc_role_read(cc, link, st, key, &known);
		if (result == CC_OK && known)
			result = cc_anchors_add(cc, side, key, cc->paths.amounts);
		if (result != CC_OK)
			break;
	}
	cc_reset(st);
	return result;
}

static int
event_side(struct cc *cc, const struct cc_link *link, struct cc_side *side, bool *failed)
{
	struct cc_contribution to = { .amount = cc->paths.amounts };
	bool counts;
	int result;

	if (link->flags & CC_LINK_ASKED)
		return event_ask(cc, link, side);
	result = cc_judge(cc, link, side, &to, &counts);
	if (result != CC_OK || !counts)
		return result;
	if (to.failed)
		*failed = true;
	if (*failed)
		side->flags = CC_ENTRY_FAILED;
	return cc_anchors_add(cc, side, to.key, to.amount);
}

/* An amount without a value: the parents of both sides are dirty. */
static int
event_failed(struct cc *cc, const struct cc_link *link, const struct cc_side *sides)
{
	int result = CC_OK;
	bool failed = true;

	cc_anchors_begin(cc, link);
	for (int i = 0; result == CC_OK && i < 2; i++) {
		struct cc_side side = sides[i];

		if (side.row != NULL)
			result = event_side(cc, link, &side, &failed);
	}
	return result;
}

static int
event_link(struct cc *cc, const struct cc_link *link, const struct cc_side *sides, bool insert)
{
	const struct cc_table *table = sides[0].table;
	uint64_t passed[2] = { 0, 0 };
	bool failed = false;
	int result = CC_OK;

	cc_anchors_begin(cc, link);
	for (int i = 0; result == CC_OK && i < 2; i++) {
		struct cc_side side = sides[i];

		if (side.row == NULL)
			continue;
		result = event_side(cc, link, &side, &failed);
		for (size_t h = 1; h <= link->n_hops; h++)
			passed[i] = passed[i] * 31 + (uintptr_t)cc->paths.hops[h];
	}
	if (result == CC_OK && failed)
		result = event_failed(cc, link, sides);
	if (result == CC_OK && sides[0].row != NULL && sides[1].row != NULL)
		event_force(cc, table, link, sides[0].row, sides[1].row, passed[0] != passed[1]);
	return result == CC_OK ? cc_anchors_apply(cc, insert) : result;
}

static int
event_count(struct cc *cc, const struct cc_table *table, const void *before, const void *after,
    bool roles)
{
	bool in_before = before != NULL && (table->in_scope == NULL || table->in_scope(before));
	bool in_after = after != NULL && (table->in_scope == NULL || table->in_scope(after));
	struct cc_side sides[2] = {
		{ .table = table, .row = in_before ? before : NULL,
		  .other = before != NULL ? after : NULL },
		{ .table = table, .row = in_after ? after : NULL,
		  .other = after != NULL ? before : NULL, .plus = true } };
	int result = CC_OK;

	for (size_t i = 0; result == CC_OK && i < table->n_links; i++)
		if (cc_link_is_far(&table->links[i]))
			result = event_link(cc, &table->links[i], sides, before == NULL);
	if (result == CC_OK && roles && in_after)
		result = cc_path_trees(cc, &sides[1]);
	if (result == CC_OK && roles && table->n_roles > 0)
		result = cc_count_roles(cc, table, before, after);
	return result == CC_OK ? cc_count_near(cc, table, before, after, false) : result;
}

int
cc_count_apart(struct cc *cc, const struct cc_table *table, const void *before,
    const void *after)
{
	int result = event_count(cc, table, before, after, false);

	return result == CC_OK ? cc_validate_tell(cc, table, before, after) : result;
}

int
cc_count_event(struct cc *cc, const struct cc_table *table, const void *before,
    const void *after)
{
	size_t mark = cc->n_marks;
	int result = cc_mark_push(cc, CC_MARK_INTERNAL, NULL);

	if (result != CC_OK)
		return result;
	cc_path_forget(cc, table);
	cc->paths.was = before;
	result = event_count(cc, table, before, after, true);
	cc_path_forget(cc, table);
	if (result == CC_OK)
		result = cc_validate_tell(cc, table, before, after);
	if (result != CC_OK)
		cc_mark_rewind(cc, mark);
	cc_mark_pop(cc, mark);
	return result;
}

/* ---- once more, as the rows on the way are now ----------------------------------------------- */

static int
event_again(struct cc *cc, const struct cc_table *table, const struct cc_link *link,
    const void *row, bool plus)
{
	struct cc_side side = { .table = table, .row = row, .plus = plus,
		.flags = CC_ENTRY_RECOUNT };
	struct cc_contribution to = { .amount = cc->paths.amounts };
	bool counts;
	int result;

	if (row == NULL || (table->in_scope != NULL && !table->in_scope(row)))
		return CC_OK;
	cc_anchors_begin(cc, link);
	result = cc_judge(cc, link, &side, &to, &counts);
	if (result == CC_OK && counts)
		result = cc_anchors_add(cc, &side, to.key, to.amount);
	return result == CC_OK ? cc_anchors_apply(cc, false) : result;
}

int
cc_count_again(struct cc *cc, const struct cc_told *told)
{
	const struct cc_table *table = told->table;
	int result = CC_OK;

	for (size_t i = 0; result == CC_OK && i < table->n_links; i++) {
		const struct cc_link *link = &table->links[i];

		if (!cc_link_is_far(link) && !link->moving)
			continue;
		result = event_again(cc, table, link, told->was, false);
		if (result == CC_OK)
			result = event_again(cc, table, link, told->is, true);
	}
	cc->paths.walking = true;              /* roles: by flags */
	if (result == CC_OK && table->n_roles > 0)
		result = cc_count_roles(cc, table, told->was, told->is);
	cc->paths.walking = false;
	return result;
}
