"""The desks of the freeze lane, as far as the command line uses them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from comity.kernel.clock import Instant
    from comity.node.freezeasking import Prepared
    from comity.node.freezeforms import Brief, Texts
    from comity.node.freezekeeping import AssetView
    from comity.node.freezing import BankWord
    from comity.node.views import Actor, DraftView
    from comity.requests.lanes import Task
    from comity.tracing.freezefigures import FreezeFigures
    from comity.tracing.frozen import Asset
    from comity.tracing.questions import Question


class OrderDesk(Protocol):
    """Orders to providers."""

    def order(
        self, actor: Actor, *, name: str, provider: str, reference: str, digest: str, until: Instant
    ) -> AssetView:
        """Record the intent."""
        ...

    def carried(
        self,
        actor: Actor,
        *,
        name: str,
        order: int,
        outcome: str,
        amount: str = "",
        reference: str = "",
        words: str = "",
    ) -> AssetView:
        """Record what came of it."""
        ...


class AskingDesk(Protocol):
    """Requests about assets."""

    def prepare(
        self,
        actor: Actor,
        *,
        name: str,
        kind: str,
        to: str,
        texts: Texts,
        brief: Brief,
        base: bytes = b"",
        purpose: str,
    ) -> Prepared:
        """Fill in and check a request."""
        ...

    def draft(self, actor: Actor, *, name: str, form: bytes, to: str, case: str | None = None) -> DraftView:
        """Draft it."""
        ...

    def tie_to(self, actor: Actor, *, name: str, request: str, item: str, purpose: str) -> AssetView:
        """Tie an asset to a request."""
        ...

    def hear(self, actor: Actor, *, name: str, words: str, language: str) -> DraftView:
        """Draft the hearing."""
        ...

    def lift(
        self,
        actor: Actor,
        *,
        name: str,
        ground: str,
        words: str,
        language: str,
        hearing: str = "",
        unheard: str = "",
    ) -> DraftView:
        """Draft the lifting."""
        ...

    def recall(self, actor: Actor, *, name: str, words: str, language: str) -> DraftView:
        """Draft the recall."""
        ...


class FreezeDesk(Protocol):
    """Assets."""

    @property
    def orders(self) -> OrderDesk:
        """Orders."""
        ...

    @property
    def asking(self) -> AskingDesk:
        """Requests."""
        ...

    def list(self, actor: Actor, *, purpose: str) -> tuple[Asset, ...]:
        """Return every asset."""
        ...

    def figures(self, actor: Actor, *, purpose: str) -> FreezeFigures:
        """Return the figures of the office."""
        ...

    def show(self, actor: Actor, *, name: str, purpose: str) -> AssetView:
        """Return one."""
        ...

    def open_traced(
        self,
        actor: Actor,
        *,
        name: str,
        ledger: str,
        question: Question | None,
        addresses: Sequence[str],
        words: str,
        purpose: str,
    ) -> AssetView:
        """Begin the book of coins."""
        ...

    def open_bank(self, actor: Actor, *, name: str, told: BankWord, words: str) -> AssetView:
        """Begin the book of money."""
        ...

    def look_again(self, actor: Actor, *, name: str, purpose: str) -> AssetView:
        """Ask the ledger again."""
        ...

    def record(self, actor: Actor, *, name: str, fact: Mapping[str, Any]) -> AssetView:
        """Add a line."""
        ...

    def tasks(self, actor: Actor, *, name: str) -> tuple[Task, ...]:
        """Return what its lane owes."""
        ...
