"""Commands for reports of providers and hotlines, and for looks at new material. No picture is ever shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.context import read_file, write_file
from comity.cli.output import Reply, printable, table
from comity.cli.problems import UsageError
from comity.kernel.clock import Instant, format_instant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from comity.cli.context import Context
    from comity.node.guardviews import ClusterView, QueueRow, ReportView
    from comity.protection.grouping import Tie
    from comity.protection.triage import Reason

_MOST_REPORT = 8 * 1024 * 1024
_LIMITS = ("day", "week", "run", "pause", "days", "spread")


def queue(context: Context) -> Reply:
    """List the open reports by matter, what is imminent first."""
    with context.seated() as (desks, actor):
        rows = desks.reports.queue(actor, purpose=context.purpose(desks))
    lines = tuple(line for row in rows for line in _row_lines(context, row))
    return Reply(value=_plain(rows), lines=lines or (context.say("line.none"),))


def _row_lines(context: Context, row: QueueRow) -> Iterator[str]:
    words = context.words
    yield context.say(
        "report.row",
        lead=row.lead,
        level=words.label("report_level", str(row.level)),
        incident=words.label("report_incident", row.incident),
        source=printable(row.source),
        id=printable(row.id),
        count=len(row.reports),
    )
    for reason in row.reasons:
        yield "  " + _reason(context, reason)
    for tie in row.ties[:5]:
        yield "  " + _tie(context, tie)
    yield "  " + context.say("report.files", files=row.files, known=row.known, looked=row.looked, new=row.new)


def _reason(context: Context, one: Reason) -> str:
    said = context.words.label("report_by", one.by) if one.by in ("source", "desk") else printable(one.by)
    more = f" ({one.count})" if one.count else ""
    return f"· {context.words.label('report_sign', one.code)}{more}: {said}"


def _tie(context: Context, one: Tie) -> str:
    key = "report.tie_common" if one.common else "report.tie"
    return context.say(
        key,
        on=context.words.label("report_on", one.on),
        what=printable(one.what),
        reports=", ".join(str(number) for number in one.reports[:20]),
    )


def import_(context: Context) -> Reply:
    """Take files of reports in."""
    options = context.options
    files = [(path, read_file(path, most=_MOST_REPORT)) for path in options.many("report_file")]
    made = []
    with context.seated() as (desks, actor):
        for _, data in files:
            made.append(
                desks.reports.take_in(
                    actor,
                    data=data,
                    source=options.text("report_source"),
                    form=options.text("report_form"),
                )
            )
    lines = tuple(
        context.say(
            "report.taken",
            file=printable(path),
            count=len(one.reports),
            same=len(one.same),
            files=one.files,
            known=one.known,
            joined=one.joined,
            clusters=one.clusters,
            blind=one.blind,
            dropped=one.dropped,
        )
        for (path, _), one in zip(files, made, strict=True)
    )
    value = [{"file": path, **_fields(one)} for (path, _), one in zip(files, made, strict=True)]
    return Reply(value=value, lines=lines)


def show(context: Context) -> Reply:
    """Show one report."""
    number = _number(context, "report")
    with context.seated() as (desks, actor):
        found = desks.reports.show(actor, report=number, purpose=context.purpose(desks))
    return Reply(value=_plain(found), lines=tuple(_report_lines(context, found)))


def _report_lines(context: Context, one: ReportView) -> Iterator[str]:
    words = context.words
    yield context.say(
        "report.row",
        lead=one.number,
        level=words.label("report_level", str(one.level)),
        incident=words.label("report_incident", one.incident),
        source=printable(one.source),
        id=printable(one.id),
        count=len(one.group),
    )
    for reason in one.reasons:
        yield "  " + _reason(context, reason)
    for tie in one.ties:
        yield "  " + _tie(context, tie)
    for claim in one.claims:
        yield "  " + context.say(
            "report.claim",
            party=claim.party,
            ground=words.label("report_ground", claim.ground),
            reference=claim.reference,
            sure=words.label("report_sure", claim.sure),
            on=words.label("report_rests", claim.on),
            what=printable(claim.what),
        )
    rows = [
        (words.label("report_who", held.who), held.kind, printable(held.service), printable(held.value))
        for held in one.accounts
    ]
    rows += [
        (
            words.label("report_who", seen.who or "host"),
            printable(seen.address),
            format_instant(Instant(seen.at)) if seen.at is not None else "",
            seen.registered,
        )
        for seen in one.seen
    ]
    yield from table(rows, indent=2)
    yield from (f"  {printable(url)}" for url in one.urls)
    for file in one.files:
        yield "  " + context.say(
            "report.file",
            id=printable(file.id),
            state=words.label("report_state", file.state),
            category=words.label("hash_category", file.category),
            cluster=file.cluster,
            mark=printable(file.mark),
        )
    yield from (f"  {printable(line)}" for line in one.words.splitlines())
    for said in one.said:
        yield f"  {said.officer}: {words.label('report_sign', said.sign)}: {printable(said.why)}"
    if one.dropped:
        yield "  " + context.say("report.dropped", count=one.dropped)


def say(context: Context) -> Reply:
    """Say something of a report."""
    number, sign = _number(context, "report"), context.options.text("report_sign")
    with context.seated() as (desks, actor):
        desks.reports.say(actor, report=number, sign=sign, why=context.options.text("guard_why"))
    return Reply(
        value={"report": number, "sign": sign},
        lines=(context.say("report.said", number=number, sign=context.words.label("report_sign", sign)),),
    )


def tie(context: Context) -> Reply:
    """Say what ties a report to a State."""
    options, number = context.options, _number(context, "report")
    with context.seated() as (desks, actor):
        desks.reports.tie(
            actor,
            report=number,
            tie=options.text("report_tie"),
            party=options.text("report_state"),
            who=options.text("report_who"),
            sure=options.flag("report_sure"),
        )
    value = {"report": number, "tie": options.text("report_tie"), "state": options.text("report_state")}
    return Reply(value=value, lines=(context.say("report.tied", number=number),))


def inform(context: Context) -> Reply:
    """Prepare information for another State; a person reads it, changes it and decides."""
    from comity.kernel.clock import to_date
    from comity.protection.states import state_of
    from comity.wording.informing import inform_form

    options, number = context.options, _number(context, "report")
    out, to = options.text("report_out"), options.text("report_to")
    if not out and not to:
        raise UsageError("usage.inform", where="--out")
    with context.seated() as (desks, actor):
        held, claims = desks.reports.claims(actor, report=number, purpose=context.purpose(desks))
        form = inform_form(
            held,
            claims,
            party=state_of(options.text("report_state")) or options.text("report_state").upper()[:3],
            office=str(actor.authority),
            office_name=desks.info.name,
            language=context.words.language,
            on=to_date(held.received),
        )
        draft = desks.cases.draft_request(actor, form=form, to=to, case=None) if to else None
    if out:
        write_file(out, form)
    value = {"report": number, "out": out, "act": str(draft.act) if draft else ""}
    lines: tuple[str, ...] = (context.say("report.informed", number=number),)
    if draft is not None:
        lines += (context.say("report.drafted", act=str(draft.act)),)
    return Reply(value=value, lines=lines)


def erase(context: Context) -> Reply:
    """Erase a report."""
    number = _number(context, "report")
    with context.seated() as (desks, actor):
        desks.reports.erase(actor, report=number, why=context.options.text("guard_why"))
    return Reply(value={"report": number}, lines=(context.say("report.erased", number=number),))


def clusters(context: Context) -> Reply:
    """List the clusters of new files."""
    with context.seated() as (desks, actor):
        found = desks.looks.clusters(actor, purpose=context.purpose(desks))
    rows = [_cluster_line(context, one) for one in found]
    return Reply(value=_plain(found), lines=tuple(rows) or (context.say("line.none"),))


def _cluster_line(context: Context, one: ClusterView) -> str:
    return context.say(
        "look.cluster",
        number=one.number,
        files=one.files,
        reports=len(one.reports),
        looks=one.looks,
        category=context.words.label("hash_category", one.category)
        if one.category
        else context.say("look.nobody"),
    )


def look(context: Context) -> Reply:
    """Begin a look at a cluster."""
    options = context.options
    with context.seated() as (desks, actor):
        made = desks.looks.look(
            actor,
            cluster=_number(context, "cluster"),
            why=options.text("guard_why"),
            purpose=context.purpose(desks),
            blur=options.flag("look_blur"),
            again=options.flag("look_again"),
        )
    lines = [
        context.say(
            "look.begun",
            look=made.look,
            file=printable(made.file),
            source=printable(made.source),
            id=printable(made.id),
            serves=made.serves,
        ),
        context.say("look.left", left=made.left_today),
    ]
    if made.blur:
        lines.append(context.say("look.blur"))
    return Reply(value=_plain(made), lines=tuple(lines))


def judge(context: Context) -> Reply:
    """Say what a look found."""
    with context.seated() as (desks, actor):
        found = desks.looks.judge(
            actor, look=_number(context, "look"), category=context.options.text("hash_category")
        )
    return Reply(value=_plain(found), lines=(_cluster_line(context, found),))


def people(context: Context) -> Reply:
    """Tell how often everybody looked."""
    with context.seated() as (desks, actor):
        found = desks.looks.people(actor)
    lines = tuple(
        context.say(
            "look.person",
            officer=one.officer,
            day=one.day,
            week=one.week,
            all=one.all,
            may=context.words.label("look_bar", one.bar or "none"),
        )
        for one in found
    )
    return Reply(value=_plain(found), lines=lines)


def limits(context: Context) -> Reply:
    """Show the limits of looks, or set them."""
    from msgspec.structs import replace

    options = context.options
    told: dict[str, int] = {}
    for name in _LIMITS:
        if text := options.text(f"look_{name}"):
            told[name] = _whole(text, f"--{name}")
    away = options.many("look_away")
    with context.seated() as (desks, actor):
        held = desks.looks.limits(actor)
        if told or away:
            held = replace(held, **told)
            held = replace(held, away=tuple(one for one in away if one != "nobody")) if away else held
            desks.looks.set_limits(actor, held)
    rows = [(context.words.label("look_limit", name), str(getattr(held, name))) for name in _LIMITS]
    rows.append((context.words.label("look_limit", "away"), ", ".join(held.away)))
    value = {name: getattr(held, name) for name in (*_LIMITS, "away")}
    return Reply(value=value, lines=(*table(rows), context.say("look.limits_note")))


def _number(context: Context, name: str) -> int:
    return _whole(context.options.text(name), name)


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
