/*
 * ccdl.y - the grammar of .ccdl files, as language.md and ccdl(5) state it.
 *
 * Rules build the model, one call each (build.h); what a name means is check's business.  Errors
 * are recovered at ';' and '}', so that one run reports all of them.  syntax.c words them.
 * Braces of tables and of JSON shapes are different tokens (the scanner counts), which is what
 * makes recovery stop at the right one.
 */
%require "3.8"
%define api.prefix {ccdl_}
%define api.pure full
%define api.token.prefix {T_}
%define api.location.type {struct span}
%define parse.error custom
%define parse.lac full
%locations
%expect 0
%parse-param {struct builder *b} {void *scanner}
%lex-param {struct builder *b} {void *scanner}

%code requires {
#include "build.h"
}

%code provides {
/* ccdl.l: the next token. */
int ccdl_lex(CCDL_STYPE *value, struct span *place, struct builder *b, void *scanner);
/* syntax.c: words a syntax error. */
void syntax_report(struct builder *b, const char *unexpected, const char *const *expected,
    size_t n);
}

%code {
#define YYLLOC_DEFAULT(current, rhs, n) \
	((current) = (n) != 0 ? build_span(YYRHSLOC(rhs, 1), YYRHSLOC(rhs, n)) : \
	    (struct span){ YYRHSLOC(rhs, 0).end, YYRHSLOC(rhs, 0).end })
#define YYSTACK_USE_ALLOCA 0

static void ccdl_error(const struct span *place, struct builder *b, void *scanner,
    const char *message);
}

%union {
	struct name name;
	struct names names;
	struct expr *expr;
	struct term *term;
	struct value *value;
	struct json_field *field;
	struct step *step;
	struct source_clause *source;
	struct raw *raw;
	struct parameter *parameter;
	struct type type;
	struct reference *reference;
	struct attributes attributes;
	struct options options;
	struct column *column;
	enum on_delete action;
	char repeat;
}

%token END 0 "the end of the file"
%token NAME "a name" QUOTED "a quoted name" INTEGER "a number" DECIMAL "a decimal number"
%token STRING "a string"
%token NE "'<>'" LE "'<='" GE "'>='" JSON_OPEN "'{' of a shape" JSON_CLOSE "'}' of a shape"

%token ACTION "action" AND "and" AS "as" AVG "avg" BETWEEN "between" BY "by" CASCADE "cascade"
%token CASE "case" CONDITION "condition" COUNT "count" DECREMENT "decrement" DELETE "delete"
%token DESC "desc" DISTINCT "distinct" ELSE "else" END_WORD "end" EXISTS "exists"
%token FALSE "false" FIRST "first" FROM "from" IN "in" IS "is" KEEP "keep" KEY "key" MAX "max"
%token MIN "min" NEVER "never" NO "no" NOT "not" NULL_WORD "null" ON "on" OR "or" ORDER "order"
%token PRIMARY "primary" REFERENCE "reference" REFERENCES "references" RESTRICT "restrict"
%token SCHEMA "schema" SET "set" SINGLETON "singleton" SQL "sql" SUM "sum" TABLE "table"
%token TALLY "tally" THEN "then" TO "to" TOUCH "touch" TRUE "true" UNIQUE "unique"
%token UPSERT "upsert" USING "using" WATCHING "watching" WHEN "when" WHERE "where"

%type <name> name as field_name from
%type <names> names target_columns path
%type <expr> expr conjunction negation comparison sum product unary primary
%type <expr> exprs arguments cases otherwise where when list range
%type <value> value aggregate element shape
%type <field> fields field
%type <raw> raw raw_texts engines
%type <parameter> parameters type_params
%type <type> type bare_type
%type <reference> references target
%type <column> head defined
%type <action> action on_delete
%type <term> terms
%type <step> by steps
%type <source> source
%type <attributes> attributes
%type <options> options
%type <repeat> repeat

%%

file:         header tables
|             error tables

