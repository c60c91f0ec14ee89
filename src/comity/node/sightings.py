"""Sightings between the office and its receivers: what receivers tell goes beside the office's statements."""

from comity.indicators import stixseen, stixwire
from comity.indicators.marks import Tlp
from comity.indicators.ports import SIGHTINGS, STATEMENTS, Receiver, Shared, Value, Wanted
from comity.indicators.statements import Indicator, Sighting, dump_sighting
from comity.kernel.ids import AuthorityId
from comity.node.indicatorrows import shared_row
from comity.node.ports import Transaction


def tell_office(tx: Transaction, receiver: Receiver, made: Sighting) -> None:
    """Keep a receiver's sighting beside the statement of this office that it is of, where there is one."""
    rows = tx.sharing.shared(receiver.authority, STATEMENTS, Wanted(ids=(made.indicator,), most=1))
    if not rows or rows[0].tlp is Tlp.RED or rows[0].tlp > receiver.most_tlp:
        return
    row = Shared(
        authority=receiver.authority,
        shelf=SIGHTINGS,
        number=0,
        object_id=made.id,
        version="1",
        kind="sighting",
        added_at=made.at,
        tlp=rows[0].tlp,
        owner=receiver.name,
        body=dump_sighting(made),
    )
    tx.sharing.add_shared([row], values=[[Value(kind="indicator", text=made.indicator)]])


def tell_receivers(tx: Transaction, authority: AuthorityId, made: Sighting, found: Indicator) -> None:
    """Give a sighting of the office to receivers who have what it is of; not where it was seen."""
    if found.published is None or found.retracted is not None or found.limits is None:
        return
    one = stixwire.read_object(stixseen.object_of(made, found), where=made.id)
    row = shared_row(authority, one, at=made.at, ends=found.limits.retain_until)
    tx.sharing.add_shared([row])
