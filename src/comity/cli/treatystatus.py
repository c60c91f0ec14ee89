"""Who is bound: status on a day, entry into force with a what-if, the depositary's page, a pair."""

from __future__ import annotations

import dataclasses
from pathlib import PurePath
from typing import TYPE_CHECKING

from comity.cli.basing import node_here, operators_own, overlay_of
from comity.cli.context import read_file
from comity.cli.days import day_named
from comity.cli.output import Reply, printable, table, wrap
from comity.cli.problems import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from comity.cli.context import Context
    from comity.kernel.ids import PartyCode
    from comity.treaty.book import Book
    from comity.treaty.standing import Event
    from comity.treaty.views import ForceView, ImportView, PartyView, StatusView, When


def status(context: Context) -> Reply:
    """Tell who signed, who is bound and what was said, on a day."""
    import msgspec

    from comity.treaty.service import status_on

    on = day_named(context.options.text("on"))
    view = status_on(on, book=book_of(context), beside=beside_of(context))
    wanted = context.options.text("party")
    if wanted:
        party = party_named(wanted, "--party")
        kept = {code: row for code, row in view.parties.items() if code == party}
        view = dataclasses.replace(view, parties=kept)
    return Reply(value=msgspec.to_builtins(view), lines=_status_lines(context, view, whole=bool(wanted)))


def force(context: Context) -> Reply:
    """Tell whether the Convention is in force on a day, and from when each depositor is bound."""
    import msgspec

    from comity.treaty.service import force_on

    told = context.options.text("on")
    on = day_named(told)
    view = force_on(
        on,
        as_at=on if told else None,
        supposed=[_supposed(text) for text in context.options.many("deposit")],
        book=book_of(context),
        beside=beside_of(context),
    )
    return Reply(value=msgspec.to_builtins(view), lines=_force_lines(context, view))


def take(context: Context) -> Reply:
    """Show what a page of the depositary changes, and keep it unless only a look was asked for."""
    import hashlib

    import msgspec

    from comity.treaty.service import compared
    from comity.treaty.views import import_view

    options = context.options
    path, look = options.text("file"), options.flag("dry_run")
    data, room = read_file(path, most=16 * 1024 * 1024), context.toolbox.treaty()
    page = room.page(data, where=path)
    folder = node_here(context)
    found = compared(
        page,
        book=room.book(folder),
        on=day_named(""),
        name=PurePath(path).name,
        sha256=hashlib.sha256(data).hexdigest(),
    )
    if not look:
        room.keep(folder or context.node, found.book)
    view = import_view(found, applied=not look)
    return Reply(value=msgspec.to_builtins(view), lines=_import_lines(context, view))


def between(context: Context) -> Reply:
    """Tell what one Party may ask of another on a day, mechanism by mechanism."""
    import msgspec

    from comity.treaty.overlay import NO_OVERLAY
    from comity.treaty.pairs import pair

    options = context.options
    view = pair(
        party_named(options.text("requesting"), "--from"),
        party_named(options.text("requested"), "--to"),
        on=day_named(options.text("on")),
        overlay=overlay_of(context) or NO_OVERLAY,
    )
    rows = [
        (
            context.words.label("kind", one.kind),
            context.words.label("verdict_basis", one.verdict),
            context.words.label("instrument", one.instrument) if one.instrument else "",
            one.article,
        )
        for one in view.mechanisms
    ]
    return Reply(value=msgspec.to_builtins(view), lines=table(rows))


def book_of(context: Context) -> Book:
    """Return what the node here took from the depositary; an empty book without a node."""
    from comity.treaty.book import EMPTY

    folder = node_here(context)
    return EMPTY if folder is None else context.toolbox.treaty().book(folder)


def beside_of(context: Context) -> Iterable[Event]:
    """Return the operator's own events on the Convention."""
    own = operators_own(context)
    return () if own is None else own.events.get("uncc", ())


def party_named(text: str, where: str) -> PartyCode:
    """Return a Party that an option names; raise UsageError ``usage.party``."""
    from comity.kernel.errors import MalformedError
    from comity.kernel.ids import parse_party

    try:
        return parse_party(text)
    except MalformedError as exc:
        raise UsageError("usage.party", where=where, value=text[:40]) from exc


