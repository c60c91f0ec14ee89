"""Lists of fingerprints between nodes: a record on each side or nothing moves; withdrawn for everybody."""

from dataclasses import replace

import pytest
from msgspec.structs import replace as replace_struct

from comity.engines.protection.sealing import KeyVault
from comity.kernel.clock import DAY
from comity.kernel.errors import DeniedError, MalformedError, NotFoundError
from comity.node.hashviews import About, Grounds
from comity.node.listsharing import ListFeedDesk
from comity.node.protecting import HashDesk
from comity.protection.fingerprints import Fingerprints
from comity.protection.service import Lists
from comity.protection.shelves import VICTIM, Entry, State, Vote
from tests.unit.node.feeds import feeds, later, settle
from tests.unit.node.nodes import Side, pair

PDQ = "f8f8f0cce0f4a84f0e370a22028f67f0b36e2ed596623e1d33e6339c4e9c9b22"
ROWS = f"id,pdq,quality,md5,category,claimed\n1,{PDQ},90,,intimate.adult,B\n2,,,{'a' * 32},unsorted,\n"
GROUNDS = Grounds(ground="Act 12, s. 9", licence="matching only", onward=True)


def desk(side: Side) -> HashDesk:
    return HashDesk(
        place=side.place,
        decoder=None,  # type: ignore[arg-type]
        make_vault=side.place.make_vault,  # type: ignore[arg-type]
        make_index=None,  # type: ignore[arg-type]
        memory=None,  # type: ignore[arg-type]
    )


def sides() -> tuple[Side, Side]:
    made = pair()
    for side in made:
        entropy = side.place.entropy
        side.place = replace(side.place, make_vault=lambda secret, e=entropy: KeyVault(secret, entropy=e))
    desk(made[0]).take_in(
        made[0].head(),
        name="known",
        data=ROWS.encode(),
        about=About(subject="intimate", source="Hotline", scheme="vics"),
        grounds=GROUNDS,
    )
    return made


def entries(side: Side, name: str) -> dict[str, Entry]:
    with side.place.store.snapshot() as tx:
        room: Lists = desk(side).room(tx, side.desk)
        return {entry.id: entry for _, entry in room.entries(tx.hashes, [name])}


def lists(side: Side) -> ListFeedDesk:
    return desk(side).feeds


def test_a_list_moves_only_between_records_and_is_sealed_where_it_comes() -> None:
    one, other = sides()
    head = one.head()
    with pytest.raises(DeniedError, match="give away what they show"):
        lists(one).share(head, name="known", to=other.desk, grounds=GROUNDS, consent=False)
    with pytest.raises(MalformedError, match="recorded with its ground"):
        lists(one).share(
            head, name="known", to=other.desk, grounds=Grounds(ground="", licence=""), consent=True
        )
    assert settle(one, other) == 0
    lists(one).share(head, name="known", to=other.desk, grounds=GROUNDS, consent=True)
    assert settle(one, other) == 1  # the terms alone
    (view,) = feeds(one).shared(one.officer())
    assert (view.state.code, view.state.seq) == ("feed.no_record", 1)
    with pytest.raises(NotFoundError):
        entries(other, "known")
    with pytest.raises(MalformedError, match="recorded with its ground"):
        lists(other).accept(other.head(), source=one.desk, name="known", grounds=None, about=About())
    about = About(subject="intimate")
    lists(other).accept(
        other.head(), source=one.desk, name="known", local="theirs", grounds=GROUNDS, about=about
    )
    later(one, other, microseconds=DAY)
    assert settle(one, other) == 2  # the terms, and then the entries
    came = entries(other, "theirs")
    assert set(came) == {"1/1", "1/2"}
    first = came["1/1"]
    assert (first.prints.pdq.hex(), first.prints.quality, first.category) == (PDQ, 90, "intimate.adult")
    assert first.member > 1 and first.member_name == str(one.desk)
    # At rest nothing of it is in the clear, on either side; what was on its way is gone.
    raw = bytes.fromhex(PDQ)
    assert repr(raw)[2:-1] in repr([first])  # so it would look
    for side in (one, other):
        kept = dumped(side)
        assert "known" in kept and PDQ not in kept and repr(raw)[2:-1] not in kept


def dumped(side: Side) -> str:
    """Return everything that a node keeps of indicators, settings, lists and messages."""
    stores = side.place.store._stores  # type: ignore[attr-defined]
    return repr([vars(stores[name]) for name in ("sharing", "node", "hashes", "exchange")])


