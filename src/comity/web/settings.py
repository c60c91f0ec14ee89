"""What the officer who is signed in chose: the language of their pages, in whichever browser."""

from comity.kernel.errors import MalformedError
from comity.web.answers import Answer, cookie
from comity.web.signing_in import LANGUAGE_COOKIE
from comity.web.visits import Visit
from comity.wording import LANGUAGES


def show(visit: Visit) -> Answer:
    """Show the officer's own settings."""
    return visit.page(
        "settings.html",
        section="settings",
        actor=visit.actor,
        chosen=visit.toolbox.desks.preferences.language(visit.actor),
    )


def choose(visit: Visit) -> Answer:
    """Keep the language that the officer chose; none leaves it to the browser."""
    chosen = visit.form.get("language")
    if chosen not in ("", *LANGUAGES):
        raise MalformedError("language.form", f"{chosen[:20]!r} is no language of these pages")
    visit.toolbox.desks.preferences.choose_language(visit.actor, language=chosen)
    forgotten = cookie(LANGUAGE_COOKIE, "", secure=visit.toolbox.secure, seconds=0)
    return visit.back("/settings", cookies=(forgotten,))
