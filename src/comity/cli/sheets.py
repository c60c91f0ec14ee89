"""Commands on procedure sheets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.context import read_file
from comity.cli.output import Reply, printable, table
from comity.cli.problems import UsageError

if TYPE_CHECKING:
    from datetime import date

    from comity.cli.context import Context
    from comity.requests.sheets import KeptSheet, SheetStep

_EXAMPLE = "XAB"


def listing(context: Context) -> Reply:
    """List the sheets of this node."""
    with context.desks() as desks:
        found = desks.sheets.list()
    lines = tuple(_head(context, one) for one in found)
    return Reply(value={"sheets": [_value(one) for one in found]}, lines=lines or (context.say("line.none"),))


def show(context: Context) -> Reply:
    """Show the sheet of a Party that holds on a day."""
    options = context.options
    with context.desks() as desks:
        found = desks.sheets.show(options.text("party"), on=_day(options.text("on")))
    if options.flag("raw"):
        return Reply(value=_document(found.data), lines=tuple(found.data.decode("utf-8").splitlines()))
    return Reply(value=_value(found), lines=(_head(context, found), *_lines(context, found)))


def check(context: Context) -> Reply:
    """Check a sheet without keeping it."""
    data = read_file(context.options.text("file"))
    with context.desks() as desks:
        found = desks.sheets.check(data)
    return Reply(value=_value(found), lines=(context.say("line.sheet_good"), *_lines(context, found)))


def put(context: Context) -> Reply:
    """Keep a new version of a sheet."""
    options = context.options
    data = read_file(options.text("file"))
    with context.seated() as (desks, actor):
        found = desks.sheets.set(actor, data=data, confirmed_by=options.many("confirmed_by"))
    sheet = found.sheet
    line = context.say(
        "line.sheet_kept", party=sheet.party, version=sheet.version, since=sheet.since.isoformat()
    )
    return Reply(value=_value(found), lines=(line,))


def example(context: Context) -> Reply:
    """Print a sheet to begin with: the one that ships for a practice Party."""
    from comity.requests.sheets import shipped_sheet

    found = shipped_sheet(_EXAMPLE)
    data = b"{}" if found is None else found.data
    return Reply(value=_document(data), lines=tuple(data.decode("utf-8").splitlines()))


def schema(context: Context) -> Reply:
    """Print the JSON Schema of sheets."""
    from comity.kernel.packaged import packaged_bytes

    data = packaged_bytes("comity.requests", "data/sheets/sheet.schema.json")
    return Reply(value=_document(data), lines=tuple(data.decode("utf-8").splitlines()))


def _document(data: bytes) -> object:
    import json

    return json.loads(data)


def _value(found: KeptSheet) -> dict[str, object]:
    return {"digest": found.digest, "ships": found.ships, "sheet": _document(found.data)}


def _head(context: Context, found: KeptSheet) -> str:
    sheet = found.sheet
    return context.say(
        "line.sheet",
        party=sheet.party,
        version=sheet.version,
        since=sheet.since.isoformat(),
        mark=context.words.label("sheet_mark", sheet.source.mark),
    )


def _lines(context: Context, found: KeptSheet) -> tuple[str, ...]:
    lines: list[str] = []
    for measure in found.sheet.measures:
        lines.append("  " + ", ".join(measure.kinds))
        lines += table((_row(context, step) for step in measure.steps), indent=4)
    return tuple(lines)


def _row(context: Context, step: SheetStep) -> tuple[str, ...]:
    words = context.words
    limit = (
        "" if step.limit is None else f"{step.limit.count} {words.label('web.home.unit', step.limit.unit)}"
    )
    remedies = "; ".join(
        f"{words.label('person', one.who)}: {words.label('suspends', one.suspends)}" for one in step.remedies
    )
    return (
        words.label("home_step", step.step),
        printable(step.office_in(words.language)),
        words.label("decider", step.decided_by),
        printable(step.provision),
        limit,
        remedies,
    )


def _day(text: str) -> date | None:
    from datetime import date

    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as exc:
        raise UsageError("usage.date", where="--on", value=text[:40]) from exc
