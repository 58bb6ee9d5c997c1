/*
 * doc_pages.h - the pages of ccgen doc: one function per format.
 */
#ifndef DOC_PAGES_H
#define DOC_PAGES_H

#include "doc.h"

void markdown_page(struct text *out, const struct doc *doc);
/* svg: the drawn graph, which has passed graphviz; NULL: a list stands in its place. */
void html_page(struct text *out, const struct doc *doc, const char *svg);
void html_style(struct text *out);
void dot_file(struct text *out, const struct doc *doc);

#endif
