"""10,000 open cases: the first page of a signed-in officer, and what is due as a command lists it.

The acts are real: requests that a peer signed, kept as a node keeps what it has verified; every fourth case
was taken on, ordered and preserved. The page is asked of the application behind `comity serve`, session and
rendering included, without a network. Lines of the register are written before the clock runs, which is told.

    python -m benchmarks.duty [--cases 10000] [--rounds 15] [--json]
"""

import argparse
import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.exchange import _free_port, _introduce, _request
from comity.bootstrap.folders import present
from comity.bootstrap.nodes import init_node
from comity.bootstrap.opening import opened
from comity.bootstrap.pages import web_toolbox
from comity.cases.acts import ActDraft
from comity.cases.approvals import approval_envelope
from comity.cases.parts import Part, make_part
from comity.cases.ports import Address, ReceiptRecord
from comity.cases.rows import act_record
from comity.cases.wire import Parcel, SignedAct, signed_act
from comity.kernel.clock import DAY, SECOND, Instant
from comity.kernel.ids import ActId, AuthorityId, CaseId, OfficerName
from comity.kernel.realms import Realm
from comity.kernel.signing import Signer
from comity.node.founding import FIRST_OFFICER, officer_key
from comity.node.listing import MOST
from comity.node.views import Actor
from comity.node.workplace import Workplace
from comity.web.app import web_app
from comity.web.signing_in import session_cookie_name
from comity.web.toolbox import WebToolbox

MOST_PAGE, MOST_LIST = 300.0, 200.0
_BATCH = 500
_PURPOSE = "practice"


class Office:
    """One office that signs acts with the keys of its node."""

    def __init__(self, place: Workplace) -> None:
        with place.store.snapshot() as tx:
            root = place.root(tx)
        self.place = place
        self.me = Address(authority=AuthorityId(f"{place.party}/contact-point"), root=root)
        self.act_key: Signer = place.keys.signer(f"{self.me.authority}/act")
        self.officer: Signer = place.keys.signer(officer_key(place.party, FIRST_OFFICER))

    def sign(self, draft: ActDraft) -> SignedAct:
        """Return an act with the approval of the office's head and the signature of the office."""
        made = draft.envelope()
        approval = approval_envelope(
            ActId(made.id),
            realm=Realm.PRACTICE,
            officer=OfficerName(FIRST_OFFICER),
            authority=self.me.authority,
            role="head",
            rules="7" * 64,
            reasons="8" * 64,
            at=draft.at,
        ).signed_by(self.officer)
        return signed_act(made.signed_by(self.act_key), [approval])


def fill(ours: Office, theirs: Office, cases: int) -> int:
    """Keep so many cases that the other office opened, and return how many acts they have."""
    now, total = ours.place.clock.now(), 0
    for start in range(0, cases, _BATCH):
        with ours.place.store.transaction() as tx:
            for number in range(start, min(start + _BATCH, cases)):
                at = Instant(now - (cases - number) * 60 * SECOND)
                total += _case(tx, ours, theirs, at=at, taken_on=number % 4 == 0)
    return total


def _case(tx: Any, ours: Office, theirs: Office, *, at: Instant, taken_on: bool) -> int:
    form = make_part("form", b"{}", entropy=ours.place.entropy)
    until = Instant(at + 90 * DAY)
    request = _request()
    request["request"]["confidential_until"] = until
    opening = theirs.sign(
        ActDraft(
            realm=Realm.PRACTICE,
            kind="preservation.request",
            case=None,
            sender=theirs.me,
            to=ours.me,
            seq=1,
            prev_own=None,
            seen=(),
            at=at,
            body=request,
            nonce=ours.place.entropy.bytes(16),
            parts=(form.ref("application/json"),),
        )
    )
    _keep(tx, ours, opening, (form,), at)
    if not taken_on:
        return 1
    case, about = opening.act.id, {"request": opening.act.id, "items": ["1"]}
    order = make_part("order", b"{}", entropy=ours.place.entropy)
    effect = {
        "request": case,
        "items": [{"id": "1", "state": "held"}],
        "t0": at,
        "expires": until,
    }
    last: ActId | None = None
    steps: tuple[tuple[str, Mapping[str, Any], tuple[Part, ...]], ...] = (
        ("request.accept", about, ()),
        ("order.record", about | {"from": at, "until": until}, (order,)),
        ("preservation.effect", effect, ()),
    )
    for seq, (kind, body, parts) in enumerate(steps, start=1):
        signed = ours.sign(
            ActDraft(
                realm=Realm.PRACTICE,
                kind=kind,
                case=CaseId(case),
                sender=ours.me,
                to=theirs.me,
                seq=seq,
                prev_own=last,
                seen=(case,) if last is None else (),
                at=at,
                body=body,
                parts=tuple(part.ref("application/json") for part in parts),
            )
        )
        _keep(tx, ours, signed, parts, at)
        last = signed.act.id
    return 1 + len(steps)


