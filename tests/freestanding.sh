# The archive works without a C library: the program below brings its own six string functions and its own start.
# SPDX-License-Identifier: MIT
. tests/lib/check.sh

# A sanitizer's or a coverage build needs its runtime, which needs a C library.
if nm "$BUILD/libsmtp5xx.a" 2>/dev/null | grep -Eq '__(asan|ubsan|tsan|gcov|llvm_prof|sancov)'; then
    skip freestanding 'built with a sanitizer or for coverage'
    finish
fi
case $($CC -dumpmachine) in
x86_64-*linux*|aarch64-*linux*) ;;
*)
    skip freestanding 'its start is written for Linux on x86_64 and aarch64'
    finish
    ;;
esac

cat >"$work/free.c" <<'END'
#include <smtp5xx.h>

/* The compiler may turn these loops back into calls of the functions themselves: -fno-builtin and volatile forbid it. */
void *memcpy(void *to, const void *from, size_t length) {
    volatile unsigned char *out = to;
    for (size_t i = 0; i < length; i++) {
        out[i] = ((const unsigned char *)from)[i];
    }
    return to;
}

void *memmove(void *to, const void *from, size_t length) {
    volatile unsigned char *out = to;
    const unsigned char *in = from;
    for (size_t i = 0; i < length; i++) {
        size_t at = in < (unsigned char *)to ? length - 1 - i : i;
        out[at] = in[at];
    }
    return to;
}

void *memset(void *to, int byte, size_t length) {
    volatile unsigned char *out = to;
    for (size_t i = 0; i < length; i++) {
        out[i] = (unsigned char)byte;
    }
    return to;
}

int memcmp(const void *a, const void *b, size_t length) {
    const volatile unsigned char *left = a;
    const unsigned char *right = b;
    for (size_t i = 0; i < length; i++) {
        if (left[i] != right[i]) {
            return left[i] - right[i];
        }
    }
    return 0;
}

void *memchr(const void *in, int byte, size_t length) {
    const volatile unsigned char *at = in;
    for (size_t i = 0; i < length; i++) {
        if (at[i] == (unsigned char)byte) {
            return (unsigned char *)in + i;
        }
    }
    return NULL;
}

size_t strlen(const char *text) {
    const volatile char *at = text;
    while (*at != '\0') {
        at++;
    }
    return (size_t)(at - text);
}

static _Noreturn void leave(long status) {
    for (;;) {
#if defined(__x86_64__)
        __asm__ volatile("syscall" : : "a"(60L), "D"(status) : "rcx", "r11", "memory");
#else
        register long number __asm__("x8") = 93;
        register long value __asm__("x0") = status;
        __asm__ volatile("svc 0" : : "r"(number), "r"(value) : "memory");
#endif
    }
}

void run(void);
void run(void) {
    static const char text[] = EXAMPLE;
    smtp5xx_verdict verdict;
    smtp5xx_advice advice;
    int error = smtp5xx_diagnose(text, sizeof text - 1, NULL, NULL, NULL, 0, &verdict, sizeof verdict, &advice, sizeof advice);
    leave(error != 0 ? 2 : verdict.reason != SMTP5XX_REASON_USER_UNKNOWN || advice.step_count == 0);
}

/* The start aligns the stack as the calling convention of C asks, which a function in C cannot do for itself. */
#if defined(__x86_64__)
__asm__(".globl _start\n_start:\n xor %ebp, %ebp\n and $-16, %rsp\n call run\n hlt\n");
#else
__asm__(".globl _start\n_start:\n mov x29, #0\n bl run\n");
#endif
END

build() {
    # shellcheck disable=SC2086 # CC may hold options.
    $CC -std=c11 -O2 -ffreestanding -fno-builtin -fno-stack-protector -fno-pie -Iinclude -nostdlib -nostartfiles -static \
        -no-pie -Wl,-z,noexecstack "-DEXAMPLE=\"$2\"" -o "$work/$1" "$work/free.c" "$BUILD/libsmtp5xx.a"
}

runs 'links without a C library' build free '550 5.1.1 x'
runs 'runs without a C library' ${EXEC:+"$EXEC"} "$work/free"
# The same program must say no when the reply is another one: so its exit status means something.
if build other '552 5.2.2 x' >"$work/log" 2>&1; then
    ${EXEC:+"$EXEC"} "$work/other"
    equal 'tells another reply from it' 1 $?
else
    fail 'tells another reply from it' 'does not link' "$work/log"
fi

finish
