/*
 * recount.h - the parts of verify, reconcile and repair.
 *
 *   recount.c          the run: options, passes, snapshots, batches
 *   recount_progress.c generations, and how far a run has come
 *   recount_plan.c     which tables and columns, which statements
 *   recount_table.c    the table of counts in memory
 *   recount_scan.c     parents into the table, children summed into it, what differs
 *   recount_amount.c   what a column holds and should: add, compare, print
 *   recount_apply.c    corrections: one UPDATE of a parent row, the log, the generation
 *   recount_one.c      one parent, under the write lock
 *   repair.c           the parents in cc_dirty
 *
 * A pass loads parents in key order, with what their columns hold, until the memory is used up or
 * there are no more; scans each child table that refers to them once; and compares.  All of it
 * reads one snapshot.  Corrections are relative, so they hold beside writers that came later; a
 * generation in cc_progress tells when another recount has put something right meanwhile, and
 * then the pass is done again.
 */
#ifndef CC_RECOUNT_H
#define CC_RECOUNT_H

#include "recount_case.h"

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
	uint8_t *state;                /* n_sums each */
	uint8_t *flags;                /* one each */
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
	struct recount_index *indexes;
	size_t n_indexes;
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

/* One link of a child table whose parents are in memory. */
struct recount_route {
	const struct cc_link *link;
	struct recount_holder *holder;
	struct recount_index *index;   /* NULL: a singleton */
	bool floats;                   /* one of its columns is a float */
};

/*
 * A contribution on its way into the sums of a parent.  Parents are reached at random: the memory
 * of one is asked for when the child is read, and used some children later.
 */
enum { RECOUNT_QUEUE = 32 };
struct recount_addition {
	const struct recount_route *route;
	uint32_t parent;
	bool failed;
};

struct recount {
	struct cc *cc;
	struct cc_recount_options options;     /* with its defaults filled in */
	struct cc_recount_report report;
	struct recount_holder *holders;
	size_t n_holders;
	bool writes;                   /* reconcile without dry_run */
	bool resumes;                  /* progress is kept in the database */
	bool own;                      /* the snapshot's transaction is ours */
	bool failed;                   /* a correction could not be made */
	bool exceeded;                 /* the threshold has been told */
	int64_t deadline;              /* microseconds of the monotonic clock; 0: none */
	uint64_t total;                /* parents, for the progress; 0: unknown */
	size_t used;                   /* bytes of the table */
	struct cc_arena arena;         /* keys in the table */
	struct cc_arena bounds;        /* text of key_from and key_to */
	struct cc_arena row;           /* text of the parent that is read */
	void *parent, *child;          /* room for a row of any table */
	struct cc_text key;            /* encoded, for one lookup */
	union cc_number *deltas;       /* by column of one table */
};

/* ---- recount.c ---------------------------------------------------------------- */

int64_t cc_recount_clock(void);           /* monotonic, microseconds */
bool cc_recount_late(const struct recount *run);  /* the time budget is used up */
void cc_recount_pause(const struct recount *run);
/* Tells of progress after a batch; CC_STOPPED when somebody wants to stop. */
int cc_recount_tell(struct recount *run, const struct recount_holder *holder);

/* ---- recount_progress.c ------------------------------------------------------- */

/* Leaves the mark of a run under way, unless it is there. */
int cc_recount_announce(struct recount *run, struct recount_holder *holder);
/* *valid: the mark is there and the generation is the holder's; which is read anew. */
int cc_recount_check_generation(struct recount *run, struct recount_holder *holder, bool *valid);
/* Stands behind this parent: its key is copied. */
int cc_recount_stand_at(struct recount *run, struct recount_holder *holder,
    const union cc_part *key);
/* Stands where a whole run that did not end stood. */
int cc_recount_resume(struct recount *run, struct recount_holder *holder);
/* In the open transaction; NULL: the run is over. */
int cc_recount_write_progress(struct recount *run, const struct recount_holder *holder,
    const char *key_done);
/* The columns of the table hold what their definitions say: the typed readers may trust them. */
int cc_recount_write_ready(struct recount *run, const struct recount_holder *holder);

/* ---- recount_plan.c ---------------------------------------------------------- */

int cc_recount_plan(struct recount *run);
void cc_recount_free(struct recount *run);
void cc_recount_free_marks(struct recount_holder *holder);
/* The parents still to be settled, in key order: fields, sums, derived pairs; bound. */
int cc_recount_select_parents(struct recount *run, struct recount_holder *holder,
    struct cc_statement **out);
int cc_recount_count_parents(struct recount *run, struct recount_holder *holder, uint64_t *out);
/* From a child table to parents in memory: *n routes, at most one a link. */
void cc_recount_plan_routes(struct recount *run, const struct cc_table *child,
    struct recount_route *routes, size_t *n);

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

/* ---- recount_scan.c -------------------------------------------------------------- */

/* Loads parents until the memory is used up; marks of cc_dirty first. */
int cc_recount_load_parents(struct recount *run);
int cc_recount_scan_children(struct recount *run);
/* Sums become drifts; flags say who differs. */
void cc_recount_compare(struct recount *run);
/* The mark of a parent in cc_dirty, as the snapshot has it; or NULL. */
const struct recount_mark *cc_recount_mark_of(struct recount *run,
    const struct recount_holder *holder, const union cc_part *key);

#endif
