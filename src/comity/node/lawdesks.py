"""The desks of national law, made from those of an open node."""

from comity.node.comparing import ComparingDesk
from comity.node.lawdesk import LawDesk
from comity.node.profiling import ProfileDesk
from comity.node.reviewing import ReviewDesk
from comity.node.workplace import Workplace


class LawDesks:
    """What an open node does with national law."""

    __slots__ = ()

    place: Workplace
    law: LawDesk

    @property
    def reviews(self) -> ReviewDesk:
        """What officers say of what may serve an article."""
        return ReviewDesk(place=self.place, corpus=self.law.corpus)

    @property
    def profiles(self) -> ProfileDesk:
        """What Parties state of their law."""
        return ProfileDesk(place=self.place, corpus=self.law.corpus)

    @property
    def comparing(self) -> ComparingDesk:
        """Laws beside each other."""
        return ComparingDesk(place=self.place, corpus=self.law.corpus, shelf=self.law.shelf)
