/*
 * verb.c - verbs write a row themselves and count it, in one transaction.
 *
 * OLD is read inside that transaction, under the row's lock.  The row is counted first, under a mark, and then written:
 * a write that the database refuses leaves no delta, one that cannot be counted is not done, and
 * a delete is counted while the rows that go with it are still there.
 */
#include "cc.h"

#include <string.h>

static int
verb_load(struct cc *cc, const struct cc_table *table, const union cc_part *key, void *out,
    struct cc_arena *arena, int which, const char *lock)
{
	const struct cc_table_sql *sql = cc_sql(cc, table);
	struct cc_statement *st;
	int result;

	if (sql->load == NULL)
		return cc_fail(cc, CC_MISUSE, "%s has no primary key", table->sql_name);
	result = cc_prepare_ending(cc, &st, sql->tag, sql->load, which, lock);
	if (result != CC_OK)
		return result;
	for (size_t i = 0; i < table->n_key; i++)
		cc_bind_part(st, (int)i + 1, &table->fields[table->key[i]], key[i]);
	result = cc_step(st);
	if (result == CC_ROW)
		result = cc_row_read(st, 0, table, out, arena);
	else if (result == CC_OK)
		result = cc_fail(cc, CC_NOTFOUND, "there is no such row of %s",
		    table->sql_name);
	cc_reset(st);
	return result;
}

int
cc_load(struct cc *cc, const struct cc_table *table, const union cc_part *key, void *out,
    struct cc_arena *arena)
{
	return verb_load(cc, table, key, out, arena, 0, "");
}

int
cc_load_locked(struct cc *cc, const struct cc_table *table, const union cc_part *key, void *out,
    struct cc_arena *arena, bool going)
{
	return verb_load(cc, table, key, out, arena, going ? CC_ENDING_GOING : CC_ENDING_LOCK,
	    going ? cc->engine->lock_going : cc->engine->lock);
}

/* Runs the application's write; CC_NOTFOUND when it changed nothing. */
static int
verb_write(struct cc *cc, const struct cc_table *table, struct cc_statement *st)
{
	int result = cc_run(st);

	if (result == CC_OK && cc_changes(cc) == 0)
		return cc_fail(cc, CC_NOTFOUND, "no row of %s was changed", table->sql_name);
	return result;
}

static int
verb_begin(struct cc *cc, const struct cc_table *table, const char *sql, bool *own,
    struct cc_statement **st)
{
	int result = cc_enter(cc);

	*own = false;
	*st = NULL;
	if (result != CC_OK)
		return result;
	cc_arena_reset(&cc->scratch);
	if (sql == NULL)
		return cc_fail(cc, CC_MISUSE, "%s has no such statement", table->sql_name);
	result = cc_prepare(cc, st, cc_sql(cc, table)->tag, sql);
	if (result == CC_OK)
		result = cc_protect(cc, own);
	if (result == CC_OK)
		cc->metrics.hooks++;
	return result;
}

static int
verb_count(struct cc *cc, const struct cc_table *table, const void *before, const void *after,
    bool cascade)
{
	return cascade ? cc_count_cascade(cc, table, before) :
	    cc_count(cc, table, before, after, false);
}

/*
 * A write that failed and that the database has kept all the same: RAISE(FAIL) of a trigger, an
 * interruption at its very end.  writes: before it.
 */
static bool
verb_stands(struct cc *cc, int64_t writes)
{
	return cc_in_transaction(cc) && cc_changes(cc) > 0 && cc->engine->writes(cc) != writes;
}

/* The write of a row that others read: undone where it cannot be read back. */
static int
verb_insert(struct cc *cc, const struct cc_table *table, struct cc_statement *st,
    const void *counted, bool *written)
{
	char message[sizeof cc->message];
	int64_t writes;
	int result = cc_command(cc, "SAVEPOINT cc_row"), released;

	if (result != CC_OK)
		return result;
	writes = cc->engine->writes(cc);
	result = verb_write(cc, table, st);
	*written = result == CC_OK || verb_stands(cc, writes);
	if (result == CC_OK && (result = cc_flow_inserted(cc, table, counted)) != CC_OK) {
		memcpy(message, cc->message, sizeof message);
		if (cc_in_transaction(cc) && cc_command(cc, "ROLLBACK TO cc_row") == CC_OK)
			*written = false;
		cc_path_forget_all(cc);
		memcpy(cc->message, message, sizeof message);
	}
	released = cc_in_transaction(cc) ? cc_command(cc, "RELEASE cc_row") : result;
	return result == CC_OK ? released : result;
}

/* Counts and writes: both or neither. */
static int
verb_run(struct cc *cc, const struct cc_table *table, struct cc_statement *st,
    const void *before, const void *after)
{
	size_t mark = cc->n_marks;
	const struct cc_holder *holder = &cc->holders[cc_table_index(cc, table)];
	bool cascade = after == NULL && holder->referred, far = holder->far;
	bool written = false;
	int result;

	if (cc->skip > 0)
		return verb_write(cc, table, st);
	result = cc_mark_push(cc, CC_MARK_INTERNAL, NULL);
	if (result != CC_OK)
		return result;
	cc->paths.refuse = after != NULL;      /* a delete closes no circle */
	result = verb_count(cc, table, before, after, cascade);
	cc->paths.refuse = false;
	if (result == CC_OK && before == NULL && table->n_inputs > 0) {
		result = verb_insert(cc, table, st, after, &written);
	} else if (result == CC_OK) {
		int64_t writes = cc->engine->writes(cc);

		result = verb_write(cc, table, st);
		written = result == CC_OK || verb_stands(cc, writes);
	}
	if (!written)
		cc_mark_rewind(cc, mark);
	cc_mark_pop(cc, mark);
	if (result != CC_OK)
		return result;
	return cascade || far ? cc_flush_immediate(cc) : cc_count_immediate(cc);
}

