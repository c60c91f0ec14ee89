"""``comity evidence seal`` without a case: on practice nodes only; for bare keys no store is opened."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from comity import __version__
from comity.bootstrap.keys import node_keys
from comity.bootstrap.rooms import sealings_of
from comity.config import NodeConfig, read_config
from comity.engines.files import FileReader
from comity.engines.pump import Pump
from comity.engines.sealings import FolderSealingRoom
from comity.engines.system import SystemClock, SystemEntropy
from comity.evidence.inspection import Inspection
from comity.evidence.ports import KeptSealing
from comity.evidence.resuming import SealingPlan
from comity.evidence.sealing import SEGMENT, Sealing
from comity.evidence.service import Vault
from comity.kernel.agefile import Identity, parse_identity, parse_recipient
from comity.kernel.ids import parse_party
from comity.node.loose import UNRELEASED, LooseSealer
from comity.node.sealed import UnfinishedView, seal_view
from comity.node.sealing import carried_out, unfinished_view
from comity.node.views import SealView

_BARE = "age1"
Tell = Callable[[Sealing], None]


def seal_loose(
    sources: Sequence[str],
    *,
    out: str,
    recipients: Sequence[str],
    node: str | None,
    segment: int = SEGMENT,
    tell: Tell | None = None,
) -> SealView:
    """Seal files that belong to no case; the verdict of such a bag is UNRELEASED for ever.

    Args:
        sources: Paths; ``-`` for standard input.
        out: File to write.
        recipients: ``age1…`` or ``age1pq1…`` keys, Party codes or authority ids of peers.
        node: Folder of the node; None for the current one.
        segment: Bytes of one exhibit of a stream.
        tell: Called now and then with how far it is.

    Raises:
        DeniedError: ``way_out.no_decision``, on a live node.
        NotFoundError: ``peer.absent``.
        ConflictError: ``file.exists``.
    """
    bench = _Bench(node or ".")
    plan = bench.sealer.plan(
        sources,
        out=str(Path(out).absolute()),
        recipients=[key for text in recipients for key in _keys(bench.directory, text)],
        name=bench.entropy.bytes(16).hex(),
        segment=segment,
    )
    return bench.carry_out(bench.room.begin(plan, identity=bench.identities[0]), out=out, tell=tell)


def unfinished_loose(*, node: str | None) -> tuple[UnfinishedView, ...]:
    """Return the sealings of loose bags that were interrupted, the oldest first."""
    return tuple(unfinished_view(plan) for plan in _Bench(node or ".").plans())


def inspect_file(path: str, *, identities: Sequence[str]) -> Inspection:
    """Return what a sealed file says of itself, and what is inside where one of the age identities opens it.

    Raises:
        NotFoundError: ``file.absent``.
        MalformedError: ``age.identity``, ``age.header``, ``package.form``.
        DeniedError: ``handling.child_abuse_refused``.
    """
    keys = [parse_identity(text, where="--identity") for text in identities]
    source = FileReader(Path(path))
    try:
        return Vault(engine=Pump(), entropy=SystemEntropy()).inspect(source, identities=keys)
    finally:
        source.close()


def resume_loose(
    name: str, *, node: str | None, drop: bool = False, tell: Tell | None = None
) -> SealView | None:
    """Go on with a loose bag whose sealing was interrupted, or throw it away.

    Raises:
        NotFoundError: ``seal.none_unfinished``.
        ConflictError: ``seal.running``, ``file.exists``.
        DeniedError: ``way_out.no_decision``, on a live node.
    """
    bench = _Bench(node or ".")
    if drop:
        bench.room.drop(name)
        return None
    kept = bench.room.resume(name, identities=bench.identities)
    return bench.carry_out(kept, out=kept.plan.out, tell=tell)


@dataclass(slots=True)
class _Bench:
    """What sealing without a case needs of a node's folder."""

    directory: str
    config: NodeConfig = field(init=False)
    entropy: SystemEntropy = field(init=False)

    def __post_init__(self) -> None:
        self.config = read_config(Path(self.directory))
        self.entropy = SystemEntropy()

    @property
    def sealer(self) -> LooseSealer:
        vault = Vault(engine=Pump(spool=Path(self.directory) / "room"), entropy=self.entropy)
        return LooseSealer(
            party=parse_party(self.config.party),
            realm=self.config.realm,
            clock=SystemClock(),
            vault=vault,
            tool=("comity", __version__),
        )

    @property
    def identities(self) -> tuple[Identity, ...]:
        keys = node_keys(Path(self.directory), entropy=self.entropy)
        return keys.store_identities(self.sealer.authority)

    @property
    def room(self) -> FolderSealingRoom:
        return sealings_of(Path(self.directory), entropy=self.entropy, adopt=_adopts_nothing)

    def plans(self) -> tuple[SealingPlan, ...]:
        return tuple(plan for plan in self.room.unfinished() if plan.out)

    def carry_out(self, kept: KeptSealing, *, out: str, tell: Tell | None) -> SealView:
        sealer = self.sealer
        sealed = carried_out(kept, lambda: sealer.carry_out(kept, tell=tell), drop=self.room.drop)
        return seal_view(sealed, path=out, label=UNRELEASED)


def _adopts_nothing(_path: Path, name: str) -> None:
    raise ValueError(f"a loose bag goes to a file, not to the store as {name}")


def _keys(directory: str, text: str) -> tuple[bytes, ...]:
    if text.startswith(_BARE):
        return (parse_recipient(text),)
    from comity.bootstrap.opening import opened  # here: only peers are looked up in a store
    from comity.node.copies import recipient_keys

    with opened(directory) as (_, _, place), place.store.snapshot() as tx:
        return recipient_keys(place, tx, text)
