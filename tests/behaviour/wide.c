/*
 * wide.c - a table of more maintained columns than a word has bits; `run` writes its schema.
 */
#include "behaviour.h"
#include "wide_counters.h"

static void
wide(struct fixture *f)
{
	struct wide_children c = { .parent_id = { 1, false } };

	for (int32_t kind = 0; kind < 79; kind++) {
		c.id = kind + 1;
		c.kind = kind;
		assert_int_equal(insert(f, "children", &c), CC_OK);
	}
	is(f, "SELECT c62 + c63 + c64 + last FROM parents", 5);
	is(f, "SELECT touched IS NULL FROM parents", 1);
	c.id++;
	c.kind++;
	assert_int_equal(insert(f, "children", &c), CC_OK);
	is(f, "SELECT touched IS NULL FROM parents", 0);
	is(f, "SELECT c79 FROM parents", 1);
	assert_int_equal(delete(f, "children", 79), CC_OK);
	is(f, "SELECT last FROM parents", 1);
}

static const struct behaviour cases[] = {
	{ "eighty columns, each on its own", wide },
};

int
main(void)
{
	return behaviour_run(&wide_schema, cases, sizeof cases / sizeof *cases, 0);
}
