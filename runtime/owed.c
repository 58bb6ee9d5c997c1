/*
 * owed.c - parents whose deltas were lost to a COMMIT without cc_flush.
 *
 * Inside the commit hook no SQL may run, so their keys are kept and written to cc_dirty by the
 * next call, in a transaction of its own or in the one that is open by then.  They are forgotten
 * once that transaction has been committed; should it be rolled back, they are written again.
 */
#include "cc.h"

#include <stdlib.h>
#include <string.h>

void
cc_owed_clear(struct cc *cc)
{
	for (size_t i = 0; i < cc->n_owed; i++)
		free(cc->owed[i].key);
	cc->n_owed = 0;
	cc->owed_written = cc->owed_committed = false;
}

static int
owed_add(struct cc *cc, const struct cc_table *table, const char *key)
{
	char *copy;

	if (cc->n_owed == cc->owed_capacity) {
		size_t capacity = cc->owed_capacity * 2 + 16;
		struct cc_owed *owed = realloc(cc->owed, capacity * sizeof *owed);

		if (owed == NULL)
			return cc_nomem(cc);
		cc->owed = owed;
		cc->owed_capacity = capacity;
	}
	copy = malloc(strlen(key) + 1);
	if (copy == NULL)
		return cc_nomem(cc);
	memcpy(copy, key, strlen(key) + 1);
	cc->owed[cc->n_owed++] = (struct cc_owed){ .table = table, .key = copy };
	cc->owed_written = false;
	return CC_OK;
}

/* An entry leaves what is pending as soon as it is owed: after an error the rest is still there. */
static int
owed_take(struct cc *cc, struct cc_pool *pool, struct cc_entry *entry)
{
	int result;

	if (cc_entry_empty(pool, entry))
		return CC_OK;
	result = cc_entry_json(cc, pool, entry);
	if (result == CC_OK)
		result = owed_add(cc, pool->table, cc->json.data);
	if (result != CC_OK && result != CC_NOTFOUND)
		return result;
	entry->flags = 0;
	memset(entry->delta, 0, pool->table->n_columns * sizeof entry->delta[0]);
	return CC_OK;
}

int
cc_owe_pending(struct cc *cc)
{
	for (size_t i = 0; i < cc->n_filled; i++) {
		struct cc_pool *pool = &cc->pools[cc->filled[i]];

		for (uint32_t k = 0; k < pool->n; k++) {
			int result = owed_take(cc, pool, cc_pool_entry(pool, k));

			if (result != CC_OK)
				return result;
		}
	}
	cc->forgotten = false;
	cc_pending_clear(cc);
	return CC_OK;
}

static int
owed_write(struct cc *cc)
{
	for (size_t i = 0; i < cc->n_owed; i++) {
		int result = cc_mark_dirty(cc, cc->owed[i].table, cc->owed[i].key,
		    "committed without a flush");

		if (result == CC_ABORTED || result == CC_BUSY || result == CC_NOMEM)
			return result;
	}
	return CC_OK;
}

int
cc_pay(struct cc *cc)
{
	bool own = !cc_in_transaction(cc);
	int result;

	if (cc->owed_committed)
		cc_owed_clear(cc);
	if (cc->n_owed == 0 || cc->owed_written)
		return CC_OK;
	if (own) {
		result = cc_command(cc, cc->engine->begin);
		if (result != CC_OK)
			return result == CC_BUSY ? CC_OK : result;
	}
	result = owed_write(cc);
	cc->owed_written = result == CC_OK;
	if (!own)
		return result == CC_BUSY ? CC_OK : result;
	cc->committing = true;
	if (result == CC_OK)
		result = cc_command(cc, "COMMIT");
	cc->committing = false;
	if (result == CC_OK)
		cc_owed_clear(cc);
	else if (cc_in_transaction(cc)) {
		int ignored = cc_command(cc, "ROLLBACK");

		CC_UNUSED(ignored);
	}
	cc->ended = false;
	return result == CC_BUSY ? CC_OK : result;
}
