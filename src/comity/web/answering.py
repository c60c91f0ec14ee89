"""Forms for the acts that answer or move a request, and from them the form that the desk takes."""

from dataclasses import dataclass
from typing import Any

from comity.cases.attested import CONFIRM, CONVEY, DISPUTE
from comity.cases.kinds import DOCUMENT, KINDS, WITH_DOCUMENT
from comity.kernel.errors import ConflictError, MalformedError, NotFoundError
from comity.kernel.ijson import dump_ijson
from comity.node.teaming import LIABILITY
from comity.node.views import CaseView, RequestView
from comity.requests.kinds import kind_of_mechanism
from comity.requests.refusal import Ground, allowed_grounds
from comity.web.answers import Answer
from comity.web.bodies import Form
from comity.web.homepanel import home_panel
from comity.web.singles import single_choices
from comity.web.talkforms import Field, talk_body, talk_fields
from comity.web.visits import Visit

MOST_TEXT = 60_000
ORDER_FIELDS = ("authority", "provision", "number", "date", "limit", "remedy")
OUTCOMES = ("done", "withdrawn", "refused")
ABOUT = ("refusal", "postponement", "conditions", "costs", "exculpation", "lifting", "other")
EFFECTS = ("held", "partly", "not_held")
RESULTS = ("executed", "partly", "no_data")
_WHOLE_CASE = frozenset({"case.close", "draft.answer", CONVEY, CONFIRM, DISPUTE})
_WITH_ITEMS = frozenset(
    {
        "request.accept",
        "request.refuse",
        "request.postpone",
        "request.withdraw",
        "order.record",
        "transmission.decide",
        "request.forward",
        "information.send",
        "conditions.offer",
        "consent.ask",
        "assurance.ask",
        "assurance.give",
        "costs.propose",
        "execution.warn",
        "data.correct",
    }
)
_NO_WORDS = frozenset({"order", "limits", "manifest", "agreement", "signature"})
"""Parts that no officer writes as words."""

_WITH_RESULTS = frozenset({"evidence.deliver", "evidence.hand", "execution.report"})


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerForm:
    """What the form of a kind asks for.

    Attributes:
        text: Name of the part that is plain text; empty where there is none.
        needed: Whether that text must be there.
        takes_document: Whether a document of national law may go with it.
    """

    kind: str
    text: str
    needed: bool
    has_items: bool
    until: str
    grounds: tuple[Ground, ...]
    fields: tuple[Field, ...]
    takes_document: bool

    @classmethod
    def of(cls, kind: str, request: RequestView | None, *, case: CaseView | None = None) -> "AnswerForm":
        """Return the form of a kind, for a request where it concerns one."""
        row = KINDS[kind]
        names = [name for name in (*row.needs, *row.may) if name not in _NO_WORDS]
        names = [LIABILITY] if kind == "team.agree" else names
        asked = kind_of_mechanism(request.mechanism) if request else None
        effect = "refuse" if kind == "request.refuse" else "postpone"
        return cls(
            kind=kind,
            text=names[0] if names else "",
            needed=bool(names) and names[0] in row.needs,
            has_items=kind in _WITH_ITEMS,
            until={
                "request.postpone": "until",
                "order.record": "until",
                "preservation.extend": "until",
                "preservation.effect": "expires",
            }.get(kind, ""),
            takes_document=kind in WITH_DOCUMENT,
            grounds=tuple(
                ground
                for ground in allowed_grounds(asked.code, instrument=request.instrument)
                if ground.effect == effect
            )
            if request and asked and kind in ("request.refuse", "request.postpone")
            else (),
            fields=() if case is None else talk_fields(kind, case, request),
        )


def ask(visit: Visit) -> Answer:
    """Show the form of an act."""
    case, request = _concerned(visit, visit.query.get("request", ""))
    return _page(visit, case, request)


def draft(visit: Visit) -> Answer:
    """Prepare the act from what was filled in."""
    case, request = _concerned(visit, visit.form.get("request"))
    kind = visit.place("kind")
    wanted = AnswerForm.of(kind, request, case=case)
    form = act_form(wanted, visit.form, request=request, language=visit.words.language)
    if kind == "evidence.deliver":
        form = _delivery_form(visit, case, form)
    view = visit.toolbox.desks.cases.draft_act(
        visit.actor,
        kind=kind,
        case=case.case,
        form=dump_ijson(form),
        document=visit.form.file(DOCUMENT),
        single=visit.form.get("single"),
    )
    return visit.back(f"/drafts/{view.act}")


