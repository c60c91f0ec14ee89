"""Pulls and pushes as pieces of work: begun by an officer on a page or by a program, and watched."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from comity.indicators.sources import Reach
from comity.node.access import Action, require_access
from comity.node.pulling import SourceDesk
from comity.node.views import Actor
from comity.node.working import Room, Workroom, WorkView

PULL, PUSH = "indicators.pull", "indicators.push"


def begin_pull(
    desk: SourceDesk,
    room: Workroom,
    actor: Actor,
    *,
    name: str,
    reach: Reach,
    judge: Callable[[str], None] | None,
) -> WorkView:
    """Begin to fetch what a source has that was not read yet; the result counts what came.

    Raises:
        NotFoundError: ``sources.absent``. What :meth:`SourceDesk.pull` raises is the problem of the work.
    """
    require_access(actor, Action.INDICATOR_KEEP, realm=desk.place.realm, owner=actor.authority)
    desk.find(actor, name=name)

    def do(_room: Room) -> Mapping[str, Any]:
        made = desk.pull(actor, name=name, reach=reach, judge=judge)
        return {
            "source": made.source,
            "pages": made.pages,
            "items": made.items,
            "added": made.added,
            "renewed": made.renewed,
            "same": made.same,
            "held": made.held,
            "refusals": made.refusals,
            "refused": [{"id": one, "code": code} for one, code in made.refused],
        }

    return room.begin(actor.officer, kind=PULL, about=name, do=do)


def begin_push(
    desk: SourceDesk,
    room: Workroom,
    actor: Actor,
    *,
    name: str,
    names: Sequence[str],
    reach: Reach,
    override: str,
) -> WorkView:
    """Begin to give statements to a collection of a source, all of those named or none.

    Raises:
        NotFoundError: ``sources.absent``. What :meth:`SourceDesk.push` raises is the problem of the work.
    """
    require_access(actor, Action.INDICATOR_SHARE, realm=desk.place.realm, owner=actor.authority)
    desk.find(actor, name=name)

    def do(_room: Room) -> Mapping[str, Any]:
        made = desk.push(actor, name=name, names=names, reach=reach, override=override)
        return {
            "source": made.source,
            "ids": list(made.ids),
            "taken": made.taken,
            "failed": made.failed,
            "pending": made.pending,
        }

    return room.begin(actor.officer, kind=PUSH, about=name, do=do)
