"""Lists of known files: those that are here, one more from a file, one less."""

from comity.kernel.errors import MalformedError
from comity.node.access import Action, is_allowed
from comity.web.answers import Answer
from comity.web.visits import Visit


def listing(visit: Visit) -> Answer:
    """Show the lists of known files, and the form to take one in."""
    return visit.page(
        "known.html",
        section="cases",
        lists=visit.toolbox.desks.examination.known.lists_here(visit.actor),
        may_change=is_allowed(visit.actor, Action.EVIDENCE_SEAL),
    )


def add(visit: Visit) -> Answer:
    """Take in the SHA-256 digests of a text file as a list; an older one of that name is replaced."""
    form = visit.form
    if not form.files:
        raise MalformedError("known.no_file", "no file was chosen")
    visit.toolbox.desks.examination.known.put(
        visit.actor,
        name=form.get("name"),
        path=form.files[0].path,
        source=form.get("source"),
        dated=form.get("dated"),
    )
    return visit.back("/known-files")


def drop(visit: Visit) -> Answer:
    """Remove a list."""
    visit.toolbox.desks.examination.known.drop(visit.actor, name=visit.form.get("name"))
    return visit.back("/known-files")
