"""send.py SCENARIOS HOST [MAILER]: hands a message for each scenario to the mailer under test. SPDX-License-Identifier: MIT"""
import smtplib
import sys
import time

import scenarios


def message(scenario):
    hops = next((int(row.flags["hops"]) for row in scenario.rows if "hops" in row.flags), 0)
    received = "Received: from a.example.net by b.example.net; Wed, 25 Nov 2026 03:00:00 +0000\r\n" * hops
    return (f"{received}From: {scenario.name} <{scenario.name}@{scenarios.SENDER}.{scenarios.DOMAIN}>\r\n"
            f"To: {scenario.rows[0].recipient}@{scenario.domain}\r\nSubject: About {scenario.name}\r\n"
            f"Message-ID: <{scenario.name}.{scenario.number}@{scenarios.SENDER}.{scenarios.DOMAIN}>\r\n"
            "Date: Wed, 25 Nov 2026 03:00:00 +0000\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
            f"550 5.1.1 This is only what the message says, and no reply.\r\n{'Some words to fill a line. ' * 10}\r\n").encode()


def connect(host, port):
    for _ in range(600):
        try:
            return smtplib.SMTP(host, port, local_hostname="client.example.net", timeout=60)
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"send.py: nobody listens at {host}")


def main(path, host, mailer=""):
    table = scenarios.read(path)
    connection = connect(host, 2525)
    for scenario in table:
        if not scenario.applies(mailer):
            continue
        recipients = [f"{each}@{scenario.domain}" for each in scenario.recipients()]
        for envelope in [[each] for each in recipients] if scenario.has("each") else [recipients]:
            connection.sendmail(f"{scenario.name}@{scenarios.SENDER}.{scenarios.DOMAIN}", envelope, message(scenario),
                                mail_options=["SMTPUTF8", "BODY=8BITMIME"] if scenario.has("utf8") else [])
    connection.quit()


if __name__ == "__main__":
    main(*sys.argv[1:])
