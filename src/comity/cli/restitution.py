"""Commands on restitution: what an asset brought, who is owed what, what was paid, where the rest went."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.context import write_file
from comity.cli.output import Reply, printable, table
from comity.cli.problems import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from comity.cases.blanks import Blank
    from comity.cli.context import Context
    from comity.restitution.views import AssetView, ClaimView, Money, Statement


def show(context: Context) -> Reply:
    """Show the ledger of a case, as somebody may see it."""
    with context.seated() as (desks, actor):
        found = desks.restitution.show(
            actor,
            case=desks.cases.resolve(context.options.text("case")),
            purpose=context.purpose(desks),
            audience=_audience(context),
            who=context.options.text("victim"),
        )
    return Reply(value=_value(found), lines=tuple(_lines(context, found)))


def record(context: Context) -> Reply:
    """Add an entry to the ledger of a case."""
    options = context.options
    values = dict(pairs(options.many("answers")))
    with context.seated() as (desks, actor):
        found = desks.restitution.record(
            actor,
            case=desks.cases.resolve(options.text("case")),
            entry=options.text("ledger_entry"),
            values=values,
            purpose=context.purpose(desks, implied="execution"),
        )
    line = context.say("line.ledger_recorded", number=found.lines, digest=found.digest[:16])
    return Reply(value=_value(found), lines=(line, *_lines(context, found)))


def claims(context: Context) -> Reply:
    """Take over the claims that were ruled on while an asset was frozen."""
    options, awarded = context.options, {}
    for line, amount in pairs(options.many("awarded")):
        if not (line.isascii() and line.isdigit() and len(line) < 7):
            raise UsageError("usage.number", where="--awarded", value=line[:20])
        awarded[int(line)] = amount.strip()
    with context.seated() as (desks, actor):
        found = desks.restitution.take_claims(
            actor,
            case=desks.cases.resolve(options.text("case")),
            book=options.text("freeze_book"),
            asset=options.text("ledger_asset"),
            awarded=awarded,
            purpose=context.purpose(desks, implied="execution"),
        )
    line = context.say("line.ledger_recorded", number=found.lines, digest=found.digest[:16])
    return Reply(value=_value(found), lines=(line, *_lines(context, found)))


def form(context: Context) -> Reply:
    """Tell what an entry asks, or which entries there are."""
    from comity.restitution.forms import FORMS

    name = context.options.text("ledger_entry")
    if not name:
        rows = [(one, context.words.label("restitution.entry", one)) for one in FORMS]
        return Reply(value=list(FORMS), lines=table(rows))
    if name not in FORMS:
        raise UsageError("usage.choice", where="ENTRY", value=name[:40], choices=", ".join(FORMS))
    return asked(context, FORMS[name], family="restitution")


def statement(context: Context) -> Reply:
    """Write a statement for print."""
    options = context.options
    with context.seated() as (desks, actor):
        found = desks.restitution.show(
            actor,
            case=desks.cases.resolve(options.text("case")),
            purpose=context.purpose(desks),
            audience=_audience(context),
            who=options.text("victim"),
        )
        data = context.toolbox.print_statement(
            found, languages=options.text("language") or context.words.language, author=str(actor.authority)
        )
    write_file(options.text("out"), data)
    line = context.say("line.written", path=printable(options.text("out")))
    return Reply(value={**_value(found), "path": options.text("out")}, lines=(line,))


def pairs(said: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield names and values of arguments NAME=VALUE; raise UsageError ``usage.choice``."""
    for one in said:
        name, sign, text = one.partition("=")
        if not sign:
            raise UsageError("usage.choice", where="NAME=VALUE", value=one[:20], choices="NAME=VALUE")
        yield name.strip(), text


def asked(context: Context, blanks: Sequence[Blank], *, family: str) -> Reply:
    """Return a form: what is asked, whether it is needed, and what may be chosen."""
    value = [
        {
            "name": one.name,
            "answer": one.answer.value,
            "needed": one.needed,
            "choices": list(one.choices),
            "secret": one.secret,
        }
        for one in blanks
    ]
    rows = [
        (
            one.name,
            context.words.label(f"{family}.field", one.name),
            context.say("line.needed") if one.needed else "",
            "|".join(one.choices),
        )
        for one in blanks
    ]
    return Reply(value=value, lines=table(rows))


def _audience(context: Context) -> str:
    return context.options.text("audience") or ("victim" if context.options.text("victim") else "court")


def _value(found: Statement) -> dict[str, object]:
    from msgspec import to_builtins

    value: dict[str, object] = to_builtins(found)
    return value


def _lines(context: Context, found: Statement) -> Iterator[str]:
    label = context.words.label
    for asset in found.assets:
        yield from _asset_lines(context, asset)
    for one in found.claims:
        yield from _claim_lines(context, one)
    for rule in found.rules:
        yield context.say(
            "line.ledger_rule",
            line=rule.line,
            asset=rule.asset,
            method=label("restitution.choice", rule.method),
            by=printable(rule.decided_by),
            reason=printable(rule.reason),
        )
    yield from table(
        [
            (
                f"{one.line}",
                one.claim,
                one.money.shown,
                label("restitution.choice", one.outcome or "under_way"),
                printable(one.reference),
            )
            for one in found.payments
        ],
        indent=2,
    )
    for share in found.shares:
        yield f"  {label('restitution.account', share.kind)}  {share.money.shown}"
    for given in found.given:
        name = label("restitution.choice", given.kind)
        told = (f"{given.line}", name, printable(given.to), given.money.shown, printable(given.agreement))
        yield "  " + "  ".join(told)
    for weighed in found.considered:
        yield f"  {weighed.who or weighed.count}  {label('restitution.choice', weighed.outcome)}"
    for search in found.searches:
        yield f"  {label('restitution.entry', 'victim.search')}: {printable(search)}"
    if found.unconsidered:
        yield context.say("line.ledger_waiting", count=found.unconsidered, who=", ".join(found.waiting))
    yield context.say("line.ledger_digest", lines=found.lines, digest=found.digest)


def _asset_lines(context: Context, one: AssetView) -> Iterator[str]:
    label = context.words.label
    yield f"{one.asset}  {printable(one.description)}  {label('restitution.choice', one.state)}"
    rows = [(label("restitution.account", each.kind), each.whom, each.money.shown) for each in one.balances]
    yield from table(rows, indent=2)


def _claim_lines(context: Context, one: ClaimView) -> Iterator[str]:
    label = context.words.label
    outcome = label("restitution.choice", one.outcome or "open")
    yield f"{one.claim}  {one.who}  {label('restitution.choice', one.kind)}  {outcome}"
    rows = [
        (label("restitution.account", "claimed"), one.claimed.shown),
        (label("restitution.account", "proven"), one.proven.shown),
        (label("restitution.account", "allotted"), _sum(one.allotted)),
        (label("restitution.account", "paid"), _sum(one.paid)),
    ]
    yield from table([row for row in rows if row[1]], indent=2)


def _sum(amounts: Sequence[Money]) -> str:
    return " + ".join(one.shown for one in amounts)
