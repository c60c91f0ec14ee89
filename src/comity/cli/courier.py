"""Commands that carry the exchange in a folder instead of over the network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.output import Reply, printable

if TYPE_CHECKING:
    from comity.cli.context import Context
    from comity.node.views import CourierView


def export(context: Context) -> Reply:
    """Write what waits for a peer into a folder."""
    with context.seated() as (desks, actor):
        folder = context.options.text("folder")
        view = desks.courier.export(actor, folder=folder, peer=context.options.maybe("peer"))
    return _reply(context, view, key="line.courier_out", folder=folder)


def take_in(context: Context) -> Reply:
    """Take in what a folder brings."""
    with context.seated() as (desks, actor):
        folder = context.options.text("folder")
        view = desks.courier.import_(actor, folder=folder)
    return _reply(context, view, key="line.courier_in", folder=folder)


def _reply(context: Context, view: CourierView, *, key: str, folder: str) -> Reply:
    counts = {
        "calls": view.calls,
        "messages": view.messages,
        "answers": view.answers,
        "deliveries": view.deliveries,
    }
    lines = [context.say(key, folder=printable(folder), **counts)]
    lines += ["  " + context.say("line.courier_failed", what=printable(failure)) for failure in view.failures]
    return Reply(value={"folder": folder, **counts, "failures": list(view.failures)}, lines=tuple(lines))
