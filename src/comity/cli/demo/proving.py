"""The end of the story: the court file, and that it holds without trusting the storyteller."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from comity.cli.demo.story import PURPOSE
from comity.kernel.errors import UnavailableError
from comity.kernel.ijson import dump_ijson

if TYPE_CHECKING:
    from comity.cli.context import Context
    from comity.cli.demo.stage import Office
    from comity.cli.demo.story import Story
    from comity.node.views import ActView, CourtView, OpenedView, SealView

_VERIFIER = "verify.py"
_PATIENCE = 300.0
_BLOCK = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What can be checked by anybody, and whether it was.

    Attributes:
        package: The sealed file as the requesting Party got it.
        age_identity: The key that opens it with stock ``age -d -i``.
        court_file: The canonical tar.
        trust: Roots of both practice Parties.
        verifier: The ``verify.py`` taken out of the court file.
        verified: Whether the court file's own verifier, ours and the exhibits' digests all agree.
    """

    package: Path
    age_identity: Path
    court_file: Path
    trust: Path
    verifier: Path
    verified: bool


def prove(
    context: Context, story: Story, workdir: Path, *, delivery: ActView, sealed: SealView, opened: OpenedView
) -> Proof:
    """Write package, court file and trust file, and check the court file twice.

    Basis: 40(14), PROTOCOL rules 21 to 23
    """
    office = story.asking
    actor = office.officer(office.head)
    package, identity = workdir / "package.age", workdir / "age-identity.txt"
    office.desks.evidence.package(actor, delivery=delivery.act, out=str(package), identity_out=str(identity))
    court_file = workdir / "court.tar"
    story.teller.step("demo.court", basis="40(14)", who=office.party)
    release = _release(office, story.case)
    view = office.desks.court.export(
        actor, case=story.case, purpose=PURPOSE, out=str(court_file), release=release
    )
    story.teller.note("demo.court_written", path=str(court_file), count=len(view.exhibits))
    trust = workdir / "practice-roots.json"
    trust.write_bytes(_roots_of(story.asking, story.asked))
    story.teller.step("demo.verify", basis="40(14)", who=context.say("demo.anybody"))
    verifier = workdir / _VERIFIER
    alone = _run_verifier(court_file, verifier, trust)
    story.teller.note("demo.alone", verdict=alone[1])
    report = context.toolbox.verify(str(court_file), trust=str(trust), integrity_only=False, node=None)
    story.teller.note("demo.ours", verdict=report.verdict)
    intact = _agree(view, sealed, opened)
    story.teller.note("demo.intact" if intact else "demo.not_intact", count=len(opened.exhibits))
    verified = intact and alone[0] == 0 and report.exit_code == 0 and report.verdict == alone[1]
    return Proof(
        package=package,
        age_identity=identity,
        court_file=court_file,
        trust=trust,
        verifier=verifier,
        verified=verified,
    )


def _release(office: Office, case: str) -> str:
    """Let two officers, a head among them, decide that the case may leave as a court file."""
    releases = office.desks.court.releases
    view = releases.propose(office.officer(office.head), case=case, purpose=PURPOSE)
    for finding in view.undecided:
        releases.decide(
            office.officer(office.head),
            release=view.release,
            finding=finding,
            inner="practice: the court file serves the proceedings it was asked for",
        )
    for name in (office.duty, office.head):
        releases.approve(
            office.officer(name), release=view.release, reason="practice: the court asked for it"
        )
    return view.release


def _roots_of(*offices: Office) -> bytes:
    """Return a file for ``--trust``: the fingerprints of the Party roots of all offices."""
    return dump_ijson({"v": 1, "roots": sorted(office.desks.info.root for office in offices)}) + b"\n"


def _run_verifier(court_file: Path, verifier: Path, trust: Path) -> tuple[int, str]:
    """Run the court file's own ``verify.py`` without our software; return its exit code and verdict."""
    verifier.write_bytes(_member(court_file, _VERIFIER))
    command = [sys.executable, "-I", "-S", str(verifier), "--trust", str(trust), str(court_file)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_PATIENCE, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as exc:
        raise UnavailableError(
            "demo.verifier", f"verify.py did not end within {_PATIENCE:.0f} seconds"
        ) from exc
    said = (done.stdout or done.stderr).decode("utf-8", "replace").split()
    return done.returncode, said[-1] if said else ""


def _member(court_file: Path, name: str) -> bytes:
    with tarfile.open(court_file, "r:") as tar:
        for member in tar:
            if member.name.rpartition("/")[2] == name and "/data/" not in member.name:
                stream = tar.extractfile(member)
                if stream is not None:
                    return stream.read()
    raise UnavailableError("demo.verifier", f"the court file holds no {name}")


def _agree(court: CourtView, sealed: SealView, opened: OpenedView) -> bool:
    """Tell whether sealed, opened and exported exhibits are the same, and the opened files hash to them."""
    lists = [sorted((e.sha256, e.size, e.name) for e in view.exhibits) for view in (court, sealed, opened)]
    files = [path for path in Path(opened.folder).rglob("*") if path.is_file()]
    digests = sorted(_digest(path) for path in files)
    return lists[0] == lists[1] == lists[2] and set(digests) >= {digest for digest, _, _ in lists[0]}


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
