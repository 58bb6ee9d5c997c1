/*
 * ccrt_expr.h - arithmetic and comparisons for generated conditions and amounts.
 *
 * Everything is inline and knows nothing of databases.  The rules are the language's: text
 * compares by bytes, division by zero is NULL, integers are checked.
 */
#ifndef CCRT_EXPR_H
#define CCRT_EXPR_H

#endif
