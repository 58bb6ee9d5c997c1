/*
 * test_attached.c - tables of an attached database, beside others of the same names in main.
 */
#include "check.h"

#include <stdio.h>
#include <string.h>

#include "attached_counters.h"

#define USERS "(id INTEGER PRIMARY KEY"
#define POSTS "(id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES \"Users\" ON DELETE CASCADE);"
#define COUNTS ", posts_count INTEGER NOT NULL DEFAULT 0, notes_count INTEGER NOT NULL DEFAULT 0"
#define NOTES "CREATE TABLE notes (id INTEGER PRIMARY KEY, user_id INTEGER);" \
	"CREATE INDEX notes_user ON notes (user_id);"
#define INDEX "CREATE INDEX app.posts_user ON \"Posts\" (user_id);"

static void
tell(void *ctx, const struct cc_event *event)
{
	struct shop *apart = ctx;

	apart->seen[event->kind]++;
	snprintf(apart->last[event->kind], sizeof apart->last[0], "%s.%s %s",
	    event->table ? event->table : "", event->column ? event->column : "", event->message);
}

static int
apart_handle(struct shop *apart, unsigned flags)
{
	struct cc_options options = { .flags = flags, .observer = tell, .observer_ctx = apart };

	cc_close(apart->cc);
	return cc_open_sqlite(&apart->cc, apart->db, &attached_schema, &options);
}

static void
apart_open(struct shop *apart, const char *tables)
{
	memset(apart, 0, sizeof *apart);
	expect(sqlite3_open(":memory:", &apart->db) == SQLITE_OK);
	run(apart, "ATTACH ':memory:' AS app; PRAGMA foreign_keys = ON; %s", tables);
	expect_result(apart->cc, apart_handle(apart, CC_UNINSTALLED), CC_OK);
}

/* Those of main lack everything; nothing of it is missed, nothing put there. */
static void
test_hidden(const char *name)
{
	struct shop apart;

	(void)name;
	apart_open(&apart, "CREATE TABLE \"Users\" (x TEXT); CREATE TABLE \"Posts\" (x TEXT);"
	    "CREATE TABLE app.\"Users\" " USERS "); CREATE TABLE app.\"Posts\" " POSTS NOTES INDEX);
	expect_result(apart.cc, cc_install(apart.cc), CC_OK);
	expect(apart.seen[CC_EVENT_NOTICE] == 0);
	expect(number(&apart, "SELECT count(*) FROM pragma_table_info('Users', 'main')") == 1);
	expect(number(&apart, "SELECT count(*) FROM pragma_table_info('Users', 'app')") == 3);
	expect_result(apart.cc, apart_handle(&apart, 0), CC_OK);
	expect_result(apart.cc, cc_status(apart.cc), CC_OK);
	expect(apart.seen[CC_EVENT_NOTICE] == 0);
	run(&apart, "INSERT INTO app.\"Users\" (id) VALUES (1);"
	    "INSERT INTO app.\"Posts\" VALUES (1, 1), (2, 1); INSERT INTO notes VALUES (1, 1)");
	expect_result(apart.cc, cc_reconcile(apart.cc, NULL, NULL), CC_OK);
	expect(number(&apart, "SELECT posts_count * 10 + notes_count FROM app.\"Users\"") == 21);
	cc_close(apart.cc);
	sqlite3_close(apart.db);
}

/* Those of main have everything, and do not stand in for what app's lack. */
static void
test_standing_in(const char *name)
{
	static const struct { const char *tables, *installs, *said; } made[] = {
		{ "CREATE TABLE app.\"Posts\" " POSTS, "there is no table Users", NULL },
		{ "CREATE TABLE app.\"Users\" (name TEXT); CREATE TABLE app.\"Posts\" " POSTS INDEX,
		    "table Users has no column id", NULL },
		{ "CREATE TABLE app.\"Users\" " USERS COUNTS "); CREATE TABLE app.\"Posts\""
		    " (id INTEGER PRIMARY KEY, user_id INTEGER);" INDEX, NULL, "no foreign key" },
		{ "CREATE TABLE app.\"Users\" (id INTEGER" COUNTS "); CREATE TABLE app.\"Posts\" "
		    POSTS INDEX, NULL, "no unique index" }
	};
	char tables[2000];
	struct shop apart;

	(void)name;
	for (size_t i = 0; i < sizeof made / sizeof *made; i++) {
		snprintf(tables, sizeof tables, "%s%s", "CREATE TABLE \"Users\" " USERS COUNTS ");"
		    "CREATE TABLE \"Posts\" " POSTS NOTES
		    "CREATE INDEX posts_main ON \"Posts\" (user_id);", made[i].tables);
		apart_open(&apart, tables);
		expect_result(apart.cc, cc_install(apart.cc),
		    made[i].installs != NULL ? CC_SCHEMA : CC_OK);
		if (made[i].installs != NULL) {
			expect(strstr(cc_errmsg(apart.cc), made[i].installs) != NULL);
			expect_result(apart.cc, apart_handle(&apart, 0), CC_SCHEMA);
			expect(strstr(cc_errmsg(apart.cc), made[i].installs) != NULL);
			expect_result(apart.cc, apart_handle(&apart, CC_UNINSTALLED), CC_OK);
			run(&apart, "CREATE TABLE cc_meta (schema, table_name, column_name,"
			    " definition, definition_hash); CREATE TABLE cc_dirty (table_name)");
		}
		memset(apart.seen, 0, sizeof apart.seen);
		expect_result(apart.cc, cc_status(apart.cc), CC_SCHEMA);
		expect(apart.seen[CC_EVENT_NOTICE] > 0);
		if (made[i].said != NULL)
			expect_at(strstr(apart.last[CC_EVENT_NOTICE], made[i].said) != NULL,
			    made[i].said, (int)i, apart.last[CC_EVENT_NOTICE]);
		cc_close(apart.cc);
		sqlite3_close(apart.db);
	}
}

/* The value that new rows start with is that of the table itself. */
static void
test_defaults(const char *name)
{
	struct attached_users row = { .id = 1 };
	struct shop apart;

	(void)name;
	apart_open(&apart, "CREATE TABLE \"Users\" " USERS COUNTS ");"
	    "CREATE TABLE app.\"Users\" " USERS ", posts_count INTEGER NOT NULL DEFAULT 7,"
	    " notes_count INTEGER NOT NULL DEFAULT 0); CREATE TABLE app.\"Posts\" " POSTS NOTES
	    INDEX);
	expect_result(apart.cc, cc_install(apart.cc), CC_OK);
	expect_result(apart.cc, apart_handle(&apart, 0), CC_OK);
	expect_result(apart.cc, attached_users_insert(apart.cc, &row), CC_OK);
	expect(number(&apart, "SELECT posts_count FROM app.\"Users\"") == 0);
	cc_close(apart.cc);
	sqlite3_close(apart.db);
}

int
main(void)
{
	static const struct test tests[] = {
		{ "attached_hidden", test_hidden },
		{ "attached_standing_in", test_standing_in },
		{ "attached_defaults", test_defaults }
	};

	return run_tests(tests, sizeof tests / sizeof *tests);
}
