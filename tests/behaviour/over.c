/*
 * over.c - cases: counters that read others, and conditions that ask for rows themselves.
 */
#include "behaviour.h"

#include "over_counters.h"

static void
ok(struct fixture *f, int result)
{
	if (result != CC_OK)
		fail_msg("%s: %s", cc_result_name(result), cc_errmsg(f->cc));
}

static void
file(struct fixture *f, int64_t id, int64_t folder, bool there)
{
	struct over_files row = { .id = id, .folder_id = { .value = folder } };

	ok(f, there ? update(f, "files", &row) : insert(f, "files", &row));
}

/* What it corrects on the way takes away from a count that it has not come to yet. */
static void
reconciled(struct fixture *f)
{
	sql(f, "INSERT INTO kids VALUES (1, 1)");
	sql(f, "UPDATE tops SET empty = 0");
	ok(f, cc_reconcile(f->cc, NULL, NULL));
	is(f, "SELECT n FROM mids WHERE id = 1", 1);
	is(f, "SELECT empty FROM tops", 1);
	is(f, "SELECT count(*) FROM cc_dirty", 0);
}

/* What only recounts write follows what a recount corrects, of one row or of all, and no event. */
static void
lagging(struct fixture *f)
{
	struct over_kids kid = { .id = 3, .mid_id = { .value = 1 } };

	sql(f, "INSERT INTO kids VALUES (1, 1), (2, 2)");
	ok(f, cc_reconcile(f->cc, NULL, NULL));
	is_text(f, "SELECT whole || ' ' || most || ' ' || twice FROM tops", "2 1 4");
	ok(f, insert(f, "kids", &kid));
	is_text(f, "SELECT whole || ' ' || most || ' ' || twice FROM tops", "2 1 4");
	ok(f, cc_reconcile(f->cc, NULL, NULL));
	is_text(f, "SELECT whole || ' ' || most || ' ' || twice FROM tops", "3 2 6");
	sql(f, "DELETE FROM kids WHERE mid_id = 1");
	ok(f, over_recount_mids(f->cc, 1));
	is_text(f, "SELECT whole || ' ' || most || ' ' || twice FROM tops", "1 1 2");
}

/* A count that goes by one, in a transaction of which the recount is but a part. */
static void
derived_of_counts(struct fixture *f)
{
	ok(f, cc_reconcile(f->cc, NULL, NULL));
	sql(f, "INSERT INTO kids VALUES (1, 1)");
	ok(f, cc_reconcile(f->cc, NULL, NULL));
	is_text(f, "SELECT empty || ' ' || tens FROM tops", "1 10");
	sql(f, "INSERT INTO kids VALUES (2, 2)");
	ok(f, cc_begin(f->cc));
	ok(f, over_recount_mids(f->cc, 2));
	ok(f, cc_commit(f->cc));
	is_text(f, "SELECT empty || ' ' || tens FROM tops", "0 0");
	ok(f, cc_verify(f->cc, NULL, NULL));
	is(f, "SELECT count(*) FROM cc_dirty", 0);
}

/* A file that leaves changes its folder, which counts above it as before. */
static void
within_one_tree(struct fixture *f)
{
	file(f, 1, 2, false);
	file(f, 2, 2, false);
	is_text(f, "SELECT group_concat(lonely) FROM folders", "1,0");
	file(f, 2, 1, true);
	is_text(f, "SELECT group_concat(lonely) FROM folders", "2,1");
	file(f, 2, 2, true);
	is_text(f, "SELECT group_concat(lonely) FROM folders", "1,0");
}

static const struct behaviour cases[] = {
	{ "over: a recount whose corrections are read by others", reconciled },
	{ "over: what only recounts write reads what they correct", lagging },
	{ "over: what only recounts derive from a count that they correct", derived_of_counts },
	{ "over: a row moves below one that counts it either way", within_one_tree },
};

int
main(void)
{
	return behaviour_run(&over_schema, cases, sizeof cases / sizeof *cases, 0);
}
