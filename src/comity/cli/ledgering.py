"""Commands on ledgers themselves: what is taken in, what they hold, and their figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.output import Reply, printable, table
from comity.cli.tracing import amount, ledger

if TYPE_CHECKING:
    from comity.cli.context import Context
    from comity.tracing.ports import Contents, Source


def import_(context: Context) -> Reply:
    """Take files of transactions into a ledger, one after the other."""
    options = context.options
    with context.seated() as (desks, actor):
        taken = [
            desks.tracing.take(
                actor,
                ledger=ledger(context),
                path=path,
                network=options.text("network"),
                asset=options.text("contract"),
            )
            for path in options.many("transactions")
        ]
    lines = [
        context.say(
            "line.trace_taken",
            name=printable(one.name),
            fresh=one.fresh,
            known=one.known,
            digest=one.digest[:16],
        )
        for one in taken
    ]
    return Reply(
        value={"ledger": ledger(context), "taken": [_source(one) for one in taken]}, lines=tuple(lines)
    )


def listing(context: Context) -> Reply:
    """List the ledgers."""
    with context.seated() as (desks, actor):
        found = desks.tracing.list(actor)
    rows = [
        (
            name,
            one.network,
            one.asset,
            str(one.moves),
            context.say("line.trace_files", count=len(one.sources)),
            one.digest[:16],
        )
        for name, one in found.items()
    ]
    value = [{"ledger": name, **_contents(one)} for name, one in found.items()]
    return Reply(value=value, lines=table(rows) or (context.say("line.none"),))


def figures(context: Context) -> Reply:
    """Tell what a ledger holds in figures."""
    from comity.cli.values import moment
    from comity.tracing.reporting import figures_value

    with context.seated() as (desks, actor):
        contents, found = desks.tracing.figures(actor, ledger=ledger(context))
    network = (contents.network, contents.asset)
    told = {
        "files": str(len(contents.sources)),
        "transactions": str(found.transactions),
        "addresses": str(found.addresses),
        "movements": str(contents.moves),
        "first": moment(found.first) or "",
        "last": moment(found.last) or "",
        "paid": amount(found.paid, network),
        "made": amount(found.made, network),
        "fees": amount(found.fees, network),
        "unseen": str(contents.unseen),
        "clusters": str(found.clusters),
        "asked": str(found.asked),
    }
    value = {"ledger": ledger(context), **_contents(contents), **figures_value(found)}
    rows = [(context.words.label("trace.figure", name), text) for name, text in told.items()]
    return Reply(value=value, lines=table(rows))


def _source(one: Source) -> dict[str, object]:
    return {
        "name": one.name,
        "form": one.form,
        "sha256": one.digest,
        "size": one.size,
        "fresh": one.fresh,
        "known": one.known,
    }


def _contents(one: Contents) -> dict[str, object]:
    return {
        "network": one.network,
        "asset": one.asset,
        "model": one.model,
        "moves": one.moves,
        "holders": one.holders,
        "unseen_inputs": one.unseen,
        "inputs": one.digest,
        "sources": [_source(source) for source in one.sources],
    }
