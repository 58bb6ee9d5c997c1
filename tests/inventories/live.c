/*
 * live.c - a random life of a real application, through its hooks and verbs.
 *
 * live DB RECOUNT.sql LIFE.sql SEED STEPS MOMENT: DB holds the application's tables with rows in
 * them, and what install.sql adds.  Each step is a transaction of random inserts, updates and deletes, some
 * of them rolled back; after it, the view that RECOUNT.sql makes (the application's own SQL) must
 * find every maintained column right, and nothing may be marked dirty.  now() is MOMENT.  Columns
 * that never fall are above or, where rows moved, below it: they must not fall.  LIFE.sql makes a
 * view `otherwise` of what the application's SQL can say only with data that it keeps itself.
 *
 * Values are those of other rows, so that keys are mostly there and conditions flip; what the
 * database refuses (unique keys) has not happened.  Columns that only recounts write are left out.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "live.h"

unsigned
life_pick(struct life *life, size_t n)
{
	life->random ^= life->random << 13;
	life->random ^= life->random >> 7;
	life->random ^= life->random << 17;
	return (unsigned)((life->random * UINT64_C(0x2545F4914F6CDD1D) >> 33) % n);
}

void
life_fail(struct life *life, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	printf("# step %d: ", life->step);
	vprintf(format, args);
	printf("\n");
	va_end(args);
	life->failed = true;
}

void
life_trace(const char *what, const char *of, int result)
{
	if (getenv("TRACE") != NULL)
		printf("# %s %s: %s\n", what, of, cc_result_name(result));
}

/* ---- the database ---------------------------------------------------------------------- */

bool
life_run(struct life *life, const char *format, ...)
{
	va_list args;
	char *sql;
	int rc;

	va_start(args, format);
	sql = sqlite3_vmprintf(format, args);
	va_end(args);
	rc = sqlite3_exec(life->db, sql, NULL, NULL, NULL);
	if (rc != SQLITE_OK && rc != SQLITE_CONSTRAINT)
		life_fail(life, "%s: %s", sql, sqlite3_errmsg(life->db));
	life_trace("run", sql, rc == SQLITE_OK ? CC_OK : CC_CONSTRAINT);
	life->refused += rc == SQLITE_CONSTRAINT;
	life->writes += rc == SQLITE_OK;
	sqlite3_free(sql);
	return rc == SQLITE_OK;
}

int64_t
life_number(struct life *life, const char *format, ...)
{
	sqlite3_stmt *st = NULL;
	int64_t value = 0;
	va_list args;
	char *sql;

	va_start(args, format);
	sql = sqlite3_vmprintf(format, args);
	va_end(args);
	if (sqlite3_prepare_v2(life->db, sql, -1, &st, NULL) != SQLITE_OK)
		life_fail(life, "%s: %s", sql, sqlite3_errmsg(life->db));
	else if (sqlite3_step(st) == SQLITE_ROW)
		value = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	sqlite3_free(sql);
	return value;
}

/* ---- transactions ------------------------------------------------------------------------------ */

static void
transaction(struct life *life)
{
	bool saved = life_pick(life, 5) == 0;
	int result = cc_begin(life->cc);

	if (result != CC_OK)
		life_fail(life, "cc_begin: %s", cc_errmsg(life->cc));
	for (int n = 1 + (int)life_pick(life, 6); n > 0 && !life->failed; n--)
		life_operation(life);
	if (saved && !life->failed) {
		cc_savepoint(life->cc, "s");
		life_operation(life);
		result = life_pick(life, 2) == 0 ? cc_rollback_to(life->cc, "s") : CC_OK;
		if (result != CC_OK || cc_release(life->cc, "s") != CC_OK)
			life_fail(life, "savepoint: %s", cc_errmsg(life->cc));
	}
	if (life_pick(life, 6) == 0)
		life_trace("end", "cc_rollback", result = cc_rollback(life->cc));
	else
		life_trace("end", "cc_commit", result = cc_commit(life->cc));
	if (result != CC_OK)
		life_fail(life, "end of transaction: %s", cc_errmsg(life->cc));
}

/* ---- what must hold ----------------------------------------------------------------------------- */

static bool
only_recounts_write(const char *table, const char *column)
{
	for (size_t t = 0; t < SCHEMA.n_tables; t++)
		for (int c = 0; c < SCHEMA.tables[t].n_columns; c++)
			if (strcmp(SCHEMA.tables[t].sql_name, table) == 0 &&
			    strcmp(SCHEMA.tables[t].columns[c].name, column) == 0)
				return (SCHEMA.tables[t].columns[c].flags & CC_COLUMN_BATCH) != 0;
	return false;
}

