/*
 * counters.h - the parts of the generated source, one template file each.
 */
#ifndef TEMPLATES_COUNTERS_H
#define TEMPLATES_COUNTERS_H

#include "templates.h"

void source_rows(struct text *out, const struct plan_table *table);      /* rows.c.tmpl */
void source_full_row(struct text *out, const struct plan_table *table);
void link_data(struct text *out, const struct plan_link *link);          /* links.c.tmpl */
void link_about(struct text *out, const struct plan_link *link);
void link_own_key(struct text *out, const struct plan_link *link);
void link_far_key(struct text *out, const struct plan_reference *reference);
void source_calls(struct text *out, const struct plan_table *table);     /* calls.c.tmpl */
void query_descriptor(struct text *out, const struct plan_table *table);  /* query.c.tmpl */
void query_schema(struct text *out, const struct plan *plan);

#endif
