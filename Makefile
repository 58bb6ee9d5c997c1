# ccgen: flat GNU make.  `make demo` shows it at work, `make test` runs everything.
#
#   make                 the compiler, the runtime (static, shared, one .c/.h pair)
#   make demo            a scripted life of examples/social, counted and recounted
#   make quick           what a commit must pass: the fast suites
#   make test            every suite (installs what is missing on Debian)
#   make bench           ratios to writes without counters and with hand-written ones
#   make install         PREFIX=/usr/local DESTDIR=; also uninstall
#   make B=build/asan SAN=-fsanitize=address,undefined   another build beside it

B      ?= build
CC     ?= cc
OPT    ?= -O2 -g
SAN    ?=
WARN   := -Wall -Wextra -Wpedantic -Wconversion -Werror
CFLAGS  = -std=c11 $(OPT) $(WARN) $(SAN)
LEX    := flex
YACC   := bison

PREFIX  ?= /usr/local
DESTDIR ?=
VERSION := $(shell sed -n 's/^.define CCRT_VERSION "\(.*\)".*/\1/p' runtime/ccrt.h)
SONAME  := libccrt.so.$(firstword $(subst ., ,$(VERSION)))
DEFS    := -DCCGEN_VERSION='"$(VERSION)"'

# For the commands that build by themselves: as many jobs as processors, unless -j says how many.
JOBS = $(if $(findstring j,$(filter-out --%,$(MAKEFLAGS))),,-j$(shell nproc))

export B CC OPT SAN

GEN_C      := $(wildcard gen/*.c)
GRAMMAR_C  := $(wildcard grammar/*.c)
RUNTIME_C  := $(wildcard runtime/*.c)
HEADERS    := $(addprefix runtime/ccrt,.h _schema.h _sql.h _expr.h _calls.h)
TEMPLATES  := $(wildcard templates/*.tmpl)

GEN_O      := $(GEN_C:gen/%.c=$(B)/gen/%.o) $(B)/grammar/ccdl.tab.o $(B)/grammar/ccdl.lex.o \
              $(GRAMMAR_C:grammar/%.c=$(B)/grammar/%.o) \
              $(TEMPLATES:templates/%.tmpl=$(B)/templates/%.o)
# libpq, where it is: without it the runtime is SQLite's alone.
PQ         := $(shell printf '%s\n' '\#include "runtime/cc_postgres.h"' '\#ifdef LIBPQ_HAS_PIPELINING' \
                '-lpq' '\#endif' | $(CC) -E -P -Iruntime - 2>/dev/null | grep -x -e -lpq)
$(if $(PQ),,$(info libpq (14 or later) is not here: building without cc_open_postgres))
RUNTIME_O  := $(RUNTIME_C:runtime/%.c=$(B)/runtime/%.o)

.PHONY: all bench vendor demo install uninstall quick test clean
.DELETE_ON_ERROR:
.SECONDARY:

all: $(if $(wildcard gen/main.c),$(B)/ccgen) $(B)/libccrt.a $(B)/libccrt.so vendor

# ---- the compiler ------------------------------------------------------------

$(B)/ccgen: $(B)/gen/main.o $(B)/ccgen.a
	$(CC) $(CFLAGS) -o $@ $^

# All of it but the command line: what tests link.
$(B)/ccgen.a: $(filter-out $(B)/gen/main.o,$(GEN_O))
	rm -f $@
	ar rcs $@ $^

$(B)/gen/%.o: gen/%.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -D_POSIX_C_SOURCE=200809L $(DEFS) -Igen -Itemplates -MMD -MP -c -o $@ $<

$(B)/grammar/ccdl.tab.c $(B)/grammar/ccdl.tab.h &: grammar/ccdl.y
	@mkdir -p $(@D)
	$(YACC) -Wall -Werror -o $(B)/grammar/ccdl.tab.c --header=$(B)/grammar/ccdl.tab.h $<

$(B)/grammar/ccdl.lex.c: grammar/ccdl.l
	@mkdir -p $(@D)
	$(LEX) -o $@ $<

$(B)/grammar/%.o: grammar/%.c $(B)/grammar/ccdl.tab.h
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -D_POSIX_C_SOURCE=200809L -Igen -Igrammar -I$(B)/grammar -MMD -MP -c -o $@ $<

$(B)/grammar/%.o: $(B)/grammar/%.c $(B)/grammar/ccdl.tab.h
	$(CC) $(CFLAGS) -D_POSIX_C_SOURCE=200809L -Igen -Igrammar -I$(B)/grammar -MMD -MP -c -o $@ $<

$(B)/templates/%.c: templates/%.tmpl templates/translate.awk
	@mkdir -p $(@D)
	awk -f templates/translate.awk $< > $@

$(B)/templates/%.o: $(B)/templates/%.c
	$(CC) $(CFLAGS) -D_POSIX_C_SOURCE=200809L $(DEFS) -Igen -Itemplates -MMD -MP -c -o $@ $<

# ---- the runtime -------------------------------------------------------------

$(B)/runtime/%.o: runtime/%.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -D_POSIX_C_SOURCE=200809L -fPIC -Iruntime -MMD -MP -c -o $@ $<

$(B)/libccrt.a: $(RUNTIME_O)
	@mkdir -p $(@D)
	rm -f $@
	ar rcs $@ $^

# What the shared library exports: what the headers declare.
$(B)/ccrt.map: $(HEADERS)
	@mkdir -p $(@D)
	{ echo '{ global:'; sed -n '/^static/d; s/^[a-z].*[ *]\(cc_[a-z0-9_]*\)(.*/\1;/p' $(HEADERS); \
	    echo 'local: *; };'; } > $@

