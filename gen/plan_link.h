/*
 * plan_link.h - what rows of one table change in the rows of another: links and their terms.
 *
 * A link is all that rows of a child add to rows of a holder along one path; a slot of it is what
 * that is for one column.  A column that is not linear has slots too: a row that counts there makes
 * it be computed again.
 */
#ifndef GEN_PLAN_LINK_H
#define GEN_PLAN_LINK_H

#include "join.h"
#include "schema.h"

struct plan;
struct plan_column;
struct plan_field;
struct plan_moment;
struct plan_reference;
struct plan_table;

struct plan_term {                     /* factor * count(*) or sum(…) from a child */
	struct plan_column *column;
	struct plan_link *link;
	int64_t factor;
	const struct source_clause *source;
	const struct expr *where;          /* as far as no source stands in it; or NULL */
	bool watched;                      /* every change of the row matters */
	bool inner;                        /* of a source in a condition or value of another */
	const struct expr *value;          /* what is summed; NULL: a count */
	const struct expr *amount;         /* factor * value, in units of decimals; NULL: factor */
	const struct expr *there;          /* that value is not NULL; NULL: it never is */
	bool minus;                        /* subtracted: factor is -1 and not in `amount` */
	int scale;                         /* of a decimal amount */
	int64_t divisor;                   /* of a decimal amount for a float column: units of 1 */
	const char *extreme;               /* of values of which the best is kept: what makes an amount
	                                      of one; or NULL */
	const struct expr **parts;         /* patched: what a row tells of its place in the shape */
	unsigned n_parts;
	bool first;                        /* of its slot */
	struct plan_term *next;            /* of the column */
	struct plan_term *next_in_slot;
};

struct plan_slot {                     /* what a link adds to one column */
	struct plan_column *column;
	bool derived;                      /* 1 where the row counts in one of the terms */
	struct plan_term *terms;           /* list by next_in_slot */
	struct plan_field **reads;         /* derived: fields of the child's row that it reads */
	unsigned n_reads;
	struct plan_slot *next;
};

struct plan_hop {                      /* a row that is read before the child can be judged */
	struct plan_table *table;
	const struct join_row *row;
	struct plan_reference *reference;  /* by which `from` names it */
	unsigned from;                     /* 0: the child; i: hop i - 1 */
	const char *name;                  /* its variable in C: "stance_id" */
	bool required;
};

/*
 * The key of the anchor, the first row that a child counts in (where the path ends, or where it
 * begins to climb), is that of `reference` in row `anchor`, or without one that row's own.
 */
struct plan_link {                     /* all that a child's rows add along one path */
	struct plan_table *child, *holder;
	const struct step *by;             /* the path; NULL: the holder is a singleton */
	struct plan_reference *reference;
	unsigned anchor;                   /* 0: the child; i: hop i - 1 */
	struct plan_reference *climb;      /* ... and all above it by this one; NULL: it alone */
	bool self;                         /* the holder's columns that read up its own references */
	bool recounts;                     /* ... and its scope does: its rows come into it and leave it */
	bool asked;                        /* a query tells where a row counts, and no hop is read */
	bool simple;                       /* the child's row tells all */
	bool moving;                       /* a condition has a now() */
	struct join *join;                 /* the rows that it reads; the hops come first */
	struct plan_hop *hops;             /* asked: rows that the query joins, no more */
	unsigned n_hops;
	const struct expr *where;          /* of every term, or NULL */
	struct plan_target *target;
	const char *path;                  /* "author_id"; NULL: a singleton's, or self */
	const char *name;                  /* "posts by author_id" */
	const char *group;                 /* the name as that of its rows in SQL: no table's name */
	const char *c_name;                /* "posts_by_author_id" */
	struct plan_crossing *crossings;
	struct plan_gate *gates;
	struct plan_slot *slots, **slots_end;
	unsigned n_slots, n_linear;
	unsigned index;                    /* in cc_table.links */
	unsigned number;                   /* of the holder's links, from 1 */
	struct plan_link *next;            /* of the child */
	struct plan_link *next_of_holder;
};

