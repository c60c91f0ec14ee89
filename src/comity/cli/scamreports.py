"""Commands on reports of scams and ransomware: brought, opened, judged value by value, grouped, counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.context import read_file
from comity.cli.indicators import region_of, told_note
from comity.cli.indicatorvalues import campaign_value, list_name, taken_value
from comity.cli.output import Reply, printable, table
from comity.cli.problems import UsageError
from comity.cli.scamvalues import figures_value, form_value, open_value, report_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comity.cli.context import Context
    from comity.cli.ports import Desks
    from comity.indicators.figures import Count
    from comity.indicators.reports import FoundValue, Report, Victim
    from comity.node.indicators import Terms
    from comity.node.reportdesk import CampaignView, OpenReport
    from comity.node.views import Actor

_MOST_FILE = 128 << 20
_MOST_ROWS = 200
_MOST_CASES = 5
_EVERY = 1 << 30


def listing(context: Context) -> Reply:
    """List reports without what they say, the oldest first."""
    with context.seated() as (desks, actor):
        found = desks.scams.queue(actor, state=context.options.text("state"))
    rows = [_row(context, one) for one in found]
    return Reply(value=[report_value(one) for one in found], lines=table(rows) or (context.say("line.none"),))


def add(context: Context) -> Reply:
    """Take apart messages and notes that an officer brings, each a report; the files are not kept."""
    region = region_of(context)
    with context.seated() as (desks, actor):
        victim, brands = _victim(context), desks.indicators.references.brands(actor)
        with context.toolbox.indicators().extracting(brands=brands, region=region) as extract:
            made = [
                desks.scams.bring(
                    actor,
                    name=path.rpartition("/")[2],
                    data=read_file(path, most=_MOST_FILE),
                    extract=extract,
                    victim=victim,
                )
                for path in context.options.many("file")
            ]
        warned = [_warned(desks, actor, one) for one in made]
    lines = [line for one, lists in zip(made, warned, strict=True) for line in _lines(context, one, lists)]
    return Reply(
        value=[open_value(one, lists) for one, lists in zip(made, warned, strict=True)], lines=tuple(lines)
    )


def open_report(context: Context) -> Reply:
    """Open a report: the confined worker takes it apart once, and the reading is in the log first."""
    with context.seated() as (desks, actor):
        name, purpose = _full(context, desks, actor), context.purpose(desks)
        brands = desks.indicators.references.brands(actor)
        with context.toolbox.indicators().extracting(brands=brands) as extract:
            found = desks.scams.open(actor, name=name, extract=extract, purpose=purpose)
        warned = _warned(desks, actor, found)
    return Reply(value=open_value(found, warned), lines=tuple(_lines(context, found, warned)))


def show(context: Context) -> Reply:
    """Show a report as it is; one that waits says nothing before it is opened."""
    with context.seated() as (desks, actor):
        name = _full(context, desks, actor)
        found = desks.scams.look(actor, name=name, purpose=context.purpose(desks))
        warned = _warned(desks, actor, found)
    return Reply(value=open_value(found, warned), lines=tuple(_lines(context, found, warned)))


def decide(context: Context) -> Reply:
    """Keep values of a report as indicators, dismiss others; each by its number, or as it is written."""
    options = context.options
    keep, drop = options.many("keep"), options.many("drop")
    if not keep and not drop:
        raise UsageError("usage.no_value", where="--keep")
    terms = _terms(context)
    with context.seated() as (desks, actor):
        name = _full(context, desks, actor)
        values = desks.scams.look(actor, name=name, purpose=context.purpose(desks)).values
        taken = desks.scams.decide(
            actor, name=name, kept=_named(values, keep), dismissed=_named(values, drop), terms=terms
        )
    line = context.say("line.scams.decided", added=len(taken.added), renewed=len(taken.renewed))
    return Reply(value=taken_value([taken]), lines=(line,))


def describe(context: Context) -> Reply:
    """Say whom a report concerns; what is not told stays as it was."""
    from dataclasses import replace

    options, told = context.options, _victim(context)
    with context.seated() as (desks, actor):
        name = _full(context, desks, actor)
        held = desks.scams.look(actor, name=name, purpose=context.purpose(desks)).report.victim
        victim = replace(
            held,
            sector=told.sector or held.sector,
            criticality=told.criticality or held.criticality,
            family=told.family or held.family,
            case=told.case or held.case,
        )
        made = desks.scams.describe(actor, name=name, victim=victim)
    lines = [*table([_row(context, made)])]
    if options.text("criticality") == "critical":
        family = f"--family '{printable(made.victim.family)}' " if made.victim.family else ""
        lines.append(context.say("line.scams.alert", family=family))
    return Reply(value=report_value(made), lines=tuple(lines))


def dismiss(context: Context) -> Reply:
    """Dismiss a report with a reason; what it says is erased at once."""
    with context.seated() as (desks, actor):
        name = _full(context, desks, actor)
        made = desks.scams.dismiss(actor, name=name, reason=context.options.text("reason"))
    return Reply(value=report_value(made), lines=(context.say("line.scams.dismissed", name=made.id),))


def group(context: Context) -> Reply:
    """Tell what joins reports, with the reasons, and the cases and requests that they belong to."""
    with context.seated() as (desks, actor):
        found = desks.scams.campaigns(actor, most=_EVERY).campaigns
        cases = sorted({case for one in found for case in one.cases[:_MOST_CASES]})
        purpose = context.purpose(desks) if cases else ""
        requests = {case: _requests(desks, actor, case, purpose) for case in cases[:_MOST_ROWS]}
    lines = [line for one in found for line in _group_lines(context, one, requests)]
    value = [
        {
            **campaign_value(one.campaign),
            "reports": list(one.reports),
            "cases": [
                {"case": case, "requests": [{"act": act, "mechanism": kind} for act, kind in requests[case]]}
                if case in requests
                else {"case": case, "requests": None}
                for case in one.cases
            ],
        }
        for one in found
    ]
    return Reply(value=value, lines=tuple(lines) or (context.say("line.none"),))


def form(context: Context) -> Reply:
    """Tell whether the public form is open; open or close it."""
    options = context.options
    days = options.text("days") or "90"
    if not (days.isascii() and days.isdigit() and len(days) <= 4):
        raise UsageError("usage.number", where="--keep-days", value=days)
    opens, closes = options.flag("on"), options.flag("off")
    if (opens and closes) or (not opens and (options.text("days") or options.text("notice"))):
        raise UsageError("usage.form_what", where="--open")
    with context.seated() as (desks, actor):
        desk = desks.scams.form
        if opens or closes:
            desk.switch(actor, on=opens, keep_days=int(days), notice=options.text("notice"))
        state = desk.state()
    key = "line.scams.form_open" if state.authority else "line.scams.form_closed"
    line = context.say(key, office=state.authority, days=state.keep_days)
    notice = (f"  {printable(state.notice)}",) if state.notice else ()
    return Reply(value=form_value(state), lines=(line, *notice))


def figures(context: Context) -> Reply:
    """Tell figures; small counts of victims are hidden."""
    with context.seated() as (desks, actor):
        found = desks.scams.figures(actor)
    lines = [
        context.say("line.scams.published", count=found.published, retracted=found.retracted),
        context.say(
            "line.scams.speed",
            median=_minutes(found.median_seconds),
            slow=_minutes(found.slow_seconds),
        ),
    ]
    for title, counts, family in (
        ("line.scams.by_type", found.types, "indicator_type"),
        ("line.scams.by_family", found.families, ""),
        ("line.scams.by_month", found.months, ""),
        ("line.scams.by_state", found.reports, "scam_state"),
        ("line.scams.by_sector", found.sectors, "scam_sector"),
        ("line.scams.by_criticality", found.criticality, "scam_criticality"),
    ):
        lines += _counted(context, context.say(title), counts, family)
    return Reply(value=figures_value(found), lines=tuple(lines))


def _counted(context: Context, title: str, counts: Sequence[Count], family: str) -> list[str]:
    if not counts:
        return []
    rows = [
        (
            context.words.label(family, one.name) if family else printable(one.name),
            context.say("line.scams.hidden") if one.count is None else str(one.count),
        )
        for one in counts
    ]
    return [title, *(f"  {line}" for line in table(rows))]


def _lines(context: Context, found: OpenReport, warned: Sequence[Sequence[str]]) -> list[str]:
    report, contents = found.report, found.contents
    lines = [*table([_row(context, report)])]
    if report.state.value == "waiting":
        return [*lines, context.say("line.scams.waits", name=report.id)]
    lines += [f"  {printable(line)}" for line in contents.words.splitlines()[:40]]
    lines += [told_note(context, one) for one in contents.notes]
    for known in contents.families:
        clues = ", ".join(
            f"{context.words.label('scam_clue', one.trait.value)} {printable(one.value)}"
            for one in known.clues
        )
        name = printable(known.family)
        lines.append(context.say("line.scams.family", name=name, sure=known.confidence, clues=clues))
    rows = [
        (
            str(number),
            one.first.kind.value,
            printable(one.first.value),
            str(one.first.confidence),
            context.words.label("scam_role", one.first.role.value),
            context.words.label("scam_verdict", one.verdict.value) if one.verdict else "",
            f"! {', '.join(list_name(context, each) for each in lists)}" if lists else "",
        )
        for number, (one, lists) in enumerate(zip(found.values, warned, strict=True), start=1)
    ][:_MOST_ROWS]
    return [*lines, *(table(rows) or (context.say("line.none"),))]


def _group_lines(
    context: Context, one: CampaignView, requests: dict[str, list[tuple[str, str]]]
) -> list[str]:
    lines = [context.say("line.indicators.campaign", name=one.campaign.id, count=len(one.campaign.sources))]
    lines += [
        f"  {reason.kind.value} {printable(reason.value)} × {reason.count}"
        for reason in one.campaign.reasons[:5]
    ]
    lines += [f"  {printable(family)}" for family in one.campaign.families]
    lines += [f"  {name}" for name in one.reports[:20]]
    for case in one.cases[:_MOST_CASES]:
        told = ", ".join(f"{kind} {act[:12]}" for act, kind in requests.get(case, []))
        lines.append(f"  {context.say('line.scams.case', case=printable(case))} {told}".rstrip())
    return lines


def _row(context: Context, one: Report) -> tuple[str, ...]:
    from comity.cli.values import moment

    victim = one.victim
    return (
        one.id,
        moment(one.received_at) or "",
        context.words.label("scam_channel", one.channel.value),
        context.words.label("scam_state", one.state.value),
        context.words.label("scam_sector", victim.sector.value) if victim.sector else "",
        context.words.label("scam_criticality", victim.criticality.value) if victim.criticality else "",
        printable(victim.family),
    )


def _warned(desks: Desks, actor: Actor, found: OpenReport) -> list[tuple[str, ...]]:
    """Return the warning lists that know each value, so that nobody keeps a bank unawares."""
    warnings = desks.indicators.references.warnings(actor)
    return [warnings.lists_of(one.first.kind, one.first.value) for one in found.values]


def _requests(desks: Desks, actor: Actor, case: str, purpose: str) -> list[tuple[str, str]]:
    """Return the requests of a case; none where the officer may not read it, or it is none of ours."""
    from comity.kernel.errors import ComityError

    try:
        view = desks.cases.show(actor, case=case, purpose=purpose)
    except ComityError:
        return []
    return [(one.act, one.mechanism) for one in view.requests]


def _named(values: Sequence[FoundValue], told: Sequence[str]) -> list[str]:
    """Return values as ``TYPE VALUE``, told by their number in the list, so or by the value alone."""
    known = [f"{one.first.kind.value} {one.first.value}" for one in values]
    found = []
    for text in told:
        if text.isascii() and text.isdigit() and len(text) < 6 and 0 < int(text) <= len(known):
            found.append(known[int(text) - 1])
            continue
        alike = [name for name in known if text in (name, name.partition(" ")[2])]
        if len(alike) != 1:
            raise UsageError("usage.report_value", where="--keep", value=text)
        found += alike
    return found


def _full(context: Context, desks: Desks, actor: Actor) -> str:
    """Return the report that is meant: its id, or the first letters of it, or of a receipt."""
    told = context.options.text("report")
    if len(told) >= len("report--") + 36:
        return told
    short = told.removeprefix("report--")
    found = [
        one.id
        for one in desks.scams.queue(actor)
        if len(short) >= 4 and (one.id.removeprefix("report--").startswith(short) or one.receipt == told)
    ]
    return found[0] if len(found) == 1 else told


def _victim(context: Context) -> Victim:
    from comity.indicators.reports import Criticality, Sector, Victim

    options = context.options
    sector, criticality = options.text("sector"), options.text("criticality")
    return Victim(
        sector=Sector(sector) if sector else None,
        criticality=Criticality(criticality) if criticality else None,
        family=options.text("family")[:200],
        case=options.text("case")[:100],
    )


def _terms(context: Context) -> Terms:
    from comity.cli.feeding import day_told
    from comity.indicators.marks import UNMARKED, parse_pap, parse_tlp
    from comity.node.indicators import Terms

    options = context.options
    tlp, pap = options.text("tlp"), options.text("pap")
    return Terms(
        tlp=parse_tlp(tlp, where="--tlp") if tlp else UNMARKED,
        pap=parse_pap(pap, where="--pap") if pap else None,
        purpose=options.text("use"),
        basis=options.many("basis"),
        retain_until=day_told(context, "until", "--until"),
    )


def _minutes(seconds: int | None) -> str:
    return "–" if seconds is None else str(seconds // 60)
