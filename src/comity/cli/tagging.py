"""Commands on tags: packs in and out, what stands, and what is retracted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.output import Reply, printable, table
from comity.cli.tracing import count

if TYPE_CHECKING:
    from collections.abc import Iterable

    from comity.cli.context import Context
    from comity.node.tagging import Taken
    from comity.tracing.packs import Pack, Refused
    from comity.tracing.tags import Gone, Leaned, Tag


def listing(context: Context) -> Reply:
    """List the tags that stand, or those that were retracted."""
    from comity.tracing.reporting import tag_value

    options, most = context.options, count(context)
    if options.flag("gone"):
        return _retracted(context, most)
    with context.seated() as (desks, actor):
        found = desks.tracing.tags.list(actor, title=options.text("pack"), address=options.text("tagged"))
    lines = list(_rows(found[:most]))
    if len(found) > most:
        lines.append(context.say("line.trace_more", count=len(found) - most))
    shown = found[:most] if options.text("count") else found
    return Reply(value=[tag_value(tag) for tag in shown], lines=tuple(lines) or (context.say("line.none"),))


def import_(context: Context) -> Reply:
    """Take in tag packs."""
    options = context.options
    value, lines = [], []
    with context.seated() as (desks, actor):
        for path in options.many("packs"):
            taken = desks.tracing.tags.take(actor, path=path, confidence=options.text("confidence"))
            value.append(taken_value(taken))
            lines += _taken_lines(context, taken)
    return Reply(value=value, lines=tuple(lines))


def export(context: Context) -> Reply:
    """Write tags into a new pack."""
    options, out = context.options, context.options.text("out")
    with context.seated() as (desks, actor):
        written = desks.tracing.tags.export(
            actor,
            path=out,
            title=options.text("pack_title"),
            creator=options.text("creator"),
            pack=options.text("pack"),
            retracted=options.flag("as_retractions"),
        )
    lines = (
        context.say("line.trace_tags", count=written),
        context.say("line.written", path=printable(out)),
    )
    return Reply(value={"path": out, "tags": written}, lines=lines)


def retract(context: Context) -> Reply:
    """Retract tags."""
    options = context.options
    with context.seated() as (desks, actor):
        taken = desks.tracing.tags.retract(
            actor, why=options.text("why"), title=options.text("pack"), address=options.text("tagged")
        )
    return Reply(value=taken_value(taken), lines=tuple(_gone_lines(context, taken)))


def reports(context: Context) -> Reply:
    """List the reports and paths that leaned on tags, and what was retracted of these since."""
    from comity.cli.values import moment
    from comity.tracing.reporting import leaned_value

    most = count(context)
    with context.seated() as (desks, actor):
        found = desks.tracing.tags.leaned(actor)
    lines: list[str] = []
    for one in found[:most]:
        lines += table([(moment(one.at) or "", one.kind, one.ledger, one.answer[:16])])
        lines += ["  " + context.say("line.trace_leaned_gone", count=len(one.gone))] if one.gone else []
        lines += ["  " + line for line in _history(one.gone)]
    if len(found) > most:
        lines.append(context.say("line.trace_more", count=len(found) - most))
    return Reply(
        value=[leaned_value(one) for one in found], lines=tuple(lines) or (context.say("line.none"),)
    )


def _retracted(context: Context, most: int) -> Reply:
    from comity.tracing.reporting import gone_value

    options = context.options
    with context.seated() as (desks, actor):
        found = desks.tracing.tags.retracted(
            actor, title=options.text("pack"), address=options.text("tagged")
        )
    lines = list(_history(found[:most]))
    if len(found) > most:
        lines.append(context.say("line.trace_more", count=len(found) - most))
    return Reply(value=[gone_value(one) for one in found], lines=tuple(lines) or (context.say("line.none"),))


def taken_value(taken: Taken) -> dict[str, object]:
    """Return what became of a pack as JSON."""
    from comity.tracing.packs import Pack
    from comity.tracing.reporting import leaned_value, tag_value

    pack = taken.pack
    value: dict[str, object] = {"title": pack.title, "creator": pack.creator, "sha256": taken.digest}
    value["refused"] = [
        {"place": one.place, "address": one.address, "reason": one.reason} for one in pack.refused
    ]
    if isinstance(pack, Pack):
        return value | {"tags": len(pack.tags), "fresh": taken.fresh, "moved": dict(pack.moved)}
    return value | {
        "retracted": [tag_value(tag) for tag in taken.gone],
        "leaned": [leaned_value(one) for one in taken.leaned],
        "freezes": list(taken.freezes),
    }


def _history(gone: Iterable[Gone]) -> tuple[str, ...]:
    from comity.cli.values import moment

    return table(
        [
            (
                one.tag.address,
                printable(one.tag.label),
                moment(one.at) or "",
                printable(one.by),
                printable(one.why),
            )
            for one in gone
        ]
    )


def _rows(tags: tuple[Tag, ...]) -> tuple[str, ...]:
    return table(
        [
            (
                tag.address,
                tag.network,
                printable(tag.label),
                tag.category or tag.abuse,
                tag.confidence,
                tag.lastmod,
            )
            for tag in tags
        ]
    )


def _taken_lines(context: Context, taken: Taken) -> list[str]:
    from comity.tracing.packs import Pack

    pack = taken.pack
    if isinstance(pack, Pack):
        return _pack_lines(context, pack, taken.fresh)
    return [printable(pack.title), *_gone_lines(context, taken), *_refused(context, pack.refused)]


def _gone_lines(context: Context, taken: Taken) -> list[str]:
    lines = [context.say("line.trace_retracted", count=len(taken.gone))]
    if taken.leaned:
        lines.append(context.say("line.trace_leaned", count=len(taken.leaned)))
        lines += [f"  {_leaned(one)}" for one in taken.leaned]
    if taken.freezes:
        lines.append(context.say("line.trace_freezes", names=", ".join(taken.freezes)))
    return lines


def _leaned(one: Leaned) -> str:
    return f"{one.kind}  {one.ledger}  {one.answer}"


def _pack_lines(context: Context, pack: Pack, fresh: int) -> list[str]:
    lines = [
        context.say(
            "line.trace_pack",
            title=printable(pack.title),
            tags=len(pack.tags),
            fresh=fresh,
            refused=len(pack.refused),
        ),
        *_refused(context, pack.refused),
    ]
    for address, network in pack.moved.items():
        lines.append("  " + context.say("line.trace_moved", address=address, network=network))
    if any(one.reason == "confidence" for one in pack.refused):
        lines.append(context.say("line.trace_confidence"))
    return lines


def _refused(context: Context, refused: tuple[Refused, ...]) -> list[str]:
    lines = []
    for one in refused[:10]:
        said = context.words.label("trace.refused", one.reason.partition(".")[0])
        lines.append(f"  {one.place}  {printable(one.address)}  {said}")
    if len(refused) > 10:
        lines.append("  " + context.say("line.trace_more", count=len(refused) - 10))
    return lines
