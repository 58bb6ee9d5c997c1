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

void explain_table(struct text *out, const struct plan_table *table);
void explain_advice(struct text *out);

/* ---- pieces ------------------------------------------------------------------------ */

/* Spaces up to a column of the current line, at least one. */
void pad_to(struct text *out, size_t column);

/* Breaks the line after a comma when it is longer than FOLD; call it at the line's end. */
enum { FOLD = 100 };
void fold(struct text *out);

/* ", int64_t id, const char *code": what names one row. */
void key_parameters(struct text *out, const struct plan_table *table);

#endif
