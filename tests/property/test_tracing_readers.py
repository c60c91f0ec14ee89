"""Readers of tracing under hostile files: taken in whole, or refused in words with nothing left of them."""

import json
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.engines.tracing.ledger import LedgerFolder
from comity.engines.tracing.primitives import LIBRARIES
from comity.kernel.clock import Instant
from comity.kernel.errors import ComityError, MalformedError
from comity.tracing.blocks import parse_block, split_blocks
from comity.tracing.explorers import read_json
from comity.tracing.intake import take_in
from comity.tracing.ordering import depths
from comity.tracing.packs import read_pack
from comity.tracing.retractions import read_retractions
from comity.tracing.taint import Method, spread
from tests.unit.tracing import test_blocks as blocks
from tests.unit.tracing.chains import ADDRESS, CHAIN, MINED, STOLEN, block, told

pytest.importorskip("duckdb")
yaml = pytest.importorskip("yaml")
shelf = pytest.importorskip("comity.engines.tracing.shelf")

NUMBERS = st.one_of(
    st.sampled_from(
        [0, -1, 1, 2**53 + 1, 2**63, 2**64 + 1, 2**127, 10**40, -(2**80), True, None, "1", "NaN"]
    ),
    st.decimals(allow_nan=False, allow_infinity=False, places=12).map(float),
)
PIECES = st.sampled_from(
    [b"\x00", b"\xff" * 9, b"\xfd\xff\xff", b"\xfe\xff\xff\xff\xff", b"1e999999", b"[" * 3000, b"{"]
)
CHEAP = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@st.composite
def spoilt(draw, data):
    """Return bytes with some of them cut, doubled, changed, or something hostile put in."""
    begin = draw(st.integers(0, len(data)))
    end = draw(st.integers(begin, min(len(data), begin + 12)))
    middle = draw(st.one_of(st.binary(max_size=9), PIECES, st.just(data[begin:end] * 2)))
    return data[:begin] + middle + data[end:] if draw(st.booleans()) else data[:begin]


@CHEAP
@given(spoilt(blocks.GOOD))
def test_blocks_that_are_spoilt_are_refused_with_their_place(data):
    try:
        found = [
            parse_block(raw, network="litecoin", primitives=LIBRARIES, where="f, block 1")
            for _, raw in split_blocks(data, where="f")
        ]
    except MalformedError as fault:
        assert fault.code in ("trace.block", "trace.value") and fault.where.startswith("f")
    else:
        assert all(one.transactions[0].is_coinbase for one in found)


@CHEAP
@given(st.sampled_from(CHAIN), NUMBERS, st.sampled_from(["height", "time", "value", "vout", "txid", "n"]))
def test_numbers_of_json_are_exact_or_refused(one, number, member):
    whole = json.loads(json.dumps(one))
    spent = [row for tx in whole["tx"] for row in tx["vin"] if "txid" in row]
    owners = {"height": [whole], "time": [whole], "vout": spent, "txid": whole["tx"]}
    for owner in owners.get(member, [row for tx in whole["tx"] for row in tx["vout"]])[:1]:
        owner[member] = number
    try:
        found = list(read_json(told(whole), network="bitcoin", primitives=LIBRARIES, where="f"))
    except MalformedError as fault:
        assert fault.where.startswith("f")
        return
    if member == "value" and not isinstance(number, str | None):
        assert found[0].outputs[0].value == Decimal(repr(number)) * 10**8


@CHEAP
@given(spoilt(told(STOLEN)))
def test_json_that_is_spoilt_is_refused_with_its_place(data):
    try:
        list(read_json(data, network="bitcoin", primitives=LIBRARIES, where="f"))
    except MalformedError as fault:
        assert fault.where.startswith("f") or fault.code == "trace.hash"


BIG = (str(2**64 + 1), str(2**127 - 1), str(2**127), "9" * 60)
CELLS = st.sampled_from(("", "7", "-1", "1.0", "1e18", "NaN", "x,y", "a\x1bb", '"', *BIG))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return LedgerFolder(tmp_path_factory.mktemp("readers") / "trace")


@settings(parent=CHEAP, max_examples=4)
@given(cells=st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=3))
def test_a_table_is_taken_whole_and_exact_or_not_at_all(folder, tmp_path_factory, cells):
    path = tmp_path_factory.mktemp("t") / "t.csv"
    rows = [f'"{n}",0,1700000000,a,b,{_cell(value)},{_cell(other)}' for n, (value, other) in enumerate(cells)]
    path.write_text("hash,index,time,from,to,value,note\n" + "\n".join(rows) + "\n")
    with folder.open("XAA/d", path.parent.name.replace("_", "-")[:40], make=True) as ledger:
        try:
            take(folder, ledger, path)
        except MalformedError as fault:
            assert fault.code in ("trace.value", "trace.table")
            assert ledger.contents().sources == () and ledger.contents().moves == 0
        else:
            kept = ledger._db.run("select value from transfer order by id")
            assert [row[0] for row in kept] == [int(value) for value, _ in cells]


def _cell(text):
    return '"' + text.replace('"', '""') + '"'


def take(folder, ledger, path):
    return take_in(
        folder, ledger, str(path), primitives=LIBRARIES, network="", asset="", at=Instant(1), officer="a"
    )


NAMES = st.sampled_from(["m1", "m2", "p", "q", "r", "none"])
SPENDS = st.lists(st.tuples(NAMES, st.integers(0, 2)), max_size=2)
PAYS = st.lists(st.tuples(st.sampled_from(["a", "b"]), st.integers(0, 3000)), min_size=1, max_size=2)
MADE = st.lists(st.tuples(st.sampled_from(["p", "q", "r"]), SPENDS, PAYS), min_size=1, max_size=3)


