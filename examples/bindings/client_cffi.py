"""Python with cffi, which reads the header itself: python3 client_cffi.py REPLIES [--bench]. SPDX-License-Identifier: MIT

SMTP5XX_HEADER names the header, if it is not /usr/include/smtp5xx.h.
"""
import os
import re
import sys
import time

import cffi

ffi = cffi.FFI()
with open(os.environ.get("SMTP5XX_HEADER", "/usr/include/smtp5xx.h"), encoding="utf-8") as file:
    header = re.sub(r"^#ifdef __cplusplus.*?^#endif", "", file.read(), flags=re.S | re.M)
ffi.cdef(re.sub(r"^#.*", "", header, flags=re.M))
library = ffi.dlopen("libsmtp5xx.so.0")

with open(sys.argv[1], "rb") as file:
    replies = [line.replace(b"\\n", b"\n") for line in file.read().split(b"\n")[:-1]]
data, count = b"".join(replies), len(replies)
offsets = ffi.new("int32_t[]", [sum(map(len, replies[:i])) for i in range(count + 1)])
verdicts, advices = ffi.new("smtp5xx_verdict[]", count), ffi.new("smtp5xx_advice[]", count)
verdict, advice = ffi.new("smtp5xx_verdict *"), ffi.new("smtp5xx_advice *")
NULL, verdict_size, advice_size = ffi.NULL, ffi.sizeof("smtp5xx_verdict"), ffi.sizeof("smtp5xx_advice")


def single(text):
    library.smtp5xx_diagnose(text, len(text), NULL, NULL, NULL, 0, verdict, verdict_size, advice, advice_size)


def batch():
    library.smtp5xx_diagnose_batch(data, len(data), offsets, count, NULL, NULL, verdicts, verdict_size, advices, advice_size)


def nanoseconds(work):
    def spent():
        begin = time.perf_counter_ns()
        for _ in range(5):
            work()
        return time.perf_counter_ns() - begin
    return round(min(spent() for _ in range(100)) / 5 / count)


def name(what, number):
    return ffi.string(getattr(library, f"smtp5xx_{what}_name")(number)).decode()


if "--bench" in sys.argv:
    print(nanoseconds(lambda: [single(text) for text in replies]), nanoseconds(batch), sep="\t")
    sys.exit()
batch()
for text, v, a in zip(replies, verdicts, advices):
    single(text)
    assert bytes(ffi.buffer(ffi.addressof(v))) == bytes(ffi.buffer(verdict)), text
    assert bytes(ffi.buffer(ffi.addressof(a))) == bytes(ffi.buffer(advice)), text
    print(name("reason", v.reason), name("action", a.action), v.confidence, v.code,
          f"{v.enhanced_class}.{v.enhanced_subject}.{v.enhanced_detail}", name("basis", v.basis), name("rule", v.rule),
          name("provider", v.provider), name("blocklist", v.blocklist), v.retry_after, v.size_limit, v.words.offset,
          v.words.length, sep="\t")
