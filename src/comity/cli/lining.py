"""The line at the command line: how many bytes a second pieces may take, and whether the line is poor."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from comity.cli.output import Reply
from comity.cli.problems import UsageError
from comity.exchange.pacing import Hours, LineTerms

if TYPE_CHECKING:
    from comity.cli.context import Context
    from comity.cli.values import Value

_RATE = re.compile(r"([0-9]{1,13})([kMG]?)", re.ASCII)
_HOURS = re.compile(r"([0-9]{2}:[0-9]{2})-([0-9]{2}:[0-9]{2})=(\S+)", re.ASCII)
_FREE = "free"
_FACTORS = {"": 1, "k": 1 << 10, "M": 1 << 20, "G": 1 << 30}


def show(context: Context) -> Reply:
    """Show what the line may take."""
    with context.seated() as (desks, actor):
        terms = desks.courier.line.show(actor)
    return _reply(context, terms)


def set_terms(context: Context) -> Reply:
    """Set what the line may take, in the place of what was set before."""
    options = context.options
    wished = LineTerms(
        rate=_rate(options.text("rate") or _FREE, "--rate"),
        hours=tuple(_hours(one) for one in options.many("hours")),
        zone=options.text("zone") or "UTC",
        low=options.flag("low"),
    )
    with context.seated() as (desks, actor):
        terms = desks.courier.line.set_terms(actor, terms=wished)
    return _reply(context, terms)


def _rate(text: str, where: str) -> int:
    """Return bytes a second: a number, with k, M or G for 1,024 and so on; 0 for ``free``."""
    found = _RATE.fullmatch(text)
    if text == _FREE:
        return 0
    if found is None:
        raise UsageError("usage.choice", where=where, value=text[:20], choices="512k, 2M, free")
    return int(found[1]) * _FACTORS[found[2]]


def _hours(text: str) -> Hours:
    found = _HOURS.fullmatch(text)
    if found is None:
        raise UsageError("usage.choice", where="--hours", value=text[:40], choices="08:00-18:00=512k")
    return Hours(begins=found[1], ends=found[2], rate=_rate(found[3], "--hours"))


def _reply(context: Context, terms: LineTerms) -> Reply:
    lines = [_limit(context, terms.rate)]
    lines += [
        context.say("line.pace_hours", begins=one.begins, ends=one.ends, zone=terms.zone)
        + " "
        + _limit(context, one.rate)
        for one in terms.hours
    ]
    lines.append(context.say("line.pace_low" if terms.low else "line.pace_good"))
    return Reply(value=_value(terms), lines=tuple(lines))


def _limit(context: Context, rate: int) -> str:
    return context.say("line.pace_limit", rate=rate) if rate else context.say("line.pace_free")


def _value(terms: LineTerms) -> Value:
    hours = [{"begins": one.begins, "ends": one.ends, "rate": one.rate} for one in terms.hours]
    return {"rate": terms.rate, "hours": hours, "zone": terms.zone, "low": terms.low}
