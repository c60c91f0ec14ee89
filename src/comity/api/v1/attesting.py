"""Routes of what came outside any node, and of the forms of acts."""

from typing import Any

from litestar import get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, JSONBody

from comity.api.v1.bodies import Registration
from comity.api.v1.callers import Caller
from comity.api.v1.office import ROOT
from comity.kernel.clock import Instant
from comity.kernel.ijson import dump_ijson
from comity.node.actexamples import act_example
from comity.node.attesting import Arrival
from comity.node.views import DraftView


@post(f"{ROOT}/registrations", status_code=201, sync_to_thread=True)
def register(caller: NamedDependency[Caller], data: JSONBody[Registration]) -> DraftView:
    """Prepare the attestation of what came by post, voice or portal; ``form`` is its transcription."""
    arrival = Arrival(
        sender=data.sender,
        channel=data.channel,
        at=None if data.at is None else Instant(data.at),
        statement=data.statement,
        language=data.language,
        checked=data.checked,
        reference=data.reference,
        scan=data.scan,
        confirms=data.confirms,
    )
    return caller.desks.attesting.register(
        caller.actor, form=dump_ijson(data.form), arrival=arrival, case=data.case
    )


@get(f"{ROOT}/act-kinds/{{kind:str}}/example", sync_to_thread=True)
def act_form(caller: NamedDependency[Caller], kind: FromPath[str]) -> dict[str, Any]:
    """Give the form of an act, to be filled in and posted to a case."""
    return act_example(kind)


ATTESTING: tuple[HTTPRouteHandler, ...] = (register, act_form)
