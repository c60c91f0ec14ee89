"""Court files: proposed, approved by two officers, written and saved; and the check of any such file."""

from contextlib import ExitStack
from pathlib import Path

from comity.kernel.errors import MalformedError
from comity.web.answers import Answer, download
from comity.web.evidencepages import TAR
from comity.web.visits import Visit

_PORTION = 1 << 20


def ask(visit: Visit) -> Answer:
    """Show how a case leaves as a court file."""
    return _page(visit, release=visit.query.get("release", ""), closed=False)


def propose(visit: Visit) -> Answer:
    """Propose that the case leave; two officers, a head among them, approve it."""
    made = visit.toolbox.desks.court.propose(visit.actor, case=visit.place("case"), purpose=visit.purpose)
    return visit.back(f"/cases/{made.case}/court?release={made.release}")


def approve(visit: Visit) -> Answer:
    """Approve a release with the officer's own key."""
    form, signin = visit.form, visit.toolbox.signin
    if not signin.asks_passphrase(visit.signed_in) and form.get("confirm") != "yes":
        raise MalformedError(
            "approval.confirm", "the approval was not confirmed", hint="tick the box beside the button"
        )
    secret = (form.all("passphrase") or ("",))[0].encode("utf-8")
    approver = signin.approver(visit.signed_in, passphrase=secret)
    made = visit.toolbox.desks.court.approve(approver, release=form.get("release"), reason=form.get("reason"))
    return _page(visit, release=made.release, closed=made.closed)


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
            withhold=[line.strip() for line in visit.form.get("withhold").split("\n") if line.strip()],
            release=visit.form.get("release") or None,
        )
        file = stack.enter_context(out.open("rb"))
        rest = stack.pop_all()
    chunks = iter(lambda: file.read(_PORTION), b"")
    return download(chunks, name=f"court-{case[:12]}.tar", media_type=TAR, done=rest.close)


def ask_verify(visit: Visit) -> Answer:
    """Show the form to check a file."""
    return visit.page("verify.html", section="verify", report=None)


def verify(visit: Visit) -> Answer:
    """Judge an uploaded court file or package against the pins of this node."""
    if not visit.form.files:
        raise MalformedError("verify.no_file", "no file was chosen")
    report = visit.toolbox.verify(visit.form.files[0].path)
    return visit.page("verify.html", section="verify", report=report)


def _page(visit: Visit, *, release: str, closed: bool) -> Answer:
    case = visit.toolbox.desks.cases.show(visit.actor, case=visit.place("case"), purpose=visit.purpose)
    return visit.page(
        "court.html",
        section="cases",
        case=case,
        release=release,
        closed=closed,
        asks_passphrase=visit.toolbox.signin.asks_passphrase(visit.signed_in),
    )
