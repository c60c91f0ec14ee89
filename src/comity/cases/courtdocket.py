"""What the steps of checking a court file leave for each other, and what they share when they read."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

import msgspec

from comity.cases.courttar import CourtFaultError, Member, Reader, UnsoundError, read_whole, require
from comity.cases.wire import SignedAct
from comity.exchange.directory import TrustedParty
from comity.exchange.receipts import Receipt
from comity.kernel.clock import Instant
from comity.kernel.digests import sha256
from comity.kernel.errors import MalformedError
from comity.kernel.ids import AuthorityId, CaseId, Fingerprint, OfficerName
from comity.kernel.ijson import parse_ijson
from comity.kernel.realms import Realm
from comity.kernel.signing import Envelope, is_signature, key_id

DELIVER, LISTED = "evidence.deliver", "data/withheld.json"
BAGIT_TEXT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
LABELS = {
    Realm.LIVE: "Court file",
    Realm.PRACTICE: "PRACTICE: a drill between practice Parties, not evidence",
}
_LINE = re.compile(rb"([0-9a-f]{64})  ([!-~]{1,200})")
SUSPECT = "suspect: a key was not in force, or was revoked, when it signed"

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """What SEAL says, and its envelope."""

    envelope: Envelope
    realm: Realm
    case: CaseId
    at: Instant
    authority: str
    root: str


class StampJudge(Protocol):
    """Tells what a time stamp is worth under certificates that the reader trusts."""

    def __call__(self, token: bytes, digest: bytes) -> bool:
        """Tell whether an authority with such a certificate made the token over the digest."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Signatory:
    """Who signed an act or approved it: an authority, or an officer of it in a role, and with which key."""

    authority: AuthorityId
    key: str
    officer: OfficerName | None = None
    role: str = ""


