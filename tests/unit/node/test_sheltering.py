"""The desk of a shelter: whose it is, what a person may do, what nobody else may, what reaches receivers."""

import json
import threading
from dataclasses import replace
from functools import partial
from itertools import product

import msgspec
import pytest

from comity.bootstrap.protection import hash_desk, shelter_desk
from comity.cases.approvals import APPROVING_ROLES
from comity.engines.protection.checkdigits import StandardDigits
from comity.engines.signinsecrets import Argon2Secrets
from comity.exchange.calls import Caller
from comity.exchange.entries import OF_SHELTERS, SHELTER
from comity.exchange.envelope import End
from comity.kernel.clock import DAY, HOUR
from comity.kernel.digests import sha256
from comity.kernel.errors import ComityError
from comity.kernel.ids import AuthorityId, Fingerprint
from comity.node import sheltertries
from comity.node.access import ALLOWED, Action, Role
from comity.node.exchanging import exchange_desk, feeder_of
from comity.node.founding import FIRST_OFFICER, own_entry, own_root
from comity.node.hashdoors import HashDoors
from comity.node.hashviews import About, Grounds
from comity.node.outcomes import tell_outcome
from comity.node.people import PeopleDesk
from comity.node.sheltering import ShelterDesk
from comity.node.shelteroffice import ShelterOffice
from comity.node.shelterrows import key_of
from comity.node.sheltertries import Flood
from comity.node.shelterviews import Asked, Back, More, Wish
from comity.node.takedowns import TakedownDesk, Where
from comity.node.watching import Watch
from comity.protection.categories import Subject
from comity.protection.matching import question_of
from comity.protection.pleas import Given, draw_number, is_number, require_pin
from comity.protection.stopncii import fetched, own_vote
from comity.requests.service import example
from tests.unit.node.feeds import later
from tests.unit.node.nodes import Side, Wire, node

PIN = "40718253"
GROUNDS = Grounds(ground="Act 9, section 2", licence="matching only", onward=False)


def given(number: int, *, video: bool = False, frames: int = 1) -> Given:
    return Given(
        video=video,
        md5=f"{number:032x}",
        sha256=f"{number:08x}" + "ab" * 28,
        pdq=[sha256(b"%d %d" % (number, frame)).hex() for frame in range(frames)],
        quality=[90] * frames,
    )


class House:
    """A shelter with one list and one receiver."""

    def __init__(self) -> None:
        self.side: Side = node("XAA", 8, shelter=True)
        self.hashes = hash_desk(self.side.place)
        self.desk = ShelterDesk(
            place=self.side.place,
            hashes=self.hashes,
            hasher=Argon2Secrets(time_cost=1, memory_kib=64),
            checks=StandardDigits(),
            turn=threading.Lock(),
            flood=Flood(now=self.side.place.clock.now),
        )
        self.office = ShelterOffice(place=self.side.place, hashes=self.hashes)
        self.doors = HashDoors(desk=self.hashes)
        self.head = self.side.place.actor(FIRST_OFFICER)
        self.office.make_list(
            self.head, name="safe", about="Platforms", ground="Act 9", licence="matching only"
        )
        self.key = self.receiver("meta")

    def receiver(self, name: str) -> str:
        return self.hashes.share(self.head, name="safe", to=name, grounds=GROUNDS).key

    def open(self, *files: Given, likeness: bool = True) -> str:
        self.side.clock.advance(1)
        return self.desk.open(
            Wish(pin=PIN, lists=["safe"], files=list(files or (given(1),)), likeness=likeness)
        ).number

    def seen(self, key: str = "") -> dict[str, str]:
        """What a receiver is told at the door: state by id."""
        walked = self.doors.walk(self.doors.receiver(key or self.key, subject=Subject.INTIMATE))
        return {entry.id: entry.state.value for _, entry in walked.found}

    def clock_of(self, receiver: str = "meta"):
        return next(one for one in self.office.overview(self.head).clocks if one.receiver == receiver)


@pytest.fixture
def house() -> House:
    return House()


