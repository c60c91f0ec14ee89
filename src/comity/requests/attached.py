"""A document of national law that travels beside a form: who looks at it before it leaves, and on arrival."""

from collections.abc import Collection

from comity.cases.kinds import DOCUMENT
from comity.kernel.findings import Assessment
from comity.requests.codes import found
from comity.requests.kinds import Side

BASIS = "40(13)"


def check_document(parts: Collection[str], *, side: Side) -> Assessment:
    """Return what a document among the parts of an act asks for.

    No program reads it. So on the side that sends it a named officer says that it agrees with the form and
    holds nothing that may not leave; on the side that got it, that its signatures were never looked at.

    Args:
        parts: Names of the parts of the act.
        side: Requesting for the office that sends the act, requested for the one that got it.

    Basis: 40(13)
    """
    if DOCUMENT not in parts:
        return Assessment()
    own = side is Side.REQUESTING
    return Assessment.of([found("document.attached" if own else "document.received", basis=BASIS)])