@dataclass(slots=True, kw_only=True)
class HeldAct:
    """An act of the file, who signed it, and what others prove of when.

    Attributes:
        at: T, once step 13 has seen the proofs; before that, what the act says of itself.
    """

    signed: SignedAct
    file: str
    at: Instant
    signers: list[Signatory] = field(default_factory=list)
    proofs: list[Instant] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownStamp:
    """A time stamp in a court file: over which digest, its time, and whether its maker is trusted."""

    digest: str
    at: Instant
    holds: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCustody:
    """What became of a package: how many events the file has, and which was the last."""

    bag: str
    events: int
    last: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One line of the list of what is withheld; ``of`` is an act, or a package that no act delivered."""

    of: str
    part: str | None
    exhibit: int | None
    ground: str
    decided_by: str
    at: int
    decision: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownExhibit:
    """An exhibit in a court file: its path there, its original name for display, digest and size."""

    path: str
    name: str
    sha256: str
    bytes: int


@dataclass(slots=True, kw_only=True)
class Docket:
    """A court file while it is checked.

    Attributes:
        heads: By SHA-256 of the text of a head, the acts that stand under it.
        withheld: Act, part and exhibit of whatever is withheld.
        listed: The whole list, packages that no act delivered behind it.
        hidden: By delivery, the withheld exhibits of its bag; None where all of it is withheld.
        packages: Roots of packages that no act delivered.
        made_from: Which file names which package as parent or child.
    """

    reader: Reader
    judge: StampJudge | None = None
    members: dict[str, Member] = field(default_factory=dict)
    seal: Seal | None = None
    parties: dict[Fingerprint, TrustedParty] = field(default_factory=dict)
    acts: dict[str, HeldAct] = field(default_factory=dict)
    receipts: dict[str, Receipt] = field(default_factory=dict)
    suspects: list[tuple[str, str]] = field(default_factory=list)
    exhibits: list[ShownExhibit] = field(default_factory=list)
    withheld: list[tuple[str, str | None, int | None]] = field(default_factory=list)
    listed: list[Listed] = field(default_factory=list)
    hidden: dict[str, list[int] | None] = field(default_factory=dict)
    packages: list[str] = field(default_factory=list)
    made_from: list[tuple[str, str]] = field(default_factory=list)
    heads: dict[str, list[HeldAct]] = field(default_factory=dict)
    stamps: list[ShownStamp] = field(default_factory=list)
    custody: list[ShownCustody] = field(default_factory=list)
    discloses: bool = False
    released: str | None = None

    @property
    def sealed(self) -> Seal:
        """The seal, once step 3 has read it."""
        if self.seal is None:
            raise ValueError("the seal is read in step 3")
        return self.seal

    def digest(self, path: str) -> str:
        """Return the SHA-256 of a member in hexadecimal; empty where there is none."""
        member = self.members.get(path)
        return member.sha256 if member else ""

    def read(self, path: str) -> bytes:
        """Return a member that is no exhibit."""
        return read_whole(self.reader, self.members[path])

    def value(self, path: str, *, most_depth: int) -> Any:
        """Return the value of a member that is I-JSON; its size was limited when it was scanned."""
        member = self.members[path]
        return parse_ijson(self.read(path), most_bytes=member.size, most_depth=most_depth)

    def under(self, folder: str) -> list[str]:
        """Return the members of a folder, in order."""
        return [path for path in self.members if path.startswith(folder)]

    def suspect(self, path: str) -> None:
        """Note a signature that holds but whose key is doubtful at T."""
        self.suspects.append((path, SUSPECT))


@contextmanager
def reading(path: str, reason: str) -> Iterator[None]:
    """Turn whatever is malformed inside into the fault of one path."""
    try:
        yield
    except (MalformedError, UnsoundError) as exc:
        raise CourtFaultError(path, reason) from exc


def sound(holds: object) -> None:
    """Raise UnsoundError unless the condition holds."""
    if not holds:
        raise UnsoundError


def convert(value: Any, shape: type[_T]) -> _T:
    """Return a parsed JSON value as a struct; raise UnsoundError for any other shape."""
    try:
        return msgspec.convert(value, shape, strict=True)
    except msgspec.ValidationError as exc:
        raise UnsoundError from exc


def require_version(envelope: Envelope) -> None:
    """Raise UnsoundError unless the payload names its version: a court file leaves nothing to be assumed."""
    payload = parse_ijson(envelope.payload)
    sound(isinstance(payload, dict) and "v" in payload)


def signed_by(envelope: Envelope, keys: Iterator[bytes]) -> tuple[str, bytes]:
    """Return key id and first signature that holds under one of the keys; empty for none."""
    named = {key_id(key): key for key in keys}
    message = envelope.pae
    for item in envelope.signatures:
        public = named.get(item.key_id)
        if public is not None and is_signature(public, message, item.signature):
            return item.key_id, item.signature
    return "", b""


def read_manifest(docket: Docket, manifest: str, folder: str) -> dict[str, str]:
    """Return the digests that a manifest tells, by path in this file; raise CourtFaultError for none."""
    listed = {}
    for found in docket.read(manifest).split(b"\n")[:-1]:
        match = _LINE.fullmatch(found)
        if match is None:
            raise CourtFaultError(manifest, "not a list of digests and names")
        listed[folder + match[2].decode()] = match[1].decode()
    return listed


def check_list(docket: Docket, manifest: str, folder: str, paths: list[str]) -> None:
    """Raise CourtFaultError unless a manifest is exactly the list of digests and names of the members.

    The fault is laid at the first file, in order, that only one of the two knows or whose digests differ.

    Basis: RFC 8493
    """
    lines = [f"{docket.digest(path)}  {path.removeprefix(folder)}\n".encode() for path in paths]
    if sha256(b"".join(lines)).hex() == docket.digest(manifest):
        return
    listed, here = read_manifest(docket, manifest, folder), set(paths)
    for path in sorted({*listed, *here}):
        require(path in listed, path, "it is here, but not in its manifest")
        require(path in here, path, "it is in a manifest, but not here")
        require(listed[path] == docket.digest(path), path, "its bytes are not those of the manifest")
    raise CourtFaultError(manifest, "not the sorted list of the files that are there")
