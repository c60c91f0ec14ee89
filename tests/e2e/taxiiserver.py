"""A TAXII server as it is called over HTTP, and medallion, the one of OASIS, on the loopback."""

import base64
import contextlib
import http.client
import json
import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest

MEDIA = "application/taxii+json;version=2.1"
STIX = "application/stix+json;version=2.1"
VERSIONS = ("2026-01-01T00:00:00.000Z", "2026-02-01T00:00:00.000Z", "2026-03-01T00:00:00.000Z")


@dataclass(frozen=True, kw_only=True)
class Server:
    """One server with one collection: where it stands, and who asks."""

    name: str
    port: int
    root: str
    collection: str
    user: str
    secret: str

    @property
    def objects(self) -> str:
        return f"{self.root}collections/{self.collection}/objects/"

    @property
    def manifest(self) -> str:
        return f"{self.root}collections/{self.collection}/manifest/"

    def call(
        self, method: str, path: str, body: Any = None, *, secret: str | None = None, **headers: str
    ) -> tuple[int, Any, dict[str, str]]:
        pair = f"{self.user}:{self.secret if secret is None else secret}".encode()
        told = {"Accept": MEDIA, "Authorization": f"Basic {base64.b64encode(pair).decode()}"}
        data = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        told |= {} if data is None else {"Content-Type": MEDIA}
        told |= {name.replace("_", "-"): value for name, value in headers.items()}
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as line:
            line.request(method, path, body=data, headers=told)
            with line.getresponse() as answer:
                raw = answer.read()
                found = {name.lower(): value for name, value in answer.getheaders()}
                is_taxii = found.get("content-type", "").replace(" ", "") == MEDIA
                return answer.status, json.loads(raw) if is_taxii and raw else raw, found

    def get(self, path: str, **query: Any) -> Any:
        status, value, _ = self.call("GET", f"{path}?{urlencode(query)}")
        assert status == 200, (self.name, value)
        return value

    def post(self, *objects: Any) -> Any:
        status, value, headers = self.call("POST", self.objects, {"objects": objects})
        assert (status, headers["content-type"]) == (202, MEDIA), (self.name, value)
        return value

    def ids(self, path: str = "", **query: Any) -> list[str]:
        return [one["id"] for one in self.get(path or self.objects, **query).get("objects", [])]

    def seen(self, **query: Any) -> list[tuple[str, str]]:
        found = self.get(self.objects, **query).get("objects", [])
        return sorted((one["id"][-4:], one["modified"][5:7]) for one in found)


@pytest.fixture
def medallion() -> Iterator[Server]:
    pytest.importorskip("medallion", reason="medallion, the judge, is not installed")
    import medallion
    from medallion.backends.memory_backend import MemoryBackend
    from werkzeug.serving import make_server

    app = medallion.application_instance
    for name in ("werkzeug", "medallion"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    if "objects" not in app.blueprints:
        medallion.register_blueprints(app)
    server = make_server("127.0.0.1", 0, app, threaded=False)
    root = {"title": "T", "versions": [MEDIA], "max_content_length": 1 << 20}
    told = {"id": "c1", "title": "C", "can_read": True, "can_write": True, "media_types": [STIX]}
    backend = MemoryBackend(check_interval=1 << 20)
    backend.data = {
        "/discovery": {"title": "D", "api_roots": [f"http://127.0.0.1:{server.port}/r1/"]},
        "r1": {"information": root, "status": [], "collections": [{**told, "objects": [], "manifest": []}]},
    }
    app.medallion_backend, app.users_backend = backend, {"u": "s"}
    app.taxii_config = {"max_page_size": 100}
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield Server(name="medallion", port=server.port, root="/r1/", collection="c1", user="u", secret="s")
    finally:
        server.shutdown()
        thread.join(60)
        server.server_close()


def thing(number: int, version: int = 0, kind: str = "indicator", **told: Any) -> dict[str, Any]:
    usual = {
        "type": kind,
        "spec_version": "2.1",
        "id": f"{kind}--00000000-0000-4000-8000-{number:012}",
        "created": VERSIONS[0],
        "modified": VERSIONS[version],
    }
    own = {
        "indicator": {
            "pattern": f"[domain-name:value = 'e{number}.example']",
            "pattern_type": "stix",
            "valid_from": VERSIONS[0],
        },
        "malware": {"name": "m", "is_family": False},
    }
    return usual | own[kind] | told
