/*
 * transactions.c - cases: transactions, savepoints, bulk, skip, forgotten flush, strictness.
 */
#include "children.h"

static struct cases_children
active(int64_t id, int64_t parent, int64_t amount)
{
	struct cases_children c = child_of(id, parent, amount);

	c.active = (struct cc_bool){ true, false };
	return c;
}

static void
rolled_back(struct fixture *f)
{
	put(f, active(1, 1, 5));
	begin(f);
	put(f, active(2, 1, 7));
	change(f, active(1, 2, 9));
	rollback(f);
	counts(f, 1, 1, 5);
	counts(f, 2, 0, 0);
	statements(f);
	begin(f);
	commit(f);
	assert_int_equal(statements(f), 0);
}

static void
inner_rolled_back(struct fixture *f)
{
	begin(f);
	put(f, active(1, 1, 1));
	savepoint(f, "a");
	put(f, active(2, 1, 10));
	savepoint(f, "b");
	put(f, active(3, 1, 100));
	release(f, "b");
	rollback_to(f, "a");
	put(f, active(4, 1, 1000));
	release(f, "a");
	commit(f);
	counts(f, 1, 2, 1001);
}

static void
flush_then_rolled_back(struct fixture *f)
{
	begin(f);
	put(f, active(1, 1, 1));
	savepoint(f, "a");
	put(f, active(2, 1, 10));
	ok(cc_flush(f->cc));
	rollback_to(f, "a");
	release(f, "a");
	commit(f);
	counts(f, 1, 1, 1);
}

static void
nested(struct fixture *f)
{
	ok(cc_begin(f->cc));
	f->open = true;
	put(f, active(1, 1, 1));
	ok(cc_begin(f->cc));
	put(f, active(2, 1, 10));
	ok(cc_rollback(f->cc));
	ok(cc_begin(f->cc));
	put(f, active(3, 1, 100));
	ok(cc_commit(f->cc));
	is(f, "SELECT n FROM parents WHERE id = 1", 0);
	ok(cc_commit(f->cc));
	f->open = false;
	counts(f, 1, 2, 101);
}

static void
nothing_left(struct fixture *f)
{
	begin(f);
	put(f, active(1, 3, 4));
	ok(delete(f, "children", 1));
	ok(cc_flush(f->cc));
	commit(f);
	counts(f, 3, 0, 0);
	/* `noticed` has a touch, which does not cancel out. */
	is(f, "SELECT touched_at FROM parents WHERE id = 3", f->clock);
}

/* Rows without an immediate column: what nets to nothing sends nothing. */
static void
net_zero(struct fixture *f)
{
	struct cases_images i = { .id = 1, .kind = "Product", .item = { 1, false } };

	statements(f);
	begin(f);
	ok(insert(f, "images", &i));
	ok(delete(f, "images", 1));
	commit(f);
	assert_int_equal(statements(f), 0);
}

static void
one_update_each(struct fixture *f)
{
	struct cases_images i = { .id = 1, .kind = "Product", .item = { 1, false } };

	statements(f);
	begin(f);
	for (; i.id <= 3; i.id++) {
		i.item.value = i.id == 3 ? 2 : 1;
		ok(insert(f, "images", &i));
	}
	assert_int_equal(statements(f), 0);
	commit(f);
	assert_int_equal(statements(f), 2);
	is(f, "SELECT images_count FROM products WHERE id = 1", 2);
	is(f, "SELECT images_count FROM products WHERE id = 2", 1);
}

static void
visible_at_once(struct fixture *f)
{
	struct cases_parents_counters counters;

	begin(f);
	put(f, active(1, 1, 0));
	is(f, "SELECT n_now FROM parents WHERE id = 1", 1);
	is(f, "SELECT n FROM parents WHERE id = 1", 0);
	change(f, active(1, 1, 42));
	is(f, "SELECT total_now FROM parents WHERE id = 1", 42);
	put(f, active(2, 1, 1));
	is(f, "SELECT total_now FROM parents WHERE id = 1", 43);
	is(f, "SELECT total FROM parents WHERE id = 1", 0);
	ok(cases_parents_counters(f->cc, 1, &counters));
	assert_int_equal(counters.n, 2);
	assert_int_equal(counters.total, 43);
	assert_int_equal(counters.triple, 6);
	assert_true(counters.share.value == 1.0 && !counters.share.null);
	commit(f);
	counts(f, 1, 2, 43);
}

