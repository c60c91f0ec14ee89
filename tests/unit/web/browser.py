"""A browser without a socket: calls an application by ASGI, keeps cookies, fills forms, follows redirects."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote, urlencode, urlsplit

HOST = "127.0.0.1:8400"


@dataclass
class Reply:
    status: int
    headers: dict[str, str]
    cookies: list[str]
    body: bytes
    path: str

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")

    @cached_property
    def page(self) -> Page:
        made = Page()
        made.feed(self.text)
        made.close()
        return made

    @cached_property
    def words(self) -> str:
        """The visible text, runs of space as one."""
        return re.sub(r"\s+", " ", " ".join(self.page.texts))


class Page(HTMLParser):
    """Tags with their attributes, texts, and the names of forms."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self.forms: list[dict[str, Any]] = []
        self._select: dict[str, Any] | None = None
        self._area: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.append((tag, given))
        if tag == "form":
            self.forms.append(
                {"action": given.get("action", ""), "method": given.get("method", "get"), "values": []}
            )
        if not self.forms:
            return
        values = self.forms[-1]["values"]
        if tag == "input" and "name" in given:
            kind = given.get("type", "text")
            if kind == "file" or (kind in ("checkbox", "radio") and "checked" not in given):
                return
            values.append((given["name"], given.get("value", "")))
        elif tag == "select":
            self._select = {"name": given.get("name", ""), "value": None}
        elif tag == "option" and self._select is not None:
            if self._select["value"] is None or "selected" in given:
                self._select["value"] = given.get("value", "")
        elif tag == "textarea":
            self._area = given.get("name", "")
            values.append((self._area, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self._select is not None:
            if self._select["value"] is not None:
                self.forms[-1]["values"].append((self._select["name"], self._select["value"]))
            self._select = None
        elif tag == "textarea":
            self._area = None

    def handle_data(self, data: str) -> None:
        self.texts.append(data)
        if self._area is not None:
            name, value = self.forms[-1]["values"].pop()
            self.forms[-1]["values"].append((name, value + data))

    def all(self, tag: str) -> list[dict[str, str]]:
        return [given for name, given in self.tags if name == tag]

    def links(self) -> list[str]:
        return [given["href"] for given in self.all("a") if "href" in given]

    def form(self, action: str) -> list[tuple[str, str]]:
        """Return what a browser would send for the form with this address."""
        return next(list(f["values"]) for f in self.forms if f["action"] == action)


@dataclass
class Browser:
    app: Any
    language: str = "en"
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> Reply:
        return self.send("GET", path, headers=headers)

    def post(self, path: str, values: Any, **headers: str) -> Reply:
        body = urlencode(list(values.items()) if isinstance(values, dict) else values).encode()
        kind = {"content-type": "application/x-www-form-urlencoded"}
        return self.send("POST", path, body=body, headers={**kind, **headers})

    def upload(self, path: str, values: list[tuple[str, str]], files: list[tuple[str, str, bytes]]) -> Reply:
        edge = "-----edge"
        chunks = [
            f'--{edge}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n'.encode()
            for n, v in values
        ]
        for name, file, data in files:
            head = f'--{edge}\r\nContent-Disposition: form-data; name="{name}"; filename="{file}"\r\n'
            chunks.append(head.encode() + b"Content-Type: application/octet-stream\r\n\r\n" + data + b"\r\n")
        body = b"".join(chunks) + f"--{edge}--\r\n".encode()
        kind = {"content-type": f"multipart/form-data; boundary={edge}"}
        return self.send("POST", path, body=body, headers=kind)

    def submit(self, reply: Reply, address: str, /, **changes: str | list[str]) -> Reply:
        """Send a form of a page as it stands, with some values changed; follow to the next page."""
        values = [(n, v) for n, v in reply.page.form(address) if n not in changes]
        for name, value in changes.items():
            values += [(name, one) for one in ([value] if isinstance(value, str) else value)]
        return self.follow(self.post(address, values))

    def follow(self, reply: Reply) -> Reply:
        return self.get(reply.headers["location"]) if reply.status == 303 else reply

    def send(
        self, method: str, path: str, *, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> Reply:
        reply = asyncio.run(self._call(method, path, body, headers or {}))
        for cookie in reply.cookies:
            name, _, rest = cookie.partition("=")
            value = rest.partition(";")[0]
            if "Max-Age=0" in rest:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
        return reply

    async def _call(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Reply:
        parts = urlsplit(path)
        given = {"host": HOST, "accept-language": self.language, **headers}
        if self.cookies:
            given["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": unquote(parts.path),
            "raw_path": parts.path.encode(),
            "query_string": parts.query.encode(),
            "root_path": "",
            "headers": [(n.lower().encode(), v.encode("latin-1")) for n, v in given.items()],
            "client": ("127.0.0.1", 40000),
            "server": ("127.0.0.1", 8400),
            "state": {},
        }
        portions = [body[at : at + 65_536] for at in range(0, len(body), 65_536)] or [b""]
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            if not portions:
                return {"type": "http.disconnect"}
            chunk = portions.pop(0)
            return {"type": "http.request", "body": chunk, "more_body": bool(portions)}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        await self.app(scope, receive, send)
        pairs = [(n.decode().lower(), v.decode("latin-1")) for n, v in sent[0]["headers"]]
        return Reply(
            status=sent[0]["status"],
            headers=dict(pairs),
            cookies=[v for n, v in pairs if n == "set-cookie"],
            body=b"".join(m.get("body", b"") for m in sent[1:]),
            path=path,
        )
