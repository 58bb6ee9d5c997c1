#include "explain.h"
const char *
explain_plan(const struct plan *plan, const char *table)
{
	(void)plan;
	return table;
}
