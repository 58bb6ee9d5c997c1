/*
 * moments.c - now(): the calendar, the window, sweeps, recounts as of another moment; and parents
 * that a recount has to create.
 */
#include "calendar.h"

#include "cc.h"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define START INT64_C(1700000000000000)        /* 2023-11-14 22:13:20 */

static int
open_calendar(void **state)
{
	struct fixture *f;

	fixture_open_schema(state, &calendar_schema, calendar_ddl, 0);
	f = *state;
	f->now = START;
	assert_ok(f, cc_install(f->cc));
	fixture_exec(f, "INSERT INTO users (id) VALUES (1), (2), (3)");
	f->events[0] = '\0';
	return 0;
}

static void
event(struct fixture *f, int64_t id, int64_t user, int64_t at, int64_t expires)
{
	assert_ok(f, cc_row_insert(f->cc, CALENDAR(EVENTS), &(struct calendar_event){ .id = id,
	    .user_id = VALUE(user), .at = at,
	    .expires_at = { .value = expires, .null = expires == 0 } }));
}

static int64_t
of(struct fixture *f, const char *column, int64_t user)
{
	char sql[120];

	snprintf(sql, sizeof sql, "SELECT %s FROM users WHERE id = %lld", column,
	    (long long)user);
	return fixture_int(f, sql);
}

static int
sweep(struct fixture *f, int64_t moment)
{
	return cc_sweep(f->cc, &(struct cc_sweep_options){ .moment = moment });
}

/* ---- the calendar ------------------------------------------------------------------------------ */

static void
expect_time(const char *from, int64_t number, enum cc_unit unit, const char *wanted)
{
	char text[40];
	int64_t micros;

	assert_true(cc_timestamp_parse(from, &micros));
	assert_true(cc_timestamp_add(micros, number, unit, &micros));
	cc_timestamp_print(micros, text);
	if (strncmp(text, wanted, strlen(wanted)) != 0)
		fail_msg("%s: %s, not %s", from, text, wanted);
}

static void
test_calendar(void **state)
{
	int64_t out;

	(void)state;
	expect_time("2023-03-31 10:00:00.5", -1, CC_MONTH, "2023-02-28 10:00:00.5");
	expect_time("2024-03-31 10:00:00", -1, CC_MONTH, "2024-02-29 10:00:00");
	expect_time("2024-02-29 00:00:00", -1, CC_YEAR, "2023-02-28 00:00:00");
	expect_time("2024-02-29 00:00:00", 4, CC_YEAR, "2028-02-29 00:00:00");
	expect_time("2023-01-15 12:00:00", -1, CC_MONTH, "2022-12-15 12:00:00");
	expect_time("2023-12-31 23:59:59", 2, CC_MONTH, "2024-02-29 23:59:59");
	expect_time("2023-05-31 00:00:00", -25, CC_MONTH, "2021-04-30 00:00:00");
	expect_time("1970-01-31 01:00:00", -11, CC_MONTH, "1969-02-28 01:00:00");
	expect_time("2023-03-01 00:00:00", -1, CC_DAY, "2023-02-28 00:00:00");
	expect_time("2023-03-01 00:00:00", -2, CC_WEEK, "2023-02-15 00:00:00");
	expect_time("2023-03-01 00:00:00", -1, CC_SECOND, "2023-02-28 23:59:59");
	expect_time("2023-03-01 00:00:00", 90, CC_MINUTE, "2023-03-01 01:30:00");
	expect_time("2023-03-01 00:00:00", -25, CC_HOUR, "2023-02-27 23:00:00");
	assert_false(cc_timestamp_add(START, INT64_MAX, CC_SECOND, &out));
	assert_false(cc_timestamp_add(START, INT64_MAX, CC_YEAR, &out));
	assert_false(cc_timestamp_add(START, INT64_MIN, CC_MONTH, &out));
	assert_false(cc_timestamp_add(START, 300000, CC_YEAR, &out));
}

