/*
 * statement.c - the cache of prepared statements, and the thin calls around an engine's.
 *
 * The cache is a hash table by the address of the text: generated SQL is constant, composed SQL
 * is kept by the handle.  Nothing is ever thrown out; a handle's texts are finite.
 */
#include "cc.h"

#include <stdlib.h>

static size_t
statement_place(const struct cc *cc, const char *key)
{
	size_t mask = cc->statements_capacity - 1;
	size_t i = ((uintptr_t)key >> 3) * 0x9e3779b1u & mask;

	while (cc->statements[i] != NULL && cc->statements[i]->key != key)
		i = (i + 1) & mask;
	return i;
}

static int
statement_grow(struct cc *cc)
{
	size_t old_capacity = cc->statements_capacity;
	struct cc_statement **old = cc->statements;
	size_t capacity = old_capacity == 0 ? 64 : old_capacity * 2;
	struct cc_statement **fresh = calloc(capacity, sizeof(struct cc_statement *));

	if (fresh == NULL)
		return cc_nomem(cc);
	cc->statements = fresh;
	cc->statements_capacity = capacity;
	for (size_t i = 0; i < old_capacity; i++)
		if (old[i] != NULL)
			fresh[statement_place(cc, old[i]->key)] = old[i];
	free(old);
	return CC_OK;
}

static int
statement_new(struct cc *cc, struct cc_statement **out, const char *tag, const char *sql,
    const char *ending)
{
	struct cc_statement *st = malloc(sizeof *st);
	int result;

	*out = NULL;
	if (st == NULL)
		return cc_nomem(cc);
	*st = (struct cc_statement){ .cc = cc, .sql = sql, .tag = tag, .ending = ending };
	result = cc->engine->prepare(st);
	if (result != CC_OK) {
		free(st);
		return result;
	}
	*out = st;
	return CC_OK;
}

int
cc_prepare_once(struct cc *cc, struct cc_statement **out, const char *tag, const char *sql)
{
	return statement_new(cc, out, tag, sql, "");
}

static int
statement_add(struct cc *cc, struct cc_statement **out, const char *key, const char *tag,
    const char *sql, const char *ending)
{
	size_t i;
	int result;

	if (cc->n_statements * 2 >= cc->statements_capacity) {
		result = statement_grow(cc);
		if (result != CC_OK)
			return result;
	}
	i = statement_place(cc, key);
	result = statement_new(cc, &cc->statements[i], tag, sql, ending);
	if (result != CC_OK)
		return result;
	cc->statements[i]->key = key;
	cc->n_statements++;
	*out = cc->statements[i];
	return CC_OK;
}

int
cc_prepare_ending(struct cc *cc, struct cc_statement **out, const char *tag, const char *sql,
    int which, const char *ending)
{
	const char *key = *ending != '\0' ? sql + which : sql;

	*out = cc->statements_capacity == 0 ? NULL : cc->statements[statement_place(cc, key)];
	return *out != NULL ? CC_OK : statement_add(cc, out, key, tag, sql, ending);
}

int
cc_prepare(struct cc *cc, struct cc_statement **out, const char *tag, const char *sql)
{
	return cc_prepare_ending(cc, out, tag, sql, 0, "");
}

void
cc_statements_free(struct cc *cc)
{
	for (size_t i = 0; i < cc->statements_capacity; i++)
		cc_finalize(cc->statements[i]);
	free(cc->statements);
}

void
cc_finalize(struct cc_statement *st)
{
	if (st == NULL)
		return;
	st->cc->engine->finalize(st);
	free(st);
}

int
cc_step(struct cc_statement *st)
{
	if (st->bind_error != CC_OK) {
		int result = st->bind_error;

		st->bind_error = CC_OK;
		return cc_fail(st->cc, result, "a value could not be bound");
	}
	return st->cc->engine->step(st);
}

void
cc_reset(struct cc_statement *st)
{
	st->bind_error = CC_OK;
	st->cc->engine->reset(st);
}

int
cc_run(struct cc_statement *st)
{
	int result;

	do
		result = cc_step(st);
	while (result == CC_ROW);
	cc_reset(st);
	return result;
}

int
cc_command(struct cc *cc, const char *sql)
{
	struct cc_statement *st;
	int result = cc_prepare(cc, &st, NULL, sql);

	return result != CC_OK ? result : cc_run(st);
}

int
cc_command_kept(struct cc *cc, struct cc_statement **kept, const char *sql)
{
	int result = *kept != NULL ? CC_OK : cc_prepare(cc, kept, NULL, sql);

	return result != CC_OK ? result : cc_run(*kept);
}

int
cc_exec(struct cc *cc, const char *sql)
{
	return cc->engine->exec(cc, sql);
}

int64_t
cc_changes(struct cc *cc)
{
	return cc->engine->changes(cc);
}

void
cc_bind_float(struct cc_statement *st, int i, double value)
{
	st->cc->engine->bind_float(st, i, value);
}

void
cc_bind_text(struct cc_statement *st, int i, const char *text)
{
	st->cc->engine->bind_text(st, i, text);
}

enum cc_value
cc_get_type(struct cc_statement *st, int column)
{
	return st->cc->engine->type(st, column);
}

int64_t
cc_get_int(struct cc_statement *st, int column)
{
	return st->cc->engine->get_int(st, column);
}

double
cc_get_float(struct cc_statement *st, int column)
{
	return st->cc->engine->get_float(st, column);
}

const char *
cc_get_text(struct cc_statement *st, int column)
{
	return st->cc->engine->get_text(st, column);
}
