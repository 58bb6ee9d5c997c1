/*
 * role.c - a row in the middle of a path changes: what the rows below it add changes with it.
 *
 * One query per role and side says what they add, given the row's fields as parameters: those it
 * had, then those it has.  Where the query cannot be asked that way the anchors on both sides are
 * set from a recount instead: the table stands in the link twice, the row's key changes (who
 * follows is the database's to say), or a cascade changes several rows at once.
 */
#include "cc.h"

#include <string.h>

/* One role in one event. */
struct role {
	const struct cc_role *role;
	const struct cc_link *link;
	const struct cc_reference *by;     /* by which rows below refer to the row */
	const struct cc_table *table;
	const char *below, *anchors;
	const void *before, *after;        /* NULL: not there */
	const void *in_before, *in_after;  /* NULL: nor in scope */
	bool moved;                        /* the key that rows below refer to is another */
};

static bool
role_fields_differ(const struct role *role, const uint16_t *fields, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!cc_field_equal(&role->table->fields[fields[i]], role->before, role->after))
			return true;
	return false;
}

/* The rows that refer to one that goes are told one by one. */
static bool
role_follows(const struct cc_reference *by)
{
	return by->on_delete == CC_CASCADE || by->on_delete == CC_SET_NULL;
}

/* ... also those that a tree's row is the first for, of all that it climbs to. */
static bool
role_follows_all(const struct cc *cc, const struct role *role)
{
	const struct cc_table *child = &cc->schema->tables[role->role->child];
	uint16_t first = role->link->reference;

	return role_follows(role->by) && (role->role->kind != CC_ROLE_TREE ||
	    (first != CC_NONE && role_follows(&child->references[first])));
}

static bool
role_concerns(const struct cc *cc, const struct role *role)
{
	if (role->in_before == NULL && role->in_after == NULL)
		return false;
	if (role->before == NULL)
		return !role->by->enforced || role->role->kind == CC_ROLE_TREE ||
		    role->role->flags & CC_ROLE_ITSELF || cc->strays;
	if (role->after == NULL)
		return !cc->paths.walking || !role_follows_all(cc, role);
	return role->in_before == NULL || role->in_after == NULL || role->moved ||
	    role_fields_differ(role, role->role->reads, role->role->n_reads);
}

/* ---- asking ------------------------------------------------------------------------------- */

/* Binds the key of a row, by which those below refer to it; false: nobody can. */
static bool
role_bind_key(const struct role *role, struct cc_statement *st, const void *row, int first)
{
	for (int i = 0; i < role->by->n_fields; i++) {
		const struct cc_field *field = &role->table->fields[role->by->parent_fields[i]];

		if (cc_field_null(field, row))
			return false;
		cc_bind_field(st, first + i, field, row);
	}
	return true;
}

static void
role_amounts(struct cc *cc, const struct cc_link *link, struct cc_statement *st, size_t first)
{
	const struct cc_table *holder = cc->pools[link->target].table;

	for (size_t i = 0; i < link->n_slots; i++)
		cc_get_sum(st, (int)(first + i), &holder->columns[link->slots[i]],
		    &cc->paths.amounts[i]);
}

static int
role_read_key(struct cc *cc, const struct cc_link *link, struct cc_statement *st,
    union cc_part *key, bool *known)
{
	const struct cc_pool *pool = &cc->pools[link->target];
	int result = CC_OK;

	*known = true;
	for (int i = 0; *known && result == CC_OK && i < pool->target->n_fields; i++) {
		const struct cc_field *field = &pool->table->fields[pool->target->fields[i]];

		if (cc_get_type(st, i) == CC_VALUE_NULL)
			*known = false;
		else
			result = cc_field_read(st, i, field, cc->found, NULL);
		if (result == CC_OK && *known)
			*known = cc_field_part(field, cc->found, &key[i]);
	}
	return result;
}

int
cc_role_read(struct cc *cc, const struct cc_link *link, struct cc_statement *st,
    union cc_part *key, bool *known)
{
	int result = role_read_key(cc, link, st, key, known);

	if (result == CC_OK && *known)
		role_amounts(cc, link, st, cc->pools[link->target].target->n_fields);
	return result;
}

/* The row's fields, then the key by which those refer to it that are asked for; false: nobody can. */
static bool
role_bind(const struct role *role, struct cc_statement *st, const void *row, const void *key)
{
	size_t n_fields = cc_n_fields(role->table);

	for (size_t i = 0; i < n_fields; i++)
		if (row != NULL)
			cc_bind_field(st, (int)i + 1, &role->table->fields[i], row);
		else
			cc_bind_text(st, (int)i + 1, NULL);
	return role_bind_key(role, st, key, (int)n_fields + 1);
}

/*
 * A number was out of range: the anchors are set from a recount, which marks those dirty whose
 * own sums are, too.
 */
