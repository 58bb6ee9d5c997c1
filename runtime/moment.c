/*
 * moment.c - cc_window: as of which moment rows are judged by conditions that say now().
 *
 * The table has a row for the last sweep's time and one for each time that follows from it: both
 * the generated SQL and the hooks take them from there, so that they agree.  They are read once per
 * transaction: who writes a row holds the lock that a sweep needs.
 */
#include "cc.h"

#include <stdlib.h>
#include <string.h>

#define MOMENT_NOW "now()"
#define MOMENT_TABLE(time) "CREATE TABLE IF NOT EXISTS cc_window (\n" \
	"    schema TEXT NOT NULL,\n    moment TEXT NOT NULL,\n    at " time " NOT NULL,\n" \
	"    PRIMARY KEY (schema, moment)\n)"

int
cc_moments_open(struct cc *cc)
{
	cc->moments = calloc((size_t)cc->schema->n_moments + 1, sizeof *cc->moments);
	return cc->moments != NULL ? CC_OK : cc_nomem(cc);
}

int
cc_moments_of(struct cc *cc, int64_t now, int64_t *moments)
{
	for (size_t i = 0; i < cc->schema->n_moments; i++) {
		const struct cc_moment *moment = &cc->schema->moments[i];

		if (!cc_timestamp_add(now, moment->number, moment->unit, &moments[i]))
			return cc_fail(cc, CC_MISUSE, "there is no time %s, as of %lld microseconds",
			    moment->text, (long long)now);
	}
	return CC_OK;
}

/* ---- reading ----------------------------------------------------------------------------- */

static int
moment_read(struct cc *cc, const char *text, int64_t *out, int which, const char *lock)
{
	struct cc_statement *st;
	int result = cc_prepare_ending(cc, &st, NULL,
	    "SELECT at FROM cc_window WHERE schema = ?1 AND moment = ?2", which, lock);

	if (result != CC_OK)
		return result;
	cc_bind_text(st, 1, cc->schema->name);
	cc_bind_text(st, 2, text);
	result = cc_step(st);
	if (result == CC_ROW)
		*out = cc_get_int(st, 0);
	else if (result == CC_OK)
		result = cc_fail(cc, CC_SCHEMA, "cc_window has no '%s' of schema %s: run cc_install",
		    text, cc->schema->name);
	cc_reset(st);
	return result == CC_ROW ? CC_OK : result;
}

int
cc_moments_load(struct cc *cc)
{
	int result = moment_read(cc, MOMENT_NOW, &cc->swept, 0, "");

	for (size_t i = 0; i < cc->schema->n_moments && result == CC_OK; i++)
		result = moment_read(cc, cc->schema->moments[i].text, &cc->moments[i], 0, "");
	cc->moments_known = result == CC_OK;
	return result;
}

int
cc_moments_lock(struct cc *cc)
{
	int result = moment_read(cc, MOMENT_NOW, &cc->swept, CC_ENDING_GOING,
	    cc->engine->lock_going);

	return result == CC_OK ? cc_moments_load(cc) : result;
}

int
cc_moments_hold(struct cc *cc, bool *moved)
{
	int64_t swept = cc->swept;
	int result;

	if (cc->schema->n_moments == 0 || !cc->moments_known)
		return CC_OK;
	result = moment_read(cc, MOMENT_NOW, &cc->swept, CC_ENDING_SHARE, cc->engine->share);
	if (result != CC_OK || cc->swept == swept)
		return result;
	*moved = true;
	return cc_moments_load(cc);
}

/* ---- writing ----------------------------------------------------------------------------- */

static int
moment_write(struct cc *cc, const char *sql, const char *text, int64_t at)
{
	struct cc_statement *st;
	int result = cc_prepare(cc, &st, NULL, sql);

	if (result != CC_OK)
		return result;
	cc_bind_text(st, 1, cc->schema->name);
	cc_bind_text(st, 2, text);
	cc_bind_int(st, 3, at);
	return cc_run(st);
}

static int
moment_write_all(struct cc *cc, const char *sql, int64_t now, const int64_t *moments)
{
	int result = moment_write(cc, sql, MOMENT_NOW, now);

	for (size_t i = 0; i < cc->schema->n_moments && result == CC_OK; i++)
		if (cc->schema->moments[i].number != 0)
			result = moment_write(cc, sql, cc->schema->moments[i].text, moments[i]);
	return result;
}

int
cc_moments_write(struct cc *cc, int64_t now, const int64_t *moments)
{
	int result = moment_write_all(cc, "INSERT INTO cc_window (schema, moment, at)"
	    " VALUES (?1, ?2, ?3) ON CONFLICT (schema, moment) DO UPDATE SET at = excluded.at", now,
	    moments);

	cc->moments_known = false;
	return result;
}

/* A moment that an older version of the schema did not have follows from the last sweep as well. */
int
cc_moments_install(struct cc *cc)
{
	static const char missing[] = "INSERT INTO cc_window (schema, moment, at)"
	    " VALUES (?1, ?2, ?3) ON CONFLICT (schema, moment) DO NOTHING";
	int result;

	if (cc->schema->n_moments == 0)
		return CC_OK;
	result = cc_exec(cc, cc->engine->native ? MOMENT_TABLE("BIGINT") : MOMENT_TABLE("INTEGER"));
	if (result == CC_OK)
		result = moment_write(cc, missing, MOMENT_NOW, cc_now(cc));
	if (result == CC_OK)
		result = moment_read(cc, MOMENT_NOW, &cc->swept, 0, "");
	if (result == CC_OK)
		result = cc_moments_of(cc, cc->swept, cc->moments);
	if (result == CC_OK)
		result = moment_write_all(cc, missing, cc->swept, cc->moments);
	cc->moments_known = false;
	return result;
}

/* ---- another moment, without writing ------------------------------------------------------ */

int
cc_moments_pretend(struct cc *cc, int64_t now)
{
	int result = cc_moments_of(cc, now, cc->moments);

	if (result == CC_OK && cc->engine->concurrent)
		result = cc_exec(cc, "SAVEPOINT cc_pretend");
	else if (result == CC_OK)
		result = cc_exec(cc, "CREATE TEMP TABLE cc_window (schema, moment, at,"
		    " PRIMARY KEY (schema, moment))");
	if (result == CC_OK)
		result = cc_moments_write(cc, now, cc->moments);
	return result == CC_OK ? cc_moments_load(cc) : result;
}

int
cc_moments_return(struct cc *cc)
{
	cc->moments_known = false;
	if (cc->engine->concurrent)
		return cc_exec(cc, "ROLLBACK TO cc_pretend");
	return cc_exec(cc, "DROP TABLE IF EXISTS temp.cc_window");
}