def _supposed(text: str) -> Event:
    from datetime import date

    from comity.treaty.force import suppose

    party, equals, days = text.partition("=")
    first, _, last = days.partition("..")
    try:
        on, until = date.fromisoformat(first), date.fromisoformat(last or first)
        if not equals or until < on:
            raise ValueError(text)
    except ValueError as exc:
        raise UsageError("usage.deposit", where="--deposit", value=text[:40]) from exc
    return suppose(party_named(party, "--deposit"), on, until=until)


def _shown(context: Context, when: When) -> str:
    from datetime import date

    if when is None:
        return context.say("treaty.no_day")
    if isinstance(when, date):
        return when.isoformat()
    return context.say("treaty.between", earliest=when.earliest.isoformat(), latest=when.latest.isoformat())


def _named(context: Context, party: str) -> str:
    from comity.wording.places import party_name

    return f"{party_name(party, language=context.words.language)} ({party})"


def _force_lines(context: Context, view: ForceView) -> tuple[str, ...]:
    key = "treaty.in_force" if view.in_force else "treaty.not_in_force"
    lines = [
        context.say(key, on=view.on.isoformat()),
        context.say("treaty.counted", count=view.counted, needed=view.needed),
    ]
    if view.date is not None:
        lines.append(context.say("treaty.since", when=_shown(context, view.date)))
    lines += ["", *_deposit_rows(context, view)]
    return tuple(lines)


def _deposit_rows(context: Context, view: ForceView) -> tuple[str, ...]:
    rows = [
        (
            _named(context, party),
            context.words.label("treaty.event", one.event),
            _shown(context, one.deposited),
            context.say("treaty.bound", when=_shown(context, one.bound_from)),
            "" if one.counted else context.say("treaty.uncounted"),
            context.say("treaty.supposed") if one.supposed else context.words.label("treaty.mark", one.mark),
        )
        for party, one in view.parties.items()
    ]
    return table(rows)


def _status_lines(context: Context, view: StatusView, *, whole: bool) -> tuple[str, ...]:
    lines = [
        context.say(
            "treaty.status",
            on=view.on.isoformat(),
            signatories=view.signatories,
            count=view.force.counted,
            needed=view.force.needed,
        ),
        "",
        *_deposit_rows(context, view.force),
    ]
    for party, one in view.parties.items():
        if one.statements or one.notifications or whole:
            lines += ["", _named(context, party), *_party_lines(context, one)]
    return tuple(lines)


def _party_lines(context: Context, one: PartyView) -> tuple[str, ...]:
    lines: list[str] = []
    if one.signature is not None:
        lines.append("    " + context.say("treaty.signed", when=_shown(context, one.signature)))
    for row in one.statements:
        sort = context.words.label("treaty.sort", row.sort)
        head = context.say(
            "treaty.statement", place=row.provision or "-", sort=sort, when=_shown(context, row.made)
        )
        lines += wrap(head, indent=4)
        lines += wrap(printable(row.effect.replace("\n", " ")), indent=8)
        if row.confirmation in ("awaited", "unknown"):
            lines += wrap(context.words.label("treaty.confirmation", row.confirmation), indent=8)
        for other in row.objections:
            text = context.say(
                "treaty.objection", party=_named(context, other.party), when=_shown(context, other.on)
            )
            lines += wrap(text, indent=8)
    for note in one.notifications:
        lines += wrap(f"{note.provision}: {printable(note.effect)}", indent=4, hang=4)
    return tuple(lines)


def _import_lines(context: Context, view: ImportView) -> tuple[str, ...]:
    rows = [
        (
            context.words.label("treaty.change", one.change),
            _named(context, one.party),
            context.words.label("treaty.event", one.event),
            one.provision,
            "" if one.before is None else _shown(context, one.before),
            "→" if one.before is not None and one.after is not None else "",
            "" if one.after is None else _shown(context, one.after),
        )
        for one in view.changes
    ]
    lines = [*table(rows)] or [context.say("treaty.no_change")]
    lines += [
        context.say(f"treaty.unread.{reason}", text=printable(text[:120])) for reason, text in view.unread
    ]
    if view.kept:
        lines.append(context.say("treaty.kept", count=view.kept))
    lines.append(context.say("treaty.applied" if view.applied else "treaty.looked"))
    return tuple(lines)
