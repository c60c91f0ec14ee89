"""The desks for indicators: what is kept, what is published, what other nodes are given, and warnings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.node.made import MadeRooms

if TYPE_CHECKING:
    from comity.node.alerting import AlertDesk
    from comity.node.feedsharing import FeedDesk
    from comity.node.indicators import IndicatorDesk
    from comity.node.pulling import SourceDesk
    from comity.node.sharing import SharingDesk


class SharingDesks(MadeRooms):
    """Those desks of one node that concern indicators."""

    __slots__ = ()

    @property
    def indicators(self) -> IndicatorDesk:
        """Indicators of scams and ransomware."""
        from comity.node.indicators import IndicatorDesk

        return IndicatorDesk(place=self.place)

    @property
    def sharing(self) -> SharingDesk:
        """What is published and exported of them, and to whom."""
        from comity.node.sharing import SharingDesk

        return SharingDesk(place=self.place)

    @property
    def sources(self) -> SourceDesk:
        """Servers of others: what is fetched from them, and what they are given."""
        from comity.node.pulling import SourceDesk

        return SourceDesk(place=self.place)

    @property
    def feeds(self) -> FeedDesk:
        """What other nodes are given of them, and what they give."""
        from comity.node.feedsharing import FeedDesk

        return FeedDesk(place=self.place)

    @property
    def alerts(self) -> AlertDesk:
        """Warnings to others that are hit by the same."""
        from comity.node.alerting import AlertDesk

        return AlertDesk(place=self.place)
