/*
 * stale.c - cases: stale handles, two connections, kill -9 in the middle.
 */
#define _POSIX_C_SOURCE 200809L
#include "children.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static void
delete_twice(struct fixture *f)
{
	struct fixture g;

	put(f, child_of(1, 1, 5));
	fixture_second(&g, f);
	ok(delete(f, "children", 1));
	assert_int_equal(delete(&g, "children", 1), CC_NOTFOUND);
	is(f, "SELECT n FROM parents WHERE id = 1", 0);
	fixture_close(&g);
}

static void
move_twice(struct fixture *f)
{
	struct cases_children q = child_of(1, 2, 5), r = child_of(1, 3, 5);
	struct fixture g;

	put(f, child_of(1, 1, 5));
	fixture_second(&g, f);
	ok(update(f, "children", &q));
	ok(update(&g, "children", &r));
	is(f, "SELECT n FROM parents WHERE id = 1", 0);
	is(f, "SELECT n FROM parents WHERE id = 2", 0);
	is(f, "SELECT n FROM parents WHERE id = 3", 1);
	fixture_close(&g);
}

static void
flip_twice(struct fixture *f)
{
	struct cases_children c = child_of(1, 1, 5);
	struct fixture g;

	c.active = (struct cc_bool){ true, false };
	ok(insert(f, "children", &c));
	c.active.value = false;
	fixture_second(&g, f);
	ok(update(f, "children", &c));
	ok(update(&g, "children", &c));
	is(f, "SELECT active FROM parents WHERE id = 1", 0);
	fixture_close(&g);
}

static void
amount_twice(struct fixture *f)
{
	struct cases_children ten = child_of(1, 1, 10), twenty = child_of(1, 1, 20);
	struct fixture g;

	put(f, child_of(1, 1, 5));
	fixture_second(&g, f);
	ok(update(f, "children", &ten));
	ok(update(&g, "children", &twenty));
	is(f, "SELECT total FROM parents WHERE id = 1", 20);
	fixture_close(&g);
}

static void
stale_parent(struct fixture *f)
{
	struct cases_parents p;
	struct fixture g;

	begin(f);
	ok(cases_parents_load_for_update(f->cc, 1, &p));
	commit(f);
	p.title = "saved";
	p.touched_at.null = true;
	fixture_second(&g, f);
	put(&g, child_of(1, 1, 5));
	ok(update(f, "parents", &p));
	is(f, "SELECT n FROM parents WHERE id = 1", 1);
	is(f, "SELECT n_now FROM parents WHERE id = 1", 1);
	fixture_close(&g);
}

/* The other connection holds the write lock: nothing is done, and the next try works. */
static void
busy(struct fixture *f)
{
	struct cases_children c = child_of(1, 1, 5);
	struct fixture g;

	fixture_second(&g, f);
	sqlite3_busy_timeout(f->db, 10);
	sql(&g, "BEGIN IMMEDIATE");
	assert_int_equal(cases_children_insert(f->cc, &c), CC_BUSY);
	sql(&g, "COMMIT");
	is(f, "SELECT count(*) FROM children", 0);
	ok(cases_children_insert(f->cc, &c));
	is(f, "SELECT n FROM parents WHERE id = 1", 1);
	fixture_close(&g);
}

enum { AFTER_HOOKS, AFTER_FLUSH, AFTER_COMMIT };

static void
killed(struct fixture *f, int moment)
{
	struct fixture before;
	pid_t pid;
	int status;

	put(f, child_of(1, 1, 5));
	before = *f;
	fixture_close(f);
	pid = fork();
	if (pid == 0) {
		struct fixture g;

		fixture_second(&g, &before);
		begin(&g);
		put(&g, child_of(2, 1, 7));
		put(&g, child_of(3, 2, 9));
		if (moment >= AFTER_FLUSH)
			cc_flush(g.cc);
		if (moment == AFTER_COMMIT)
			commit(&g);
		raise(SIGKILL);
	}
	waitpid(pid, &status, 0);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	fixture_second(f, &before);
	is(f, "SELECT n FROM parents WHERE id = 1", moment == AFTER_COMMIT ? 2 : 1);
	is(f, "SELECT total FROM parents WHERE id = 2", moment == AFTER_COMMIT ? 9 : 0);
}

static void
killed_after_hooks(struct fixture *f)
{
	killed(f, AFTER_HOOKS);
}

static void
killed_after_flush(struct fixture *f)
{
	killed(f, AFTER_FLUSH);
}

static void
killed_after_commit(struct fixture *f)
{
	killed(f, AFTER_COMMIT);
}

static const struct behaviour cases[] = {
	{ "stale: two handles delete the same row", delete_twice },
	{ "stale: two handles move the same row", move_twice },
	{ "stale: two handles flip the same row", flip_twice },
	{ "stale: two handles set amount 5 to 10 and 5 to 20", amount_twice },
	{ "stale: parent saved after children were added", stale_parent },
	{ "two connections: busy", busy },
	{ "kill -9 after the hooks", killed_after_hooks },
	{ "kill -9 after the flush", killed_after_flush },
	{ "kill -9 after the commit", killed_after_commit },
};

int
main(void)
{
	return behaviour_run(&cases_schema, cases, sizeof cases / sizeof *cases, 0);
}
