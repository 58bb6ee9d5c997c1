/*
 * layout.h - what C looks like: widths, line breaks, comments.
 */
#ifndef TEMPLATES_LAYOUT_H
#define TEMPLATES_LAYOUT_H

#include "text.h"

enum { LAYOUT_WIDTH = 100 };

/* Spaces up to a column of the current line, at least one. */
void pad_to(struct text *out, size_t column);

/*
 * At the end of a line: breaks it after commas, && and || where it is longer than LAYOUT_WIDTH.
 * What follows is indented by four blanks more than the line.
 */
void fold(struct text *out);

/* A comment of one line, or as many as it takes; its own lines are indented by `indent` tabs. */
void comment(struct text *out, const char *words, int indent);

/* Behind a statement what it is about; above it where that would make the line too long. */
void remark(struct text *out, const char *words);

/* The C condition, negated: !f(x), !(a && b), or a for !a. */
void negated(struct text *out, const char *condition);

#endif
