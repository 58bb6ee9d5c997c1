/*
 * query.h - the pieces of SQL that the generated C and the .sql files share, of each engine: what
 * they print for knows it (plan.h's dialect).
 */
#ifndef TEMPLATES_QUERY_H
#define TEMPLATES_QUERY_H

#include "join.h"
#include "templates.h"

bool query_is_postgres(const struct plan_table *table);
/* How an expression over a row of the table is printed; alias: as in struct expr_sql. */
struct expr_sql query_over(const struct plan_table *table, const char *alias);
void query_table(struct text *out, const struct plan_table *table);
/* Parameter n: of a type that shows from where it stands, else of that of a column: as it is
   stored, or of its value in the language's form. */
void query_parameter(struct text *out, const struct plan_table *table, unsigned n);
void query_stored_parameter(struct text *out, const struct plan_table *table, unsigned n,
    const struct column *column);
void query_value_parameter(struct text *out, const struct plan_table *table, unsigned n,
    const struct column *column);
/* The name of a function of the engine. */
void query_function(struct text *out, const struct plan_table *table, const char *name);
/* A stored value as C reads it, and an expression as a column of a key keeps it. */
void query_selected(struct text *out, const struct plan_table *table, const struct column *column,
    const char *stored);
void query_key_value(struct text *out, const struct plan_table *table,
    const struct plan_field *field, const char *value);

void query_scan(struct text *out, const struct plan_table *table);
void query_load(struct text *out, const struct plan_table *table);
void query_insert(struct text *out, const struct plan_table *table);
void query_update(struct text *out, const struct plan_table *table);
void query_remove(struct text *out, const struct plan_table *table);
void query_set(struct text *out, const struct plan_table *table, const struct plan_field *field);

/* A part of a reference's key, of the row or of the row called c. */
void query_key_part(struct text *out, const struct plan_reference *reference, unsigned i,
    bool aliased);
void query_rows(struct text *out, const struct plan_link *link);
void query_when(struct text *out, const struct plan_reference *reference);
void query_referring(struct text *out, const struct plan_reference *reference);
void query_parent(struct text *out, const struct plan_reference *reference);
void query_create(struct text *out, const struct plan_target *target);
void query_where(struct text *out, const struct plan_target *target);
/* A default scope, of the row that a statement is about. */
void query_scope(struct text *out, const struct plan_table *table);
void query_tag(struct text *out, const struct plan *plan, const struct plan_table *table);

/* ---- query_column.tmpl ---------------------------------------------------------------- */

void query_value(struct text *out, const struct plan_column *column);
/* Of a derived column: its value by computing all anew, or nothing where that is the same. */
void query_again(struct text *out, const struct plan_column *column);
/* What a least or greatest value becomes (sqlite_extreme.tmpl); definition: its SQL. */
void sqlite_extreme(struct text *out, const struct plan_column *column, const char *stored,
    const char *definition);
/* The greater one of a value and what is stored. */
void query_kept(struct text *out, const struct plan_column *column, const char *value,
    const char *stored);
/* Nothing where nothing can go wrong. */
void query_guard(struct text *out, const struct plan_column *column);
/* Type, NOT NULL, DEFAULT. */
void query_declared(struct text *out, const struct plan_column *column);
void postgres_declared(struct text *out, const struct plan_column *column);

/* BEGIN of a file, which finds no names but with their schema; mode: "" or " READ ONLY". */
void postgres_begin(struct text *out, const char *mode);

/* ---- query_install.tmpl ---------------------------------------------------------------- */

enum { N_BOOKKEEPING = 5 };            /* tables of one's own */
void sqlite_bookkeeping(struct text *out, unsigned i);      /* sqlite_install.tmpl */
void postgres_bookkeeping(struct text *out, unsigned i);    /* postgres_install.tmpl */
/* A value of a column that may not be NULL. */
const char *postgres_some_value(const struct type *type, bool key);
/* Statements but for those that record columns: numbered from 0; some are empty. */
unsigned query_install_count(const struct plan *plan);
void query_install_statement(struct text *out, const struct plan *plan, unsigned i);
/* ... of one column, as parameters; and of all of a table as they are, or nothing. */
void query_record(struct text *out, const struct plan *plan);
void query_recorded(struct text *out, const struct plan_table *table);
/* Moments but now() itself, from what that is in the table. */
void query_window(struct text *out, const struct plan *plan, const char *window);
void query_banner(struct text *out, const struct plan *plan, const char *purpose);
const char *query_own(const struct plan *plan);     /* before the name of a bookkeeping table */
const char *query_now(const struct plan *plan);     /* the current time in microseconds */

/* ---- query_definition.tmpl ------------------------------------------------------------- */

/* Spells a maintained column of the holder's row, which the definition reads; no bare names. */
typedef void query_spell(struct text *out, const struct column *column, void *ctx);
/*
 * What the column should hold in the row called `holder`, in the language's form; NULL: in the row
 * that a statement is about, which then calls its table by its own name.  spell may be NULL: as
 * they are stored.
 */
