"""The desks of what is frozen, made from those of an open node."""

from comity.node.casework import CasesDesk
from comity.node.freezing import FreezeDesk
from comity.node.tracing import TracingDesk
from comity.node.workplace import Workplace


class AssetDesks:
    """What an open node does with assets."""

    __slots__ = ()

    place: Workplace
    cases: CasesDesk
    tracing: TracingDesk

    @property
    def freezing(self) -> FreezeDesk:
        """Assets that are to be frozen, or were."""
        return FreezeDesk(place=self.place, tracing=self.tracing, cases=self.cases)
