/*
 * loomio.c - random operations on examples/loomio, then verify.
 *
 *   loomio FILE [OPERATIONS [SEED]]       FILE has the tables of tables.sql
 *
 * Every table gets rows inserted, changed (all columns anew, so that rows move, flip and leave
 * their scope at once) and deleted by the verbs, in transactions of which some are rolled back.
 * References are NULL or lead nowhere now and then.  Days pass, and what is recent is swept.
 * Exit status 0: verify found no drift.
 */
#include "loomio_counters.h"

#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

enum table { GROUPS, USERS, MEMBERSHIPS, INVITATIONS, DISCUSSIONS, DISCUSSION_READERS, POLLS,
	POLL_OPTIONS, STANCES, STANCE_CHOICES, OUTCOMES, COMMENTS, REACTIONS, ATTACHMENTS, VERSIONS,
	EVENTS, TAGS, TAGGINGS, DISCUSSION_TEMPLATES, POLL_TEMPLATES, N_TABLES };

#define SECOND INT64_C(1000000)
#define DAY (86400 * SECOND)

struct life {
	struct cc *cc;
	uint64_t random;
	int64_t now;                       /* microseconds since 1970 */
	int64_t last[N_TABLES];            /* greatest id so far */
};

static int64_t
below(struct life *life, int64_t n)
{
	life->random = life->random * 6364136223846793005u + 1442695040888963407u;
	return (int64_t)((life->random >> 33) % (uint64_t)n);
}

static bool
one_in(struct life *life, int64_t n)
{
	return below(life, n) == 0;
}

/* Some id of the table; it may be gone, or never have been. */
static int64_t
some(struct life *life, enum table table)
{
	return 1 + below(life, life->last[table] + 1);
}

static struct cc_int64
maybe(struct life *life, enum table table)
{
	return (struct cc_int64){ .value = some(life, table), .null = one_in(life, 6) };
}

static struct cc_int64
moment(struct life *life)
{
	return (struct cc_int64){ .value = life->now - below(life, 60 * DAY / SECOND) * SECOND,
		.null = one_in(life, 2) };
}

static struct cc_int64
seldom(struct life *life)
{
	return (struct cc_int64){ .value = life->now, .null = !one_in(life, 6) };
}

/* ---- a row's columns, but for its id ---- */

static void
fill_groups(struct life *life, struct loomio_groups *row)
{
	row->parent_id = maybe(life, GROUPS);
	row->archived_at = moment(life);
}

static void
fill_memberships(struct life *life, struct loomio_memberships *row)
{
	row->group_id = maybe(life, GROUPS);
	row->user_id = maybe(life, USERS);
	row->admin = one_in(life, 4);
	row->delegate = one_in(life, 4);
	row->accepted_at = moment(life);
	row->revoked_at = moment(life);
}

static void
fill_discussions(struct life *life, struct loomio_discussions *row)
{
	row->group_id = maybe(life, GROUPS);
	row->private_ = one_in(life, 2);
	row->closed_at = moment(life);
	row->discarded_at = seldom(life);
}

static void
fill_invitations(struct life *life, struct loomio_invitations *row)
{
	row->group_id = some(life, GROUPS);
}

/* Who takes part stays in the discussion; nobody is ever less of a participant. */
static void
fill_discussion_readers(struct life *life, struct loomio_discussion_readers *row)
{
	if (row->discussion_id == 0) {
		row->discussion_id = some(life, DISCUSSIONS);
		row->user_id = some(life, USERS);
	}
	row->last_read_at = moment(life);
}

static void
fill_polls(struct life *life, struct loomio_polls *row)
{
	row->group_id = maybe(life, GROUPS);
	row->discussion_id = maybe(life, DISCUSSIONS);
	row->poll_type = one_in(life, 2) ? "proposal" : "poll";
	row->closed_at = moment(life);
	row->discarded_at = seldom(life);
	row->anonymous = one_in(life, 3);
}

static void
fill_stances(struct life *life, struct loomio_stances *row)
{
	row->poll_id = some(life, POLLS);
	row->latest = !one_in(life, 3);
	row->cast_at = moment(life);
	row->revoked_at = seldom(life);
	row->none_of_the_above = one_in(life, 3);
}

static void
fill_poll_options(struct life *life, struct loomio_poll_options *row)
{
	row->poll_id = maybe(life, POLLS);
}

