/*
 * life.c - a small Loomio, told step by step, and what its counters say after each.
 *
 *   life FILE                          FILE has the tables of tables.sql
 *
 * People found a group, talk and vote in it, change their minds; a month goes by.  Most rows are
 * written by the generated verbs; comments are written by SQL of the application, and the hooks
 * are told.  What each counter must be is written down here by hand.  At the end everything is
 * recounted.  Exit status 0: all of it came out so.
 */
#include "loomio_counters.h"

#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#define SECOND INT64_C(1000000)
#define DAY (86400 * SECOND)
#define KEY(n) ((struct cc_int64){ .value = (n) })
#define NONE ((struct cc_int64){ .null = true })

/* Who and what there is; ids are ours to choose. */
enum user { ANN = 1, BOB, CLEO, DAN };
enum group { NEIGHBOURS = 1, GARDEN };
enum discussion { PARTY = 1, FENCE, TOMATOES };
enum option { JUNE = 1, JULY, NEVER };

struct life {
	struct cc *cc;
	sqlite3 *db;
	int64_t now;                       /* microseconds since 1970: this life has its own clock */
	int64_t last;                      /* id of the last row of what has no name here */
	int failures;
};

static int64_t
clock_of(void *life)
{
	return ((struct life *)life)->now;
}

static struct cc_int64
now(const struct life *life)
{
	return KEY(life->now);
}

/* Something was done: it must have gone well. */
static void
did(struct life *life, int result)
{
	if (result == CC_OK)
		return;
	printf("  %s: %s\n", cc_result_name(result), cc_errmsg(life->cc));
	life->failures++;
}

static void
number(struct life *life, const char *what, int64_t is, int64_t expected)
{
	printf("  %-40s %" PRId64 "\n", what, is);
	if (is == expected)
		return;
	printf("  ... but it should be %" PRId64 "\n", expected);
	life->failures++;
}

static void
text(struct life *life, const char *what, const char *is, const char *expected)
{
	printf("  %-40s %s\n", what, is);
	if (strcmp(is, expected) == 0)
		return;
	printf("  ... but it should be %s\n", expected);
	life->failures++;
}

static struct loomio_groups_counters
group(struct life *life, enum group id)
{
	struct loomio_groups_counters counters = { 0 };

	did(life, loomio_groups_counters(life->cc, id, &counters));
	return counters;
}

static struct loomio_discussions_counters
discussion(struct life *life, enum discussion id)
{
	struct loomio_discussions_counters counters = { 0 };

	did(life, loomio_discussions_counters(life->cc, id, &counters));
	return counters;
}

/* ---- people ---- */

static void
join(struct life *life, enum group to, enum user who, bool admin, struct cc_int64 accepted)
{
	struct loomio_memberships row = { .id = ++life->last, .group_id = KEY(to),
		.user_id = KEY(who), .admin = admin, .accepted_at = accepted, .revoked_at = NONE };

	did(life, loomio_memberships_insert(life->cc, &row));
}

static void
invite(struct life *life, enum group to, enum user who)
{
	struct loomio_invitations row = { .id = ++life->last, .group_id = to };

	did(life, loomio_invitations_insert(life->cc, &row));
	join(life, to, who, false, NONE);
}

static void
found(struct life *life)
{
	struct loomio_groups neighbours = { .id = NEIGHBOURS, .parent_id = NONE, .archived_at = NONE };
	struct loomio_groups garden = { .id = GARDEN, .parent_id = KEY(NEIGHBOURS),
		.archived_at = NONE };
	struct loomio_users_counters ann = { 0 };
	struct loomio_groups_counters g;

	puts("Ann founds a group and one within it, and invites Bob, Cleo and Dan.");
	did(life, cc_begin(life->cc));
	for (int64_t id = ANN; id <= DAN; id++)
		did(life, loomio_users_insert(life->cc, &(struct loomio_users){ .id = id }));
	did(life, loomio_groups_insert(life->cc, &neighbours));
	did(life, loomio_groups_insert(life->cc, &garden));
	join(life, NEIGHBOURS, ANN, true, now(life));
	join(life, GARDEN, ANN, true, now(life));
	life->last = 10;
	for (int64_t id = BOB; id <= DAN; id++)
		invite(life, NEIGHBOURS, (enum user)id);
	did(life, cc_commit(life->cc));

	g = group(life, NEIGHBOURS);
	number(life, "memberships_count", g.memberships_count, 4);
	number(life, "admin_memberships_count", g.admin_memberships_count, 1);
	number(life, "pending_memberships_count", g.pending_memberships_count, 3);
	number(life, "invitations_count", g.invitations_count, 3);
	number(life, "subgroups_count", g.subgroups_count, 1);
	did(life, loomio_users_counters(life->cc, ANN, &ann));
	number(life, "Ann's memberships_count", ann.memberships_count, 2);
}

