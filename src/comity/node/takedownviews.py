"""What the desk of takedowns shows: places, channels, clocks and findings; no fingerprint."""

import msgspec

from comity.protection.channels import Way
from comity.protection.hostings import Hosting
from comity.protection.terms import Term


class ClockView(msgspec.Struct, frozen=True, kw_only=True):
    """A clock that runs, or that no law sets.

    Attributes:
        began: When the notice, appeal or complaint was.
        citation: The law that names the time; empty where none does.
        standing: How sure the law is known here; empty without one.
        due: When it ends; None where the law names no number of hours.
        late: Whether it ended.
    """

    began: int
    citation: str
    standing: str
    due: int | None
    late: bool


class EventView(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened."""

    step: str
    at: int
    by: str
    to: str
    reason: str
    words: str
    citation: str
    due: int | None
    language: str
    report: int


class TakedownRow(msgspec.Struct, frozen=True, kw_only=True):
    """A takedown in the list.

    Attributes:
        clock: The clock that ends first, or one without an end; None where none runs.
    """

    number: int
    state: str
    subject: str
    where: str
    service: str
    opened: int
    clock: ClockView | None


class TakedownView(msgspec.Struct, frozen=True, kw_only=True):
    """One takedown, whole.

    Attributes:
        findings: What registers say of the host.
        ways: The channels that fit, the nearest to the content first.
        contacts: States whose contact point of the Convention is asked where no channel is known.
        terms: Laws that name a time for it, or name none.
        prints: By how many fingerprints it is known again.
    """

    number: int
    state: str
    subject: str
    url: str
    host: str
    address: str
    service: str
    registrar: str
    reports: tuple[int, ...]
    plea: str
    victim: bool
    prints: int
    opened: int
    by: str
    clocks: tuple[ClockView, ...]
    events: tuple[EventView, ...]
    findings: tuple[Hosting, ...]
    ways: tuple[Way, ...]
    contacts: tuple[str, ...]
    terms: tuple[Term, ...]
    may: tuple[str, ...]


class RegisterView(msgspec.Struct, frozen=True, kw_only=True):
    """A register that was brought in."""

    name: str
    dated: str
    rows: int


class NoticeView(msgspec.Struct, frozen=True, kw_only=True):
    """What a notice says; words are made of it in the language of its receiver.

    Attributes:
        takedown: Number of the takedown, the reference.
        office: Who sends it.
        to: Name of the receiver, and ``address`` where it goes.
        how: ``form``, ``email``, ``post``, ``portal`` or ``node``.
        languages: The languages that the receiver reads.
        digests: Digests of the same bytes, with their kinds; never a perceptual fingerprint.
        citation: The law that names a time; empty where none does.
        due: When it ends; None where the law names no number.
        at: When the notice was drawn up.
        practice: Whether this is practice.
    """

    takedown: int
    office: str
    office_name: str
    to: str
    address: str
    how: str
    languages: tuple[str, ...]
    subject: str
    url: str
    host: str
    ip: str
    service: str
    digests: tuple[str, ...]
    citation: str
    note: str
    due: int | None
    at: int
    step: str
    words: str
    practice: bool


class FigureView(msgspec.Struct, frozen=True, kw_only=True):
    """Times to removal of a host or a State.

    Attributes:
        by: ``state`` or ``host``.
        name: Which; ``?`` where no register names a State.
        notices: How many takedowns had a notice; None where it is hidden.
        removed: How many of them came down; None where it is hidden.
        median_hours: The median, in whole hours; None where it is hidden or nothing came down.
    """

    by: str
    name: str
    notices: int | None
    removed: int | None
    median_hours: int | None
