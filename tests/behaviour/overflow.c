/*
 * overflow.c - cases: what is below a row in the middle adds up to more than an integer holds.
 *
 * The application's write stands and no call fails; the parents that cannot hold their sums are
 * dirty, all others right.
 */
#include "behaviour.h"

#include "overflow_counters.h"

static void
ok(struct fixture *f, int result)
{
	if (result != CC_OK)
		fail_msg("%s: %s", cc_result_name(result), cc_errmsg(f->cc));
}

static void
put(struct fixture *f, int64_t id, int64_t mid, int64_t amount)
{
	struct overflow_kids kid = { .id = id, .mid_id = { .value = mid }, .amount = amount };

	ok(f, insert(f, "kids", &kid));
}

static void
change_mid(struct fixture *f, int64_t id, int64_t x, int64_t top)
{
	struct overflow_mids mid = { .id = id, .x = x, .top_id = { top, top == 0 } };

	ok(f, update(f, "mids", &mid));
}

static void
change_top(struct fixture *f, int64_t id, int64_t up)
{
	struct overflow_tops top = { .id = id, .up = { up, up == 0 } };

	ok(f, update(f, "tops", &top));
}

static void
tops_are(struct fixture *f, const char *expected)
{
	is_text(f, "SELECT group_concat(n || '/' || total, ' ') FROM"
	    " (SELECT * FROM tops WHERE NOT EXISTS (SELECT 1 FROM cc_dirty WHERE key ="
	    " json_array(tops.id)) ORDER BY id)", expected);
}

static void
dirty(struct fixture *f, const char *expected)
{
	is_text(f, "SELECT group_concat(key, ' ') FROM (SELECT key FROM cc_dirty ORDER BY key)",
	    expected);
}

/* Once the sums fit again. */
static void
mends(struct fixture *f)
{
	struct overflow_kids kid = { .id = 2, .mid_id = { .value = 1 }, .amount = 1 };

	ok(f, update(f, "kids", &kid));
	ok(f, cc_repair(f->cc, NULL, NULL));
	verify_clean(f);
}

static void
settle(struct fixture *f)
{
	put(f, 1, 1, INT64_MAX - 10);
	put(f, 2, 1, 100);
	put(f, 3, 2, 5);
	dirty(f, "[1]");
}

static void
moves(struct fixture *f)
{
	settle(f);
	change_mid(f, 1, 0, 2);
	dirty(f, "[1] [2]");
	tops_are(f, "1/5");
	change_mid(f, 1, 0, 3);
	dirty(f, "[1] [2] [3]");
	mends(f);
	tops_are(f, "0/0 0/0 3/9223372036854775803");
}

/* The amount of the condition: that of each row below, not their sum. */
static void
condition(struct fixture *f)
{
	put(f, 1, 1, INT64_MAX - 10);
	put(f, 3, 2, 5);
	change_mid(f, 1, 100, 1);
	dirty(f, "[1]");
	is(f, "SELECT n FROM tops WHERE id = 3", 1);
	change_mid(f, 1, 1, 1);
	ok(f, cc_repair(f->cc, NULL, NULL));
	is(f, "SELECT more FROM tops WHERE id = 1", 1);
}

static void
goes(struct fixture *f)
{
	settle(f);
	ok(f, cc_begin(f->cc));
	if (f->way == VERBS)
		ok(f, overflow_mids_delete(f->cc, 1));
	else {
		ok(f, overflow_mids_deleting(f->cc, 1));
		sql(f, "DELETE FROM mids WHERE id = 1");
	}
	ok(f, cc_commit(f->cc));
	tops_are(f, "0/0 1/5");
	ok(f, cc_repair(f->cc, NULL, NULL));
	tops_are(f, "0/0 0/0 1/5");
}

/* A subtree takes along more than those above it can hold. */
static void
subtree(struct fixture *f)
{
	put(f, 1, 2, INT64_MAX - 10);
	put(f, 3, 1, 5);
	put(f, 2, 2, 100);
	dirty(f, "[1] [3]");
	change_top(f, 3, 2);
	dirty(f, "[1] [2] [3]");
	change_top(f, 3, 0);
	ok(f, cc_repair(f->cc, NULL, NULL));
	is(f, "SELECT worth FROM tops WHERE id = 1", 5);
	is(f, "SELECT worth FROM tops WHERE id = 2", 0);
	change_mid(f, 2, 0, 0);
	ok(f, cc_repair(f->cc, NULL, NULL));
}

static void
all_at_once(struct fixture *f)
{
	int64_t n;

	settle(f);
	ok(f, overflow_mids_set_x_where_top_id(f->cc, 1, 7, &n));
	assert_int_equal(n, 1);
	ok(f, overflow_mids_set_top_id_where_top_id(f->cc, 1, (struct cc_int64){ .value = 2 }, &n));
	assert_int_equal(n, 1);
	is(f, "SELECT top_id FROM mids WHERE id = 1", 2);
	dirty(f, "[1] [2]");
	ok(f, overflow_mids_delete_where_top_id(f->cc, 2, &n));
	assert_int_equal(n, 1);
	ok(f, cc_repair(f->cc, NULL, NULL));
	tops_are(f, "0/0 0/0 1/5");
}

static const struct behaviour cases[] = {
	{ "overflow: a row moves that too much is below", moves },
	{ "overflow: a condition below a row that changes", condition },
	{ "overflow: a row goes that too much is below", goes },
	{ "overflow: a subtree moves that is too much", subtree },
	{ "overflow: bulk verbs on rows that too much is below", all_at_once },
};

int
main(void)
{
	return behaviour_run(&overflow_schema, cases, sizeof cases / sizeof *cases, 0);
}
