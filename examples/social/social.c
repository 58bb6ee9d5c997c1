/*
 * social.c - the example's command line: people who post and follow each other.
 *
 * One command per call, on an SQLite file; see usage below.  The data layer is store.c; this file
 * reads arguments and prints.  Exit status: 0 done, 1 refused or drift found, 2 usage.
 */
#include "store.h"

#include <errno.h>
#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "usage: social FILE COMMAND [ARGUMENT ...]\n"
    "\n"
    "  init                     make the file with its tables and counters\n"
    "  add NAME ...             new users\n"
    "  follow A B               A follows B\n"
    "  unfollow A B\n"
    "  post A TEXT              prints the number of the new post\n"
    "  reassign POST A          the post is A's from now on; - for nobody's\n"
    "  delete-post POST\n"
    "  delete-user A            with all follows; the posts stay\n"
    "  show [A ...]             the counters of these users, or of all\n"
    "  verify                   hold the counters against the rows\n"
    "  reconcile                ... and put them right\n";

struct app {
	struct store *store;
	int argc;                      /* arguments of the command */
	char **argv;
};

static int
refused(const char *what, const char *why)
{
	fprintf(stderr, "social: %s: %s\n", what, why);
	return 1;
}

/* The exit status of a change to `what`. */
static int
done(struct app *app, const char *what, int result)
{
	return result == CC_OK ? 0 : refused(what, store_error(app->store));
}

/* Finds the user that an argument names; says so when there is none. */
static bool
user(struct app *app, const char *name, int64_t *id)
{
	int result = store_find_user(app->store, name, id);

	if (result == CC_OK)
		return true;
	refused(name, result == CC_NOTFOUND ? "no such user" : store_error(app->store));
	return false;
}

static bool
number(const char *text, int64_t *out)
{
	char *end;

	errno = 0;
	*out = strtoll(text, &end, 10);
	if (errno == 0 && end != text && *end == '\0')
		return true;
	refused(text, "not a number");
	return false;
}

/* ---- commands ---- */

static int
init(struct app *app)
{
	(void)app;             /* opening it with create did everything */
	return 0;
}

static int
add(struct app *app)
{
	int status = 0;
	int64_t id;

	for (int i = 0; i < app->argc; i++)
		if (done(app, app->argv[i], store_add_user(app->store, app->argv[i], &id)) != 0)
			status = 1;
	return status;
}

static int
follow(struct app *app)
{
	int64_t a, b;

	if (!user(app, app->argv[0], &a) || !user(app, app->argv[1], &b))
		return 1;
	return done(app, "follow", store_follow(app->store, a, b));
}

static int
unfollow(struct app *app)
{
	int64_t a, b;

	if (!user(app, app->argv[0], &a) || !user(app, app->argv[1], &b))
		return 1;
	return done(app, "unfollow", store_unfollow(app->store, a, b));
}

static int
post(struct app *app)
{
	int64_t author, id;
	int status;

	if (!user(app, app->argv[0], &author))
		return 1;
	status = done(app, "post", store_post(app->store, author, app->argv[1], &id));
	if (status == 0)
		printf("%" PRId64 "\n", id);
	return status;
}

static int
reassign(struct app *app)
{
	const char *name = app->argv[1];
	bool nobody = strcmp(name, "-") == 0;
	int64_t id, author;

	if (!number(app->argv[0], &id) || (!nobody && !user(app, name, &author)))
		return 1;
	return done(app, "reassign", store_reassign(app->store, id, nobody ? NULL : &author));
}

static int
delete_post(struct app *app)
{
	int64_t id;

	if (!number(app->argv[0], &id))
		return 1;
	return done(app, "delete-post", store_delete_post(app->store, id));
}

static int
delete_user(struct app *app)
{
	int64_t id;

	if (!user(app, app->argv[0], &id))
		return 1;
	return done(app, app->argv[0], store_delete_user(app->store, id));
}