/* The database wants the stance to be there. */
static void
fill_stance_choices(struct life *life, struct loomio_stance_choices *row)
{
	struct loomio_stances stance;

	do
		row->stance_id = some(life, STANCES);
	while (loomio_stances_load_for_update(life->cc, row->stance_id, &stance) != CC_OK);
	row->poll_option_id = some(life, POLL_OPTIONS);
	row->score = (int32_t)below(life, 12) - 1;
}

static void
fill_outcomes(struct life *life, struct loomio_outcomes *row)
{
	row->poll_id = maybe(life, POLLS);
}

static void
fill_comments(struct life *life, struct loomio_comments *row)
{
	row->discussion_id = maybe(life, DISCUSSIONS);
}

static void
fill_taggings(struct life *life, struct loomio_taggings *row)
{
	row->tag_id = some(life, TAGS);
}

static void
fill_reactions(struct life *life, struct loomio_reactions *row)
{
	row->reactable_type = one_in(life, 4) ? "Discussion" : "Comment";
	row->reactable_id = maybe(life, COMMENTS);
}

static void
fill_attachments(struct life *life, struct loomio_attachments *row)
{
	row->attachable_type = one_in(life, 5) ? NULL : one_in(life, 4) ? "Poll" : "Comment";
	row->attachable_id = maybe(life, COMMENTS);
}

static void
fill_versions(struct life *life, struct loomio_versions *row)
{
	static const struct {
		const char *type;
		enum table table;
	} items[] = {
		{ "Discussion", DISCUSSIONS }, { "Poll", POLLS }, { "Stance", STANCES },
		{ "Outcome", OUTCOMES }, { "Comment", COMMENTS }, { "User", USERS },
	};
	size_t i = (size_t)below(life, 6);

	row->item_type = items[i].type;
	row->item_id = some(life, items[i].table);
}

/* An answer comes after what it answers, so that a thread is a tree. */
static void
fill_events(struct life *life, struct loomio_events *row)
{
	static const char *const kinds[] = { "new_comment", "poll_created", "discussion_edited", NULL };

	row->kind = kinds[below(life, 4)];
	row->discussion_id = maybe(life, DISCUSSIONS);
	row->parent_id = (struct cc_int64){ .value = 1 + below(life, row->id),
		.null = one_in(life, 6) };
	if (row->parent_id.value == row->id)
		row->parent_id.null = true;
	row->created_at = moment(life);
}

static void
fill_discussion_templates(struct life *life, struct loomio_discussion_templates *row)
{
	row->group_id = maybe(life, GROUPS);
	row->discarded_at = moment(life);
}

static void
fill_poll_templates(struct life *life, struct loomio_poll_templates *row)
{
	row->group_id = some(life, GROUPS);
	row->discarded_at = moment(life);
}

/* ---- what can happen to a table ---- */

struct kind {
	int (*insert)(struct life *life, int64_t id);
	int (*change)(struct life *life, int64_t id);     /* NULL: such rows never change */
	int (*remove)(struct cc *cc, int64_t id);
};

#define KEY_ONLY(table) \
	static int \
	insert_##table(struct life *life, int64_t id) \
	{ \
		struct loomio_##table row = { .id = id }; \
		return loomio_##table##_insert(life->cc, &row); \
	}

#define WITH_COLUMNS(table) \
	static int \
	insert_##table(struct life *life, int64_t id) \
	{ \
		struct loomio_##table row = { .id = id }; \
		fill_##table(life, &row); \
		return loomio_##table##_insert(life->cc, &row); \
	}

#define CHANGING(table) \
	WITH_COLUMNS(table) \
	static int \
	change_##table(struct life *life, int64_t id) \
	{ \
		struct loomio_##table row = { .id = id }; \
		int result = loomio_##table##_load_for_update(life->cc, id, &row); \
		fill_##table(life, &row); \
		return result == CC_OK ? loomio_##table##_update(life->cc, &row) : result; \
	}

KEY_ONLY(users)
KEY_ONLY(tags)
WITH_COLUMNS(invitations)
WITH_COLUMNS(taggings)
CHANGING(outcomes)
CHANGING(comments)
CHANGING(groups)
CHANGING(memberships)
CHANGING(discussions)
CHANGING(discussion_readers)
CHANGING(polls)
CHANGING(poll_options)
CHANGING(stances)
CHANGING(stance_choices)
CHANGING(reactions)
CHANGING(attachments)
WITH_COLUMNS(versions)
CHANGING(events)
CHANGING(discussion_templates)
CHANGING(poll_templates)

#define KIND(table) { insert_##table, change_##table, loomio_##table##_delete }

