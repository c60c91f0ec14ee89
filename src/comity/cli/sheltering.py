"""Commands of a shelter's officers. No case of anybody is shown: counts, clocks, outcomes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.output import Reply, printable, table

if TYPE_CHECKING:
    from comity.cli.context import Context
    from comity.node.shelterviews import ReceiverClock


def overview(context: Context) -> Reply:
    """Tell how many cases there are, and which receiver was not told yet what was taken back."""
    from msgspec import to_builtins

    with context.seated() as (desks, actor):
        found = desks.shelter.overview(actor)
    lines = [context.say("line.shelter_cases", count=found.cases)]
    for one in found.lists:
        lines.append(context.say("line.shelter_list", name=one.name, about=printable(one.about)))
        lines += table(
            [(clock.receiver, _clock(context, clock)) for clock in found.clocks if clock.list == one.name],
            indent=2,
        )
    if found.doubted:
        lines.append(context.say("line.shelter_doubted", count=found.doubted))
    if not found.lists:
        lines.append(context.say("next.shelter_list"))
    return Reply(value=to_builtins(found), lines=tuple(lines))


def _clock(context: Context, clock: ReceiverClock) -> str:
    from comity.kernel.clock import Instant

    if clock.oldest is None:
        return context.say("line.shelter_told" if clock.until is None else "line.shelter_ended")
    key = "line.shelter_late" if clock.is_late else "line.shelter_waiting"
    return context.say(key, count=clock.waiting, since=Instant(clock.oldest))


def make_list(context: Context) -> Reply:
    """Make a list to which people may give."""
    from msgspec import to_builtins

    options = context.options
    with context.seated() as (desks, actor):
        made = desks.shelter.make_list(
            actor,
            name=options.text("shelter_list"),
            about=options.text("about"),
            ground=options.text("hash_ground"),
            licence=options.text("hash_licence"),
        )
    return Reply(
        value=to_builtins(made),
        lines=(
            context.say("line.shelter_made", name=made.name),
            context.say("next.shelter_receiver", command=f"comity protect lists share --list {made.name}"),
        ),
    )


def confirm(context: Context) -> Reply:
    """Note that a receiver took out what was taken back."""
    name, to = context.options.text("hash_list"), context.options.text("receiver")
    with context.seated() as (desks, actor):
        count = desks.shelter.confirm(actor, name=name, receiver=to)
    return Reply(
        value={"list": name, "receiver": to, "count": count},
        lines=(context.say("line.shelter_confirmed", to=printable(to), count=count),),
    )


def outcome(context: Context) -> Reply:
    """Tell whoever gave a fingerprint what became of the image."""
    options = context.options
    with context.seated() as (desks, actor):
        count = desks.shelter.outcome(
            actor, value=options.text("print"), outcome=options.text("outcome"), by=options.text("by")
        )
    return Reply(
        value={"outcome": options.text("outcome"), "by": options.text("by"), "entries": count},
        lines=(context.say("line.shelter_outcome", count=count),),
    )
