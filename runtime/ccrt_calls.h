/*
 * ccrt_calls.h - what the generated functions call.
 *
 * Each of those names its table and passes its arguments on: here types are gone, so applications
 * call the generated ones.  What they do and return is said in ccrt(3) and the generated header.
 */
#ifndef CCRT_CALLS_H
#define CCRT_CALLS_H

#ifdef __cplusplus
extern "C" {
#endif

/* The next part of what a row tells of its place in a JSON shape. */
void cc_patch_null(struct cc_contribution *to, unsigned slot);
void cc_patch_int64(struct cc_contribution *to, unsigned slot, int64_t value);
void cc_patch_date(struct cc_contribution *to, unsigned slot, int64_t days);
void cc_patch_text(struct cc_contribution *to, unsigned slot, const char *value);

int cc_row_inserted(struct cc *cc, const struct cc_table *table, const void *row);
int cc_rows_inserted(struct cc *cc, const struct cc_table *table, const void *rows, size_t n);
int cc_row_updated(struct cc *cc, const struct cc_table *table, const void *before,
    const void *after);
int cc_row_deleted(struct cc *cc, const struct cc_table *table, const void *before);
int cc_rows_updated(struct cc *cc, const struct cc_table *table, const void *before,
    const void *after, size_t n);
int cc_rows_deleted(struct cc *cc, const struct cc_table *table, const void *before, size_t n);
int cc_row_deleting(struct cc *cc, const struct cc_table *table, const union cc_part *key);
int cc_row_load_for_update(struct cc *cc, const struct cc_table *table, const union cc_part *key,
    void *out);

int cc_row_insert(struct cc *cc, const struct cc_table *table, const void *row);
int cc_row_update(struct cc *cc, const struct cc_table *table, const void *row);
int cc_row_set(struct cc *cc, const struct cc_table *table, const union cc_part *key,
    uint16_t field, const void *value);
int cc_row_delete(struct cc *cc, const struct cc_table *table, const union cc_part *key);

/*
 * All rows that name one parent by a reference of plain columns: key is by its fields.  *n: how many;
 * n may be NULL.
 */
int cc_rows_delete(struct cc *cc, const struct cc_table *table, uint16_t reference,
    const union cc_part *key, int64_t *n);
int cc_rows_set(struct cc *cc, const struct cc_table *table, uint16_t reference,
    const union cc_part *key, uint16_t field, const void *value, int64_t *n);

int cc_row_counters(struct cc *cc, const struct cc_table *table, const union cc_part *key,
    void *out);
int cc_row_recount(struct cc *cc, const struct cc_table *table, const union cc_part *key);
int cc_row_bump(struct cc *cc, const struct cc_table *table, const union cc_part *key,
    uint16_t column, union cc_number by);
int cc_row_assign(struct cc *cc, const struct cc_table *table, const union cc_part *key,
    uint16_t column, union cc_number value);

#ifdef __cplusplus
}
#endif

#endif
