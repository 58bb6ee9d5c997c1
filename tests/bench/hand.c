/*
 * hand.c - the forum written by hand, as well as SQLite allows.
 *
 *   writes    the application's own writes, no counters
 *   by hand   one prepared UPDATE per touched parent row, only the columns that change
 *   loaded    the same, but OLD is read from the database first, as a verb has to
 *   triggers  the writes alone, with row triggers that send one UPDATE per parent row
 */
#include "bench.h"

#include <stdlib.h>

#define STATEMENTS(X) \
	X(begin, "BEGIN IMMEDIATE") \
	X(commit, "COMMIT") \
	X(insert, "INSERT INTO discussions (id, group_id, author_id, closed_at, private, title)" \
	    " VALUES (?1, ?2, ?3, ?4, ?5, ?6)") \
	X(close, "UPDATE discussions SET closed_at = ?1 WHERE id = ?2") \
	X(move, "UPDATE discussions SET group_id = ?1 WHERE id = ?2") \
	X(remove, "DELETE FROM discussions WHERE id = ?1") \
	X(follow, "INSERT INTO follows (id, follower_id, followed_id) VALUES (?1, ?2, ?3)") \
	X(unfollow, "DELETE FROM follows WHERE id = ?1")

#define COUNTERS(X) \
	X(group_whole, "UPDATE groups SET discussions_count = discussions_count + ?2," \
	    " open_count = open_count + ?3, closed_count = closed_count + ?4," \
	    " public_count = public_count + ?5 WHERE id = ?1") \
	X(group_closed, "UPDATE groups SET open_count = open_count + ?2," \
	    " closed_count = closed_count + ?3 WHERE id = ?1") \
	X(user_discussions, "UPDATE users SET discussions_count = discussions_count + ?2" \
	    " WHERE id = ?1") \
	X(user_followers, "UPDATE users SET followers_count = followers_count + ?2 WHERE id = ?1") \
	X(user_following, "UPDATE users SET following_count = following_count + ?2 WHERE id = ?1")

#define LOADS(X) \
	X(load_discussion, "SELECT group_id, author_id, closed_at, private FROM discussions" \
	    " WHERE id = ?1") \
	X(load_follow, "SELECT follower_id, followed_id FROM follows WHERE id = ?1")

struct hand {
	sqlite3 *db;
	bool counts, loads;
#define X(name, sql) sqlite3_stmt *name;
	STATEMENTS(X) COUNTERS(X) LOADS(X)
#undef X
};

static void *
open_hand(sqlite3 *db, bool counts, bool loads)
{
	struct hand *hand = calloc(1, sizeof *hand);

	if (hand == NULL)
		abort();
	hand->db = db;
	hand->counts = counts;
	hand->loads = loads;
#define X(name, sql) hand->name = prepare(db, sql);
	STATEMENTS(X) COUNTERS(X) LOADS(X)
#undef X
	return hand;
}

static void
hand_close(void *self)
{
	struct hand *hand = self;

#define X(name, sql) sqlite3_finalize(hand->name);
	STATEMENTS(X) COUNTERS(X) LOADS(X)
#undef X
	free(hand);
}

static void
hand_begin(void *self)
{
	step(((struct hand *)self)->begin);
}

static void
hand_commit(void *self)
{
	step(((struct hand *)self)->commit);
}

