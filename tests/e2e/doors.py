"""A node whose doors of receivers listen on the loopback, for tests that call them as others do."""

import contextlib
import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from comity.api.server import Listener, serve_all
from comity.api.sharing import misp, taxii
from comity.api.sharing.misp import MispDoor
from comity.api.sharing.taxii import TaxiiDoor
from comity.bootstrap.pages import joined
from comity.indicators.marks import Tlp
from comity.ledger.origins import national_log_origin
from comity.node.receiving import ReceivingDesk
from comity.node.sharing import SharingDesk
from comity.storage.sql.store import create_store
from tests.unit.node.nodes import Side, node


@dataclass
class Served:
    """A node whose doors listen on the loopback."""

    side: Side
    port: int
    open: contextlib.ExitStack

    def key(self, name: str, *, tlp: Tlp = Tlp.AMBER, writes: bool = True) -> str:
        desk = SharingDesk(place=self.side.place)
        return desk.add_key(self.side.head(), name=name, most_tlp=tlp, writes=writes)

    def misp(self, name: str, **terms: Any) -> Any:
        from pymisp import PyMISP

        made = PyMISP(f"http://127.0.0.1:{self.port}/misp/", self.key(name, **terms), ssl=False)
        self.open.callback(made._PyMISP__session.close)
        return made

    def taxii(self, name: str, **terms: Any) -> Any:
        from taxii2client.v21 import Server

        server = Server(f"http://127.0.0.1:{self.port}/taxii2/", user="x", password=self.key(name, **terms))
        collection = server.default.collections[0]
        for one in (server, server.default, collection):
            self.open.callback(one.close)
        return collection

    def stands_at(self, shelf: str) -> tuple[int, int]:
        """How a shelf and the national log stand."""
        with self.side.place.store.snapshot() as tx:
            origin = national_log_origin(self.side.place.realm, authority=self.side.desk)
            return tx.sharing.count_shared(self.side.desk, shelf), tx.logs.size(origin)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    logging.getLogger("pymisp").setLevel(logging.ERROR)
    store = create_store(tmp_path / "node.sqlite")
    side = node("XAA", 0, store=store)
    faults: list[str] = []
    apps = {
        f"{taxii.DOOR}/": TaxiiDoor(desk=ReceivingDesk(place=side.place), report=faults.append),
        f"{misp.DOOR}/": MispDoor(place=side.place, report=faults.append),
    }
    ports: list[int] = []
    ready, stop = threading.Event(), threading.Event()

    def told(found: tuple[int, ...]) -> None:
        ports.extend(found)
        ready.set()

    listener = Listener(app=joined(apps, otherwise=None), host="127.0.0.1", port=0)
    thread = threading.Thread(target=lambda: serve_all([listener], ready=told, stop=stop))
    thread.start()
    try:
        assert ready.wait(60)
        with contextlib.ExitStack() as clients:
            yield Served(side, ports[0], clients)
    finally:
        stop.set()
        thread.join(60)
        store.close()
    assert faults == []
