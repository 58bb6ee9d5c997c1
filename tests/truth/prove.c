/*
 * prove.c - holds the C of each probe against its SQL, row by row.
 *
 * prove SEED ROWS: makes rows of edges and random values, stores them in a database in memory, and
 * for each expression and row compares what the functions say with what SQLite says: TRUE, FALSE,
 * NULL, the value, and whether it fails.  Prints the first difference of each expression (at most ten),
 * exits 1 if there is any.
 *
 * With CCGEN_PG_DSN in the environment the same is asked of that PostgreSQL server instead.
 * With TRUTH_DB=FILE in the environment the database is a new file, to look at the rows.
 * With TRUTH_MUTANT=from~to in the environment the SQL is falsified: every `from` becomes `to`,
 * and the runner exits 0 only if it notices.
 */
#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "prove.h"

static unsigned differences;           /* expressions that differ */
static bool of_postgres;               /* that engine is asked */
static bool differs;                   /* the one at hand does */

/* ---- the database ---------------------------------------------------------------------------- */

static sqlite3 *db;

static void
date_text(int64_t day, char *out, size_t size)
{
	int64_t of_month, month = cc_month_of(day, &of_month);

	snprintf(out, size, "%04d-%02d-%02d", (int)(month / 12), (int)(month % 12) + 1,
	    (int)of_month + 1);
}

/* In one of the ways that SQLite reads. */
static void
time_text(int64_t time, char *out, size_t size)
{
	int64_t day = cc_date(time), rest = time - day * CC_DAY_MICROS, micros = rest % 1000000;
	char date[32];

	date_text(day, date, sizeof(date));
	if (rest == 0 && pick(2) == 0)
		snprintf(out, size, "%s", date);
	else
		snprintf(out, size, "%s%c%02d:%02d:%02d", date, pick(2) == 0 ? ' ' : 'T',
		    (int)(rest / INT64_C(3600000000)), (int)(rest / 60000000 % 60),
		    (int)(rest / 1000000 % 60));
	if (micros != 0)
		snprintf(out + strlen(out), size - strlen(out), micros % 1000 == 0 ? ".%03d" : ".%06d",
		    (int)(micros % 1000 == 0 ? micros / 1000 : micros));
	if (strlen(out) > 10 && pick(2) == 0)
		strcat(out, pick(2) == 0 ? "Z" : "+00:00");
}

static int bound;
static sqlite3_stmt *insert;

static void
bind_integer(int64_t value, bool is_null)
{
	if (is_null)
		sqlite3_bind_null(insert, ++bound);
	else
		sqlite3_bind_int64(insert, ++bound, value);
}

static void
bind_float(double value, bool is_null)
{
	if (is_null)
		sqlite3_bind_null(insert, ++bound);
	else
		sqlite3_bind_double(insert, ++bound, value);
}

static void
bind_text(const char *value)
{
	sqlite3_bind_text(insert, ++bound, value, -1, SQLITE_TRANSIENT);
}

static void
bind_units(const char *value)
{
	bind_integer(cc_decimal_units(value, 3, NULL), value == NULL);
}

static void
must(int rc, int wanted)
{
	if (rc == wanted)
		return;
	fprintf(stderr, "prove: %s\n", sqlite3_errmsg(db));
	exit(2);
}

static void
store(const struct row *r)
{
	char text[64];

	bound = 0;
	bind_integer(r->id, false);
	bind_integer(r->b ? 1 + (int)pick(2) : 0, false);      /* any number but 0 is true */
	bind_integer(r->bn.value ? -1 : 0, r->bn.null);
	bind_integer(r->h, false);
	bind_integer(r->hn.value, r->hn.null);
	bind_integer(r->i, false);
	bind_integer(r->in.value, r->in.null);
	bind_integer(r->l, false);
	bind_integer(r->ln.value, r->ln.null);
	bind_float((double)r->g, false);
	bind_float((double)r->gn.value, r->gn.null);
	bind_float(r->f, false);
	bind_float(r->fn.value, r->fn.null);
	bind_text(r->p);
	bind_text(r->pn);
	bind_units(r->u);
	bind_units(r->un);
	bind_text(r->t);
	bind_text(r->tn);
	bind_text(r->k);
	bind_integer(r->at, false);
	bind_integer(r->atn.value, r->atn.null);
	bind_integer(r->ats.value / 1000000, r->ats.null);
	bind_integer(r->atm.value / 1000, r->atm.null);
	time_text(r->att.value, text, sizeof(text));
	bind_text(r->att.null ? NULL : text);
	date_text(r->d, text, sizeof(text));
	bind_text(text);
	date_text(r->dn.value, text, sizeof(text));
	bind_text(r->dn.null ? NULL : text);
	bind_text(r->j);
	must(sqlite3_step(insert), SQLITE_DONE);
	must(sqlite3_reset(insert), SQLITE_OK);
}

