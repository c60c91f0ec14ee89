"""Rooms of a node's folder in which desks work: sealings under way, examination, long work."""

from collections.abc import Callable
from pathlib import Path

from comity.engines.examining.host import SandboxedExaminer
from comity.engines.examining.indexes import FolderIndexes, FolderKnownFiles
from comity.engines.examining.survey import FolderSurveyor
from comity.engines.presence import Presence
from comity.engines.pump import Pump
from comity.engines.sealings import FolderSealingRoom
from comity.engines.workroom import FolderWorkroom
from comity.evidence.service import Vault
from comity.kernel.clock import Clock
from comity.kernel.entropy import Entropy
from comity.node.examining import ExaminationDesk
from comity.node.exhibits import EvidenceDesk


def sealings_of(folder: Path, *, entropy: Entropy, adopt: Callable[[Path, str], None]) -> FolderSealingRoom:
    """Return the sealings that are under way in a folder, or were interrupted there.

    Args:
        folder: Of the node.
        entropy: Seals their secrets.
        adopt: Takes a whole file and the name of the blob it becomes.
    """
    return FolderSealingRoom(folder / "sealing", entropy=entropy, adopt=adopt)


def vault_of(folder: Path, *, entropy: Entropy) -> Vault:
    """Return the vault over the sealing pump, whose segments of streams lie in the node's private room."""
    return Vault(engine=Pump(spool=folder / "room"), entropy=entropy)


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
