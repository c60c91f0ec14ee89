"""What the officer who is signed in chose: the language of their pages, in whichever browser."""

import msgspec

from comity.kernel.errors import MalformedError
from comity.node.access import Action, is_allowed
from comity.web.answers import Answer, cookie
from comity.web.signing_in import LANGUAGE_COOKIE
from comity.web.visits import Visit
from comity.wording import LANGUAGES

MOST_DIGITS = 9


def show(visit: Visit) -> Answer:
    """Show the officer's own settings."""
    return visit.page(
        "settings.html",
        section="settings",
        actor=visit.actor,
        chosen=visit.toolbox.desks.preferences.language(visit.actor),
        line=visit.toolbox.desks.courier.line.show(visit.actor),
        now=visit.toolbox.desks.courier.line.now(),
        may_change=is_allowed(visit.actor, Action.OFFICE_CHANGE),
    )


def set_line(visit: Visit) -> Answer:
    """Set what the line of the node may take; the hours that a command set stay."""
    form, line = visit.form, visit.toolbox.desks.courier.line
    text = form.get("rate").strip()
    if not (text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS):
        raise MalformedError("line.form", f"{text[:20]!r} is no number of KiB a second", where="/rate")
    before = line.show(visit.actor)
    wished = msgspec.structs.replace(before, rate=int(text) * 1024, low=form.get("low") == "on")
    line.set_terms(visit.actor, terms=wished)
    return visit.back("/settings")


def choose(visit: Visit) -> Answer:
    """Keep the language that the officer chose; none leaves it to the browser."""
    chosen = visit.form.get("language")
    if chosen not in ("", *LANGUAGES):
        raise MalformedError("language.form", f"{chosen[:20]!r} is no language of these pages")
    visit.toolbox.desks.preferences.choose_language(visit.actor, language=chosen)
    forgotten = cookie(LANGUAGE_COOKIE, "", secure=visit.toolbox.secure, seconds=0)
    return visit.back("/settings", cookies=(forgotten,))
