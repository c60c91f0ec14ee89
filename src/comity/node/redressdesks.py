"""The desks for redress, made from those of an open node."""

from comity.node.restitution import RestitutionDesk
from comity.node.tracing import TracingDesk
from comity.node.workplace import Workplace


class RedressDesks:
    """What an open node does for redress."""

    __slots__ = ()

    place: Workplace
    tracing: TracingDesk

    @property
    def restitution(self) -> RestitutionDesk:
        """Ledgers of restitution."""
        return RestitutionDesk(place=self.place, primitives=self.tracing.primitives)
