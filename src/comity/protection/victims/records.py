"""What is said of a victim: no more than help needs. It is sealed; outside stands the pseudonym alone."""

from typing import Annotated

import msgspec

from comity.kernel.clock import Instant

Said = Annotated[str, msgspec.Meta(max_length=20_000)]


class Contact(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the victim is reached without danger.

    Attributes:
        channel: By what.
        value: Number or address.
        hours: When, and when never.
        code_word: By which both know each other; shown to nobody but whoever makes the call.
        avoid: What must not happen, such as a letter at home.

    Basis: 34(1)
    """

    channel: str
    value: Said
    hours: Said
    code_word: Said
    avoid: Said = ""


class Needs(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the victim was asked for and answered. Basis: 34(5)"""

    officer: str = "not_asked"
    interpreter: str = ""
    disability: Said = ""
    companion: Said = ""


class Measure(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A measure of protection; it always has an end. Basis: 34(1)"""

    what: Said
    provision: Said
    until: Instant


class View(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """That the victim's views were presented at a stage, or why not. Basis: 34(3)"""

    stage: str
    how: str
    at: Instant
    words: Said = ""


class Told(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A decision on one fact: whether the victim may be told it, from when, and whether it was told."""

    fact: Said
    decision: str
    reason: Said
    since: Instant | None = None
    told: bool = False


class Hearing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A hearing, with the conditions that were checked before it."""

    at: Instant
    conditions: dict[str, str]


class Refusal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """That erasure was refused, on which legal ground, and until when."""

    at: Instant
    ground: Said
    until: Instant


class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One victim.

    Attributes:
        number: The pseudonym.
        year: In which the record was begun; statistics count by it.
        group: ``adult``, ``child`` or ``unknown``.
        offence: Article of the Convention, or ``other``.
        cases: Cases that concern the victim.
        named: Officers who may read the record beside advocates.
        stages: Stages that the proceedings have reached.
        name: Real name, where it is needed at all.
        asked: When erasure was asked for; None while it was not.
    """

    number: str
    year: int
    group: str
    offence: str
    cases: tuple[str, ...]
    named: tuple[str, ...]
    stages: tuple[str, ...] = ()
    name: Said = ""
    contact: Contact | None = None
    needs: Needs = Needs()
    person: Said = ""
    statement: Said = ""
    measures: tuple[Measure, ...] = ()
    views: tuple[View, ...] = ()
    told: tuple[Told, ...] = ()
    hearings: tuple[Hearing, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    asked: Instant | None = None

    @property
    def silent(self) -> tuple[str, ...]:
        """The stages reached at which nobody said what became of the victim's views. Basis: 34(3)"""
        done = {one.stage for one in self.views}
        return tuple(stage for stage in self.stages if stage not in done)


class Tombstone(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What remains of a record that was erased: nothing of the person."""

    number: str
    at: Instant
    officer: str
    reason: Said
