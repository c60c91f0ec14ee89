"""Joins tracing: ledgers and tags in a folder of the node, none of which is loaded before it is asked for."""

from pathlib import Path

from comity.engines.letters.pdf import report_pdf
from comity.engines.tracing.ledger import LedgerFolder
from comity.engines.tracing.primitives import LIBRARIES
from comity.engines.tracing.shelf import ShelfFolder
from comity.kernel.clock import to_date
from comity.node.tracing import TracingDesk
from comity.node.workplace import Workplace
from comity.tracing.picture import draw
from comity.tracing.reporting import Report
from comity.wording.flow import flow_svg
from comity.wording.flowreport import flow_report
from comity.wording.letters import letter_languages

FOLDER = "trace"


def tracing_desk(folder: Path, place: Workplace, *, memory: int = 2 << 30) -> TracingDesk:
    """Return the desk for crypto-assets of the node in a folder; each ledger may take so many bytes."""
    room = folder / FOLDER
    return TracingDesk(
        place=place,
        ledgers=LedgerFolder(room, memory=memory),
        primitives=LIBRARIES,
        shelves=ShelfFolder(room),
    )


def draw_flow(report: Report, *, language: str) -> bytes:
    """Return the picture of a trace as SVG."""
    return flow_svg(draw(report), language=language).encode()


def print_flow(report: Report, *, languages: str, author: str) -> bytes:
    """Return the report of a trace with its picture as PDF; see ``wording.flowreport.PrintFlow``."""
    chosen = letter_languages(languages or "en")
    on = to_date(max(one.at for one in report.contents.sources))
    words = flow_report(report, languages=chosen, author=author, on=on)
    picture = draw_flow(report, language=chosen[0])
    return report_pdf(words, author=author, on=on, picture=picture)
