"""Routes for those who make law: gaps and their files, a bill beside the law, law taken in after a look."""

from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromQuery, JSONBody

from comity.api.v1.bodies import BillWish, LawWish
from comity.api.v1.callers import Caller
from comity.api.v1.office import ROOT
from comity.kernel.errors import MalformedError
from comity.law.billviews import BillView
from comity.law.gapviews import GapsView
from comity.node.access import Action, require_access
from comity.node.lawmaking import Brought, IntakeView
from comity.node.working import Room, WorkView
from comity.wording import LANGUAGES
from comity.wording.gapfiles import MEDIA, file_name


@get(f"{ROOT}/law/gaps", sync_to_thread=True)
def gaps(*, caller: NamedDependency[Caller], country: FromQuery[str]) -> GapsView:
    """Give what the law of a State lacks, line by line."""
    return caller.desks.lawmaking.gaps(caller.actor, country=country)


@get(f"{ROOT}/law/gaps/file", sync_to_thread=True)
def gaps_file(
    *,
    caller: NamedDependency[Caller],
    country: FromQuery[str],
    form: FromQuery[str] = "pdf",
    language: FromQuery[str] = "en",
) -> Response[bytes]:
    """Give the gap analysis as a file: ``pdf``, ``xlsx``, ``json``, ``notes`` or ``notes-pdf``."""
    if language not in LANGUAGES:
        raise MalformedError(
            "letter.language",
            f"reports are not written in {language[:20]!r}",
            hint="use one of " + ", ".join(LANGUAGES),
            where="/language",
        )
    desk = caller.desks.lawmaking
    view = desk.gaps(caller.actor, country=country)
    data = caller.toolbox.gap_file(
        view, form=form, language=language, author=caller.actor.authority, on=desk.today()
    )
    disposition = f"attachment; filename={file_name(view.country, form)}"
    return Response(data, media_type=MEDIA[form], headers={"content-disposition": disposition})


@post(f"{ROOT}/law/bill", status_code=200, sync_to_thread=True)
def bill(caller: NamedDependency[Caller], data: JSONBody[BillWish]) -> BillView:
    """Give what uploaded files of a bill would change; nothing of them is kept."""
    place = caller.desks.place
    require_access(caller.actor, Action.PEER_LIST, realm=place.realm, owner=caller.actor.authority)
    brought = _brought(caller, data, is_partial=not data.whole)
    view = caller.desks.lawmaking.bill(caller.actor, brought)
    _drop(caller, data.uploads)
    return view


@post(f"{ROOT}/law/looks", status_code=200, sync_to_thread=True)
def look(caller: NamedDependency[Caller], data: JSONBody[LawWish]) -> IntakeView:
    """Give what taking uploaded files in would change; nothing is kept, and the uploads stay."""
    _require_import(caller)
    brought = _brought(caller, data, is_partial=data.partial)
    return caller.desks.lawmaking.look(caller.actor, brought, on=data.on)


@post(f"{ROOT}/law/imports", status_code=202, sync_to_thread=True)
def take(caller: NamedDependency[Caller], data: JSONBody[LawWish]) -> WorkView:
    """Begin to take uploaded files in, all or nothing; the national log says who did."""
    _require_import(caller)
    brought = _brought(caller, data, is_partial=data.partial)
    desk, actor = caller.desks.lawmaking, caller.actor

    def do(_room: Room) -> Mapping[str, Any]:
        view = desk.take(actor, brought, on=data.on)
        _drop(caller, data.uploads)
        return dict(msgspec.to_builtins(view))

    return caller.toolbox.work.room.begin(
        caller.session.officer, kind="law.import", about=brought.country, do=do
    )


def _require_import(caller: Caller) -> None:
    place = caller.desks.place
    require_access(caller.actor, Action.LAW_IMPORT, realm=place.realm, owner=caller.actor.authority)


def _brought(caller: Caller, wish: BillWish | LawWish, *, is_partial: bool) -> Brought:
    room, officer = caller.toolbox.work.room, caller.session.officer
    return Brought(
        country=wish.country,
        paths=tuple(room.path(officer, one) for one in wish.uploads),
        size=sum(room.upload(officer, one).size for one in wish.uploads),
        instrument=wish.instrument,
        language=wish.language,
        is_partial=is_partial,
    )


def _drop(caller: Caller, uploads: tuple[str, ...]) -> None:
    for one in uploads:
        caller.toolbox.work.room.drop_upload(caller.session.officer, one)


LAWMAKING: tuple[HTTPRouteHandler, ...] = (gaps, gaps_file, bill, look, take)
