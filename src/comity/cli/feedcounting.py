"""The command on figures of feeds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.output import Reply, printable
from comity.cli.values import moment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comity.cli.context import Context
    from comity.cli.values import Value
    from comity.indicators.feedfigures import AlertFlow, FeedFigures, Flow, Standing
    from comity.indicators.figures import Count


def figures(context: Context) -> Reply:
    """Tell what went to whom and came from whom, how soon it was receipted, and what is open."""
    options = context.options
    with context.seated() as (desks, actor):
        found = desks.feeds.figures(
            actor, first=options.text("first"), last=options.text("last"), stands=options.flag("stands")
        )
    return Reply(value=figures_value(found), lines=tuple(_lines(context, found)))


def figures_value(found: FeedFigures) -> Value:
    """Return figures as JSON, as the interface gives them."""
    import msgspec

    made: Value = msgspec.to_builtins(found)
    return made


def _lines(context: Context, found: FeedFigures) -> list[str]:
    say = context.say
    lines = [say("line.feed.span", since=moment(found.since) or "", until=moment(found.until) or "")]
    for flow in found.flows:
        lines += _flow(context, flow)
    if not found.flows:
        lines.append(say("line.feed.no_flow"))
    for one in found.unconfirmed:
        key = "line.feed.unconfirmed_least" if one.at_least else "line.feed.unconfirmed"
        feed, oldest = _feed(context, one.feed, one.list), moment(one.oldest) or ""
        lines.append(say(key, office=printable(one.office), feed=feed, count=one.count, at=oldest))
    if not found.unconfirmed:
        lines.append(say("line.feed.confirmed"))
    lines += [_alert(context, one) for one in found.alerts]
    for held in found.receivers:
        state = "line.feed.key" if held.revoked_at is None else "line.feed.key_revoked"
        lines.append(say(state, name=printable(held.name), tlp=held.tlp.upper(), count=held.brought))
    for source in found.sources:
        last = moment(source.pulled_at) or "–"
        lines.append(say("line.feed.source", name=printable(source.name), at=last))
        if source.failed_at is not None:
            failed = moment(source.failed_at) or ""
            lines.append(f"  {say('line.feed.source_failed', at=failed, code=printable(source.fault))}")
    return lines if found.standing is None else [*lines, *_standing(context, found.standing)]


def _flow(context: Context, flow: Flow) -> list[str]:
    kinds = _counted(context, "feed_change", flow.changes)
    feed = _feed(context, flow.feed, flow.list)
    key = "line.feed.flow_sent" if flow.direction == "sent" else "line.feed.flow_received"
    lines = [context.say(key, office=printable(flow.office), feed=feed, kinds=kinds or "0")]
    if flow.direction == "sent":
        told = context.say("line.feed.flow_stored", taken=flow.taken, waiting=flow.waiting)
    else:
        told = context.say("line.feed.flow_taken", taken=flow.taken)
    lines.append(f"  {told}")
    if flow.median_seconds is not None and flow.slow_seconds is not None:
        speed = context.say(
            "line.feed.speed", median=_seconds(flow.median_seconds), slow=_seconds(flow.slow_seconds)
        )
        lines.append(f"  {speed}")
    for one in flow.refused:
        why = context.say("line.feed.flow_refused", count=one.count or 0, code=printable(one.name))
        lines.append(f"  {why}")
    return lines


def _alert(context: Context, one: AlertFlow) -> str:
    return context.say(
        "line.alert.flow_sent" if one.direction == "sent" else "line.alert.flow_received",
        office=printable(one.office),
        count=one.alerts,
        yes=one.yes,
        no=one.no,
        unsaid=one.unsaid,
        open=one.open,
        late=one.late,
        recalled=one.recalled,
    )


def _standing(context: Context, found: Standing) -> list[str]:
    lines = [
        context.say(
            "line.feed.standing",
            statements=found.statements,
            published=found.published,
            warned=found.warned,
        )
    ]
    for one in found.held:
        why = _counted(context, "feed_held", one.reasons)
        lines.append(context.say("line.feed.held", office=printable(one.office), why=why or "0"))
    return lines


def _seconds(value: int) -> str:
    return str(value) if value else "<1"


def _feed(context: Context, feed: str, name: str) -> str:
    label = context.words.label("feed_kind", feed)
    return f"{label} {printable(name)}" if name else label


def _counted(context: Context, family: str, counts: Sequence[Count]) -> str:
    return ", ".join(f"{context.words.label(family, one.name)} {one.count}" for one in counts)
