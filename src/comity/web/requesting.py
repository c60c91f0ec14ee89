"""Compose a request: a form with the paragraph of every field, assessed as often as one likes."""

from dataclasses import dataclass, replace
from typing import Any

from comity.cases.attested import CHANNELS, CHECKS
from comity.cases.kinds import DOCUMENT, WITH_DOCUMENT
from comity.kernel.clock import to_date
from comity.kernel.errors import ComityError, MalformedError
from comity.kernel.findings import Assessment, Finding
from comity.kernel.ids import PartyCode, party_of
from comity.kernel.ijson import dump_ijson, parse_ijson
from comity.requests import service
from comity.requests.forms import form_of
from comity.requests.kinds import RequestKind, Side, require_kind
from comity.requests.legalbasis import rebase
from comity.treaty.parties import is_known
from comity.web.answers import Answer
from comity.web.basing import Told, opened, rows, told
from comity.web.directory import best_office
from comity.web.formfields import MOST_ROWS, TONGUES, Control, controls, posted, with_languages
from comity.web.freezepages import asset_form
from comity.web.registrations import arrival_of
from comity.web.singles import single_choices
from comity.web.visits import Visit
from comity.wording.places import language_name

_ADD, _REMOVE, _REBASE = "add:", "remove:", "rebase:"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    """What is on the desk while a request is composed.

    Attributes:
        assessment: Of the form as it stands; None as long as nobody asked for it.
        error: Why it could not be drafted or loaded.
    """

    kind: RequestKind
    content: dict[str, Any]
    to: str
    case: str
    freeze: str = ""
    assessment: Assessment | None = None
    error: ComityError | None = None


def kinds(visit: Visit) -> Answer:
    """Show the kinds of request."""
    return visit.page(
        "request_kinds.html", section="ask", kinds=service.kinds(), case=visit.query.get("case", "")
    )


def ask(visit: Visit) -> Answer:
    """Show an empty form."""
    kind = require_kind(visit.place("kind"))
    return _page(
        visit,
        _Desk(
            kind=kind,
            content=_fresh(visit, kind),
            to=_best_office(visit, kind),
            case=visit.query.get("case", ""),
            freeze=visit.query.get("freeze", ""),
        ),
    )


def compose(visit: Visit) -> Answer:
    """Do what the pressed button says with the form as it was posted."""
    form, kind = visit.form, require_kind(visit.place("kind"))
    content, asset = _content(visit, kind), form.get("freeze")
    desk = _Desk(kind=kind, content=content, to=form.get("to"), case=form.get("case"), freeze=asset)
    action = form.get("action")
    if action == "example":
        return _page(visit, replace(desk, content=_example(visit, desk)))
    if action == "load":
        return _page(visit, _loaded(visit, desk))
    if action.startswith(_ADD):
        return _page(visit, replace(desk, content=_added(desk.content, action.removeprefix(_ADD))))
    if action.startswith(_REMOVE):
        return _page(visit, replace(desk, content=_removed(desk.content, action.removeprefix(_REMOVE))))
    if action.startswith(_REBASE):
        return _page(visit, _rebased(visit, desk, action.removeprefix(_REBASE)))
    if action == "draft":
        return _drafted(visit, desk)
    if action == "register":
        return _registered(visit, desk)
    return _page(visit, _assessed(visit, desk))


def _drafted(visit: Visit, desk: _Desk) -> Answer:
    try:
        if desk.freeze:
            view = visit.toolbox.desks.freezing.asking.draft(
                visit.actor,
                name=desk.freeze,
                form=dump_ijson(desk.content),
                to=desk.to,
                case=desk.case or None,
            )
            return visit.back(f"/drafts/{view.act}")
        view = visit.toolbox.desks.cases.draft_request(
            visit.actor,
            form=dump_ijson(desk.content),
            to=visit.form.get("outside") or desk.to,
            case=desk.case or None,
            consult=visit.form.get("consult") == "yes",
            outside=bool(visit.form.get("outside")),
            document=visit.form.file(DOCUMENT),
            single=visit.form.get("single"),
        )
    except ComityError as error:
        return _page(visit, replace(_assessed(visit, desk), error=error), status=error.status)
    return visit.back(f"/drafts/{view.act}")


