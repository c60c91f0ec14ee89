"""Commands that carry the exchange in a folder instead of over the network."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from comity.cli.output import Reply, printable
from comity.cli.pages import short

if TYPE_CHECKING:
    from comity.cli.context import Context
    from comity.node.shipments import CourierView, ShipmentView


def export(context: Context) -> Reply:
    """Write what waits for a peer into a folder."""
    with context.seated() as (desks, actor):
        folder = context.options.text("folder")
        peer = context.options.maybe("peer")
        view = desks.courier.export(actor, folder=folder, peer=peer, progress=_Watch(context))
    return _reply(context, view, key="line.courier_out", folder=folder)


def take_in(context: Context) -> Reply:
    """Take in what a folder brings."""
    with context.seated() as (desks, actor):
        folder = context.options.text("folder")
        view = desks.courier.import_(actor, folder=folder, progress=_Watch(context))
    return _reply(context, view, key="line.courier_in", folder=folder)


@dataclasses.dataclass(frozen=True, slots=True)
class _Watch:
    """Tells a person at a terminal how far the delivery in hand is."""

    context: Context

    def __call__(self, shipment: ShipmentView) -> None:
        """Write one line to stderr."""
        stderr = self.context.stderr
        if not self.context.wants_json and stderr.isatty():
            told = self.context.say(
                "line.shipment_moving",
                id=short(shipment.delivery),
                moved=shipment.moved,
                lacking=shipment.lacking,
            )
            stderr.write(f"{told}\n")


def _reply(context: Context, view: CourierView, *, key: str, folder: str) -> Reply:
    counts = {
        "calls": view.calls,
        "messages": view.messages,
        "answers": view.answers,
        "deliveries": view.deliveries,
    }
    lines = [context.say(key, folder=printable(folder), **counts)]
    lines += [f"  {_shipment(context, one)}" for one in view.shipments]
    lines += ["  " + context.say("line.courier_failed", what=printable(failure)) for failure in view.failures]
    shipments = [dataclasses.asdict(one) for one in view.shipments]
    value = {"folder": folder, **counts, "shipments": shipments, "failures": list(view.failures)}
    return Reply(value=value, lines=tuple(lines))


def _shipment(context: Context, one: ShipmentView) -> str:
    if one.done:
        return context.say("line.shipment_done", id=short(one.delivery), pieces=one.pieces)
    counts = {"moved": one.moved, "there": one.there, "over": one.over, "pieces": one.pieces}
    if one.outward:
        return context.say("line.shipment_out", id=short(one.delivery), lacking=one.lacking, **counts)
    return context.say("line.shipment_in", id=short(one.delivery), bad=one.bad, lacking=one.lacking, **counts)
