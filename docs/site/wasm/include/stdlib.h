/* What examples/explain.c uses of <stdlib.h>, for files alone. SPDX-License-Identifier: MIT */
#ifndef SITE_STDLIB_H
#define SITE_STDLIB_H
#include <stddef.h>
void *realloc(void *memory, size_t size);
void free(void *memory);
char *getenv(const char *name);
#endif
