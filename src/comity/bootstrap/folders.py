"""The folder of a node: where its packages, pieces and plaintext are, and which processes work on them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from comity.bootstrap.places import node_blobs
from comity.engines.evidencefiles import FolderEvidenceFiles
from comity.engines.presence import Presence
from comity.storage.blobs.folder import FolderBlobs
from comity.storage.blobs.pieces import FolderPieces


@contextmanager
def present(folder: Path) -> Iterator[Presence]:
    """Yield this process among those of the node in a folder; its mark is gone afterwards."""
    presence = Presence(folder / "run")
    try:
        yield presence
    finally:
        presence.close()


def blobs_of(folder: Path, presence: Presence) -> FolderBlobs:
    """Return the sealed packages of the node in a folder."""
    return node_blobs(folder, presence)


def pieces_of(folder: Path, presence: Presence) -> FolderPieces:
    """Return the pieces that are on their way to the node in a folder."""
    return FolderPieces(folder / "incoming", blobs_of(folder, presence))


def files_of(folder: Path, presence: Presence) -> FolderEvidenceFiles:
    """Return the room for plaintext of the node in a folder."""
    return FolderEvidenceFiles(folder / "room", presence)


def sweep_left(folder: Path, presence: Presence) -> None:
    """Remove what processes of the node left half made that are no more."""
    for kept in (blobs_of(folder, presence), pieces_of(folder, presence), files_of(folder, presence)):
        kept.sweep()
    presence.forget_dead()
