"""Drafts: what was found, each finding decided by name, approvals, and the step that sends the act."""

from comity.cases.gate import finding_key
from comity.kernel.errors import MalformedError
from comity.node.views import Actor
from comity.web.answers import Answer
from comity.web.formreading import shown_part
from comity.web.timeline import details
from comity.web.visits import Visit

DROPPED = "stop"


def show(visit: Visit) -> Answer:
    """Show a draft whole: everything that an approval would cover."""
    found = visit.toolbox.reading.draft(visit.actor, act=visit.place("act"), purpose=visit.purpose)
    draft = found.view
    keys = {finding_key(finding): finding for finding in draft.assessment.to_decide}
    return visit.page(
        "draft.html",
        section="due",
        draft=draft,
        details=details(found.body, visit.words),
        parts=[(name, shown_part(data, visit.words)) for name, data in found.parts.items()],
        open=[(key, keys[key]) for key in draft.undecided if key in keys],
        others=[f for f in draft.assessment.findings if finding_key(f) not in draft.undecided],
        decided={finding_key(f) for f in draft.assessment.to_decide} - set(draft.undecided),
        key_of=finding_key,
        approved=visit.signed_in.officer in draft.approved_by,
        asks_passphrase=visit.toolbox.signin.asks_passphrase(visit.signed_in),
    )


def decide(visit: Visit) -> Answer:
    """Decide one finding by name, with the inner reason and what may be told."""
    form = visit.form
    draft = visit.toolbox.desks.cases.decide(
        visit.actor,
        act=visit.place("act"),
        finding=form.get("finding"),
        outcome=form.get("outcome"),
        inner=form.get("inner"),
        outer=form.get("outer"),
    )
    return visit.back("/" if form.get("outcome") == DROPPED else f"/drafts/{draft.act}")


def approve(visit: Visit) -> Answer:
    """Approve with the officer's own key; a passphrase is used for this statement only."""
    approver, reason = approver_of(visit), visit.form.get("reason")
    draft = visit.toolbox.desks.cases.approve(approver, act=visit.place("act"), reason=reason)
    return visit.back(f"/drafts/{draft.act}")


def approver_of(visit: Visit) -> Actor:
    """Return the officer of the session with the signer that the posted passphrase opens, for one statement.

    Raises:
        MalformedError: ``approval.confirm``: a key without a passphrase asks for a tick instead.
        DeniedError: as ``SignInDesk.approver``.
    """
    form, signin = visit.form, visit.toolbox.signin
    if not signin.asks_passphrase(visit.signed_in) and form.get("confirm") != "yes":
        raise MalformedError(
            "approval.confirm", "the approval was not confirmed", hint="tick the box beside the button"
        )
    secret = (form.all("passphrase") or ("",))[0].encode("utf-8")
    return signin.approver(visit.signed_in, passphrase=secret)


def issue(visit: Visit) -> Answer:
    """Sign the act as the authority and send it."""
    act = visit.toolbox.desks.cases.issue(visit.actor, act=visit.place("act"))
    return visit.back(f"/cases/{act.case}")


def drop(visit: Visit) -> Answer:
    """Drop the draft."""
    visit.toolbox.desks.cases.drop(visit.actor, act=visit.place("act"))
    return visit.back("/")