static void
commit_fails(struct fixture *f)
{
	struct cases_posts p = { .id = 1, .author_id = { 99, false } };

	/* A foreign key that is only looked at by COMMIT. */
	sql(f, "PRAGMA defer_foreign_keys = OFF");
	begin(f);
	sql(f, "PRAGMA defer_foreign_keys = ON");
	put(f, active(1, 1, 1));
	write_insert(f, "posts", &p);
	ok(cases_posts_inserted(f->cc, &p));
	if (f->way == OWN) {
		ok(cc_flush(f->cc));
		assert_true(sql_refused(f, "COMMIT"));
	} else
		assert_int_not_equal(cc_commit(f->cc), CC_OK);
	rollback(f);
	counts(f, 1, 0, 0);
	put(f, active(1, 1, 2));
	counts(f, 1, 1, 2);
}

static void
touched(struct fixture *f)
{
	put(f, active(1, 1, 4));
	is(f, "SELECT touched_at FROM parents WHERE id = 1", f->clock);
	f->clock += 5000000;
	change(f, active(1, 1, 5));
	/* Only the sum changed: it touches nothing. */
	is(f, "SELECT touched_at FROM parents WHERE id = 1", f->clock - 5000000);
	change(f, active(1, 2, 5));
	is(f, "SELECT touched_at FROM parents WHERE id = 1", f->clock);
	is(f, "SELECT touched_at FROM parents WHERE id = 2", f->clock);
}

/* ---- bulk ---- */

static void
bulk_insert(struct fixture *f)
{
	struct cases_children rows[3] = { active(1, 1, 1), active(2, 1, 2), active(3, 2, 3) };

	begin(f);
	for (int i = 0; i < 3; i++)
		write_insert(f, "children", &rows[i]);
	ok(cases_children_inserted_many(f->cc, rows, 3));
	commit(f);
	counts(f, 1, 2, 3);
	counts(f, 2, 1, 3);
}

static void
bulk_moved_by_sql(struct fixture *f)
{
	put(f, active(1, 1, 1));
	put(f, active(2, 1, 1));
	sql(f, "UPDATE children SET parent_id = 2");
	f->drifted = true;
	assert_int_equal(cc_verify(f->cc, NULL, NULL), CC_DRIFT);
	ok(cc_reconcile(f->cc, NULL, NULL));
	counts(f, 1, 0, 0);
	counts(f, 2, 2, 2);
	verify_clean(f);
	sql(f, "DELETE FROM children WHERE id = 1");
	ok(cc_reconcile(f->cc, NULL, NULL));
	counts(f, 2, 1, 1);
	sql(f, "DELETE FROM children");
	ok(cc_reconcile(f->cc, NULL, NULL));
	counts(f, 2, 0, 0);
	verify_clean(f);
}

static void
skipped(struct fixture *f)
{
	put(f, active(1, 1, 1));
	cc_skip_begin(f->cc);
	cc_skip_begin(f->cc);
	put(f, active(2, 1, 10));
	cc_skip_end(f->cc);
	put(f, active(3, 1, 100));
	counts(f, 1, 1, 1);
	cc_skip_end(f->cc);
	put(f, active(4, 1, 1000));
	counts(f, 1, 2, 1001);
	ok(cc_reconcile(f->cc, NULL, NULL));
	counts(f, 1, 4, 1111);
}

/* ---- what is noticed ---- */

static void
forgotten(struct fixture *f)
{
	struct cases_children c = active(1, 1, 5);

	sql(f, "BEGIN");
	write_insert(f, "children", &c);
	ok(cases_children_inserted(f->cc, &c));
	sql(f, "COMMIT");
	ok(cc_begin(f->cc));
	ok(cc_commit(f->cc));
	assert_int_equal(f->events[CC_EVENT_FORGOTTEN] > 0, 1);
	is_text(f, "SELECT key FROM cc_dirty WHERE table_name = 'parents'", "[1]");
	is(f, "SELECT n FROM parents WHERE id = 1", 0);
	ok(cc_repair(f->cc, NULL, NULL));
	counts(f, 1, 1, 5);
}

