/*
 * cc_calls.h - between the sources of the runtime: the accumulator, the flush, counting rows.
 * See cc.h.
 */
#ifndef CC_CALLS_H
#define CC_CALLS_H

/* ---- the accumulator -------------------------------------------------------------------- */

int cc_accumulator_open(struct cc *cc);
void cc_accumulator_free(struct cc *cc);
/* Finds or adds the parent and journals it: may be changed then.  NULL: no memory. */
struct cc_entry *cc_entry_get(struct cc *cc, uint16_t pool, const union cc_part *key);
struct cc_entry *cc_entry_find(struct cc *cc, uint16_t pool, const union cc_part *key);
int cc_entry_save(struct cc *cc, uint16_t pool, struct cc_entry *entry);
/* To be called before an entry is changed that cc_entry_get did not just return. */
static inline int
cc_entry_journal(struct cc *cc, uint16_t pool, struct cc_entry *entry)
{
	return entry->epoch < cc->mark_epoch ? cc_entry_save(cc, pool, entry) : CC_OK;
}

/* The key of a narrow pool's entry. */
static inline int64_t
cc_entry_narrow(const struct cc_entry *entry)
{
	return (int64_t)(entry->key ^ UINT64_C(1) << 63);
}

void cc_entry_parts(const struct cc_pool *pool, const struct cc_entry *entry,
    union cc_part *parts);
bool cc_pending(const struct cc *cc);
uint64_t cc_pending_count(const struct cc *cc);
void cc_pending_clear(struct cc *cc);                /* and every mark */
void cc_pending_drop(struct cc *cc);                 /* but no mark; none may be journaling */
/* Nothing is sent to the database by these. */
int cc_mark_push(struct cc *cc, enum cc_mark_kind kind, const char *name);
void cc_mark_rewind(struct cc *cc, size_t mark);     /* pending as it was; forgets those above */
void cc_mark_pop(struct cc *cc, size_t mark);        /* forgets it and those above */

/* ---- transactions, flush ------------------------------------------------------------------ */

/* An engine tells: a COMMIT is under way; false: let it be a rollback. */
bool cc_committing(struct cc *cc);
/* ... the transaction was rolled back. */
void cc_rolled_back(struct cc *cc);
/* What every public call starts with: looks whether a transaction ended meanwhile. */
int cc_enter(struct cc *cc);
/* ... in short, where one is open and none ended meanwhile. */
static inline bool
cc_undisturbed(struct cc *cc)
{
	cc->message[0] = '\0';
	return cc->engine->enter == NULL && !cc->ended && !cc->forgotten && cc->n_owed == 0 &&
	    cc_in_transaction(cc);
}
/* ... and what the last one does: nobody will flush any more. */
void cc_leave(struct cc *cc);
/* owed.c: what is pending becomes owed, and is cleared. */
int cc_owe_pending(struct cc *cc);
/* Writes what is owed to cc_dirty; CC_OK also when it must wait. */
int cc_pay(struct cc *cc);
void cc_owed_clear(struct cc *cc);
/* Opens a transaction when there is none (*own), and ends it: commits when result is CC_OK. */
int cc_protect(struct cc *cc, bool *own);
int cc_unprotect(struct cc *cc, bool own, int result);

/* Columns of a table as bits; all from 63 on share one. */
static inline uint64_t
cc_bit(size_t column)
{
	return UINT64_C(1) << (column < 63 ? column : 63);
}

#include "cc_update.h"

/* lock.c: rows that a statement reads will be deleted, in the order of their keys. */
int cc_prepare_going(struct cc *cc, struct cc_statement **out, const struct cc_table *table,
    const char *sql);
/* Submits a lock on an entry's row, before its UPDATE; locks a row at once where others write. */
int cc_lock_entry(struct cc *cc, struct cc_pool *pool, const struct cc_entry *entry);
int cc_lock_row(struct cc *cc, struct cc_pool *pool, const union cc_part *key);
/* Whether a link climbs by the field; a verb is about to change one: before it locks the row. */
bool cc_climbs_by(const struct cc *cc, const struct cc_table *table, uint16_t field);
int cc_lock_tree(struct cc *cc, const struct cc_table *table);

