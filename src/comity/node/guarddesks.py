"""The desks of reports, looks and takedowns, made from those of an open node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.node.made import MadeRooms

if TYPE_CHECKING:
    from comity.node.looking import LookDesk
    from comity.node.reporting import ReportDesk
    from comity.node.takedownbooks import BookDesk
    from comity.node.takedowns import TakedownDesk


class GuardDesks(MadeRooms):
    """What an open node does with reports of providers and hotlines."""

    __slots__ = ()

    @property
    def reports(self) -> ReportDesk:
        """Reports of providers and hotlines."""
        from comity.node.reporting import ReportDesk

        return ReportDesk(place=self.place, hashes=self.hashes)

    @property
    def looks(self) -> LookDesk:
        """Looks at new material."""
        from comity.node.looking import LookDesk

        return LookDesk(place=self.place, hashes=self.hashes)

    @property
    def takedowns(self) -> TakedownDesk:
        """Content that is to come down."""
        from comity.node.takedowns import TakedownDesk

        return TakedownDesk(place=self.place, hashes=self.hashes)

    @property
    def takedown_books(self) -> BookDesk:
        """Registers, channels and terms of takedowns."""
        from comity.node.takedownbooks import BookDesk

        return BookDesk(place=self.place, hashes=self.hashes)
