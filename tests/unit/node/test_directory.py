"""What a Party publishes of its offices, held against requests on both sides of two nodes."""

import json
from datetime import date
from typing import Any

import pytest

from comity.kernel.clock import DAY
from comity.kernel.errors import DeniedError, MalformedError, NotFoundError
from comity.kernel.findings import Severity
from comity.node.directory import DirectoryDesk
from comity.node.views import DraftView
from comity.requests import service
from tests.unit.node.nodes import Side, exchange, pair

TO = "XAB/contact-point"
MANDATE = {
    "id": "assistance",
    "authority": "XAA/contact-point",
    "powers": ["issue", "transmit", "sign"],
    "provision": "Act on Mutual Assistance, section 4",
    "since": "2026-01-01",
}


def directory(side: Side) -> DirectoryDesk:
    return DirectoryDesk(place=side.place)


def grant(side: Side, **changes: Any) -> None:
    given = {**MANDATE, "authority": side.desk, **changes}
    directory(side).grant(side.head(), mandate=json.dumps(given).encode())


def publish(side: Side, **members: Any) -> None:
    directory(side).publish(side.head(), authority=side.desk, service=json.dumps(members).encode())


def draft(side: Side, kind: str = "preservation") -> DraftView:
    form = service.example(kind)
    form["requesting_authority"]["id"] = form["transmitted_by"] = str(side.desk)
    return side.cases.draft_request(side.officer(), form=json.dumps(form).encode(), to=TO)


def told(view: DraftView) -> dict[str, Severity]:
    return {finding.code: finding.severity for finding in view.assessment.findings}


def refreshed(one: Side, other: Side) -> None:
    """Let one node learn the newest card of the other."""
    one.peers.add(one.head(), card=other.peers.card(), words=None)


def test_a_party_without_mandates_is_told_and_nothing_blocks():
    one, other = pair()
    view = draft(one)
    assert not {code for code in told(view) if code.startswith(("mandate.", "entry.", "addressee."))}
    one.settle(view)
    exchange(one, other)
    (request,) = other.lists.requests(other.officer(), purpose="practice").items
    accepted = other.cases.draft_act(
        other.officer(), kind="request.accept", case=request.case, form=b'{"body": {}}'
    )
    assert told(accepted)["mandate.unpublished"] is Severity.NOTE


@pytest.mark.parametrize(
    ("changes", "blocks"),
    [
        ({}, set()),
        ({"kinds": ["extradition"]}, {"mandate.issue", "mandate.transmit", "mandate.sign"}),
        ({"until": "2026-01-02"}, {"mandate.issue", "mandate.transmit", "mandate.sign"}),
        ({"powers": ["issue", "sign"]}, {"mandate.transmit"}),
    ],
)
def test_the_own_mandate_is_looked_at_before_anything_leaves(changes: dict[str, Any], blocks: set[str]):
    one, _ = pair()
    grant(one, **changes)
    view = draft(one)
    assert {code for code, weight in told(view).items() if weight is Severity.BLOCKS} == blocks
    if blocks:
        with pytest.raises(DeniedError) as refused:
            one.settle(view)
        assert refused.value.code == "gate.blocked"


def test_whoever_signs_holds_the_mandate_or_is_a_deputy_that_day():
    one, _ = pair()
    grant(one, holders=["first-officer"])
    view = draft(one)
    for key in view.undecided:
        one.cases.decide(one.officer(), act=view.act, finding=key, outcome="proceed", inner="seen")
    approved = one.cases.approve(one.officer(), act=view.act, reason="needed")
    assert told(approved)["mandate.signer"] is Severity.BLOCKS
    with pytest.raises(DeniedError):
        one.cases.issue(one.officer(), act=view.act)
    directory(one).deputize(
        one.head(), mandate="assistance", officer="a.diallo", since=date(2026, 1, 1), until=date(2028, 1, 1)
    )
    assert "mandate.signer" not in told(one.cases.draft(one.head(), act=view.act, purpose="practice"))
    one.cases.issue(one.officer(), act=view.act)


def test_the_receiving_side_asks_where_the_entry_shows_no_mandate_on_the_day_of_the_act():
    one, other = pair()
    one.settle(draft(one))
    exchange(one, other)
    grant(one, since="2027-06-01")
    refreshed(other, one)
    (request,) = other.lists.requests(other.officer(), purpose="practice").items
    accepted = other.cases.draft_act(
        other.officer(), kind="request.accept", case=request.case, form=b'{"body": {}}'
    )
    found = told(accepted)
    for code in ("mandate.issue_unshown", "mandate.transmit_unshown", "mandate.sign_unshown"):
        assert found[code] is Severity.DECIDE
    assert any(key.startswith("mandate.issue_unshown") for key in accepted.undecided)
    grant(one)
    refreshed(other, one)
    again = other.cases.draft(other.officer(), act=accepted.act, purpose="practice")
    assert not {code for code in told(again) if code.startswith("mandate.")}


