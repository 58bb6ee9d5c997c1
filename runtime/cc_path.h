/*
 * cc_path.h - rows that are reached through others: what is read on the way, whom an event meets.
 *
 * path.c reads the rows that a child's row needs to be judged, and climbs trees; anchor.c gathers
 * what an event adds to which parents, before and after, and applies the difference; role.c asks
 * the database what rows add that are below one in the middle of their path; event.c calls them.
 */
#ifndef CC_PATH_H
#define CC_PATH_H

/* A row read by a key, until the transaction ends or a row of its table changes. */
struct cc_passed {
	const struct cc_table *from;      /* whose reference */
	const struct cc_reference *by;    /* ... names it: which kind of key */
	size_t length;
	uint64_t hash;
	uint32_t version;                 /* of its table, when it was read */
	bool there;
	bool read;                        /* row and there are as read last */
	bool locked;                      /* nobody else changes it before this transaction ends */
	void *row;
	char key[];
};
/* An event that was judged by rows that others may have changed meanwhile: see validate.c. */
struct cc_told {
	const struct cc_told *before;     /* the one before it, or NULL */
	const struct cc_table *table;
	const void *was, *is;             /* the row; NULL: not there */
};
/* A parent that an event concerns. */
struct cc_anchor;
struct cc_pool;

struct cc_paths {
	struct cc_passed **passed;        /* hash table */
	size_t n_passed, passed_capacity;
	struct cc_arena rows;             /* ... and its memory */
	uint32_t *versions;               /* by table: rows read under an older one are stale */
	const void **hops;                /* room for the rows of one link, */
	const struct cc_table **tables;   /* ... and their tables */

	const struct cc_link *link;       /* the event's, as far as its anchors are concerned */
	struct cc_anchor **anchors;       /* hash table */
	size_t n_anchors, anchors_capacity;
	struct cc_anchor *first, **end;   /* in the order found */
	struct cc_arena memory;           /* ... and their memory */
	bool *forced;                     /* by slot: touched where the row counts on both sides */
	uint32_t climbs;                  /* stamps one climb */
	bool circle;                      /* one of the event's climbs met a row twice */
	union cc_number *amounts;         /* room for those of one link */
	bool refuse;                      /* a verb: no row may become its own ancestor */
	const void *was;                  /* the event's row before it; NULL: it was not there */
	bool walking;                     /* several rows at once: a cascade, or many of one table */
	const struct cc_table *many;      /* ... of this one, whose rows were so before, */
	const char *befores;
	size_t n_befores;                 /* ... each of its full size */
	const struct cc_told *told;       /* the last event, where others write beside */
	struct cc_arena told_memory;
	bool locking;                     /* rows are read under a lock: the flush */
	bool suspect;                     /* a row was not what it had been taken for */
};

/* One side of an event: what was, or what is. */
struct cc_side {
	const struct cc_table *table;
	const void *row;                  /* of the row that changes; NULL: it is not there */
	const void *other;                /* ... on the other side, where it is there on both */
	bool plus;
	uint32_t flags;                   /* CC_ENTRY_…, in place of amounts */
};

/* A row whose inputs may change, while it is written. */
struct cc_flow {
	bool any;                         /* the schema has inputs */
	bool lost;                        /* a change could not be told on: roll back */
	uint64_t told;                    /* how many changes were */
	const struct cc_table *watched;   /* of the row; NULL: none is */
	void *before, *after;
	struct cc_arena arena;            /* their text */
};

/* All fields that the runtime knows of a row, and the size of the struct that holds them. */
static inline uint16_t
cc_n_fields(const struct cc_table *table)
{
	return (uint16_t)(table->n_fields + table->n_inputs);
}

static inline size_t
cc_full_size(const struct cc_table *table)
{
	return table->full_size > table->row_size ? table->full_size : table->row_size;
}

/* ---- path.c ------------------------------------------------------------------------------ */

int cc_path_open(struct cc *cc);
void cc_path_free(struct cc *cc);
void cc_path_forget(struct cc *cc, const struct cc_table *table);
void cc_path_forget_all(struct cc *cc);
void cc_path_clear(struct cc *cc);             /* the transaction is over */
void cc_path_settled(struct cc *cc);           /* its events have been applied */
/* Reads the row again, under a lock. */
int cc_path_lock(struct cc *cc, struct cc_passed *passed);
/*
 * The row that a reference of a table names; *out is NULL where there is none.  When it is the row
 * that changes (self), that image of it; by a key that this has on the other side alone, none.
 */
