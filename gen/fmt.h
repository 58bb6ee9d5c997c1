/*
 * fmt.h - the canonical layout of a text that parses.
 */
#ifndef GEN_FMT_H
#define GEN_FMT_H

#include "source.h"

/* The text laid out anew, in the source's arena; tokens as grammar_tokens gives them. */
const char *fmt_source(const struct source *source, const struct token *tokens, size_t n);

#endif
