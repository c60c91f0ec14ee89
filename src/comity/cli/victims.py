"""Commands of the victims' desk. What is secret is read from a file, so that no history of a shell has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.context import read_file
from comity.cli.output import Reply, printable, table
from comity.cli.problems import UsageError
from comity.cli.restitution import asked, pairs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from comity.cases.blanks import Blank
    from comity.cli.context import Context
    from comity.node.victimviews import VictimView

_MOST = 1 << 20


def begin(context: Context) -> Reply:
    """Begin a record under a pseudonym."""
    values = dict(pairs(context.options.many("answers")))
    with context.seated() as (desks, actor):
        if values.get("case"):
            values["case"] = desks.cases.resolve(values["case"])
        return _reply(context, desks.victims.begin(actor, values=values))


def listing(context: Context) -> Reply:
    """List the victims whose records the officer may open."""
    from msgspec import to_builtins

    with context.seated() as (desks, actor):
        found = desks.victims.list(actor, purpose=context.purpose(desks))
    lines = tuple(line for one in found for line in _lines(context, one))
    return Reply(value=[to_builtins(one) for one in found], lines=lines or (context.say("line.none"),))


def show(context: Context) -> Reply:
    """Show a record without what finds the person."""
    options = context.options
    with context.seated() as (desks, actor):
        found = desks.victims.show(actor, number=options.text("pseudonym"), purpose=context.purpose(desks))
    return _reply(context, found)


def reveal(context: Context) -> Reply:
    """Tell one thing that a record holds."""
    options = context.options
    with context.seated() as (desks, actor):
        found = desks.victims.reveal(
            actor,
            number=options.text("pseudonym"),
            what=options.text("revealed"),
            purpose=context.purpose(desks),
        )
    lines = [f"{name}: {printable(str(held))}" for name, held in _flat(found)]
    return Reply(value=dict(found), lines=tuple(lines))


def record(context: Context) -> Reply:
    """Take a step in a record."""
    from comity.protection.victims.steps import STEPS

    options, step = context.options, context.options.text("victim_step")
    values = _answers(context, STEPS.get(step, ()))
    with context.seated() as (desks, actor):
        if step == "case" and values.get("case"):
            values["case"] = desks.cases.resolve(values["case"])
        found = desks.victims.record(actor, number=options.text("pseudonym"), step=step, values=values)
    return _reply(context, found)


def form(context: Context) -> Reply:
    """Tell what a step asks, or which steps there are."""
    from comity.protection.victims.steps import STEPS

    name = context.options.text("victim_step")
    if not name:
        rows = [(one, context.words.label("victims.step", one)) for one in STEPS]
        return Reply(value=list(STEPS), lines=table(rows))
    if name not in STEPS:
        raise UsageError("usage.choice", where="STEP", value=name[:40], choices=", ".join(STEPS))
    return asked(context, STEPS[name], family="victims")


def erase(context: Context) -> Reply:
    """Erase a record."""
    options = context.options
    with context.seated() as (desks, actor):
        found = desks.victims.erase(
            actor, number=options.text("pseudonym"), reason=options.text("erase_reason")
        )
    return _reply(context, found)


def entrust(context: Context) -> Reply:
    """Name an advocate in a record."""
    number, advocate = context.options.text("pseudonym"), context.options.text("advocate")
    with context.seated() as (desks, actor):
        desks.victims.entrust(actor, number=number, advocate=advocate)
    line = context.say("line.victim_entrusted", number=printable(number), advocate=printable(advocate))
    return Reply(value={"number": number, "advocate": advocate}, lines=(line,))


def count(context: Context) -> Reply:
    """Tell figures without persons."""
    from msgspec import to_builtins

    text = context.options.text("counted_year")
    if not (text.isascii() and text.isdigit() and len(text) == 4):
        raise UsageError("usage.choice", where="YEAR", value=text[:20], choices="YYYY")
    with context.seated() as (desks, actor):
        found = desks.victims.count(actor, year=int(text))
    label, hidden = context.words.label, context.say("line.hidden")
    rows = [("", *(label("victims.choice", one) for one in found.columns))]
    for name, cells in zip(found.rows, found.cells, strict=True):
        rows.append((label("victims.choice", name), *(hidden if one is None else str(one) for one in cells)))
    return Reply(value=to_builtins(found), lines=(*table(rows), context.say("line.hidden_why")))


def _answers(context: Context, blanks: Sequence[Blank]) -> dict[str, str]:
    """Return what was answered; what is secret is taken from the file alone."""
    secret = {one.name for one in blanks if one.secret}
    values = dict(pairs(context.options.many("answers")))
    for name in values:
        if name in secret:
            raise UsageError("usage.secret", where=name)
    if path := context.options.text("answer_file"):
        lines = read_file(path, most=_MOST).decode("utf-8", "replace").splitlines()
        values |= dict(pairs(line for line in lines if line.strip()))
    return values


def _reply(context: Context, found: VictimView) -> Reply:
    from msgspec import to_builtins

    return Reply(value=to_builtins(found), lines=tuple(_lines(context, found)))


def _lines(context: Context, one: VictimView) -> Iterator[str]:
    label = context.words.label
    if one.erased is not None:
        yield context.say("line.victim_erased", number=one.number, reason=printable(one.reason))
        return
    yield f"{one.number}  {label('victims.choice', one.group)}  {label('victims.choice', one.offence)}"
    rows = [
        (label("victims.field", "case"), ", ".join(case[:12] for case in one.cases)),
        (label("victims.field", "officer"), ", ".join(one.named)),
        (label("victims.field", "person"), printable(one.person)),
        (label("victims.field", "has"), ", ".join(label("victims.field", name) for name in one.has)),
        *((label("victims.choice", stage), label("victims.choice", how)) for stage, how in one.views),
    ]
    yield from table([row for row in rows if row[1]], indent=2)
    for number, state in one.takedowns:
        named = label("takedown_state", state)
        yield "  " + context.say("line.victim_takedown", number=number, state=named)
    for place in one.named_in:
        yield "  " + context.say("line.victim_named_in", place=printable(place))
    for stage in one.silent:
        yield "  " + context.say("line.victim_unheard", stage=label("victims.choice", stage))


def _flat(found: object, name: str = "") -> Iterator[tuple[str, object]]:
    if isinstance(found, dict):
        for key, held in found.items():
            yield from _flat(held, str(key))
    elif isinstance(found, list):
        for held in found:
            yield from _flat(held, name)
    else:
        yield name, found