static void
test_install(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(fixture_int(f, "SELECT at FROM cc_window WHERE moment = 'now()'"), START);
	assert_int_equal(fixture_int(f, "SELECT at FROM cc_window"
	    " WHERE moment = 'now() - 30 days'"), START - DAYS(30));
	assert_int_equal(fixture_int(f, "SELECT at FROM cc_window"
	    " WHERE moment = 'now() - 1 month'"), START - DAYS(31));
	f->now = START + DAYS(1);
	fixture_exec(f, "DELETE FROM cc_window WHERE moment = 'now() - 30 days'");
	assert_ok(f, cc_install(f->cc));
	assert_int_equal(fixture_int(f, "SELECT at FROM cc_window WHERE moment = 'now()'"), START);
	assert_int_equal(fixture_int(f, "SELECT at FROM cc_window"
	    " WHERE moment = 'now() - 30 days'"), START - DAYS(30));
	fixture_exec(f, "DELETE FROM cc_window");
	assert_int_equal(cc_verify(f->cc, NULL, NULL), CC_SCHEMA);
	assert_non_null(strstr(cc_errmsg(f->cc), "run cc_install"));
}

/* ---- sweeps -------------------------------------------------------------------------------------- */

static void
test_sweep(void **state)
{
	struct fixture *f = *state;

	event(f, 1, 1, START - DAYS(29), START + HOURS(1));
	event(f, 2, 1, START - DAYS(31), 0);          /* late: never counted by its age */
	event(f, 3, 2, START + DAYS(3), START + DAYS(9));     /* of the future */
	event(f, 4, 2, START, START - 1);
	calendar_check(f);
	assert_int_equal(of(f, "recent_count", 1), 1);
	assert_int_equal(of(f, "live_count", 1), 1);
	f->now = START + HOURS(1);
	assert_ok(f, cc_sweep(f->cc, NULL));
	assert_int_equal(of(f, "live_count", 1), 0);
	calendar_check(f);
	f->now = START + HOURS(36);
	assert_ok(f, cc_sweep(f->cc, NULL));
	assert_int_equal(of(f, "recent_count", 1), 0);
	assert_int_equal(of(f, "latest", 1), START - DAYS(29));
	calendar_check(f);
	assert_ok(f, sweep(f, START + DAYS(40)));
	assert_int_equal(of(f, "recent_count", 2), 0);
	assert_int_equal(of(f, "latest IS NULL", 1), 1);
	calendar_check(f);
	assert_ok(f, cc_row_delete(f->cc, CALENDAR(EVENTS), KEY(1)));
	event(f, 5, 3, START + DAYS(39), START + DAYS(41));
	calendar_check(f);
	assert_ok(f, cc_verify(f->cc, NULL, NULL));
}

/* Rows on which no moment passed cost nothing, and the clock may stand still or go back. */
static void
test_nothing_to_do(void **state)
{
	struct fixture *f = *state;
	struct cc_metrics before, after;

	event(f, 1, 1, START - DAYS(10), 0);
	cc_metrics(f->cc, &before);
	assert_ok(f, cc_sweep(f->cc, NULL));
	assert_ok(f, sweep(f, START + DAYS(1)));
	f->now = START - DAYS(5);
	assert_ok(f, cc_sweep(f->cc, NULL));
	cc_metrics(f->cc, &after);
	assert_int_equal(after.statements, before.statements);
	assert_int_equal(sweep(f, START), CC_MISUSE);
	assert_non_null(strstr(cc_errmsg(f->cc), "later moment"));
	assert_int_equal(fixture_int(f, "SELECT at FROM cc_window WHERE moment = 'now()'"),
	    START + DAYS(1));
	assert_ok(f, cc_begin(f->cc));
	assert_int_equal(cc_sweep(f->cc, NULL), CC_MISUSE);
	assert_ok(f, cc_rollback(f->cc));
	calendar_check(f);
}

/* Between the last day of a long month and the first of the next, a month ago goes back. */
static void
test_months_that_end_early(void **state)
{
	struct fixture *f = *state;
	const char *const times[] = { "2024-03-28 12:00:00", "2024-03-30 01:00:00",
		"2024-03-31 00:30:00", "2024-03-31 23:00:00", "2024-04-01 00:00:00" };
	int64_t at, moment;

	assert_true(cc_timestamp_parse("2024-02-27 00:00:00", &at));
	for (int64_t id = 1; id <= 100; id++)
		event(f, id, 1 + id % 3, at + HOURS(id), 0);
	for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
		assert_true(cc_timestamp_parse(times[i], &moment));
		assert_ok(f, sweep(f, moment));
		calendar_check(f);
	}
}

