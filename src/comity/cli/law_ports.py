"""What the command line needs of the law desk: reviews, profiles, what a folder tells without an officer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from comity.law.profiles import Profile
    from comity.node.profiling import StatedView
    from comity.node.reviewing import ReviewView, Said
    from comity.node.views import Actor


class ReviewDesk(Protocol):
    """What officers say of what may serve an article."""

    def record(self, actor: Actor, *, said: Said) -> ReviewView:
        """Keep what an officer says of a find."""
        ...

    def adopt(
        self, actor: Actor, *, country: str, article: int, reason: str, language: str = "en", row: bytes = b""
    ) -> ReviewView:
        """Take a whole row as one's own."""
        ...

    def list(
        self, actor: Actor, *, country: str, article: int = 0, history: bool = False
    ) -> Sequence[ReviewView]:
        """Return the reviews of the law of a State."""
        ...

    def show(self, actor: Actor, *, number: int) -> ReviewView:
        """Return one review."""
        ...


class ProfileDesk(Protocol):
    """What Parties state of their law."""

    def make(self, actor: Actor, *, language: str = "en", holds_from: str = "") -> StatedView:
        """Make the next version of the own profile from reviews; it waits for approvals."""
        ...

    def withdraw(self, actor: Actor) -> StatedView:
        """Make a version that withdraws the own profile; it waits for an approval."""
        ...

    def approve(self, actor: Actor, *, reason: str) -> StatedView:
        """Approve what waits."""
        ...

    def publish(self, actor: Actor) -> StatedView:
        """Sign what waits and is approved."""
        ...

    def drop(self, actor: Actor) -> None:
        """Forget what waits."""
        ...

    def pending(self, actor: Actor) -> StatedView | None:
        """Return what waits for approvals."""
        ...

    def stated(self, actor: Actor, *, history: bool = False) -> Sequence[StatedView]:
        """Return what Parties state of their law."""
        ...

    def paper(self, actor: Actor, *, party: str = "", version: int = 0) -> bytes:
        """Return a statement as a stranger can check it."""
        ...


class LawDesks(Protocol):
    """The desks of national law."""

    @property
    def reviews(self) -> ReviewDesk:
        """What officers say of finds."""
        ...

    @property
    def profiles(self) -> ProfileDesk:
        """What Parties state of their law."""
        ...


class LawRoom(Protocol):
    """What a folder tells of national law without an officer; made when first asked for."""

    def reviews(self, directory: str, country: str, article: int = 0) -> Sequence[ReviewView]:
        """Return what officers of the node in a folder said; nothing where there is no node."""
        ...

    def verify(
        self, directory: str | None, data: bytes, *, trust: str | None, where: str
    ) -> tuple[Profile, str, bool]:
        """Return a signed profile, the verdict on it, and whether its root is trusted."""
        ...
