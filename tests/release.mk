# Targets for those who package the library or call it from elsewhere. The Makefile includes this. SPDX-License-Identifier: MIT

.PHONY: bench-bindings abi-baseline diff check-portable check-debian

# How a script of tests/lib is called, as the Makefile calls those of tests.
release_script = cd $(srcdir) && BUILD=$(call quote,$(B)) CC=$(call quote,$(CC)) MAKE=$(call quote,$(MAKE)) \
	MAKEFILE=$(call quote,$(abspath $(firstword $(MAKEFILE_LIST)))) MAKEDIR=$(call quote,$(CURDIR)) VERSION=$(VERSION) \
	sh tests/lib/$(1)

# What a call costs from other languages.
bench-bindings: all
	+@$(call release_script,bench_bindings.sh)

# The binary interface of this version, as libabigail reads it from the library: once for each release, and then never again.
abi-baseline: lib
	abidw --no-corpus-path --no-comp-dir-path --no-show-locs --no-parameter-names --no-elf-needed \
		--drop-private-types --headers-dir $(srcdir)/include --out-file $(srcdir)/tests/abi/$(basename $(VERSION)).abi $(B)/$(shared)

# Which verdicts an update changes, from the library that is named: make diff OLD=/usr/lib/libsmtp5xx.so.0 [NEW=...] [FILES=...]
NEW = $(B)/$(shared)
# Without a path of its own to the library, so that the script can choose which one it finds.
$(B)/tests/verdicts: $(srcdir)/tests/portable/verdicts.c $(B)/flags $(B)/$(shared) $(addprefix $(B)/,$(shared_links))
	@mkdir -p '$(@D)'
	$(CC) $(own_flags) $(CPPFLAGS) $(CFLAGS) -o $@ $< $(B)/$(shared) $(LDFLAGS)
diff: $(B)/tests/verdicts
	@BUILD=$(call quote,$(B)) sh $(srcdir)/lib/smtp5xx-diff.sh '$(OLD)' '$(NEW)' $(FILES) || test $$? = 1
check-diff: $(B)/tests/verdicts

# The same verdicts on other machines, with other C libraries and compilers: what is installed, or make check-portable TARGETS=...
check-portable: all
	+@TARGETS='$(TARGETS)' && export TARGETS && $(call release_script,portable.sh)

# Debian's packages, built, looked at and tried; INSTALL_PACKAGES=yes installs them for that.
check-debian:
	+@INSTALL_PACKAGES='$(INSTALL_PACKAGES)' && export INSTALL_PACKAGES && $(call release_script,debian.sh)
