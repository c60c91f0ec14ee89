"""Events after the sealing: what is written is read, one chain from the bag root on, and nothing else."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from comity.evidence.custody import CustodyStep
from comity.evidence.touches import Particulars, Touched, gone_by, holds_in_force, require_touches
from comity.evidence.touchwire import parse_touch, read_touch, read_touches, touch_statement
from comity.kernel.clock import Instant
from comity.kernel.digests import b64, sha256
from comity.kernel.entropy import SeededEntropy
from comity.kernel.errors import ComityError, MalformedError, UntrustedError
from comity.kernel.ids import CaseId
from comity.kernel.ijson import dump_ijson
from comity.kernel.realms import Realm
from comity.kernel.signing import Ed25519Signer, Envelope
from tests.packing import NOW, SEALING

OVER = Touched(realm=Realm.PRACTICE, case=CaseId("c" * 64), bag_root="b" * 64)
SIGNER = Ed25519Signer.generate(SeededEntropy("custody"))
EXAMINED = dataclasses.replace(SEALING, step=CustodyStep.EXAMINED, at=Instant(NOW + 1))
VECTOR = (
    b'{"at":1790000000000001,"authority":"XAA/contact-point","bag":"' + b"b" * 64 + b'","case":"' + b"c" * 64
    + b'","event":"examined","exhibits":[1],"officer":"a.diallo","operation":"searched","place":"Room 4",'
    b'"prev":"' + b"b" * 64 + b'","realm":"practice","reason":"asked for under article 44",'
    b'"role":"investigator","tool":"comity","tool_version":"1","v":1}'
)  # fmt: skip


def chain(*steps: tuple[CustodyStep, dict[str, Any]]) -> list[bytes]:
    found, previous = [], OVER.bag_root
    for number, (step, more) in enumerate(steps):
        act = dataclasses.replace(EXAMINED, step=step, at=Instant(NOW + number))
        made = touch_statement(act, OVER, previous=previous, more=Particulars(**more)).signed_by(SIGNER)
        found.append(made.json)
        previous = sha256(made.payload).hex()
    return found


def test_the_bytes_are_those_of_the_specification() -> None:
    more = Particulars(operation="searched", exhibits=(1,))
    made = touch_statement(EXAMINED, OVER, previous=OVER.bag_root, more=more)
    assert made.payload == VECTOR
    assert made.payload_type == "application/vnd.comity.custody.v1+json;realm=practice"
    assert read_touch(made).digest == "6c254f5e27ca36fbf3a59f4b4fa107e48bcc85df708877fb05b48f6504b9333f"
    back = parse_touch(made.signed_by(SIGNER).json)
    assert (back.act, back.over, back.previous, back.more) == (EXAMINED, OVER, OVER.bag_root, more)
    assert back.signed.is_signed_by(SIGNER.public)


def test_one_chain_from_the_bag_root_on() -> None:
    found = chain((CustodyStep.RECEIVED, {}), (CustodyStep.OPENED, {}), (CustodyStep.COPIED, {"to": "lab"}))
    touches = read_touches(found, OVER)
    assert [touch.act.step.value for touch in touches] == ["received", "opened", "copied"]
    for wrong in (found[1:], found[::-1], [found[0], found[2]], [*found, found[2]]):
        with pytest.raises(UntrustedError) as broken:
            read_touches(wrong, OVER)
        assert broken.value.code == "custody.chain"
    for other in (
        dataclasses.replace(OVER, case=None),
        dataclasses.replace(OVER, bag_root="a" * 64),
        dataclasses.replace(OVER, realm=Realm.LIVE),
    ):
        with pytest.raises(UntrustedError) as subject:
            require_touches(touches, other)
        assert subject.value.code == "custody.subject"


def test_a_hold_stands_until_it_is_lifted_by_its_number() -> None:
    hold, lift = CustodyStep.HOLD_SET, CustodyStep.HOLD_LIFTED
    found = chain((hold, {}), (CustodyStep.OPENED, {}), (hold, {}), (lift, {"ends": 1}), (lift, {"ends": 2}))
    touches = read_touches(found, OVER)
    assert [one.number for one in holds_in_force(touches)] == [3]
    assert gone_by(touches) is None
    gone = read_touches(chain((hold, {}), (CustodyStep.DESTROYED, {"decision": "d" * 64})), OVER)
    end = gone_by(gone)
    assert end is not None and end.more.decision == "d" * 64


def test_other_statements_are_no_events() -> None:
    value = json.loads(VECTOR)
    kind = "application/vnd.comity.custody.v1+json;realm=practice"
    wrong = [
        {"v": 2},
        {"event": "moved"},
        {"realm": "live"},
        {"bag": "x"},
        {"prev": "x"},
        {"case": "x"},
        {"officer": "A B"},
        {"authority": "XAA"},
        {"reason": " "},
        {"reason": "x" * 2001},
        {"exhibits": [2, 1]},
        {"exhibits": [0]},
        {"exhibits": "1"},
        {"child": "x"},
        {"decision": "x"},
        {"ends": -1},
        {"at": -1},
        {"at": "1"},
    ]
    for change in wrong:
        envelope = Envelope(payload_type=kind, payload=dump_ijson({**value, **change}))
        with pytest.raises(ComityError):
            read_touch(envelope)
    for missing in value:
        if missing not in ("exhibits", "operation"):
            short = {name: one for name, one in value.items() if name != missing}
            with pytest.raises(ComityError):
                read_touch(Envelope(payload_type=kind, payload=dump_ijson(short)))
    for other in ("act", "receipt"):
        with pytest.raises(MalformedError):
            read_touch(Envelope(payload_type=kind.replace("custody", other), payload=VECTOR))
    for junk in (b"", b"{}", b"null", b'{"payload":"' + b64(VECTOR).encode() + b'"}'):
        with pytest.raises(ComityError):
            parse_touch(junk)