static void
check(struct life *life, bool all)
{
	sqlite3_stmt *st = life->wrong;
	int shown = 0;

	sqlite3_bind_int(st, 1, !all);
	while (sqlite3_step(st) == SQLITE_ROW) {
		const char *table = (const char *)sqlite3_column_text(st, 1);
		const char *column = (const char *)sqlite3_column_text(st, 2);

		if ((!all && only_recounts_write(table, column)) || shown++ > 5)
			continue;
		life_fail(life, "%s %s.%s%s is %s, should be %s", sqlite3_column_text(st, 0), table, column,
		    sqlite3_column_text(st, 3), sqlite3_column_text(st, 4), sqlite3_column_text(st, 5));
	}
	if (sqlite3_reset(st) != SQLITE_OK)
		life_fail(life, "%s", sqlite3_errmsg(life->db));
	while (sqlite3_step(life->fallen) == SQLITE_ROW)
		life_fail(life, "%s%s has fallen", sqlite3_column_text(life->fallen, 0),
		    sqlite3_column_text(life->fallen, 1));
	sqlite3_reset(life->fallen);
	life->writes -= life_run(life, "DELETE FROM held");
	life->writes -= life_run(life, "INSERT INTO held SELECT id, key, stored FROM recount WHERE at_least");
	if (life_number(life, "SELECT count(*) FROM cc_dirty") != 0)
		life_fail(life, "parents are marked dirty");
}

static int64_t
tell_time(void *ctx)
{
	return ((const struct life *)ctx)->moment;
}

static char *
content(const char *path)
{
	FILE *file = fopen(path, "rb");
	char *text = calloc(1, 1 << 20);

	if (file == NULL || text == NULL || fread(text, 1, (1 << 20) - 1, file) == 0)
		exit(2);
	fclose(file);
	return text;
}

static void
open_all(struct life *life, const char *db, const char *recount, const char *otherwise)
{
	static const char wrong[] = "SELECT id, \"table\", \"column\", key, stored, actual FROM"
	    " (SELECT * FROM recount WHERE id NOT IN (SELECT id FROM otherwise) UNION ALL"
	    " SELECT * FROM otherwise) WHERE stored IS NOT actual AND NOT (at_least AND (stored > actual OR ?1))";
	static const char fallen[] = "SELECT r.id, r.key FROM recount AS r JOIN held AS h"
	    " ON h.id = r.id AND h.key = r.key WHERE r.at_least AND r.stored < h.stored";
	struct cc_options options = { .flags = CC_UNINSTALLED, .clock = tell_time,
		.clock_ctx = life };
	char *sql = content(recount), *more = content(otherwise);

	if (sqlite3_open(db, &life->db) != SQLITE_OK || !life_run(life, "%s", sql) ||
	    !life_run(life, "%s", more) || !life_run(life, "CREATE TEMP TABLE held (id, key, stored)") ||
	    sqlite3_prepare_v2(life->db, wrong, -1, &life->wrong, NULL) != SQLITE_OK ||
	    sqlite3_prepare_v2(life->db, fallen, -1, &life->fallen, NULL) != SQLITE_OK)
		life_fail(life, "%s", sqlite3_errmsg(life->db));
	free(sql);
	free(more);
	life_run(life, "PRAGMA synchronous = OFF");
	/* The last sweep was when the script ran: long after this life. */
	life_run(life, "DELETE FROM cc_window");
	if (cc_open_sqlite(&life->cc, life->db, &SCHEMA, &options) != CC_OK ||
	    cc_install(life->cc) != CC_OK)
		life_fail(life, "cc_open_sqlite: %s", cc_errmsg(life->cc));
}

int
main(int argc, char **argv)
{
	struct life life = { 0 };
	int steps, result;

	if (argc != 7)
		return 2;
	setvbuf(stdout, NULL, _IOLBF, 0);
	life.random = strtoull(argv[4], NULL, 10) * UINT64_C(0x9E3779B97F4A7C15) + 1;
	steps = atoi(argv[5]);
	life.moment = strtoll(argv[6], NULL, 10);
	open_all(&life, argv[1], argv[2], argv[3]);
	if (!life.failed && (result = cc_reconcile(life.cc, &(struct cc_recount_options){
	    .moment = life.moment }, NULL)) != CC_OK)
		life_fail(&life, "cc_reconcile: %s: %s", cc_result_name(result), cc_errmsg(life.cc));
	check(&life, true);
	while (!life.failed && life.step < steps) {
		life.step++;
		transaction(&life);
		if (!life.failed)
			check(&life, false);
	}
	printf("# %d writes, %d refused\n", life.writes, life.refused);
	if (life.refused > life.writes)
		life_fail(&life, "nearly everything is refused");
	sqlite3_finalize(life.wrong);
	sqlite3_finalize(life.fallen);
	cc_close(life.cc);
	sqlite3_close(life.db);
	return life.failed;
}
