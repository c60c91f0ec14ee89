"""The interface: a whole case through it, who may do what on every route, and its own description."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from comity.api.v1.app import api_app
from comity.api.v1.callers import ApiToolbox
from comity.exchange.entries import OF_SHELTERS
from comity.node.access import Action, Role, is_allowed
from comity.node.people import PeopleDesk
from comity.requests.service import example
from tests.unit.web.browser import Browser, Reply
from tests.unit.web.world import DUTY, HEAD, House, World, world

ROOT = "/api/v1"
FORM = json.dumps(example("preservation")).encode()
UNKNOWN = "0" * 64


@dataclass
class Client:
    """Calls the interface of one node as one officer."""

    browser: Browser
    token: str = ""

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Reply:
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        given = {"content-type": "application/json"} if data else {}
        if self.token:
            given["authorization"] = f"Bearer {self.token}"
        return self.browser.send(method, ROOT + path, body=data, headers={**given, **headers})

    def get(self, path: str) -> Any:
        return self.value(self.call("GET", path))

    def post(self, path: str, body: Any = None) -> Any:
        return self.value(self.call("POST", path, body))

    @staticmethod
    def value(reply: Reply) -> Any:
        assert reply.status < 300, reply.text
        return json.loads(reply.body) if reply.body else None


def interface(house: House) -> Any:
    """Return the interface of a node, made once: that takes longer than most calls."""
    if house.interface is None:
        house.interface = _made(house)
    return house.interface


def _made(house: House) -> Any:
    return api_app(
        ApiToolbox(
            desks=house.desks,
            signin=house.signin,
            reading=house.toolbox.reading,
            work=house.toolbox.work,
            letter=house.toolbox.letter,
            print_custody=house.toolbox.print_custody,
            print_statement=house.toolbox.print_statement,
            reach=house.toolbox.reach,
            gap_file=house.toolbox.gap_file,
            cookie="comity-xaa",
            report=house.faults.append,
        )
    )


def client(house: House, officer: str = DUTY) -> Client:
    made = Client(Browser(interface(house)))
    made.token = made.post(
        "/session", {"name": officer, "secret": house.code(officer), "purpose": "practice"}
    )["token"]
    return made


@pytest.fixture
def two(tmp_path: Path) -> World:
    return world(tmp_path)


def finish(house: House, draft: dict[str, Any]) -> dict[str, Any]:
    duty, head = client(house, DUTY), client(house, HEAD)
    path = f"/drafts/{draft['act']}"
    for finding in draft["undecided"]:
        wish = {"finding": finding, "outcome": "proceed", "inner": "looked at it"}
        draft = duty.post(f"{path}/decisions", wish)
    for one in (head, duty)[: draft["persons_needed"]]:
        draft = one.post(f"{path}/approvals", {"reason": "lawful"})
    made: dict[str, Any] = duty.post(f"{path}/issue")
    return made


def test_a_case_through_the_interface_of_both_sides(two: World) -> None:
    asking, asked = client(two.asking), client(two.asked)
    found = Client.value(asking.call("POST", "/requests/check?on=2026-11-02", FORM))
    assert all(one["severity"] != "blocks" for one in found["findings"])
    request = finish(two.asking, asking.post("/requests?to=XAB/contact-point", json.loads(FORM)))
    two.carry()
    case = asked.get(f"/cases/{request['case']}?purpose=oversight")
    assert [act["kind"] for act in case["acts"]] == ["preservation.request"]
    assert two.asked.toolbox.reading.journal(two.asked.office.officer())[0].purpose == "oversight"
    assert (
        asked.call("GET", f"/acts/{request['act']}/parts/form").body
        == asking.call("GET", f"/acts/{request['act']}/parts/form").body
    )
    draft = asked.post(f"/cases/{request['case']}/acts?kind=request.accept", {})
    assert asked.get(f"/drafts/{draft['act']}")["kind"] == "request.accept"
    finish(two.asked, draft)
    two.carry()
    assert asking.get("/requests")[0]["status"] == "accepted"
    assert asking.get(f"/acts/{request['act']}/proof")["act"] == request["act"]
    assert asking.get("/logs/audit") == {"findings": []}
    assert asking.get("/cases")[0]["case"] == request["case"]
    dropped = asked.post(f"/cases/{request['case']}/acts?kind=order.record", {"parts": {"order": "x"}})
    assert asked.call("DELETE", f"/drafts/{dropped['act']}").status == 204
    assert not two.asking.faults
    assert not two.asked.faults


def test_the_description_is_openapi_and_names_every_route(two: World) -> None:
    reply = Browser(interface(two.asking)).get(f"{ROOT}/openapi.json")
    described = json.loads(reply.body)
    assert described["openapi"].startswith("3.1")
    assert "https://" not in json.dumps(described)
    named = {(m.upper(), p) for p, methods in described["paths"].items() for m in methods}
    assert named == {(method, path) for method, path, _ in rows()}
    for path in ("/schema", f"{ROOT}/swagger", f"{ROOT}/redoc"):
        assert Browser(interface(two.asking)).get(path).status == 404


OPEN = None
ANYONE = "anyone"


def rows() -> list[tuple[str, str, object]]:
    """Every route with the action of the access table that it asks for."""
    table: list[tuple[str, str, object]] = [
        ("POST", "/session", OPEN),
        ("DELETE", "/session", ANYONE),
        ("GET", "/node", ANYONE),
        ("GET", "/officers", ANYONE),
        ("GET", "/peers", ANYONE),
        ("GET", "/peers/card", ANYONE),
        ("POST", "/peers", Action.PEER_ADD),
        ("GET", "/logs", Action.LOG_READ),
        ("GET", "/logs/audit", Action.LOG_READ),
        ("GET", "/acts/{act}/proof", Action.CASE_READ),
        ("GET", "/journal", Action.LOG_READ),
        ("GET", "/cases", Action.CASE_LIST),
        ("GET", "/duties", Action.CASE_LIST),
        ("GET", "/cases/{case}", Action.CASE_READ),
        ("GET", "/requests", Action.CASE_LIST),
        ("GET", "/cases/{case}/deliveries", Action.CASE_READ),
        ("GET", "/acts/{act}/parts/{name}", Action.CASE_READ),
        ("GET", "/acts/{act}/letter", Action.CASE_READ),
        ("GET", "/request-kinds", ANYONE),
        ("GET", "/request-kinds/{kind}/schema", ANYONE),
        ("GET", "/request-kinds/{kind}/example", ANYONE),
        ("GET", "/act-kinds/{kind}/example", ANYONE),
        ("POST", "/registrations", Action.ACT_DRAFT),
        ("POST", "/requests/check", ANYONE),
        ("POST", "/requests/rebase", ANYONE),
        ("GET", "/bases", ANYONE),
        ("GET", "/treaty/articles/{place}", ANYONE),
        ("GET", "/treaty/status", ANYONE),
        ("GET", "/treaty/force", ANYONE),
        ("GET", "/treaty/pair", ANYONE),
        ("GET", "/addresses/check", ANYONE),
        ("GET", "/directory", ANYONE),
        ("GET", "/directory/check", ANYONE),
        ("GET", "/directory/route", ANYONE),
        ("GET", "/directory/parties/{party}", ANYONE),
        ("POST", "/directory/mandates", Action.OFFICE_CHANGE),
        ("POST", "/directory/services", Action.OFFICE_CHANGE),
        ("POST", "/requests", Action.ACT_DRAFT),
        ("POST", "/cases/{case}/acts", Action.ACT_DRAFT),
        ("GET", "/drafts/{act}", Action.CASE_READ),
        ("POST", "/drafts/{act}/decisions", Action.ACT_DECIDE),
        ("POST", "/drafts/{act}/approvals", Action.ACT_APPROVE),
        ("POST", "/drafts/{act}/issue", Action.ACT_ISSUE),
        ("DELETE", "/drafts/{act}", Action.ACT_DRAFT),
        ("POST", "/cases/{case}/releases", Action.CASE_EXPORT),
        ("POST", "/acts/{act}/onward", Action.CASE_EXPORT),
        ("POST", "/releases/{release}/onward", Action.CASE_EXPORT),
        ("GET", "/releases", Action.CASE_READ),
        ("GET", "/releases/{release}", Action.CASE_READ),
        ("POST", "/releases/{release}/decisions", Action.ACT_DECIDE),
        ("POST", "/releases/{release}/approvals", Action.ACT_APPROVE),
        ("GET", "/cases/{case}/custody", Action.CASE_READ),
        ("POST", "/cases/{case}/custody", Action.EVIDENCE_SEAL),
        ("POST", "/deliveries/{act}/examination", Action.EVIDENCE_OPEN),
        ("GET", "/cases/{case}/examinations", Action.EVIDENCE_OPEN),
        ("GET", "/cases/{case}/findings", Action.EVIDENCE_OPEN),
        ("POST", "/inspections", Action.EVIDENCE_OPEN),
        ("GET", "/sealings", Action.EVIDENCE_SEAL),
        ("POST", "/sealings/{name}/resumption", Action.EVIDENCE_SEAL),
        ("DELETE", "/sealings/{name}", Action.EVIDENCE_SEAL),
        ("GET", "/stamps", Action.LOG_READ),
        ("GET", "/stamps/token", Action.LOG_READ),
        ("GET", "/known-files", Action.PEER_LIST),
        ("GET", "/law", Action.PEER_LIST),
        ("GET", "/law/find", Action.PEER_LIST),
        ("GET", "/law/search", Action.PEER_LIST),
        ("GET", "/law/provisions/{country}/{instrument}/{section}", Action.PEER_LIST),
        ("GET", "/tracing/ledgers", Action.TRACE_IMPORT),
        ("GET", "/tracing/ledgers/{ledger}", Action.TRACE_IMPORT),
        ("POST", "/tracing/ledgers/{ledger}/files", Action.TRACE_IMPORT),
        ("GET", "/tracing/ledgers/{ledger}/questions", Action.TRACE_ASK),
        ("GET", "/tracing/tags", Action.TRACE_IMPORT),
        ("GET", "/tracing/tags/retracted", Action.TRACE_IMPORT),
        ("GET", "/tracing/tags/leaned", Action.TRACE_IMPORT),
        ("GET", "/tracing/tags/pack", Action.TRACE_IMPORT),
        ("POST", "/tracing/tags", Action.TRACE_IMPORT),
        ("POST", "/tracing/tags/retractions", Action.TRACE_IMPORT),
        ("POST", "/tracing/taint", Action.TRACE_ASK),
        ("POST", "/tracing/paths", Action.TRACE_ASK),
        ("POST", "/tracing/clusters", Action.TRACE_ASK),
        ("POST", "/tracing/reasons", Action.TRACE_ASK),
        ("POST", "/tracing/moved", Action.TRACE_ASK),
        ("POST", "/tracing/reports", Action.TRACE_ASK),
        ("GET", "/protection/lists", Action.HASH_USE),
        ("POST", "/protection/matches", Action.HASH_USE),
        ("GET", "/protection/reports", Action.REPORT_READ),
        ("POST", "/protection/reports", Action.REPORT_KEEP),
        ("GET", "/protection/reports/{report}", Action.REPORT_READ),
        ("GET", "/protection/looks", Action.REPORT_READ),
        ("POST", "/protection/looks", Action.LOOK_TAKE),
        ("GET", "/protection/takedowns", Action.TAKEDOWN_READ),
        ("POST", "/protection/takedowns", Action.TAKEDOWN_KEEP),
        ("GET", "/protection/takedowns/{takedown}", Action.TAKEDOWN_READ),
        ("POST", "/protection/takedowns/{takedown}/notices", Action.TAKEDOWN_KEEP),
        ("POST", "/protection/takedowns/{takedown}/answers", Action.TAKEDOWN_KEEP),
        ("POST", "/protection/takedowns/{takedown}/tellings", Action.TAKEDOWN_KEEP),
        ("GET", "/victims", Action.VICTIM_READ),
        ("POST", "/victims", Action.VICTIM_KEEP),
        ("GET", "/victims/{number}", Action.VICTIM_READ),
        ("GET", "/victims/{number}/held/{what}", Action.VICTIM_READ),
        ("POST", "/victims/{number}/steps", Action.VICTIM_KEEP),
        ("POST", "/victims/{number}/erasure", Action.VICTIM_ERASE),
        ("PUT", "/victims/{number}/advocate", Action.VICTIM_ENTRUST),
        ("GET", "/victims/figures/{year}", Action.VICTIM_COUNT),
        ("GET", "/rights", ANYONE),
        ("PUT", "/rights", Action.RIGHTS_KEEP),
        ("DELETE", "/rights/{party}/{code}", Action.RIGHTS_KEEP),
        ("GET", "/shelter", Action.PLEA_SEE),
        ("POST", "/shelter/lists", Action.HASH_KEEP),
        ("POST", "/shelter/confirmations", Action.PLEA_TELL),
        ("POST", "/shelter/outcomes", Action.PLEA_TELL),
        ("GET", "/law/gaps", Action.PEER_LIST),
        ("GET", "/law/gaps/file", Action.PEER_LIST),
        ("POST", "/law/bill", Action.PEER_LIST),
        ("POST", "/law/looks", Action.LAW_IMPORT),
        ("POST", "/law/imports", Action.LAW_IMPORT),
        ("POST", "/treaty/imports", Action.LAW_IMPORT),
        ("GET", "/treaty/kit", Action.PEER_LIST),
        ("POST", "/treaty/kit/papers", Action.PEER_LIST),
        ("GET", "/law/reviews", Action.PEER_LIST),
        ("GET", "/law/reviews/{number}", Action.PEER_LIST),
        ("POST", "/law/reviews", Action.LAW_REVIEW),
        ("GET", "/indicators", Action.INDICATOR_READ),
        ("GET", "/indicators/{name}", Action.INDICATOR_READ),
        ("POST", "/indicators/imports", Action.INDICATOR_KEEP),
        ("POST", "/indicators/extractions", Action.INDICATOR_READ),
        ("POST", "/indicators/{name}/sightings", Action.INDICATOR_KEEP),
        ("GET", "/indicators/{name}/places", Action.INDICATOR_READ),
        ("GET", "/indicators/lists", Action.INDICATOR_READ),
        ("POST", "/indicators/lists", Action.INDICATOR_KEYS),
        ("GET", "/indicators/keys", Action.INDICATOR_READ),
        ("POST", "/indicators/keys", Action.INDICATOR_KEYS),
        ("POST", "/indicators/keys/{name}/revocation", Action.INDICATOR_KEYS),
        ("GET", "/indicators/sources", Action.INDICATOR_READ),
        ("POST", "/indicators/sources", Action.INDICATOR_KEYS),
        ("DELETE", "/indicators/sources/{name}", Action.INDICATOR_KEYS),
        ("POST", "/indicators/sources/{name}/pulls", Action.INDICATOR_KEEP),
        ("POST", "/indicators/sources/{name}/pushes", Action.INDICATOR_SHARE),
        ("POST", "/indicators/publications", Action.INDICATOR_SHARE),
        ("POST", "/indicators/{name}/retraction", Action.INDICATOR_SHARE),
        ("GET", "/indicators/exports/{form}", Action.INDICATOR_SHARE),
        ("GET", "/feeds", Action.INDICATOR_READ),
        ("POST", "/feeds", Action.INDICATOR_SHARE),
        ("POST", "/feeds/ends", Action.INDICATOR_SHARE),
        ("GET", "/feeds/received", Action.INDICATOR_READ),
        ("GET", "/feeds/holders/{name}", Action.INDICATOR_READ),
        ("GET", "/feeds/figures", Action.INDICATOR_READ),
        ("GET", "/feeds/stops", Action.INDICATOR_READ),
        ("POST", "/feeds/stops", Action.INDICATOR_SHARE),
        ("POST", "/feeds/resumptions", Action.INDICATOR_SHARE),
        ("GET", "/alerts", Action.INDICATOR_READ),
        ("POST", "/alerts", Action.INDICATOR_SHARE),
        ("POST", "/alerts/hits", Action.INDICATOR_READ),
        ("GET", "/alerts/{name}", Action.INDICATOR_READ),
        ("POST", "/alerts/{name}/answer", Action.INDICATOR_KEEP),
        ("POST", "/alerts/{name}/recall", Action.INDICATOR_SHARE),
        ("GET", "/scams/campaigns", Action.INDICATOR_READ),
        ("GET", "/scams/campaigns/{name}", Action.INDICATOR_READ),
        ("GET", "/scams/figures", Action.INDICATOR_READ),
        ("GET", "/scams/families/{name}", Action.INDICATOR_READ),
        ("GET", "/scams/reports", Action.INDICATOR_KEEP),
        ("POST", "/scams/reports", Action.INDICATOR_KEEP),
        ("POST", "/scams/reports/{report}/opening", Action.INDICATOR_KEEP),
        ("POST", "/scams/reports/{report}/decisions", Action.INDICATOR_KEEP),
        ("POST", "/scams/reports/{report}/victim", Action.INDICATOR_KEEP),
        ("POST", "/scams/reports/{report}/dismissal", Action.INDICATOR_KEEP),
        ("POST", "/scams/form", Action.INDICATOR_KEYS),
        ("POST", "/law/reviews/rows", Action.LAW_REVIEW),
        ("GET", "/law/profiles", Action.PEER_LIST),
        ("GET", "/law/profiles/{party}", Action.PEER_LIST),
        ("POST", "/law/profile", Action.LAW_PUBLISH),
        ("POST", "/law/profile/withdrawal", Action.LAW_PUBLISH),
        ("POST", "/law/profile/approvals", Action.ACT_APPROVE),
        ("POST", "/law/profile/publication", Action.LAW_PUBLISH),
        ("DELETE", "/law/profile", Action.LAW_PUBLISH),
        ("GET", "/law/table", Action.PEER_LIST),
        ("GET", "/law/dual", Action.PEER_LIST),
        ("POST", "/law/dual", Action.PEER_LIST),
        ("POST", "/known-files", Action.EVIDENCE_SEAL),
        ("DELETE", "/known-files/{name}", Action.EVIDENCE_SEAL),
        ("POST", "/cases/{case}/holds", Action.EVIDENCE_HOLD),
        ("POST", "/cases/{case}/derivations", Action.EVIDENCE_DERIVE),
        ("POST", "/cases/{case}/disclosures", Action.CASE_EXPORT),
        ("POST", "/cases/{case}/disclosures/{release}", Action.CASE_EXPORT),
        ("POST", "/cases/{case}/destructions", Action.EVIDENCE_DESTROY),
        ("POST", "/cases/{case}/destructions/{release}", Action.EVIDENCE_DESTROY),
        ("GET", "/cases/{case}/certificates/{bag_root}", Action.CASE_READ),
        ("GET", "/cases/{case}/custody/export", Action.CASE_EXPORT),
        ("GET", "/cases/{case}/procedure", Action.CASE_READ),
        ("POST", "/cases/{case}/procedure", Action.ACT_DRAFT),
        ("GET", "/cases/{case}/restitution", Action.RESTITUTION_READ),
        ("POST", "/cases/{case}/restitution", Action.RESTITUTION_KEEP),
        ("GET", "/cases/{case}/restitution/claims", Action.RESTITUTION_READ),
        ("POST", "/cases/{case}/restitution/claims", Action.RESTITUTION_DECIDE),
        ("GET", "/cases/{case}/restitution/statement", Action.RESTITUTION_READ),
        ("GET", "/restitution/entries", ANYONE),
        ("GET", "/sheets", ANYONE),
        ("GET", "/sheets/{party}", ANYONE),
        ("GET", "/line", Action.PEER_LIST),
        ("PUT", "/line", Action.OFFICE_CHANGE),
        ("GET", "/duty", Action.PEER_LIST),
        ("GET", "/duty/tasks", Action.PEER_LIST),
        ("PUT", "/duty/roster", Action.OFFICE_CHANGE),
        ("PUT", "/duty/single", Action.OFFICE_CHANGE),
        ("POST", "/duty/drills", Action.ACT_DRAFT),
        ("POST", "/duty/alarms/{alarm}/acknowledgement", Action.ACT_DRAFT),
        ("POST", "/duty/tasks/done", Action.ACT_DRAFT),
        ("POST", "/duty/properties", Action.ACT_DRAFT),
        ("POST", "/duty/properties/{name}/end", Action.ACT_DRAFT),
        ("GET", "/freezes", Action.CASE_READ),
        ("GET", "/freezes/{name}", Action.CASE_READ),
        ("GET", "/freezing/figures", Action.CASE_READ),
        ("POST", "/freezes/{name}/ties", Action.ACT_DRAFT),
        ("POST", "/freezes", Action.ACT_DECIDE),
        ("POST", "/freezes/{name}/looks", Action.TRACE_ASK),
        ("POST", "/freezes/{name}/lines", Action.ACT_DRAFT),
        ("POST", "/freezes/{name}/orders", Action.ACT_DECIDE),
        ("POST", "/freezes/{name}/orders/{line}", Action.ACT_DRAFT),
        ("POST", "/freezes/{name}/request/check", Action.CASE_READ),
        ("POST", "/freezes/{name}/request", Action.ACT_DRAFT),
        ("POST", "/freezes/{name}/hearing", Action.ACT_DRAFT),
        ("POST", "/freezes/{name}/lifting", Action.ACT_DRAFT),
        ("POST", "/freezes/{name}/recall", Action.ACT_DRAFT),
        ("GET", "/requests/{act}/calls", Action.PEER_LIST),
        ("POST", "/requests/{act}/calls", Action.ACT_DECIDE),
        ("POST", "/acts/{act}/review", Action.CASE_READ),
        ("POST", "/acts/{act}/confirmation", Action.ACT_DRAFT),
        ("POST", "/officers", Action.OFFICE_CHANGE),
        ("PUT", "/officers/{name}/roles", Action.OFFICE_CHANGE),
        ("POST", "/officers/{name}/revocation", Action.OFFICE_CHANGE),
        ("GET", "/keys", Action.PEER_LIST),
        ("GET", "/upkeep/keys", Action.UPKEEP_SEE),
        ("GET", "/upkeep/payloads", Action.UPKEEP_SEE),
        ("GET", "/upkeep/store", Action.UPKEEP_SEE),
        ("POST", "/keys/renewal", Action.OFFICE_CHANGE),
        ("POST", "/keys/rotation", Action.OFFICE_CHANGE),
        ("GET", "/alarms", Action.PEER_LIST),
        ("PUT", "/settings/language", ANYONE),
        ("POST", "/uploads", ANYONE),
        ("GET", "/uploads/{upload}", ANYONE),
        ("PUT", "/uploads/{upload}", ANYONE),
        ("DELETE", "/uploads/{upload}", ANYONE),
        ("GET", "/cases/{case}/packages", Action.CASE_READ),
        ("POST", "/cases/{case}/packages", Action.EVIDENCE_SEAL),
        ("POST", "/deliveries/{act}/opening", Action.EVIDENCE_OPEN),
        ("POST", "/cases/{case}/court-files", Action.CASE_EXPORT),
        ("POST", "/verifications", ANYONE),
        ("POST", "/courier/exports", Action.COURIER),
        ("POST", "/courier/imports", Action.COURIER),
        ("GET", "/works", ANYONE),
        ("GET", "/works/{work}", ANYONE),
        ("GET", "/works/{work}/files/{number}", ANYONE),
        ("DELETE", "/works/{work}", ANYONE),
    ]
    return [(method, ROOT + path, action) for method, path, action in table]


BODIES: dict[str, Any] = {
    "/line": {"rate": 65536},
    "/duty/roster": {"roster": {"pause": 1}},
    "/duty/single": {"allowed": True, "confirmed_by": ["z.nobody"]},
    "/duty/alarms/{alarm}/acknowledgement": {"words": "x"},
    "/duty/tasks/done": {"task": "x", "words": "x"},
    "/duty/properties": {"name": "x", "asset": "wallet"},
    "/duty/properties/{name}/end": {"words": "x"},
    "/freezes": {
        "name": "x",
        "words": "x",
        "bank": {"bank": "b", "amount": "1", "currency": "EUR", "reference": "r"},
    },
    "/freezes/{name}/ties": {"request": UNKNOWN},
    "/freezes/{name}/lines": {"fact": {"fact": "cost"}},
    "/freezes/{name}/orders": {"provider": "p", "reference": "r", "digest": "0" * 64, "until": 1},
    "/freezes/{name}/orders/{line}": {"outcome": "failed"},
    "/freezes/{name}/request/check": {"to": "XAB/contact-point"},
    "/freezes/{name}/request": {"to": "XAB/contact-point"},
    "/freezes/{name}/hearing": {"words": "x"},
    "/freezes/{name}/lifting": {"words": "x", "ground": "other"},
    "/freezes/{name}/recall": {"words": "x"},
    "/requests/{act}/calls": {"number": "+1", "outcome": "confirmed"},
    "/acts/{act}/review": {"outcome": "upheld", "words": "x"},
    "/acts/{act}/confirmation": {"said_at": 1},
    "/peers": {"card": "e30="},
    "/requests": json.loads(FORM),
    "/requests/check": json.loads(FORM),
    "/registrations": {"form": {"act": "status.ask"}, "sender": "XAC", "channel": "post", "statement": "x"},
    "/requests/rebase": json.loads(FORM),
    "/cases/{case}/acts": {},
    "/drafts/{act}/decisions": {"finding": "x", "outcome": "proceed", "inner": "y"},
    "/drafts/{act}/approvals": {"reason": "y"},
    "/acts/{act}/onward": {"recipient": "XAC", "use": "x"},
    "/releases/{release}/decisions": {"finding": "x", "inner": "y"},
    "/releases/{release}/approvals": {"reason": "y"},
    "/cases/{case}/custody": {"bag_root": UNKNOWN, "step": "copied", "reason": "y"},
    "/protection/matches": {"list": "known", "hashes": []},
    **{f"/tracing/{name}": {"ledger": "none", "seeds": ["x"]} for name in ("taint", "paths", "reports")},
    "/tracing/ledgers/{ledger}/files": {"upload": UNKNOWN},
    "/tracing/clusters": {"ledger": "none"},
    "/tracing/tags": {"text": "title: x"},
    "/tracing/tags/retractions": {"reason": "x", "address": "y"},
    "/tracing/reasons": {"ledger": "none", "first": "a", "second": "b"},
    "/tracing/moved": {"ledger": "none", "trace": "0" * 8},
    "/protection/reports": {"content": "", "source": "x"},
    "/protection/looks": {"cluster": 9, "why": "x"},
    "/protection/takedowns": {"place": "", "subject": "child", "why": "x"},
    "/protection/takedowns/{takedown}/notices": {"to": "x"},
    "/protection/takedowns/{takedown}/answers": {"step": "closed"},
    "/protection/takedowns/{takedown}/tellings": {"words": ""},
    "/victims": {"group": "x", "offence": "16"},
    "/victims/{number}/steps": {"step": "stage"},
    "/victims/{number}/erasure": {"reason": ""},
    "/victims/{number}/advocate": {"advocate": "x"},
    "/rights": {"rights": []},
    "/shelter/lists": {"name": "x", "about": "x", "ground": "x", "licence": "x"},
    "/shelter/confirmations": {"list": "x", "receiver": "x"},
    "/shelter/outcomes": {"hash": "x", "outcome": "x", "by": "x"},
    "/known-files": {"name": "own", "source": "x", "dated": "2026-01-01", "upload": UNKNOWN},
    "/cases/{case}/holds": {"bag_root": UNKNOWN, "reason": "y"},
    "/cases/{case}/derivations": {"parents": [UNKNOWN], "operation": "y", "uploads": []},
    "/cases/{case}/disclosures": {},
    "/cases/{case}/disclosures/{release}": {},
    "/cases/{case}/destructions": {"bag_root": UNKNOWN, "reason": "y"},
    "/cases/{case}/destructions/{release}": {"bag_root": UNKNOWN},
    "/cases/{case}/procedure": {"form": {"fact": "served"}},
    "/cases/{case}/restitution/claims": {"freeze": "none"},
    "/cases/{case}/restitution": {"entry": "correct", "values": {}},
    "/directory/mandates": {"mandate": {}},
    "/directory/services": {"authority": "XAA/nowhere", "service": {}},
    "/law/reviews": {"country": "XAA", "article": 9, "verdict": "confirmed", "reason": ""},
    "/indicators/imports": {"upload": UNKNOWN, "form": "stix"},
    "/indicators/extractions": {"data": "!"},
    "/indicators/{name}/sightings": {},
    "/indicators/lists": {"upload": UNKNOWN},
    "/indicators/keys": {"name": "", "tlp": "amber"},
    "/indicators/sources": {"name": "", "kind": "taxii", "url": "x"},
    "/indicators/sources/{name}/pushes": {"names": ["x"]},
    "/indicators/publications": {"names": ["none.example"]},
    "/indicators/{name}/retraction": {"reason": ""},
    "/feeds": {"to": "XAB/contact-point", "purpose": ""},
    "/feeds/ends": {"to": "XAB/contact-point"},
    "/feeds/stops": {"source": "XAB/contact-point", "reason": ""},
    "/feeds/resumptions": {"source": "XAB/contact-point", "reason": "x"},
    "/alerts": {"words": "x", "to": []},
    "/alerts/hits": {"words": "", "to": []},
    "/alerts/{name}/answer": {},
    "/alerts/{name}/recall": {"reason": ""},
    "/scams/reports": {"text": ""},
    "/scams/reports/{report}/decisions": {},
    "/scams/reports/{report}/victim": {},
    "/scams/reports/{report}/dismissal": {"reason": ""},
    "/scams/form": {"on": False},
    "/law/reviews/rows": {"country": "XAA", "article": 9, "reason": ""},
    "/law/profile": {},
    "/law/profile/approvals": {"reason": ""},
    "/law/dual": {"between": ["DEU", "KEN"], "conduct": {"act": "access", "object": "ict_system"}},
    "/officers": {"name": "o.new", "roles": ["strange"]},
    "/officers/{name}/roles": {"roles": ["officer"]},
    "/officers/{name}/revocation": {},
    "/keys/renewal": {},
    "/keys/rotation": {"authority": "XAA/nowhere"},
    "/settings/language": {"language": ""},
    "/uploads": {"name": "a.bin"},
    "/uploads/{upload}": "x",
    "/cases/{case}/packages": {"request": UNKNOWN, "uploads": []},
    "/cases/{case}/court-files": {},
    "/verifications": {"upload": UNKNOWN},
    "/inspections": {"upload": UNKNOWN},
    "/law/bill": {"country": "XAA", "uploads": [UNKNOWN]},
    "/law/looks": {"country": "XAA", "uploads": [UNKNOWN]},
    "/law/imports": {"country": "XAA", "uploads": [UNKNOWN]},
    "/treaty/imports": {"upload": UNKNOWN},
    "/treaty/kit/papers": {"party": "KEN", "paper": "none"},
    "/courier/exports": {},
    "/courier/imports": {"upload": UNKNOWN},
}
QUERIES = {
    "/requests": "?to=XAB/contact-point",
    "/requests/check": "?on=2026-11-02",
    "/requests/rebase": "?on=2026-11-02&instrument=reciprocity",
    "/stamps/token": "?name=none",
    "/treaty/pair": "?requesting=XAA&requested=XAB",
    "/bases": "?requesting=XAA&requested=XAB&kind=preservation&on=2026-11-02",
    "/addresses/check": "?value=x",
    "/tracing/tags/pack": "?title=x&creator=y",
    "/law/dual": "?first=DEU&second=KEN&article=9",
    "/law/find": "?country=XAA&article=9",
    "/law/reviews": "?country=XAA",
    "/law/search": "?text=ships",
    "/law/gaps": "?country=XAA",
    "/law/gaps/file": "?country=XAA&form=none",
    "/treaty/kit": "?party=KEN",
    "/directory/route": "?requesting=XAA&requested=XAB&kind=preservation",
    "/cases/{case}/acts": "?kind=request.accept",
}

ASKED = frozenset(
    {
        "/addresses/check",
        "/tracing/tags/pack",
        "/bases",
        "/directory/route",
        "/law/dual",
        "/law/find",
        "/law/reviews",
        "/law/search",
        "/law/gaps",
        "/law/gaps/file",
        "/treaty/kit",
        "/stamps/token",
        "/treaty/pair",
    }
)


def _filled(method: str, path: str) -> tuple[str, Any]:
    plain = path.removeprefix(ROOT)
    real = re.sub(r"\{kind\}", "preservation", plain).replace("{line}", "1")
    real = re.sub(r"\{(report|takedown)\}", "9", real).replace("{what}", "contact").replace("{year}", "2026")
    real = re.sub(r"\{\w+\}", UNKNOWN, real)
    real = real.replace(f"/freezes/{UNKNOWN}", "/freezes/none")
    real = re.sub(r"/files/0+$", "/files/1", real)
    if method in ("POST", "PUT"):
        return real + QUERIES.get(plain, ""), BODIES.get(plain)
    return real + (QUERIES[plain] if plain in ASKED else ""), None


@pytest.mark.parametrize("role", [role for role in Role if role.value not in OF_SHELTERS])
def test_who_may_do_what_on_every_route(two: World, role: Role) -> None:
    house = two.asking
    name = f"the.{role.value}"
    PeopleDesk(place=house.office.place).add_officer(
        house.office.head(), authority=house.office.desk, name=name, roles=[role.value]
    )
    caller = client(house, name)
    actor = house.office.place.actor(name)
    for method, path, action in rows():
        if action is OPEN or (method, path) == ("DELETE", f"{ROOT}/session"):
            continue
        real, body = _filled(method, path)
        reply = caller.call(method, real, body)
        assert reply.status < 500, (method, path, reply.text)
        refused = reply.status == 403 and json.loads(reply.body)["code"] == "access.role"
        may = action is ANYONE or is_allowed(actor, Action(str(action)))
        assert refused is not may, (role, method, path, reply.text)
    assert not house.faults


def test_nobody_reaches_a_route_without_a_session(two: World) -> None:
    app = interface(two.asking)
    for method, path, action in rows():
        if action is OPEN:
            continue
        real, body = _filled(method, path)
        for token in ("", "a.diallo~AAAA", "nonsense"):
            reply = Client(Browser(app), token).call(method, real, body)
            problem = json.loads(reply.body)
            assert (reply.status, problem["code"]) == (403, "session.absent"), (method, path)
            assert reply.headers["content-type"].startswith("application/problem+json")
            assert reply.headers["www-authenticate"] == "Bearer"


def test_a_cookie_reads_but_changes_nothing(two: World) -> None:
    token = client(two.asking).token
    browser = Browser(interface(two.asking), cookies={"comity-xaa": token})
    assert browser.get(f"{ROOT}/cases").status == 200
    assert Client(browser).call("POST", "/requests?to=XAB/contact-point", FORM).status == 403
    assert Client(browser).call("DELETE", "/session").status == 403
    assert browser.get(f"{ROOT}/cases").status == 200


def test_signing_out_ends_the_token(two: World) -> None:
    caller = client(two.asking)
    assert caller.call("DELETE", "/session").status == 204
    assert caller.call("GET", "/cases").status == 403


def test_wrong_secrets_and_bad_bodies_are_problems(two: World) -> None:
    caller = Client(Browser(interface(two.asking)))
    wrong = caller.call("POST", "/session", {"name": DUTY, "secret": "wrong", "purpose": "practice"})
    assert (wrong.status, json.loads(wrong.body)["code"]) == (403, "signin.refused")
    for body in (b"", b"{", b"[]", b'{"name": 1}'):
        reply = caller.call("POST", "/session", body)
        assert 400 <= reply.status < 500
        assert json.loads(reply.body)["status"] == reply.status
    signed = client(two.asking)
    assert signed.call("POST", "/requests?to=XAB/contact-point", b"{").status == 422
    assert signed.call("POST", "/requests/check?on=2026-11-02", b" " * (3 << 20)).status == 413
    assert signed.call("POST", "/requests/check?on=soon", FORM).status == 400
    assert signed.call("POST", "/requests/check?on=2026-11-02&side=third", FORM).status == 422
    question = "/bases?requesting=XAA&requested=XAB&kind=preservation&on=2026-11-02"
    assert signed.get(question)["basis"][0]["reference"] == "42(1)"
    assert signed.call("GET", f"{question}&offence_class=D").status == 422
    moved = Client.value(signed.call("POST", "/requests/rebase?instrument=reciprocity&on=2026-11-02", FORM))
    assert moved["content"]["basis"][0]["instrument"] == "reciprocity"
    assert signed.call("GET", "/cases?purpose=curiosity").status == 403
    assert signed.call("PUT", "/cases").status == 405
    assert signed.call("GET", "/nowhere").status == 404
    assert not two.asking.faults


def test_a_bug_is_a_plain_500_and_reported(two: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_self: object) -> None:
        raise RuntimeError("secret of a case")

    caller = client(two.asking)
    monkeypatch.setattr(type(two.asking.desks.logs), "list", broken)
    reply = caller.call("GET", "/logs")
    assert reply.status == 500
    assert "secret" not in reply.text
    assert "secret" not in two.asking.faults[0]


def test_answers_are_kept_by_nobody(two: World) -> None:
    caller = client(two.asking)
    for path in ("/cases", "/logs", "/acts/x/proof"):
        assert caller.call("GET", path).headers["cache-control"] == "no-store"


def test_the_convention_its_status_and_a_what_if_are_told(two: World) -> None:
    caller = client(two.asking)
    assert [row["ref"] for row in caller.get("/treaty/articles/42.3")["paragraphs"]] == ["42(3)"]
    assert caller.call("GET", "/treaty/articles/69").status == 404
    assert caller.get("/treaty/status?on=2025-10-24")["parties"] == {}
    asked = caller.get("/treaty/force?deposit=KEN=2027-03-01&deposit=EUE=2027-01-01")
    assert (asked["counted"], asked["needed"], asked["date"]) == (4, 40, None)
    assert caller.call("GET", "/treaty/force?deposit=KEN").status == 422
    opened = caller.get("/treaty/pair?requesting=XAA&requested=XAB")["mechanisms"]
    assert {row["convention"] for row in opened if row["kind"] == "preservation"} == {"opens"}


def test_files_keys_and_sources_of_indicators_are_kept_and_no_secret_is_shown_again(two: World) -> None:
    house = two.asking
    head = client(house, HEAD)
    duty = client(house)

    def uploaded(who: Client, text: str) -> str:
        upload = who.post("/uploads", {"name": "a.csv"})["upload"]
        assert who.call("PUT", f"/uploads/{upload}?at=0", text.encode()).status == 200
        return str(upload)

    name = uploaded(duty, "type,value\r\ndomain-name,evil-import.example\r\n")
    taken = duty.post("/indicators/imports", {"upload": name, "form": "csv"})
    assert len(taken["added"]) == 1
    assert duty.call("GET", f"/uploads/{name}").status == 404
    assert duty.post(f"/indicators/{taken['added'][0]}/sightings", {"count": 3})["count"] == 3
    assert duty.get(f"/indicators/{taken['added'][0]}/places")["after"] == 0
    listed = uploaded(head, '{"name": "Top sites", "type": "hostname", "list": ["bank.example"]}')
    assert head.post("/indicators/lists", {"upload": listed})["name"] == "Top sites"
    assert [one["name"] for one in duty.get("/indicators/lists") if one["at"]] == ["Top sites"]
    made = head.post("/indicators/keys", {"name": "soc", "tlp": "green", "writes": True})
    assert len(made["key"]) == 40
    shown = head.call("GET", "/indicators/keys")
    assert made["key"] not in shown.text and "digest" not in shown.text
    assert head.post("/indicators/keys/soc/revocation", {})["revoked_at"] is not None
    source = {"name": "cert", "kind": "taxii", "url": "https://taxii.example/taxii2/", "secret": "s3cret-key"}
    assert head.post("/indicators/sources", source)["has_secret"] is True
    everything = head.call("GET", "/indicators/sources").text
    assert "s3cret-key" not in everything and "taxii.example" in everything
    assert head.call("POST", "/indicators/sources", {**source, "name": "x", "kind": "ftp"}).status == 422
    private = {**source, "name": "inner", "url": "http://127.0.0.1/taxii2/"}
    assert head.call("POST", "/indicators/sources", private).status >= 400
    assert head.call("DELETE", "/indicators/sources/cert").status == 204
    assert head.get("/indicators/sources") == []


def test_a_feed_and_an_alert_tell_every_field_also_what_it_mostly_is(two: World) -> None:
    duty = client(two.asking)
    made = duty.post("/feeds", {"to": "XAB/contact-point", "purpose": "fraud cases"})
    assert (made["tlp"], made["until"], made["stopped"], made["recalled"]) == ("amber", None, None, False)
    (feed,) = [one for one in duty.get("/feeds") if one["share"]["feed"] == "indicators"]
    assert (feed["seq"], feed["is_waiting"], feed["refused"], feed["declined"]) == (0, False, "", None)
    wish = {"words": "it spreads", "to": ["XAB/contact-point"], "family": "lockbit", "basis": ["40(4)"]}
    sent = duty.post("/alerts", {**wish, "purpose": "defence"})
    assert (sent["tlp"], sent["critical"], sent["answers"], sent["recalled"]) == ("amber", False, [], None)
    stop = {"source": "XAB/contact-point", "reason": "trop de fausses alertes", "language": "fr"}
    stopped = duty.post("/feeds/stops", stop)
    assert (stopped["taken"], stopped["language"], stopped["withdrawn"]) == (False, "fr", False)
    assert duty.post("/feeds/resumptions", stop)["taken"] is True
    assert duty.call("POST", "/feeds/stops", {**stop, "language": "<b>"}).status == 422