static void
create(void)
{
	const char *file = getenv("TRUTH_DB");

	must(sqlite3_open(file == NULL ? ":memory:" : file, &db), SQLITE_OK);
	must(sqlite3_exec(db, "CREATE TABLE t (id INTEGER PRIMARY KEY, b BOOLEAN, bn BOOLEAN, h SMALLINT,"
	    "hn SMALLINT, i INT, \"in\" INT, l BIGINT, ln BIGINT, g REAL, gn NUMERIC, f REAL, fn DOUBLE,"
	    "p TEXT, pn TEXT, u INTEGER, un INTEGER, t TEXT, tn TEXT COLLATE NOCASE, k TEXT COLLATE NOCASE,"
	    "at INTEGER, atn DATETIME, ats INTEGER, atm INTEGER, att TEXT, d DATE, dn TEXT, j TEXT)", NULL,
	    NULL, NULL), SQLITE_OK);
	must(sqlite3_prepare_v2(db, "INSERT INTO t VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,"
	    "?,?,?,?)", -1, &insert, NULL), SQLITE_OK);
}

/* ---- comparing -------------------------------------------------------------------------------- */

static void
differ(const struct probe *probe, const struct row *row, const char *what, const char *c,
    const char *sql)
{
	if (!differs && differences++ < 10)
		printf("%s: row %" PRId64 ": C says %s, SQL says %s\n  %s\n  %s\n", what, row->id, c, sql,
			    probe->text, of_postgres ? probe->postgres : probe->sql);
	differs = true;
}

/* What SQLite says; `stmt` stands on a row, or has failed. */
static struct answer
said(sqlite3_stmt *stmt, int rc, enum form form)
{
	struct answer answer;

	if (rc != SQLITE_ROW)
		snprintf(answer.text, sizeof(answer.text), "%s", strcmp(sqlite3_errmsg(db),
		    "integer overflow") == 0 ? "FAILED" : sqlite3_errmsg(db));
	else if (sqlite3_column_type(stmt, 0) == SQLITE_NULL)
		strcpy(answer.text, "NULL");
	else if (form == BOOL)
		strcpy(answer.text, sqlite3_column_int64(stmt, 0) != 0 ? "TRUE" : "FALSE");
	else if (form == FLOAT)
		snprintf(answer.text, sizeof(answer.text), "%.15g", sqlite3_column_double(stmt, 0) + 0.0);
	else if (form == INT && sqlite3_column_type(stmt, 0) == SQLITE_INTEGER)
		snprintf(answer.text, sizeof(answer.text), "%" PRId64,
		    (int64_t)sqlite3_column_int64(stmt, 0));
	else
		snprintf(answer.text, sizeof(answer.text), "'%s'",
		    (const char *)sqlite3_column_text(stmt, 0));
	return answer;
}

void
answer_date(struct answer *answer, int64_t day)
{
	strcpy(answer->text, "'");
	date_text(day, answer->text + 1, sizeof(answer->text) - 2);
	strcat(answer->text, "'");
}

static struct answer
computed(const struct probe *probe, const struct row *row)
{
	struct value value = { .i = 0 };
	struct answer answer;

	probe->value(row, &value);
	if (value.failed)
		strcpy(answer.text, "FAILED");
	else if (value.null)
		strcpy(answer.text, "NULL");
	else if (probe->form == FLOAT)
		snprintf(answer.text, sizeof(answer.text), "%.15g", value.f + 0.0);
	else if (probe->form == INT)
		snprintf(answer.text, sizeof(answer.text), "%" PRId64, value.i);
	else if (probe->form == TEXT)
		snprintf(answer.text, sizeof(answer.text), "'%s'", value.s);
	else
		answer_date(&answer, value.i);
	return answer;
}

/* A condition: the three views, and what SQL does where only TRUE counts. */
static void
judge(const struct probe *probe, const struct row *row, const struct answer *sql, int counted)
{
	bool failed = false, failed_false = false, failed_null = false;
	bool is_true = probe->is_true(row, &failed), is_false = probe->is_false(row, &failed_false);
	bool is_null = probe->is_null(row, &failed_null);
	const char *c = failed ? "FAILED" : is_true ? "TRUE" : is_false ? "FALSE" : "NULL";

	if (strcmp(c, sql->text) != 0)
		differ(probe, row, "condition", c, sql->text);
	else if (failed != failed_false)
		differ(probe, row, "views", failed ? "FAILED" : "not", failed_false ? "FAILED" : "not");
	else if (!failed && (is_true + is_false + is_null != 1 || failed_null))
		differ(probe, row, "views", is_true ? "TRUE" : is_false ? "FALSE" : "neither",
		    is_null ? "NULL" : "not NULL");
	if ((failed ? -1 : is_true) != counted)
		differ(probe, row, "filter", c, counted < 0 ? "FAILED" : counted > 0 ? "TRUE" : "not TRUE");
}

static sqlite3_stmt *
prepared(const char *format, const char *sql)
{
	char *text = sqlite3_mprintf(format, sql);
	sqlite3_stmt *stmt;

	if (sqlite3_prepare_v2(db, text, -1, &stmt, NULL) != SQLITE_OK) {
		fprintf(stderr, "prove: %s\n%s\n", sqlite3_errmsg(db), text);
		exit(2);
	}
	sqlite3_free(text);
	return stmt;
}

