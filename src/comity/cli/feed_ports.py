"""What the commands on feeds and alerts need of an open node."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comity.indicators.alerts import AlertRecord
    from comity.indicators.feedfigures import FeedFigures
    from comity.indicators.marks import Tlp
    from comity.kernel.clock import Instant
    from comity.node.alerting import AlertForm, AlertView, Hit
    from comity.node.feedbook import BatchRecord, Share
    from comity.node.feedsharing import GivenView, SharedView
    from comity.node.feedstops import Stop
    from comity.node.hashviews import About, Grounds
    from comity.node.views import Actor
    from comity.protection.shelves import Shelf


class FeedDesk(Protocol):
    """What other nodes are given of indicators, and what they give."""

    def share(
        self, actor: Actor, *, to: str, purpose: str, most_tlp: Tlp = ..., until: Instant | None = None
    ) -> Share:
        """Decide that an office of a peer is given what is published."""
        ...

    def stop(self, actor: Actor, *, to: str, recall: bool = False) -> Share:
        """Give a peer nothing new."""
        ...

    def shared(self, actor: Actor) -> Sequence[SharedView]:
        """Return what is shared with whom."""
        ...

    def holders(self, actor: Actor, *, name: str) -> Sequence[GivenView]:
        """Return which peers were given a statement."""
        ...

    def received(self, actor: Actor, *, source: str = "") -> Sequence[BatchRecord]:
        """Return the batches that came."""
        ...

    def refuse(
        self, actor: Actor, *, source: str, reason: str, feed: str = ..., withdraw: bool = False
    ) -> Stop:
        """Take nothing new of a peer's feed."""
        ...

    def resume(self, actor: Actor, *, source: str, reason: str, feed: str = ...) -> Stop:
        """Take a peer's feed again."""
        ...

    def figures(self, actor: Actor, *, first: str = "", last: str = "", stands: bool = False) -> FeedFigures:
        """Return figures for a span of days."""
        ...

    def stops(self, actor: Actor) -> Sequence[Stop]:
        """Return what was decided on taking feeds."""
        ...


class AlertDesk(Protocol):
    """Alerts."""

    def hit(self, actor: Actor, *, family: str = "", indicators: Sequence[str] = ()) -> Sequence[Hit]:
        """Return the peers that told us of the same."""
        ...

    def send(self, actor: Actor, form: AlertForm) -> AlertRecord:
        """Warn offices of peers."""
        ...

    def alerts(self, actor: Actor) -> Sequence[AlertRecord]:
        """Return every alert."""
        ...

    def show(self, actor: Actor, *, name: str) -> AlertView:
        """Return an alert with what is held of the same."""
        ...

    def answer(self, actor: Actor, *, name: str, hit: str = "", words: str = "") -> AlertRecord:
        """Answer a peer's alert."""
        ...

    def recall(self, actor: Actor, *, name: str, reason: str) -> AlertRecord:
        """Take an alert of ours back."""
        ...


class ListFeedDesk(Protocol):
    """Lists of fingerprints between nodes."""

    def share(self, actor: Actor, *, name: str, to: str, grounds: Grounds, consent: bool) -> Share:
        """Record that an office of a peer may receive a list."""
        ...

    def stop(self, actor: Actor, *, name: str, to: str) -> None:
        """End such a record and take back what was given."""
        ...

    def accept(
        self, actor: Actor, *, source: str, name: str, local: str = "", grounds: Grounds | None, about: About
    ) -> Shelf:
        """Record that this office may hold a list of a peer."""
        ...


class FeedDesks(Protocol):
    """The desks for feeds of an open node."""

    @property
    def feeds(self) -> FeedDesk:
        """What other nodes are given, and what they give."""
        ...

    @property
    def alerts(self) -> AlertDesk:
        """Alerts."""
        ...
