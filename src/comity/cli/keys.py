"""The private keys of a node at the command line: what guards them, and another store key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.output import Reply, table
from comity.cli.places import BROKEN, teller

if TYPE_CHECKING:
    from comity.cli.context import Context
    from comity.cli.values import Value
    from comity.node.keyviews import KeysView
    from comity.node.rewrapping import RotationView


def show(context: Context) -> Reply:
    """Tell how the private keys are kept, and whether what guards them opens now."""
    return _reply(context, context.toolbox.guarding().show(context.node))


def guard(context: Context) -> Reply:
    """Put the keys that no passphrase wraps under a guard, move them to another, or set them free."""
    address, signing = context.options.text("guard"), context.options.flag("signing")
    return _reply(context, context.toolbox.guarding().guard(context.node, address=address, signing=signing))


def rotate(context: Context) -> Reply:
    """Make a new store key for an office and wrap every header to it; given again, go on."""
    with context.seated() as (desks, actor):
        authority = context.options.text("authority") or actor.authority
        found = desks.rewrapping.rotate(
            actor, authority=authority, tell=teller(context, "line.keys_progress")
        )
    lines = tuple(_rotation_lines(context, found))
    return Reply(value=_rotation_value(found), lines=lines, exit_code=BROKEN if found.faults else 0)


def _reply(context: Context, found: KeysView) -> Reply:
    say = context.say
    opens = say("line.keys_open") if found.opens else say("line.keys_shut", code=found.fault)
    guard = found.guard or say("line.keys_no_guard")
    rows = [
        (say("label.keys_guard"), guard),
        (say("label.keys_state"), opens),
        (say("label.keys_guarded"), str(found.guarded)),
        (say("label.keys_in_token"), str(len(found.in_token))),
        (say("label.keys_locked"), str(found.locked)),
        (say("label.keys_plain"), str(len(found.plain))),
    ]
    lines = [*table(rows)]
    for held in found.store_keys:
        lines.append(say("line.keys_store", authority=held.authority, suite=held.suite))
        if held.older:
            lines.append(say("line.keys_older", authority=held.authority, count=held.older))
    value: Value = {
        "guard": found.guard or None,
        "opens": found.opens,
        "fault": found.fault or None,
        "guarded": found.guarded,
        "locked": found.locked,
        "plain": list(found.plain),
        "in_token": list(found.in_token),
        "store_keys": [
            {"authority": held.authority, "suite": held.suite, "older": held.older}
            for held in found.store_keys
        ],
    }
    return Reply(value=value, lines=tuple(lines))


def _rotation_lines(context: Context, found: RotationView) -> list[str]:
    say = context.say
    lines = [
        say(
            "line.keys_wrapped",
            authority=found.authority,
            suite=found.suite,
            count=found.wrapped,
            packages=found.packages,
        )
    ]
    lines += table([(fault.name[:16], fault.code, fault.message) for fault in found.faults])
    if found.destroyed:
        lines.append(say("line.keys_destroyed", count=found.destroyed))
    if found.left:
        lines.append(say("line.keys_wait", deliveries=found.deliveries, sealings=found.sealings))
    return lines


def _rotation_value(found: RotationView) -> Value:
    return {
        "authority": found.authority,
        "suite": found.suite,
        "wrapped": found.wrapped,
        "packages": found.packages,
        "faults": [
            {"package": fault.name, "code": fault.code, "message": fault.message} for fault in found.faults
        ],
        "waits_for": {"deliveries": found.deliveries, "sealings": found.sealings},
        "destroyed": found.destroyed,
        "older": found.left,
    }
