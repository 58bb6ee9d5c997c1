/*
 * side.c - see side.h.
 */
#include "side.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int failures;
static int failed;
struct cc *side_last;

static char *
side_file(const char *name)
{
	char path[500];
	FILE *file;
	char *text = calloc(1, 20000);

	snprintf(path, sizeof path, "tests/postgres/%s", name);
	file = fopen(path, "r");
	if (file == NULL || text == NULL || fread(text, 1, 19999, file) == 0) {
		perror(path);
		exit(2);
	}
	fclose(file);
	return text;
}

static void
side_reset(void)
{
	struct side side = { .conn = PQconnectdb(getenv("CCGEN_PG_DSN")) };
	char *sql = side_file("forum.sql");

	side_sql(&side, "SET client_min_messages = error; DROP SCHEMA public CASCADE;"
	    " CREATE SCHEMA public");
	side_sql(&side, sql);
	free(sql);
	PQfinish(side.conn);
}

void
side_test(const char *name, void (*test)(void))
{
	failed = 0;
	side_reset();
	test();
	printf("%s postgres-%s\n", failed ? "FAIL" : "ok", name);
	fflush(stdout);
	failures += failed != 0;
}

int
side_failures(void)
{
	return failures;
}

void
side_expect(bool right, const char *what, int line)
{
	if (right)
		return;
	failed++;
	printf("    line %d: not so: %s\n", line, what);
}

void
side_expect_ok(int result, const char *what, int line)
{
	if (result == CC_OK)
		return;
	failed++;
	printf("    line %d: %s: %s: %s\n", line, what, cc_result_name(result), cc_errmsg(side_last));
}

void
side_open(struct side *side)
{
	*side = (struct side){ .conn = PQconnectdb(getenv("CCGEN_PG_DSN")) };
	side->pid = PQbackendPID(side->conn);
	if (cc_open_postgres(&side->cc, side->conn, &forum_schema, NULL) != CC_OK) {
		printf("cc_open_postgres: %s\n", cc_errmsg(side->cc));
		exit(2);
	}
	side_last = side->cc;
}

void
side_close(struct side *side)
{
	cc_close(side->cc);
	PQfinish(side->conn);
}

void
side_sql(struct side *side, const char *sql)
{
	PGresult *result = PQexec(side->conn, sql);
	ExecStatusType status = PQresultStatus(result);

	if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
		printf("    %s    in: %s\n", PQerrorMessage(side->conn), sql);
		failed++;
	}
	PQclear(result);
}

long
side_number(struct side *side, const char *sql)
{
	PGresult *result = PQexec(side->conn, sql);
	long number = PQntuples(result) == 1 ? atol(PQgetvalue(result, 0, 0)) : -1;

	if (PQresultStatus(result) != PGRES_TUPLES_OK)
		printf("    %s    in: %s\n", PQerrorMessage(side->conn), sql);
	PQclear(result);
	return number;
}

/* ---- acts that wait ---------------------------------------------------------------------------- */

static void *
side_run(void *ctx)
{
	struct side *side = ctx;

	side->result = side->act(side);
	return NULL;
}

void
side_start(struct side *side, int (*act)(struct side *side))
{
	side->act = act;
	if (pthread_create(&side->thread, NULL, side_run, side) != 0)
		exit(2);
}

void
side_blocked(struct side *side)
{
	struct side other = { .conn = PQconnectdb(getenv("CCGEN_PG_DSN")) };
	char sql[200];
	bool blocked = false;

	snprintf(sql, sizeof sql, "SELECT count(*) FROM pg_stat_activity WHERE pid = %d"
	    " AND wait_event_type = 'Lock'", side->pid);
	for (int i = 0; i < 200 && !blocked; i++) {
		blocked = side_number(&other, sql) == 1;
		nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
	}
	side_expect(blocked, "the other side waits", 0);
	PQfinish(other.conn);
}

int
side_join(struct side *side)
{
	pthread_join(side->thread, NULL);
	side_last = side->cc;
	return side->result;
}

int
side_commit(struct side *side)
{
	return cc_commit(side->cc);
}

/* ---- the truth ----------------------------------------------------------------------------------- */

void
side_truth(const char *when)
{
	PGconn *conn = PQconnectdb(getenv("CCGEN_PG_DSN"));
	char *sql = side_file("truth.sql");
	PGresult *wrong = PQexec(conn, sql), *dirty;

	if (PQresultStatus(wrong) != PGRES_TUPLES_OK) {
		printf("    %s\n", PQerrorMessage(conn));
		failed++;
	}
	for (int i = 0; i < PQntuples(wrong); i++) {
		failed++;
		printf("    %s: %s %s holds %s, is %s\n", when, PQgetvalue(wrong, i, 0),
		    PQgetvalue(wrong, i, 1), PQgetvalue(wrong, i, 2), PQgetvalue(wrong, i, 3));
	}
	dirty = PQexec(conn, "SELECT table_name, key, reason FROM cc_dirty");
	for (int i = 0; i < PQntuples(dirty); i++) {
		failed++;
		printf("    %s: dirty: %s %s %s\n", when, PQgetvalue(dirty, i, 0),
		    PQgetvalue(dirty, i, 1), PQgetvalue(dirty, i, 2));
	}
	PQclear(wrong);
	PQclear(dirty);
	PQfinish(conn);
	free(sql);
}
