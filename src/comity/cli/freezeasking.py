"""The freeze lane at the command line: requests and orders about an asset, hearing, lifting, recall."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from comity.cli.approving import prepared
from comity.cli.context import read_file, write_file
from comity.cli.finding import find_request
from comity.cli.freezing import told
from comity.cli.nodes import instant_of
from comity.cli.output import Reply, printable
from comity.cli.pages import assessment_lines
from comity.cli.problems import UsageError
from comity.cli.values import assessment_value

if TYPE_CHECKING:
    from comity.cli.context import Context
    from comity.node.freezeforms import Brief

_USUAL = "property-freezing"


def prepare(context: Context) -> Reply:
    """Fill in and check the request for an asset; draft it where that is asked for."""
    from comity.wording.freezing import freeze_texts

    options, kind = context.options, context.options.text("freeze_kind") or _USUAL
    name, to = options.text("asset_name"), options.text("to")
    with context.seated() as (desks, actor):
        purpose = context.purpose(desks)
        asset = desks.freezing.show(actor, name=name, purpose=purpose).asset
        texts = freeze_texts(asset, kind=kind, language=_tongue(context), office="")
        made = desks.freezing.asking.prepare(
            actor,
            name=name,
            kind=kind,
            to=to,
            texts=texts,
            brief=_brief(context),
            base=_base(context, desks, actor, purpose),
            purpose=purpose,
        )
        if options.text("out"):
            shown = json.dumps(json.loads(made.form), indent=1, ensure_ascii=False)
            write_file(options.text("out"), shown.encode() + b"\n")
        if options.flag("draft_now"):
            case = options.maybe("case")
            held = desks.cases.resolve(case) if case else None
            return prepared(
                context, desks.freezing.asking.draft(actor, name=name, form=made.form, to=to, case=held)
            )
    value = {
        "form": json.loads(made.form),
        "open_fields": list(made.open_fields),
        "may_proceed": made.assessment.may_proceed,
        "assessment": assessment_value(made.assessment, context.words),
        "path": options.text("out"),
    }
    lines = [
        *([context.say("line.written", path=printable(options.text("out")))] if options.text("out") else []),
        *assessment_lines(made.assessment, context.words),
        context.say("line.freeze_open_fields", count=len(made.open_fields))
        if made.open_fields
        else context.say("line.freeze_whole"),
        context.say("line.trace_person"),
    ]
    return Reply(value=value, lines=tuple(lines))


def tie(context: Context) -> Reply:
    """Tie an asset to a request that is here."""
    options, name = context.options, context.options.text("asset_name")
    with context.seated() as (desks, actor):
        purpose = context.purpose(desks)
        view = desks.freezing.asking.tie_to(
            actor,
            name=name,
            request=options.text("base_request"),
            item=options.text("item_id"),
            purpose=purpose,
        )
    return told(context, view)


def order(context: Context) -> Reply:
    """Record the intent to order a provider, and write the words of the order."""
    from comity.kernel.digests import sha256
    from comity.wording.freezing import order_text

    options, name = context.options, context.options.text("asset_name")
    until = instant_of(options.text("ends_at"), where="--until")
    assert until is not None  # the option is required
    digest = sha256(read_file(options.text("ruling_file"))).hex()
    with context.seated() as (desks, actor):
        view = desks.freezing.orders.order(
            actor,
            name=name,
            provider=options.text("provider"),
            reference=options.text("paper"),
            digest=digest,
            until=until,
        )
        tasks = desks.freezing.tasks(actor, name=name)
    if out := options.text("out"):
        words = order_text(view.asset, view.asset.orders[-1].number, language=_tongue(context))
        write_file(out, words.encode() + b"\n")
    return told(context, view, tasks)


def outcome(context: Context) -> Reply:
    """Record what became of an order."""
    options, name = context.options, context.options.text("asset_name")
    with context.seated() as (desks, actor):
        view = desks.freezing.orders.carried(
            actor,
            name=name,
            order=number(context, "order_line", "--order"),
            outcome=options.text("order_outcome"),
            amount=options.text("sum"),
            reference=options.text("paper"),
            words=options.text("told_words"),
        )
        tasks = desks.freezing.tasks(actor, name=name)
    return told(context, view, tasks)


def hear(context: Context) -> Reply:
    """Draft the act by which the requesting Party is heard."""
    options = context.options
    with context.seated() as (desks, actor):
        view = desks.freezing.asking.hear(
            actor,
            name=options.text("asset_name"),
            words=options.text("told_words"),
            language=_tongue(context),
        )
    return prepared(context, view)


def lift(context: Context) -> Reply:
    """Draft the act that lifts a measure."""
    options = context.options
    with context.seated() as (desks, actor):
        hearing = options.text("hearing")
        view = desks.freezing.asking.lift(
            actor,
            name=options.text("asset_name"),
            ground=options.text("lift_ground"),
            words=options.text("told_words"),
            language=_tongue(context),
            hearing=desks.cases.resolve(hearing) if hearing else "",
            unheard=options.text("unheard"),
        )
    return prepared(context, view)


def recall(context: Context) -> Reply:
    """Draft the withdrawal of what was asked for."""
    options = context.options
    with context.seated() as (desks, actor):
        view = desks.freezing.asking.recall(
            actor,
            name=options.text("asset_name"),
            words=options.text("told_words"),
            language=_tongue(context),
        )
    return prepared(context, view)


def number(context: Context, name: str, where: str) -> int:
    """Return a whole number that an option says; 0 where it says nothing."""
    text = context.options.text(name)
    if text and not (text.isascii() and text.isdigit() and len(text) <= 6):
        raise UsageError("usage.choice", where=where, value=text[:20], choices="1, 2, 3 …")
    return int(text or 0)


def _tongue(context: Context) -> str:
    return context.options.text("tongue") or context.words.language


def _brief(context: Context) -> Brief:
    from comity.node.freezeforms import Brief

    options = context.options
    return Brief(
        facts=options.text("facts"),
        offence=options.text("offence_title"),
        provision=options.text("offence_provision"),
        article=number(context, "offence_article", "--article"),
        years=number(context, "offence_years", "--years"),
        subject=options.text("matter_subject"),
        reference=options.text("matter_reference"),
        issuer=options.text("issuer"),
        functions=options.text("issuer_functions"),
        holder=options.text("asset_holder"),
        place=options.text("asset_place"),
        order=options.text("court_order"),
        order_issuer=options.text("court"),
        order_date=options.text("court_date"),
        criminal=options.text("criminal_there") or "unknown",
        wanted_by=options.text("wanted_by"),
    )


def _base(context: Context, desks: Any, actor: Any, purpose: str) -> bytes:
    """Return the earlier form to begin with: a file, or that of a request of ours; nothing for none."""
    options = context.options
    if like := options.text("base_request"):
        request = find_request(desks, actor, like, purpose=purpose)
        found: bytes = desks.cases.part(actor, act=request.act, name="form", purpose=purpose)
        return found
    return read_file(options.text("base")) if options.text("base") else b""
