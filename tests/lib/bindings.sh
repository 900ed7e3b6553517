# The clients of examples/bindings, for tests/bindings.sh and tests/lib/bench_bindings.sh: how each is built and called.
# shellcheck shell=sh disable=SC2034
# SPDX-License-Identifier: MIT

clients='c python_ctypes python_cffi node luajit perl ruby php go rust'
client_files=examples/bindings
clients_built=$BUILD/tests/bindings.built

# Where the clients look for the library, and some of them for the header.
LD_LIBRARY_PATH=$BUILD${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
SMTP5XX_HEADER=$PWD/include/smtp5xx.h
NODE_PATH=$BUILD/node_modules:$PWD/build/node_modules${NODE_PATH:+:$NODE_PATH}
export LD_LIBRARY_PATH SMTP5XX_HEADER NODE_PATH

title() {
    case $1 in
    c) echo 'C' ;;
    python_ctypes) echo 'Python, ctypes' ;;
    python_cffi) echo 'Python, cffi' ;;
    node) echo 'Node.js, koffi' ;;
    luajit) echo 'LuaJIT, ffi' ;;
    perl) echo 'Perl, FFI::Platypus' ;;
    ruby) echo 'Ruby, Fiddle' ;;
    php) echo 'PHP, FFI' ;;
    go) echo 'Go, cgo' ;;
    rust) echo 'Rust, extern "C"' ;;
    esac
}

# The Python that has a module: the system's own has what Debian installs, another may stand before it in PATH.
python_with() {
    for python_found in python3 /usr/bin/python3; do
        if "$python_found" -c "import $1" 2>/dev/null; then
            echo "$python_found"
            return
        fi
    done
    return 1
}

needs_tool() {
    have "$1" || {
        missing="there is no $1"
        return 1
    }
}

# prepare CLIENT: builds what there is to build, and sets `client` to the words of the command. Otherwise `missing` says what
# is not there, and is empty if the building failed.
prepare() {
    missing=
    mkdir -p "$clients_built"
    case $1 in
    c)
        client=$clients_built/c
        # shellcheck disable=SC2086 # CC may hold options.
        $CC -std=c11 -O2 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -Iinclude -o "$client" $client_files/client.c \
            -L"$BUILD" -lsmtp5xx
        ;;
    python_ctypes)
        missing='there is no python3 with ctypes'
        python=$(python_with ctypes) && client="$python -B $client_files/client_ctypes.py"
        ;;
    python_cffi)
        missing='there is no python3 with cffi'
        python=$(python_with cffi) && client="$python -B $client_files/client_cffi.py"
        ;;
    node)
        # A test fetches nothing, so that whoever runs it has asked for koffi before.
        missing='there is no Node.js with koffi: npm install --prefix build koffi@3.3.4'
        have node && node -e 'require("koffi")' 2>/dev/null && client="node $client_files/client.js"
        ;;
    luajit) needs_tool luajit && client="luajit $client_files/client.lua" ;;
    perl)
        missing='there is no Perl with FFI::Platypus'
        perl -MFFI::Platypus=2.00 -e 1 2>/dev/null && client="perl $client_files/client.pl"
        ;;
    ruby) needs_tool ruby && client="ruby $client_files/client.rb" ;;
    php)
        missing='there is no PHP with FFI'
        have php && php -r 'exit((int)!extension_loaded("FFI"));' && client="php $client_files/client.php"
        ;;
    go)
        needs_tool go || return 1
        client=$clients_built/go
        GO111MODULE=off GOFLAGS='' GOCACHE=$clients_built/go.cache CGO_ENABLED=1 CGO_CFLAGS="-O2 -I$PWD/include" \
            CGO_LDFLAGS="-L$BUILD" go build -o "$client" $client_files/client.go
        ;;
    rust)
        needs_tool rustc || return 1
        client=$clients_built/rust
        rustc --edition 2021 -O -L "$BUILD" -o "$client" $client_files/client.rs
        ;;
    esac
}
