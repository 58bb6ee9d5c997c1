/*
 * recount_table.h - parents in memory: what a recount knows of each, and how children find them.
 */
#ifndef CC_RECOUNT_TABLE_H
#define CC_RECOUNT_TABLE_H

#include "recount_case.h"

struct recount;

enum { RECOUNT_CHUNK = 1024 };

enum {                                 /* of one parent */
	RECOUNT_DIFFERS = 1,           /* something is to be written */
	RECOUNT_DERIVED = 2,           /* a derived column does not follow from the stored inputs */
	RECOUNT_DIRTY = 4              /* it is in cc_dirty */
};

/* What is known of RECOUNT_CHUNK parents, an array a member. */
struct recount_chunk {
	union cc_number *sums;         /* n_sums each: what the children add up to, then the drift */
	union cc_number *stored;       /* n_sums each; 0 where NULL */
	union cc_part *key;            /* n_key each: the primary key */
	union cc_part *up;             /* n_up each: by climb, the key of the row above */
	uint32_t *stamp;               /* one each, where there are climbs: the last that came by */
	uint8_t *state;                /* n_sums each */
	uint8_t *flags;                /* one each */
	uint8_t *above;                /* n_climbs each: there is a row above */
};

/* Finds a loaded parent by the key of one target. */
struct recount_slot {
	union {
		int64_t integer;
		const char *bytes;     /* memcomparable, behind its 4 bytes of length */
	} key;
	uint32_t hash;
	uint32_t parent;               /* number + 1; 0: free */
};
struct recount_index {
	const struct cc_target *target;
	struct recount_slot *slots;
	uint32_t n, n_slots;           /* n_slots: a power of two, or 0 */
	bool narrow;                   /* the key is one integer */
	bool repeated;                 /* several parents have the same key */
	int64_t least, greatest;       /* narrow: of the keys */
	uint32_t *direct;              /* by key - least: number + 1, or 0; instead of slots */
	uint64_t n_direct;
};

/* A tree of the holder's rows that links climb. */
struct recount_climb {
	const struct cc_reference *by;
	struct recount_index *index;
	size_t first;                  /* in a row's up */
};

/* A mark of cc_dirty as the snapshot has it. */
struct recount_mark {
	char *encoded;                 /* memcomparable key */
	size_t length;
	char *json;
	int64_t at;
};

/* One table with maintained columns. */
struct recount_holder {
	const struct cc_table *table;
	const struct cc_table_sql *sql;
	const struct cc_pool *pool;    /* of the primary key */
	bool *wanted;                  /* by column */
	bool whole;                    /* every column is wanted */
	uint16_t *place;               /* by column: which sum children add to, or CC_NONE */
	uint16_t *columns;             /* by sum */
	uint16_t n_sums;
	bool *undone;                  /* by sum: the children could not be summed */
	struct recount_index *indexes;
	size_t n_indexes;
	struct recount_climb *climbs;
	size_t n_climbs, n_up;
	struct recount_chunk *chunks;
	size_t n_chunks, chunks_capacity;
	uint32_t n;                    /* parents in memory */
	uint32_t done;                 /* ... of which so many are settled */
	union cc_part *after;          /* key of the last settled parent, if */
	struct cc_arena after_text;
	bool started;                  /* ... there is one */
	bool present;                  /* its parents are in memory, */
	bool loaded;                   /* ... the last one too */
	bool blind;                    /* derived columns are looked at parent by parent */
	bool settled;                  /* nothing is left to do */
	int64_t generation;            /* of the snapshot */
	struct recount_mark *marks;
	size_t n_marks;
};

/* ---- recount_table.c ----------------------------------------------------------- */

/* A new parent, its sums 0; CC_NOMEM. */
int cc_recount_add_parent(struct recount *run, struct recount_holder *holder, uint32_t *out);
int cc_recount_index_parent(struct recount *run, struct recount_holder *holder,
    struct recount_index *index, const union cc_part *key, uint32_t parent);
/* The slot of the first parent with this key, or NULL; then of the next one with it. */
const struct recount_slot *cc_recount_find(struct recount *run, struct recount_holder *holder,
    const struct recount_index *index, const union cc_part *key);
const struct recount_slot *cc_recount_find_next(const struct recount_index *index,
    const struct recount_slot *slot);
/* All parents are there: keys that lie close together get a table of their own. */
int cc_recount_index_done(struct recount *run, struct recount_index *index);
/* Forgets the parents of every holder. */
void cc_recount_clear(struct recount *run);
void cc_recount_free_table(struct recount *run);

static inline const struct recount_chunk *
recount_chunk_of(const struct recount_holder *holder, uint32_t parent)
{
	return &holder->chunks[parent / RECOUNT_CHUNK];
}

static inline union cc_number *
recount_sums(const struct recount_holder *holder, uint32_t parent)
{
	return recount_chunk_of(holder, parent)->sums +
	    (size_t)(parent % RECOUNT_CHUNK) * holder->n_sums;
}

static inline union cc_number *
recount_stored(const struct recount_holder *holder, uint32_t parent)
{
	return recount_chunk_of(holder, parent)->stored +
	    (size_t)(parent % RECOUNT_CHUNK) * holder->n_sums;
}

static inline uint8_t *
recount_state(const struct recount_holder *holder, uint32_t parent)
{
	return recount_chunk_of(holder, parent)->state +
	    (size_t)(parent % RECOUNT_CHUNK) * holder->n_sums;
}

static inline union cc_part *
recount_key(const struct recount_holder *holder, uint32_t parent)
{
	return recount_chunk_of(holder, parent)->key +
	    (size_t)(parent % RECOUNT_CHUNK) * holder->table->n_key;
}

static inline uint8_t *
recount_flags(const struct recount_holder *holder, uint32_t parent)
{
	return recount_chunk_of(holder, parent)->flags + parent % RECOUNT_CHUNK;
}

static inline union cc_part *
recount_up(const struct recount_holder *holder, uint32_t parent)
{
	return recount_chunk_of(holder, parent)->up + parent % RECOUNT_CHUNK * holder->n_up;
}

static inline uint32_t *
recount_stamp(const struct recount_holder *holder, uint32_t parent)
{
	return recount_chunk_of(holder, parent)->stamp + parent % RECOUNT_CHUNK;
}

static inline uint8_t *
recount_above(const struct recount_holder *holder, uint32_t parent)
{
	return recount_chunk_of(holder, parent)->above + parent % RECOUNT_CHUNK * holder->n_climbs;
}

#endif