def root_of(side: Side) -> Fingerprint:
    with side.place.store.snapshot() as tx:
        return own_root(tx)


def refused(code: str, call, *given, **named) -> ComityError:
    with pytest.raises(ComityError) as caught:
        call(*given, **named)
    assert caught.value.code == code
    return caught.value


def test_a_shelter_is_founded_and_never_becomes_anything_else(house: House) -> None:
    people, other = PeopleDesk(place=house.side.place), node("XAB", 1)
    refused(
        "entry.shelter", people.add_officer, house.head, authority="XAA/shelter", name="x", roles=["officer"]
    )
    refused(
        "entry.shelter", people.add_authority, house.head, authority="XAA/p", name="P", roles=["prosecutor"]
    )
    refused("entry.shelter", people.change_roles, house.head, name=str(FIRST_OFFICER), roles=["head"])
    elsewhere = PeopleDesk(place=other.place)
    refused(
        "entry.shelter",
        elsewhere.add_officer,
        other.head(),
        authority=other.desk,
        name="x",
        roles=["trustee"],
    )
    refused(
        "entry.shelter", elsewhere.add_authority, other.head(), authority="XAB/s", name="S", roles=[SHELTER]
    )
    people.add_officer(house.head, authority="XAA/shelter", name="a.rose", roles=["counsellor"])
    with house.side.place.store.snapshot() as tx:
        assert own_entry(tx).is_shelter
    with other.place.store.snapshot() as tx:
        assert not own_entry(tx).is_shelter


@pytest.mark.parametrize(("role", "action"), list(product(Role, Action)))
def test_nobody_who_works_cases_reads_a_shelter_and_nobody_there_works_cases(role, action) -> None:
    open_here = action in ALLOWED[role]
    if role.value in OF_SHELTERS:
        kinds = ("case.", "evidence.", "act.", "law.", "indicator.", "trace.", "courier", "report.", "look.")
        assert not (open_here and action.value.startswith(kinds))
        assert role.value not in APPROVING_ROLES
    else:
        assert not (open_here and action.value.startswith("plea."))


def test_another_node_has_no_such_desk_and_a_shelter_takes_no_act(house: House) -> None:
    police = node("XAB", 1)
    office = ShelterOffice(place=police.place, hashes=hash_desk(police.place))
    posing = replace(house.head, authority=police.desk)
    for actor, code in ((police.head(), "access.role"), (posing, "shelter.not_here")):
        refused(code, office.overview, actor)
        refused(code, office.outcome, actor, value="0" * 32, outcome="removed", by="x")
    with pytest.raises(ValueError, match="only a shelter"):
        shelter_desk(police.place, hash_desk(police.place))
    desk = ShelterDesk(
        place=police.place,
        hashes=hash_desk(police.place),
        hasher=house.desk.hasher,
        checks=StandardDigits(),
        turn=threading.Lock(),
        flood=house.desk.flood,
    )
    for call, asked in ((desk.follow, Asked(number="1", pin=PIN)), (desk.forget, Asked(number="1", pin=PIN))):
        refused("shelter.not_here", call, asked)
    refused("shelter.not_here", desk.offers)
    form = json.dumps(example("preservation")).encode()
    refused("access.role", house.side.cases.draft_request, house.head, form=form, to="XAB/contact-point")


def test_an_act_that_is_sent_to_a_shelter_is_refused_and_nothing_of_it_is_kept(house: House) -> None:
    police, shelter = node("XAB", 1), house.side
    for here, there in ((police, shelter), (shelter, police)):
        card, head = there.peers.card(), here.place.actor(FIRST_OFFICER)
        here.peers.add(head, card=card, words=" ".join(there.peers.words(here.peers.card())))
    form = json.dumps(example("preservation")).encode()
    request = police.settle(police.cases.draft_request(police.officer(), form=form, to="XAA/shelter"))
    end = End(authority=AuthorityId("XAA/shelter"), root=root_of(shelter))
    report = exchange_desk(police.place).send(police.desk, end, Wire(police, shelter))
    assert report.failure is None
    (act,) = police.cases.show(police.officer(), case=request.case, purpose="practice").acts
    assert act.receipt_result == "refused"
    with shelter.place.store.snapshot() as tx:
        assert tx.acts.get(end.authority, act.act) is None


