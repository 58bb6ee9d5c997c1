/*
 * races.c - several connections whose steps interleave in a fixed order: each a race that would leave
 * a counter wrong for good, if what a hook read were taken for certain.
 */
#include "side.h"

static struct cc_int64
is(int64_t value)
{
	return (struct cc_int64){ .value = value };
}

static int
comment(struct side *side, int64_t id, int64_t discussion, int64_t author, int64_t score)
{
	return forum_comments_insert(side->cc, &(struct forum_comments){ .id = id,
	    .discussion_id = is(discussion), .author_id = is(author), .score = score });
}

static int
move_comment(struct side *side)
{
	return forum_comments_set_discussion_id(side->cc, 1, is(3));
}

static int
delete_comment(struct side *side)
{
	return forum_comments_delete(side->cc, 1);
}

/* Two move one row: the second takes what was from the row as the first left it. */
static void
test_move_twice(void)
{
	struct side a, b;

	side_open(&a);
	side_open(&b);
	OK(comment(&a, 1, 1, 1, 5));
	OK(cc_begin(a.cc));
	OK(forum_comments_set_discussion_id(a.cc, 1, is(2)));
	side_start(&b, move_comment);
	side_blocked(&b);
	OK(cc_commit(a.cc));
	OK(side_join(&b));
	side_truth("moved twice");
	OK(cc_begin(a.cc));
	OK(forum_comments_set_score(a.cc, 1, 50));
	side_start(&b, delete_comment);
	side_blocked(&b);
	OK(cc_commit(a.cc));
	OK(side_join(&b));
	side_truth("re-priced and deleted");
	side_close(&a);
	side_close(&b);
}

/* The greatest goes, uncommitted; a lesser one comes beside it. */
static void
test_greatest(void)
{
	struct side a, b;

	side_open(&a);
	side_open(&b);
	OK(comment(&a, 1, 1, 1, 7));
	OK(comment(&a, 2, 1, 1, 3));
	OK(cc_begin(a.cc));
	OK(forum_comments_delete(a.cc, 1));
	OK(cc_begin(b.cc));
	OK(comment(&b, 3, 1, 2, 5));
	OK(cc_flush(a.cc));
	side_start(&b, side_commit);
	side_blocked(&b);
	OK(cc_commit(a.cc));
	OK(side_join(&b));
	side_truth("five is the greatest");
	side_close(&a);
	side_close(&b);
}

/* Two first rows of one value, of which neither sees the other. */
static void
test_distinct(void)
{
	struct side a, b;

	side_open(&a);
	side_open(&b);
	OK(cc_begin(a.cc));
	OK(cc_begin(b.cc));
	OK(comment(&a, 1, 1, 1, 7));
	OK(comment(&b, 2, 1, 1, 7));
	OK(cc_flush(a.cc));
	side_start(&b, side_commit);
	side_blocked(&b);
	OK(cc_commit(a.cc));
	OK(side_join(&b));
	side_truth("one author");
	side_close(&a);
	side_close(&b);
}

/* A comment comes while its discussion moves, which cannot see it. */
static void
test_path_moves(void)
{
	struct side a, b;

	side_open(&a);
	side_open(&b);
	OK(cc_begin(b.cc));
	OK(comment(&b, 1, 1, 1, 5));
	OK(forum_discussions_set_group_id(a.cc, 1, is(4)));
	OK(cc_commit(b.cc));
	side_truth("moved before the flush");
	OK(cc_begin(a.cc));
	OK(forum_discussions_set_group_id(a.cc, 1, is(3)));
	OK(cc_begin(b.cc));
	OK(comment(&b, 2, 1, 2, 6));
	side_start(&b, side_commit);
	side_blocked(&b);
	OK(cc_commit(a.cc));
	OK(side_join(&b));
	side_truth("moved beside the flush");
	side_close(&a);
	side_close(&b);
}

/* A condition up the path flips beside an insert, and beside a delete. */
static void
test_path_flips(void)
{
	struct side a, b;

	side_open(&a);
	side_open(&b);
	OK(cc_begin(b.cc));
	OK(comment(&b, 1, 1, 1, 5));
	OK(forum_discussions_set_closed(a.cc, 1, true));
	OK(cc_commit(b.cc));
	side_truth("closed beside an insert");
	OK(cc_begin(b.cc));
	OK(forum_comments_delete(b.cc, 1));
	OK(forum_discussions_set_closed(a.cc, 1, false));
	OK(cc_commit(b.cc));
	side_truth("opened beside a delete");
	side_close(&a);
	side_close(&b);
}

