"""Taking law in through pages: what it would change is shown first, then a named officer applies it."""

from collections.abc import Mapping
from typing import Any

import msgspec

from comity.kernel.errors import ComityError
from comity.kernel.ids import is_practice
from comity.node.access import Action, require_access
from comity.node.lawmaking import Brought, IntakeView
from comity.node.working import Room
from comity.treaty.parties import known_codes
from comity.web.answers import Answer
from comity.web.gappages import brought_in
from comity.web.visits import Visit

KIND = "law.import"


def ask(visit: Visit) -> Answer:
    """Show the form to bring published law."""
    _require(visit)
    return _form(visit)


def look(visit: Visit) -> Answer:
    """Show what taking the files in would change; they are kept for the officer, nothing else is."""
    form, desk = visit.form, visit.toolbox.desks.lawmaking
    _require(visit)
    try:
        brought = brought_in(visit, partial=bool(form.get("partial")))
        view = desk.look(visit.actor, brought, on=form.get("on"))
    except ComityError as exc:
        return _form(visit, fault=exc)
    room, officer = visit.toolbox.work.room, visit.signed_in.officer
    uploads = [room.take(officer, one.path, name=one.name).upload for one in form.files]
    held = [
        ("country", brought.country),
        ("on", view.on),
        ("instrument", brought.instrument),
        ("language", brought.language),
        ("partial", "yes" if brought.is_partial else ""),
        *(("upload", one) for one in uploads),
    ]
    return _form(visit, view=view, held=held)


def take(visit: Visit) -> Answer:
    """Begin to take in the files that were looked at."""
    form, officer = visit.form, visit.signed_in.officer
    room, desk, actor = visit.toolbox.work.room, visit.toolbox.desks.lawmaking, visit.actor
    _require(visit)
    uploads = form.all("upload")
    brought = Brought(
        country=form.get("country"),
        paths=tuple(room.path(officer, one) for one in uploads),
        size=sum(room.upload(officer, one).size for one in uploads),
        instrument=form.get("instrument"),
        language=form.get("language"),
        is_partial=bool(form.get("partial")),
    )
    on = form.get("on")

    def do(_room: Room) -> Mapping[str, Any]:
        view = desk.take(actor, brought, on=on)
        for one in uploads:
            room.drop_upload(officer, one)
        return dict(msgspec.to_builtins(view))

    made = room.begin(officer, kind=KIND, about=brought.country, do=do)
    return visit.back(f"/work/{made.work}")


def _require(visit: Visit) -> None:
    place = visit.toolbox.desks.place
    require_access(visit.actor, Action.LAW_IMPORT, realm=place.realm, owner=visit.actor.authority)


def _form(
    visit: Visit,
    *,
    view: IntakeView | None = None,
    held: list[tuple[str, str]] | None = None,
    fault: ComityError | None = None,
) -> Answer:
    today = visit.toolbox.desks.lawmaking.today().isoformat()
    asked = {name: visit.form.get(name) for name in ("country", "on", "instrument", "language", "partial")}
    own = visit.toolbox.desks.info.party
    parties = [(code, visit.words.party(code)) for code in known_codes()]
    if is_practice(own):
        parties.append((own, visit.words.party(own)))
    return visit.page(
        "lawimport.html",
        status=200 if fault is None else fault.status,
        section="law",
        view=view,
        held=held or [],
        fault=fault,
        today=today,
        asked={**asked, "country": asked["country"] or own, "on": asked["on"] or today},
        parties=sorted(parties, key=lambda pair: pair[1]),
    )
