/*
 * workload.c - the operations of the forum, the same for every variant.
 *
 * A seeded generator keeps the rows that exist, so that every operation comes with the row before
 * and after it, as an application has them at hand.
 */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>

static const char *const titles[] = {
	"Where shall we meet", "Minutes of the last meeting", "A proposal about the garden fence",
	"Budget", "Who brings the projector on Thursday, and who the cable for it"
};

static uint64_t
draw(struct workload *workload, uint64_t below)
{
	uint64_t x = workload->random;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	workload->random = x;
	return (x * UINT64_C(2685821657736338717) >> 11) % below;
}

static struct discussion
new_discussion(struct workload *workload, bool hot)
{
	struct discussion row = {
		.id = workload->next_discussion++,
		.group = hot ? 1 : (int64_t)draw(workload, GROUPS) + 1,
		.author = (int64_t)draw(workload, USERS) + 1,
		.closed_at = draw(workload, 4) == 0 ? 1700000000000000 : 0,
		.private = draw(workload, 3) == 0,
		.title = titles[draw(workload, 5)]
	};

	workload->discussions[workload->n_discussions++] = row;
	return row;
}

static struct follow
new_follow(struct workload *workload)
{
	struct follow row = {
		.id = workload->next_follow++,
		.follower = (int64_t)draw(workload, USERS) + 1,
		.followed = (int64_t)draw(workload, USERS) + 1
	};

	workload->follows[workload->n_follows++] = row;
	return row;
}

void
workload_start(struct workload *workload, size_t growth)
{
	*workload = (struct workload){ .random = 88172645463325252u, .next_discussion = 1,
		.next_follow = 1 };
	workload->capacity = DISCUSSIONS + FOLLOWS + growth;
	workload->discussions = malloc(workload->capacity * sizeof *workload->discussions);
	workload->follows = malloc(workload->capacity * sizeof *workload->follows);
	if (workload->discussions == NULL || workload->follows == NULL)
		abort();
	for (size_t i = 0; i < DISCUSSIONS; i++)
		new_discussion(workload, false);
	for (size_t i = 0; i < FOLLOWS; i++)
		new_follow(workload);
}

void
workload_free(struct workload *workload)
{
	free(workload->discussions);
	free(workload->follows);
}

/* Closes, reopens, moves or deletes a discussion that is there. */
static void
change_discussion(struct workload *workload, struct op *op, uint64_t choice)
{
	size_t place = draw(workload, workload->n_discussions);
	struct discussion *row = &workload->discussions[place];

	op->before = *row;
	if (choice < 65) {
		op->kind = row->closed_at ? OP_REOPEN : OP_CLOSE;
		row->closed_at = row->closed_at ? 0 : 1700000000000000;
	} else if (choice < 75) {
		op->kind = OP_MOVE;
		row->group = row->group % GROUPS + 1;
	} else {
		op->kind = OP_DELETE;
		*row = workload->discussions[--workload->n_discussions];
		return;
	}
	op->after = *row;
}

void
workload_mix(struct workload *workload, struct op *ops, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t choice = draw(workload, 100);

		if (choice < 45) {
			ops[i] = (struct op){ .kind = OP_INSERT };
			ops[i].after = new_discussion(workload, false);
		} else if (choice < 80) {
			change_discussion(workload, &ops[i], choice);
		} else if (choice < 92) {
			ops[i] = (struct op){ .kind = OP_FOLLOW, .follow = new_follow(workload) };
		} else {
			size_t place = draw(workload, workload->n_follows);

			ops[i] = (struct op){ .kind = OP_UNFOLLOW,
				.follow = workload->follows[place] };
			workload->follows[place] = workload->follows[--workload->n_follows];
		}
	}
}

void
workload_bulk(struct workload *workload, struct op *ops, size_t n, bool hot)
{
	for (size_t i = 0; i < n; i++) {
		ops[i] = (struct op){ .kind = OP_INSERT };
		ops[i].after = new_discussion(workload, hot);
	}
}

