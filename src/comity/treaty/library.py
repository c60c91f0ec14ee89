"""Instrument packs: what each instrument opens, and who is bound by it, as data that ships with the house.

A pack is a careful reading in our own words, no authentic text. What was recalled is marked so, names the
source to check, and is corrected by an operator's overlay without touching the program.
"""

from enum import StrEnum
from functools import cache
from typing import Annotated

import msgspec

from comity.kernel.packaged import packaged_bytes
from comity.treaty.openings import Confidence, KindCode, Opening, PackGround, Place, Row, Text
from comity.treaty.packs import PACKS, Clocks, pack_file
from comity.treaty.standing import Entry, Event

BILATERAL = "bilateral"
FORMAT = 1
InstrumentCode = Annotated[str, msgspec.Meta(pattern=r"\A[a-z]+(-[a-z0-9]+)*\Z")]


class Bond(StrEnum):
    """What binds two Parties by an instrument.

    Attributes:
        EVENTS: Both are bound by their dated events.
        TREATY: A treaty between the two, which the operator's data names.
        LAW: Nothing but the law of the requested State.
    """

    EVENTS = "events"
    TREATY = "treaty"
    LAW = "law"


class Provenance(Row, frozen=True, kw_only=True):
    """Where the data of a pack comes from.

    Attributes:
        mark: Confirmed or recalled.
        check: The source to check it against.
        as_of: The day of the knowledge.
    """

    mark: Confidence
    check: Text
    as_of: str


class Periods(Row, frozen=True, kw_only=True):
    """Clocks of a pack in whole days; the names say which."""

    preservation_least_days: Annotated[int, msgspec.Meta(ge=2)] = 60
    order_most_days: Annotated[int, msgspec.Meta(ge=1)] = 90
    first_alarm_days: Annotated[int, msgspec.Meta(ge=1)] = 30
    secrecy_review_days: Annotated[int, msgspec.Meta(ge=1)] = 366

    def clocks(self) -> Clocks:
        """Return them as the clocks of an agreement."""
        return Clocks(
            preservation_least=self.preservation_least_days,
            order_most=self.order_most_days,
            first_alarm=min(self.first_alarm_days, self.preservation_least_days - 1),
            secrecy_review=self.secrecy_review_days,
        )


class ChannelKind(StrEnum):
    """Ways on which a request may travel."""

    CONTACT_POINT = "contact_point"
    CENTRAL_AUTHORITY = "central_authority"
    JUDICIAL = "judicial"
    INTERPOL = "interpol"
    DIPLOMATIC = "diplomatic"


class Channel(Row, frozen=True, kw_only=True):
    """A channel that the instrument names; for all kinds where none is listed.

    Attributes:
        channel: Which.
        article: Where it stands.
        kinds: Kinds of request for which it stands; empty for all.
        urgent: Whether it is for urgent requests only.
    """

    channel: ChannelKind
    article: Place = ""
    kinds: tuple[KindCode, ...] = ()
    urgent: bool = False


class Duties(Row, frozen=True, kw_only=True):
    """Where the instrument puts duties that go with every answer; empty where it puts none.

    Attributes:
        reasons: To give reasons for a refusal.
        consult: To consult before refusing or postponing.
        language: To write in a language that the other Party takes.
    """

    reasons: Place = ""
    consult: Place = ""
    language: Place = ""


class InstrumentPack(Row, frozen=True, kw_only=True):
    """One instrument.

    Attributes:
        format: Of the data; this is 1.
        instrument: Its code.
        title: Its English name.
        version: Raised with every change of its data.
        strength: Order among instruments that open the same mechanism; the smallest comes first.
        bond: What binds two Parties by it.
        practice: Whether it counts as in force between practice Parties.
        needs: Another instrument that both must be bound by; empty for none.
        source: Where its data comes from.
        entry: The rule by which it enters into force.
        openings: What it opens.
        grounds: Grounds of refusal that it opens or closes.
        duties: Where duties that go with an answer stand.
        clocks: Periods that run under it.
        channels: Channels that it names.
        events: Who did what towards it.
    """

    format: Annotated[int, msgspec.Meta(ge=1, le=1)]
    instrument: InstrumentCode
    title: Text
    version: Annotated[int, msgspec.Meta(ge=1)]
    strength: Annotated[int, msgspec.Meta(ge=1, le=99)]
    bond: Bond
    practice: bool = False
    needs: str = ""
    source: Provenance
    entry: Entry = Entry()
    openings: tuple[Opening, ...] = ()
    grounds: tuple[PackGround, ...] = ()
    duties: Duties = Duties()
    clocks: Periods = Periods()
    channels: tuple[Channel, ...] = ()
    events: tuple[Event, ...] = ()

    def opening(self, kind: str) -> Opening | None:
        """Return what it opens for a kind of request; None where it has no article for it."""
        return next((one for one in self.openings if kind in one.kinds), None)

    def channels_of(self, kind: str) -> tuple[Channel, ...]:
        """Return the channels for a kind of request. Basis: 40(12), 41(1)"""
        return tuple(one for one in self.channels if not one.kinds or kind in one.kinds)


@cache
def library() -> tuple[InstrumentPack, ...]:
    """Return every pack that ships with the house, the strongest first."""
    found = (
        msgspec.json.decode(packaged_bytes("comity.treaty", pack_file(code)), type=InstrumentPack)
        for code in PACKS
    )
    return tuple(sorted(found, key=lambda one: one.strength))


def find_pack(instrument: str) -> InstrumentPack | None:
    """Return the pack of an instrument, or None for one whose rules are not held here."""
    return next((one for one in library() if one.instrument == instrument), None)
