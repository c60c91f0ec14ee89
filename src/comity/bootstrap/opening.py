"""A node's folder opened: its configuration, its store, its keys; no desk yet."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from comity.bootstrap.clocks import kept_calendars
from comity.bootstrap.keys import node_keys
from comity.bootstrap.overlays import kept_overlay
from comity.bootstrap.stores import migrate_state, open_state
from comity.config import NodeConfig, read_config
from comity.engines.checking import ParallelChecker
from comity.engines.protection.sealing import KeyVault
from comity.engines.system import SystemClock, SystemEntropy
from comity.engines.zones import zone_offsets
from comity.exchange.directory import Directory
from comity.indicators.ports import Fitting
from comity.kernel.errors import UntrustedError
from comity.kernel.ids import parse_party
from comity.node.founding import own_entry
from comity.node.views import MigrateReport
from comity.node.workplace import Workplace
from comity.storage.sql.store import SqlStore

TLS = "tls"
CERTIFICATE = "certificate.pem"
PRIVATE_KEY = "key.pem"
DEFAULT_PORT = 8443


@contextmanager
def opened(directory: str) -> Iterator[tuple[Path, NodeConfig, Workplace]]:
    """Open a node's store and yield its folder, configuration and workplace.

    Raises:
        NotFoundError: ``node.absent``.
        UntrustedError: ``node.kind``.
        ConflictError, UnavailableError: as ``open_store``.
    """
    folder = Path(directory)
    config = read_config(folder)
    store = open_state(folder, config)
    try:
        place = workplace(folder, config, store)
        require_kind(place)
        yield folder, config, place
    finally:
        store.close()


def require_kind(place: Workplace) -> None:
    """Raise unless ``node.json`` and the signed entry in the store agree whether this is a shelter.

    Raises:
        UntrustedError: ``node.kind``.

    Basis: 34; docs/spec/safe.md section 1
    """
    with place.store.snapshot() as tx:
        entry = own_entry(tx)
    if entry.is_shelter is not place.is_shelter:
        raise UntrustedError(
            "node.kind",
            "node.json and the store do not agree whether this is a shelter",
            hint="a node stays what it was founded as: bring both back from one backup",
            where="/shelter",
        )


def migrate(directory: str) -> MigrateReport:
    """Bring the tables of a node to the form that this version writes."""
    folder = Path(directory)
    before, after = migrate_state(folder, read_config(folder))
    return MigrateReport(version_before=before, version_after=after)


def workplace(folder: Path, config: NodeConfig, store: SqlStore) -> Workplace:
    """Return the workplace of the node in a folder."""
    entropy = SystemEntropy()
    return Workplace(
        party=parse_party(config.party),
        realm=config.realm,
        endpoint=config.endpoint,
        store=store,
        keys=node_keys(folder, entropy=entropy),
        clock=SystemClock(),
        entropy=entropy,
        directory=Directory(),
        check=ParallelChecker(),
        calendars=kept_calendars(folder),
        overlay=kept_overlay(folder),
        zones=zone_offsets,
        expressions=_expressions,
        make_vault=lambda secret: KeyVault(secret, entropy=entropy),
        is_shelter=config.shelter is not None,
    )


def _expressions(patterns: Sequence[str]) -> Fitting:
    from comity.engines.intake.expressions import compiled  # NOTE: here, since few commands need it

    return compiled(patterns)
