/*
 * explain.h - the plan for people.
 */
#ifndef GEN_EXPLAIN_H
#define GEN_EXPLAIN_H

#include "plan.h"

/*
 * What each event of a table changes, with the SQL: of all tables, or of the one named.  NULL:
 * there is none of that name.
 */
const char *explain_plan(const struct plan *plan, const char *table);

#endif
