/*
 * postgres_pipeline.c - the statements of a flush in one round trip.
 *
 * submit keeps a statement with its parameters; settle sends all of them inside one savepoint and
 * only then tells what became of each, as hearing of it may send statements again.  Where one
 * fails all are undone, and each is sent again by itself: its failure is then its own.
 */
#include "cc_postgres.h"

#ifdef LIBPQ_HAS_PIPELINING

#include <stdlib.h>
#include <string.h>

static int
pipeline_keep_values(struct cc *cc, const struct cc_postgres_text *text, const char ***out)
{
	struct cc_postgres *pg = cc_postgres_of(cc);
	const char **values = cc_arena_get(&pg->memory, ((size_t)text->n + 1) * sizeof *values);

	if (values == NULL)
		return cc_nomem(cc);
	for (int i = 0; i < text->n; i++) {
		values[i] = text->values[i];
		if (values[i] != NULL && text->types[i] != 0)
			values[i] = NULL;         /* nobody reads it */
		else if (values[i] != NULL &&
		    (values[i] = cc_arena_copy(&pg->memory, values[i])) == NULL)
			return cc_nomem(cc);
	}
	*out = values;
	return CC_OK;
}

/* Room for one more, or NULL. */
static struct cc_postgres_queued *
pipeline_room(struct cc_postgres *pg)
{
	if (pg->n_queued == pg->queue_capacity) {
		size_t capacity = pg->queue_capacity * 2 + 16;
		struct cc_postgres_queued *queue = realloc(pg->queue, capacity * sizeof *queue);

		if (queue == NULL)
			return NULL;
		pg->queue = queue;
		pg->queue_capacity = capacity;
	}
	return &pg->queue[pg->n_queued];
}

int
cc_postgres_submit(struct cc_statement *st, cc_outcome done, void *a, void *b)
{
	struct cc *cc = st->cc;
	struct cc_postgres *pg = cc_postgres_of(cc);
	struct cc_postgres_queued *queued;
	int result = st->bind_error;

	st->bind_error = CC_OK;
	if (result != CC_OK)
		return done(cc, a, b, cc_fail(cc, result, "a value could not be bound"), 0);
	queued = pipeline_room(pg);
	if (queued == NULL)
		return cc_nomem(cc);
	*queued = (struct cc_postgres_queued){ .text = st->handle, .done = done, .a = a, .b = b };
	result = pipeline_keep_values(cc, st->handle, &queued->values);
	if (result != CC_OK)
		return result;
	queued->text->users++;
	pg->n_queued++;
	return CC_OK;
}

/* Sends n statements and takes their results; an error is that of the first that failed. */
static int
pipeline_all(struct cc *cc, struct cc_postgres_queued *queue, size_t n)
{
	struct cc_postgres *pg = cc_postgres_of(cc);
	bool sent = cc_postgres_pipeline(cc) &&
	    cc_postgres_send(cc, "SAVEPOINT " CC_POSTGRES_SAVEPOINT);
	PGresult *result;
	int failed = CC_OK;

	for (size_t i = 0; sent && i < n; i++)
		sent = cc_postgres_send_text(cc, queue[i].text, queue[i].values);
	if (!sent || !cc_postgres_send(cc, "RELEASE " CC_POSTGRES_SAVEPOINT) ||
	    PQpipelineSync(pg->conn) != 1) {
		pg->own = false;
		return cc_fail(cc, CC_ABORTED, "%s", PQerrorMessage(pg->conn));
	}
	for (size_t i = 0; i < n + 2; i++) {
		int one = cc_postgres_take(cc, &result, &failed);

		if (one == CC_OK && i > 0 && i <= n)
			queue[i - 1].changes = strtoll(PQcmdTuples(result), NULL, 10);
		PQclear(result);
	}
	cc_postgres_pipeline_end(cc);
	if (failed != CC_OK)
		cc_postgres_undo(cc, failed);
	return failed;
}

/* By itself, in a savepoint of its own. */
static int
pipeline_one(struct cc *cc, struct cc_postgres_queued *queued)
{
	struct cc_postgres_text *text = queued->text;
	struct cc_statement st = { .cc = cc, .handle = text };
	int result;

	memcpy(text->values, queued->values, (size_t)text->n * sizeof *text->values);
	result = cc_run(&st);
	memset(text->values, 0, (size_t)text->n * sizeof *text->values);
	queued->changes = result == CC_OK ? cc_changes(cc) : 0;
	/* a timeout is a counter's failure as any other: the flush goes on */
	return result == CC_BUSY ? CC_ERROR : result;
}

/* What has been applied is told in any case: it must not be applied again. */
static int
pipeline_tell(struct cc *cc, struct cc_postgres_queued *queue, size_t n, int all)
{
	int result = CC_OK;

	for (size_t i = 0; i < n; i++) {
		int one = CC_OK, told;

		if (all != CC_OK)
			one = result == CC_OK ? pipeline_one(cc, &queue[i]) : result;
		if (cc_postgres_is_final(one))
			return one;
		if (all != CC_OK && result != CC_OK)
			continue;
		told = queue[i].done(cc, queue[i].a, queue[i].b, one, queue[i].changes);
		result = result == CC_OK ? told : result;
	}
	return result;
}

int
cc_postgres_settle(struct cc *cc)
{
	struct cc_postgres *pg = cc_postgres_of(cc);
	struct cc_postgres_queued *queue = pg->queue;
	struct cc_arena memory = pg->memory;
	size_t n = pg->n_queued, capacity = pg->queue_capacity;
	int result;

	if (n == 0)
		return CC_OK;
	/* hearing of an outcome may submit and settle anew */
	pg->queue = NULL;
	pg->n_queued = pg->queue_capacity = 0;
	pg->memory = (struct cc_arena){ 0 };
	result = cc_postgres_ready(cc);
	if (result == CC_OK) {
		int all = pipeline_all(cc, queue, n);

		result = cc_postgres_is_final(all) ? all : pipeline_tell(cc, queue, n, all);
	}
	for (size_t i = 0; i < n; i++)
		cc_postgres_release(queue[i].text);
	cc_postgres_queue_free(pg);
	pg->queue = queue;
	pg->queue_capacity = capacity;
	pg->memory = memory;
	cc_arena_reset(&pg->memory);
	return result;
}

void
cc_postgres_queue_free(struct cc_postgres *pg)
{
	for (size_t i = 0; i < pg->n_queued; i++)
		cc_postgres_release(pg->queue[i].text);
	pg->n_queued = 0;
	free(pg->queue);
	cc_arena_free(&pg->memory);
}

#endif
