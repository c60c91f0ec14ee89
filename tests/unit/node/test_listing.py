"""Lists come from the register, cost the same for any number of cases, and say what is missing."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from comity.cases.acts import ActDraft
from comity.cases.approvals import approval_envelope
from comity.cases.parts import make_part
from comity.cases.ports import Address
from comity.cases.rows import act_record
from comity.cases.wire import Parcel, signed_act
from comity.kernel.clock import DAY, SECOND, Instant
from comity.kernel.entropy import SeededEntropy
from comity.kernel.errors import ComityError, ConflictError, DeniedError, MalformedError, NotFoundError
from comity.kernel.ids import ActId, OfficerName
from comity.kernel.realms import Realm
from comity.node import listing
from comity.node.founding import officer_key
from comity.node.people import PeopleDesk
from comity.node.views import CaseSummary, DutyView, Page, RequestView
from comity.requests.service import example
from comity.storage.sql.statements import Rows
from comity.storage.sql.store import SqlStore, create_store
from tests.builders import request_body
from tests.unit.node.nodes import AT, Side, exchange, pair

PRESERVATION = json.dumps(example("preservation")).encode()
PRACTICE = "practice"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    made = create_store(tmp_path / "node.db")
    yield made
    made.close()


@pytest.fixture
def sides(store: SqlStore) -> tuple[Side, Side]:
    return pair(store=store)


def write_cases(side: Side, other: Side, count: int, *, start: int = 0) -> list[str]:
    """Keep so many cases that the first side opened, signed with its real keys; return their ids."""
    me, to = (Address(authority=end.authority, root=end.root) for end in (side.end(), other.end()))
    act_key = side.place.keys.signer(f"{me.authority}/act")
    officer = side.place.keys.signer(officer_key(side.place.party, OfficerName("a.diallo")))
    entropy = SeededEntropy(f"cases {start}")
    made = []
    with side.place.store.transaction() as tx:
        for number in range(start, start + count):
            form = make_part("form", b"{}", entropy=entropy)
            at = Instant(AT + number * SECOND)
            draft = ActDraft(
                realm=Realm.PRACTICE,
                kind="preservation.request",
                case=None,
                sender=me,
                to=to,
                seq=1,
                prev_own=None,
                seen=(),
                at=at,
                body=request_body(confidential_until=at + 30 * DAY),
                nonce=entropy.bytes(16),
                parts=(form.ref("application/json"),),
            ).envelope()
            approval = approval_envelope(
                ActId(draft.id),
                realm=Realm.PRACTICE,
                officer=OfficerName("a.diallo"),
                authority=me.authority,
                role="duty-officer",
                rules="7" * 64,
                reasons="8" * 64,
                at=at,
            ).signed_by(officer)
            parcel = Parcel(signed=signed_act(draft.signed_by(act_key), [approval]), parts=(form,))
            tx.acts.add(act_record(parcel, authority=me.authority, own=True, covers=0, stored_at=at))
            made.append(str(draft.id))
    return made


class Counted:
    """A cursor that counts what runs on it."""

    total = 0

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor

    def __getattr__(self, name: str) -> Any:
        if name in ("execute", "executemany"):
            Counted.total += 1
        return getattr(self._cursor, name)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> type[Counted]:
    begin = Rows.__init__

    def counting(self: Rows, cursor: Any, **more: Any) -> None:
        begin(self, Counted(cursor), **more)

    monkeypatch.setattr(Rows, "__init__", counting)
    return Counted


def all_pages(side: Side, ask: Any, **more: Any) -> list[Any]:
    found: list[Any] = []
    page: Page[Any] | None = None
    while page is None or page.next:
        page = ask(side.officer(), purpose=PRACTICE, after=page.next if page else "", **more)
        found += page.items
    return found


def told(requests: Iterable[RequestView]) -> list[tuple[object, ...]]:
    """Return what lists tell of requests; what may be sent next is told with the case alone."""
    return [(r.act, r.case, r.mechanism, r.by, r.to, r.status, r.items, r.preserved_until) for r in requests]


def written(side: Side) -> None:
    while side.lists.write_waiting(side.desk):
        pass


def test_a_page_costs_the_same_look_ups_for_ten_cases_and_for_five_hundred(
    sides: tuple[Side, Side], counted: type[Counted]
) -> None:
    asking, asked = sides
    known = write_cases(asking, asked, 10)
    written(asking)
    lists, actor = asking.lists, asking.officer()
    looks = {
        "agenda": lambda: lists.agenda(actor, purpose=PRACTICE),
        "due": lambda: lists.due(actor, purpose=PRACTICE, theirs=True, most=5),
        "cases": lambda: lists.cases(actor, purpose=PRACTICE, most=5, newest=True),
        "requests": lambda: lists.requests(actor, purpose=PRACTICE, most=5),
        "views": lambda: lists.views(actor, purpose=PRACTICE, most=5),
        "show": lambda: asking.cases.show(actor, case=known[3][:12], purpose=PRACTICE),
        "resolve": lambda: asking.cases.resolve(known[3][:12]),
    }

    def costs() -> dict[str, int]:
        found = {}
        for name, look in looks.items():
            before = counted.total
            look()
            found[name] = counted.total - before
        return found

    few = costs()
    write_cases(asking, asked, 490, start=10)
    written(asking)
    assert costs() == few
    assert len(all_pages(asking, asking.lists.cases, most=100)) == 500


def test_lists_say_what_the_fold_says(sides: tuple[Side, Side]) -> None:
    asking, asked = sides
    for _ in range(3):
        asking.settle(asking.cases.draft_request(asking.officer(), form=PRESERVATION, to="XAB/contact-point"))
    exchange(asking, asked)
    first = asked.lists.cases(asked.officer(), purpose=PRACTICE).items[0]
    asked.settle(asked.cases.draft_act(asked.officer(), kind="request.accept", case=first.case, form=b"{}"))
    exchange(asking, asked)
    for side in sides:
        actor = side.officer()
        views = [
            side.cases.show(actor, case=one.case, purpose=PRACTICE)
            for one in all_pages(side, side.lists.cases, most=2)
        ]
        assert len(views) == 3
        assert side.lists.views(actor, purpose=PRACTICE).items == tuple(views)
        lines: list[CaseSummary] = all_pages(side, side.lists.cases, most=1)
        for line, view in zip(lines, views, strict=True):
            assert told(line.requests) == told(view.requests)
            assert line.duties == view.duties
            assert (line.acts, line.opened_at, line.closed, line.forked) == (
                len(view.acts),
                view.opened_at,
                view.closed,
                view.forked,
            )
        requests = all_pages(side, side.lists.requests, most=2)
        assert told(requests) == told(request for view in views for request in view.requests)
        owed: list[DutyView] = [d for t in (False, True) for d in all_pages(side, side.lists.due, theirs=t)]
        wanted = [duty for view in views for duty in view.duties]
        assert sorted(owed, key=repr) == sorted(wanted, key=repr)
        assert {duty.owner for duty in side.lists.due(actor, purpose=PRACTICE).items} <= {side.desk}


def test_what_is_late_comes_first_at_any_hour_without_a_new_fold(
    sides: tuple[Side, Side], monkeypatch: pytest.MonkeyPatch
) -> None:
    asking, asked = sides
    write_cases(asking, asked, 3)
    written(asking)
    monkeypatch.setattr(listing, "lines_of", None)
    codes = {}
    for days in (0, 40, 50):
        asking.clock.advance(days * DAY - (asking.clock.now() - AT))
        found = asking.lists.due(asking.officer(), purpose=PRACTICE).items
        codes[days] = [duty.code for duty in found]
        assert [duty.due for duty in found] == sorted(duty.due or 0 for duty in found)
    assert codes == {
        0: ["duty.confidentiality_ends"] * 3,
        40: ["duty.confidentiality_ends"] * 3,
        50: [],
    }
    assert len(asking.lists.due(asking.officer(), purpose=PRACTICE, theirs=True).items) == 3


def test_more_changed_cases_than_a_reading_bears_are_told_and_then_there(
    sides: tuple[Side, Side], monkeypatch: pytest.MonkeyPatch
) -> None:
    asking, asked = sides
    monkeypatch.setattr(listing, "READ_CASES", 4)
    write_cases(asking, asked, 10)
    seen = [asking.lists.agenda(asking.officer(), purpose=PRACTICE) for _ in range(4)]
    cases = [(len({duty.case for duty in one.theirs.items}), one.theirs.waiting) for one in seen]
    assert cases == [(4, 6), (8, 2), (10, 0), (10, 0)]
    assert asking.lists.waits(asking.desk) is False
    write_cases(asking, asked, 1, start=10)
    assert asking.lists.waits(asking.desk) is True
    assert asking.lists.write_waiting(asking.desk, acts=1) is False
    write_cases(asking, asked, 3, start=11)
    assert [asking.lists.write_waiting(asking.desk, acts=1) for _ in range(3)] == [True, True, False]


def test_throwing_the_register_away_changes_nothing(sides: tuple[Side, Side], store: SqlStore) -> None:
    asking, asked = sides
    write_cases(asking, asked, 5)
    actor = asking.officer()
    asking.cases.draft_request(actor, form=PRESERVATION, to="XAB/contact-point")
    before = asking.lists.cases(actor, purpose=PRACTICE), asking.lists.agenda(actor, purpose=PRACTICE)
    with store.transaction() as tx:
        for table in ("register", "register_mark", "register_case", "register_duty"):
            tx.node._rows._cursor.execute(f"DELETE FROM {table}")
    after = asking.lists.cases(actor, purpose=PRACTICE), asking.lists.agenda(actor, purpose=PRACTICE)
    assert after == before
    assert len(before[0].items) == 6


def test_a_register_of_other_rules_is_made_again(sides: tuple[Side, Side], store: SqlStore) -> None:
    asking, asked = sides
    write_cases(asking, asked, 2)
    before = asking.lists.cases(asking.officer(), purpose=PRACTICE)
    with store.transaction() as tx:
        tx.node._rows._cursor.execute("UPDATE register SET version = '0.9'")
        tx.node._rows._cursor.execute("UPDATE register_case SET fold_version = '0.9', closed = 1")
    assert asking.lists.cases(asking.officer(), purpose=PRACTICE) == before


def test_a_revoked_key_freezes_its_cases_in_the_list(sides: tuple[Side, Side]) -> None:
    asking, asked = sides
    write_cases(asking, asked, 2)
    actor = asking.officer()
    assert [one.forked for one in asking.lists.cases(actor, purpose=PRACTICE).items] == [False, False]
    PeopleDesk(place=asking.place).revoke_officer(asking.head(), name="a.diallo", since=Instant(AT - 1))
    found = asking.lists.cases(asking.head(), purpose=PRACTICE)
    assert [one.forked for one in found.items] == [True, True]
    assert {duty.code for duty in asking.lists.due(asking.head(), purpose=PRACTICE).items} >= {"duty.settle"}


def test_a_case_that_is_only_a_draft_is_listed_until_it_is_dropped(sides: tuple[Side, Side]) -> None:
    asking, _ = sides
    actor = asking.officer()
    draft = asking.cases.draft_request(actor, form=PRESERVATION, to="XAB/contact-point")
    (line,) = asking.lists.cases(actor, purpose=PRACTICE).items
    assert (line.acts, line.draft, line.participants) == (
        0,
        draft.act,
        ("XAA/contact-point", "XAB/contact-point"),
    )
    agenda = asking.lists.agenda(actor, purpose=PRACTICE)
    assert [one.act for one in agenda.drafts.items] == [draft.act]
    (view,) = asking.lists.views(actor, purpose=PRACTICE).items
    assert view.drafts == agenda.drafts.items
    asking.cases.drop(actor, act=draft.act)
    assert asking.lists.cases(actor, purpose=PRACTICE).items == ()


def test_drafts_come_page_by_page(sides: tuple[Side, Side], monkeypatch: pytest.MonkeyPatch) -> None:
    asking, _ = sides
    actor = asking.officer()
    monkeypatch.setattr(listing, "DRAFTS", 2)
    wanted = {
        asking.cases.draft_request(actor, form=PRESERVATION, to="XAB/contact-point").act for _ in range(3)
    }
    first = asking.lists.agenda(actor, purpose=PRACTICE).drafts
    second = asking.lists.agenda(actor, purpose=PRACTICE, drafts=first.next).drafts
    assert (len(first.items), len(second.items), second.next) == (2, 1, "")
    assert {one.act for one in (*first.items, *second.items)} == wanted


def test_every_page_needs_a_purpose_and_is_logged_as_one_reading(sides: tuple[Side, Side]) -> None:
    asking, _ = sides
    actor = asking.officer()
    looks: list[Any] = [
        asking.lists.agenda,
        asking.lists.due,
        asking.lists.cases,
        asking.lists.requests,
        asking.lists.views,
    ]
    for look in looks:
        with pytest.raises(DeniedError, match="no purpose"):
            look(actor, purpose="")
        look(actor, purpose=PRACTICE)
    with asking.place.store.snapshot() as tx:
        entries = [e for e in tx.node.journal(asking.desk) if e.action == "case.list"]
    assert [(e.about, e.purpose) for e in entries] == [("cases", PRACTICE)] * len(looks)


@pytest.mark.parametrize(
    "place", ["x", "1.2", f"-1.{'0' * 64}", f"1.{'0' * 63}g", f"{10**30}.{'0' * 64}", "1..1"]
)
def test_a_place_that_is_none_is_refused(sides: tuple[Side, Side], place: str) -> None:
    asking, _ = sides
    for look in (asking.lists.due, asking.lists.cases):
        with pytest.raises(MalformedError) as caught:
            look(asking.officer(), purpose=PRACTICE, after=place)
        assert caught.value.code == "page.after"
    for most in (0, 501):
        with pytest.raises(MalformedError) as caught:
            asking.lists.cases(asking.officer(), purpose=PRACTICE, most=most)
        assert caught.value.code == "page.size"


def test_an_id_is_known_by_its_first_digits_and_a_case_by_any_act_in_it(sides: tuple[Side, Side]) -> None:
    asking, _ = sides
    actor = asking.officer()
    request = asking.settle(asking.cases.draft_request(actor, form=PRESERVATION, to="XAB/contact-point"))
    draft = asking.cases.draft_act(
        actor,
        kind="case.consult",
        case=request.case,
        form=json.dumps({"body": {"about": "conditions"}, "parts": {"text": {"text": "x"}}}).encode(),
    )
    assert asking.cases.resolve(request.act[:8]) == request.act
    assert asking.cases.resolve(draft.act[:8]) == draft.act
    issued = asking.settle(draft)
    assert asking.cases.show(actor, case=issued.act[:8], purpose=PRACTICE).case == request.case
    for unknown in ("0" * 8, "nothexadecimal", "ABCDEF01", f"{request.act[:8]}\x00"):
        with pytest.raises(NotFoundError):
            asking.cases.resolve(unknown)
    with pytest.raises(MalformedError):
        asking.cases.resolve(request.act[:7])
    with asking.place.store.transaction() as tx:
        held = tx.acts.get(asking.desk, ActId(request.act))
        assert held is not None
        tx.acts.add(_twin(held))
    with pytest.raises(ConflictError) as caught:
        asking.cases.resolve(request.act[:8])
    assert caught.value.code == "id.ambiguous"
    assert isinstance(caught.value, ComityError)


def _twin(held: Any) -> Any:
    import dataclasses

    return dataclasses.replace(held, act_id=ActId(held.act_id[:32] + "0" * 32))
