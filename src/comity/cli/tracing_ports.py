"""The desks of tracing, as far as the command line uses them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from comity.node.tagging import Taken
    from comity.node.tracing import Found, Grouped, Traced
    from comity.node.views import Actor
    from comity.tracing.clusters import Link
    from comity.tracing.ports import Contents, Figures, Source, Tell
    from comity.tracing.questions import Asked, Question
    from comity.tracing.reporting import Report
    from comity.tracing.since import Since
    from comity.tracing.tags import Gone, Leaned, Tag


class TagDesk(Protocol):
    """Who is said to own which address."""

    def take(self, actor: Actor, *, path: str, confidence: str = "") -> Taken:
        """Take in a pack of tags, or of retractions."""
        ...

    def list(self, actor: Actor, *, title: str = "", address: str = "") -> tuple[Tag, ...]:
        """Return the tags that stand."""
        ...

    def retracted(self, actor: Actor, *, title: str = "", address: str = "") -> tuple[Gone, ...]:
        """Return the tags that were retracted."""
        ...

    def leaned(self, actor: Actor) -> tuple[Leaned, ...]:
        """Return the answers that leaned on tags."""
        ...

    def export(
        self, actor: Actor, *, path: str, title: str, creator: str, pack: str = "", retracted: bool = False
    ) -> int:
        """Write tags, or retractions, into a new pack."""
        ...

    def retract(self, actor: Actor, *, why: str, title: str = "", address: str = "") -> Taken:
        """Retract tags."""
        ...


class TracingDesk(Protocol):
    """Ledgers, and where value went."""

    @property
    def tags(self) -> TagDesk:
        """The tags."""
        ...

    def take(self, actor: Actor, *, ledger: str, path: str, network: str = "", asset: str = "") -> Source:
        """Take a file of transactions into a ledger."""
        ...

    def list(self, actor: Actor) -> Mapping[str, Contents]:
        """Return the ledgers by name."""
        ...

    def figures(self, actor: Actor, *, ledger: str) -> tuple[Contents, Figures]:
        """Return what a ledger holds, and its statistics."""
        ...

    def cluster(
        self,
        actor: Actor,
        *,
        ledger: str,
        purpose: str,
        rules: Sequence[str] = (),
        keeps_mixes: bool = False,
        most: int = ...,
    ) -> Grouped:
        """Apply rules to a ledger."""
        ...

    def explain(
        self, actor: Actor, *, ledger: str, first: str, second: str, purpose: str
    ) -> tuple[Link, ...]:
        """Return the links that lead from one address to another."""
        ...

    def taint(
        self,
        actor: Actor,
        *,
        ledger: str,
        question: Question,
        purpose: str,
        tell: Tell | None = None,
    ) -> Traced:
        """Tell where tainted value lies."""
        ...

    def path(
        self,
        actor: Actor,
        *,
        ledger: str,
        question: Question,
        purpose: str,
        targets: Sequence[str] = (),
    ) -> Found:
        """Return the earliest path to each target."""
        ...

    def asked(self, actor: Actor, *, ledger: str, purpose: str) -> tuple[Asked, ...]:
        """Return the questions that were answered from a ledger."""
        ...

    def moved(self, actor: Actor, *, ledger: str, trace: str | Asked, purpose: str) -> Since:
        """Tell what has moved since an answer."""
        ...

    def report(self, actor: Actor, *, ledger: str, question: Question, purpose: str) -> Report:
        """Return the report of a question."""
        ...
