"""The desks for redress, made from those of an open node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.node.made import MadeRooms

if TYPE_CHECKING:
    from comity.node.restitution import RestitutionDesk
    from comity.node.rights import RightsDesk
    from comity.node.victims import VictimsDesk


class RedressDesks(MadeRooms):
    """What an open node does for redress."""

    __slots__ = ()

    @property
    def restitution(self) -> RestitutionDesk:
        """Ledgers of restitution."""
        from comity.node.restitution import RestitutionDesk

        return RestitutionDesk(
            place=self.place,
            primitives=self.tracing.primitives,
            known=self.victims.of_case,
            own=self.victims.own,
        )

    @property
    def rights(self) -> RightsDesk:
        """Rights and services of victims, by State."""
        from comity.node.rights import RightsDesk

        return RightsDesk(place=self.place)

    @property
    def victims(self) -> VictimsDesk:
        """Victims."""
        from comity.node.victims import VictimsDesk

        return VictimsDesk(place=self.place, hashes=self.hashes)
