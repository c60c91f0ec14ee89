"""Routes for the depositary's page, looked at and then taken in, and for the deposit kit."""

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromQuery, JSONBody

from comity.api.v1.bodies import PageWish, PaperWish
from comity.api.v1.callers import Caller
from comity.api.v1.office import ROOT
from comity.node.access import Action, require_access
from comity.treaty.kit import Kit
from comity.treaty.views import ImportView

MOST_PAGE = 16 * 1024 * 1024
_MEDIA = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}


@post(f"{ROOT}/treaty/imports", status_code=200, sync_to_thread=True)
def take_page(caller: NamedDependency[Caller], data: JSONBody[PageWish]) -> ImportView:
    """Give what an uploaded page of the depositary changes; with ``apply`` take it in.

    With ``sha256`` only the page that was looked at is taken.
    """
    place, room = caller.desks.place, caller.toolbox.work.room
    require_access(caller.actor, Action.LAW_IMPORT, realm=place.realm, owner=caller.actor.authority)
    officer, desk = caller.session.officer, caller.desks.treaty
    held = caller.toolbox.work.content(room.path(officer, data.upload), MOST_PAGE + 1)
    name = room.upload(officer, data.upload).name
    if not data.apply:
        return desk.look(caller.actor, data=held, name=name)
    view = desk.take(caller.actor, data=held, name=name, expected=data.sha256)
    room.drop_upload(officer, data.upload)
    return view


@get(f"{ROOT}/treaty/kit", sync_to_thread=True)
def kit(*, caller: NamedDependency[Caller], party: FromQuery[str], by: FromQuery[str] = "") -> Kit:
    """Give the deposit kit of a State: plan, choices and notifications."""
    return caller.desks.treaty.kit(caller.actor, party=party, by=by)


@post(f"{ROOT}/treaty/kit/papers", status_code=200, sync_to_thread=True)
def paper(caller: NamedDependency[Caller], data: JSONBody[PaperWish]) -> Response[bytes]:
    """Give one document of a kit, e.g. ``full_powers`` or ``plan``."""
    desk = caller.desks.treaty
    made = desk.kit(caller.actor, party=data.party, by=data.by, chosen=data.choose, told=data.tell)
    body, name = desk.paper(made, paper=data.paper, form=data.form, languages=data.languages)
    headers = {"content-disposition": f"attachment; filename={name}"}
    return Response(body, media_type=_MEDIA[data.form], headers=headers)


TREATY_PAPERS: tuple[HTTPRouteHandler, ...] = (take_page, kit, paper)
