/* What examples/ use of <stdio.h>; the linker takes what is needed, and that is in libc.c. SPDX-License-Identifier: MIT */
#ifndef SITE_STDIO_H
#define SITE_STDIO_H
#include <stdarg.h>
#include <stddef.h>
typedef struct file FILE;
typedef long ssize_t;
extern FILE *stdin, *stdout, *stderr;
enum { OUTPUT_ROOM = 1 << 20 };
extern char output[OUTPUT_ROOM];
extern size_t output_used;
int printf(const char *format, ...);
int fprintf(FILE *file, const char *format, ...);
int snprintf(char *text, size_t room, const char *format, ...);
int vsnprintf(char *text, size_t room, const char *format, va_list arguments);
int vfprintf(FILE *file, const char *format, va_list arguments);
int putchar(int character);
int fputc(int character, FILE *file);
int fputs(const char *text, FILE *file);
int fflush(FILE *file);
int ferror(FILE *file);
int fclose(FILE *file);
FILE *fopen(const char *name, const char *mode);
ssize_t getline(char **line, size_t *room, FILE *file);
#endif
