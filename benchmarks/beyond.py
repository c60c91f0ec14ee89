"""Ten million payments in a ledger: the same answers and clusters in memory and out of core.

One table is taken into a ledger once. It is asked with much memory, where all holders fit, and with little,
where they lie in tables and windows of payments bring them in. Links are joined by DuckDB with little memory,
and by the pass of the domain. Answers must be the same; what each took is told.

    python -m benchmarks.beyond [--moves 10000000] [--links 300000] [--memory 256]
    python -m benchmarks.beyond --only links --links 10000000 --memory 1024

With --only links each of the two joins runs in a process of its own, and the memory that it took is told.
"""

import argparse
import hashlib
import multiprocessing
import random
import resource
import time
from itertools import groupby
from operator import itemgetter
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


def digest_of(members):
    """Return SHA-256 over clusters, the largest first, how many there are, and how large the largest is.

    Args:
        members: Addresses with the number of their cluster.
    """
    found, count, largest = hashlib.sha256(), 0, 0
    for _, rows in groupby(members, key=itemgetter(0)):
        size = 0
        for size, (_, address) in enumerate(rows, 1):  # noqa: B007
            found.update(address.encode() + b" ")
        found.update(b"\n")
        count, largest = count + 1, max(largest, size)
    return found.hexdigest(), count, largest


def out_of_core(count, memory):
    """Join links in a ledger that may take so many MiB."""
    from comity.engines.tracing import components
    from comity.engines.tracing.ledger import LedgerFolder

    with (
        TemporaryDirectory() as name,
        LedgerFolder(Path(name), memory=memory << 20).open("bench/desk", "links", make=True) as ledger,
    ):
        db = ledger._db

        def keep():
            with db.whole():
                components.keep(db)
            components.drop(db)

        timed("  taken in", lambda: components.put_links(db, links(count)))
        timed("  joined", lambda: components.join(db))
        timed("  kept", keep)
        return timed("  told", lambda: digest_of(components.members(db, most=count)))


def in_memory(count, memory):
    """Join links by the pass of the domain, which holds all of them."""
    from comity.tracing.clusters import joined

    known = timed("  joined", lambda: joined(links(count)))
    return digest_of((n, address) for n, one in enumerate(known) if len(one) > 1 for address in one)


def _measured(call, count, memory, answers):
    found = call(count, memory)
    answers.put((*found, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10))


def joins(count, memory):
    """Join links in both places, each in a process of its own; tell whether clusters are the same."""
    context, found = multiprocessing.get_context("spawn"), []
    for what, call in ((f"with {memory} MiB", out_of_core), ("in memory", in_memory)):
        answers = context.Queue()
        process = context.Process(target=_measured, args=(call, count, memory, answers))

        def run(process=process):
            process.start()
            process.join()
            return process.exitcode

        if timed(f"{count:,} links {what}", run):
            print(f"  ended with {process.exitcode}")
            return False
        digest, clusters, largest, peak = answers.get()
        print(
            f"  {clusters:,} clusters, the largest {largest:,}; {peak:,} MiB at most; {digest[:16]}",
            flush=True,
        )
        found.append(digest)
    print(f"clusters: {'the same digest' if found[0] == found[1] else 'NOT THE SAME'}")
    return found[0] == found[1]


def main(argv):
    parser = argparse.ArgumentParser()
    parser.add_argument("--moves", type=int, default=10_000_000)
    parser.add_argument("--links", type=int, default=300_000)
    parser.add_argument("--memory", type=int, default=256, help="MiB of the ledger out of core")
    parser.add_argument("--only", choices=("links",), help="join links and nothing else")
    given = parser.parse_args(argv)
    if given.only:
        return 0 if joins(given.links, given.memory) else 1
    import duckdb

    from comity.engines.tracing.ledger import LedgerFolder
    from comity.engines.tracing.primitives import LIBRARIES
    from comity.kernel.clock import Instant
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
    equal = joins(given.links, given.memory)
    return 0 if same and equal else 1


if __name__ == "__main__":
    import sys

    raise SystemExit(main(sys.argv[1:]))