header:       SCHEMA name ';'                 { build_schema(b, $name, @$); }
|             SCHEMA error ';'                { yyerrok; }

tables:       %empty
|             tables table
|             tables error

table:        table_head items '}'            { build_table_end(b, @$); yyerrok; }
|             table_head items error '}'      { build_table_end(b, @$); yyerrok; }

table_head:   table_name flags table_scope '{'
|             TABLE error '{'                 { build_table(b, (struct name){ 0 }, @$); yyerrok; }

table_name:   TABLE name                      { build_table(b, $name, @$); }
|             TABLE name AS QUOTED            { build_table(b, $name, @$);
                                                b->table->sql = build_quoted(b, @QUOTED); }
|             TABLE name AS QUOTED[schema] '.' QUOTED[sql]
                                              { build_table(b, $name, @$);
                                                b->table->sql_schema = build_quoted(b, @schema);
                                                b->table->sql = build_quoted(b, @sql); }

flags:        %empty
|             flags SINGLETON                 { build_flag(b, &b->table->singleton, @2); }
|             flags UPSERT                    { build_flag(b, &b->table->upsert, @2); }

table_scope:  where                           { b->table->scope = $where; }

items:        %empty
|             items item
|             items error ';'                 { yyerrok; }

item:         head attributes ';'             { build_plain(b, $head, $attributes, @$); }
|             defined options ';'             { build_maintained(b, $defined, $options, @$); }
|             head TALLY ';'                  { build_tally(b, $head, @$); }
|             CONDITION name WHERE expr ';'   { build_condition(b, $name, $expr, @$); }
|             PRIMARY KEY '(' names ')' ';'   { build_key(b, true, $names, @$); }
|             UNIQUE '(' names ')' ';'        { build_key(b, false, $names, @$); }
|             REFERENCE name '(' exprs ')' TO target ';'
                                              { build_link(b, $name, $exprs, $target, @$); }

head:         name type as                    { $$ = build_column(b, $name, $type, $as); }

as:           %empty                          { $$ = (struct name){ 0 }; }
|             AS QUOTED                       { $$ = build_quoted(b, @QUOTED); }

name:         NAME                            { $$ = build_name(b, @NAME); }
|             QUOTED                          { $$ = build_quoted(b, @QUOTED); }

names:        name                            { $$ = build_names(b, (struct names){ 0 }, $1); }
|             names[list] ',' name            { $$ = build_names(b, $list, $name); }

/* ---- types ---- */

type:         bare_type
|             bare_type '?'                   { $$ = build_nullable($bare_type, @2); }

bare_type:    NAME type_params                { $$ = build_type(b, @NAME, $type_params); }

type_params:  %empty                          { $$ = NULL; }
|             '(' parameters ')'              { $$ = $parameters; }

parameters:   INTEGER                         { $$ = build_parameter(b, NULL, @1, true); }
|             NAME                            { $$ = build_parameter(b, NULL, @1, false); }
|             parameters[list] ',' INTEGER    { $$ = build_parameter(b, $list, @3, true); }
|             parameters[list] ',' NAME       { $$ = build_parameter(b, $list, @3, false); }

/* ---- columns ---- */

attributes:   %empty                          { $$ = (struct attributes){ 0 }; }
|             attributes PRIMARY KEY          { $$ = $1;
                                                build_flag(b, &$$.primary_key,
                                                    build_span(@2, @3)); }
|             attributes UNIQUE               { $$ = $1; build_flag(b, &$$.unique, @2); }
|             attributes references           { $$ = $1; DL_CONCAT($$.references, $references); }

references:   REFERENCES target               { $$ = NULL; DL_APPEND($$, $target); }
|             references[list] ',' REFERENCES target
                                              { $$ = $list; DL_APPEND($$, $target); }

target:       name target_columns when on_delete
                                              { $$ = build_reference(b, $name, $2, @$);
                                                $$->when = $when; $$->on_delete = $on_delete; }

target_columns:%empty                         { $$ = (struct names){ 0 }; }
|             '(' names ')'                   { $$ = $names; }

