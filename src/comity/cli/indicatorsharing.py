"""Commands by which indicators leave: publication, retraction, and the keys of receivers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.indicatorvalues import indicator_value, receiver_value
from comity.cli.output import Reply, printable, table
from comity.cli.values import moment

if TYPE_CHECKING:
    from comity.cli.context import Context


def publish(context: Context) -> Reply:
    """Give statements to the receivers: all of those named, or none."""
    options = context.options
    with context.seated() as (desks, actor):
        made = desks.sharing.publish(actor, names=options.many("name"), override=options.text("override"))
    lines = [context.say("line.indicators.published", count=len(made.ids), lists=made.lists)]
    lines += [f"  {printable(one)}" for one in made.overridden]
    value = {"ids": list(made.ids), "lists": made.lists, "overridden": list(made.overridden)}
    return Reply(value=value, lines=tuple(lines))


def retract(context: Context) -> Reply:
    """Retract a statement; every receiver who asks again is told."""
    options = context.options
    with context.seated() as (desks, actor):
        made = desks.sharing.retract(actor, name=options.text("name"), reason=options.text("reason"))
    line = context.say("line.indicators.retracted", name=made.id)
    return Reply(value=indicator_value(made), lines=(line,))


def add_key(context: Context) -> Reply:
    """Make a key for a receiver and show it this once."""
    from comity.indicators.marks import Tlp, parse_tlp

    options = context.options
    mark = options.text("tlp")
    name = options.text("receiver")
    with context.seated() as (desks, actor):
        key = desks.sharing.add_key(
            actor,
            name=name,
            most_tlp=parse_tlp(mark, where="--tlp") if mark else Tlp.AMBER,
            writes=options.flag("writes"),
        )
    return Reply(value={"name": name, "key": key}, lines=(context.say("line.indicators.key", name=name), key))


def list_keys(context: Context) -> Reply:
    """List the receivers."""
    with context.seated() as (desks, actor):
        found = desks.sharing.keys(actor)
    rows = [
        (
            printable(one.name),
            one.most_tlp.label,
            "write" if one.writes else "read",
            moment(one.made_at) or "",
            moment(one.revoked_at) or "",
        )
        for one in found
    ]
    return Reply(
        value=[receiver_value(one) for one in found], lines=table(rows) or (context.say("line.none"),)
    )


def revoke_key(context: Context) -> Reply:
    """Revoke a receiver's key: the next call with it is refused."""
    with context.seated() as (desks, actor):
        made = desks.sharing.revoke_key(actor, name=context.options.text("receiver"))
    return Reply(value=receiver_value(made), lines=(context.say("line.indicators.revoked", name=made.name),))