static int
show_one(struct app *app, const char *name, int64_t id)
{
	struct profile profile;
	int result = store_profile(app->store, id, &profile);

	if (result == CC_OK)
		printf("%-12s %5" PRId64 " posts %5" PRId64 " followers %5" PRId64 " following\n",
		    name, profile.counters.posts_count, profile.counters.followers_count,
		    profile.counters.following_count);
	return done(app, name, result);
}

static int
show_all(struct app *app)
{
	sqlite3 *db = store_database(app->store);
	sqlite3_stmt *users;
	int code, status = 0;

	code = sqlite3_prepare_v2(db, "SELECT name, id FROM users ORDER BY name", -1, &users, NULL);
	while (code == SQLITE_OK || code == SQLITE_ROW)
		if ((code = sqlite3_step(users)) == SQLITE_ROW)
			status |= show_one(app, (const char *)sqlite3_column_text(users, 0),
			    sqlite3_column_int64(users, 1));
	sqlite3_finalize(users);
	return code == SQLITE_DONE ? status : refused("show", sqlite3_errmsg(db));
}

static int
show(struct app *app)
{
	int status = 0;
	int64_t id;

	if (app->argc == 0)
		return show_all(app);
	for (int i = 0; i < app->argc; i++)
		if (!user(app, app->argv[i], &id) || show_one(app, app->argv[i], id) != 0)
			status = 1;
	return status;
}

/* Each counter that a recount found wrong. */
static void
print_drift(void *ctx, const struct cc_event *event)
{
	(void)ctx;
	if (event->kind == CC_EVENT_DRIFT)
		printf("%s%s %s is %s, should be %s\n", event->table, event->key, event->column,
		    event->stored != NULL ? event->stored : "NULL",
		    event->actual != NULL ? event->actual : "NULL");
}

static int
verify(struct app *app)
{
	struct cc *cc = store_counters(app->store);
	struct cc_recount_report report;
	int result;

	cc_observe(cc, print_drift, NULL);
	result = cc_verify(cc, NULL, &report);
	if (result != CC_OK && result != CC_DRIFT)
		return refused("verify", cc_errmsg(cc));
	printf("%" PRIu64 " rows read, %" PRIu64 " counters wrong\n", report.children,
	    report.mismatches);
	return result == CC_DRIFT;
}

static int
reconcile(struct app *app)
{
	struct cc *cc = store_counters(app->store);
	struct cc_recount_report report;

	cc_observe(cc, print_drift, NULL);
	if (cc_reconcile(cc, NULL, &report) != CC_OK)
		return refused("reconcile", cc_errmsg(cc));
	printf("%" PRIu64 " rows read, %" PRIu64 " counters put right\n", report.children,
	    report.corrected);
	return 0;
}

/* ---- main ---- */

enum { ANY = 1 << 10 };

static const struct command {
	const char *name;
	int least, most;                   /* arguments */
	int (*run)(struct app *app);
} commands[] = {
	{ "init", 0, 0, init },
	{ "add", 1, ANY, add },
	{ "follow", 2, 2, follow },
	{ "unfollow", 2, 2, unfollow },
	{ "post", 2, 2, post },
	{ "reassign", 2, 2, reassign },
	{ "delete-post", 1, 1, delete_post },
	{ "delete-user", 1, 1, delete_user },
	{ "show", 0, ANY, show },
	{ "verify", 0, 0, verify },
	{ "reconcile", 0, 0, reconcile },
};

static const struct command *
find_command(const char *name, int arguments)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(commands[i].name, name) == 0 && arguments >= commands[i].least &&
		    arguments <= commands[i].most)
			return &commands[i];
	return NULL;
}

int
main(int argc, char **argv)
{
	const struct command *command = argc < 3 ? NULL : find_command(argv[2], argc - 3);
	struct app app = { .argc = argc - 3, .argv = argv + 3 };
	int status;

	if (command == NULL) {
		fputs(usage, stderr);
		return 2;
	}
	if (store_open(&app.store, argv[1], command->run == init) == CC_OK)
		status = command->run(&app);
	else
		status = refused(argv[1], store_error(app.store));
	store_close(app.store);
	return status;
}