def test_a_person_gives_follows_adds_and_takes_back(house: House) -> None:
    number = house.open(given(1), given(2, video=True, frames=3))
    view = house.desk.follow(Asked(number=number, pin=PIN))
    assert [(one.n, one.video, one.standing) for one in view.items] == [(1, False, "live"), (2, True, "live")]
    assert [one.receivers for one in view.lists] == [("meta",)]
    assert len(house.seen()) == 6
    house.side.clock.advance(1)
    assert len(house.desk.add(More(number=number, pin=PIN, files=[given(3)])).items) == 3
    view = house.desk.withdraw(Back(number=number, pin=PIN, items=[2]))
    assert [one.standing for one in view.items] == ["live", "gone", "live"]
    assert view.items[1].waiting == ("meta",)
    seen = house.seen()
    assert sorted(seen.values()) == ["live"] * 4 + ["withdrawn"] * 4
    assert house.desk.follow(Asked(number=number, pin=PIN)).items[1].waiting == ()
    refused("shelter.open", house.desk.forget, Asked(number=number, pin=PIN))
    house.desk.withdraw(Back(number=number, pin=PIN))
    house.desk.forget(Asked(number=number, pin=PIN))
    refused("shelter.refused", house.desk.follow, Asked(number=number, pin=PIN))
    assert house.office.overview(house.head).cases == 0


def test_every_entry_says_that_it_must_never_be_used_against_the_person(house: House) -> None:
    house.open(given(1))
    text = house.hashes.give_out(house.head, name="safe", to="meta", form="csv").decode()
    assert all(line.endswith(",victim") for line in text.splitlines()[1:])
    assert b"bar:victim" in house.hashes.give_out(house.head, name="safe", to="meta", form="vics")
    walked = house.doors.walk(house.doors.receiver(house.key, subject=Subject.INTIMATE))
    assert b'"useBar":"victim"' in fetched(walked.found, start=0, after=0, more=False)
    # it stays when the list is taken in elsewhere, and is told with each match; nobody takes it off
    police = node("XAB", 1)
    lists, head = hash_desk(police.place), police.head()
    lists.take_in(head, name="given", data=text.encode())
    question = question_of(given(1).pdq[0])
    assert lists.match(head, name="given", questions=[question])[0].matches[0].bar == "victim"
    lists.take_in(head, name="given", data=text.replace(",victim", ",").encode())
    assert lists.match(head, name="given", questions=[question])[0].matches[0].bar == "victim"


def test_nobody_searches_or_fills_what_people_gave(house: House) -> None:
    house.open()
    question = question_of(given(1).pdq[0])
    refused("protect.of_pleas", house.hashes.match, house.head, name="safe", questions=[question])
    refused("protect.of_pleas", house.hashes.take_in, house.head, name="safe", data=b"0f" * 32)
    submits = Grounds(ground="x", licence="x", submits=True)
    refused("protect.of_pleas", house.hashes.share, house.head, name="safe", to="evil", grounds=submits)


