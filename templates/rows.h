/*
 * rows.h - the functions that read a row (rows.c.tmpl) and what they add (adds.c.tmpl).
 */
#ifndef TEMPLATES_ROWS_H
#define TEMPLATES_ROWS_H

#include "plan.h"
#include "text.h"

/* The named conditions that functions of a table call: each becomes a function itself. */
struct calls {
	const struct plan_table *table;
	const struct plan_link *link;          /* whose function it is, or NULL */
	const struct condition **called;
	size_t n;
};

/* How the function of a link prints expressions about its rows. */
struct expr_c rows_judging(struct calls *calls);
/* What a row adds to the column of a slot, the link's `place`th. */
void rows_slot(struct text *out, struct calls *calls, const struct plan_slot *slot,
    unsigned place);

#endif
