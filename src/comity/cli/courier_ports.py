"""The carried disk and the line, as far as the command line uses their desks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from comity.exchange.pacing import LineTerms
    from comity.node.shipments import CourierView, ShipmentView
    from comity.node.views import Actor


class LineDesk(Protocol):
    """What the line may take."""

    def show(self, actor: Actor) -> LineTerms:
        """Return what was set."""
        ...

    def set_terms(self, actor: Actor, *, terms: LineTerms) -> LineTerms:
        """Keep other terms."""
        ...


class CourierDesk(Protocol):
    """The exchange through a folder."""

    @property
    def line(self) -> LineDesk:
        """What the line may take."""
        ...

    def export(
        self, actor: Actor, *, folder: str, peer: str | None, progress: Callable[[ShipmentView], None]
    ) -> CourierView:
        """Write what waits into a folder."""
        ...

    def import_(self, actor: Actor, *, folder: str, progress: Callable[[ShipmentView], None]) -> CourierView:
        """Take in what a folder brings."""
        ...