static void
test_failed_sweep(void **state)
{
	struct fixture *f = *state;

	event(f, 1, 1, START - DAYS(29), 0);
	fixture_exec(f, "CREATE TRIGGER no BEFORE UPDATE ON cc_window BEGIN"
	    " SELECT raise(ABORT, 'no'); END");
	assert_int_equal(sweep(f, START + DAYS(2)), CC_CONSTRAINT);
	assert_int_equal(of(f, "recent_count", 1), 1);
	calendar_check(f);
	fixture_exec(f, "DROP TRIGGER no");
	assert_ok(f, sweep(f, START + DAYS(2)));
	assert_int_equal(of(f, "recent_count", 1), 0);
	calendar_check(f);
}

/* ---- recounts -------------------------------------------------------------------------------------- */

static void
test_recount_as_of(void **state)
{
	struct fixture *f = *state;
	struct cc_recount_options options = { .moment = START + HOURS(36) };
	struct cc_recount_report report;

	event(f, 1, 1, START - DAYS(29), START + HOURS(1));
	assert_ok(f, cc_verify(f->cc, NULL, &report));
	assert_int_equal(report.moment, START);
	assert_int_equal(cc_verify(f->cc, &options, &report), CC_DRIFT);
	assert_int_equal(report.moment, START + HOURS(36));
	assert_int_equal(report.mismatches, 2);
	assert_int_equal(of(f, "recent_count", 1), 1);
	assert_int_equal(fixture_int(f, "SELECT count(*) FROM temp.sqlite_master"), 0);
	assert_int_equal(fixture_int(f, "SELECT at FROM cc_window WHERE moment = 'now()'"), START);
	assert_ok(f, cc_verify(f->cc, NULL, NULL));
	assert_ok(f, cc_begin(f->cc));
	assert_int_equal(cc_verify(f->cc, &options, NULL), CC_DRIFT);
	event(f, 2, 1, START - DAYS(29), 0);
	assert_ok(f, cc_commit(f->cc));
	assert_int_equal(of(f, "recent_count", 1), 2);
	options.dry_run = true;
	assert_ok(f, cc_reconcile(f->cc, &options, &report));
	assert_int_equal(report.mismatches, 2);
	options.dry_run = false;
	fixture_exec(f, "UPDATE users SET recent_count = 7, live_count = 7, latest = 7");
	assert_ok(f, cc_reconcile(f->cc, &options, &report));
	assert_int_equal(report.moment, START + HOURS(36));
	assert_int_equal(of(f, "recent_count", 1), 0);
	calendar_check(f);
	assert_ok(f, cc_row_recount(f->cc, CALENDAR(USERS), KEY(1)));
	calendar_check(f);
}

/* Parents that nobody created are reported, and made by a recount, once. */
static void
test_missing_parents(void **state)
{
	struct fixture *f = *state;
	struct cc_recount_options options = { .memory = 1, .batch = 3 };
	struct cc_recount_report report;

	fixture_exec(f, "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
	    " WHERE i < 40) INSERT INTO events (id, day, at) SELECT i, 'd' || (i % 8), 0 FROM n;"
	    "INSERT INTO days (day, visits) VALUES ('d0', 5), ('d1', 4)");
	assert_int_equal(cc_verify(f->cc, NULL, &report), CC_DRIFT);
	assert_int_equal(report.mismatches, 7);
	assert_non_null(strstr(f->events, "drift days visits [\"d7\"]: the row is missing\n"));
	assert_int_equal(fixture_int(f, "SELECT count(*) FROM days"), 2);
	assert_ok(f, cc_reconcile(f->cc, &options, &report));
	assert_int_equal(report.corrected, 7);
	assert_int_equal(fixture_int(f, "SELECT count(*) FROM days WHERE visits = 5"), 8);
	assert_ok(f, cc_verify(f->cc, NULL, NULL));
	fixture_exec(f, "DELETE FROM days WHERE day = 'd3'; CREATE TRIGGER no BEFORE INSERT ON days"
	    " BEGIN SELECT raise(ABORT, 'not today'); END");
	f->events[0] = '\0';
	assert_ok(f, cc_reconcile(f->cc, &options, NULL));
	assert_non_null(strstr(f->events, "failure days - [\"d3\"]: not today"));
	assert_int_equal(cc_verify(f->cc, NULL, NULL), CC_DRIFT);
}

