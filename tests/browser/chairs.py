"""An officer's chair: one browser without script, in one language, at the pages of one node.

Every page that is looked at is judged: language and direction, nothing wider than a telephone, no breach of
an accessibility rule, no word of the browser's console, and nothing asked of any other host.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import axe_playwright_python

PATIENCE = 60_000
"""Milliseconds: a last resort against hanging, never a measure."""

WIDE = {"width": 1200, "height": 900}
NARROW = {"width": 360, "height": 740}
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
OF_WORDS = [
    *("html-has-lang", "html-lang-valid", "valid-lang", "document-title", "page-has-heading-one"),
    *("empty-heading", "link-name", "button-name", "label", "select-name", "summary-name", "image-alt"),
    *("aria-input-field-name", "empty-table-header", "table-duplicate-name", "landmark-unique"),
]
"""Rules that a catalogue can break, and no template."""

JUDGED = """async ([options, known]) => {
  const own = one => one.tagName + one.getAttributeNames().filter(
    name => !"id href for name value action title datetime lang dir".split(" ").includes(name)
  ).map(name => `[${name}=${one.getAttribute(name)}]`).join("");
  const paths = new Map([[document.documentElement, own(document.documentElement)]]);
  const fresh = new Map();
  for (const one of document.body.querySelectorAll("*")) {
    const above = paths.get(one.parentElement) ?? own(one.parentElement);
    const path = `${above}>${own(one)}${one.previousElementSibling ? "+" : ""}`;
    paths.set(one, path);
    const says = [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim());
    if (says && !known.includes(path) && !fresh.has(path)) fresh.set(path, one);
  }
  const found = (await axe.run({...options, rules: {"color-contrast": {enabled: false}}})).violations;
  if (!options.runOnly && fresh.size) {
    const colours = {runOnly: ["color-contrast"], resultTypes: ["violations"]};
    found.push(...(await axe.run({include: [...fresh.values()]}, colours)).violations);
  }
  return [found, [...fresh.keys()]];
}"""
"""Judges a page; its colours, which cost most, only where no text of the same style was judged before."""

TOO_WIDE = """() => {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) return [];
  const wide = [...document.body.querySelectorAll("*")].filter(one => {
    const box = one.getBoundingClientRect();
    return !one.closest(".scroll") && (box.right > root.clientWidth + 1 || box.left < -1);
  });
  return ["the page", ...wide.slice(0, 5).map(one => one.outerHTML.slice(0, 160))];
}"""
"""Of a page that scrolls sideways, the first elements that stick out."""


@cache
def axe_source() -> str:
    """Return the accessibility judge, as the package ships it."""
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")


def until(what: str, probe: Callable[[], Any]) -> Any:
    """Ask again and again until there is an answer."""
    end = time.monotonic() + PATIENCE / 1000
    while not (found := probe()):
        assert time.monotonic() < end, f"waited for {what} in vain"
        time.sleep(0.2)
    return found


class Judge:
    """Looks at pages once more in a browser of its own, since a judge is a script and the chairs run none.

    Attributes:
        seen: The names under which pages were judged.
        wholly: Those of them that were judged by every rule, by this judge or the one before it.
        faults: What was found, for the end of the walk: one run tells all.
    """

    def __init__(self, browser: Any, language: str, *, after: Judge | None = None) -> None:
        """Judge in a language; with the judge of another one, what that one judged only by its words."""
        self.language = language
        self.seen: list[str] = []
        self.faults: list[str] = []
        self.wholly: set[str] = set() if after is None else after.wholly
        self._styles: list[str] = [] if after is None else after._styles
        context = browser.new_context(viewport=WIDE, locale=language)
        context.add_init_script(axe_source())
        self._twin = context.new_page()
        self._twin.set_default_timeout(PATIENCE)

    def look(self, chair: Chair, name: str) -> None:
        """Judge the page in a chair, once for each name."""
        if name in self.seen:
            return
        self.seen.append(name)
        root = chair.page.locator("html")
        assert root.get_attribute("lang") == self.language
        assert root.get_attribute("dir") == ("rtl" if self.language == "ar" else "ltr")
        self.faults += [f"{name}: {found}" for found in self._breaches(chair, name)]
        self.faults += [f"{name} is too wide: {found}" for found in self._too_wide(chair, name)]

    def close(self) -> None:
        """Close the judge's own browser."""
        self._twin.context.close()

    def _breaches(self, chair: Chair, name: str) -> list[str]:
        """Return what axe finds in the page as it stands, posted answers included.

        What follows from the template is judged once; in another language, what hangs on the words.
        """
        html, address, twin = chair.page.content(), chair.page.url, self._twin
        twin.route(
            lambda url: url == address,
            lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"),
        )
        twin.goto(address)
        twin.unroute_all()
        options = {
            "resultTypes": ["violations"],
            "preload": False,
            **({"runOnly": OF_WORDS} if name in self.wholly else {}),
        }
        self.wholly.add(name)
        found, styles = twin.evaluate(JUDGED, [options, self._styles])
        self._styles += styles
        return [
            f"{one['id']}: {node['html'][:200]} ({node.get('failureSummary', '')})"
            for one in found
            for node in one["nodes"]
        ]

    def _too_wide(self, chair: Chair, name: str) -> list[str]:
        """Return what makes the page scroll sideways on a telephone; keep pictures if somebody wants them."""
        page, shots = chair.page, os.environ.get("COMITY_SCREENSHOTS")
        if shots:
            page.screenshot(path=f"{shots}/{name}-{self.language}-wide.png", full_page=True)
        page.set_viewport_size(NARROW)
        found: list[str] = page.evaluate(TOO_WIDE)
        if shots:
            page.screenshot(path=f"{shots}/{name}-{self.language}-narrow.png", full_page=True)
        page.set_viewport_size(WIDE)
        return found


