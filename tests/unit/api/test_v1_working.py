"""Evidence, releases, disks and offices through the interface: large bodies in portions, work watched."""

from __future__ import annotations

import io
import json
import tarfile
import threading
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from comity.engines.sealings import FolderSealing
from comity.kernel.errors import UnavailableError
from comity.node.stamping import StampingDesk
from comity.requests.service import example
from tests.unit.api.test_v1 import ROOT, Client, client, finish
from tests.unit.node.test_onward import USE, agreed_information
from tests.unit.node.test_stamping import Authority
from tests.unit.web.test_reading_pages import ask
from tests.unit.web.world import DUTY, HEAD, House, World, world

MAILBOX = bytes(range(256)) * 9_000
TRANSMISSION = {"parts": {"decision": "granted"}}


@pytest.fixture
def two(tmp_path: Path) -> World:
    return world(tmp_path)


def upload(caller: Client, name: str, data: bytes, *, portions: int = 3) -> str:
    """Upload a file in portions, asking each time how much is there."""
    made = caller.post("/uploads", {"name": name})
    step = len(data) // portions + 1
    while (at := caller.get(f"/uploads/{made['upload']}")["size"]) < len(data):
        sent = caller.call("PUT", f"/uploads/{made['upload']}?at={at}", data[at : at + step])
        assert sent.status == 200, sent.text
    return str(made["upload"])


def ready(caller: Client, begun: dict[str, Any]) -> dict[str, Any]:
    """Wait for the thread that does the work, and return it as it stands then."""
    assert begun["state"] in ("running", "ready", "failed")
    for thread in threading.enumerate():
        if thread.name == "work":
            thread.join(timeout=60)
    found: dict[str, Any] = caller.get(f"/works/{begun['work']}")
    return found


def stored(two: World) -> str:
    """Ask for stored data, accept it and decide to transmit; return the case."""
    form = json.dumps(example("stored-data")).encode()
    asking, asked = client(two.asking), client(two.asked)
    made = finish(two.asking, asking.post("/requests?to=XAB/contact-point", form))
    two.carry()
    for kind, body in (("request.accept", {}), ("transmission.decide", TRANSMISSION)):
        finish(two.asked, asked.post(f"/cases/{made['case']}/acts?kind={kind}", body))
    return str(made["case"])


