"""What the command line needs of a node to rotate its store keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from comity.node.places import Tell
    from comity.node.rewrapping import RotationView
    from comity.node.views import Actor


class RewrappingDesk(Protocol):
    """Other store keys."""

    def rotate(self, actor: Actor, *, authority: str, tell: Tell | None = None) -> RotationView:
        """Make a new store key for an office and wrap every header to it, or go on with one."""
        ...
