/*
 * postgres_run.c - sends one statement so that its failure stays its own.
 *
 * A statement that fails ends a transaction of PostgreSQL: inside one each is sent between
 * SAVEPOINT and RELEASE, all in one round trip, and an error is undone.  Not so the errors after
 * which only the whole transaction can be done again.
 */
#include "cc_postgres.h"

#ifdef LIBPQ_HAS_PIPELINING

#include <stdlib.h>
#include <string.h>

/* ---- errors ---------------------------------------------------------------------------------- */

static int
postgres_code(const char *state)
{
	static const struct { const char *prefix; int result; } codes[] = {
		{ "40", CC_ABORTED },         /* serialization failure, deadlock */
		{ "25P02", CC_ABORTED },      /* it failed before */
		{ "08", CC_ABORTED }, { "57P0", CC_ABORTED }, { "XX", CC_ABORTED },
		{ "23", CC_CONSTRAINT },
		{ "55P03", CC_BUSY }, { "57014", CC_BUSY },   /* lock, statement timeout */
	};

	for (size_t i = 0; state != NULL && i < sizeof codes / sizeof codes[0]; i++)
		if (strncmp(state, codes[i].prefix, strlen(codes[i].prefix)) == 0)
			return codes[i].result;
	return state != NULL ? CC_ERROR : CC_ABORTED;
}

bool
cc_postgres_is_final(int result)
{
	return result == CC_ABORTED;
}

int
cc_postgres_failed(struct cc *cc, const PGresult *result)
{
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

	if (message == NULL)
		return cc_fail(cc, CC_ABORTED, "%s", PQerrorMessage(cc_postgres_of(cc)->conn));
	return cc_fail(cc, postgres_code(state), "%s (%s)", message, state);
}

int
cc_postgres_ready(struct cc *cc)
{
	struct cc_postgres *pg = cc_postgres_of(cc);

	if (pg->conn == NULL || PQstatus(pg->conn) != CONNECTION_OK)
		return cc_fail(cc, CC_ABORTED, "the connection is lost");
	if (PQpipelineStatus(pg->conn) != PQ_PIPELINE_OFF)
		return cc_fail(cc, CC_MISUSE, "the connection is in pipeline mode: leave it by"
		    " PQexitPipelineMode before calling the counters");
	if (PQtransactionStatus(pg->conn) == PQTRANS_ACTIVE)
		return cc_fail(cc, CC_MISUSE, "a query of the application is under way on the"
		    " connection: take all of its results first");
	if (PQtransactionStatus(pg->conn) == PQTRANS_INERROR)
		return cc_fail(cc, CC_ABORTED, "the transaction has failed: roll it back");
	return CC_OK;
}

/* ---- pipelines -------------------------------------------------------------------------------- */

bool
cc_postgres_pipeline(struct cc *cc)
{
	struct cc_postgres *pg = cc_postgres_of(cc);

	pg->own = true;
	return PQenterPipelineMode(pg->conn) == 1;
}

/* Takes what is left up to the end of the pipeline, and leaves it. */
void
cc_postgres_pipeline_end(struct cc *cc)
{
	struct cc_postgres *pg = cc_postgres_of(cc);
	bool synced = false;

	while (!synced && PQstatus(pg->conn) == CONNECTION_OK) {
		PGresult *result = PQgetResult(pg->conn);

		synced = PQresultStatus(result) == PGRES_PIPELINE_SYNC;
		PQclear(result);
	}
	PQexitPipelineMode(pg->conn);
	pg->own = false;
}

bool
cc_postgres_send(struct cc *cc, const char *sql)
{
	return PQsendQueryParams(cc_postgres_of(cc)->conn, sql, 0, NULL, NULL, NULL, NULL, 0) == 1;
}

bool
cc_postgres_send_text(struct cc *cc, const struct cc_postgres_text *text,
    const char *const *values)
{
	return PQsendQueryParams(cc_postgres_of(cc)->conn, text->sql, text->n, text->types, values,
	    NULL, NULL, 0) == 1;
}

int
cc_postgres_take(struct cc *cc, PGresult **out, int *failed)
{
	struct cc_postgres *pg = cc_postgres_of(cc);
	PGresult *result = PQgetResult(pg->conn), *next;
	ExecStatusType status = PQresultStatus(result);

	*out = result;
	while ((next = PQgetResult(pg->conn)) != NULL)
		PQclear(next);
	if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)
		return CC_OK;
	if (*failed == CC_OK && status == PGRES_PIPELINE_ABORTED)
		*failed = cc_fail(cc, CC_ABORTED, "an earlier statement failed");
	else if (*failed == CC_OK)
		*failed = cc_postgres_failed(cc, result);
	return *failed;
}

void
cc_postgres_undo(struct cc *cc, int result)
{
	struct cc_postgres *pg = cc_postgres_of(cc);

	if (cc_postgres_is_final(result) || PQtransactionStatus(pg->conn) != PQTRANS_INERROR)
		return;
	pg->own = true;
	PQclear(PQexec(pg->conn, "ROLLBACK TO " CC_POSTGRES_SAVEPOINT "; RELEASE "
	    CC_POSTGRES_SAVEPOINT));
	pg->own = false;
}

/* ---- one statement ------------------------------------------------------------------------------ */

