"""A served node, as browsers and programs reach it: a real process, real HTTP, sign-in, pages and routes."""

import json
import os
import queue
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path

import httpx2
import pytest

from comity.requests.service import example
from tests import warm

pytestmark = [pytest.mark.slow, pytest.mark.network]

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith("COMITY_")},
    "PYTHONPATH": str(ROOT / "src"),
}


def comity(*argv, cwd):
    """Run a command and return its one JSON value."""
    done = warm.comity(*argv, "--json", cwd=cwd)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


class Served:
    """A node in a process of its own, until the block ends."""

    def __init__(self, folder, *options):
        command = [sys.executable, "-m", "comity", "serve", "node", "--json", *options]
        self.process = subprocess.Popen(
            [*command, "--port", "0", "--exchange-port", "0"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder,
            env=ENVIRONMENT,
        )

    def __enter__(self):
        lines = queue.Queue()
        threading.Thread(target=lambda: lines.put(self.process.stdout.readline()), daemon=True).start()
        line = json.loads(lines.get(timeout=PATIENCE))["ready"]
        self.pages = re.search(r"pages (\S+)", line)[1]
        return self

    def __exit__(self, *_error):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.rest = self.process.communicate(timeout=PATIENCE)
        finally:
            self.process.kill()


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    """A practice node with a sign-in code for its first officer."""
    folder = tmp_path_factory.mktemp("live")
    comity("init", "node", "--party", "XAA", "--name", "Practice State A", "--practice", cwd=folder)
    made = comity("--node", "node", "--as", "first-officer", "officer", "code", "first-officer", cwd=folder)
    return folder, made["code"]


def test_an_officer_signs_in_and_walks_the_pages_and_the_interface(node):
    folder, code = node
    with Served(folder) as served, httpx2.Client(base_url=served.pages, timeout=PATIENCE) as browser:
        assert browser.get("/").headers["location"].startswith("/sign-in")
        said = browser.get("/sign-in", headers={"accept-language": "ar"})
        assert '<html lang="ar" dir="rtl">' in said.text
        wrong = {"name": "first-officer", "secret": "wrong", "purpose": "practice"}
        assert browser.post("/sign-in", data=wrong).status_code == 403
        right = browser.post("/sign-in", data={**wrong, "secret": code, "next": "/cases"})
        assert (right.status_code, right.headers["location"]) == (303, "/cases")
        for path in (
            "/",
            "/cases",
            "/requests",
            "/releases",
            "/journal",
            "/logs",
            "/verify",
            "/peers",
            "/alarms",
            "/courier",
            "/officers",
            "/keys",
            "/settings",
        ):
            page = browser.get(path)
            assert page.status_code == 200, path
            assert "default-src 'none'" in page.headers["content-security-policy"]
            assert "<script" not in page.text
        assert browser.get("/api/v1/openapi.json").json()["openapi"].startswith("3.1")
        assert browser.get("/api/v1/node").json()["party"] == "XAA"

        wish = {**wrong, "secret": code}
        token = httpx2.post(f"{served.pages}/api/v1/session", json=wish, timeout=PATIENCE).json()["token"]
        bearer = {"authorization": f"Bearer {token}"}
        with httpx2.Client(base_url=f"{served.pages}/api/v1", headers=bearer, timeout=PATIENCE) as api:
            judged = api.post(
                "/requests/check", params={"on": "2026-11-02"}, content=json.dumps(example("preservation"))
            )
            assert judged.status_code == 200
            made = api.post("/uploads", json={"name": "big.bin"}).json()
            portion = bytes(4 << 20)
            for at in (0, len(portion)):
                sent = api.put(f"/uploads/{made['upload']}", params={"at": at}, content=portion)
                assert sent.status_code == 200, sent.text
            assert api.get(f"/uploads/{made['upload']}").json()["size"] == 2 * len(portion)
            assert api.delete(f"/uploads/{made['upload']}").status_code == 204
            entries = api.get("/journal").json()
            assert {"signin", "case.list"} <= {entry["action"] for entry in entries}
            assert api.delete("/session").status_code == 204
            assert api.get("/cases").status_code == 403
    assert served.rest[1] == b""
    assert served.process.returncode == 0


def test_pages_beyond_the_loopback_are_never_plain_http(node):
    folder, _ = node
    done = subprocess.run(
        [sys.executable, "-m", "comity", "serve", "node", "--json", "--pages-host", "0.0.0.0"],
        capture_output=True,
        cwd=folder,
        env=ENVIRONMENT,
        timeout=PATIENCE,
        check=False,
    )
    assert (done.returncode, json.loads(done.stderr)["code"]) == (4, "serve.plain")


def test_over_tls_the_cookie_is_bound_to_it(node):
    folder, code = node
    tls = folder / "node" / "tls"
    options = ["--pages-certificate", str(tls / "certificate.pem"), "--pages-key", str(tls / "key.pem")]
    with Served(folder, *options) as served:
        assert served.pages.startswith("https://")
        with httpx2.Client(base_url=served.pages, verify=False, timeout=PATIENCE) as browser:
            values = {"name": "first-officer", "secret": code, "purpose": "practice"}
            kept = browser.post("/sign-in", data=values).headers["set-cookie"]
    assert kept.startswith("__Host-comity-xaa=")
    assert kept.endswith("; Secure")
