"""Calls the shared library as a program in another language does: python3 caller.py LIBRARY HEADER SIZES.

The structures are declared from the header's own text, so that it is the header that is tested and not a copy of it.
SPDX-License-Identifier: MIT
"""
import ctypes
import re
import sys


def declare(header):
    """Returns the structures of the header as ctypes classes, by the name after smtp5xx_."""
    types = {"uint8_t": ctypes.c_uint8, "uint16_t": ctypes.c_uint16, "uint32_t": ctypes.c_uint32}
    structures = {}
    text = re.sub(r"/\*.*?\*/", "", header, flags=re.S)
    for body, name in re.findall(r"typedef struct smtp5xx_\w+ \{(.*?)\} smtp5xx_(\w+);", text, flags=re.S):
        fields = []
        for kind, pointer, field, count in re.findall(r"(\w+) (\*?)(\w+)(?:\[(\d+)\])?;", body):
            kind = ctypes.c_void_p if pointer else types[kind]
            fields.append((field, kind * int(count) if count else kind))
        structures[name] = type(name, (ctypes.Structure,), {"_fields_": fields})
        types["smtp5xx_" + name] = structures[name]
    return structures


def constants(header):
    """Returns the numbers of all enum constants, by the name after SMTP5XX_."""
    return {name: int(value) for name, value in re.findall(r"SMTP5XX_(\w+) = (-?\d+)", header)}


def check_sizes(structures, path):
    with open(path, encoding="ascii") as sizes:
        for line in sizes:
            name, size = line.split()
            assert ctypes.sizeof(structures[name]) == int(size), f"{name}: {ctypes.sizeof(structures[name])} != {size}"


def main(library_path, header_path, sizes_path):
    with open(header_path, encoding="utf-8") as file:
        header = file.read()
    structures, number = declare(header), constants(header)
    check_sizes(structures, sizes_path)

    library = ctypes.CDLL(library_path)
    library.smtp5xx_reason_name.restype = ctypes.c_char_p
    library.smtp5xx_version.restype = ctypes.c_char_p
    size = ctypes.c_size_t

    def diagnose(text, verdict_size):
        verdict = structures["verdict"]()
        ctypes.memset(ctypes.byref(verdict), 0xAA, ctypes.sizeof(verdict))
        advice = structures["advice"]()
        error = library.smtp5xx_diagnose(text, size(len(text)), None, None, None, size(0), ctypes.byref(verdict),
                                         size(verdict_size), ctypes.byref(advice), size(ctypes.sizeof(advice)))
        return error, verdict, advice

    full = ctypes.sizeof(structures["verdict"])
    error, verdict, advice = diagnose(b"550 5.1.1 No such user \xff\x00 here", full)
    assert error == number["OK"], error
    assert verdict.size == full, verdict.size
    assert verdict.reason == number["REASON_USER_UNKNOWN"], verdict.reason
    assert library.smtp5xx_reason_name(verdict.reason) == b"user_unknown"
    assert (verdict.code, verdict.enhanced_class, verdict.enhanced_subject, verdict.enhanced_detail) == (550, 5, 1, 1)
    assert advice.step_count > 0 and advice.steps[0] != 0

    # A caller that was compiled with an older header has smaller structures; nothing behind them may be touched. Smaller
    # than those of the first version there are none: that is an error, and the bytes that were given are zeroed.
    error, verdict, _ = diagnose(b"550 5.1.1 x", full - 4)
    assert error == number["ESIZE"], error
    raw = bytes(verdict)
    assert raw[:full - 4] == bytes(full - 4), "not zeroed"
    assert raw[full - 4:] == b"\xaa" * 4, "touched beyond the caller's size"

    # A caller that was compiled with a newer header has larger ones: what this library does not know is zero, and size
    # says how much it filled.
    larger = ctypes.create_string_buffer(b"\xaa" * (full + 16), full + 16)
    error = library.smtp5xx_diagnose(b"552 5.2.2 x", size(11), None, None, None, size(0), larger, size(full + 16), None, size(0))
    assert error == number["OK"], error
    assert int.from_bytes(larger.raw[:4], sys.byteorder) == full, "size is not what was filled"
    assert larger.raw[full:] == bytes(16), "the unknown end is not zero"

    check_rules(library, structures, number)

    major, minor, patch = (number_of(header, part) for part in ("MAJOR", "MINOR", "PATCH"))
    assert library.smtp5xx_version() == f"{major}.{minor}.{patch}".encode()


def check_rules(library, structures, number):
    """A rule of the caller's own, whose structures are built here, decides; and the library lists what else hit."""
    text, phrase = b"550 5.1.1 Parcel 17 was REFUSED at the door", b"parcel refused"
    rule = structures["rule"](id=70000, reason=number["REASON_POLICY_REJECTED"], action=number["ACTION_SOFT"],
                              phrase=structures["span"](0, len(phrase)))
    words = ctypes.create_string_buffer(phrase, len(phrase))
    context = structures["context"](size=ctypes.sizeof(structures["context"]), rules=ctypes.addressof(rule),
                                    rule_text=ctypes.addressof(words), rule_count=1, rule_size=ctypes.sizeof(rule),
                                    rule_text_length=len(phrase))
    reply, verdict, advice = structures["reply"](), structures["verdict"](), structures["advice"]()
    size = ctypes.c_size_t
    error = library.smtp5xx_diagnose(text, size(len(text)), ctypes.byref(context), None, ctypes.byref(reply),
                                     size(ctypes.sizeof(reply)), ctypes.byref(verdict), size(ctypes.sizeof(verdict)),
                                     ctypes.byref(advice), size(ctypes.sizeof(advice)))
    assert error == number["OK"], error
    assert verdict.rule == 70000 and verdict.basis == number["BASIS_CALLER"], (verdict.rule, verdict.basis)
    assert verdict.reason == number["REASON_POLICY_REJECTED"] and advice.action == number["ACTION_SOFT"]

    hits = (structures["hit"] * number["HITS_MAX"])()
    text = b"550 5.1.1 User unknown"
    assert library.smtp5xx_parse(text, size(len(text)), None, ctypes.byref(reply), size(ctypes.sizeof(reply))) == 0
    count = library.smtp5xx_hits(text, size(len(text)), ctypes.byref(reply), None, hits, size(len(hits)),
                                 size(ctypes.sizeof(hits[0])))
    assert count >= 1 and hits[0].reason == number["REASON_USER_UNKNOWN"] and hits[0].rule >= 10000, count
    where = hits[0].words
    assert text[where.offset:where.offset + where.length].lower() == b"user unknown", (where.offset, where.length)


def number_of(header, part):
    return int(re.search(rf"#define SMTP5XX_VERSION_{part} (\d+)", header).group(1))


if __name__ == "__main__":
    main(*sys.argv[1:])
