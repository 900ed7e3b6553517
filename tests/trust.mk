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
		$(FUZZ_DRIVER) $(B)/libsmtp5xx.a $(CFLAGS) $(LDFLAGS) $(JANSSON_LIBS) $(log_libs) -pthread
fuzz-programs: $(fuzz_programs)

check-fuzz: $(fuzz_programs)
# SECONDS for each target; TARGETS chooses some: make fuzz SECONDS=600 TARGETS='parse words'. With RUNS and SEED the same
# inputs come in each run: make fuzz RUNS=2000 SEED=1. SEED is that of the mutants below, 1 if nobody gives one; a search for
# SECONDS has another one each time, unless it is given.
fuzz:
	+@cd $(srcdir) && BUILD=$(call quote,$(B)) MAKE=$(call quote,$(MAKE)) MAKEFILE=$(call quote,$(abspath $(firstword $(MAKEFILE_LIST)))) \
		SECONDS_EACH=$(SECONDS) RUNS=$(RUNS) SEED=$(if $(RUNS)$(filter command%,$(origin SEED)),$(SEED)) TARGETS='$(if $(TARGETS),$(TARGETS),$(fuzz_targets))' sh tests/fuzz/run.sh

# Threads

$(B)/trust/threads: $(srcdir)/tests/trust/threads.c $(B)/flags $(B)/libsmtp5xx.a
	@mkdir -p '$(@D)'
	$(CC) $(own_flags) -pthread -MMD -MP -MF $@.d $(CPPFLAGS) $(CFLAGS) -o $@ $< $(B)/libsmtp5xx.a $(LDFLAGS)
check-threads: $(B)/trust/threads

# Sanitizers: each builds all anew, in a directory of its own. The table compiler leaves its memory to the end of the process,
# which is no leak to look for. The parts that say nothing new are left out: MemorySanitizer knows neither Check nor jansson,
# so that it runs the replies of the corpus and the fuzzing targets; ThreadSanitizer the threads.
.PHONY: check-sanitizers check-asan check-asan-here check-msan check-msan-here check-tsan check-tsan-here check-memcheck check-trapv
again = +@$(MAKE) -s -f $(abspath $(firstword $(MAKEFILE_LIST))) BUILD=$(B)/$(1)
need = @command -v $(1) >/dev/null || { echo '$@ needs $(1): apt-get install $(2)' >&2; exit 1; }
no_recover = -O1 -g -fno-sanitize-recover=all -fno-omit-frame-pointer

check-sanitizers: check-asan check-msan check-tsan check-memcheck check-trapv
check-asan:
	$(call again,asan) CFLAGS='$(no_recover) -fsanitize=address,undefined' \
		CFLAGS_FOR_BUILD='$(no_recover) -fsanitize=address,undefined' check-asan-here
check-asan-here: export ASAN_OPTIONS=detect_leaks=0:strict_string_checks=1:detect_stack_use_after_return=1
check-asan-here: export CK_FORK=no
check-asan-here: check-unit $(filter check-program check-log check-redact check-tablegen check-threads check-fuzz,$(scripts))
check-msan:
	$(call need,clang,clang libclang-rt-dev)
	$(call again,msan) CC=clang CC_FOR_BUILD=clang CFLAGS='$(no_recover) -fsanitize=memory -fsanitize-memory-track-origins' \
		CFLAGS_FOR_BUILD='$(no_recover) -fsanitize=memory' check-msan-here
