/*
 * sqlite.h - the pieces of SQLite's SQL that the generated C and the .sql files share.
 */
#ifndef TEMPLATES_SQLITE_H
#define TEMPLATES_SQLITE_H

#include "join.h"
#include "templates.h"

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
void sqlite_when(struct text *out, const struct plan_reference *reference);
void sqlite_referring(struct text *out, const struct plan_reference *reference);
void sqlite_parent(struct text *out, const struct plan_reference *reference);
void sqlite_create(struct text *out, const struct plan_target *target);
void sqlite_where(struct text *out, const struct plan_target *target);
void sqlite_tag(struct text *out, const struct plan *plan, const struct plan_table *table);
/* " COLLATE BINARY" or "": for comparisons with a key. */
const char *sqlite_collation(const struct plan_field *field);

/* ---- sqlite_column.tmpl ---------------------------------------------------------------- */

void sqlite_value(struct text *out, const struct plan_column *column);
/* Of a derived column: its value by computing all anew, or nothing where that is the same. */
void sqlite_again(struct text *out, const struct plan_column *column);
/* What a least or greatest value becomes (sqlite_extreme.tmpl); definition: its SQL. */
void sqlite_extreme(struct text *out, const struct plan_column *column, const char *stored,
    const char *definition);
/* The greater one of a value and what is stored. */
void sqlite_kept(struct text *out, const char *value, const char *stored, const char *collation);
/* Nothing where nothing can go wrong. */
void sqlite_guard(struct text *out, const struct plan_column *column);
void sqlite_add(struct text *out, const struct plan_column *column);

/* ---- sqlite_install.tmpl --------------------------------------------------------------- */

/* Statements are numbered from 0; some are empty. */
unsigned sqlite_install_count(const struct plan *plan);
void sqlite_install_statement(struct text *out, const struct plan *plan, unsigned i);
/* Moments but now() itself, from what that is in the table. */
void sqlite_window(struct text *out, const struct plan *plan, const char *window);
void sqlite_bookkeeping(struct text *out, unsigned i);
void sqlite_banner(struct text *out, const struct plan *plan, const char *purpose);

/* ---- sqlite_definition.tmpl ------------------------------------------------------------- */

/* Spells a maintained column of the holder's row, which the definition reads; no bare names. */
typedef void sqlite_spell(struct text *out, const struct column *column, void *ctx);
/*
 * What the column should hold in the row called `holder`, in the language's form; NULL: in the row
 * that a statement is about, which then calls its table by its own name.  spell may be NULL: as
 * they are stored.
 */
void sqlite_definition(struct text *out, const struct plan_column *maintained,
    const char *holder, sqlite_spell *spell, void *ctx);
/* ( source ) as a scalar about the row that `at` says, which has a join: an expr_sql.source. */
void sqlite_source(struct text *out, const struct expr *expr, const struct expr_sql *at);

/* ---- sqlite_aggregate.tmpl -------------------------------------------------------------- */

struct type sqlite_type_of(const struct value *value);
/* A value in a form in which SQLite's comparisons, groups and orders are the language's. */
void sqlite_compared_value(struct text *out, const struct expr *expr,
    const struct expr_sql *context);
/* ... as the argument of an aggregate; and any value of the expression, `value`, as one. */
void sqlite_compared_argument(struct text *out, const struct expr *expr,
    const struct expr_sql *context);
void sqlite_argument(struct text *out, const char *value, const struct expr *expr,
    const struct expr_sql *context);
/* Whether it reads the row that the source's path ends at. */
bool sqlite_reads_holder(const struct expr *expr, const struct expr_sql *context);
/* An aggregate of values over the rows of a query, but for first(); an average has the type. */
void sqlite_aggregate(struct text *out, const struct value *value, const struct type *type,
    const struct expr_sql *context);

/* ---- sqlite_json.tmpl, sqlite_shape.tmpl ------------------------------------------------ */

bool sqlite_is_float(const struct type *type);
/* A value as the key of a JSON object would spell it; NULL for a NULL.  x: SQL that binds tightest. */
void sqlite_json_text(struct text *out, const struct type *type, const char *x);
/* ... as JSON. */
void sqlite_json(struct text *out, const struct type *type, const char *x);
/* The value of a source that is a JSON shape. */
struct patch;
void sqlite_shape(struct text *out, const struct join *join, const struct join_sql *sql,
    struct patch *patch);
/* What a shape becomes that is patched; definition: its SQL. */
void sqlite_patch(struct text *out, const struct plan_column *column, const char *stored,
    const char *definition);

/* ---- sqlite_link.tmpl ------------------------------------------------------------------- */

/* What the link's rows add to one column, over a group of rows. */
void sqlite_slot(struct text *out, const struct plan_slot *slot, const struct expr_sql *in);
/* Anchor and slots of all rows; between it and the grouping " AND …" may stand. */
void sqlite_grouped(struct text *out, const struct plan_link *link);
void sqlite_group_by(struct text *out, const struct plan_link *link);
/* INSERT of the rows of an upsert table that they count in. */
void sqlite_create_all(struct text *out, const struct plan_link *link);
/* A condition on its rows: they may come or go between two times of its moments. */
void sqlite_crossing(struct text *out, const struct plan_link *link);
/* ... of the rows below one: ?1 … its fields, then the key by which it is referred to. */
void sqlite_below(struct text *out, const struct plan_role *role);
/* By parent, for verify. */
void sqlite_counted(struct text *out, const struct plan_link *link);

/* ---- sqlite_recount.tmpl ---------------------------------------------------------------- */

/* Has the table columns that a recount can judge (a tally is none)? */
bool sqlite_recounted(const struct plan_table *table);
bool sqlite_judged(const struct plan_column *column);
/* WITH …, cc_compared AS (…): columns "key.x", "stored.x", "actual.x". */
void sqlite_compared(struct text *out, const struct plan_table *table);
/* "stored.x": a label and a quoted name as one name. */
void sqlite_labelled(struct text *out, const char *label, const char *name);
void sqlite_differs(struct text *out, const struct plan_column *column);
void sqlite_json_key(struct text *out, const struct plan_table *table);
/* cc_mismatch (key, column, stored, actual) AS (…): values as they would be stored. */
void sqlite_mismatches(struct text *out, const struct plan_table *table, const char *from,
    bool difference);

#endif
