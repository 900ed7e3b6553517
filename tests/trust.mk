# What shows that the library can be trusted with hostile text: docs/trust.md. Part of the Makefile. SPDX-License-Identifier: MIT

# Fuzzing. Each target is linked with a driver: replay.c, which needs no fuzzer, or libFuzzer, for which `make fuzz` builds all
# anew with clang and its sanitizers, below $(B)/fuzzer.
fuzz_targets := $(patsubst $(srcdir)/tests/fuzz/fuzz_%.c,%,$(sort $(wildcard $(srcdir)/tests/fuzz/fuzz_*.c)))
fuzz_programs := $(addprefix $(B)/fuzz/,$(fuzz_targets))
FUZZ_DRIVER = $(B)/fuzz/replay.o
SECONDS = 60

.PHONY: fuzz fuzz-programs

$(B)/fuzz/%.o: $(srcdir)/tests/fuzz/%.c $(B)/flags | $(B)/tables.h
	@mkdir -p '$(@D)'
	$(call compile,-I$(B) -I$(srcdir)/lib -I$(srcdir)/examples -fno-builtin-bcmp)
# words includes the library; rules and program are the program's own files.
$(filter-out %/words %/rules %/program,$(fuzz_programs)): $(B)/fuzz/%: $(B)/fuzz/fuzz_%.o $(B)/fuzz/fuzz.o $(B)/libsmtp5xx.a $(FUZZ_DRIVER)
	$(CC) -o $@ $(filter-out %/replay.o,$(filter %.o,$^)) $(FUZZ_DRIVER) $(B)/libsmtp5xx.a $(CFLAGS) $(LDFLAGS)
$(B)/fuzz/words: $(B)/fuzz/fuzz_words.o $(B)/fuzz/fuzz.o $(FUZZ_DRIVER)
	$(CC) -o $@ $(B)/fuzz/fuzz_words.o $(B)/fuzz/fuzz.o $(FUZZ_DRIVER) $(CFLAGS) $(LDFLAGS)
$(B)/fuzz/rules: $(B)/fuzz/fuzz_rules.o $(B)/fuzz/fuzz.o $(B)/examples/rules.o $(B)/libsmtp5xx.a $(FUZZ_DRIVER)
	$(CC) -o $@ $(B)/fuzz/fuzz_rules.o $(B)/fuzz/fuzz.o $(B)/examples/rules.o $(FUZZ_DRIVER) $(B)/libsmtp5xx.a $(CFLAGS) $(LDFLAGS)
$(B)/fuzz/program: $(B)/fuzz/fuzz_program.o $(B)/fuzz/fuzz.o $(program_objects) $(B)/libsmtp5xx.a $(FUZZ_DRIVER)
	$(CC) -o $@ -Wl,--wrap=complain $(B)/fuzz/fuzz_program.o $(B)/fuzz/fuzz.o $(filter-out %/smtp5xx.o,$(program_objects)) \
		$(FUZZ_DRIVER) $(B)/libsmtp5xx.a $(CFLAGS) $(LDFLAGS) $(JANSSON_LIBS)
fuzz-programs: $(fuzz_programs)

check-fuzz: $(fuzz_programs)
# SECONDS for each target; TARGETS chooses some: make fuzz SECONDS=600 TARGETS='parse words'
fuzz:
	+@cd $(srcdir) && BUILD=$(call quote,$(B)) MAKE=$(call quote,$(MAKE)) MAKEFILE=$(call quote,$(abspath $(firstword $(MAKEFILE_LIST)))) \
		SECONDS_EACH=$(SECONDS) TARGETS='$(if $(TARGETS),$(TARGETS),$(fuzz_targets))' sh tests/fuzz/run.sh

-include $(wildcard $(B)/fuzz/*.d)
