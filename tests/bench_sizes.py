"""bench_sizes.py OBJECT: the sizes of the library's sections and of its largest tables. SIZE and NM in the environment name
other programs than size and nm."""

import os
import subprocess
import sys

RODATA_MOST = 512 * 1024
TABLES_SHOWN = 10


def lines_of(*command):
    try:
        return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    except (OSError, subprocess.CalledProcessError) as error:
        raise SystemExit(f"bench: no sizes: {error}; apt-get install binutils, or set SIZE and NM") from error


def main():
    if len(sys.argv) != 2:
        raise SystemExit("usage: bench_sizes.py OBJECT")
    sections = {"code (.text)": 0, "constants (.rodata)": 0, "writable (.data, .bss)": 0}
    for fields in map(str.split, lines_of(os.environ.get("SIZE", "size"), "-A", "-d", sys.argv[1])):
        for name in sections:
            if len(fields) == 3 and any(fields[0] == part or fields[0].startswith(part + ".")
                                        for part in name[name.index("(") + 1:-1].split(", ")):
                sections[name] += int(fields[1])
    if sections["code (.text)"] == 0:
        raise SystemExit(f"bench: no sizes: size -A finds no .text in {sys.argv[1]}")
    print("\nsizes of the library, in bytes\n")
    for name, size in sections.items():
        over = f"   over the {RODATA_MOST} that it may have" if "rodata" in name and size > RODATA_MOST else ""
        print(f"{name:<28} {size:>9}{over}")
    symbols = [(int(fields[1], 16), fields[3]) for fields in
               map(str.split, lines_of(os.environ.get("NM", "nm"), "-S", sys.argv[1]))
               if len(fields) == 4 and fields[2] in "rR"]
    symbols.sort(key=lambda symbol: (-symbol[0], symbol[1]))
    for size, name in symbols[:TABLES_SHOWN]:
        print(f"  {name:<26} {size:>9}")
    rest = sum(size for size, _ in symbols[TABLES_SHOWN:])
    print(f"  {'other tables':<26} {rest:>9}")


if __name__ == "__main__":
    main()
