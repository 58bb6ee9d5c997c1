# ccgen: flat GNU make.  `make demo` shows it at work, `make test` runs everything.
#
#   make                 the compiler, the runtime (static, shared, one .c/.h pair)
#   make quick           what a commit must pass: the fast suites
#   make test            every suite (installs what is missing on Debian)
#   make B=build/asan SAN=-fsanitize=address,undefined   another build beside it

B      ?= build
CC     ?= cc
OPT    ?= -O2 -g
SAN    ?=
WARN   := -Wall -Wextra -Wpedantic -Wconversion -Werror
CFLAGS  = -std=c11 $(OPT) $(WARN) $(SAN)
LEX    := flex
YACC   := bison

export B CC OPT SAN

GEN_C      := $(wildcard gen/*.c)
RUNTIME_C  := $(wildcard runtime/*.c)
TEMPLATES  := $(wildcard templates/*.tmpl)

GEN_O      := $(GEN_C:gen/%.c=$(B)/gen/%.o) $(B)/grammar/ccdl.tab.o $(B)/grammar/ccdl.lex.o \
              $(TEMPLATES:templates/%.tmpl=$(B)/templates/%.o)
RUNTIME_O  := $(RUNTIME_C:runtime/%.c=$(B)/runtime/%.o)

.PHONY: all quick test clean
.DELETE_ON_ERROR:
.SECONDARY:

all: $(if $(wildcard gen/main.c),$(B)/ccgen) $(B)/libccrt.a $(B)/libccrt.so

# ---- the compiler ------------------------------------------------------------

$(B)/ccgen: $(GEN_O)
	$(CC) $(CFLAGS) -o $@ $^

$(B)/gen/%.o: gen/%.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -D_POSIX_C_SOURCE=200809L -Igen -MMD -MP -c -o $@ $<

$(B)/grammar/ccdl.tab.c $(B)/grammar/ccdl.tab.h &: grammar/ccdl.y
	@mkdir -p $(@D)
	$(YACC) -Wall -Werror -o $(B)/grammar/ccdl.tab.c --header=$(B)/grammar/ccdl.tab.h $<

$(B)/grammar/ccdl.lex.c: grammar/ccdl.l
	@mkdir -p $(@D)
	$(LEX) -o $@ $<

$(B)/grammar/%.o: $(B)/grammar/%.c $(B)/grammar/ccdl.tab.h
	$(CC) $(CFLAGS) -D_POSIX_C_SOURCE=200809L -Igen -Igrammar -I$(B)/grammar -MMD -MP -c -o $@ $<

$(B)/templates/%.c: templates/%.tmpl templates/translate.awk
	@mkdir -p $(@D)
	awk -f templates/translate.awk $< > $@

$(B)/templates/%.o: $(B)/templates/%.c
	$(CC) $(CFLAGS) -D_POSIX_C_SOURCE=200809L -Igen -Itemplates -MMD -MP -c -o $@ $<

# ---- the runtime -------------------------------------------------------------

$(B)/runtime/%.o: runtime/%.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -D_POSIX_C_SOURCE=200809L -fPIC -Iruntime -MMD -MP -c -o $@ $<

$(B)/libccrt.a: $(RUNTIME_O)
	@mkdir -p $(@D)
	rm -f $@
	ar rcs $@ $^

$(B)/libccrt.so: $(RUNTIME_O)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -shared -Wl,-soname,libccrt.so.0 -o $@ $^ -lsqlite3

# ---- tests: every folder of tests/ that has a `run` is a suite ----------------

QUICK  := unit errors cases
SUITES := $(patsubst tests/%/run,%,$(wildcard tests/*/run))

quick: all
	$(if $(filter $(QUICK),$(SUITES)),@tests/run $(filter $(QUICK),$(SUITES)))

test: all
	@tests/run $(SUITES)

clean:
	rm -rf $(B)

-include $(wildcard $(B)/*/*.d)
