"""Commands for takedowns: where content is, who is told, what they answered. Nothing is fetched or sent."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from comity.cli.context import read_file, write_file
from comity.cli.output import Reply, printable, table
from comity.cli.problems import UsageError
from comity.kernel.clock import Instant, to_datetime
from comity.kernel.errors import ConflictError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from comity.cli.context import Context
    from comity.node.takedownviews import ClockView, NoticeView, TakedownRow, TakedownView

_MOST_REGISTER = 128 * 1024 * 1024


def listing(context: Context) -> Reply:
    """List the takedowns, those whose clock ends first before the others."""
    with context.seated() as (desks, actor):
        rows = desks.takedowns.listed(actor, purpose=context.purpose(desks))
    lines = tuple(_row_line(context, one) for one in rows)
    return Reply(value=_plain(rows), lines=lines or (context.say("line.none"),))


def _row_line(context: Context, one: TakedownRow) -> str:
    clock = _clock(context, one.clock) if one.clock else ""
    return context.say(
        "takedown.row",
        number=one.number,
        state=context.words.label("takedown_state", one.state),
        where=printable(one.where or one.service),
        clock=clock,
    )


def _clock(context: Context, one: ClockView) -> str:
    if not one.citation:
        return context.say("takedown.no_law")
    if one.due is None:
        return context.say("takedown.no_hours", citation=printable(one.citation))
    key = "takedown.late" if one.late else "takedown.due"
    return context.say(
        key,
        due=_minute(Instant(one.due)),
        citation=printable(one.citation),
        standing=context.words.label("takedown_standing", one.standing),
    )


def open_(context: Context) -> Reply:
    """Open a takedown."""
    from comity.node.takedowns import Where

    options = context.options
    report = options.text("takedown_report")
    with context.seated() as (desks, actor):
        number = desks.takedowns.open(
            actor,
            where=Where(
                place=options.text("takedown_place"),
                address=options.text("takedown_address"),
                service=options.text("takedown_service"),
                registrar=options.text("takedown_registrar"),
            ),
            subject=options.text("takedown_subject"),
            why=options.text("guard_why"),
            hashes=options.many("takedown_hash"),
            report=_whole(report, "--report") if report else 0,
            plea=options.text("takedown_plea"),
            victim=options.flag("takedown_victim"),
        )
    return Reply(value={"takedown": number}, lines=(context.say("takedown.opened", number=number),))


def show(context: Context) -> Reply:
    """Show one takedown."""
    number = _number(context)
    with context.seated() as (desks, actor):
        found = desks.takedowns.show(actor, takedown=number, purpose=context.purpose(desks))
    return Reply(value=_plain(found), lines=tuple(_lines(context, found)))


def _lines(context: Context, one: TakedownView) -> Iterator[str]:
    words = context.words
    yield context.say(
        "takedown.row",
        number=one.number,
        state=words.label("takedown_state", one.state),
        where=printable(one.url or one.host or one.address),
        clock="",
    )
    yield from ("  " + _clock(context, clock) for clock in one.clocks)
    for found in one.findings:
        yield "  " + context.say(
            "takedown.finding",
            finding=words.label("takedown_finding", found.code),
            what=printable(found.what),
            party=found.party,
            source=" ".join(part for part in (found.source, found.dated) if part),
        )
    for way in one.ways:
        key = "takedown.way" if way.sure else "takedown.way_unsure"
        yield "  " + context.say(
            key,
            code=way.channel.code,
            name=printable(way.channel.name),
            how=words.label("takedown_how", way.channel.how),
            address=printable(way.channel.address),
            on=f"{way.on}:{way.what}",
            source=printable(way.channel.source),
            dated=way.channel.dated,
        )
    yield from ("  " + context.say("takedown.contact", party=party) for party in one.contacts)
    for term in one.terms:
        key = "takedown.term" if term.hours is not None else "takedown.term_none"
        yield "  " + context.say(
            key,
            code=term.code,
            hours=term.hours or 0,
            citation=printable(term.citation),
            standing=words.label("takedown_standing", term.standing),
        )
    for event in one.events:
        parts = (
            words.label("takedown_step", event.step),
            event.to,
            words.label("takedown_reason", event.reason) if event.reason else "",
            printable(event.words),
        )
        yield f"  {_minute(Instant(event.at))} {event.by}: " + " · ".join(part for part in parts if part)


def notice(context: Context) -> Reply:
    """Record a notice or an appeal, and write it."""
    options = context.options
    number, out = _number(context), options.text("takedown_out")
    _check_out(context, out)
    with context.seated() as (desks, actor):
        made = desks.takedowns.notice(
            actor,
            takedown=number,
            to=options.text("takedown_to"),
            term=options.text("takedown_term"),
            words=options.text("takedown_words"),
            appeal=options.flag("takedown_appeal"),
        )
    return _written(context, made, out)


def letter(context: Context) -> Reply:
    """Write the last notice again."""
    out = context.options.text("takedown_out")
    _check_out(context, out)
    with context.seated() as (desks, actor):
        made = desks.takedowns.letter(actor, takedown=_number(context), purpose=context.purpose(desks))
    return _written(context, made, out)


def _check_out(context: Context, out: str) -> None:
    """Refuse a file that cannot be written before anything is recorded."""
    from comity.wording.notices import SPOKEN, require_suffix

    if out:
        require_suffix(Path(out).suffix.lower())
    if out and Path(out).exists():
        raise ConflictError(
            "file.exists",
            f"{out!r} exists already",
            hint="name another file, or move this one away",
            where=out,
        )
    language = context.options.text("takedown_language")
    if language and language not in SPOKEN:
        raise UsageError("usage.notice_language", where="--in")


def _written(context: Context, made: NoticeView, out: str) -> Reply:
    if out:
        language = context.options.text("takedown_language")
        suffix = Path(out).suffix.lower()
        write_file(out, context.toolbox.print_notice(made, suffix=suffix, language=language))
    due = _minute(Instant(made.due)) if made.due is not None else ""
    lines = [
        context.say(
            "takedown.sent",
            to=printable(made.to),
            how=context.words.label("takedown_how", made.how),
            address=printable(made.address),
        )
    ]
    if due:
        lines.append(context.say("takedown.ends", due=due, citation=printable(made.citation)))
    else:
        lines.append(context.say("takedown.no_law"))
    lines.append(context.say("takedown.by_hand"))
    return Reply(value={**_fields(made), "out": out}, lines=tuple(lines))


def answer(context: Context) -> Reply:
    """Record what came of a takedown."""
    options = context.options
    with context.seated() as (desks, actor):
        row = desks.takedowns.answer(
            actor,
            takedown=_number(context),
            step=options.text("takedown_step"),
            reason=options.text("takedown_reason"),
            words=options.text("takedown_words"),
            term=options.text("takedown_term"),
        )
    return Reply(value=_plain(row), lines=(_row_line(context, row),))


def told(context: Context) -> Reply:
    """Record that the person who is shown was told."""
    with context.seated() as (desks, actor):
        row = desks.takedowns.told(
            actor, takedown=_number(context), words=context.options.text("takedown_said")
        )
    return Reply(value=_plain(row), lines=(_row_line(context, row),))


def returns(context: Context) -> Reply:
    """Give outcomes back to a shelter."""
    from comity.node.hashviews import Grounds

    options = context.options
    to, name = options.text("takedown_to"), options.text("hash_list")
    grounds = Grounds(ground=options.text("hash_ground"), licence=options.text("hash_licence"), onward=False)
    with context.seated() as (desks, actor):
        desks.takedowns.returning.begin(
            actor, to=to, name=name, grounds=grounds, consent=options.flag("hash_consent")
        )
    line = context.say("takedown.returns", to=printable(to), name=name)
    return Reply(value={"to": to, "list": name}, lines=(line,))


def registers(context: Context) -> Reply:
    """Take registers in, and list them."""
    from comity.cli.days import day_named

    options = context.options
    dated = options.text("takedown_dated")
    if dated:
        dated = day_named(dated).isoformat()
    files = [read_file(path, most=_MOST_REGISTER) for path in options.many("takedown_register")]
    with context.seated() as (desks, actor):
        for data in files:
            desks.takedown_books.take_register(actor, data=data, dated=dated)
        found = desks.takedown_books.registers(actor)
    rows = [(one.name, one.dated, str(one.rows)) for one in found]
    return Reply(value=_plain(found), lines=table(rows) or (context.say("line.none"),))


def channels(context: Context) -> Reply:
    """Take channels in, or list them."""
    path = context.options.text("takedown_file")
    with context.seated() as (desks, actor):
        if path:
            desks.takedown_books.take_channels(actor, data=read_file(path))
        found = desks.takedown_books.channels(actor)
    rows = [
        (
            one.code,
            printable(one.name),
            one.kind,
            " ".join(one.match),
            one.how,
            printable(one.address),
            one.dated,
        )
        for one in found
    ]
    return Reply(value=_plain(found), lines=table(rows) or (context.say("line.none"),))


def terms(context: Context) -> Reply:
    """Take terms in, or list them."""
    path = context.options.text("takedown_file")
    with context.seated() as (desks, actor):
        if path:
            desks.takedown_books.take_terms(actor, data=read_file(path))
        found = desks.takedown_books.terms(actor)
    rows = [
        (
            one.code,
            "" if one.hours is None else str(one.hours),
            printable(one.citation),
            context.words.label("takedown_standing", one.standing),
            printable(one.note),
        )
        for one in found
    ]
    return Reply(value=_plain(found), lines=table(rows))


def figures(context: Context) -> Reply:
    """Tell times to removal by State and by host; small cells are hidden."""
    with context.seated() as (desks, actor):
        found = desks.takedown_books.figures(actor)
    lines = [
        context.say("takedown.hidden", name=one.name)
        if one.notices is None
        else context.say(
            "takedown.figure",
            name=printable(one.name),
            notices=one.notices,
            removed="–" if one.removed is None else one.removed,
            hours="–" if one.median_hours is None else one.median_hours,
        )
        for one in found
    ]
    return Reply(value=_plain(found), lines=tuple(lines) or (context.say("line.none"),))


def _minute(at: Instant) -> str:
    return f"{to_datetime(at):%Y-%m-%d %H:%M} UTC"


def _number(context: Context) -> int:
    return _whole(context.options.text("takedown"), "takedown")


def _whole(text: str, where: str) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > 12:
        raise UsageError("usage.whole", where=where)
    return int(text)


def _plain(found: object) -> object:
    from msgspec import to_builtins

    if isinstance(found, tuple | list):
        return [to_builtins(one) for one in found]
    return to_builtins(found)


def _fields(found: object) -> dict[str, object]:
    from msgspec import to_builtins

    value: dict[str, object] = to_builtins(found)
    return value
