"""A page of 100 objects of the TAXII door, key and marks judged in the durable store, against a bare handler.

Both are ASGI applications called in this process, so only their own work counts: the bare one reads the same
bytes from a table of its own by one indexed query and joins them; it knows no keys, marks or media types.
Pages are asked for at a hundred places of the collection. A page that nothing changed since is given as it
was put together before; what it takes without that is told beside it.

    python -m benchmarks.taxii [--objects 10000] [--many 200000] [--rounds 2000] [--json]
"""

import argparse
import asyncio
import json
import tempfile
import time
from pathlib import Path
from typing import Any

from pysqlite3 import dbapi2

from comity.api.sharing.taxii import DOOR, MEDIA, KeptPages, TaxiiDoor
from comity.bootstrap.nodes import init_node
from comity.bootstrap.opening import opened
from comity.indicators.marks import Tlp
from comity.indicators.ports import SHARED, Shared
from comity.indicators.statements import named_uuid
from comity.kernel.clock import Instant
from comity.kernel.ids import AuthorityId
from comity.node.founding import FIRST_OFFICER
from comity.node.receiving import ReceivingDesk, collection_id, root_name
from comity.node.sharing import SharingDesk
from comity.node.workplace import Workplace

LEAST_RATIO, MOST_GROWTH = 0.3, 1.3
PLACES = 100
DESK = AuthorityId("XAA/contact-point")


def body(number: int) -> bytes:
    """Return one object of usual size."""
    name = named_uuid(str(number))
    return (
        f'{{"type":"indicator","spec_version":"2.1","id":"indicator--{name}",'
        f'"created":"2026-01-01T00:00:00.000Z","modified":"2026-01-01T00:00:00.000Z","pattern":"[url:value = \'http://h{number}.example/\']",'
        '"pattern_type":"stix","valid_from":"2026-01-01T00:00:00Z"}'
    ).encode()


def fill(place: Workplace, start: int, end: int) -> None:
    """Put objects on the shelf."""
    for first in range(start, end, 20_000):
        rows = [
            Shared(
                authority=DESK, shelf=SHARED, number=0, object_id=f"indicator--{named_uuid(str(number))}",
                version="2026-01-01T00:00:00.000000Z", kind="indicator", tlp=Tlp.GREEN,
                added_at=Instant(1_790_000_000_000_000), body=body(number),
            )
            for number in range(first, min(end, first + 20_000))
        ]  # fmt: skip
        with place.store.transaction() as tx:
            tx.sharing.add_shared(rows)


def bare(path: Path, count: int) -> Any:
    """Return the bare handler over a table of its own."""
    base = dbapi2.connect(str(path), isolation_level=None)
    base.execute("PRAGMA journal_mode = WAL")
    base.execute("CREATE TABLE thing (number INTEGER PRIMARY KEY, body BLOB)")
    base.execute("BEGIN")
    base.executemany("INSERT INTO thing VALUES (?, ?)", ((at + 1, body(at)) for at in range(count)))
    base.execute("COMMIT")

    async def app(scope: Any, _receive: Any, send: Any) -> None:
        asked = dict(part.split("=") for part in scope["query_string"].decode().split("&"))
        rows = base.execute(
            "SELECT body FROM thing WHERE number > ? ORDER BY number LIMIT 101", (int(asked["next"]),)
        ).fetchall()
        data = b'{"more":true,"objects":[' + b",".join([row[0] for row in rows[:100]]) + b"]}"
        await send(
            {"type": "http.response.start", "status": 200, "headers": [(b"content-type", MEDIA.encode())]}
        )
        await send({"type": "http.response.body", "body": data})

    return app


async def measured(app: Any, key: str, *, objects: int, rounds: int) -> float:
    """Return pages a second of processor time."""
    path = f"{DOOR}/{root_name(DESK)}/collections/{collection_id(DESK)}/objects/"
    headers = [(b"authorization", f"Bearer {key}".encode()), (b"accept", MEDIA.encode())]
    sizes: list[int] = []

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            assert message["status"] == 200, message
        else:
            sizes.append(len(message["body"]))

    begun = time.process_time()
    for at in range(rounds):
        after = at % PLACES * (objects // PLACES) % (objects - 100)
        scope = {
            "type": "http", "method": "GET", "scheme": "http", "path": path, "headers": headers,
            "query_string": f"limit=100&next={after}".encode(),
        }  # fmt: skip
        await app(scope, None, send)
    spent = time.process_time() - begun
    assert min(sizes) > 20_000
    return rounds / spent


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, and return 0 when the bounds hold."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--objects", type=int, default=10_000)
    parser.add_argument("--many", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=2_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        node = Path(folder) / "node"
        init_node(
            str(node),
            party="XAA",
            name="X",
            practice=True,
            host="127.0.0.1",
            exchange_port=None,
            passphrase=None,
        )
        bound = bare(Path(folder) / "bare.sqlite", options.objects)
        with opened(str(node)) as (_, _, place):
            key = SharingDesk(place=place).add_key(place.actor(FIRST_OFFICER), name="bench")
            found: dict[str, float] = {}
            before = 0
            for name, count in (("few", 1_000), ("usual", options.objects), ("many", options.many)):
                fill(place, before, count)
                before = count
                door = TaxiiDoor(desk=ReceivingDesk(place=place), report=print)
                found[name] = asyncio.run(measured(door, key, objects=count, rounds=options.rounds))
                cold = TaxiiDoor(desk=ReceivingDesk(place=place), report=print, kept=KeptPages(0))
                found[f"{name}_unkept"] = asyncio.run(
                    measured(cold, key, objects=count, rounds=options.rounds // 4)
                )
            found["bound"] = asyncio.run(measured(bound, key, objects=options.objects, rounds=options.rounds))
    ratio, growth = found["usual"] / found["bound"], found["usual"] / found["many"]
    figures = {**{name: round(value) for name, value in found.items()}, "ratio": round(ratio, 2)}
    figures["growth"] = round(growth, 2)
    if options.json:
        print(json.dumps(figures))
    else:
        print(f"TAXII page of 100, a second of processor time: {figures}")
        print(f"bounds: ratio at least {LEAST_RATIO}, growth at most {MOST_GROWTH}")
    return 0 if ratio >= LEAST_RATIO and growth <= MOST_GROWTH else 1


if __name__ == "__main__":
    raise SystemExit(main())