/* Memberships 12, 14 and 16 are those of the invited; their invitations are one below. */
static void
answer(struct life *life)
{
	struct loomio_groups_counters g;

	puts("Bob and Cleo accept, Dan does not; Bob becomes a delegate.");
	did(life, loomio_memberships_set_accepted_at(life->cc, 12, now(life)));
	did(life, loomio_memberships_set_accepted_at(life->cc, 14, now(life)));
	did(life, loomio_memberships_set_revoked_at(life->cc, 16, now(life)));
	did(life, loomio_memberships_set_delegate(life->cc, 12, true));
	did(life, loomio_invitations_delete(life->cc, 15));

	g = group(life, NEIGHBOURS);
	number(life, "memberships_count", g.memberships_count, 3);
	number(life, "pending_memberships_count", g.pending_memberships_count, 0);
	number(life, "delegates_count", g.delegates_count, 1);
	number(life, "invitations_count", g.invitations_count, 3);
}

/* ---- discussions ---- */

static void
open_discussion(struct life *life, enum discussion id, enum group where, bool private)
{
	struct loomio_discussions row = { .id = id, .group_id = KEY(where), .private_ = private,
		.closed_at = NONE, .discarded_at = NONE };

	did(life, loomio_discussions_insert(life->cc, &row));
}

static void
read_it(struct life *life, int64_t id, enum discussion what, enum user who, struct cc_int64 at)
{
	struct loomio_discussion_readers row = { .id = id, .discussion_id = what, .user_id = who,
		.last_read_at = at };

	did(life, loomio_discussion_readers_insert(life->cc, &row));
}

static void
happens(struct life *life, int64_t id, const char *kind, enum discussion where, int64_t answers)
{
	struct loomio_events row = { .id = id, .kind = kind, .discussion_id = KEY(where),
		.parent_id = answers != 0 ? KEY(answers) : NONE, .created_at = now(life) };

	did(life, loomio_events_insert(life->cc, &row));
}

/* A comment is written by the application's own SQL; the hook is told what was written. */
static void
comment(struct life *life, int64_t id, enum discussion where, int64_t answers)
{
	struct loomio_comments row = { .id = id, .discussion_id = KEY(where) };
	sqlite3_stmt *insert;

	did(life, cc_begin(life->cc));
	sqlite3_prepare_v2(life->db, "INSERT INTO comments (id, discussion_id) VALUES (?, ?)", -1,
	    &insert, NULL);
	sqlite3_bind_int64(insert, 1, id);
	sqlite3_bind_int64(insert, 2, where);
	if (sqlite3_step(insert) == SQLITE_DONE)
		did(life, loomio_comments_inserted(life->cc, &row));
	else
		did(life, CC_ERROR);
	sqlite3_finalize(insert);
	happens(life, id, "new_comment", where, answers);
	did(life, cc_commit(life->cc));
}