/* A subtree moves beside a row that comes below it. */
static void
test_subtree(void)
{
	struct side a, b;

	side_open(&a);
	side_open(&b);
	OK(cc_begin(b.cc));
	OK(forum_discussions_insert(b.cc, &(struct forum_discussions){ .id = 9, .group_id = is(4) }));
	OK(forum_groups_insert(b.cc, &(struct forum_groups){ .id = 9, .parent_id = is(4) }));
	OK(forum_groups_set_parent_id(a.cc, 3, is(2)));
	OK(cc_commit(b.cc));
	side_truth("a subtree moved beside an insert");
	side_close(&a);
	side_close(&b);
}

static int
move_two(struct side *side)
{
	return forum_groups_set_parent_id(side->cc, 2, is(4));
}

/* Two moves that together would close a circle: the second is refused. */
static void
test_circle(void)
{
	struct side a, b;

	side_open(&a);
	side_open(&b);
	OK(cc_begin(a.cc));
	OK(forum_groups_set_parent_id(a.cc, 3, is(2)));
	side_start(&b, move_two);
	side_blocked(&b);
	OK(cc_commit(a.cc));
	EXPECT(side_join(&b) == CC_MISUSE);
	side_truth("no circle");
	side_close(&a);
	side_close(&b);
}

static int
delete_discussion(struct side *side)
{
	return forum_discussions_delete(side->cc, 1);
}

/* A cascade beside an arrival, and beside a move out of what goes. */
static void
test_cascade(void)
{
	struct side a, b;

	side_open(&a);
	side_open(&b);
	OK(comment(&a, 1, 1, 1, 5));
	OK(comment(&a, 2, 1, 1, 5));
	OK(cc_begin(a.cc));
	OK(comment(&a, 3, 1, 2, 6));
	OK(forum_comments_set_discussion_id(a.cc, 1, is(2)));
	side_start(&b, delete_discussion);
	side_blocked(&b);
	OK(cc_commit(a.cc));
	OK(side_join(&b));
	side_truth("cascaded");
	side_close(&a);
	side_close(&b);
}

/* Two in the middle of one path move at once: a discussion and the group that it goes to. */
static void
test_two_on_a_path(void)
{
	struct side a, b;

	side_open(&a);
	side_open(&b);
	OK(comment(&a, 1, 1, 1, 5));
	OK(cc_begin(a.cc));
	OK(cc_begin(b.cc));
	OK(forum_discussions_set_group_id(a.cc, 1, is(4)));
	OK(forum_groups_set_parent_id(b.cc, 3, is(2)));
	OK(cc_commit(b.cc));
	OK(cc_commit(a.cc));
	side_truth("both moved");
	side_close(&a);
	side_close(&b);
}

static int
comment_six(struct side *side)
{
	return comment(side, 6, 1, 1, 6);
}

/* From a snapshot nothing is computed that others have changed since: all is to be done again. */
static void
test_snapshot(void)
{
	struct side a, b;

	side_open(&a);
	side_open(&b);
	OK(comment(&a, 1, 1, 1, 5));
	side_sql(&a, "SET default_transaction_isolation = 'repeatable read'");
	OK(cc_begin(a.cc));
	EXPECT(side_number(&a, "SELECT count(*) FROM comments") == 1);
	OK(forum_comments_set_discussion_id(b.cc, 1, is(3)));
	EXPECT(forum_comments_delete(a.cc, 1) == CC_ABORTED);
	OK(cc_rollback(a.cc));
	OK(cc_begin(a.cc));
	OK(comment(&a, 2, 1, 1, 5));
	OK(comment(&b, 3, 1, 2, 5));
	EXPECT(cc_commit(a.cc) == CC_ABORTED);
	EXPECT(PQtransactionStatus(a.conn) == PQTRANS_IDLE);
	OK(cc_rollback(a.cc));
	OK(comment(&a, 2, 1, 1, 5));
	side_truth("done again");
	side_close(&a);
	side_close(&b);
}

/* A lock that is not had in time is no failure of the application's transaction. */
static void
test_timeout(void)
{
	struct side a, b;

	side_open(&a);
	side_open(&b);
	side_sql(&b, "SET lock_timeout = '300ms'");
	side_sql(&a, "BEGIN; SELECT 1 FROM users WHERE id = 1 FOR NO KEY UPDATE");
	OK(comment_six(&b));
	EXPECT(side_number(&b, "SELECT count(*) FROM cc_dirty") == 1);
	side_sql(&a, "COMMIT");
	OK(cc_repair(a.cc, NULL, NULL));
	side_truth("repaired");
	side_close(&a);
	side_close(&b);
}

int
main(void)
{
	side_test("move-twice", test_move_twice);
	side_test("greatest", test_greatest);
	side_test("distinct", test_distinct);
	side_test("path-moves", test_path_moves);
	side_test("path-flips", test_path_flips);
	side_test("subtree", test_subtree);
	side_test("circle", test_circle);
	side_test("cascade", test_cascade);
	side_test("two-on-a-path", test_two_on_a_path);
	side_test("snapshot", test_snapshot);
	side_test("timeout", test_timeout);
	return side_failures() != 0;
}
