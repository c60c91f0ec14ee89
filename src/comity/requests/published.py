"""What the signed entries of the two Parties say of themselves: offices, mandates, and how fresh that is.

An assessor holds a request against it. Where an entry says nothing, nothing is known; the rules are silent.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from comity.kernel.clock import Instant, to_date
from comity.kernel.ids import PartyCode
from comity.requests.laws import Laws, NoLaws

if TYPE_CHECKING:
    from comity.exchange.entries import Entry, PublishedAuthority
    from comity.exchange.mandates import Mandate
    from comity.exchange.services import Service

FLAG_DAYS = 90
BLOCK_DAYS = 180
"""So many days after a Party was last heard of, its entry is flagged; then nothing is sent on it any more."""


NO_LAWS = NoLaws()

Zones = Callable[[str], tuple[tuple[Instant, int], ...]]
"""Returns from when on a zone is how many seconds ahead of UTC; MalformedError ``zone.unknown``."""


def utc_only(_zone: str) -> tuple[tuple[Instant, int], ...]:
    """Return no offsets: every zone is taken for UTC where no data of zones is at hand."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficePage:
    """One office.

    Attributes:
        id: Such as ``XAA/contact-point``.
        types: What it is, such as ``central-authority``.
        officers: Pseudonyms of its officers.
        service: What it takes; None where its entry does not say.
    """

    id: str
    types: tuple[str, ...] = ()
    officers: tuple[str, ...] = ()
    service: "Service | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyPage:
    """What a Party's entry says.

    Attributes:
        party: Its code.
        offices: Its offices, in the order of the entry.
        mandates: None where it does not say.
        heard_at: When the Party last showed that this is its entry; None for the own Party.
    """

    party: PartyCode
    offices: tuple[OfficePage, ...] = ()
    mandates: "tuple[Mandate, ...] | None" = None
    heard_at: Instant | None = None

    def office(self, authority: str) -> OfficePage | None:
        """Return one of its offices."""
        return next((one for one in self.offices if one.id == authority), None)

    def mandated(
        self, authority: str, power: str, *, kind: str, instrument: str, on: date
    ) -> "tuple[Mandate, ...]":
        """Return the mandates on which an office may do something on a day."""
        from comity.exchange.mandates import mandates_for

        return mandates_for(self.mandates or (), authority, power, kind=kind, instrument=instrument, on=on)

    @property
    def flagged_from(self) -> date | None:
        """The day from which the entry counts as stale; None for the own Party."""
        return None if self.heard_at is None else to_date(self.heard_at) + timedelta(days=FLAG_DAYS)

    @property
    def blocked_from(self) -> date | None:
        """The day from which nothing is sent on it; None for the own Party."""
        return None if self.heard_at is None else to_date(self.heard_at) + timedelta(days=BLOCK_DAYS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What is known of both sides when a request is judged.

    Attributes:
        requesting: Page of the Party that asks; None where none is held.
        requested: Page of the Party that is asked.
        sender: Office that sent or sends the act; empty where that is not known.
        addressee: Office to which it goes; empty where that is not known.
        at: The instant for which offices are looked at; None where hours do not matter.
        signed_on: Day of the act, on which mandates are looked at; the day of the assessment where None.
        signers: Officers who approved the act; None while approvals are missing.
        zones: Knows the time zones.
        laws: Tells what Parties state of their own law.
    """

    requesting: PartyPage | None = None
    requested: PartyPage | None = None
    sender: str = ""
    addressee: str = ""
    at: Instant | None = None
    signed_on: date | None = None
    signers: tuple[str, ...] | None = None
    zones: Zones = utc_only
    laws: Laws = field(default=NO_LAWS, compare=False)


NOTHING_PUBLISHED = Published()


def page_of(entry: "Entry", *, heard_at: Instant | None = None) -> PartyPage:
    """Return the page of a Party from its entry."""
    return PartyPage(
        party=entry.party,
        offices=tuple(_office(one) for one in entry.authorities),
        mandates=entry.mandates,
        heard_at=heard_at,
    )


def signers_of(mandates: "Sequence[Mandate]", officers: Sequence[str], *, on: date) -> tuple[str, ...]:
    """Return who of an office may sign on a day on these mandates; all officers where one names nobody."""
    found: dict[str, None] = {}
    for one in mandates:
        found.update(dict.fromkeys(one.signers(on) or officers))
    return tuple(found)


def _office(one: "PublishedAuthority") -> OfficePage:
    return OfficePage(
        id=one.id,
        types=one.roles,
        officers=tuple(officer.name for officer in one.officers),
        service=one.service,
    )
