"""Answers: pages, redirects, downloads; and the headers that every one of them carries."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

from litestar.concurrency import sync_to_thread

HTML = "text/html; charset=utf-8"
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
SECURITY: Mapping[str, str] = {
    "content-security-policy": _POLICY,
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a page gives back.

    Attributes:
        body: Bytes of the answer.
        chunks: A download instead, read in threads; ``done`` is called afterwards, whatever happened.
        cookies: Values of ``Set-Cookie``.
        keep: Whether a browser may keep a copy; only what is no case material.
    """

    status: int = 200
    body: bytes = b""
    media_type: str = HTML
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: tuple[str, ...] = ()
    chunks: Iterator[bytes] | None = None
    done: Callable[[], None] | None = None
    keep: bool = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Send the answer, as an ASGI application."""
        try:
            start = {"type": "http.response.start", "status": self.status, "headers": self.head()}
            await send(start)
            if self.chunks is None:
                await send({"type": "http.response.body", "body": self.body, "more_body": False})
                return
            while chunk := await sync_to_thread(next, self.chunks, b""):
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            if self.done is not None:
                await sync_to_thread(self.done)

    def reloading(self, seconds: int) -> "Answer":
        """Return the answer as a page that the browser asks for again after so many seconds."""
        return replace(self, headers={**self.headers, "refresh": str(seconds)})

    def head(self) -> list[tuple[bytes, bytes]]:
        """Return the header fields of the answer."""
        kept = "public, max-age=3600" if self.keep else "no-store"
        named = {"content-type": self.media_type, "cache-control": kept, **SECURITY, **self.headers}
        if self.chunks is None:
            named["content-length"] = str(len(self.body))
        pairs = [*named.items(), *(("set-cookie", cookie) for cookie in self.cookies)]
        return [(name.encode("ascii"), value.encode("latin-1")) for name, value in pairs]


def redirect(path: str, *, cookies: tuple[str, ...] = ()) -> Answer:
    """Return the answer that sends the browser to another page of this node. Basis: RFC 9110"""
    if not is_local(path):
        raise ValueError("a redirect stays on this node")
    return Answer(status=303, headers={"location": path}, cookies=cookies)


def is_local(path: str) -> bool:
    """Tell whether a path can only lead to this node."""
    return path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()


def download(
    chunks: Iterator[bytes],
    *,
    name: str,
    media_type: str,
    done: Callable[[], None] | None = None,
    size: int | None = None,
) -> Answer:
    """Return an answer that the browser saves, never shows; with its size, it tells how far it is.

    Basis: RFC 6266
    """
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}
    if size is not None:
        headers["content-length"] = str(size)
    return Answer(media_type=media_type, headers=headers, chunks=chunks, done=done)


def cookie(name: str, value: str, *, secure: bool, seconds: int | None = None) -> str:
    """Return the value of ``Set-Cookie``; without ``seconds`` the browser forgets it when it closes.

    Basis: RFC 6265
    """
    parts = [f"{name}={value}", "Path=/", "HttpOnly", "SameSite=Strict"]
    if seconds is not None:
        parts.append(f"Max-Age={seconds}")
    return "; ".join([*parts, "Secure"] if secure else parts)
