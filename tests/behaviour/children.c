/*
 * children.c - rows of `children` and what their parents must hold.
 */
#include "children.h"

#include <inttypes.h>
#include <stdio.h>

void
ok(int result)
{
	if (result != CC_OK)
		fail_msg("%s", cc_result_name(result));
}

struct cases_children
child(int64_t id, int64_t parent)
{
	return (struct cases_children){ .id = id, .parent_id = { parent, parent == 0 },
		.product_id = { .null = true }, .amount = { .null = true },
		.active = { .null = true }, .ratio = { .null = true } };
}

struct cases_children
child_of(int64_t id, int64_t parent, int64_t amount)
{
	struct cases_children c = child(id, parent);

	c.amount = (struct cc_int64){ amount, false };
	return c;
}

void
put(struct fixture *f, struct cases_children c)
{
	ok(insert(f, "children", &c));
}

void
change(struct fixture *f, struct cases_children c)
{
	ok(update(f, "children", &c));
}

void
drop(struct fixture *f, int64_t id)
{
	ok(delete(f, "children", id));
}

void
counts(struct fixture *f, int64_t parent, int64_t n, int64_t total)
{
	static const char *const columns[] = { "n", "n_now", "total", "total_now" };
	char query[100];

	for (int i = 0; i < 4; i++) {
		snprintf(query, sizeof query, "SELECT %s FROM parents WHERE id = %" PRId64,
		    columns[i], parent);
		is(f, query, i < 2 ? n : total);
	}
}
