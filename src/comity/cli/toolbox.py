"""What the command line may do beyond pure computation: a frozen box of callables, filled by bootstrap.

Nothing behind a callable is loaded before it is called, so that ``--help`` stays quick.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager

    from comity.cli.indicator_ports import IndicatorRoom
    from comity.cli.law_ports import LawRoom
    from comity.cli.ports import Desks
    from comity.cli.protect_ports import HashFiles
    from comity.evidence.inspection import Inspection
    from comity.evidence.sealing import Sealing
    from comity.exchange.registers import Index
    from comity.kernel.clock import Instant
    from comity.kernel.ids import OfficerName
    from comity.law.profiles import Profile
    from comity.law.provisions import Provision
    from comity.law.service import Corpus
    from comity.law.shelf import Profiles
    from comity.node.keyviews import KeysView
    from comity.node.places import PlacesView, RoundView, Tell
    from comity.node.registering import RegisterLine
    from comity.node.sealed import UnfinishedView
    from comity.node.views import MigrateReport, NodeInfo, SealView, VerifyReport
    from comity.requests.signed import SignedDocument
    from comity.requests.simulation import Run
    from comity.tracing.addresses.networks import AddressCheck
    from comity.treaty.book import Book
    from comity.treaty.depositary import Page
    from comity.treaty.kit import Kit, Paper
    from comity.wording.custody import PrintCustody
    from comity.wording.flow import DrawFlow
    from comity.wording.flowreport import PrintFlow
    from comity.wording.gapfiles import GapFile
    from comity.wording.letters import MakeLetter
    from comity.wording.notices import PrintNotice
    from comity.wording.restitution import PrintStatement

    CheckAddress = Callable[[str], AddressCheck]
    """Tells what a text is, and on which networks."""
    Unlock = Callable[[OfficerName], bytes | None]
    """Gives the passphrase of an officer's key; None where the key has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelterWish:
    """That a node is made for a shelter, and what its page tells.

    Attributes:
        hotline: Who helps children, with the number to call.
        hotline_address: Where its own page is; empty for none.
        contact: How somebody reaches a person of the shelter; empty for none.
    """

    hotline: str
    hotline_address: str = ""
    contact: str = ""


class InitNode(Protocol):
    """Makes a node: its folder, Party root, entry, first authority and first officer."""

    def __call__(
        self,
        directory: str,
        *,
        party: str,
        name: str,
        practice: bool,
        host: str = "127.0.0.1",
        exchange_port: int | None,
        passphrase: bytes | None,
        store: str = "",
        shelter: ShelterWish | None = None,
    ) -> NodeInfo:
        """Make the node and return what it is."""
        ...


class OpenNode(Protocol):
    """Opens a node for one command."""

    def __call__(self, directory: str, *, unlock: Unlock) -> AbstractContextManager[Desks]:
        """Return the desks; NotFoundError where no node is kept."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PagesWish:
    """What the command line says of the pages' door; what is empty is left to the configuration.

    Attributes:
        host: Address to listen on.
        certificate: PEM file of the certificate.
        key: PEM file of its private key.
        behind_proxy: Whether a proxy in front speaks TLS.
    """

    host: str = ""
    certificate: str = ""
    key: str = ""
    behind_proxy: bool = False


class Serve(Protocol):
    """Serves a node until it is told to stop."""

    def __call__(
        self,
        directory: str,
        *,
        port: int | None,
        exchange_port: int | None,
        host: str | None,
        ready: Callable[[str], None],
        only: str = "",
        with_worker: bool = True,
        share_ports: bool = False,
        pages: PagesWish = ...,
    ) -> None:
        """Block until SIGINT or SIGTERM; call ``ready`` once with one line when the doors are open.

        ``only`` names the one door that is opened, ``exchange`` or ``pages``; both where it is empty.
        """
        ...


class Work(Protocol):
    """Does the work of a node in a process of its own until it is told to stop."""

    def __call__(self, directory: str, *, ready: Callable[[str], None]) -> None:
        """Block until SIGINT or SIGTERM; call ``ready`` once with one line when the work begins."""
        ...


class Verify(Protocol):
    """Checks a court file or a package."""

    def __call__(
        self,
        path: str,
        *,
        trust: str | None,
        integrity_only: bool,
        node: str | None,
        certificates: str | None = None,
    ) -> VerifyReport:
        """Return the verdict; a fault in the file is a verdict, not an error."""
        ...


class SealLoose(Protocol):
    """Seals files that belong to no case (practice nodes only)."""

    def __call__(
        self,
        sources: Sequence[str],
        *,
        out: str,
        recipients: Sequence[str],
        node: str | None,
        tell: Callable[[Sealing], None] | None = None,
    ) -> SealView:
        """Write a loose bag, whose verdict is UNRELEASED; ``tell`` takes how far it is."""
        ...


class UnfinishedLoose(Protocol):
    """Tells which loose bags were interrupted while they were sealed."""

    def __call__(self, *, node: str | None) -> tuple[UnfinishedView, ...]:
        """Return them, the oldest first."""
        ...


class ResumeLoose(Protocol):
    """Goes on with a loose bag that was interrupted, or throws it away."""

    def __call__(
        self,
        name: str,
        *,
        node: str | None,
        drop: bool = False,
        tell: Callable[[Sealing], None] | None = None,
    ) -> SealView | None:
        """Return the bag; None when it was thrown away."""
        ...


class Inspect(Protocol):
    """Looks at a sealed file, without a node."""

    def __call__(self, path: str, *, identities: Sequence[str]) -> Inspection:
        """Return what it says of itself, and what is inside where one of the age identities opens it."""
        ...


class CheckStamp(Protocol):
    """Checks a time-stamp token in a file."""

    def __call__(self, token: str, *, digest: bytes, certificates: str) -> Instant:
        """Return the time that it states for the digest; raise UntrustedError where it does not hold."""
        ...


class Migrate(Protocol):
    """Brings the tables of a node to the form this version writes."""

    def __call__(self, directory: str) -> MigrateReport:
        """Return the version before and after."""
        ...


class CheckSigned(Protocol):
    """Checks the signatures in a PDF that an authority signed under its own law."""

    def __call__(self, data: bytes, *, trust: Sequence[bytes]) -> SignedDocument:
        """Return what the signatures show; a bad one is an answer, not an error."""
        ...


class Simulate(Protocol):
    """Runs the clocks of a scenario."""

    def __call__(self, data: bytes) -> Run:
        """Return what it comes to; MalformedError for what is no scenario."""
        ...


class Registers(Protocol):
    """What there is to do with registers; made when first asked for."""

    def found(self, directory: str, *, practice: bool, passphrase: bytes | None) -> bytes:
        """Make an empty register and return its first root."""
        ...

    def add(self, directory: str, *, card: bytes, passphrase: bytes | None) -> Index:
        """List the Party of a card."""
        ...

    def refresh(self, directory: str) -> None:
        """Sign snapshot and timestamp anew."""
        ...

    def renew(self, directory: str, *, passphrase: bytes | None) -> bytes:
        """Publish the next version of the root."""
        ...

    def index(self, directory: str) -> Index:
        """Return what a register of ours lists."""
        ...

    def fetch(
        self, node: str, source: str, *, officer: str | None, root: bytes | None, certificate: bytes | None
    ) -> tuple[RegisterLine, ...]:
        """Take newer entries of pinned Parties from a register into a node."""
        ...


class OpenCorpus(Protocol):
    """Opens the library of laws in a folder."""

    def __call__(self, directory: str, *, make: bool = False) -> AbstractContextManager[Corpus]:
        """Return the law of States as it is held; NotFoundError ``law.library`` where there is none."""
        ...


class ReadLaw(Protocol):
    """Reads published law from a file."""

    def __call__(
        self, path: str, *, country: str, instrument: str = "", language: str = ""
    ) -> Iterator[Provision]:
        """Yield its provisions, in order; MalformedError where one is wrong.

        Args:
            path: JSON lines, Akoma Ntoso, USLM, XML of Canada, Markdown or HTML.
            country: The State.
            instrument: Short name of the statute, where the file is one and does not say it.
            language: BCP 47 tag, where the file does not say it.
        """
        ...


class TakeProfile(Protocol):
    """Keeps a confirmed profile of a State's law."""

    def __call__(self, directory: str, data: bytes, *, public: bytes, where: str) -> Profile:
        """Return it, verified; UntrustedError ``law.profile_unsigned`` where the key did not sign it."""
        ...


