"""The desk of restitution, as far as the command line uses it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comity.node.views import Actor
    from comity.restitution.views import Statement


class RestitutionDesk(Protocol):
    """Ledgers of restitution."""

    def record(
        self,
        actor: Actor,
        *,
        case: str,
        entry: str,
        values: Mapping[str, str],
        purpose: str,
        after: str | None = None,
    ) -> Statement:
        """Add an entry to the ledger of a case."""
        ...

    def take_claims(
        self,
        actor: Actor,
        *,
        case: str,
        book: str,
        purpose: str,
        asset: str = "",
        awarded: Mapping[int, str] = ...,
    ) -> Statement:
        """Take over claims of a freeze book."""
        ...

    def show(
        self, actor: Actor, *, case: str, purpose: str, audience: str = "court", who: str = ""
    ) -> Statement:
        """Return a statement on the ledger of a case."""
        ...


class RestitutionDesks(Protocol):
    """What an open node does with restitution."""

    @property
    def restitution(self) -> RestitutionDesk:
        """Ledgers of restitution."""
        ...
