/*
 * format.c - printf into the arena and into a text.
 *
 * Most of what is formatted joins strings and a number or two, hundreds of thousands of times in
 * a large schema: that is done here, whatever else a format asks for is left to vsnprintf.
 */
#include <stdio.h>

#include "text.h"

struct made {                          /* as of snprintf: what has no room is counted only */
	char *to;
	size_t room, length;
};

static void
put(struct made *made, const char *piece, size_t n)
{
	if (made->length + n < made->room)
		memcpy(made->to + made->length, piece, n);
	made->length += n;
}

static void
put_number(struct made *made, uint64_t rest, bool minus)
{
	char digits[21], *first = digits + sizeof(digits);

	do {
		*--first = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest != 0);
	if (minus)
		*--first = '-';
	put(made, first, (size_t)(digits + sizeof(digits) - first));
}

static void
put_signed(struct made *made, long long number)
{
	put_number(made, number < 0 ? -(uint64_t)number : (uint64_t)number, number < 0);
}

/* The conversion after a %; where it ends, or NULL: not one of ours. */
static const char *
put_argument(struct made *made, const char *at, va_list *args)
{
	const char *piece;
	char c;

	switch (*at) {
	case 's':
		piece = va_arg(*args, const char *);
		put(made, piece, strlen(piece));
		return at + 1;
	case 'c':
		c = (char)va_arg(*args, int);
		put(made, &c, 1);
		return at + 1;
	case 'd':
		put_signed(made, va_arg(*args, int));
		return at + 1;
	case 'u':
		put_number(made, va_arg(*args, unsigned), false);
		return at + 1;
	case '%':
		put(made, at, 1);
		return at + 1;
	default:
		if (strncmp(at, "lld", 3) == 0) {
			put_signed(made, va_arg(*args, long long));
			return at + 3;
		}
		if (strncmp(at, "ld", 2) == 0) {
			put_signed(made, va_arg(*args, long));
			return at + 2;
		}
		return NULL;
	}
}

/* As vsnprintf: how long it is, and all of it in `to` if it is shorter than `room`. */
static size_t
format_into(char *to, size_t room, const char *format, va_list args)
{
	struct made made = { to, room, 0 };
	const char *at = format, *percent;
	va_list rest;
	int n;

	va_copy(rest, args);
	for (; at != NULL && *at != '\0'; at = put_argument(&made, percent + 1, &rest)) {
		for (percent = at; *percent != '%' && *percent != '\0'; percent++)
			continue;
		put(&made, at, (size_t)(percent - at));
		if (*percent == '\0')
			break;
	}
	va_end(rest);
	if (at == NULL) {
		n = vsnprintf(to, room, format, args);
		return n < 0 ? 0 : (size_t)n;
	}
	if (made.length < room)
		to[made.length] = '\0';
	return made.length;
}

char *
arena_vformat(struct arena *arena, size_t *length, const char *format, va_list args)
{
	char *made, brief[256];
	va_list again;

	va_copy(again, args);
	*length = format_into(brief, sizeof(brief), format, again);
	va_end(again);
	if (*length < sizeof(brief))
		return arena_copy(arena, brief, *length);
	made = arena_bytes(arena, *length + 1);
	format_into(made, *length + 1, format, args);
	return made;
}

char *
arena_format(struct arena *arena, const char *format, ...)
{
	va_list args;
	size_t length;
	char *made;

	va_start(args, format);
	made = arena_vformat(arena, &length, format, args);
	va_end(args);
	return made;
}

void
text_format(struct text *text, const char *format, ...)
{
	va_list args;
	size_t length, room;

	text_grow(text, 64);
	room = text->capacity - text->length;
	va_start(args, format);
	length = format_into(text->data + text->length, room, format, args);
	va_end(args);
	if (length >= room) {
		text_grow(text, length);
		va_start(args, format);
		format_into(text->data + text->length, length + 1, format, args);
		va_end(args);
	}
	text->length += length;
}
