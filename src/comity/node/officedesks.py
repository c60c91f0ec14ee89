"""The desks of an office and its neighbours, made from those of an open node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.node.made import MadeRooms

if TYPE_CHECKING:
    from comity.node.directory import DirectoryDesk
    from comity.node.duty import DutyDesk
    from comity.node.logs import LogsDesk
    from comity.node.people import PeersDesk, PeopleDesk
    from comity.node.preferences import PreferencesDesk


class OfficeDesks(MadeRooms):
    """Who works at an open node, beside whom, and what was done."""

    __slots__ = ()

    @property
    def people(self) -> PeopleDesk:
        """Authorities and officers."""
        from comity.node.people import PeopleDesk

        return PeopleDesk(place=self.place)

    @property
    def peers(self) -> PeersDesk:
        """Other Parties."""
        from comity.node.people import PeersDesk

        return PeersDesk(place=self.place)

    @property
    def logs(self) -> LogsDesk:
        """The logs."""
        from comity.node.logs import LogsDesk

        return LogsDesk(place=self.place)

    @property
    def directory(self) -> DirectoryDesk:
        """What Parties publish of their offices."""
        from comity.node.directory import DirectoryDesk

        return DirectoryDesk(place=self.place)

    @property
    def duty(self) -> DutyDesk:
        """Who is on duty, and what rings."""
        from comity.node.duty import DutyDesk

        return DutyDesk(place=self.place)

    @property
    def preferences(self) -> PreferencesDesk:
        """What officers prefer."""
        from comity.node.preferences import PreferencesDesk

        return PreferencesDesk(place=self.place)
