// RE2::Set. It makes its automaton while it matches, so that the texts must have been matched once before one measures.
#include "bench.h"

#include <re2/re2.h>
#include <re2/set.h>

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

namespace {

std::unique_ptr<RE2::Set> set;
std::vector<int> matches;

size_t open_set(const bench_expressions *expressions) {
    RE2::Options options;
    options.set_case_sensitive(false);
    options.set_encoding(RE2::Options::EncodingLatin1); // Bytes: quicker than UTF-8, and no text is out of its reach.
    options.set_max_mem(int64_t{6} << 30);              // So that the automaton is never thrown away.
    options.set_log_errors(false);
    options.set_never_capture(true);
    set = std::make_unique<RE2::Set>(options, RE2::UNANCHORED);
    size_t taken = 0;
    for (size_t i = 0; i < expressions->count; i++) {
        std::string text = (expressions->borders[i] ? "[^a-z0-9\\x80-\\xff]" : "") + std::string(expressions->texts[i]), error;
        int index = set->Add(text, &error);
        if (index != static_cast<int>(i)) {
            std::fprintf(stderr, "bench: RE2: expression %zu, of rule %u: %s\n", i + 1, expressions->rules[i], error.c_str());
            return 0;
        }
        taken++;
    }
    if (!set->Compile()) {
        std::fputs("bench: RE2: the set is too large\n", stderr);
        return 0;
    }
    return taken;
}

size_t match(const char *text, size_t length, unsigned *found, size_t limit) {
    RE2::Set::ErrorInfo error;
    if (!set->Match({text, length}, &matches, &error)) {
        if (error.kind != RE2::Set::kNoError) {
            std::fputs("bench: RE2: out of memory; raise max_mem in bench_re2.cc\n", stderr);
            std::exit(1);
        }
        return 0;
    }
    for (size_t i = 0; i < matches.size() && i < limit; i++) {
        found[i] = static_cast<unsigned>(matches[i]);
    }
    return matches.size();
}

size_t match_any(const char *text, size_t length, unsigned *, size_t) {
    return set->Match({text, length}, nullptr);
}

} // namespace

extern "C" const bench_peer bench_re2 = {"RE2::Set", "libre2-dev", open_set, match, match_any, 1};
