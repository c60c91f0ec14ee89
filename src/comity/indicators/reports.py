"""A report of a scam or ransomware: what somebody brought, what was found, what a person decided of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import msgspec

from comity.indicators.kinds import Kind
from comity.indicators.observations import FORWARDED, Note, Observation
from comity.indicators.recognising import Recognised
from comity.kernel.clock import Instant

REPORTS, CONTENTS = "reports", "report-contents"
"""The shelves of reports and of what they say; no receiver reads them."""

MOST_WORDS = 50_000
MOST_FILE = 2 << 20
MOST_CONTACT = 300
MOST_REASON = 500


class Channel(StrEnum):
    """Who brought a report."""

    OFFICER = "officer"
    PUBLIC = "public"


class State(StrEnum):
    """How far a report is."""

    WAITING = "waiting"
    OPEN = "open"
    TAKEN = "taken"
    DISMISSED = "dismissed"


class Sector(StrEnum):
    """Where the victim belongs; after the sectors of critical infrastructure that most laws name."""

    PERSON = "person"
    BUSINESS = "business"
    HEALTH = "health"
    ENERGY = "energy"
    WATER = "water"
    FOOD = "food"
    TRANSPORT = "transport"
    FINANCE = "finance"
    TELECOM = "telecom"
    GOVERNMENT = "government"
    EDUCATION = "education"
    OTHER = "other"


class Criticality(StrEnum):
    """What depends on the victim."""

    ORDINARY = "ordinary"
    IMPORTANT = "important"
    CRITICAL = "critical"


class Verdict(StrEnum):
    """What a person decided of a value."""

    KEPT = "kept"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a person decided of one value."""

    kind: Kind
    value: str
    verdict: Verdict
    officer: str
    at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Victim:
    """Whom it hit, as far as anybody said.

    Attributes:
        family: Family of the ransomware, by its name.
        case: Case that the report belongs to; never leaves the node.
    """

    sector: Sector | None = None
    criticality: Criticality | None = None
    family: str = ""
    case: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One report, without what it says.

    Attributes:
        id: ``report--`` and a UUID.
        receipt: What the person who brought it was told; empty for an officer's.
        received_at: When it came.
        digests: The messages that it holds, by their digests: the sources of what was kept.
        opened_by: Who opened it first; empty for nobody.
        reason: Why it was dismissed.
    """

    id: str
    channel: Channel
    state: State
    received_at: Instant
    changed_at: Instant
    receipt: str = ""
    victim: Victim = Victim()
    digests: tuple[str, ...] = ()
    decisions: tuple[Decision, ...] = ()
    opened_by: str = ""
    reason: str = ""

    def decided(self, kind: Kind, value: str) -> Verdict | None:
        """Return what was decided of a value last; None where nobody did."""
        for one in reversed(self.decisions):
            if (one.kind, one.value) == (kind, value):
                return one.verdict
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a report says; erased at its time.

    Attributes:
        words: What was written in the form; untrusted, shown as text only.
        name: Name of the file beside it; empty for none.
        data: That file; empty where an officer brought it.
        contact: How the person may be reached; empty where nobody said.
        observations: What was found, once an officer has opened it.
        families: Families of ransomware that it speaks of, with the reasons; a person decides which it is.
    """

    words: str = ""
    name: str = ""
    data: bytes = field(default=b"", repr=False)
    contact: str = ""
    observations: tuple[Observation, ...] = ()
    notes: tuple[Note, ...] = ()
    families: tuple[Recognised, ...] = ()

    def __post_init__(self) -> None:
        if len(self.words) > MOST_WORDS or len(self.data) > MOST_FILE or len(self.contact) > MOST_CONTACT:
            raise ValueError("a report is within its limits")


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundValue:
    """One value of a report with all its places.

    Attributes:
        first: Where it stands first, with the highest confidence.
        places: How many places it has.
    """

    first: Observation
    places: int
    verdict: Verdict | None


def values_of(report: Report, contents: Contents) -> tuple[FoundValue, ...]:
    """Return the values of a report, the surest first; who sent it on is not among them."""
    grouped: dict[tuple[Kind, str], list[Observation]] = {}
    for one in contents.observations:
        if FORWARDED not in one.remarks:
            grouped.setdefault((one.kind, one.value), []).append(one)
    made = [
        FoundValue(
            first=max(places, key=lambda one: one.confidence),
            places=len(places),
            verdict=report.decided(kind, value),
        )
        for (kind, value), places in grouped.items()
    ]
    return tuple(sorted(made, key=lambda one: -one.first.confidence))


def chosen_of(contents: Contents, names: Sequence[str]) -> tuple[Observation, ...]:
    """Return the observations of values named as ``TYPE VALUE``."""
    wanted = frozenset(names)
    return tuple(one for one in contents.observations if f"{one.kind.value} {one.value}" in wanted)


_encoder = msgspec.msgpack.Encoder()
_reports = msgspec.msgpack.Decoder(Report)
_contents = msgspec.msgpack.Decoder(Contents)


def dump_kept(kept: Report | Contents) -> bytes:
    """Return a report, or what it says, as it is kept."""
    return _encoder.encode(kept)


def parse_report(data: bytes) -> Report:
    """Return the report of bytes that :func:`dump_kept` wrote."""
    return _reports.decode(data)


def parse_contents(data: bytes) -> Contents:
    """Return what a report says from bytes that :func:`dump_kept` wrote."""
    return _contents.decode(data)
