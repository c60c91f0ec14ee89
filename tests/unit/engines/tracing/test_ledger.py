"""Ledgers in files: taken in once, whole or not at all, the same whatever the order, and followed exactly."""

import json
import random
import time
from dataclasses import replace

import pytest

from comity.engines.tracing import answers, moves
from comity.engines.tracing import ledger as module
from comity.engines.tracing.ledger import LedgerFolder
from comity.engines.tracing.primitives import LIBRARIES
from comity.kernel.clock import SECOND, Instant
from comity.kernel.errors import ConflictError, MalformedError, NotFoundError, UntrustedError
from comity.tracing.clusters import Applied, cluster
from comity.tracing.explorers import read_json
from comity.tracing.intake import take_in
from comity.tracing.questions import Asked, Question
from comity.tracing.since import moved_since
from comity.tracing.taint import Method, spread
from comity.tracing.trails import follow, paths
from tests.unit.tracing.chains import ADDRESS, CASHED, CHAIN, MINED, MIXED, STOLEN, TIME, block, told, txid

pytest.importorskip("duckdb")
pytest.importorskip("numba")
DESK = "XAA/contact-point"


@pytest.fixture
def folder(tmp_path):
    return LedgerFolder(tmp_path / "trace")


@pytest.fixture(scope="module")
def chain(tmp_path_factory):
    root = tmp_path_factory.mktemp("chain")
    folder = LedgerFolder(root / "trace")
    with folder.open(DESK, "main", make=True) as ledger:
        for one in reversed(CHAIN):
            taken(folder, ledger, written(root, f"{one['height']}.json", one))
        yield ledger


def taken(folder, ledger, path, *, network="", asset=""):
    return take_in(
        folder,
        ledger,
        str(path),
        primitives=LIBRARIES,
        network=network,
        asset=asset,
        at=Instant(1),
        officer="a.diallo",
    )


def written(tmp_path, name, data):
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else told(data))
    return path


def test_a_chain_is_followed_to_the_last_unit(chain):
    contents = chain.contents()
    assert (contents.network, contents.model, contents.unseen) == ("bitcoin", "outputs", 0)
    answers = {
        method: {one.address: one.taint for one in follow(chain, ask(method)).holdings} for method in Method
    }
    assert answers[Method.FIFO] == {ADDRESS["exchange"]: 500, ADDRESS["shop"]: 490}
    # 990 of 3990 in the pot: 493 of 1990, then 492 of 1980, 5 to the fee; then 123 of 500, 367, 3
    assert answers[Method.HAIRCUT] == {
        ADDRESS["a"]: 492,
        ADDRESS["exchange"]: 123,
        ADDRESS["shop"]: 367,
        "fees": 8,
    }
    assert answers[Method.POISON] == {
        ADDRESS["a"]: 1980,
        ADDRESS["exchange"]: 500,
        ADDRESS["shop"]: 1480,
        "fees": 40,
    }
    (found,) = paths(chain, ask(Method.POISON), targets=[ADDRESS["exchange"], ADDRESS["victim"]])
    assert [hop.tx for hop in found.hops if hop.target_address] == [txid("theft"), txid("join"), txid("out")]
    assert found.is_whole