when:         %empty                          { $$ = NULL; }
|             WHEN expr                       { $$ = $expr; }

on_delete:    %empty                          { $$ = ON_DELETE_UNSAID; }
|             ON DELETE action                { $$ = $action; }

action:       CASCADE                         { $$ = ON_DELETE_CASCADE; }
|             SET NULL_WORD                   { $$ = ON_DELETE_SET_NULL; }
|             RESTRICT                        { $$ = ON_DELETE_RESTRICT; }
|             NO ACTION                       { $$ = ON_DELETE_NO_ACTION; }

/* ---- definitions ---- */

defined:      head '=' source                 { $$ = $head;
                                                $$->definition = build_source_expr(b, $3, @3); }
|             head '=' expr                   { $$ = $head; $$->definition = $expr; }
|             head '=' raw                    { $$ = $head; $$->raw = $raw; $$->raw->span = @raw; }

options:      %empty                          { $$ = (struct options){ 0 }; }
|             options NEVER DECREMENT         { $$ = $1;
                                                build_flag(b, &$$.never_decrement,
                                                    build_span(@2, @3)); }
|             options TOUCH name              { $$ = $1;
                                                build_option(b, &$$.touch, $name,
                                                    build_span(@2, @3)); }
|             options USING NAME              { $$ = $1;
                                                build_option(b, &$$.strategy, build_name(b, @3),
                                                    build_span(@2, @3)); }

source:       value otherwise from by where   { $$ = build_source(b, $value, $from);
                                                $$->otherwise = $otherwise; $$->by = $by;
                                                $$->where = $where; $$->span = @$; }
|             value ELSE KEEP from by where   { $$ = build_source(b, $value, $from);
                                                $$->keep = true; $$->by = $by; $$->where = $where;
                                                $$->span = @$; }

otherwise:    %empty                          { $$ = NULL; }
|             ELSE expr                       { $$ = $expr; }

from:         FROM name                       { $$ = $name; }

by:           %empty                          { $$ = NULL; }
|             BY steps                        { $$ = $steps; }

steps:        name repeat                     { $$ = build_step(b, NULL, $name, $repeat); }
|             steps[list] '.' name repeat     { $$ = build_step(b, $list, $name, $repeat); }

repeat:       %empty                          { $$ = 0; }
|             '+'                             { $$ = '+'; }
|             '*'                             { $$ = '*'; }

where:        %empty                          { $$ = NULL; }
|             WHERE expr                      { $$ = $expr; }

value:        aggregate
|             shape

aggregate:    COUNT '(' '*' ')'               { $$ = build_value(b, VALUE_COUNT, @$, NULL); }
|             COUNT '(' DISTINCT exprs ')'    { $$ = build_value(b, VALUE_COUNT_DISTINCT, @$,
                                                    $exprs); }
|             EXISTS '(' '*' ')'              { $$ = build_value(b, VALUE_EXISTS, @$, NULL); }
|             SUM '(' expr ')'                { $$ = build_value(b, VALUE_SUM, @$, $expr); }
|             MIN '(' expr ')'                { $$ = build_value(b, VALUE_MIN, @$, $expr); }
|             MAX '(' expr ')'                { $$ = build_value(b, VALUE_MAX, @$, $expr); }
|             AVG '(' expr ')'                { $$ = build_value(b, VALUE_AVG, @$, $expr); }
|             FIRST '(' expr ORDER BY terms ')'
                                              { $$ = build_first(b, @$, $expr, $terms); }

shape:        JSON_OPEN fields JSON_CLOSE     { $$ = build_object(b, @$, $fields); }
|             '[' element ']'                 { $$ = build_array(b, @$, $element, NULL); }
|             '[' element ORDER BY terms ']'  { $$ = build_array(b, @$, $element, $terms); }

fields:       field                           { $$ = NULL; DL_APPEND($$, $field); }
|             fields[list] ',' field          { $$ = $list; DL_APPEND($$, $field); }

