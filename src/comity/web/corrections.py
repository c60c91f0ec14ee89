"""Pages that take something back: the recall of an act of ours, and the erasure of a part of our copy."""

from typing import Any

from comity.kernel.errors import ConflictError, NotFoundError
from comity.kernel.ijson import dump_ijson
from comity.node.views import ActView, CaseView
from comity.web.answering import MOST_TEXT
from comity.web.answers import Answer
from comity.web.timeline import entries
from comity.web.visits import Visit

RECALL, ERASE = "act.recall", "part.erase"


def ask_recall(visit: Visit) -> Answer:
    """Show what recalling an act means."""
    case, act = _act(visit)
    _require_recallable(case, act)
    return _page(visit, case, act, kind=RECALL, part="")


def recall(visit: Visit) -> Answer:
    """Prepare the recall; nothing is sent before it is approved."""
    case, act = _act(visit)
    _require_recallable(case, act)
    return _drafted(visit, case, kind=RECALL, body={"act": act.act})


def ask_erase(visit: Visit) -> Answer:
    """Show what erasing a part means."""
    case, act = _act(visit)
    return _page(visit, case, act, kind=ERASE, part=_part(visit, case, act))


def erase(visit: Visit) -> Answer:
    """Prepare the tombstone of a part; two officers approve it before anything is destroyed."""
    case, act = _act(visit)
    return _drafted(visit, case, kind=ERASE, body={"act": act.act, "part": _part(visit, case, act)})


def _act(visit: Visit) -> tuple[CaseView, ActView]:
    case = visit.toolbox.desks.cases.show(visit.actor, case=visit.place("case"), purpose=visit.purpose)
    for act in case.acts:
        if act.act == visit.place("act"):
            return case, act
    raise NotFoundError("act.unknown", "no such act is in this case", where=visit.place("act")[:64])


def _require_recallable(case: CaseView, act: ActView) -> None:
    if act.act not in case.recallable:
        raise ConflictError("permitted.not_recallable", "this act cannot be recalled", where=act.act)


def _part(visit: Visit, case: CaseView, act: ActView) -> str:
    name = visit.place("part")
    if name not in act.parts or (act.act, name) in case.erased:
        raise NotFoundError("part.absent", f"the act has no readable part {name[:40]!r}", where=act.act)
    return name


def _drafted(visit: Visit, case: CaseView, *, kind: str, body: dict[str, Any]) -> Answer:
    text = visit.form.get("reason")[:MOST_TEXT]
    parts = {"reason": {"text": text, "language": visit.words.language}} if text else {}
    form = dump_ijson({"body": body, "parts": parts})
    view = visit.toolbox.desks.cases.draft_act(visit.actor, kind=kind, case=case.case, form=form)
    return visit.back(f"/drafts/{view.act}")


def _page(visit: Visit, case: CaseView, act: ActView, *, kind: str, part: str) -> Answer:
    return visit.page(
        "correction.html",
        section="cases",
        case=case,
        act=act,
        part=part,
        kind=kind,
        sentence=entries((act,), visit.words)[0].sentence,
        needed=kind == RECALL,
    )
