/*
 * asked.c - cases: paths that go on behind a tree or through keys that are read from other rows,
 * default scopes and `when`s that read other rows, and such that say now().
 */
#include "behaviour.h"

#include <string.h>

#include "asked_counters.h"

#define REF(v) { .value = (v), .null = (v) == 0 }
static const int64_t hour = INT64_C(3600000000);

static void
ok(struct fixture *f, int result)
{
	if (result != CC_OK)
		fail_msg("%s: %s", cc_result_name(result), cc_errmsg(f->cc));
}

static struct asked_owners
owner(int64_t id, bool active)
{
	return (struct asked_owners){ .id = id, .active = active, .region_id = REF(id % 2 + 1) };
}

static struct asked_groups
group(int64_t id, int64_t parent, int64_t of)
{
	return (struct asked_groups){ .id = id, .parent_id = REF(parent), .owner_id = REF(of) };
}

static struct asked_topics
topic(int64_t id, int64_t of, int64_t size)
{
	return (struct asked_topics){ .id = id, .group_id = REF(of), .size = size };
}

static void
set_group(struct fixture *f, int64_t id, int64_t parent, int64_t of)
{
	struct asked_groups row = group(id, parent, of);

	ok(f, update(f, "groups", &row));
}

static void
set_owner(struct fixture *f, int64_t id, bool active)
{
	struct asked_owners row = owner(id, active);

	ok(f, update(f, "owners", &row));
}

/* Owners 1 to 3; group 1 of 1, below it 2 of 2, below that 3 of 1; topics 1 to 3 in them. */
static void
plant(struct fixture *f)
{
	for (int64_t id = 1; id <= 3; id++) {
		struct asked_owners o = owner(id, true);
		struct asked_groups g = group(id, id - 1, id == 2 ? 2 : 1);
		struct asked_topics t = topic(id, id, id);
		struct asked_regions r = { .id = id };

		ok(f, insert(f, "regions", &r));
		ok(f, insert(f, "owners", &o));
		ok(f, insert(f, "groups", &g));
		ok(f, insert(f, "topics", &t));
	}
}

static void
owners_are(struct fixture *f, const char *expected)
{
	is_text(f, "SELECT group_concat(topics || '/' || above || '/' || below || '/' ||"
	    " coalesce(largest, '-'), ' ') FROM (SELECT * FROM owners ORDER BY id)", expected);
}

static void
groups_are(struct fixture *f, const char *expected)
{
	is_text(f, "SELECT group_concat(direct || '/' || tree || '/' || busy, ' ') FROM"
	    " (SELECT * FROM groups WHERE id IN (SELECT g.id FROM groups AS g JOIN owners AS o"
	    " ON o.id = g.owner_id WHERE o.active) ORDER BY id)", expected);
}

/* A topic counts once for an owner, however many of the owner's groups are above it. */
static void
behind_a_tree(struct fixture *f)
{
	struct asked_topics t = topic(3, 2, 7);

	plant(f);
	owners_are(f, "3/5/2/3 2/3/1/3 0/0/0/-");
	is_text(f, "SELECT sizes FROM owners WHERE id = 2", "{\"2\":1,\"3\":1}");
	ok(f, update(f, "topics", &t));
	owners_are(f, "3/9/2/7 2/0/1/7 0/0/0/-");
	ok(f, delete(f, "topics", 2));
	owners_are(f, "2/7/2/7 1/0/1/7 0/0/0/-");
}

static void
the_tree_moves(struct fixture *f)
{
	plant(f);
	set_group(f, 2, 0, 2);
	owners_are(f, "2/0/0/3 2/3/1/3 0/0/0/-");
	set_group(f, 3, 1, 3);
	owners_are(f, "2/3/1/3 1/0/0/2 1/0/0/3");
	set_group(f, 1, 2, 1);
	owners_are(f, "2/3/1/3 3/3/2/3 1/0/0/3");
	ok(f, delete(f, "groups", 1));
	owners_are(f, "0/0/0/- 1/0/0/2 1/0/0/3");
}

/* A group comes between a guide's and the others above; only the tree's reference names it. */
static void
the_tree_is_closed(struct fixture *f)
{
	struct asked_groups top = group(9, 8, 3), between = group(8, 2, 3);
	struct asked_guides guide = { .id = 1, .group_id = REF(9) };

	plant(f);
	ok(f, insert(f, "groups", &top));
	ok(f, insert(f, "guides", &guide));
	is_text(f, "SELECT group_concat(guides, ' ') FROM owners", "0 0 1");
	ok(f, insert(f, "groups", &between));
	is_text(f, "SELECT group_concat(guides, ' ') FROM owners", "1 1 1");
	ok(f, delete(f, "groups", 8));
	is_text(f, "SELECT group_concat(guides, ' ') FROM owners", "0 0 1");
}

