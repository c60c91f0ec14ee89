"""A node from its folder: made, opened, migrated.

The folder holds ``node.json``, ``state.db`` (unless its rows are on a server), ``keys/``, ``tls/``,
``blobs/`` (sealed packages), ``incoming/`` (pieces on their way), ``room/`` (plaintext while it is
checked, emptied at once), ``sealing/`` (what is being sealed, and what a crash interrupted) and ``run/``
(marks of the processes that work on it), and where any are kept ``calendars/`` (one file a Party). A practice
node in which guided cases were begun has ``practice/`` too.
"""

from __future__ import annotations

import os
import shutil
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from comity.bootstrap.desks import NodeDesks
from comity.bootstrap.folders import present
from comity.bootstrap.opening import CERTIFICATE, DEFAULT_PORT, PRIVATE_KEY, TLS, opened, workplace
from comity.bootstrap.stores import new_state
from comity.config import NodeConfig, ShelterConfig, write_config
from comity.engines.system import SystemClock
from comity.kernel.errors import ConflictError, MalformedError
from comity.kernel.ids import OfficerName, PartyCode, is_practice, parse_party
from comity.kernel.realms import Realm
from comity.node.desks import Desks
from comity.node.founding import own_entry
from comity.node.views import NodeInfo
from comity.treaty.parties import is_known

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from comity.engines.presence import Presence
    from comity.node.practicing import PracticeGround
    from comity.node.workplace import Workplace


def init_node(
    directory: str,
    *,
    party: str,
    name: str,
    practice: bool,
    host: str,
    exchange_port: int | None,
    passphrase: bytes | None,
    store: str = "",
    shelter: ShelterConfig | None = None,
) -> NodeInfo:
    """Make a node in a folder that does not exist or is empty: all of it, or nothing.

    With ``shelter`` it is the node of a shelter, for good: never one of an authority.
    Its rows go into a file of the folder, or into a schema on a server when ``store`` is the address of one.

    Raises:
        ConflictError: ``node.exists``: the folder holds something already.
        MalformedError: ``party.unknown``; ``party.realm``: a practice code on a live node, or the other way
            round; ``config.port``.
        DeniedError: ``init.passphrase``.
    """
    code = parse_party(party, where="--party")
    realm = _realm(code, practice=practice)
    target = Path(directory).absolute()
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise ConflictError(
            "node.exists",
            f"{directory!r} is there already and not empty",
            hint="name a new folder; a node is never made over another one",
            where=directory,
        )
    port = DEFAULT_PORT if exchange_port is None else exchange_port
    bracketed = f"[{host}]" if ":" in host else host
    endpoint = f"https://{bracketed}:{port}"
    config = NodeConfig(
        party=code,
        realm=realm,
        host=host,
        exchange_port=port,
        endpoint=endpoint,
        store=store,
        shelter=shelter,
    )
    draft = target.with_name(f".{target.name}.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700, parents=True)
    with ExitStack() as undo:
        undo.callback(shutil.rmtree, draft, ignore_errors=True)  # nothing is left there once it was renamed
        info = _found(draft, config, name=name, passphrase=passphrase)
        draft.rename(target)
    return info


@contextmanager
def open_node(directory: str, *, unlock: Callable[[OfficerName], bytes | None]) -> Iterator[Desks]:
    """Open a node for one command and close it afterwards."""
    with opened(directory) as (folder, _, place), present(folder) as presence:
        yield desks_of(folder, place, unlock, presence)


def desks_of(
    folder: Path,
    place: Workplace,
    unlock: Callable[[OfficerName], bytes | None],
    presence: Presence,
    *,
    searches: int = 0,
) -> Desks:
    """Return the desks of the node in a folder, around an open workplace.

    Args:
        folder: The node's.
        place: Its workplace.
        unlock: Asks for passphrases.
        presence: This process among those of the node.
        searches: About how often this process will search lists of fingerprints.
    """
    made = NodeDesks(folder=folder, place=place, presence=presence, searches=searches)
    makers = made.makers(ground=partial(_ground, folder, place))
    return Desks(place=place, info=_info(place), unlock=unlock, makers=makers)


def _ground(folder: Path, place: Workplace) -> PracticeGround | None:
    """Return where guided cases are played; a live node has no such place."""
    if place.realm is not Realm.PRACTICE:
        return None
    from comity.bootstrap.practising import PracticeFolder

    return PracticeFolder(
        place=folder / "practice",
        own=place.party,
        make=_make_partner,
        open=partial(open_node, unlock=_no_secret),
    )


def _make_partner(directory: str, party: str) -> None:
    init_node(
        directory,
        party=party,
        name=f"Practice Party {party}",
        practice=True,
        host="127.0.0.1",
        exchange_port=None,
        passphrase=None,
    )


def _no_secret(_officer: OfficerName) -> bytes | None:
    return None


def _found(folder: Path, config: NodeConfig, *, name: str, passphrase: bytes | None) -> NodeInfo:
    write_config(folder, config)
    with new_state(folder, config) as store:
        place = workplace(folder, config, store)
        place.founder.found(
            party=place.party,
            realm=place.realm,
            name=name,
            endpoint=config.endpoint,
            certificate=_make_certificate(folder / TLS, config.host),
            passphrase=passphrase,
            shelter=place.is_shelter,
        )
        return _info(place)


def _make_certificate(folder: Path, host: str) -> bytes:
    from comity.transport.certificate import make_certificate

    made = make_certificate(host, now=SystemClock().now())
    folder.mkdir(mode=0o700)
    (folder / CERTIFICATE).write_bytes(made.certificate_pem)
    handle = os.open(folder / PRIVATE_KEY, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(made.key_pem)
    return made.certificate_der


def _info(place: Workplace) -> NodeInfo:
    with place.store.snapshot() as tx:
        entry = own_entry(tx)
    return NodeInfo(
        party=place.party,
        name=next(iter(entry.authorities[0].names.values()), place.party),
        realm=place.realm,
        root=entry.root,
        authorities=tuple(office.id for office in entry.authorities),
        endpoint=place.endpoint,
        is_shelter=place.is_shelter,
    )


def _realm(code: PartyCode, *, practice: bool) -> Realm:
    if is_practice(code) != practice:
        raise MalformedError(
            "party.realm",
            f"{code} is {'a practice code' if is_practice(code) else 'no practice code'}",
            hint="practice nodes take --practice and a code from XAA to XZZ, live nodes neither",
            where="--party",
        )
    if not is_known(code):
        raise MalformedError(
            "party.unknown",
            f"{code} names no State",
            hint="use an ISO 3166-1 alpha-3 code such as KEN, EUE, or XAA to XZZ for practice",
            where="--party",
        )
    return Realm.PRACTICE if practice else Realm.LIVE
