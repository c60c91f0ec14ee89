"""The desks of the rooms beside cases, as far as the command line uses them, in one shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from comity.cli.feed_ports import FeedDesks
from comity.cli.guard_ports import GuardDesks
from comity.cli.indicator_ports import IndicatorDesks
from comity.cli.law_ports import LawDesks
from comity.cli.protect_ports import ProtectDesks
from comity.cli.restitution_ports import RestitutionDesks
from comity.cli.scam_ports import ScamDesks
from comity.cli.victim_ports import VictimDesks

if TYPE_CHECKING:
    from comity.cli.freeze_ports import FreezeDesk
    from comity.cli.tracing_ports import TracingDesk


class RoomDesks(
    FeedDesks,
    GuardDesks,
    IndicatorDesks,
    LawDesks,
    ProtectDesks,
    RestitutionDesks,
    ScamDesks,
    VictimDesks,
    Protocol,
):
    """Indicators, national law, protection, restitution and crypto-assets."""

    @property
    def freezing(self) -> FreezeDesk:
        """Assets that are to be frozen, or were."""
        ...

    @property
    def tracing(self) -> TracingDesk:
        """Crypto-assets."""
        ...
