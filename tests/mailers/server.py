"""server.py SCENARIOS NET DIRECTORY [LOG_SOCKET LOG]: all that a mail server under test sees of the world.

On the addresses 127.NET.*.* it plays every remote mail server of the table SCENARIOS (its format is told there), the server
to which the delivery reports go, and a name server. DIRECTORY/journal.jsonl gets one line for each refusal that was really
made, DIRECTORY/dsn/NAME.N.eml each report. With LOG_SOCKET it also is a syslog daemon that writes LOG. DIRECTORY/ready
appears when everything listens; SIGTERM ends it. SPDX-License-Identifier: MIT
"""
import asyncio
import json
import os
import select
import signal
import socket
import struct
import sys
import time

import scenarios

PORT = 2525
IDLE_SECONDS = 60


class Drop(Exception):
    """The connection ends here."""


class Journal:
    def __init__(self, path):
        self.file = open(path, "w", encoding="utf-8")
        self.seen = {}

    def refused(self, row, recipients, reply):
        self.file.write(json.dumps({"name": row.name, "recipients": recipients, "stage": row.stage,
                                    "reply": reply.decode("latin-1")}) + "\n")
        self.file.flush()


class Session:
    """One connection to the server of one scenario."""
    extensions = ["PIPELINING", "8BITMIME", "ENHANCEDSTATUSCODES"]

    def __init__(self, scenario, journal, reader, writer):
        self.scenario, self.journal, self.reader, self.writer = scenario, journal, reader, writer
        self.sender, self.recipients = False, []

    async def serve(self):
        try:
            await self.talk()
        except (Drop, ConnectionError, asyncio.IncompleteReadError, asyncio.TimeoutError, asyncio.CancelledError,
                ValueError):
            pass
        self.writer.close()

    async def talk(self):
        await self.answer("banner", b"220 %s ESMTP" % self.scenario.host.encode())
        while True:
            line = await asyncio.wait_for(self.reader.readline(), IDLE_SECONDS)
            if not line:
                return
            verb = line.split()[0].upper().decode("latin-1") if line.split() else ""
            handler = getattr(self, "do_" + verb.lower(), None)
            if handler is None:
                await self.send(b"502 5.5.1 Command not known")
            else:
                await handler(line)

    async def send(self, reply):
        self.writer.write(reply if reply.endswith(b"\n") else reply + b"\r\n")
        await self.writer.drain()

    async def answer(self, stage, otherwise, recipient=None):
        """Sends what the scenario says at this stage, or else the usual reply; returns whether it was the usual one."""
        row = self.scenario.row(stage, recipient)
        if row is None or ("once" in row.flags and row in self.journal.seen):
            await self.send(otherwise)
            return True
        self.journal.seen[row] = True
        concerned = [recipient] if recipient else (self.recipients or self.scenario.recipients())
        if row.reply:
            await self.send(row.reply)
        if not row.harmless:
            self.journal.refused(row, concerned, row.reply)
        if row.ending == "drop":
            raise Drop
        if row.ending == "reset":
            self.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            raise Drop
        if row.ending == "hang":
            await asyncio.sleep(IDLE_SECONDS)
            raise Drop
        return False

    async def do_ehlo(self, _line):
        lines = [self.scenario.host, *self.extensions, f"SIZE {self.scenario.size}"]
        if self.scenario.row("starttls"):
            lines.append("STARTTLS")
        if self.scenario.row("auth"):
            lines.append("AUTH PLAIN LOGIN")
        text = "".join(f"250{'-' if line != lines[-1] else ' '}{line}\r\n" for line in lines)
        await self.answer("ehlo", text.encode())

    async def do_helo(self, _line):
        await self.answer("helo", b"250 " + self.scenario.host.encode())

    async def do_starttls(self, _line):
        await self.answer("starttls", b"454 4.7.0 TLS not available")

    async def do_auth(self, _line):
        await self.answer("auth", b"235 2.7.0 Fine")

    async def do_mail(self, _line):
        self.recipients = []
        self.sender = await self.answer("mail", b"250 2.1.0 Fine")

    async def do_rcpt(self, line):
        if not self.sender:
            await self.send(b"503 5.5.1 Need MAIL first")
            return
        recipient = line.decode("utf-8", "replace").partition("<")[2].partition("@")[0]
        if await self.answer("rcpt", b"250 2.1.5 Fine", recipient):
            self.recipients.append(recipient)

    async def do_data(self, _line):
        if not self.recipients:
            await self.send(b"554 5.5.1 No valid recipients")
            return
        if not await self.answer("data", b"354 Go ahead"):
            return
        message = await self.reader.readuntil(b"\r\n.\r\n")
        if await self.answer("eod", b"250 2.0.0 Taken as 4711"):
            self.taken(message)

    def taken(self, message):
        pass

    async def do_rset(self, _line):
        self.sender, self.recipients = False, []
        await self.send(b"250 2.0.0 Fine")

    async def do_noop(self, _line):
        await self.send(b"250 2.0.0 Fine")

    async def do_quit(self, _line):
        await self.send(b"221 2.0.0 Bye")
        raise Drop


class Sink(Session):
    """Takes the reports: each is kept under the name of the scenario that it was sent for."""
    # A report about an address in UTF-8 needs SMTPUTF8 itself, unless it happens to come through an open connection.
    extensions = [*Session.extensions, "SMTPUTF8"]
    directory = None
    count = 0

    def taken(self, message):
        for recipient in self.recipients:
            Sink.count += 1
            path = os.path.join(self.directory, f"{recipient}.{Sink.count}.eml")
            with open(path + ".part", "wb") as file:
                file.write(message[:-3].replace(b"\r\n..", b"\r\n."))
            os.rename(path + ".part", path)