def _registered(visit: Visit, desk: _Desk) -> Answer:
    """Prepare the attestation of a request that came as a letter and was transcribed into this form."""
    try:
        view = visit.toolbox.desks.attesting.register(
            visit.actor,
            form=dump_ijson(desk.content),
            arrival=arrival_of(visit),
            case=desk.case or None,
        )
    except ComityError as error:
        return _page(visit, replace(desk, error=error), status=error.status)
    return visit.back(f"/drafts/{view.act}")


def _assessed(visit: Visit, desk: _Desk) -> _Desk:
    on = to_date(visit.toolbox.desks.place.clock.now())
    overlay = visit.toolbox.desks.place.overlay
    found = service.check(
        dump_ijson(desk.content),
        side=Side.REQUESTING,
        on=on,
        overlay=overlay,
        published=visit.toolbox.desks.directory.known(visit.actor, to=desk.to),
    )
    return replace(desk, assessment=found)


def _rebased(visit: Visit, desk: _Desk, instrument: str) -> _Desk:
    """Return the desk with the form on another instrument, assessed there; every field stays. Basis: 40(7)"""
    place = visit.toolbox.desks.place
    try:
        made = rebase(
            dump_ijson(desk.content),
            instrument=instrument,
            on=to_date(place.clock.now()),
            overlay=place.overlay,
        )
    except ComityError as error:
        return replace(desk, error=error)
    return replace(desk, content=dict(made.content), assessment=made.assessment)


def _loaded(visit: Visit, desk: _Desk) -> _Desk:
    """Return the desk with an uploaded form on it; every member of it is kept."""
    data = visit.form.file("file")
    try:
        if not data:
            raise MalformedError("form.no_file", "no form was chosen")
        value = parse_ijson(data, where="the form")
        if not isinstance(value, dict) or value.get("kind") != desk.kind.code:
            raise MalformedError("form.kind", f"the file holds no form of the kind {desk.kind.code}")
    except ComityError as error:
        return replace(desk, error=error)
    return _assessed(visit, replace(desk, content=value))


def _fresh(visit: Visit, kind: RequestKind) -> dict[str, Any]:
    """Return what the node knows without asking: who asks, in which language, on which paragraphs."""
    actor, to = visit.actor, _best_office(visit, kind)
    if (name := visit.query.get("freeze", "")) and to:
        return asset_form(visit, name, kind=kind.code, to=to)
    known = {
        "requesting_authority": {"id": actor.authority},
        "requested_party": to.partition("/")[0],
        "transmitted_by": actor.authority,
        "language": visit.words.language,
        "basis": _bases(visit, kind, to.partition("/")[0]),
        "items": [{"id": "1"}],
    }
    fields = {one.name for one in form_of(kind)}
    filled = {name: value for name, value in known.items() if name in fields and value}
    return {"kind": kind.code, "version": kind.version, **filled}


def _bases(visit: Visit, kind: RequestKind, to: str) -> list[dict[str, str]]:
    """Return the best legal basis between the two Parties; the Convention where nothing opens by itself.

    Basis: 42(1), 40(15), 40(7)
    """
    if to and (best := opened(visit, kind, PartyCode(to)).basis):
        return rows(best)
    roles = {"obligation": kind.mechanism, "procedure": kind.fields_from, "grounds": kind.refusal}
    return [
        {"role": role, "instrument": "uncc", "reference": reference}
        for role, reference in roles.items()
        if reference
    ]


def _example(visit: Visit, desk: _Desk) -> dict[str, Any]:
    """Return the built-in example, from this office to the one chosen, dated around today."""
    now = visit.toolbox.desks.place.clock.now()
    made, actor = service.example(desk.kind.code, on=to_date(now)), visit.actor
    made["requesting_authority"] = {**made["requesting_authority"], "id": actor.authority}
    made["transmitted_by"] = actor.authority
    if desk.to:
        made["requested_party"] = desk.to.partition("/")[0]
    return made


