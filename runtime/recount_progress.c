/*
 * recount_progress.c - what recounts leave in cc_progress for each other and for later.
 *
 * Per table with maintained columns: a generation that every correction raises, and key_done, how
 * far a whole run has come.  A run that is under way leaves key_done not NULL, '' before its first
 * batch, so that others know that they have to raise the generation.
 */
#include "recount.h"

/* key_done: NULL in the database is NULL; the text is the statement's until it is reset. */
static int
recount_read_progress(struct recount *run, const struct recount_holder *holder,
    struct cc_statement **out, int64_t *generation, const char **key_done)
{
	int result = cc_prepare(run->cc, out, NULL, "SELECT generation, key_done FROM cc_progress"
	    " WHERE schema = ?1 AND table_name = ?2");

	*generation = 0;
	*key_done = NULL;
	if (result != CC_OK)
		return result;
	cc_bind_text(*out, 1, run->cc->schema->name);
	cc_bind_text(*out, 2, holder->table->sql_name);
	result = cc_step(*out);
	if (result == CC_ROW) {
		*generation = cc_get_int(*out, 0);
		*key_done = cc_get_text(*out, 1);
		result = CC_OK;
	}
	return result;
}

/* A run over a part must not forget how far a whole one has come. */
int
cc_recount_write_progress(struct recount *run, const struct recount_holder *holder,
    const char *key_done)
{
	struct cc_statement *st;
	int result = cc_prepare(run->cc, &st, NULL, "INSERT INTO cc_progress (schema, table_name,"
	    " generation, key_done, at) VALUES (?1, ?2, 0, ?3, ?4)"
	    " ON CONFLICT (schema, table_name) DO UPDATE"
	    " SET key_done = excluded.key_done, at = excluded.at"
	    " WHERE ?5 OR coalesce(cc_progress.key_done, '') = ''");

	if (result != CC_OK)
		return result;
	cc_bind_text(st, 1, run->cc->schema->name);
	cc_bind_text(st, 2, holder->table->sql_name);
	cc_bind_text(st, 3, key_done);
	cc_bind_int(st, 4, cc_now(run->cc));
	cc_bind_int(st, 5, run->resumes);
	return cc_run(st);
}

int
cc_recount_stand_at(struct recount *run, struct recount_holder *holder, const union cc_part *key)
{
	const struct cc_table *table = holder->table;

	cc_arena_reset(&holder->after_text);
	for (size_t i = 0; i < table->n_key; i++) {
		holder->after[i] = key[i];
		if (!cc_field_is_text(&table->fields[table->key[i]]))
			continue;
		holder->after[i].s = cc_arena_copy(&holder->after_text, key[i].s);
		if (holder->after[i].s == NULL)
			return cc_nomem(run->cc);
	}
	holder->started = true;
	return CC_OK;
}

int
cc_recount_resume(struct recount *run, struct recount_holder *holder)
{
	const struct cc_table *table = holder->table;
	union cc_part key[CC_KEY_PARTS];
	struct cc_statement *st = NULL;
	const char *key_done;
	int64_t generation;
	int result = recount_read_progress(run, holder, &st, &generation, &key_done);

	if (result == CC_OK && key_done != NULL && key_done[0] != '\0' &&
	    cc_key_parse(run->cc, key_done, table->fields, table->key, table->n_key, key,
	    &run->bounds) == CC_OK)
		result = cc_recount_stand_at(run, holder, key);
	holder->settled |= holder->started && table->n_key == 0;
	if (st != NULL)
		cc_reset(st);
	return result;
}

int
cc_recount_announce(struct recount *run, struct recount_holder *holder)
{
	struct cc_statement *st = NULL;
	const char *key_done;
	int64_t generation;
	bool own, there;
	int result = recount_read_progress(run, holder, &st, &generation, &key_done);

	there = key_done != NULL;
	if (st != NULL)
		cc_reset(st);
	if (result != CC_OK || there)
		return result;
	result = cc_protect(run->cc, &own);
	if (result != CC_OK)
		return result;
	return cc_unprotect(run->cc, own, cc_recount_write_progress(run, holder, ""));
}

int
cc_recount_check_generation(struct recount *run, struct recount_holder *holder, bool *valid)
{
	struct cc_statement *st = NULL;
	const char *key_done;
	int64_t generation;
	int result = recount_read_progress(run, holder, &st, &generation, &key_done);

	*valid = key_done != NULL && generation == holder->generation;
	holder->generation = generation;
	if (st != NULL)
		cc_reset(st);
	return result;
}

int
cc_recount_write_ready(struct recount *run, const struct recount_holder *holder)
{
	struct cc_statement *st;
	int result = cc_prepare(run->cc, &st, NULL, "UPDATE cc_meta SET state = 'ready'"
	    " WHERE schema = ?1 AND table_name = ?2 AND state <> 'ready'");

	if (result != CC_OK)
		return result;
	cc_bind_text(st, 1, run->cc->schema->name);
	cc_bind_text(st, 2, holder->table->sql_name);
	return cc_run(st);
}

/* ---- generations ------------------------------------------------------------------------- */

static int
recount_generation(struct cc *cc, const struct cc_table *table, const char *sql, bool timed)
{
	struct cc_statement *st;
	int result = cc_prepare(cc, &st, NULL, sql);

	if (result != CC_OK)
		return result;
	cc_bind_text(st, 1, cc->schema->name);
	cc_bind_text(st, 2, table->sql_name);
	if (timed)
		cc_bind_int(st, 3, cc_now(cc));
	return cc_run(st);
}

int
cc_recount_bump(struct cc *cc, const struct cc_table *table)
{
	return recount_generation(cc, table, "INSERT INTO cc_progress (schema, table_name,"
	    " generation, at) VALUES (?1, ?2, 1, ?3) ON CONFLICT (schema, table_name)"
	    " DO UPDATE SET generation = cc_progress.generation + 1, at = excluded.at", true);
}

static int
recount_warn(struct cc *cc, const struct cc_table *table)
{
	return recount_generation(cc, table, "UPDATE cc_progress SET generation = generation + 1"
	    " WHERE schema = ?1 AND table_name = ?2 AND key_done IS NOT NULL", false);
}

/* Where others write, only once the flush has all its locks: recounts take theirs in that order. */
int
cc_recount_warn(struct cc *cc, const struct cc_table *table)
{
	if (!cc->engine->concurrent)
		return recount_warn(cc, table);
	cc->holders[cc_table_index(cc, table)].warn = true;
	return CC_OK;
}

int
cc_recount_warn_all(struct cc *cc)
{
	int result = CC_OK;

	for (size_t t = 0; result == CC_OK && t < cc->schema->n_tables; t++)
		if (cc->holders[t].warn) {
			cc->holders[t].warn = false;
			result = recount_warn(cc, &cc->schema->tables[t]);
		}
	return result;
}
