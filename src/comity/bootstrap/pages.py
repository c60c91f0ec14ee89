"""The pages of a node, and beside them the interface for programs, joined from its desks."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from comity.api.bounddoors import RECEIVERS
from comity.api.hashdoors import NCMEC, STOPNCII, DoorToolbox, hash_doors_app
from comity.api.sharing import misp
from comity.api.sharing.taxii import DOOR, TaxiiDoor
from comity.api.v1.app import api_app
from comity.api.v1.callers import ApiToolbox
from comity.bootstrap.folders import files_of
from comity.bootstrap.indicators import IndicatorRoom, extracted
from comity.bootstrap.letters import make_letter, print_custody, print_notice
from comity.bootstrap.nodes import desks_of
from comity.bootstrap.overlays import known_status
from comity.bootstrap.protection import SERVED, shelter_desk
from comity.bootstrap.reports import gap_file
from comity.bootstrap.restitution import print_statement
from comity.bootstrap.rooms import workroom_of
from comity.bootstrap.tracing import draw_flow, print_flow
from comity.bootstrap.verifying import verify
from comity.config import read_config
from comity.engines.presence import Presence
from comity.engines.workroom import beginning
from comity.node.hashdoors import HashDoors
from comity.node.reading import ReadingDesk
from comity.node.receiving import ReceivingDesk
from comity.node.views import VerifyReport
from comity.node.working import WorkDesk
from comity.node.workplace import Workplace
from comity.storage.sql.address import is_server
from comity.web.app import web_app
from comity.web.safe.door import SAFE, SafeDoor, Told
from comity.web.signing_in import session_cookie_name
from comity.web.toolbox import WebToolbox

API = "/api/"


def officers_app(
    folder: Path, place: Workplace, presence: Presence, *, secure: bool, report: Callable[[str], None]
) -> Any:
    """Return the ASGI application that officers' browsers and programs reach: pages, and ``/api/v1``."""
    toolbox = web_toolbox(folder, place, presence, secure=secure, report=report)
    interface = ApiToolbox(
        desks=toolbox.desks,
        signin=toolbox.signin,
        reading=toolbox.reading,
        work=toolbox.work,
        letter=make_letter,
        print_custody=print_custody,
        print_statement=print_statement,
        gap_file=gap_file,
        cookie=session_cookie_name(toolbox),
        report=report,
        known=toolbox.known,
        extract=toolbox.extract,
        judge=toolbox.judge,
        reach=toolbox.reach,
    )
    doors = DoorToolbox(doors=HashDoors(desk=toolbox.desks.hashes), now=place.clock.now, report=report)
    taxii = TaxiiDoor(
        desk=ReceivingDesk(place=place), report=report, inline=not is_server(read_config(folder).store)
    )
    shelter = {} if not place.is_shelter else {SAFE: _safe_door(folder, place, toolbox, report)}
    return joined(
        shelter
        | {
            API: api_app(interface),
            f"{DOOR}/": taxii,
            f"{misp.DOOR}/": misp.MispDoor(place=place, report=report),
            NCMEC: (receivers := hash_doors_app(doors)),
            STOPNCII: receivers,
            RECEIVERS: receivers,
        },
        otherwise=web_app(toolbox),
    )


def _safe_door(
    folder: Path, place: Workplace, toolbox: WebToolbox, report: Callable[[str], None]
) -> SafeDoor:
    """Return the page of a shelter for those who ask it for help."""
    told = read_config(folder).shelter
    if told is None:
        raise ValueError("only a shelter has this page")
    return SafeDoor(
        desk=shelter_desk(place, toolbox.desks.hashes),
        told=Told(
            name=toolbox.desks.info.name,
            hotline=told.hotline,
            hotline_address=told.hotline_address,
            contact=told.contact,
            law=told.law,
            leave=told.leave,
        ),
        report=report,
    )


def joined(parts: Mapping[str, Any], *, otherwise: Any) -> Any:
    """Return an ASGI application that hands each path to the part whose beginning it has, or to the rest."""

    async def either(scope: Any, receive: Any, send: Any) -> None:
        path = str(scope.get("path", ""))
        chosen = next((part for start, part in parts.items() if path.startswith(start)), otherwise)
        await chosen(scope, receive, send)

    return either


def web_toolbox(
    folder: Path, place: Workplace, presence: Presence, *, secure: bool, report: Callable[[str], None]
) -> WebToolbox:
    """Return what the pages call, around an open workplace."""
    desks = desks_of(folder, place, lambda _officer: None, presence, searches=SERVED)
    files = files_of(folder, presence)

    def room() -> AbstractContextManager[str]:
        return files.scratch()

    def judged(path: str) -> VerifyReport:
        return verify(path, trust=None, integrity_only=False, node=str(folder))

    room_of_work = workroom_of(folder, presence, clock=place.clock, report=report)
    room_of_work.sweep()
    return WebToolbox(
        desks=desks,
        work=WorkDesk(
            place=place,
            room=room_of_work,
            evidence=desks.evidence,
            court=desks.court,
            courier=desks.courier,
            judge=judged,
            content=beginning,
        ),
        signin=desks.signin,
        reading=ReadingDesk(place=place, cases=desks.cases, logs=desks.logs),
        room=room,
        letter=make_letter,
        print_custody=print_custody,
        print_notice=print_notice,
        gap_file=gap_file,
        draw_flow=draw_flow,
        print_flow=print_flow,
        print_statement=print_statement,
        verify=judged,
        secure=secure,
        report=report,
        known=lambda: known_status(folder),
        extract=extracted,
        judge=IndicatorRoom().judge,
        reach=IndicatorRoom().reach,
    )
