"""Commands on ledgers: what was taken in, who holds what together, where value went."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.context import write_file
from comity.cli.nodes import instant_of
from comity.cli.output import Reply, printable, table
from comity.cli.problems import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from comity.cli.context import Context
    from comity.tracing.clusters import Link
    from comity.tracing.questions import Question
    from comity.tracing.since import Since, Step
    from comity.tracing.tags import Tag
    from comity.tracing.trails import Path

USUAL_LEDGER = "main"
MOST, _SHOWN = 100_000, 20


def cluster(context: Context) -> Reply:
    """Apply clustering rules."""
    options, most = context.options, count(context)
    with context.seated() as (desks, actor):
        found = desks.tracing.cluster(
            actor,
            ledger=ledger(context),
            purpose=context.purpose(desks),
            rules=options.many("rule"),
            keeps_mixes=options.flag("keep_mixes"),
        )
    made = found.grouping
    value = {
        "rules": list(made.rules),
        "keeps_mixes": made.keeps_mixes,
        "inputs": made.inputs,
        "links": made.links,
        "mixes": list(found.mixes),
        "count": made.clusters,
        "clusters": [list(one) for one in found.clusters],
        "digest": made.digest,
    }
    lines = [
        context.say(
            "line.trace_clusters",
            clusters=made.clusters,
            links=made.links,
            mixes=made.mixes,
            rules=", ".join(made.rules),
        ),
        *table(
            [(str(len(one)), *one[:3], *(["…"] if len(one) > 3 else [])) for one in found.clusters[:most]],
            indent=2,
        ),
        context.say("line.trace_digest", digest=made.digest),
        context.say("line.trace_inference"),
    ]
    return Reply(value=value, lines=tuple(lines))


def explain(context: Context) -> Reply:
    """Tell why two addresses are in one cluster."""
    options = context.options
    with context.seated() as (desks, actor):
        links = desks.tracing.explain(
            actor,
            ledger=ledger(context),
            first=options.text("one_address"),
            second=options.text("other_address"),
            purpose=context.purpose(desks),
        )
    return Reply(value=[_link(one) for one in links], lines=tuple(_link_lines(context, links)))


def taint(context: Context) -> Reply:
    """Tell where tainted value lies."""
    from comity.cli.places import teller
    from comity.tracing.reporting import tag_value, trail_value

    most = count(context)
    with context.seated() as (desks, actor):
        purpose = context.purpose(desks)
        traced = desks.tracing.taint(
            actor,
            ledger=ledger(context),
            question=_question(context),
            purpose=purpose,
            tell=teller(context, "line.trace_progress"),
        )
    trail, network = traced.trail, (traced.contents.network, traced.contents.asset)
    said = {tag.address: tag for tag in reversed(traced.tags)}
    value = trail_value(trail, most=most if context.options.text("count") else MOST)
    value["tags"] = [tag_value(tag) for tag in traced.tags]
    rows = [
        (
            one.address,
            amount(one.taint, network),
            context.say("line.trace_of", balance=amount(one.balance, network)),
            printable(said[one.address].label) if one.address in said else "",
        )
        for one in trail.holdings[:most]
    ]
    lines = [
        context.say(
            "line.trace_taint",
            method=trail.question.method.value,
            created=amount(trail.created, network),
            addresses=trail.addresses,
        ),
        *table(rows, indent=2),
    ]
    if trail.addresses > most:
        lines.append(context.say("line.trace_more", count=trail.addresses - most))
    if trail.funded:
        lines.append(context.say("line.trace_funded", amount=amount(trail.funded, network)))
    lines += [context.say("line.trace_digest", digest=trail.digest), context.say("line.trace_person")]
    return Reply(value=value, lines=tuple(lines))


def path(context: Context) -> Reply:
    """Tell the earliest path from the seeds to services, or to addresses that are named."""
    from comity.tracing.reporting import path_value, tag_value

    with context.seated() as (desks, actor):
        found = desks.tracing.path(
            actor,
            ledger=ledger(context),
            question=_question(context),
            purpose=context.purpose(desks),
            targets=context.options.many("target"),
        )
    network = (found.contents.network, found.contents.asset)
    value = {
        "inputs": found.contents.digest,
        "digest": found.digest,
        "paths": [path_value(one) for one in found.paths],
        "tags": [tag_value(tag) for tag in found.tags],
    }
    lines = [line for one in found.paths for line in _path_lines(context, one, found.tags, network)]
    return Reply(value=value, lines=tuple(lines) or (context.say("line.trace_no_path"),))


def asked(context: Context) -> Reply:
    """List the questions that were answered from a ledger."""
    from comity.cli.values import moment
    from comity.tracing.since import asked_value

    most = count(context)
    with context.seated() as (desks, actor):
        found = desks.tracing.asked(actor, ledger=ledger(context), purpose=context.purpose(desks))
    rows = [
        (
            one.trail[:16],
            moment(one.at) or "",
            one.question.method.value,
            one.officer,
            " ".join(seed[:20] for seed in one.question.seeds[:2]),
        )
        for one in found[:most]
    ]
    more = [context.say("line.trace_more", count=len(found) - most)] if len(found) > most else []
    return Reply(
        value=[asked_value(one) for one in found],
        lines=(*table(rows), *more) or (context.say("line.none"),),
    )


def moved(context: Context) -> Reply:
    """Tell what has moved since an answer, where to, and what remains."""
    from comity.tracing.since import since_value

    most = count(context)
    with context.seated() as (desks, actor):
        found = desks.tracing.moved(
            actor,
            ledger=ledger(context),
            trace=context.options.text("trace"),
            purpose=context.purpose(desks),
        )
        contents = desks.tracing.list(actor)[ledger(context)]
    value = since_value(found, most=most if context.options.text("count") else MOST)
    return Reply(
        value=value, lines=tuple(_since_lines(context, found, most, (contents.network, contents.asset)))
    )


def _since_lines(context: Context, found: Since, most: int, network: tuple[str, str]) -> Iterable[str]:
    from comity.cli.values import moment

    at = moment(found.asked.at) or found.asked.inputs[:16]
    if found.steps or found.elsewhere:
        yield context.say(
            "line.trace_since",
            at=at,
            remains=amount(found.remains, network),
            elsewhere=amount(found.elsewhere, network),
            payments=len(found.steps),
        )
    else:
        yield context.say("line.trace_still", at=at)
    for step in found.steps[:most]:
        yield from _step_lines(step, network)
    if len(found.steps) > most:
        yield context.say("line.trace_more", count=len(found.steps) - most)
    rows = []
    for one in found.standings[:most]:
        told = {name: amount(getattr(one, name), network) for name in ("then", "went", "came", "now")}
        rows.append((one.address, context.say("line.trace_stands", **told)))
    yield from table(rows)
    if len(found.standings) > most:
        yield context.say("line.trace_more", count=len(found.standings) - most)
    if revised := sum(1 for one in found.standings if one.revised):
        yield context.say("line.trace_revised", count=revised)
    yield context.say("line.trace_digest", digest=found.digest)
    yield context.say("line.trace_person")


def _step_lines(step: Step, network: tuple[str, str]) -> Iterable[str]:
    from comity.cli.values import moment

    yield f"{moment(step.at)}  {step.tx}"
    rows = [("−", one.address, amount(one.taint, network)) for one in step.taken]
    rows += [("+", one.address, amount(one.taint, network)) for one in step.paid]
    yield from table(rows, indent=2)


def report(context: Context) -> Reply:
    """Write the report of a trace: its data, its picture, or a document for print."""
    from pathlib import PurePath

    options, out = context.options, context.options.text("out")
    suffix = PurePath(out).suffix.lower()
    if out and suffix not in (".json", ".svg", ".pdf"):
        raise UsageError("usage.trace_out", where="--out", value=out[:60])
    with context.seated() as (desks, actor):
        made = desks.tracing.report(
            actor, ledger=ledger(context), question=_question(context), purpose=context.purpose(desks)
        )
        if out:
            tongue = options.text("language") or context.words.language
            data = {
                ".json": lambda: made.data() + b"\n",
                ".svg": lambda: context.toolbox.draw_flow(made, language=tongue),
                ".pdf": lambda: context.toolbox.print_flow(made, languages=tongue, author=actor.authority),
            }[suffix]()
            write_file(out, data)
    value = {"report": made.value(), "digest": made.digest, "path": out}
    lines = [
        context.say("line.trace_report", digest=made.digest, paths=len(made.paths), tags=len(made.tags)),
        *([context.say("line.written", path=printable(out))] if out else []),
        context.say("line.trace_person"),
    ]
    return Reply(value=value, lines=tuple(lines))


def count(context: Context) -> int:
    """Return how many rows are shown; raise UsageError ``usage.count``."""
    text = context.options.text("count")
    if not text:
        return _SHOWN
    if not (text.isascii() and text.isdigit() and len(text) <= 6 and 1 <= int(text) <= MOST):
        raise UsageError("usage.count", where="-k", value=text[:40], most=str(MOST))
    return int(text)


def ledger(context: Context) -> str:
    """Return the name of the ledger that is meant."""
    return context.options.text("ledger") or USUAL_LEDGER


def _question(context: Context) -> Question:
    from comity.tracing.questions import Question
    from comity.tracing.taint import Method

    options = context.options
    return Question(
        method=Method(options.text("method") or Method.HAIRCUT.value),
        seeds=options.many("seed"),
        since=instant_of(options.text("paid_since"), where="--since"),
        until=instant_of(options.text("paid_until"), where="--until"),
    )


def amount(value: int, network: tuple[str, str]) -> str:
    """Return an amount of a network and its asset with its unit."""
    from comity.tracing.amounts import amount_text

    return amount_text(value, network=network[0], asset=network[1])


def _path_lines(context: Context, one: Path, tags: Iterable[Tag], network: tuple[str, str]) -> Iterable[str]:
    from comity.cli.values import moment

    labels = [f"{tag.label} ({tag.confidence})" for tag in tags if tag.address == one.target]
    yield context.say("line.trace_path", target=one.target, label=printable(", ".join(labels)))
    if not one.is_whole:
        yield "  …"
    for hop in one.hops:
        if hop.target_address:
            told = (moment(hop.at) or "", amount(hop.amount, network), hop.target_address, hop.tx[:16])
            yield "  " + "  ".join(told)


def _link_lines(context: Context, links: Sequence[Link]) -> Iterable[str]:
    for one in links:
        yield context.words.label("trace.rule", one.rule.replace("-", "_"))
        yield from table([(one.first, one.second), (one.tx, one.because)], indent=2)
    yield context.say("line.trace_inference")


def _link(one: Link) -> dict[str, str]:
    return {
        "rule": one.rule,
        "tx": one.tx,
        "first": one.first,
        "second": one.second,
        "because": one.because,
    }
