/* SPDX-License-Identifier: MIT */
extern int errno;
