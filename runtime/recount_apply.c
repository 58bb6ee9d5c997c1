/*
 * recount_apply.c - one parent that differs: its report, its correction, its place in the log.
 *
 * A correction is one UPDATE of the parent's row that adds the drift to what the columns hold by
 * then and writes its derived columns again.  It is refused as a whole when a result would be out
 * of range or the database objects; then the parent is dirty and the recount goes on.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "recount.h"

/* A column that differs, as it is told and logged. */
struct recount_finding {
	const struct cc_column *column;
	const char *stored, *actual;   /* NULL is SQL NULL */
};

struct recount_findings {
	struct recount_finding *list;
	size_t n;
	struct cc_arena arena;         /* their text */
	struct cc_text key;            /* of the parent, JSON */
	bool heals;                    /* a NULL is to be written over */
};

static void
recount_event(struct cc *cc, const struct recount_case *one, enum cc_event_kind kind,
    const struct recount_finding *finding, const char *key, const char *message)
{
	struct cc_event event = { .kind = kind, .table = one->table->sql_name, .key = key,
		.message = message };

	if (finding != NULL) {
		event.column = finding->column->name;
		event.stored = finding->stored;
		event.actual = finding->actual;
	}
	cc_report(cc, &event);
}

/* A correction could not be made: told, and the parent marked, if the recount may write. */
static int
recount_failed(struct cc *cc, struct recount_case *one, const struct cc_column *column,
    const char *key, const char *message)
{
	struct recount_finding finding = { .column = column };
	int result = CC_OK;

	one->failed = true;
	recount_event(cc, one, CC_EVENT_FAILURE, column != NULL ? &finding : NULL, key, message);
	if (!one->write)
		return CC_OK;
	cc->metrics.failures++;
	result = cc_mark_dirty(cc, one->table, key, message);
	return result == CC_ABORTED || result == CC_BUSY || result == CC_NOMEM ? result : CC_OK;
}

/* ---- composed statements ------------------------------------------------------------- */

static bool
recount_sets(const struct cc_column *column, bool touch)
{
	return column->kind == CC_LINEAR || column->kind == CC_DERIVED ||
	    (touch && column->kind == CC_TOUCH);
}

/* What sets a column where nothing is pending. */
static const char *
recount_value(const struct cc_column_sql *sql)
{
	return sql->again != NULL ? sql->again : sql->value;
}

/* A column that is not changed must not refuse the others: its delta is 0. */
static void
recount_guards(const struct cc_table *table, const struct cc_table_sql *sql,
    struct cc_text *text)
{
	for (size_t c = 0; c < table->n_columns; c++) {
		if (!recount_sets(&table->columns[c], false) || sql->columns[c].guard == NULL)
			continue;
		cc_text_add(text, "\n  AND (");
		if (table->columns[c].kind == CC_LINEAR) {
			bool whole = !cc_column_is_float(&table->columns[c]);

			cc_text_add(text, whole ? "CAST(?" : "?");
			cc_text_int(text, (int64_t)c + 1);
			cc_text_add(text, whole ? " AS BIGINT) = 0 OR " : " = 0 OR ");
		}
		cc_text_add(text, "(");
		cc_text_add(text, sql->columns[c].guard);
		cc_text_add(text, ") OR ");
		cc_text_add(text, sql->columns[c].name);
		cc_text_add(text, " IS NULL)");
	}
}

/* A touched column keeps its time where nothing that differs touches it. */
static void
recount_new_value(const struct cc_column *column, const struct cc_column_sql *sql, size_t c,
    struct cc_text *text)
{
	if (column->kind != CC_TOUCH) {
		cc_text_add(text, recount_value(sql));
		return;
	}
	cc_text_add(text, "CASE WHEN CAST(?");
	cc_text_int(text, (int64_t)c + 1);
	cc_text_add(text, " AS BIGINT) IS NULL THEN ");
	cc_text_add(text, sql->name);
	cc_text_add(text, " ELSE ");
	cc_text_add(text, sql->value);
	cc_text_add(text, " END");
}

static void
recount_compose_update(const struct cc *cc, const struct cc_table *table, struct cc_text *text,
    bool touch)
{
	const struct cc_table_sql *sql = cc_sql(cc, table);
	const char *comma = " SET ";

	cc_text_add(text, "UPDATE ");
	cc_text_add(text, sql->name);
	for (size_t c = 0; c < table->n_columns; c++) {
		if (!recount_sets(&table->columns[c], touch))
			continue;
		cc_text_add(text, comma);
		cc_text_add(text, sql->columns[c].name);
		cc_text_add(text, " = ");
		recount_new_value(&table->columns[c], &sql->columns[c], c, text);
		comma = ",\n  ";
	}
	cc_text_add(text, "\nWHERE ");
	cc_text_add(text, cc->pools[cc->holders[cc_table_index(cc, table)].pool].where);
	recount_guards(table, sql, text);
}

