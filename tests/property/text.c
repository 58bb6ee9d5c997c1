/*
 * text.c - random numbers and growing text for the property test.
 *
 * The generator is splitmix64: one word of state, the same numbers everywhere.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "property.h"

uint64_t
random_next(struct random *r)
{
	uint64_t z = (r->state += 0x9e3779b97f4a7c15u);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

int
random_below(struct random *r, int n)
{
	return n < 2 ? 0 : (int)(random_next(r) % (uint64_t)n);
}

bool
random_chance(struct random *r, int percent)
{
	return random_below(r, 100) < percent;
}

static void
reserve(struct text *t, size_t more)
{
	if (t->length + more + 1 <= t->size)
		return;
	t->size = (t->length + more + 1) * 2;
	t->s = realloc(t->s, t->size);
	if (t->s == NULL)
		abort();
}

void
text_add(struct text *t, const char *fmt, ...)
{
	va_list ap, again;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	reserve(t, (size_t)n);
	vsnprintf(t->s + t->length, (size_t)n + 1, fmt, again);
	va_end(again);
	t->length += (size_t)n;
}

void
text_prepend(struct text *t, const char *s)
{
	size_t n = strlen(s);

	reserve(t, n);
	memmove(t->s + n, t->s, t->length + 1);
	memcpy(t->s, s, n);
	t->length += n;
}

static void
quoted(struct text *t, const char *s, char quote)
{
	text_add(t, "%c", quote);
	for (; *s != '\0'; s++)
		text_add(t, *s == quote ? "%c%c" : "%c", *s, quote);
	text_add(t, "%c", quote);
}

void
text_identifier(struct text *t, const char *name)
{
	quoted(t, name, '"');
}

void
text_string(struct text *t, const char *value)
{
	quoted(t, value, '\'');
}

void
text_free(struct text *t)
{
	free(t->s);
	*t = (struct text){ 0 };
}

void
text_aliased(struct text *t, const char *s, const char *alias)
{
	for (; *s != '\0'; s++)
		if (*s == '\1')
			text_add(t, "%s", alias);
		else
			text_add(t, "%c", *s);
}

void
phrase_free(struct phrase *p)
{
	text_free(&p->ccdl);
	text_free(&p->sql);
}
