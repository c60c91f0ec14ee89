"""What each written event of custody says of who did it: one shape, one reader and one writer for all."""

from typing import Protocol, TypedDict

from comity.evidence.custody import CustodyAct, CustodyStep
from comity.kernel.clock import require_instant
from comity.kernel.ids import parse_authority, parse_officer


class ActFields(Protocol):
    """Members that an event of any format has; each format declares them in the order of its bytes."""

    at: int
    authority: str
    officer: str
    place: str
    reason: str
    role: str
    tool: str
    tool_version: str


class Said(TypedDict):
    """The same as keywords."""

    at: int
    authority: str
    officer: str
    place: str
    reason: str
    role: str
    tool: str
    tool_version: str


def act_said(act: CustodyAct) -> Said:
    """Return the members of an event that say who did it."""
    return Said(
        at=act.at,
        authority=act.authority,
        officer=act.officer,
        place=act.place,
        reason=act.reason,
        role=act.role,
        tool=act.tool,
        tool_version=act.tool_version,
    )


def act_in(found: ActFields, step: str) -> CustodyAct:
    """Return who did what.

    Raises:
        MalformedError: a time, officer or authority that is none.
        ValueError: no step of custody, or no role or reason.
    """
    return CustodyAct(
        step=CustodyStep(step),
        at=require_instant(found.at),
        officer=parse_officer(found.officer),
        authority=parse_authority(found.authority),
        role=found.role,
        reason=found.reason,
        tool=found.tool,
        tool_version=found.tool_version,
        place=found.place,
    )