def act_form(wanted: AnswerForm, form: Form, *, request: RequestView | None, language: str) -> dict[str, Any]:
    """Return ``{"body": …, "parts": …}`` for the desk; what is left blank follows from the case.

    Args:
        wanted: What the form of the kind asks for.
        form: What was posted.
        request: The request concerned; None for an act about the whole case.
        language: Language of the officer's words.
    """
    kind = wanted.kind
    body: dict[str, Any] = {} if request is None else {"request": request.act}
    if kind in _WITH_ITEMS and (items := form.all("item")):
        body["items"] = list(items)
    for name in ("ground", "about", "outcome", "until", "expires", "authority"):
        if value := form.get(name):
            body[name] = value
    if request is not None and kind == "preservation.effect":
        body["items"] = _states(form, request, "state")
    if request is not None and kind in _WITH_RESULTS:
        body["items"] = _states(form, request, "result")
    if kind == "request.clarify":
        body["fields"] = [line.strip() for line in form.get("fields").split("\n") if line.strip()]
    body |= talk_body(wanted.fields, form)
    parts: dict[str, Any] = {}
    if kind == "order.record":
        parts["order"] = {name: value for name in ORDER_FIELDS if (value := form.get(f"order-{name}"))}
    elif wanted.text and (text := form.get("text")):
        parts[wanted.text] = {"text": text[:MOST_TEXT], "language": language}
    return {"body": body, "parts": parts}


def _states(form: Form, request: RequestView, member: str) -> list[dict[str, str]]:
    """Return what became of each item; items for which nothing was chosen are left out."""
    chosen = {item: form.get(f"item-{item}") for item in request.items}
    return [{"id": item, member: state} for item, state in chosen.items() if state]


def _delivery_form(visit: Visit, case: CaseView, form: dict[str, Any]) -> dict[str, Any]:
    """Return the form of a delivery: the package's own facts, and the items that the officer named."""
    from comity.kernel.ijson import parse_ijson

    root = visit.form.get("bag_root")
    if not root:
        raise MalformedError("delivery.package", "no package was chosen", hint="seal one first")
    made: Any = parse_ijson(
        visit.toolbox.desks.evidence.deliver_form(visit.actor, case=case.case, bag_root=root)
    )
    return {"body": {**made["body"], **form["body"]}, "parts": made["parts"]}


def _concerned(visit: Visit, wanted: str) -> tuple[CaseView, RequestView | None]:
    """Return the case and the request that the act is about: the one named, or the only one that fits."""
    kind = visit.place("kind")
    case = visit.toolbox.desks.cases.show(visit.actor, case=visit.place("case"), purpose=visit.purpose)
    if kind not in case.permitted or kind not in KINDS:
        raise ConflictError(
            "permitted.not_now", "this act may not be sent in this state of the case", where=kind[:64]
        )
    if kind in _WHOLE_CASE:
        return case, None
    about = [one for one in case.requests if kind in one.permitted]
    if wanted:
        for request in about:
            if request.act == wanted:
                return case, request
        raise NotFoundError(
            "request.absent", "no request of this case allows this act now", where=wanted[:64]
        )
    return case, about[-1] if about else None


def _page(visit: Visit, case: CaseView, request: RequestView | None) -> Answer:
    kind = visit.place("kind")
    packages = (
        visit.toolbox.reading.packages(visit.actor, case=case.case, purpose=visit.purpose)
        if kind == "evidence.deliver"
        else ()
    )
    return visit.page(
        "answer.html",
        section="cases",
        case=case,
        request=request,
        others=[
            one
            for one in case.requests
            if request is not None and one.act != request.act and kind in one.permitted
        ],
        form=AnswerForm.of(kind, request, case=case),
        order_fields=ORDER_FIELDS,
        outcomes=OUTCOMES,
        about=ABOUT,
        effects=EFFECTS,
        results=RESULTS,
        packages=[one for one in packages if not one.delivered],
        chosen=visit.query.get("package", ""),
        home=home_panel(visit, kind, request),
        singles=single_choices(visit, kind, mechanism="" if request is None else request.mechanism),
    )