def test_what_moved_since_is_told_to_the_unit_and_the_answer_of_then_is_found_again(folder, tmp_path):
    with folder.open(DESK, "main", make=True) as ledger:
        for one in (MINED, STOLEN):
            taken(folder, ledger, written(tmp_path, f"{one['height']}.json", one))
        old = {method: follow(ledger, ask(method)) for method in Method}
        asked = {
            method: Asked(question=trail.question, inputs=trail.ledger, trail=trail.digest)
            for method, trail in old.items()
        }
        still = moved_since(ledger, asked[Method.FIFO])
        assert (still.has_moved, still.steps, still.remains) == (False, (), 990)
        for one in (MIXED, CASHED):
            taken(folder, ledger, written(tmp_path, f"{one['height']}.json", one))
        for method, one in list(asked.items())[:2]:
            found = moved_since(ledger, one)
            assert found.then == old[method] and found.now == follow(ledger, ask(method))
            assert found.has_moved and not any(one.revised for one in found.standings)
        found = moved_since(ledger, asked[Method.FIFO])
        told = [
            (step.tx, [(share.address, share.taint) for share in shares])
            for step in found.steps
            for shares in (step.taken, step.paid)
        ]
        assert told == [
            (txid("join"), [(ADDRESS["thief"], 990)]),
            (txid("join"), [(ADDRESS["mixer"], 990)]),
            (txid("out"), [(ADDRESS["mixer"], 990)]),
            (txid("out"), [(ADDRESS["exchange"], 500), (ADDRESS["b"], 490)]),
            (txid("later"), [(ADDRESS["b"], 490)]),
            (txid("later"), [(ADDRESS["shop"], 490)]),
        ]
        first = found.standings[0]
        assert (first.address, first.then, first.went, first.now, first.remains) == (
            ADDRESS["thief"],
            990,
            990,
            0,
            0,
        )
        assert (found.remains, found.elsewhere) == (0, 990)
        with pytest.raises(NotFoundError, match="never had"):
            moved_since(ledger, replace(asked[Method.FIFO], inputs="0" * 64))
        with pytest.raises(UntrustedError, match="same answer"):
            moved_since(ledger, replace(asked[Method.FIFO], trail="0" * 64))


def test_older_payments_that_come_later_are_told_apart_from_what_moved(folder, tmp_path):
    head = "hash,index,block_timestamp,from,to,value\n"
    early = f"0xbb,0,100,0x{'9' * 40},0x{'1' * 40},70\n"
    rows = f"0xaa,0,200,0x{'2' * 40},0x{'1' * 40},30\n0xcc,0,300,0x{'1' * 40},0x{'3' * 40},50\n"
    with folder.open(DESK, "eth", make=True) as ledger:
        taken(folder, ledger, written(tmp_path, "a.csv", (head + rows).encode()))
        trail = follow(ledger, Question(method=Method.HAIRCUT, seeds=("0xaa",)))
        assert {one.address[2]: one.taint for one in trail.holdings} == {"3": 30}
        taken(folder, ledger, written(tmp_path, "b.csv", (head + early).encode()))
        found = moved_since(ledger, Asked(question=trail.question, inputs=trail.ledger, trail=trail.digest))
    assert (found.has_moved, found.steps) == (False, ())
    assert {one.address[2]: (one.then, one.now, one.revised) for one in found.standings} == {
        "3": (30, 15, -15),
        "1": (0, 15, 15),
    }


def ask(method, *seeds, **more):
    return Question(method=method, seeds=seeds or (txid("theft"),), **more)


def test_the_same_inputs_give_the_same_answer_in_any_order_and_window(folder, tmp_path, monkeypatch):
    files = [written(tmp_path, f"{one['height']}.json", one) for one in CHAIN]
    answers = set()
    for name, order, window in (("one", files, 1 << 20), ("two", files[::-1], 3)):
        monkeypatch.setattr(moves, "WINDOW", window)
        monkeypatch.setattr(moves.windows, "__kwdefaults__", {"size": window})
        with folder.open(DESK, name, make=True) as ledger:
            for path in files if order is files else order:
                taken(folder, ledger, path)
            answers.add(tuple(follow(ledger, ask(method)).digest for method in Method))
    assert len(answers) == 1


def test_a_file_is_taken_in_once(folder, tmp_path):
    path = written(tmp_path, "1.json", MINED)
    with folder.open(DESK, "main", make=True) as ledger:
        assert taken(folder, ledger, path).fresh == 2
        again = taken(folder, ledger, path)
        assert (again.fresh, again.known) == (0, 2)
        other = written(tmp_path, "other.json", {**MINED, "confirmations": 5})
        assert (taken(folder, ledger, other).fresh, taken(folder, ledger, other).known) == (0, 2)
        assert ledger.contents().moves == 2


