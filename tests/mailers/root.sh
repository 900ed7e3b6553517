# A mailer's own little system: a directory with the unpacked Debian package and the libraries, which the mailer takes for the
# whole disk. Nothing is installed, and nothing outside of it changes. SPDX-License-Identifier: MIT

# root_make DIRECTORY NET CACHE LIST: unpacks the packages of a list, and what they need and this machine has not. CACHE keeps
# what was downloaded.
root_make() {
    root=$1
    root_net=$2
    root_cache=$3
    rm -rf "$root"
    mkdir -p "$root/dev" "$root/etc" "$root/tmp" "$root/var/log" "$root/var/run" "$root/var/tmp" "$root_cache" &&
        chmod 1777 "$root/tmp" "$root/var/tmp" || return 1
    root_packages=$({
        cat "$4"
        xargs apt-get -s --no-install-recommends install <"$4" 2>/dev/null | awk '/^Inst / { print $2 }'
    } | sort -u)
    for root_package in $root_packages; do
        test -e "$root_cache/$root_package.done" ||
            (cd "$root_cache" && apt-get -q -o APT::Sandbox::User=root download "$root_package" &&
                : >"$root_package.done") || return 1
    done
    for root_package in "$root_cache"/*.deb; do
        dpkg-deb -x "$root_package" "$root" || return 1
    done
    root_libraries && root_devices && root_files
}

# The libraries that the programs need, where they look for them.
root_libraries() {
    root_paths=$(find "$root" -name '*.so*' -exec dirname {} + | sort -u | tr '\n' ':')
    find "$root" -type f \( -path '*bin/*' -o -path '*/libexec/*' -o -name '*.so*' \) \
        -exec env LD_LIBRARY_PATH="$root_paths" ldd {} + 2>/dev/null |
        awk '$2 == "=>" && $3 ~ /^\// { print $3 } $1 ~ /^\// && $2 ~ /^\(/ { print $1 }' | sort -u |
        while read -r root_library; do
            case $root_library in
            "$root"/*) ;;
            *) cp -L --parents "$root_library" "$root" || return 1 ;;
            esac
        done
}

# Where devices cannot be made, a file does: nobody reads from null, and there are other sources of random numbers.
# shellcheck disable=SC2015 # What follows the || is wanted after either failure.
root_devices() {
    mknod -m 666 "$root/dev/null" c 1 3 2>/dev/null && : 2>/dev/null >"$root/dev/null" || {
        rm -f "$root/dev/null"
        : >"$root/dev/null" && chmod 666 "$root/dev/null"
    }
    mknod -m 666 "$root/dev/urandom" c 1 9 2>/dev/null && head -c 1 "$root/dev/urandom" >/dev/null 2>&1 || {
        rm -f "$root/dev/urandom"
        head -c 4096 /dev/urandom >"$root/dev/urandom" && chmod 666 "$root/dev/urandom"
    }
}

# How many processes live in the directory.
root_processes() {
    find /proc -maxdepth 2 -path '/proc/[0-9]*/root' -lname "$root" 2>/dev/null | wc -l
}

# Users, and a network in which there is only the name server of server.py.
root_files() {
    cat >"$root/etc/passwd" <<END
root:x:0:0:root:/:/bin/sh
postfix:x:64101:64101::/:/bin/false
Debian-exim:x:64103:64103::/:/bin/false
opensmtpd:x:64104:64104::/:/bin/false
opensmtpq:x:64105:64105::/:/bin/false
nobody:x:65534:65534::/:/bin/false
END
    cat >"$root/etc/group" <<END
root:x:0:
mail:x:8:
postfix:x:64101:
postdrop:x:64102:
Debian-exim:x:64103:
opensmtpd:x:64104:
opensmtpq:x:64105:
nogroup:x:65534:
END
    echo "127.$root_net.0.200 mail.example.net mail" >"$root/etc/hosts"
    echo "nameserver 127.$root_net.0.53
options timeout:5 attempts:2" >"$root/etc/resolv.conf"
    echo 'hosts: files dns' >"$root/etc/nsswitch.conf"
    echo mail.example.net >"$root/etc/mailname"
}
