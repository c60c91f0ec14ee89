"""The freeze lane at the command line: an asset's book begun, shown, and looked at again."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from comity.cli.dutying import task_lines
from comity.cli.nodes import instant_of
from comity.cli.output import Reply, printable, table
from comity.cli.tracing import USUAL_LEDGER
from comity.cli.values import moment
from comity.kernel.clock import Instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from comity.cli.context import Context
    from comity.cli.values import Value
    from comity.node.freezekeeping import AssetView
    from comity.requests.lanes import Task
    from comity.tracing.assets import Line
    from comity.tracing.frozen import Asset, Untagged
    from comity.tracing.questions import Question


_WHOM = ("provider", "by", "who", "custodian", "bank", "item")


def from_trace(context: Context) -> Reply:
    """Begin the book of coins that a trace found."""
    options = context.options
    with context.seated() as (desks, actor):
        view = desks.freezing.open_traced(
            actor,
            name=options.text("asset_name"),
            ledger=options.text("ledger") or USUAL_LEDGER,
            question=_question(context),
            addresses=options.many("held_at"),
            words=options.text("because"),
            purpose=context.purpose(desks),
        )
        tasks = desks.freezing.tasks(actor, name=view.asset.name)
    return told(context, view, tasks)


def from_bank(context: Context) -> Reply:
    """Begin the book of money in an account."""
    from comity.node.freezing import BankWord

    options = context.options
    told_by_bank = BankWord(
        iban=options.text("iban"),
        account=options.text("account"),
        bank=options.text("bank"),
        amount=options.text("sum"),
        currency=options.text("currency"),
        reference=options.text("paper"),
        holder=options.text("asset_holder"),
        place=options.text("asset_place"),
        paid_at=instant_of(options.text("paid_at"), where="--paid-at"),
    )
    with context.seated() as (desks, actor):
        view = desks.freezing.open_bank(
            actor, name=options.text("asset_name"), told=told_by_bank, words=options.text("because")
        )
        tasks = desks.freezing.tasks(actor, name=view.asset.name)
    return told(context, view, tasks)


def listing(context: Context) -> Reply:
    """List the assets of the office."""
    with context.seated() as (desks, actor):
        found = desks.freezing.list(actor, purpose=context.purpose(desks))
    rows = [
        (
            one.name,
            context.say("line.freeze_row", remaining=one.text(one.clock.remaining), held=one.text(one.held)),
            context.say("line.freeze_claimed", count=len(one.open_claims)) if one.open_claims else "",
            context.say("line.freeze_unweighed", count=len(one.unweighed)) if one.unweighed else "",
        )
        for one in found
    ]
    return Reply(
        value={"assets": [asset_value(one) for one in found]},
        lines=table(rows) or (context.say("line.none"),),
    )


def figures(context: Context) -> Reply:
    """Tell figures; small counts are hidden with their sums."""
    from comity.kernel.amounts import decimal_text

    with context.seated() as (desks, actor):
        found = desks.freezing.figures(actor, purpose=context.purpose(desks))
    lines = [
        context.say(
            "line.freeze_figures",
            assets=found.assets,
            asked=found.asked,
            alarmed=found.alarmed,
            claimed=found.claimed,
        )
    ]
    if found.median_seconds is not None and found.slow_seconds is not None:
        lines.append(
            context.say(
                "line.freeze_speed", median=_minutes(found.median_seconds), slow=_minutes(found.slow_seconds)
            )
        )
    rows: list[tuple[str, ...]] = []
    for one in found.worth:
        sums = (one.found, one.frozen, one.held, one.released)
        told = ["" if units is None else f"{decimal_text(units, one.decimals)} {one.unit}" for units in sums]
        count = context.say("line.scams.hidden") if one.count is None else str(one.count)
        rows.append((printable(one.name), count, *told))
    if rows:
        heads = ("network", "count", "found", "frozen", "held", "released")
        rows.insert(0, tuple(context.words.label("freeze.figure", one) for one in heads))
    value = {
        "assets": found.assets,
        "asked": found.asked,
        "alarmed": found.alarmed,
        "claimed": found.claimed,
        "median_seconds": found.median_seconds,
        "slow_seconds": found.slow_seconds,
        "worth": [
            {
                "name": one.name,
                "unit": one.unit,
                "decimals": one.decimals,
                "count": one.count,
                **{
                    name: None if units is None else str(units)
                    for name, units in (
                        ("found", one.found), ("frozen", one.frozen), ("held", one.held),
                        ("released", one.released),
                    )
                },
            }
            for one in found.worth
        ],
    }  # fmt: skip
    return Reply(value=value, lines=(*lines, *table(rows)))


def _minutes(seconds: int) -> str:
    return f"{seconds // 60}:{seconds % 60:02d}"


def show(context: Context) -> Reply:
    """Show an asset with its book."""
    name = context.options.text("asset_name")
    with context.seated() as (desks, actor):
        view = desks.freezing.show(actor, name=name, purpose=context.purpose(desks))
        tasks = desks.freezing.tasks(actor, name=name)
    return told(context, view, tasks)


def look(context: Context) -> Reply:
    """Ask the ledger again, and tell what has moved."""
    name = context.options.text("asset_name")
    with context.seated() as (desks, actor):
        view = desks.freezing.look_again(actor, name=name, purpose=context.purpose(desks))
        tasks = desks.freezing.tasks(actor, name=name)
    return told(context, view, tasks)


def told(context: Context, view: AssetView, tasks: Sequence[Task] = ()) -> Reply:
    """Return the answer that shows an asset: its clock, its sums, what is open, its book."""
    return Reply(
        value={
            **asset_value(view.asset),
            "lines": [_line_value(one) for one in view.lines],
            "answers": [asdict(one) for one in view.answers],
            "tasks": [{"task": one.id, "code": one.code, "due": moment(Instant(one.due))} for one in tasks],
        },
        lines=(
            *_head(context, view.asset),
            *_open(context, view.asset),
            *_asked(context, view),
            *table([_row(context, view.asset, one) for one in view.lines], indent=2),
            *task_lines(context, tasks),
            context.say("line.trace_person"),
        ),
    )


def _question(context: Context) -> Question | None:
    from comity.tracing.questions import Question
    from comity.tracing.taint import Method

    options = context.options
    if not options.many("seed"):
        return None
    return Question(
        method=Method(options.text("method") or Method.HAIRCUT.value),
        seeds=options.many("seed"),
        since=instant_of(options.text("paid_since"), where="--since"),
        until=instant_of(options.text("paid_until"), where="--until"),
    )


def _head(context: Context, asset: Asset) -> Iterable[str]:
    clock = asset.clock
    yield context.say(
        "line.freeze_clock",
        name=asset.name,
        found=asset.text(clock.found),
        remaining=asset.text(clock.remaining),
        lost=asset.text(clock.lost),
        at=moment(clock.looked_at) or "",
    )
    if clock.went is not None and clock.came is not None:
        yield context.say("line.freeze_since", went=asset.text(clock.went), came=asset.text(clock.came))
    for spot in clock.elsewhere[:10]:
        yield f"  + {asset.text(int(spot.units))}  {printable(spot.address)}"
    yield context.say(
        "line.freeze_sums",
        held=asset.text(asset.held),
        frozen=asset.text(asset.frozen),
        lifted=asset.text(asset.lifted),
        released=asset.text(asset.released),
    )


def _open(context: Context, asset: Asset) -> Iterable[str]:
    for claim in asset.open_claims:
        yield context.say("line.freeze_claim", line=claim.number, who=printable(claim.who))
    for gone in asset.untagged:
        yield from _untagged(context, asset, gone)
    for order in asset.waiting:
        yield context.say("line.freeze_order", line=order.number, provider=printable(order.provider))
    for held in asset.custody:
        amount = asset.text(held.amount)
        yield context.say(
            "line.freeze_custody",
            line=held.number,
            custodian=printable(held.custodian),
            address=held.address,
            amount=amount,
        )
    for currency, units in asset.costs:
        whole, rest = divmod(units, 10**4)
        digits = f"{rest:04d}".rstrip("0").ljust(2, "0")
        yield context.say("line.freeze_costs", amount=f"{whole}.{digits} {currency}")


def _asked(context: Context, view: AssetView) -> Iterable[str]:
    """Yield each item of a request that the asset is tied to, with what became of it."""
    known = {(one.request, one.item): one for one in view.answers}
    for asked in view.asset.asked:
        said = context.say("line.freeze_asked", request=asked.request[:12], item=asked.item)
        found = known.get((asked.request, asked.item))
        if found is not None:
            done = found.state in ("executed", "partly")  # a measure is not handed over
            parts = [context.words.label("freeze_item" if done else "item", found.state)]
            parts += [context.words.label("ground", found.ground)] if found.ground else []
            said += f": {', '.join(parts)} {found.act[:12]}".rstrip()
            if found.lifted:
                why = context.words.label("talk", found.lifted_for)
                said += " · " + context.say("line.freeze_undone", act=found.lifted[:12], why=why)
        yield said


def _untagged(context: Context, asset: Asset, gone: Untagged) -> Iterable[str]:
    yield context.say(
        "line.freeze_untagged",
        line=gone.number,
        at=moment(gone.at) or "",
        by=printable(gone.by),
        tags="; ".join(printable(one) for one in gone.tags),
        why=printable(gone.why),
    )
    if gone.outcome is None:
        yield "  " + context.say("line.freeze_weigh", name=asset.name, line=gone.number)
    else:
        said = context.words.label("freeze_weighed", gone.outcome)
        yield "  " + context.say("line.freeze_weighed", said=said, words=printable(gone.words))


def _row(context: Context, asset: Asset, line: Line) -> tuple[str, ...]:
    tag = str(line.fact.__struct_config__.tag)
    said = context.words.label("freeze.line", tag)
    return (
        str(line.number),
        moment(Instant(line.fact.at)) or "",
        said,
        line.officer,
        *_said(context, asset, line),
    )


def _said(context: Context, asset: Asset, line: Line) -> tuple[str, ...]:
    """Return what a line says in a few words: what came of it, how much, and of whom."""
    fact = line.fact
    family = {"carried": "freeze_came", "ruling": "freeze_judged", "weighed": "freeze_weighed"}
    told = []
    if outcome := getattr(fact, "outcome", None):
        told.append(context.words.label(family[str(fact.__struct_config__.tag)], str(outcome)))
    units = getattr(fact, "amount", None) or getattr(fact, "remaining", None)
    if units is not None:
        currency = getattr(fact, "currency", "")
        told.append(f"{units} {currency}" if currency else asset.text(int(units)))
    told += [printable(one) for name in _WHOM if (one := getattr(fact, name, ""))]
    told += [printable(one) for one in getattr(fact, "tags", ())]
    return ("; ".join(told),)


def _line_value(line: Line) -> Value:
    import msgspec

    fact: dict[str, object] = msgspec.to_builtins(line.fact)
    fact["at"] = moment(Instant(line.fact.at))
    return {"line": line.number, "officer": line.officer, "previous": line.previous, **fact}


def asset_value(asset: Asset) -> dict[str, object]:
    """Return an asset as JSON: amounts as texts in the smallest unit."""
    clock = asset.clock
    return {
        "name": asset.name,
        "kind": "coins" if asset.is_coin else "account",
        "unit": asset.unit,
        "decimals": asset.decimals,
        "found": str(clock.found),
        "remaining": str(clock.remaining),
        "lost": str(clock.lost),
        "went": None if clock.went is None else str(clock.went),
        "came": None if clock.came is None else str(clock.came),
        "looked_at": moment(clock.looked_at),
        "elsewhere": [{"address": one.address, "units": one.units} for one in clock.elsewhere],
        "frozen": str(asset.frozen),
        "lifted": str(asset.lifted),
        "released": str(asset.released),
        "held": str(asset.held),
        "in_custody": str(asset.in_custody),
        "custody": [
            {
                "line": one.number,
                "custodian": one.custodian,
                "address": one.address,
                "units": str(one.amount),
            }
            for one in asset.custody
        ],
        "open_claims": [one.number for one in asset.open_claims],
        "untagged": [
            {
                "line": one.number,
                "at": moment(one.at),
                "tags": list(one.tags),
                "by": one.by,
                "reason": one.why,
                "outcome": None if one.outcome is None else one.outcome.value,
                "words": one.words,
            }
            for one in asset.untagged
        ],
        "orders": [
            {
                "line": one.number,
                "provider": one.provider,
                "key": one.key,
                "outcome": None if one.outcome is None else one.outcome.value,
            }
            for one in asset.orders
        ],
        "requests": [{"request": one.request, "item": one.item} for one in asset.asked],
        "head": asset.head,
    }
