/*
 * postgres.c - the rows of the truth test in a PostgreSQL server, and what it says of a probe.
 *
 * Values that PostgreSQL cannot hold are replaced in the rows first, so that the C sees what the
 * server does.  The server is the one of CCGEN_PG_DSN; the table is a temporary one.
 *
 * Floats: what overflows is an error there, what is infinite in C: such rows tell nothing.
 */
#include <inttypes.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "prove.h"

static PGconn *conn;

static PGresult *
run(const char *sql)
{
	PGresult *result = PQexec(conn, sql);

	if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK) {
		fprintf(stderr, "prove: %s\n%s\n", PQerrorMessage(conn), sql);
		exit(2);
	}
	return result;
}

/* ---- what it can hold -------------------------------------------------------------------- */

static bool
is_utf8(const char *text)
{
	const unsigned char *at = (const unsigned char *)text;
	size_t i, n;

	for (; *at != '\0'; at += n) {
		n = *at < 0x80 ? 1 : *at >= 0xc2 && *at < 0xe0 ? 2 : *at >= 0xe0 && *at < 0xf0 ? 3 : 0;
		if (n == 0 || (*at == 0xe0 && at[1] < 0xa0) || (*at == 0xed && at[1] > 0x9f))
			return false;
		for (i = 1; i < n; i++)
			if ((at[i] & 0xc0) != 0x80)
				return false;
	}
	return true;
}

static void
tame(const char **text, const char *instead)
{
	char *made;

	if (*text == NULL)
		return;
	made = malloc(strlen(instead) + 1);
	if (made == NULL)
		abort();
	free((char *)(uintptr_t)*text);
	*text = strcpy(made, instead);
}

static void
tame_decimal(const char **text)
{
	bool failed = false;

	cc_decimal(*text, 2, &failed);
	if (failed || (*text != NULL && strchr(*text, 'x') != NULL))
		tame(text, "0");
}

/* Times after 4714 BC, and before those whose microseconds extract() rounds. */
static int64_t
within(int64_t time)
{
	return time < INT64_C(-210866803200000000) || time > INT64_C(9000000000000000000) ? 0 : time;
}

void
postgres_tame(struct row *row)
{
	if (!is_utf8(row->t))
		tame(&row->t, "\xc3\xa4");
	if (row->tn != NULL && !is_utf8(row->tn))
		tame(&row->tn, "\xc3\x84");
	tame_decimal(&row->p);
	tame_decimal(&row->pn);
	row->at = within(row->at);
	row->atn.value = within(row->atn.value);
}

/* ---- rows ---------------------------------------------------------------------------------- */

static const char *values[40];
static char room[40][64];
static int n_values;

static void
text(const char *value)
{
	values[n_values++] = value;
}

static void
integer(int64_t value, bool is_null)
{
	snprintf(room[n_values], sizeof(room[0]), "%" PRId64, value);
	text(is_null ? NULL : room[n_values]);
}

static void
boolean(bool value, bool is_null)
{
	text(is_null ? NULL : value ? "t" : "f");
}

static void
real(double value, bool is_null)
{
	snprintf(room[n_values], sizeof(room[0]), "%.17g", value);
	text(is_null ? NULL : room[n_values]);
}

void
postgres_store(const struct row *r)
{
	PGresult *result;

	n_values = 0;
	integer(r->id, false);
	boolean(r->b, false);
	boolean(r->bn.value, r->bn.null);
	integer(r->h, false);
	integer(r->hn.value, r->hn.null);
	integer(r->i, false);
	integer(r->in.value, r->in.null);
	integer(r->l, false);
	integer(r->ln.value, r->ln.null);
	real((double)r->g, false);
	real((double)r->gn.value, r->gn.null);
	real(r->f, false);
	real(r->fn.value, r->fn.null);
	text(r->p);
	text(r->pn);
	text(r->u);
	text(r->un);
	text(r->t);
	text(r->tn);
	text(r->k);
	integer(r->at, false);
	integer(r->atn.value, r->atn.null);
	integer(r->ats.value, r->ats.null);
	integer(r->atm.value, r->atm.null);
	integer(r->att.value, r->att.null);
	integer(r->d, false);
	integer(r->dn.value, r->dn.null);
	text(r->j);
	result = PQexecPrepared(conn, "store", n_values, values, NULL, NULL, 0);
	if (PQresultStatus(result) != PGRES_COMMAND_OK) {
		fprintf(stderr, "prove: %s\n", PQerrorMessage(conn));
		exit(2);
	}
	PQclear(result);
}

#define TIME(n) "timestamp '1970-01-01' + $" #n "::bigint / 86400000000 * interval '1 day' + $" #n \
    "::bigint % 86400000000 * interval '1 microsecond'"

