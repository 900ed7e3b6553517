# libsmtp5xx. GNU make 3.81 or newer; works alone right after clone, and takes what ./configure found from config.mk.
#
#     make            library, program, smtp5xx.pc         make demo      the program explains examples/rejections.txt
#     make check      all tests                            make bench     nanoseconds for each reply
#     make docs       the reference as static pages, in build/site
#     make golden     tests/corpus.golden anew, after a change of the rules
#     make tree       docs/decision-tree.md and its picture anew, after a change of lib/table/tree.tsv
#     make install    PREFIX=/usr/local DESTDIR=           make dist      the release's tarball
#
# Out of tree: run ../libsmtp5xx/configure, or make -f ../libsmtp5xx/Makefile, in another directory. Neither the path of the
# sources nor that of the build may hold blanks; DESTDIR may. SPDX-License-Identifier: MIT

.DELETE_ON_ERROR:
.SUFFIXES:

# Where the sources are: beside this file, unless config.mk knows better because this file is a link.
srcdir := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))

# Paths are set with = and not ?=, so that no variable of the environment leaks into the installation.
PREFIX = /usr/local
prefix = $(PREFIX)
exec_prefix = $(prefix)
bindir = $(exec_prefix)/bin
libdir = $(exec_prefix)/lib
includedir = $(prefix)/include
datarootdir = $(prefix)/share
mandir = $(datarootdir)/man
docdir = $(datarootdir)/doc/libsmtp5xx
pkgconfigdir = $(libdir)/pkgconfig

CFLAGS ?= -O2 -g
AR ?= ar
INSTALL ?= install
PKG_CONFIG ?= pkg-config
JANSSON_LIBS ?= -ljansson
AUTOCONF ?= autoconf
# The table compiler runs on the machine that builds, whatever the library is built for.
CC_FOR_BUILD ?= $(CC)
CFLAGS_FOR_BUILD ?= -O1 -g

-include config.mk

# What smtp5xx log decompresses with: those of these libraries that are there, for the machine that builds. make LOG_PACKAGES=
# does without, and make LOG_PACKAGES="zlib libzstd" insists.
native := $(findstring $(shell uname -m),$(shell $(CC) -dumpmachine))
LOG_PACKAGES := $(if $(native),$(shell for name in zlib liblzma libzstd; do \
	$(PKG_CONFIG) --exists $$name 2>/dev/null && echo $$name; done))
log_flags := $(if $(filter zlib,$(LOG_PACKAGES)),-DHAVE_ZLIB) $(if $(filter liblzma,$(LOG_PACKAGES)),-DHAVE_LZMA) \
	$(if $(filter libzstd,$(LOG_PACKAGES)),-DHAVE_ZSTD) $(if $(LOG_PACKAGES),$(shell $(PKG_CONFIG) --cflags $(LOG_PACKAGES)))
log_libs := $(if $(LOG_PACKAGES),$(shell $(PKG_CONFIG) --libs $(LOG_PACKAGES)))

# smtp5xx-dsn takes messages apart with GMime 3, and is built where that is. make DSN_PACKAGE= does without.
DSN_PACKAGE := $(shell $(PKG_CONFIG) --exists gmime-3.0 2>/dev/null && echo gmime-3.0)

BUILD = build
B := $(abspath $(BUILD))
header := $(srcdir)/include/smtp5xx.h
number = $(shell sed -n 's/^.define SMTP5XX_VERSION_$(1) //p' '$(header)')
VERSION := $(call number,MAJOR).$(call number,MINOR).$(call number,PATCH)
# The number of the binary interface. It changes when that breaks, and never with a release as such: docs/abi.md.
ABI := 0

WARNINGS = -Wall -Wextra -Wpedantic -Wconversion -Wshadow $(if $(filter-out 0,$(WERROR)),-Werror)
# No folder of the machine that builds goes into what is built, so that two builds of the same sources are the same bytes.
nowhere = $(foreach folder,$(CURDIR) $(abspath $(srcdir)) $(patsubst %/,%,$(dir $(B))),-fdebug-prefix-map=$(folder)=.)
own_flags = -std=c11 $(WARNINGS) $(nowhere) -I$(srcdir)/include
# What the user gives comes last, and so wins.
compile = $(CC) $(own_flags) $(1) -MMD -MP $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

