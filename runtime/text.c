/*
 * text.c - growing texts and bump memory for the runtime.
 *
 * A text that could not grow remembers it, so that a caller appends freely and looks once at
 * the end.  An arena keeps its blocks when it is reset: a warm handle allocates nothing.
 */
#include "cc.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_BLOCK = 4096 };

struct cc_block {
	struct cc_block *next;
	size_t size;
	max_align_t data[];
};

void
cc_text_clear(struct cc_text *text)
{
	text->length = 0;
	text->failed = false;
	if (text->data != NULL)
		text->data[0] = '\0';
}

void
cc_text_free(struct cc_text *text)
{
	free(text->data);
	*text = (struct cc_text){0};
}

void
cc_text_bytes(struct cc_text *text, const void *bytes, size_t n)
{
	size_t need = text->length + n + 1;

	if (text->failed)
		return;
	if (need > text->capacity) {
		size_t capacity = need + need / 2 + 32;
		char *data = realloc(text->data, capacity);

		if (data == NULL) {
			text->failed = true;
			return;
		}
		text->data = data;
		text->capacity = capacity;
	}
	memcpy(text->data + text->length, bytes, n);
	text->length += n;
	text->data[text->length] = '\0';
}

void
cc_text_add(struct cc_text *text, const char *s)
{
	cc_text_bytes(text, s, strlen(s));
}

void
cc_text_int(struct cc_text *text, int64_t value)
{
	char digits[24];

	snprintf(digits, sizeof digits, "%" PRId64, value);
	cc_text_add(text, digits);
}

void
cc_text_name(struct cc_text *text, const char *name)
{
	cc_text_add(text, "\"");
	for (const char *p = name; *p != '\0'; p++) {
		if (*p == '"')
			cc_text_add(text, "\"");
		cc_text_bytes(text, p, 1);
	}
	cc_text_add(text, "\"");
}

/* The escapes of SQLite's json_array(), so that keys compare as text. */
void
cc_text_json(struct cc_text *text, const char *s)
{
	static const char escapes[32] = { ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n',
		['\f'] = 'f', ['\r'] = 'r' };

	cc_text_add(text, "\"");
	for (; *s != '\0'; s++) {
		unsigned char c = (unsigned char)*s;
		char escaped[8];

		if (c == '"' || c == '\\')
			snprintf(escaped, sizeof escaped, "\\%c", c);
		else if (c < 32 && escapes[c] != '\0')
			snprintf(escaped, sizeof escaped, "\\%c", escapes[c]);
		else if (c < 32)
			snprintf(escaped, sizeof escaped, "\\u%04x", c);
		else
			snprintf(escaped, sizeof escaped, "%c", c);
		cc_text_add(text, escaped);
	}
	cc_text_add(text, "\"");
}

void *
cc_arena_get(struct cc_arena *arena, size_t size)
{
	struct cc_block *block = arena->current;
	void *place;

	size = (size + sizeof(max_align_t) - 1) / sizeof(max_align_t) * sizeof(max_align_t);
	while (block != NULL && block->size - arena->used < size) {
		if (block->next == NULL)
			break;
		block = arena->current = block->next;
		arena->used = 0;
	}
	if (block == NULL || block->size - arena->used < size) {
		size_t room = size > TEXT_BLOCK ? size : TEXT_BLOCK;
		struct cc_block *fresh = malloc(sizeof *fresh + room);

		if (fresh == NULL)
			return NULL;
		fresh->next = NULL;
		fresh->size = room;
		if (block != NULL)
			block->next = fresh;
		else
			arena->blocks = fresh;
		arena->current = block = fresh;
		arena->used = 0;
	}
	place = (char *)block->data + arena->used;
	arena->used += size;
	return place;
}

char *
cc_arena_copy(struct cc_arena *arena, const char *text)
{
	size_t n = strlen(text) + 1;
	char *copy = cc_arena_get(arena, n);

	if (copy != NULL)
		memcpy(copy, text, n);
	return copy;
}

void
cc_arena_reset(struct cc_arena *arena)
{
	arena->current = arena->blocks;
	arena->used = 0;
}

void
cc_arena_free(struct cc_arena *arena)
{
	struct cc_block *next;

	for (struct cc_block *block = arena->blocks; block != NULL; block = next) {
		next = block->next;
		free(block);
	}
	*arena = (struct cc_arena){0};
}
