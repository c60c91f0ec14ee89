"""The desks of reports, looks and takedowns, made from those of an open node."""

from comity.node.looking import LookDesk
from comity.node.protecting import HashDesk
from comity.node.reporting import ReportDesk
from comity.node.takedownbooks import BookDesk
from comity.node.takedowns import TakedownDesk
from comity.node.workplace import Workplace


class GuardDesks:
    """What an open node does with reports of providers and hotlines."""

    __slots__ = ()

    place: Workplace
    hashes: HashDesk

    @property
    def reports(self) -> ReportDesk:
        """Reports of providers and hotlines."""
        return ReportDesk(place=self.place, hashes=self.hashes)

    @property
    def looks(self) -> LookDesk:
        """Looks at new material."""
        return LookDesk(place=self.place, hashes=self.hashes)

    @property
    def takedowns(self) -> TakedownDesk:
        """Content that is to come down."""
        return TakedownDesk(place=self.place, hashes=self.hashes)

    @property
    def takedown_books(self) -> BookDesk:
        """Registers, channels and terms of takedowns."""
        return BookDesk(place=self.place, hashes=self.hashes)
