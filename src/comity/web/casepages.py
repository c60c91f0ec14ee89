"""Cases: the list, one case with its timeline, and the parts of its acts."""

from collections.abc import Iterable

from comity.cases.attested import ATTEST
from comity.cases.documents import document_media
from comity.cases.kinds import DOCUMENT
from comity.node.access import Action, is_allowed
from comity.node.working import BYTES
from comity.requests.kinds import is_request
from comity.web.answers import Answer, download
from comity.web.due import due_lines
from comity.web.formreading import shown_part
from comity.web.talkforms import OWN_PAGES
from comity.web.timeline import story
from comity.web.visits import Visit

_AFTER_SEAL = "evidence.deliver"
_MOVING = (
    "exculpation.answer",
    "execution.proceed",
    "request.answer",
    "request.accept",
    "order.record",
    "preservation.effect",
    "transmission.decide",
    "evidence.deliver",
)
"""What carries a request on; shown first, in the order in which it usually comes."""

_ENDING = ("request.postpone", "request.refuse", "request.withdraw", "preservation.release", "case.close")


def listing(visit: Visit) -> Answer:
    """Show the cases of the office, newest first, a page at a time."""
    page = visit.toolbox.desks.lists.cases(
        visit.actor, purpose=visit.purpose, after=visit.query.get("after", ""), newest=True
    )
    return visit.page(
        "cases.html",
        section="cases",
        cases=page.items,
        more=f"/cases?after={page.next}" if page.next else "",
        waiting=page.waiting,
    )


def show(visit: Visit) -> Answer:
    """Show one case: what happened, what is open, what may come next."""
    desks, actor = visit.toolbox.desks, visit.actor
    case = desks.cases.show(actor, case=visit.place("case"), purpose=visit.purpose)
    now = desks.place.clock.now()
    order = {act.act: place for place, act in enumerate(case.acts)}
    return visit.page(
        "case.html",
        section="cases",
        case=case,
        authority=actor.authority,
        requests=sorted(case.requests, key=lambda one: order.get(one.act, len(order))),
        timeline=story(case, visit.words),
        due=due_lines(case.duties, now=now),
        deliveries=desks.evidence.counted(case.deliveries),
        answers=_ordered(kind for kind in case.permitted if not is_request(kind) and kind not in OWN_PAGES),
        may_register=ATTEST in case.permitted,
        sees_restitution=is_allowed(actor, Action.RESTITUTION_READ),
        moving=_MOVING,
        coming={act.act for act in case.acts if act.sender != actor.authority},
        may_open=is_allowed(actor, Action.EVIDENCE_OPEN),
        may_ask=any(map(is_request, case.permitted)),
        may_seal=_AFTER_SEAL in case.permitted or "transmission.decide" in case.permitted,
    )


def _ordered(kinds: Iterable[str]) -> list[str]:
    """Return kinds of acts as an officer looks for them: what moves the case first, what ends it last."""
    known = set(kinds)
    middle = sorted(known - {*_MOVING, *_ENDING})
    return [kind for kind in (*_MOVING, *middle, *_ENDING) if kind in known]


def part(visit: Visit) -> Answer:
    """Show one part of an act; the reading is in the log first."""
    desks, act, name = visit.toolbox.desks, visit.place("act"), visit.place("part")
    data = desks.cases.part(visit.actor, act=act, name=name, purpose=visit.purpose)
    part, case = shown_part(data, visit.words), visit.query.get("case", "")
    return visit.page("part.html", section="cases", act=act, name=name, part=part, case=case)


def document(visit: Visit) -> Answer:
    """Hand over the document that travels with an act, to save and never to show; the reading is logged."""
    desks, act = visit.toolbox.desks, visit.place("act")
    data = desks.cases.part(visit.actor, act=act, name=DOCUMENT, purpose=visit.purpose)
    media = document_media(data) or BYTES
    name = f"document-{act[:12]}.{media.rpartition('/')[2] if media != BYTES else 'bin'}"
    return download(iter([data]), name=name, media_type=BYTES, size=len(data))
