"""Commands on tags: packs in and out, what stands, and what is retracted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.output import Reply, printable, table
from comity.cli.tracing import count

if TYPE_CHECKING:
    from comity.cli.context import Context
    from comity.tracing.tags import Pack, Tag


def listing(context: Context) -> Reply:
    """List the tags that stand."""
    from comity.tracing.reporting import tag_value

    options, most = context.options, count(context)
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
            pack, fresh = desks.tracing.tags.take(actor, path=path, confidence=options.text("confidence"))
            value.append(_pack(pack, fresh))
            lines += _pack_lines(context, pack, fresh)
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
        )
    lines = (
        context.say("line.trace_tags", count=written),
        context.say("line.written", path=printable(out)),
    )
    return Reply(value={"path": out, "tags": written}, lines=lines)


def retract(context: Context) -> Reply:
    """Retract tags."""
    from comity.tracing.reporting import tag_value

    options = context.options
    with context.seated() as (desks, actor):
        gone = desks.tracing.tags.retract(
            actor, why=options.text("why"), title=options.text("pack"), address=options.text("tagged")
        )
    return Reply(
        value=[tag_value(tag) for tag in gone], lines=(context.say("line.trace_retracted", count=len(gone)),)
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


def _pack(pack: Pack, fresh: int) -> dict[str, object]:
    return {
        "title": pack.title,
        "creator": pack.creator,
        "tags": len(pack.tags),
        "fresh": fresh,
        "refused": [
            {"place": one.place, "address": one.address, "reason": one.reason} for one in pack.refused
        ],
        "moved": dict(pack.moved),
    }


def _pack_lines(context: Context, pack: Pack, fresh: int) -> list[str]:
    lines = [
        context.say(
            "line.trace_pack",
            title=printable(pack.title),
            tags=len(pack.tags),
            fresh=fresh,
            refused=len(pack.refused),
        )
    ]
    for one in pack.refused[:10]:
        said = context.words.label("trace.refused", one.reason.partition(".")[0])
        lines.append(f"  {one.place}  {printable(one.address)}  {said}")
    if len(pack.refused) > 10:
        lines.append("  " + context.say("line.trace_more", count=len(pack.refused) - 10))
    for address, network in pack.moved.items():
        lines.append("  " + context.say("line.trace_moved", address=address, network=network))
    if any(one.reason == "confidence" for one in pack.refused):
        lines.append(context.say("line.trace_confidence"))
    return lines
