/*
 * plan_name.c - names of file scope in the generated source: each is given once.
 *
 * Public names are the schema's and the table's, and check has refused schemas in which two of
 * them fall together.  The names in here are the source's own, so that a second one gets a number.
 */
#include <string.h>

#include "plan.h"

struct plan_names {                    /* a C name that is taken */
	const char *name;
	UT_hash_handle hh;
};

/* Table `a_b` and column `c` make the name that table `a` and column `b_c` make. */
const char *
plan_name(struct plan *plan, const char *const *parts, size_t n)
{
	struct arena *arena = plan->arena;
	const char *first = name_join(arena, parts, n), *name = first;
	struct plan_names *found;
	int again = 1;

	for (;;) {
		HASH_FIND_STR(plan->used, name, found);
		if (found == NULL)
			break;
		name = arena_format(arena, "%s_%d", first, ++again);
	}
	found = arena_alloc(arena, sizeof(*found));
	found->name = name;
	HASH_ADD_KEYPTR(hh, plan->used, name, strlen(name), found);
	return name;
}

void
plan_name_table(struct plan *plan, struct plan_table *table)
{
	const char *parts[] = { plan->schema->name.text, table->table->name.text };
	const char *recount[] = { parts[0], "recount", parts[1] };
	const char *enumerator[] = { "TABLE", parts[1] };
	size_t length;

	table->name = plan_name(plan, &parts[1], 1);
	table->enumerator = plan_name(plan, enumerator, 2);
	table->row = name_join(plan->arena, parts, 2);
	length = strlen(table->row);
	table->verb = table->row[length - 1] == '_' ? table->row :
	    arena_format(plan->arena, "%s_", table->row);
	table->recount = name_join(plan->arena, recount, 3);
}

/* Could it be the name of a public function, or of something else that is made of a name? */
static bool
is_taken(const struct plan *plan, const char *name)
{
	static const char *const endings[] = { "_adds", "_columns", "_fields", "_in_scope",
		"_inputs", "_key", "_links", "_parent", "_pgsql", "_references", "_slots", "_sql" };
	size_t length = strlen(name), i, n;

	n = strlen(plan->name);
	if (strncmp(name, plan->name, n) == 0 && name[n] == '_')
		return true;
	for (i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		n = strlen(endings[i]);
		if (length > n && strcmp(name + length - n, endings[i]) == 0)
			return true;
	}
	return false;
}

/* A condition's function has the name that the expression printer gives it. */
void
plan_name_conditions(struct plan *plan, struct plan_table *table)
{
	const char *parts[] = { table->table->name.text, NULL };
	const struct condition *condition;
	const char *name;

	table->names_conditions = true;
	for (condition = table->table->conditions; condition != NULL; condition = condition->next) {
		table->n_conditions++;
		parts[1] = condition->name.text;
		name = name_join(plan->arena, parts, 2);
		if (is_taken(plan, name) || strcmp(plan_name(plan, parts, 2), name) != 0)
			table->names_conditions = false;
	}
}
