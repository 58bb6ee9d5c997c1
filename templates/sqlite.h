/*
 * sqlite.h - the pieces of SQLite's SQL that the generated C and the .sql files share.
 */
#ifndef TEMPLATES_SQLITE_H
#define TEMPLATES_SQLITE_H

#include "templates.h"

void sqlite_name(struct text *out, const struct column *column);
void sqlite_table(struct text *out, const struct plan_table *table);

void sqlite_scan(struct text *out, const struct plan_table *table);
void sqlite_load(struct text *out, const struct plan_table *table);
void sqlite_insert(struct text *out, const struct plan_table *table);
void sqlite_update(struct text *out, const struct plan_table *table);
void sqlite_remove(struct text *out, const struct plan_table *table);
void sqlite_set(struct text *out, const struct plan_table *table, const struct plan_field *field);

/* A part of a reference's key, of the row or of the row called c. */
void sqlite_key_part(struct text *out, const struct plan_reference *reference, unsigned i,
    bool aliased);
void sqlite_rows(struct text *out, const struct plan_link *link);
void sqlite_referring(struct text *out, const struct plan_reference *reference);
void sqlite_where(struct text *out, const struct plan_target *target);

#endif
