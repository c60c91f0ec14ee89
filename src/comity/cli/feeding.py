"""Commands on what other nodes are given of indicators, and what they give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.output import Reply, printable, table
from comity.cli.problems import UsageError
from comity.cli.values import moment

if TYPE_CHECKING:
    from comity.cli.context import Context
    from comity.cli.values import Value
    from comity.kernel.clock import Instant
    from comity.node.feedbook import BatchRecord, Share
    from comity.node.feedsharing import SharedView
    from comity.node.feedstops import Stop


def share(context: Context) -> Reply:
    """Decide that an office of a peer is given what is published, or end that."""
    from comity.indicators.marks import UNMARKED, parse_tlp

    options = context.options
    to, mark = options.text("to"), options.text("tlp")
    ends = options.flag("end") or options.flag("recall")
    with context.seated() as (desks, actor):
        if ends:
            made = desks.feeds.stop(actor, to=to, recall=options.flag("recall"))
        else:
            made = desks.feeds.share(
                actor,
                to=to,
                purpose=options.text("use"),
                most_tlp=parse_tlp(mark, where="--tlp") if mark else UNMARKED,
                until=day_told(context, "until", "--until"),
            )
    line = "line.feed.ended" if ends else "line.feed.shared"
    return Reply(value=share_value(made), lines=(context.say(line, to=to),))


def shared(context: Context) -> Reply:
    """Tell what is shared with whom and how far it is; of one statement, who was given it."""
    name = context.options.text("name")
    with context.seated() as (desks, actor):
        if not name:
            found = desks.feeds.shared(actor)
            value = [{**share_value(one.share), **_state(one)} for one in found]
            return Reply(
                value=value, lines=table([_row(one) for one in found]) or (context.say("line.none"),)
            )
        given = desks.feeds.holders(actor, name=name)
    rows = [
        (printable(one.office), one.version, "taken back" if one.is_gone else "", "" if one.is_told else "…")
        for one in given
    ]
    held = [
        {"office": one.office, "version": one.version, "taken_back": one.is_gone, "receipted": one.is_told}
        for one in given
    ]
    return Reply(value=held, lines=table(rows) or (context.say("line.none"),))


def received(context: Context) -> Reply:
    """Tell which batches came from peers, and what of them was refused."""
    with context.seated() as (desks, actor):
        source = context.options.text("source")
        found = desks.feeds.received(actor, source=source)
        stops = [one for one in desks.feeds.stops(actor) if one.is_stopped and source in ("", one.office)]
    lines = [
        context.say("line.feed.stopped", office=one.office, feed=one.feed, reason=printable(one.reason))
        for one in stops
    ]
    for one in found:
        lines.append(
            context.say(
                "line.feed.batch",
                at=moment(_at(one)) or "",
                office=printable(one.office),
                feed=printable(f"{one.feed} {one.name}".strip()),
                seq=one.seq,
                taken=one.taken,
                count=one.count,
            )
        )
        lines += [f"  {code} {printable(name)}" for name, code in one.refused[:20]]
    return Reply(value=[batch_value(one) for one in found], lines=tuple(lines) or (context.say("line.none"),))


def take(context: Context) -> Reply:
    """Decide that a feed of a peer is not taken, or is taken again."""
    options = context.options
    source, feed, reason = (
        options.text("source"),
        options.text("feed") or "indicators",
        options.text("reason"),
    )
    withdraw = options.flag("withdraw")
    stops = options.flag("stop") or withdraw
    with context.seated() as (desks, actor):
        if stops:
            made = desks.feeds.refuse(actor, source=source, reason=reason, feed=feed, withdraw=withdraw)
        else:
            made = desks.feeds.resume(actor, source=source, reason=reason, feed=feed)
    line = "line.feed.withdrawn" if withdraw else "line.feed.refused" if stops else "line.feed.taken"
    return Reply(value=stop_value(made), lines=(context.say(line, office=source),))


def day_told(context: Context, name: str, flag: str) -> Instant | None:
    """Return a date of an option; None where it is not told."""
    from comity.kernel.clock import read_instant

    text = context.options.text(name)
    try:
        return read_instant(text) if text else None
    except ValueError as exc:
        raise UsageError("usage.date", where=flag, value=text) from exc


def share_value(one: Share) -> Value:
    """Return a decision as JSON."""
    from comity.indicators.marks import Tlp

    return {
        "office": one.office,
        "root": one.root,
        "feed": one.feed,
        "list": one.name,
        "tlp": Tlp(one.most_tlp).label,
        "purpose": one.purpose,
        "officer": one.officer,
        "since": one.since,
        "until": one.until,
        "stopped": one.stopped,
        "recalled": one.recall,
    }


def batch_value(one: BatchRecord) -> Value:
    """Return a batch as JSON."""
    return {
        "id": one.id,
        "office": one.office,
        "root": one.root,
        "feed": one.feed,
        "list": one.name,
        "epoch": one.epoch,
        "seq": one.seq,
        "at": one.at,
        "count": one.count,
        "taken": one.taken,
        "refused": [{"name": name, "code": code} for name, code in one.refused],
    }


def stop_value(one: Stop) -> Value:
    """Return a decision on taking a feed as JSON."""
    return {
        "office": one.office,
        "root": one.root,
        "feed": one.feed,
        "taken": not one.is_stopped,
        "at": one.at,
        "officer": one.officer,
        "reason": one.reason,
        "language": one.language,
        "withdrawn": bool(one.upto),
    }


def _state(one: SharedView) -> Value:
    state = one.state
    return {
        "seq": state.seq,
        "waiting_for_receipt": bool(state.pending),
        "stored_at": state.stored_at or None,
        "refused": state.code,
        "declined": state.declined or None,
        "changes_to_look_at": one.waits,
    }


def _row(one: SharedView) -> tuple[str, ...]:
    from comity.indicators.marks import Tlp

    share, state = one.share, one.state
    ended = "ended" if share.stopped is not None else "declined" if state.declined else ""
    waits = "…" if state.pending or one.waits else ""
    feed = f"{share.feed} {share.name}".strip()
    return (
        printable(share.office),
        printable(feed),
        Tlp(share.most_tlp).label,
        str(state.seq),
        state.code or ended or waits,
    )


def _at(one: BatchRecord) -> Instant:
    from comity.kernel.clock import Instant

    return Instant(one.at)