def test_what_contradicts_is_refused_and_nothing_of_it_stays(folder, tmp_path):
    with folder.open(DESK, "main", make=True) as ledger:
        taken(folder, ledger, written(tmp_path, "1.json", MINED))
        before = ledger.contents()
        lie = block(1, ("x", [], [("a", 5)]), ("m1", [], [("victim", 999)]))
        with pytest.raises(MalformedError, match="two amounts"):
            taken(folder, ledger, written(tmp_path, "lie.json", lie))
        assert ledger.contents() == before
        with pytest.raises(ConflictError, match="network"):
            taken(folder, ledger, written(tmp_path, "2.json", STOLEN), network="litecoin")
        with pytest.raises(ConflictError, match="model"):
            taken(folder, ledger, written(tmp_path, "t.csv", b"hash,time,from,to,value\n"), network="bitcoin")
        assert ledger.contents() == before


def test_within_a_block_who_is_spent_comes_first_whatever_the_file_says(folder, tmp_path):
    turned = {**CASHED, "tx": CASHED["tx"][::-1]}
    with folder.open(DESK, "main", make=True) as ledger:
        for n, one in enumerate((MINED, STOLEN, MIXED, turned)):
            taken(folder, ledger, written(tmp_path, f"{n}.json", one))
        assert {one.address for one in follow(ledger, ask(Method.FIFO)).holdings} == {
            ADDRESS["exchange"],
            ADDRESS["shop"],
        }


def test_seeds_by_output_address_and_time(chain):
    assert follow(chain, ask(Method.FIFO, f"{txid('join')}:1")).created == 1980
    assert follow(chain, ask(Method.FIFO, ADDRESS["thief"])).created == 990
    late = Instant((TIME + 600 * 3) * SECOND)
    for named in (f"{txid('join')}:9", "nobody", txid("none")):
        with pytest.raises(NotFoundError, match="paid so"):
            chain.seeds(named, since=None, until=None)
    with pytest.raises(NotFoundError):
        chain.seeds(ADDRESS["thief"], since=late, until=None)
    assert chain.seeds(ADDRESS["thief"], since=None, until=late)


def test_links_are_kept_and_explain_themselves(chain):
    found = cluster(chain.spendings())
    assert found.clusters == (tuple(sorted((ADDRESS["thief"], ADDRESS["friend"]))),)
    assert chain.book.grouping() is None and list(chain.book.clusters(most=9)) == []
    made = chain.book.group(Applied(), chain.spendings(), inputs="x")
    assert made == chain.book.grouping() and (made.digest, made.links) == (found.digest, 1)
    assert chain.book.links_of(ADDRESS["thief"]) == found.links
    assert chain.book.links_of(ADDRESS["shop"]) == ()
    assert tuple(chain.book.clusters(most=9)) == found.clusters
    assert tuple(chain.book.clusters(most=9, of=[ADDRESS["friend"]])) == found.clusters
    assert tuple(chain.book.clusters(most=9, of=[ADDRESS["shop"]])) == ()


CSV = """hash,block_timestamp,from,to,value,log_index,token_address
0x{a}01,1700000000,0x{zero},0x{A},{big},0,0xaa
0x{a}02,2023-11-15 00:00:00 UTC,0x{a},0x{b},{half},1,0xAA
0x{a}03,1700020000000,0x{b},0x{zero},7,2,0xaa
0x{a}04,1700030000,0x{a},0x{b},9,3,0xbb
"""
WEI = 123_456_789 * 10**18 + 1


def table(**changes):
    words = {
        "a": "a" * 40,
        "A": "A" * 40,
        "b": "b" * 40,
        "zero": "0" * 40,
        "big": WEI,
        "half": WEI // 2,
        **changes,
    }
    return CSV.format(**words).encode()