def test_evidence_from_upload_to_court_file_through_the_interface(two: World) -> None:
    case = stored(two)
    asked, head = client(two.asked), client(two.asking, HEAD)
    uploads = [upload(asked, "mailbox.mbox", MAILBOX), upload(asked, "log.txt", b"x", portions=1)]
    wish = {"request": case, "uploads": uploads}
    sealed = ready(asked, asked.post(f"/cases/{case}/packages", wish))
    assert (sealed["state"], sealed["files"]) == ("ready", [])
    assert [one["size"] for one in sealed["result"]["exhibits"]] == [len(MAILBOX), 1]
    assert asked.call("GET", f"/uploads/{uploads[0]}").status == 404
    root = sealed["result"]["bag_root"]
    assert [one["bag_root"] for one in asked.get(f"/cases/{case}/packages?purpose=execution")] == [root]

    office = two.asked.office
    form = office.evidence.deliver_form(office.officer(), case=case, bag_root=root)
    delivered = finish(two.asked, asked.post(f"/cases/{case}/acts?kind=evidence.deliver", form))
    two.carry()
    two.carry_delivery(delivered["act"])
    two.carry()

    opened = ready(head, head.post(f"/deliveries/{delivered['act']}/opening?purpose=prosecution"))
    assert opened["state"] == "ready", opened["problem"]
    read = two.asking.toolbox.reading.journal(two.asking.office.head())
    assert next(one for one in read if one.action == "evidence.open").purpose == "prosecution"
    big = next(one for one in opened["files"] if one["size"] == len(MAILBOX))
    path = f"/works/{opened['work']}/files/{big['number']}"
    whole = head.call("GET", path)
    assert (whole.status, whole.body, whole.headers["accept-ranges"]) == (200, MAILBOX, "bytes")
    assert whole.headers["cache-control"] == "no-store"
    rest = head.call("GET", path, range=f"bytes={len(MAILBOX) - 7}-")
    assert (rest.status, rest.body) == (206, MAILBOX[-7:])
    assert rest.headers["content-range"] == f"bytes {len(MAILBOX) - 7}-{len(MAILBOX) - 1}/{len(MAILBOX)}"
    assert head.call("GET", path, range=f"bytes={len(MAILBOX)}-").status == 422
    assert client(two.asking).call("GET", path).status == 404
    assert head.call("DELETE", f"/works/{opened['work']}").status == 204
    assert head.call("GET", path).status == 404
    assert [one["step"] for one in head.get(f"/cases/{case}/custody")[0]["events"]] == [
        "sealed",
        "received",
        "opened",
    ]
    begun = head.post(f"/deliveries/{delivered['act']}/examination?purpose=prosecution")
    examined = ready(head, begun)
    assert (examined["state"], examined["result"]["complete"]) == ("ready", True), examined["problem"]
    assert head.call("DELETE", f"/works/{begun['work']}").status == 204
    (report,) = head.get(f"/cases/{case}/examinations?purpose=prosecution")
    assert (report["bag_root"], report["members"]) == (root, 2)
    assert {one["exhibit"] for one in head.get(f"/cases/{case}/findings?limit=500")["findings"]} == {1, 2}
    first = head.get(f"/cases/{case}/findings?limit=1&text=LOG&media_type=application/")
    assert [one["path"] for one in first["findings"]] == [["log.txt"]]
    listed = upload(head, "own.txt", first["findings"][0]["sha256"].encode(), portions=1)
    known = {"name": "own", "source": "the office", "dated": "2026-01-01", "upload": listed}
    assert head.post("/known-files", known)["count"] == 1
    assert head.get(f"/cases/{case}/findings?known=own")["findings"][0]["known"] == ["own"]
    assert head.call("DELETE", "/known-files/own").status == 204 and head.get("/known-files") == []
    kept = two.asking.office.root / "kept.age"
    two.asking.office.evidence.package(two.asking.office.officer(), delivery=delivered["act"], out=str(kept))
    sent = upload(head, "package.age", kept.read_bytes())
    found = head.post("/inspections?purpose=court", {"upload": sent})
    assert (found["inside"]["bag_root"], found["inside"]["case"], found["bytes"]) == (
        root,
        case,
        kept.stat().st_size,
    )
    assert [one["sha256"] for one in found["inside"]["exhibits"]][1] == sha256(b"x").hexdigest()
    assert head.get("/journal")[0]["action"] == "evidence.inspect"
    assert asked.call("POST", "/inspections", {"upload": sent}).status == 404
    mine = ready(asked, asked.post(f"/deliveries/{root}/examination?purpose=execution"))
    assert mine["state"] == "ready", mine["problem"]
    noted = {"bag_root": root, "step": "disclosed", "reason": "to the defence", "where": "court"}
    assert head.post(f"/cases/{case}/custody", noted)["events"][-1]["place"] == "court"

    release = released(two.asking, case)
    exported = ready(head, head.post(f"/cases/{case}/court-files", {"release": release}))
    assert exported["state"] == "ready", exported["problem"]
    court = head.call("GET", f"/works/{exported['work']}/files/1")
    with tarfile.open(fileobj=io.BytesIO(court.body)) as tar:
        assert any(name.endswith("verify.py") for name in tar.getnames())
    judged = ready(head, head.post("/verifications", {"upload": upload(head, "court.tar", court.body)}))
    assert (judged["state"], judged["result"]["verdict"]) == ("ready", "PRACTICE")
    assert two.asking.judged == [court.body]
    assert {one["work"] for one in head.get("/works")} == {exported["work"], judged["work"]}
    assert not two.asking.faults
    assert not two.asked.faults


def released(house: House, case: str) -> str:
    """Propose, decide what was found, and approve with two officers."""
    head, duty = client(house, HEAD), client(house, DUTY)
    made = head.post(f"/cases/{case}/releases?purpose=practice")
    assert {one["code"] for one in made["assessment"]["findings"]} >= {"limits.purpose"}
    path = f"/releases/{made['release']}"
    early = head.call("POST", f"{path}/approvals", {"reason": "asked for"})
    assert (early.status, json.loads(early.body)["code"]) == (409, "gate.undecided")
    for finding in made["undecided"]:
        head.post(f"{path}/decisions", {"finding": finding, "inner": "the trial it was asked for"})
    head.post(f"{path}/approvals", {"reason": "asked for"})
    assert [one["roles_missing"] for one in duty.get(f"/releases?case={case}")] == [["officer"]]
    duty.post(f"{path}/approvals", {"reason": "asked for"})
    shown = duty.get(path)
    assert (shown["closed"], shown["roles_missing"]) == (True, [])
    return str(made["release"])


