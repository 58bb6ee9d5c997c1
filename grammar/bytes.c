/*
 * bytes.c - is the text text at all: UTF-8 without control characters.
 *
 * Checked once, before scanning, so that no later stage meets a byte that it would have to make
 * safe: names and strings travel into C, SQL and terminals.
 */
#include <string.h>

#include "scan.h"

/* Length of the UTF-8 sequence at `at`; 0 when it is none. */
static size_t
sequence(const unsigned char *at, size_t left)
{
	size_t length = *at < 0x80 ? 1 : *at < 0xC2 ? 0 : *at < 0xE0 ? 2 : *at < 0xF0 ? 3 :
	    *at < 0xF5 ? 4 : 0, i;

	if (length > left)
		return 0;
	for (i = 1; i < length; i++)
		if ((at[i] & 0xC0) != 0x80)
			return 0;
	/* Too long a form, a surrogate, beyond U+10FFFF. */
	if ((*at == 0xE0 && at[1] < 0xA0) || (*at == 0xED && at[1] > 0x9F) ||
	    (*at == 0xF0 && at[1] < 0x90) || (*at == 0xF4 && at[1] > 0x8F))
		return 0;
	return length;
}

static bool
is_control(unsigned char c)
{
	return (c < 0x20 && strchr("\t\n\f\r", c) == NULL) || c == 0x7F || c == 0;
}

bool
scan_bytes(struct source *source)
{
	const unsigned char *text = (const unsigned char *)source->text;
	size_t at = 0, length;
	bool fine = true, last = true, good;

	for (; at < source->length; at += length) {
		length = 1;
		if (text[at] >= ' ' && text[at] < 0x7F) {
			last = true;
			continue;
		}
		length = sequence(text + at, source->length - at);
		good = length != 0 && !is_control(text[at]);
		length += length == 0;
		/* One error for a run of them. */
		if (!good && last)
			source_error(source,
			    (struct span){ (uint32_t)at, (uint32_t)at + 1 }, "encoding",
			    is_control(text[at]) ? "control character 0x%02x" :
			    "byte 0x%02x is not UTF-8", text[at]);
		fine = fine && good;
		last = good;
	}
	return fine;
}
