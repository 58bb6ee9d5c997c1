/*
 * doc_noun.c - names of tables as English words.
 *
 * `stance_choices` is "Stance Choices" in a heading, "stance choice" where one row is meant.  The
 * rules cover what tables are called; a name that they get wrong is still recognised, since the
 * letters are its own.
 */
#include <ctype.h>
#include <string.h>

#include "doc_parts.h"

/* ---- words ------------------------------------------------------------------------------ */

/* "OrderItems", "order_items": order items. */
static char *
words(struct arena *arena, const char *name)
{
	struct text out = { .arena = arena };
	bool lower = false;

	for (; *name != '\0'; name++) {
		unsigned char c = (unsigned char)*name;

		if (isupper(c) && lower)
			text_add_char(&out, ' ');
		lower = islower(c) != 0;
		text_add_char(&out, c == '_' || c < ' ' || c == 0x7f ? ' ' : (char)tolower(c));
	}
	return arena_copy(arena, text_string(&out), out.length);
}

static bool
ends(const char *word, const char *ending)
{
	size_t n = strlen(word), m = strlen(ending);

	return n >= m && strcmp(word + n - m, ending) == 0;
}

static const struct {
	const char *plural, *singular;
} odd[] = {
	{ "people", "person" }, { "children", "child" }, { "men", "man" }, { "women", "woman" },
	{ "movies", "movie" }, { "cookies", "cookie" }, { "caches", "cache" }, { "axes", "axis" },
	{ "quizzes", "quiz" }, { "indices", "index" }, { "statuses", "status" },
	{ "series", "series" }, { "species", "species" }, { "news", "news" }, { "data", "data" },
	{ "metadata", "metadata" }, { "media", "media" }, { "staff", "staff" },
	{ "viruses", "virus" }, { "buses", "bus" }, { "bonuses", "bonus" }, { "aliases", "alias" },
	{ "heroes", "hero" }, { "criteria", "criterion" }, { "feedback", "feedback" },
};
enum { N_ODD = sizeof odd / sizeof *odd };

static char *
last_word(char *text)
{
	char *blank = strrchr(text, ' ');

	return blank != NULL ? blank + 1 : text;
}

static const char *
replaced(struct arena *arena, const char *text, const char *last, size_t keep,
    const char *ending)
{
	return arena_format(arena, "%.*s%s", (int)((size_t)(last - text) + keep), text, ending);
}

const char *
doc_singular(struct arena *arena, const char *name)
{
	char *text = words(arena, name), *last = last_word(text);
	size_t n = strlen(last), i;

	for (i = 0; i < N_ODD; i++)
		if (strcmp(last, odd[i].plural) == 0)
			return replaced(arena, text, last, 0, odd[i].singular);
	if (n < 4 || last[n - 1] != 's' || ends(last, "ss") || ends(last, "us") || ends(last, "is"))
		return n == 3 && last[2] == 's' ? replaced(arena, text, last, 2, "") : text;
	if (ends(last, "ies"))
		return replaced(arena, text, last, n - 3, n == 4 ? "ie" : "y");
	if (ends(last, "sses") || ends(last, "ches") || ends(last, "shes") || ends(last, "xes"))
		return replaced(arena, text, last, n - 2, "");
	return replaced(arena, text, last, n - 1, "");
}

const char *
doc_plural(struct arena *arena, const char *name)
{
	char *text = words(arena, name), *last = last_word(text);
	size_t n = strlen(last), i;

	if (strcmp(doc_singular(arena, name), text) != 0 || n == 0)
		return text;
	for (i = 0; i < N_ODD; i++)
		if (strcmp(last, odd[i].singular) == 0)
			return replaced(arena, text, last, 0, odd[i].plural);
	if (ends(last, "s") || ends(last, "x") || ends(last, "ch") || ends(last, "sh"))
		return replaced(arena, text, last, n, "es");
	if (last[n - 1] == 'y' && n > 1 && strchr("aeiou", last[n - 2]) == NULL)
		return replaced(arena, text, last, n - 1, "ies");
	return isalpha((unsigned char)last[n - 1]) ? replaced(arena, text, last, n, "s") : text;
}

const char *
doc_title(struct arena *arena, const char *name)
{
	char *text = words(arena, name);
	size_t i;

	for (i = 0; text[i] != '\0'; i++)
		if (i == 0 || text[i - 1] == ' ')
			text[i] = (char)toupper((unsigned char)text[i]);
	return text;
}

/* ---- phrases ------------------------------------------------------------------------------ */

const char *
doc_capital(struct arena *arena, const char *phrase)
{
	char *text = arena_copy(arena, phrase, strlen(phrase));

	text[0] = (char)toupper((unsigned char)text[0]);
	return text;
}

/* Bytes that are marks of phrases, or break a line, become blanks. */
static void
add_plain(struct text *out, const char *text)
{
	for (; *text != '\0'; text++)
		text_add_char(out, (unsigned char)*text < ' ' ? ' ' : *text);
}

const char *
doc_code(struct arena *arena, const char *text)
{
	struct text out = { .arena = arena };

	text_add(&out, DOC_CODE);
	add_plain(&out, text);
	text_add(&out, DOC_PLAIN);
	return text_string(&out);
}

const char *
doc_comment(struct arena *arena, const char *comment)
{
	struct text out = { .arena = arena };

	if (comment == NULL)
		return NULL;
	add_plain(&out, comment + strspn(comment, " \t\r\n"));
	while (out.length > 0 && out.data[out.length - 1] == ' ')
		out.data[--out.length] = '\0';
	if (out.length > 1 && out.data[out.length - 1] == '.' && out.data[out.length - 2] != '.' &&
	    strstr(out.data, ". ") == NULL)
		out.data[--out.length] = '\0';
	return out.length > 0 ? text_string(&out) : NULL;
}
