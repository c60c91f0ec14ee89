"""The desk of an open node for reports of scams and ransomware."""

from comity.node.reportdesk import ReportDesk
from comity.node.workplace import Workplace


class ScamDesks:
    """What the desks of a node add for what was reported."""

    __slots__ = ()

    place: Workplace

    @property
    def scams(self) -> ReportDesk:
        """Reports of scams and ransomware, and the public form."""
        return ReportDesk(place=self.place)
