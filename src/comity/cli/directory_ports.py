"""The desk of the directory, as far as the command line uses it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from comity.exchange.mandates import Mandate
    from comity.exchange.services import Service
    from comity.kernel.clock import Instant
    from comity.kernel.findings import Finding
    from comity.node.listed import PartyEntry
    from comity.node.views import Actor
    from comity.node.wayfinding import RouteView


class DirectoryDesk(Protocol):
    """What Parties publish of their offices and mandates."""

    def parties(self) -> Sequence[PartyEntry]:
        """Return every pinned Party, the own one first."""
        ...

    def party(self, code: str) -> PartyEntry:
        """Return one pinned Party."""
        ...

    def check(self, code: str = "") -> Sequence[Finding]:
        """Return what is missing in, or wrong with, what Parties publish."""
        ...

    def route(
        self,
        *,
        requesting: str,
        requested: str,
        kind: str,
        at: Instant | None = None,
        territory: str = "",
        instrument: str = "",
        language: str = "",
        urgent: bool = False,
    ) -> RouteView:
        """Return which office of a Party a request goes to, and why."""
        ...

    def mandates(self) -> Sequence[Mandate] | None:
        """Return the mandates that this Party publishes; None where it publishes none yet."""
        ...

    def publish(
        self,
        actor: Actor,
        *,
        authority: str,
        service: bytes,
        confirmed_by: Sequence[str] = (),
        entry_passphrase: bytes | None = None,
    ) -> Service:
        """Publish what an office takes."""
        ...

    def grant(
        self,
        actor: Actor,
        *,
        mandate: bytes,
        confirmed_by: Sequence[str] = (),
        entry_passphrase: bytes | None = None,
    ) -> Mandate:
        """Publish a mandate."""
        ...

    def end(
        self,
        actor: Actor,
        *,
        mandate: str,
        until: date,
        confirmed_by: Sequence[str] = (),
        entry_passphrase: bytes | None = None,
    ) -> Mandate:
        """Let a mandate end."""
        ...

    def deputize(
        self,
        actor: Actor,
        *,
        mandate: str,
        officer: str,
        since: date,
        until: date | None = None,
        confirmed_by: Sequence[str] = (),
        entry_passphrase: bytes | None = None,
    ) -> Mandate:
        """Name a deputy."""
        ...
