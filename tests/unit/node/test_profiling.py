"""Reviews become a profile, two officers approve it, the authority signs, and the other node takes it."""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import date

import pytest

from comity.kernel.clock import DAY, Instant
from comity.kernel.errors import ComityError, ConflictError, DeniedError, UntrustedError
from comity.law.profiles import Coverage, Implements
from comity.law.provisions import Provision
from comity.law.reviews import Verdict
from comity.law.rowwire import MeetingForm
from comity.law.service import Corpus
from comity.node.exchanging import exchange_desk
from comity.node.journal import DECISION_TAG
from comity.node.noticing import stated_profiles
from comity.node.profiling import ProfileDesk
from comity.node.reviewing import ReviewDesk, Said
from comity.requests.service import example
from comity.storage.library.store import SqliteLibrary
from tests.unit.node.nodes import Side, Wire, pair

TEXT = "Whoever without right obtains access to a computer system shall be liable to five years."


def provision(section: str, text: str) -> Provision:
    return Provision(
        country="XAA", language="en", instrument="C", section=section, text=text, title="Criminal Code"
    )


class Room:
    """Two nodes and the library of the first."""

    def __init__(self, folder) -> None:
        self.library = SqliteLibrary(folder, make=True)
        self.one, self.other = pair()
        self.import_law(date(2026, 1, 1), TEXT)
        self.reviews = ReviewDesk(place=self.one.place, corpus=self.corpus)
        self.profiles = ProfileDesk(place=self.one.place, corpus=self.corpus)
        self.theirs = ProfileDesk(place=self.other.place, corpus=self.corpus)

    @contextmanager
    def corpus(self):
        yield Corpus(library=self.library)

    def import_law(self, on: date, text: str) -> None:
        Corpus(library=self.library).take_in(
            [provision("1", text), provision("2", "Ships pay dues.")], country="XAA", on=on
        )

    def say(self, verdict: str = "confirmed", *, by=None, **more):
        told = {"country": "XAA", "article": 7, "reference": "XAA/C/1", "reason": "read it", **more}
        return self.reviews.record(
            by or self.one.officer_of("jurist"), said=Said(verdict=Verdict(verdict), **told)
        )

    def confirm_article_seven(self) -> None:
        self.say(passage="without right obtains access", most_months=60)
        for element in ("access", "ict_system", "without_right", "intent"):
            self.say(element=element, meeting=MeetingForm(coverage=Coverage.MET))

    def published(self) -> str:
        made = self.profiles.make(self.one.head(), holds_from="2026-01-01")
        for actor in (self.one.head(), self.one.officer()):
            self.profiles.approve(actor, reason="it is our law")
        assert self.profiles.publish(self.one.head()).id == made.id
        return made.id

    def call(self, here: Side, there: Side):
        here.clock.advance(10_000_000)
        report = exchange_desk(here.place).send(here.desk, there.end(), Wire(here, there), even_if_empty=True)
        if report.failure is not None:
            raise report.failure

    def known_there(self):
        with self.other.place.store.snapshot() as tx:
            return {one.country: one for one in stated_profiles(self.other.place, tx)}


@pytest.fixture
def room(tmp_path):
    made = Room(tmp_path / "law")
    yield made
    made.library.close()


def code(step, *args, **more) -> str:
    with pytest.raises(ComityError) as caught:
        step(*args, **more)
    return caught.value.code