static bool
recount_has_derived(const struct cc_table *table)
{
	for (size_t c = 0; c < table->n_columns; c++)
		if (table->columns[c].kind == CC_DERIVED)
			return true;
	return false;
}

/* Pairs of what a derived column holds and what it would, given the deltas. */
static void
recount_compose_derived(const struct cc *cc, const struct cc_table *table,
    struct cc_text *text)
{
	const struct cc_table_sql *sql = cc_sql(cc, table);
	const char *comma = "SELECT ";

	for (size_t c = 0; c < table->n_columns; c++) {
		if (table->columns[c].kind != CC_DERIVED)
			continue;
		cc_text_add(text, comma);
		cc_text_add(text, sql->columns[c].name);
		cc_text_add(text, ", ");
		cc_text_add(text, recount_value(&sql->columns[c]));
		comma = ",\n  ";
	}
	cc_text_add(text, "\nFROM ");
	cc_text_add(text, sql->name);
	cc_text_add(text, "\nWHERE ");
	cc_text_add(text, cc->pools[cc->holders[cc_table_index(cc, table)].pool].where);
}

static int
recount_statement(struct cc *cc, const struct cc_table *table, enum cc_recount_text which,
    struct cc_statement **out)
{
	const char **kept = &cc->holders[cc_table_index(cc, table)].recount[which];
	struct cc_text text = { 0 };

	if (*kept == NULL) {
		if (which == CC_RECOUNT_DERIVED)
			recount_compose_derived(cc, table, &text);
		else
			recount_compose_update(cc, table, &text,
			    which == CC_RECOUNT_UPDATE_TOUCH);
		*kept = cc_keep(cc, &text);
		cc_text_free(&text);
		if (*kept == NULL)
			return cc_nomem(cc);
	}
	return cc_prepare(cc, out, cc_sql(cc, table)->tag, *kept);
}

static void
recount_bind_column(struct cc_statement *st, const struct recount_case *one, size_t c)
{
	const struct cc_column *column = &one->table->columns[c];

	if (column->kind == CC_LINEAR || column->kind == CC_TALLY)
		cc_bind_amount(st, (int)c + 1, column, one->deltas[c]);
}

static void
recount_bind_case_key(struct cc *cc, struct cc_statement *st, const struct recount_case *one)
{
	const struct cc_table *table = one->table;
	const struct cc_pool *pool = &cc->pools[cc->holders[cc_table_index(cc, table)].pool];

	for (size_t i = 0; i < pool->target->n_fields; i++)
		cc_bind_part(st, (int)(table->n_columns + 1 + i), &table->fields[table->key[i]],
		    one->key[i]);
}

static void
recount_bind_touch(struct cc *cc, struct cc_statement *st, const struct recount_case *one, size_t c)
{
	if (one->deltas[c].i != 0)
		cc_bind_int(st, (int)c + 1, cc_now(cc));
	else
		cc_bind_text(st, (int)c + 1, NULL);
}

/* Only parameters that the statement has may be bound. */
static void
recount_bind_case(struct cc *cc, struct cc_statement *st, const struct recount_case *one,
    bool update)
{
	const struct cc_table *table = one->table;

	for (size_t c = 0; c < table->n_columns; c++) {
		const struct cc_column *column = &table->columns[c];

		if (update && column->kind == CC_LINEAR)
			recount_bind_column(st, one, c);
		if (update && column->kind == CC_TOUCH && one->touch)
			recount_bind_touch(cc, st, one, c);
		for (size_t i = 0; i < column->n_inputs && column->kind == CC_DERIVED; i++)
			recount_bind_column(st, one, column->inputs[i]);
	}
	recount_bind_case_key(cc, st, one);
}

/* ---- what differs -------------------------------------------------------------------- */

static int
recount_find_one(struct cc *cc, struct recount_case *one, struct recount_findings *findings,
    const struct cc_column *column, const char *stored, const char *actual)
{
	struct recount_finding *finding = &findings->list[findings->n++];

	*finding = (struct recount_finding){ .column = column };
	if (column->touch != CC_NONE)
		one->deltas[column->touch].i = 1;
	if (stored != NULL && (finding->stored = cc_arena_copy(&findings->arena, stored)) == NULL)
		return cc_nomem(cc);
	if (actual != NULL && (finding->actual = cc_arena_copy(&findings->arena, actual)) == NULL)
		return cc_nomem(cc);
	return CC_OK;
}