const char workload_tables[] =
    "CREATE TABLE groups (id INTEGER PRIMARY KEY, name TEXT NOT NULL,\n"
    "  discussions_count INTEGER NOT NULL DEFAULT 0, open_count INTEGER NOT NULL DEFAULT 0,\n"
    "  closed_count INTEGER NOT NULL DEFAULT 0, public_count INTEGER NOT NULL DEFAULT 0);\n"
    "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL,\n"
    "  discussions_count INTEGER NOT NULL DEFAULT 0,\n"
    "  followers_count INTEGER NOT NULL DEFAULT 0, following_count INTEGER NOT NULL DEFAULT 0);\n"
    "CREATE TABLE discussions (id INTEGER PRIMARY KEY,\n"
    "  group_id INTEGER NOT NULL REFERENCES groups ON DELETE CASCADE,\n"
    "  author_id INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,\n"
    "  closed_at INTEGER, private INTEGER NOT NULL, title TEXT NOT NULL);\n"
    "CREATE TABLE follows (id INTEGER PRIMARY KEY,\n"
    "  follower_id INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,\n"
    "  followed_id INTEGER NOT NULL REFERENCES users ON DELETE CASCADE);\n"
    "CREATE INDEX discussions_group ON discussions (group_id);\n"
    "CREATE INDEX discussions_author ON discussions (author_id);\n"
    "CREATE INDEX follows_follower ON follows (follower_id);\n"
    "CREATE INDEX follows_followed ON follows (followed_id);\n";

static const char counts[] =
    "CREATE TEMP TABLE g AS SELECT group_id AS id, count(*) AS n,\n"
    "  sum(closed_at IS NULL) AS open, sum(NOT private) AS public\n"
    "  FROM discussions GROUP BY group_id;\n"
    "UPDATE groups SET discussions_count = n, open_count = open, closed_count = n - open,\n"
    "  public_count = public FROM g WHERE g.id = groups.id;\n"
    "CREATE TEMP TABLE u AS SELECT id, sum(d) AS d, sum(f) AS f, sum(w) AS w FROM (\n"
    "  SELECT author_id AS id, 1 AS d, 0 AS f, 0 AS w FROM discussions\n"
    "  UNION ALL SELECT followed_id, 0, 1, 0 FROM follows\n"
    "  UNION ALL SELECT follower_id, 0, 0, 1 FROM follows) GROUP BY id;\n"
    "UPDATE users SET discussions_count = d, followers_count = f, following_count = w\n"
    "  FROM u WHERE u.id = users.id;\n";

void
workload_database(const struct workload *workload, const char *path)
{
	sqlite3 *db = open_database(path);
	sqlite3_stmt *insert;
	char sql[200];

	run_sql(db, workload_tables);
	run_sql(db, "BEGIN");
	for (int i = 0; i < 2; i++) {
		snprintf(sql, sizeof sql, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL"
		    " SELECT i + 1 FROM n WHERE i < %d) INSERT INTO %s (id, name)"
		    " SELECT i, 'name ' || i FROM n", i ? USERS : GROUPS, i ? "users" : "groups");
		run_sql(db, sql);
	}
	insert = prepare(db, "INSERT INTO discussions VALUES (?1, ?2, ?3, nullif(?4, 0), ?5, ?6)");
	for (size_t i = 0; i < workload->n_discussions; i++) {
		const struct discussion *row = &workload->discussions[i];

		sqlite3_bind_int64(insert, 1, row->id);
		sqlite3_bind_int64(insert, 2, row->group);
		sqlite3_bind_int64(insert, 3, row->author);
		sqlite3_bind_int64(insert, 4, row->closed_at);
		sqlite3_bind_int(insert, 5, row->private);
		sqlite3_bind_text(insert, 6, row->title, -1, SQLITE_STATIC);
		step(insert);
	}
	sqlite3_finalize(insert);
	insert = prepare(db, "INSERT INTO follows VALUES (?1, ?2, ?3)");
	for (size_t i = 0; i < workload->n_follows; i++) {
		sqlite3_bind_int64(insert, 1, workload->follows[i].id);
		sqlite3_bind_int64(insert, 2, workload->follows[i].follower);
		sqlite3_bind_int64(insert, 3, workload->follows[i].followed);
		step(insert);
	}
	sqlite3_finalize(insert);
	run_sql(db, counts);
	run_sql(db, "COMMIT; PRAGMA wal_checkpoint(TRUNCATE)");
	sqlite3_close(db);
}
