"""The application behind the pages: one way in for every request, and one way out."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from litestar import Litestar, Request, Response
from litestar.concurrency import sync_to_thread
from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler

from comity.kernel.errors import ComityError, DeniedError, NotFoundError
from comity.node.sessions import Session
from comity.web.answers import Answer, redirect
from comity.web.bodies import Form, read_form, receive_files
from comity.web.pages import PAGES, Page
from comity.web.problems import BugError
from comity.web.signing_in import LANGUAGE_COOKIE, session_cookie_name
from comity.web.toolbox import WebToolbox
from comity.web.visits import Visit
from comity.web.words import Words, language_wanted
from comity.wording import LANGUAGES

_Http = Request[Any, Any, Any]
_NONE = Form()


def web_app(toolbox: WebToolbox) -> Litestar:
    """Return the application with every page of ``PAGES``.

    An error is told on a page of its own. A bug is answered with 500, and one line about it, with the kind of
    the exception and nothing of the request, goes to ``toolbox.report``.
    """
    door = _Door(toolbox=toolbox)

    def bug(request: _Http, error: Exception) -> _Sent:
        toolbox.report(f"pages: {type(error).__name__} at {_origin(error)}")
        return _Sent(door.bare_visit(request).problem(BugError(), status=500))

    def lost(request: _Http, error: HTTPException) -> _Sent:
        visit = door.bare_visit(request)
        missing = NotFoundError("page.absent", "there is no such page")
        status = error.status_code if error.status_code in (404, 405, 413) else 400
        return _Sent(visit.problem(missing, status=status))

    return Litestar(
        route_handlers=[_handler(page, door.serve) for page in PAGES],
        exception_handlers={HTTPException: lost, Exception: bug},
        openapi_config=None,
        logging_config=None,
        request_max_body_size=None,
        debug=False,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Door:
    """Leads a request to its page: session first, then the form and its token, then the page in a thread."""

    toolbox: WebToolbox = field(repr=False)

    async def serve(self, request: _Http, page: Page) -> Answer:
        """Return the answer of a page; an error of the six families becomes a page."""
        visit = await sync_to_thread(self.visit, request)
        if page.needs_session and visit.session is None:
            wanted = visit.path if request.method == "GET" else "/"
            return redirect(f"/sign-in?next={quote(wanted, safe='')}")
        try:
            if request.method == "POST":
                _require_same_origin(request)
                if page.takes_files:
                    return await self._with_files(request, visit, page)
                form = await read_form(request.stream(), content_type=request.headers.get("content-type", ""))
                visit = visit.with_form(form)
                visit.require_token(form)
            return await sync_to_thread(page.show, visit)
        except ComityError as error:
            return await sync_to_thread(visit.problem, error)

    async def _with_files(self, request: _Http, visit: Visit, page: Page) -> Answer:
        room = self.toolbox.room()
        folder = await sync_to_thread(_entered, room)
        try:
            form = await receive_files(
                request.stream(),
                content_type=request.headers.get("content-type", ""),
                folder=folder,
                most=self.toolbox.most_upload,
                admit=visit.require_token,
            )
            visit.require_token(form)
            return await sync_to_thread(page.show, visit.with_form(form))
        finally:
            await sync_to_thread(room.__exit__, None, None, None)

    def visit(self, request: _Http) -> Visit:
        """Return the request as a visit, with its session looked up."""
        bare = self.bare_visit(request)
        token = request.cookies.get(session_cookie_name(self.toolbox), "")
        session = self.toolbox.signin.session(token) if token else None
        return Visit(
            toolbox=self.toolbox,
            path=bare.path,
            places=bare.places,
            query=bare.query,
            form=_NONE,
            token=token,
            session=session,
            words=_words_of(session, bare.words),
            address=bare.address,
        )

    def bare_visit(self, request: _Http) -> Visit:
        """Return the request as a visit without looking anything up."""
        query = request.scope["query_string"].decode("ascii", "replace")
        path = request.scope["path"]
        wanted = language_wanted(
            request.cookies.get(LANGUAGE_COOKIE, ""), request.headers.get("accept-language", "")
        )
        client = request.scope.get("client")
        return Visit(
            toolbox=self.toolbox,
            path=f"{quote(path)}?{query}" if query else quote(path),
            places={name: str(value) for name, value in request.scope.get("path_params", {}).items()},
            query={name: str(request.query_params[name]) for name in request.query_params},
            form=_NONE,
            token="",
            session=None,
            words=Words(wanted),
            address=client[0] if client else "",
        )


def _words_of(session: Session | None, otherwise: Words) -> Words:
    """Return the words of the person's language, where one was chosen, else of the browser's."""
    chosen = session.language if session is not None else ""
    return Words(chosen) if chosen in LANGUAGES else otherwise


def _handler(page: Page, serve: Callable[[_Http, Page], Awaitable[Answer]]) -> HTTPRouteHandler:
    async def answer(request: _Http) -> _Sent:
        return _Sent(await serve(request, page))

    answer.__name__ = f"{page.method.lower()}_{page.show.__name__}"
    made: HTTPRouteHandler = HTTPRouteHandler(page.path, http_method=page.method, status_code=200)(answer)
    return made


def _require_same_origin(request: _Http) -> None:
    """Refuse a form that another site sent.

    Basis: RFC 6454
    """
    site = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin")
    host = request.headers.get("host", "")
    if site not in ("same-origin", "none") or (origin is not None and origin.partition("://")[2] != host):
        raise DeniedError("form.site", "the form comes from another site")


class _Sent(Response[bytes]):
    """An answer that sends itself: the framework adds nothing to it."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(b"", status_code=answer.status)
        self._answer = answer

    def to_asgi_response(self, *_arguments: Any, **_named: Any) -> Any:
        """Return the answer, which is an ASGI application."""
        return self._answer


def _entered(room: Any) -> str:
    folder = str(room.__enter__())
    Path(folder).mkdir(mode=0o700)
    return folder


def _origin(error: Exception) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "an unknown place"
    return f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}"
