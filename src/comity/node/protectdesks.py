"""The desks of the protection room, made from those of an open node."""

from comity.node.protecting import HashDesk
from comity.node.shelteroffice import ShelterOffice
from comity.node.workplace import Workplace


class ProtectDesks:
    """What an open node does for children and victims."""

    __slots__ = ()

    place: Workplace
    hashes: HashDesk

    @property
    def shelter(self) -> ShelterOffice:
        """What officers of a shelter do."""
        return ShelterOffice(place=self.place, hashes=self.hashes)