/* The application's own write. */
static void
write_op(struct hand *hand, const struct op *op)
{
	const struct discussion *row = &op->after;
	sqlite3_stmt *s = NULL;

	switch (op->kind) {
	case OP_INSERT:
		s = hand->insert;
		sqlite3_bind_int64(s, 1, row->id);
		sqlite3_bind_int64(s, 2, row->group);
		sqlite3_bind_int64(s, 3, row->author);
		if (row->closed_at)
			sqlite3_bind_int64(s, 4, row->closed_at);
		else
			sqlite3_bind_null(s, 4);
		sqlite3_bind_int(s, 5, row->private);
		sqlite3_bind_text(s, 6, row->title, -1, SQLITE_STATIC);
		break;
	case OP_CLOSE:
	case OP_REOPEN:
		s = hand->close;
		if (row->closed_at)
			sqlite3_bind_int64(s, 1, row->closed_at);
		else
			sqlite3_bind_null(s, 1);
		sqlite3_bind_int64(s, 2, row->id);
		break;
	case OP_MOVE:
		s = hand->move;
		sqlite3_bind_int64(s, 1, row->group);
		sqlite3_bind_int64(s, 2, row->id);
		break;
	case OP_DELETE:
		s = hand->remove;
		sqlite3_bind_int64(s, 1, op->before.id);
		break;
	case OP_FOLLOW:
		s = hand->follow;
		sqlite3_bind_int64(s, 1, op->follow.id);
		sqlite3_bind_int64(s, 2, op->follow.follower);
		sqlite3_bind_int64(s, 3, op->follow.followed);
		break;
	case OP_UNFOLLOW:
		s = hand->unfollow;
		sqlite3_bind_int64(s, 1, op->follow.id);
		break;
	}
	step(s);
}

static void
add_to_user(sqlite3_stmt *statement, int64_t id, int sign)
{
	sqlite3_bind_int64(statement, 1, id);
	sqlite3_bind_int(statement, 2, sign);
	step(statement);
}

static void
add_to_group(struct hand *hand, const struct discussion *row, int sign)
{
	sqlite3_stmt *s = hand->group_whole;

	sqlite3_bind_int64(s, 1, row->group);
	sqlite3_bind_int(s, 2, sign);
	sqlite3_bind_int(s, 3, row->closed_at ? 0 : sign);
	sqlite3_bind_int(s, 4, row->closed_at ? sign : 0);
	sqlite3_bind_int(s, 5, row->private ? 0 : sign);
	step(s);
}

static void
count_op(struct hand *hand, const struct op *op)
{
	sqlite3_stmt *s = hand->group_closed;
	int sign = op->kind == OP_CLOSE || op->kind == OP_FOLLOW ? 1 : -1;

	switch (op->kind) {
	case OP_INSERT:
		add_to_group(hand, &op->after, 1);
		add_to_user(hand->user_discussions, op->after.author, 1);
		break;
	case OP_CLOSE:
	case OP_REOPEN:
		sqlite3_bind_int64(s, 1, op->before.group);
		sqlite3_bind_int(s, 2, -sign);
		sqlite3_bind_int(s, 3, sign);
		step(s);
		break;
	case OP_MOVE:
		add_to_group(hand, &op->before, -1);
		add_to_group(hand, &op->after, 1);
		break;
	case OP_DELETE:
		add_to_group(hand, &op->before, -1);
		add_to_user(hand->user_discussions, op->before.author, -1);
		break;
	case OP_FOLLOW:
	case OP_UNFOLLOW:
		add_to_user(hand->user_following, op->follow.follower, sign);
		add_to_user(hand->user_followers, op->follow.followed, sign);
		break;
	}
}

/* Reads the row that an operation changes, as code that has no copy of it must. */
static void
load_op(struct hand *hand, const struct op *op, struct op *out)
{
	sqlite3_stmt *s;

	*out = *op;
	if (op->kind == OP_INSERT || op->kind == OP_FOLLOW)
		return;
	s = op->kind == OP_UNFOLLOW ? hand->load_follow : hand->load_discussion;
	sqlite3_bind_int64(s, 1, op->kind == OP_UNFOLLOW ? op->follow.id : op->before.id);
	if (sqlite3_step(s) != SQLITE_ROW)
		abort();
	if (op->kind == OP_UNFOLLOW) {
		out->follow.follower = sqlite3_column_int64(s, 0);
		out->follow.followed = sqlite3_column_int64(s, 1);
	} else {
		out->before.group = sqlite3_column_int64(s, 0);
		out->before.author = sqlite3_column_int64(s, 1);
		out->before.closed_at = sqlite3_column_int64(s, 2);
		out->before.private = sqlite3_column_int(s, 3);
	}
	sqlite3_reset(s);
}

