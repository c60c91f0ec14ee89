"""Two practice nodes, each served by a process of its own, and Debian's Chromium in front of them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from comity.bootstrap import toolbox
from comity.cli.demo.stage import Office, Served, raised_stage
from comity.kernel.errors import UnavailableError
from tests.browser.chairs import FLAGS
from tests.unit.engines.examining.imaging import fat, partitioned

CAST = (("XAA", "Altavia", "a.diallo", "m.okafor"), ("XAB", "Belmare", "l.haddad", "s.moreau"))
MOST_TRIES = 3


@dataclass(frozen=True)
class Stage:
    """Both offices as the demo raises them, with their pages' addresses and their officers' sign-in codes."""

    offices: tuple[Office, ...]
    served: tuple[Served, ...]
    addresses: tuple[str, ...]
    codes: dict[str, str]


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with ExitStack() as stack:
        offices, served, _words = _raised(stack, tmp_path_factory)
        lines = [one.ready_line() or "" for one in served]
        yield Stage(
            offices=offices,
            served=served,
            addresses=tuple(line.rpartition(" ")[2] for line in lines),
            codes={
                name: office.desks.signin.new_code(office.officer(name), name=name)
                for office in offices
                for name in (office.duty, office.head)
            },
        )


def _raised(stack: ExitStack, factory: pytest.TempPathFactory) -> Any:
    """Raise the stage; once more where somebody took a port between its choice and its use."""
    for left in reversed(range(MOST_TRIES)):
        folder = factory.mktemp("stage")
        try:
            return stack.enter_context(raised_stage(toolbox(), folder, CAST))
        except UnavailableError as error:
            if error.code != "demo.node_stopped" or not left:
                raise
    raise AssertionError("unreachable")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """Debian's Chromium; a module at a time, since its driver holds the thread's event loop meanwhile.

    Its headless shell, where it is there: the same engine at half the processor time, without the window
    that nobody sees.
    """
    found = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if found is None:
        pytest.skip("no chromium here; tools/debian-parts test installs it")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=list(FLAGS), headless=True)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def exhibits(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    """Files with the names that evidence has, and a disk with something to find."""
    folder = tmp_path_factory.mktemp("exhibits")
    made = {
        "mailbox.mbox": b"From collect@mailhaven.example\n" * 4_000,
        "سجل الدخول.log": b"login\n",
        "empty": b"",
        "seized phone.dd": partitioned(
            fat(
                {"NOTES.TXT": b"pay DE89370400440532013000, write to anna@example.org"},
                gone={"OLD.TXT": b"x"},
            )
        ),
    }
    for name, data in made.items():
        (folder / name).write_bytes(data)
    return tuple(folder / name for name in made)