static char *
falsified(const char *sql, const char *from, size_t length, const char *to)
{
	char *made = malloc(strlen(sql) * (strlen(to) + 1) + 1), *end = made;

	if (made == NULL)
		abort();
	while (*sql != '\0') {
		if (length > 0 && strncmp(sql, from, length) == 0) {
			end += sprintf(end, "%s", to);
			sql += length;
		} else {
			*end++ = *sql++;
		}
	}
	*end = '\0';
	return made;
}

static void
prove(const struct probe *probe, const struct row *rows, unsigned n, const char *mutant)
{
	const char *to = mutant == NULL ? "" : strchr(mutant, '~') + 1;
	char *sql = falsified(probe->sql, mutant, mutant == NULL ? 0 : (size_t)(to - mutant) - 1, to);
	sqlite3_stmt *value = prepared("SELECT %s FROM t AS c WHERE c.id = ?1", sql);
	sqlite3_stmt *filter = prepared("SELECT count(*) FILTER (WHERE %s) FROM t AS c WHERE c.id = ?1",
	    probe->form == BOOL ? sql : "1");
	struct answer says, does;
	unsigned i;
	int counted;

	differs = false;
	for (i = 0; i < n && !differs; i++) {
		sqlite3_bind_int64(value, 1, rows[i].id);
		sqlite3_bind_int64(filter, 1, rows[i].id);
		says = said(value, sqlite3_step(value), probe->form);
		sqlite3_reset(value);
		counted = sqlite3_step(filter) == SQLITE_ROW ? sqlite3_column_int(filter, 0) : -1;
		sqlite3_reset(filter);
		if (probe->form == BOOL) {
			judge(probe, &rows[i], &says, counted);
			continue;
		}
		does = computed(probe, &rows[i]);
		if (strcmp(says.text, does.text) != 0)
			differ(probe, &rows[i], "value", does.text, says.text);
	}
	sqlite3_finalize(value);
	sqlite3_finalize(filter);
	free(sql);
}

/* ---- PostgreSQL ------------------------------------------------------------------------------ */

static bool
judge_postgres(const struct probe *probe, const struct row *row, const struct answer *says,
    int counted)
{
	struct answer does;
	bool failed = false;

	/* What a literal null makes NULL is not computed, and does not fail then. */
	if (strstr(probe->text, "null") != NULL && strcmp(says->text, "FAILED") != 0) {
		if (probe->form == BOOL)
			probe->is_true(row, &failed);
		else
			failed = strcmp(computed(probe, row).text, "FAILED") == 0;
		if (failed)
			return true;
	}
	if (probe->form == BOOL) {
		judge(probe, row, says, counted);
		return !differs;
	}
	does = computed(probe, row);
	if (strcmp(says->text, does.text) != 0)
		differ(probe, row, "value", does.text, says->text);
	return !differs;
}

static void
prove_postgres(const struct row *rows, unsigned n, const char *mutant)
{
	const char *to = mutant == NULL ? "" : strchr(mutant, '~') + 1;
	unsigned i;
	char *sql;

	for (i = 0; i < n; i++)
		postgres_store(&rows[i]);
	for (i = 0; i < n_probes; i++) {
		differs = false;
		sql = falsified(probes[i].postgres, mutant, mutant == NULL ? 0 :
		    (size_t)(to - mutant) - 1, to);
		postgres_probe(&probes[i], sql, rows, n, judge_postgres);
		free(sql);
	}
}

static void
prove_sqlite(const struct row *rows, unsigned n, const char *mutant)
{
	unsigned i;

	create();
	must(sqlite3_exec(db, "BEGIN", NULL, NULL, NULL), SQLITE_OK);
	for (i = 0; i < n; i++)
		store(&rows[i]);
	must(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
	for (i = 0; i < n_probes; i++)
		prove(&probes[i], rows, n, mutant);
	sqlite3_finalize(insert);
	sqlite3_close(db);
}

int
main(int argc, char **argv)
{
	const char *mutant = getenv("TRUTH_MUTANT"), *dsn = getenv("CCGEN_PG_DSN");
	unsigned i, n = argc == 3 ? (unsigned)strtoul(argv[2], NULL, 10) : 0;
	struct row *rows = calloc(n + 1, sizeof(*rows));

	if (n == 0 || rows == NULL) {
		fputs("usage: prove SEED ROWS\n", stderr);
		return 2;
	}
	rows_seed(strtoull(argv[1], NULL, 10));
	of_postgres = dsn != NULL;
	if (of_postgres)
		postgres_open(dsn);
	for (i = 0; i < n; i++) {
		row_fill(&rows[i], i + 1);
		if (dsn != NULL)
			postgres_tame(&rows[i]);
	}
	if (dsn != NULL) {
		prove_postgres(rows, n, mutant);
		postgres_close();
	} else {
		prove_sqlite(rows, n, mutant);
	}
	printf("seed %s: %u expressions, %u rows, %u differences\n", argv[1], n_probes, n, differences);
	rows_release(rows, n);
	return mutant == NULL ? differences > 0 : differences == 0;
}
