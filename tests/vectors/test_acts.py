"""The vectors of docs/spec/acts.md: made again byte for byte, read plainly, and judged by the code."""

import base64
import hashlib
import json
import runpy
from pathlib import Path
from typing import Any

import pytest

from comity.cases import kinds
from comity.cases.acts import parse_act
from comity.cases.approvals import require_approvals
from comity.cases.fold import fold
from comity.cases.intake import require_signature
from comity.cases.parts import Part, require_parts
from comity.cases.ports import Address, OfficerRecord, ReceiptRecord
from comity.cases.wire import SignedAct, parse_signed_act
from comity.kernel.clock import Instant
from comity.kernel.errors import ComityError
from comity.kernel.ids import ActId, AuthorityId, Fingerprint, OfficerName
from comity.kernel.ijson import dump_ijson
from comity.kernel.signing import Ed25519Signer, Envelope, key_id
from tests.builders import T0, FakeDirectory, key_record

ROOT = Path(__file__).parents[2]
FILES = ROOT / "tests" / "vectors" / "acts"


def read(name: str) -> Any:
    return json.loads((FILES / name).read_text(encoding="utf-8"))


GOOD, BAD = read("good.json"), read("bad.json")


@pytest.fixture(scope="module")
def directory() -> FakeDirectory:
    found = FakeDirectory()
    for side in read("keys.json")["sides"]:
        root = Fingerprint(side["root"])
        end = Address(authority=AuthorityId(side["authority"]), root=root)
        found.acts[end] = (key_record(base64.b64decode(side["act_public"])),)
        assert Ed25519Signer(base64.b64decode(side["act_private"])).public == found.acts[end][0].public
        for officer in side["officers"]:
            found.officers[root, officer["name"]] = OfficerRecord(
                name=OfficerName(officer["name"]),
                authority=end.authority,
                roles=frozenset({officer["role"]}),
                key=key_record(base64.b64decode(officer["public"])),
            )
    return found


def test_the_vectors_are_made_again_byte_for_byte() -> None:
    made = runpy.run_path(str(ROOT / "tools" / "vectors" / "acts.py"))["vectors"]()
    assert {path.name: path.read_bytes() for path in FILES.glob("*.json")} == made


def judge(signed: SignedAct, directory: FakeDirectory) -> None:
    require_signature(signed.act, directory=directory, at=T0)
    require_approvals(signed.act, signed.approvals, directory=directory, at=T0)
    kinds.parse_body(signed.act)


@pytest.mark.parametrize("item", GOOD, ids=lambda item: item["kind"])
def test_a_sound_act_by_the_text_and_by_the_code(item: Any, directory: FakeDirectory) -> None:
    payload, kind = item["payload"].encode(), item["payload_type"].encode()
    pae = b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)
    assert hashlib.sha256(pae).hexdigest() == item["pae_sha256_is_id"]
    stored = dump_ijson(item["signed"])
    assert hashlib.sha256(stored).hexdigest() == item["signed_sha256"]
    signed = parse_signed_act(stored)
    assert (signed.act.id, signed.act.case) == (item["pae_sha256_is_id"], item["case"])
    public = directory.acts[signed.act.sender][0].public
    assert signed.act.envelope.signatures[0].key_id == key_id(public) == hashlib.sha256(public).hexdigest()
    judge(signed, directory)
    parts = []
    for part in item["parts"]:
        salt, data = base64.b64decode(part["salt"]), base64.b64decode(part["data"])
        assert hashlib.sha256(salt + data).hexdigest() == part["digest"]
        parts.append(Part(name=part["name"], salt=salt, data=data))
    require_parts(signed.act, parts)


@pytest.mark.parametrize("item", BAD, ids=lambda item: item["name"])
def test_what_must_be_refused(item: Any, directory: FakeDirectory) -> None:
    with pytest.raises(ComityError) as caught:
        if "signed" in item:
            judge(parse_signed_act(dump_ijson(item["signed"])), directory)
        else:
            envelope = Envelope(payload_type=item["payload_type"], payload=item["payload"].encode())
            kinds.parse_body(parse_act(envelope))
    assert caught.value.code == item["code"]


def receipt(value: Any, case: str) -> ReceiptRecord:
    end = Address(authority=value["signer"]["authority"], root=value["signer"]["root"])
    return ReceiptRecord(
        authority=end.authority,
        case=case,  # type: ignore[arg-type]
        act_id=ActId(value["act"]),
        act_seq=1,
        signer=end,
        at=Instant(value["at"]),
        your_last_seq=1,
        own_last_seq=value["own_last_seq"],
        pending=value["pending"],
        result=value["result"],
        code="",
        receipt=b"",
    )


def test_the_state_of_the_case() -> None:
    thread = read("thread.json")
    acts = [parse_signed_act(dump_ijson(item["signed"])).act for item in GOOD]
    case = acts[0].case
    receipts = [receipt(value, case) for value in thread["receipts"]]
    state = fold(acts, receipts)
    request = state.requests[0]
    assert {item.id: item.state.value for item in request.items} == thread["items"]
    kept = request.preservation
    assert {"state": kept.state.value, "t0": kept.t0, "expires": kept.expires} == thread["preservation"]
    found = [{"what": u.what, "items": list(u.items), "execution": u.execution} for u in state.undoings]
    assert sorted(found, key=lambda u: str(u["what"])) == thread["undoings"]
    assert list(state.heads) == thread["heads"] and not state.ignoring
    late = thread["ignoring_if_receipted_before_the_effect"]
    after = fold(acts, [*receipts, receipt(late["receipt"], case)])
    assert list(after.ignoring) == late["ignoring"] and after.is_frozen
