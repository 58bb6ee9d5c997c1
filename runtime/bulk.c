/*
 * bulk.c - verbs over all rows that name one parent: one UPDATE or DELETE, counted as a set.
 *
 * The rows are read once and judged in memory as hooks judge them, so that what they add is pending
 * by parent before the one statement that writes them.  Where they stand in the middle of paths, one
 * query per link says what is below all of them, before the write and after it.  So the statements
 * grow with the parents, not with the rows.
 *
 * That is right where a row's contribution is read through at most one row that changes.  Where a
 * tree is rearranged, or a table meets itself on a path, or a sum over all of them is out of range,
 * rows are set one by one.  A delete that the database carries on to other rows is one walk
 * (cascade.c) from all of its rows.
 */
#include "cc_bulk.h"

#include <string.h>

/* ---- the rows ----------------------------------------------------------------------------------- */

static void
bulk_bind(const struct cc_bulk *bulk, struct cc_statement *st)
{
	for (int i = 0; i < bulk->by->n_fields; i++)
		cc_bind_part(st, i + 1, &bulk->table->fields[bulk->by->fields[i]], bulk->key[i]);
}

static int
bulk_rows(const struct cc_bulk *bulk, struct cc_statement **st)
{
	const struct cc_table_sql *sql = cc_sql(bulk->cc, bulk->table);
	int result = cc_prepare_going(bulk->cc, st, bulk->table,
	    sql->referring[bulk->by - bulk->table->references]);

	if (result == CC_OK)
		bulk_bind(bulk, *st);
	return result;
}

/* Calls each for every row, which is in cc->before. */
int
cc_bulk_each(struct cc_bulk *bulk, int (*each)(struct cc_bulk *))
{
	struct cc *cc = bulk->cc;
	union cc_part key[CC_KEY_PARTS];
	struct cc_statement *st;
	int result = bulk_rows(bulk, &st);

	if (result != CC_OK)
		return result;
	bulk->n = 0;
	while ((result = cc_step(st)) == CC_ROW) {
		cc_arena_reset(&bulk->row);
		result = cc_row_read(st, 0, bulk->table, cc->before, &bulk->row);
		if (result == CC_OK && bulk->by->key(cc->before, key)) {
			bulk->n++;
			result = each(bulk);
		}
		if (result != CC_OK)
			break;
	}
	cc_reset(st);
	return result;
}

bool
cc_bulk_changes(const struct cc_bulk *bulk)
{
	struct cc *cc = bulk->cc;

	if (bulk->field == NULL)
		return true;
	memcpy(cc->after, cc->before, cc_full_size(bulk->table));
	memcpy((char *)cc->after + bulk->field->offset, bulk->value, cc_field_size(bulk->field));
	return !cc_field_equal(bulk->field, cc->before, cc->after);
}

static int
bulk_count(struct cc_bulk *bulk)
{
	struct cc *cc = bulk->cc;
	const void *after = bulk->field != NULL ? cc->after : NULL;

	if (!cc_bulk_changes(bulk))
		return CC_OK;
	return cc->holders[cc_table_index(cc, bulk->table)].far ?
	    cc_count_apart(cc, bulk->table, cc->before, after) :
	    cc_count_near(cc, bulk->table, cc->before, after, false);
}

/* UPDATE … SET "closed_at" = ?2 or DELETE, WHERE "group_id" = ?1 AND its `when`. */
static void
bulk_write_sql(const struct cc_bulk *bulk, struct cc_text *text)
{
	const struct cc_table_sql *sql = cc_sql(bulk->cc, bulk->table);
	const char *when = sql->whens == NULL ? NULL :
	    sql->whens[bulk->by - bulk->table->references];

	cc_text_add(text, bulk->field != NULL ? "UPDATE " : "DELETE FROM ");
	cc_text_add(text, sql->name);
	if (bulk->field != NULL) {
		cc_text_add(text, "\nSET ");
		cc_text_name(text, bulk->field->name);
		cc_text_add(text, " = ?");
		cc_text_int(text, bulk->by->n_fields + 1);
	}
	for (size_t i = 0; i < bulk->by->n_fields; i++) {
		const struct cc_field *field = &bulk->table->fields[bulk->by->fields[i]];

		cc_text_add(text, i == 0 ? "\nWHERE " : " AND ");
		cc_text_name(text, field->name);
		cc_text_add(text, " = ?");
		cc_text_int(text, (int64_t)i + 1);
		if (field->type == CC_TEXT || field->type == CC_UUID)
			cc_text_add(text, bulk->cc->engine->bytewise);
	}
	if (when != NULL) {
		cc_text_add(text, " AND (");
		cc_text_add(text, when);
		cc_text_add(text, ")");
	}
}

