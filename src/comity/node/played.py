"""A node as a guided case uses it: the desks of either side."""

from typing import Protocol

from comity.node.carrying import CourierDesk
from comity.node.casework import CasesDesk
from comity.node.court import CourtDesk
from comity.node.directory import DirectoryDesk
from comity.node.exhibits import EvidenceDesk
from comity.node.lanes import LaneDesk
from comity.node.people import PeersDesk, PeopleDesk
from comity.node.views import Actor, NodeInfo
from comity.node.workplace import Workplace


class PlayedNode(Protocol):
    """An open node; :class:`comity.node.desks.Desks` fulfils it."""

    @property
    def place(self) -> Workplace:
        """What every desk stands on."""
        ...

    @property
    def info(self) -> NodeInfo:
        """Which node this is."""
        ...

    @property
    def people(self) -> PeopleDesk:
        """Offices and officers."""
        ...

    @property
    def peers(self) -> PeersDesk:
        """Other Parties."""
        ...

    @property
    def cases(self) -> CasesDesk:
        """Requests, acts and cases."""
        ...

    @property
    def evidence(self) -> EvidenceDesk:
        """Sealed packages."""
        ...

    @property
    def court(self) -> CourtDesk:
        """Court files and releases."""
        ...

    @property
    def courier(self) -> CourierDesk:
        """The exchange through a folder."""
        ...

    @property
    def directory(self) -> DirectoryDesk:
        """What Parties publish of their offices."""
        ...

    @property
    def lanes(self) -> LaneDesk:
        """Call-backs and reviews."""
        ...

    def actor(self, name: str | None) -> Actor:
        """Return the officer who acts."""
        ...
