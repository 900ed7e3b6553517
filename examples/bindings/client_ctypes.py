"""Python with ctypes: python3 client_ctypes.py REPLIES [--bench]. SPDX-License-Identifier: MIT"""
import ctypes
import sys
import time

library = ctypes.CDLL("libsmtp5xx.so.0")
u8, u16, u32, size = ctypes.c_uint8, ctypes.c_uint16, ctypes.c_uint32, ctypes.c_size_t


class Span(ctypes.Structure):
    _fields_ = [("offset", u32), ("length", u32)]


class Verdict(ctypes.Structure):
    """As smtp5xx.h has it. A later library may know more fields: it fills those that this caller's size says."""
    _fields_ = [("size", u32), ("reason", u16), ("category", u8), ("claimed", u8), ("judged", u8), ("confidence", u8),
                ("basis", u8), ("stage", u8), ("code", u16), ("enhanced_class", u8), ("action", u8), ("subject", u16),
                ("detail", u16), ("rule", u32), ("provider", u16), ("blocklist", u16), ("retry_after", u32),
                ("size_limit", u32), ("flags", u32), ("words", Span), ("ip", Span), ("url", Span), ("new_address", Span),
                ("reference", Span)]


class Advice(ctypes.Structure):
    """The first fields by name, the others as bytes."""
    _fields_ = [("size", u32), ("action", u8), ("more", u8 * 7), ("retry_after", u32), ("rest", u8 * 52)]


def names(what):
    function = getattr(library, f"smtp5xx_{what}_name")
    function.argtypes, function.restype = [u32], ctypes.c_char_p
    return lambda number: function(number).decode()


reason, action, basis, rule, provider, blocklist = map(names, "reason action basis rule provider blocklist".split())
pointer = ctypes.c_void_p
library.smtp5xx_diagnose.argtypes = [ctypes.c_char_p, size, pointer, pointer, pointer, size, pointer, size, pointer, size]
library.smtp5xx_diagnose_batch.argtypes = [ctypes.c_char_p, size, pointer, size, pointer, pointer, pointer, size, pointer, size]

with open(sys.argv[1], "rb") as file:
    replies = [line.replace(b"\\n", b"\n") for line in file.read().split(b"\n")[:-1]]
data, count = b"".join(replies), len(replies)
offsets = (ctypes.c_int32 * (count + 1))(*(sum(map(len, replies[:i])) for i in range(count + 1)))
verdicts, advices = (Verdict * count)(), (Advice * count)()
verdict, advice = Verdict(), Advice()
at_verdict, at_advice = ctypes.byref(verdict), ctypes.byref(advice)


def single(text):
    library.smtp5xx_diagnose(text, len(text), None, None, None, 0, at_verdict, 80, at_advice, 68)


def batch():
    library.smtp5xx_diagnose_batch(data, len(data), offsets, count, None, None, verdicts, 80, advices, 68)


def nanoseconds(work):
    def spent():
        begin = time.perf_counter_ns()
        for _ in range(5):
            work()
        return time.perf_counter_ns() - begin
    return round(min(spent() for _ in range(100)) / 5 / count)


if "--bench" in sys.argv:
    print(nanoseconds(lambda: [single(text) for text in replies]), nanoseconds(batch), sep="\t")
    sys.exit()
batch()
for text, v, a in zip(replies, verdicts, advices):
    single(text)
    assert bytes(v) == bytes(verdict) and bytes(a) == bytes(advice), text
    print(reason(v.reason), action(a.action), v.confidence, v.code, f"{v.enhanced_class}.{v.subject}.{v.detail}",
          basis(v.basis), rule(v.rule), provider(v.provider), blocklist(v.blocklist), v.retry_after, v.size_limit,
          v.words.offset, v.words.length, sep="\t")
