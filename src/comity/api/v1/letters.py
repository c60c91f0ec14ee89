"""The route of letters: a request as a file to print, send or edit."""

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery

from comity.api.v1.callers import Caller
from comity.api.v1.office import ROOT
from comity.kernel.clock import to_date

_PART = "form"


@get(f"{ROOT}/acts/{{act:str}}/letter", sync_to_thread=True)
def letter(
    caller: NamedDependency[Caller],
    act: FromPath[str],
    *,
    language: FromQuery[str] = "",
    style: FromQuery[str] = "plain",
    format: FromQuery[str] = "pdf",  # noqa: A002  the name that callers write
    purpose: FromQuery[str | None] = None,
) -> Response[bytes]:
    """Give the letter of a request, as ``pdf``, ``docx`` or ``odt``; the reading is in the log first."""
    form = caller.desks.cases.part(caller.actor, act=act, name=_PART, purpose=caller.purpose(purpose))
    made = caller.toolbox.letter(
        form,
        suffix=f".{format}",
        on=to_date(caller.desks.place.clock.now()),
        languages=language,
        style=style,
        act=act,
        enclosures=(),
        origin=caller.desks.attesting.origin(caller.actor, act=act, purpose=caller.purpose(purpose)),
    )
    return Response(made.data, media_type="application/octet-stream")


LETTERS: tuple[HTTPRouteHandler, ...] = (letter,)
