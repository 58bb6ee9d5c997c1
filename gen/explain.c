/*
 * explain.c - ccgen explain: the plan of all tables, or of one, for people.
 *
 * Chooses; templates/explain.tmpl has the words.
 */
#include <string.h>

#include "explain.h"
#include "templates.h"

const char *
explain_plan(const struct plan *plan, const char *table)
{
	struct text out = { .arena = plan->arena };
	bool holders = false;
	unsigned i;

	for (i = 0; i < plan->n_tables; i++) {
		if (table != NULL && strcmp(plan->tables[i].table->name.text, table) != 0)
			continue;
		explain_table(&out, &plan->tables[i]);
		holders = holders || plan->tables[i].n_maintained > 0;
	}
	if (out.length == 0 && table != NULL)
		return NULL;
	if (holders)
		explain_advice(&out);
	return text_string(&out);
}
