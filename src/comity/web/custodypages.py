"""Custody of each package of a case: its events, holds, its end, and what was made from its exhibits."""

from comity.evidence.handling import Handling
from comity.kernel.errors import MalformedError
from comity.node.access import Action, is_allowed
from comity.node.custodial import BY_HAND
from comity.node.deriving import Work
from comity.web.answers import Answer, download
from comity.web.staffing import parse_time
from comity.web.visits import Visit
from comity.wording.custody import custody_file

_ENDINGS = {"case": "jsonld", "bagit": "tar", "pdf": "pdf"}
_JSON = "application/json"
_HANDLING = tuple(h.value for h in Handling if h is not Handling.CHILD_ABUSE)
_REDACTED, _OTHER = "redacted", "other"
_OPERATIONS = (
    _REDACTED,
    "excerpt",
    "converted",
    "decrypted",
    "translated",
    "transcribed",
    "enhanced",
    _OTHER,
)
_DECIDED = ("limits.purpose", "limits.confidential", "handling.decide")
"""What a named officer may have to decide before something is made from exhibits."""


def show(visit: Visit) -> Answer:
    """Show the packages of a case with their events."""
    desks, case = visit.toolbox.desks, visit.place("case")
    return visit.page(
        "custody.html",
        section="cases",
        case=case,
        packages=desks.custody.packages(visit.actor, case=case, purpose=visit.purpose),
        steps=visit.choices("web.custody", [step.value for step in BY_HAND]),
        may_record=is_allowed(visit.actor, Action.EVIDENCE_SEAL),
        may_derive=is_allowed(visit.actor, Action.EVIDENCE_DERIVE),
        may_hold=is_allowed(visit.actor, Action.EVIDENCE_HOLD),
        may_export=is_allowed(visit.actor, Action.CASE_EXPORT),
        may_examine=is_allowed(visit.actor, Action.EVIDENCE_OPEN),
        may_lift=is_allowed(visit.actor, Action.EVIDENCE_FREE),
    )


def record(visit: Visit) -> Answer:
    """Add an event to the chain of one package."""
    form, case = visit.form, visit.place("case")
    tool, _, version = form.get("tool").strip().rpartition(" ")
    visit.toolbox.desks.custody.record(
        visit.actor,
        case=case,
        bag_root=form.get("bag_root"),
        step=form.get("step"),
        reason=form.get("reason"),
        where=form.get("where"),
        at=parse_time(form.get("at")),
        to=form.get("to"),
        operation=form.get("operation"),
        tool=(tool, version) if tool else (version, ""),
    )
    return visit.back(f"/cases/{case}/custody")


def hold(visit: Visit) -> Answer:
    """Set a legal hold on a package, or lift one."""
    form, case = visit.form, visit.place("case")
    lift = form.get("lift")
    visit.toolbox.desks.custody.hold(
        visit.actor,
        case=case,
        bag_root=form.get("bag_root"),
        reason=form.get("reason"),
        lift=None if not lift else int(lift) if lift.isascii() and lift.isdigit() and len(lift) < 7 else 0,
    )
    return visit.back(f"/cases/{case}/custody")


def propose_destruction(visit: Visit) -> Answer:
    """Propose that a package be destroyed; two officers, a head among them, decide and approve it."""
    form, case = visit.form, visit.place("case")
    made = visit.toolbox.desks.destroying.propose(
        visit.actor, case=case, bag_root=form.get("bag_root"), reason=form.get("reason")
    )
    return visit.back(f"/cases/{made.case}/court?release={made.release}")


def destroy(visit: Visit) -> Answer:
    """Destroy a package as it was decided."""
    form, case = visit.form, visit.place("case")
    visit.toolbox.desks.destroying.destroy(
        visit.actor, case=case, bag_root=form.get("bag_root"), release=form.get("release")
    )
    return visit.back(f"/cases/{case}/custody")


def certificate(visit: Visit) -> Answer:
    """Hand the certificate of a destruction over, to be saved."""
    root = visit.form.get("bag_root")
    data = visit.toolbox.desks.destroying.certificate(
        visit.actor, case=visit.place("case"), bag_root=root, purpose=visit.purpose
    )
    return download(iter([data]), name=f"certificate-{root[:12]}.json", media_type=_JSON, size=len(data))


def export(visit: Visit) -> Answer:
    """Hand the custody of the case over as a file, without any exhibit."""
    form, case = visit.form, visit.place("case")
    told = visit.toolbox.desks.telling.tell(
        visit.actor, case=case, purpose=visit.purpose, release=form.get("release") or None
    )
    wanted = form.get("format")
    data, media = custody_file(
        told, wanted, language=form.get("language"), printer=visit.toolbox.print_custody
    )
    name = f"custody-{case[:12]}.{_ENDINGS[wanted]}"
    return download(iter([data]), name=name, media_type=media, size=len(data))


def ask_derive(visit: Visit) -> Answer:
    """Show the form for what was made from exhibits."""
    return visit.page(
        "derive.html",
        section="cases",
        case=visit.place("case"),
        package=visit.query.get("package", ""),
        handling=visit.choices("handling_class", _HANDLING),
        operations=visit.choices("web.derive", _OPERATIONS),
        decisions=visit.choices("web.derive.why", _DECIDED),
        most=visit.toolbox.most_upload,
    )


def _operation(visit: Visit) -> str:
    """Return what was done, in the officer's words: the kind that was chosen, and what was added to it."""
    kind, more = visit.form.get("kind"), visit.form.get("operation").strip()
    if kind not in _OPERATIONS or kind == _OTHER:
        return more
    name = visit.words.label("web.derive", kind)
    return f"{name}: {more}" if more else name


def derive(visit: Visit) -> Answer:
    """Seal what was made from exhibits as a package of its own."""
    form, case = visit.form, visit.place("case")
    if not form.files:
        raise MalformedError("seal.no_file", "no file was chosen")
    numbers = form.get("numbers").strip()
    tool, _, version = form.get("tool").strip().rpartition(" ")
    visit.toolbox.desks.deriving.derive(
        visit.actor,
        case=case,
        sources=[file.path for file in form.files],
        work=Work(
            parents=(form.get("parent").strip() + (f":{numbers}" if numbers else ""),),
            operation=_operation(visit),
            redacted=form.get("kind") == _REDACTED,
            handling=form.get("handling"),
            tool=(tool, version) if tool else (version, ""),
            where=form.get("where"),
            decisions={code: why for code in _DECIDED if (why := form.get(f"decide {code}").strip())},
        ),
        purpose=visit.purpose,
    )
    return visit.back(f"/cases/{case}/custody")
