/*
 * truth.h - what the generated file of the truth test and its runner share: one row, and a table
 * of expressions with their views in C and their SQL.
 */
#ifndef TRUTH_H
#define TRUTH_H

#include "ccrt.h"

/* Columns: type in the definition, SQL declaration, struct member. */
struct row {
	int64_t id;
	bool b;
	struct cc_bool bn;
	int16_t h;
	struct cc_int16 hn;
	int32_t i;
	struct cc_int32 in;
	int64_t l;
	struct cc_int64 ln;
	float g;
	struct cc_float32 gn;
	double f;
	struct cc_float64 fn;
	const char *p, *pn;            /* decimal(10,2) */
	const char *u, *un;            /* decimal(12,3,units) */
	const char *t, *tn;            /* text; tn has COLLATE NOCASE in the database */
	const char *k;                 /* uuid */
	int64_t at;                    /* timestamp */
	struct cc_int64 atn;
	struct cc_int64 ats, atm, att; /* timestamp(seconds), (millis), (text) */
	int32_t d;
	struct cc_int32 dn;
	const char *j;                 /* jsonb */
};

enum form { BOOL, INT, FLOAT, TEXT, DATE };

struct value {
	bool failed, null;
	int64_t i;                     /* INT: integers, units, microseconds, days */
	double f;
	const char *s;
};

struct probe {
	const char *text;              /* as in the .ccdl file */
	const char *sql, *postgres;    /* of each engine */
	enum form form;
	/* BOOL */
	bool (*is_true)(const struct row *row, bool *failed);
	bool (*is_false)(const struct row *row, bool *failed);
	bool (*is_null)(const struct row *row, bool *failed);
	/* the others: fills in what is not NULL */
	void (*value)(const struct row *row, struct value *value);
};

extern const struct probe probes[];
extern const unsigned n_probes;

#endif
