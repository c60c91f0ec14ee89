"""The desks of national law, made from those of an open node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.node.made import MadeRooms

if TYPE_CHECKING:
    from comity.node.comparing import ComparingDesk
    from comity.node.profiling import ProfileDesk
    from comity.node.reviewing import ReviewDesk


class LawDesks(MadeRooms):
    """What an open node does with national law."""

    __slots__ = ()

    @property
    def reviews(self) -> ReviewDesk:
        """What officers say of what may serve an article."""
        from comity.node.reviewing import ReviewDesk

        return ReviewDesk(place=self.place, corpus=self.law.corpus)

    @property
    def profiles(self) -> ProfileDesk:
        """What Parties state of their law."""
        from comity.node.profiling import ProfileDesk

        return ProfileDesk(place=self.place, corpus=self.law.corpus)

    @property
    def comparing(self) -> ComparingDesk:
        """Laws beside each other."""
        from comity.node.comparing import ComparingDesk

        return ComparingDesk(place=self.place, corpus=self.law.corpus, shelf=self.law.shelf)
