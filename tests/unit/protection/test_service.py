"""Lists as an office keeps them: numbered, sealed, one entry a place."""

import msgspec
import pytest

from comity.kernel.clock import Instant
from comity.kernel.errors import ConflictError, DeniedError, MalformedError, NotFoundError, UntrustedError
from comity.protection.categories import Subject
from comity.protection.service import Lists, Taken
from comity.protection.shelves import MOST_VOTES, Entry, Holding, Shelf, State, Vote
from tests.unit.protection.rooms import DESK, NAME, entry, lists, store

AT = Instant(1_000_000)


def holding(name="here", **changes):
    made = {"name": name, "ground": "Act 12", "licence": "none", "onward": True, "since": AT, **changes}
    return Holding(**made)


def shelf(**changes):
    made = {"name": NAME, "subject": Subject.CHILD, "source": "hotline", "made": AT, "holding": holding()}
    return Shelf(**{**made, **changes})


def test_entries_come_once_change_and_are_withdrawn():
    room, rows = lists(), store()
    assert room.put(rows, NAME, [entry(1), entry(2), entry(1)], at=AT) == Taken(added=2, same=1)
    assert room.put(rows, NAME, [entry(1, quality=70), entry(2)], at=AT) == Taken(changed=1, same=1)
    assert room.put(rows, NAME, [entry(2).withdrawn()], at=AT) == Taken(withdrawn=1)
    found = [(row.number, one.id, one.state) for row, one in room.entries(rows, [NAME])]
    assert found == [(3, "1", State.LIVE), (4, "2", State.WITHDRAWN)]
    assert rows.hash_count(DESK, NAME) == 2


def test_a_change_is_never_dated_before_the_one_before_it():
    room, rows = lists(), store()
    room.put(rows, NAME, [entry(1)], at=Instant(50))
    room.put(rows, NAME, [entry(2)], at=Instant(10))  # the clock was set back
    assert [row.changed for row, _ in room.entries(rows, [NAME])] == [50, 50]


def test_entries_are_read_page_by_page(monkeypatch):
    monkeypatch.setattr("comity.protection.service._PAGE", 3)
    monkeypatch.setattr("comity.protection.service._TOGETHER", 2)
    room, rows = lists(), store()
    room.put(rows, NAME, [entry(number) for number in range(8)], at=AT)
    assert [one.id for _, one in room.entries(rows, [NAME])] == [str(number) for number in range(8)]
    assert [one.id for _, one in room.entries(rows, [NAME], after=3, most=4)] == ["3", "4", "5", "6"]


def test_what_lies_in_the_store_tells_nothing():
    room, rows = lists(), store()
    room.put_shelf(rows, shelf())
    room.put(rows, NAME, [entry(1, md5=b"m" * 16)], at=AT)
    (row,) = rows.hash_rows(DESK, [NAME])
    lying = row.sealed + row.key.encode() + (rows.shelf(DESK, NAME) or b"")
    assert entry(1).prints.pdq not in lying
    assert b"m" * 16 not in lying
    assert b"hotline" not in lying
    with pytest.raises(UntrustedError) as caught:
        lists("another key").opened(row)
    assert caught.value.code == "protect.seal"
    moved = Lists(authority=DESK, vault=room.vault)
    with pytest.raises(UntrustedError):  # it is bound to its place
        moved.opened(type(row)(**{name: getattr(row, name) for name in row.__slots__} | {"key": "0" * 16}))


def test_two_places_whose_keys_coincide_are_both_kept(monkeypatch):
    room, rows = lists(), store()
    real = Lists.key
    monkeypatch.setattr(
        Lists, "key", lambda self, name, place, attempt=0: real(self, name, place if attempt else "", attempt)
    )
    room.put(rows, NAME, [entry(1)], at=AT)
    room.put(rows, NAME, [entry(2), entry(3)], at=AT)
    assert {one.id for _, one in room.entries(rows, [NAME])} == {"1", "2", "3"}
    assert room.entry(rows, NAME, "1/2") is not None
    assert room.entry(rows, NAME, "1/9") is None


def test_who_may_receive_is_a_record():
    held = shelf()
    with pytest.raises(DeniedError) as caught:
        held.receiver("platform", AT)
    assert caught.value.code == "protect.no_record"
    given = held.shared(holding("platform", until=Instant(AT + 10)), AT)
    assert given.receiver("platform", AT).ground == "Act 12"
    with pytest.raises(DeniedError):
        given.receiver("platform", Instant(AT + 10))
    closed = shelf(holding=holding(onward=False))
    with pytest.raises(DeniedError) as caught:
        closed.shared(holding("platform"), AT)
    assert caught.value.code == "protect.onward"


def test_a_list_whose_ground_ended_or_that_was_taken_back_is_not_used():
    with pytest.raises(DeniedError) as ended:
        shelf(holding=holding(until=AT)).require_held(AT)
    assert ended.value.code == "protect.ended"
    with pytest.raises(ConflictError) as gone:
        shelf(retracted=AT).require_held(AT)
    assert gone.value.code == "protect.retracted"


@pytest.mark.parametrize("changes", [{"ground": " "}, {"licence": ""}, {"ground": "x" * 401}])
def test_a_record_says_law_and_licence(changes):
    with pytest.raises(MalformedError) as caught:
        holding(**changes)
    assert caught.value.code == "protect.record"


def test_names_and_sources_are_refused_where_they_say_nothing():
    for name in ("", "Known", "../x", "a" * 65, ".x"):
        with pytest.raises(MalformedError):
            shelf(name=name)
    with pytest.raises(MalformedError):
        shelf(source="")
    with pytest.raises(NotFoundError):
        lists().shelf(store(), NAME)


def test_votes_replace_each_other_and_do_not_flood():
    one = entry(1)
    for good in (True, False):
        one = one.voted(Vote(member=7, name="m", on="pdq", good=good, at=AT))
    assert [vote.good for vote in one.votes] == [False]
    with pytest.raises(ConflictError) as caught:
        msgspec.structs.replace(one, votes=one.votes * (MOST_VOTES + 1))
        Entry(id="1", votes=one.votes * (MOST_VOTES + 1))
    assert caught.value.code == "protect.flood"
