"""Which report comes first: a level, and every reason for it by its code; nothing is weighed in secret.

Level 1 is imminent harm, 2 urgent, 3 ordinary, 4 what can wait. A report has the level of its gravest reason;
inside a level those with more reasons of it come first, then those that waited longest. No number is made up:
whoever reads the codes can put the reports in the same order by hand.

Basis: 14, 15, 16, 34(1), 34(4)
"""

from dataclasses import dataclass
from typing import Protocol

from comity.kernel.clock import DAY, Instant
from comity.protection.reports import Report

RECENT = 14 * DAY
"""Contact with a child that is no older is taken to go on."""

IMMINENT, URGENT, ORDINARY, LATER = 1, 2, 3, 4
SIGNS = {
    "life": IMMINENT,
    "access": IMMINENT,
    "live": IMMINENT,
    "harm": IMMINENT,
    "molestation": IMMINENT,
    "sadistic": IMMINENT,
    "sextortion": IMMINENT,
    "contact": IMMINENT,
    "source-priority": IMMINENT,
    "infant": URGENT,
    "trafficking": URGENT,
    "travel": URGENT,
    "solicitation": URGENT,
    "enticement": URGENT,
    "victim-known": URGENT,
    "self-made": URGENT,
    "new-material": URGENT,
    "many-sources": URGENT,
    "between-minors": ORDINARY,
    "known-material": ORDINARY,
    "public": ORDINARY,
    "unchecked": ORDINARY,
    "no-reason": ORDINARY,
    "viral": LATER,
    "spam": LATER,
    "informational": LATER,
}
"""Level by code; ``life``, ``access`` and ``informational`` are said by an officer alone."""
BY_OFFICER = ("life", "access", "live", "harm", "molestation", "sextortion", "contact", "informational")
"""What an officer may say of a report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a report stands where it stands.

    Attributes:
        code: One of ``SIGNS``.
        level: Its level.
        by: ``source``, ``desk`` (reckoned here) or the officer who said so.
        count: How many files it concerns; 0 where it concerns the report.
    """

    code: str
    level: int
    by: str
    count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rank:
    """Where a report stands in the queue.

    Attributes:
        level: 1 to 4.
        reasons: The gravest first.
    """

    level: int
    reasons: tuple[Reason, ...]

    def order(self, received: Instant) -> tuple[int, int, int]:
        """Return what reports are sorted by: level, how many reasons of it, how long it waits."""
        return self.level, -sum(one.level == self.level for one in self.reasons), received


def rank_of(report: Report, *, now: Instant, judged: frozenset[int] = frozenset(), sources: int = 1) -> Rank:
    """Return where a report stands, and why.

    Args:
        report: The report.
        now: Contact that is recent is imminent.
        judged: Numbers of clusters that somebody looked at already.
        sources: How many sources reported the same, in its group.
    """
    found: dict[str, Reason] = {}

    def add(code: str, by: str = "source", count: int = 0) -> None:
        if code in SIGNS:
            found.setdefault(code, Reason(code=code, level=SIGNS[code], by=by, count=count))

    for one in report.raised:
        add(one.sign, one.officer)
    for sign in report.signs:
        add(sign)
    add(report.incident)
    for note in ("live", "harm", "infant", "self-made"):
        add(note, count=sum(note in one.notes for one in report.files))
        if found.get(note) is not None and not found[note].count and found[note].by == "source":
            del found[note]
    if report.incident == "enticement" and _is_recent(report, now):
        add("contact", "desk")
    if "sextortion" in found and not _is_recent(report, now) and found["sextortion"].by == "source":
        found["sextortion"] = Reason(code="sextortion", level=URGENT, by="source")
    _add_material(report, judged, add)
    if sources >= 3:
        add("many-sources", "desk")
    reasons = sorted(found.values(), key=lambda one: (one.level, one.code))
    if any(one.level < LATER for one in reasons):
        return Rank(level=reasons[0].level, reasons=tuple(reasons))
    if not reasons:
        reasons = [Reason(code="no-reason", level=ORDINARY, by="desk")]
    return Rank(level=reasons[0].level, reasons=tuple(reasons))


def _add_material(report: Report, judged: frozenset[int], add: "_Add") -> None:
    files = report.files
    viral = sum("viral" in one.notes or "meme" in one.notes for one in files)
    if files and viral == len(files):
        add("viral", "source", viral)
    plain = [one for one in files if not {"drawn", "viral", "meme"} & set(one.notes)]
    new = sum(bool(one.cluster) and one.cluster not in judged for one in plain)
    if new > 0:
        add("new-material", "desk", new)
    known = sum(bool(one.list) for one in files)
    if known and known == len(files):
        add("known-material", "desk", known)
    public = sum(bool(one.public) for one in files) + bool(report.urls and not files)
    if public:
        add("public", "source", public)
    blind = sum(one.viewed is False for one in files)
    if blind:
        add("unchecked", "source", blind)


def _is_recent(report: Report, now: Instant) -> bool:
    """Tell whether it happened lately; what has no date is taken to go on."""
    return report.at is None or now - report.at <= RECENT


class _Add(Protocol):
    """Shape of what adds a reason."""

    def __call__(self, code: str, by: str = "source", count: int = 0) -> None: ...
