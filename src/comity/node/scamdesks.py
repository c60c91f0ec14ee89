"""The desk of an open node for reports of scams and ransomware."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.node.made import MadeRooms

if TYPE_CHECKING:
    from comity.node.reportdesk import ReportDesk


class ScamDesks(MadeRooms):
    """What the desks of a node add for what was reported."""

    __slots__ = ()

    @property
    def scams(self) -> ReportDesk:
        """Reports of scams and ransomware, and the public form."""
        from comity.node.reportdesk import ReportDesk

        return ReportDesk(place=self.place)
