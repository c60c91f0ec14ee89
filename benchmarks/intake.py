"""Messages a minute through intake: taken apart in the confined worker, judged, kept durably, joined.

The messages are made here and have the shapes of real ones: mail with a header of relays and results, a page
beside its text, links that hide where they lead, and attachments; messages saved by Outlook; mailboxes. Each
belongs to one of many campaigns, and has values of its own. The way is that of an officer's page and of the
command line: one report a file, its values kept as indicators, all in a node's own durable store.

    python -m benchmarks.intake [--messages 2000] [--json]
"""

import argparse
import json
import random
import resource
import struct
import tempfile
import time
from collections.abc import Iterator, Sequence
from email.message import EmailMessage
from pathlib import Path

from comity.bootstrap.indicators import Extracting
from comity.bootstrap.nodes import init_node
from comity.bootstrap.opening import opened
from comity.engines.tracing.primitives import LIBRARIES
from comity.kernel.digests import sha256
from comity.node.founding import FIRST_OFFICER
from comity.node.indicators import Terms
from comity.node.reportdesk import ReportDesk

LEAST = 1_000.0
"""Messages a minute."""
CAMPAIGNS = 40
SURE = 40
"""Values that are told with less are not kept: whom a link only pretends to lead to, a relay far away."""
IN_MAILBOX = 25
_WORDS = (
    "your parcel could not be delivered account suspended verify payment invoice overdue customs fee refund "
    "security department please confirm within hours the attached document bank card number team regards"
).split()


def mail(number: int, draw: random.Random) -> bytes:
    """Return a mail with text, page and attachment."""
    campaign = number % CAMPAIGNS
    host = f"secure-{campaign}.login{campaign}.example.com"
    prose = " ".join(draw.choice(_WORDS) for _ in range(120))
    made = EmailMessage()
    made["From"] = f'"Customer Service" <no-reply{number}@{host}>'
    made["To"] = f"victim{number}@ours.example.org"
    made["Reply-To"] = f"desk{campaign}@mailbox.example.net"
    made["Subject"] = f"Invoice {number}: {draw.choice(_WORDS)}"
    made["Date"] = "Sun, 22 Nov 2026 10:00:00 +0000"
    made["Message-ID"] = f"<{number}.{campaign}@{host}>"
    made.set_content(
        f"{prose}\nPay to {_wallet(campaign)} or IBAN {_iban(campaign)}, "
        f"see https://{host}/pay?id={number} or call +41 44 668 1{campaign:03d}\n"
    )
    made.add_alternative(
        f"<html><body><p>{prose}</p><p><a href='https://{host}/pay?id={number}&u=https%3A%2F%2Freal{campaign}.example.com'>"
        f"www.bank.example.com</a></p>{'<p>' + prose + '</p>' * 5}<img src='http://{host}/t{number}.gif'></body></html>",
        subtype="html",
    )
    kind = ("application", "zip", "invoice.zip") if number % 3 else ("image", "png", "page.png")
    content = draw.randbytes(draw.randrange(5_000, 120_000))
    if number % 4:
        made.add_attachment(content, maintype=kind[0], subtype=kind[1], filename=kind[2])
    relays = "".join(
        f"Received: from relay{hop}.example.net ([198.51.{campaign}.{hop + 1}]) by mx{hop}.ours.example.org"
        f" with ESMTPS id {number}{hop}; Sun, 22 Nov 2026 10:00:0{hop} +0000\r\n"
        for hop in range(3)
    )
    results = (
        f"Authentication-Results: mx0.ours.example.org; spf=fail smtp.mailfrom={host}; "
        "dkim=none; dmarc=fail\r\n"
    )
    return (relays + results).encode() + made.as_bytes()


def outlook(number: int, draw: random.Random) -> bytes:
    """Return a message as Outlook saves it: a compound file with its header and its text."""
    raw = mail(number, draw)
    head, _, _ = raw.partition(b"\n\n")
    body = (
        f"Pay {_wallet(number % CAMPAIGNS)} at https://o{number % CAMPAIGNS}.example.com/x{number}\n"
        + " ".join(draw.choice(_WORDS) for _ in range(200))
    )
    texts = {0x007D: head.decode("utf-8", "replace")[:4000], 0x1000: body, 0x0037: "Invoice"}
    fixed = struct.pack("<HHIII", 0x0003, 0x340D, 6, 0x00040000, 0)
    rows = b"".join(
        struct.pack("<HHIII", 0x001F, tag, 6, len(text.encode("utf-16-le")) + 2, 0)
        for tag, text in texts.items()
    )
    streams = {f"__substg1.0_{tag:04X}001F": text.encode("utf-16-le") for tag, text in texts.items()}
    return _compound({"__properties_version1.0": b"\x00" * 32 + fixed + rows, **streams})


def files(messages: int) -> Iterator[tuple[str, bytes, int]]:
    """Yield name, bytes and count of messages: seven of ten as mail, one from Outlook, two in mailboxes."""
    draw, number = random.Random(7), 0
    while number < messages:
        if number % 125 >= 100 and number + IN_MAILBOX <= messages:
            box = b"".join(
                b"From thief@example.com Sun Nov 22 10:00:00 2026\n"
                + mail(at, draw).replace(b"\nFrom ", b"\n>From ")
                + b"\n"
                for at in range(number, number + IN_MAILBOX)
            )
            yield f"box{number}.mbox", box, IN_MAILBOX
            number += IN_MAILBOX
        elif number % 10 == 9:
            yield f"m{number}.msg", outlook(number, draw), 1
            number += 1
        else:
            yield f"m{number}.eml", mail(number, draw), 1
            number += 1


