/*
 * bulk_role.c - bulk verbs on rows that others reach their parents through.
 *
 * One query per link, before the write and after it, says what all rows add that are below those
 * that are written; these it knows by their keys, which stay the same.  Which of a table's roles
 * can be counted so, and which cannot, is decided here.
 */
#include "cc_bulk.h"

#include <string.h>

/* ---- what hangs on the rows ------------------------------------------------------------------ */

static uint16_t
bulk_field(const struct cc_bulk *bulk)
{
	return (uint16_t)(bulk->field - bulk->table->fields);
}

static bool
bulk_sets(const struct cc_bulk *bulk, const uint16_t *fields, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (fields[i] == bulk_field(bulk))
			return true;
	return false;
}

static bool
bulk_concerns(const struct cc_bulk *bulk, const struct cc_role *role)
{
	return bulk->field == NULL || bulk->field->flags & CC_FIELD_WATCHED ||
	    bulk_sets(bulk, role->reads, role->n_reads);
}

/* A row that goes may be a parent of another one that does: what is pending for it must be void. */
static bool
bulk_among_themselves(const struct cc_bulk *bulk)
{
	const struct cc_table *table = bulk->table;

	for (size_t i = 0; i < table->n_links; i++)
		if (bulk->cc->pools[table->links[i].target].table == table)
			return true;
	return false;
}

/* Whether one query before and one after tell all: see bulk.c. */
static bool
bulk_is_set(const struct cc_bulk *bulk, const struct cc_bulk_role *of, const char *alias)
{
	const struct cc_role *role = of->role;
	bool leaves = bulk->field == NULL || bulk->field->flags & CC_FIELD_WATCHED;

	if (role->kind != CC_ROLE_ROW || role->flags & CC_ROLE_RECURS || alias == NULL ||
	    role->child == cc_table_index(bulk->cc, bulk->table))
		return false;
	if (bulk->field != NULL && bulk_sets(bulk, of->by->parent_fields, of->by->n_fields))
		return false;
	return !(leaves && role->flags & CC_ROLE_OPTIONAL);
}

int
cc_bulk_roles(struct cc_bulk *bulk)
{
	struct cc *cc = bulk->cc;
	const struct cc_table *table = bulk->table;

	bulk->apart = bulk->too_much || (bulk->field == NULL && (bulk_among_themselves(bulk) ||
	    cc->holders[cc_table_index(cc, table)].referred));
	for (size_t i = 0; !bulk->apart && i < table->n_roles; i++) {
		const struct cc_role *role = &table->roles[i];
		struct cc_bulk_role *of;

		if (!bulk_concerns(bulk, role))
			continue;
		of = cc_arena_get(&bulk->memory, sizeof *of);
		if (of == NULL)
			return cc_nomem(cc);
		*of = (struct cc_bulk_role){ .next = bulk->roles, .role = role,
			.link = &cc->schema->tables[role->child].links[role->link],
			.by = &cc->schema->tables[role->referrer].references[role->reference] };
		bulk->roles = of;
		bulk->apart = cc->sql->tables[role->child].links[role->link].grouped == NULL ||
		    !bulk_is_set(bulk, of, cc_sql(cc, table)->roles[i].alias);
	}
	return CC_OK;
}

/* ---- asking --------------------------------------------------------------------------------- */

/* Into the keys of each role: [[1],[2]]. */
static int
bulk_name(struct cc_bulk *bulk)
{
	bool changes = cc_bulk_changes(bulk);

	for (struct cc_bulk_role *of = bulk->roles; changes && of != NULL; of = of->next) {
		union cc_part key[CC_KEY_PARTS];
		bool known = true;

		for (size_t i = 0; known && i < of->by->n_fields; i++)
			known = cc_field_part(&bulk->table->fields[of->by->parent_fields[i]],
			    bulk->cc->before, &key[i]);
		if (!known)
			continue;
		cc_text_add(&of->keys, of->keys.length == 0 ? "[" : ",");
		cc_key_json(&of->keys, bulk->table->fields, of->by->parent_fields,
		    of->by->n_fields, key);
		if (of->keys.failed)
			return cc_nomem(bulk->cc);
	}
	return CC_OK;
}

/* The link's grouped query, of the rows below those of the keys ?1. */
static void
bulk_below_sql(const struct cc_bulk *bulk, const struct cc_bulk_role *of, struct cc_text *text)
{
	const struct cc_link_sql *sql = &bulk->cc->sql->tables[of->role->child].links
	    [of->role->link];
	const char *alias = cc_sql(bulk->cc, bulk->table)->roles
	    [of->role - bulk->table->roles].alias;

	cc_text_add(text, sql->grouped);
	cc_text_add(text, "\n    AND (");
	for (size_t i = 0; i < of->by->n_fields; i++) {
		const struct cc_field *field = &bulk->table->fields[of->by->parent_fields[i]];

		cc_text_add(text, i > 0 ? ", " : "");
		cc_text_add(text, alias);
		cc_text_add(text, ".");
		cc_text_name(text, field->name);
		if (field->type == CC_TEXT || field->type == CC_UUID)
			cc_text_add(text, bulk->cc->engine->bytewise);
	}
	cc_text_add(text, ") IN (SELECT ");
	for (size_t i = 0; i < of->by->n_fields; i++) {
		cc_text_add(text, i > 0 ? ", " : "");
		bulk->cc->engine->key_part(text,
		    &bulk->table->fields[of->by->parent_fields[i]], (int)i);
	}
	cc_text_add(text, " FROM ");
	cc_text_add(text, bulk->cc->engine->keys);
	cc_text_add(text, ")");
	cc_text_add(text, sql->group_by);
}

