"""What is kept of sources: each as a value of the node, and how far it was read."""

from dataclasses import replace

from comity.indicators.sources import (
    SourceRecord,
    SourceState,
    dump_source,
    dump_state,
    parse_source,
    parse_state,
)
from comity.kernel import agefile
from comity.kernel.errors import NotFoundError
from comity.kernel.ids import AuthorityId
from comity.node.ports import Transaction
from comity.node.workplace import Workplace

_RECORD, _STATE = "source/is", "source/at"


def sources_of(tx: Transaction, authority: AuthorityId) -> tuple[SourceRecord, ...]:
    """Return the sources of an office that are in use, by name."""
    kept = (tx.node.setting(name) for name in tx.node.names(f"{_RECORD}/{authority}/"))
    found = (parse_source(data) for data in kept if data is not None)
    return tuple(one for one in found if one.removed_at is None)


def source_of(tx: Transaction, authority: AuthorityId, name: str) -> SourceRecord:
    """Return the source of a name; raise NotFoundError ``sources.absent``."""
    data = tx.node.setting(f"{_RECORD}/{authority}/{name}")
    found = None if data is None else parse_source(data)
    if found is None or found.removed_at is not None:
        raise no_source(name)
    return found


def keep_source(tx: Transaction, authority: AuthorityId, one: SourceRecord) -> None:
    """Keep a source, in place of the one of that name."""
    tx.node.put_setting(f"{_RECORD}/{authority}/{one.name}", dump_source(one))


def state_of(tx: Transaction, authority: AuthorityId, name: str) -> SourceState:
    """Return how far a source was read."""
    return parse_state(tx.node.setting(f"{_STATE}/{authority}/{name}"))


def keep_state(tx: Transaction, authority: AuthorityId, name: str, state: SourceState) -> None:
    """Keep how far a source was read."""
    tx.node.put_setting(f"{_STATE}/{authority}/{name}", dump_state(state))


def rewrap_sources(place: Workplace, authority: AuthorityId) -> None:
    """Seal the secrets of an office's sources to its newest store key.

    Basis: PROTOCOL 19
    """
    held = place.keys.store_identities(authority)
    with place.store.transaction() as tx:
        for one in sources_of(tx, authority):
            if one.secret:
                fresh = agefile.rewrap(
                    one.secret, identities=held, recipients=[held[0].public], entropy=place.entropy
                )
                keep_source(tx, authority, replace(one, secret=fresh))


def no_source(name: str) -> NotFoundError:
    """Return the error for a source that nobody made known."""
    return NotFoundError(
        "sources.absent", f"no source is named {name[:60]!r}", hint="comity indicators sources list"
    )
