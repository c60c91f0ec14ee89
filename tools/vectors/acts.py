"""Write the test vectors of docs/spec/acts.md.

Run from the root of the repository: ``python -m tools.vectors.acts``. The vectors depend on nothing but the
seeds below; ``tests/vectors/test_acts.py`` makes them again, compares every byte, and judges them anew.
"""

import json
from pathlib import Path
from typing import Any

from comity.cases.acts import Act
from comity.cases.parts import Part
from comity.cases.ports import Address, ReceiptRecord
from comity.cases.wire import SignedAct, signed_act
from comity.kernel.clock import DAY, SECOND
from comity.kernel.digests import b64
from comity.kernel.realms import Realm, payload_type
from comity.kernel.signing import ALGORITHM, Envelope, Signature, key_id
from tests.builders import T0, Pair, Side, Thread, approve, make_pair, request_body

OUT = Path(__file__).parents[2] / "tests" / "vectors" / "acts"
FORM = b'{"facts":[{"language":"en","text":"A phishing mailbox."}]}'


def thread() -> tuple[Thread, list[SignedAct]]:
    """Return a case in which a withdrawal crosses an effect."""
    made = Thread(make_pair(7))
    ask = made.act("a", "preservation.request", request_body(items=("1", "2")), parts={"form": FORM})
    about = {"request": ask.act.id, "items": ["1", "2"]}
    made.act("b", "request.accept", about)
    made.act("b", "order.record", about | {"from": T0, "until": T0 + 90 * DAY}, parts={"order": b"{}"})
    items = [{"id": "1", "state": "held"}, {"id": "2", "state": "not_held"}]
    body = {"request": ask.act.id, "items": items, "t0": T0, "expires": T0 + 60 * DAY}
    made.act("b", "preservation.effect", body, seen_by_other=False)
    made.act("a", "request.withdraw", about, seen_by_other=False)
    return made, made.acts


def key_vectors(pair: Pair) -> dict[str, Any]:
    """Return keys and officers of both sides, private halves too: they are of practice Parties."""
    return {
        "realm": pair.realm.value,
        "algorithms": [ALGORITHM],
        "sides": [_side(pair.a), _side(pair.b)],
    }


def _side(side: Side) -> dict[str, Any]:
    return {
        "authority": side.address.authority,
        "root": side.address.root,
        "act_private": b64(side.act_key.private()),
        "act_public": b64(side.act_key.public),
        "officers": [
            {"name": name, "role": role, "private": b64(key.private()), "public": b64(key.public)}
            for name, (role, key) in side.officers.items()
        ],
    }


def good_vectors(made: Thread) -> list[dict[str, Any]]:
    """Return sound acts, each with its parts and everything derived from it."""
    return [
        {
            "kind": signed.act.kind,
            "payload_type": signed.act.envelope.payload_type,
            "payload": signed.act.envelope.payload.decode(),
            "pae_sha256_is_id": signed.act.id,
            "case": signed.act.case,
            "signed": json.loads(signed.stored),
            "signed_sha256": signed.digest.hex(),
            "parts": [_part(part) for part in made.opened[signed.act.id]],
        }
        for signed in made.acts
    ]


def _part(part: Part) -> dict[str, str]:
    return {"name": part.name, "salt": b64(part.salt), "data": b64(part.data), "digest": part.digest}


def bad_vectors(made: Thread) -> list[dict[str, Any]]:
    """Return acts that must be refused, each with the code."""
    first, second = made.acts[0], made.acts[2]
    return [*_bad_payloads(first.act), *_bad_payloads_later(second.act), *_bad_signed(made.pair, second)]


def _changed(act: Act, **changes: Any) -> bytes:
    value: dict[str, Any] = json.loads(act.envelope.payload)
    value |= changes
    return json.dumps({name: item for name, item in value.items() if item != "-"}).encode()


def _bad_payloads(act: Act) -> list[dict[str, Any]]:
    text = act.envelope.payload
    end = {"authority": "XAC/court", "root": "0" * 64}
    cases = [
        ("a name that stands twice", text.replace(b'"v":1', b'"v":1,"v":1'), "json.duplicate"),
        ("a fraction", text.replace(b'"v":1', b'"v":1.0'), "json.number"),
        ("a lone surrogate", text.replace(b"un-cybercrime", b"\\ud800"), "json.character"),
        ("nested too deep", text.replace(b'"v":1', b'"v":' + b"[" * 17 + b"]" * 17), "json.depth"),
        ("version two", _changed(act, v=2), "act.version"),
        ("no nonce in the opening act", _changed(act, nonce="-"), "act.opening"),
        ("participants the wrong way round", _changed(act, participants=_turned(act)), "act.opening"),
        ("seen in the opening act", _changed(act, seen=["1" * 64]), "act.opening"),
        ("two addressees", _changed(act, to=[json.loads(text)["to"][0], end]), "act.to"),
        ("crit twice", _changed(act, crit=["kind", "kind"]), "act.crit"),
        ("a part with a path", _changed(act, parts=[_ref("../form")]), "act.part_name"),
        ("a part twice", _changed(act, parts=[_ref("form"), _ref("form")]), "act.parts"),
        ("a body of another kind", _changed(act, kind="request.accept"), "body.form"),
        ("the form left out", _changed(act, parts=[]), "body.part_missing"),
        ("an item twice", _changed(act, body=request_body(items=("1", "1"))), "body.items"),
        ("a class beyond C", _changed(act, body=request_body(**{"class": "D"})), "body.form"),
    ]
    kind = act.envelope.payload_type
    found = [_payload(name, kind, payload, code) for name, payload, code in cases]
    live = payload_type("act", Realm.LIVE)
    found.append(_payload("practice Parties in the live realm", live, text, "act.realm"))
    found.append(_payload("a receipt", kind.replace(".act.", ".receipt."), text, "act.type"))
    return found


