/*
 * postgres.c - PostgreSQL as an engine: its transactions, and how the end of the application's own
 * is noticed.
 *
 * libpq tells of every result that the connection receives.  COMMIT in the tag of one means that
 * the transaction was committed.  ROLLBACK may be one to a savepoint: whether the transaction has
 * gone shows when the next one begins, or by the state of the connection at the next call.
 */
#include "catalogue.h"
#include "cc_postgres.h"

#ifdef LIBPQ_HAS_PIPELINING

#include <stdlib.h>
#include <string.h>

/* ---- the application's own statements ------------------------------------------------------- */

static void
postgres_heard(struct cc *cc, const PGresult *result)
{
	struct cc_postgres *pg = cc_postgres_of(cc);
	const char *tag = PQcmdStatus((PGresult *)(uintptr_t)result);
	ExecStatusType status = PQresultStatus(result);

	if (pg->own)
		return;
	if (status == PGRES_FATAL_ERROR)
		pg->failed = true;
	if (status != PGRES_COMMAND_OK)
		return;
	if (strcmp(tag, "COMMIT") == 0 || strcmp(tag, "PREPARE TRANSACTION") == 0) {
		pg->failed = pg->rolled = false;
		cc_committing(cc);
	} else if (strcmp(tag, "ROLLBACK") == 0)
		pg->rolled = true;
	else if (strcmp(tag, "BEGIN") == 0 || strcmp(tag, "START TRANSACTION") == 0) {
		if (pg->rolled || pg->failed)
			cc_rolled_back(cc);
		pg->failed = pg->rolled = false;
	}
}

static int
postgres_event(PGEventId id, void *info, void *ctx)
{
	CC_UNUSED(ctx);
	if (id == PGEVT_RESULTCREATE) {
		const PGEventResultCreate *event = info;
		struct cc *cc = PQinstanceData(event->conn, postgres_event);

		if (cc != NULL)
			postgres_heard(cc, event->result);
	} else if (id == PGEVT_CONNRESET) {
		const PGEventConnReset *event = info;
		struct cc *cc = PQinstanceData(event->conn, postgres_event);

		if (cc != NULL)
			cc_rolled_back(cc);
	} else if (id == PGEVT_CONNDESTROY) {
		const PGEventConnDestroy *event = info;
		struct cc *cc = PQinstanceData(event->conn, postgres_event);

		if (cc != NULL)
			cc_postgres_of(cc)->conn = NULL;
	}
	return 1;
}

int
cc_postgres_listen(struct cc *cc)
{
	struct cc_postgres *pg = cc_postgres_of(cc);

	if (PQinstanceData(pg->conn, postgres_event) != NULL)
		return cc_fail(cc, CC_MISUSE, "the connection has a handle already");
	PQregisterEventProc(pg->conn, postgres_event, "ccrt", NULL);  /* fails when it is there */
	if (PQsetInstanceData(pg->conn, postgres_event, cc) == 0)
		return cc_nomem(cc);
	return CC_OK;
}

/* ---- the engine ------------------------------------------------------------------------------ */

/* A transaction that failed is still there, until it is rolled back. */
static bool
postgres_in_transaction(const struct cc *cc)
{
	const struct cc_postgres *pg = cc_postgres_of(cc);

	if (pg->conn == NULL || PQstatus(pg->conn) != CONNECTION_OK)
		return false;
	return PQtransactionStatus(pg->conn) != PQTRANS_IDLE;
}

static int
postgres_enter(struct cc *cc)
{
	struct cc_postgres *pg = cc_postgres_of(cc);
	bool lost = pg->conn == NULL || PQstatus(pg->conn) != CONNECTION_OK;
	int result = lost ? CC_OK : cc_postgres_ready(cc);

	if (result == CC_MISUSE)
		return result;
	if (lost || PQtransactionStatus(pg->conn) == PQTRANS_IDLE) {
		if (!cc->forgotten && (cc->n_filled > 0 || cc->n_marks > 0))
			cc_rolled_back(cc);
		pg->failed = pg->rolled = false;
	}
	return lost ? cc_postgres_ready(cc) : CC_OK;
}

static int64_t
postgres_changes(struct cc *cc)
{
	return cc_postgres_of(cc)->changes;
}

static int64_t
postgres_writes(struct cc *cc)
{
	return cc_postgres_of(cc)->writes;
}

static void
postgres_close(struct cc *cc)
{
	struct cc_postgres *pg = cc_postgres_of(cc);

	if (pg == NULL)
		return;
	if (pg->conn != NULL && PQinstanceData(pg->conn, postgres_event) == cc)
		PQsetInstanceData(pg->conn, postgres_event, NULL);
	cc_postgres_queue_free(pg);
	free(pg);
	cc->db = NULL;
}

/* A time in a key is microseconds, in the unit that the field has in SQLite. */
static void
postgres_key_part(struct cc_text *text, const struct cc_field *field, int i)
{
	static const char *const types[] = { [CC_BOOL] = "int4::bool", [CC_INT16] = "int8",
		[CC_INT32] = "int8", [CC_INT64] = "int8", [CC_DECIMAL] = "numeric", [CC_TEXT] = "text",
		[CC_UUID] = "uuid", [CC_JSONB] = "jsonb", [CC_TIMESTAMP] = "int8", [CC_DATE] = "date" };
	const char *type = field->type <= CC_DATE ? types[field->type] : NULL;
	bool time = field->type == CC_TIMESTAMP && field->storage != CC_ISO;

	cc_text_add(text, time ? "('epoch'::timestamptz + " : "");
	cc_text_add(text, "(cc_keys.value ->> ");
	cc_text_int(text, i);
	cc_text_add(text, ")::");
	cc_text_add(text, field->type == CC_TIMESTAMP && !time ? "timestamptz" :
	    type != NULL ? type : "text");
	if (time)
		cc_text_add(text, field->storage == CC_SECONDS ? " * interval '1 second')" :
		    field->storage == CC_MILLIS ? " * interval '1 millisecond')" :
		    " * interval '1 microsecond')");
}

const struct cc_engine cc_engine_postgres = {
	.name = "postgres",
	.begin = "BEGIN",
	.snapshot = "BEGIN ISOLATION LEVEL REPEATABLE READ",
	.differs = " IS DISTINCT FROM ",
	.lock = " FOR NO KEY UPDATE",
	.lock_going = " FOR UPDATE",
	.share = " FOR SHARE",
	.bytewise = "",
	.keys = "pg_catalog.jsonb_array_elements(?1::pg_catalog.jsonb) AS cc_keys (value)",
	.key_part = postgres_key_part,
	.concurrent = true,
	.native = true,
	.catalogue = &cc_catalogue_postgres,
	.enter = postgres_enter,
	.prepare = cc_postgres_prepare,
	.finalize = cc_postgres_finalize,
	.bind_int = cc_postgres_bind_int,
	.bind_float = cc_postgres_bind_float,
	.bind_text = cc_postgres_bind_text,
	.step = cc_postgres_step,
	.reset = cc_postgres_reset,
	.type = cc_postgres_type,
	.get_int = cc_postgres_get_int,
	.get_float = cc_postgres_get_float,
	.get_text = cc_postgres_get_text,
	.columns = cc_postgres_columns,
	.submit = cc_postgres_submit,
	.settle = cc_postgres_settle,
	.exec = cc_postgres_exec,
	.changes = postgres_changes,
	.writes = postgres_writes,
	.in_transaction = postgres_in_transaction,
	.close = postgres_close,
};

#endif
