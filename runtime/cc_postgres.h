/*
 * cc_postgres.h - between the sources of the PostgreSQL engine, which libpq's header is needed for:
 * without it they hold nothing, and cc_open_postgres is not there.
 *
 * postgres.c          the engine: transactions, the end of the application's own
 * postgres_text.c     a text of SQL with its parameters, as libpq wants them
 * postgres_run.c      sends one statement so that its failure stays its own
 * postgres_pipeline.c sends many, and hears of each
 * postgres_value.c    reads results
 * postgres_open.c     looks at the database
 */
#ifndef CC_POSTGRES_H
#define CC_POSTGRES_H

#include "cc.h"

#if defined(__has_include)
#if __has_include(<libpq-fe.h>)
#include <libpq-fe.h>
#include <libpq-events.h>
#elif __has_include(<postgresql/libpq-fe.h>)
#include <postgresql/libpq-fe.h>
#include <postgresql/libpq-events.h>
#endif
#endif

#ifdef LIBPQ_HAS_PIPELINING

#define CC_POSTGRES_SAVEPOINT "cc_own"  /* around the runtime's own statements */

extern const struct cc_engine cc_engine_postgres;

/* A text with its parameters: the engine's own part of a statement. */
struct cc_postgres_text {
	char *sql;                        /* parameters are $1 … */
	int n;                            /* the last parameter that it reads */
	Oid *types;                       /* 0: the server infers it; of those not read: text */
	const char **values;              /* NULL is NULL */
	char (*numbers)[32];              /* room for those that are numbers */
	bool control;                     /* BEGIN, COMMIT, SAVEPOINT …: sent as it is */
	PGresult *result;                 /* once it has run */
	int row, rows;                    /* the one to be read, from 1 */
	int users;                        /* its statement, and those queued */
};

/* A statement that waits for settle. */
struct cc_postgres_queued {
	struct cc_postgres_text *text;
	const char **values;
	cc_outcome done;
	void *a, *b;
	int64_t changes;
};

/* What cc->db is. */
struct cc_postgres {
	PGconn *conn;                     /* the application's; NULL: it is gone */
	int64_t changes, writes;          /* of the last statement; in all */
	bool own;                         /* the runtime's own statements run */
	bool failed, rolled;              /* since: the application's own failed; said ROLLBACK */
	struct cc_postgres_queued *queue;
	size_t n_queued, queue_capacity;
	struct cc_arena memory;           /* of the queue */
};

static inline struct cc_postgres *
cc_postgres_of(const struct cc *cc)
{
	return cc->db;
}

/* ---- postgres.c ----------------------------------------------------------------------------- */

/* From now on results of the connection are heard of. */
int cc_postgres_listen(struct cc *cc);

/* ---- postgres_text.c ------------------------------------------------------------------------ */

/* Appends the text as PostgreSQL reads it; *n: the last parameter, if there is one beyond it. */
void cc_postgres_rewrite(struct cc_text *out, const char *sql, int *n);
int cc_postgres_prepare(struct cc_statement *st);
void cc_postgres_finalize(struct cc_statement *st);
void cc_postgres_release(struct cc_postgres_text *text);
void cc_postgres_bind_int(struct cc_statement *st, int i, int64_t value);
void cc_postgres_bind_float(struct cc_statement *st, int i, double value);
void cc_postgres_bind_text(struct cc_statement *st, int i, const char *text);
bool cc_postgres_is_control(const char *sql);

/* ---- postgres_run.c ------------------------------------------------------------------------- */

/* Whether the connection can be used: CC_OK, or a message. */
int cc_postgres_ready(struct cc *cc);
/* Of an error: the message becomes its. */
int cc_postgres_failed(struct cc *cc, const PGresult *result);
/* The transaction is beyond going on in: nothing is undone then. */
bool cc_postgres_is_final(int result);
/* Takes the result of the next command in a pipeline; the first error's stays in *failed. */
int cc_postgres_take(struct cc *cc, PGresult **out, int *failed);
bool cc_postgres_pipeline(struct cc *cc);
void cc_postgres_pipeline_end(struct cc *cc);
bool cc_postgres_send(struct cc *cc, const char *sql);
bool cc_postgres_send_text(struct cc *cc, const struct cc_postgres_text *text,
    const char *const *values);
/* Back to before the savepoint, as far as that is still there. */
void cc_postgres_undo(struct cc *cc, int result);
int cc_postgres_step(struct cc_statement *st);
void cc_postgres_reset(struct cc_statement *st);
int cc_postgres_exec(struct cc *cc, const char *sql);

/* ---- postgres_pipeline.c -------------------------------------------------------------------- */

int cc_postgres_submit(struct cc_statement *st, cc_outcome done, void *a, void *b);
int cc_postgres_settle(struct cc *cc);
void cc_postgres_queue_free(struct cc_postgres *pg);

/* ---- postgres_value.c ------------------------------------------------------------------------ */

int cc_postgres_columns(struct cc_statement *st);
enum cc_value cc_postgres_type(struct cc_statement *st, int column);
int64_t cc_postgres_get_int(struct cc_statement *st, int column);
double cc_postgres_get_float(struct cc_statement *st, int column);
const char *cc_postgres_get_text(struct cc_statement *st, int column);

#endif
#endif