void
postgres_open(const char *dsn)
{
	conn = PQconnectdb(dsn);
	if (PQstatus(conn) != CONNECTION_OK) {
		fprintf(stderr, "prove: %s\n", PQerrorMessage(conn));
		exit(2);
	}
	PQclear(run("CREATE TEMP TABLE t (id bigint PRIMARY KEY, b boolean, bn boolean, h smallint,"
	    "hn smallint, i int, \"in\" int, l bigint, ln bigint, g real, gn real, f float8, fn float8,"
	    "p numeric, pn numeric, u numeric(12,3), un numeric(12,3), t text, tn varchar, k uuid,"
	    "at timestamptz, atn timestamptz, ats timestamptz, atm timestamptz, att timestamptz,"
	    "d date, dn date, j jsonb)"));
	PQclear(PQprepare(conn, "store", "INSERT INTO t VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,"
	    "$13,$14,$15,$16,$17,$18,$19,$20,(" TIME(21) ") AT TIME ZONE 'UTC',(" TIME(22)
	    ") AT TIME ZONE 'UTC',(" TIME(23) ") AT TIME ZONE 'UTC',(" TIME(24) ") AT TIME ZONE 'UTC',("
	    TIME(25) ") AT TIME ZONE 'UTC', date '1970-01-01' + $26::int, date '1970-01-01' + $27::int,$28)",
	    0, NULL));
	PQclear(run("SET search_path = pg_temp"));
}

void
postgres_close(void)
{
	PQfinish(conn);
}

/* ---- what it says ---------------------------------------------------------------------------- */

/* A value as prove.c spells it; false: an overflow of floats. */
static bool
spell(const PGresult *result, int row, enum form form, struct answer *answer)
{
	const char *value = PQgetvalue(result, row, 1);

	if (PQgetisnull(result, row, 1))
		strcpy(answer->text, "NULL");
	else if (form == BOOL)
		strcpy(answer->text, *value == 't' ? "TRUE" : "FALSE");
	else if (form == FLOAT)
		snprintf(answer->text, sizeof(answer->text), "%.15g", strtod(value, NULL) + 0.0);
	else if (form == DATE)
		answer_date(answer, strtoll(value, NULL, 10));
	else
		snprintf(answer->text, sizeof(answer->text), form == INT ? "%s" : "'%s'", value);
	return true;
}

static bool
failure(const PGresult *result, struct answer *answer)
{
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

	if (strncmp(message, "value out of range", 18) == 0)
		return false;
	snprintf(answer->text, sizeof(answer->text), "%s", strcmp(state, "22003") == 0 ? "FAILED" :
	    message);
	return true;
}

/* One row at a time, where some row fails. */
static void
judge_each(const char *sql, const struct probe *probe, const struct row *rows, unsigned n,
    postgres_judge *judge)
{
	struct answer answer;
	PGresult *result;
	unsigned i;
	bool known;

	result = PQprepare(conn, "one", sql, 0, NULL);
	known = PQresultStatus(result) == PGRES_COMMAND_OK;
	if (!known)
		fprintf(stderr, "prove: %s\n%s\n", PQerrorMessage(conn), sql);
	PQclear(result);
	if (!known)
		exit(2);
	for (i = 0; i < n; i++) {
		char id[24];
		const char *parameter = id;
		int counted;

		snprintf(id, sizeof(id), "%" PRId64, rows[i].id);
		result = PQexecPrepared(conn, "one", 1, &parameter, NULL, NULL, 0);
		if (PQresultStatus(result) == PGRES_TUPLES_OK) {
			known = spell(result, 0, probe->form, &answer);
			counted = atoi(PQgetvalue(result, 0, 2));
		} else {
			known = failure(result, &answer);
			counted = -1;
		}
		PQclear(result);
		if (known && !judge(probe, &rows[i], &answer, counted))
			break;
	}
	PQclear(run("DEALLOCATE one"));
}

void
postgres_probe(const struct probe *probe, const char *sql, const struct row *rows, unsigned n,
    postgres_judge *judge)
{
	size_t size = 2 * strlen(sql) + 400;
	char *query = malloc(size), id[] = " WHERE c.id = $1";
	const char *value = probe->form == DATE ? "(%s) - date '1970-01-01'" : "%s";
	char *printed = malloc(size);
	struct answer answer;
	PGresult *result;
	unsigned i;

	if (query == NULL || printed == NULL)
		abort();
	snprintf(printed, size, value, sql);
	snprintf(query, size, "SELECT c.id, (SELECT %s), (SELECT count(*) FILTER (WHERE %s) FROM"
	    " (SELECT c.*) AS c) FROM t AS c WHERE $1::bigint IS NULL ORDER BY 1", printed,
	    probe->form == BOOL ? sql : "TRUE");
	result = PQexecParams(conn, query, 1, NULL, (const char *const[]){ NULL }, NULL, NULL, 0);
	if (PQresultStatus(result) == PGRES_TUPLES_OK && (unsigned)PQntuples(result) == n) {
		for (i = 0; i < n; i++)
			if (spell(result, (int)i, probe->form, &answer) &&
			    !judge(probe, &rows[i], &answer, atoi(PQgetvalue(result, (int)i, 2))))
				break;
	} else {
		strcpy(strstr(query, " WHERE $1::bigint IS NULL"), id);
		judge_each(query, probe, rows, n, judge);
	}
	PQclear(result);
	free(query);
	free(printed);
}
