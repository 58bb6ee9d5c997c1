/*
 * cc_update.h - the UPDATE of one parent's row: which columns it sets (mask.c), its text and its
 * parameters (update.c).  See cc.h.
 */
#ifndef CC_UPDATE_H
#define CC_UPDATE_H

/* mask.c: the columns to set for an entry, at the flush and at once. */
uint64_t cc_mask(const struct cc *cc, const struct cc_pool *pool, const struct cc_entry *entry);
uint64_t cc_mask_immediate(const struct cc *cc, const struct cc_pool *pool,
    const struct cc_entry *entry);

/* update.c: the UPDATE of some columns of one row. */
struct cc_update {
	uint64_t mask, binds;             /* columns that it sets; whose deltas it reads */
	uint64_t up, down;                /* ... of the mask that it sets to one more, one less */
	bool guarded;                     /* changes no row where a column would fail */
	bool plain;                       /* binds are the mask's own, all integers, below the 63rd */
	struct cc_statement *st;
};
int cc_update_get(struct cc *cc, struct cc_pool *pool, uint64_t mask, bool guarded,
    struct cc_update **out);
/* A guarded one that suits what the entry adds. */
int cc_update_get_for(struct cc *cc, struct cc_pool *pool, uint64_t mask,
    const struct cc_entry *entry, struct cc_update **out);
/* For those of some columns that it adds to, or NULL: in a pool of sums (cc_pool.sums). */
int cc_update_get_sums(struct cc *cc, struct cc_pool *pool, const struct cc_entry *entry,
    uint64_t columns, struct cc_update **out);
/* Once the engine is known: sets cc_pool.counts. */
void cc_update_open(struct cc *cc);
/*
 * Binds key and deltas, 0 for what is only read: derived columns follow what the row holds, not
 * what is pending.  parts hold the text until the statement is reset.
 */
void cc_update_bind(struct cc *cc, const struct cc_pool *pool, const struct cc_update *update,
    const struct cc_entry *entry, union cc_part *parts);
/* Columns whose delta a set of columns reads: themselves and derived columns' inputs. */
uint64_t cc_update_reads(const struct cc_pool *pool, uint64_t mask);
void cc_update_bind_key(const struct cc_pool *pool, struct cc_statement *st,
    const struct cc_entry *entry, union cc_part *parts);
void cc_updates_free(struct cc_pool *pool);

#endif