field:        field_name ':' element          { $$ = build_field(b, $field_name, NULL, $element); }
|             '[' expr ']' ':' element        { $$ = build_field(b, (struct name){ 0 }, $expr,
                                                    $element); }

field_name:   word                            { $$ = build_name(b, @word); }
|             QUOTED                          { $$ = build_quoted(b, @QUOTED); }
|             STRING                          { $$ = build_quoted(b, @STRING); }

element:      value
|             expr                            { $$ = build_value(b, VALUE_EXPR, @$, $expr); }

terms:        expr                            { $$ = build_term(b, NULL, $expr, false); }
|             expr DESC                       { $$ = build_term(b, NULL, $expr, true); }
|             terms[list] ',' expr            { $$ = build_term(b, $list, $expr, false); }
|             terms[list] ',' expr DESC       { $$ = build_term(b, $list, $expr, true); }

raw:          SQL raw_texts                   { $$ = $raw_texts; }
|             raw[sql] WATCHING name by       { $$ = $sql; build_watch(b, $sql, $name, $by); }

raw_texts:    STRING                          { $$ = build_raw(b, (struct name){ 0 }, @1, NULL); }
|             engines

engines:      NAME STRING                     { $$ = build_raw(b, build_name(b, @1), @2, NULL); }
|             engines[list] NAME STRING       { $$ = build_raw(b, build_name(b, @2), @3, $list); }

/* ---- expressions ---- */

expr:         conjunction
|             expr[a] OR conjunction[z]       { $$ = build_binary(b, EXPR_OR, @$, $a, $z); }

conjunction:  negation
|             conjunction[a] AND negation[z]  { $$ = build_binary(b, EXPR_AND, @$, $a, $z); }

negation:     comparison
|             NOT negation[a]                 { $$ = build_expr(b, EXPR_NOT, @$, $a); }

comparison:   sum
|             sum[a] '=' sum[z]               { $$ = build_binary(b, EXPR_EQ, @$, $a, $z); }
|             sum[a] NE sum[z]                { $$ = build_binary(b, EXPR_NE, @$, $a, $z); }
|             sum[a] '<' sum[z]               { $$ = build_binary(b, EXPR_LT, @$, $a, $z); }
|             sum[a] LE sum[z]                { $$ = build_binary(b, EXPR_LE, @$, $a, $z); }
|             sum[a] '>' sum[z]               { $$ = build_binary(b, EXPR_GT, @$, $a, $z); }
|             sum[a] GE sum[z]                { $$ = build_binary(b, EXPR_GE, @$, $a, $z); }
|             sum[a] IS NULL_WORD             { $$ = build_expr(b, EXPR_IS_NULL, @$, $a); }
|             sum[a] IS NOT NULL_WORD         { $$ = build_expr(b, EXPR_IS_NULL, @$, $a);
                                                $$->negated = true; }
|             sum[a] IS DISTINCT FROM sum[z]  { $$ = build_binary(b, EXPR_IS_DISTINCT, @$, $a,
                                                    $z); }
|             sum[a] IS NOT DISTINCT FROM sum[z]
                                              { $$ = build_binary(b, EXPR_IS_DISTINCT, @$, $a, $z);
                                                $$->negated = true; }
|             sum[a] IN list                  { $$ = build_binary(b, EXPR_IN, @$, $a, $list); }
|             sum[a] NOT IN list              { $$ = build_binary(b, EXPR_IN, @$, $a, $list);
                                                $$->negated = true; }
|             sum[a] BETWEEN range            { $$ = build_binary(b, EXPR_BETWEEN, @$, $a,
                                                    $range); }
|             sum[a] NOT BETWEEN range        { $$ = build_binary(b, EXPR_BETWEEN, @$, $a, $range);
                                                $$->negated = true; }

list:         '(' exprs ')'                   { $$ = $exprs; }

range:        sum[low] AND sum[high]          { $$ = build_list($low, $high); }

