/*
 * names.c - hostile names, literals and comments, end to end.
 */
#include "behaviour.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "names_counters.h"

static const char hostile[] = "it's \\ */ %s \"x\" -- ;";

/* The one literal that matches, through C, SQL and both recounts. */
static void
life(struct fixture *f)
{
	struct names_order order = { .select = 1 };
	struct names_Group group = { .order = { 1, false } };

	assert_int_equal(insert(f, "order", &order), CC_OK);
	for (int64_t id = 1; id <= 3; id++) {
		group.table = id;
		group.a_b = id == 1 ? hostile : id == 2 ? "na\303\257ve" : NULL;
		group.naive = (struct cc_int64){ 10 * id, false };
		assert_int_equal(insert(f, "Group", &group), CC_OK);
	}
	is(f, "SELECT \"int\" FROM \"order\"", 1);
	is(f, "SELECT \"register\" FROM \"order\"", 10);
	verify_clean(f);
	sql(f, "UPDATE \"order\" SET \"int\" = 5, \"register\" = 0");
	verify_finds(f, 2);
	assert_int_equal(cc_reconcile(f->cc, NULL, NULL), CC_OK);
	is(f, "SELECT \"int\" FROM \"order\"", 1);
	sql(f, "UPDATE \"order\" SET \"int\" = 5, \"register\" = 0");
	run_file(f, "reconcile");
	is(f, "SELECT \"register\" FROM \"order\"", 10);
	assert_int_equal(delete(f, "order", 1), CC_OK);
	is(f, "SELECT count(*) FROM \"Group's \"\"own\"\" table\"", 0);
}

static const struct behaviour cases[] = {
	{ "hostile names, literals and comments", life },
};

int
main(void)
{
	return behaviour_run(&names_schema, cases, sizeof cases / sizeof *cases, 0);
}
