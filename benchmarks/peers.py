"""The TAXII door beside servers of others, in one run: OpenTAXII by the page, medallion by the real client.

Each server is a process of its own on the loopback, called over HTTP with its key, and what counts is the
processor time of that process and its children: so neither client nor the other server is in it. Ours is
``comity serve``, OpenTAXII stands behind gunicorn with one worker, both on SQLite with full durability and
10,000 objects; OpenTAXII is given a token, the cheapest way in that it knows. Pages are asked for at places
all over the collection, never twice at one of ours, in turns, one server after the other. With medallion,
whose store is memory and quadratic, the client of OASIS brings 1,826 objects (as many as ATT&CK for ICS has),
pulls them by pages of 100, and asks twice for what was added after a time; once each, by the clock: medallion
takes minutes for it.

    tools/peers                      installs the servers of others, once
    python -m benchmarks.peers [--objects 10000] [--turns 5] [--json]
"""

import argparse
import base64
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.taxiiobjects import DESK, body, fill
from comity.api.sharing.taxii import DOOR, MEDIA
from comity.bootstrap.nodes import init_node
from comity.bootstrap.opening import opened
from comity.node.founding import FIRST_OFFICER
from comity.node.receiving import collection_id, root_name
from comity.node.sharing import SharingDesk

ROOT = Path(__file__).resolve().parents[1]
PEERS = ROOT / ".peers"
LEAST_RATIO = 100.0
STIX = "application/stix+json;version=2.1"
CLIENTS_OBJECTS = 1_826
TIMED_PAGES = 2
PAGE = 100
"""Objects of a page, and of what is brought at once: medallion gives all of these one time, so asking for
what was added after the last of a page passes over the rest of a larger one."""
OURS_A_TURN, THEIRS_A_TURN = 1_500, 20
STEP = 7919
ABSENT = "the servers of others are not installed here: run tools/peers, then python -m benchmarks.peers"
_TICK = os.sysconf("SC_CLK_TCK")
_OPENTAXII = """\
domain: "127.0.0.1"
support_basic_auth: yes
auth_api:
  class: opentaxii.auth.sqldb.SQLDatabaseAPI
  parameters:
    db_connection: "sqlite:///{folder}/people.db"
    create_tables: yes
    secret: benchmark
    token_ttl_secs: 3600
taxii1:
taxii2:
  title: t
  contact: c
  description: d
  max_content_length: 104857600
  public_discovery: no
  allow_custom_properties: yes
  persistence_api:
    class: opentaxii.persistence.sqldb.Taxii2SQLDatabaseAPI
    parameters: {{db_connection: "sqlite:///{folder}/objects.db", create_tables: yes}}
logging: {{opentaxii: error, root: error}}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """A server that listens.

    Attributes:
        pid: Its process; what it forked counts with it.
        path: Of the objects of its collection.
        login: What goes in ``Authorization``.
    """

    pid: int
    port: int
    path: str
    login: str

    def page(self, line: http.client.HTTPConnection, query: str) -> Any:
        """Return a page of 100."""
        line.request("GET", f"{self.path}?{query}", headers={"Accept": MEDIA, "Authorization": self.login})
        answer = line.getresponse()
        found = json.loads(answer.read())
        if answer.status != 200 or len(found["objects"]) != 100:
            raise SystemExit(f"benchmarks: a server answered {answer.status}")
        return found

    @contextmanager
    def line(self) -> Iterator[http.client.HTTPConnection]:
        """Hold a connection while the block lasts; it is opened again where the server closes it."""
        made = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        try:
            yield made
        finally:
            made.close()

    def spent(self) -> float:
        """Return the seconds of processor that the server and its children took so far."""
        todo, ticks = [self.pid], 0
        while todo:
            pid = todo.pop()
            fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
            todo += map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split())
        return ticks / _TICK


def objects_of(count: int) -> list[dict[str, Any]]:
    """Return so many objects, the same for every server."""
    return [json.loads(body(number)) for number in range(count)]


@contextmanager
def ours(folder: Path, count: int) -> Iterator[Serving]:
    """Serve a node with so many objects."""
    node = str(folder / f"node{count}")
    init_node(
        node, party="XAA", name="X", practice=True, host="127.0.0.1", exchange_port=None, passphrase=None
    )
    with opened(node) as (_, _, place):
        fill(place, 0, count)
        key = SharingDesk(place=place).add_key(place.actor(FIRST_OFFICER), name="bench", writes=True)
    command = [sys.executable, "-m", "comity", "serve", node, "--port", "0", "--exchange-port", "0"]
    with running([*command, "--no-worker"], env={"PYTHONPATH": str(ROOT / "src")}, tells=True) as process:
        if process.stdout is None or not (said := process.stdout.readline()):
            raise SystemExit("benchmarks: our node did not come up")
        port = int(said.split()[-1].rpartition(":")[2].strip("/"))
        path = f"{DOOR}/{root_name(DESK)}/collections/{collection_id(DESK)}/objects/"
        login = base64.b64encode(f"x:{key}".encode()).decode()
        yield Serving(pid=process.pid, port=port, path=path, login=f"Basic {login}")


@contextmanager
def opentaxii(folder: Path, count: int) -> Iterator[Serving]:
    """Serve an OpenTAXII with so many objects."""
    config = folder / "opentaxii.yml"
    config.write_text(_OPENTAXII.format(folder=folder), encoding="utf-8")
    env = {"OPENTAXII_CONFIG": str(config), "PYTHONWARNINGS": "ignore"}
    filled = subprocess.run(
        [PEERS / "bin" / "python", ROOT / "benchmarks" / "bounds" / "opentaxii_room.py"],
        input=json.dumps(objects_of(count)),
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **env},
    )
    told = json.loads(filled.stdout.splitlines()[-1])
    port = free_port()
    command = [str(PEERS / "bin" / "gunicorn"), "opentaxii.http:app", "-w", "1", "-b", f"127.0.0.1:{port}"]
    with running([*command, "--timeout", "600", "--log-level", "error"], env=env) as process:
        until_it_listens(process, port)
        yield Serving(pid=process.pid, port=port, path=told["path"], login=f"Bearer {told['token']}")


@contextmanager
def medallion(folder: Path) -> Iterator[Serving]:
    """Serve an empty medallion."""
    port = free_port()
    about = {"title": "T", "versions": [MEDIA], "max_content_length": 1 << 30}
    told = {"id": "c1", "title": "C", "can_read": True, "can_write": True, "media_types": [STIX]}
    data = {
        "/discovery": {"title": "D", "api_roots": [f"http://127.0.0.1:{port}/r1/"]},
        "r1": {"information": about, "status": [], "collections": [{**told, "objects": [], "manifest": []}]},
    }
    config = {
        "backend": {
            "module": "medallion.backends.memory_backend",
            "module_class": "MemoryBackend",
            "filename": str(folder / "medallion.json"),
        },
        "users": {"u": "s"},
        "taxii": {"max_page_size": 100},
    }
    (folder / "medallion.json").write_text(json.dumps(data), encoding="utf-8")
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    command = [str(PEERS / "bin" / "medallion"), "--host", "127.0.0.1", "--port", str(port)]
    with running([*command, "--log-level", "CRITICAL", str(folder / "config.json")], env={}) as process:
        until_it_listens(process, port)
        login = base64.b64encode(b"u:s").decode()
        yield Serving(pid=process.pid, port=port, path="/r1/collections/c1/objects/", login=f"Basic {login}")


@contextmanager
def running(
    command: Sequence[str], *, env: Mapping[str, str], tells: bool = False
) -> Iterator[subprocess.Popen[str]]:
    """Run a server while the block lasts; what it writes is thrown away unless its first line is wanted."""
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE if tells else subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, **env},
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)
        if process.stdout is not None:
            process.stdout.close()


def free_port() -> int:
    """Return a port of the loopback that nobody holds."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


