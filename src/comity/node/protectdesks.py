"""The desks of the protection room, made from those of an open node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.node.made import MadeRooms

if TYPE_CHECKING:
    from comity.node.shelteroffice import ShelterOffice


class ProtectDesks(MadeRooms):
    """What an open node does for children and victims."""

    __slots__ = ()

    @property
    def shelter(self) -> ShelterOffice:
        """What officers of a shelter do."""
        from comity.node.shelteroffice import ShelterOffice

        return ShelterOffice(place=self.place, hashes=self.hashes)