/* mend.c: the UPDATE of an entry changed no row: finds out why, does what can be done. */
int cc_mend(struct cc *cc, struct cc_pool *pool, struct cc_entry *entry, uint64_t mask);
/* A counter of this parent could not be kept (cc->message says why): reported, marked dirty. */
int cc_counter_failed(struct cc *cc, struct cc_pool *pool, const struct cc_entry *entry,
    const char *column);
void cc_applied(struct cc *cc, struct cc_pool *pool, const struct cc_entry *entry);
/* Drift of this parent has been put right: a count below zero, which proved it, proves no more. */
int cc_mend_settled(struct cc *cc, const struct cc_table *table, const union cc_part *key);
/*
 * Writes a parent to cc_dirty in the open transaction; key is JSON.  Failing is reported as an
 * event and returned, so that CC_ABORTED is seen.
 */
int cc_mark_dirty(struct cc *cc, const struct cc_table *table, const char *key,
    const char *reason);

/* order.c: the entries of a pool that have one of the flags (0: are not empty), by their keys. */
struct cc_ordered {
	uint64_t key;                     /* entry's; of wide keys their place */
	uint32_t index;
};
int cc_order(struct cc *cc, const struct cc_pool *pool, uint32_t flags, struct cc_ordered **out,
    size_t *n);

#include "cc_valued.h"

/* Around many calls of the engine. */
static inline void
cc_hold(struct cc *cc, bool on)
{
	if (cc->engine->hold != NULL)
		cc->engine->hold(cc, on);
}

/* Applies everything that is pending. */
int cc_flush_pending(struct cc *cc);
/* Applies immediate columns now: of one parent, of all. */
int cc_flush_entry(struct cc *cc, uint16_t pool, struct cc_entry *entry);
int cc_flush_immediate(struct cc *cc);
/* Reads a parent's row by a pool's key, into cc->found with text in scratch; CC_NOTFOUND. */
int cc_find_row(struct cc *cc, struct cc_pool *pool, const union cc_part *key);
int cc_find_row_into(struct cc *cc, struct cc_pool *pool, const union cc_part *key, void *out,
    struct cc_arena *arena);
/* ... which is about to be written. */
int cc_find_row_locked(struct cc *cc, struct cc_pool *pool, const union cc_part *key, void *out,
    struct cc_arena *arena);
/* The primary key of the parent behind an entry, as JSON in cc->json; CC_NOTFOUND: no row. */
int cc_entry_json(struct cc *cc, struct cc_pool *pool, const struct cc_entry *entry);

/* count.c: what one hook does to one entry; all entries are there before any is changed. */
struct cc_change {
	struct cc_entry *entry;
	const struct cc_link *link;       /* NULL: flags only */
	const union cc_number *plus, *minus;  /* by slot; or, added as they are: */
	const union cc_number *sums;
	uint32_t flags;                   /* set these */
	uint16_t pool;
	bool insert, drop;                /* of a new row; nothing is pending any more */
	struct cc_entry *heir;            /* drop: of the same row under its new key, or NULL */
};
/*
 * Counts a row that came (before is NULL), changed, or went (after is NULL).  All or nothing but
 * for the database: immediate columns are applied when `now`, else by cc_flush_immediate.
 */
int cc_count(struct cc *cc, const struct cc_table *table, const void *before,
    const void *after, bool now);
/* The same for a row alone: not links with hops or climbs, not its roles. */
int cc_count_near(struct cc *cc, const struct cc_table *table, const void *before,
    const void *after, bool now);
void cc_change_entry(struct cc *cc, const struct cc_change *change);
/* An amount has no value: the parents on both sides are dirty, nothing is added; rows may be NULL. */
int cc_count_failed(struct cc *cc, const struct cc_table *table, const struct cc_link *link,
    const void *before, const void *after, size_t *n);
