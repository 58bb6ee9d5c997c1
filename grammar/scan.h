/*
 * scan.h - what the rules of ccdl.l call, and the scanner's life.
 *
 * The functions that return a token's kind may return another than the text's own where that
 * is what was meant, or T_CCDL_error where the error is reported already.
 */
#ifndef GRAMMAR_SCAN_H
#define GRAMMAR_SCAN_H

#include "build.h"

void *scan_start(struct builder *b);
void scan_stop(void *scanner);

void scan_doc(struct builder *b, struct span place);
void scan_comment(struct builder *b, struct span place, enum token_kind kind);
int scan_word(struct builder *b, struct span place);
int scan_semicolon(struct builder *b);
int scan_open_brace(struct builder *b, struct span place);
int scan_close_brace(struct builder *b);
int scan_open(struct builder *b, struct span place, int kind);
int scan_close(struct builder *b, int kind);

/* Reported, and read as what was meant. */
int scan_unterminated(struct builder *b, struct span place, const char *what,
    const char *close);
int scan_empty_name(struct builder *b, struct span place);
int scan_odd_name(struct builder *b, struct span place);
int scan_odd_number(struct builder *b, struct span place);
int scan_foreign(struct builder *b, struct span place, const char *ours, int kind);
void scan_dashes(struct builder *b, struct span place);
int scan_odd(struct builder *b, struct span place);

/* Every token passes here: remembers it, and the doc comment that stands before it. */
void scan_note(struct builder *b, int kind, struct span place);

/* bytes.c: false, and reported, when the text is not UTF-8 or has control characters. */
bool scan_bytes(struct source *source);

#endif
