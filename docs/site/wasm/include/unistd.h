/* SPDX-License-Identifier: MIT */
int isatty(int file);
enum { STDOUT_FILENO = 1 };
