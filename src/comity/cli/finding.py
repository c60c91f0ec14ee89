"""Where an act or a request that was named by a few digits stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.kernel.errors import NotFoundError

if TYPE_CHECKING:
    from comity.cli.ports import Desks
    from comity.node.views import Actor, ActView, RequestView


def find_request(desks: Desks, actor: Actor, prefix: str, *, purpose: str) -> RequestView:
    """Return the request that an id or its first digits name; its case is read for it."""
    act = desks.cases.resolve(prefix)
    for request in desks.cases.show(actor, case=act, purpose=purpose).requests:
        if request.act == act:
            return request
    raise NotFoundError(
        "request.absent",
        f"the act {act[:12]} is no request of this office",
        hint="'comity request list' shows the requests",
        where=prefix,
    )


def find_act(desks: Desks, actor: Actor, prefix: str, *, purpose: str) -> ActView:
    """Return the issued act that an id or its first digits name; its case is read for it."""
    wanted = desks.cases.resolve(prefix)
    for act in desks.cases.show(actor, case=wanted, purpose=purpose).acts:
        if act.act == wanted:
            return act
    raise NotFoundError(
        "act.absent",
        f"the act {wanted[:12]} is in no case of this office",
        hint="'comity act list' shows the acts",
        where=prefix,
    )
