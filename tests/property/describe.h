/*
 * describe.h - what the files that draw a schema share.
 */
#ifndef PROPERTY_DESCRIBE_H
#define PROPERTY_DESCRIBE_H

#include "property.h"

struct maker {
	struct schema *schema;
	struct random random;
	int odd_at, serial;
	bool odd_names;
};

/* A name that nothing else in the schema has; sql may be NULL. */
void describe_name(struct maker *m, const char *prefix, char *name, char *sql);
struct column *describe_column(struct maker *m, struct table *t, enum cc_type type,
    const char *prefix);
/* Scale and storage. */
void describe_details(struct maker *m, struct column *c);
/* The maintained columns of a table, once all tables have their references. */
void describe_maintained(struct maker *m, int holder);

#endif
