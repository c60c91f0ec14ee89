"""The desks for redress: ledgers of restitution."""

from dataclasses import dataclass

from comity.node.restitution import RestitutionDesk
from comity.node.workplace import Workplace


@dataclass(frozen=True, slots=True, kw_only=True)
class RedressDesks:
    """What the open node adds for redress."""

    place: Workplace

    @property
    def restitution(self) -> RestitutionDesk:
        """Ledgers of restitution."""
        return RestitutionDesk(place=self.place)
