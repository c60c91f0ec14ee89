"""Known images in pages: which lists there are, and what in them matches a hash. No picture is ever here."""

from comity.kernel.errors import ComityError
from comity.node.access import Action, require_access
from comity.protection.matching import Answer as Matched
from comity.web.answers import Answer
from comity.web.visits import Visit

_MOST_ASKED = 100


def show(visit: Visit) -> Answer:
    """Show the lists of fingerprints with their records, and the form to compare hashes."""
    return _page(visit)


def match(visit: Visit) -> Answer:
    """Compare hashes with a list; they come in the body, so that no history and no proxy's log has them."""
    hashes = visit.form.get("hashes").split()[:_MOST_ASKED]
    try:
        found = visit.toolbox.desks.hashes.match_texts(
            visit.actor, name=visit.form.get("list"), hashes=hashes
        )
    except ComityError as fault:
        return _page(visit, fault=fault)
    return _page(visit, found=found)


def _page(visit: Visit, *, found: tuple[Matched, ...] = (), fault: ComityError | None = None) -> Answer:
    desks = visit.toolbox.desks
    require_access(visit.actor, Action.HASH_USE, realm=desks.place.realm, owner=visit.actor.authority)
    return visit.page(
        "protection.html",
        section="protection",
        lists=desks.hashes.lists(visit.actor),
        found=found,
        fault=fault,
        chosen=visit.form.get("list"),
        asked=visit.form.get("hashes"),
    )
