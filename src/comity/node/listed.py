"""Parties and offices as the directory of a node lists them."""

from dataclasses import dataclass
from datetime import date

from comity.exchange.mandates import Mandate
from comity.exchange.services import Service
from comity.kernel.clock import Instant
from comity.kernel.ids import AuthorityId, Fingerprint, PartyCode


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeEntry:
    """An office as its Party publishes it.

    Attributes:
        names: Its name by language tag.
        types: What it is.
        service: What it takes; None where the entry does not say.
    """

    id: AuthorityId
    names: tuple[tuple[str, str], ...]
    types: tuple[str, ...]
    endpoint: str
    service: Service | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyEntry:
    """A Party as the directory holds it.

    Attributes:
        heard_at: When it last showed that this is its entry; None for the own Party.
        flagged_from: Day from which the entry counts as stale.
        blocked_from: Day from which nothing is sent on it.
        freshness: ``own``, ``fresh``, ``flagged``, ``stale`` or ``expired``.
        mandates: None where the entry does not say.
    """

    party: PartyCode
    root: Fingerprint
    version: int
    issued_at: Instant
    expires_at: Instant
    heard_at: Instant | None
    flagged_from: date | None
    blocked_from: date | None
    freshness: str
    offices: tuple[OfficeEntry, ...]
    mandates: tuple[Mandate, ...] | None