static int
role_ask_anchors(struct cc *cc, const struct role *role, const void *row, const void *key,
    struct cc_side side)
{
	union cc_part anchor[CC_KEY_PARTS];
	struct cc_statement *st;
	bool known;
	int result = cc_prepare(cc, &st, cc_sql(cc, role->table)->tag, role->anchors);

	if (result != CC_OK || !role_bind(role, st, row, key))
		return result;
	side.flags = CC_ENTRY_RECOUNT;
	while ((result = cc_step(st)) == CC_ROW) {
		result = role_read_key(cc, role->link, st, anchor, &known);
		if (result == CC_OK && known)
			result = cc_anchors_add(cc, &side, anchor, cc->paths.amounts);
		if (result != CC_OK)
			break;
	}
	cc_reset(st);
	return result;
}

/* What rows add to one side that refer to `key`'s row, taking `row` to be what is stored there. */
static int
role_ask(struct cc *cc, const struct role *role, const void *row, const void *key,
    const struct cc_side *side)
{
	union cc_part anchor[CC_KEY_PARTS];
	struct cc_statement *st;
	bool known;
	int result = cc_prepare(cc, &st, cc_sql(cc, role->table)->tag, role->below), step = CC_OK;

	if (result != CC_OK || !role_bind(role, st, row, key))
		return result;
	while (result == CC_OK && (step = cc_step(st)) == CC_ROW) {
		result = cc_role_read(cc, role->link, st, anchor, &known);
		if (result == CC_OK && known)
			result = cc_anchors_add(cc, side, anchor, cc->paths.amounts);
	}
	cc_reset(st);
	if (result == CC_OK && step == CC_ERROR && role->anchors != NULL)
		return role_ask_anchors(cc, role, row, key, *side);
	return result == CC_OK ? step : result;
}

/* ---- above ---------------------------------------------------------------------------------- */

/*
 * The rows above the row decide, too, where what is below it counts: where others write beside they
 * are read on the way, so that the flush looks at them again.
 */
static int
role_above(struct cc *cc, const struct role *role, const void *row, size_t place)
{
	const struct cc_link *link = role->link;
	struct cc_paths *paths = &cc->paths;
	struct cc_side side = { .table = role->table, .row = row };
	int result = CC_OK;

	memset(paths->hops, 0, ((size_t)link->n_hops + 1) * sizeof *paths->hops);
	paths->hops[place] = row;
	paths->tables[place] = role->table;
	for (size_t i = place; result == CC_OK && i < link->n_hops; i++) {
		const struct cc_hop *hop = &link->hops[i];
		const struct cc_table *table = paths->tables[hop->from];
		union cc_part key[CC_KEY_PARTS];
		const struct cc_reference *by;

		if (paths->hops[hop->from] == NULL)
			continue;
		by = &table->references[hop->reference];
		paths->tables[i + 1] = &cc->schema->tables[by->parent];
		if (by->key(paths->hops[hop->from], key))
			result = cc_path_read(cc, table, by, key, &side, &paths->hops[i + 1]);
	}
	return result;
}

/* In each place of the path where the role's row stands. */
static int
role_look_above(struct cc *cc, const struct role *role)
{
	const struct cc_table *referrer = &cc->schema->tables[role->role->referrer];
	const struct cc_table *tables[64] = { &cc->schema->tables[role->role->child] };
	int result = CC_OK;

	if (!cc->engine->concurrent || role->link->n_hops > 63)
		return CC_OK;
	for (size_t i = 0; i < role->link->n_hops; i++) {
		const struct cc_hop *hop = &role->link->hops[i];

		tables[i + 1] = &cc->schema->tables[
		    tables[hop->from]->references[hop->reference].parent];
		if (tables[hop->from] != referrer || hop->reference != role->role->reference)
			continue;
		if (result == CC_OK && role->in_before != NULL)
			result = role_above(cc, role, role->in_before, i + 1);
		if (result == CC_OK && role->in_after != NULL)
			result = role_above(cc, role, role->in_after, i + 1);
	}
	return result;
}

/* ---- a row on the path, or beside it ----------------------------------------------------------- */

/* The image of the other side, where there is one on both. */
static const void *
role_other(const struct role *role, bool plus)
{
	if (role->before == NULL || role->after == NULL)
		return NULL;
	return plus ? role->before : role->after;
}

static int
role_side(struct cc *cc, const struct role *role, bool plus, uint32_t flags)
{
	const void *row = plus ? role->in_after : role->in_before;
	const void *image = plus ? role->after : role->before;
	struct cc_side side = { .table = role->table, .row = image, .plus = plus,
		.flags = flags, .other = role_other(role, plus) };
	int result = CC_OK;

	if (row == NULL && !(role->role->flags & CC_ROLE_OPTIONAL))
		return CC_OK;
	if (!role->moved)
		return role_ask(cc, role, row, role->after != NULL ? role->after : role->before,
		    &side);
	result = role_ask(cc, role, row, role->before, &side);
	return result == CC_OK ? role_ask(cc, role, row, role->after, &side) : result;
}