/*
 * A tree whose rows are in it, or above one another, by what is read of other rows, or by the time.
 * Where one of those changes, all rows of the holder are told.
 */
struct plan_gate {
	struct plan_reference *tree;
	struct join *join;                 /* a row of the tree, and what its place is read from */
	struct plan_gate *next;
};

/* Where rows of a table stand in a link other than as its child. */
struct plan_role {
	struct plan_link *link;
	struct plan_table *table;
	const struct join_row *row;        /* NULL: the rows that the link climbs past */
	struct plan_table *referrer;       /* whose rows name it */
	struct plan_reference *reference;  /* ... by this one */
	bool optional;                     /* beside the path */
	bool reached;                      /* what is above it is told, whatever the rows below it add */
	const struct plan_gate *gate;      /* `row` is one of its join; or NULL */
	bool recurs;                       /* the table stands in the link more than once */
	struct plan_field **reads;         /* fields of the row that matter */
	unsigned n_reads;
	const char *c_name;                /* "discussions_in_polls_by_…" */
	struct plan_role *next;            /* of the table */
};

struct plan_crossing {                 /* rows of a link that come or go as time passes */
	const struct join *join;           /* the link's, or that of the rows of a tree: */
	const struct join_row *row;        /* ... the row over which */
	const struct expr *value;          /* ... is what is compared with */
	const struct plan_moment *moment;
	struct plan_crossing *next;
};

struct plan_target {                   /* a holder and the key by which it is found */
	struct plan_table *table;
	struct plan_field **fields;
	unsigned n_fields;                 /* 0: a singleton */
	const char *c_name;                /* "TARGET_users", "TARGET_users_by_slug" */
	unsigned index;                    /* in cc_schema.targets */
	struct plan_target *next;          /* of the table */
};

/* ---- within plan ----------------------------------------------------------------- */

/* The first target of a table is by its primary key. */
struct plan_target *plan_add_target(struct plan *plan, struct plan_table *table,
    struct plan_field **fields, unsigned n);
/* The link along which the source's rows reach the holder, made where there is none yet. */
struct plan_link *plan_link(struct plan *plan, struct plan_table *holder,
    const struct source_clause *source);
/* The link of a holder's columns that read up its own references. */
struct plan_link *plan_self_link(struct plan *plan, struct plan_table *holder);
/* A term of a column: along the path of its source (plan_term.c). */
void plan_column_term(struct plan *plan, struct plan_column *column, struct plan_term *term);
/* The terms of a column that is derived from other rows (plan_source.c). */
void plan_sources(struct plan *plan, struct plan_column *column);
/* The slot of a column in a link; a term put into that of its column. */
struct plan_slot *plan_slot(struct plan *plan, struct plan_link *link, struct plan_column *column);
void plan_add_term(struct plan *plan, struct plan_term *term);
/* value IS NOT NULL; NULL where it never is. */
const struct expr *plan_there(struct arena *arena, const struct expr *value);
/* The rows that the terms of a link read: when every term is there (plan_hop.c). */
void plan_hops(struct plan *plan, struct plan_link *link);
/* The trees of a link whose rows are there by what is read of others (plan_gate.c). */
void plan_gates(struct plan *plan, struct plan_link *link);
/* The row of the path that the place of a link's anchor is read from. */
const struct join_row *plan_anchor(const struct plan_link *link);
/*
 * Calls `visit` for each column that a link reads, of which row of its join, or of those of its
 * gates (plan_walk.c).
 */
typedef void plan_visit(const struct join_row *row, const struct column *column, void *ctx);
void plan_walk(const struct plan_link *link, plan_visit *visit, void *ctx);
/* ... of those alone that one slot reads, by its conditions and values. */
void plan_walk_slot(const struct plan_link *link, const struct plan_slot *slot, plan_visit *visit,
    void *ctx);
/* The moment that an expression is (plan_moment.c). */
const struct plan_moment *plan_find_moment(const struct plan *plan, const struct expr *expr);
/* When the hops of all links are known: inputs and roles (plan_role.c). */
void plan_roles(struct plan *plan);

#endif