def click(found: Any) -> None:
    """Press a thing that is to be seen, by key: its place may still move while the machine is busy."""
    found.wait_for(state="visible")
    found.press("Enter")


@dataclass
class Chair:
    """One officer in one browser."""

    page: Any
    name: str
    address: str
    judge: Judge
    heard: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def look(self, name: str) -> None:
        """Have the page judged."""
        self.judge.look(self, name)

    def open(self, path: str) -> None:
        """Go to a page of the node."""
        answer = self.page.goto(self.address + path)
        assert answer is not None
        assert answer.ok, (path, answer.status)

    def press(self, selector: str) -> None:
        """Press the one thing that a selector finds, and wait for the page it leads to."""
        with self.page.expect_navigation() as coming:
            click(self.page.locator(selector))
        answer = coming.value
        assert answer is not None
        assert answer.ok, (selector, answer.status, self.text())

    def text(self) -> str:
        """Return what the page says, spaces as one."""
        return re.sub(r"\s+", " ", self.page.inner_text("main"))

    def require_quiet(self) -> None:
        """Fail if the console said anything, or anything was asked of another host."""
        assert self.heard == [], self.heard
        assert self.asked
        hosts = {urlsplit(one).netloc for one in self.asked}
        assert hosts == {urlsplit(self.address).netloc}

    def sign_in(self, name: str, code: str) -> None:
        """Sign in at the page that asks for it."""
        self.page.fill("#name", name)
        self.page.fill("#secret", code)
        self.press("form[action='/sign-in'] button")


@contextmanager
def seated(browser: Any, judge: Judge, *, name: str, address: str, script: bool = False) -> Iterator[Chair]:
    """Give a chair with a browser profile of its own; script is off unless asked for."""
    context = browser.new_context(
        java_script_enabled=script,
        locale=judge.language,
        viewport=WIDE,
        accept_downloads=True,
        reduced_motion="reduce",
    )
    try:
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        chair = Chair(page=page, name=name, address=address, judge=judge)
        context.on("console", lambda message: chair.heard.append(message.text))
        context.on("weberror", lambda error: chair.heard.append(str(error.error)))
        context.on("request", lambda request: chair.asked.append(request.url))
        yield chair
    finally:
        context.close()