def test_a_review_is_kept_with_its_version_logged_and_superseded_never_changed(room):
    first = room.say(passage="without right obtains access")
    found = first.review.found
    assert TEXT[found.start : found.end] == "without right obtains access"
    assert (first.review.officer, first.review.role, first.standing, first.stale) == (
        "a.diallo",
        "officer",
        True,
        False,
    )
    second = room.say("refused", by=room.one.head(), reason="it is another matter")
    actor = room.one.head()
    assert [one.review.number for one in room.reviews.list(actor, country="XAA")] == [second.review.number]
    whole = room.reviews.list(actor, country="XAA", history=True)
    assert [(one.standing, one.superseded_by) for one in whole] == [(False, 2), (True, 0)]
    assert room.reviews.show(actor, number=1).review == first.review
    with room.one.place.store.snapshot() as tx:
        newest = tx.node.journal(room.one.desk, newest=1)[0]
    assert (newest.action, newest.subject, newest.officer) == (
        "law.review",
        DECISION_TAG,
        "first-officer",
    )
    room.import_law(date(2026, 2, 1), TEXT + " Attempts are punished.")
    assert [one.stale for one in room.reviews.list(actor, country="XAA")] == [True]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"reference": "XAA/C/9"}, "law.provision"),
        ({"country": "x"}, "law.country_code"),
        ({"country": "XAB"}, "law.review"),
        ({"article": 69}, "law.review"),
        ({"element": "magic"}, "law.review"),
        ({"element": "access"}, "law.review"),
        ({"reference": ""}, "law.review"),
        ({"reason": " "}, "law.review"),
        ({"reason": "x" * 4001}, "law.review"),
        ({"language": "no language!"}, "law.review"),
        ({"passage": "these words do not stand there"}, "law.review"),
        ({"sha256": "0" * 64}, "law.review_version"),
        ({"most_months": -1}, "law.review"),
        ({"meeting": MeetingForm(coverage=Coverage.MISSING)}, "law.review"),
        ({"meeting": MeetingForm(coverage=Coverage.MET, only_if=("full moon",))}, "law.review"),
    ],
)
def test_a_wrong_review_is_refused_and_nothing_is_kept(room, changes, expected):
    assert code(room.say, **changes) == expected
    assert room.reviews.list(room.one.head(), country="XAA", history=True) == ()


def test_a_correction_names_another_provision_or_passage_and_an_absence_names_none(room):
    moved = room.say("corrected", instead="XAA/C/2", passage="Ships pay").review
    assert (moved.found.reference, moved.instead.reference, moved.instead.end) == ("XAA/C/1", "XAA/C/2", 9)
    other = room.say("corrected", passage="five years").review
    assert other.found.end == 0
    assert TEXT[other.instead.start : other.instead.end] == "five years"
    gone = room.say(
        "corrected", reference="", article=8, meeting=MeetingForm(coverage=Coverage.MISSING)
    ).review
    assert gone.found is gone.instead is None
    assert code(room.say, "corrected") == "law.review"
    assert code(room.say, "refused", meeting=MeetingForm(coverage=Coverage.MET)) == "law.review"


def test_only_who_may_reviews_makes_and_publishes(room):
    people = {"duty": ["duty-officer"], "clerk": ["registrar"], "eye": ["overseer"], "law": ["officer"]}
    actors = {name: room.one.officer_of(name, roles) for name, roles in people.items()}
    for name in ("duty", "clerk", "eye"):
        assert code(room.say, by=actors[name]) == "access.role"
    room.say(by=actors["law"])
    for step in (room.profiles.make, room.profiles.withdraw, room.profiles.publish, room.profiles.drop):
        assert code(step, actors["law"]) == "access.role"
    assert code(room.profiles.approve, actors["clerk"], reason="x") == "access.role"


def test_a_profile_is_what_the_reviews_say_and_nothing_more(room):
    assert code(room.profiles.make, room.one.head()) == "law.profile_empty"
    room.confirm_article_seven()
    room.say("refused", article=9)
    name = room.published()
    room.call(room.one, room.other)
    profile = room.known_there()["XAA"]
    assert (profile.id, profile.version, sorted(profile.rows)) == (name, 1, [7, 9])
    row = profile.rows[7]
    assert (row.implements, row.most.months, row.said.person) == (Implements.FULL, 60, "a.diallo")
    assert profile.rows[9].implements is Implements.UNKNOWN
    assert profile.confirmation.person == "first-officer"
    assert profile.signed_by
    room.import_law(date(2026, 3, 1), "Whoever enters a ship is fined.")
    assert code(room.profiles.make, room.one.head()) == "law.profile_empty"


