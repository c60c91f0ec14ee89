"""The desk that tells how a node's keys and payloads are kept, around what the operator's commands do."""

from functools import partial
from pathlib import Path

from comity.bootstrap.guarding import Guarding
from comity.bootstrap.places import Places
from comity.node.upkeep import UpkeepDesk
from comity.node.workplace import Workplace


def upkeep_desk(folder: Path, place: Workplace) -> UpkeepDesk:
    """Return the desk for the node in a folder."""

    def ask() -> bool:
        return Places().check(str(folder), read=False, tell=lambda _done, _total: None).asked

    return UpkeepDesk(
        place=place,
        keys_of=partial(Guarding().show, str(folder)),
        payloads_of=partial(Places().show, str(folder)),
        ask_store=ask,
    )
