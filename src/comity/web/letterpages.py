"""Letters: a request as a file to print, send or edit. Each look at the form is in the log first."""

from comity.kernel.clock import to_date
from comity.kernel.errors import MalformedError
from comity.requests.letterstyles import styles_for
from comity.requests.reading import Reading
from comity.requests.wire import parse_form
from comity.web.answers import Answer, download
from comity.web.visits import Visit
from comity.wording import WRITTEN
from comity.wording.places import language_name

FORMATS = ("pdf", "docx", "odt")
_PART = "form"


def ask(visit: Visit) -> Answer:
    """Ask in which languages, style and format a request becomes a letter."""
    reading = parse_form(_form(visit))
    return visit.page(
        "letter.html",
        section="cases",
        act=visit.place("act"),
        tongues=[(code, language_name(code, language=visit.words.language)) for code in WRITTEN],
        own=_own(reading),
        styles=_styles(reading),
        formats=FORMATS,
    )


def make(visit: Visit) -> Answer:
    """Give the letter to keep."""
    form, act = visit.form, visit.place("act")
    made_as = form.get("format")
    if made_as not in FORMATS:
        raise MalformedError("letter.suffix", "a letter is PDF, DOCX or ODT")
    tongues = dict.fromkeys(one for one in (form.get("language"), form.get("second")) if one)
    made = visit.toolbox.letter(
        _form(visit),
        suffix=f".{made_as}",
        on=to_date(visit.toolbox.desks.place.clock.now()),
        languages=",".join(tongues),
        style=form.get("style"),
        act=act,
        enclosures=(),
        origin=visit.toolbox.desks.attesting.origin(visit.actor, act=act, purpose=visit.purpose),
    )
    name = f"letter-{act[:12]}.{made_as}"
    return download(iter([made.data]), name=name, media_type=made.media_type, size=len(made.data))


def _form(visit: Visit) -> bytes:
    act = visit.place("act")
    return visit.toolbox.desks.cases.part(visit.actor, act=act, name=_PART, purpose=visit.purpose)


def _own(reading: Reading) -> str:
    language = str(reading.get("/language") or "").partition("-")[0]
    return language if language in WRITTEN else WRITTEN[0]


def _styles(reading: Reading) -> tuple[str, ...]:
    """Return the styles that fit, the ones that practice knows first."""
    fitting = styles_for(reading.kind) if reading.kind is not None else ()
    return tuple(style.code for style in sorted(fitting, key=lambda style: style.every_kind))
