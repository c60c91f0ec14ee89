"""Steps 15 and 18 of checking a court file: who let the file leave, and what became of the packages."""

from typing import Any

import msgspec

from comity.cases.approvals import HEAD, parse_approval
from comity.cases.courtacts import check_persons
from comity.cases.courtdocket import (
    DELIVER,
    LISTED,
    Docket,
    Listed,
    ShownCustody,
    Signatory,
    convert,
    reading,
    signed_by,
    sound,
)
from comity.cases.courtevidence import read_listed
from comity.cases.courtkeys import is_sure, published
from comity.cases.courttar import require
from comity.cases.gate import RELEASE, WayOut
from comity.cases.releases import MOST_STATEMENT, PERSONS
from comity.evidence.custody import CustodyStep
from comity.evidence.touches import CUSTODY
from comity.exchange.directory import TrustedParty
from comity.exchange.entries import Usage
from comity.kernel.clock import Instant, require_instant
from comity.kernel.digests import parse_digest, sha256
from comity.kernel.ids import AuthorityId, Fingerprint, parse_authority, parse_officer
from comity.kernel.ijson import parse_ijson
from comity.kernel.realms import Realm, parse_payload_type
from comity.kernel.signing import Envelope, parse_envelope

CUSTODY_FOLDER, DECISION = "data/custody/", "data/release.json"
_NO_DECISION = "not a decision that officers approved"
_MOST_TEXT = 200


class _Custody(msgspec.Struct, frozen=True):
    v: int
    events: list[Any]
    decision: dict[str, Any] | None = None


class _Touch(msgspec.Struct, frozen=True):
    v: int
    event: str
    at: int
    officer: str
    authority: str
    realm: str
    case: str
    bag: str
    prev: str
    role: str
    reason: str
    place: str
    tool: str
    tool_version: str
    child: str | None = None
    decision: str | None = None


class _Decision(msgspec.Struct, frozen=True):
    statement: dict[str, Any]
    approvals: list[dict[str, Any]]


class _Statement(msgspec.Struct, frozen=True):
    v: int
    way: str
    case: str
    subjects: list[str]
    purpose: str
    at: int


class _Approved(msgspec.Struct, frozen=True):
    of: str
    part: str | None
    ground: str
    decided_by: str
    exhibit: int | None = None


class _Withheld(msgspec.Struct, frozen=True):
    withheld: list[_Approved]


class _Said(msgspec.Struct, frozen=True):
    id: str
    statement: _Statement
    withheld: tuple[_Approved, ...]


class _Version(msgspec.Struct, frozen=True):
    v: int


def check_custody(docket: Docket) -> None:
    """Step 18: events after the sealing are one chain for each package, signed by the sealing office.

    Basis: PROTOCOL 11, 22, 25; ISO/IEC 27037
    """
    acts = (held.signed.act for held in docket.acts.values())
    bags = {str(act.body.get("bag_root")): act.id for act in acts if act.kind == DELIVER}
    known = {*bags, *docket.packages}
    for path in docket.under(CUSTODY_FOLDER):
        bag = path[len(CUSTODY_FOLDER) : len(CUSTODY_FOLDER) + 64]
        require(bag in known, path, "custody of a package that is not of this file")
        here = bag in bags and docket.hidden.get(bags[bag], []) is not None
        _check_chain(docket, path, bag, here=here)
    for path, other in docket.made_from if docket.discloses else ():
        require(other in known, path, "it names a package that is neither disclosed nor listed")


def check_release(docket: Docket) -> None:
    """Step 15: two officers let the file leave: its acts, and of a disclosure exactly what is withheld.

    Basis: PROTOCOL 11, 22
    """
    read_listed(docket)
    if DECISION in docket.members:
        way = WayOut.DISCLOSURE if docket.discloses else WayOut.EXPORT
        with reading(DECISION, _NO_DECISION):
            value = docket.value(DECISION, most_depth=8)
            sound(convert(value, _Version).v == 1)
        said = _check_decision(docket, DECISION, value, way, until=docket.sealed.at)
        docket.released, subjects, acts = said.id, set(said.statement.subjects), set(docket.acts)
        right = acts == subjects if docket.discloses else acts <= subjects
        require(right, DECISION, "the decision is not about these acts")
        if docket.discloses:
            approved = [_row(one, said.statement.at) for one in said.withheld]
            here = [_row(one, one.at) for one in docket.listed]
            same = len(here) == len(approved) and set(here) == set(approved)
            require(same, LISTED, "not the list that was approved")
    else:
        free = not docket.discloses and docket.sealed.realm is Realm.PRACTICE
        require(free, DECISION, "nobody decided that this file may leave")
    for item in docket.listed:
        require(item.decision == docket.released, LISTED, "something is withheld by another decision")


