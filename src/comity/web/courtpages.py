"""Court files: proposed, approved by two officers, written and saved; and the check of any such file."""

from contextlib import ExitStack
from pathlib import Path

from comity.cases.gate import finding_key
from comity.kernel.errors import MalformedError
from comity.kernel.findings import Severity
from comity.web.answers import Answer, download
from comity.web.bodies import Form
from comity.web.drafts import approver_of
from comity.web.evidencepages import TAR
from comity.web.visits import Visit

_PORTION = 1 << 20
_GROUND, _NUMBERS, _THEIRS = "ground:", "numbers:", "their:"


def ask(visit: Visit) -> Answer:
    """Show how a case leaves as a court file: what is proposed, what was found, who must still approve."""
    case = visit.toolbox.desks.cases.show(visit.actor, case=visit.place("case"), purpose=visit.purpose)
    releases = visit.toolbox.desks.court.releases.list(visit.actor, case=case.case, purpose=visit.purpose)
    wanted = visit.query.get("release", "")
    chosen = next((one for one in releases if one.release == wanted), releases[0] if releases else None)
    findings = {finding_key(one): one for one in chosen.assessment.to_decide} if chosen else {}
    waiting = chosen.undecided if chosen else ()
    return visit.page(
        "court.html",
        section="cases",
        case=case,
        releases=releases,
        chosen=chosen,
        open=[(key, findings[key]) for key in waiting if key in findings],
        decided=[finding for key, finding in findings.items() if key not in waiting],
        blocking=[one for one in chosen.assessment.findings if one.severity is Severity.BLOCKS]
        if chosen
        else [],
        approved=chosen is not None and visit.signed_in.officer in chosen.approved_by,
        asks_passphrase=visit.toolbox.signin.asks_passphrase(visit.signed_in),
    )


def listing(visit: Visit) -> Answer:
    """Show the releases of the office: the open ones first, with who must approve them."""
    found = visit.toolbox.desks.court.releases.list(visit.actor, purpose=visit.purpose)
    return visit.page(
        "releases.html",
        section="releases",
        open=[one for one in found if not one.closed],
        decided=[one for one in found if one.closed],
    )


def propose(visit: Visit) -> Answer:
    """Propose that the case leave; two officers, a head among them, approve it."""
    desk = visit.toolbox.desks.court.releases
    made = desk.propose(visit.actor, case=visit.place("case"), purpose=visit.purpose)
    return visit.back(f"/cases/{made.case}/court?release={made.release}")


def ask_onward(visit: Visit) -> Answer:
    """Ask to whom something that came is to be passed on, and for which use. Basis: 36(3)"""
    return visit.page("onward.html", section="cases", act=visit.place("act"))


def propose_onward(visit: Visit) -> Answer:
    """Propose it; refused without a consent that names the items, the Party and the use."""
    made = visit.toolbox.desks.court.onward.propose(
        visit.actor,
        act=visit.place("act"),
        recipient=visit.form.get("recipient").strip().upper(),
        use=visit.form.get("use"),
        purpose=visit.purpose,
    )
    return visit.back(f"/cases/{made.case}/court?release={made.release}")


def decide(visit: Visit) -> Answer:
    """Decide by name that a finding does not stand against a release."""
    form = visit.form
    made = visit.toolbox.desks.court.releases.decide(
        visit.actor,
        release=form.get("release"),
        finding=form.get("finding"),
        inner=form.get("inner"),
        outer=form.get("outer"),
    )
    return visit.back(f"/cases/{made.case}/court?release={made.release}")


def approve(visit: Visit) -> Answer:
    """Approve a release with the officer's own key."""
    form = visit.form
    made = visit.toolbox.desks.court.releases.approve(
        approver_of(visit), release=form.get("release"), reason=form.get("reason")
    )
    return visit.back(f"/cases/{made.case}/court?release={made.release}")


def export(visit: Visit) -> Answer:
    """Write the court file into a private room and hand it over; nothing of it stays."""
    case = visit.place("case")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(visit.toolbox.room()))
        folder.mkdir(mode=0o700)
        out = folder / "court.tar"
        visit.toolbox.desks.court.export(
            visit.actor,
            case=case,
            purpose=visit.purpose,
            out=str(out),
            withhold=_withheld(visit.form),
            release=visit.form.get("release") or None,
        )
        file = stack.enter_context(out.open("rb"))
        rest = stack.pop_all()
    chunks = iter(lambda: file.read(_PORTION), b"")
    size, name = out.stat().st_size, f"court-{case[:12]}.tar"
    return download(chunks, name=name, media_type=TAR, done=rest.close, size=size)


def propose_disclosure(visit: Visit) -> Answer:
    """Propose that the case be disclosed to the defence, less what is listed."""
    made = visit.toolbox.desks.disclosing.propose(
        visit.actor,
        case=visit.place("case"),
        purpose=visit.purpose,
        withhold=_withheld(visit.form),
    )
    return visit.back(f"/cases/{made.case}/court?release={made.release}")


def disclose(visit: Visit) -> Answer:
    """Write the disclosure package into a private room and hand it over; nothing of it stays."""
    case = visit.place("case")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(visit.toolbox.room()))
        folder.mkdir(mode=0o700)
        out = folder / "disclosure.tar"
        visit.toolbox.desks.disclosing.disclose(
            visit.actor,
            case=case,
            purpose=visit.purpose,
            out=str(out),
            release=visit.form.get("release"),
            to=visit.form.get("to"),
        )
        file = stack.enter_context(out.open("rb"))
        rest = stack.pop_all()
    chunks = iter(lambda: file.read(_PORTION), b"")
    size, name = out.stat().st_size, f"disclosure-{case[:12]}.tar"
    return download(chunks, name=name, media_type=TAR, done=rest.close, size=size)


def pass_on(visit: Visit) -> Answer:
    """Begin to write what a decided release lets go to a third State. Basis: 36(3)"""
    made = visit.toolbox.work.pass_on(visit.actor, release=visit.form.get("release"), purpose=visit.purpose)
    return visit.back(f"/work/{made.work}")


def ask_verify(visit: Visit) -> Answer:
    """Show the form to check a file."""
    return visit.page("verify.html", section="verify", report=None)


def verify(visit: Visit) -> Answer:
    """Judge an uploaded court file or package against the pins of this node."""
    if not visit.form.files:
        raise MalformedError("verify.no_file", "no file was chosen")
    report = visit.toolbox.verify(visit.form.files[0].path)
    return visit.page("verify.html", section="verify", report=report)


def _withheld(form: Form) -> list[str]:
    """Return what is withheld: lines that were written, and the fields that hold a ground."""
    lines = [line.strip() for line in form.get("withhold").split("\n")]
    named = ((name, value.strip()) for name in form.fields for value in form.all(name))
    grounds = [
        f"{name.removeprefix(_GROUND)}={value}" for name, value in named if name.startswith(_GROUND) and value
    ]
    some = [
        f"{name.removeprefix(_NUMBERS)}/{number.strip()}={form.get(_THEIRS + name.removeprefix(_NUMBERS))}"
        for name in form.fields
        if name.startswith(_NUMBERS)
        for number in form.get(name).split(",")
        if number.strip()
    ]
    return [line for line in lines if line] + grounds + some
