# The stack that the library takes has a bound: no recursion, no frame without a size, and the deepest path below 8 KiB, with
# every level of optimization; without any, which is for debuggers, below 10 KiB. What gcc says of it is added up by tests/trust/stack.py. SPDX-License-Identifier: MIT
. tests/lib/check.sh

limit=8192
limit_of_debugging=10240
if ! have python3; then
    skip 'stack' 'Python 3 is not installed: apt-get install python3'
    finish
fi
if ! have gcc || ! gcc -fcallgraph-info=su,da -x c -c -o "$work/none.o" - </dev/null 2>"$work/messages"; then
    skip 'stack' 'gcc 10 or newer is not installed: apt-get install gcc'
    finish
fi

# measure LEVEL SOURCE: the call graph goes to $work/graph.ci.
measure() {
    gcc -std=c11 "$1" -fPIC -fvisibility=hidden -fcallgraph-info=su,da -Iinclude -Ilib -I"$BUILD" -c -o "$work/graph.o" \
        "$2" 2>"$work/messages" && test -f "$work/graph.ci"
}

for level in -O2 -O0 -O1 -Os -O3; do
    most=$limit
    test "$level" != -O0 || most=$limit_of_debugging
    if ! measure "$level" lib/library.c; then
        fail "stack with $level" 'does not compile' "$work/messages"
    elif python3 -B tests/trust/stack.py "$most" "$work/graph.ci" >"$work/table" 2>"$work/complaints"; then
        pass "stack with $level: $(sed -n 's/^deepest: //p' "$work/table")"
    else
        fail "stack with $level" "$(head -n 1 "$work/complaints")" "$work/complaints"
    fi
done

# Each of these must be seen. finds NAME MESSAGE CODE: CODE is added to the library.
finds() {
    { printf '#include "library.c"\n'; printf '%s\n' "$3"; } >"$work/more.c"
    if ! measure -O1 "$work/more.c"; then
        fail "$1" 'does not compile' "$work/messages"
    elif python3 -B tests/trust/stack.py "$limit" "$work/graph.ci" >"$work/table" 2>"$work/complaints"; then
        fail "$1" 'is not seen'
    elif grep -q "$2" "$work/complaints"; then
        pass "$1"
    else
        fail "$1" "no message like $2" "$work/complaints"
    fi
}
finds 'recursion is seen' 'recursion: .*even > odd > even\|recursion: .*odd > even > odd' '
int even(volatile int *n);
__attribute__((noinline)) static int odd(volatile int *n) { return *n == 0 ? 0 : even(n) + 1; }
__attribute__((noinline)) int even(volatile int *n) { *n -= 1; return *n == 0 ? 1 : odd(n) + 2; }'
finds 'a frame without a bound is seen' 'vla: its frame has no bound' '
char vla(unsigned n);
char vla(unsigned n) { volatile char a[n + 1]; a[n] = 1; return a[n / 2]; }'
finds 'a large frame is seen' 'the deepest path takes' '
char smtp5xx_large(unsigned n);
char smtp5xx_large(unsigned n) { volatile char a[9000]; a[n] = 1; return a[n / 2]; }'
finds 'a call by pointer is seen' 'pointed: calls by a pointer' '
int pointed(int (*f)(int));
int pointed(int (*f)(int)) { return f(2) + 1; }'
finds 'a call to the outside is seen' 'which is not the library' '
int outside(const char *name);
int rand(void);
int outside(const char *name) { return rand() + name[0]; }'

finish