/* A row that went with another of them is not one that the statement itself deleted. */
static bool
bulk_all_written(const struct cc_bulk *bulk)
{
	int64_t written = cc_changes(bulk->cc);

	return written == bulk->n ||
	    (bulk->field == NULL && bulk->apart && written < bulk->n);
}

static int
bulk_write(struct cc_bulk *bulk)
{
	struct cc *cc = bulk->cc;
	struct cc_text sql = {0};
	struct cc_statement *st = NULL;
	int result;

	bulk_write_sql(bulk, &sql);
	result = sql.failed ? cc_nomem(cc) :
	    cc_prepare_once(cc, &st, cc_sql(cc, bulk->table)->tag, sql.data);
	cc_text_free(&sql);
	if (result != CC_OK)
		return result;
	bulk_bind(bulk, st);
	if (bulk->field != NULL) {
		memcpy((char *)cc->after + bulk->field->offset, bulk->value,
		    cc_field_size(bulk->field));
		cc_bind_field(st, bulk->by->n_fields + 1, bulk->field, cc->after);
	}
	result = cc_run(st);
	cc_finalize(st);
	if (result == CC_OK && cc->skip > 0)
		bulk->n = cc_changes(cc);
	else if (result == CC_OK && !bulk_all_written(bulk))
		result = cc_fail(cc, cc->engine->concurrent ? CC_BUSY : CC_ERROR,
		    "%s: other rows were written than had been counted", bulk->table->sql_name);
	return result;
}

/* ---- the two verbs ------------------------------------------------------------------------------ */

static int
bulk_delete(struct cc_bulk *bulk)
{
	struct cc *cc = bulk->cc;
	struct cc_statement *st;
	int result;

	if (bulk->apart) {
		result = bulk_rows(bulk, &st);
		if (result == CC_OK)
			result = cc_count_cascades(cc, bulk->table, bulk->by, st, &bulk->n);
	} else {
		result = cc_bulk_roles_before(bulk);
		if (result == CC_OK)
			result = cc_bulk_roles_count(bulk);
		if (result == CC_OK)
			result = cc_bulk_each(bulk, bulk_count);
	}
	return result == CC_OK ? bulk_write(bulk) : result;
}

static int
bulk_set(struct cc_bulk *bulk)
{
	int result = cc_bulk_roles_before(bulk);

	if (result == CC_OK)
		result = cc_bulk_each(bulk, bulk_count);
	if (result == CC_OK)
		result = bulk_write(bulk);
	cc_path_forget(bulk->cc, bulk->table);
	return result == CC_OK ? cc_bulk_roles_count(bulk) : result;
}

static int
bulk_gather(struct cc_bulk *bulk)
{
	struct cc *cc = bulk->cc;
	union cc_part key[CC_KEY_PARTS];
	struct cc_bulk_key *row;

	if (!cc_row_key(bulk->table, cc->before, key))
		return cc_fail(cc, CC_MISUSE, "a row of %s without a primary key",
		    bulk->table->sql_name);
	cc_text_clear(&cc->key);
	cc_key_encode(&cc->key, bulk->table->fields, bulk->table->key, bulk->table->n_key, key);
	row = cc_arena_get(&bulk->memory, sizeof *row + cc->key.length + 1);
	if (row == NULL || cc->key.failed)
		return cc_nomem(cc);
	row->next = NULL;
	if (cc->key.length > 0)
		memcpy(row->bytes, cc->key.data, cc->key.length);
	*bulk->keys_end = row;
	bulk->keys_end = &row->next;
	return CC_OK;
}

