"""A sealed file that somebody brings: what it says of itself, and what a key of this office shows inside."""

from comity.kernel.errors import MalformedError
from comity.node.inspected import inspection_view
from comity.web.answers import Answer
from comity.web.visits import Visit


def ask(visit: Visit) -> Answer:
    """Show the form to hand a sealed file in."""
    return visit.page("inspect.html", section="verify", found=None, most=visit.toolbox.most_upload)


def inspect(visit: Visit) -> Answer:
    """Tell what an uploaded file is; the reading is in the log before anything inside is read."""
    if not visit.form.files:
        raise MalformedError("inspect.no_file", "no file was chosen")
    found = visit.toolbox.desks.evidence.inspect(
        visit.actor, path=visit.form.files[0].path, purpose=visit.purpose
    )
    return visit.page(
        "inspect.html", section="verify", found=inspection_view(found), most=visit.toolbox.most_upload
    )
