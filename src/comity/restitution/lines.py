"""Lines of a ledger: who recorded which entry when, each with the digest of the line before."""

from typing import Annotated

import msgspec

from comity.cases.skeletons import Id
from comity.kernel.clock import Instant
from comity.kernel.errors import MalformedError, UntrustedError
from comity.kernel.ids import AuthorityId, CaseId, OfficerName
from comity.kernel.ijson import parse_ijson
from comity.kernel.lines import FIRST_PREVIOUS, line_digest
from comity.restitution.entries import AnyEntry

MOST_LINE = 8 * 1024 * 1024
"""A distribution names every share."""


class Line(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line of the ledger of a case.

    Attributes:
        v: 1.
        number: From 1, without a gap.
        previous: Digest of the line before.
        recorded_at: When it was written down.
    """

    v: int
    number: Annotated[int, msgspec.Meta(ge=1)]
    previous: Id
    authority: AuthorityId
    case: CaseId
    officer: OfficerName
    recorded_at: Instant
    entry: AnyEntry


def parse_line(data: bytes) -> Line:
    """Return a kept line; raise MalformedError ``restitution.line_form``."""
    try:
        return msgspec.convert(parse_ijson(data, most_bytes=MOST_LINE, where="the line"), Line)
    except msgspec.ValidationError as exc:
        raise MalformedError("restitution.line_form", "a line has not its form", where=str(exc)) from exc


def chained(stored: tuple[bytes, ...]) -> tuple[tuple[Line, ...], str]:
    """Return stored lines in order, and the digest of the last one.

    Raises:
        UntrustedError: ``restitution.chain``: a line is missing, or is not the one that the next names.
    """
    lines: list[Line] = []
    before = FIRST_PREVIOUS
    for number, data in enumerate(stored, start=1):
        line = parse_line(data)
        if line.number != number or line.previous != before:
            raise UntrustedError(
                "restitution.chain",
                f"line {number} of the ledger is not the one that was recorded",
                hint="bring the store back from a backup, and tell the overseer",
                where=str(number),
            )
        before = line_digest(data)
        lines.append(line)
    return tuple(lines), before
