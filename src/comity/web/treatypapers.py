"""The depositary's page taken in after a look at what it changes, and the deposit kit, in pages."""

from pathlib import Path

from comity.kernel.errors import ComityError, MalformedError
from comity.node.access import Action, require_access
from comity.treaty.kit import Kit, Route
from comity.treaty.parties import known_codes
from comity.treaty.views import ImportView
from comity.web.answers import Answer, download
from comity.web.visits import Visit
from comity.wording import LANGUAGES, say
from comity.wording.places import language_name

MOST_PAGE = 16 * 1024 * 1024
_TELL = "tell:"
_MEDIA = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}


def ask_import(visit: Visit) -> Answer:
    """Show the form to bring the depositary's page."""
    place = visit.toolbox.desks.place
    require_access(visit.actor, Action.LAW_IMPORT, realm=place.realm, owner=visit.actor.authority)
    return _import(visit)


def look(visit: Visit) -> Answer:
    """Show what the page would change; it is kept for the officer, nothing else is."""
    if not visit.form.files:
        raise MalformedError("treaty.no_file", "no file was chosen")
    file, officer = visit.form.files[0], visit.signed_in.officer
    try:
        view = visit.toolbox.desks.treaty.look(visit.actor, data=_read(Path(file.path)), name=file.name)
    except ComityError as exc:
        return _import(visit, fault=exc)
    made = visit.toolbox.work.room.take(officer, file.path, name=file.name)
    return _import(visit, view=view, upload=made.upload)


def take(visit: Visit) -> Answer:
    """Take in the page that was looked at."""
    form, officer, room = visit.form, visit.signed_in.officer, visit.toolbox.work.room
    upload = form.get("upload")
    path = Path(room.path(officer, upload))
    view = visit.toolbox.desks.treaty.take(
        visit.actor, data=_read(path), name=path.name, expected=form.get("sha256")
    )
    room.drop_upload(officer, upload)
    return _import(visit, view=view)


def kit(visit: Visit) -> Answer:
    """Show the plan of a State that becomes bound, with the forms of its documents."""
    asked = {name: visit.query.get(name, "").strip() for name in ("party", "by")}
    made: Kit | None = None
    fault: ComityError | None = None
    if asked["party"]:
        try:
            made = visit.toolbox.desks.treaty.kit(visit.actor, party=asked["party"], by=asked["by"])
        except ComityError as exc:
            fault = exc
    own = visit.toolbox.desks.info.party
    codes = known_codes()
    return visit.page(
        "kit.html",
        status=200 if fault is None else fault.status,
        section="treaty",
        kit=made,
        fault=fault,
        asked={**asked, "party": asked["party"] or own},
        parties=sorted(((code, visit.words.party(code)) for code in codes), key=lambda pair: pair[1]),
        routes=[one.value for one in Route],
        languages=[(code, language_name(code, language=code)) for code in LANGUAGES],
    )


def paper(visit: Visit) -> Answer:
    """Hand over one document of the kit."""
    form, desk = visit.form, visit.toolbox.desks.treaty
    told = {
        name.removeprefix(_TELL): form.get(name)
        for name in form.fields
        if name.startswith(_TELL) and form.get(name)
    }
    made = desk.kit(
        visit.actor, party=form.get("party"), by=form.get("by"), chosen=form.all("choose"), told=told
    )
    suffix = form.get("form")
    first, second = form.get("lang"), form.get("beside")
    languages = f"{first},{second}" if second and second != first else first
    data, name = desk.paper(made, paper=form.get("paper"), form=suffix, languages=languages)
    return download(iter((data,)), name=name, media_type=_MEDIA[suffix], size=len(data))


def _read(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(MOST_PAGE + 1)


def _import(
    visit: Visit, *, view: ImportView | None = None, upload: str = "", fault: ComityError | None = None
) -> Answer:
    language = visit.words.language
    unread = [
        say(f"treaty.unread.{reason}", language=language, parameters={"text": text})
        for reason, text in (view.unread if view is not None else ())
    ]
    return visit.page(
        "treatyimport.html",
        status=200 if fault is None else fault.status,
        section="treaty",
        view=view,
        unread=unread,
        upload=upload,
        fault=fault,
    )
