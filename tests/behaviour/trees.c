/*
 * trees.c - cases: what all ancestors of a row count; subtrees that move and go; circles.
 */
#include "behaviour.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "trees_counters.h"

#define UP(v) { .value = (v), .null = (v) == 0 }

static void
ok(struct fixture *f, int result)
{
	if (result != CC_OK)
		fail_msg("%s: %s", cc_result_name(result), cc_errmsg(f->cc));
}

static struct trees_posts
a_post(int64_t id, int64_t parent, int64_t likes)
{
	return (struct trees_posts){ .id = id, .parent_id = UP(parent), .likes = likes };
}

static void
post(struct fixture *f, int64_t id, int64_t parent)
{
	struct trees_posts p = a_post(id, parent, id);

	ok(f, insert(f, "posts", &p));
}

static int
move(struct fixture *f, int64_t id, int64_t parent)
{
	struct trees_posts p = a_post(id, parent, id);

	return update(f, "posts", &p);
}

static void
member(struct fixture *f, int64_t id, int64_t of)
{
	struct trees_members m = { .id = id, .post_id = UP(of) };

	ok(f, insert(f, "members", &m));
}

static void
are(struct fixture *f, const char *column, const char *expected)
{
	char query[150];

	snprintf(query, sizeof query,
	    "SELECT group_concat(%s) FROM (SELECT * FROM posts ORDER BY id)", column);
	is_text(f, query, expected);
}

static void
responses(struct fixture *f)
{
	post(f, 1, 0);
	post(f, 2, 1);
	post(f, 3, 1);
	post(f, 4, 2);
	are(f, "responses", "3,1,0,0");
	are(f, "liked", "9,4,0,0");
	are(f, "children", "2,1,0,0");
	ok(f, delete(f, "posts", 4));
	are(f, "responses", "2,0,0");
	ok(f, delete(f, "posts", 3));
	ok(f, delete(f, "posts", 2));
	are(f, "responses", "0");
}

/* 1 - 2 - 3 - 4 - 5, and 6 below 1, 7 below 6: a trunk with two branches. */
static void
grow(struct fixture *f)
{
	post(f, 1, 0);
	for (int64_t id = 2; id <= 5; id++)
		post(f, id, id - 1);
	post(f, 6, 1);
	post(f, 7, 6);
	are(f, "responses", "6,3,2,1,0,1,0");
}

static void
subtree_moves(struct fixture *f)
{
	grow(f);
	member(f, 1, 5);
	member(f, 2, 3);
	are(f, "members", "2,2,2,1,1,0,0");
	are(f, "above", "2,2,1,1,0,0,0");
	ok(f, move(f, 3, 7));
	are(f, "responses", "6,0,2,1,0,4,3");
	are(f, "members", "2,0,2,1,1,2,2");
	are(f, "above", "2,0,1,1,0,2,2");
	ok(f, move(f, 3, 0));
	are(f, "responses", "3,0,2,1,0,1,0");
	ok(f, move(f, 1, 5));
	are(f, "responses", "3,0,6,5,4,1,0");
	are(f, "members", "0,0,2,1,1,0,0");
}

/* The deferred columns of common ancestors net to zero: no statement for them. */
static void
common_untouched(struct fixture *f)
{
	grow(f);
	ok(f, move(f, 7, 0));
	begin(f);
	ok(f, move(f, 7, 4));
	sql(f, "CREATE TABLE log (id)");
	sql(f, "CREATE TRIGGER note AFTER UPDATE OF responses ON posts BEGIN"
	    " INSERT INTO log VALUES (NEW.id); END");
	ok(f, move(f, 7, 5));
	statements(f);
	commit(f);
	is_text(f, "SELECT group_concat(id) FROM (SELECT DISTINCT id FROM log ORDER BY id)",
	    "1,2,3,4,5");
	sql(f, "DELETE FROM log");
	ok(f, move(f, 7, 4));
	/* 4 has another child now; of those above nothing changes. */
	is_text(f, "SELECT group_concat(id) FROM (SELECT DISTINCT id FROM log ORDER BY id)", "4,5");
	sql(f, "DROP TRIGGER note");
	sql(f, "DROP TABLE log");
}

static int
note_recursion(unsigned kind, void *n, void *stmt, void *text)
{
	(void)kind, (void)text;
	*(int *)n += strstr(sqlite3_sql(stmt), "RECURSIVE") != NULL;
	return 0;
}

