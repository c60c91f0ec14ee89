"""Releases: what leaves a case without being an act, decided and approved like one.

A release statement names exactly what leaves, by which way and for which purpose. It stays on the node.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from comity.cases.decisions import Decisions, Subject
from comity.cases.desk import CaseReader
from comity.cases.duties import HOUSE, House
from comity.cases.errors import GateClosedError
from comity.cases.gate import RELEASE, Passage, WayOut, Withholding, release_envelope, require_way_out
from comity.cases.ports import Address, CaseTransaction, DecisionRecord, GateRecord
from comity.cases.procedure import Halt, halts_of_case
from comity.kernel.clock import Clock, Instant
from comity.kernel.errors import NotFoundError
from comity.kernel.findings import Assessment
from comity.kernel.ids import ActId, CaseId, OfficerName
from comity.kernel.ijson import dump_ijson, parse_ijson
from comity.kernel.realms import Realm
from comity.kernel.signing import Envelope, Signer, envelope_value, parse_envelope

MOST_STATEMENT = 16 * 1024 * 1024
PERSONS = 2
"""How many officers, a head among them, approve a release. Basis: PROTOCOL rule 9"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A release statement and its approvals so far."""

    envelope: Envelope
    way: WayOut
    case: CaseId
    subjects: frozenset[str]
    purpose: str
    at: Instant
    approvals: tuple[Envelope, ...]
    withheld: tuple[Withholding, ...] = ()

    @property
    def id(self) -> ActId:
        """Id of the statement, which officers approve."""
        return ActId(self.envelope.id)


