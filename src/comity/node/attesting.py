"""Registers what came outside any node: a letter, a call, a portal, a diplomatic bag; attested by name.

Who registers transcribes what came into the form of the act that it is, says how it came and how it was made
sure from whom, and signs; the other side never counts as having signed it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from comity.cases import attested
from comity.cases.kinds import OPENING_KINDS
from comity.cases.service import PartInput
from comity.cases.state import CaseState
from comity.cases.wire import parse_signed_act
from comity.kernel.clock import Instant, to_date
from comity.kernel.digests import parse_digest
from comity.kernel.errors import ConflictError, MalformedError, NotFoundError
from comity.kernel.ids import ActId, CaseId
from comity.kernel.ijson import dump_ijson
from comity.node.access import Action, require_access
from comity.node.addressing import sender_of
from comity.node.casework import CasesDesk, case_desk
from comity.node.drafting import JSON, Told, fields_of, name_asked, told_form
from comity.node.seams import case_reader
from comity.node.unnamed import noting, require_unnamed
from comity.node.views import Actor, DraftView
from comity.node.workplace import Workplace
from comity.requests.letters import Origin

STATEMENT = "statement"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """How something came.

    Attributes:
        sender: The authority, or only its Party: then its one known office, or ``central-authority``.
        channel: One of :data:`comity.cases.attested.CHANNELS`.
        at: When it came; None for now.
        statement: What the officer who registers says about it, in words.
        language: Of these words.
        checked: How it was made sure from whom it came, of :data:`comity.cases.attested.CHECKS`.
        reference: Of the letter or of the channel; it names nobody.
        scan: SHA-256 of the scan or recording that is kept.
        confirms: An attestation of what was said by voice, of which this is the writing.
    """

    sender: str
    channel: str
    at: Instant | None = None
    statement: str
    language: str = "en"
    checked: str = "not_checked"
    reference: str | None = None
    scan: str | None = None
    confirms: str | None = None

    def __post_init__(self) -> None:
        """Refuse what no attestation can say, with a MalformedError."""
        if self.channel not in attested.CHANNELS:
            hint = "one of " + ", ".join(attested.CHANNELS)
            raise MalformedError("register.channel", f"{self.channel[:20]!r} is no channel", hint=hint)
        if self.checked not in attested.CHECKS:
            hint = "one of " + ", ".join(attested.CHECKS)
            raise MalformedError("register.checked", f"{self.checked[:20]!r} is no check", hint=hint)
        if not self.statement.strip():
            raise MalformedError("register.statement", "who registers says what came, and how")
        if self.scan is not None:
            parse_digest(self.scan, where="scan")


@dataclass(frozen=True, slots=True, kw_only=True)
class AttestingDesk:
    """What came outside any node to the officer's authority.

    Basis: 40(13); PROTOCOL 26
    """

    place: Workplace
    cases: CasesDesk

    def origin(self, actor: Actor, *, act: str, purpose: str) -> Origin | None:
        """Return how a request came that its author signed at no node; None for any other act.

        The caller logged the reading of the act.

        Raises:
            NotFoundError: ``act.unknown``.

        Basis: PROTOCOL rule 26
        """
        require_access(
            actor, Action.CASE_READ, realm=self.place.realm, owner=actor.authority, purpose=purpose
        )
        with self.place.store.snapshot() as tx:
            record = tx.acts.get(actor.authority, ActId(act))
        if record is None:
            raise NotFoundError("act.unknown", "no such act", where=act[:64])
        signed = parse_signed_act(record.signed)
        how = attested.told(signed.act).attestation
        if how is None:
            return None
        who = ", ".join((how.by.authority, *(one.officer for one in signed.approvals)))
        return Origin(channel=how.channel, by=who, on=to_date(how.at))

    def register(self, actor: Actor, *, form: bytes, arrival: Arrival, case: str | None = None) -> DraftView:
        """Prepare the attestation of what came.

        Args:
            actor: Who registers, and thereby attests.
            form: The form of a request, complete or not; or ``{"act": KIND, "body": {…}, "parts": {…}}``.
            arrival: How it came.
            case: The case it belongs to; None opens one, which only a request or a draft of one can.

        Raises:
            MalformedError: ``register.opens``; the transcription, or what it says, does not fit.
            ConflictError: ``register.participant``: the case is with another authority.
        """
        told = told_form(form)
        with noting(self.place, actor), self.place.store.transaction() as tx:
            require_access(actor, Action.ACT_DRAFT, realm=self.place.realm, owner=actor.authority)
            now = self.place.clock.now()
            held = None if case is None else CaseId(self.cases.resolve(case))
            body: Mapping[str, Any] = told.body
            sender = sender_of(self.place, tx, arrival.sender)
            if held is None:
                _require_opening(told)
            else:
                reader = case_reader(tx, actor.authority, directory=self.place.directory)
                state = reader.state(tx, held)
                _require_participant(state, arrival.sender, actor)
                body = completed(told, state)
            pending = case_desk(self.place, tx, actor.authority).draft(
                tx,
                kind=attested.ATTEST,
                body=_skeleton(told.kind, body, arrival, now),
                parts=[_statement(arrival), *told.parts],
                officer=actor.officer,
                case=held,
                to=sender if held is None else None,
            )
            require_unnamed(self.place, tx, actor, pending)
            self.place.journal.decision(tx, actor, action="act.register", about=pending.act_id, at=now)
            return self.cases.draft_view(tx, pending)


def _require_opening(told: Told) -> None:
    if told.kind not in OPENING_KINDS:
        raise MalformedError(
            "register.opens",
            f"an act of kind {told.kind[:40]} opens no case",
            hint="name the case with --case",
        )


def _require_participant(state: CaseState, sender: str, actor: Actor) -> None:
    """Refuse a sender that is not the other side of the case: an authority, or its Party."""
    others = [end.authority for end in state.participants if end.authority != actor.authority]
    if not any(sender in (other, other.partition("/")[0]) for other in others):
        raise ConflictError(
            "register.participant",
            f"the case is not with {sender[:64]}",
            hint="it is with " + ", ".join(others),
            where="from",
        )


def completed(told: Told, state: CaseState) -> dict[str, Any]:
    """Return the skeleton of what came; the one request, all its items, and what it answers are filled in.

    Args:
        told: What came.
        state: The case it belongs to.
    """
    body, fields = dict(told.body), fields_of(told.kind)
    if "request" in fields and "request" not in body and len(state.requests) == 1:
        body["request"] = state.requests[0].id
    request = state.request(str(body.get("request", "")))
    if request is not None and "items" in fields and "items" not in body:
        body["items"] = [item.id for item in request.items]
    if request is not None:
        name_asked(told.kind, body, request)
    return body


def _skeleton(kind: str, body: Mapping[str, Any], arrival: Arrival, now: Instant) -> dict[str, Any]:
    return {
        "kind": kind,
        "body": dict(body),
        "channel": arrival.channel,
        "at": now if arrival.at is None else arrival.at,
        "checked": arrival.checked,
        "reference": arrival.reference,
        "scan": arrival.scan,
        "confirms": arrival.confirms,
    }


def _statement(arrival: Arrival) -> PartInput:
    said = {"text": arrival.statement, "language": arrival.language}
    return PartInput(name=STATEMENT, media=JSON, data=dump_ijson(said))
