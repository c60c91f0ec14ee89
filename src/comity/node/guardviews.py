"""What the desks of reports and looks show: codes, numbers, accounts, places; no fingerprint."""

import msgspec

from comity.protection.grouping import Tie
from comity.protection.jurisdiction import Claim
from comity.protection.triage import Reason


class IntakeView(msgspec.Struct, frozen=True, kw_only=True):
    """What came of taking reports in.

    Attributes:
        reports: Numbers of the new ones, in the order of the file.
        same: Numbers of those that were here already, byte for byte.
        files: How many files they name.
        known: How many of them are known from a list, and need no look.
        joined: How many belong to a cluster that was there.
        clusters: How many new clusters there are.
        blind: How many have no fingerprint that tells anything.
        dropped: How many fields were left out because they may be content.
        takedowns: Takedowns whose content they speak of.
    """

    reports: tuple[int, ...]
    same: tuple[int, ...]
    files: int
    known: int
    joined: int
    clusters: int
    blind: int
    dropped: int
    takedowns: tuple[int, ...]


class QueueRow(msgspec.Struct, frozen=True, kw_only=True):
    """Reports of one matter in the queue.

    Attributes:
        lead: Number of the report that stands first.
        reports: All of them.
        level: 1 imminent, 2 urgent, 3 ordinary, 4 what can wait.
        reasons: Why, the gravest first.
        ties: Why they are one matter.
        sources: How many sources.
        source: Who sent the lead, and ``id`` its number there.
        incident: What it is about.
        received: When the first of them came.
        files: How many files they name; ``known`` on a list, ``looked`` at, ``new`` to everybody.
    """

    lead: int
    reports: tuple[int, ...]
    level: int
    reasons: tuple[Reason, ...]
    ties: tuple[Tie, ...]
    sources: int
    source: str
    id: str
    incident: str
    received: int
    files: int
    known: int
    looked: int
    new: int


class FileView(msgspec.Struct, frozen=True, kw_only=True):
    """A file of a report.

    Attributes:
        state: ``known``, ``looked``, ``new`` or ``blind`` (no fingerprint that tells anything).
    """

    id: str
    medium: str
    state: str
    list: str
    category: str
    mark: str
    notes: tuple[str, ...]
    cluster: int
    viewed: bool | None
    public: bool | None


class AccountView(msgspec.Struct, frozen=True, kw_only=True):
    """An account."""

    who: str
    kind: str
    service: str
    value: str


class SeenView(msgspec.Struct, frozen=True, kw_only=True):
    """An address, with the State that a registry names for it."""

    who: str
    address: str
    at: int | None
    proxy: bool
    registered: str


class SaidView(msgspec.Struct, frozen=True, kw_only=True):
    """What an officer said of a report."""

    sign: str
    officer: str
    why: str
    at: int


class ReportView(msgspec.Struct, frozen=True, kw_only=True):
    """One report, whole."""

    number: int
    form: str
    source: str
    id: str
    digest: str
    incident: str
    at: int | None
    received: int
    is_open: bool
    level: int
    reasons: tuple[Reason, ...]
    group: tuple[int, ...]
    ties: tuple[Tie, ...]
    words: str
    accounts: tuple[AccountView, ...]
    urls: tuple[str, ...]
    seen: tuple[SeenView, ...]
    files: tuple[FileView, ...]
    claims: tuple[Claim, ...]
    said: tuple[SaidView, ...]
    dropped: int


class ClusterView(msgspec.Struct, frozen=True, kw_only=True):
    """Files that one look serves.

    Attributes:
        report: Where its first file lies, and ``file`` its id there.
        category: What it was found to be; empty until somebody looked.
        looks: How many looks there were.
    """

    number: int
    files: int
    reports: tuple[int, ...]
    report: int
    file: str
    category: str
    looks: int


class LookView(msgspec.Struct, frozen=True, kw_only=True):
    """A look that began: where the one file lies that is looked at."""

    look: int
    cluster: int
    report: int
    source: str
    id: str
    file: str
    serves: int
    blur: bool
    left_today: int


class PersonView(msgspec.Struct, frozen=True, kw_only=True):
    """How often somebody looked.

    Attributes:
        day: In 24 hours; ``week``: in seven days; ``all``: ever.
        may: Whether they may look now.
        bar: Why not: ``day``, ``week``, ``run``, ``days``, ``turn``, ``away``; empty where they may.
        until: When that ends; None where that is not known.
    """

    officer: str
    day: int
    week: int
    all: int
    may: bool
    bar: str
    until: int | None
