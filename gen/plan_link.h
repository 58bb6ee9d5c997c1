/*
 * plan_link.h - what rows of one table change in the rows of another: links and their terms.
 *
 * A link is all that rows of a child add to rows of a holder along one path; a slot of it is what
 * that is for one column.  A column that is not linear has slots too: a row that counts there makes
 * it be computed again.
 */
#ifndef GEN_PLAN_LINK_H
#define GEN_PLAN_LINK_H

#include "schema.h"

struct plan;
struct plan_column;
struct plan_field;
struct plan_reference;
struct plan_table;

struct plan_term {                     /* factor * count(*) or sum(…) from a child */
	struct plan_column *column;
	struct plan_link *link;
	int64_t factor;
	const struct source_clause *source;
	const struct expr *where;          /* or NULL */
	const struct expr *value;          /* what is summed; NULL: a count */
	const struct expr *amount;         /* factor * value, in units of decimals; NULL: factor */
	const struct expr *there;          /* that value is not NULL; NULL: it never is */
	bool minus;                        /* subtracted: factor is -1 and not in `amount` */
	int scale;                         /* of a decimal amount */
	int64_t divisor;                   /* of a decimal amount for a float column: units of 1 */
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

struct plan_link {                     /* all that a child's rows add along one path */
	struct plan_table *child, *holder;
	const struct step *by;             /* the path; NULL: the holder is a singleton */
	struct plan_reference *reference;  /* the only step; NULL: the holder is a singleton */
	struct plan_target *target;
	const char *name;                  /* "posts by author_id" */
	const char *group;                 /* the name as that of its rows in SQL: no table's name */
	const char *c_name;                /* "posts_by_author_id" */
	struct plan_slot *slots, **slots_end;
	unsigned n_slots, n_linear;
	unsigned number;                   /* of the holder's links, from 1 */
	struct plan_link *next;            /* of the child */
	struct plan_link *next_of_holder;
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
/* Puts a term into the slot of its column. */
void plan_add_term(struct plan *plan, struct plan_term *term);
/* What is known when every term is there. */
void plan_finish_links(struct plan *plan, struct plan_table *child);

#endif
