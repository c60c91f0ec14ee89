"""Calls and answers of the receivers' doors, close to the server: no framework stands between."""

import base64
import binascii
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_plus

from comity.kernel.errors import MalformedError

_MOST_FIELDS = 50
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer.

    Attributes:
        media: Its media type.
        headers: Further headers.
    """

    status: int
    body: bytes
    media: str
    headers: tuple[tuple[bytes, bytes], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call.

    Attributes:
        path: Parts of its path below the door, without empty ones.
        headers: By lower-case name.
        origin: ``https://host`` as the caller knows it.
    """

    method: str
    path: tuple[str, ...]
    query: Mapping[str, str]
    headers: Mapping[bytes, bytes] = field(repr=False)
    origin: str

    def header(self, name: str) -> str:
        """Return a header; empty where it is absent."""
        return self.headers.get(name.encode("ascii"), b"").decode("latin-1")

    @property
    def key(self) -> str:
        """The key that came with the call: bare, or as bearer, token or the password of Basic.

        Basis: RFC 6750, RFC 7617
        """
        text = self.header("authorization").strip()
        scheme, _, rest = text.partition(" ")
        if scheme.lower() in ("bearer", "token"):
            return rest.strip()
        if scheme.lower() == "basic":
            try:
                decoded = base64.b64decode(rest, validate=True).decode("utf-8")
            except (binascii.Error, UnicodeDecodeError):
                return ""
            return decoded.partition(":")[2]
        return text


def read_call(scope: Mapping[str, Any], *, door: str) -> Call:
    """Return the call of an ASGI scope; raise MalformedError ``sharing.query`` for too many parameters."""
    headers = {name.lower(): value for name, value in scope["headers"]}
    path = str(scope["path"]).removeprefix(door)
    host = headers.get(b"host", b"localhost").decode("latin-1")
    scheme = headers.get(b"x-forwarded-proto", str(scope.get("scheme", "http")).encode()).decode("latin-1")
    return Call(
        method=scope["method"],
        path=tuple(part for part in path.split("/") if part),
        query=_read_query(scope["query_string"].decode("latin-1")),
        headers=headers,
        origin=f"{scheme if scheme in ('http', 'https') else 'http'}://{host}",
    )


def _read_query(text: str) -> Mapping[str, str]:
    """Return parameters by name; those that come more than once are joined by commas."""
    fields = text.split("&") if text else []
    if len(fields) > _MOST_FIELDS:
        raise MalformedError("sharing.query", f"a call has at most {_MOST_FIELDS} parameters")
    found: dict[str, str] = {}
    for one in fields:
        if "%" in one or "+" in one:
            name, value = (unquote_plus(part) for part in one.partition("=")[::2])
        else:
            name, _, value = one.partition("=")
        found[name] = f"{found[name]},{value}" if name in found else value
    return found


async def read_body(receive: Receive, *, most: int) -> bytes:
    """Return the body of a call; raise MalformedError ``sharing.size`` beyond a bound."""
    pieces, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise MalformedError("sharing.cut", "the call was cut off")
        piece = bytes(message.get("body", b""))
        size += len(piece)
        if size > most:
            raise MalformedError("sharing.size", f"a call of more than {most} bytes is not taken")
        pieces.append(piece)
        if not message.get("more_body", False):
            return b"".join(pieces)


async def send_answer(send: Send, answer: Answer) -> None:
    """Send an answer, and let nobody on the way keep it."""
    headers = [
        (b"content-type", answer.media.encode("ascii")),
        (b"content-length", str(len(answer.body)).encode("ascii")),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        *answer.headers,
    ]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
