"""What is sent to the interface, and the answers that no desk has a view for."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """Who wants to sign in, with the secret, and why case material will be read."""

    name: str
    secret: str = field(repr=False)
    purpose: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A session: its token is told once and never again. Times are microseconds UTC."""

    token: str = field(repr=False)
    officer: str
    purpose: str
    until: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A finding decided by name: ``proceed``, or ``stop``, which drops the draft."""

    finding: str
    outcome: str
    inner: str
    outer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalWish:
    """Why an officer approves, and the passphrase of the officer's key where it has one."""

    reason: str
    passphrase: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """What came outside any node: its transcription, how it came, and what the officer says about it.

    ``form`` is that of a request, or ``{"act": KIND, "body": {…}, "parts": {…}}``; ``at`` in microseconds.
    """

    form: dict[str, Any]
    sender: str
    channel: str
    statement: str = field(repr=False)
    language: str = "en"
    at: int | None = None
    checked: str = "not_checked"
    reference: str | None = None
    scan: str | None = None
    confirms: str | None = None
    case: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerWish:
    """A card, base64, with the words as they were heard and who else compared them."""

    card: str
    words: str | None = None
    confirmed_by: tuple[str, ...] = ()
    channel: str = "voice"


@dataclass(frozen=True, slots=True, kw_only=True)
class KindView:
    """A kind of request: what opens it, how far the software goes with it, and who approves it."""

    code: str
    article: str
    mechanism: str
    fields_from: str
    version: int
    act: str
    depth: str
    two_person: bool
    coercive: bool
    examples: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadWish:
    """The name of a file that is about to be uploaded."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SealWish:
    """Uploaded files to seal, the request they answer, their handling, and limits of their own."""

    request: str
    uploads: tuple[str, ...]
    handling: str = "ordinary"
    limits: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """What a court file withholds, each ``ACT=ground`` or ``ACT/part=ground``, and the release behind it."""

    withhold: tuple[str, ...] = ()
    release: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """The upload to judge."""

    upload: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CarryOut:
    """The Party for whom a disk is made; none for all."""

    peer: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CarryIn:
    """The uploaded archive of a disk."""

    upload: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OnwardWish:
    """To which Party something is to be passed on, and for which use, in the words of the consent."""

    recipient: str
    use: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseDecision:
    """A finding on a release that was decided not to stand against it."""

    finding: str
    inner: str
    outer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownListWish:
    """A list of known files: its name here, whose it is, its day (``YYYY-MM-DD``), and the upload."""

    name: str
    source: str
    dated: str
    upload: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyWish:
    """An event that happened outside the node; ``at`` in microseconds UTC, now where it is missing."""

    bag_root: str
    step: str
    reason: str
    where: str = ""
    at: int | None = None
    to: str = ""
    operation: str = ""
    tool: str = ""
    tool_version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldWish:
    """A legal hold on a package to set, or with ``lift`` the number of the one to lift."""

    bag_root: str
    reason: str
    lift: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeriveWish:
    """Uploaded files that were made from exhibits.

    ``parents`` are bag roots, each with ``:1,3`` behind it where only those exhibits are meant; ``decisions``
    are reasons by code of finding.
    """

    parents: list[str]
    operation: str
    uploads: list[str]
    redacted: bool = False
    handling: str = ""
    tool: str = ""
    tool_version: str = ""
    where: str = ""
    decisions: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosureWish:
    """What a disclosure withholds: ``ACT/part=ground``, ``ACT=ground`` or ``BAG=ground``."""

    withhold: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedDisclosure:
    """Who gets a disclosure that two officers approved, in words."""

    to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DestructionWish:
    """A package that is to be destroyed, and why."""

    bag_root: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedDestruction:
    """A package whose destruction two officers decided."""

    bag_root: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EntrySecret:
    """The passphrase of the Party entry's key, where it has one; it is used once and not kept."""

    entry_passphrase: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerWish(EntrySecret):
    """An officer to enrol; ``passphrase`` wraps the new key, as every live node demands."""

    name: str
    roles: tuple[str, ...]
    authority: str = ""
    passphrase: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class MandateWish(EntrySecret):
    """A mandate to publish; ``confirmed_by`` names the second officer that a live node demands."""

    mandate: dict[str, Any]
    confirmed_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceWish(EntrySecret):
    """What an office takes, in place of what it published before."""

    authority: str
    service: dict[str, Any]
    confirmed_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RolesWish(EntrySecret):
    """All roles of an officer from now on."""

    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RevocationWish(EntrySecret):
    """From when on a key is not believed, in microseconds UTC."""

    since: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RotationWish(EntrySecret):
    """The office whose age key is replaced."""

    authority: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewed:
    """When everything that was published ends, in microseconds UTC."""

    until: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotated:
    """Whether the key was a month old, and so replaced."""

    was_due: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageWish:
    """A language of the pages: ``en``, ``fr``, ``ar``, or empty."""

    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BillWish:
    """A bill: uploads that hold its provisions as they shall stand.

    ``whole``: they hold instruments whole, so that what is missing is repealed.
    """

    country: str
    uploads: tuple[str, ...]
    whole: bool = False
    instrument: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LawWish:
    """Published law: uploads, and the day on which it stands so; today where none is named.

    ``partial``: they hold parts of instruments, so that what is missing has not ended.
    """

    country: str
    uploads: tuple[str, ...]
    on: str = ""
    partial: bool = False
    instrument: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageWish:
    """The depositary's page, uploaded; looked at unless ``apply``; ``sha256`` of the page looked at."""

    upload: str
    apply: bool = False
    sha256: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperWish:
    """A document of a deposit kit, with the reservations chosen and the notifications told, by place."""

    party: str
    paper: str
    by: str = ""
    choose: tuple[str, ...] = ()
    tell: dict[str, str] = field(default_factory=dict)
    languages: str = "en"
    form: str = "docx"