static void
talk(struct life *life)
{
	struct loomio_discussions_counters d;
	struct loomio_events_counters e = { 0 };
	struct loomio_groups_counters g;

	puts("They talk about a party and a fence; tomatoes are a matter of the garden.");
	open_discussion(life, PARTY, NEIGHBOURS, false);
	open_discussion(life, FENCE, NEIGHBOURS, true);
	open_discussion(life, TOMATOES, GARDEN, true);
	read_it(life, 1, PARTY, ANN, now(life));
	read_it(life, 2, PARTY, BOB, NONE);
	read_it(life, 3, PARTY, ANN, now(life));   /* on her other telephone */
	comment(life, 1, PARTY, 0);
	comment(life, 2, PARTY, 1);
	comment(life, 3, PARTY, 2);
	comment(life, 4, PARTY, 1);
	happens(life, 5, "discussion_edited", PARTY, 0);
	did(life, loomio_discussions_set_closed_at(life->cc, FENCE, now(life)));

	g = group(life, NEIGHBOURS);
	number(life, "discussions_count", g.discussions_count, 2);
	number(life, "open_discussions_count", g.open_discussions_count, 1);
	number(life, "closed_discussions_count", g.closed_discussions_count, 1);
	number(life, "public_discussions_count", g.public_discussions_count, 1);
	number(life, "recent_activity_count", g.recent_activity_count, 4);
	d = discussion(life, PARTY);
	number(life, "items_count of the party", d.items_count, 5);
	number(life, "seen_by_count", d.seen_by_count, 1);
	number(life, "members_count", d.members_count, 2);
	did(life, loomio_discussion_readers_set_last_read_at(life->cc, 2, now(life)));
	did(life, loomio_discussion_readers_delete(life->cc, 1));
	d = discussion(life, PARTY);
	number(life, "seen_by_count, when Bob has read it", d.seen_by_count, 2);
	number(life, "members_count", d.members_count, 2);
	did(life, loomio_events_counters(life->cc, 1, &e));
	number(life, "child_count of the first comment", e.child_count, 2);
	number(life, "descendant_count", e.descendant_count, 3);
}

static void
react(struct life *life)
{
	struct loomio_reactions liked = { .id = 1, .reactable_type = "Comment", .reactable_id = KEY(1) };
	struct loomio_attachments photo = { .id = 1, .attachable_type = "Comment",
		.attachable_id = KEY(1) };
	struct loomio_versions edit = { .id = 1, .item_type = "Comment", .item_id = 1 };
	struct loomio_tags summer = { .id = 1 };
	struct loomio_comments_counters c = { 0 };
	struct loomio_tags_counters t = { 0 };

	puts("The first comment is liked twice, once by mistake; it has a photo, and is edited.");
	did(life, loomio_reactions_insert(life->cc, &liked));
	liked.id = 2;
	did(life, loomio_reactions_insert(life->cc, &liked));
	did(life, loomio_reactions_delete(life->cc, 1));
	did(life, loomio_attachments_insert(life->cc, &photo));
	did(life, loomio_versions_insert(life->cc, &edit));
	did(life, loomio_versions_delete(life->cc, 1));
	did(life, loomio_tags_insert(life->cc, &summer));
	did(life, loomio_taggings_insert(life->cc, &(struct loomio_taggings){ .id = 1, .tag_id = 1 }));

	did(life, loomio_comments_counters(life->cc, 1, &c));
	number(life, "comment_votes_count", c.comment_votes_count, 1);
	number(life, "attachments_count", c.attachments_count, 1);
	number(life, "versions_count", c.versions_count, 1);
	did(life, loomio_tags_counters(life->cc, 1, &t));
	number(life, "taggings_count of the tag", t.taggings_count, 1);
}

/* ---- a poll ---- */

static struct loomio_polls_counters
poll(struct life *life)
{
	struct loomio_polls_counters counters = { 0 };

	did(life, loomio_polls_counters(life->cc, 1, &counters));
	return counters;
}

static void
stance(struct life *life, int64_t id, struct cc_int64 cast, bool none)
{
	struct loomio_stances row = { .id = id, .poll_id = 1, .latest = true,
		.none_of_the_above = none, .cast_at = cast, .revoked_at = NONE };

	did(life, loomio_stances_insert(life->cc, &row));
}

