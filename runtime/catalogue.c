/*
 * catalogue.c - reads what a database says about itself, and SQLite's questions for it.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "catalogue.h"

void
cc_catalogue_free(struct catalogue *answer)
{
	free(answer->cells);
	cc_arena_free(&answer->arena);
	*answer = (struct catalogue){ 0 };
}

static int
catalogue_add(struct cc *cc, struct catalogue *answer, struct cc_statement *st)
{
	if ((answer->n + 1) * answer->width > answer->capacity) {
		size_t capacity = answer->capacity * 2 + 16 * answer->width;
		const char **cells = realloc(answer->cells, capacity * sizeof *cells);

		if (cells == NULL)
			return cc_nomem(cc);
		answer->cells = cells;
		answer->capacity = capacity;
	}
	for (size_t i = 0; i < answer->width; i++) {
		const char *text = cc_get_text(st, (int)i);

		if (text != NULL && (text = cc_arena_copy(&answer->arena, text)) == NULL)
			return cc_nomem(cc);
		answer->cells[answer->n * answer->width + i] = text;
	}
	answer->n++;
	return CC_OK;
}

int
cc_catalogue_ask(struct cc *cc, struct catalogue *answer, const char *sql, const char *a,
    const char *b)
{
	struct cc_statement *st;
	int result;

	cc_catalogue_free(answer);
	result = cc_prepare(cc, &st, NULL, sql);
	if (result != CC_OK)
		return result;
	if (a != NULL)
		cc_bind_text(st, 1, a);
	if (strstr(sql, "?2") != NULL)
		cc_bind_text(st, 2, b);
	while ((result = cc_step(st)) == CC_ROW) {
		answer->width = (size_t)cc->engine->columns(st);
		result = catalogue_add(cc, answer, st);
		if (result != CC_OK)
			break;
	}
	cc_reset(st);
	return result;
}

size_t
cc_catalogue_find(const struct catalogue *columns, const char *name)
{
	for (size_t i = 0; i < columns->n; i++)
		if (strcasecmp(catalogue_cell(columns, i, 0), name) == 0)
			return i;
	return SIZE_MAX;
}

/* ---- SQLite -------------------------------------------------------------------------- */

static bool
catalogue_has(const char *declared, const char *word)
{
	size_t length = strlen(word);

	for (; *declared != '\0'; declared++)
		if (strncasecmp(declared, word, length) == 0)
			return true;
	return false;
}

/* SQLite's own rule, in its own order. */
enum affinity { AFFINITY_INTEGER, AFFINITY_TEXT, AFFINITY_BLOB, AFFINITY_REAL, AFFINITY_NUMERIC };

static enum affinity
catalogue_affinity(const char *declared)
{
	if (catalogue_has(declared, "INT"))
		return AFFINITY_INTEGER;
	if (catalogue_has(declared, "CHAR") || catalogue_has(declared, "CLOB") ||
	    catalogue_has(declared, "TEXT"))
		return AFFINITY_TEXT;
	if (*declared == '\0' || catalogue_has(declared, "BLOB"))
		return AFFINITY_BLOB;
	if (catalogue_has(declared, "REAL") || catalogue_has(declared, "FLOA") ||
	    catalogue_has(declared, "DOUB"))
		return AFFINITY_REAL;
	return AFFINITY_NUMERIC;
}

/* A column without affinity holds anything; NUMERIC would turn decimal text into a float. */
static bool
catalogue_fits(const char *declared, int type, int storage)
{
	enum affinity affinity = catalogue_affinity(declared != NULL ? declared : "");

	if (affinity == AFFINITY_BLOB)
		return true;
	switch (type) {
	case CC_FLOAT32:
	case CC_FLOAT64:
		return affinity == AFFINITY_REAL || affinity == AFFINITY_NUMERIC;
	case CC_DECIMAL:
		return storage == CC_UNITS ?
		    affinity == AFFINITY_INTEGER || affinity == AFFINITY_NUMERIC :
		    affinity == AFFINITY_TEXT;
	case CC_TIMESTAMP:
		if (storage == CC_ISO)
			return affinity == AFFINITY_TEXT || affinity == AFFINITY_NUMERIC;
		return affinity == AFFINITY_INTEGER || affinity == AFFINITY_NUMERIC;
	case CC_DATE:
	case CC_UUID:
	case CC_JSONB:
		return affinity == AFFINITY_TEXT || affinity == AFFINITY_NUMERIC;
	case CC_TEXT:
		return affinity == AFFINITY_TEXT;
	default:
		return affinity == AFFINITY_INTEGER || affinity == AFFINITY_NUMERIC;
	}
}

const struct cc_catalogue cc_catalogue_sqlite = {
	.columns = "SELECT name, type, \"notnull\", dflt_value FROM pragma_table_xinfo(?1, ?2)",
	.foreign_keys = "SELECT id, \"table\", \"from\", on_delete"
	    " FROM pragma_foreign_key_list(?1, ?2) ORDER BY id, seq",
	.indexes = "SELECT name, is_unique, part, coll FROM ("
	    "SELECT l.name, l.\"unique\" AND NOT l.partial AS is_unique, x.name AS part, x.coll,"
	    " x.seqno FROM pragma_index_list(?1, ?2) AS l, pragma_index_xinfo(l.name, ?2)"
	    " AS x WHERE x.key "
	    "UNION ALL SELECT '', 1, name, 'BINARY', pk FROM pragma_table_info(?1, ?2) WHERE pk > 0"
	    " AND NOT EXISTS (SELECT 1 FROM pragma_index_list(?1, ?2) WHERE origin = 'pk'))"
	    " ORDER BY name, seqno",
	.foreign_keys_on = "SELECT foreign_keys FROM pragma_foreign_keys",
	.bytewise = "BINARY",
	.fits = catalogue_fits,
};