def test_what_may_go_to_a_third_state_is_fetched_through_interface_and_page(two: World) -> None:
    words = {"text": "Eleven accounts", "language": "en"}
    case, came = agreed_information(two.asking.office, two.asked.office, words)
    head, browser = client(two.asked, HEAD), two.asked.browser(HEAD)
    release = head.post(f"/acts/{came}/onward", {"recipient": "XAC", "use": USE})["release"]
    early = ready(head, head.post(f"/releases/{release}/onward"))
    assert (early["state"], early["problem"]["code"]) == ("failed", "way_out.no_decision")
    path = f"/cases/{case}/court?release={release}"
    assert f"/cases/{case}/court/onward" not in {one["action"] for one in browser.get(path).page.forms}
    for caller in (head, client(two.asked, DUTY)):
        caller.post(f"/releases/{release}/approvals", {"reason": "agreed"})
    made = ready(head, head.post(f"/releases/{release}/onward"))
    assert (made["state"], made["result"]["recipient"]) == ("ready", "XAC"), made["problem"]
    assert json.loads(head.call("GET", f"/works/{made['work']}/files/1").body) == words
    begun = browser.submit(browser.get(path), f"/cases/{case}/court/onward")
    seen = ready(head, head.get(f"/works/{begun.path.rpartition('/')[2]}"))
    assert [one["name"] for one in seen["files"]] == ["information.json"]
    assert json.loads(browser.get(f"{begun.path}/files/1").body) == words
    assert not two.asked.faults


def test_what_cannot_be_done_is_told_by_the_work_or_before_it(two: World) -> None:
    case, request = stored(two), ask(two)
    asked = client(two.asked)
    nothing = asked.call("POST", f"/cases/{request.case}/packages", {"request": request.act, "uploads": []})
    assert (nothing.status, json.loads(nothing.body)["code"]) == (422, "seal.nothing")
    one = upload(asked, "a", b"a", portions=1)
    wish = {"request": request.act, "uploads": [one], "handling": "strange"}
    wish["request"] = case
    failed = ready(asked, asked.post(f"/cases/{case}/packages", wish))
    assert (failed["state"], failed["problem"]["code"]) == ("failed", "handling.unknown")
    assert asked.get(f"/uploads/{one}")["size"] == 1
    again = asked.call("PUT", f"/uploads/{one}?at=0", b"b")
    assert (again.status, json.loads(again.body)["code"]) == (409, "upload.offset")
    assert asked.call("DELETE", f"/uploads/{one}").status == 204
    head = client(two.asking, HEAD)
    absent = ready(head, head.post(f"/deliveries/{'0' * 64}/opening"))
    assert (absent["state"], absent["problem"]["code"]) == ("failed", "delivery.absent")
    assert head.call("POST", f"/deliveries/{'0' * 64}/opening?purpose=curiosity").status == 403


def test_a_body_larger_than_a_form_goes_into_an_upload_only(two: World) -> None:
    caller = client(two.asking)
    made = caller.post("/uploads", {"name": "big"})
    large = bytes(3 << 20)
    assert caller.call("PUT", f"/uploads/{made['upload']}", large).status == 200
    assert caller.call("POST", "/uploads", large).status == 413


def test_a_disk_through_the_interface(two: World) -> None:
    office = two.asking.office
    form = json.dumps(example("preservation")).encode()
    office.settle(office.cases.draft_request(office.officer(), form=form, to="XAB/contact-point"))
    here, there = client(two.asking), client(two.asked)
    out = ready(here, here.post("/courier/exports", {"peer": "XAB"}))
    assert out["state"] == "ready", out["problem"]
    assert (out["result"]["messages"], len(out["files"])) == (1, 1)
    disk = here.call("GET", f"/works/{out['work']}/files/1").body
    taken = ready(there, there.post("/courier/imports", {"upload": upload(there, "disk.tar", disk)}))
    assert (taken["result"]["messages"], taken["result"]["failures"]) == (1, [])
    answers = there.call("GET", f"/works/{taken['work']}/files/1").body
    back = ready(here, here.post("/courier/imports", {"upload": upload(here, "disk.tar", answers)}))
    assert back["result"]["answers"] == 1