# The system for which the compiler builds, and not the one on which it runs, decides on the form of a shared library.
system := $(shell $(CC) -dumpmachine)
ifneq ($(findstring darwin,$(system)),)
shared_links := libsmtp5xx.$(ABI).dylib libsmtp5xx.dylib
shared := libsmtp5xx.$(VERSION).dylib
exports := $(B)/lib/exports
share = $(CC) -dynamiclib -Wl,-exported_symbols_list,$(exports) -compatibility_version 1 -current_version $(VERSION) \
	-install_name '$(1)/libsmtp5xx.$(ABI).dylib' -o $@ $(B)/lib/library.lo $(CFLAGS) $(LDFLAGS)
origin := @loader_path
# A Mach-O library carries the path of its own installation, so that the installed one is linked anew.
shared_install := $(B)/install/$(shared)
else
shared_links := libsmtp5xx.so.$(ABI) libsmtp5xx.so
shared := libsmtp5xx.so.$(VERSION)
exports := $(srcdir)/lib/libsmtp5xx.map
share = $(CC) -shared -Wl,-soname,libsmtp5xx.so.$(ABI) -Wl,--version-script=$(exports) -Wl,-z,defs -Wl,-z,noexecstack \
	-o $@ $(B)/lib/library.lo $(CFLAGS) $(LDFLAGS)
origin := $$ORIGIN
shared_install := $(B)/$(shared)
endif