def measured(folder: Path, made: Sequence[tuple[str, bytes, int]]) -> dict[str, float]:
    """Return messages a minute, processor seconds, indicators and campaigns."""
    with opened(str(folder)) as (_, _, place):
        desk, actor = ReportDesk(place=place), place.actor(FIRST_OFFICER)
        terms = Terms(purpose="fraud investigations", basis=("40(1)",))
        kept = 0
        spent, begun = _processor(), time.perf_counter()
        with Extracting(brands=("bank.example",)) as extract:
            for name, data, _ in made:
                found = desk.bring(actor, name=name, data=data, extract=extract)
                chosen = [
                    f"{one.first.kind.value} {one.first.value}"
                    for one in found.values
                    if one.first.confidence >= SURE
                ]
                taken = desk.decide(actor, name=found.report.id, kept=chosen, dismissed=(), terms=terms)
                kept += len(taken.added)
        took, used = time.perf_counter() - begun, _processor() - spent
        begun = time.perf_counter()
        campaigns = desk.campaigns(actor).count
        joined = time.perf_counter() - begun
    count = sum(one for _, _, one in made)
    return {
        "messages": count,
        "a_minute": round(60 * count / took, 1),
        "processor_seconds": round(used, 2),
        "milliseconds_each": round(1e3 * used / count, 2),
        "megabytes": round(sum(len(data) for _, data, _ in made) / 1e6, 1),
        "indicators": kept,
        "campaigns": campaigns,
        "campaign_seconds": round(joined, 2),
    }


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, and return 0 when the bound holds."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--messages", type=int, default=2_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    made = list(files(options.messages))
    with tempfile.TemporaryDirectory() as room:
        folder = Path(room) / "node"
        init_node(
            str(folder),
            party="XAA",
            name="X",
            practice=True,
            host="127.0.0.1",
            exchange_port=None,
            passphrase=None,
        )
        found = measured(folder, made)
    holds = found["a_minute"] >= LEAST
    if options.json:
        print(json.dumps({**found, "least": LEAST, "holds": holds}))
    else:
        print(
            f"intake: {found['messages']:.0f} messages ({found['megabytes']} MB), "
            f"{found['a_minute']:.0f} a minute (bound: at least {LEAST:.0f}), "
            f"{found['milliseconds_each']} ms of processor each"
        )
        print(
            f"  {found['indicators']:.0f} indicators kept durably; "
            f"{found['campaigns']:.0f} campaigns joined in {found['campaign_seconds']} s"
        )
    return 0 if holds else 1


def _processor() -> float:
    return sum(
        used.ru_utime + used.ru_stime
        for used in (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    )


def _iban(campaign: int) -> str:
    """Return an account of a campaign, its check digits right."""
    account = f"37040044{campaign:010d}"
    return f"DE{98 - int(f'{account}131400') % 97:02d}{account}"


def _wallet(campaign: int) -> str:
    """Return an address of a campaign, its checksum right."""
    return LIBRARIES.to_base58((data := b"\0" + sha256(b"%d" % campaign)[:20]) + sha256(sha256(data))[:4])


def _compound(streams: dict[str, bytes]) -> bytes:
    """Return a compound file of version 3 whose streams all lie in whole sectors."""
    size, free, end = 512, 0xFFFFFFFF, 0xFFFFFFFE
    named: dict[str, bytes | None] = {**streams, "__nameid_version1.0": None}
    sectors: list[bytes] = []
    chain: list[int] = []
    rows: list[bytes] = []
    order = sorted(range(len(named)), key=lambda at: (len(list(named)[at]), list(named)[at].upper()))
    right = {at: order[place + 1] + 1 for place, at in enumerate(order[:-1])}
    for at, (name, data) in enumerate(named.items()):
        held = b"" if data is None else data + b"\x00" * (max(4096, -(-len(data) // size) * size) - len(data))
        start, count = (len(sectors), len(held) // size) if held else (end, 0)
        sectors += [held[place * size : place * size + size] for place in range(count)]
        chain += [start + place + 1 for place in range(count - 1)] + ([end] if count else [])
        rows.append(
            _entry(name, 1 if data is None else 2, (free, right.get(at, free), free), start, len(held))
        )
    root = _entry("Root Entry", 5, (free, free, order[0] + 1), end, 0)
    directory = root + b"".join(rows)
    directory += _entry("", 0, (0, 0, 0), 0, 0) * (-(len(directory) // 128) % 4)
    first = len(sectors)
    parts = [directory[at : at + size] for at in range(0, len(directory), size)]
    chain += [first + at + 1 for at in range(len(parts) - 1)] + [end]
    sectors += parts
    tables = -(-(len(chain) + 2) // 128)
    table = len(sectors)
    chain += [0xFFFFFFFD] * tables
    chain += [free] * (tables * 128 - len(chain))
    sectors += [struct.pack("<128I", *chain[at : at + 128]) for at in range(0, len(chain), 128)]
    numbers = (0x3E, 3, 0xFFFE, 9, 6, 0, 0, 0, tables, first, 0, 4096, end, 0, end, 0)
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 16 + struct.pack("<HHHHHHIIIIIIIIII", *numbers)
    places = [table + at for at in range(tables)] + [free] * (109 - tables)
    return head + struct.pack("<109I", *places) + b"".join(sectors)


def _entry(name: str, kind: int, links: tuple[int, int, int], start: int, size: int) -> bytes:
    raw = name.encode("utf-16-le")[:62]
    head = raw + b"\x00" * (64 - len(raw)) + struct.pack("<HBB", len(raw) + 2 if name else 0, kind, 1)
    return head + struct.pack("<III", *links) + b"\x00" * 36 + struct.pack("<IQ", start, size)


if __name__ == "__main__":
    raise SystemExit(main())