class Names(asyncio.DatagramProtocol):
    """A name server that knows the scenarios' domains."""
    A, PTR, MX = 1, 12, 15

    def __init__(self, table, net):
        self.table, self.net = table, net
        self.addresses = {f"sink.{scenarios.DOMAIN}": f"127.{net}.0.201", f"self.{scenarios.DOMAIN}": f"127.{net}.0.200"}
        for scenario in table:
            if not scenario.row("dns", reply="noaddress"):
                self.addresses[scenario.host] = scenario.address(net)
        self.hosts = {".".join(reversed(address.split("."))) + ".in-addr.arpa": host
                      for host, address in self.addresses.items()}

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, address):
        labels, at = [], 12
        while data[at]:
            labels.append(data[at + 1:at + 1 + data[at]].decode("latin-1"))
            at += 1 + data[at]
        kind = struct.unpack(">H", data[at + 1:at + 3])[0]
        code, records = self.find(".".join(labels).lower(), kind)
        if code is None:
            return
        flags = 0x8580 | code
        answer = data[:2] + struct.pack(">HHHHH", flags, 1, len(records), 0, 0) + data[12:at + 5]
        for record in records:
            answer += struct.pack(">HHHIH", 0xC00C, kind, 1, 60, len(record)) + record
        self.transport.sendto(answer, address)

    def find(self, name, kind):
        """Returns the response code and the records; no code: no answer at all."""
        if name in self.addresses:
            return 0, [socket.inet_aton(self.addresses[name])] if kind == self.A else []
        if name in self.hosts:
            return 0, [self.name(self.hosts[name])] if kind == self.PTR else []
        if name == f"{scenarios.SENDER}.{scenarios.DOMAIN}":
            return 0, [self.mx(10, f"sink.{scenarios.DOMAIN}")] if kind == self.MX else []
        scenario = next((each for each in self.table if each.domain == name), None)
        row = scenario and scenario.row("dns")
        what = row.what if row else ""
        if scenario is None or what == "nxdomain":
            return 3, []
        if what in ("servfail", "timeout"):
            return (2, []) if what == "servfail" else (None, [])
        if kind != self.MX:
            return 0, []
        host = {"nullmx": "", "self": f"self.{scenarios.DOMAIN}"}.get(what, scenario.host)
        return 0, [self.mx(0 if what == "nullmx" else 10, host)]

    @classmethod
    def mx(cls, preference, host):
        return struct.pack(">H", preference) + cls.name(host)

    @staticmethod
    def name(host):
        return b"".join(bytes([len(part)]) + part.encode() for part in host.split(".") if part) + b"\0"


class Syslog(asyncio.DatagramProtocol):
    """Writes what comes from syslog(3) as syslog daemons do: the host's name goes behind the time."""

    def __init__(self, path):
        self.file = open(path, "ab")

    def connection_made(self, transport):
        self.socket = transport.get_extra_info("socket")

    async def drain(self):
        """What the mailer has written before it ended still waits in the socket."""
        while select.select([self.socket], [], [], 0)[0]:
            await asyncio.sleep(0)

    def datagram_received(self, data, _address):
        text = data.partition(b">")[2].rstrip(b"\n\0")
        self.file.write(text[:16] + b"mail " + text[16:] + b"\n")
        self.file.flush()


def full_backlog(address, keep):
    """A socket whose queue of connections is full: who connects now gets no answer."""
    listening = socket.socket()
    listening.bind((address, PORT))
    listening.listen(0)
    keep.append(listening)
    for _ in range(3):
        waiting = socket.socket()
        waiting.setblocking(False)
        waiting.connect_ex((address, PORT))
        keep.append(waiting)


async def listen(table, net, directory, keep):
    journal = Journal(os.path.join(directory, "journal.jsonl"))
    for scenario in table:
        if scenario.row("connect", reply="timeout"):
            full_backlog(scenario.address(net), keep)
        if scenario.row("connect") or scenario.row("dns"):
            continue
        keep.append(await asyncio.start_server(lambda r, w, s=scenario: Session(s, journal, r, w).serve(),
                                               scenario.address(net), PORT, limit=1 << 24))
    Sink.directory = os.path.join(directory, "dsn")
    os.makedirs(Sink.directory, exist_ok=True)
    sink = scenarios.Scenario("sink", 0)
    keep.append(await asyncio.start_server(lambda r, w: Sink(sink, journal, r, w).serve(), f"127.{net}.0.201", PORT,
                                           limit=1 << 24))


async def main(scenarios_path, net, directory, log_socket=None, log=None):
    table, keep = scenarios.read(scenarios_path), []
    loop = asyncio.get_running_loop()
    await listen(table, net, directory, keep)
    await loop.create_datagram_endpoint(lambda: Names(table, net), (f"127.{net}.0.53", 53))
    syslog = None
    if log_socket:
        _, syslog = await loop.create_datagram_endpoint(lambda: Syslog(log), log_socket, family=socket.AF_UNIX)
        os.chmod(log_socket, 0o666)
    with open(os.path.join(directory, "ready"), "w", encoding="ascii") as file:
        file.write(f"{time.time()}\n")
    end = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, end.set)
    await end.wait()
    if syslog:
        await syslog.drain()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
