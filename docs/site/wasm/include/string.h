/* What examples/ and lib/ use of <string.h>. SPDX-License-Identifier: MIT */
#ifndef SITE_STRING_H
#define SITE_STRING_H
#include <stddef.h>
void *memcpy(void *to, const void *from, size_t length);
void *memmove(void *to, const void *from, size_t length);
void *memset(void *to, int byte, size_t length);
int memcmp(const void *a, const void *b, size_t length);
void *memchr(const void *in, int byte, size_t length);
size_t strlen(const char *text);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t length);
char *strchr(const char *text, int character);
char *strstr(const char *text, const char *part);
char *strcpy(char *to, const char *from);
size_t strspn(const char *text, const char *set);
size_t strcspn(const char *text, const char *set);
char *strerror(int error);
#endif
