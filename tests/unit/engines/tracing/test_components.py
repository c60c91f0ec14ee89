"""Clusters out of core are those of the domain: in any order, with little memory, whole or not at all."""

import random
from types import SimpleNamespace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from comity.engines.tracing import components
from comity.engines.tracing.kernels import kernels
from comity.engines.tracing.ledger import LedgerFolder
from comity.kernel.errors import UnavailableError
from comity.tracing.clusters import Applied, Link, Paid, Spending, joined

pytest.importorskip("duckdb")
pytest.importorskip("numba")
np = pytest.importorskip("numpy")
DESK = "XAA/contact-point"
MANY = 64
ENDS = st.integers(0, MANY - 1)
CHAIN = [(n, n + 1) for n in range(MANY - 1)]
SHUFFLED = [(n * 37 % MANY, (n + 1) * 37 % MANY) for n in range(MANY - 1)]
STAR = [(MANY - 1, n) for n in range(MANY)]
PAIRS = [(n, MANY - 1 - n) for n in range(MANY)]


@pytest.fixture
def ledger(tmp_path):
    with LedgerFolder(tmp_path / "trace", memory=1).open(DESK, "main", make=True) as opened:
        yield opened


def links_of(pairs):
    return [
        Link(rule="r", tx=f"{n}", first=f"a{a:02}", second=f"a{b:02}", because="")
        for n, (a, b) in enumerate(pairs)
    ]


def clusters_of(links):
    return tuple(one for one in joined(links) if len(one) > 1)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(ENDS, ENDS), max_size=90), st.integers(1, 90))
@example(CHAIN, 1)
@example(CHAIN[::-1], 7)
@example(SHUFFLED, 5)
@example(STAR, 90)
@example(PAIRS, 3)
def test_each_number_points_to_the_smallest_of_its_cluster(pairs, window):
    parent = np.arange(MANY, dtype=np.int64)
    ends = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    for low in range(0, len(ends), window):
        kernels().unite(ends[low : low + window], parent)
    kernels().settle(parent)
    least = list(range(MANY))
    for one in clusters_of(links_of(pairs)):
        for address in one:
            least[int(address[1:])] = int(one[0][1:])
    assert parent.tolist() == least


@pytest.mark.parametrize(
    "pairs",
    [
        [],
        [(3, 3)],
        CHAIN,
        CHAIN[::-1],
        SHUFFLED,
        STAR,
        PAIRS,
        [divmod(random.Random(7).randrange(6400) * n % 6400, 80) for n in range(45)],
    ],
    ids=["none", "itself", "chain", "backwards", "shuffled", "star", "pairs", "drawn"],
)
def test_clusters_are_those_of_the_domain(ledger, pairs):
    links, db = links_of(pairs), ledger._db
    components.put_links(db, links)
    components.join(db, window=10)
    with db.whole():
        components.keep(db)
    known = clusters_of(links)
    assert tuple(components.clusters(db, most=1000)) == known
    assert tuple(components.clusters(db, most=1)) == known[:1]
    assert components.count(db) == len(known)
    assert tuple(components.clusters(db, most=9, of=["a03", "a05"])) == tuple(
        one for one in known if {"a03", "a05"} & set(one)
    )


def test_what_memory_does_not_hold_goes_to_disk(ledger, tmp_path, monkeypatch):
    """32 MiB for the database, and more bytes of addresses and numbers: a chain and many pairs."""
    db, half = ledger._db, 70_000
    components.put_links(db, [])
    address = "md5(({0})::varchar) || md5('x' || ({0}))"
    place = f"case when n < {half} then n else {2 * half} + 2 * n end"
    db.run(
        f"insert into came select n, 'r', 't', {address.format(place)}, {address.format(place + ' + 1')}, '' "
        f"from range({2 * half}) r(n)"
    )
    db.run("set memory_limit = '32MiB'")
    db.limit = 32 << 20
    run, spilt = db.run, []

    def watched(statement, values=()):
        rows = run(statement, values)
        spilt.append(run("select coalesce(sum(size), 0) from duckdb_temporary_files()")[0][0])
        return rows

    monkeypatch.setattr(db, "run", watched)
    components.join(db)
    with db.whole():
        components.keep(db)
    components.drop(db)
    assert max(spilt) > 8 << 20
    sizes = [len(one) for one in components.clusters(db, most=1 << 20)]
    assert sizes == [half + 1, *[2] * half]
    room = tmp_path / "trace" / "XAA_contact-point" / "room"
    assert not [one for one in room.rglob("*") if one.stat().st_size > 8 << 20]


def spending(tx, *payers):
    return Spending(tx=tx, spent=tuple(Paid(address=one, value=1, kind="p") for one in payers), made=())


def stopped(*_):
    raise KeyboardInterrupt


@pytest.mark.parametrize("where", ["links", "joins", "trees"])
def test_a_clustering_that_is_cut_leaves_the_one_before(tmp_path, monkeypatch, where):
    folder = LedgerFolder(tmp_path / "trace", memory=1)
    first, later = [spending("t", "a", "b")], [spending("t", "a", "b"), spending("u", "b", "c")]
    with folder.open(DESK, "main", make=True) as ledger:
        made = ledger.book.group(Applied(), first, inputs="x")
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            if where == "joins":
                patch.setattr(ledger._db, "arrays", stopped)
            if where == "trees":
                cut = SimpleNamespace(unite=kernels().unite, settle=stopped)
                patch.setattr(components, "kernels", lambda: cut)
            rest = (
                stopped() if one is None else one for one in [*later, *([None] if where == "links" else [])]
            )
            ledger.book.group(Applied(), rest, inputs="y")
        assert ledger.book.grouping() == made
        assert tuple(ledger.book.clusters(most=9)) == (("a", "b"),)
    with folder.open(DESK, "main") as ledger:
        assert tuple(ledger.book.clusters(most=9)) == (("a", "b"),)
        assert not [one for one in tmp_path.rglob("room/*") if one.is_file()]
        ledger.book.group(Applied(), later, inputs="y")
        assert tuple(ledger.book.clusters(most=9)) == (("a", "b", "c"),)
        assert [one.tx for one in ledger.book.links_of("a")] == ["t", "u"]


def test_a_disk_that_is_full_is_told(ledger, monkeypatch):
    def full(**_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("comity.engines.tracing.database.TemporaryFile", full)
    components.put_links(ledger._db, links_of(CHAIN))
    with pytest.raises(UnavailableError, match="No space left"):
        components.join(ledger._db)