def test_amounts_beyond_64_bits_stay_exact(folder, tmp_path):
    a, b = "0x" + "a" * 40, "0x" + "b" * 40
    with folder.open(DESK, "eth", make=True) as ledger:
        source = taken(folder, ledger, written(tmp_path, "t.csv", table()), asset="0xAA")
        assert (source.fresh, source.form) == (3, "transfers")
        trail = follow(ledger, Question(method=Method.HAIRCUT, seeds=(a.upper().replace("X", "x"),)))
        assert trail.compiled and trail.created == WEI
        assert {one.address: one.taint for one in trail.holdings} == {
            a: WEI - WEI // 2,
            b: WEI // 2 - 7,
            "burnt:": 7,
        }
        assert [one.amount for one in ledger.moved((1, 0))] == [WEI // 2, WEI]
        assert ledger.moved((1,))[0].at == 1_700_006_400 * SECOND
        assert list(ledger.spendings()) == []


def test_a_table_in_parquet_is_the_same_table(folder, tmp_path):
    duckdb = pytest.importorskip("duckdb")
    csv, parquet = written(tmp_path, "t.csv", table()), tmp_path / "t.parquet"
    db = duckdb.connect()
    db.execute(f"copy (select * from read_csv('{csv}', all_varchar = true)) to '{parquet}'")
    db.close()
    answers = []
    for path in (csv, parquet):
        with folder.open(DESK, path.suffix[1:], make=True) as ledger:
            taken(folder, ledger, path, asset="0xaa")
            answers.append(ledger.moved((0, 1, 2)))
    assert answers[0] == answers[1]


WRONG = (
    (table(big="1.5"), "trace.value"),
    (table(big="-1"), "trace.value"),
    (table(big="1e18"), "trace.value"),
    (table(big=str(1 << 127)), "trace.value"),
    (table(big=""), "trace.value"),
    (table().replace(b"1700000000", b"soon"), "trace.table"),
    (table().replace(b"1700000000", b"9223372036854775807"), "trace.table"),
    (table().replace(b"0x" + b"b" * 40, b"b\x1b[2Jb"), "trace.table"),
    (table().replace(b"block_timestamp", b"when_it_was"), "trace.table"),
    (b"\xff\xfe\x00nonsense", "trace.table"),
)


def test_a_wrong_table_is_refused_by_its_row(folder, tmp_path):
    with folder.open(DESK, "eth", make=True) as ledger:
        for n, (data, code) in enumerate(WRONG):
            with pytest.raises(MalformedError) as caught:
                taken(folder, ledger, written(tmp_path, f"{n}.csv", data), asset="0xaa")
            assert caught.value.code == code, data
        assert ledger.contents().sources == ()


def transfers(ledger):
    return ledger._db.run("select id, position, moment, value from transfer order by position, id")


def test_times_with_an_offset_are_read_with_it(folder, tmp_path):
    noon = 1_700_006_400 * SECOND
    rows = ("2023-11-15T00:00:00Z", "2023-11-15T02:00:00+02:00", "2023-11-14 19:00:00-05")
    data = "hash,time,from,to,value\n" + "".join(f"{n},{at},a,b,5\n" for n, at in enumerate(rows))
    with folder.open(DESK, "eth", make=True) as ledger:
        taken(folder, ledger, written(tmp_path, "t.csv", data.encode()))
        assert {row[2] for row in transfers(ledger)} == {noon}


def test_transfers_of_one_transaction_stay_apart_and_in_order(folder, tmp_path):
    same = b"hash,time,transaction_index,from,to,value\n1,1700000000,7,a,b,5\n1,1700000000,7,a,b,5\n"
    plain = b"hash,time,from,to,value\n" + b"".join(b"1,1700000000,a,b,%d\n" % n for n in range(200))
    with folder.open(DESK, "one", make=True) as ledger:
        assert taken(folder, ledger, written(tmp_path, "same.csv", same)).fresh == 2
        assert [row[1] & 0xFFFFF for row in transfers(ledger)] == [0, 1]
    with folder.open(DESK, "two", make=True) as ledger:
        taken(folder, ledger, written(tmp_path, "plain.csv", plain))
        assert [(row[1], row[3]) for row in transfers(ledger)] == [(n, n) for n in range(200)]


def test_blocks_of_one_second_are_in_the_order_of_their_numbers(folder, tmp_path):
    rows = (
        b"hash,block_number,log_index,time,from,to,value\n2,11,0,1700000000,b,c,5\n1,10,3,1700000000,a,b,5\n"
    )
    with folder.open(DESK, "fast", make=True) as ledger:
        taken(folder, ledger, written(tmp_path, "t.csv", rows))
        assert [one.tx for one in ledger.moved((0, 1))] == ["1", "2"]
        with pytest.raises(MalformedError) as caught:
            taken(folder, ledger, written(tmp_path, "u.csv", rows), network="no-chain")
        assert caught.value.code == "trace.network"


def test_a_token_is_not_guessed_and_a_name_is_no_pattern(folder, tmp_path):
    plain = table().replace(b",token_address", b",note")
    with folder.open(DESK, "eth", make=True) as ledger:
        with pytest.raises(MalformedError, match="asset"):
            taken(folder, ledger, written(tmp_path, "t.csv", plain), asset="0xaa")
        with pytest.raises(MalformedError, match="name of a table"):
            taken(folder, ledger, written(tmp_path, "t[1].csv", table()))


def test_a_contradiction_between_tables_is_refused(folder, tmp_path):
    with folder.open(DESK, "eth", make=True) as ledger:
        taken(folder, ledger, written(tmp_path, "t.csv", table()), asset="0xaa")
        with pytest.raises(MalformedError, match="two amounts"):
            taken(folder, ledger, written(tmp_path, "u.csv", table(half=5)), asset="0xaa")
        assert ledger.contents().moves == 3


def test_names_and_absence(folder, tmp_path):
    with pytest.raises(NotFoundError, match="no such ledger"), folder.open(DESK, "none"):
        pass
    for name in ("../up", "Main", "", "a" * 60):
        with pytest.raises(MalformedError), folder.open(DESK, name, make=True):
            pass
    assert folder.names(DESK) == ()
    with pytest.raises(NotFoundError):
        folder.digest(str(tmp_path / "absent"))


def test_another_time_zone_reads_the_same_times(folder, tmp_path, monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Kathmandu")
    time.tzset()
    try:
        with folder.open(DESK, "eth", make=True) as ledger:
            taken(folder, ledger, written(tmp_path, "t.csv", table()), asset="0xaa")
            assert ledger.moved((1,))[0].at == 1_700_006_400 * SECOND
    finally:
        monkeypatch.undo()
        time.tzset()


def test_one_thread_at_a_time_works_on_a_ledger(folder, monkeypatch):
    monkeypatch.setattr(module, "PATIENCE", 0.01)
    with folder.open(DESK, "main", make=True):
        with pytest.raises(ConflictError) as caught, folder.open(DESK, "main"):
            pass
        assert caught.value.code == "trace.busy"
    with folder.open(DESK, "main"):
        pass


def test_files_are_for_their_owner_only(folder, tmp_path):
    with folder.open(DESK, "main", make=True):
        pass
    (path,) = (tmp_path / "trace").rglob("*.duckdb")
    assert path.stat().st_mode & 0o077 == 0


def random_table(root, *, rows, most, seed):
    """Write a table of transfers among a few accounts, and return it with the id of a payment."""
    draw = random.Random(seed)
    lines = ["hash,index,block_timestamp,from,to,value"]
    for n in range(rows):
        source, target = (f"0x{draw.randrange(1, 25):040x}" for _ in range(2))
        lines.append(f"0x{n:064x},0,{1_600_000_000 + n // 3},{source},{target},{draw.randrange(most)}")
    path = root / f"{most.bit_length()}.csv"
    path.write_text("\n".join(lines) + "\n")
    return path, Question(method=Method.FIFO, seeds=(f"0x{rows // 5:064x}", f"0x{rows // 3:064x}"))


@pytest.fixture
def small_windows(monkeypatch):
    """Let a pass out of core bring in 50 moves at a time, so that a small table has several windows."""
    monkeypatch.setattr(answers, "LEAST_WINDOW", 50)


@pytest.mark.parametrize(
    ("most", "memory"), [(1 << 30, 2 << 30), (1 << 90, 2 << 30), (1 << 90, 1), (1 << 126, 1)]
)
def test_every_pass_gives_the_same_answer_as_that_of_the_domain(tmp_path, small_windows, most, memory):
    path, question = random_table(tmp_path, rows=130, most=most, seed=3)
    everyone = [f"0x{n:040x}" for n in range(25)]
    with LedgerFolder(tmp_path / "a", memory=memory).open(DESK, "eth", make=True) as ledger:
        taken(LedgerFolder(tmp_path), ledger, path)
        inputs = ledger.contents().digest
        places = tuple(ledger.seeds(seed, since=None, until=None)[0] for seed in question.seeds)
        for method in Method:
            notes = []
            exact = spread(
                method, moves.exact(ledger._db), seeds=places, note=lambda *one, told=notes: told.append(one)
            )
            plain = answers.PlainAnswer(found=exact, addresses=moves.addresses(ledger._db, exact.balances))
            found = ledger.follow(method, places)
            assert (found.created, found.funded) == (exact.created, exact.funded)
            assert list(found.holdings()) == list(plain.holdings())
            assert found.compiled == (most < 1 << 100)
            if method is Method.POISON:
                assert found.reached(everyone) == plain.reached(everyone)
                assert found.first(exact.first) == exact.first
            if method is Method.FIFO:
                carried = answers.carried(ledger._db, method, places, inputs=inputs, later=0)
                assert [(one.place, one.taken, one.paid) for one in carried] == notes
    assert not list(tmp_path.rglob("run-*"))


def test_a_pass_out_of_core_that_is_stopped_goes_on_where_it_was(tmp_path, small_windows):
    path, question = random_table(tmp_path, rows=130, most=1 << 90, seed=1)
    folder = LedgerFolder(tmp_path / "a", memory=1)

    def stop(done, _total):
        if done >= 100:
            raise KeyboardInterrupt

    seen = []
    with folder.open(DESK, "eth", make=True) as ledger:
        taken(folder, ledger, path)
        whole = follow(ledger, question)
        with pytest.raises(KeyboardInterrupt):
            follow(ledger, question, tell=stop)
    assert list(tmp_path.rglob("run-eth-*"))
    with folder.open(DESK, "eth") as ledger:
        again = follow(ledger, question, tell=lambda *done: seen.append(done))
    assert (again, seen) == (whole, [(130, 130)])
    assert not list(tmp_path.rglob("run-*"))


LIES = (
    (block(2, ("greedy", [("m2", 0)], [("a", 3001)])), "more than it spends"),
    (block(9, ("round", [("about", 0)], [("a", 1)]), ("about", [("round", 0)], [("a", 1)])), "in a circle"),
    (block(9, ("mirror", [("mirror", 0)], [("a", 1)])), "in a circle"),
    ({**block(0, ("early", [("m2", 0)], [("a", 1)])), "time": TIME}, "before it was made"),
    ({**MINED, "height": 7}, "in two blocks"),
    ({**block(2, ("x", [], [("a", 1)])), "time": TIME}, "two times"),
    (block(1, ("m1", [], [("victim", 1000), ("a", 5)])), "told twice"),
    (block(9, ("again", [("m1", 0)], [("a", 1)])), "spent twice"),
    (block(9, ("beyond", [("m1", 7)], [("a", 1)])), "does not have"),
    (block(9, ("wild", [("nowhere", 1 << 40)], [("a", 1)])), "no transaction has"),
    (block(9, ("self", [("m2", 0), ("m2", 0)], [("a", 1)])), "spent twice"),
    (block(2, ("theft", [("m2", 0)], [("thief", 990)])), "told twice"),
)


@pytest.mark.parametrize(("lie", "why"), LIES, ids=[why + str(n) for n, (_, why) in enumerate(LIES)])
def test_what_cannot_be_on_one_chain_is_refused(folder, tmp_path, lie, why):
    with folder.open(DESK, "main", make=True) as ledger:
        for n, one in enumerate((MINED, STOLEN)):
            taken(folder, ledger, written(tmp_path, f"{n}.json", one))
        before = ledger.contents()
        with pytest.raises(MalformedError, match=why) as caught:
            taken(folder, ledger, written(tmp_path, "lie.json", lie))
        assert caught.value.code in ("trace.conflict", "trace.fee")
        assert ledger.contents() == before


def test_a_fee_that_a_later_file_shows_to_be_impossible_is_refused_with_that_file(folder, tmp_path):
    with folder.open(DESK, "main", make=True) as ledger:
        taken(folder, ledger, written(tmp_path, "2.json", block(2, ("greedy", [("m1", 0)], [("a", 1001)]))))
        before = ledger.contents()
        with pytest.raises(MalformedError, match="more than it spends"):
            taken(folder, ledger, written(tmp_path, "1.json", MINED))
        assert ledger.contents() == before


def test_places_that_files_tell_do_not_change_an_answer(folder, tmp_path):
    whole = block(1, ("one", [], [("a", 5)]), ("two", [], [("a", 7)]), ("three", [], [("b", 9)]))
    parts = {**whole, "tx": whole["tx"][::-1], "size": 1}
    digests = set()
    for name, order in (("w", (whole, parts)), ("p", (parts, whole))):
        with folder.open(DESK, name, make=True) as ledger:
            for n, one in enumerate(order):
                taken(folder, ledger, written(tmp_path, f"{name}{n}.json", one))
            digests.add(follow(ledger, ask(Method.FIFO, ADDRESS["a"])).digest)
    assert len(digests) == 1


def test_json_that_is_not_json_of_a_ledger(folder, tmp_path):
    bad = (
        b"[",
        b"[NaN]",
        b"{}",
        b'[{"txid": "00"}]',
        json.dumps({**MINED, "tx": ["00" * 32]}).encode(),
        json.dumps({**MINED, "height": -1}).encode(),
        told(MINED).replace(b"76a9", b"zzzz"),
        told(MINED).replace(b"1e-05", b"1e-09"),
        told(MINED).replace(b"1e-05", b"1e999995"),
        b"[" * 100_000,
        told(MINED).replace(b"1e-05", b"0.00001000000000000000000000000000000000001"),
        told(MINED).replace(b"1e-05", b"-1e-05"),
        told(MINED).replace(b"1e-05", b"true"),
        told(MINED).replace(b'"height": 1', b'"height": ' + b"9" * 5000),
        told(MINED).replace(b'"height": 1', b'"height": 1.0'),
        told(MINED).replace(b'"height": 1', b'"height": 1, "height": 2'),
        told(MINED).replace(b'"n": 0', b'"n": 1'),
        told(MINED).replace(b'[{"coinbase": "00"}]', b"[]"),
        told(MINED).replace(b'[{"coinbase": "00"}]', b'[{"coinbase": "00"}, {"coinbase": "00"}]'),
        told(MINED).replace(b'"time": 1700000600', b'"time": 999999999999'),
        b"abc",
    )
    with folder.open(DESK, "main", make=True) as ledger:
        for n, data in enumerate(bad):
            with pytest.raises(MalformedError) as caught:
                taken(folder, ledger, written(tmp_path, f"{n}.json", data))
            assert caught.value.code.split(".")[0] in ("trace", "time"), data[:40]
            assert caught.value.where.startswith(f"{n}.json"), caught.value.where
    with pytest.raises(MalformedError, match="not JSON") as broken:
        list(read_json(b'[\n{"a": 1,}]', network="bitcoin", primitives=LIBRARIES, where="f"))
    assert broken.value.where == "f, line 2, column 9"