def test_a_head_staffs_the_office_through_the_interface(two: World) -> None:
    head = client(two.asking, HEAD)
    made = head.post("/officers", {"name": "n.silva", "roles": ["registrar"]})
    assert made == {"name": "n.silva", "authority": "XAA/contact-point", "roles": ["registrar"]}
    changed = head.call("PUT", "/officers/n.silva/roles", {"roles": ["officer", "head"]})
    assert json.loads(changed.body)["roles"] == ["officer", "head"]
    assert head.call("POST", "/officers/n.silva/revocation", {}).status == 204
    assert "n.silva" not in {one["name"] for one in head.get("/officers")}
    assert {one["usage"] for one in head.get("/keys")} == {"act", "receipt", "log", "transport", "age-hybrid"}
    assert head.post("/keys/rotation", {"authority": "XAA/contact-point"}) == {"was_due": False}
    assert head.post("/keys/renewal", {})["until"] > two.asking.office.clock.now()
    assert head.get("/alarms") == []
    assert head.call("PUT", "/settings/language", {"language": "fr"}).status == 204
    assert two.asking.desks.preferences.language(two.asking.office.head()) == "fr"
    assert head.call("PUT", "/settings/language", {"language": "../x"}).status == 422


def test_the_interface_describes_large_bodies_too(two: World) -> None:
    described = json.loads(client(two.asking).call("GET", "/openapi.json").body)
    assert f"{ROOT}/uploads/{{upload}}" in described["paths"]


def test_an_uploaded_document_goes_with_a_request_and_comes_out_byte_for_byte(two: World) -> None:
    asking, asked = client(two.asking), client(two.asked)
    paper, form = b"%PDF-1.7\n%%EOF\n", json.dumps(example("preservation")).encode()
    one = upload(asking, "order.pdf", paper)
    made = finish(two.asking, asking.post(f"/requests?to=XAB/contact-point&document={one}", form))
    two.carry()
    got = asked.call("GET", f"/acts/{made['act']}/parts/document?purpose=execution")
    assert (got.status, got.body) == (200, paper)
    other = upload(asking, "order.zip", b"PK\x03\x04")
    for upload_id, code in ((other, "document.kind"), ("0" * 32, "upload.absent")):
        refused = asking.call("POST", f"/requests?to=XAB/contact-point&document={upload_id}", form)
        assert json.loads(refused.body)["code"] == code


def test_a_sealing_that_was_interrupted_goes_on_through_the_interface(two: World, tmp_path: Path) -> None:
    case = stored(two)
    asked, office = client(two.asked), two.asked.office
    source = tmp_path / "a.bin"
    source.write_bytes(bytes(2 << 20))

    def cut() -> str:
        def full(_self: FolderSealing, _data: bytes | memoryview) -> None:
            raise UnavailableError("blob.io", "no space is left")

        with pytest.MonkeyPatch.context() as patch, pytest.raises(UnavailableError):
            patch.setattr(FolderSealing, "write", full)
            office.evidence.seal(office.officer(), sources=[str(source)], case=case, request=case)
        (one,) = asked.get("/sealings")
        assert (one["case"], one["sources"]) == (case, [str(source)])
        return str(one["name"])

    done = ready(asked, asked.post(f"/sealings/{cut()}/resumption"))
    assert (done["state"], done["result"]["case"]) == ("ready", case), done["problem"]
    assert [one["bag_root"] for one in asked.get(f"/cases/{case}/packages")] == [done["result"]["bag_root"]]
    assert asked.call("DELETE", f"/sealings/{cut()}").status == 204
    assert asked.get("/sealings") == []
    assert asked.call("POST", "/sealings/none/resumption").status == 404


def test_time_stamps_are_told_through_the_interface(two: World) -> None:
    house, head = two.asking, client(two.asking, HEAD)
    told = head.get("/stamps")
    assert (told["configured"], told["stamps"], told["silence"]) == (False, [], None)
    judge = Authority(house.office)
    desk = StampingDesk(place=house.office.place, judge=judge, ask=judge.ask)
    house.stamp_with(desk)
    head.get("/cases")
    for log in head.get("/logs"):
        house.desks.logs.checkpoint(house.office.head(), origin=log["origin"])
    desk.stamp_due()
    (one, *_) = client(house, HEAD).get("/stamps")["stamps"]
    assert (one["kind"], one["fault"]) == ("head", "")
    token = client(house, HEAD).call("GET", "/stamps/token?name=" + one["name"].partition(" ")[0])
    assert token.headers["content-type"] == "application/timestamp-reply"
    assert token.body[:32].hex() == one["digest"]
