"""The freeze lane at the command line: lines that an officer records by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.context import read_file
from comity.cli.freezeasking import number
from comity.cli.freezing import told
from comity.cli.nodes import instant_of

if TYPE_CHECKING:
    from comity.cli.context import Context
    from comity.cli.output import Reply


def frozen(context: Context) -> Reply:
    """Record what was frozen."""
    return _recorded(context, "frozen", {"sum": "amount", "frozen_by": "by", "paper": "reference"})


def moved(context: Context) -> Reply:
    """Record what a bank's statement says."""
    return _recorded(context, "moved", {"remaining": "remaining", "paper": "reference"})


def cost(context: Context) -> Reply:
    """Record a cost."""
    names = {"cost_of": "what", "sum": "amount", "currency": "currency", "paper": "reference"}
    return _recorded(context, "cost", names)


def value(context: Context) -> Reply:
    """Record what it was worth, and is."""
    names = {"was": "was", "is_now": "now", "currency": "currency", "paper": "reference"}
    return _recorded(context, "value", names)


def claim(context: Context) -> Reply:
    """Record a third party's claim."""
    return _recorded(context, "claim", {"claimant": "who", "claim_ground": "ground", "sum": "amount"})


def ruling(context: Context) -> Reply:
    """Record a court's ruling."""
    names = {"judged": "outcome", "court": "court", "paper": "reference"}
    return _recorded(context, "ruling", names, numbers={"claim_line": "claim"})


def custody(context: Context) -> Reply:
    """Record who holds seized coins, and where."""
    names = {"custodian": "custodian", "kept_at": "address", "sum": "amount", "tx": "tx"}
    return _recorded(context, "custody", names, numbers={"source_line": "source"})


def lifted(context: Context) -> Reply:
    """Record that the measure was lifted."""
    return _recorded(
        context, "lifted", {"sum": "amount", "told_words": "words"}, numbers={"source_line": "source"}
    )


def released(context: Context) -> Reply:
    """Record that a part went to somebody."""
    names = {"sum": "amount", "released_to": "to", "paper": "reference"}
    return _recorded(context, "released", names, numbers={"ruling_line": "ruling", "source_line": "source"})


def weighed(context: Context) -> Reply:
    """Record what a person holds of the measure after tags were retracted."""
    names = {"weighed_as": "outcome", "told_words": "words"}
    return _recorded(context, "weighed", names, numbers={"line_number": "line"})


def struck(context: Context) -> Reply:
    """Record that a line was recorded in error."""
    return _recorded(context, "struck", {"told_words": "words"}, numbers={"line_number": "line"})


def _recorded(
    context: Context, fact: str, names: dict[str, str], *, numbers: dict[str, str] | None = None
) -> Reply:
    """Record a line whose members are named by options; a file is told by its digest."""
    options = context.options
    made: dict[str, object] = {"fact": fact}
    made |= {member: text for name, member in names.items() if (text := options.text(name))}
    for name, member in (numbers or {}).items():
        if options.text(name):
            made[member] = number(context, name, f"--{member}")
    for name, member in (("happened_at", "at"), ("ends_at", "until")):
        if (at := instant_of(options.maybe(name) or "", where=f"--{member}")) is not None:
            made[member] = at
    if path := options.maybe("ruling_file"):
        from comity.kernel.digests import sha256

        made["digest"] = sha256(read_file(path)).hex()
    name = options.text("asset_name")
    with context.seated() as (desks, actor):
        if fact == "lifted" and options.text("act"):
            made["act"] = desks.cases.resolve(options.text("act"))
        view = desks.freezing.record(actor, name=name, fact=made)
        tasks = desks.freezing.tasks(actor, name=name)
    return told(context, view, tasks)