/* Nothing is below a new leaf: its ancestors count one more, and are not looked through. */
static void
deep_leaf(struct fixture *f)
{
	int n = 0;

	sql(f, "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)"
	    " INSERT INTO posts (id, parent_id, likes) SELECT i, nullif(i - 1, 0), 1 FROM n");
	ok(f, cc_reconcile(f->cc, NULL, NULL));
	sqlite3_trace_v2(f->db, SQLITE_TRACE_STMT, note_recursion, &n);
	post(f, 301, 300);
	sqlite3_trace_v2(f->db, 0, NULL, NULL);
	assert_true(n > 0 && n < 12);
	is(f, "SELECT responses FROM posts WHERE id = 1", 300);
	member(f, 1, 301);
	is(f, "SELECT above || members FROM posts WHERE id = 1", 11);
}

/* Over CC_DEPTH ancestors: refused by a verb, bounded and told by a hook. */
static void
too_deep(struct fixture *f)
{
	struct trees_posts p = a_post(1101, 1100, 1);
	int rc;

	sql(f, "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1100)"
	    " INSERT INTO posts (id, parent_id, likes) SELECT i, nullif(i - 1, 0), 1 FROM n");
	ok(f, cc_reconcile(f->cc, NULL, NULL));
	is(f, "SELECT responses FROM posts WHERE id = 1", 1099);
	rc = insert(f, "posts", &p);
	if (f->way == VERBS) {
		assert_int_equal(rc, CC_MISUSE);
		return;
	}
	assert_true(f->events[CC_EVENT_CIRCLE] > 0);
	sql(f, "DELETE FROM cc_dirty");
	ok(f, cc_reconcile(f->cc, NULL, NULL));
	is(f, "SELECT responses FROM posts WHERE id = 1", 1100);
}

/* The same row moves and gets another amount in one update. */
static void
move_and_amount(struct fixture *f)
{
	struct trees_posts p = a_post(4, 6, 100);

	grow(f);
	ok(f, update(f, "posts", &p));
	are(f, "liked", "123,3,0,5,0,112,0");
}

static void
middle_of_tree_goes(struct fixture *f)
{
	grow(f);
	member(f, 1, 5);
	ok(f, delete(f, "posts", 3));
	/* 4 names a row that is gone: its branch is on its own. */
	are(f, "responses", "3,0,1,0,1,0");
	are(f, "members", "0,0,1,1,0,0");
	post(f, 3, 6);
	are(f, "responses", "6,0,2,1,0,4,0");
	are(f, "members", "1,0,1,1,1,1,0");
}

/* A verb refuses to close a circle; a hook that is told of one bounds it and says so. */
static void
circle(struct fixture *f)
{
	int rc;

	post(f, 1, 0);
	post(f, 2, 1);
	post(f, 3, 2);
	rc = move(f, 1, 3);
	if (f->way == VERBS) {
		assert_int_equal(rc, CC_MISUSE);
		are(f, "responses", "2,1,0");
		rc = move(f, 1, 1);
		assert_int_equal(rc, CC_MISUSE);
		return;
	}
	ok(f, rc);
	assert_true(f->events[CC_EVENT_CIRCLE] > 0);
	ok(f, move(f, 1, 0));
	sql(f, "DELETE FROM cc_dirty");
	ok(f, cc_reconcile(f->cc, NULL, NULL));
	are(f, "responses", "2,1,0");
	ok(f, move(f, 3, 1));
	are(f, "responses", "2,0,0");
}

/* A circle that is there already is not closed by what leaves it as it is, nor by what opens it. */
static void
circle_stands(struct fixture *f)
{
	struct trees_posts p = a_post(2, 1, 50);

	for (int64_t id = 1; id <= 3; id++)
		post(f, id, id - 1);
	sql(f, "UPDATE posts SET parent_id = 3 WHERE id = 1");
	ok(f, cc_reconcile(f->cc, NULL, NULL));
	ok(f, update(f, "posts", &p));
	are(f, "liked", "54,54,54");
	post(f, 4, 2);
	member(f, 1, 3);
	are(f, "responses", "4,4,4,0");
	p = a_post(4, 3, 7);
	ok(f, update(f, "posts", &p));
	p = a_post(4, 4, 7);
	if (f->way == VERBS)
		assert_int_equal(update(f, "posts", &p), CC_MISUSE);
	p = a_post(3, 4, 3);
	if (f->way == VERBS)
		assert_int_equal(update(f, "posts", &p), CC_MISUSE);
	are(f, "liked", "61,61,61,0");
	ok(f, move(f, 1, 0));
	are(f, "liked", "60,10,7,0");
	are(f, "members", "1,1,1,0");
}