static const struct kind kinds[N_TABLES] = {
	[GROUPS] = KIND(groups),
	[USERS] = { insert_users, NULL, loomio_users_delete },
	[MEMBERSHIPS] = KIND(memberships),
	[INVITATIONS] = { insert_invitations, NULL, loomio_invitations_delete },
	[DISCUSSIONS] = KIND(discussions),
	[DISCUSSION_READERS] = KIND(discussion_readers),
	[POLLS] = KIND(polls),
	[POLL_OPTIONS] = KIND(poll_options),
	[STANCES] = KIND(stances),
	[STANCE_CHOICES] = KIND(stance_choices),
	[OUTCOMES] = KIND(outcomes),
	[COMMENTS] = KIND(comments),
	[REACTIONS] = KIND(reactions),
	[ATTACHMENTS] = KIND(attachments),
	[VERSIONS] = { insert_versions, NULL, loomio_versions_delete },  /* history is not rewritten */
	[EVENTS] = KIND(events),
	[TAGS] = { insert_tags, NULL, loomio_tags_delete },
	[TAGGINGS] = { insert_taggings, NULL, loomio_taggings_delete },
	[DISCUSSION_TEMPLATES] = KIND(discussion_templates),
	[POLL_TEMPLATES] = KIND(poll_templates),
};

static int
operate(struct life *life)
{
	enum table table = (enum table)below(life, N_TABLES);
	int64_t draw = below(life, 10);
	int result;

	if (table == STANCE_CHOICES && life->last[STANCES] < 20)
		table = STANCES;           /* there may be none left to choose from */
	if (draw < 5)
		result = kinds[table].insert(life, ++life->last[table]);
	else if (draw < 9 && kinds[table].change != NULL)
		result = kinds[table].change(life, some(life, table));
	else
		result = kinds[table].remove(life->cc, some(life, table));
	return result == CC_NOTFOUND ? CC_OK : result;
}

static int
transact(struct life *life)
{
	int64_t n = 1 + below(life, 30);
	int result = cc_begin(life->cc);

	for (int64_t i = 0; i < n && result == CC_OK; i++)
		result = operate(life);
	if (result != CC_OK)
		return result;
	result = one_in(life, 8) ? cc_rollback(life->cc) : cc_commit(life->cc);
	if (result != CC_OK || !one_in(life, 10))
		return result;
	life->now += DAY;
	return cc_sweep(life->cc, NULL);
}

static int64_t
clock_of(void *life)
{
	return ((struct life *)life)->now;
}

static void
print_drift(void *ctx, const struct cc_event *event)
{
	(void)ctx;
	if (event->kind == CC_EVENT_DRIFT || event->kind == CC_EVENT_FAILURE ||
	    event->kind == CC_EVENT_NEGATIVE)
		printf("%s%s %s: %s, not %s: %s\n", event->table, event->key,
		    event->column != NULL ? event->column : "", event->stored ? event->stored : "",
		    event->actual ? event->actual : "", event->message ? event->message : "");
}

int
main(int argc, char **argv)
{
	struct life life = { .random = argc > 3 ? strtoull(argv[3], NULL, 10) : 1,
		.now = 1700000000 * SECOND };
	struct cc_options options = { .flags = CC_UNINSTALLED, .clock = clock_of, .clock_ctx = &life };
	long transactions = (argc > 2 ? atol(argv[2]) : 20000) / 15;
	struct cc_recount_report report = { 0 };
	sqlite3 *db;
	int result;

	if (argc < 2 || sqlite3_open(argv[1], &db) != SQLITE_OK)
		return 2;
	sqlite3_exec(db, "PRAGMA foreign_keys = ON", NULL, NULL, NULL);
	result = cc_open_sqlite(&life.cc, db, &loomio_schema, &options);
	if (result == CC_OK)
		result = cc_install(life.cc);
	if (result == CC_OK) {
		cc_close(life.cc);
		options.flags = 0;
		result = cc_open_sqlite(&life.cc, db, &loomio_schema, &options);
	}
	cc_observe(life.cc, print_drift, NULL);
	for (long i = 0; i < transactions && result == CC_OK; i++)
		result = transact(&life);
	if (result == CC_OK)
		result = cc_verify(life.cc, NULL, &report);
	if (result != CC_OK)
		printf("%s: %s\n", cc_result_name(result), cc_errmsg(life.cc));
	printf("%" PRIu64 " rows, %" PRIu64 " mismatches\n", report.children, report.mismatches);
	cc_close(life.cc);
	sqlite3_close(db);
	return result == CC_OK && report.children > 0 ? 0 : 1;
}