static void
an_owner_leaves(struct fixture *f)
{
	plant(f);
	groups_are(f, "1/3/1 1/2/0 1/1/0");
	set_owner(f, 2, false);
	owners_are(f, "2/0/0/3 0/0/0/- 0/0/0/-");
	groups_are(f, "1/1/0 1/1/0");
	set_group(f, 2, 1, 3);
	owners_are(f, "3/5/2/3 0/0/0/- 2/3/1/3");
	groups_are(f, "1/3/1 1/2/0 1/1/0");
	set_owner(f, 2, true);
	set_owner(f, 1, false);
	owners_are(f, "0/0/0/- 0/0/0/- 1/0/0/2");
	set_owner(f, 1, true);
	owners_are(f, "3/5/2/3 0/0/0/- 2/3/1/3");
}

static void
circles(struct fixture *f)
{
	struct asked_groups row = group(1, 3, 1);

	plant(f);
	if (f->way == VERBS) {
		assert_int_equal(update(f, "groups", &row), CC_MISUSE);
		return;
	}
	ok(f, update(f, "groups", &row));
	assert_true(f->events[CC_EVENT_CIRCLE] > 0);
	owners_are(f, "3/5/3/3 3/5/3/3 0/0/0/-");
	set_group(f, 1, 0, 1);
	owners_are(f, "3/5/2/3 2/3/1/3 0/0/0/-");
}

static void
keys_of_other_rows(struct fixture *f)
{
	plant(f);
	for (int64_t id = 1; id <= 3; id++) {
		struct asked_notes n = { .id = id, .topic_id = id };

		ok(f, insert(f, "notes", &n));
	}
	is_text(f, "SELECT group_concat(notes || '/' || named, ' ') FROM regions", "1/1 2/2 0/0");
	set_group(f, 2, 1, 3);
	is_text(f, "SELECT group_concat(notes || '/' || named, ' ') FROM regions", "0/0 3/3 0/0");
	set_owner(f, 3, false);
	is_text(f, "SELECT group_concat(notes || '/' || named, ' ') FROM regions", "0/0 2/2 0/0");
	ok(f, delete(f, "topics", 1));
	is_text(f, "SELECT group_concat(notes || '/' || named, ' ') FROM regions", "0/0 1/1 0/0");
}

static void
time_passes(struct fixture *f)
{
	struct asked_topics large = topic(1, 1, 11);

	plant(f);
	for (int64_t id = 1; id <= 2; id++) {
		struct asked_offers o = { .id = id, .topic_id = 1, .counted_id = 2,
			.until = f->clock + id * hour };

		ok(f, insert(f, "offers", &o));
	}
	is_text(f, "SELECT group_concat(offers || '/' || live, ' ') FROM topics", "2/0 0/0 0/0");
	ok(f, update(f, "topics", &large));
	is_text(f, "SELECT group_concat(offers || '/' || live, ' ') FROM topics", "2/0 0/2 0/0");
	f->clock += hour + hour / 2;
	ok(f, cc_sweep(f->cc, NULL));
	is_text(f, "SELECT group_concat(offers || '/' || live, ' ') FROM topics", "2/0 0/1 0/0");
	f->clock += 24 * hour;
	ok(f, cc_sweep(f->cc, NULL));
	is_text(f, "SELECT group_concat(offers || '/' || live, ' ') FROM topics", "1/0 0/0 0/0");
	f->clock += hour;
	ok(f, cc_sweep(f->cc, NULL));
	is_text(f, "SELECT group_concat(offers || '/' || live, ' ') FROM topics", "0/0 0/0 0/0");
}

static void
repaired(struct fixture *f)
{
	plant(f);
	sql(f, "UPDATE owners SET topics = 9, below = 7 WHERE id = 2");
	sql(f, "UPDATE groups SET direct = 5, tree = 5 WHERE id = 3");
	verify_finds(f, 4);
	ok(f, cc_reconcile(f->cc, NULL, NULL));
	owners_are(f, "3/5/2/3 2/3/1/3 0/0/0/-");
	groups_are(f, "1/3/1 1/2/0 1/1/0");
}

static const struct behaviour cases[] = {
	{ "asked: owners of all groups above a topic", behind_a_tree },
	{ "asked: subtrees move below other owners", the_tree_moves },
	{ "asked: a row closes a gap in a tree", the_tree_is_closed },
	{ "asked: groups leave their scope with their owner", an_owner_leaves },
	{ "asked: a circle in a tree on the way", circles },
	{ "asked: keys that are read from other rows", keys_of_other_rows },
	{ "asked: rows pass out of their scope and their reference", time_passes },
	{ "asked: drift is found and put right", repaired },
};

int
main(void)
{
	return behaviour_run(&asked_schema, cases, sizeof cases / sizeof *cases, 0);
}
