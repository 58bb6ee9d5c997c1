/*
 * recount_case.h - one parent whose columns may differ from their definitions.
 *
 * What a whole run (recount.h), the recount of a single parent and repair have in common: how
 * amounts are read, added, compared and printed, and how a case is reported and put right.
 */
#ifndef CC_RECOUNT_CASE_H
#define CC_RECOUNT_CASE_H

#include "cc.h"

enum {                                 /* of one sum of one parent */
	RECOUNT_NULL = 1,              /* stored as NULL */
	RECOUNT_FAILED = 2,            /* the amounts have no sum */
	RECOUNT_BROKEN = 4             /* what is stored is no number that can be added to */
};

/* ---- recount_amount.c ------------------------------------------------------------ */

/* Reads what a column holds: 0, and a state, where that is no number. */
void cc_recount_read_amount(struct cc_statement *st, int column, const struct cc_column *as,
    union cc_number *out, uint8_t *state);
/* The value of a definition: of linear columns in units, NULL as 0. */
void cc_recount_read_defined(struct cc_statement *st, int column, const struct cc_column *as,
    union cc_number *out);
/* *sum -= the column's value with no rows. */
void cc_recount_less_base(const struct cc_column *column, union cc_number *sum);
/* Whether column `stored` of a row and the next one are equal, as values of this column. */
bool cc_recount_same(struct cc_statement *st, int stored, const struct cc_column *column);
/* *sum += amount; false: no such integer. */
bool cc_recount_add(const struct cc_column *column, union cc_number *sum, union cc_number amount);
/*
 * *sum becomes what the column should be changed by.  Returns what that adds to its state: FAILED,
 * no such integer; BROKEN, too far from what is stored to be added to it: *stored counts as 0.
 */
uint8_t cc_recount_drift(const struct cc_column *column, union cc_number *sum,
    union cc_number *stored);
bool cc_recount_same_float(double a, double b);
void cc_recount_print(const struct cc_column *column, union cc_number value, char out[64]);

/* ---- recount_apply.c -------------------------------------------------------------- */

/* One parent that differs, as reports and corrections see it. */
struct recount_case {
	const struct cc_table *table;
	const union cc_part *key;
	const bool *wanted;            /* by column; NULL: all */
	union cc_number *deltas;       /* by column: room for what is added */
	const union cc_number *drift, *stored; /* by sum, */
	const uint8_t *state;
	const uint16_t *columns;       /* ... and their columns */
	uint16_t n_sums;
	const char *by;                /* cc_drift.by_what; NULL: neither reported nor logged */
	bool write, touch;
	uint64_t mismatches, corrected;        /* columns; set by cc_recount_settle */
	bool failed;                   /* a correction could not be made: it is dirty now */
};
/* Reports one case and, if it says so, corrects and logs it in the open transaction. */
int cc_recount_settle(struct cc *cc, struct recount_case *one);
/* Forgets a mark of cc_dirty, unless it has been renewed after `at`. */
int cc_recount_clear_mark(struct cc *cc, const struct cc_table *table, const char *key,
    int64_t at);
/* Tells other recounts of this table that something was put right. */
int cc_recount_bump(struct cc *cc, const struct cc_table *table);

/* ---- recount_one.c ----------------------------------------------------------------- */

/* Finds what differs in one.table's row one.key, from its children, and settles it. */
int cc_recount_one_parent(struct cc *cc, struct recount_case *one, uint64_t *children);

#endif
