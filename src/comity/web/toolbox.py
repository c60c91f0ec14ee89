"""What the pages call, handed over by bootstrap."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from comity.indicators.sources import Reach
from comity.node.desks import Desks
from comity.node.reading import ReadingDesk
from comity.node.reportdesk import Brought, nobody_extracts
from comity.node.signin import SignInDesk
from comity.node.views import VerifyReport
from comity.node.working import WorkDesk
from comity.treaty.book import Known, nothing_known
from comity.wording.custody import PrintCustody
from comity.wording.flow import DrawFlow
from comity.wording.flowreport import PrintFlow
from comity.wording.gapfiles import GapFile
from comity.wording.letters import MakeLetter
from comity.wording.notices import PrintNotice
from comity.wording.restitution import PrintStatement

MOST_UPLOAD = 16 << 30


@dataclass(frozen=True, slots=True, kw_only=True)
class WebToolbox:
    """The node behind the pages. Everything here is called in threads.

    Attributes:
        room: A private folder that is yet to be made, removed with all it holds afterwards.
        verify: Judges a court file or package by its path.
        letter: Makes a letter of a form.
        print_custody: Prints the custody of a case.
        print_notice: Writes a notice to take content out.
        gap_file: Makes a file of a gap analysis.
        draw_flow: Draws the picture of a trace.
        print_flow: Prints the report of a trace with its picture.
        print_statement: Prints a statement on a ledger of restitution.
        work: Begins work that takes long, and keeps its files for the officer.
        secure: Whether the pages are served over TLS; cookies are then bound to it.
        most_upload: Bytes of one upload.
        known: What the node knows of the status of the Convention.
        extract: Takes a message apart in the confined worker, compared with the brands of the office.
        judge: Judges the grammar of a pattern of STIX; None where no library is there that can.
        reach: Opens the way to a server of others over the network.
        report: Takes one line about a fault of ours; never anything of a request.
    """

    desks: Desks
    signin: SignInDesk
    reading: ReadingDesk
    room: Callable[[], AbstractContextManager[str]]
    verify: Callable[[str], VerifyReport]
    letter: MakeLetter
    print_custody: PrintCustody
    print_notice: PrintNotice
    gap_file: GapFile
    draw_flow: DrawFlow
    print_flow: PrintFlow
    print_statement: PrintStatement
    work: WorkDesk
    secure: bool
    most_upload: int = MOST_UPLOAD
    report: Callable[[str], None]
    known: Callable[[], Known] = nothing_known
    extract: Brought = nobody_extracts
    judge: Callable[[str], None] | None = None
    reach: Reach
