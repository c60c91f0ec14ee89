"""One request of one browser: who is signed in, in which language, what was posted."""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from comity.kernel.errors import ComityError, DeniedError
from comity.kernel.realms import Realm
from comity.node.access import Action, is_allowed
from comity.node.sessions import Session
from comity.node.signin import purposes
from comity.node.views import Actor
from comity.web.answers import Answer, is_local, redirect
from comity.web.bodies import Form
from comity.web.rendering import render
from comity.web.toolbox import WebToolbox
from comity.web.words import NAMES, Words
from comity.wording import LANGUAGES

_RESERVED = {
    "due": Action.CASE_LIST,
    "cases": Action.CASE_LIST,
    "ask": Action.CASE_LIST,
    "releases": Action.CASE_LIST,
    "duty": Action.PEER_LIST,
    "law": Action.PEER_LIST,
    "logs": Action.LOG_READ,
    "journal": Action.LOG_READ,
    "victims": Action.VICTIM_READ,
    "shelter": Action.PLEA_SEE,
    "indicators": Action.INDICATOR_READ,
    "tracing": Action.TRACE_IMPORT,
    "protection": Action.HASH_USE,
    "lists": Action.HASH_USE,
    "reports": Action.REPORT_READ,
    "looks": Action.REPORT_READ,
    "takedowns": Action.TAKEDOWN_READ,
}
"""Sections that officers of few roles enter; nobody is shown a way to a page that is closed to them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A request, as the pages see it.

    Attributes:
        path: Path and query, to come back to.
        places: The variable steps of the path, by name.
        query: First value of each member of the query.
        token: Value of the session's cookie; empty without one.
        session: The running session, if there is one.
        address: Where the request comes from.
    """

    toolbox: WebToolbox = field(repr=False)
    path: str
    places: Mapping[str, str]
    query: Mapping[str, str]
    form: Form = field(repr=False)
    token: str = field(repr=False)
    session: Session | None
    words: Words
    address: str

    @property
    def signed_in(self) -> Session:
        """Return the session; a page that needs one is only reached with one."""
        if self.session is None:
            raise ValueError("this page needs a session")
        return self.session

    @property
    def actor(self) -> Actor:
        """Return the officer, without a signer."""
        return self.toolbox.signin.actor(self.signed_in)

    @property
    def purpose(self) -> str:
        """Return why this session reads case material."""
        return self.signed_in.purpose

    @property
    def realm(self) -> Realm:
        """Return the node's realm."""
        return self.toolbox.desks.info.realm

    def place(self, name: str) -> str:
        """Return a variable step of the path."""
        return self.places[name]

    def with_form(self, form: Form) -> "Visit":
        """Return the visit with what was posted."""
        return replace(self, form=form)

    def require_token(self, form: Form) -> None:
        """Raise DeniedError ``form.session`` unless the form was made for this session."""
        expected = self.session.csrf if self.session is not None else ""
        if self.session is not None and not hmac.compare_digest(
            form.get("csrf").encode("utf-8"), expected.encode("ascii")
        ):
            raise DeniedError(
                "form.session",
                "the form was made for another session",
                hint="go back, load the page again, and send it again",
            )

    def page(self, template: str, *, status: int = 200, **values: object) -> Answer:
        """Return a rendered page."""
        info = self.toolbox.desks.info
        frame = {
            "words": self.words,
            "session": self.session,
            "info": info,
            "is_practice": info.realm is Realm.PRACTICE,
            "purposes": purposes(info.realm),
            "languages": [(code, NAMES[code]) for code in LANGUAGES],
            "here": self.path,
            "section": values.pop("section", ""),
            "closed": self._closed(),
        }
        return Answer(status=status, body=render(template, {**frame, **values}))

    def _closed(self) -> frozenset[str]:
        """Return the sections that are closed to the officer."""
        if self.session is None:
            return frozenset(_RESERVED)
        actor = self.actor
        return frozenset(name for name, action in _RESERVED.items() if not is_allowed(actor, action))

    def back(self, path: str, *, cookies: tuple[str, ...] = ()) -> Answer:
        """Return a redirect to a page of this node; to the start page for any other address."""
        return redirect(path if is_local(path) else "/", cookies=cookies)

    def problem(self, error: ComityError, *, status: int | None = None) -> Answer:
        """Return the page that tells an error."""
        return self.page(
            "problem.html", status=status or error.status, code=error.code, error=error, notes=()
        )

    def choices(self, family: str, codes: Sequence[str]) -> list[tuple[str, str]]:
        """Return codes with their names in the reader's language."""
        return [(code, self.words.label(family, code)) for code in codes]
