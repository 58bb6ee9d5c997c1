/*
 * query_link.h - between query_link.tmpl and query_role.tmpl: queries over the rows of a link.
 */
#ifndef TEMPLATES_QUERY_LINK_H
#define TEMPLATES_QUERY_LINK_H

#include "query.h"

struct link_query {
	const struct plan_link *link;
	const struct plan_role *role;      /* whose row is replaced by parameters, or NULL */
	struct join_sql sql;
};

/* Part i of the anchor's key, in the order of the target; all in that of the climbing reference. */
void link_anchor_part(struct text *out, const struct link_query *query, unsigned i);
void link_anchor_tuple(struct text *out, const struct link_query *query);
/* The anchor has a key: conditions after *next, which is then `more`. */
void link_anchored(struct text *out, const struct link_query *query, const char **next,
    const char *more);
/* All that has to be TRUE; at least TRUE itself. */
void link_where(struct text *out, const struct link_query *query, const char *first,
    const char *more);
void link_slots(struct text *out, const struct link_query *query, const char *separator);
/* SELECT anchor, slots FROM … WHERE …, without GROUP BY. */
void link_selected(struct text *out, const struct link_query *query);

#endif