def test_what_the_other_office_takes_is_told_before_sending():
    one, other = pair()
    publish(
        other,
        languages=["fr"],
        channels=["post"],
        forms=[{"signature": "qualified", "original_days": 18, "apostille": True}],
    )
    refreshed(one, other)
    found = told(draft(one))
    assert {
        "language.not_accepted",
        "channel.not_accepted",
        "formality.qualified",
        "formality.original",
        "formality.apostille",
    } <= set(found)


def test_a_misrouted_request_names_the_right_office():
    one, other = pair()
    publish(other, kinds=["extradition"])
    other.place.founder.add_authority(
        authority="XAB/justice", name="Ministry of Justice", roles=["central-authority"]
    )
    refreshed(one, other)
    view = draft(one)
    (finding,) = [one for one in view.assessment.findings if one.code == "addressee.other"]
    assert finding.parameters["right"] == "XAB/justice"
    found = directory(other).route(requesting="XAA", requested="XAB", kind="preservation")
    assert found.authority == "XAB/justice"


def test_an_entry_that_was_not_heard_of_is_flagged_and_then_blocks():
    one, _ = pair()
    (entry,) = [party for party in directory(one).parties() if party.party == "XAB"]
    assert entry.freshness == "fresh"
    for days, code, freshness in (
        (89, "", "fresh"),
        (1, "entry.flagged", "flagged"),
        (90, "entry.stale", "stale"),
    ):
        one.clock.advance(days * DAY)
        view = draft(one)
        assert {found for found in told(view) if found.startswith("entry.")} == ({code} if code else set())
        assert directory(one).party("XAB").freshness == freshness
        one.cases.drop(one.officer(), act=view.act)
    assert directory(one).party("XAA").freshness == "own"


def test_an_answer_of_the_peer_shows_that_its_entry_is_the_newest():
    one, other = pair()
    for side in (one, other):
        side.clock.advance(100 * DAY)
    view = draft(one)
    assert "entry.flagged" in told(view)
    one.settle(view)
    exchange(one, other)
    assert directory(one).party("XAB").freshness == "fresh"


def test_only_a_head_publishes_and_the_journal_tells_who_confirmed():
    one, _ = pair()
    with pytest.raises(DeniedError) as refused:
        directory(one).grant(one.officer(), mandate=json.dumps(MANDATE).encode())
    assert refused.value.code == "access.role"
    directory(one).grant(one.head(), mandate=json.dumps(MANDATE).encode(), confirmed_by=["a.diallo"])
    with one.place.store.snapshot() as tx:
        newest = tx.node.journal(one.desk, newest=1)[0]
    assert (newest.action, newest.about) == ("mandate.grant", "assistance confirmed-by=a.diallo")
    with pytest.raises(DeniedError) as refused:
        directory(one).grant(one.head(), mandate=json.dumps(MANDATE).encode(), confirmed_by=["nobody"])
    assert refused.value.code == "directory.confirmed_by"


def test_a_typing_error_in_a_file_is_seen():
    one, _ = pair()
    for given in ({"langages": ["fr"]}, {"contacts": [{"name": "desk", "phone": "+1 000"}]}):
        with pytest.raises(MalformedError) as refused:
            publish(one, **given)
        assert refused.value.code == "directory.member"
    with pytest.raises(NotFoundError):
        directory(one).end(one.head(), mandate="nothing", until=date(2027, 1, 1))


def test_a_mandate_that_ended_stays_listed_and_is_told_ahead():
    one, _ = pair()
    grant(one)
    directory(one).end(one.head(), mandate="assistance", until=date(2026, 11, 10))
    assert [mandate.until for mandate in directory(one).mandates() or ()] == [date(2026, 11, 10)]
    assert "directory.mandate_ends" in {finding.code for finding in directory(one).check("XAA")}


def test_the_route_tells_instrument_contacts_and_hours():
    one, other = pair()
    desk = {"name": "Duty desk", "telephone": "+33 1 00 00 00 00"}
    office = {
        "name": "Office",
        "mail": "office@example.org",
        "hours": [{"days": [1], "opens": 0, "closes": 1}],
    }
    publish(other, languages=["en"], contacts=[office, desk], zone="Europe/Paris")
    refreshed(one, other)
    found = directory(one).route(requesting="XAA", requested="XAB", kind="records", language="en")
    assert (found.authority, found.instrument, found.is_open) == (TO, "uncc", True)
    assert [contact.name for contact in found.contacts] == ["Duty desk", "Office"]
    with pytest.raises(NotFoundError) as refused:
        directory(one).route(requesting="XAA", requested="XAC", kind="records")
    assert refused.value.code == "directory.party"
