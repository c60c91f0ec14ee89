"""Ten million payments in a ledger: the same answers and clusters in memory and out of core.

One table is taken into a ledger once. It is asked with much memory, where all holders fit, and with little,
where they lie in tables and windows of payments bring them in. Links are joined by DuckDB with little memory,
and by the pass of the domain. Answers must be the same; what each took is told.

    python -m benchmarks.beyond [--moves 10000000] [--links 300000] [--memory 256]
"""

import argparse
import random
import time
from pathlib import Path
from tempfile import TemporaryDirectory

PLENTY = 6 << 30


def table(duckdb, path, count):
    """Write a table of payments in the order of time among a third as many accounts."""
    db = duckdb.connect()
    db.execute("select setseed(0.5)")
    db.execute(
        f"copy (select 'x' || n as hash, 0 as log_index, 1600000000 + n // 10 as time, "
        f"'a' || (random() * random() * (n // 3 + 2))::bigint as \"from\", "
        f"'a' || (random() * (n // 3 + 2))::bigint as \"to\", (1 + random() * 1e9)::bigint::varchar as value "
        f"from range({count}) t(n)) to '{path}' (format parquet)"
    )
    db.close()


def links(count):
    """Return links among as many addresses: many small clusters and a few large ones."""
    from comity.tracing.clusters import Link

    draw = random.Random(5)
    for n in range(count):
        first, second = draw.randrange(count), draw.randrange(count)
        yield Link(rule="r", tx=f"{n}", first=f"a{first}", second=f"a{second}", because="")


def timed(what, call):
    begun = time.perf_counter()
    found = call()
    print(f"{what:44} {time.perf_counter() - begun:8.1f} s", flush=True)
    return found


def main(argv):
    parser = argparse.ArgumentParser()
    parser.add_argument("--moves", type=int, default=10_000_000)
    parser.add_argument("--links", type=int, default=300_000)
    parser.add_argument("--memory", type=int, default=256, help="MiB of the ledger out of core")
    given = parser.parse_args(argv)
    import duckdb

    from comity.engines.tracing import components
    from comity.engines.tracing.ledger import LedgerFolder
    from comity.engines.tracing.primitives import LIBRARIES
    from comity.kernel.clock import Instant
    from comity.tracing.clusters import joined
    from comity.tracing.intake import take_in
    from comity.tracing.questions import Question
    from comity.tracing.taint import Method
    from comity.tracing.trails import follow

    with TemporaryDirectory() as name:
        root, path = Path(name), Path(name) / "t.parquet"
        table(duckdb, path, given.moves)
        little, much = (LedgerFolder(root / "k", memory=size) for size in (given.memory << 20, PLENTY))

        def take():
            with little.open("bench/desk", "main", make=True) as ledger:
                take_in(
                    little,
                    ledger,
                    str(path),
                    primitives=LIBRARIES,
                    network="",
                    asset="",
                    at=Instant(1),
                    officer="b",
                )
                return ledger.contents().moves

        print(f"{timed(f'taken in with {given.memory} MiB', take):,} payments")
        same = True
        for method in Method:
            question = Question(method=method, seeds=(f"x{given.moves // 4}",))
            digests = []
            for what, folder in ((f"{given.memory} MiB", little), (f"{PLENTY >> 20} MiB", much)):
                with folder.open("bench/desk", "main") as ledger:
                    digests.append(
                        timed(f"{method.value} with {what}", lambda: follow(ledger, question)).digest  # noqa: B023
                    )
            equal = digests[0] == digests[1]
            same = same and equal
            print(f"{method.value}: {'the same digest' if equal else 'NOT THE SAME'} {digests[0][:16]}")
        with little.open("bench/desk", "links", make=True) as ledger:
            db = ledger._db

            def join():
                with db.whole():
                    components.put_links(db, links(given.links))
                    components.join(db)
                return tuple(components.clusters(db, most=given.links))

            found = timed(f"{given.links:,} links joined with {given.memory} MiB", join)
        known = timed("the same links joined in memory", lambda: joined(links(given.links)))
        equal = found == tuple(one for one in known if len(one) > 1)
        word = "the same" if equal else "NOT THE SAME"
        print(f"clusters: {word}, {len(found):,}, the largest {len(found[0]):,}")
    return 0 if same and equal else 1


if __name__ == "__main__":
    import sys

    raise SystemExit(main(sys.argv[1:]))
