"""The desk for looking: drafts, packages sealed here, and the journal that an overseer reads."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from comity.cases.acts import parse_act
from comity.cases.parts import open_parts
from comity.kernel.clock import Instant
from comity.kernel.errors import NotFoundError
from comity.kernel.ids import CaseId, OfficerName
from comity.kernel.signing import Envelope
from comity.node.access import Action, require_access
from comity.node.casework import CasesDesk
from comity.node.logs import LogsDesk
from comity.node.views import Actor, DraftView
from comity.node.workplace import Workplace

MOST_ENTRIES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageView:
    """A package that this office sealed for a case, and whether a delivery has announced it."""

    bag_root: str
    payload_length: int
    stored_at: Instant
    delivered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftContent:
    """A draft with all that an approval would cover: skeleton and parts, as bytes by name."""

    view: DraftView
    body: Mapping[str, object]
    parts: Mapping[str, bytes] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryView:
    """One line of the journal: who read or decided what, when and why.

    Attributes:
        subject: ``read`` or ``decision``.
        index: Place of its leaf in the national log.
    """

    at: Instant
    officer: OfficerName
    subject: str
    action: str
    about: str
    purpose: str
    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingDesk:
    """Looks that belong to no single act; each asks the table of access first."""

    place: Workplace
    cases: CasesDesk = field(repr=False)
    logs: LogsDesk = field(repr=False)

    def proof(self, actor: Actor, *, act: str, purpose: str) -> dict[str, Any]:
        """Return the proof that an act of the officer's office stands in its log: it opens the blinded leaf.

        Raises:
            NotFoundError: ``act.unknown``: no such act is in a case of this office; ``log.leaf``.
        """
        require_access(
            actor, Action.CASE_READ, realm=self.place.realm, owner=actor.authority, purpose=purpose
        )
        return self.logs.proof(actor, act=self.cases.resolve(act), purpose=purpose)

    def draft(self, actor: Actor, *, act: str, purpose: str) -> DraftContent:
        """Return a draft of the officer's office, whole. The reading is in the log first.

        Raises:
            NotFoundError: ``draft.absent``.
        """
        found = self.cases.draft(actor, act=act, purpose=purpose)
        with self.place.store.snapshot() as tx:
            pending = tx.acts.pending(found.authority, found.case)
        if pending is None or pending.act_id != found.act:
            raise NotFoundError("draft.absent", "the draft was dropped or issued meanwhile", where=found.act)
        act_of = parse_act(Envelope(payload_type=pending.payload_type, payload=pending.payload))
        parts = {part.name: part.data for part in open_parts(pending.parts)}
        return DraftContent(view=found, body=act_of.body, parts=parts)

    def packages(self, actor: Actor, *, case: str, purpose: str) -> tuple[PackageView, ...]:
        """Return what this office sealed for a case, oldest first. The reading is in the log first."""
        require_access(
            actor, Action.CASE_READ, realm=self.place.realm, owner=actor.authority, purpose=purpose
        )
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            self.place.journal.read(tx, actor, action="evidence.list", about=case, purpose=purpose, at=now)
        with self.place.store.snapshot() as tx:
            held = [r for r in tx.evidence.packages(actor.authority, CaseId(case)) if r.own]
        return tuple(
            PackageView(
                bag_root=record.bag_root,
                payload_length=record.payload_length,
                stored_at=record.stored_at,
                delivered=record.delivery is not None,
            )
            for record in sorted(held, key=lambda record: (record.stored_at, record.bag_root))
        )

    def journal(self, actor: Actor) -> tuple[EntryView, ...]:
        """Return the newest reads and decisions of the officer's office, newest first.

        Basis: PROTOCOL 17
        """
        require_access(actor, Action.LOG_READ, realm=self.place.realm, owner=actor.authority)
        with self.place.store.snapshot() as tx:
            entries = tx.node.journal(actor.authority, newest=MOST_ENTRIES)
        return tuple(
            EntryView(
                at=entry.at,
                officer=entry.officer,
                subject=entry.subject,
                action=entry.action,
                about=entry.about,
                purpose=entry.purpose,
                index=entry.log_index,
            )
            for entry in entries
        )
