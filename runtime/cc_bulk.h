/*
 * cc_bulk.h - between bulk.c and bulk_role.c: a verb over all rows that name one parent.
 */
#ifndef CC_BULK_H
#define CC_BULK_H

#include "cc.h"

/* What the rows below add to one anchor, before the write. */
struct cc_bulk_group {
	struct cc_bulk_group *next;
	const char *key;                   /* encoded */
	union cc_number amounts[];         /* by slot */
};

/* One link in the middle of which the rows stand. */
struct cc_bulk_role {
	struct cc_bulk_role *next;
	const struct cc_role *role;
	const struct cc_link *link;
	const struct cc_reference *by;     /* by which rows below refer to them */
	struct cc_text keys;               /* ... to whom, as JSON */
	struct cc_statement *st;
	struct cc_bulk_group *groups;
};

struct cc_bulk {
	struct cc *cc;
	const struct cc_table *table;
	const struct cc_reference *by;
	const union cc_part *key;
	const struct cc_field *field;      /* that is set; NULL: the rows go */
	const void *value;
	bool apart;                        /* set one by one, deleted by a walk */
	bool too_much;                     /* what is below all of them together is out of range */
	struct cc_bulk_role *roles;
	struct cc_bulk_key *keys, **keys_end;
	struct cc_arena memory, row;       /* row: text of one */
	int64_t n;
};

/* A row to be set by itself. */
struct cc_bulk_key {
	struct cc_bulk_key *next;
	char bytes[];                      /* primary key, encoded */
};

/* Calls each for every row that names the parent, which is in cc->before. */
int cc_bulk_each(struct cc_bulk *bulk, int (*each)(struct cc_bulk *));
/* Whether the verb changes the row in cc->before; set: cc->after is the row then. */
bool cc_bulk_changes(const struct cc_bulk *bulk);
/* Finds the roles that matter to this verb, and whether it has to go row by row. */
int cc_bulk_roles(struct cc_bulk *bulk);
/* Keeps what the rows below add, before the write. */
int cc_bulk_roles_before(struct cc_bulk *bulk);
/* Counts that off, and after the write what they add now. */
int cc_bulk_roles_count(struct cc_bulk *bulk);
void cc_bulk_roles_free(struct cc_bulk *bulk);

#endif
