"""The desks of procedure at home, as far as the command line uses them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from comity.node.proceeding import ProcedureView
    from comity.node.views import Actor
    from comity.requests.sheets import KeptSheet


class SheetsDesk(Protocol):
    """Procedure sheets."""

    def list(self) -> Sequence[KeptSheet]:
        """Return every sheet."""
        ...

    def show(self, party: str, *, on: date | None = None) -> KeptSheet:
        """Return the sheet of a Party that holds on a day."""
        ...

    def check(self, data: bytes) -> KeptSheet:
        """Return what a sheet says; nothing is kept."""
        ...

    def set(self, actor: Actor, *, data: bytes, confirmed_by: Sequence[str] = ()) -> KeptSheet:
        """Keep a version of a sheet."""
        ...


class ProcedureDesk(Protocol):
    """Domestic facts."""

    def show(self, actor: Actor, *, case: str, purpose: str) -> ProcedureView:
        """Return the domestic side of a case."""
        ...

    def record(
        self, actor: Actor, *, case: str, form: bytes, reasons: Mapping[str, str] | None = None
    ) -> ProcedureView:
        """Add a fact."""
        ...
