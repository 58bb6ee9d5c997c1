/*
 * check_raw.c - sql '…': what it says of its own row.
 *
 * The text is the database's to understand.  Only its names are looked at: {column} is to be
 * declared, and a maintained column of the row itself stands in braces, or the text would read what
 * the row held before the statement that writes both.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "check.h"

/* ---- words of SQL --------------------------------------------------------------------------- */

struct word {                          /* a name, with or without quotes */
	const char *text;                  /* where it begins, behind the quote */
	size_t length;
	const char *end;                   /* behind the quote */
	bool quoted;
};

static const char *
after_comment(const char *at)
{
	const char *end = at[0] == '-' ? strchr(at, '\n') : strstr(at + 2, "*/");

	return end == NULL ? at + strlen(at) : at[0] == '-' ? end : end + 2;
}

/* What a name cannot be in. */
static const char *
skipped(const char *at)
{
	const char *end;

	if ((at[0] == '-' && at[1] == '-') || (at[0] == '/' && at[1] == '*'))
		return after_comment(at);
	if (at[0] == '{' && at[1] == '{')
		return at + 2;
	if (*at != '\'' && *at != '{')
		return at + 1;
	end = strchr(at + 1, *at == '{' ? '}' : '\'');
	return end == NULL ? at + strlen(at) : end + 1;
}

static bool
is_name(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '$' || (unsigned char)c >= 0x80;
}

/* The first name from `at` on; false: there is none. */
static bool
next_word(const char *at, struct word *out)
{
	const char *end;

	while (*at != '\0' && *at != '"' && !is_name(*at))
		at = skipped(at);
	if (*at == '\0')
		return false;
	out->quoted = *at == '"';
	if (out->quoted) {
		end = strchr(++at, '"');
		end = end == NULL ? at + strlen(at) : end;
	} else {
		for (end = at; is_name(*end); end++)
			;
	}
	*out = (struct word){ at, (size_t)(end - at), *end == '"' ? end + 1 : end, out->quoted };
	return true;
}

static bool
word_is(const struct word *word, const char *name)
{
	return strlen(name) == word->length && strncasecmp(name, word->text, word->length) == 0;
}

static char
next_sign(const struct word *word)
{
	return word->end[strspn(word->end, " \t\n")];
}

/* A word of SQL's own is a name only in quotes. */
static bool
is_keyword(const struct word *word)
{
	static const char *const keywords[] = { "all", "and", "as", "asc", "between", "by", "case",
		"cast", "collate", "desc", "distinct", "else", "end", "except", "exists", "from",
		"group", "having", "in", "intersect", "is", "join", "left", "like", "limit", "not",
		"null", "on", "or", "order", "select", "then", "union", "using", "values", "when",
		"where", "with" };

	for (size_t i = 0; !word->quoted && i < sizeof keywords / sizeof *keywords; i++)
		if (word_is(word, keywords[i]))
			return true;
	return false;
}

/* ---- the row's own columns ------------------------------------------------------------------ */

/* Does the text name a table of the schema that has the column, or call something so? */
static bool
is_of_another(const struct schema *schema, const char *text, const struct column *column)
{
	const char *name = column_sql_name(column);
	bool as = false;

	for (struct word word; next_word(text, &word); text = word.end) {
		if (as && word_is(&word, name))
			return true;
		as = word_is(&word, "as");
		for (const struct table *t = schema->tables; t; t = t->next) {
			if (!word_is(&word, table_sql_name(t)) || next_sign(&word) == '.')
				continue;
			for (const struct column *c = t->columns; c; c = c->next)
				if (strcasecmp(column_sql_name(c), name) == 0)
					return true;
		}
	}
	return false;
}

/* The maintained column of its own table that a word names without a table's name; or NULL. */
static const struct column *
own_column(const struct table *table, const struct word *word)
{
	for (const struct column *c = table->columns; c; c = c->next)
		if (c->kind != COLUMN_PLAIN && word_is(word, column_sql_name(c)))
			return c;
	return NULL;
}

static void
raw_own(struct check *check, const struct column *column, const char *text)
{
	const struct table *table = column->table;
	const struct column *own;
	struct diagnostic *d;
	const char *whole = text;
	bool qualified = false;

	for (struct word word, before = { .text = "" }; next_word(text, &word);
	    text = word.end, before = word) {
		char sign = next_sign(&word);
		bool of_it = !qualified || word_is(&before, table_sql_name(table));

		qualified = sign == '.';
		if (!of_it || qualified || (sign == '(' && !word.quoted) || is_keyword(&word))
			continue;
		own = own_column(table, &word);
		if (own == NULL || is_of_another(check->schema, whole, own))
			continue;
		d = source_error(check->source, column->raw->span, "sql-text",
		    "'%s' in the SQL is a maintained column of '%s', which changes in the same"
		    " statement", column_sql_name(own), table->name.text);
		source_hint(check->source, d, "this row's is {%s}; that of another table is written "
		    "with the table's name", own->name.text);
		return;
	}
}

/* ---- {column} ------------------------------------------------------------------------------- */

static void
raw_names(struct check *check, const struct column *column, const char *text)
{
	const struct raw *raw = column->raw;
	const char *end;
	char *name;
	struct diagnostic *d;

	for (; text && (text = strchr(text, '{')) != NULL; text = end + 1) {
		if (text[1] == '{') {
			end = text + 1;
			continue;
		}
		end = strchr(text, '}');
		if (!end) {
			d = source_error(check->source, raw->span, "sql-text",
			    "'{' without '}' in the SQL");
			source_hint(check->source, d, "a brace itself is written '{{'");
			return;
		}
		name = arena_copy(check->arena, text + 1, (size_t)(end - text) - 1);
		if (strcmp(name, "now") == 0 || table_find_column(column->table, name))
			continue;
		d = source_error(check->source, raw->span, "unknown-column",
		    "table '%s' has no column '%s'", column->table->name.text, name);
		source_hint(check->source, d, "{name} stands for a declared column, {now} for the "
		    "time; a brace itself is written '{{'");
	}
}

static void
raw_text(struct check *check, const struct column *column, const char *text)
{
	if (text == NULL)
		return;
	raw_names(check, column, text);
	raw_own(check, column, text);
}

void
check_raw(struct check *check, const struct column *column)
{
	for (struct watch *w = column->raw->watches; w; w = w->next)
		check_watch(check, w, column->table);
	column->raw->schema = check->schema->name.text;
	raw_text(check, column, column->raw->text);
	raw_text(check, column, column->raw->sqlite);
	raw_text(check, column, column->raw->postgres);
}