sum:          product
|             sum[a] '+' product[z]           { $$ = build_binary(b, EXPR_ADD, @$, $a, $z); }
|             sum[a] '-' product[z]           { $$ = build_binary(b, EXPR_SUBTRACT, @$, $a, $z); }

product:      unary
|             product[a] '*' unary[z]         { $$ = build_binary(b, EXPR_MULTIPLY, @$, $a, $z); }
|             product[a] '/' unary[z]         { $$ = build_binary(b, EXPR_DIVIDE, @$, $a, $z); }
|             product[a] '%' unary[z]         { $$ = build_binary(b, EXPR_MODULO, @$, $a, $z); }

unary:        primary
|             '-' unary[a]                    { $$ = build_minus(b, @$, $a); }

primary:      INTEGER                         { $$ = build_integer(b, @$); }
|             DECIMAL                         { $$ = build_literal(b, EXPR_DECIMAL, @$); }
|             STRING                          { $$ = build_literal(b, EXPR_TEXT, @$); }
|             TRUE                            { $$ = build_boolean(b, @$, true); }
|             FALSE                           { $$ = build_boolean(b, @$, false); }
|             NULL_WORD                       { $$ = build_expr(b, EXPR_NULL, @$, NULL); }
|             INTEGER NAME                    { $$ = build_interval(b, @1, build_name(b, @2)); }
|             path                            { $$ = build_path(b, $path); }
|             name '(' arguments ')'          { $$ = build_call(b, $name, $arguments, @$); }
|             CASE cases END_WORD             { $$ = build_expr(b, EXPR_CASE, @$, $cases); }
|             CASE cases ELSE expr END_WORD   { $$ = build_expr(b, EXPR_CASE, @$,
                                                    build_list($cases, $expr)); }
|             '(' expr ')'                    { $$ = $expr; }
|             '(' source ')'                  { $$ = build_source_expr(b, $source, @$); }

path:         name                            { $$ = build_names(b, (struct names){ 0 }, $1); }
|             path[list] '.' name             { $$ = build_names(b, $list, $name); }

exprs:        expr
|             exprs[list] ',' expr            { $$ = build_list($list, $expr); }

arguments:    %empty                          { $$ = NULL; }
|             exprs

cases:        WHEN expr[when] THEN expr[then] { $$ = build_list($when, $then); }
|             cases[list] WHEN expr[when] THEN expr[then]
                                              { $$ = build_list($list, build_list($when, $then)); }

/* Any word: what only the language reserves is an ordinary field name. */
word:         NAME | ACTION | AND | AS | AVG | BETWEEN | BY | CASCADE | CASE | CONDITION | COUNT
|             DECREMENT | DELETE | DESC | DISTINCT | ELSE | END_WORD | EXISTS | FALSE | FIRST
|             FROM | IN | IS | KEEP | KEY | MAX | MIN | NEVER | NO | NOT | NULL_WORD | ON | OR
|             ORDER | PRIMARY | REFERENCE | REFERENCES | RESTRICT | SCHEMA | SET | SINGLETON
|             SQL | SUM | TABLE | TALLY | THEN | TO | TOUCH | TRUE | UNIQUE | UPSERT | USING
|             WATCHING | WHEN | WHERE

%%

static int
yyreport_syntax_error(const yypcontext_t *context, struct builder *b, void *scanner)
{
	yysymbol_kind_t kinds[YYNTOKENS];
	const char *names[YYNTOKENS];
	int n = yypcontext_expected_tokens(context, kinds, YYNTOKENS), i;

	(void)scanner;
	for (i = 0; i < n; i++)
		names[i] = yysymbol_name(kinds[i]);
	syntax_report(b, yysymbol_name(yypcontext_token(context)), names, (size_t)n);
	return 0;
}

/* Other than of syntax there is one error: the parser's stack is full. */
static void
ccdl_error(const struct span *place, struct builder *b, void *scanner, const char *message)
{
	(void)scanner;
	(void)message;
	source_error(b->source, *place, "nesting", "this is nested too deeply");
}
