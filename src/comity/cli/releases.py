"""Commands on releases: that a case leave is proposed, every finding decided by name, and approved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.approving import decisions_of
from comity.cli.output import Reply, printable, table
from comity.cli.pages import assessment_lines, names_of, short
from comity.cli.problems import UsageError
from comity.cli.values import assessment_value, moment

if TYPE_CHECKING:
    from comity.cases.gate import Withholding
    from comity.cli.context import Context
    from comity.cli.values import Value
    from comity.cli.words import Words
    from comity.node.releasing import ReleaseView

_PROCEED = "proceed"


def propose(context: Context) -> Reply:
    """Propose that a case leave as a court file."""
    with context.seated() as (desks, actor):
        case = desks.cases.resolve(context.options.text("case"))
        return told(context, desks.court.releases.propose(actor, case=case, purpose=context.purpose(desks)))


def approve(context: Context) -> Reply:
    """Decide what ``--decide`` names and approve; two officers do, a head among them.

    While a finding waits for a decision nothing is approved: the answer is the release, and says so.
    """
    release, reason = context.options.text("release"), context.options.text("reason")
    with context.seated() as (desks, actor):
        desk = desks.court.releases
        for finding, outcome, why in decisions_of(context):
            if outcome != _PROCEED:
                raise UsageError("usage.release_outcome", where="--decide", value=outcome)
            desk.decide(actor, release=release, finding=finding, inner=why)
        shown = desk.show(actor, release=release, purpose=context.purpose(desks, implied="court"))
        if shown.undecided:
            return told(context, shown)
        return told(context, desk.approve(actor, release=release, reason=reason))


def listing(context: Context) -> Reply:
    """List the releases of the office: what waits for whom, and what is decided."""
    asked = context.options.maybe("case")
    with context.seated() as (desks, actor):
        case = desks.cases.resolve(asked) if asked else None
        found = desks.court.releases.list(actor, case=case, purpose=context.purpose(desks))
    rows = [
        (one.release, short(one.case), one.purpose, moment(one.proposed_at) or "", _state(one, context.words))
        for one in found
    ]
    lines = table(rows) or (context.say("line.none"),)
    return Reply(value={"releases": [_value(one, context.words) for one in found]}, lines=lines)


def pass_on(context: Context) -> Reply:
    """Propose that what came by an act go to a third State, as the State that gave it agreed."""
    options = context.options
    with context.seated() as (desks, actor):
        act = desks.cases.resolve(options.text("act"))
        view = desks.court.onward.propose(
            actor,
            act=act,
            recipient=options.text("to"),
            use=options.text("use"),
            purpose=context.purpose(desks),
        )
        return told(context, view)


def hand(context: Context) -> Reply:
    """Write what a decided release lets go to a third State."""
    options = context.options
    with context.seated() as (desks, actor):
        made = desks.court.onward.hand(
            actor, release=options.text("release"), out=options.text("out"), purpose=context.purpose(desks)
        )
    value: Value = {
        "release": made.release,
        "act": made.act,
        "recipient": made.recipient,
        "consent": made.consent,
        "out": made.out,
    }
    return Reply(value=value, lines=(context.say("line.written", path=made.out),))


def told(context: Context, view: ReleaseView, *, then: str = "") -> Reply:
    """Return the answer that shows a release: what was found, who approved, and what comes next.

    Args:
        context: The command.
        view: The release.
        then: A line that says what follows once it is decided; empty for none.
    """
    lines = [context.say("line.release", release=view.release, case=short(view.case))]
    lines += [
        "  "
        + context.say("line.held_back", what=_what(one), ground=printable(one.ground), officer=one.decided_by)
        for one in view.withheld
    ]
    lines += [f"  {line}" for line in assessment_lines(view.assessment, context.words)]
    if view.approved_by:
        lines.append("  " + context.say("line.approved_by", names=", ".join(view.approved_by)))
    if view.closed and view.way == "onward":
        command = f"comity evidence passed {view.release} -o folder"
        lines.append(context.say("next.export", command=command))
    elif view.closed and view.way != "export":
        lines.append(context.say("line.release_decided"))
    elif view.closed:
        command = f"comity case export {short(view.case)} -o court.tar --release {view.release}"
        lines.append(context.say("next.export", command=command))
    else:
        decides = "".join(f' --decide {code}=proceed:"…"' for code in names_of(view.undecided))
        command = f'comity --as OFFICER case approve {view.release}{decides} --reason "…"'
        lines.append(context.say("next.release", command=command))
    return Reply(value=_value(view, context.words), lines=(*lines, *([then] if then else [])))


def _what(one: Withholding) -> str:
    """Return what is withheld: an act or package, and of an act a part, or the number of an exhibit."""
    what = one.part if one.exhibit is None else str(one.exhibit)
    return short(one.of) if what is None else f"{short(one.of)}/{what}"


def _state(view: ReleaseView, words: Words) -> str:
    if view.closed:
        return words.say("line.release_decided")
    missing = ", ".join(words.label("role", role) for role in view.roles_missing)
    waiting = words.say("line.release_waits", roles=missing)
    return (
        f"{waiting}, {words.say('line.release_open', count=len(view.undecided))}"
        if view.undecided
        else waiting
    )


def _value(view: ReleaseView, words: Words) -> Value:
    return {
        "release": view.release,
        "case": view.case,
        "way": view.way,
        "purpose": view.purpose,
        "proposed_at": moment(view.proposed_at),
        "acts": view.acts,
        "assessment": assessment_value(view.assessment, words),
        "undecided": list(view.undecided),
        "approved_by": list(view.approved_by),
        "roles_missing": list(view.roles_missing),
        "closed": view.closed,
        "withheld": [
            {
                "of": one.of,
                "part": one.part,
                "exhibit": one.exhibit,
                "ground": one.ground,
                "decided_by": one.decided_by,
            }
            for one in view.withheld
        ],
    }