@settings(parent=CHEAP, max_examples=4)
@given(st.integers(1, 2), MADE)
def test_any_graph_of_transactions_is_on_one_chain_or_leaves_nothing(folder, tmp_path_factory, height, made):
    root = tmp_path_factory.mktemp("g")
    with folder.open("XAA/d", root.name, make=True) as ledger:
        for name, one in (("one.json", MINED), ("two.json", block(height, *made))):
            (root / name).write_bytes(told(one))
            before = (
                ledger._db.run("select * from tx order by all"),
                ledger._db.run("from output order by all"),
            )
            try:
                take(folder, ledger, root / name)
            except MalformedError as fault:
                assert fault.code in ("trace.conflict", "trace.fee"), fault
                assert before == (
                    ledger._db.run("select * from tx order by all"),
                    ledger._db.run("from output order by all"),
                )
        contents = ledger.contents()
        places = range(0, contents.moves, 3)
        for method in (Method.FIFO, Method.HAIRCUT):
            found = ledger.follow(method, places)
            assert sum(taint for _, _, taint in found.holdings()) == found.created


TEXTS = st.one_of(
    st.sampled_from(["", " ", "a\x00b", "x" * 3000, "\u202etxt", "forensic", "BTC", "2024-13-01"]),
    st.integers(), st.booleans(), st.none(), st.floats(), st.lists(st.text(max_size=3), max_size=2),
)  # fmt: skip
MEMBERS = st.sampled_from(
    "title creator address label source currency network confidence lastmod category abuse concepts actor "
    "context tag_type is_cluster_definer tx_hash reason header tags retractions".split()
)
GOOD = {
    "title": "T", "creator": "C", "source": "s", "confidence": "forensic", "currency": "BTC", "label": "l",
    "address": ADDRESS["a"], "reason": "r",
}  # fmt: skip


@CHEAP
@given(st.dictionaries(MEMBERS, TEXTS, max_size=3), st.booleans(), st.booleans())
def test_a_pack_holds_no_tag_that_breaks_a_clause(changes, in_head, back):
    name, read = ("retractions", read_retractions) if back else ("tags", read_pack)
    head = {**GOOD, name: [{**({} if in_head else changes)}]} | (changes if in_head else {})
    try:
        pack = read(head, primitives=LIBRARIES, where="f")
    except MalformedError as fault:
        assert fault.code == "tag.pack"
        return
    assert len(pack.refused) + len(pack.rows if back else pack.tags) == len(head[name])
    for one in pack.rows if back else pack.tags:
        values = [getattr(one, field) for field in one.__slots__]
        assert all(isinstance(value, str) and value.isprintable() and len(value) <= 2000 for value in values)
        assert one.why if back else one.source and one.confidence and one.label


@CHEAP
@given(spoilt(yaml.safe_dump({**GOOD, "tags": [{"address": ADDRESS["a"]}]}).encode()))
def test_yaml_that_is_spoilt_is_refused_with_its_place(data):
    try:
        read_pack(shelf.parsed(data, where="f"), primitives=LIBRARIES, where="f")
    except ComityError as fault:
        assert fault.code == "tag.pack" and fault.where.startswith("f")


@settings(parent=CHEAP, max_examples=50)
@given(st.sets(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=12))
def test_who_spends_comes_after_who_was_spent_or_there_is_a_circle(edges):
    rows = [(1, str(spender), str(spent)) for spender, spent in sorted(edges)]
    try:
        depth = dict(depths(rows))
    except MalformedError:
        assert _has_circle(edges)
    else:
        assert not _has_circle(edges)
        assert all(depth[spender] > depth.get(spent, 0) for _, spender, spent in rows)


def _has_circle(edges):
    left = set(edges)
    while left:
        spenders = {spender for spender, _ in left}
        kept = {(spender, spent) for spender, spent in left if spent in spenders}
        if kept == left:
            return True
        left = kept
    return False


def test_nobody_puts_a_queue_in_another_order_by_paying_themselves():
    stolen, clean, to_self, away = (0, 1, 5), (2, 1, 5), (1, 1, 5), (1, 3, 5)
    found = spread(Method.FIFO, [stolen, clean, to_self, away], seeds=[0])
    assert found.taint == {3: 5}


SCRIPT = "76a914c825a1ecf2a6830c4401620c3a16f1995057c2ab88ac"


def paying(*, fee: object, spent: int = 1000, paid: int = 990) -> bytes:
    before = {"scriptpubkey": SCRIPT, "value": spent}
    one = {
        "txid": "ab" * 32,
        "vin": [{"txid": "cd" * 32, "vout": 0, "prevout": before}],
        "vout": [{"scriptpubkey": SCRIPT, "value": paid}],
        "fee": fee,
        "status": {"confirmed": True, "block_height": 170, "block_time": 1231731025},
    }
    return json.dumps(one).encode()


def test_a_fee_is_what_the_sums_leave() -> None:
    def read(data: bytes) -> list[object]:
        return list(read_json(data, network="bitcoin", primitives=LIBRARIES, where="f"))

    assert len(read(paying(fee=10))) == 1
    for fee in (9, 11, 0):
        with pytest.raises(MalformedError, match="fee is not what the sums") as caught:
            read(paying(fee=fee))
        assert caught.value.where == "f, transaction 1"
    for fee in (-10, 10.5, "10", None):
        with pytest.raises(MalformedError):
            read(paying(fee=fee))