class Releases:
    """Decides what leaves without an act, and judges every way out of one authority."""

    def __init__(
        self,
        *,
        me: Address,
        realm: Realm,
        decisions: Decisions,
        reader: CaseReader,
        clock: Clock,
        house: House = HOUSE,
    ) -> None:
        self._me = me
        self._realm = realm
        self._decisions = decisions
        self._reader = reader
        self._clock = clock
        self._house = house

    def propose(
        self,
        tx: CaseTransaction,
        way: WayOut,
        *,
        case: CaseId,
        subjects: Sequence[str],
        purpose: str,
        officer: OfficerName,
        withheld: Sequence[Withholding] = (),
    ) -> Release:
        """Write a release statement for exactly these subjects (digests or act ids).

        Of a disclosure it also holds what is left out, so that this is what two officers approve.
        """
        self._decisions.officer(officer)
        self._reader.state(tx, case)
        envelope = release_envelope(
            way,
            realm=self._realm,
            case=case,
            subjects=subjects,
            purpose=purpose,
            at=self._clock.now(),
            withheld=withheld,
        )
        made = _release(envelope, ())
        self._put(tx, made)
        return made

    def get(self, tx: CaseTransaction, release_id: ActId) -> Release:
        """Return a release; raise NotFoundError ``release.unknown``."""
        kept = tx.node.setting(self._name(release_id))
        if kept is None:
            raise NotFoundError("release.unknown", "no such release", where=release_id)
        value = parse_ijson(kept, most_bytes=MOST_STATEMENT)
        approvals = tuple(parse_envelope(item) for item in value["approvals"])
        return _release(parse_envelope(value["statement"]), approvals)

    def list(self, tx: CaseTransaction) -> tuple[Release, ...]:
        """Return every release of the authority, the newest statement first."""
        start = self._name(ActId(""))
        found = [self.get(tx, ActId(name.removeprefix(start))) for name in tx.node.names(start)]
        return tuple(sorted(found, key=lambda release: (-release.at, release.id)))

    def assessment(self, tx: CaseTransaction, release_id: ActId) -> Assessment:
        """Return the findings on a release."""
        return self._decisions.assessment(_subject(self.get(tx, release_id)))

    def decide(
        self,
        tx: CaseTransaction,
        release_id: ActId,
        *,
        finding: str,
        officer: OfficerName,
        inner: str,
        outer: str = "",
    ) -> DecisionRecord:
        """Record a named officer's decision on one finding; see :meth:`Decisions.decide`."""
        subject = _subject(self.get(tx, release_id))
        return self._decisions.decide(tx, subject, finding=finding, officer=officer, inner=inner, outer=outer)

    def approve(
        self, tx: CaseTransaction, release_id: ActId, *, officer: OfficerName, signer: Signer, reasons: str
    ) -> Release:
        """Add an officer's signed approval; see :meth:`Decisions.approve`."""
        held = self.get(tx, release_id)
        made = self._decisions.approve(
            tx, _subject(held), held.approvals, officer=officer, signer=signer, reasons=reasons
        )
        updated = _release(held.envelope, (*held.approvals, made))
        self._put(tx, updated)
        return updated

    def close(self, tx: CaseTransaction, release_id: ActId) -> GateRecord:
        """Close the gate of a release: from now on exactly its subjects may leave by its way.

        Raises:
            DeniedError: ``gate.blocked``.
            ConflictError: ``gate.undecided``, ``gate.rules_changed``.
            UntrustedError: fewer than two officers, or no head, approved.
        """
        held = self.get(tx, release_id)
        gate = self._decisions.close(tx, _subject(held), held.approvals, persons=PERSONS)
        tx.acts.put_gate(gate)
        return gate

    def require_way_out(
        self,
        tx: CaseTransaction,
        way: WayOut,
        *,
        case: CaseId | None,
        decided_by: ActId | None,
        subjects: Sequence[str] = (),
        purpose: str = "",
    ) -> Passage:
        """Return how something may leave, or refuse it; every way out of the node ends here.

        Args:
            tx: The caller's transaction.
            way: Which way.
            case: The case it belongs to, or None.
            decided_by: The issued act or closed release that decided it, or None.
            subjects: Digests or act ids of what leaves, which a release must name.
            purpose: What it leaves for; where a release decided it, the purpose that was approved.

        Raises:
            DeniedError: ``way_out.no_decision``, ``way_out.other_subject`` or ``way_out.other_purpose``.
            ConflictError: ``case.frozen``.

        Basis: PROTOCOL rule 11
        """
        gate = None if decided_by is None else tx.acts.gate(self._me.authority, decided_by)
        if decided_by is not None and gate is None:
            raise GateClosedError(
                "way_out.no_decision", "what is named as decision was never decided here", where=decided_by
            )
        state = None if case is None else self._reader.state(tx, case)
        passage = require_way_out(
            way, realm=self._realm, case=case, gate=gate, state=state, halts=self._halts(tx, case)
        )
        if gate is not None and gate.kind.startswith(f"{RELEASE}."):
            held = self.get(tx, gate.act_id)
            if not subjects or not set(subjects) <= held.subjects:
                raise GateClosedError(
                    "way_out.other_subject", "the release does not name what is to leave", where=gate.act_id
                )
            if purpose and purpose != held.purpose:
                raise GateClosedError(
                    "way_out.other_purpose",
                    f"the release was approved for {held.purpose!r}",
                    hint="propose another one for another purpose",
                    where=gate.act_id,
                )
        return passage

    def _halts(self, tx: CaseTransaction, case: CaseId | None) -> tuple[Halt, ...]:
        if case is None:
            return ()
        calendar = self._house.calendar(self._me)
        return halts_of_case(tx, self._me.authority, case, now=self._clock.now(), calendar=calendar)

    def _put(self, tx: CaseTransaction, release: Release) -> None:
        value = {
            "statement": envelope_value(release.envelope),
            "approvals": [envelope_value(item) for item in release.approvals],
        }
        tx.node.put_setting(self._name(release.id), dump_ijson(value))

    def _name(self, release_id: ActId) -> str:
        return f"release/{self._me.authority}/{release_id}"


def _release(envelope: Envelope, approvals: tuple[Envelope, ...]) -> Release:
    value: dict[str, Any] = parse_ijson(envelope.payload, most_bytes=MOST_STATEMENT)
    return Release(
        envelope=envelope,
        way=WayOut(value["way"]),
        case=CaseId(value["case"]),
        subjects=frozenset(value["subjects"]),
        purpose=value["purpose"],
        at=Instant(value["at"]),
        approvals=approvals,
        withheld=tuple(
            Withholding(
                of=one["of"],
                part=one["part"],
                exhibit=one.get("exhibit"),
                ground=one["ground"],
                decided_by=one["decided_by"],
            )
            for one in value.get("withheld", ())
        ),
    )


def _subject(release: Release) -> Subject:
    return Subject(
        case=release.case,
        id=release.id,
        kind=f"{RELEASE}.{release.way.value}",
        body={"purpose": release.purpose, "subjects": sorted(release.subjects)},
        parts=(),
        request=None,
    )
