"""The desks of the rooms beside cases, as far as the command line uses them, in one shape."""

from __future__ import annotations

from typing import Protocol

from comity.cli.indicator_ports import IndicatorDesks
from comity.cli.law_ports import LawDesks
from comity.cli.protect_ports import ProtectDesks


class RoomDesks(IndicatorDesks, LawDesks, ProtectDesks, Protocol):
    """Indicators, national law and protection."""
