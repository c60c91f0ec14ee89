"""The desks for indicators: what is kept, what is published, what other nodes are given, and warnings."""

from comity.node.alerting import AlertDesk
from comity.node.feedsharing import FeedDesk
from comity.node.indicators import IndicatorDesk
from comity.node.pulling import SourceDesk
from comity.node.sharing import SharingDesk
from comity.node.workplace import Workplace


class SharingDesks:
    """Those desks of one node that concern indicators."""

    __slots__ = ()

    place: Workplace

    @property
    def indicators(self) -> IndicatorDesk:
        """Indicators of scams and ransomware."""
        return IndicatorDesk(place=self.place)

    @property
    def sharing(self) -> SharingDesk:
        """What is published and exported of them, and to whom."""
        return SharingDesk(place=self.place)

    @property
    def sources(self) -> SourceDesk:
        """Servers of others: what is fetched from them, and what they are given."""
        return SourceDesk(place=self.place)

    @property
    def feeds(self) -> FeedDesk:
        """What other nodes are given of them, and what they give."""
        return FeedDesk(place=self.place)

    @property
    def alerts(self) -> AlertDesk:
        """Warnings to others that are hit by the same."""
        return AlertDesk(place=self.place)
