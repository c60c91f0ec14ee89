"""The page that tells how the keys of the node are guarded, and where its packages lie."""

from comity.node.upkeep import StoreView
from comity.web.answers import Answer
from comity.web.visits import Visit


def show(visit: Visit) -> Answer:
    """Show how keys and packages are kept."""
    return _page(visit)


def check(visit: Visit) -> Answer:
    """Ask the object store whether it can be used."""
    return _page(visit, visit.toolbox.desks.upkeep.check(visit.actor))


def _page(visit: Visit, asked: StoreView | None = None) -> Answer:
    desk = visit.toolbox.desks.upkeep
    return visit.page(
        "upkeep.html",
        section="officers",
        held=desk.keys(visit.actor),
        places=desk.payloads(visit.actor),
        asked=asked,
    )
