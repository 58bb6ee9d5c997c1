/*
 * recount.h - the parts of verify, reconcile and repair.
 *
 *   recount.c          the run: options, passes, snapshots, batches
 *   recount_progress.c generations, and how far a run has come
 *   recount_plan.c     which tables and columns, which links
 *   recount_select.c   which statements
 *   recount_table.c    the table of counts in memory (recount_table.h)
 *   recount_load.c     parents into the table
 *   recount_scan.c     children summed into it, what differs
 *   recount_grouped.c  children that reach their parents through other rows, or up a tree
 *   recount_missing.c  rows of upsert tables that are not there
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

#include "recount_table.h"

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
	uint64_t negatives;            /* counts that had gone below zero before */
	size_t used;                   /* bytes of the table */
	uint32_t climbs;               /* up trees, so far */
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
/* Opens a snapshot, unless a transaction is open, and ends it. */
int cc_recount_open_snapshot(struct recount *run);
int cc_recount_close_snapshot(struct recount *run, int result);
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
/* From a child table to parents in memory by links of one step: *n routes, at most one a link. */
void cc_recount_plan_routes(struct recount *run, const struct cc_table *child,
    struct recount_route *routes, size_t *n);
/* ... by one link; false: none. */
bool cc_recount_plan_route(struct recount *run, const struct cc_link *link,
    struct recount_route *route);

/* ---- recount_select.c -------------------------------------------------------- */

/* The parents still to be settled, in key order: fields, sums, derived pairs; bound. */
int cc_recount_select_parents(struct recount *run, struct recount_holder *holder,
    struct cc_statement **out);
int cc_recount_count_parents(struct recount *run, struct recount_holder *holder, uint64_t *out);

/* ---- recount_load.c -------------------------------------------------------------- */

/* Loads parents until the memory is used up; marks of cc_dirty first. */
int cc_recount_load_parents(struct recount *run);
/* The mark of a parent in cc_dirty, as the snapshot has it; or NULL. */
const struct recount_mark *cc_recount_mark_of(struct recount *run,
    const struct recount_holder *holder, const union cc_part *key);

/* ---- recount_scan.c, recount_grouped.c ----------------------------------------------- */

int cc_recount_scan_children(struct recount *run);
int cc_recount_group_children(struct recount *run);
/* The whole of a link's grouped query, for the caller to finalize. */
int cc_recount_prepare_grouped(struct recount *run, const struct cc_link_sql *sql,
    const char *tag, struct cc_statement **out);
/* The anchor that its row is about; *known: it has a key that a parent may have. */
int cc_recount_read_anchor(struct recount *run, struct cc_statement *st,
    const struct cc_target *target, union cc_part *key, bool *known);
/* Sums that the children did not give, from the definitions. */
int cc_recount_define(struct recount *run);
/* Adds amounts, by slot of the route's link, to the sums of a parent. */
void cc_recount_sum(const struct recount_addition *addition, const union cc_number *amounts);
/* Sums become drifts; flags say who differs. */
void cc_recount_compare(struct recount *run);

/* ---- recount_missing.c --------------------------------------------------------------- */

/* Tells of the rows of upsert tables that are not there, or creates them. */
int cc_recount_missing(struct recount *run);

#endif
