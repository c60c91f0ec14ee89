"""Commands on the mandates that this Party publishes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.context import read_file
from comity.cli.nodes import entry_passphrase
from comity.cli.output import Reply, printable, table
from comity.cli.problems import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from comity.cli.context import Context
    from comity.exchange.mandates import Mandate


def listing(context: Context) -> Reply:
    """List the mandates."""
    with context.desks() as desks:
        found = desks.directory.mandates()
    if found is None:
        return Reply(value={"mandates": None}, lines=(context.say("line.no_mandates"),))
    return Reply(value={"mandates": values(found)}, lines=rows(context, found) or (context.say("line.none"),))


def grant(context: Context) -> Reply:
    """Publish a mandate from a file."""
    options = context.options
    data = read_file(options.text("file"))
    with context.seated() as (desks, actor):
        made = desks.directory.grant(
            actor,
            mandate=data,
            confirmed_by=options.many("confirmed_by"),
            entry_passphrase=entry_passphrase(context, desks),
        )
    return _told(context, made)


def end(context: Context) -> Reply:
    """Let a mandate end."""
    options = context.options
    until = _day(options.text("until"), "--until")
    with context.seated() as (desks, actor):
        made = desks.directory.end(
            actor,
            mandate=options.text("mandate"),
            until=until,
            confirmed_by=options.many("confirmed_by"),
            entry_passphrase=entry_passphrase(context, desks),
        )
    return _told(context, made)


def deputize(context: Context) -> Reply:
    """Name a deputy."""
    options = context.options
    since = _day(options.text("since"), "--since")
    until = _day(options.text("until"), "--until") if options.text("until") else None
    with context.seated() as (desks, actor):
        made = desks.directory.deputize(
            actor,
            mandate=options.text("mandate"),
            officer=options.text("name"),
            since=since,
            until=until,
            confirmed_by=options.many("confirmed_by"),
            entry_passphrase=entry_passphrase(context, desks),
        )
    return _told(context, made)


def values(mandates: Sequence[Mandate]) -> list[object]:
    """Return mandates as JSON values, with every member that says something."""
    import msgspec

    return [msgspec.to_builtins(one) for one in mandates]


def rows(context: Context, mandates: Sequence[Mandate]) -> tuple[str, ...]:
    """Return mandates as rows: name, office, powers, kinds, days, provision."""
    return table(
        (
            one.id,
            one.authority,
            ", ".join(context.words.label("power", power) for power in one.powers),
            ", ".join(one.kinds) or context.say("label.all_kinds"),
            f"{one.since} – {one.until or ''}",
            printable(one.provision),
        )
        for one in mandates
    )


def _told(context: Context, made: Mandate) -> Reply:
    line = context.say("line.mandate_published", mandate=made.id, authority=made.authority)
    return Reply(value=values((made,))[0], lines=(line, *rows(context, (made,))))


def _day(text: str, where: str) -> date:
    from datetime import date

    try:
        day = date.fromisoformat(text)
        if day.isoformat() != text:
            raise ValueError(text)
        return day
    except ValueError as exc:
        raise UsageError("usage.date", where=where, value=text[:40]) from exc
