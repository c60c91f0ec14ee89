"""Routes of evidence as it lies there: what a sealed file is, sealings that were interrupted, time stamps."""

from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody

from comity.api.v1.bodies import Verification
from comity.api.v1.callers import Caller
from comity.api.v1.office import ROOT
from comity.node.inspected import InspectionView, inspection_view
from comity.node.sealed import UnfinishedView
from comity.node.stamping import StampsView
from comity.node.working import WorkView

REPLY = "application/timestamp-reply"


@post(f"{ROOT}/inspections", status_code=200, sync_to_thread=True)
def inspect(
    caller: NamedDependency[Caller], data: JSONBody[Verification], purpose: FromQuery[str | None] = None
) -> InspectionView:
    """Tell what an uploaded sealed file is, and what is inside where a key of the office opens it.

    The reading is in the log before anything inside is read; the upload stays.
    """
    room, desk = caller.toolbox.work.room, caller.desks.evidence
    stated = caller.purpose(purpose)
    desk.require_inspection(caller.actor, purpose=stated)
    path = room.path(caller.session.officer, data.upload)
    return inspection_view(desk.inspect(caller.actor, path=path, purpose=stated))


@get(f"{ROOT}/sealings", sync_to_thread=True)
def sealings(caller: NamedDependency[Caller]) -> list[UnfinishedView]:
    """List the sealings of the office that were interrupted, the oldest first."""
    return list(caller.desks.evidence.sealing.unfinished(caller.actor))


@post(f"{ROOT}/sealings/{{name:str}}/resumption", status_code=202, sync_to_thread=True)
def resume(caller: NamedDependency[Caller], name: FromPath[str]) -> WorkView:
    """Begin to go on with a sealing; its files have to be where they were. The result names the package."""
    return caller.toolbox.work.resume(caller.actor, sealing=name)


@delete(f"{ROOT}/sealings/{{name:str}}", status_code=204, sync_to_thread=True)
def drop_sealing(caller: NamedDependency[Caller], name: FromPath[str]) -> None:
    """Throw an interrupted sealing away, with its ciphertext."""
    caller.desks.evidence.sealing.drop(caller.actor, name=name)


@get(f"{ROOT}/stamps", sync_to_thread=True)
def stamps(caller: NamedDependency[Caller]) -> StampsView:
    """List the time stamps that are kept, each judged now, and how the authority answers.

    Basis: PROTOCOL 14
    """
    return caller.desks.stamps.shown(caller.actor)


@get(f"{ROOT}/stamps/token", sync_to_thread=True)
def stamp(caller: NamedDependency[Caller], name: FromQuery[str]) -> Response[bytes]:
    """Give the token whose subject's name begins so, as it came: a bag root, or the origin of a log.

    Basis: RFC 3161
    """
    found = caller.desks.stamps.token(caller.actor, name=name)
    return Response(found.token, media_type=REPLY)


EVIDENCE: tuple[HTTPRouteHandler, ...] = (inspect, sealings, resume, drop_sealing, stamps, stamp)
