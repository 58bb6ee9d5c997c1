/*
 * chain.c - rows of levels.ccdl, and what stands at each level.
 */
#include "chain.h"

void
ok(struct fixture *f, int result)
{
	if (result != CC_OK)
		fail_msg("%s: %s", cc_result_name(result), cc_errmsg(f->cc));
}

static struct cc_int64
or_null(int64_t value)
{
	return (struct cc_int64){ value, value == 0 };
}

struct levels_children
child(int64_t id, int64_t parent, int64_t amount)
{
	return (struct levels_children){ .id = id, .parent_id = or_null(parent),
		.film_id = { .null = true }, .user_id = { .null = true },
		.amount = { .value = amount } };
}

struct levels_parents
parent(int64_t id, int64_t grand)
{
	return (struct levels_parents){ .id = id, .grand_id = or_null(grand),
		.open = { .null = true }, .active = { .null = true },
		.deleted_at = { .null = true } };
}

struct levels_grands
grand(int64_t id, int64_t top)
{
	return (struct levels_grands){ .id = id, .top_id = or_null(top), .open = { .null = true } };
}

void
put(struct fixture *f, int64_t id, int64_t parent, int64_t amount)
{
	put_row(f, child(id, parent, amount));
}

void
put_row(struct fixture *f, struct levels_children c)
{
	ok(f, insert(f, "children", &c));
}

void
change_row(struct fixture *f, struct levels_children c)
{
	ok(f, update(f, "children", &c));
}

void
change_parent(struct fixture *f, struct levels_parents p)
{
	ok(f, update(f, "parents", &p));
}

void
change_grand(struct fixture *f, struct levels_grands g)
{
	ok(f, update(f, "grands", &g));
}

void
drop(struct fixture *f, const char *table, int64_t id)
{
	ok(f, delete(f, table, id));
}

void
chain_is(struct fixture *f, const char *parents, const char *grands, const char *tops)
{
	is_text(f, "SELECT group_concat(n, ' ') FROM (SELECT n FROM parents WHERE id < 3 ORDER BY id)",
	    parents);
	is_text(f, "SELECT group_concat(n || '/' || total, ' ')"
	    " FROM (SELECT * FROM grands WHERE id < 3 ORDER BY id)", grands);
	is_text(f, "SELECT group_concat(n || '/' || total, ' ')"
	    " FROM (SELECT * FROM tops WHERE id < 3 ORDER BY id)", tops);
	is(f, "SELECT count(*) FROM grands WHERE n <> n_now", 0);
	is(f, "SELECT count(*) FROM tops WHERE n <> n_now", 0);
}
