"""What the desks of a node hand to a face: values to show, never stored rows.

Codes stay codes here; a face turns them into words with ``comity.wording``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from comity.cases.reckoning import Step
from comity.kernel.clock import Instant
from comity.kernel.findings import Assessment
from comity.kernel.ids import ActId, AuthorityId, CaseId, Fingerprint, OfficerName, PartyCode
from comity.kernel.realms import Realm
from comity.kernel.signing import Signer
from comity.node.courtviews import ShownChain, ShownToken
from comity.node.custodymarks import CustodyMark
from comity.node.laneviews import LaneEvent, StopView
from comity.node.talkviews import AccountView, AttestationView, AttestedView, TalkView, TeamView

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """An officer who acts now: name, office, roles, and the signer that the officer unlocked.

    ``signer`` is None for steps that need no signature of the officer's own.
    """

    officer: OfficerName
    authority: AuthorityId
    roles: tuple[str, ...]
    signer: Signer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeInfo:
    """Which node this is."""

    party: PartyCode
    name: str
    realm: Realm
    root: Fingerprint
    authorities: tuple[AuthorityId, ...]
    endpoint: str
    is_shelter: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerView:
    """One officer as the Party entry lists them."""

    name: OfficerName
    authority: AuthorityId
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyView:
    """A public key of an office: what it is for, its name, and the window in which it counts."""

    authority: AuthorityId
    usage: str
    key: str
    not_before: Instant
    not_after: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmView:
    """Something a person must see about the exchange.

    Attributes:
        party: The Party concerned; empty for none.
        detail: JSON text with what is known, never case material.
    """

    code: str
    authority: AuthorityId
    party: str
    at: Instant
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerView:
    """A pinned Party: how it was confirmed and how the exchange with it stands."""

    party: PartyCode
    root: Fingerprint
    words: tuple[str, ...]
    confirmed_by: tuple[OfficerName, ...]
    authorities: tuple[AuthorityId, ...]
    endpoint: str
    queued: int
    alarms: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftView:
    """An act in preparation: what was found, what is decided, whose approval it lacks.

    Attributes:
        single: Why one person will approve it alone, in an emergency; empty where nothing is marked.
    """

    act: ActId
    case: CaseId
    kind: str
    authority: AuthorityId
    assessment: Assessment
    undecided: tuple[str, ...]
    approved_by: tuple[OfficerName, ...]
    persons_needed: int
    roles_missing: tuple[str, ...]
    single: str = ""

    @property
    def is_ready(self) -> bool:
        """Tell whether nothing but the authority's signature is missing."""
        return self.assessment.may_proceed and not self.undecided and not self.roles_missing


