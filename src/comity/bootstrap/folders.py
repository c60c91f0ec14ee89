"""The folder of a node: where its packages, pieces and plaintext are, and which processes work on them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from comity.bootstrap.places import node_blobs
from comity.engines.evidencefiles import FolderEvidenceFiles
from comity.engines.examining.host import SandboxedExaminer
from comity.engines.examining.indexes import FolderIndexes, FolderKnownFiles
from comity.engines.examining.survey import FolderSurveyor
from comity.engines.presence import Presence
from comity.engines.sealings import FolderSealingRoom
from comity.engines.workroom import FolderWorkroom
from comity.kernel.clock import Clock
from comity.kernel.entropy import Entropy
from comity.node.examining import ExaminationDesk
from comity.node.exhibits import EvidenceDesk
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


def sealings_of(folder: Path, *, entropy: Entropy, adopt: Callable[[Path, str], None]) -> FolderSealingRoom:
    """Return the sealings that are under way in a folder, or were interrupted there.

    Args:
        folder: Of the node.
        entropy: Seals their secrets.
        adopt: Takes a whole file and the name of the blob it becomes.
    """
    return FolderSealingRoom(folder / "sealing", entropy=entropy, adopt=adopt)


def examination_of(folder: Path, evidence: EvidenceDesk, presence: Presence) -> ExaminationDesk:
    """Return the desk for examination of the node in a folder."""
    return ExaminationDesk(
        place=evidence.place,
        evidence=evidence,
        examiner=SandboxedExaminer(folder / "room", owner=lambda: presence.name),
        indexes=FolderIndexes(folder / "examined"),
        lists=FolderKnownFiles(folder / "known"),
        surveyor=FolderSurveyor(),
    )


def workroom_of(
    folder: Path, presence: Presence, *, clock: Clock, report: Callable[[str], None]
) -> FolderWorkroom:
    """Return the room for long work and uploads of the node in a folder."""
    return FolderWorkroom(folder / "work", presence, clock=clock, report=report)


def sweep_left(folder: Path, presence: Presence) -> None:
    """Remove what processes of the node left half made that are no more."""
    for kept in (blobs_of(folder, presence), pieces_of(folder, presence), files_of(folder, presence)):
        kept.sweep()
    presence.forget_dead()