def test_two_officers_a_head_among_them_approve_the_very_bytes(room):
    room.confirm_article_seven()
    assert code(room.profiles.approve, room.one.officer(), reason="x") == "law.profile_pending"
    made = room.profiles.make(room.one.head())
    assert (made.standing, made.roles_missing) == ("pending", ("head", "officer"))
    assert code(room.profiles.approve, room.one.officer(), reason=" ") == "decision.reason"
    assert room.profiles.approve(room.one.officer(), reason="x").roles_missing == ("head",)
    assert code(room.profiles.approve, room.one.officer(), reason="x") == "approval.twice"
    assert code(room.profiles.publish, room.one.head()) == "approval.missing"
    again = room.profiles.make(room.one.head())
    assert again.approved_by == ()
    room.profiles.approve(room.one.officer(), reason="x")
    other = room.one.officer_of("second", ["officer"])
    room.profiles.approve(other, reason="x")
    assert code(room.profiles.publish, room.one.head()) == "approval.no_head"
    assert room.profiles.pending(room.one.head()) is not None
    room.profiles.drop(room.one.head())
    assert room.profiles.pending(room.one.head()) is None


def test_a_later_version_and_a_withdrawal_reach_the_peer_once_and_history_stays(room):
    room.confirm_article_seven()
    first = room.published()
    room.call(room.one, room.other)
    with room.one.place.store.snapshot() as tx:
        state = tx.exchange.peer_state(room.one.desk, room.other.end().root, to=room.other.desk)
    assert state.notice_seen == first
    desk = exchange_desk(room.one.place)
    assert desk.channels_with_news(room.one.desk) == ()
    room.say(element="access", meeting=MeetingForm(coverage=Coverage.NARROWED, only_if=("security_measure",)))
    second = room.published()
    assert desk.channels_with_news(room.one.desk) == (room.other.end(),)
    room.call(room.other, room.one)  # the answer brings it too
    assert room.known_there()["XAA"].id == second
    room.profiles.withdraw(room.one.head())
    room.profiles.approve(room.one.head(), reason="it was wrong")
    third = room.profiles.publish(room.one.head())
    assert (third.status, third.version, third.articles) == ("withdrawn", 3, ())
    assert code(room.profiles.withdraw, room.one.head()) == "law.profile_absent"
    room.call(room.one, room.other)
    assert not room.known_there()["XAA"].is_confirmed
    shown = room.theirs.stated(room.other.head(), history=True)
    assert [(one.version, one.standing) for one in shown] == [
        (1, "superseded"),
        (2, "superseded"),
        (3, "valid"),
    ]
    assert [one.version for one in room.theirs.stated(room.other.head())] == [3]
    room.one.clock.advance(DAY)
    assert desk.channels_with_news(room.one.desk) == ()


def alarms(side: Side) -> list[bytes]:
    with side.place.store.snapshot() as tx:
        return [one.detail for one in tx.exchange.alarms() if one.code == "notice.untrusted"]


def test_what_a_peer_may_not_state_raises_an_alarm_once_and_is_not_kept(room, monkeypatch):
    from comity.exchange.telling import MOST_NOTICES
    from comity.node import noticing
    from comity.node.noticing import ProfileBoard, keep_stated, notice_of

    room.confirm_article_seven()
    room.published()
    here, there = room.one.place, room.other.place
    with here.store.snapshot() as tx:
        own, _ = ProfileBoard(place=here).own(tx)
    root, now = room.one.end().root, here.clock.now()

    def taken(notice, at=now):
        with there.store.transaction() as tx:
            return keep_stated(there, tx, root=root, notice=notice, now=Instant(at))

    from dataclasses import replace

    for notice, expected in (
        (replace(own, approvals=own.approvals[:1]), "approval.missing"),
        (replace(own, approvals=()), "law.profile_party"),
        (replace(own, statement=replace(own.statement, signatures=())), "signature.act"),
    ):
        assert code(taken, notice) == expected
    altered = replace(own.statement, payload=own.statement.payload.replace(b"60", b"61"))
    assert code(taken, replace(own, statement=altered)) == "signature.act"
    foreign = replace(own.statement, payload=own.statement.payload.replace(b'"XAA"', b'"XAB"'))
    assert code(taken, replace(own, statement=foreign)) == "law.profile_party"
    assert code(taken, own, at=now - DAY) in {"law.profile", "signature.no_key"}
    assert room.known_there() == {}
    monkeypatch.setattr(
        noticing, "stated_profile", lambda *_a, **_k: (_ for _ in ()).throw(UntrustedError("x.y", "no"))
    )
    room.call(room.one, room.other)
    room.call(room.one, room.other)
    assert alarms(room.other) == [b'{"code":"x.y"}']
    monkeypatch.undo()
    assert MOST_NOTICES == 20
    assert taken(own).version == 1
    with there.store.snapshot() as tx:
        assert notice_of(tx.law.newest_stated(root)).id == own.id
    assert taken(own).version == 1  # again changes nothing