/* What one link changes; amounts has room for twice its slots. */
int cc_count_link(struct cc *cc, const struct cc_table *table, const struct cc_link *link,
    const void *before, const void *after, union cc_number *amounts, bool insert, size_t *n);
/* sum.c: who may go the quick way; what links change that are not far (NULL: out of scope). */
void cc_sum_open(struct cc *cc);
int cc_count_links(struct cc *cc, const struct cc_table *table, const void *before,
    const void *after, bool insert, size_t *n);
void cc_sum_add(const struct cc_change *change);
/* Applies the immediate columns of what was counted last. */
int cc_count_immediate(struct cc *cc);
/* The row is gone: what is pending for it is void. */
int cc_count_drop(struct cc *cc, const struct cc_table *table, const void *row);
/* hook.c: starts a hook: false in a skip block or on error.  *own as of cc_protect. */
bool cc_hook_begin(struct cc *cc, uint64_t rows, bool *own, int *result);
/* verb.c: reads a row by its primary key; text goes to the arena.  CC_NOTFOUND. */
int cc_load(struct cc *cc, const struct cc_table *table, const union cc_part *key, void *out,
    struct cc_arena *arena);
/* ... and locks it, where others write beside: to be changed, or to go. */
int cc_load_locked(struct cc *cc, const struct cc_table *table, const union cc_part *key, void *out,
    struct cc_arena *arena, bool going);
/* cascade.c: the row goes, and with it what the database deletes or sets NULL. */
int cc_count_cascade(struct cc *cc, const struct cc_table *table, const void *row);
/* ... all n rows of a statement (as `referring`) that name a parent by a reference. */
int cc_count_cascades(struct cc *cc, const struct cc_table *table, const struct cc_reference *by,
    struct cc_statement *st, int64_t *n);
/* moment.c: cc->swept and cc->moments are as the open transaction has them. */
int cc_moments_open(struct cc *cc);
int cc_moments_load(struct cc *cc);
static inline int
cc_moments_know(struct cc *cc)
{
	return cc->moments_known || cc->schema->n_moments == 0 ? CC_OK : cc_moments_load(cc);
}
/* The same for a sweep: until it is over no flush goes on that has judged by them. */
int cc_moments_lock(struct cc *cc);
/* For a flush: no sweep comes before it is over; *moved: one came since they were read. */
int cc_moments_hold(struct cc *cc, bool *moved);
/* The moments as of a time; CC_MISUSE: one is beyond all times. */
int cc_moments_of(struct cc *cc, int64_t now, int64_t *moments);
int cc_moments_write(struct cc *cc, int64_t now, const int64_t *moments);
int cc_moments_install(struct cc *cc);
/* For this connection alone it is another time; and as it was. */
int cc_moments_pretend(struct cc *cc, int64_t now);
int cc_moments_return(struct cc *cc);
/* open.c: what every engine's open does before and after it looks at the database. */
struct cc *cc_new(const struct cc_schema *schema, const struct cc_schema_sql *sql,
    const struct cc_options *options);
int cc_prepare_schema(struct cc *cc);
/* CC_SCHEMA: it was made for another runtime, or not for this engine. */
int cc_check_schema(struct cc *cc, const char *engine);
/* CC_SCHEMA: the table does not have one row. */
int cc_check_singleton(struct cc *cc, const struct cc_table *table);

/*
 * recount*.c: sets the linear and derived columns of one row (by primary key) from its children,
 * in the open transaction; touch: sets what those touch that differ.  CC_NOTFOUND: no such row, or
 * outside its scope.
 */
int cc_recount_one(struct cc *cc, const struct cc_table *table, const union cc_part *key,
    bool touch);
/*
 * A row came under a key that another may have had: a recount that is under way must not take what
 * it knows of that one for this one's.  Writes nothing when none is.
 */
int cc_recount_warn(struct cc *cc, const struct cc_table *table);
int cc_recount_warn_all(struct cc *cc);        /* what has been put off, at the flush's end */

#endif
