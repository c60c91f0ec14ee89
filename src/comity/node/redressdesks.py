"""The desks for redress, made from those of an open node."""

from comity.node.protecting import HashDesk
from comity.node.restitution import RestitutionDesk
from comity.node.tracing import TracingDesk
from comity.node.victims import VictimsDesk
from comity.node.workplace import Workplace


class RedressDesks:
    """What an open node does for redress."""

    __slots__ = ()

    place: Workplace
    hashes: HashDesk
    tracing: TracingDesk

    @property
    def restitution(self) -> RestitutionDesk:
        """Ledgers of restitution."""
        return RestitutionDesk(
            place=self.place, primitives=self.tracing.primitives, known=self.victims.of_case
        )

    @property
    def victims(self) -> VictimsDesk:
        """Victims."""
        return VictimsDesk(place=self.place, hashes=self.hashes)