int cc_path_read(struct cc *cc, const struct cc_table *table, const struct cc_reference *reference,
    const union cc_part *key, const struct cc_side *self, const void **out);
/*
 * What a row contributes through a link; the anchor's key is there also where an amount failed.
 * The rows on the way stay in cc->paths.hops until the next call.
 */
int cc_judge(struct cc *cc, const struct cc_link *link, const struct cc_side *of,
    struct cc_contribution *to, bool *counts);
/*
 * Does the row of the event stand in a tree elsewhere than before?  Only then has it made the circle
 * that it is met in, or the tree too high.
 */
bool cc_path_grafts(const struct cc *cc, const struct cc_reference *tree,
    const struct cc_side *side);
/* A row of trees that no link climbs row by row comes to stand in them: not above itself. */
int cc_path_trees(struct cc *cc, const struct cc_side *side);
/* A key in a reference's order as one in the target's. */
void cc_path_target_key(const struct cc_target *target, const struct cc_reference *reference,
    const union cc_part *parts, union cc_part *key);

/* ---- anchor.c ---------------------------------------------------------------------------- */

void cc_anchors_begin(struct cc *cc, const struct cc_link *link);
/* Adds amounts (or flags) to one side of an anchor, and of its ancestors where the link climbs. */
int cc_anchors_add(struct cc *cc, const struct cc_side *side, const union cc_part *key,
    const union cc_number *amounts);
/* Applies what the sides differ by; insert: of a new child's row. */
int cc_anchors_apply(struct cc *cc, bool insert);
void cc_anchors_free(struct cc *cc);

/* The row is to be set from a recount: of that, its primary key is told. */
int cc_anchor_recount(struct cc *cc, uint16_t pool, const union cc_part *key);

/* ---- validate.c ----------------------------------------------------------------------------- */

/* Keeps an event for the flush, where others write beside. */
int cc_validate_tell(struct cc *cc, const struct cc_table *table, const void *before,
    const void *after);
/* Locks what events were judged by; where it changed meanwhile the parents are recounted. */
int cc_validate(struct cc *cc);

/* ---- flow.c -------------------------------------------------------------------------------- */

int cc_flow_open(struct cc *cc);
void cc_flow_free(struct cc *cc);
/* Before columns (mask) of a row are written by the runtime, and after it: others read them. */
int cc_flow_watch(struct cc *cc, struct cc_pool *pool, const union cc_part *key, uint64_t mask);
int cc_flow_told(struct cc *cc);
/* An application's row with the inputs that are stored, or with NULL and 0 in place of them. */
int cc_flow_full(struct cc *cc, const struct cc_table *table, const void *row, void *out);
void cc_flow_without(const struct cc_table *table, const void *row, void *out);
/* A row that was counted without its inputs has been inserted. */
int cc_flow_inserted(struct cc *cc, const struct cc_table *table, const void *counted);

/* ---- role.c, event.c ----------------------------------------------------------------------- */

/* What rows add that are below one that came, changed or went. */
int cc_count_roles(struct cc *cc, const struct cc_table *table, const void *before,
    const void *after);
/*
 * Reads a row of a grouped query: the key of the anchor, and into cc->paths.amounts what is added
 * there; *known: no part of the key is NULL.
 */
int cc_role_read(struct cc *cc, const struct cc_link *link, struct cc_statement *st,
    union cc_part *key, bool *known);
/* cc_count for tables whose links have hops or climb, and for those with roles. */
int cc_count_event(struct cc *cc, const struct cc_table *table, const void *before,
    const void *after);
/* The event's parents, as rows on the way are now, are to be recounted. */
int cc_count_again(struct cc *cc, const struct cc_told *told);
/* cc_count_event without the roles, and not all or nothing. */
int cc_count_apart(struct cc *cc, const struct cc_table *table, const void *before,
    const void *after);

static inline bool
cc_link_is_far(const struct cc_link *link)
{
	return link->judge != NULL || link->climbs || link->flags & CC_LINK_ASKED;
}

#endif
