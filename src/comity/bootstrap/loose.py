"""``comity evidence seal`` without a case: on practice nodes only; for bare keys no store is opened."""

from collections.abc import Sequence
from pathlib import Path

from comity import __version__
from comity.config import read_config
from comity.engines.files import FileWriter
from comity.engines.pump import Pump
from comity.engines.system import SystemClock, SystemEntropy
from comity.evidence.service import Vault
from comity.kernel.agefile import parse_recipient
from comity.kernel.ids import parse_party
from comity.node.loose import UNRELEASED, LooseSealer
from comity.node.sealed import seal_view
from comity.node.views import SealView

_BARE = "age1"


def seal_loose(sources: Sequence[str], *, out: str, recipients: Sequence[str], node: str | None) -> SealView:
    """Seal files that belong to no case; the verdict of such a bag is UNRELEASED for ever.

    Args:
        sources: Paths.
        out: File to write.
        recipients: ``age1…`` keys, Party codes or authority ids of peers.
        node: Folder of the node; None for the current one.

    Raises:
        DeniedError: ``way_out.no_decision``, on a live node.
        NotFoundError: ``peer.absent``.
        ConflictError: ``file.exists``.
    """
    directory = node or "."
    config = read_config(Path(directory))
    entropy = SystemEntropy()
    sealer = LooseSealer(
        party=parse_party(config.party),
        realm=config.realm,
        clock=SystemClock(),
        vault=Vault(engine=Pump(), entropy=entropy),
        tool=("comity", __version__),
    )
    keys = [key for text in recipients for key in _keys(directory, text)]
    sealed = sealer.seal(sources, to=FileWriter(Path(out)), recipients=keys)
    return seal_view(sealed, path=out, label=UNRELEASED)


def _keys(directory: str, text: str) -> tuple[bytes, ...]:
    if text.startswith(_BARE):
        return (parse_recipient(text),)
    from comity.bootstrap.nodes import opened  # here: only peers are looked up in a store
    from comity.node.copies import recipient_keys

    with opened(directory) as (_, _, place), place.store.snapshot() as tx:
        return recipient_keys(place, tx, text)
