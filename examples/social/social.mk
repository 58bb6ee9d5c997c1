# How an application builds with ccgen: generate, compile, link.
#
#   make -f social.mk                       with ccgen and ccrt installed
#   include …/social.mk                     in a larger Makefile, after setting SOCIAL and O

SOCIAL      ?= .
O           ?= build
CCGEN       ?= ccgen
CCRT_CFLAGS ?= $(shell pkg-config --cflags ccrt)
CCRT_LIBS   ?= $(shell pkg-config --libs ccrt)
CFLAGS      ?= -std=c11 -O2 -Wall -Wextra

SOCIAL_O := $(O)/store.o $(O)/social_counters.o

.PHONY: social
social: $(O)/social $(O)/demo

# Generate.  What has not changed is not written, so nothing is compiled in vain.
$(O)/social_counters.c $(O)/social_counters.h &: $(SOCIAL)/social.ccdl $(wildcard $(CCGEN))
	@mkdir -p $(O)
	$(CCGEN) generate $(SOCIAL)/social.ccdl -o $(O)

# Compile.
$(O)/social_counters.o: $(O)/social_counters.c $(O)/social_counters.h
	$(CC) $(CFLAGS) $(CCRT_CFLAGS) -c -o $@ $<

$(O)/%.o: $(SOCIAL)/%.c $(SOCIAL)/store.h $(O)/social_counters.h
	$(CC) $(CFLAGS) $(CCRT_CFLAGS) -I$(O) -c -o $@ $<

# Link.
$(O)/social: $(O)/social.o $(SOCIAL_O)
	$(CC) $(CFLAGS) -o $@ $^ $(CCRT_LIBS)

$(O)/demo: $(O)/demo.o $(SOCIAL_O)
	$(CC) $(CFLAGS) -o $@ $^ $(CCRT_LIBS)