def until_it_listens(process: subprocess.Popen[str], port: int) -> None:
    """Wait until something answers at a port."""
    for _ in range(600):
        if process.poll() is not None:
            break
        with socket.socket() as line:
            if line.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("benchmarks: a server of others did not come up")


def by_the_page(folder: Path, count: int, turns: int) -> dict[str, float]:
    """Return pages a second of the server's processor, of ours and of OpenTAXII, turn by turn."""
    with ours(folder, count) as mine, opentaxii(folder, count) as other:
        places = walked(other, count)
        found: dict[str, list[float]] = {"ours": [], "opentaxii": []}
        for turn in range(turns):
            here = range(turn * OURS_A_TURN, (turn + 1) * OURS_A_TURN)
            there = range(turn * THEIRS_A_TURN, (turn + 1) * THEIRS_A_TURN)
            asked = {
                "ours": [f"limit=100&next={at * STEP % (count - 100)}" for at in here],
                "opentaxii": [places[at * 37 % len(places)] for at in there],
            }
            for name, server in (("ours", mine), ("opentaxii", other)):
                before = server.spent()
                with server.line() as line:
                    for query in asked[name]:
                        server.page(line, query)
                found[name].append(len(asked[name]) / (server.spent() - before))
    ratio = median(a / b for a, b in zip(found["ours"], found["opentaxii"], strict=True))
    return {
        **{name: round(median(each), 1) for name, each in found.items()},
        "least_of_ours": round(min(found["ours"]), 1),
        "most_of_opentaxii": round(max(found["opentaxii"]), 1),
        "ratio": round(ratio, 1),
    }