def _keep(tx: Any, ours: Office, signed: SignedAct, parts: tuple[Any, ...], at: Instant) -> None:
    act = signed.act
    parcel = Parcel(signed=signed, parts=parts)
    tx.acts.add(
        act_record(parcel, authority=ours.me.authority, own=act.sender == ours.me, covers=0, stored_at=at)
    )
    tx.acts.add_receipt(
        ReceiptRecord(
            authority=ours.me.authority,
            case=act.case,
            act_id=act.id,
            act_seq=act.seq,
            signer=act.to,
            at=at,
            your_last_seq=act.seq,
            own_last_seq=0 if act.to == ours.me else 1,
            pending=None,
            result="stored",
            code="",
            receipt=b"{}",
        )
    )


def _times(work: Callable[[], object], rounds: int) -> dict[str, float]:
    work()
    walls = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        walls.append((time.perf_counter() - began) * 1e3)
    return {"median": round(statistics.median(walls), 1), "slowest": round(max(walls), 1)}


class Browser:
    """Asks pages of the application as its server does, as one signed-in officer."""

    def __init__(self, app: Any, cookie: str) -> None:
        self._app, self._cookie = app, cookie
        self._loop = asyncio.new_event_loop()

    def get(self, path: str) -> bytes:
        """Return the body of a page; raise RuntimeError unless it is shown."""
        path, _, query = path.partition("?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(b"cookie", self._cookie.encode()), (b"host", b"localhost")],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
        }
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        self._loop.run_until_complete(self._app(scope, receive, send))
        if sent[0]["status"] != 200:
            raise RuntimeError(f"the page answers {sent[0]['status']}")
        return b"".join(message.get("body", b"") for message in sent[1:])


def _measure(folder: Path, cases: int, rounds: int) -> dict[str, Any]:
    for name, party in (("a", "XAA"), ("b", "XAB")):
        init_node(
            str(folder / name),
            party=party,
            name=name,
            practice=True,
            host="127.0.0.1",
            exchange_port=_free_port(),
            passphrase=None,
        )
    with opened(str(folder / "a")) as (_, _, a), opened(str(folder / "b")) as (_, _, b):
        _introduce(a, b)
        began = time.perf_counter()
        acts = fill(Office(b), Office(a), cases)
        filled = time.perf_counter() - began
        actor = b.actor(None)
        with present(folder / "b") as presence:
            toolbox = web_toolbox(folder / "b", b, presence, secure=False, report=print)
            lists = toolbox.desks.lists
            began = time.perf_counter()
            while lists.write_waiting(actor.authority):
                pass
            written = time.perf_counter() - began
            browser = _signed_in(toolbox, actor)
            found = {
                "page": _times(lambda: browser.get("/"), rounds),
                "cases": _times(lambda: browser.get("/cases"), rounds),
                "due": _times(lambda: lists.due(actor, purpose=_PURPOSE, most=MOST), rounds),
            }
    return {
        "cases": cases,
        "acts": acts,
        "filled_seconds": round(filled, 1),
        "written_seconds": round(written, 1),
        "milliseconds": found,
    }


def _signed_in(toolbox: WebToolbox, actor: Actor) -> Browser:
    code = toolbox.signin.new_code(actor, name=actor.officer)
    token, _ = toolbox.signin.sign_in(
        actor.officer, secret=code.encode(), address="127.0.0.1", purpose=_PURPOSE
    )
    return Browser(web_app(toolbox), f"{session_cookie_name(toolbox)}={token}")


def _table(found: dict[str, Any]) -> str:
    rows = (
        ("page", "page of what is due", MOST_PAGE),
        ("cases", "page of cases", MOST_PAGE),
        ("due", f"list of {MOST} duties", MOST_LIST),
    )
    lines = [f"{found['cases']} open cases, {found['acts']} acts"]
    for name, title, most in rows:
        spent = found["milliseconds"][name]
        lines.append(
            f"  {title:<24}{spent['median']:7.1f} ms   (at most {most:.0f}; slowest {spent['slowest']:.1f})"
        )
    lines.append(f"  register written        {found['written_seconds']:7.1f} s, once, from nothing")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and return 0 when the medians are within their bounds."""
    parser = argparse.ArgumentParser(prog="benchmarks.duty", description=__doc__.split("\n")[0])
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="comity-bench-") as folder:
        found = _measure(Path(folder), chosen.cases, chosen.rounds)
    print(json.dumps(found) if chosen.json else _table(found))
    times = found["milliseconds"]
    pages = max(times["page"]["median"], times["cases"]["median"])
    return 0 if pages <= MOST_PAGE and times["due"]["median"] <= MOST_LIST else 1


if __name__ == "__main__":
    raise SystemExit(main())
