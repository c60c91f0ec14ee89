"""The desk of the protection room, as far as the command line uses it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from comity.cli.feed_ports import ListFeedDesk
    from comity.node.hashviews import About, Grounds, ImportView, ListView, SharedView
    from comity.node.shelterviews import Offer, ShelterView
    from comity.node.views import Actor
    from comity.protection.fingerprints import Hashed
    from comity.protection.matching import Answer, Question


class HashFiles(Protocol):
    """Makes fingerprints of pictures."""

    def __call__(self, paths: Sequence[str]) -> Iterator[Hashed]:
        """Yield those of each file, in order."""
        ...


class HashDesk(Protocol):
    """Lists of fingerprints."""

    @property
    def feeds(self) -> ListFeedDesk:
        """Lists between nodes."""
        ...

    def lists(self, actor: Actor) -> Sequence[ListView]:
        """Return the lists of the officer's office."""
        ...

    def take_in(
        self,
        actor: Actor,
        *,
        name: str,
        data: bytes,
        form: str = "",
        about: About | None = None,
        grounds: Grounds | None = None,
    ) -> ImportView:
        """Take a file into a list."""
        ...

    def match(self, actor: Actor, *, name: str, questions: Sequence[Question]) -> Sequence[Answer]:
        """Compare fingerprints with a list."""
        ...

    def give_out(self, actor: Actor, *, name: str, to: str, form: str) -> bytes:
        """Return a list as a file for somebody who may receive it."""
        ...

    def share(self, actor: Actor, *, name: str, to: str, grounds: Grounds, keyed: bool = True) -> SharedView:
        """Record that somebody may receive a list."""
        ...

    def stop(self, actor: Actor, *, name: str, to: str) -> None:
        """End the record of a receiver."""
        ...

    def set_state(self, actor: Actor, *, name: str, ids: Sequence[str], state: str) -> ImportView:
        """Take entries back, dispute them, or end a dispute."""
        ...


class ShelterOffice(Protocol):
    """What officers of a shelter do."""

    def overview(self, actor: Actor) -> ShelterView:
        """Return counts and clocks."""
        ...

    def make_list(self, actor: Actor, *, name: str, about: str, ground: str, licence: str) -> Offer:
        """Make a list to which people may give."""
        ...

    def confirm(self, actor: Actor, *, name: str, receiver: str) -> int:
        """Note that a receiver took out what was taken back."""
        ...

    def outcome(self, actor: Actor, *, value: str, outcome: str, by: str) -> int:
        """Tell whoever gave a fingerprint what became of the image."""
        ...


class ProtectDesks(Protocol):
    """What an open node does with lists of fingerprints."""

    @property
    def shelter(self) -> ShelterOffice:
        """What officers of a shelter do."""
        ...

    @property
    def hashes(self) -> HashDesk:
        """Lists of fingerprints."""
        ...
