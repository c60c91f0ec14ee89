"""Work that takes long: started by an officer, watched, its files fetched in portions, then thrown away.

Access is decided before anything begins, and what is read is in the log before a byte is made. A piece of
work belongs to the officer who began it. Its files may be plaintext: they lie in a private folder of the node
and go as soon as they are dropped, or after an hour.
"""

import dataclasses
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from comity.cases.documents import MOST_DOCUMENT
from comity.indicators.errors import bad_form
from comity.kernel.clock import Instant
from comity.kernel.errors import MalformedError
from comity.kernel.ids import OfficerName
from comity.node.access import Action, require_access
from comity.node.carrying import CourierDesk
from comity.node.court import CourtDesk
from comity.node.deriving import DerivingDesk, Work
from comity.node.disclosing import DisclosingDesk
from comity.node.exhibits import EvidenceDesk
from comity.node.shipments import CourierView
from comity.node.verdictviews import exhibit_values, verdict_value
from comity.node.views import Actor, SealView, VerifyReport
from comity.node.workplace import Workplace

RUNNING, READY, FAILED, LOST = "running", "ready", "failed", "lost"
TAR = "application/x-tar"
BYTES = "application/octet-stream"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkFile:
    """A file that a piece of work made: its number from 1, its name, its size in bytes."""

    number: int
    name: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkView:
    """A piece of work as its officer sees it.

    Attributes:
        state: ``running``, ``ready``, ``failed``, or ``lost`` where the process that did it is no more.
        bytes: Bytes written so far.
        result: What it found or made, as JSON; empty until it is ready.
        problem: Why it failed: code, message, hint and where; empty otherwise.
        files: What can be fetched once it is ready.
    """

    work: str
    kind: str
    about: str
    began: Instant
    state: str
    bytes: int
    result: Mapping[str, Any]
    problem: Mapping[str, str]
    files: tuple[WorkFile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadView:
    """A file on its way to the node: its id, its name and how many bytes of it are durably here."""

    upload: str
    name: str
    size: int


class Room(Protocol):
    """Where a piece of work makes its files."""

    @property
    def path(self) -> str:
        """Path of the folder, which exists and is empty."""
        ...

    def pack(self, folder: str, *, name: str) -> None:
        """Make one archive of a folder's files below ``path``, and remove the folder."""
        ...

    def unpack(self, archive: str, *, to: str) -> None:
        """Write the plain files of an uploaded archive into a new folder."""
        ...


class Workroom(Protocol):
    """Keeps uploads and pieces of work, each for the officer who began it.

    Whatever belongs to another officer is absent: NotFoundError ``work.absent`` or ``upload.absent``.
    """

    def begin(
        self, owner: OfficerName, *, kind: str, about: str, do: Callable[[Room], Mapping[str, Any]]
    ) -> WorkView:
        """Do something in a thread of its own; raise UnavailableError ``work.full`` while too much runs."""
        ...

    def work(self, owner: OfficerName, work: str) -> WorkView:
        """Return a piece of work as it stands now."""
        ...

    def works(self, owner: OfficerName) -> tuple[WorkView, ...]:
        """Return all of an officer's, newest first."""
        ...

    def chunks(self, owner: OfficerName, work: str, number: int, *, at: int, most: int) -> Iterator[bytes]:
        """Yield a stretch of a file; raise NotFoundError ``work.file`` where it is not there."""
        ...

    def drop(self, owner: OfficerName, work: str) -> None:
        """Throw a piece of work away with all its files; raise ConflictError ``work.running``."""
        ...

    def new_upload(self, owner: OfficerName, *, name: str) -> UploadView:
        """Make room for a file."""
        ...

    def upload(self, owner: OfficerName, upload: str) -> UploadView:
        """Return how much of it is here."""
        ...

    async def append(
        self, owner: OfficerName, upload: str, chunks: AsyncIterator[bytes], *, at: int
    ) -> UploadView:
        """Append what arrives; what arrived is kept even where the rest does not come.

        Raises:
            ConflictError: ``upload.offset``: something else than ``at`` bytes are here; ``upload.busy``.
            MalformedError: ``upload.size``: more than an upload may have.
        """
        ...

    def take(self, owner: OfficerName, path: str, *, name: str) -> UploadView:
        """Take over a file that lies in the node's own room already."""
        ...

    def path(self, owner: OfficerName, upload: str) -> str:
        """Return where an upload lies."""
        ...

    def drop_upload(self, owner: OfficerName, upload: str) -> None:
        """Throw an upload away."""
        ...


MOST_FILE = 128 << 20
"""Bytes of an uploaded file that is read whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkDesk:
    """Begins long work for officers.

    Attributes:
        judge: Judges a court file or package by its path.
        content: Returns the first bytes of a file by its path, at most so many.
    """

    place: Workplace
    room: Workroom = field(repr=False)
    evidence: EvidenceDesk = field(repr=False)
    court: CourtDesk = field(repr=False)
    courier: CourierDesk = field(repr=False)
    judge: Callable[[str], VerifyReport] = field(repr=False)
    content: Callable[[str, int], bytes] = field(repr=False)

    def document(self, actor: Actor, *, upload: str) -> bytes:
        """Return an uploaded document that is to go with an act, one byte more than is taken at most."""
        return self.content(self.room.path(actor.officer, upload), MOST_DOCUMENT + 1)

    def file(self, actor: Actor, action: Action, *, upload: str) -> bytes:
        """Return an uploaded file whole, for an officer who may do something with it.

        Raises:
            MalformedError: ``indicators.form``: it is longer than is taken.
        """
        require_access(actor, action, realm=self.place.realm, owner=actor.authority)
        found = self.content(self.room.path(actor.officer, upload), MOST_FILE + 1)
        if len(found) > MOST_FILE:
            raise bad_form(f"a file has at most {MOST_FILE >> 20} MiB", where=upload)
        return found

    def seal(
        self,
        actor: Actor,
        *,
        case: str,
        request: str,
        handling: str,
        limits: Mapping[str, Any] | None,
        uploads: Sequence[str],
    ) -> WorkView:
        """Seal uploaded files for a request; the result names the package. Nothing leaves by sealing."""
        require_access(actor, Action.EVIDENCE_SEAL, realm=self.place.realm, owner=actor.authority)
        if not uploads:
            raise MalformedError("seal.nothing", "nothing is to be sealed", hint="upload a file first")
        sources = [self.room.path(actor.officer, one) for one in uploads]

        def do(_room: Room) -> Mapping[str, Any]:
            sealed = self.evidence.seal(
                actor, sources=sources, case=case, request=request, handling=handling, limits=limits
            )
            for one in uploads:
                self.room.drop_upload(actor.officer, one)
            return _sealed(sealed, case=case)

        return self.room.begin(actor.officer, kind="evidence.seal", about=case, do=do)

    def resume(self, actor: Actor, *, sealing: str) -> WorkView:
        """Go on with a sealing that was interrupted; its files have to be where they were."""
        desk = self.evidence.sealing
        case = desk.require(actor, sealing).case

        def do(_room: Room) -> Mapping[str, Any]:
            return _sealed(desk.resume(actor, name=sealing), case=case)

        return self.room.begin(actor.officer, kind="evidence.seal", about=case, do=do)

    def derive(
        self, actor: Actor, *, case: str, uploads: Sequence[str], work: Work, purpose: str
    ) -> WorkView:
        """Seal uploaded files that were made from exhibits; the result names the package."""
        require_access(
            actor, Action.EVIDENCE_DERIVE, realm=self.place.realm, owner=actor.authority, purpose=purpose
        )
        if not uploads:
            raise MalformedError("seal.nothing", "nothing is to be sealed", hint="upload a file first")
        sources = [self.room.path(actor.officer, one) for one in uploads]
        held = self.evidence
        desk = DerivingDesk(place=self.place, vault=held.vault, blobs=held.blobs, tool=held.tool)

        def do(_room: Room) -> Mapping[str, Any]:
            sealed = desk.derive(actor, case=case, sources=sources, work=work, purpose=purpose)
            for one in uploads:
                self.room.drop_upload(actor.officer, one)
            return {"case": case, "bag_root": sealed.bag_root, "exhibits": exhibit_values(sealed.exhibits)}

        return self.room.begin(actor.officer, kind="evidence.derive", about=case, do=do)

    def open(self, actor: Actor, *, delivery: str, purpose: str) -> WorkView:
        """Verify every byte of a delivery and hand out its exhibits, one file each."""
        require_access(
            actor, Action.EVIDENCE_OPEN, realm=self.place.realm, owner=actor.authority, purpose=purpose
        )

        def do(room: Room) -> Mapping[str, Any]:
            opened = self.evidence.open(
                actor, delivery=delivery, purpose=purpose, out=f"{room.path}/exhibits"
            )
            return {"bag_root": opened.bag_root, "exhibits": exhibit_values(opened.exhibits)}

        return self.room.begin(actor.officer, kind="evidence.open", about=delivery, do=do)

    def export(
        self, actor: Actor, *, case: str, purpose: str, withhold: Sequence[str], release: str | None
    ) -> WorkView:
        """Write the court file of a case."""
        require_access(
            actor, Action.CASE_EXPORT, realm=self.place.realm, owner=actor.authority, purpose=purpose
        )

        def do(room: Room) -> Mapping[str, Any]:
            made = self.court.export(
                actor,
                case=case,
                purpose=purpose,
                out=f"{room.path}/court-{case[:12]}.tar",
                withhold=withhold,
                release=release,
            )
            return {
                "sha256": made.sha256,
                "withheld": list(made.withheld),
                "exhibits": exhibit_values(made.exhibits),
            }

        return self.room.begin(actor.officer, kind="case.export", about=case, do=do)

    def disclose(self, actor: Actor, *, case: str, purpose: str, release: str, to: str) -> WorkView:
        """Write the disclosure package that two officers approved."""
        require_access(
            actor, Action.CASE_EXPORT, realm=self.place.realm, owner=actor.authority, purpose=purpose
        )
        desk = DisclosingDesk(place=self.place, court=self.court)

        def do(room: Room) -> Mapping[str, Any]:
            out = f"{room.path}/disclosure-{case[:12]}.tar"
            made = desk.disclose(actor, case=case, purpose=purpose, out=out, release=release, to=to)
            return {
                "sha256": made.sha256,
                "withheld": list(made.withheld),
                "exhibits": exhibit_values(made.exhibits),
            }

        return self.room.begin(actor.officer, kind="evidence.disclose", about=case, do=do)

    def pass_on(self, actor: Actor, *, release: str, purpose: str) -> WorkView:
        """Write what a decided release lets go to a third State: the exhibits, or the information as a file.

        Raises:
            As :meth:`comity.node.onward.OnwardDesk.hand`, told as the problem of the work.

        Basis: 36(3)
        """
        require_access(
            actor, Action.CASE_EXPORT, realm=self.place.realm, owner=actor.authority, purpose=purpose
        )

        def do(room: Room) -> Mapping[str, Any]:
            made = self.court.onward.hand(
                actor,
                release=release,
                out=f"{room.path}/exhibits",
                information=f"{room.path}/information.json",
                purpose=purpose,
            )
            return {"act": made.act, "recipient": made.recipient, "consent": made.consent}

        return self.room.begin(actor.officer, kind="onward.hand", about=release, do=do)

    def verify(self, actor: Actor, *, upload: str) -> WorkView:
        """Judge an uploaded court file or package against the pins of this node."""
        path = self.room.path(actor.officer, upload)

        def do(_room: Room) -> Mapping[str, Any]:
            report = self.judge(path)
            self.room.drop_upload(actor.officer, upload)
            return verdict_value(report)

        return self.room.begin(actor.officer, kind="verify", about=upload, do=do)

    def carry_out(self, actor: Actor, *, peer: str | None) -> WorkView:
        """Write what waits for a peer, or for all, into one archive for a disk."""
        require_access(actor, Action.COURIER, realm=self.place.realm, owner=actor.authority)

        def do(room: Room) -> Mapping[str, Any]:
            folder = f"{room.path}/disk"
            done = self.courier.export(actor, folder=folder, peer=peer)
            room.pack(folder, name="disk.tar")
            return _carried(done)

        return self.room.begin(actor.officer, kind="courier.export", about=peer or "", do=do)

    def carry_in(self, actor: Actor, *, upload: str) -> WorkView:
        """Take in the archive of a disk, and make one with the answers for the way back."""
        require_access(actor, Action.COURIER, realm=self.place.realm, owner=actor.authority)
        path = self.room.path(actor.officer, upload)

        def do(room: Room) -> Mapping[str, Any]:
            folder = f"{room.path}/disk"
            room.unpack(path, to=folder)
            self.room.drop_upload(actor.officer, upload)
            done = self.courier.import_(actor, folder=folder)
            room.pack(folder, name="disk-with-answers.tar")
            return _carried(done)

        return self.room.begin(actor.officer, kind="courier.import", about=upload, do=do)


def _carried(done: CourierView) -> Mapping[str, Any]:
    return {
        "calls": done.calls,
        "messages": done.messages,
        "answers": done.answers,
        "deliveries": done.deliveries,
        "shipments": [dataclasses.asdict(one) for one in done.shipments],
        "failures": list(done.failures),
    }


def _sealed(sealed: SealView, *, case: str) -> dict[str, Any]:
    return {
        "case": case,
        "bag_root": sealed.bag_root,
        "piece_root": sealed.piece_root,
        "payload_length": sealed.payload_length,
        "pieces": sealed.pieces,
        "exhibits": exhibit_values(sealed.exhibits),
    }