static void
choose(struct life *life, int64_t id, int64_t stance_id, enum option what, int32_t score)
{
	struct loomio_stance_choices row = { .id = id, .stance_id = stance_id,
		.poll_option_id = what, .score = score };

	did(life, loomio_stance_choices_insert(life->cc, &row));
}

static void
vote(struct life *life)
{
	struct loomio_polls proposal = { .id = 1, .group_id = KEY(NEIGHBOURS),
		.discussion_id = KEY(PARTY), .poll_type = "proposal", .anonymous = true,
		.closed_at = NONE, .discarded_at = NONE };
	struct loomio_polls_counters p;

	puts("When shall it be?  Ann and Bob vote; Cleo has not made up her mind.");
	did(life, cc_begin(life->cc));
	did(life, loomio_polls_insert(life->cc, &proposal));
	for (int64_t id = JUNE; id <= NEVER; id++)
		did(life, loomio_poll_options_insert(life->cc,
		    &(struct loomio_poll_options){ .id = id, .poll_id = KEY(1) }));
	happens(life, 6, "poll_created", PARTY, 0);
	stance(life, 1, now(life), false);
	choose(life, 1, 1, JUNE, 2);
	choose(life, 2, 1, JULY, 1);
	stance(life, 2, now(life), false);
	choose(life, 3, 2, JUNE, 2);
	stance(life, 3, NONE, false);
	did(life, cc_commit(life->cc));

	p = poll(life);
	number(life, "voters_count", p.voters_count, 3);
	number(life, "undecided_voters_count", p.undecided_voters_count, 1);
	text(life, "stance_counts", p.stance_counts,
	    "[{\"count\":2,\"option_id\":1},{\"count\":1,\"option_id\":2}]");
	text(life, "matrix_counts", p.matrix_counts,
	    "[{\"scores\":{\"2\":2},\"option_id\":1},{\"scores\":{\"1\":1},\"option_id\":2}]");
	text(life, "score_counts", p.score_counts, "{\"1\":1,\"2\":2}");
}

static void
change_minds(struct life *life)
{
	struct loomio_poll_options_counters o = { 0 };
	struct loomio_polls_counters p;

	puts("Ann votes anew, Cleo for nothing of all that; Bob takes his vote back.");
	did(life, cc_begin(life->cc));
	did(life, loomio_stances_set_latest(life->cc, 1, false));
	stance(life, 4, now(life), false);
	choose(life, 4, 4, JULY, 2);
	did(life, loomio_stances_set_none_of_the_above(life->cc, 3, true));
	did(life, loomio_stances_set_cast_at(life->cc, 3, now(life)));
	did(life, loomio_stances_delete(life->cc, 2));     /* and with it his choice */
	did(life, cc_commit(life->cc));

	p = poll(life);
	number(life, "voters_count", p.voters_count, 2);
	number(life, "undecided_voters_count", p.undecided_voters_count, 0);
	text(life, "stance_counts", p.stance_counts, "[{\"count\":1,\"option_id\":2}]");
	text(life, "score_counts", p.score_counts, "{\"2\":1}");
	did(life, loomio_poll_options_counters(life->cc, NEVER, &o));
	number(life, "none_of_the_above_count", o.none_of_the_above_count, 1);
}

static void
decide(struct life *life)
{
	struct loomio_outcomes outcome = { .id = 1, .poll_id = KEY(1) };
	struct loomio_discussions_counters d;
	struct loomio_groups_counters g;

	puts("The poll is closed, and has an outcome.");
	did(life, loomio_polls_set_closed_at(life->cc, 1, now(life)));
	did(life, loomio_outcomes_insert(life->cc, &outcome));

	g = group(life, NEIGHBOURS);
	number(life, "polls_count", g.polls_count, 1);
	number(life, "closed_polls_count", g.closed_polls_count, 1);
	number(life, "closed_motions_count", g.closed_motions_count, 1);
	number(life, "proposal_outcomes_count", g.proposal_outcomes_count, 1);
	d = discussion(life, PARTY);
	number(life, "closed_polls_count of the party", d.closed_polls_count, 1);
	number(life, "anonymous_polls_count", d.anonymous_polls_count, 1);
}

