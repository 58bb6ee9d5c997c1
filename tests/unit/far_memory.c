/*
 * far_memory.c - the same as memory.c of rows that reach their parents through others: what is read
 * on the way, rows in the middle, trees, what is computed again, counters over counters.
 *
 * link: -Wl,--wrap=malloc -Wl,--wrap=calloc -Wl,--wrap=realloc
 */
#include "allocation.h"
#include "forum.h"

enum { STEPS = 11 };

static void
rows(struct fixture *f)
{
	fixture_exec(f, "INSERT INTO users (id, name) VALUES (1, 'ann'), (2, NULL)");
	for (int64_t id = 1; id <= 4; id++)
		assert_ok(f, cc_row_insert(f->cc, FORUM(GROUPS), &(struct forum_group){ .id = id,
		    .parent_id = { .value = id - 1, .null = id == 1 }, .archived = NONE }));
	for (int64_t id = 1; id <= 4; id++)
		assert_ok(f, cc_row_insert(f->cc, FORUM(DISCUSSIONS), &(struct forum_discussion){
		    .id = id, .group_id = VALUE(id), .author_id = NONE, .score = NONE,
		    .kind = "a kind", .open = id % 2 == 0 }));
}

static int
poll(struct fixture *f, int64_t id)
{
	return cc_row_insert(f->cc, FORUM(POLLS), &(struct forum_poll){ .id = id,
	    .discussion_id = VALUE(1 + id % 4), .author_id = VALUE(1 + id % 2),
	    .weight = VALUE(id % 5) });
}

/* Writes of one kind each, again and again: the round says which value. */
static int
step(struct fixture *f, int which, int64_t round)
{
	bool open = round % 2 == 0;
	struct cc_int64 none = NONE;

	switch (which) {
	case 0:
		return poll(f, 1000 + round);
	case 1:
		return cc_row_set(f->cc, FORUM(POLLS), KEY(1000 + round), 1, &VALUE(1 + round % 3));
	case 2:
		return cc_row_set(f->cc, FORUM(DISCUSSIONS), KEY(2), 1, &VALUE(3 + round % 2));
	case 3:
		return cc_row_set(f->cc, FORUM(DISCUSSIONS), KEY(3), 5, &open);
	case 4:
		return cc_row_set(f->cc, FORUM(GROUPS), KEY(4), 1, &VALUE(1 + round % 3));
	case 5:
		return cc_row_insert(f->cc, FORUM(COMMENTS), &(struct forum_comment){ 1000 + round,
		    VALUE(1 + round % 4) });
	case 6:
		return cc_row_insert(f->cc, FORUM(EVENTS), &(struct forum_event){ 1000 + round,
		    VALUE(round % 3) });
	case 7:
		return cc_row_set(f->cc, FORUM(DISCUSSIONS), KEY(1), 3, open ? &VALUE(round) : &none);
	case 8:
		return cc_row_delete(f->cc, FORUM(DISCUSSIONS), KEY(4));
	case 9:
		return cc_row_insert(f->cc, FORUM(DISCUSSIONS), &(struct forum_discussion){ .id = 4,
		    .group_id = VALUE(4), .author_id = VALUE(1), .score = VALUE(round),
		    .kind = "another kind", .open = open });
	default:
		return cc_commit(f->cc);
	}
}

/* Each dozen of rounds finds and leaves what the one before it did. */
static void
again(struct fixture *f, int64_t round)
{
	cc_row_delete(f->cc, FORUM(POLLS), KEY(1000 + round));
	cc_row_delete(f->cc, FORUM(COMMENTS), KEY(1000 + round));
	cc_row_delete(f->cc, FORUM(EVENTS), KEY(1000 + round));
}

static void
test_nothing_once_warm(void **state)
{
	struct fixture *f = *state;
	unsigned long before = 0;

	rows(f);
	cc_observe(f->cc, NULL, NULL);
	for (int64_t round = 0; round < 60; round++) {
		if (round == 36)
			before = allocations;
		assert_ok(f, cc_begin(f->cc));
		again(f, round % 12);
		for (int which = 0; which < STEPS; which++)
			assert_ok(f, step(f, which, round % 12));
	}
	assert_int_equal(allocations, before);
	forum_check(f);
}

/* Each step is done wholly or not at all, whichever allocation of it fails; false: none did. */
static bool
life(struct fixture *f, unsigned long n, bool savepoint)
{
	int64_t round = (int64_t)n * 2 + savepoint;
	bool failed = false;

	cc_close(f->cc);
	f->cc = NULL;
	assert_int_equal(cc_open_sqlite(&f->cc, f->db, &forum_schema, NULL), CC_OK);
	assert_ok(f, cc_begin(f->cc));
	if (savepoint) {
		assert_ok(f, cc_savepoint(f->cc, "s"));
	}
	fail_at = allocations + n;
	for (int which = 0; which < STEPS; which++) {
		int result = step(f, which, round);

		if (result == CC_NOMEM && !failed) {
			failed = true;
			fail_at = 0;
			result = step(f, which, round);
		}
		if (result != CC_OK)
			fail_msg("allocation %lu, step %d: %s: %s", n, which,
			    cc_result_name(result), cc_errmsg(f->cc));
	}
	fail_at = 0;
	forum_check(f);
	assert_int_equal(fixture_int(f, "SELECT count(*) FROM cc_dirty"), 0);
	return failed;
}

static void
test_steps_without_memory(void **state)
{
	struct fixture *f = *state;

	unsigned long n = 0;
	bool plain, saved;

	rows(f);
	do {
		n++;
		plain = life(f, n, false);
		saved = life(f, n, true);
	} while (plain || saved);
	assert_in_range(n, 40, 1000);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, forum_open, fixture_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_nothing_once_warm),
		TEST(test_steps_without_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
