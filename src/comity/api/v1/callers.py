"""What the interface calls, and who calls it: a session's bearer token, or its cookie for reading."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from litestar import Request
from litestar.concurrency import sync_to_thread

from comity.indicators.sources import Reach
from comity.kernel.errors import DeniedError
from comity.node.desks import Desks
from comity.node.reading import ReadingDesk
from comity.node.reportdesk import Brought, nobody_extracts
from comity.node.sessions import Session
from comity.node.signin import SignInDesk
from comity.node.views import Actor
from comity.node.working import WorkDesk
from comity.treaty.book import Known, nothing_known
from comity.wording.custody import PrintCustody
from comity.wording.gapfiles import GapFile
from comity.wording.letters import MakeLetter
from comity.wording.restitution import PrintStatement

BEARER = "Bearer "
Http = Request[Any, Any, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiToolbox:
    """The node behind the interface. Everything here is called in threads.

    Attributes:
        letter: Makes a letter of a form.
        print_custody: Prints the custody of a case.
        print_statement: Prints a statement on a ledger of restitution.
        gap_file: Makes a file of a gap analysis.
        cookie: Name of the session's cookie, as the pages set it.
        known: What the node knows of the status of the Convention.
        extract: Takes a message apart in the confined worker, compared with the brands of the office.
        judge: Judges the grammar of a pattern of STIX; None where no library is there that can.
        reach: Opens the way to a server of others over the network.
        report: Takes one line about a fault of ours; never anything of a request.
    """

    desks: Desks
    signin: SignInDesk
    reading: ReadingDesk
    work: WorkDesk
    letter: MakeLetter
    print_custody: PrintCustody
    print_statement: PrintStatement
    gap_file: GapFile
    cookie: str
    report: Callable[[str], None]
    known: Callable[[], Known] = nothing_known
    extract: Brought = nobody_extracts
    judge: Callable[[str], None] | None = None
    reach: Reach


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A signed-in officer who calls.

    Attributes:
        token: The bearer's token.
    """

    toolbox: ApiToolbox = field(repr=False)
    session: Session
    token: str = field(repr=False)

    @property
    def desks(self) -> Desks:
        """Return the desks of the node."""
        return self.toolbox.desks

    @property
    def actor(self) -> Actor:
        """Return the officer, without a signer."""
        return self.toolbox.signin.actor(self.session)

    def approver(self, passphrase: str) -> Actor:
        """Return the officer with the signer of their own key, for one statement."""
        return self.toolbox.signin.approver(self.session, passphrase=passphrase.encode("utf-8"))

    def purpose(self, stated: str | None) -> str:
        """Return why case material is read: as stated with the call, else as stated at sign-in."""
        return stated or self.session.purpose


def caller_of(toolbox: ApiToolbox) -> Callable[[Http], Any]:
    """Return what tells who calls; it raises DeniedError ``session.absent`` for whoever is not signed in.

    A cookie counts for reading only: what changes something takes the token in the header, which no other
    site can send.
    """

    async def provide(request: Http) -> Caller:
        header = request.headers.get("authorization", "")
        token = header.removeprefix(BEARER) if header.startswith(BEARER) else ""
        if not token and request.method == "GET":
            token = request.cookies.get(toolbox.cookie, "")
        session = await sync_to_thread(toolbox.signin.session, token) if token else None
        if session is None:
            raise DeniedError(
                "session.absent",
                "nobody is signed in with this call",
                hint="send the token of POST /api/v1/session as 'authorization: Bearer …'",
            )
        return Caller(toolbox=toolbox, session=session, token=token)

    return provide
