/*
 * ways.c - one write, in the fixture's way: a verb, or the application's own SQL and its hook.
 *
 * The application's own writes are composed here from the descriptors' field names, and bound
 * without the runtime's help, so that a case can say what happens to a row once for all ways.
 */
#include "behaviour.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static sqlite3_stmt *
prepare(struct fixture *f, const char *text)
{
	sqlite3_stmt *stmt;

	if (sqlite3_prepare_v2(f->db, text, -1, &stmt, NULL) != SQLITE_OK)
		fail_msg("%s: %s", text, sqlite3_errmsg(f->db));
	return stmt;
}

const struct cc_table *
table(struct fixture *f, const char *name)
{
	for (int i = 0; i < f->schema->n_tables; i++)
		if (strcmp(f->schema->tables[i].name, name) == 0)
			return &f->schema->tables[i];
	fail_msg("no table %s", name);
	return NULL;
}

static void
bind_field(sqlite3_stmt *stmt, int i, const struct cc_field *field, const void *row)
{
	static const size_t sizes[] = { [CC_BOOL] = 1, [CC_INT16] = 2, [CC_INT32] = 4,
		[CC_INT64] = 8, [CC_FLOAT32] = 4, [CC_FLOAT64] = 8, [CC_TIMESTAMP] = 8 };
	const void *at = (const char *)row + field->offset;
	bool text = field->type == CC_TEXT || field->type == CC_DECIMAL || field->type == CC_UUID;

	if (!text && (field->flags & CC_FIELD_NULLABLE)
	    && ((const char *)at)[sizes[field->type]])
		sqlite3_bind_null(stmt, i);
	else if (text)
		sqlite3_bind_text(stmt, i, *(const char *const *)at, -1, SQLITE_TRANSIENT);
	else if (field->type == CC_FLOAT64)
		sqlite3_bind_double(stmt, i, *(const double *)at);
	else
		sqlite3_bind_int64(stmt, i, field->type == CC_BOOL ? *(const bool *)at
		    : field->type == CC_INT32 ? *(const int32_t *)at : *(const int64_t *)at);
}

/* Runs a statement over all fields, the key bound last; false when the database refuses it. */
static bool
write_fields(struct fixture *f, const char *text, const struct cc_table *t, const void *row)
{
	sqlite3_stmt *stmt = prepare(f, text);
	int rc;

	for (int i = 0; i < t->n_fields; i++)
		bind_field(stmt, i + 1, &t->fields[i], row);
	rc = sqlite3_step(stmt);
	sqlite3_finalize(stmt);
	return rc == SQLITE_DONE;
}

/* Only the key is bound. */
static bool
write_key(struct fixture *f, const char *text, const struct cc_table *t, const void *row)
{
	sqlite3_stmt *stmt = prepare(f, text);
	int rc;

	for (int i = 0; i < t->n_key; i++)
		bind_field(stmt, t->key[i] + 1, &t->fields[t->key[i]], row);
	rc = sqlite3_step(stmt);
	sqlite3_finalize(stmt);
	return rc == SQLITE_DONE;
}

/* A name as SQL wants it: "na""me". */
static const char *
quoted(char *out, size_t size, const char *name)
{
	size_t n = 0;

	out[n++] = '"';
	for (; *name != '\0' && n + 4 < size; name++) {
		if (*name == '"')
			out[n++] = '"';
		out[n++] = *name;
	}
	out[n++] = '"';
	out[n] = '\0';
	return out;
}

static bool
try_insert(struct fixture *f, const struct cc_table *t, const void *row)
{
	char text[1000], name[100];
	size_t n = (size_t)snprintf(text, sizeof text, "INSERT INTO %s",
	    quoted(name, sizeof name, t->sql_name));

	for (int i = 0; i < t->n_fields; i++)
		n += (size_t)snprintf(text + n, sizeof text - n, "%s%s", i == 0 ? " (" : ", ",
		    quoted(name, sizeof name, t->fields[i].name));
	for (int i = 0; i < t->n_fields; i++)
		n += (size_t)snprintf(text + n, sizeof text - n, "%s?", i == 0 ? ") VALUES (" : ", ");
	snprintf(text + n, sizeof text - n, ")");
	return write_fields(f, text, t, row);
}

static bool
try_update(struct fixture *f, const struct cc_table *t, const void *row)
{
	char text[1000], name[100];
	size_t n = (size_t)snprintf(text, sizeof text, "UPDATE %s SET",
	    quoted(name, sizeof name, t->sql_name));

	for (int i = 0; i < t->n_fields; i++)
		n += (size_t)snprintf(text + n, sizeof text - n, "%s %s = ?%d",
		    i == 0 ? "" : ",", quoted(name, sizeof name, t->fields[i].name), i + 1);
	for (int i = 0; i < t->n_key; i++)
		n += (size_t)snprintf(text + n, sizeof text - n, " %s %s = ?%d",
		    i == 0 ? "WHERE" : "AND",
		    quoted(name, sizeof name, t->fields[t->key[i]].name), t->key[i] + 1);
	return write_fields(f, text, t, row);
}

static bool
try_delete(struct fixture *f, const struct cc_table *t, int64_t id)
{
	char text[1000], name[100], key[100];

	snprintf(text, sizeof text, "DELETE FROM %s WHERE %s = %" PRId64,
	    quoted(name, sizeof name, t->sql_name),
	    quoted(key, sizeof key, t->fields[t->key[0]].name), id);
	return sqlite3_exec(f->db, text, NULL, NULL, NULL) == SQLITE_OK;
}