static int
bulk_ask(const struct cc_bulk *bulk, struct cc_bulk_role *of)
{
	struct cc *cc = bulk->cc;
	struct cc_text sql = {0};
	int result;

	if (of->st != NULL)
		return CC_OK;
	cc_text_add(&of->keys, "]");
	bulk_below_sql(bulk, of, &sql);
	result = sql.failed || of->keys.failed ? cc_nomem(cc) :
	    cc_prepare_once(cc, &of->st, cc_sql(cc, bulk->table)->tag, sql.data);
	cc_text_free(&sql);
	if (result == CC_OK)
		cc_bind_text(of->st, 1, of->keys.data);
	return result;
}

static int
bulk_keep(struct cc_bulk *bulk, struct cc_bulk_role *of, const union cc_part *key)
{
	struct cc *cc = bulk->cc;
	const struct cc_pool *pool = &cc->pools[of->link->target];
	size_t amounts = of->link->n_slots * sizeof(union cc_number);
	struct cc_bulk_group *group = cc_arena_get(&bulk->memory, sizeof *group + amounts);
	char *bytes;

	cc_text_clear(&cc->key);
	cc_key_encode(&cc->key, pool->table->fields, pool->target->fields,
	    pool->target->n_fields, key);
	bytes = cc_arena_get(&bulk->memory, cc->key.length + 1);
	if (group == NULL || bytes == NULL || cc->key.failed)
		return cc_nomem(cc);
	if (cc->key.length > 0)
		memcpy(bytes, cc->key.data, cc->key.length);
	memcpy(group->amounts, cc->paths.amounts, amounts);
	group->key = bytes;
	group->next = of->groups;
	of->groups = group;
	return CC_OK;
}

/* What the rows below add: kept (side is NULL), or put to one side. */
static int
bulk_below(struct cc_bulk *bulk, struct cc_bulk_role *of, const struct cc_side *side)
{
	struct cc *cc = bulk->cc;
	union cc_part key[CC_KEY_PARTS];
	bool known;
	int result = of->keys.length > 0 ? bulk_ask(bulk, of) : CC_OK;

	if (result != CC_OK || of->keys.length == 0)
		return result;
	while ((result = cc_step(of->st)) == CC_ROW) {
		result = cc_role_read(cc, of->link, of->st, key, &known);
		if (result == CC_OK && known)
			result = side == NULL ? bulk_keep(bulk, of, key) :
			    cc_anchors_add(cc, side, key, cc->paths.amounts);
		if (result != CC_OK)
			break;
	}
	bulk->too_much |= result == CC_ERROR;
	cc_reset(of->st);
	return result;
}

/* What was below them, and where they are still there what is now: the difference. */
static int
bulk_role_count(struct cc_bulk *bulk, struct cc_bulk_role *of)
{
	struct cc *cc = bulk->cc;
	const struct cc_pool *pool = &cc->pools[of->link->target];
	struct cc_side side = { .table = bulk->table };
	int result = CC_OK;

	cc_anchors_begin(cc, of->link);
	for (size_t i = 0; i < of->link->n_slots; i++)
		cc->paths.forced[i] = true;
	for (struct cc_bulk_group *group = of->groups; result == CC_OK && group != NULL;
	    group = group->next) {
		union cc_part key[CC_KEY_PARTS];

		cc_key_decode(group->key, pool->table->fields, pool->target->fields,
		    pool->target->n_fields, key);
		result = cc_anchors_add(cc, &side, key, group->amounts);
	}
	side.plus = true;
	if (result == CC_OK && bulk->field != NULL)
		result = bulk_below(bulk, of, &side);
	return result == CC_OK ? cc_anchors_apply(cc, false) : result;
}

int
cc_bulk_roles_before(struct cc_bulk *bulk)
{
	int result = bulk->roles == NULL ? CC_OK : cc_bulk_each(bulk, bulk_name);

	for (struct cc_bulk_role *of = bulk->roles; result == CC_OK && of != NULL; of = of->next)
		result = bulk_below(bulk, of, NULL);
	return result;
}

int
cc_bulk_roles_count(struct cc_bulk *bulk)
{
	int result = CC_OK;

	for (struct cc_bulk_role *of = bulk->roles; result == CC_OK && of != NULL; of = of->next)
		result = bulk_role_count(bulk, of);
	return result;
}

void
cc_bulk_roles_free(struct cc_bulk *bulk)
{
	for (struct cc_bulk_role *of = bulk->roles; of != NULL; of = of->next) {
		cc_finalize(of->st);
		cc_text_free(&of->keys);
	}
}
