"""Commands on alerts: who else is hit by the same, warning them, answering, taking back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.feeding import day_told
from comity.cli.output import Reply, printable, table
from comity.cli.problems import UsageError
from comity.cli.values import moment

if TYPE_CHECKING:
    from comity.cli.context import Context
    from comity.cli.values import Value
    from comity.indicators.alerts import AlertRecord


def send(context: Context) -> Reply:
    """Warn offices of peers, or everybody who told us of the same."""
    from comity.indicators.marks import UNMARKED, parse_tlp
    from comity.node.alerting import AlertForm
    from comity.node.indicators import Terms

    options = context.options
    mark, minutes = options.text("tlp"), options.text("answer") or "0"
    if not (minutes.isascii() and minutes.isdigit() and len(minutes) <= 6):
        raise UsageError("usage.number", where="--answer-within", value=minutes)
    terms = Terms(
        tlp=parse_tlp(mark, where="--tlp") if mark else UNMARKED,
        purpose=options.text("use"),
        basis=options.many("basis"),
        retain_until=day_told(context, "until", "--until"),
        case=options.text("case"),
    )
    form = AlertForm(
        family=options.text("family"),
        indicators=options.many("about"),
        sectors=options.many("sector"),
        critical=options.flag("critical"),
        words=options.text("words"),
        victim=options.text("victim"),
        terms=terms,
        to=options.many("to"),
        answer_within=int(minutes),
        override=options.text("override"),
    )
    with context.seated() as (desks, actor):
        made = desks.alerts.send(actor, form)
    lines = [context.say("line.alert.sent", name=made.alert.id, count=len(made.to))]
    lines += [f"  {printable(office)}" for office, _ in made.to]
    return Reply(value=alert_value(made), lines=tuple(lines))


def hit(context: Context) -> Reply:
    """Tell which peers told us of the same family or values."""
    options = context.options
    with context.seated() as (desks, actor):
        found = desks.alerts.hit(actor, family=options.text("family"), indicators=options.many("about"))
    rows = [(printable(one.office), str(one.count)) for one in found]
    value = [{"office": one.office, "root": one.root, "statements": one.count} for one in found]
    return Reply(value=value, lines=table(rows) or (context.say("line.none"),))


def listing(context: Context) -> Reply:
    """List alerts, ours and others', the newest first."""
    with context.seated() as (desks, actor):
        found = desks.alerts.alerts(actor)
    rows = [_row(one) for one in found]
    return Reply(value=[alert_value(one) for one in found], lines=table(rows) or (context.say("line.none"),))


def show(context: Context) -> Reply:
    """Show an alert with what this office holds of the same."""
    with context.seated() as (desks, actor):
        view = desks.alerts.show(actor, name=context.options.text("name"))
    record, alert = view.record, view.record.alert
    lines = [*table([_row(record)]), printable(alert.words)]
    lines += [f"  {kind} {printable(value)}" for kind, value in alert.values]
    lines += [
        context.say("line.alert.match", name=one.id, value=printable(one.value)) for one in view.matches
    ]
    lines += [context.say("line.alert.case", case=case) for case in view.cases]
    lines += [
        context.say(
            "line.alert.answered", office=printable(one.office), hit=one.hit, words=printable(one.words)
        )
        for one in record.acks
    ]
    value = {
        **alert_value(record),
        "matches": [{"id": one.id, "type": one.kind.value, "value": one.value} for one in view.matches],
        "cases": list(view.cases),
    }
    return Reply(value=value, lines=tuple(lines))


def answer(context: Context) -> Reply:
    """Answer a peer's alert; what rang is silent."""
    options = context.options
    name = options.text("name")
    with context.seated() as (desks, actor):
        made = desks.alerts.answer(actor, name=name, hit=options.text("hit"), words=options.text("words"))
    return Reply(value=alert_value(made), lines=(context.say("line.alert.answer", name=name),))


def recall(context: Context) -> Reply:
    """Take an alert of ours back; everybody who was told is told."""
    options = context.options
    name = options.text("name")
    with context.seated() as (desks, actor):
        made = desks.alerts.recall(actor, name=name, reason=options.text("reason"))
    return Reply(value=alert_value(made), lines=(context.say("line.alert.recalled", name=name),))


def alert_value(one: AlertRecord) -> Value:
    """Return an alert as JSON; names here are stable."""
    from comity.indicators.marks import Tlp
    from comity.indicators.useterms import told

    alert = one.alert
    return {
        "id": alert.id,
        "author": alert.author,
        "at": alert.at,
        "family": alert.family,
        "synonyms": list(alert.synonyms),
        "sectors": list(alert.sectors),
        "critical": alert.critical,
        "values": [{"type": kind, "value": value} for kind, value in alert.values],
        "words": alert.words,
        "victim": alert.victim,
        "tlp": Tlp(alert.tlp).label,
        "limits": told(alert.limits),
        "answer_by": alert.answer_by or None,
        "from": one.via.partition(" ")[0],
        "to": [office for office, _ in one.to],
        "missing": list(one.missing) if not one.via else [],
        "answers": [
            {"office": ack.office, "at": ack.at, "hit": ack.hit, "words": ack.words} for ack in one.acks
        ],
        "answered": None if one.ack is None else one.ack.at,
        "recalled": one.recalled or None,
        "reason": one.reason,
    }


def _row(one: AlertRecord) -> tuple[str, ...]:
    from comity.kernel.clock import Instant

    alert = one.alert
    state = "recalled" if one.recalled else ""
    if not state and one.via:
        state = "" if one.ack is None else "answered"
    elif not state:
        state = f"{len(one.acks)}/{len(one.to)}"
    return (
        alert.id,
        moment(Instant(alert.at)) or "",
        printable(alert.author),
        "critical" if alert.critical else "",
        printable(alert.family),
        " ".join(alert.sectors),
        state,
    )
