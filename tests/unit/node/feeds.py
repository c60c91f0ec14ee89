"""Nodes that feed each other in memory, and what they state."""

from collections.abc import Sequence

from comity.evidence.limits import Onward
from comity.indicators.kinds import Kind
from comity.indicators.marks import Tlp
from comity.indicators.observations import Observation, Spot
from comity.indicators.ports import STATEMENTS, Wanted
from comity.indicators.statements import Indicator, parse_indicator
from comity.node.exchanging import feeder_of
from comity.node.feedsharing import FeedDesk
from comity.node.indicators import IndicatorDesk, Terms
from comity.node.sharing import SharingDesk
from tests.unit.node.nodes import Side, exchange, node


def trio() -> tuple[Side, Side, Side]:
    """Return three nodes that pinned each other."""
    sides = tuple(node(party, 0) for party in ("XAA", "XAB", "XAC"))
    for here in sides:
        for there in sides:
            if here is not there:
                words = " ".join(there.peers.words(here.peers.card()))
                here.peers.add(here.head(), card=there.peers.card(), words=words)
    return sides  # type: ignore[return-value]


def feeds(side: Side) -> FeedDesk:
    return FeedDesk(place=side.place)


def give(one: Side, other: Side, *, most_tlp: Tlp = Tlp.AMBER) -> None:
    """Decide that a node feeds another."""
    feeds(one).share(one.officer(), to=other.desk, purpose="fraud cases", most_tlp=most_tlp)


def later(*sides: Side, microseconds: int = 0) -> None:
    """Bring all clocks to the latest, and so much further."""
    newest = max(side.clock.now() for side in sides) + microseconds
    for side in sides:
        side.clock.advance(newest - side.clock.now())


def settle(*sides: Side) -> int:
    """Feed and exchange until nothing is left to tell; return how many messages went."""
    total = 0
    for _ in range(20):
        later(*sides)
        queued = sum(feeder_of(side.place).turn(side.desk) for side in sides)
        pairs = [(one, other) for at, one in enumerate(sides) for other in sides[at + 1 :]]
        sent = 0
        for one, other in pairs:
            later(*sides)
            sent += exchange(one, other)
        total += sent
        if not queued and not sent:
            return total
    raise AssertionError("the nodes never came to rest")


def state(
    side: Side,
    value: str,
    *,
    tlp: Tlp = Tlp.AMBER,
    onward: Onward = Onward.CONSENT,
    family: str = "",
    publish: bool = True,
) -> str:
    """Keep a statement and publish it; return its id."""
    terms = Terms(tlp=tlp, purpose="fraud cases", basis=("40(1)",), onward=onward, family=family)
    spot = Spot(file="m.eml", digest="a" * 64, part="part 1", offset=5, length=12)
    seen = Observation(kind=Kind.DOMAIN, value=value, where=spot, confidence=70)
    actor = side.officer()
    (name,) = IndicatorDesk(place=side.place).keep(actor, [seen], terms=terms).added
    if publish:
        SharingDesk(place=side.place).publish(actor, names=[name])
    return name


def retract(side: Side, name: str, reason: str = "a false alarm") -> None:
    SharingDesk(place=side.place).retract(side.officer(), name=name, reason=reason)


def held(side: Side, names: Sequence[str] = ()) -> dict[str, Indicator]:
    """Return the newest statements of a node, by their value."""
    with side.place.store.snapshot() as tx:
        rows = tx.sharing.shared(side.desk, STATEMENTS, Wanted())
    found = (parse_indicator(row.body) for row in rows)
    return {one.value: one for one in found if not names or one.id in names}