/* One sum: a finding, and a delta unless the column cannot hold the result. */
static int
recount_find_sum(struct cc *cc, struct recount_case *one, struct recount_findings *findings,
    size_t i, union cc_number drift)
{
	uint16_t c = one->columns[i];
	const struct cc_column *column = &one->table->columns[c];
	union cc_number actual = one->stored[i];
	char stored_text[64], actual_text[64], message[120];

	if (one->state[i] & RECOUNT_NULL)
		findings->heals = true;
	if (one->state[i] & RECOUNT_FAILED || !cc_recount_add(column, &actual, drift))
		return recount_failed(cc, one, column, findings->key.data,
		    "its amounts have no sum: integer overflow, or a value outside its"
		    " field's range");
	if (cc_amount_zero(column, drift) && !(one->state[i] & RECOUNT_BROKEN))
		return CC_OK;
	cc_recount_print(column, one->stored[i], stored_text);
	cc_recount_print(column, actual, actual_text);
	if (!cc_column_is_float(column) && (actual.i < column->min || actual.i > column->max)) {
		snprintf(message, sizeof message, "%s does not fit the column", actual_text);
		one->mismatches++;
		return recount_failed(cc, one, column, findings->key.data, message);
	}
	one->deltas[c] = drift;
	return recount_find_one(cc, one, findings, column,
	    one->state[i] != 0 ? NULL : stored_text, actual_text);
}

static int
recount_find_sums(struct cc *cc, struct recount_case *one, struct recount_findings *findings)
{
	memset(one->deltas, 0, one->table->n_columns * sizeof *one->deltas);
	for (size_t i = 0; i < one->n_sums; i++) {
		int result = recount_find_sum(cc, one, findings, i, one->drift[i]);

		if (result != CC_OK)
			return result;
	}
	return CC_OK;
}

static int
recount_find_derived(struct cc *cc, struct recount_case *one,
    struct recount_findings *findings)
{
	const struct cc_table *table = one->table;
	struct cc_statement *st;
	int result = recount_statement(cc, table, CC_RECOUNT_DERIVED, &st), place = 0;

	if (result != CC_OK)
		return result;
	recount_bind_case(cc, st, one, false);
	result = cc_step(st);
	for (size_t c = 0; c < table->n_columns && result == CC_ROW; c++) {
		if (table->columns[c].kind != CC_DERIVED)
			continue;
		if ((one->wanted == NULL || one->wanted[c]) &&
		    !cc_recount_same(st, place, &table->columns[c])) {
			int failed = recount_find_one(cc, one, findings, &table->columns[c],
			    cc_get_text(st, place), cc_get_text(st, place + 1));

			result = failed != CC_OK ? failed : result;
		}
		place += 2;
	}
	cc_reset(st);
	/* No value, for what is stored: a correction of the inputs computes it anew. */
	if (result == CC_ERROR && findings->n == 0)
		return recount_failed(cc, one, NULL, findings->key.data, cc_errmsg(cc));
	return result == CC_ROW || result == CC_ERROR ? CC_OK : result;
}

/* ---- putting it right ---------------------------------------------------------------- */

static int
recount_log(struct cc *cc, const struct recount_case *one, const struct recount_finding *finding,
    const char *key)
{
	struct cc_statement *st;
	int result = cc_prepare(cc, &st, NULL, "INSERT INTO cc_drift (at, table_name, key,"
	    " column_name, stored, actual, by_what) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");

	if (result != CC_OK)
		return result;
	cc_bind_int(st, 1, cc_now(cc));
	cc_bind_text(st, 2, one->table->sql_name);
	cc_bind_text(st, 3, key);
	cc_bind_text(st, 4, finding->column->name);
	cc_bind_text(st, 5, finding->stored);
	cc_bind_text(st, 6, finding->actual);
	cc_bind_text(st, 7, one->by);
	return cc_run(st);
}

/* What is no number cannot be added to. */
static int
recount_zero(struct cc *cc, const struct recount_case *one, size_t c)
{
	const struct cc_table_sql *sql = cc_sql(cc, one->table);
	struct cc_statement *st = NULL;
	struct cc_text text = { 0 };
	int result;

	cc_text_add(&text, "UPDATE ");
	cc_text_add(&text, sql->name);
	cc_text_add(&text, " SET ");
	cc_text_add(&text, sql->columns[c].name);
	cc_text_add(&text, " = 0 WHERE ");
	cc_text_add(&text, cc->pools[cc->holders[cc_table_index(cc, one->table)].pool].where);
	result = text.failed ? cc_nomem(cc) : cc_prepare_once(cc, &st, sql->tag, text.data);
	if (result == CC_OK) {
		recount_bind_case_key(cc, st, one);
		result = cc_run(st);
	}
	cc_finalize(st);
	cc_text_free(&text);
	return result;
}