/* ---- a row that is climbed past ---------------------------------------------------------------- */

static int
role_climb(struct cc *cc, const struct role *role, bool plus, uint32_t flags)
{
	const struct cc_reference *by = &role->table->references[role->link->climb];
	const void *row = plus ? role->in_after : role->in_before;
	struct cc_side side = { .table = role->table, .row = row, .plus = plus, .flags = flags,
		.other = role_other(role, plus) };
	union cc_part parts[CC_KEY_PARTS], key[CC_KEY_PARTS];

	if (row == NULL || !by->key(row, parts))
		return CC_OK;
	cc_path_target_key(&cc->schema->targets[role->link->target], by, parts, key);
	return cc_anchors_add(cc, &side, key, cc->paths.amounts);
}

/* Into paths.amounts: all that hangs on the row and on those below it. */
static int
role_subtree(struct cc *cc, const struct role *role)
{
	struct cc_statement *st;
	int result = cc_prepare(cc, &st, cc_sql(cc, role->table)->tag, role->below);

	if (result != CC_OK)
		return result;
	if (!role_bind_key(role, st, role->after != NULL ? role->after : role->before, 1))
		return CC_NOTFOUND;
	result = cc_step(st);
	if (result == CC_ROW) {
		role_amounts(cc, role->link, st, 0);
		result = CC_OK;
	} else if (result == CC_OK)
		result = CC_NOTFOUND;
	cc_reset(st);
	return result;
}

/* A row that only came or only went takes along what hangs on its subtree.  Is that nothing? */
static bool
role_bare(struct cc *cc, const struct role *role)
{
	const struct cc_table *holder = &cc->schema->tables[
	    cc->schema->targets[role->link->target].table];

	for (size_t i = 0; i < role->link->n_slots; i++)
		if (!cc_amount_zero(&holder->columns[role->link->slots[i]], cc->paths.amounts[i]))
			return false;
	return true;
}

static int
role_tree(struct cc *cc, const struct role *role, uint32_t flags)
{
	bool one = role->before == NULL || role->after == NULL;
	bool ask = flags == 0 || (one && !cc->paths.walking);
	int result = ask ? role_subtree(cc, role) : CC_OK;

	if (result == CC_ERROR)                /* a sum is out of range */
		flags = CC_ENTRY_RECOUNT;
	else if (result != CC_OK)
		return result == CC_NOTFOUND ? CC_OK : result;
	else if (ask && one && role_bare(cc, role))
		return CC_OK;
	result = role_climb(cc, role, false, flags);
	/* inside a circle the subtree holds what is above it as well */
	if (result == CC_OK)
		result = role_climb(cc, role, true,
		    cc->paths.circle ? (uint32_t)CC_ENTRY_RECOUNT : flags);
	return result;
}

/* ---- all of a row's ---------------------------------------------------------------------------- */

static int
role_count(struct cc *cc, const struct role *role)
{
	uint32_t flags = role->moved || cc->paths.walking ||
	    role->role->flags & CC_ROLE_RECURS || role->link->flags & CC_LINK_RECOUNT ?
	    CC_ENTRY_RECOUNT : 0;
	int result;

	cc_anchors_begin(cc, role->link);
	for (size_t i = 0; i < role->link->n_slots; i++)
		cc->paths.forced[i] = role->role->kind == CC_ROLE_ROW ||
		    role->link->flags & CC_LINK_ASKED;
	if (role->role->kind == CC_ROLE_TREE)
		result = role_tree(cc, role, flags);
	else {
		result = role_look_above(cc, role);
		if (result == CC_OK)
			result = role_side(cc, role, false, flags);
		if (result == CC_OK)
			result = role_side(cc, role, true, flags);
	}
	return result == CC_OK ? cc_anchors_apply(cc, false) : result;
}

int
cc_count_roles(struct cc *cc, const struct cc_table *table, const void *before,
    const void *after)
{
	bool (*in)(const void *row) = table->in_scope;
	struct role role = { .table = table, .before = before, .after = after,
		.in_before = before != NULL && (in == NULL || in(before)) ? before : NULL,
		.in_after = after != NULL && (in == NULL || in(after)) ? after : NULL };
	int result = CC_OK;

	for (size_t i = 0; result == CC_OK && i < table->n_roles; i++) {
		role.role = &table->roles[i];
		role.link = &cc->schema->tables[role.role->child].links[role.role->link];
		role.by = &cc->schema->tables[role.role->referrer].references
		    [role.role->reference];
		role.below = cc_sql(cc, table)->roles[i].below;
		role.anchors = cc_sql(cc, table)->roles[i].anchors;
		role.moved = before != NULL && after != NULL &&
		    role_fields_differ(&role, role.by->parent_fields, role.by->n_fields);
		if (role_concerns(cc, &role))
			result = role_count(cc, &role);
	}
	return result;
}