static void
postgres_changed(struct cc *cc, const PGresult *result)
{
	struct cc_postgres *pg = cc_postgres_of(cc);
	bool reads = PQnfields(result) > 0;

	if (reads)
		return;
	pg->changes = strtoll(PQcmdTuples((PGresult *)(uintptr_t)result), NULL, 10);
	pg->writes += pg->changes;
}

static int
postgres_run_protected(struct cc_statement *st)
{
	struct cc_postgres_text *text = st->handle;
	struct cc *cc = st->cc;
	PGresult *other;
	int failed = CC_OK;

	if (!cc_postgres_pipeline(cc) || !cc_postgres_send(cc, "SAVEPOINT " CC_POSTGRES_SAVEPOINT) ||
	    !cc_postgres_send_text(cc, text, text->values) ||
	    !cc_postgres_send(cc, "RELEASE " CC_POSTGRES_SAVEPOINT) ||
	    PQpipelineSync(cc_postgres_of(cc)->conn) != 1) {
		cc_postgres_of(cc)->own = false;
		return cc_fail(cc, CC_ABORTED, "%s", PQerrorMessage(cc_postgres_of(cc)->conn));
	}
	cc_postgres_take(cc, &other, &failed);
	PQclear(other);
	cc_postgres_take(cc, &text->result, &failed);
	cc_postgres_take(cc, &other, &failed);
	PQclear(other);
	cc_postgres_pipeline_end(cc);
	if (failed != CC_OK)
		cc_postgres_undo(cc, failed);
	return failed;
}

/* BEGIN, COMMIT, ROLLBACK …: COMMIT of a failed transaction says ROLLBACK, and no error. */
static int
postgres_control(struct cc *cc, const char *sql)
{
	struct cc_postgres *pg = cc_postgres_of(cc);
	bool commit = strcmp(sql, "COMMIT") == 0;
	PGresult *result;
	int code = CC_OK;

	pg->own = true;
	result = PQexec(pg->conn, sql);
	pg->own = false;
	if (PQresultStatus(result) != PGRES_COMMAND_OK)
		code = cc_postgres_failed(cc, result);
	else if (commit && strcmp(PQcmdStatus(result), "COMMIT") != 0)
		code = cc_fail(cc, CC_ABORTED, "the transaction had failed, and was rolled back");
	PQclear(result);
	if (code == CC_OK && commit)
		cc_committing(cc);
	else if (strcmp(sql, "ROLLBACK") == 0 || (commit &&
	    PQtransactionStatus(pg->conn) == PQTRANS_IDLE))
		cc_rolled_back(cc);
	return commit && code != CC_OK && code != CC_CONSTRAINT ? CC_ABORTED : code;
}

static int
postgres_run(struct cc_statement *st)
{
	struct cc_postgres_text *text = st->handle;
	struct cc_postgres *pg = cc_postgres_of(st->cc);
	int result = CC_OK;

	pg->changes = 0;
	if (text->control)
		return postgres_control(st->cc, text->sql);
	result = cc_postgres_ready(st->cc);
	if (result != CC_OK)
		return result;
	if (PQtransactionStatus(pg->conn) == PQTRANS_INTRANS)
		result = postgres_run_protected(st);
	else {
		pg->own = true;
		text->result = PQexecParams(pg->conn, text->sql, text->n, text->types, text->values,
		    NULL, NULL, 0);
		pg->own = false;
		if (PQresultStatus(text->result) != PGRES_COMMAND_OK &&
		    PQresultStatus(text->result) != PGRES_TUPLES_OK)
			result = cc_postgres_failed(st->cc, text->result);
	}
	if (result == CC_OK)
		postgres_changed(st->cc, text->result);
	return result;
}

int
cc_postgres_step(struct cc_statement *st)
{
	struct cc_postgres_text *text = st->handle;
	int result;

	if (text->result == NULL) {
		text->row = text->rows = 0;
		result = postgres_run(st);
		if (result != CC_OK) {
			cc_postgres_reset(st);
			return result;
		}
		if (text->result != NULL)
			text->rows = PQntuples(text->result);
	}
	if (text->row >= text->rows)
		return CC_OK;
	text->row++;
	return CC_ROW;
}

void
cc_postgres_reset(struct cc_statement *st)
{
	struct cc_postgres_text *text = st->handle;

	PQclear(text->result);
	text->result = NULL;
}

/* ---- several statements -------------------------------------------------------------------------- */

int
cc_postgres_exec(struct cc *cc, const char *sql)
{
	struct cc_postgres *pg = cc_postgres_of(cc);
	bool inside = PQtransactionStatus(pg->conn) == PQTRANS_INTRANS;
	struct cc_text text = { 0 };
	PGresult *result;
	int code, n = 0;

	if (cc_postgres_is_control(sql))
		return postgres_control(cc, sql);
	code = cc_postgres_ready(cc);
	if (code == CC_OK && inside)
		code = postgres_control(cc, "SAVEPOINT " CC_POSTGRES_SAVEPOINT);
	if (code != CC_OK)
		return code;
	cc_postgres_rewrite(&text, sql, &n);
	if (text.failed)
		return cc_nomem(cc);
	pg->own = true;
	result = PQexec(pg->conn, text.data);
	pg->own = false;
	cc_text_free(&text);
	if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK)
		code = cc_postgres_failed(cc, result);
	PQclear(result);
	if (code != CC_OK)
		cc_postgres_undo(cc, code);
	else if (inside)
		code = postgres_control(cc, "RELEASE " CC_POSTGRES_SAVEPOINT);
	return code;
}

#endif