static int
recount_run_update(struct cc *cc, struct recount_case *one)
{
	struct cc_statement *st;
	int result = recount_statement(cc, one->table,
	    one->touch ? CC_RECOUNT_UPDATE_TOUCH : CC_RECOUNT_UPDATE, &st);

	for (size_t i = 0; i < one->n_sums && result == CC_OK; i++)
		if (one->state[i] & RECOUNT_BROKEN && !(one->state[i] & RECOUNT_FAILED))
			result = recount_zero(cc, one, one->columns[i]);
	if (result != CC_OK)
		return result;
	recount_bind_case(cc, st, one, true);
	cc->metrics.statements++;
	return cc_run(st);
}

/* *done: the row has been changed. */
static int
recount_update(struct cc *cc, struct recount_case *one, const char *key, bool *done)
{
	struct cc_pool *pool = &cc->pools[cc->holders[cc_table_index(cc, one->table)].pool];
	int result = cc_flow_watch(cc, pool, one->key, UINT64_MAX);

	*done = false;
	if (result != CC_OK)
		return result;
	result = recount_run_update(cc, one);
	if (result == CC_ABORTED || result == CC_BUSY || result == CC_NOMEM)
		return result;
	if (result != CC_OK)
		return recount_failed(cc, one, NULL, key, cc_errmsg(cc));
	*done = cc_changes(cc) > 0;
	if (*done)
		return cc_flow_told(cc);
	result = cc_find_row(cc, pool, one->key);
	if (result == CC_NOTFOUND)
		return CC_OK;
	return result != CC_OK ? result : recount_failed(cc, one, NULL, key,
	    "a correction would leave a column's range");
}

static int
recount_correct(struct cc *cc, struct recount_case *one,
    const struct recount_findings *findings)
{
	const char *key = findings->key.data;
	bool done;
	int result = recount_update(cc, one, key, &done);

	for (size_t i = 0; i < findings->n && result == CC_OK && done; i++) {
		one->corrected++;
		if (one->by != NULL)
			result = recount_log(cc, one, &findings->list[i], key);
	}
	if (one->by != NULL)
		cc->metrics.corrections += one->corrected;
	return result;
}

static int
recount_settle_case(struct cc *cc, struct recount_case *one,
    struct recount_findings *findings)
{
	int result = recount_find_sums(cc, one, findings);

	if (result == CC_OK && recount_has_derived(one->table))
		result = recount_find_derived(cc, one, findings);
	if (result != CC_OK)
		return result;
	one->mismatches += findings->n;
	for (size_t i = 0; i < findings->n && one->by != NULL; i++)
		recount_event(cc, one, CC_EVENT_DRIFT, &findings->list[i], findings->key.data,
		    NULL);
	if (one->write && (findings->n > 0 || findings->heals))
		result = recount_correct(cc, one, findings);
	return result;
}

int
cc_recount_settle(struct cc *cc, struct recount_case *one)
{
	struct recount_findings findings = { 0 };
	int result;

	one->mismatches = one->corrected = 0;
	one->failed = false;
	findings.list = calloc(one->table->n_columns, sizeof *findings.list);
	cc_key_json(&findings.key, one->table->fields, one->table->key, one->table->n_key,
	    one->key);
	if (findings.list == NULL || findings.key.failed)
		result = cc_nomem(cc);
	else
		result = recount_settle_case(cc, one, &findings);
	free(findings.list);
	cc_arena_free(&findings.arena);
	cc_text_free(&findings.key);
	return result;
}

/* ---- marks and generations ----------------------------------------------------------- */

int
cc_recount_clear_mark(struct cc *cc, const struct cc_table *table, const char *key, int64_t at)
{
	struct cc_statement *st;
	int result = cc_prepare(cc, &st, NULL, "DELETE FROM cc_dirty"
	    " WHERE table_name = ?1 AND key = ?2 AND at <= ?3");

	if (result != CC_OK)
		return result;
	cc_bind_text(st, 1, table->sql_name);
	cc_bind_text(st, 2, key);
	cc_bind_int(st, 3, at);
	return cc_run(st);
}
