/*
 * lock.c - locks on rows, where others write beside an open transaction.
 *
 * What is computed from other rows is right only in a statement that starts after the row's lock is
 * held: whoever adds to a row holds that lock until it is committed, and PostgreSQL's statements see
 * what was committed before they began.
 */
#include "cc.h"

int
cc_prepare_lock(struct cc *cc, struct cc_statement **out, const char *tag, const char *sql)
{
	return cc_prepare_ending(cc, out, tag, sql, CC_ENDING_LOCK, cc->engine->lock);
}

/* " ORDER BY key FOR UPDATE": in one order, so that two who delete the same rows both get there. */
int
cc_prepare_going(struct cc *cc, struct cc_statement **out, const struct cc_table *table,
    const char *sql)
{
	struct cc_holder *holder = &cc->holders[cc_table_index(cc, table)];
	struct cc_text ending = {0};

	if (*cc->engine->lock_going == '\0')
		return cc_prepare(cc, out, cc_sql(cc, table)->tag, sql);
	if (holder->going == NULL) {
		for (size_t i = 0; i < table->n_key; i++) {
			cc_text_add(&ending, i == 0 ? " ORDER BY " : ", ");
			cc_text_name(&ending, table->fields[table->key[i]].name);
		}
		cc_text_add(&ending, cc->engine->lock_going);
		holder->going = cc_keep(cc, &ending);
		cc_text_free(&ending);
		if (holder->going == NULL)
			return cc_nomem(cc);
	}
	return cc_prepare_ending(cc, out, cc_sql(cc, table)->tag, sql, CC_ENDING_GOING,
	    holder->going);
}

/* SELECT 1 FROM the table WHERE key: parameters as of the pool's UPDATEs. */
static int
lock_statement(struct cc *cc, struct cc_pool *pool, struct cc_statement **out)
{
	struct cc_text sql = {0};

	if (pool->lock == NULL) {
		cc_text_add(&sql, "SELECT 1 FROM ");
		cc_text_add(&sql, pool->sql->name);
		cc_text_add(&sql, " WHERE ");
		cc_text_add(&sql, pool->where);
		pool->lock = cc_keep(cc, &sql);
		cc_text_free(&sql);
		if (pool->lock == NULL)
			return cc_nomem(cc);
	}
	return cc_prepare_lock(cc, out, pool->sql->tag, pool->lock);
}

/* A lock that could not be had shows in the UPDATE that follows. */
static int
lock_outcome(struct cc *cc, void *a, void *b, int result, int64_t changes)
{
	CC_UNUSED(cc);
	CC_UNUSED(a);
	CC_UNUSED(b);
	CC_UNUSED(changes);
	return result == CC_NOMEM || result == CC_ABORTED ? result : CC_OK;
}

int
cc_lock_entry(struct cc *cc, struct cc_pool *pool, const struct cc_entry *entry)
{
	union cc_part parts[CC_KEY_PARTS];
	struct cc_statement *st;
	int result = lock_statement(cc, pool, &st);

	if (result != CC_OK)
		return result;
	cc_update_bind_key(pool, st, entry, parts);
	return cc->engine->submit(st, lock_outcome, NULL, NULL);
}

int
cc_lock_row(struct cc *cc, struct cc_pool *pool, const union cc_part *key)
{
	struct cc_statement *st;
	int result = cc->engine->concurrent ? lock_statement(cc, pool, &st) : CC_OK;

	if (result != CC_OK || !cc->engine->concurrent)
		return result;
	for (int i = 0; i < pool->target->n_fields; i++)
		cc_bind_part(st, pool->table->n_columns + 1 + i,
		    &pool->table->fields[pool->target->fields[i]], key[i]);
	return cc_run(st);
}

/* ---- trees ------------------------------------------------------------------------------------ */

bool
cc_climbs_by(const struct cc *cc, const struct cc_table *table, uint16_t field)
{
	for (size_t i = 0; i < table->n_roles; i++) {
		const struct cc_role *role = &table->roles[i];
		const struct cc_link *link = &cc->schema->tables[role->child].links[role->link];
		const struct cc_reference *by = &table->references[link->climb];

		if (role->kind != CC_ROLE_TREE)
			continue;
		for (size_t k = 0; k < by->n_fields; k++)
			if (by->fields[k] == field)
				return true;
	}
	return false;
}

/*
 * Moves within the trees of a table go one after the other: two that know nothing of each other might
 * close a circle.  The row is written, not locked, so that a snapshot from before fails.
 */
int
cc_lock_tree(struct cc *cc, const struct cc_table *table)
{
	struct cc_statement *st;
	int result;

	if (!cc->engine->concurrent)
		return CC_OK;
	result = cc_prepare(cc, &st, NULL, "UPDATE cc_meta SET maintained_by = maintained_by"
	    " WHERE schema = ?1 AND table_name = ?2 AND column_name ="
	    " (SELECT min(m.column_name) FROM cc_meta AS m WHERE m.schema = ?1 AND m.table_name = ?2)");

	if (result != CC_OK)
		return result;
	cc_bind_text(st, 1, cc->schema->name);
	cc_bind_text(st, 2, table->sql_name);
	result = cc_run(st);
	cc_path_forget(cc, table);
	return result;
}
