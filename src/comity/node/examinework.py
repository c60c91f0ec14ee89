"""Examination as long work, and what it found in a form that every face can show."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from comity.evidence.examination import Found, Remark
from comity.kernel.ids import ActId
from comity.node.access import Action, require_access
from comity.node.examined import Hit
from comity.node.examining import ExaminationDesk
from comity.node.views import Actor
from comity.node.working import Room, Workroom, WorkView

MEMBER, FOUND, REMARK = "member", "found", "remark"


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingView:
    """One thing that a search found, with its place.

    Attributes:
        row: ``member``, ``found`` (an identifier) or ``remark``.
        exhibit: Number of the exhibit.
        member: Number of the member within the exhibit.
        path: Names from the exhibit down, as they may be shown.
        known: Lists of known files that hold the digest of the member.
        dated: The date that the member claims, in microseconds.
        kind: Kind of identifier.
        value: The identifier.
        offset: Its first byte in the content of the member.
        length: Bytes there.
        encoding: Of the identifier.
        code: Code of a remark.
        detail: What belongs to it.
    """

    bag_root: str
    delivery: str
    row: str
    exhibit: int
    member: int
    path: tuple[str, ...]
    size: int
    sha256: str
    media_type: str
    dated: int | None
    known: tuple[str, ...]
    kind: str = ""
    value: str = ""
    offset: int | None = None
    length: int | None = None
    encoding: str = ""
    code: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingPage:
    """Some of what a search in a case found; ``after`` is where the next page begins, empty at the end."""

    findings: tuple[FindingView, ...]
    searched: tuple[str, ...]
    refused: tuple[str, ...]
    unfinished: tuple[str, ...]
    after: str


def begin_examination(
    desk: ExaminationDesk, room: Workroom, actor: Actor, *, delivery: str, purpose: str
) -> WorkView:
    """Begin to examine a delivery, or a package by its root, or to go on; the result is the report."""
    require_access(
        actor, Action.EVIDENCE_OPEN, realm=desk.place.realm, owner=actor.authority, purpose=purpose
    )
    with desk.place.store.snapshot() as tx:
        held = tx.evidence
        record = held.delivered(actor.authority, ActId(delivery)) or held.package(actor.authority, delivery)
    case = (record.case if record is not None else None) or ""

    def do(_room: Room) -> Mapping[str, Any]:
        made = desk.examine(actor, delivery=delivery, purpose=purpose)
        return {
            "case": case,
            "bag_root": made.bag_root,
            "complete": made.complete,
            "members": made.members,
            "found": made.found,
            "remarks": made.remarks,
            "refused": list(made.refused),
        }

    return room.begin(actor.officer, kind="evidence.examine", about=delivery, do=do)


def finding_view(hit: Hit) -> FindingView:
    """Return a match in a form without parts of its own."""
    row, member = hit.match.row, hit.match.member
    identifier = row if isinstance(row, Found) else None
    remark = row if isinstance(row, Remark) else None
    return FindingView(
        bag_root=hit.bag_root,
        delivery=hit.delivery,
        row=FOUND if identifier else REMARK if remark else MEMBER,
        exhibit=row.exhibit,
        member=row.number,
        path=member.path,
        size=member.size,
        sha256=member.sha256,
        media_type=member.media_type,
        dated=member.dated,
        known=hit.match.known,
        kind=identifier.kind if identifier else "",
        value=identifier.value if identifier else "",
        offset=identifier.offset if identifier else None,
        length=identifier.length if identifier else None,
        encoding=identifier.encoding if identifier else "",
        code=remark.code if remark else "",
        detail=remark.detail if remark else "",
    )
