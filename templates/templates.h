/*
 * templates.h - what the templates write: one function per output file.
 *
 * Each appends a whole file to `out`.  The pieces of SQL that are in a .sql file and in the
 * generated C alike are further down, for counters.c.tmpl.
 */
#ifndef TEMPLATES_H
#define TEMPLATES_H

#include "plan.h"

enum { CCGEN_ABI = 1 };                /* CCRT_ABI of runtime/ccrt.h, for which C is made */

void header_file(struct text *out, const struct plan *plan);
void source_file(struct text *out, const struct plan *plan);

void sqlite_install_file(struct text *out, const struct plan *plan);
void sqlite_columns_file(struct text *out, const struct plan *plan);
void sqlite_verify_file(struct text *out, const struct plan *plan);
void sqlite_reconcile_file(struct text *out, const struct plan *plan);
void sqlite_uninstall_file(struct text *out, const struct plan *plan);

void postgres_install_file(struct text *out, const struct plan *plan);
void postgres_columns_file(struct text *out, const struct plan *plan);
void postgres_verify_file(struct text *out, const struct plan *plan);
void postgres_reconcile_file(struct text *out, const struct plan *plan);
void postgres_uninstall_file(struct text *out, const struct plan *plan);

void explain_table(struct text *out, const struct plan_table *table);
void explain_advice(struct text *out);

/* ---- pieces ------------------------------------------------------------------------ */

/* ", int64_t id, const char *code": what names one row. */
void key_parameters(struct text *out, const struct plan_table *table);
void parent_parameters(struct text *out, const struct plan_reference *reference);

#endif
