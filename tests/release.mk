# Targets for those who package the library or call it from elsewhere. The Makefile includes this. SPDX-License-Identifier: MIT

.PHONY: bench-bindings

# How a script of tests/lib is called, as the Makefile calls those of tests.
release_script = cd $(srcdir) && BUILD=$(call quote,$(B)) CC=$(call quote,$(CC)) MAKE=$(call quote,$(MAKE)) \
	MAKEFILE=$(call quote,$(abspath $(firstword $(MAKEFILE_LIST)))) MAKEDIR=$(call quote,$(CURDIR)) VERSION=$(VERSION) \
	sh tests/lib/$(1)

# What a call costs from other languages.
bench-bindings: all
	+@$(call release_script,bench_bindings.sh)