/* ---- several processes ------------------------------------------------------------------------------- */

static char path[64];

static void
open_file(struct fixture *f)
{
	memset(f, 0, sizeof *f);
	assert_int_equal(sqlite3_open(path, &f->db), SQLITE_OK);
	sqlite3_busy_timeout(f->db, 20000);
	assert_ok(f, cc_open_sqlite(&f->cc, f->db, &calendar_schema, NULL));
}

static void
make_file(void)
{
	struct fixture f = { 0 };
	struct cc_options options = { .flags = CC_UNINSTALLED };

	strcpy(path, "/tmp/moments.XXXXXX");
	assert_true(close(mkstemp(path)) == 0);
	assert_int_equal(sqlite3_open(path, &f.db), SQLITE_OK);
	fixture_exec(&f, "PRAGMA journal_mode = wal");
	fixture_exec(&f, calendar_ddl);
	assert_ok(&f, cc_open_sqlite(&f.cc, f.db, &calendar_schema, &options));
	assert_ok(&f, cc_install(f.cc));
	fixture_exec(&f, "INSERT INTO users (id) VALUES (1), (2), (3)");
	fixture_exec(&f, "DELETE FROM cc_window WHERE moment <> 'now()'");
	fixture_exec(&f, "UPDATE cc_window SET at = 1700000000000000");
	assert_ok(&f, cc_install(f.cc));
	cc_close(f.cc);
	sqlite3_close(f.db);
}

static void
remove_file(void)
{
	char other[80];

	unlink(path);
	snprintf(other, sizeof other, "%s-wal", path);
	unlink(other);
	snprintf(other, sizeof other, "%s-shm", path);
	unlink(other);
}

static void
live(int role, int steps)
{
	struct fixture f;

	open_file(&f);
	for (int i = 0; i < steps; i++) {
		int result = CC_OK;

		if (role < 2)
			result = sweep(&f, START + HOURS(6) * (i + role));
		else
			event(&f, role * 1000000 + i, 1 + i % 3, START - DAYS(30) + HOURS(5) * i,
			    START + HOURS(7) * i);
		if (result != CC_OK && result != CC_MISUSE)
			_exit(1);
	}
	cc_close(f.cc);
	sqlite3_close(f.db);
	_exit(0);
}

static void
check_file(void)
{
	struct fixture f;

	open_file(&f);
	calendar_check(&f);
	assert_ok(&f, cc_verify(f.cc, NULL, NULL));
	cc_close(f.cc);
	sqlite3_close(f.db);
}

/* Two that sweep and two that write. */
static void
test_beside_each_other(void **state)
{
	pid_t pids[4];

	(void)state;
	make_file();
	for (int i = 0; i < 4; i++) {
		pids[i] = fork();
		if (pids[i] == 0)
			live(i, 60);
	}
	for (int i = 0; i < 4; i++) {
		int status;

		assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
		assert_int_equal(status, 0);
	}
	check_file();
	remove_file();
}

static void
test_killed(void **state)
{
	(void)state;
	make_file();
	for (int i = 1; i <= 6; i++) {
		pid_t writer = fork(), sweeper;
		struct timespec wait = { .tv_nsec = i * 7000000 };

		if (writer == 0)
			live(2 + i, 1000000);
		sweeper = fork();
		if (sweeper == 0)
			live(0, 1000000);
		nanosleep(&wait, NULL);
		kill(sweeper, SIGKILL);
		kill(writer, SIGKILL);
		waitpid(sweeper, NULL, 0);
		waitpid(writer, NULL, 0);
		check_file();
	}
	remove_file();
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_calendar, fixture_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_calendar), TEST(test_install), TEST(test_sweep),
		TEST(test_nothing_to_do), TEST(test_months_that_end_early), TEST(test_failed_sweep),
		TEST(test_recount_as_of), TEST(test_missing_parents),
		cmocka_unit_test(test_beside_each_other), cmocka_unit_test(test_killed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
