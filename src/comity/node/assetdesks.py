"""The desks of what is frozen, made from those of an open node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.node.made import MadeRooms

if TYPE_CHECKING:
    from comity.node.freezing import FreezeDesk


class AssetDesks(MadeRooms):
    """What an open node does with assets."""

    __slots__ = ()

    @property
    def freezing(self) -> FreezeDesk:
        """Assets that are to be frozen, or were."""
        from comity.node.freezing import FreezeDesk

        return FreezeDesk(place=self.place, tracing=self.tracing, cases=self.cases)