static void
hand_op(void *self, const struct op *op)
{
	struct hand *hand = self;
	struct op loaded;

	if (hand->loads) {
		load_op(hand, op, &loaded);
		op = &loaded;
	}
	write_op(hand, op);
	if (hand->counts)
		count_op(hand, op);
}

static void *
open_writes(sqlite3 *db)
{
	return open_hand(db, false, false);
}

static void *
open_updates(sqlite3 *db)
{
	return open_hand(db, true, false);
}

static void *
open_loaded(sqlite3 *db)
{
	return open_hand(db, true, true);
}

#define GROUP(row, sign) \
	"  UPDATE groups SET discussions_count = discussions_count " sign " 1,\n" \
	"    open_count = open_count " sign " (" row ".closed_at IS NULL),\n" \
	"    closed_count = closed_count " sign " (" row ".closed_at IS NOT NULL),\n" \
	"    public_count = public_count " sign " (NOT " row ".private)\n" \
	"    WHERE id = " row ".group_id;\n"
#define USER(column, id, sign) \
	"  UPDATE users SET " column " = " column " " sign " 1 WHERE id = " id ";\n"

static const char triggers[] =
    "CREATE TRIGGER d_insert AFTER INSERT ON discussions BEGIN\n"
    GROUP("new", "+") USER("discussions_count", "new.author_id", "+") "END;\n"
    "CREATE TRIGGER d_delete AFTER DELETE ON discussions BEGIN\n"
    GROUP("old", "-") USER("discussions_count", "old.author_id", "-") "END;\n"
    "CREATE TRIGGER d_close AFTER UPDATE OF closed_at, private ON discussions\n"
    "WHEN old.group_id = new.group_id AND ((old.closed_at IS NULL) <> (new.closed_at IS NULL)\n"
    "  OR old.private <> new.private) BEGIN\n"
    "  UPDATE groups SET\n"
    "    open_count = open_count + (new.closed_at IS NULL) - (old.closed_at IS NULL),\n"
    "    closed_count = closed_count + (new.closed_at IS NOT NULL)\n"
    "      - (old.closed_at IS NOT NULL),\n"
    "    public_count = public_count + (NOT new.private) - (NOT old.private)\n"
    "    WHERE id = new.group_id;\n"
    "END;\n"
    "CREATE TRIGGER d_move AFTER UPDATE OF group_id ON discussions\n"
    "WHEN old.group_id <> new.group_id BEGIN\n"
    GROUP("old", "-") GROUP("new", "+") "END;\n"
    "CREATE TRIGGER d_author AFTER UPDATE OF author_id ON discussions\n"
    "WHEN old.author_id <> new.author_id BEGIN\n"
    USER("discussions_count", "old.author_id", "-")
    USER("discussions_count", "new.author_id", "+") "END;\n"
    "CREATE TRIGGER f_insert AFTER INSERT ON follows BEGIN\n"
    USER("following_count", "new.follower_id", "+")
    USER("followers_count", "new.followed_id", "+") "END;\n"
    "CREATE TRIGGER f_delete AFTER DELETE ON follows BEGIN\n"
    USER("following_count", "old.follower_id", "-")
    USER("followers_count", "old.followed_id", "-") "END;\n";

static void *
open_triggers(sqlite3 *db)
{
	run_sql(db, triggers);
	return open_hand(db, false, false);
}

const struct calls hand_writes = {
	"a: writes alone", open_writes, hand_begin, hand_op, hand_commit, hand_close, NULL
};
const struct calls hand_updates = {
	"b: by hand", open_updates, hand_begin, hand_op, hand_commit, hand_close, NULL
};
const struct calls hand_loaded = {
	"b, reading OLD first", open_loaded, hand_begin, hand_op, hand_commit, hand_close, NULL
};
const struct calls hand_triggers = {
	"row triggers", open_triggers, hand_begin, hand_op, hand_commit, hand_close, NULL
};