void query_definition(struct text *out, const struct plan_column *maintained,
    const char *holder, query_spell *spell, void *ctx);
/* ( source ) as a scalar about the row that `at` says, which has a join: an expr_sql.source. */
void query_source(struct text *out, const struct expr *expr, const struct expr_sql *at);

/* ---- query_aggregate.tmpl -------------------------------------------------------------- */

struct type query_type_of(const struct value *value);
/* A value in a form in which SQLite's comparisons, groups and orders are the language's. */
void query_compared_value(struct text *out, const struct expr *expr,
    const struct expr_sql *context);
/* ... as the argument of an aggregate; and any value of the expression, `value`, as one. */
void query_compared_argument(struct text *out, const struct expr *expr,
    const struct expr_sql *context);
void query_argument(struct text *out, const char *value, const struct expr *expr,
    const struct expr_sql *context);
/* Whether it reads the row that the source's path ends at. */
bool query_reads_holder(const struct expr *expr, const struct expr_sql *context);
/* An aggregate of values over the rows of a query, but for first(); an average has the type. */
void query_aggregate(struct text *out, const struct value *value, const struct type *type,
    const struct expr_sql *context);

/* ---- sqlite_json.tmpl, query_shape.tmpl ------------------------------------------------ */

bool query_is_float(const struct type *type);
/* A value as the key of a JSON object would spell it; NULL for a NULL.  x: SQL that binds tightest. */
void sqlite_json_text(struct text *out, const struct type *type, const char *x);
/* ... as JSON. */
void sqlite_json(struct text *out, const struct type *type, const char *x);
/* ... of PostgreSQL (postgres_json.tmpl). */
void postgres_json_text(struct text *out, const struct type *type, const char *x);
void postgres_json(struct text *out, const struct type *type, const char *x);
/* The value of a source that is a JSON shape. */
struct patch;
void query_shape(struct text *out, const struct join *join, const struct join_sql *sql,
    struct patch *patch);
/* What a shape becomes that is patched; definition: its SQL. */
void sqlite_patch(struct text *out, const struct plan_column *column, const char *stored,
    const char *definition);

/* ---- query_link.tmpl ------------------------------------------------------------------- */

/* What the link's rows add to one column, over a group of rows. */
void query_slot(struct text *out, const struct plan_slot *slot, const struct expr_sql *in);
/* Anchor and slots of all rows; between it and the grouping " AND …" may stand. */
void query_grouped(struct text *out, const struct plan_link *link);
void query_group_by(struct text *out, const struct plan_link *link);
/* ... of the one row that is ?1 …. */
void query_asked(struct text *out, const struct plan_link *link);
/* (SELECT ?1 AS "id", …): a row as its fields and inputs. */
void query_as_parameters(struct text *out, const struct plan_table *table);
/* The parameter that holds parent column i of the reference by which a row in a role is named. */
unsigned query_key_parameter(const struct plan_role *role, size_t i);
/* INSERT of the rows of an upsert table that they count in. */
void query_create_all(struct text *out, const struct plan_link *link);
/* SELECT of the columns of such rows that are not there, as verify prints those that differ. */
void query_missing(struct text *out, const struct plan_link *link);
/* A condition on its rows: they may come or go between two times of its moments. */
void query_crossing(struct text *out, const struct plan_link *link);
/* ... of the rows below one: ?1 … its fields, then the key by which it is referred to. */
void query_below(struct text *out, const struct plan_role *role);
/* ... of all anchors above it, whatever is below (query_reach.tmpl). */
void query_reached(struct text *out, const struct plan_role *role);
/* Does it raise an error where a number is out of range?  Then: its anchors alone. */
bool query_below_may_raise(const struct plan_role *role);
void query_anchors(struct text *out, const struct plan_role *role);
/* By parent, for verify. */
void query_counted(struct text *out, const struct plan_link *link);

/* ---- query_recount.tmpl ---------------------------------------------------------------- */

/* Has the table columns that a recount can judge (a tally is none)? */
bool query_recounted(const struct plan_table *table);
bool query_judged(const struct plan_column *column);
/* WITH …, cc_compared AS (…): columns "key.x", "stored.x", "actual.x". */
void query_compared(struct text *out, const struct plan_table *table);
/* "stored.x": a label and a quoted name as one name. */
void query_labelled(struct text *out, const char *label, const char *name);
void query_differs(struct text *out, const struct plan_column *column);
void query_json_key(struct text *out, const struct plan_table *table);
/* A part of a key as JSON (postgres_json.tmpl). */
void postgres_json_key_part(struct text *out, const struct plan_field *field, const char *stored);
/* cc_mismatch (key, column, stored, actual) AS (…): values as they would be stored. */
void query_mismatches(struct text *out, const struct plan_table *table, const char *from,
    bool difference);

#endif
