"""verify.py and the product's verifier agree, word for word, on thousands of court files made to be odd.

Statements are changed inside and signed again by the keys that may sign them, so that the changes reach
the steps that judge what a statement says, and not only its signature.
"""

from __future__ import annotations

import copy
import dataclasses
import json
import os
import random
from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest

from comity.cases.courtacts import pem
from comity.cases.verdicts import STEPS, trust_file
from comity.exchange.mandates import Deputy, Mandate
from comity.kernel.digests import b64, sha256
from comity.kernel.ijson import parse_ijson
from comity.kernel.signing import Ed25519Signer, Envelope, envelope_value, key_id, parse_envelope
from tests.builders import T0
from tests.court.sample import Sample, judge, lists_of, members_of, pack, put_right, whole_case

WHOLE = bool(os.environ.get("COMITY_MUTATIONS"))
ODD: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 2, 17, 2**53 - 1, 2**53, 1.5, -0.0, 10**18, T0, T0 + 10**15,
    "", "x", "XAA", "XAA/contact-point", "practice", "live", "a" * 64, "0" * 64, "A" * 64,
    b64(b"\0" * 32), b64(b"\1" + b"\0" * 31), b64(b"\x05" * 32), b64(b"x" * 16), "AB==",
    "\0", "\ud800", "é", [], {}, [None], ["x"], [[]], {"a": 1}, "act", "officer", "head", "ed25519",
    "stored", "refused", "act.refused", "https://x", "approve", "child-abuse",
)  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterable[tuple[Any, ...]]:
    if isinstance(value, dict):
        for name in value:
            yield (*path, name)
            yield from places(value[name], (*path, name))
    elif isinstance(value, list):
        for index in range(len(value)):
            yield (*path, index)
            yield from places(value[index], (*path, index))


def mutated(value: Any, draw: random.Random) -> Any:
    """Return a copy with one thing replaced, left out, doubled, added or swapped."""
    found = copy.deepcopy(value)
    spots = list(places(found))
    if not spots:
        return draw.choice(ODD)
    path = draw.choice(spots)
    holder = found
    for step in path[:-1]:
        holder = holder[step]
    last, way = path[-1], draw.randrange(6)
    if way == 0:
        del holder[last]
    elif way == 1 and isinstance(holder, list):
        holder.insert(draw.randrange(len(holder) + 1), copy.deepcopy(draw.choice(holder)))
    elif way == 2 and isinstance(holder, dict):
        holder[draw.choice(["extra", "v", "act", "nonce", "participants"])] = draw.choice(ODD)
    elif way == 3 and type(holder[last]) is int:
        holder[last] += draw.choice([-1, 1, 10**6, -(10**13), 10**13])
    elif way == 4:
        other = found
        for step in draw.choice(spots):
            other = other[step]
        holder[last] = copy.deepcopy(other)
    else:
        holder[last] = draw.choice(ODD)
    return found


