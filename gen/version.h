/*
 * version.h - what this compiler calls itself, and the runtime that its output is made for.
 */
#ifndef GEN_VERSION_H
#define GEN_VERSION_H

#define CCGEN_VERSION "0.1.0"
#define CCGEN_ABI 1                    /* CCRT_ABI of runtime/ccrt.h */

#endif
