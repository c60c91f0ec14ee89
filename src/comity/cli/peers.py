"""Commands on other Parties: cards, the twelve words, pins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.context import read_file, write_file
from comity.cli.output import Reply, printable, table
from comity.cli.values import peer_value

if TYPE_CHECKING:
    from comity.cli.context import Context


def card(context: Context) -> Reply:
    """Write this node's card, which another Party needs to pin this one."""
    from comity.kernel.ijson import parse_ijson

    with context.desks() as desks:
        data = desks.peers.card()
    if out := context.options.text("out"):
        write_file(out, data)
        return Reply(value={"path": out}, lines=(context.say("line.card_written", path=out),))
    return Reply(value=parse_ijson(data, most_bytes=len(data)), lines=(data.decode(),))


def words(context: Context) -> Reply:
    """Show the twelve words that both sides compare by voice."""
    data = read_file(context.options.text("card"))
    with context.desks() as desks:
        found = desks.peers.words(data)
    lines = (*_in_rows(tuple(found)), context.say("next.words"))
    return Reply(value={"words": list(found)}, lines=lines)


def add(context: Context) -> Reply:
    """Pin the Party of a card, confirmed by twelve words and by named officers."""
    options = context.options
    with context.seated() as (desks, actor):
        peer = desks.peers.add(
            actor,
            card=read_file(options.text("card")),
            words=options.maybe("words"),
            confirmed_by=options.many("confirmed_by"),
        )
    confirmed = ", ".join(peer.confirmed_by)
    lines = (context.say("line.peer_added", party=peer.party, officers=confirmed), *_in_rows(peer.words))
    return Reply(value=peer_value(peer), lines=lines)


def listing(context: Context) -> Reply:
    """List the pinned Parties."""
    with context.desks() as desks:
        found = desks.peers.list()
    rows = []
    for peer in found:
        waiting = context.say("line.queued", count=peer.queued)
        alarms = ", ".join(context.words.label("alarm", printable(alarm)) for alarm in peer.alarms)
        rows.append((peer.party, printable(peer.endpoint), waiting, ", ".join(peer.confirmed_by), alarms))
    lines = table(rows) or (context.say("line.none"),)
    return Reply(value={"peers": [peer_value(peer) for peer in found]}, lines=lines)


def _in_rows(found: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words four to a row, numbered as they are read out."""
    cells = [f"{place:>2} {word}" for place, word in enumerate(found, start=1)]
    return table((cells[start : start + 4] for start in range(0, len(cells), 4)), indent=2)
