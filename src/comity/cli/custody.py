"""Commands on the chain of custody: look at it, and add what happened outside the node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.nodes import instant_of
from comity.cli.output import Reply, printable, table
from comity.cli.values import moment

if TYPE_CHECKING:
    from comity.cli.context import Context
    from comity.cli.values import Value
    from comity.node.custodial import HeldPackage


def show(context: Context) -> Reply:
    """Show the packages of a case with their chains of custody."""
    with context.seated() as (desks, actor):
        case = desks.cases.resolve(context.options.text("case"))
        found = desks.evidence.custody.packages(actor, case=case, purpose=context.purpose(desks))
    lines = [line for package in found for line in _lines(context, package)]
    value = {"packages": [_value(package) for package in found]}
    return Reply(value=value, lines=tuple(lines) or (context.say("line.none"),))


def record(context: Context) -> Reply:
    """Add an event to the chain of a package."""
    options = context.options
    with context.seated() as (desks, actor):
        package = desks.evidence.custody.record(
            actor,
            case=desks.cases.resolve(options.text("case")),
            bag_root=desks.cases.resolve(options.text("bag_root")),
            step=options.text("step"),
            reason=options.text("reason"),
            where=options.text("place"),
            at=instant_of(options.text("at"), where="--at"),
        )
    return Reply(value=_value(package), lines=_lines(context, package))


def _lines(context: Context, package: HeldPackage) -> tuple[str, ...]:
    rows = [
        (
            str(one.number),
            moment(one.at) or "",
            context.words.label("web.custody", one.step),
            one.officer,
            printable(one.reason),
            printable(one.place),
        )
        for one in package.events
    ]
    return (context.say("line.custody", root=package.bag_root), *table(rows, indent=2))


def _value(package: HeldPackage) -> Value:
    return {
        "bag_root": package.bag_root,
        "delivery": package.delivery,
        "own": package.own,
        "whole": package.whole,
        "events": [
            {
                "number": one.number,
                "step": one.step,
                "at": moment(one.at),
                "officer": one.officer,
                "authority": one.authority,
                "role": one.role,
                "reason": one.reason,
                "place": one.place,
                "tool": one.tool,
            }
            for one in package.events
        ],
    }