def test_what_is_wrong_is_told_alike_and_tries_are_limited(house: House) -> None:
    number = house.open()
    told = {
        str(refused("shelter.refused", house.desk.follow, Asked(number=one, pin=pin)))
        for one, pin in ((number, "00000001"), ("1" * 16, PIN), ("no number", PIN), (number, ""))
    }
    assert len(told) == 1
    for _ in range(sheltertries.MOST_AN_HOUR):
        refused("shelter.refused", house.desk.follow, Asked(number=number, pin="00000001"))
    refused("shelter.refused", house.desk.follow, Asked(number=number, pin=PIN))  # right, and too late
    house.side.clock.advance(HOUR + 1)
    assert house.desk.follow(Asked(number=number, pin=PIN)).items
    for _ in range(10):  # what is right is no miss
        house.desk.follow(Asked(number=number, pin=PIN))
    for _ in range(sheltertries.MOST_A_DAY):
        refused("shelter.refused", house.desk.withdraw, Back(number=number, pin="00000001"))
        house.side.clock.advance(HOUR // 2)
    refused("shelter.refused", house.desk.follow, Asked(number=number, pin=PIN))
    house.side.clock.advance(DAY)
    assert house.desk.follow(Asked(number=number, pin=PIN)).items


def test_a_wish_whose_answer_was_lost_is_one_case_and_all_of_it_can_be_taken_back(house: House) -> None:
    house.side.clock.advance(1)

    def ask(*files: Given, pin: str = PIN, once: str = "0f" * 16) -> str:
        return house.desk.open(Wish(pin=pin, lists=["safe"], files=list(files), once=once)).number

    number = ask(given(1))
    assert ask(given(1)) == number and ask(given(1), given(2)) == number
    assert len(house.desk.follow(Asked(number=number, pin=PIN)).items) == 2
    assert number not in {ask(given(1), pin="40718254"), ask(given(1), once="1f" * 16)}
    assert house.office.overview(house.head).cases == 3
    for wrong in ("x" * 32, "0f"):
        with pytest.raises(ValueError, match="not what the page draws"):
            ask(given(1), once=wrong)


def test_a_right_and_a_wrong_number_write_and_hash_the_same(house: House, monkeypatch) -> None:
    number, done = house.open(), []
    monkeypatch.setattr(Argon2Secrets, "holds", lambda *_: done.append("slow") or False)
    monkeypatch.setattr(Argon2Secrets, "hashed", lambda *_: done.append("slow") or b"never")
    for one in (number, draw_number(house.side.place.entropy, checks=StandardDigits())):
        refused("shelter.refused", house.desk.follow, Asked(number=one, pin="00000001"))
    assert done == ["slow", "slow"]  # each costs one slow hash: no clock tells them apart
    with house.side.place.store.snapshot() as tx:
        tries = sheltertries._tries(tx, house.side.place.clock.now())
        assert sorted(map(len, tries.values())) == [1, 1]
        kept = b"".join(tx.node.setting(name) or b"" for name in tx.node.names(""))
        assert number.encode() not in kept
        assert number not in "".join(tx.hashes.pleas(house.head.authority))


def test_floods_are_held_back(house: House, monkeypatch) -> None:
    monkeypatch.setattr(sheltertries, "OPENED_AN_HOUR", 2)
    house.open()
    house.open()
    refused("shelter.busy", house.open)
    house.side.clock.advance(HOUR + 1)
    number = house.open()
    monkeypatch.setattr(sheltertries, "ASKED_AN_HOUR", 1)
    refused("shelter.busy", house.desk.follow, Asked(number=number, pin=PIN))
    monkeypatch.undo()
    many = [given(n) for n in range(101)]
    refused("shelter.files", house.open, *many)
    refused("shelter.files", house.desk.add, More(number=number, pin=PIN, files=many[:100]))
    refused("shelter.pin", house.desk.open, Wish(pin="12345678", lists=["safe"], files=[given(1)]))
    refused("shelter.consent", house.desk.open, Wish(pin=PIN, consent=9, lists=["safe"], files=[given(1)]))
    for lists in ([], ["other"]):
        refused("shelter.lists", house.desk.open, Wish(pin=PIN, lists=lists, files=[given(1)]))


def test_two_people_may_give_the_same_image_and_neither_learns_of_the_other(house: House) -> None:
    one, two = house.open(given(1)), house.open(given(1))
    house.desk.withdraw(Back(number=one, pin=PIN))
    assert set(house.seen().values()) == {"live"}
    assert house.clock_of().waiting == 0
    view = house.desk.follow(Asked(number=one, pin=PIN)).items[0]
    assert (view.standing, view.waiting) == ("gone", ())
    house.desk.withdraw(Back(number=two, pin=PIN))
    assert set(house.seen().values()) == {"withdrawn"}


def test_a_receiver_gets_nothing_that_was_given_before_it_was_recorded(house: House) -> None:
    number = house.open(given(1))
    house.side.clock.advance(1)
    late = house.receiver("later")
    assert house.seen(late) == {}
    house.side.clock.advance(1)
    house.desk.add(More(number=number, pin=PIN, files=[given(2)]))
    assert len(house.seen(late)) == 2
    house.desk.withdraw(Back(number=number, pin=PIN))
    assert sorted(house.seen(late).values()) == ["withdrawn"] * 2  # and of the first it never learns
    assert len(house.seen()) == 4
    assert (
        "0" * 60 + "0f0f"
        not in house.hashes.give_out(house.head, name="safe", to="later", form="csv").decode()
    )


def test_what_was_taken_back_and_not_fetched_rings_before_the_day_is_over(house: House) -> None:
    number = house.open()
    assert house.seen()
    house.desk.withdraw(Back(number=number, pin=PIN))
    assert (house.clock_of().waiting, house.clock_of().is_late) == (2, False)
    watch = Watch(place=house.side.place)
    assert watch.turn() == ()
    house.side.clock.advance(18 * HOUR)
    assert house.clock_of().is_late
    (call,) = watch.turn()
    assert (call.alarm.code, call.alarm.about, call.officer) == ("recall", "meta safe", FIRST_OFFICER)
    house.seen()
    assert (house.clock_of().waiting, house.clock_of().oldest) == (0, None)


def test_a_receiver_whose_record_ended_is_still_owed_the_word(house: House) -> None:
    number = house.open()
    house.seen()
    house.side.clock.advance(1)
    house.hashes.stop(house.head, name="safe", to="meta")
    refused("protect.caller", house.seen)
    house.desk.withdraw(Back(number=number, pin=PIN))
    assert house.clock_of().waiting == 2
    assert house.office.confirm(house.head, name="safe", receiver="meta") == 2
    refused("shelter.told", house.office.confirm, house.head, name="safe", receiver="meta")
    house.hashes.set_state(house.head, name="safe", ids=[], state="withdrawn")
    assert house.clock_of().waiting == 0  # nothing was left to take back


def test_a_receiver_that_was_stopped_and_shared_with_again_is_owed_the_word_too(house: House) -> None:
    number = house.open()
    house.seen()
    house.side.clock.advance(1)
    house.hashes.stop(house.head, name="safe", to="meta")
    house.open(given(2))  # while nobody receives: never for who comes later
    house.side.clock.advance(1)
    key = house.receiver("meta")
    house.desk.withdraw(Back(number=number, pin=PIN))
    assert max(one.waiting for one in house.office.overview(house.head).clocks) == 2
    assert list(house.seen(key).values()) == ["withdrawn"] * 2
    assert not any(one.waiting for one in house.office.overview(house.head).clocks)


def test_what_is_given_again_before_the_receiver_came_keeps_nobody_waiting(house: House) -> None:
    number = house.open()
    house.seen()
    house.desk.withdraw(Back(number=number, pin=PIN))
    house.open()
    assert list(house.seen().values()) == ["live"] * 2
    assert house.clock_of().waiting == 0
    assert house.desk.follow(Asked(number=number, pin=PIN)).items[0].waiting == ()


def test_the_person_learns_what_became_of_the_image(house: House) -> None:
    number = house.open(given(1))
    caller = house.doors.receiver(house.key, subject=Subject.INTIMATE)
    vote = own_vote(caller.member, "meta", house.side.place.clock.now())
    places = [f"1/ImagePDQ:{given(1).pdq[0]}"]
    house.doors.vote(caller, places=places, vote=msgspec.structs.replace(vote, reason="Blocked"))
    house.side.clock.advance(1)
    assert house.office.outcome(house.head, value=given(1).sha256, outcome="removed", by="host.example") == 1
    told = house.desk.follow(Asked(number=number, pin=PIN)).items[0].told
    assert [(one.by, one.outcome) for one in told] == [("host.example", "removed"), ("meta", "blocked")]
    walked = house.doors.walk(caller)
    assert b"host.example" not in fetched(walked.found, start=0, after=0, more=False)
    refused("shelter.unknown", house.office.outcome, house.head, value="9" * 64, outcome="removed", by="x")
    refused("shelter.outcome", house.office.outcome, house.head, value="9" * 64, outcome="gone", by="x")
    other = house.receiver("other")
    bad = msgspec.structs.replace(vote, reason="NotBlocked", good=False)
    house.doors.vote(caller, places=places, vote=bad)
    assert house.office.overview(house.head).doubted == 0
    assert other


def test_whoever_tells_outcomes_cannot_fill_an_entry(house: House) -> None:
    asked, at = Asked(number=house.open(given(1)), pin=PIN), house.side.place.clock.now()
    with house.side.place.store.transaction() as tx:
        room = house.hashes.room(tx, house.head.authority)
        for one in range(201):  # as many as an entry has votes, and one
            by, value = f"host{one}.example", given(1).sha256
            tell_outcome(room, tx.hashes, value=value, outcome="asked", by=by, at=at + one)
        entry = room.entry(tx.hashes, "safe", f"1/sha256:{value}")
    told = house.desk.follow(asked).items[0].told
    assert (len(told), told[0].by) == (len(entry.votes), "host200.example")
    assert len(told) < 60


def test_of_a_case_that_was_erased_no_sign_is_left(house: House) -> None:
    def signs() -> str:
        with house.side.place.store.snapshot() as tx:
            return repr([(name, tx.node.setting(name)) for name in tx.node.names("shelter/")])

    asked = Asked(number=house.open(), pin=PIN)
    with house.side.place.store.snapshot() as tx:
        key = key_of(house.hashes.room(tx, house.head.authority), asked.number)
    house.desk.withdraw(Back(number=asked.number, pin=PIN))
    assert key in signs()
    house.desk.forget(asked)
    assert key not in signs()  # not even that this number had a case
    again = house.open()
    house.desk.withdraw(Back(number=again, pin=PIN))
    house.side.clock.advance(31 * DAY)
    assert house.desk.tidy() == 1
    with house.side.place.store.snapshot() as tx:
        key = key_of(house.hashes.room(tx, house.head.authority), again)
    assert key not in signs()


def test_a_case_that_ended_is_forgotten_and_no_log_has_a_number(house: House) -> None:
    number = house.open()
    house.desk.withdraw(Back(number=number, pin=PIN))
    assert house.desk.tidy() == 0
    house.side.clock.advance(31 * DAY)
    assert house.desk.tidy() == 1
    assert house.desk.tidy() == 0
    with house.side.place.store.snapshot() as tx:
        noted = tx.node.journal(house.head.authority)
    actions = [one.action for one in noted]
    assert actions[:2] == ["plea.withdraw", "plea.open"]
    assert not any(number.encode() in one.statement or PIN.encode() in one.statement for one in noted)


@pytest.mark.parametrize("text", ["1234567", "11111111", "12345678", "98765432", "12121212", "abcdefgh", ""])
def test_a_pin_that_is_guessed_first_is_refused(text: str) -> None:
    refused("shelter.pin", require_pin, text)


def test_a_number_shows_one_wrong_digit_and_two_that_were_swapped(house: House) -> None:
    checks = StandardDigits()
    number, known = draw_number(house.side.place.entropy, checks=checks), partial(is_number, checks=checks)
    assert known(number)
    for at in range(16):
        assert not any(
            known(number[:at] + digit + number[at + 1 :]) for digit in "0123456789" if digit != number[at]
        )
        swapped = number[:at] + number[at : at + 2][::-1] + number[at + 2 :]
        assert swapped == number or not known(swapped)
    assert not known(number[:-1]) and not known("٣" * 16)


@pytest.mark.parametrize(
    "wrong",
    [
        {"md5": "zz" * 16},
        {"md5": "0" * 31},
        {"sha256": "A" * 64},
        {"pdq": ["0" * 64, "1" * 64], "quality": [1, 1]},
        {"quality": []},
        {"quality": [101]},
    ],
)
def test_nothing_but_digits_is_a_fingerprint(wrong) -> None:
    right = {"video": False, "md5": "0" * 32, "sha256": "0" * 64, "pdq": ["0" * 64], "quality": [50]}
    Given(**right)
    with pytest.raises(ValueError, match="no fingerprint"):
        Given(**{**right, **wrong})


class Abroad:
    """An authority that was given the shelter's list over a feed, and keeps a list of outcomes for it."""

    def __init__(self, house: House) -> None:
        self.house, self.police = house, node("XAB", 1)
        self.sides = (house.side, self.police)
        for here, there in (self.sides, self.sides[::-1]):
            here.place = replace(here.place, make_vault=hash_desk(here.place).make_vault)
            card, head = there.peers.card(), here.place.actor(FIRST_OFFICER)
            here.peers.add(head, card=card, words=" ".join(there.peers.words(here.peers.card())))
        self.hashes = hash_desk(self.police.place)
        self.takedowns = TakedownDesk(place=self.police.place, hashes=self.hashes)

    def share(self) -> None:
        lists = hash_desk(self.house.side.place).feeds
        lists.share(self.house.head, name="safe", to=self.police.desk, grounds=GROUNDS, consent=True)
        self.hashes.feeds.accept(
            self.police.head(),
            source="XAA/shelter",
            name="safe",
            local="theirs",
            grounds=GROUNDS,
            about=About(subject="intimate"),
        )

    def give_back(self) -> None:
        self.takedowns.returning.begin(
            self.police.head(), to="XAA/shelter", name="outcomes", grounds=GROUNDS, consent=True
        )
        self.house.hashes.feeds.accept(
            self.house.head,
            source=self.police.desk,
            name="outcomes",
            grounds=GROUNDS,
            about=About(subject="intimate"),
        )

    def settle(self) -> int:
        """Feed and carry until nothing is left to tell; return how many messages went."""
        offices, total = (AuthorityId("XAA/shelter"), self.police.desk), 0
        for _ in range(20):
            later(*self.sides)
            queued = sum(
                feeder_of(one.place).turn(office) for one, office in zip(self.sides, offices, strict=True)
            )
            sent = 0
            for at in (0, 1):
                here, there = self.sides[at], self.sides[1 - at]
                here.clock.advance(10_000_000)
                end = End(authority=offices[1 - at], root=root_of(there))
                own = End(authority=offices[at], root=root_of(here))
                sent += exchange_desk(here.place).send(offices[at], end, _Carried(own, there)).messages
            total += sent
            if not queued and not sent:
                return total
        raise AssertionError("the nodes never came to rest")

    def held(self, name: str = "theirs") -> dict[str, str]:
        with self.police.place.store.snapshot() as tx:
            room = self.hashes.room(tx, self.police.desk)
            return {one.id: one.bar + one.state.value for _, one in room.entries(tx.hashes, [name])}


class _Carried:
    def __init__(self, own: End, there: Side) -> None:
        self._own, self._there = own, there

    def call(self, call):  # type: ignore[no-untyped-def]
        caller = Caller(end=self._own, nonce=call.nonce)
        return exchange_desk(self._there.place).receive(caller, call.body)


def test_a_list_of_pleas_goes_by_feed_to_whom_people_saw_and_what_is_taken_back_is_told(house: House) -> None:
    before, abroad = house.open(given(7)), Abroad(house)
    house.side.clock.advance(1)
    abroad.share()
    number = house.open(given(1))
    abroad.settle()
    held = abroad.held()
    assert set(held.values()) == {"victimlive"}
    assert len(held) == 2 and all("00000007" not in one for one in held)
    house.desk.withdraw(Back(number=before, pin=PIN))
    view = house.desk.withdraw(Back(number=number, pin=PIN))
    assert view.items[0].waiting == ("XAB/contact-point", "meta")
    abroad.settle()
    assert set(abroad.held().values()) == {"victimwithdrawn"}
    assert house.desk.follow(Asked(number=number, pin=PIN)).items[0].waiting == ("meta",)
    # a second image, and then the record of the office ends: everything is taken back, until it was told
    number = house.open(given(2))
    abroad.settle()
    assert sum(one == "victimlive" for one in abroad.held().values()) == 2
    house.hashes.feeds.stop(house.head, name="safe", to=abroad.police.desk)
    (clock,) = [one for one in house.office.overview(house.head).clocks if one.receiver == abroad.police.desk]
    assert (clock.waiting, clock.until is not None) == (2, True)
    abroad.settle()
    assert set(abroad.held().values()) == {"victimwithdrawn"}
    (clock,) = [one for one in house.office.overview(house.head).clocks if one.receiver == abroad.police.desk]
    assert clock.waiting == 0


def test_what_was_taken_back_before_a_peer_ever_had_it_rings_for_nobody(house: House) -> None:
    abroad = Abroad(house)
    abroad.share()
    number = house.open(given(1))
    house.desk.withdraw(Back(number=number, pin=PIN))
    abroad.settle()
    assert house.desk.follow(Asked(number=number, pin=PIN)).items[0].waiting == ("meta",)
    assert abroad.held() == {}


def test_what_became_of_a_takedown_elsewhere_returns_to_the_person_alone(house: House) -> None:
    abroad = Abroad(house)
    abroad.share()
    number, other = house.open(given(1)), house.open(given(2))
    abroad.settle()
    abroad.give_back()
    abroad.settle()
    officer = abroad.police.officer()
    takedown = abroad.takedowns.open(
        officer,
        where=Where(place="https://pictures.example/a"),
        subject="intimate",
        why="asked",
        hashes=[given(1).sha256, given(99).sha256],  # the second is none of the shelter's
    )
    for step, said in (("removed", "removed"), ("again", "again"), ("removed", "removed")):
        abroad.takedowns.answer(officer, takedown=takedown, step=step)
        abroad.settle()
        (told,) = house.desk.follow(Asked(number=number, pin=PIN)).items[0].told
        assert (told.outcome, told.by) == (said, "pictures.example")
    assert house.desk.follow(Asked(number=other, pin=PIN)).items[0].told == ()
    assert list(abroad.held("outcomes").values()) == ["victimlive"]
    # it is on nobody else's way: no second receiver, and no case of the shelter is anywhere over there
    third = Grounds(ground="Act 9", licence="x", onward=False)
    refused(
        "protect.outcomes",
        abroad.hashes.share,
        abroad.police.head(),
        name="outcomes",
        to="meta",
        grounds=third,
    )
    with abroad.police.place.store.snapshot() as tx:
        assert tx.hashes.pleas(abroad.police.desk) == ()
    told_by_hand = abroad.takedowns.told(officer, takedown=takedown, words="by telephone")
    assert told_by_hand.state == "removed"
    refused("guard.why", abroad.takedowns.told, officer, takedown=takedown, words=" ")


def test_a_shelters_own_takedown_tells_its_case_at_once(house: House) -> None:
    number, desk = house.open(given(1)), TakedownDesk(place=house.side.place, hashes=house.hashes)
    PeopleDesk(place=house.side.place).add_officer(
        house.head, authority="XAA/shelter", name="a.rose", roles=["counsellor"]
    )
    rose = house.side.place.actor("a.rose")
    made = desk.open(
        rose, where=Where(place="chat.example"), subject="intimate", why="asked", hashes=given(1).pdq
    )
    for step, more, said in (
        ("removed", {}, "removed"),
        ("wrong", {"reason": "false-claim"}, "removed"),
        ("restored", {}, "restored"),
    ):
        desk.answer(rose, takedown=made, step=step, **more)
        (told,) = house.desk.follow(Asked(number=number, pin=PIN)).items[0].told
        assert (told.outcome, told.by) == (said, "chat.example")
    events = [(one.step, one.by) for one in desk.show(rose, takedown=made, purpose="practice").events]
    assert events == [
        ("removed", "a.rose"),
        ("told", "desk"),
        ("wrong", "a.rose"),
        ("restored", "a.rose"),
        ("told", "desk"),
    ]