@dataclass(frozen=True, slots=True, kw_only=True)
class ActView:
    """One act of a case, as its timeline shows it.

    Attributes:
        attested: What it attests of the other side; None for every other act.
        single: Why one person approved alone, in an emergency; empty where nothing is marked.
    """

    act: ActId
    case: CaseId
    kind: str
    sender: AuthorityId
    to: tuple[AuthorityId, ...]
    at: Instant
    seq: int
    basis: str
    approved_by: tuple[OfficerName, ...]
    receipted_at: Instant | None
    receipt_result: str
    body: Mapping[str, object]
    parts: tuple[str, ...]
    attested: AttestationView | None = None
    single: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyView:
    """Something that is due: code, whose it is, until when, and the paragraph it rests on.

    Attributes:
        steps: How ``due`` was come to, from the fact it counts from to the time itself.
        alarm: The alarm that came last: how long before the time that alarms lead to, in microseconds; None
            before the first.
        alarms_to: The time that its alarms lead to; None where none do.
    """

    code: str
    case: CaseId
    about: ActId
    owner: AuthorityId
    due: Instant | None
    basis: str
    steps: tuple[Step, ...] = ()
    alarm: int | None = None
    alarms_to: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestView:
    """One request of a case and the states of its items.

    Attributes:
        preserved_until: None where nothing is preserved, or nothing any more.
        instrument: Code of the instrument that it relies on; empty in lists.
        permitted: Kinds of acts that this office may send about it now.
        accounts: Every item with what it came to; empty in lists.
        talks: What the sides asked each other about it; empty in lists.
        attested: Whether the request came outside any node, and its receiver attests it.
        teams: Agreements on a joint team; empty in lists.
    """

    act: ActId
    case: CaseId
    mechanism: str
    by: AuthorityId
    to: AuthorityId
    status: str
    items: Mapping[str, str]
    preserved_until: Instant | None
    instrument: str = ""
    permitted: tuple[str, ...] = ()
    accounts: tuple[AccountView, ...] = ()
    talks: tuple[TalkView, ...] = ()
    attested: bool = False
    teams: tuple[TeamView, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExhibitView:
    """One exhibit: its number, original name, size and SHA-256.

    Attributes:
        changes: What happened to the source while it was read: ``grew``, ``shrank``, ``modified``.
        read: Bytes that the source gave, where it became shorter; None where it gave all.
        part_of: Name of the whole that it is a part of; empty where it is one file.
        part: Its number among the parts, from 1; 0 where it is one file.
        last: Whether no later part was there.
    """

    number: int
    name: str
    size: int
    sha256: str
    changes: tuple[str, ...] = ()
    read: int | None = None
    part_of: str = ""
    part: int = 0
    last: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryView:
    """One delivery of a case: the act, its package and how far the transfer is."""

    act: ActId
    case: CaseId
    bag_root: str
    pieces: int
    pieces_here: int
    complete: bool
    opened: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """A case as one office sees it now: recomputed from acts and receipts, never stored.

    Attributes:
        recallable: Acts of this office that it may still recall.
        erased: Parts of which this office destroyed its copy: act and name.
        stopped: What could follow but for a stop at home; not in ``permitted``.
        lane_events: What the fast lanes of this office did in it, oldest first.
        custody: What became of the packages of the case at this office, oldest first.
    """

    case: CaseId
    participants: tuple[AuthorityId, ...]
    opened_at: Instant
    closed: bool
    forked: bool
    acts: tuple[ActView, ...]
    requests: tuple[RequestView, ...]
    deliveries: tuple[DeliveryView, ...]
    duties: tuple[DutyView, ...]
    permitted: tuple[str, ...]
    drafts: tuple[DraftView, ...]
    recallable: tuple[ActId, ...] = ()
    erased: tuple[tuple[ActId, str], ...] = ()
    lane_events: tuple[LaneEvent, ...] = ()
    custody: tuple[CustodyMark, ...] = ()
    stopped: tuple[StopView, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSummary:
    """A case as a list shows it, from the register.

    Attributes:
        acts: How many acts are held; 0 for a case that is only a draft yet.
        duties: What is open in it now, those due first.
        draft: The pending act of the office in the case, or None.
    """

    case: CaseId
    participants: tuple[AuthorityId, ...]
    opened_at: Instant
    closed: bool
    forked: bool
    acts: int
    requests: tuple[RequestView, ...]
    duties: tuple[DutyView, ...]
    draft: ActId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T_co]):
    """One page of a list.

    Attributes:
        next: Names the page after this one; empty on the last.
        waiting: Cases that changed and are not read anew yet: what is new in them may be missing here. A
            thousand stands for a thousand or more.
    """

    items: tuple[T_co, ...]
    next: str
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaView:
    """What is due for one office: its own duties, those of the others, and its drafts."""

    mine: Page[DutyView]
    theirs: Page[DutyView]
    drafts: Page[DraftView]


@dataclass(frozen=True, slots=True, kw_only=True)
class SealView:
    """A sealed package on this machine."""

    path: str
    bag_root: str
    piece_root: str
    payload_length: int
    pieces: int
    exhibits: tuple[ExhibitView, ...]
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedView:
    """A delivery that was verified and opened: where its exhibits lie, by original name."""

    delivery: ActId
    folder: str
    bag_root: str
    exhibits: tuple[ExhibitView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogView:
    """The head of one log and who has cosigned it."""

    origin: str
    size: int
    root: str
    checkpoint: str
    cosigned_by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CourtView:
    """A court file that was written: where, what it holds, what it withholds."""

    path: str
    case: CaseId
    exhibits: tuple[ExhibitView, ...]
    withheld: tuple[str, ...]
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyReport:
    """The verdict on a court file or package, and on failure the first fault.

    Attributes:
        verdict: ``AUTHENTIC``, ``INTACT``, ``PRACTICE``, ``UNRELEASED``, ``BROKEN`` or ``UNREADABLE``.
        exit_code: 0 or 7.
        attested: What one side alone attests of the other.
        stamped: Time of a kept token on a package, or the code of what is wrong with it; else empty.
        withheld: What a court file withholds: ``ACT``, ``ACT/part`` or ``ACT/NUMBER``.
        packages: Roots of packages that no act delivered, which a disclosure lists.
        custody: What became of the packages of a court file.
        stamps: Time stamps in a court file.
        released: Id of the decision by which a court file left; empty without one.
    """

    verdict: str
    exit_code: int
    step: str = ""
    path: str = ""
    reason: str = ""
    case: str = ""
    exhibits: tuple[ExhibitView, ...] = ()
    attested: tuple[AttestedView, ...] = ()
    stamped: str = ""
    withheld: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    custody: tuple[ShownChain, ...] = ()
    stamps: tuple[ShownToken, ...] = ()
    released: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrateReport:
    """The version of the tables before and after."""

    version_before: int
    version_after: int
