"""On what may a request rest, and the same form on another instrument. Neither needs a node."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from comity.cli.context import read_file, write_file
from comity.cli.days import day_named
from comity.cli.output import Reply, printable, wrap
from comity.cli.pages import assessment_lines
from comity.cli.problems import UsageError
from comity.cli.values import assessment_value

if TYPE_CHECKING:
    from comity.cli.context import Context
    from comity.kernel.ids import PartyCode
    from comity.requests.legalbasis import BasisLine, BasisView, InstrumentView, Why
    from comity.treaty.overlay import Overlay

_MOST_FORM = 1024 * 1024
OVERLAY = "basis.json"


def show(context: Context) -> Reply:
    """Tell which instruments open a mechanism between two Parties on a day, and why."""
    import msgspec

    from comity.requests.legalbasis import bases
    from comity.treaty.packs import OffenceClass

    options = context.options
    scope = options.text("scope")
    view = bases(
        _party(options.text("requesting"), "--from"),
        _party(options.text("requested"), "--to"),
        kind=_kind(options.text("kind")),
        on=day_named(options.text("on")),
        offence_class=OffenceClass(scope) if scope else None,
        overlay=overlay_of(context),
    )
    return Reply(value=msgspec.to_builtins(view), lines=_lines(context, view))


def rebase(context: Context) -> Reply:
    """Write the same form on another instrument; what that one needs in addition is among the findings."""
    import json

    from comity.requests.legalbasis import rebase as rebased

    options = context.options
    form = read_file(options.text("file"), most=_MOST_FORM)
    found = rebased(
        form,
        instrument=options.text("instrument"),
        on=day_named(options.text("on")),
        overlay=overlay_of(context),
    )
    out = options.text("out")
    write_file(out, (json.dumps(found.content, indent=2, ensure_ascii=False) + "\n").encode("utf-8"))
    lines = [context.say("basis.line.rebased", instrument=found.instrument, path=printable(out))]
    lines += [context.say("basis.line.kept", field=printable(place)) for place in found.unknown]
    value = {
        "form": out,
        "instrument": found.instrument,
        "unknown": list(found.unknown),
        "assessment": assessment_value(found.assessment, context.words),
    }
    return Reply(value=value, lines=(*lines, *assessment_lines(found.assessment, context.words)))


def overlay_of(context: Context) -> Overlay | None:
    """Return the operator's data, with what its node took from the depositary; None where there is neither.

    Raises:
        MalformedError: ``overlay.form``.
        NotFoundError: ``file.absent``: the file that was named.
    """
    from comity.treaty.book import STATUS_FILE, parse_book, with_book
    from comity.treaty.overlay import NO_OVERLAY

    folder = node_here(context)
    own = operators_own(context)
    status = None if folder is None else Path(folder) / STATUS_FILE
    if status is None or not status.is_file():
        return own
    return with_book(own or NO_OVERLAY, parse_book(read_file(str(status)), where=str(status)))


def operators_own(context: Context) -> Overlay | None:
    """Return the operator's file alone: the one named, else that of the node; None where there is none.

    Raises:
        MalformedError: ``overlay.form``.
        NotFoundError: ``file.absent``: the file that was named.
    """
    from comity.treaty.overlay import MOST_BYTES, parse_overlay

    named, folder = context.options.text("overlay"), node_here(context)
    if not named and folder is not None and (Path(folder) / OVERLAY).is_file():
        named = str(Path(folder) / OVERLAY)
    return parse_overlay(read_file(named, most=MOST_BYTES), where=named) if named else None


def node_here(context: Context) -> str | None:
    """Return the folder of the node that was named, else of one kept here; None where there is none."""
    return context.node_named or ("." if Path("node.json").is_file() else None)


def _lines(context: Context, view: BasisView) -> tuple[str, ...]:
    question = context.say(
        "basis.line.question",
        requesting=view.requesting,
        requested=view.requested,
        on=view.on,
        kind=f"kind.{view.kind}",
    )
    answer = context.say("basis.line.none")
    if view.basis:
        answer = context.say("basis.line.proposed", rows=", ".join(_row(context, row) for row in view.basis))
    lines = [question, answer]
    for one in view.instruments:
        lines += ["", *_instrument(context, one)]
    return tuple(lines)


def _row(context: Context, row: BasisLine) -> str:
    place = row.reference or "?"
    return f"{row.instrument} {place} ({context.words.label('choice', row.role)})"


def _instrument(context: Context, one: InstrumentView) -> tuple[str, ...]:
    name = context.words.label("instrument", one.instrument)
    lines = [f"{name}: {context.words.label('verdict_basis', one.verdict)}"]
    for reason in one.reasons:
        lines += wrap(_why(context, reason), indent=4)
    if one.channels:
        names = ", ".join(
            dict.fromkeys(context.words.label("channel_kind", row.channel) for row in one.channels)
        )
        lines += wrap(context.say("basis.line.channels", names=names), indent=4)
    return tuple(lines)


def _why(context: Context, reason: Why) -> str:
    told = {k: printable(v) if isinstance(v, str) else v for k, v in reason.parameters.items()}
    return context.say(f"why.{reason.code}", **told)


def _party(text: str, where: str) -> PartyCode:
    from comity.kernel.errors import MalformedError
    from comity.kernel.ids import parse_party

    try:
        return parse_party(text)
    except MalformedError as exc:
        raise UsageError("usage.party", where=where, value=text[:40]) from exc


def _kind(text: str) -> str:
    from comity.requests.kinds import all_kinds, find_kind

    if find_kind(text) is None:
        choices = ", ".join(kind.code for kind in all_kinds())
        raise UsageError("usage.choice", where="--kind", value=text[:40], choices=choices)
    return text