def _content(visit: Visit, kind: RequestKind) -> dict[str, Any]:
    """Return the form as posted: its fields, and beside them the members that no field shows."""
    kept: Any = {}
    if text := visit.form.get("kept"):
        kept = parse_ijson(text.encode("utf-8"), where="kept")
    others = kept if isinstance(kept, dict) else {}
    fields = form_of(kind)
    content = {**others, "kind": kind.code, "version": kind.version, **posted(fields, visit.form)}
    return with_languages(fields, content, language=str(content.get("language", "")))


def _added(content: dict[str, Any], pointer: str) -> dict[str, Any]:
    name = pointer.removeprefix("/")
    rows = content.get(name, [])
    return {**content, name: [*rows, {}]} if isinstance(rows, list) and len(rows) < MOST_ROWS else content


def _removed(content: dict[str, Any], pointer: str) -> dict[str, Any]:
    name, _, place = pointer.removeprefix("/").partition("/")
    rows = content.get(name)
    if not isinstance(rows, list) or not place.isdecimal():
        return content
    return {**content, name: [row for at, row in enumerate(rows) if at != int(place)]}


def _best_office(visit: Visit, kind: RequestKind) -> str:
    """Return the office of the first Party that takes such a request; empty where no Party is known.

    Basis: 40(12)
    """
    party = next((peer.party for peer in visit.toolbox.desks.peers.list() if peer.authorities), None)
    return "" if party is None else best_office(visit, party, kind=kind.code)


def _page(visit: Visit, desk: _Desk, *, status: int = 200) -> Answer:
    fields = form_of(desk.kind)
    shown = controls(fields, desk.content)
    known = {"kind", "version"} | {one.name for one in fields}
    kept = {name: value for name, value in desk.content.items() if name not in known}
    findings = desk.assessment.findings if desk.assessment is not None else ()
    offices = [one for peer in visit.toolbox.desks.peers.list() for one in peer.authorities]
    return visit.page(
        "compose.html",
        status=status,
        section="ask",
        kind=desk.kind,
        controls=shown,
        faults=_by_place(findings, shown),
        places={finding: _place_of(finding, shown) for finding in map(_key, findings)} if findings else {},
        key_of=_key,
        assessment=desk.assessment,
        error=desk.error,
        kept=dump_ijson(kept).decode("utf-8") if kept else "",
        to=desk.to,
        case=desk.case,
        freeze=desk.freeze,
        takes_document=desk.kind.act in WITH_DOCUMENT,
        singles=single_choices(visit, desk.kind.act, mechanism=desk.kind.mechanism),
        channels=CHANNELS,
        checks=CHECKS,
        offices=offices,
        instruments=_open(visit, desk),
        parties=sorted({party_of(one) for one in (*offices, visit.actor.authority)}),
        tongues=[(tag, language_name(tag, language=visit.words.language)) for tag in TONGUES],
    )


def _open(visit: Visit, desk: _Desk) -> list[Told]:
    """Return the instruments that can carry the request, in words; none as long as nobody is asked."""
    requested = str(desk.content.get("requested_party") or desk.to.partition("/")[0])
    if not is_known(PartyCode(requested)):
        return []
    view = opened(visit, desk.kind, PartyCode(requested))
    return [told(visit, one) for one in view.instruments if one.basis]


def _key(finding: Finding) -> str:
    return finding.field


def _by_place(findings: tuple[Finding, ...], shown: tuple[Control, ...]) -> dict[str, list[Finding]]:
    """Return the findings by the control that they are shown at."""
    grouped: dict[str, list[Finding]] = {}
    for finding in findings:
        if place := _place_of(finding.field, shown):
            grouped.setdefault(place, []).append(finding)
    return grouped


def _place_of(pointer: str, shown: tuple[Control, ...]) -> str:
    """Return the pointer of the control at a place, or of the nearest one around it; empty for none."""
    for one in shown:
        if pointer == one.pointer or pointer.startswith(one.pointer + "/"):
            return _place_of(pointer, one.inner) or one.pointer
    return ""