class Places(Protocol):
    """What there is to do about the places of payloads; made when first asked for."""

    def show(self, directory: str) -> PlacesView:
        """Return where the payloads lie."""
        ...

    def check(self, directory: str, *, read: bool, tell: Tell) -> RoundView:
        """Look whether the object store can be used; with ``read`` read every package where it lies."""
        ...

    def move(self, directory: str, *, to: str, tell: Tell) -> RoundView:
        """Move every payload to an object store, or back to the node's disk; again: go on."""
        ...


class TreatyRoom(Protocol):
    """What the treaty desk needs from outside; made when first asked for."""

    def page(self, data: bytes, *, where: str) -> Page:
        """Return the page of the depositary that an XML file holds."""
        ...

    def book(self, directory: str | None) -> Book:
        """Return what a node took from the depositary; an empty book where that is nothing."""
        ...

    def keep(self, directory: str, book: Book) -> None:
        """Keep a book in a node's folder; NotFoundError ``node.absent`` where no node is kept there."""
        ...

    def paper(self, kit: Kit, paper: Paper, *, suffix: str, languages: str) -> bytes:
        """Return one document of a deposit kit as a file of the form that the suffix names."""
        ...


class Guarding(Protocol):
    """What there is to do about the guard of the keys; made when first asked for."""

    def show(self, directory: str) -> KeysView:
        """Return how the keys are kept; the guard is asked once."""
        ...

    def guard(self, directory: str, *, address: str, signing: bool) -> KeysView:
        """Put the keys that no passphrase wraps under a guard, or move them to another; again: finish."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Toolbox:
    """The callables handed to the command line."""

    init_node: InitNode
    open_node: OpenNode
    serve: Serve
    work: Work
    verify: Verify
    seal_loose: SealLoose
    unfinished_loose: UnfinishedLoose
    resume_loose: ResumeLoose
    inspect: Inspect
    check_stamp: CheckStamp
    migrate: Migrate
    simulate: Simulate
    make_letter: MakeLetter
    print_custody: PrintCustody
    print_notice: PrintNotice
    check_address: CheckAddress
    draw_flow: DrawFlow
    print_flow: PrintFlow
    print_statement: PrintStatement
    check_signed: CheckSigned
    registers: Callable[[], Registers]
    places: Callable[[], Places]
    open_corpus: OpenCorpus
    read_law: ReadLaw
    open_profiles: Callable[[str], Profiles]
    take_profile: TakeProfile
    gap_file: GapFile
    law: Callable[[], LawRoom]
    treaty: Callable[[], TreatyRoom]
    guarding: Callable[[], Guarding]
    hash_files: HashFiles
    indicators: Callable[[], IndicatorRoom]
