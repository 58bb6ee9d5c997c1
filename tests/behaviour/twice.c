/*
 * twice.c - cases: a row that changes stands in one link more than once, as the sender and the
 * receiver of a message, or as the folder above itself.
 */
#include "behaviour.h"

#include "twice_counters.h"

static void
ok(struct fixture *f, int result)
{
	if (result != CC_OK)
		fail_msg("%s: %s", cc_result_name(result), cc_errmsg(f->cc));
}

static void
users_are(struct fixture *f, const char *expected)
{
	is_text(f, "SELECT group_concat(received || '/' || coalesce(latest, '-'), ' ')"
	    " FROM (SELECT * FROM users ORDER BY id)", expected);
}

static void
owners_are(struct fixture *f, const char *expected)
{
	is_text(f, "SELECT group_concat(files || '/' || coalesce(least, '-'), ' ')"
	    " FROM (SELECT * FROM owners ORDER BY id)", expected);
}

static void
message(struct fixture *f, int64_t id, int64_t from, int64_t to)
{
	struct twice_messages m = { .id = id, .sender_id = { .value = from },
		.receiver_id = { .value = to } };

	ok(f, insert(f, "messages", &m));
}

static void
activate(struct fixture *f, int64_t id, bool active)
{
	struct twice_users u = { .id = id, .active = active };

	ok(f, update(f, "users", &u));
}

static void
one_writes_to_oneself(struct fixture *f)
{
	for (int64_t id = 1; id <= 2; id++) {
		struct twice_users u = { .id = id, .active = id == 1 };

		ok(f, insert(f, "users", &u));
	}
	message(f, 1, 1, 1);
	message(f, 2, 1, 2);
	message(f, 3, 2, 2);
	users_are(f, "1/1 0/-");
	activate(f, 2, true);
	users_are(f, "1/1 2/3");
	activate(f, 1, false);
	users_are(f, "0/- 1/3");
	activate(f, 2, false);
	users_are(f, "0/- 0/-");
	activate(f, 1, true);
	users_are(f, "1/1 0/-");
}

static void
settle(struct fixture *f)
{
	for (int64_t id = 1; id <= 3; id++) {
		struct twice_owners o = { .id = id };
		struct twice_files file = { .id = id, .folder_id = { .value = id } };

		ok(f, insert(f, "owners", &o));
		ok(f, insert(f, "files", &file));
	}
	owners_are(f, "0/- 0/- 0/-");
}

static struct twice_folders
folder(int64_t id, int64_t up, int64_t owner)
{
	return (struct twice_folders){ .id = id, .up = { .value = up },
		.owner_id = { .value = owner } };
}

static void
a_folder_above_itself(struct fixture *f)
{
	struct twice_folders own = folder(1, 1, 1), below = folder(2, 1, 2),
		moved = folder(1, 2, 3), round = folder(1, 2, 2);

	settle(f);
	ok(f, insert(f, "folders", &own));
	owners_are(f, "1/1 0/- 0/-");
	ok(f, insert(f, "folders", &below));
	owners_are(f, "2/1 0/- 0/-");
	own.owner_id.value = 2;
	ok(f, update(f, "folders", &own));
	owners_are(f, "0/- 2/1 0/-");
	ok(f, update(f, "folders", &moved));          /* 1 and 2 are each above the other */
	owners_are(f, "0/- 1/2 1/1");
	ok(f, update(f, "folders", &round));
	owners_are(f, "0/- 2/1 0/-");
	ok(f, update(f, "folders", &own));
	owners_are(f, "0/- 2/1 0/-");
	ok(f, delete(f, "folders", 1));
	owners_are(f, "0/- 0/- 0/-");
}

/* By its new key it was not above itself before. */
static void
a_folder_takes_a_key(struct fixture *f)
{
	struct twice_folders rows[] = { folder(7, 0, 1), folder(8, 7, 1), folder(12, 9, 1),
		folder(4, 12, 1) };
	struct twice_folders after = folder(9, 8, 1);

	rows[0].up.null = true;
	for (size_t i = 0; i < 4; i++)
		ok(f, insert(f, "folders", &rows[i]));
	is_text(f, "SELECT group_concat(third, ' ') FROM folders", "0 0 0 0");
	begin(f);
	sql(f, "UPDATE folders SET id = 9, up = 8 WHERE id = 4");
	ok(f, cc_row_updated(f->cc, table(f, "folders"), &rows[3], &after));
	commit(f);
	is_text(f, "SELECT group_concat(third, ' ') FROM (SELECT * FROM folders ORDER BY id)",
	    "1 0 0 0");
	verify_clean(f);
}

static const struct behaviour cases[] = {
	{ "a message to oneself", one_writes_to_oneself },
	{ "a folder above itself", a_folder_above_itself },
	{ "a folder takes a key that others name", a_folder_takes_a_key },
};

int
main(void)
{
	return behaviour_run(&twice_schema, cases, sizeof cases / sizeof *cases, 0);
}