def _bad_payloads_later(act: Act) -> list[dict[str, Any]]:
    kind = act.envelope.payload_type
    cases = [
        ("seen unsorted", _changed(act, seen=["2" * 64, "1" * 64]), "act.seen"),
        ("prev_own without number", _changed(act, prev_own=None), "act.prev_own"),
        ("no parent at all", _changed(act, seq=1, prev_own=None, seen=[]), "act.seen"),
        ("a nonce later on", _changed(act, nonce="AAAAAAAAAAAAAAAAAAAAAA=="), "act.opening"),
    ]
    return [_payload(name, kind, payload, code) for name, payload, code in cases]


def _turned(act: Act) -> list[Any]:
    found: list[Any] = json.loads(act.envelope.payload)["participants"]
    return found[::-1]


def _ref(name: str) -> dict[str, str]:
    return {"name": name, "media": "application/json", "digest": "0" * 64}


def _payload(name: str, kind: str, payload: bytes, code: str) -> dict[str, Any]:
    return {"name": name, "payload_type": kind, "payload": payload.decode(), "code": code}


def _bad_signed(pair: Pair, good: SignedAct) -> list[dict[str, Any]]:
    envelope = good.act.envelope
    bare = Envelope(payload_type=envelope.payload_type, payload=envelope.payload)
    approvals = [approval.envelope for approval in good.approvals]
    duty, head = approvals
    other = approve(pair.b, "1" * 64, officer="a.diallo")
    foreign = approve(pair.a, good.act.id, officer="a.diallo")
    swapped = Envelope(payload_type=duty.payload_type, payload=duty.payload, signatures=(head.signatures[0],))
    raw = envelope.signatures[0].signature
    order = 2**252 + 27742317777372353535851937790883648493
    high = raw[:32] + (int.from_bytes(raw[32:], "little") + order).to_bytes(32, "little")
    named = key_id(pair.b.act_key.public)

    def forged(signature: bytes) -> Envelope:
        made = Signature(key_id=named, signature=signature)
        return Envelope(payload_type=bare.payload_type, payload=bare.payload, signatures=(made,))

    cases = [
        ("no signature", bare, approvals, "signature.act"),
        ("signed by the other side", bare.signed_by(pair.a.act_key), approvals, "signature.act"),
        ("S raised by the group order", forged(high), approvals, "signature.act"),
        ("R of small order", forged(bytes(32) + raw[32:]), approvals, "signature.act"),
        ("R not canonical", forged(b"\xee" + b"\xff" * 30 + b"\x7f" + raw[32:]), approvals, "signature.act"),
        ("no approval", envelope, [], "approval.missing"),
        ("one approval of two", envelope, [head], "approval.missing"),
        ("one person twice", envelope, [head, head], "approval.same_person"),
        (
            "two without a head",
            envelope,
            [duty, approve(pair.b, good.act.id, officer="b.okafor")],
            "approval.no_head",
        ),
        ("an approval of another act", envelope, [head, other], "approval.other_act"),
        ("an officer of the other Party", envelope, [head, foreign], "approval.unknown_officer"),
        ("signed by another officer", envelope, [head, swapped], "approval.signature"),
    ]
    return [
        {"name": name, "signed": json.loads(signed_act(act, given).stored), "code": code}
        for name, act, given, code in cases
    ]


def thread_vectors(made: Thread) -> dict[str, Any]:
    """Return the receipts of the case and the state that follows."""
    receipts = [made.receipt(made.acts[0], at=T0 + SECOND, own_last_seq=0)]
    return {
        "acts": [signed.act.id for signed in made.acts],
        "receipts": [_receipt(receipt) for receipt in receipts],
        "items": {"1": "held", "2": "not_held"},
        "preservation": {"state": "effected", "t0": T0, "expires": T0 + 60 * DAY},
        "undoings": [
            {"what": "lift", "items": ["1", "2"], "execution": made.acts[2].act.id},
            {"what": "release", "items": ["1", "2"], "execution": made.acts[3].act.id},
        ],
        "heads": sorted([made.acts[3].act.id, made.acts[4].act.id]),
        "ignoring_if_receipted_before_the_effect": _ignored(made),
    }


def _ignored(made: Thread) -> dict[str, Any]:
    """Return a receipt that would leave the effect as an act that ignores what its author receipted."""
    withdrawal, effect = made.acts[4], made.acts[3]
    return {
        "receipt": _receipt(made.receipt(withdrawal, at=T0 + SECOND, own_last_seq=effect.act.seq - 1)),
        "ignoring": [effect.act.id],
    }


def _receipt(record: ReceiptRecord) -> dict[str, Any]:
    signer: Address = record.signer
    return {
        "act": record.act_id,
        "signer": {"authority": signer.authority, "root": signer.root},
        "at": record.at,
        "own_last_seq": record.own_last_seq,
        "pending": record.pending,
        "result": record.result,
    }


def vectors() -> dict[str, bytes]:
    """Return the content of every vector file by name."""
    made, _ = thread()
    values: dict[str, Any] = {
        "keys.json": key_vectors(made.pair),
        "good.json": good_vectors(made),
        "bad.json": bad_vectors(made),
        "thread.json": thread_vectors(made),
    }
    return {
        name: (json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode()
        for name, value in values.items()
    }


if __name__ == "__main__":
    OUT.mkdir(parents=True, exist_ok=True)
    for file, content in vectors().items():
        (OUT / file).write_bytes(content)