def _row(one: _Approved | Listed, at: int) -> tuple[object, ...]:
    return one.of, one.part, one.exhibit, one.ground, one.decided_by, at


def _check_chain(docket: Docket, path: str, bag: str, *, here: bool) -> None:
    with reading(path, "not a chain of signed events"):
        value = docket.value(path, most_depth=8)
        found = convert(value, _Custody)
        sound(found.v == 1 and found.events)
        events = [_check_touch(docket, path, bag, parse_envelope(item)) for item in found.events]
    before = bag
    for event, digest in events:
        require(event.prev == before, path, "the chain of events is broken")
        before = digest
    ends = [event for event, _ in events if event.event == CustodyStep.DESTROYED]
    one = len(ends) <= 1 and bool(ends) == ("decision" in value)
    require(one, path, "a destruction has one decision")
    for end in ends:
        said = _check_decision(docket, path, found.decision, WayOut.DESTRUCTION, until=Instant(end.at))
        right = bag in said.statement.subjects and said.id == end.decision
        require(right, path, "the decision is not about this destruction")
        require(not here, path, "it was destroyed, and is here")
    docket.made_from += [(path, event.child) for event, _ in events if event.child is not None]
    docket.custody.append(ShownCustody(bag=bag, events=len(events), last=events[-1][0].event))


def _check_touch(docket: Docket, path: str, bag: str, envelope: Envelope) -> tuple[_Touch, str]:
    """Return one event, signed by the sealing office, and its digest."""
    sealed = docket.sealed
    what, version, realm = parse_payload_type(envelope.payload_type)
    event = convert(parse_ijson(envelope.payload), _Touch)
    sound((what, version, event.v, realm) == (CUSTODY, 1, 1, sealed.realm))
    about = (event.realm, event.case, event.bag, event.authority)
    sound(about == (realm.value, sealed.case, bag, sealed.authority))
    parse_authority(event.authority)
    parse_officer(event.officer)
    for digest in (event.prev, event.child, event.decision):
        sound(digest is None or parse_digest(digest))
    party, authority = _sealer(docket), AuthorityId(sealed.authority)
    name, _ = signed_by(envelope, published(party, authority, Usage.ACT))
    at = require_instant(event.at)
    require(name, path, "an event that is not signed by the office that sealed this file")
    # NOTE: the time is the office's own word, for which it vouches by SEAL.
    if not is_sure(party, Signatory(authority=authority, key=name), at=at, proven=True):
        docket.suspect(path)
    return event, sha256(envelope.payload).hex()


def _check_decision(docket: Docket, path: str, value: Any, way: WayOut, *, until: Instant) -> _Said:
    """Return a release statement that two officers, a head among them, approved no later than ``until``."""
    with reading(path, _NO_DECISION):
        found = convert(value, _Decision)
        envelope = parse_envelope(found.statement)
        what, version, realm = parse_payload_type(envelope.payload_type)
        payload = parse_ijson(envelope.payload, most_bytes=MOST_STATEMENT)
        said = convert(payload, _Statement)
        sound((what, version, said.v, realm) == (RELEASE, 1, 1, docket.sealed.realm))
        sound(not envelope.signatures)  # its approvals sign it
        sound(said.way == way and said.case == docket.sealed.case and require_instant(said.at) <= until)
        for subject in said.subjects:
            parse_digest(subject)
        withheld = tuple(convert(payload, _Withheld).withheld) if way is WayOut.DISCLOSURE else ()
        for one in withheld:
            parse_digest(one.of)
            sound(1 <= len(one.ground) <= _MOST_TEXT and 1 <= len(one.decided_by) <= _MOST_TEXT)
        approvals = [parse_approval(parse_envelope(item)) for item in found.approvals]
    party = _sealer(docket)
    persons = check_persons(docket, party, path, envelope.id, approvals)
    enough = len(persons) >= PERSONS and any(person.role == HEAD for person in persons)
    require(enough, path, "it lacks the approvals of two officers, a head among them")
    soon = all(approval.at <= until for approval in approvals)
    require(soon, path, "it was approved afterwards")
    for person, approval in zip(persons, approvals, strict=True):
        if not is_sure(party, person, at=approval.at, proven=True):
            docket.suspect(path)
    return _Said(id=envelope.id, statement=said, withheld=withheld)


def _sealer(docket: Docket) -> TrustedParty:
    return docket.parties[Fingerprint(docket.sealed.root)]
