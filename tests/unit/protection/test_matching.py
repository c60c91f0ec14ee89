"""Questions and answers: quality, turns, exact digests, disputes, bounds."""

import pytest

from comity.kernel.clock import Instant
from comity.kernel.errors import ConflictError, MalformedError
from comity.protection import matching
from comity.protection.fingerprints import RADIUS, TURNS, Fingerprints, Turn, turned_hash
from comity.protection.matching import Question, ask, is_hash, load, question_of
from comity.protection.shelves import State
from tests.unit.protection.rooms import DESK, NAME, entry, lists, near, plain, store

AT = Instant(1_000_000)


class World:
    """One list that is searched."""

    def __init__(self, *entries):
        self.lists, self.store = lists(), store()
        self.lists.put(self.store, NAME, entries, at=AT)
        self.loaded = load(NAME, self.lists.entries(self.store, [NAME]), make=plain, searches=1)

    def follow(self, *entries):
        self.lists.put(self.store, NAME, entries, at=AT)
        self.loaded.follow(self.lists.entries(self.store, [NAME], after=self.loaded.last))

    def ask(self, *questions):
        def opened(key):
            return self.lists.opened(self.store.hash_row(DESK, NAME, f"{key:016x}"))

        return ask(self.loaded, questions, opened)

    def found(self, question):
        (answer,) = self.ask(question)
        return [(match.id, match.on, match.distance) for match in answer.matches]


def asked(pdq, **told):
    return Question(name="x", prints=Fingerprints(pdq=pdq, **told))


def test_up_to_31_bits_match_and_32_do_not():
    one = entry(1)
    world = World(one)
    assert world.found(asked(near(one.prints.pdq, 31))) == [("1", "pdq", 31)]
    assert world.found(asked(near(one.prints.pdq, 32))) == []


@pytest.mark.parametrize(
    ("listed", "given", "expected"), [(49, 100, 0), (100, 49, 0), (50, 50, 1), (None, None, 1)]
)
def test_quality_below_50_never_matches_on_either_side(listed, given, expected):
    world = World(entry(1, quality=listed))
    assert len(world.found(asked(entry(1).prints.pdq, quality=given))) == expected


def test_every_turn_is_found_and_told():
    one = entry(1)
    world = World(one)
    turned = turned_hash(one.prints.pdq)
    for turn, hashed in zip(TURNS, turned, strict=True):
        (answer,) = world.ask(question_of(hashed.hex()))
        (match,) = answer.matches
        assert (match.distance, match.derived) == (0, match.turn is not Turn.ORIGINAL)
        assert turn is Turn.ORIGINAL or match.turn is not Turn.ORIGINAL


def test_the_same_bytes_are_found_by_each_digest_and_stand_first():
    world = World(entry(1, md5=b"m" * 16), entry(2, sha1=b"s" * 20), entry(3, sha256=b"t" * 32))
    assert world.found(question_of((b"m" * 16).hex())) == [("1", "md5", 0)]
    assert world.found(question_of((b"s" * 20).hex().upper())) == [("2", "sha1", 0)]
    assert world.found(question_of("sha256:" + (b"t" * 32).hex())) == [("3", "sha256", 0)]
    assert world.found(question_of((b"t" * 32).hex())) == []  # 64 digits are PDQ unless told
    both = Question(name="x", prints=Fingerprints(pdq=entry(1).prints.pdq, md5=b"m" * 16))
    assert world.found(both) == [("1", "md5", 0)]


def test_disputed_and_withdrawn_entries_match_nothing_and_changes_are_followed():
    one = entry(1, md5=b"m" * 16)
    world = World(one, entry(2))
    question = Question(name="x", prints=one.prints)
    world.follow(type(one)(id="1", prints=one.prints, state=State.DISPUTED))
    assert world.found(question) == []
    world.follow(one)
    assert world.found(question) == [("1", "md5", 0)]
    world.follow(one.withdrawn())
    assert world.found(question) == []
    assert len(world.loaded.index) == 1
    world.follow(entry(1, pdq=near(entry(2).prints.pdq, 3)))
    assert [found[0] for found in world.found(asked(entry(2).prints.pdq))] == ["2", "1"]


def test_floods_are_refused_and_long_answers_end(monkeypatch):
    one = entry(1)
    world = World(*(entry(number, pdq=near(one.prints.pdq, number)) for number in range(8)))
    monkeypatch.setattr(matching, "MOST_TOLD", 5)
    (answer,) = world.ask(asked(one.prints.pdq))
    assert ([match.distance for match in answer.matches], answer.more) == ([0, 1, 2, 3, 4], 3)
    monkeypatch.setattr(matching, "MOST_ASKED", 1)
    with pytest.raises(ConflictError) as caught:
        world.ask(asked(one.prints.pdq), asked(one.prints.pdq))
    assert caught.value.code == "protect.flood"


def test_an_answer_explains_itself():
    one = entry(1, quality=90)
    (answer,) = World(one).ask(question_of(f"pdq:{near(one.prints.pdq, 9).hex()}:80"))
    assert (answer.matchable, answer.quality, answer.more) == (True, 80, 0)
    (match,) = answer.matches
    assert (match.on, match.distance, match.most, match.turn) == ("pdq", 9, RADIUS, Turn.ORIGINAL)
    assert (match.list, match.id, match.member, match.category) == (NAME, "1", "1", "unsorted")


def test_what_is_a_hash():
    assert is_hash("0f" * 32)
    assert is_hash("md5:" + "0F" * 16)
    assert is_hash("pdq:" + "0f" * 32 + ":70")
    assert not is_hash("holiday.jpg")
    assert not is_hash("0f" * 31)
    for text in ("zz", "pdq:" + "0f" * 32 + ":101", "sha512:" + "0f" * 64):
        with pytest.raises(MalformedError):
            question_of(text)
