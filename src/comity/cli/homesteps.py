"""Commands on the domestic side of a case: what is recorded, and what halts a delivery."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.context import read_file
from comity.cli.output import Reply, printable, table
from comity.cli.problems import UsageError
from comity.cli.values import moment

if TYPE_CHECKING:
    from comity.cli.context import Context
    from comity.node.proceeding import HomeView, ProcedureView


def show(context: Context) -> Reply:
    """Show the domestic side of a case."""
    with context.seated() as (desks, actor):
        case = desks.cases.resolve(context.options.text("case"))
        found = desks.procedure.show(actor, case=case, purpose=context.purpose(desks))
    return Reply(value=_value(found), lines=_lines(context, found))


def record(context: Context) -> Reply:
    """Record a domestic fact."""
    options = context.options
    data = read_file(options.text("file"))
    reasons: dict[str, str] = {}
    for given in options.many("reason"):
        code, sign, text = given.partition("=")
        if not sign:
            raise UsageError("usage.choice", where="--reason", value=given[:40], choices="CODE=TEXT")
        reasons[code.strip()] = text
    with context.seated() as (desks, actor):
        case = desks.cases.resolve(options.text("case"))
        found = desks.procedure.record(actor, case=case, form=data, reasons=reasons)
    line = context.say("line.home_recorded", number=len(found.lines))
    return Reply(value=_value(found), lines=(line, *_lines(context, found)))


def example(context: Context) -> Reply:
    """Print a fact to begin with."""
    import json

    from comity.node.factexamples import EXAMPLES

    name = context.options.text("fact")
    if name not in EXAMPLES:
        raise UsageError("usage.choice", where="FACT", value=name[:40], choices=", ".join(EXAMPLES))
    value = {"fact": name, **EXAMPLES[name]}
    return Reply(value=value, lines=tuple(json.dumps(value, ensure_ascii=False, indent=2).splitlines()))


def _value(found: ProcedureView) -> dict[str, object]:
    import msgspec

    return {
        "case": found.case,
        "requests": [_request_value(one) for one in found.requests],
        "lines": [{**msgspec.to_builtins(one), "struck": one.number in found.struck} for one in found.lines],
    }


def _request_value(one: HomeView) -> dict[str, object]:
    import msgspec

    sheet = None
    if one.sheet is not None:
        kept = one.sheet.sheet
        sheet = {"party": kept.party, "version": kept.version, "digest": one.sheet.digest}
    return {
        "request": one.request,
        "kind": one.kind,
        "answered": dict(one.items),
        "sheet": sheet,
        "steps": [] if one.measure is None else msgspec.to_builtins(one.measure.steps),
        "remedies": [
            {
                "line": each.number,
                "step": each.step.value,
                "who": each.who.value,
                "until": moment(one.ends[each.number]),
                "suspends": each.terms.suspends.value,
                "used": each.is_used,
            }
            for each in one.remedies
        ],
        "halts": [
            {
                "why": halt.why,
                "line": halt.number,
                "step": halt.step.value,
                "provision": halt.provision,
                "until": moment(halt.until),
            }
            for halt in one.halts
        ],
    }


def _lines(context: Context, found: ProcedureView) -> tuple[str, ...]:
    words = context.words
    lines: list[str] = []
    for one in found.requests:
        lines.append(context.say("line.home_request", request=one.request[:12], kind=one.kind))
        for halt in one.halts:
            why = words.label("halt", halt.why)
            lines.append(
                "  " + context.say("line.home_halted", why=why, provision=halt.provision, number=halt.number)
            )
        if not one.halts:
            lines.append("  " + context.say("line.home_free"))
    rows = [
        (
            str(line.number),
            moment(line.recorded_at) or "",
            line.officer,
            words.label("fact", str(line.fact.__struct_config__.tag)),
            printable(str(getattr(line.fact, "reference", ""))),
        )
        for line in found.lines
    ]
    return (*lines, *table(rows, indent=2))
