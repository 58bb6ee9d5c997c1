/*
 * emit.h - writes the files that are generated from a plan.
 */
#ifndef GEN_EMIT_H
#define GEN_EMIT_H

#include "plan.h"

struct emit_options {
	const char *directory;             /* NULL: the current one; made when missing */
	bool dependencies;                 /* write a dependency file for make */
	const char *depfile;               /* its path; NULL: <schema>_counters.d in the directory */
};

/*
 * Renders everything, then writes what differs from the file that is there, all or nothing:
 * beside the old files first, renamed last.  NULL, or the path that failed with errno set.
 */
const char *emit_files(const struct plan *plan, const struct emit_options *options);

/* A file that is rendered already. */
struct emit_text {
	const char *name, *text;
};

/* Writes n of them into a directory, all or nothing as well. */
const char *emit_texts(struct arena *arena, const char *directory, const struct emit_text *texts,
    size_t n);

#endif
