"""Agreements on joint teams: values of the state of a case."""

from collections.abc import Iterable
from dataclasses import dataclass

from comity.cases.ports import Address
from comity.kernel.clock import Instant
from comity.kernel.ids import ActId


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One Party's signature under an agreement.

    Attributes:
        authority: Who signed.
        act: The act of this case by which it is known here.
        carried: Whether the other participant carried it over: each side then checks it for itself.
    """

    authority: str
    act: ActId
    carried: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """One agreement on a joint team, as it stands in a case.

    Attributes:
        act: The act that laid it before the other side.
        agreement: Its digest.
        parties: The authorities that have to sign.
        start: From when the team may work.
        until: The first moment at which it no longer may.
        replaces: The agreement that it changes.
        signatures: Who signed, in the order of ``parties``.
        left: Who left since.
        replaced_by: The agreement, signed by all, that took its place.

    Basis: 48
    """

    act: ActId
    agreement: str
    by: Address
    parties: tuple[str, ...]
    leader: str
    start: Instant
    until: Instant
    replaces: ActId | None
    signatures: tuple[Signature, ...]
    left: tuple[str, ...]
    replaced_by: ActId | None = None

    @property
    def missing(self) -> tuple[str, ...]:
        """The authorities that have not signed."""
        signed = {one.authority for one in self.signatures}
        return tuple(party for party in self.parties if party not in signed)

    def is_in_force(self, ends: Iterable[str]) -> bool:
        """Tell whether all have signed, nothing replaced it, and neither of two authorities has left."""
        return not self.missing and self.replaced_by is None and set(self.left).isdisjoint(ends)

    def is_open(self, ends: Iterable[str], now: Instant) -> bool:
        """Tell whether something may be shared under it now."""
        return self.is_in_force(ends) and self.start <= now < self.until
