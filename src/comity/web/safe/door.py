"""The door of a shelter's page: a few files, five calls, and headers that let nothing else through.

    GET  /safe/, /safe/LANGUAGE, /safe/app.js, prints.js, frames.js, hash.js, sw.js, safe.css
    POST /safe/open, /safe/follow, /safe/add, /safe/withdraw, /safe/forget

A body is at most 64 KiB of JSON in which every text is digits or the name of a list; whatever else comes is
refused unread. No cookie is set or read, no address is looked at, nothing of a call goes to a log.

Basis: 34; RFC 6454; docs/spec/safe.md section 5
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec
from litestar.concurrency import sync_to_thread

from comity.kernel.errors import ComityError, DeniedError, MalformedError, NotFoundError
from comity.kernel.packaged import packaged_bytes
from comity.node.sheltering import ShelterDesk
from comity.node.shelterviews import Asked, Back, More, Wish
from comity.protection.pleas import CONSENT
from comity.web.answers import HTML, Answer
from comity.web.rendering import render
from comity.web.safe import words
from comity.wording import WRITTEN

SAFE = "/safe"
MOST_BODY = 64 << 10
_POLICY = (
    "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; connect-src 'self'; "
    "media-src blob:; img-src data:; form-action 'none'; frame-ancestors 'none'; base-uri 'none'; "
    "require-trusted-types-for 'script'; trusted-types safe"
)
_HEADERS = {
    "content-security-policy": _POLICY,
    "referrer-policy": "no-referrer",
    "cross-origin-embedder-policy": "require-corp",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), clipboard-read=(), display-capture=()",
    "x-robots-tag": "noindex, nofollow, noarchive",
}
_FILES = {
    **dict.fromkeys(
        ("app.js", "prints.js", "frames.js", "hash.js", "sw.js"), "text/javascript; charset=utf-8"
    ),
    "safe.css": "text/css; charset=utf-8",
}
_JSON = "application/json"
_Asked = TypeVar("_Asked", Wish, More, Asked, Back)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the page tells of the shelter.

    Attributes:
        name: Who runs it.
        hotline: Who helps children, with the number to call, and ``hotline_address`` its page.
        contact: How somebody reaches a person.
        law: By language, what the law says of pictures of people under 18.
        leave: Where the button that leaves at once leads.
    """

    name: str
    hotline: str
    hotline_address: str = ""
    contact: str = ""
    law: Mapping[str, str] = field(default_factory=dict)
    leave: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SafeDoor:
    """The page and its calls, as an ASGI application.

    Attributes:
        desk: Of the shelter.
        told: What the page tells.
        report: Takes one line about a bug.
    """

    desk: ShelterDesk = field(repr=False)
    told: Told
    report: Callable[[str], None]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request."""
        headers = {str(name, "latin-1"): str(value, "latin-1") for name, value in scope["headers"]}
        name = str(scope["path"]).removeprefix(SAFE).removeprefix("/")
        try:
            if scope["method"] == "POST":
                _require_own(headers)
                body = await _read(receive)
                answer = await sync_to_thread(self.answered, name, body)
            elif scope["method"] in ("GET", "HEAD"):
                answer = await sync_to_thread(self.shown, name, headers.get("accept-language", ""))
            else:
                answer = _fault("http.405", 405)
        except ComityError as error:
            answer = _fault(error.code, error.status)
        except Exception as error:  # noqa: BLE001  the outermost edge: one line with the kind, and nothing of the call
            self.report(f"page of the shelter: {type(error).__name__}")
            answer = _fault("http.500", 500)
        await answer(scope, receive, send)

    def shown(self, name: str, accepted: str) -> Answer:
        """Return a file, or the page in a language; raise NotFoundError ``page.absent``."""
        if name in _FILES:
            data = packaged_bytes("comity.web.safe", f"assets/{name}")
            return Answer(body=data, media_type=_FILES[name], headers=_HEADERS)
        if name and name not in WRITTEN:
            raise NotFoundError("page.absent", "there is no such page")
        return Answer(body=self._page(name or words.spoken(accepted)), media_type=HTML, headers=_HEADERS)

    def answered(self, name: str, body: bytes) -> Answer:
        """Return the answer of a call.

        Raises:
            MalformedError: ``shelter.call``: the body is not what it should be.
            Others: as the desk.
        """
        value: object
        match name:
            case "open":
                value = self.desk.open(_read_call(body, Wish))
            case "follow":
                value = self.desk.follow(_read_call(body, Asked))
            case "add":
                value = self.desk.add(_read_call(body, More))
            case "withdraw":
                value = self.desk.withdraw(_read_call(body, Back))
            case "forget":
                self.desk.forget(_read_call(body, Asked))
                value = {}
            case _:
                raise NotFoundError("page.absent", "there is no such page")
        return Answer(body=msgspec.json.encode(value), media_type=_JSON, headers=_HEADERS)

    def _page(self, language: str) -> bytes:
        return render(
            "safe.html",
            {
                "language": language,
                "direction": words.direction(language),
                "say": lambda key, **given: words.sentence(key, language, given),
                "raw": lambda key: words.unfilled(key, language),
                "dynamic": words.DYNAMIC,
                "languages": list(words.NAMES.items()),
                "offers": self.desk.offers(),
                "consent": CONSENT,
                "name": self.told.name,
                "hotline": self.told.hotline,
                "hotline_address": self.told.hotline_address,
                "contact": self.told.contact,
                "law": self.told.law.get(language, ""),
                "leave": self.told.leave,
            },
        )


def _require_own(headers: Mapping[str, str]) -> None:
    """Refuse what another site sent, and what is no JSON.

    Basis: RFC 6454
    """
    site, origin, host = headers.get("sec-fetch-site", ""), headers.get("origin", ""), headers.get("host", "")
    if site not in ("", "same-origin") or (origin and origin.partition("://")[2] != host):
        raise DeniedError("form.site", "the call comes from another site")
    if headers.get("content-type", "").partition(";")[0].strip().lower() != _JSON:
        raise MalformedError("shelter.call", "a call is JSON")
    length = headers.get("content-length", "0")
    if not (length.isascii() and length.isdigit()) or int(length[:12]) > MOST_BODY:
        raise MalformedError("shelter.call", "a call is at most 64 KiB")


async def _read(receive: Any) -> bytes:
    kept, more = b"", True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            raise MalformedError("shelter.call", "the call broke off")
        kept, more = kept + message.get("body", b""), message.get("more_body", False)
        if len(kept) > MOST_BODY:
            raise MalformedError("shelter.call", "a call is at most 64 KiB")
    return kept


def _read_call(body: bytes, kind: type[_Asked]) -> _Asked:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as exc:  # a ValidationError is one
        raise MalformedError("shelter.call", "the call is not what the page sends") from exc


def _fault(code: str, status: int) -> Answer:
    """Return what went wrong as a code alone: the page has the words."""
    return Answer(status=status, body=b'{"code":"%s"}' % code.encode(), media_type=_JSON, headers=_HEADERS)
