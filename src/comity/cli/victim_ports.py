"""The victims' desk, as far as the command line uses it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from comity.node.rights import RightView
    from comity.node.victimviews import VictimView
    from comity.node.views import Actor
    from comity.protection.victims.counting import Counted


class VictimsDesk(Protocol):
    """Victims."""

    def begin(self, actor: Actor, *, values: Mapping[str, str]) -> VictimView:
        """Begin a record."""
        ...

    def list(self, actor: Actor, *, purpose: str) -> Sequence[VictimView]:
        """Return the victims whose records the officer may open."""
        ...

    def show(self, actor: Actor, *, number: str, purpose: str) -> VictimView:
        """Return a record without what finds the person."""
        ...

    def reveal(self, actor: Actor, *, number: str, what: str, purpose: str) -> Mapping[str, object]:
        """Return one thing that a record holds."""
        ...

    def record(self, actor: Actor, *, number: str, step: str, values: Mapping[str, str]) -> VictimView:
        """Take a step in a record."""
        ...

    def entrust(self, actor: Actor, *, number: str, advocate: str) -> None:
        """Name an advocate in a record."""
        ...

    def erase(self, actor: Actor, *, number: str, reason: str) -> VictimView:
        """Erase a record."""
        ...

    def count(self, actor: Actor, *, year: int) -> Counted:
        """Return figures without persons."""
        ...


class RightsDesk(Protocol):
    """Rights and services of victims."""

    def listed(self, actor: Actor, *, party: str = "", language: str = "en") -> Sequence[RightView]:
        """Return the records of a State, or all."""
        ...

    def take(self, actor: Actor, *, data: bytes) -> int:
        """Take a file of records in."""
        ...

    def edit(self, actor: Actor, *, values: Mapping[str, str]) -> RightView:
        """Keep one record, its words in one language."""
        ...

    def drop(self, actor: Actor, *, party: str, code: str) -> None:
        """Take a record out."""
        ...


class VictimDesks(Protocol):
    """What an open node does for victims."""

    @property
    def victims(self) -> VictimsDesk:
        """Victims."""
        ...

    @property
    def rights(self) -> RightsDesk:
        """Rights and services of victims."""
        ...
