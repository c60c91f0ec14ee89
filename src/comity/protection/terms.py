"""Times that a law sets for removal, each with its citation; where a law names none, there is none.

What ships is reported or recalled and says so; the operator adds what a lawyer confirmed. A term that is only
proposed is shown and starts no clock. Nothing is reckoned that no law names.

Basis: 34(6)
"""

import re
from functools import cache

import msgspec

from comity.kernel.clock import HOUR, Instant, to_date
from comity.kernel.errors import MalformedError
from comity.kernel.packaged import packaged_bytes
from comity.protection.categories import Subject
from comity.protection.states import state_of

STANDINGS = ("confirmed", "reported", "recalled", "proposed")
KINDS = ("notice", "appeal", "complaint")
_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,40}", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


class Term(msgspec.Struct, frozen=True, kw_only=True, rename={"kind": "for"}):
    """A time that a law sets.

    Attributes:
        code: Its name here.
        party: The State whose law it is; empty for a law of several.
        citation: The law, and the provision of it.
        hours: So many; None where the law names no number.
        kind: What starts it: ``notice``, ``appeal`` (of who asked) or ``complaint`` (of whose content went).
        subjects: ``child``, ``intimate``.
        by: Whose notice starts it: ``anyone``, ``victim`` or ``authority``.
        from_day: From which day, YYYY-MM-DD; empty where nobody told.
        standing: One of ``STANDINGS``.
        note: What else it asks, in words.
        source: Who says so, of a term that an operator brought in.
    """

    code: str
    party: str
    citation: str
    hours: int | None
    kind: str
    subjects: tuple[str, ...]
    by: str
    from_day: str
    standing: str
    note: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        """Refuse a term that names no law."""
        known = {one.value for one in Subject}
        sound = (
            _CODE.fullmatch(self.code)
            and 5 <= len(self.citation.strip()) <= 400
            and (self.hours is None or 1 <= self.hours <= 24 * 366)
            and self.kind in KINDS
            and self.standing in STANDINGS
            and self.by in ("anyone", "victim", "authority")
            and self.subjects
            and set(self.subjects) <= known
            and (not self.from_day or _DAY.fullmatch(self.from_day))
            and (not self.party or state_of(self.party) == self.party)
        )
        if not sound:
            raise MalformedError(
                "takedown.term",
                f"the term {self.code[:40]!r} does not hold",
                hint="code, party, citation of the law, hours or null, for, subjects, by, from_day, standing",
                where=self.code[:40],
            )

    def starts(self, at: Instant) -> bool:
        """Tell whether it may start a clock on this day."""
        return self.standing != "proposed" and (not self.from_day or to_date(at).isoformat() >= self.from_day)

    def due(self, at: Instant) -> Instant | None:
        """Return when it ends, counted from an instant; None where the law names no number."""
        return None if self.hours is None else Instant(at + self.hours * HOUR)


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """A file of terms."""

    v: int
    terms: tuple[Term, ...]


@cache
def shipped_terms() -> tuple[Term, ...]:
    """Return the terms that ship."""
    return read_terms(packaged_bytes("comity.protection", "data/terms.json"))


def read_terms(data: bytes) -> tuple[Term, ...]:
    """Return the terms of a file; raise MalformedError ``takedown.term`` where one does not hold."""
    try:
        return msgspec.json.decode(data, type=Terms).terms
    except (msgspec.DecodeError, msgspec.ValidationError) as exc:
        raise MalformedError("takedown.term", f"the terms do not read: {str(exc)[:200]}") from exc