/* Forgotten, and the handle closed right away. */
static void
forgotten_and_closed(struct fixture *f)
{
	struct cases_children c = active(1, 1, 5);
	struct fixture again;

	sql(f, "BEGIN");
	write_insert(f, "children", &c);
	ok(cases_children_inserted(f->cc, &c));
	sql(f, "COMMIT");
	cc_close(f->cc);
	f->cc = NULL;
	fixture_second(&again, f);
	is_text(&again, "SELECT key FROM cc_dirty WHERE table_name = 'parents'", "[1]");
	ok(cc_repair(again.cc, NULL, NULL));
	counts(&again, 1, 1, 5);
	fixture_close(&again);
	assert_int_equal(cc_open_sqlite(&f->cc, f->db, f->schema, NULL), CC_OK);
}

static void
unprotected(struct fixture *f)
{
	struct cases_children c = active(1, 1, 5);
	struct cc_metrics metrics;

	write_insert(f, "children", &c);
	ok(cases_children_inserted(f->cc, &c));
	counts(f, 1, 1, 5);
	assert_int_equal(f->events[CC_EVENT_UNPROTECTED], 1);
	ok(cc_metrics(f->cc, &metrics));
	assert_int_equal(metrics.unprotected, 1);
}

static void
reopen_strict(struct fixture *f)
{
	struct cc_options strict = { .flags = CC_STRICT };

	cc_close(f->cc);
	ok(cc_open_sqlite(&f->cc, f->db, f->schema, &strict));
}

static void
strict_unprotected(struct fixture *f)
{
	struct cases_children c = active(1, 1, 5);

	reopen_strict(f);
	write_insert(f, "children", &c);
	assert_int_equal(cases_children_inserted(f->cc, &c), CC_UNPROTECTED);
	sql(f, "DELETE FROM children");
	counts(f, 1, 0, 0);
}

static void
strict_failure(struct fixture *f)
{
	struct cases_images i = { .id = 1, .kind = "Product", .item = { 1, false } };

	sql(f, "CREATE TRIGGER no BEFORE UPDATE OF images_count ON products"
	    " BEGIN SELECT RAISE(ABORT, 'no'); END");
	reopen_strict(f);
	begin(f);
	ok(insert(f, "images", &i));
	if (f->way == OWN)
		assert_int_equal(cc_flush(f->cc), CC_COUNTER);
	else
		assert_int_equal(cc_commit(f->cc), CC_COUNTER);
	rollback(f);
	is(f, "SELECT count(*) FROM images", 0);
	sql(f, "DROP TRIGGER no");
	ok(insert(f, "images", &i));
	is(f, "SELECT images_count FROM products WHERE id = 1", 1);
}

static void
constraint(struct fixture *f)
{
	struct cases_children c = active(1, 1, 7);

	begin(f);
	put(f, active(1, 1, 5));
	assert_int_equal(insert(f, "children", &c), CC_CONSTRAINT);
	put(f, active(2, 1, 1));
	commit(f);
	counts(f, 1, 2, 6);
}

static const struct behaviour cases[] = {
	{ "transactions: rollback, the next one is clean", rolled_back },
	{ "transactions: inner savepoint rolled back", inner_rolled_back },
	{ "transactions: flushed inside a savepoint, then rolled back", flush_then_rolled_back },
	{ "transactions: nested", nested },
	{ "transactions: insert+delete, touch still set", nothing_left },
	{ "transactions: insert+delete, no counter statement", net_zero },
	{ "transactions: three inserts, two parents, one UPDATE each", one_update_each },
	{ "transactions: immediate at once, deferred after commit", visible_at_once },
	{ "transactions: commit fails, next transaction clean", commit_fails },
	{ "transactions: touch", touched },
	{ "transactions: a refused write is undone alone", constraint },
	{ "bulk: insert of many", bulk_insert },
	{ "bulk: update and delete by SQL, reconcile", bulk_moved_by_sql },
	{ "skip block, nested", skipped },
	{ "forgotten flush", forgotten },
	{ "forgotten flush, handle closed", forgotten_and_closed },
	{ "unprotected hook", unprotected },
	{ "CC_STRICT: unprotected hook", strict_unprotected },
	{ "CC_STRICT: counter failure", strict_failure },
};

int
main(void)
{
	return behaviour_run(&cases_schema, cases, sizeof cases / sizeof *cases, 0);
}
