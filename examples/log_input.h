/* smtp5xx log: bytes of a file, decompressed if need be (log_input.c). SPDX-License-Identifier: MIT */
#ifndef LOG_INPUT_H
#define LOG_INPUT_H

#include "log.h"

#include <sys/types.h>

struct input;
/* Takes the descriptor over. */
struct input *input_open(int fd, const char *name);
void input_close(struct input *input);
/* Returns how many bytes came, 0 at the end, -1 after an error that it has complained about. */
ssize_t input_read(struct input *input, char *to, size_t room);
/* The exit code for the last error. */
int input_error(const struct input *input);
/* How far the file was read, as it lies on the disk. */
uint64_t input_position(const struct input *input);
int input_descriptor(const struct input *input);

#endif