def test_an_older_version_or_one_that_does_not_follow_is_refused(room):
    from comity.node.noticing import keep_stated, notice_of

    room.confirm_article_seven()
    room.published()
    room.published()
    root, now = room.one.end().root, room.one.place.clock.now()
    with room.one.place.store.snapshot() as tx:
        first, second = (notice_of(one) for one in tx.law.stated(root))
    with room.other.place.store.transaction() as tx:
        keep_stated(room.other.place, tx, root=root, notice=second, now=now)
    with pytest.raises(ConflictError) as caught, room.other.place.store.transaction() as tx:
        keep_stated(room.other.place, tx, root=root, notice=first, now=now)
    assert caught.value.code == "law.profile_older"


def test_a_draft_row_is_taken_as_ones_own_by_name(room):
    row = (
        b'{"article":25,"implements":"full","sureness":"high","provisions":[{"instrument":"C","section":"1",'
        b'"rank":"primary"}],"elements":{},"safeguards":{"orders":["judge"],"review":"prior","grounds":"yes",'
        b'"limits":"yes","remedy":"unknown"}}'
    )
    actor = room.one.officer()
    made = room.reviews.adopt(actor, country="XAA", article=25, reason="mine", row=row)
    assert made.review.sources[0].reference == "XAA/C/1"
    assert code(room.reviews.adopt, actor, country="XAA", article=25, reason="mine") == "law.review_absent"
    assert code(room.reviews.adopt, actor, country="XAA", article=26, reason="m", row=row) == "law.review"
    assert code(room.reviews.adopt, actor, country="XAA", article=25, reason="m", row=b"{}") == "law.review"
    room.published()
    room.call(room.one, room.other)
    held = room.known_there()["XAA"].rows[25]
    assert (held.safeguards.orders, held.said.person) == (("judge",), "a.diallo")


def test_a_locked_key_approves_nothing(room):
    from dataclasses import replace

    with pytest.raises(DeniedError):
        room.profiles.approve(replace(room.one.head(), signer=None), reason="x")


def test_an_assessment_cites_what_both_parties_state_and_takes_nothing_open_as_met(room):
    from comity.node.directory import DirectoryDesk
    from comity.node.noticing import StatedLaws

    room.confirm_article_seven()
    room.published()
    room.call(room.one, room.other)

    def said(article: int = 7, *, on: date = date(2026, 11, 1)):
        with room.other.place.store.snapshot() as tx:
            return StatedLaws(place=room.other.place, tx=tx).of("XAA", article, on=on)

    told = said()
    assert (told.answer.value, told.months, told.person) == ("met", 60, "first-officer")
    assert "XAA/contact-point" in told.signer
    known = DirectoryDesk(place=room.other.place).known(room.other.officer(), to="XAA/contact-point")
    assert known.laws.of("XAA", 7, on=date(2026, 11, 1)) == told  # read after the transaction has ended
    assert said(9).answer.value == "unclear"
    assert said(on=date(2025, 1, 1)).answer.value == "unclear"
    assert said(25) is None
    room.say(element="access", meeting=MeetingForm(coverage=Coverage.NARROWED, only_if=("security_measure",)))
    room.published()
    room.call(room.one, room.other)
    assert said().answer.value == "unclear"
    form = json.dumps(example("stored-data", variant=1)).encode()
    draft = room.one.cases.draft_request(room.one.officer(), form=form, to="XAB/contact-point")
    codes = {one.code for one in draft.assessment.findings}
    assert "dual_criminality.stated_unclear" in codes
    assert "dual_criminality.stated" not in codes
    room.profiles.withdraw(room.one.head())
    room.profiles.approve(room.one.head(), reason="wrong")
    room.profiles.publish(room.one.head())
    room.call(room.one, room.other)
    assert said() is None
