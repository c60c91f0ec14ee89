"""Routes of the office: sessions, the node, officers, Parties, logs and the journal."""

from typing import Any

from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody

from comity.api.v1.bodies import PeerWish, SignedIn, SignIn
from comity.api.v1.callers import ApiToolbox, Caller, Http
from comity.kernel.digests import unb64
from comity.kernel.findings import Assessment
from comity.node.reading import EntryView
from comity.node.views import LogView, NodeInfo, OfficerView, PeerView

ROOT = "/api/v1"


def session_routes(toolbox: ApiToolbox) -> list[HTTPRouteHandler]:
    """Return the route that needs no session: the one that begins it."""

    @post(f"{ROOT}/session", status_code=201, sync_to_thread=True)
    def sign_in(request: Http, data: JSONBody[SignIn]) -> SignedIn:
        """Sign in; after too many failures every attempt waits longer."""
        client = request.scope.get("client")
        token, session = toolbox.signin.sign_in(
            data.name,
            secret=data.secret.encode("utf-8"),
            address=client[0] if client else "",
            purpose=data.purpose,
        )
        return SignedIn(token=token, officer=session.officer, purpose=session.purpose, until=session.until)

    return [sign_in]


@delete(f"{ROOT}/session", status_code=204, sync_to_thread=True)
def sign_out(caller: NamedDependency[Caller]) -> None:
    """End the session of the token."""
    caller.toolbox.signin.sign_out(caller.token)


@get(f"{ROOT}/node", sync_to_thread=True)
def node(caller: NamedDependency[Caller]) -> NodeInfo:
    """Tell which node this is."""
    return caller.desks.info


@get(f"{ROOT}/officers", sync_to_thread=True)
def officers(caller: NamedDependency[Caller]) -> list[OfficerView]:
    """List the officers of the Party entry in force."""
    return list(caller.desks.people.officers())


@get(f"{ROOT}/peers", sync_to_thread=True)
def peers(caller: NamedDependency[Caller]) -> list[PeerView]:
    """List the trusted Parties."""
    return list(caller.desks.peers.list())


@get(f"{ROOT}/peers/card", sync_to_thread=True)
def card(caller: NamedDependency[Caller]) -> Response[bytes]:
    """Give this Party's card."""
    return Response(caller.desks.peers.card(), media_type="application/json")


@post(f"{ROOT}/peers", status_code=201, sync_to_thread=True)
def add_peer(caller: NamedDependency[Caller], data: JSONBody[PeerWish]) -> PeerView:
    """Trust the Party of a card whose twelve words were compared."""
    return caller.desks.peers.add(
        caller.actor,
        card=unb64(data.card, where="/card"),
        words=data.words,
        confirmed_by=data.confirmed_by,
        channel=data.channel,
    )


@get(f"{ROOT}/logs", sync_to_thread=True)
def logs(caller: NamedDependency[Caller]) -> list[LogView]:
    """List the heads of the logs with their cosigners."""
    return list(caller.desks.logs.list(caller.actor))


@get(f"{ROOT}/logs/audit", sync_to_thread=True)
def audit(caller: NamedDependency[Caller]) -> Assessment:
    """Recompute every log from its leaves; findings tell what does not hold."""
    return caller.desks.logs.audit(caller.actor)


@get(f"{ROOT}/acts/{{act:str}}/proof", sync_to_thread=True)
def proof(
    caller: NamedDependency[Caller], act: FromPath[str], purpose: FromQuery[str | None] = None
) -> dict[str, Any]:
    """Give the proof that an act stands in the log shared with its peer. Basis: RFC 9162"""
    return caller.toolbox.reading.proof(caller.actor, act=act, purpose=caller.purpose(purpose))


@get(f"{ROOT}/journal", sync_to_thread=True)
def journal(caller: NamedDependency[Caller]) -> list[EntryView]:
    """List the newest reads and decisions of the officer's office."""
    return list(caller.toolbox.reading.journal(caller.actor))


OFFICE: tuple[HTTPRouteHandler, ...] = (
    sign_out, node, officers, peers, card, add_peer, logs, audit, proof, journal,
)  # fmt: skip