int
cc_row_insert(struct cc *cc, const struct cc_table *table, const void *row)
{
	struct cc_statement *st;
	bool own;
	int result = verb_begin(cc, table, cc_sql(cc, table)->insert, &own, &st);

	if (result != CC_OK)
		return result;
	for (int i = 0; i < table->n_fields; i++)
		cc_bind_field(st, i + 1, &table->fields[i], row);
	if (table->n_inputs > 0) {
		cc_flow_without(table, row, cc->after);
		row = cc->after;
	}
	return cc_unprotect(cc, own, verb_run(cc, table, st, NULL, row));
}

/* The row is to become another, perhaps elsewhere in a tree. */
static int
verb_update_begin(struct cc *cc, const struct cc_table *table, const union cc_part *key,
    const void *row)
{
	int result = CC_OK;
	bool moves = false;

	if (cc->engine->concurrent && table->n_roles > 0)
		result = cc_load(cc, table, key, cc->before, &cc->scratch);
	else
		return CC_OK;
	for (uint16_t i = 0; result == CC_OK && i < table->n_fields; i++)
		moves |= cc_climbs_by(cc, table, i) &&
		    !cc_field_equal(&table->fields[i], cc->before, row);
	return result == CC_OK && moves ? cc_lock_tree(cc, table) : result;
}

int
cc_row_update(struct cc *cc, const struct cc_table *table, const void *row)
{
	union cc_part key[CC_KEY_PARTS];
	struct cc_statement *st;
	bool own;
	int result = verb_begin(cc, table, cc_sql(cc, table)->update, &own, &st);

	if (result != CC_OK)
		return result;
	if (!cc_row_key(table, row, key))
		result = cc_fail(cc, CC_NOTFOUND, "a row of %s with a NULL key",
		    table->sql_name);
	else
		result = verb_update_begin(cc, table, key, row);
	if (result == CC_OK)
		result = cc_load_locked(cc, table, key, cc->before, &cc->scratch, false);
	for (int i = 0; result == CC_OK && i < table->n_fields; i++)
		cc_bind_field(st, i + 1, &table->fields[i], row);
	if (result == CC_OK && table->n_inputs > 0) {
		memcpy(cc->after, cc->before, cc_full_size(table));
		memcpy(cc->after, row, table->row_size);
		row = cc->after;
	}
	if (result == CC_OK)
		result = verb_run(cc, table, st, cc->before, row);
	return cc_unprotect(cc, own, result);
}

int
cc_row_set(struct cc *cc, const struct cc_table *table, const union cc_part *key,
    uint16_t field, const void *value)
{
	const struct cc_field *what = &table->fields[field];
	struct cc_statement *st;
	bool own;
	int result = verb_begin(cc, table, cc_sql(cc, table)->set[field], &own, &st);

	if (result != CC_OK)
		return result;
	if (cc->engine->concurrent && cc_climbs_by(cc, table, field))
		result = cc_lock_tree(cc, table);
	if (result == CC_OK)
		result = cc_load_locked(cc, table, key, cc->before, &cc->scratch, false);
	if (result == CC_OK) {
		memcpy(cc->after, cc->before, cc_full_size(table));
		memcpy((char *)cc->after + what->offset, value, cc_field_size(what));
		cc_bind_field(st, 1, what, cc->after);
		for (int i = 0; i < table->n_key; i++)
			cc_bind_part(st, i + 2, &table->fields[table->key[i]], key[i]);
		result = verb_run(cc, table, st, cc->before, cc->after);
	}
	return cc_unprotect(cc, own, result);
}

int
cc_row_delete(struct cc *cc, const struct cc_table *table, const union cc_part *key)
{
	struct cc_statement *st;
	bool own;
	int result = verb_begin(cc, table, cc_sql(cc, table)->remove, &own, &st);

	if (result != CC_OK)
		return result;
	result = cc_load_locked(cc, table, key, cc->before, &cc->scratch, true);
	for (int i = 0; result == CC_OK && i < table->n_key; i++)
		cc_bind_part(st, i + 1, &table->fields[table->key[i]], key[i]);
	if (result == CC_OK)
		result = verb_run(cc, table, st, cc->before, NULL);
	return cc_unprotect(cc, own, result);
}

/*
 * The text of a loaded row lives until the transaction ends: it is what a later hook is given
 * as the row before.  Outside a transaction nothing protects the row from others.
 */
int
cc_row_load_for_update(struct cc *cc, const struct cc_table *table, const union cc_part *key,
    void *out)
{
	int result = cc_enter(cc);

	if (result != CC_OK)
		return result;
	if (!cc_in_transaction(cc) && cc->options.flags & CC_STRICT)
		return cc_fail(cc, CC_UNPROTECTED, "a row was loaded outside a transaction");
	cc_arena_reset(&cc->scratch);
	if (cc->loaded_stale)
		cc_arena_reset(&cc->loaded);
	cc->loaded_stale = !cc_in_transaction(cc);
	result = cc_load_locked(cc, table, key, cc->before, &cc->loaded, false);
	if (result == CC_OK)
		memcpy(out, cc->before, table->row_size);
	return result;
}