check-msan-here: $(B)/tests/corpus $(filter-out %/program,$(fuzz_programs))
	cd $(srcdir)/tests/corpus && LC_ALL=C && $(B)/tests/corpus ./*.txt | cmp - ../corpus.golden
	@cd $(srcdir) && for target in $(filter-out program,$(fuzz_targets)); do \
		$(B)/fuzz/$$target 10000 2034 tests/fuzz/seeds/$$target/* 2>$(B)/fuzz/$$target.log && echo "PASS $$target: MemorySanitizer" || \
		{ tail -n 40 $(B)/fuzz/$$target.log; exit 1; }; done
check-tsan:
	$(call again,tsan) CFLAGS='-O1 -g -fsanitize=thread' check-tsan-here
check-tsan-here: $(B)/trust/threads
	cd $(srcdir) && TSAN_OPTIONS=halt_on_error=1 $(B)/trust/threads 2 tests/corpus/*.txt
# What is read without having been written: one suite calls every function, the program says all that it can say, and the
# others would take minutes. Leaks are the program's; the library has no memory of its own.
check-memcheck: $(B)/tests/check $(B)/smtp5xx $(B)/fuzz/parse $(B)/fuzz/classify
	$(call need,valgrind,valgrind)
	@cd $(srcdir) && for suite in abi hostile; do \
		CK_FORK=no CK_RUN_SUITE=$$suite BUILD=$(B) valgrind -q --error-exitcode=1 $(B)/tests/check || exit 1; done
	@cd $(srcdir) && for target in parse classify; do \
		valgrind -q --error-exitcode=1 $(B)/fuzz/$$target 100 821 tests/fuzz/seeds/$$target/* 2>$(B)/fuzz/$$target.log || \
		{ tail -n 40 $(B)/fuzz/$$target.log; exit 1; }; done
	@cd $(srcdir) && valgrind -q --error-exitcode=1 --leak-check=full --errors-for-leak-kinds=definite \
		$(B)/smtp5xx explain --why --file examples/rejections.txt >/dev/null && echo 'PASS valgrind memcheck'
check-trapv:
	$(call again,trapv) CFLAGS='-O1 -g -ftrapv' check-unit

# Analysers, over the library and the programs. The checks are named in .clang-tidy, examples/.clang-tidy and
# tests/trust/cppcheck.txt; gcc's own are all that it has for C, but that it takes the length of a run of bits, which is 1 to 64,
# for any number; UndefinedBehaviorSanitizer looks at these shifts.
.PHONY: analyse analyse-clang-tidy analyse-cppcheck analyse-gcc
analyse: analyse-clang-tidy analyse-cppcheck analyse-gcc
analysed := $(sort $(wildcard $(srcdir)/examples/*.c) $(if $(DSN_PACKAGE),$(wildcard $(srcdir)/examples/dsn/*.c)))
analyse_flags = -std=c11 -Iinclude -I$(B) -pthread $(log_flags) $(if $(DSN_PACKAGE),$(shell $(PKG_CONFIG) --cflags $(DSN_PACKAGE)))
analyse-clang-tidy: $(B)/tables.h
	$(call need,clang-tidy,clang-tidy)
	@cd $(srcdir) && printf '%s\n' lib/library.c $(analysed:$(srcdir)/%=%) | xargs -P $(processors) -I '{}' sh -c \
		'said=$$(clang-tidy --quiet "{}" -- -Ilib $(analyse_flags) 2>&1) || { printf "%s\n" "$$said"; exit 1; }' && \
		echo 'PASS clang-tidy: library and programs'
analyse-cppcheck:
	$(call need,cppcheck,cppcheck)
	@cd $(srcdir) && cppcheck --quiet --enable=warning,performance,portability,style --std=c11 --inline-suppr -Iinclude -Ilib \
		--suppressions-list=tests/trust/cppcheck.txt --error-exitcode=1 lib/*.c examples/*.c examples/dsn/*.c && \
		echo 'PASS cppcheck: library and programs'
analyse-gcc: $(B)/tables.h
	$(call need,gcc,gcc)
	@cd $(srcdir) && gcc -std=c11 $(WARNINGS) -Wno-unused-function -Werror -fanalyzer -Wno-analyzer-shift-count-overflow \
		-O2 -Iinclude -Ilib -I$(B) -c -o $(B)/analysed.o lib/library.c && echo 'PASS gcc -fanalyzer: library'
	@cd $(srcdir) && for file in $(analysed:$(srcdir)/%=%); do \
		gcc $(analyse_flags) $(WARNINGS) -Werror -fanalyzer -O2 -c -o $(B)/analysed.o $$file || exit 1; done && \
		echo 'PASS gcc -fanalyzer: programs'

# The worst input: check-worst measures what is known, worst looks for more.
.PHONY: worst
ROUNDS = 5000
$(B)/trust/worst: $(srcdir)/tests/trust/worst.c $(B)/flags $(B)/fuzz/fuzz.o $(B)/libsmtp5xx.a
	@mkdir -p '$(@D)'
	$(CC) $(own_flags) -MMD -MP -MF $@.d $(CPPFLAGS) $(CFLAGS) -o $@ $< $(B)/fuzz/fuzz.o $(B)/libsmtp5xx.a $(LDFLAGS)
check-worst: $(B)/trust/worst
worst: $(B)/trust/worst
	$(call need,valgrind,valgrind)
	@cd $(srcdir) && BUILD=$(B) ROUNDS=$(ROUNDS) sh tests/trust/worst.sh

# Endurance: make soak COUNT=100000000
.PHONY: soak
COUNT = 10000000
$(B)/trust/soak: $(srcdir)/tests/trust/soak.c $(B)/flags $(B)/libsmtp5xx.a
	@mkdir -p '$(@D)'
	$(CC) $(own_flags) -MMD -MP -MF $@.d $(CPPFLAGS) $(CFLAGS) -o $@ $< $(B)/libsmtp5xx.a $(LDFLAGS)
check-soak: $(B)/trust/soak
soak: $(B)/trust/soak
	@cd $(srcdir) && $(EXEC) $(B)/trust/soak $(COUNT) 5321 tests/corpus/*.txt

# Coverage and mutation
.PHONY: coverage mutate-code mutate-tables
LEAST = 97
N = 200
SEED = 1
coverage: $(B)/tests/check $(fuzz_programs)
	@cd $(srcdir) && BUILD=$(B) PKG_CONFIG=$(call quote,$(PKG_CONFIG)) LEAST=$(LEAST) sh tests/trust/coverage.sh
mutate-code mutate-tables: mutate-%: $(B)/tests/check $(B)/tests/corpus $(fuzz_programs)
	@cd $(srcdir) && $(python) tests/trust/mutate.py $* $(B) $(N) $(SEED) $(LEAST_SEEN)

-include $(wildcard $(B)/fuzz/*.d $(B)/trust/*.d)