def dump(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")


class Workshop:
    """A whole case whose statements can be taken apart and signed again."""

    def __init__(self, **more: Any) -> None:
        self.sample: Sample = whole_case(closed=False, **more)  # so nothing names the delivery by its id
        self.members = members_of(self.sample.court_file())
        self.sealer = self.sample.nations["a"].side.act_key
        self.signers: list[Ed25519Signer] = []
        for nation in self.sample.nations.values():
            side = nation.side
            self.signers += [*nation.root_keys, *nation.entry_keys, nation.log_key, side.act_key]
            self.signers += [side.receipt_key, *(key for _, key in side.officers.values())]
        self.by_id = {key_id(signer.public): signer for signer in self.signers}

    def signed_again(self, envelope: Envelope, payload: bytes, kind: str = "") -> Envelope:
        made = Envelope(payload_type=kind or envelope.payload_type, payload=payload)
        for item in envelope.signatures:
            made = made.signed_by(self.by_id[item.key_id])
        return made

    def mutate(self, draw: random.Random) -> bytes:
        members = dict(self.members)
        name = draw.choice([n for n in sorted(members) if self._is_open(n)])
        if name.startswith("data/deliveries/"):
            self._bag(members, name, draw)
        elif name.startswith("data/acts/"):
            self._act(members, name, draw)
        elif name.startswith("data/identity/"):
            found = [parse_envelope(item) for item in json.loads(members[name])]
            place = draw.randrange(len(found))
            found[place] = self._envelope(found[place], draw)
            members[name] = dump([envelope_value(item) for item in found])
        elif name == "SEAL":
            put_right(members, signer=self.sealer)
            members[name] = self._envelope(parse_envelope(json.loads(members[name])), draw).json
            return pack(members)
        elif name.startswith("data/receipts/"):
            members[name] = self._envelope(parse_envelope(json.loads(members[name])), draw).json
        else:
            members[name] = dump(mutated(json.loads(members[name]), draw))
        return put_right(members, signer=self.sealer)

    @staticmethod
    def _is_open(name: str) -> bool:
        return name.endswith((".json", ".jsonl")) or name == "SEAL"

    def _envelope(self, envelope: Envelope, draw: random.Random) -> Envelope:
        kind = ""
        if draw.random() < 0.05:
            kind = draw.choice(["", "x"]) + envelope.payload_type.replace(
                "practice", draw.choice(["live", "no"])
            )
        payload = dump(mutated(json.loads(envelope.payload), draw))
        made = self.signed_again(envelope, payload, kind)
        if draw.random() < 0.05:
            made = dataclasses.replace(made, signatures=made.signatures[1:])
        return made

    def _act(self, members: dict[str, bytes], name: str, draw: random.Random) -> None:
        value = json.loads(members[name])
        old = name[10:74]
        act = parse_envelope(value["act"])
        if draw.random() < 0.4 and value["approvals"]:
            place = draw.randrange(len(value["approvals"]))
            changed = self._envelope(parse_envelope(value["approvals"][place]), draw)
            value["approvals"][place] = envelope_value(changed)
        else:
            act = self._envelope(act, draw)
        if draw.random() < 0.1:
            value = mutated(value, draw)
        elif draw.random() < 0.9:
            # Approve what is there now, so that only the change itself is left to judge.
            value["act"] = envelope_value(act)
            for place, item in enumerate(value["approvals"] if old != act.id else []):
                approval = parse_envelope(item)
                said = json.loads(approval.payload) | {"act": act.id}
                value["approvals"][place] = envelope_value(self.signed_again(approval, dump(said)))
        for end in (".json", ".pae", ".sig"):
            del members[f"data/acts/{old}{end}"]
        for folder in ("receipts", "proofs"):
            members.pop(f"data/{folder}/{old}.json", None)
        members[f"data/acts/{act.id}.json"] = dump(value)
        members[f"data/acts/{act.id}.pae"] = act.pae
        members[f"data/acts/{act.id}.sig"] = act.signatures[0].signature if act.signatures else b""
        for signer in self.signers if draw.random() < 0.02 else []:
            members[f"data/keys/{sha256(signer.public).hex()}.pem"] = pem(signer.public)
        for other in [n for n in members if n.startswith(("data/parts/", "data/deliveries/")) and old in n]:
            members[other.replace(old, act.id)] = members.pop(other)

    def _bag(self, members: dict[str, bytes], name: str, draw: random.Random) -> None:
        """Change a line of a bag and deliver the bag with an act of its own."""
        lines = members[name].split(b"\n")
        place = draw.randrange(len(lines) - 1)
        lines[place] = dump(mutated(json.loads(lines[place]), draw))
        if draw.random() < 0.1:
            del lines[draw.randrange(len(lines))]
        members[name] = b"\n".join(lines)
        folder, act_id = name[:81], name[16:80]
        inner = ["bag-info.txt", "bagit.txt", "custody.jsonl", "exhibits.jsonl", "manifest-sha256.txt"]
        if name.endswith("exhibits.jsonl") and draw.random() < 0.8:
            events, previous = [], "0" * 64
            for line in members[f"{folder}custody.jsonl"].split(b"\n")[:-1]:
                event = json.loads(line) | {"exhibits": sha256(members[name]).hex(), "prev": previous}
                events.append(dump(event))
                previous = sha256(events[-1]).hex()
            members[f"{folder}custody.jsonl"] = b"\n".join([*events, b""])
        tagged = lists_of([folder + x for x in inner], members, folder=folder)
        members[f"{folder}tagmanifest-sha256.txt"] = tagged
        path = f"data/acts/{act_id}.json"
        value = json.loads(members[path])
        act = parse_envelope(value["act"])
        said = json.loads(act.payload)
        said["body"]["bag_root"] = sha256(tagged).hex()
        made = self.signed_again(act, dump(said))
        for place, item in enumerate(value["approvals"]):
            approval = parse_envelope(item)
            words = json.loads(approval.payload) | {"act": made.id}
            value["approvals"][place] = envelope_value(self.signed_again(approval, dump(words)))
        value["act"] = envelope_value(made)
        for old in [n for n in members if act_id in n]:
            content = members.pop(old)
            if not old.startswith(("data/receipts/", "data/proofs/")):
                members[old.replace(act_id, made.id)] = content
        members[f"data/acts/{made.id}.json"] = dump(value)
        members[f"data/acts/{made.id}.pae"] = made.pae
        members[f"data/acts/{made.id}.sig"] = made.signatures[0].signature


def run(seeds: Iterable[int]) -> Counter[str]:
    shop = Workshop()
    good = trust_file(shop.sample.roots)
    steps: Counter[str] = Counter()
    for seed in seeds:
        data = shop.mutate(random.Random(seed))
        try:
            report = judge(data, good)
        except AssertionError as exc:
            raise AssertionError(f"the verifiers disagree: seed {seed}") from exc
        steps[STEPS[report.fault.step - 1] if report.fault else ""] += 1
    return steps


def test_agreement_on_statements_signed_again():
    steps = run(range(160))
    assert {
        "",
        "sealer",
        "roots",
        "entries",
        "acts",
        "receipts",
        "release",
        "order",
        "deliveries",
        "proofs",
    } <= set(steps), steps


@pytest.mark.skipif(not WHOLE, reason="all of them are run by make mutations")
def test_agreement_on_thousands():
    steps = run(range(1_000, 2_500))
    assert {
        "",
        "seal",
        "sealer",
        "roots",
        "entries",
        "acts",
        "approvals",
        "receipts",
        "order",
        "deliveries",
    } <= set(steps), steps


MANDATE = Mandate(
    id="assistance",
    authority="XAA/contact-point",
    powers=("issue", "sign"),
    provision="section 4",
    since=date(2026, 1, 1),
    holders=("a.diallo",),
    deputies=(Deputy(officer="m.okafor", since=date(2026, 2, 1)),),
)


def test_agreement_on_mandates_that_are_odd():
    shop = Workshop(mandates=(MANDATE,))
    good = trust_file(shop.sample.roots)
    name = next(
        one for one in sorted(shop.members) if one.startswith("data/identity/XAA") and "entries" in one
    )
    (envelope,) = (parse_envelope(item) for item in json.loads(shop.members[name]))
    assert judge(put_right(dict(shop.members), signer=shop.sealer), good).exit_code == 0
    for seed in range(40):
        payload = json.loads(envelope.payload)
        payload["mandates"] = mutated(payload["mandates"], random.Random(seed))
        made = shop.signed_again(envelope, dump(payload))
        members = {**shop.members, name: dump([envelope_value(made)])}
        judge(put_right(members, signer=shop.sealer), good)  # it asserts that both say the same


def test_workshop_changes_nothing_by_itself():
    shop = Workshop()
    data = put_right(dict(shop.members), signer=shop.sealer)
    assert judge(data, trust_file(shop.sample.roots)).exit_code == 0
    assert parse_ijson(shop.members["SEAL"])
