"""What the commands on indicators need from outside: the reader of messages, and the desks of a node."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from comity.indicators.campaigns import Grouped
    from comity.indicators.families import Families
    from comity.indicators.marks import Tlp
    from comity.indicators.observations import Found, Observation
    from comity.indicators.ports import Receiver
    from comity.indicators.sources import Line, Reach, SourceRecord
    from comity.indicators.statements import Indicator, Sighting
    from comity.indicators.warnings import Warnings
    from comity.node.indicators import IndicatorPage, Taken, Terms
    from comity.node.pulling import Pulled, Pushed, SourceView
    from comity.node.reference import Learnt, ListView
    from comity.node.sharing import Exported, Published
    from comity.node.stated import PlacePage
    from comity.node.views import Actor


class IndicatorRoom(Protocol):
    """What takes messages apart and knows letters and patterns; made when first asked for."""

    def extract(
        self, files: Sequence[tuple[str, bytes]], *, brands: Sequence[str], region: str = ""
    ) -> Sequence[Found]:
        """Return what files give away, in order; UnavailableError ``intake.extra``, ``intake.worker``."""
        ...

    def extracting(
        self, *, brands: Sequence[str], region: str = ""
    ) -> AbstractContextManager[Callable[[str, bytes], Sequence[Found]]]:
        """Return what takes many files apart, one after the other, in one confined process."""
        ...

    def judge(self, pattern: str) -> None:
        """Raise MalformedError ``indicators.form`` for what is no pattern of STIX."""
        ...

    def reach(self, source: SourceRecord, secret: bytes) -> AbstractContextManager[Line]:
        """Open the way to a source."""
        ...

    def require_certificates(self, text: str) -> None:
        """Raise MalformedError ``sources.certificates`` for a text that holds no certificate."""
        ...


class ReferenceDesk(Protocol):
    """Warning lists, families and brands."""

    def take(self, actor: Actor, data: bytes, *, where: str = "") -> Learnt:
        """Take in a list."""
        ...

    def lists(self, actor: Actor) -> Sequence[ListView]:
        """Return what was taken in, and what ships with the software."""
        ...

    def brands(self, actor: Actor) -> Sequence[str]:
        """Return the domains that the office looks after."""
        ...

    def warnings(self, actor: Actor) -> Warnings:
        """Return the warning lists."""
        ...

    def families(self, actor: Actor) -> Families:
        """Return the families of ransomware."""
        ...

    def actors(self, actor: Actor) -> Families:
        """Return those who act."""
        ...


class IndicatorDesk(Protocol):
    """Indicators of an office."""

    @property
    def references(self) -> ReferenceDesk:
        """Warning lists, families and brands."""
        ...

    def keep(self, actor: Actor, observations: Sequence[Observation], *, terms: Terms) -> Taken:
        """Keep what intake found."""
        ...

    def import_(
        self,
        actor: Actor,
        data: bytes,
        *,
        form: str,
        where: str = "",
        judge: Callable[[str], None] | None = None,
        supersede: str = "",
    ) -> Taken:
        """Take in a file of exchange."""
        ...

    def list(
        self, actor: Actor, *, kind: str = "", value: str = "", after: int = 0, most: int = ...
    ) -> IndicatorPage:
        """Return statements."""
        ...

    def show(self, actor: Actor, *, name: str) -> tuple[tuple[Indicator, ...], tuple[Sighting, ...]]:
        """Return the versions of a statement, and its sightings."""
        ...

    def sight(self, actor: Actor, *, name: str, count: int = 1, harmless: bool = False) -> Sighting:
        """Record a sighting."""
        ...

    def places(self, actor: Actor, *, name: str, after: int = 0) -> PlacePage:
        """Return places of a statement that it does not bear itself."""
        ...

    def campaigns(self, actor: Actor) -> Grouped:
        """Return what joins messages."""
        ...


class SharingDesk(Protocol):
    """What leaves, and to whom."""

    def publish(self, actor: Actor, *, names: Sequence[str], override: str = "") -> Published:
        """Give statements to the receivers."""
        ...

    def retract(self, actor: Actor, *, name: str, reason: str) -> Indicator:
        """Retract a statement."""
        ...

    def export(self, actor: Actor, *, form: str, names: Sequence[str] = (), kind: str = "") -> Exported:
        """Return statements as a file of exchange."""
        ...

    def add_key(self, actor: Actor, *, name: str, most_tlp: Tlp = ..., writes: bool = False) -> str:
        """Make a key for a receiver."""
        ...

    def keys(self, actor: Actor) -> Sequence[Receiver]:
        """Return the receivers."""
        ...

    def revoke_key(self, actor: Actor, *, name: str) -> Receiver:
        """Revoke a key."""
        ...


class SourceDesk(Protocol):
    """Servers of others."""

    def add(self, actor: Actor, record: SourceRecord, *, secret: bytes = b"") -> SourceView:
        """Make a source known."""
        ...

    def list(self, actor: Actor) -> Sequence[SourceView]:
        """Return the sources."""
        ...

    def remove(self, actor: Actor, *, name: str) -> SourceView:
        """Forget a source."""
        ...

    def pull(
        self,
        actor: Actor,
        *,
        name: str,
        reach: Reach,
        judge: Callable[[str], None] | None = None,
        tell: Callable[[int, int], None] | None = None,
    ) -> Pulled:
        """Fetch what a source has that was not read yet."""
        ...

    def push(
        self, actor: Actor, *, name: str, names: Sequence[str], reach: Reach, override: str = ""
    ) -> Pushed:
        """Give statements to a collection of TAXII."""
        ...


class IndicatorDesks(Protocol):
    """The desks for indicators of an open node."""

    @property
    def indicators(self) -> IndicatorDesk:
        """Indicators of scams and ransomware."""
        ...

    @property
    def sharing(self) -> SharingDesk:
        """What is published and exported of them, and to whom."""
        ...

    @property
    def sources(self) -> SourceDesk:
        """Servers of others."""
        ...
