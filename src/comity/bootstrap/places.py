"""Where payloads lie: on the node's disk, or in the object store that ``node.json`` names."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from comity.config import FILE_NAME, NodeConfig, change_config, read_config
from comity.engines.presence import Presence
from comity.kernel.errors import ComityError, ConflictError, UnavailableError
from comity.node.places import Fault, PlacesView, RoundView, Tell
from comity.storage.blobs.address import ObjectAddress, parse_objects, read_access_key
from comity.storage.blobs.folder import FolderBlobs
from comity.storage.blobs.moving import Mover, verify
from comity.storage.blobs.objects import ObjectPayloads

FOLDER = "folder"
"""Stands for the node's own disk where a place for payloads is named."""
_BLOBS = "blobs"


class NodePayloads:
    """The object store of a node as its configuration names it now; None where it names none."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._turn = threading.Lock()
        self._seen = -1
        self._known: ObjectPayloads | None = None

    def __call__(self) -> ObjectPayloads | None:
        """Return it; a running process sees a change of the configuration with its next read."""
        with self._turn:
            seen = (self._folder / FILE_NAME).stat().st_mtime_ns
            if seen != self._seen:
                named = read_config(self._folder).blobs
                address = parse_objects(named) if named else None
                if address is None or self._known is None or self._known.address != address:
                    self._known = None if address is None else _payloads(self._folder, address)
                self._seen = seen
            return self._known


def node_blobs(folder: Path, presence: Presence) -> FolderBlobs:
    """Return the sealed packages of the node in a folder."""
    return FolderBlobs(folder / _BLOBS, presence, payloads=NodePayloads(folder))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Brings payloads to the object store while the node runs, where its configuration says so."""

    folder: Path
    blobs: FolderBlobs
    payloads: NodePayloads = field(repr=False)

    def turn(self) -> None:
        """Move what lies here; a package that cannot be moved stays, and hinders no other.

        Raises:
            ComityError: The first fault, after every package had its turn.
        """
        self.blobs.apart.remove_going()
        faults: list[ComityError] = []
        payloads = self.payloads()
        if payloads is None:
            return
        mover = Mover(blobs=self.blobs, payloads=payloads)
        for name in mover.here():
            config = read_config(self.folder)
            if config.blobs_stay or not config.blobs:
                return
            try:
                mover.send(name)
            except UnavailableError:
                raise  # the others would meet the same
            except ComityError as exc:
                faults.append(exc)
        if faults:
            raise faults[0]


def sender_of(folder: Path, presence: Presence) -> Sender:
    """Return what brings payloads of the node in a folder to its object store."""
    payloads = NodePayloads(folder)
    return Sender(
        folder=folder,
        blobs=FolderBlobs(folder / _BLOBS, presence, payloads=payloads),
        payloads=payloads,
    )


class Places:
    """What an operator does about the places of payloads."""

    def show(self, directory: str) -> PlacesView:
        """Return where the payloads lie.

        Raises:
            NotFoundError: ``node.absent``.
            MalformedError: ``blobs.address``.
        """
        with _opened(directory) as (_, config, blobs):
            away = blobs.apart.away()
            here = [_file_size(blobs, name) for name in blobs.names() if name not in away]
            return PlacesView(
                store=parse_objects(config.blobs).shown if config.blobs else "",
                stay=config.blobs_stay,
                here=len(here),
                here_bytes=sum(here),
                away=len(away),
                away_bytes=sum(_head_size(blobs, name) for name in away),
                going=blobs.apart.remove_going(),
            )

    def check(self, directory: str, *, read: bool, tell: Tell) -> RoundView:
        """Look whether the object store can be used; with ``read`` read every package where it lies.

        Raises:
            UnavailableError: ``blobs.unreachable``, ``blobs.refused``, ``blobs.bucket``.
            NotFoundError: ``blobs.credentials_absent``, ``blobs.extra``.
            MalformedError: ``blobs.credentials``.
        """
        with _opened(directory) as (folder, _, blobs):
            payloads = NodePayloads(folder)()
            if payloads is not None:
                payloads.check()
            if not read:
                return RoundView(done=0, faults=(), asked=payloads is not None)
            return _round(blobs.names(), partial(verify, blobs), tell)

    def move(self, directory: str, *, to: str, tell: Tell) -> RoundView:
        """Move every payload to an object store, or back to the node's disk; again: go on.

        Args:
            directory: Of the node.
            to: ``s3://…``, or ``folder``.
            tell: Told how far it is.

        Raises:
            ConflictError: ``blobs.other``: payloads lie in another store.
            MalformedError: ``blobs.address``.
            Others: as :meth:`check`; nothing is moved then.
        """
        with _opened(directory) as (folder, config, blobs):
            if to == FOLDER:
                return _bring_back(folder, blobs, tell)
            address = parse_objects(to)
            before = parse_objects(config.blobs) if config.blobs else address
            if before.shown != address.shown and (blobs.apart.away() or blobs.apart.remove_going()):
                raise ConflictError(
                    "blobs.other",
                    f"payloads lie in {before.shown}",
                    hint="bring them back first: comity blobs move --to folder",
                    where="--to",
                )
            payloads = _payloads(folder, address)
            payloads.check()
            change_config(folder, blobs=to, blobs_stay=False)
            mover = Mover(blobs=blobs, payloads=payloads)
            return _round(mover.here(), mover.send, tell)


def _bring_back(folder: Path, blobs: FolderBlobs, tell: Tell) -> RoundView:
    payloads = NodePayloads(folder)()
    if payloads is None:
        return RoundView(done=0, faults=())
    change_config(folder, blobs_stay=True)
    mover = Mover(blobs=blobs, payloads=payloads)
    done = _round(sorted(blobs.apart.away()), mover.fetch, tell)
    if not blobs.apart.away() and not blobs.apart.remove_going():
        change_config(folder, blobs="", blobs_stay=False)
    return done


def _round(names: Iterable[str], work: Callable[[str], object], tell: Tell) -> RoundView:
    listed, faults = list(names), []
    for number, name in enumerate(listed, start=1):
        try:
            work(name)
        except ComityError as exc:
            faults.append(Fault(name=name, code=exc.code, message=exc.message))
        tell(number, len(listed))
    return RoundView(done=len(listed) - len(faults), faults=tuple(faults))


@contextmanager
def _opened(directory: str) -> Iterator[tuple[Path, NodeConfig, FolderBlobs]]:
    folder = Path(directory)
    config = read_config(folder)
    presence = Presence(folder / "run")
    try:
        yield folder, config, node_blobs(folder, presence)
    finally:
        presence.close()


def _payloads(folder: Path, address: ObjectAddress) -> ObjectPayloads:
    return ObjectPayloads(address, partial(read_access_key, folder, address))


def _file_size(blobs: FolderBlobs, name: str) -> int:
    try:
        return blobs.path(name).stat().st_size
    except FileNotFoundError:
        return 0


def _head_size(blobs: FolderBlobs, name: str) -> int:
    head = blobs.apart.head(name)
    return head.size if head is not None else 0