$(B)/libccrt.so: $(RUNTIME_O) $(B)/ccrt.map
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -shared -Wl,-soname,$(SONAME) -Wl,--version-script=$(B)/ccrt.map \
	    -o $@ $(RUNTIME_O) $(PQ) -lsqlite3 -lm

vendor: $(B)/vendor/ccrt.c $(B)/vendor/ccrt.h

$(B)/vendor/ccrt.h: runtime/ccrt.h runtime/vendor.awk $(wildcard runtime/*.h)
	@mkdir -p $(@D)
	awk -f runtime/vendor.awk $< > $@

$(B)/vendor/ccrt.c: $(RUNTIME_C) runtime/vendor.awk $(wildcard runtime/*.h)
	@mkdir -p $(@D)
	awk -f runtime/vendor.awk $(RUNTIME_C) > $@

# ---- the demo ------------------------------------------------------------------

# As an application does it: the same file, with the tools of this tree.
SOCIAL := -f examples/social/social.mk SOCIAL=examples/social O=$(B)/social CCGEN=$(B)/ccgen \
          CCRT_CFLAGS=-Iruntime CCRT_LIBS="$(B)/libccrt.a -lsqlite3 -lm" CFLAGS="$(CFLAGS)"

demo:
	@tests/tools/needs demo
	@echo "building ccgen, the runtime and examples/social"
	@$(MAKE) -s --no-print-directory $(JOBS) all
	@$(MAKE) -s --no-print-directory $(SOCIAL)
	@rm -f $(B)/social/demo.db*
	@$(B)/social/demo $(B)/social/demo.db

# ---- how fast: ratios to the same writes without counters, and to hand-written ones -------

bench: all
	@tests/bench/compiler/run
	@tests/bench/sqlite
	@tests/bench/polls/run

# ---- installing ------------------------------------------------------------------

MAN     := gen/ccgen.1 grammar/ccdl.5 runtime/ccrt.3
ROOT     = $(DESTDIR)$(PREFIX)

install: all
	install -d $(ROOT)/bin $(ROOT)/include $(ROOT)/lib/pkgconfig
	install -m 755 $(B)/ccgen $(ROOT)/bin/ccgen
	install -m 644 $(HEADERS) $(ROOT)/include
	install -m 644 $(B)/libccrt.a $(ROOT)/lib/libccrt.a
	install -m 755 $(B)/libccrt.so $(ROOT)/lib/libccrt.so.$(VERSION)
	ln -sf libccrt.so.$(VERSION) $(ROOT)/lib/$(SONAME)
	ln -sf $(SONAME) $(ROOT)/lib/libccrt.so
	sed 's|@PREFIX@|$(PREFIX)|; s|@VERSION@|$(VERSION)|' runtime/ccrt.pc.in \
	    > $(ROOT)/lib/pkgconfig/ccrt.pc
	for page in $(MAN); do \
	    dir=$(ROOT)/share/man/man$${page##*.}; \
	    install -d $$dir && install -m 644 $$page $$dir || exit 1; \
	done

uninstall:
	rm -f $(ROOT)/bin/ccgen $(addprefix $(ROOT)/include/,$(notdir $(HEADERS)))
	rm -f $(ROOT)/lib/libccrt.a $(ROOT)/lib/libccrt.so $(ROOT)/lib/$(SONAME) \
	    $(ROOT)/lib/libccrt.so.$(VERSION) $(ROOT)/lib/pkgconfig/ccrt.pc
	for page in $(MAN); do \
	    rm -f $(ROOT)/share/man/man$${page##*.}/$${page##*/}; \
	done

# ---- tests: every folder of tests/ that has a `run` is a suite ----------------

QUICK  := unit errors cases doc
SUITES := $(patsubst tests/%/run,%,$(wildcard tests/*/run))

quick: all
	$(if $(filter $(QUICK),$(SUITES)),@tests/run $(filter $(QUICK),$(SUITES)))

test:
	@tests/tools/needs test
	@$(MAKE) --no-print-directory $(JOBS) all
	@tests/run $(SUITES)

clean:
	rm -rf $(B)

-include $(wildcard $(B)/*/*.d)