static void
savepoint_in_tree(struct fixture *f)
{
	grow(f);
	begin(f);
	ok(f, move(f, 3, 6));
	savepoint(f, "a");
	ok(f, move(f, 6, 5 - 3));
	ok(f, delete(f, "posts", 5));
	ok(f, move(f, 4, 0));
	rollback_to(f, "a");
	release(f, "a");
	post(f, 8, 5);
	commit(f);
	are(f, "responses", "7,0,3,2,1,5,0,0");
}

/* ---- scopes, cascades ---- */

static struct trees_folders
folder(int64_t id, int64_t parent, bool deleted)
{
	return (struct trees_folders){ .id = id, .parent_id = UP(parent),
		.deleted_at = { .value = 7, .null = !deleted } };
}

static void
shelve(struct fixture *f)
{
	for (int64_t id = 1; id <= 5; id++) {
		struct trees_folders row = folder(id, id - 1, false);
		struct trees_files file = { .id = id, .folder_id = UP(id), .size = id };

		ok(f, insert(f, "folders", &row));
		ok(f, insert(f, "files", &file));
	}
}

static void
folders_are(struct fixture *f, const char *expected)
{
	is_text(f, "SELECT group_concat(folders || '/' || files || '/' || bytes, ' ')"
	    " FROM (SELECT * FROM folders WHERE deleted_at IS NULL ORDER BY id)", expected);
	is(f, "SELECT count(*) FROM folders WHERE deleted_at IS NULL AND files <> files_now", 0);
}

static void
scope_in_tree(struct fixture *f)
{
	struct trees_folders row = folder(3, 2, true);

	shelve(f);
	folders_are(f, "4/5/15 3/4/14 2/3/12 1/2/9 0/1/5");
	ok(f, update(f, "folders", &row));
	folders_are(f, "1/2/3 0/1/2 1/2/9 0/1/5");
	ok(f, delete(f, "files", 5));
	row = folder(3, 1, false);
	ok(f, update(f, "folders", &row));
	folders_are(f, "4/4/10 0/1/2 2/2/7 1/1/4 0/0/0");
}

static void
cascade_in_tree(struct fixture *f)
{
	shelve(f);
	ok(f, delete(f, "folders", 3));
	is(f, "SELECT count(*) FROM files", 2);
	folders_are(f, "1/2/3 0/1/2");
}

/* What is below a row that is out of its scope was not counted, and does not leave again. */
static void
cascade_out_of_scope(struct fixture *f)
{
	struct trees_folders row = folder(3, 2, true);

	shelve(f);
	ok(f, update(f, "folders", &row));
	ok(f, delete(f, "folders", 3));
	folders_are(f, "1/2/3 0/1/2");
	row = folder(2, 1, true);
	ok(f, update(f, "folders", &row));
	ok(f, delete(f, "folders", 1));
	is(f, "SELECT count(*) FROM folders", 0);
}

static const struct behaviour cases[] = {
	{ "tree: responses; p1 has p2, p3; p4 under p2", responses },
	{ "tree: a subtree moves, to a leaf, to the top, under its own branch's end", subtree_moves },
	{ "tree: common ancestors unchanged, no statement", common_untouched },
	{ "tree: a new leaf below 300 rows", deep_leaf },
	{ "tree: below more rows than are climbed", too_deep },
	{ "tree: moved and given another amount in one update", move_and_amount },
	{ "tree: a row in the middle goes and comes elsewhere", middle_of_tree_goes },
	{ "tree: a circle is refused or bounded", circle },
	{ "tree: rows of a circle that stands are written", circle_stands },
	{ "tree: savepoint rolled back in the middle of moves", savepoint_in_tree },
	{ "tree: a row leaves its scope and returns elsewhere", scope_in_tree },
	{ "tree: a subtree goes by cascade", cascade_in_tree },
	{ "tree: a subtree out of scope goes by cascade", cascade_out_of_scope },
};

int
main(void)
{
	return behaviour_run(&trees_schema, cases, sizeof cases / sizeof *cases, 0);
}