void
write_insert(struct fixture *f, const char *name, const void *row)
{
	assert_true(try_insert(f, table(f, name), row));
}

void
write_update(struct fixture *f, const char *name, const void *row)
{
	assert_true(try_update(f, table(f, name), row));
}

void
write_delete(struct fixture *f, const char *name, int64_t id)
{
	assert_true(try_delete(f, table(f, name), id));
}

/* ---- one write in the fixture's way ---- */

static bool
enter(struct fixture *f)
{
	bool mine = !f->open && f->way != VERBS;

	if (mine)
		begin(f);
	return mine;
}

static int
leave(struct fixture *f, bool mine, int rc)
{
	if (mine)
		commit(f);
	return rc;
}

int
insert(struct fixture *f, const char *name, const void *row)
{
	const struct cc_table *t = table(f, name);
	bool mine = enter(f);

	if (f->way == VERBS)
		return cc_row_insert(f->cc, t, row);
	if (!try_insert(f, t, row))
		return leave(f, mine, CC_CONSTRAINT);
	return leave(f, mine, cc_row_inserted(f->cc, t, row));
}

static void
key_of(const struct cc_table *t, const void *row, union cc_part *key)
{
	for (int i = 0; i < t->n_key; i++) {
		const struct cc_field *field = &t->fields[t->key[i]];
		const void *at = (const char *)row + field->offset;

		if (field->type == CC_TEXT || field->type == CC_UUID)
			key[i].s = *(const char *const *)at;
		else
			key[i].i = field->type == CC_INT32 ? *(const int32_t *)at : *(const int64_t *)at;
	}
}

int
update(struct fixture *f, const char *name, const void *row)
{
	const struct cc_table *t = table(f, name);
	_Alignas(max_align_t) char before[600];
	union cc_part key[CC_KEY_PARTS];
	bool mine = enter(f);
	int rc;

	if (f->way == VERBS)
		return cc_row_update(f->cc, t, row);
	key_of(t, row, key);
	rc = cc_row_load_for_update(f->cc, t, key, before);
	if (rc != CC_OK)
		return leave(f, mine, rc);
	if (!try_update(f, t, row))
		return leave(f, mine, CC_CONSTRAINT);
	return leave(f, mine, cc_row_updated(f->cc, t, before, row));
}

int
delete(struct fixture *f, const char *name, int64_t id)
{
	const struct cc_table *t = table(f, name);
	union cc_part key[CC_KEY_PARTS] = { { .i = id } };
	bool mine = enter(f);
	int rc;

	if (f->way == VERBS)
		return cc_row_delete(f->cc, t, key);
	rc = cc_row_deleting(f->cc, t, key);
	if (rc == CC_OK && !try_delete(f, t, id))
		rc = CC_CONSTRAINT;
	return leave(f, mine, rc);
}

/* The same by the key of a row, whatever it is made of. */
int
erase(struct fixture *f, const char *name, const void *row)
{
	const struct cc_table *t = table(f, name);
	union cc_part key[CC_KEY_PARTS];
	char text[1000], quote[100];
	bool mine = enter(f);
	size_t n;
	int rc;

	key_of(t, row, key);
	if (f->way == VERBS)
		return cc_row_delete(f->cc, t, key);
	rc = cc_row_deleting(f->cc, t, key);
	n = (size_t)snprintf(text, sizeof text, "DELETE FROM %s",
	    quoted(quote, sizeof quote, t->sql_name));
	for (int i = 0; i < t->n_key; i++)
		n += (size_t)snprintf(text + n, sizeof text - n, " %s %s = ?%d",
		    i == 0 ? "WHERE" : "AND",
		    quoted(quote, sizeof quote, t->fields[t->key[i]].name), t->key[i] + 1);
	if (rc == CC_OK && !write_key(f, text, t, row))
		rc = CC_CONSTRAINT;
	return leave(f, mine, rc);
}

/* ---- transactions ---- */

void
begin(struct fixture *f)
{
	f->open = true;
	if (f->way == OWN)
		sql(f, "BEGIN");
	else
		assert_int_equal(cc_begin(f->cc), CC_OK);
}

void
commit(struct fixture *f)
{
	f->open = false;
	if (f->way == OWN) {
		assert_int_equal(cc_flush(f->cc), CC_OK);
		sql(f, "COMMIT");
	} else
		assert_int_equal(cc_commit(f->cc), CC_OK);
}

void
rollback(struct fixture *f)
{
	f->open = false;
	if (f->way == OWN)
		sql(f, "ROLLBACK");
	else
		assert_int_equal(cc_rollback(f->cc), CC_OK);
}

static void
mirrored(struct fixture *f, const char *words, const char *name,
    int (*ours)(struct cc *, const char *), int (*mirror)(struct cc *, const char *))
{
	char text[100];

	snprintf(text, sizeof text, "%s %s", words, name);
	if (f->way == OWN)
		sql(f, text);
	assert_int_equal((f->way == OWN ? mirror : ours)(f->cc, name), CC_OK);
}

void
savepoint(struct fixture *f, const char *name)
{
	mirrored(f, "SAVEPOINT", name, cc_savepoint, cc_mark);
}

void
release(struct fixture *f, const char *name)
{
	mirrored(f, "RELEASE", name, cc_release, cc_unmark);
}

void
rollback_to(struct fixture *f, const char *name)
{
	mirrored(f, "ROLLBACK TO", name, cc_rollback_to, cc_rewind);
}