static int
bulk_set_apart(struct cc_bulk *bulk)
{
	const struct cc_table *table = bulk->table;
	int result;

	if (table->n_key == 0)
		return cc_fail(bulk->cc, CC_MISUSE, "rows of %s stand in trees or among"
		    " themselves, and have no primary key", table->sql_name);
	bulk->keys_end = &bulk->keys;
	result = cc_bulk_each(bulk, bulk_gather);
	for (struct cc_bulk_key *row = bulk->keys; result == CC_OK && row != NULL; row = row->next) {
		union cc_part key[CC_KEY_PARTS];

		cc_key_decode(row->bytes, table->fields, table->key, table->n_key, key);
		result = cc_row_set(bulk->cc, table, key, (uint16_t)(bulk->field - table->fields), bulk->value);
	}
	return result;
}

static int
bulk_do(struct cc_bulk *bulk)
{
	int result;

	if (bulk->cc->skip > 0)
		return bulk_write(bulk);
	result = cc_bulk_roles(bulk);
	if (result != CC_OK)
		return result;
	cc_path_forget(bulk->cc, bulk->table);
	if (bulk->field == NULL)
		result = bulk_delete(bulk);
	else
		result = bulk->apart ? bulk_set_apart(bulk) : bulk_set(bulk);
	cc_path_forget(bulk->cc, bulk->table);
	bulk->cc->metrics.hooks += (uint64_t)(bulk->field == NULL || !bulk->apart ? bulk->n : 0);
	return result == CC_OK ? cc_flush_immediate(bulk->cc) : result;
}

/* ---- all or nothing ------------------------------------------------------------------------------ */

/* Undoes what was done since the savepoint, if there is still something to undo. */
static void
bulk_undo(struct cc *cc, size_t mark)
{
	char message[sizeof cc->message];

	memcpy(message, cc->message, sizeof message);
	if (cc_in_transaction(cc) && cc_command(cc, "ROLLBACK TO cc_bulk") == CC_OK)
		cc->owed_written = false;
	cc_path_forget_all(cc);
	if (cc->n_marks > mark)
		cc_mark_rewind(cc, mark);
	memcpy(cc->message, message, sizeof message);
}

static int
bulk_inside(struct cc_bulk *bulk)
{
	struct cc *cc = bulk->cc;
	size_t mark = cc->n_marks;
	int result = cc_mark_push(cc, CC_MARK_INTERNAL, NULL), released;

	if (result != CC_OK)
		return result;
	result = cc_command(cc, "SAVEPOINT cc_bulk");
	if (result == CC_OK) {
		result = bulk_do(bulk);
		if (result != CC_OK)
			bulk_undo(cc, mark);
		released = cc_in_transaction(cc) ? cc_command(cc, "RELEASE cc_bulk") : result;
		result = result == CC_OK ? released : result;
	}
	if (cc->n_marks > mark)
		cc_mark_pop(cc, mark);
	return result;
}

static int
bulk_once(struct cc_bulk *bulk)
{
	struct cc *cc = bulk->cc;
	bool own = false;
	int result = cc_enter(cc);

	if (result != CC_OK)
		return result;
	cc_arena_reset(&cc->scratch);
	result = cc_protect(cc, &own);
	if (result == CC_OK)
		result = own ? bulk_do(bulk) : bulk_inside(bulk);
	cc_bulk_roles_free(bulk);
	cc_arena_free(&bulk->memory);
	cc_arena_free(&bulk->row);
	return cc_unprotect(cc, own, result);
}

static int
bulk_run(struct cc_bulk bulk, int64_t *n)
{
	struct cc_bulk again = bulk;
	int result = bulk_once(&bulk);

	again.too_much = bulk.too_much;
	if (result == CC_ERROR && again.too_much) {
		result = bulk_once(&again);
		bulk.n = again.n;
	}
	if (n != NULL)
		*n = result == CC_OK ? bulk.n : 0;
	return result;
}

int
cc_rows_delete(struct cc *cc, const struct cc_table *table, uint16_t reference,
    const union cc_part *key, int64_t *n)
{
	return bulk_run((struct cc_bulk){ .cc = cc, .table = table,
	    .by = &table->references[reference], .key = key }, n);
}

int
cc_rows_set(struct cc *cc, const struct cc_table *table, uint16_t reference,
    const union cc_part *key, uint16_t field, const void *value, int64_t *n)
{
	return bulk_run((struct cc_bulk){ .cc = cc, .table = table,
	    .by = &table->references[reference], .key = key, .field = &table->fields[field],
	    .value = value }, n);
}
