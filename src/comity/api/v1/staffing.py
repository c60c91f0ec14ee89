"""Routes of a head: officers, their roles, and the published keys. No private key is ever answered."""

from collections.abc import Callable
from typing import TypeVar

from litestar import get, post, put
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, JSONBody

from comity.api.v1.bodies import (
    EntrySecret,
    LanguageWish,
    OfficerWish,
    Renewed,
    RevocationWish,
    RolesWish,
    Rotated,
    RotationWish,
)
from comity.api.v1.callers import Caller
from comity.api.v1.office import ROOT
from comity.kernel.clock import Instant
from comity.kernel.realms import Realm
from comity.node.keyviews import KeysView
from comity.node.places import PlacesView
from comity.node.upkeep import StoreView
from comity.node.views import AlarmView, KeyView, OfficerView

_Done = TypeVar("_Done")


@post(f"{ROOT}/officers", status_code=201, sync_to_thread=True)
def add_officer(caller: NamedDependency[Caller], data: JSONBody[OfficerWish]) -> OfficerView:
    """Enrol an officer; on a live node the passphrase wraps their key and is not kept."""
    return signed(
        caller,
        data.entry_passphrase,
        lambda secret: caller.desks.people.add_officer(
            caller.actor,
            authority=data.authority or caller.actor.authority,
            name=data.name,
            roles=data.roles,
            passphrase=data.passphrase.encode("utf-8") or None,
            entry_passphrase=secret,
        ),
    )


@put(f"{ROOT}/officers/{{name:str}}/roles", sync_to_thread=True)
def change_roles(
    caller: NamedDependency[Caller], name: FromPath[str], data: JSONBody[RolesWish]
) -> OfficerView:
    """Publish other roles of an officer, who keeps the key."""
    return signed(
        caller,
        data.entry_passphrase,
        lambda secret: caller.desks.people.change_roles(
            caller.actor, name=name, roles=data.roles, entry_passphrase=secret
        ),
    )


@post(f"{ROOT}/officers/{{name:str}}/revocation", status_code=204, sync_to_thread=True)
def revoke(caller: NamedDependency[Caller], name: FromPath[str], data: JSONBody[RevocationWish]) -> None:
    """Take an officer out; the key is not believed from ``since`` on, from now where none is given."""
    since = None if data.since is None else Instant(data.since)
    signed(
        caller,
        data.entry_passphrase,
        lambda secret: caller.desks.people.revoke_officer(
            caller.actor, name=name, since=since, entry_passphrase=secret
        ),
    )


@get(f"{ROOT}/keys", sync_to_thread=True)
def keys(caller: NamedDependency[Caller]) -> list[KeyView]:
    """List the public keys of the offices."""
    return list(caller.desks.people.keys(caller.actor))


@get(f"{ROOT}/upkeep/keys", sync_to_thread=True)
def upkeep_keys(caller: NamedDependency[Caller]) -> KeysView:
    """Tell how the private keys are guarded; none is answered."""
    return caller.desks.upkeep.keys(caller.actor)


@get(f"{ROOT}/upkeep/payloads", sync_to_thread=True)
def upkeep_payloads(caller: NamedDependency[Caller]) -> PlacesView:
    """Tell where the payloads of packages lie."""
    return caller.desks.upkeep.payloads(caller.actor)


@get(f"{ROOT}/upkeep/store", sync_to_thread=True)
def upkeep_store(caller: NamedDependency[Caller]) -> StoreView:
    """Ask the object store whether it can be used."""
    return caller.desks.upkeep.check(caller.actor)


@post(f"{ROOT}/keys/renewal", status_code=201, sync_to_thread=True)
def renew(caller: NamedDependency[Caller], data: JSONBody[EntrySecret]) -> Renewed:
    """Publish every office and officer for another term, with new age keys."""
    until = signed(
        caller,
        data.entry_passphrase,
        lambda secret: caller.desks.people.renew(caller.actor, entry_passphrase=secret),
    )
    return Renewed(until=until)


@post(f"{ROOT}/keys/rotation", status_code=201, sync_to_thread=True)
def rotate(caller: NamedDependency[Caller], data: JSONBody[RotationWish]) -> Rotated:
    """Publish a new age key for an office, where its newest is a month old."""
    was_due = signed(
        caller,
        data.entry_passphrase,
        lambda secret: caller.desks.people.rotate(
            caller.actor, authority=data.authority, entry_passphrase=secret
        ),
    )
    return Rotated(was_due=was_due)


@get(f"{ROOT}/alarms", sync_to_thread=True)
def alarms(caller: NamedDependency[Caller]) -> list[AlarmView]:
    """List the alarms of the exchange, newest first."""
    return list(caller.desks.peers.alarms(caller.actor))


@put(f"{ROOT}/settings/language", status_code=204, sync_to_thread=True)
def choose_language(caller: NamedDependency[Caller], data: JSONBody[LanguageWish]) -> None:
    """Keep the language of the caller's pages; an empty one leaves it to the browser."""
    caller.desks.preferences.choose_language(caller.actor, language=data.language)


def signed(caller: Caller, passphrase: str, step: Callable[[bytes | None], _Done]) -> _Done:
    """Take a step that the entry key signs; on a live node its passphrase is used for this step only."""
    if caller.desks.info.realm is Realm.PRACTICE:
        return step(None)
    secret = passphrase.encode("utf-8")
    return caller.toolbox.signin.guarded(caller.session, lambda: step(secret))


STAFFING: tuple[HTTPRouteHandler, ...] = (
    add_officer, change_roles, revoke, keys, upkeep_keys, upkeep_payloads, upkeep_store, renew, rotate,
    alarms, choose_language,
)  # fmt: skip