/* ---- what moves, ages and goes ---- */

static void
move(struct life *life)
{
	struct loomio_events_counters e = { 0 };

	puts("The party moves to the garden, the second comment to the top of its thread.");
	did(life, loomio_discussions_set_group_id(life->cc, PARTY, KEY(GARDEN)));
	did(life, loomio_events_set_parent_id(life->cc, 2, NONE));

	number(life, "recent_activity_count, neighbours",
	    group(life, NEIGHBOURS).recent_activity_count, 0);
	number(life, "recent_activity_count, garden", group(life, GARDEN).recent_activity_count, 5);
	number(life, "discussions_count, garden", group(life, GARDEN).discussions_count, 2);
	did(life, loomio_events_counters(life->cc, 1, &e));
	number(life, "descendant_count of the first comment", e.descendant_count, 1);
}

static void
age(struct life *life)
{
	puts("A month goes by; on its last day somebody says something about tomatoes.");
	life->now += 31 * DAY;
	comment(life, 7, TOMATOES, 0);
	did(life, cc_sweep(life->cc, NULL));
	number(life, "recent_activity_count, garden", group(life, GARDEN).recent_activity_count, 1);
}

static void
discard(struct life *life)
{
	puts("The poll is discarded, and the garden's template for such things is made.");
	did(life, loomio_polls_set_discarded_at(life->cc, 1, now(life)));
	did(life, loomio_poll_templates_insert(life->cc,
	    &(struct loomio_poll_templates){ .id = 1, .group_id = GARDEN, .discarded_at = NONE }));
	did(life, loomio_discussion_templates_insert(life->cc,
	    &(struct loomio_discussion_templates){ .id = 1, .group_id = KEY(GARDEN),
	    .discarded_at = NONE }));

	number(life, "polls_count", group(life, NEIGHBOURS).polls_count, 0);
	number(life, "proposal_outcomes_count", group(life, NEIGHBOURS).proposal_outcomes_count, 0);
	number(life, "closed_polls_count of the party", discussion(life, PARTY).closed_polls_count, 0);
	number(life, "poll_templates_count", group(life, GARDEN).poll_templates_count, 1);
	number(life, "discussion_templates_count", group(life, GARDEN).discussion_templates_count, 1);
}

static void
recount(struct life *life)
{
	struct cc_recount_report report = { 0 };

	puts("Everything is recounted.");
	did(life, cc_verify(life->cc, NULL, &report));
	number(life, "mismatches", (int64_t)report.mismatches, 0);
}

/* ---- the whole of it ---- */

static int
open_file(struct life *life, const char *path)
{
	struct cc_options options = { .flags = CC_UNINSTALLED, .clock = clock_of, .clock_ctx = life };
	int result;

	if (sqlite3_open(path, &life->db) != SQLITE_OK ||
	    sqlite3_exec(life->db, "PRAGMA foreign_keys = ON", NULL, NULL, NULL) != SQLITE_OK)
		return CC_ERROR;
	result = cc_open_sqlite(&life->cc, life->db, &loomio_schema, &options);
	if (result == CC_OK)
		result = cc_install(life->cc);
	if (result != CC_OK)
		return result;
	cc_close(life->cc);
	options.flags = CC_STRICT;
	return cc_open_sqlite(&life->cc, life->db, &loomio_schema, &options);
}

int
main(int argc, char **argv)
{
	static void (*const steps[])(struct life *) = { found, answer, talk, react, vote,
		change_minds, decide, move, age, discard, recount };
	struct life life = { .now = INT64_C(1700000000) * SECOND };
	int result;

	if (argc != 2) {
		fprintf(stderr, "usage: life FILE\n");
		return 2;
	}
	result = open_file(&life, argv[1]);
	if (result != CC_OK)
		did(&life, result);
	for (size_t i = 0; i < sizeof steps / sizeof *steps && life.failures == 0; i++)
		steps[i](&life);
	cc_close(life.cc);
	sqlite3_close(life.db);
	return life.failures == 0 ? 0 : 1;
}
