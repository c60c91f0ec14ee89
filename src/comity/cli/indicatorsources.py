"""Commands on servers of others: which are known, what is fetched from them, what they are given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.context import read_file
from comity.cli.output import Reply, printable, table
from comity.cli.problems import UsageError
from comity.cli.values import moment
from comity.kernel.errors import ComityError

if TYPE_CHECKING:
    from collections.abc import Callable

    from comity.cli.context import Context
    from comity.cli.values import Value
    from comity.node.pulling import Pulled, SourceView

_MOST_SECRET = 8192
_MOST_CERTIFICATES = 1 << 20
_MOST_LINES = 20


def add(context: Context) -> Reply:
    """Make a source known; the key is read from a file and kept sealed."""
    from comity.indicators.sources import SourceKind, SourceRecord
    from comity.kernel.clock import Instant

    options = context.options
    taxii, misp = options.text("taxii"), options.text("misp")
    if bool(taxii) == bool(misp):
        raise UsageError("usage.source", where="--taxii")
    secret, certificates = options.text("key_file"), options.text("certificates")
    told = read_file(certificates, most=_MOST_CERTIFICATES).decode("ascii", "replace") if certificates else ""
    if told:
        context.toolbox.indicators().require_certificates(told)
    key = read_file(secret, most=_MOST_SECRET).partition(b"\n")[0].strip() if secret else b""
    record = SourceRecord(
        name=options.text("source"),
        kind=SourceKind.TAXII if taxii else SourceKind.MISP,
        url=taxii or misp,
        collection=options.text("collection"),
        user=options.text("user"),
        certificates=told,
        allow_private=options.flag("allow_private"),
        made_at=Instant(0),
    )
    with context.seated() as (desks, actor):
        made = desks.sources.add(actor, record, secret=key)
    return Reply(
        value=_source_value(made), lines=(context.say("line.sources.added", name=printable(record.name)),)
    )


def listing(context: Context) -> Reply:
    """List the sources, and how far each was read."""
    with context.seated() as (desks, actor):
        found = desks.sources.list(actor)
    rows = [
        (
            printable(one.record.name),
            one.record.kind.value,
            printable(one.record.url),
            printable(one.record.collection),
            (moment(one.state.at) or "") if one.state.at else "",
        )
        for one in found
    ]
    return Reply(
        value=[_source_value(one) for one in found], lines=table(rows) or (context.say("line.none"),)
    )


def remove(context: Context) -> Reply:
    """Forget a source and its key; what it brought stays."""
    with context.seated() as (desks, actor):
        made = desks.sources.remove(actor, name=context.options.text("source"))
    line = context.say("line.sources.removed", name=printable(made.record.name))
    return Reply(value=_source_value(made), lines=(line,))


def pull(context: Context) -> Reply:
    """Fetch what one source has, or all of them, that was not read yet.

    Of several sources one that cannot be read hinders none of the others; its error decides the exit code.
    """
    room, name = context.toolbox.indicators(), context.options.text("source")
    values: list[Value] = []
    lines: list[str] = []
    exit_code = 0
    with context.seated() as (desks, actor):
        for one in [name] if name else [each.record.name for each in desks.sources.list(actor)]:
            tell = _teller(context, one)
            try:
                made = desks.sources.pull(actor, name=one, reach=room.reach, judge=room.judge, tell=tell)
            except ComityError as exc:
                if name:
                    raise
                exit_code = exit_code or exc.exit_code
                values.append({"source": one, "problem": dict(exc.problem())})
                lines.append(context.say("line.sources.failed", name=printable(one), code=exc.code))
            else:
                values.append(_pulled_value(made))
                lines += _pulled_lines(context, made)
    return Reply(value=values, lines=tuple(lines) or (context.say("line.none"),), exit_code=exit_code)


def _pulled_lines(context: Context, made: Pulled) -> list[str]:
    line = context.say(
        "line.sources.pulled",
        name=printable(made.source),
        added=made.added,
        renewed=made.renewed,
        same=made.same,
        held=made.held,
        refused=made.refusals,
    )
    return [line, *(f"  {printable(item)}  {code}" for item, code in made.refused[:_MOST_LINES])]


def push(context: Context) -> Reply:
    """Give statements to a collection of TAXII: all of those named, or none."""
    options = context.options
    with context.seated() as (desks, actor):
        made = desks.sources.push(
            actor,
            name=options.text("source"),
            names=options.many("name"),
            reach=context.toolbox.indicators().reach,
            override=options.text("override"),
        )
    line = context.say(
        "line.sources.pushed",
        name=printable(made.source),
        taken=made.taken,
        failed=made.failed,
        pending=made.pending,
    )
    value: Value = {
        "source": made.source,
        "ids": list(made.ids),
        "taken": made.taken,
        "failed": made.failed,
        "pending": made.pending,
    }
    return Reply(value=value, lines=(line,))


def _teller(context: Context, name: str) -> Callable[[int, int], None] | None:
    if context.wants_json or not context.stderr.isatty():
        return None

    def tell(pages: int, items: int) -> None:
        told = context.say("line.sources.progress", name=printable(name), pages=pages, items=items)
        context.stderr.write(f"{told}\n")

    return tell


def _source_value(one: SourceView) -> Value:
    record = one.record
    return {
        "name": record.name,
        "kind": record.kind.value,
        "url": record.url,
        "collection": record.collection,
        "user": record.user,
        "has_key": bool(record.secret),
        "has_certificates": bool(record.certificates),
        "allow_private": record.allow_private,
        "since": one.state.since,
        "is_cut": bool(one.state.begun),
        "pulled_at": moment(one.state.at) if one.state.at else None,
    }


def _pulled_value(one: Pulled) -> Value:
    return {
        "source": one.source,
        "pages": one.pages,
        "items": one.items,
        "added": one.added,
        "renewed": one.renewed,
        "same": one.same,
        "held": one.held,
        "refusals": one.refusals,
        "refused": [{"id": item, "code": code} for item, code in one.refused],
    }
