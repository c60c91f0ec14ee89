"""Routes of the Convention: its text as data, its status, and its entry into force with deposits supposed."""

from datetime import date

from litestar import get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery

from comity.api.v1.callers import Caller
from comity.api.v1.office import ROOT
from comity.kernel.clock import to_date
from comity.kernel.errors import MalformedError
from comity.kernel.ids import parse_party
from comity.treaty.citing import place_named
from comity.treaty.force import suppose
from comity.treaty.overlay import NO_OVERLAY
from comity.treaty.pairs import PairView, pair
from comity.treaty.service import force_on, status_on
from comity.treaty.standing import Event
from comity.treaty.views import ArticleView, ForceView, StatusView, article_view


@get(f"{ROOT}/treaty/articles/{{place:str}}", sync_to_thread=True)
def article(*, caller: NamedDependency[Caller], place: FromPath[str]) -> ArticleView:
    """Give an article, or a paragraph of one: ``42``, ``42.3`` or ``42.3.b``."""
    return article_view(place_named(place))


@get(f"{ROOT}/treaty/status", sync_to_thread=True)
def status(*, caller: NamedDependency[Caller], on: FromQuery[date | None] = None) -> StatusView:
    """Give who signed, who is bound and what was said, on a day; today where none is named."""
    known = caller.toolbox.known()
    return status_on(on or _today(caller), book=known.book, beside=known.beside)


@get(f"{ROOT}/treaty/force", sync_to_thread=True)
def in_force(
    *,
    caller: NamedDependency[Caller],
    on: FromQuery[date | None] = None,
    deposit: FromQuery[list[str] | None] = None,
) -> ForceView:
    """Tell whether the Convention is in force; ``deposit=KEN=2027-03-01`` may be given several times."""
    known = caller.toolbox.known()
    return force_on(
        on or _today(caller),
        as_at=on,
        supposed=[_supposed(text) for text in deposit or ()],
        book=known.book,
        beside=known.beside,
    )


@get(f"{ROOT}/treaty/pair", sync_to_thread=True)
def between(
    *,
    caller: NamedDependency[Caller],
    requesting: FromQuery[str],
    requested: FromQuery[str],
    on: FromQuery[date | None] = None,
) -> PairView:
    """Tell what one Party may ask of another on a day, mechanism by mechanism."""
    return pair(
        parse_party(requesting, where="/requesting"),
        parse_party(requested, where="/requested"),
        on=on or _today(caller),
        overlay=caller.desks.place.overlay or NO_OVERLAY,
    )


def _today(caller: Caller) -> date:
    return to_date(caller.desks.place.clock.now())


def _supposed(text: str) -> Event:
    code, _, day = text.partition("=")
    try:
        on = date.fromisoformat(day)
    except ValueError as exc:
        raise MalformedError(
            "treaty.deposit", f"{text[:40]!r} is no deposit", hint="write it as KEN=2027-03-01"
        ) from exc
    return suppose(parse_party(code, where="/deposit"), on)


TREATY: tuple[HTTPRouteHandler, ...] = (article, status, in_force, between)