def walked(server: Serving, count: int) -> list[str]:
    """Return what asks for each full page of a server."""
    places, asked = list[str](), "limit=100"
    with server.line() as line:
        while len(places) < count // 100:
            page = server.page(line, asked)
            places.append(asked)
            if not page.get("more"):
                break
            asked = f"limit=100&next={page['next']}"
    return places


def by_the_client(folder: Path) -> dict[str, float]:
    """Return the seconds in which taxii2-client brings and pulls, with medallion and with ours."""
    objects = objects_of(CLIENTS_OBJECTS)
    found: dict[str, float] = {}
    with ExitStack() as stack:
        servers = {
            "medallion": stack.enter_context(medallion(folder)),
            "ours": stack.enter_context(ours(folder, 0)),
        }
        clients = {name: stack.enter_context(client(server)) for name, server in servers.items()}
        for name, collection in clients.items():

            def push(collection: Any = collection) -> None:
                for start in range(0, len(objects), PAGE):
                    collection.add_objects({"objects": objects[start : start + PAGE]})

            found[f"{name}_push"] = timed(push)
            for how in (by_pages, by_time):
                found[f"{name}_{how.__name__}"] = timed(partial(how, collection, objects))
    return {name: round(each, 3) for name, each in found.items()}


@contextmanager
def client(server: Serving) -> Iterator[Any]:
    """Return a collection of a server as taxii2-client sees it."""
    from taxii2client.v21 import Collection  # type: ignore[import-untyped]

    user, _, secret = base64.b64decode(server.login.partition(" ")[2]).decode().partition(":")
    path = server.path.removesuffix("objects/")
    made = Collection(f"http://127.0.0.1:{server.port}{path}", user=user, password=secret)
    try:
        yield made
    finally:
        made.close()


def by_pages(collection: Any, objects: Sequence[Any]) -> None:
    """Pull everything by pages of 100."""
    seen, asked = list[Any](), dict[str, Any]()
    while True:
        page = collection.get_objects(limit=PAGE, **asked)
        seen += page["objects"]
        if not page.get("more"):
            break
        asked = {"next": page["next"]}
    require_same(seen, objects)


def by_time(collection: Any, objects: Sequence[Any]) -> None:
    """Pull some pages by what was added after the last of them."""
    since = {"added_after": "2020-01-01T00:00:00.000Z"}
    for at in range(TIMED_PAGES):
        seen = collection.get_objects(limit=PAGE, **since)["objects"]
        listed = collection.get_manifest(limit=PAGE, **since)["objects"]
        require_same(seen, objects[at * PAGE : (at + 1) * PAGE])
        since = {"added_after": listed[-1]["date_added"]}


def require_same(seen: Sequence[Any], brought: Sequence[Any]) -> None:
    """Stop where other objects came than were brought; those of one time may come in any order."""
    first, second = (sorted(json.dumps(one, sort_keys=True) for one in each) for each in (seen, brought))
    if first != second:
        raise SystemExit("benchmarks: other objects came than were brought")


def timed(what: Callable[[], None]) -> float:
    """Return how many seconds something took by the clock."""
    begun = time.perf_counter()
    what()
    return time.perf_counter() - begun


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, and return 0 when the bounds hold, or where nothing is there to compare with."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--objects", type=int, default=10_000)
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    if not (PEERS / "stamp").is_file():
        print(ABSENT)
        return 0
    with tempfile.TemporaryDirectory() as room:
        pages = by_the_page(Path(room), options.objects, max(5, options.turns))
        if not options.json:
            print(f"a page of 100 of {options.objects} objects, a second of the server's processor: {pages}")
            print(f"bound: at least {LEAST_RATIO:.0f} times OpenTAXII", flush=True)
        clients = by_the_client(Path(room))
    faster = all(clients[f"ours_{how}"] < clients[f"medallion_{how}"] for how in ("by_pages", "by_time"))
    if options.json:
        print(json.dumps({"pages": pages, "client_seconds": clients}))
    else:
        print(f"the real client with {CLIENTS_OBJECTS} objects, seconds: {clients}")
        print("bound: faster than medallion")
    return 0 if pages["ratio"] >= LEAST_RATIO and faster else 1


if __name__ == "__main__":
    raise SystemExit(main())