def test_disputes_votes_and_withdrawals_follow_and_the_end_of_a_record_takes_all_back() -> None:
    one, other = sides()
    lists(one).share(one.head(), name="known", to=other.desk, grounds=GROUNDS, consent=True)
    about = About(subject="intimate")
    lists(other).accept(other.head(), source=one.desk, name="known", grounds=GROUNDS, about=about)
    settle(one, other)
    desk(one).set_state(one.head(), name="known", ids=["1"], state="disputed")
    with one.place.store.transaction() as tx:
        room = desk(one).room(tx, one.desk)
        entry = room.entry(tx.hashes, "known", "1/2")
        assert entry is not None
        vote = Vote(member=3, name="platform", on="md5", good=False, reason="no", at=one.clock.now())
        room.put(tx.hashes, "known", [entry.voted(vote)], at=one.clock.now())
    settle(one, other)
    came = entries(other, "known")
    assert came["1/1"].state is State.DISPUTED
    assert [(each.name, each.on, each.good) for each in came["1/2"].votes] == [
        (f"{one.desk}: platform", "md5", False)
    ]
    desk(one).set_state(one.head(), name="known", ids=["1"], state="withdrawn")
    settle(one, other)
    gone = entries(other, "known")["1/1"]
    assert (gone.state, gone.prints.is_empty) == (State.WITHDRAWN, True)
    lists(one).stop(one.head(), name="known", to=other.desk)
    settle(one, other)
    assert {each.state for each in entries(other, "known").values()} == {State.WITHDRAWN}


def test_what_people_gave_a_shelter_is_fed_as_they_agreed_and_taken_back_in_time() -> None:
    one, other = sides()
    head, now = one.head(), one.clock.now()

    def kept(name: str, since: int) -> Entry:
        prints = Fingerprints(sha256=bytes.fromhex(name * 64))
        votes = (Vote(member=0, name="host", good=True, reason="removed", at=now),)
        return Entry(id=f"sha256:{name * 64}", prints=prints, since=since, bar=VICTIM, votes=votes)

    with one.place.store.transaction() as tx:
        room = desk(one).room(tx, one.desk)
        shelf = replace_struct(room.shelf(tx.hashes, "known"), of_pleas=True, receivers=())
        room.put_shelf(tx.hashes, shelf)
        room.put(tx.hashes, "known", [kept("1", now)], at=now)
    one.clock.advance(1)
    lists(one).share(head, name="known", to=other.desk, grounds=GROUNDS, consent=True)
    about, since = About(subject="intimate"), one.clock.now()
    lists(other).accept(other.head(), source=one.desk, name="known", grounds=GROUNDS, about=about)
    with one.place.store.transaction() as tx:
        room.put(tx.hashes, "known", [kept("2", since), kept("3", since)], at=since)
    settle(one, other)
    came = entries(other, "known")
    # nothing given before the peer was named; the bar with all else; nothing that only the person is told
    assert sorted(came) == [f"1/sha256:{'2' * 64}", f"1/sha256:{'3' * 64}"]
    assert {(each.bar, each.votes) for each in came.values()} == {(VICTIM, ())}

    def waiting() -> list[str]:
        with one.place.store.snapshot() as tx:
            return [row.receiver for row in tx.hashes.recalls(one.desk)]

    desk(one).set_state(head, name="known", ids=[f"sha256:{'2' * 64}"], state="withdrawn")
    assert waiting() == [str(other.desk)]
    settle(one, other)
    assert entries(other, "known")[f"1/sha256:{'2' * 64}"].state is State.WITHDRAWN
    assert waiting() == []
    # a peer whose record ends is owed the word until it said that it has it
    later(one, microseconds=1)
    lists(one).stop(head, name="known", to=other.desk)
    desk(one).set_state(head, name="known", ids=[f"sha256:{'3' * 64}"], state="withdrawn")
    assert waiting() == [str(other.desk)]
    settle(one, other)
    assert waiting() == []
    with pytest.raises(DeniedError, match="nobody adds to it"):
        lists(one).accept(head, source=other.desk, name="known", grounds=GROUNDS, about=about)


def test_a_record_that_ends_by_itself_takes_all_back_too() -> None:
    one, other = sides()
    ends = replace(GROUNDS, until=one.clock.now() + DAY)
    lists(one).share(one.head(), name="known", to=other.desk, grounds=ends, consent=True)
    about = About(subject="intimate")
    lists(other).accept(other.head(), source=one.desk, name="known", grounds=GROUNDS, about=about)
    settle(one, other)
    assert {each.state for each in entries(other, "known").values()} == {State.LIVE}
    later(one, other, microseconds=DAY)
    settle(one, other)
    assert {each.state for each in entries(other, "known").values()} == {State.WITHDRAWN}
    assert settle(one, other) == 0
    lists(one).share(one.head(), name="known", to=other.desk, grounds=GROUNDS, consent=True)
    settle(one, other)
    assert {each.state for each in entries(other, "known").values()} == {State.LIVE}


def test_a_record_that_says_more_than_the_sender_allows_takes_nothing() -> None:
    one, other = sides()
    narrow = replace(GROUNDS, onward=False)
    lists(one).share(one.head(), name="known", to=other.desk, grounds=narrow, consent=True)
    about = About(subject="intimate")
    lists(other).accept(other.head(), source=one.desk, name="known", grounds=GROUNDS, about=about)
    settle(one, other)
    assert feeds(one).shared(one.officer())[0].state.code == "feed.terms"
    assert entries(other, "known") == {}
    lists(other).accept(other.head(), source=one.desk, name="known", grounds=narrow, about=about)
    later(one, other, microseconds=DAY)
    settle(one, other)
    assert set(entries(other, "known")) == {"1/1", "1/2"}
    with pytest.raises(DeniedError, match="does not let it go on"):  # and it may not go on from there
        lists(other).share(other.head(), name="known", to=one.desk, grounds=GROUNDS, consent=True)
