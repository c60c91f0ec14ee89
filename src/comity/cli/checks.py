"""Commands that need no node: request kinds, example, schema and check; verification."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from comity.cli.context import read_file, require_file, write_file
from comity.cli.days import day_named
from comity.cli.output import Reply, printable, table
from comity.cli.pages import assessment_lines, exhibit_rows
from comity.cli.problems import UsageError
from comity.cli.values import assessment_value, exhibit_value, moment
from comity.evidence.custody import CustodyStep

if TYPE_CHECKING:
    from comity.cli.context import Context
    from comity.node.views import VerifyReport

_MOST_FORM = 1024 * 1024


def kinds(context: Context) -> Reply:
    """List the kinds of request with the article each rests on."""
    from comity.requests import service

    found = service.kinds()
    value = [
        {
            "kind": kind.code,
            "article": kind.article,
            "title": context.words.label("kind", kind.code),
            "depth": kind.depth.value,
            "two_person": kind.two_person,
            "coercive": kind.coercive,
            "mechanism": kind.mechanism,
            "fields_from": kind.fields_from,
            "version": kind.version,
            "act": kind.act,
            "examples": service.examples(kind.code),
        }
        for kind in found
    ]
    rows = [(k.code, k.mechanism, k.depth.value, context.words.label("kind", k.code)) for k in found]
    return Reply(value=value, lines=table(rows))


def example(context: Context) -> Reply:
    """Print a complete form of a kind with dates around a day, to be edited; the same with ``--json``."""
    from comity.requests import service

    options = context.options
    value = service.example(
        options.text("kind"), on=day_named(options.text("on")), variant=_variant(options.text("variant"))
    )
    return Reply(value=value, lines=_pretty(value))


def new(context: Context) -> Reply:
    """Write an empty form of a kind to a file: every required field is there, blank."""
    from comity.requests import service

    options = context.options
    value = service.blank(options.text("kind"))
    out = options.text("out")
    write_file(out, "\n".join((*_pretty(value), "")).encode("utf-8"))
    return Reply(value={"form": out}, lines=(context.say("line.written", path=out),))


def schema(context: Context) -> Reply:
    """Print the form of a kind as JSON Schema, each field with its paragraph."""
    from comity.requests import service

    value = service.schema(context.options.text("kind"))
    return Reply(value=value, lines=_pretty(value))


def check(context: Context) -> Reply:
    """Assess a form as one of the two sides would; what is found is an answer, not an error."""
    from comity.cli.basing import overlay_of
    from comity.requests import service

    options = context.options
    form = read_file(options.text("file"), most=_MOST_FORM)
    found = service.check(
        form, side=options.text("side"), on=day_named(options.text("on")), overlay=overlay_of(context)
    )
    lines = assessment_lines(found, context.words)
    return Reply(value={"assessment": assessment_value(found, context.words)}, lines=lines)


def verify(context: Context) -> Reply:
    """Check a court file or a package; the only command whose answer can be no."""
    options = context.options
    path = options.text("path")
    require_file(path)
    report = context.toolbox.verify(
        path,
        trust=options.maybe("trust"),
        integrity_only=options.flag("integrity_only"),
        node=context.node_named or _node_here(),
        certificates=options.maybe("certificates"),
    )
    value: dict[str, object] = {
        "verdict": report.verdict,
        "case": report.case,
        "exhibits": [exhibit_value(exhibit) for exhibit in report.exhibits],
        "attested": [{"act": x.act, "kind": x.kind, "channel": x.channel} for x in report.attested],
        "stamped": report.stamped or None,
        "withheld": list(report.withheld),
        "packages": list(report.packages),
        "custody": [{"bag": x.bag_root, "events": x.events, "last": x.last} for x in report.custody],
        "stamps": [{"digest": x.digest, "at": x.at, "holds": x.holds} for x in report.stamps],
        "released": report.released or None,
        "step": report.step,
        "path": report.path,
        "reason": report.reason,
    }
    lines = [
        context.say(
            "line.verdict", verdict=report.verdict, meaning=context.words.label("verdict", report.verdict)
        )
    ]
    fault = (("step", report.step), ("path", report.path), ("reason", report.reason))
    rows = [(context.say(f"label.{name}"), printable(text)) for name, text in fault if text]
    lines += [*table(rows, indent=2), *exhibit_rows(report.exhibits, context.words)]
    lines += [
        context.say(
            "line.attested",
            act=one.act[:12],
            kind=context.words.label("act", one.kind),
            channel=context.words.label("talk", one.channel),
        )
        for one in report.attested
    ]
    lines += _court_lines(report, context)
    if report.stamped:
        lines.append("  " + context.say("line.stamped", stamped=report.stamped))
    return Reply(value=value, lines=tuple(lines), exit_code=report.exit_code)


def _court_lines(report: VerifyReport, context: Context) -> list[str]:
    """Return what a court file tells beside its exhibits: what is withheld, custody, stamps, who decided."""
    lines = [context.say("line.withheld", part=printable(one)) for one in report.withheld]
    lines += [context.say("line.held_package", bag=one) for one in report.packages]
    lines += [
        context.say(
            "line.court_custody",
            bag=one.bag_root[:12],
            events=one.events,
            last=_step_word(one.last, context),
        )
        for one in report.custody
    ]
    for token in report.stamps:
        code = "line.court_stamp" if token.holds else "line.court_stamp_unproven"
        lines.append(context.say(code, digest=token.digest[:12], at=moment(token.at) or ""))
    if report.released:
        lines.append(context.say("line.court_decision", release=report.released))
    return ["  " + line for line in lines]


def _step_word(step: str, context: Context) -> str:
    """Return the word of an event; a step that this software does not know is told as it stands."""
    return context.words.label("web.custody", step) if step in set(CustodyStep) else printable(step)


def _node_here() -> str | None:
    """Return the current folder when a node is kept in it: its pins are then trusted."""
    return "." if Path("node.json").is_file() else None


def _variant(text: str) -> int:
    if text and not (text.isascii() and text.isdigit() and len(text) < 4):
        raise UsageError("usage.number", where="--variant", value=text[:40])
    return int(text) if text else 1


def _pretty(value: object) -> tuple[str, ...]:
    import json

    return tuple(json.dumps(value, indent=2, ensure_ascii=False).splitlines())
