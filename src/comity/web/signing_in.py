"""Pages to sign in and out, and to choose purpose and language."""

from comity.kernel.errors import DeniedError
from comity.web.answers import Answer, cookie, is_local
from comity.web.toolbox import WebToolbox
from comity.web.visits import Visit
from comity.wording import LANGUAGES

LANGUAGE_COOKIE = "comity-language"
_YEAR = 365 * 24 * 3600


def session_cookie_name(toolbox: WebToolbox) -> str:
    """Return the name of the session's cookie: two nodes on one machine share a host, not a session."""
    name = f"comity-{toolbox.desks.info.party.lower()}"
    return f"__Host-{name}" if toolbox.secure else name


def ask(visit: Visit) -> Answer:
    """Show the form to sign in."""
    return _form(visit, name="", error=None)


def sign_in(visit: Visit) -> Answer:
    """Check name and secret; lead to where the officer wanted to go."""
    form = visit.form
    try:
        token, _ = visit.toolbox.signin.sign_in(
            form.get("name"),
            secret=(form.all("secret") or ("",))[0].encode("utf-8"),
            address=visit.address,
            purpose=form.get("purpose"),
        )
    except DeniedError as error:
        return _form(visit, name=form.get("name"), error=error)
    made = cookie(session_cookie_name(visit.toolbox), token, secure=visit.toolbox.secure)
    return visit.back(form.get("next") or "/", cookies=(made,))


def sign_out(visit: Visit) -> Answer:
    """End the session, here and in the browser."""
    visit.toolbox.signin.sign_out(visit.token)
    gone = cookie(session_cookie_name(visit.toolbox), "", secure=visit.toolbox.secure, seconds=0)
    return visit.back("/sign-in", cookies=(gone,))


def choose_purpose(visit: Visit) -> Answer:
    """Change why this session reads case material."""
    visit.toolbox.signin.choose_purpose(visit.token, purpose=visit.form.get("purpose"))
    return visit.back(visit.form.get("next") or "/")


def choose_language(visit: Visit) -> Answer:
    """Change the language of the pages: of the officer who is signed in, and of this browser."""
    chosen = visit.form.get("language")
    language = chosen if chosen in LANGUAGES else LANGUAGES[0]
    if visit.session is not None:
        visit.toolbox.desks.preferences.choose_language(visit.actor, language=language)
    made = cookie(LANGUAGE_COOKIE, language, secure=visit.toolbox.secure, seconds=_YEAR)
    return visit.back(visit.form.get("next") or "/", cookies=(made,))


def _form(visit: Visit, *, name: str, error: DeniedError | None) -> Answer:
    wanted = visit.form.get("next") or visit.query.get("next", "/")
    return visit.page(
        "sign_in.html",
        status=200 if error is None else error.status,
        name=name,
        error=error,
        wanted=wanted if is_local(wanted) else "/",
    )
