/* The whole library as one translation unit: nothing but the public functions gets a name that a linker sees, in the
 * archive as well as in the shared object. The order is that of the data: bytes, tables, parse, words, match, classify, advise. */
#define INTERNAL static

#include "internal.h"

#include "tables.h"

#include "util.c"

#include "names.c"

#include "crosswalk.c"

#include "fold.c"

#include "parse.c"

#include "wrapped.c"

#include "markers.c"

#include "decode.c"

#include "unwrap.c"

#include "text.c"

#include "provider.c"

#include "dictionary.c"

#include "masks.c"

#include "compounds.c"

#include "words.c"

#include "hosts.c"

#include "hits.c"

#include "gapped.c"

#include "match.c"

#include "codes.c"

#include "details.c"

#include "caller.c"

#include "classify.c"

#include "advise.c"

#include "diagnose.c"

#include "redact.c"

#include "dsn.c"
