"""The style sheet and the mark: the only files that the pages load, and no case material in either."""

from collections.abc import Mapping

from comity.kernel.errors import NotFoundError
from comity.kernel.packaged import packaged_bytes
from comity.web.answers import Answer
from comity.web.visits import Visit

_TYPES: Mapping[str, str] = {"site.css": "text/css; charset=utf-8", "mark.svg": "image/svg+xml"}


def show(visit: Visit) -> Answer:
    """Return one of the files."""
    name = visit.place("name")
    if name not in _TYPES:
        raise NotFoundError("page.absent", "there is no such page")
    return Answer(body=packaged_bytes("comity.web", f"assets/{name}"), media_type=_TYPES[name], keep=True)
