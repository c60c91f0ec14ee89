"""What every store of indicators and shared objects does."""

import itertools
from dataclasses import replace

import pytest

from comity.indicators.marks import Tlp
from comity.indicators.ports import NEVER, NOTHING, Reading, Receiver, Shared, Value, Wanted
from comity.kernel.clock import Instant
from comity.kernel.ids import AuthorityId
from comity.node.ports import Store, Transaction

DESK, COURT = AuthorityId("XAB/contact-point"), AuthorityId("XAB/court")
SHELF = "shared"
T0 = Instant(1_790_000_000_000_000)


def thing(name: str, version: str = "1", **changes: object) -> Shared:
    made = Shared(
        authority=DESK,
        shelf=SHELF,
        number=0,
        object_id=name,
        version=version,
        kind="indicator",
        added_at=T0,
        tlp=Tlp.GREEN,
        body=f"{name} {version}".encode(),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def names(found: tuple[Shared, ...]) -> list[str]:
    return [f"{one.object_id}{one.version}" for one in found]


def test_objects_get_numbers_and_times_that_only_grow(tx: Transaction) -> None:
    first = tx.sharing.add_shared([thing("a"), thing("b")])
    assert [(one.number, one.added_at) for one in first] == [(1, T0), (2, T0 + 1)]
    later = tx.sharing.add_shared(
        [thing("c", added_at=Instant(T0 - 5)), thing("d", added_at=Instant(T0 + 9))]
    )
    assert [(one.number, one.added_at) for one in later] == [(3, T0 + 2), (4, T0 + 9)]
    assert tx.sharing.count_shared(DESK, SHELF) == 4
    assert tx.sharing.count_shared(COURT, SHELF) == 0
    assert tx.sharing.shared(COURT, SHELF, Wanted()) == ()
    assert tx.sharing.add_shared([]) == ()


def test_a_version_is_kept_once_and_the_latest_is_the_newest(tx: Transaction) -> None:
    tx.sharing.add_shared([thing("a", "2"), thing("b", "1"), thing("a", "2"), thing("a", "1")])
    assert tx.sharing.add_shared([thing("a", "2", body=b"other")]) == ()
    tx.sharing.add_shared([thing("b", "3")])
    assert names(tx.sharing.shared(DESK, SHELF, Wanted())) == ["a2", "b3"]
    assert names(tx.sharing.shared(DESK, SHELF, Wanted(every=True))) == ["a2", "b1", "a1", "b3"]
    assert names(tx.sharing.shared(DESK, SHELF, Wanted(ids=("a", "b", "x"), every=True))) == [
        "a2",
        "b1",
        "a1",
        "b3",
    ]
    assert names(tx.sharing.shared(DESK, SHELF, Wanted(ids=("b",)))) == ["b3"]
    assert names(tx.sharing.shared(DESK, SHELF, Wanted(versions=("1",)))) == ["b1", "a1"]


def test_pages_join_without_a_gap_while_others_write(node_store: Store) -> None:
    seen: list[str] = []
    after = 0
    for turn in range(6):
        with node_store.transaction() as tx:
            tx.sharing.add_shared([thing(f"n{turn}-{at}") for at in range(5)])
        with node_store.snapshot() as tx:
            page = tx.sharing.shared(DESK, SHELF, Wanted(after=after, most=4))
        seen += names(page)
        after = page[-1].number
    with node_store.snapshot() as tx:
        seen += names(tx.sharing.shared(DESK, SHELF, Wanted(after=after)))
        whole = names(tx.sharing.shared(DESK, SHELF, Wanted()))
        third = tx.sharing.shared(DESK, SHELF, Wanted(most=3))[-1]
        behind = tx.sharing.shared(DESK, SHELF, Wanted(since=third.added_at))
        nothing = tx.sharing.shared(DESK, SHELF, Wanted(since=Instant(T0 + 10**9)))
    assert seen == whole
    assert len(whole) == 30
    assert names(behind) == whole[3:]
    assert nothing == ()


def test_types_and_marks_choose(tx: Transaction) -> None:
    tx.sharing.add_shared(
        [
            thing("a", tlp=Tlp.RED, owner="me"),
            thing("b", tlp=Tlp.AMBER, kind="malware"),
            thing("c", kind="report", tlp=Tlp.CLEAR),
            thing("d", kind="malware", tlp=Tlp.CLEAR),
        ]
    )

    def found(**wanted: object) -> list[str]:
        return names(tx.sharing.shared(DESK, SHELF, Wanted(**wanted)))  # type: ignore[arg-type]

    assert found(kinds=("malware",)) == ["b1", "d1"]
    assert found(kinds=("malware", "report"), most=2) == ["b1", "c1"]
    assert found(most_tlp=Tlp.GREEN, owner="you") == ["c1", "d1"]
    assert found(most_tlp=Tlp.GREEN, owner="me") == ["a1", "c1", "d1"]
    assert found(ids=("a", "b"), most_tlp=Tlp.AMBER, owner="you") == ["b1"]
    assert found(kinds=("malware",), after=2) == ["d1"]


def test_bytes_of_a_page_are_those_of_its_objects_whatever_lies_between(tx: Transaction) -> None:
    marks = [*Tlp, Tlp.RED, Tlp.RED, Tlp.RED]
    made = [
        thing(
            f"ع{at % 40}",
            f"{at}",
            tlp=marks[at * at % 8] if at < 40 else Tlp.RED,
            owner=("", "me", "you")[at % 3],
            keep_until=Instant(T0 + 5) if at % 7 == 0 else NEVER,
        )
        for at in range(50)
    ]
    tx.sharing.add_shared(made)
    tx.sharing.drop_shared(DESK, SHELF, "ع31")
    for most_tlp, owner, most, kept in itertools.product(Tlp, ("me", "nobody"), (1, 3, 100), (None, T0 + 9)):
        at = None if kept is None else Instant(kept)
        asked = Wanted(most_tlp=most_tlp, owner=owner, most=most, at=at)
        every = tx.sharing.shared(DESK, SHELF, replace(asked, most=100))
        read, after = 0, 0
        while read < len(every):
            page, wanted = tx.sharing.stretch(DESK, SHELF, replace(asked, after=after)), every[read:][:most]
            assert page.joined == b",".join(one.body for one in wanted)
            assert (page.first_at, page.last_at) == (wanted[0].added_at, wanted[-1].added_at)
            read, after = read + len(wanted), page.last
            assert (after, page.more) == (wanted[-1].number, read < len(every))
        assert tx.sharing.stretch(DESK, SHELF, replace(asked, after=after)) == NOTHING
    since = tx.sharing.stretch(DESK, SHELF, Wanted(since=Instant(T0 + 40), most=2))
    late = tx.sharing.shared(DESK, SHELF, Wanted(since=Instant(T0 + 40), most=2))
    assert (since.joined, since.more) == (b",".join(one.body for one in late), True)
    assert tx.sharing.stretch(DESK, SHELF, Wanted(since=Instant(T0 + 999))) == NOTHING


def test_objects_are_found_by_what_they_hold(tx: Transaction) -> None:
    btc, site = Value(kind="btc", text="1A1z"), Value(kind="domain", text="evil.example")
    long = Value(kind="url", text="x" * 5000)
    tx.sharing.add_shared([thing("a"), thing("b"), thing("c")], values=[[btc, btc], [site, long], []])
    tx.sharing.add_shared([thing("b", "2")], values=[[site]])
    assert names(tx.sharing.with_value(DESK, SHELF, kinds=["btc"])) == ["a1"]
    assert names(tx.sharing.with_value(DESK, SHELF, text="evil.example")) == ["b2"]
    assert names(tx.sharing.with_value(DESK, SHELF, kinds=["btc", "domain"])) == ["a1", "b2"]
    assert tx.sharing.with_value(DESK, SHELF, kinds=["btc"], text="evil.example") == ()
    assert tx.sharing.with_value(DESK, SHELF) == ()


def test_what_is_dropped_is_gone_and_the_version_before_is_the_newest_again(tx: Transaction) -> None:
    held = Value(kind="k", text="v")
    tx.sharing.add_shared([thing("a", "1"), thing("a", "2"), thing("b")], values=[[held], [held], []])
    assert tx.sharing.drop_shared(DESK, SHELF, "a", version="2") == 1
    assert names(tx.sharing.shared(DESK, SHELF, Wanted())) == ["a1", "b1"]
    assert names(tx.sharing.with_value(DESK, SHELF, kinds=["k"])) == ["a1"]
    assert tx.sharing.drop_shared(DESK, SHELF, "a") == 1
    assert tx.sharing.drop_shared(DESK, SHELF, "a") == 0
    assert names(tx.sharing.shared(DESK, SHELF, Wanted())) == ["b1"]
    assert tx.sharing.with_value(DESK, SHELF, kinds=["k"]) == ()
    assert tx.sharing.drop_shared(DESK, SHELF, "b") == 1
    assert tx.sharing.count_shared(DESK, SHELF) == 6
    assert [(one.number, one.added_at) for one in tx.sharing.add_shared([thing("c")])] == [(7, T0 + 6)]
    assert names(tx.sharing.shared(DESK, SHELF, Wanted(every=True))) == ["c1"]


def test_what_ended_is_given_no_more_and_goes(tx: Transaction) -> None:
    soon, later = Instant(T0 + 10), Instant(T0 + 20)
    key = Receiver(authority=DESK, name="cert", digest=b"d" * 32, most_tlp=Tlp.AMBER, writes=True, made_at=T0)
    tx.sharing.put_receiver(key)
    nothing = tx.sharing.reading_of(key.digest, SHELF)
    assert nothing == Reading(receiver=key, mark=0, ends_at=NEVER)
    assert tx.sharing.reading_of(b"x" * 32, SHELF) is None
    tx.sharing.add_shared(
        [thing("a", keep_until=soon), thing("b"), thing("c"), thing("c", "2", keep_until=later)]
    )
    assert tx.sharing.reading_of(key.digest, SHELF) == Reading(receiver=key, mark=4, ends_at=soon)

    def given(at: int | None, **wanted: object) -> list[str]:
        asked = Wanted(at=None if at is None else Instant(T0 + at), **wanted)  # type: ignore[arg-type]
        found = names(tx.sharing.shared(DESK, SHELF, asked))
        if not wanted:
            joined = tx.sharing.stretch(DESK, SHELF, asked).joined
            assert joined.decode().replace(" ", "").split(",") == found
        return found

    assert given(9) == given(None) == ["a1", "b1", "c2"]
    assert given(10) == ["b1", "c2"]
    assert given(20) == ["b1"]
    assert given(20, ids=("a", "b", "c"), every=True) == given(20, every=True) == ["b1"]
    assert given(20, kinds=("indicator",)) == ["b1"]
    page = tx.sharing.stretch(DESK, SHELF, Wanted(most=2))
    assert (page.joined.count(b",") + 1, page.last, page.more) == (2, 2, True)
    assert tx.sharing.stretch(DESK, SHELF, Wanted(most=3)).more is False
    assert tx.sharing.drop_ended(DESK, SHELF, at=Instant(T0 + 9)) == 0
    assert tx.sharing.drop_ended(DESK, SHELF, at=later, most=1) == 1
    assert tx.sharing.drop_ended(DESK, SHELF, at=later) == 2
    assert given(None, every=True) == ["b1"]


def test_values_are_read_on_behind_a_number(tx: Transaction) -> None:
    tx.sharing.add_shared([thing(f"n{at}") for at in range(5)], values=[[Value(kind="k", text="v")]] * 5)
    first = tx.sharing.with_value(DESK, SHELF, kinds=["k"], most=2)
    rest = tx.sharing.with_value(DESK, SHELF, kinds=["k"], after=first[-1].number)
    assert names((*first, *rest)) == ["n01", "n11", "n21", "n31", "n41"]


def test_keys_are_found_by_their_digest_until_they_are_revoked(tx: Transaction) -> None:
    made = Receiver(
        authority=DESK, name="cert", digest=b"d" * 32, most_tlp=Tlp.AMBER, writes=True, made_at=T0
    )
    tx.sharing.put_receiver(made)
    tx.sharing.put_receiver(replace(made, name="bank", digest=b"e" * 32, writes=False))
    assert [one.name for one in tx.sharing.receivers(DESK)] == ["bank", "cert"]
    assert tx.sharing.receiver_of(b"d" * 32) == made
    tx.sharing.put_receiver(replace(made, revoked_at=Instant(T0 + 5)))
    assert tx.sharing.receiver_of(b"d" * 32) is None
    assert tx.sharing.receiver_of(b"x" * 32) is None
    assert [one.revoked_at for one in tx.sharing.receivers(DESK)] == [None, T0 + 5]


def test_nothing_stays_of_a_transaction_that_fails_and_a_snapshot_writes_nothing(node_store: Store) -> None:
    with pytest.raises(RuntimeError), node_store.transaction() as tx:
        tx.sharing.add_shared([thing("a")], values=[[Value(kind="k", text="v")]])
        raise RuntimeError
    with node_store.snapshot() as tx:
        assert tx.sharing.shared(DESK, SHELF, Wanted()) == ()
        assert tx.sharing.with_value(DESK, SHELF, kinds=["k"]) == ()
        with pytest.raises(ValueError, match="a snapshot is for reading"):
            tx.sharing.add_shared([thing("a")])
