# The reference as static pages: make docs writes them to build/site. The Makefile includes this. SPDX-License-Identifier: MIT
#
# The library and the program's card become WebAssembly: that takes clang and lld, and Python 3 writes the pages.

.PHONY: docs
WASM_CC = clang
WASM_LD = wasm-ld
site := $(srcdir)/docs/site
wasm_compile = $(WASM_CC) --target=wasm32 -std=c11 -Oz -ffreestanding -nostdlibinc -fno-builtin -fvisibility=hidden \
	-ffunction-sections -fdata-sections $(WARNINGS) -I$(site)/wasm/include -I$(srcdir)/include -I$(B) -MMD -MP -c -o $@ $<
need_wasm = command -v $(WASM_CC) >/dev/null && command -v $(WASM_LD) >/dev/null || \
	{ echo 'make docs needs clang and lld: apt-get install clang lld' >&2; exit 1; }

$(B)/site.wasm/library.o: $(srcdir)/lib/library.c | $(B)/tables.h
	@mkdir -p '$(@D)'
	@$(need_wasm)
	$(wasm_compile)
$(B)/site.wasm/%.o: $(site)/wasm/%.c | $(B)/tables.h
	@mkdir -p '$(@D)'
	@$(need_wasm)
	$(wasm_compile)
$(B)/site.wasm/smtp5xx.wasm: $(B)/site.wasm/library.o $(B)/site.wasm/card.o $(B)/site.wasm/libc.o
	$(WASM_LD) --no-entry --gc-sections --strip-all -z stack-size=262144 -o $@ $^

# Files cannot be fetched from a page that is a file itself: so the module is a text in a script.
docs: $(B)/site.wasm/smtp5xx.wasm $(B)/smtp5xx
	@rm -rf $(B)/site
	@mkdir -p $(B)/site
	@cp $(site)/style.css $(site)/search.js $(site)/card.js $(site)/icon.svg $(B)/site
	@{ printf "'use strict';\nconst WASM = '"; base64 $< | tr -d '\n'; printf "';\n"; } > $(B)/site/wasm.js
	@$(python) $(site)/site.py $(B)/smtp5xx $(B)/site

-include $(wildcard $(B)/site.wasm/*.d)
