"""A page of 100 objects of the TAXII door, key and marks judged in the durable store, against a bare handler.

All are ASGI applications called in this process, so only their own work counts: the bare one reads the same
bytes from a table of its own by one indexed query and joins them; it knows no keys, marks or media types.
Pages are asked for at a hundred places all over the collection, and the median of five turns counts. ``kept``
is a page that nothing changed since, given as it was put together before; ``cold`` is read anew each time:
the bounds are for it. ``narrow`` is asked with a key that sees one object in a hundred, ``scattered`` never
twice at one place, so that every page comes from the file. Behind that stands the comparison with the servers
of others (``benchmarks/peers.py``), where they are installed.

    python -m benchmarks.taxii [--objects 10000] [--many 1000000] [--rounds 500] [--json]
"""

import argparse
import asyncio
import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any

from pysqlite3 import dbapi2

from benchmarks import peers
from benchmarks.taxiiobjects import DESK, body, fill
from comity.api.sharing.taxii import DOOR, MEDIA, KeptPages, TaxiiDoor
from comity.bootstrap.nodes import init_node
from comity.bootstrap.opening import opened
from comity.indicators.marks import Tlp
from comity.node.founding import FIRST_OFFICER
from comity.node.receiving import ReceivingDesk, collection_id, root_name
from comity.node.sharing import SharingDesk
from comity.node.workplace import Workplace

LEAST_RATIO, MOST_GROWTH = 0.3, 1.3
TURNS = 5
PLACES, EVERYWHERE = 100, 1 << 30
STEP = 7919


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A door, who asks it, how many objects lie behind it, and at how many places they are asked for."""

    app: Any
    key: str
    objects: int
    places: int = PLACES


async def measured(asked: Asked, *, rounds: int, turn: int) -> tuple[float, float]:
    """Return pages a second of processor time, and a second by the clock."""
    path = f"{DOOR}/{root_name(DESK)}/collections/{collection_id(DESK)}/objects/"
    headers = [(b"authorization", f"Bearer {asked.key}".encode()), (b"accept", MEDIA.encode())]
    sizes: list[int] = []

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            assert message["status"] == 200, message
        else:
            sizes.append(len(message["body"]))

    last = max(1, asked.objects - 100)
    places = [(turn * rounds + at) % asked.places * STEP % last // 100 * 100 for at in range(rounds)]
    scopes = [
        {
            "type": "http", "method": "GET", "scheme": "http", "path": path, "headers": headers,
            "query_string": f"limit=100&next={after}".encode(),
        }
        for after in places
    ]  # fmt: skip
    begun, seen = time.process_time(), time.perf_counter()
    for scope in scopes:
        await asked.app(scope, None, send)
    spent, passed = time.process_time() - begun, time.perf_counter() - seen
    assert asked.objects < 10_000 or median(sizes) > 20_000
    return rounds / spent, rounds / passed


def doors(place: Workplace, count: int, *, narrow: bool) -> Iterator[tuple[str, Asked]]:
    """Yield the doors of a node with so many objects, ``narrow`` with one that shows few of them."""
    fill(place, 0, count)
    desk, head = SharingDesk(place=place), place.actor(FIRST_OFFICER)
    made, key = ReceivingDesk(place=place), desk.add_key(head, name="bench")
    cold = Asked(app=TaxiiDoor(desk=made, report=print, kept=KeptPages(0)), key=key, objects=count)
    yield f"cold_{count}", cold
    yield f"kept_{count}", replace(cold, app=TaxiiDoor(desk=made, report=print))
    if narrow:
        yield "scattered", replace(cold, places=EVERYWHERE)
        yield "narrow", replace(cold, key=desk.add_key(head, name="narrow", most_tlp=Tlp.CLEAR))


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, and return 0 when the bounds hold."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--objects", type=int, default=10_000)
    parser.add_argument("--many", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=500)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    few, usual, many = 1_000, options.objects, options.many
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        asked: dict[str, Asked] = {}
        for count in sorted({few, usual, many}):
            node = str(Path(folder) / f"node{count}")
            init_node(
                node,
                party="XAA",
                name="X",
                practice=True,
                host="127.0.0.1",
                exchange_port=None,
                passphrase=None,
            )
            _, _, place = stack.enter_context(opened(node))
            asked |= doors(place, count, narrow=count == many)
            asked[f"bound_{count}"] = Asked(
                app=bare(Path(folder) / f"bare{count}", count), key="", objects=count
            )
        asked["bound_scattered"] = replace(asked[f"bound_{many}"], places=EVERYWHERE)
        turns: dict[str, list[tuple[float, float]]] = {name: [] for name in asked}
        for turn in range(TURNS):
            for name, one in asked.items():
                turns[name].append(asyncio.run(measured(one, rounds=options.rounds, turn=turn)))
    failed = told(turns, few=few, usual=usual, many=many, as_json=options.json)
    return failed if options.json else failed | peers.main([])


def told(
    turns: dict[str, list[tuple[float, float]]], *, few: int, usual: int, many: int, as_json: bool
) -> int:
    """Print medians, and return 0 when the bounds hold."""

    def ratio(one: str, other: str) -> float:
        """Return the median of what two doors did in the same turn."""
        pairs = zip(turns[one], turns[other], strict=True)
        return round(median(a[0] / b[0] for a, b in pairs), 2)

    figures: dict[str, float] = {}
    for name, found in turns.items():
        figures[name] = round(median(cpu for cpu, _ in found))
        figures[f"{name}_wall"] = round(median(wall for _, wall in found))
    figures["ratio"] = ratio(f"cold_{usual}", f"bound_{usual}")
    figures["kept_ratio"] = ratio(f"kept_{usual}", f"bound_{usual}")
    figures["growth"] = ratio(f"cold_{few}", f"cold_{many}")
    figures["scattered_ratio"] = ratio("scattered", "bound_scattered")
    if as_json:
        print(json.dumps(figures))
    else:
        print(f"TAXII page of 100, a second of processor time (and by the clock): {figures}")
        print(f"bounds: ratio at least {LEAST_RATIO}, growth at most {MOST_GROWTH}")
    return 0 if figures["ratio"] >= LEAST_RATIO and figures["growth"] <= MOST_GROWTH else 1


if __name__ == "__main__":
    raise SystemExit(main())
