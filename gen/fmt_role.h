/*
 * fmt_role.h - how the tokens of a declaration relate: between fmt_role.c, which finds it out,
 * and fmt_item.c, which lays them out.
 */
#ifndef GEN_FMT_ROLE_H
#define GEN_FMT_ROLE_H

#include "fmt_item.h"

/* Of what may begin a line: a "by" does where what follows up to the next line does not fit. */
enum { FMT_BY_RANK = 4, FMT_LAST_RANK = 5 };

/* What begins with a token and belongs together. */
enum fmt_group {
	FMT_NO_GROUP,
	FMT_CASE,                      /* case … end */
	FMT_LIST,                      /* arguments, the fields or elements of a shape */
	FMT_BRACKETS                   /* an expression or a source */
};

struct role {
	unsigned depth;                /* brackets open around the token */
	bool tight;                    /* no blank before it */
	bool joins;                    /* and, or, + and - between two operands */
	unsigned rank;                 /* it may begin a line: the lower the sooner; 0 not */
	enum fmt_group kind;           /* of the group that it begins */
	size_t end;                    /* ... and the last token of that */
	size_t group;                  /* the first token of the innermost group around it, of which
	                                  it may be the last one; itself: none */
};

struct role *fmt_roles(struct arena *arena, const struct fmt_item *item);
/* Is the token one of these marks? */
bool fmt_is_mark(const struct source *source, const struct token *token, const char *set);

#endif