program_objects := $(patsubst $(srcdir)/%.c,$(B)/%.o,$(sort $(wildcard $(srcdir)/examples/*.c)))
dsn_objects := $(if $(DSN_PACKAGE),$(patsubst $(srcdir)/%.c,$(B)/%.o,$(sort $(wildcard $(srcdir)/examples/dsn/*.c))))
check_objects := $(patsubst $(srcdir)/%.c,$(B)/%.o,$(sort $(wildcard $(srcdir)/tests/check_*.c)))
generator_objects := $(patsubst $(srcdir)/%.c,$(B)/%.o,$(sort $(wildcard $(srcdir)/lib/gen/*.c)))
# The text tables; other ones may be given: make TABLES=/path/to/table
TABLES = $(srcdir)/lib/table
tables = $(wildcard $(TABLES) $(TABLES)/* $(TABLES)/rules/*)
scripts := $(patsubst $(srcdir)/tests/%.sh,check-%,$(sort $(wildcard $(srcdir)/tests/*.sh)))
pages := $(filter-out $(if $(DSN_PACKAGE),,$(srcdir)/docs/smtp5xx-dsn.1),$(sort $(wildcard $(srcdir)/docs/*.[13])))
documents := $(sort $(wildcard $(srcdir)/README.md $(srcdir)/CHANGELOG.md $(srcdir)/SECURITY.md $(srcdir)/LICENSE $(srcdir)/docs/*.md $(srcdir)/docs/*.svg))

.PHONY: all lib dsn dsn-long check check-all check-each check-unit need-check $(scripts) docs-lint demo golden tree bench bench-callgrind bench-log install uninstall \
	dist distcheck amalgamation clean distclean print-version FORCE

all: lib $(B)/smtp5xx $(B)/install/smtp5xx $(shared_install) dsn
lib: $(B)/libsmtp5xx.a $(addprefix $(B)/,$(shared) $(shared_links)) $(B)/smtp5xx.pc

# Library

# A file that changes when the compiler or its flags do, so that no two kinds of objects are ever mixed.
quote = '$(subst ','\'',$(1))'
replace = mkdir -p '$(@D)' && cat > '$@'.$$$$ && { cmp -s '$@'.$$$$ '$@' && rm '$@'.$$$$ || mv '$@'.$$$$ '$@'; }
$(B)/flags: FORCE
	@printf '%s\n' $(call quote,$(CC) $(own_flags) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) $(JANSSON_LIBS) $(log_flags)) \
		$(call quote,$(CC_FOR_BUILD) $(CFLAGS_FOR_BUILD)) | { $(replace); }

$(B)/lib/gen/%.o: $(srcdir)/lib/gen/%.c $(B)/flags
	@mkdir -p '$(@D)'
	$(CC_FOR_BUILD) $(own_flags) -MMD -MP $(CFLAGS_FOR_BUILD) -c -o $@ $<

$(B)/gen/tablegen: $(generator_objects)
	@mkdir -p '$(@D)'
	$(CC_FOR_BUILD) $(CFLAGS_FOR_BUILD) -o $@ $^

$(B)/tables.h: $(B)/gen/tablegen $(tables)
	$(B)/gen/tablegen $(TABLES) $@ $(B)/rule_texts.h
$(B)/rule_texts.h: $(B)/tables.h ;

# One translation unit holds the library, so that nothing but its interface has a name outside. The header that the first
# build lacks is there before it (|); afterwards the compiler's own list of what it read decides. clang would make bcmp of a
# memcmp that is only compared with 0, and bcmp is not among what the library may ask for.
library_flags = -fvisibility=hidden -fno-builtin-bcmp -I$(B)
$(B)/lib/library.o: $(srcdir)/lib/library.c $(B)/flags | $(B)/tables.h
	@mkdir -p '$(@D)'
	$(call compile,$(library_flags))
$(B)/lib/library.lo: $(srcdir)/lib/library.c $(B)/flags | $(B)/tables.h
	@mkdir -p '$(@D)'
	$(call compile,$(library_flags) -fPIC -MF $(B)/lib/library.lo.d)

$(B)/libsmtp5xx.a: $(B)/lib/library.o
	rm -f $@
	$(AR) rcs $@ $^
$(B)/$(shared): $(B)/lib/library.lo $(exports)
	$(call share,@rpath)
$(addprefix $(B)/,$(shared_links)): $(B)/$(shared)
	ln -sf $(shared) $@

$(B)/lib/exports: $(srcdir)/lib/libsmtp5xx.map
	@mkdir -p '$(@D)'
	sed -n 's/^ *\(smtp5xx_[a-z0-9_]*\);.*/_\1/p' $< > $@
ifneq ($(shared_install),$(B)/$(shared))
$(shared_install): $(B)/lib/library.lo $(exports) FORCE
	@mkdir -p '$(@D)'
	$(call share,$(libdir))
endif

# Directories below the prefix are written as such, so that pkg-config --define-variable=prefix=... moves them along.
below = $(patsubst $(prefix)/%,$${prefix}/%,$(1))
$(B)/smtp5xx.pc: $(srcdir)/lib/libsmtp5xx.pc.in FORCE
	@sed -e 's|@prefix@|$(prefix)|' -e 's|@libdir@|$(call below,$(libdir))|' \
		-e 's|@includedir@|$(call below,$(includedir))|' -e 's|@VERSION@|$(VERSION)|' '$<' | { $(replace); }

# Program: the one in the build directory finds the library beside it, the installed one where the system looks.

# It shows the rules' phrases, samples and sources, which the table compiler writes into a header.

$(B)/examples/%.o: $(srcdir)/examples/%.c $(B)/flags | $(B)/rule_texts.h
	@mkdir -p '$(@D)'
	$(call compile,-I$(B) -pthread $(log_flags))
$(B)/smtp5xx: $(program_objects) $(B)/$(shared) $(addprefix $(B)/,$(shared_links))
	$(CC) -Wl,-rpath,'$(origin)' -o $@ $(program_objects) $(B)/$(shared) $(CFLAGS) $(LDFLAGS) $(JANSSON_LIBS) -pthread $(log_libs)
$(B)/install/smtp5xx: $(program_objects) $(shared_install) $(addprefix $(B)/,$(shared_links))
	@mkdir -p '$(@D)'
	$(CC) -o $@ $(program_objects) $(shared_install) $(CFLAGS) $(LDFLAGS) $(JANSSON_LIBS) -pthread $(log_libs)

# smtp5xx-dsn, in the same way.
dsn: $(if $(DSN_PACKAGE),$(B)/smtp5xx-dsn $(B)/install/smtp5xx-dsn)
	$(if $(DSN_PACKAGE),,@echo 'smtp5xx-dsn is left out: there is no GMime 3 (apt-get install libgmime-3.0-dev)')
$(B)/examples/dsn/%.o: $(srcdir)/examples/dsn/%.c $(B)/flags
	@mkdir -p '$(@D)'
	$(call compile,$(shell $(PKG_CONFIG) --cflags $(DSN_PACKAGE)))
dsn_libs = $(JANSSON_LIBS) $(shell $(PKG_CONFIG) --libs $(DSN_PACKAGE))
$(B)/smtp5xx-dsn: $(dsn_objects) $(B)/$(shared) $(addprefix $(B)/,$(shared_links))
	$(CC) -Wl,-rpath,'$(origin)' -o $@ $(dsn_objects) $(B)/$(shared) $(CFLAGS) $(LDFLAGS) $(dsn_libs)
$(B)/install/smtp5xx-dsn: $(dsn_objects) $(shared_install) $(addprefix $(B)/,$(shared_links))
	@mkdir -p '$(@D)'
	$(CC) -o $@ $(dsn_objects) $(shared_install) $(CFLAGS) $(LDFLAGS) $(dsn_libs)

demo: $(B)/smtp5xx
	@cd $(srcdir) && $(EXEC) $(B)/smtp5xx explain --file examples/rejections.txt

# Tests. EXEC runs programs that are built for another machine: make check EXEC=qemu-aarch64

# As many tests at a time as there are processors, unless -j says otherwise. Those that mostly wait begin first.
waiting := $(filter check-mailers,$(scripts))
processors = $(or $(shell getconf _NPROCESSORS_ONLN 2>/dev/null),1)
check: all need-check
	+@$(MAKE) --no-print-directory -f $(call quote,$(abspath $(firstword $(MAKEFILE_LIST)))) \
		$(if $(filter -j% --jobserver%,$(MAKEFLAGS)),,-j$(processors) $(if $(filter output-sync,$(.FEATURES)),-O)) check-each
check-each: $(waiting) check-unit $(filter-out $(waiting),$(scripts))

need-check:
	@$(PKG_CONFIG) --exists check || { echo 'make check needs Check and pkg-config: apt-get install check pkg-config' >&2; \
		exit 1; }
$(B)/tests/check_%.o: $(srcdir)/tests/check_%.c $(B)/flags | need-check
	@mkdir -p '$(@D)'
	$(call compile,$(shell $(PKG_CONFIG) --cflags check))
$(B)/tests/check: $(check_objects) $(B)/$(shared) $(addprefix $(B)/,$(shared_links))
	$(CC) -Wl,-rpath,'$(origin)/..' -o $@ $(check_objects) $(B)/$(shared) $(CFLAGS) $(LDFLAGS) \
		$(shell $(PKG_CONFIG) --libs check)
check-unit: $(B)/tests/check
	@cd $(srcdir) && BUILD=$(B) $(EXEC) $(B)/tests/check

# A script may run make itself (+), for instance to install.
$(scripts): check-%: $(srcdir)/tests/%.sh all
	+@cd $(srcdir) && BUILD=$(call quote,$(B)) CC=$(call quote,$(CC)) MAKE=$(call quote,$(MAKE)) \
		MAKEFILE=$(call quote,$(abspath $(firstword $(MAKEFILE_LIST)))) MAKEDIR=$(call quote,$(CURDIR)) \
		PKG_CONFIG=$(call quote,$(PKG_CONFIG)) VERSION=$(VERSION) sh tests/$*.sh
docs-lint: check-docs
# A box of 100,000 messages, a minute or so; make check has a short one.
dsn-long: all
	@cd $(srcdir) && BUILD=$(B) DSN_MESSAGES=100000 sh tests/dsn.sh
check-corpus: $(B)/tests/corpus
check-log: $(B)/tests/log_data

$(B)/tests/log_data: $(srcdir)/tests/log_data.c $(B)/flags
	@mkdir -p '$(@D)'
	$(CC) $(own_flags) -MMD -MP -MF $@.d $(CPPFLAGS) $(CFLAGS) -o $@ $< $(LDFLAGS)
check-all: check bench distcheck

# What the library says of the corpus, as a file of the sources: so that a change of the rules shows in review.
$(B)/tests/corpus: $(srcdir)/tests/corpus.c $(B)/flags $(B)/libsmtp5xx.a
	@mkdir -p '$(@D)'
	$(CC) $(own_flags) -MMD -MP -MF $@.d $(CPPFLAGS) $(CFLAGS) -o $@ $< $(B)/libsmtp5xx.a $(LDFLAGS)
golden: $(B)/tests/corpus
	@cd $(srcdir)/tests/corpus && LC_ALL=C && { $(EXEC) $(B)/tests/corpus ./*.txt > $(B)/tests/golden || test $$? = 1; } && \
		mv $(B)/tests/golden ../corpus.golden

# The decision tree for people: the page, and its picture by Graphviz, without the comments that name its version.
tree: $(B)/smtp5xx
	@command -v dot >/dev/null || { echo 'make tree needs Graphviz: apt-get install graphviz' >&2; exit 1; }
	@cd $(srcdir) && { cat docs/decision-tree.in && $(EXEC) $(B)/smtp5xx tree --output markdown; } > $(B)/decision-tree.md && \
		$(EXEC) $(B)/smtp5xx tree --output dot > $(B)/decision-tree.dot && dot -Tsvg $(B)/decision-tree.dot | \
		sed '/^<!--.*-->$$/d; /^<!-- Generated/,/-->$$/d' > $(B)/decision-tree.svg && \
		mv $(B)/decision-tree.md $(B)/decision-tree.svg docs

# The benchmark. The engines that it measures beside the library are linked where pkg-config finds them; RE2 needs a C++
# compiler. make bench BENCH_HYPERSCAN=all has Hyperscan compile all expressions, which takes it minutes.
bench_sources := $(sort $(wildcard $(srcdir)/tests/bench*.c))
bench_objects := $(patsubst $(srcdir)/%.c,$(B)/%.o,$(bench_sources))
bench_found = $(shell command -v $(CXX) >/dev/null && $(PKG_CONFIG) --exists re2 && echo re2; \
	for name in libhs libpcre2-8; do $(PKG_CONFIG) --exists $$name && echo $$name; done)
bench_has = $(shell cat $(B)/tests/bench.engines)
bench_config = $(if $(bench_has),$(shell $(PKG_CONFIG) $(1) $(bench_has)))
bench_flags = $(if $(filter re2,$(bench_has)),-DBENCH_RE2) $(if $(filter libhs,$(bench_has)),-DBENCH_HYPERSCAN) \
	$(if $(filter libpcre2-8,$(bench_has)),-DBENCH_PCRE2) $(call bench_config,--cflags)
CXXFLAGS ?= -O2 -g
python = command -v python3 >/dev/null || { echo 'make bench needs Python 3: apt-get install python3' >&2; exit 1; }; python3 -B

$(B)/tests/bench.engines: FORCE
	@printf '%s\n' '$(bench_found)' | { $(replace); }
$(bench_objects): $(B)/tests/%.o: $(srcdir)/tests/%.c $(B)/flags $(B)/tests/bench.engines
	@mkdir -p '$(@D)'
	$(call compile,$(bench_flags))
$(B)/tests/bench: $(bench_objects) $(srcdir)/tests/bench_re2.cc $(B)/libsmtp5xx.a
	$(if $(filter re2,$(bench_has)),$(CXX) -std=c++17 $(WARNINGS) -I$(srcdir)/include $(bench_flags) $(CPPFLAGS) \
		$(CXXFLAGS) -c -o $(B)/tests/bench_re2.o $(srcdir)/tests/bench_re2.cc)
	$(if $(filter re2,$(bench_has)),$(CXX),$(CC)) -o $@ $(bench_objects) $(if $(filter re2,$(bench_has)),$(B)/tests/bench_re2.o) \
		$(B)/libsmtp5xx.a $(CFLAGS) $(LDFLAGS) $(call bench_config,--libs)
$(B)/tests/bench_corpus.txt: $(srcdir)/tests/bench_corpus.py $(srcdir)/tests/bench_rules.py $(tables)
	@mkdir -p '$(@D)'
	@$(python) $< $(TABLES) $@
$(B)/tests/bench_expressions.txt: $(srcdir)/tests/bench_export.py $(srcdir)/tests/bench_rules.py $(tables)
	@mkdir -p '$(@D)'
	@$(python) $< $(TABLES) $@
bench: $(B)/tests/bench $(B)/tests/bench_corpus.txt $(B)/tests/bench_expressions.txt
	@$(EXEC) $(B)/tests/bench $(B)/tests/bench_corpus.txt $(B)/tests/bench_expressions.txt
	@$(python) $(srcdir)/tests/bench_sizes.py $(B)/lib/library.o
# Instructions for each reply, which no load of the machine changes.
bench-callgrind: $(B)/tests/bench $(B)/tests/bench_corpus.txt
	@$(python) $(srcdir)/tests/bench_callgrind.py $(B)/tests/bench $(B)/tests/bench_corpus.txt

include $(srcdir)/tests/trust.mk
include $(srcdir)/tests/release.mk
include $(srcdir)/docs/site/site.mk

# smtp5xx log beside grep, wc, pflogsumm and Perl, on a log of SIZE mebibytes, which goes afterwards.
SIZE = 1024
bench-log: $(B)/smtp5xx $(B)/tests/log_data $(B)/tests/bench_expressions.txt
	@$(python) $(srcdir)/tests/log_bench.py $(B)/smtp5xx $(B)/tests/log_data $(B)/tests/bench_expressions.txt $(B)/log_bench $(SIZE)

# Installation. A page is also found under the other names that its NAME section lists.

at = '$(DESTDIR)$(1)'
page_names = sed -n '/^\.Sh NAME/,/^\.Sh [^N]/s/^\.Nm \([^ ]*\).*/\1/p' '$(1)'
install: all
	$(INSTALL) -d $(call at,$(bindir)) $(call at,$(libdir)) $(call at,$(includedir)) $(call at,$(pkgconfigdir)) \
		$(call at,$(docdir)) $(call at,$(mandir)/man1) $(call at,$(mandir)/man3)
	$(INSTALL) -m 755 $(B)/install/smtp5xx $(if $(DSN_PACKAGE),$(B)/install/smtp5xx-dsn) $(call at,$(bindir))
	$(INSTALL) -m 644 $(B)/libsmtp5xx.a $(call at,$(libdir))
	$(INSTALL) -m 755 $(shared_install) $(call at,$(libdir))
	for link in $(shared_links); do ln -sf $(shared) $(call at,$(libdir))/$$link || exit 1; done
	$(INSTALL) -m 644 $(header) $(call at,$(includedir))
	$(INSTALL) -m 644 $(B)/smtp5xx.pc $(call at,$(pkgconfigdir))
	$(if $(documents),$(INSTALL) -m 644 $(documents) $(call at,$(docdir)))
	$(foreach page,$(pages),$(call install_page,$(page),$(patsubst .%,%,$(suffix $(page)))) &&) :
install_page = $(INSTALL) -m 644 $(1) $(call at,$(mandir)/man$(2)) && \
	for name in $$($(call page_names,$(1))); do \
	test $$name.$(2) = $(notdir $(1)) || ln -sf $(notdir $(1)) $(call at,$(mandir)/man$(2))/$$name.$(2) || exit 1; done

uninstall:
	rm -f $(call at,$(bindir)/smtp5xx) $(call at,$(bindir)/smtp5xx-dsn) $(call at,$(includedir)/smtp5xx.h) $(call at,$(pkgconfigdir)/smtp5xx.pc) \
		$(foreach name,libsmtp5xx.a $(shared) $(shared_links),$(call at,$(libdir)/$(name))) \
		$(foreach document,$(documents),$(call at,$(docdir)/$(notdir $(document))))
	$(foreach page,$(pages),$(call uninstall_page,$(page),$(patsubst .%,%,$(suffix $(page)))) &&) :
	test ! -d $(call at,$(docdir)) || rmdir $(call at,$(docdir))
uninstall_page = for name in $(basename $(notdir $(1))) $$($(call page_names,$(1))); do \
	rm -f $(call at,$(mandir)/man$(2))/$$name.$(2) || exit 1; done

# Releases

amalgamation: $(B)/tables.h
	@mkdir -p $(B)/amalgamation
	sh $(srcdir)/lib/amalgamate.sh $(srcdir) $(B)/tables.h $(B)/amalgamation

# The tarball holds what git has at DIST_REF, and configure, so that who builds from it needs no autoconf. In an unpacked
# tarball, where git knows nothing, it holds the sources as they are.
DIST_REF = HEAD
dist_name := libsmtp5xx-$(VERSION)
sources := .ci .clang-tidy .gitignore CHANGELOG.md LICENSE Makefile README.md SECURITY.md configure.ac debian docs examples include lib tests
# Who packs, when and with which umask does not show: owners, modes and order are fixed, and the date is that of the last change.
same_tar := tar --sort=name --owner=0 --group=0 --numeric-owner --mode=u+rwX,go+rX,go-w --format=ustar
dist:
	rm -rf $(B)/dist
	mkdir -p $(B)/dist/$(dist_name)
	if test -e $(srcdir)/.git; then git -C $(srcdir) archive $(DIST_REF); \
		else tar -C $(srcdir) -cf - $(sources); fi | tar -C $(B)/dist/$(dist_name) -xf -
	cd $(B)/dist/$(dist_name) && $(AUTOCONF) && rm -rf autom4te.cache
	if tar --version | grep -q GNU; \
		then $(same_tar) --mtime=$(B)/dist/$(dist_name)/include/smtp5xx.h -C $(B)/dist -cf - $(dist_name); \
		else tar -C $(B)/dist -cf - $(dist_name); fi | gzip -9n > $(dist_name).tar.gz

distcheck: dist
	sh $(srcdir)/lib/distcheck.sh $(dist_name).tar.gz $(B)/distcheck '$(MAKE)'

clean:
	rm -rf $(B)
distclean: clean
	rm -rf config.mk config.log config.status autom4te.cache
print-version:
	@echo $(VERSION)

-include $(wildcard $(B)/lib/*.d $(B)/lib/gen/*.d $(B)/examples/*.d $(B)/examples/dsn/*.d $(B)/tests/*.d)
