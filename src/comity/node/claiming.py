"""What comes in under the name of the office: only what it made, or an officer vouches for, is its word."""

from collections.abc import Iterable
from dataclasses import replace

from comity.indicators import mispwire
from comity.indicators.claims import event_claims, object_claims, statement_claims
from comity.indicators.errors import claims_office
from comity.indicators.ports import EVENTS, HELD, HELD_EVENTS, SHARED, STATEMENTS, Wanted
from comity.indicators.statements import parse_indicator
from comity.indicators.stixwire import StixObject
from comity.kernel.clock import Instant
from comity.kernel.ids import AuthorityId
from comity.node.indicatorfiles import Parcel
from comity.node.ports import Transaction


def unclaimed(
    tx: Transaction, office: AuthorityId, parcel: Parcel, *, by_name: bool, at: Instant
) -> tuple[Parcel, int]:
    """Return what a file holds as it may be taken, and for how much in the office's name an officer answers.

    An event of the office that says only what it said is not kept beside.

    Raises:
        ConflictError: ``indicators.claim``: the file says that the office made what it never made.
    """
    told = strange_ids(tx, office, (STATEMENTS, SHARED), parcel.claims)
    events = []
    for event in parcel.events:
        strange = strange_event(tx, office, event, at=at)
        told += strange or ()
        events += [] if strange is None else [event]
    told += strange_objects(tx, office, parcel.held)
    told = list(dict.fromkeys(told))
    if told and not by_name:
        raise claims_office(told)
    return replace(parcel, events=tuple(events)), len(told)


def strange_objects(tx: Transaction, office: AuthorityId, found: Iterable[StixObject]) -> list[str]:
    """Return the ids of objects of STIX that claim to be the office's, and that it never made."""
    claimed = [one.id for one in found if object_claims(one, office)]
    return strange_ids(tx, office, (STATEMENTS, SHARED, HELD), claimed)


def strange_event(
    tx: Transaction, office: AuthorityId, event: mispwire.Event, *, at: Instant
) -> list[str] | None:
    """Return what of an event claims to be the office's and is not: its UUID, ids of its statements.

    None for an event that the office may well have made, and that says nothing but what it states.
    """
    claimed = list(statement_claims(event, office, at=at))
    ids = tuple({one.id for one in claimed})
    rows = tx.sharing.shared(office, STATEMENTS, Wanted(ids=ids, every=True, most=1 << 31)) if ids else ()
    ours = [parse_indicator(row.body) for row in rows if not row.owner]
    known = {(one.id, one.kind, one.value) for one in ours}
    told = [one.id for one in claimed if (one.id, one.kind, one.value) not in known]
    if not event_claims(event, office) or not strange_ids(tx, office, (EVENTS, HELD_EVENTS), [event.uuid]):
        return told
    if told or not claimed or any(mispwire.rest_of(event)):
        return [event.uuid, *told]
    return None


def strange_ids(
    tx: Transaction, office: AuthorityId, shelves: Iterable[str], names: Iterable[str]
) -> list[str]:
    """Return which of these lie on no shelf but where a receiver or a source brought them."""
    left = dict.fromkeys(names)
    for shelf in shelves:
        if left:
            rows = tx.sharing.shared(office, shelf, Wanted(ids=tuple(left), every=True, most=1 << 31))
            for name in {one.object_id for one in rows if not one.owner}:
                left.pop(name, None)
    return list(left)
