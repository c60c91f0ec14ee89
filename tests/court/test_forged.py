"""Court files that somebody changed on purpose: all are refused, by both verifiers, at the same step."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from comity.cases.courtcontents import WithheldItem
from comity.cases.courttar import MANIFEST, TAG_MANIFEST
from comity.cases.verdicts import Verdict, parse_trust_file, trust_file
from comity.exchange.entry_wire import parse_entry
from comity.kernel.clock import DAY, Instant
from comity.kernel.digests import b64, sha256, unb64
from comity.kernel.entropy import SeededEntropy
from comity.kernel.errors import DeniedError, MalformedError
from comity.kernel.ijson import dump_ijson, parse_ijson
from comity.kernel.realms import Realm
from comity.kernel.signing import Ed25519Signer, envelope_value
from tests.builders import T0, request_body
from tests.court.sample import (
    STEP,
    Sample,
    deliver,
    judge,
    lists_of,
    make_nation,
    members_of,
    pack,
    put_right,
    revoke,
    verifier,
    whole_case,
)
from tests.simulator.parties import make_party


@cache
def made() -> tuple[Sample, bytes]:
    sample = whole_case()
    return sample, sample.court_file()


def sealer():
    return made()[0].nations["a"].side.act_key


def trust() -> bytes:
    return trust_file(made()[0].roots)


def changed() -> dict[str, bytes]:
    return members_of(made()[1])


def one(members: dict[str, bytes], start: str, end: str = "") -> str:
    return next(name for name in sorted(members) if name.startswith(start) and name.endswith(end))


def refused(data: bytes, step: str, path: str = "") -> None:
    report = judge(data, trust())
    assert report.exit_code == 7
    assert report.fault is not None
    assert report.fault.step == STEP[step], report.fault
    assert path in report.fault.path
    assert judge(data, integrity_only=True).exit_code == 7


def edit(members: dict[str, bytes], name: str, change: Any) -> None:
    value = json.loads(members[name])
    change(value)
    members[name] = json.dumps(value).encode()


def test_whole_file_is_practice_with_the_roots_and_only_then_exit_0():
    data = made()[1]
    assert judge(data, trust()).exit_code == 0
    assert judge(data, trust()).verdict is Verdict.PRACTICE
    assert judge(data).exit_code == 7
    assert judge(data).verdict is Verdict.PRACTICE
    assert judge(data, integrity_only=True).exit_code == 0
    assert [x.name for x in judge(data).exhibits] == ["mail.eml", "\N{ARABIC LETTER MEEM}.txt"]


def test_live_file_is_intact_and_with_the_roots_authentic():
    sample = whole_case(realm=Realm.LIVE, codes=("KEN", "NOR"))
    data = sample.court_file()
    assert judge(data).verdict is Verdict.INTACT
    assert judge(data).exit_code == 7
    assert judge(data, integrity_only=True).exit_code == 0
    report = judge(data, trust_file(sample.roots))
    assert (report.verdict, report.exit_code) == (Verdict.AUTHENTIC, 0)
    assert judge(data, trust_file(sample.roots[:1])).verdict is Verdict.INTACT
    assert judge(data, trust_file(sample.roots[:1])).exit_code == 7


def test_exhibit_changed():
    members = changed()
    name = one(members, "data/deliveries/", "000000001.bin")
    members[name] = members[name].replace(b"nobody", b"anyone")
    refused(pack(members), "bag", name)


def test_exhibit_changed_and_all_digests_put_right():
    members = changed()
    name = one(members, "data/deliveries/", "000000001.bin")
    members[name] = members[name].replace(b"nobody", b"anyone")
    refused(put_right(dict(members)), "seal", "SEAL")
    # Even whoever seals cannot: the manifests of the bag are under the root that the other side signed.
    refused(put_right(dict(members), signer=sealer()), "deliveries", name)
    folder = name.removesuffix("data/000000001.bin")
    exhibits = f"{folder}exhibits.jsonl"
    old, new = sha256(changed()[name]).hex().encode(), sha256(members[name]).hex().encode()
    members[exhibits] = members[exhibits].replace(old, new)
    bins = [x for x in members if x.startswith(f"{folder}data/")]
    members[folder + MANIFEST] = lists_of(bins, members, folder=folder)
    inner = ["bag-info.txt", "bagit.txt", "custody.jsonl", "exhibits.jsonl", MANIFEST]
    members[folder + TAG_MANIFEST] = lists_of([folder + x for x in inner], members, folder=folder)
    refused(put_right(members, signer=sealer()), "deliveries", TAG_MANIFEST)


def test_signed_wholly_anew_by_somebody_else():
    other = whole_case(seed="another")
    report = judge(other.court_file(), trust())
    assert report.exit_code == 7
    assert report.fault is not None
    assert report.fault.step == STEP["trust"]
    live = whole_case(seed="another", realm=Realm.LIVE, codes=("KEN", "NOR")).court_file()
    real = whole_case(realm=Realm.LIVE, codes=("KEN", "NOR"))
    assert judge(live, trust_file(real.roots)).verdict is Verdict.INTACT
    assert judge(live, trust_file(real.roots)).exit_code == 7


def test_sealed_by_a_stranger():
    stranger = make_nation("XAC/contact-point", seed="c").side.act_key
    refused(put_right(changed(), signer=stranger), "sealer", "SEAL")


@pytest.mark.parametrize(
    ("start", "end", "step"),
    [
        ("data/receipts/", ".json", "receipts"),
        ("data/proofs/", ".json", "proofs"),
        ("data/identity/XAB/roots", ".json", "roots"),
        ("data/identity/XAB/entries", ".json", "entries"),
        ("data/acts/", ".json", "acts"),
        ("data/withheld", ".json", "release"),
    ],
)
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b"null",
        b"[" * 3000,
        b'{"v":1.0}',
        b"\xff",
        b'{"a":1,"a":1}',
        b"[]" * 20 + b'"' + b'\\"' * 30_000,
    ],
)
def test_statement_replaced_by_nonsense(start: str, end: str, step: str, content: bytes):
    members = changed()
    members[one(members, start, end)] = content
    refused(put_right(members, signer=sealer()), step)


def payload_of(value: Any) -> Any:
    return json.loads(unb64(value["payload"]))


def test_receipt_changed_or_moved():
    members = changed()
    names = [name for name in members if name.startswith("data/receipts/")]
    members[names[0]], members[names[1]] = members[names[1]], members[names[0]]
    refused(put_right(members, signer=sealer()), "receipts")

    members = changed()

    def later(value: Any) -> None:
        payload = payload_of(value) | {"at": T0 + 1}
        value["payload"] = b64(json.dumps(payload).encode())

    edit(members, names[0], later)
    refused(put_right(members, signer=sealer()), "receipts", names[0])


def test_approval_stripped_makes_a_coercive_act_untrusted():
    members = changed()
    for name in [n for n in members if n.startswith("data/acts/") and n.endswith(".json")]:
        edit(members, name, lambda value: value["approvals"].clear())
        # The receipts commit to the bytes with their approvals, so they go too.
    for name in [n for n in members if n.startswith(("data/receipts/", "data/proofs/"))]:
        del members[name]
    refused(put_right(members, signer=sealer()), "approvals", "data/acts/")


def test_one_approval_is_not_two_and_an_officer_is_no_head():
    for officers in (["c.laurent"], ["a.diallo", "b.okafor"], ["c.laurent", "c.laurent"]):
        sample = Sample()
        ask = sample.act("a", "data.request", request_body("44(1)"))
        sample.act("b", "request.refuse", {"request": ask.act.id}, officers=officers)
        report = judge(sample.court_file(), trust_file(sample.roots))
        assert report.fault is not None
        assert report.fault.step == STEP["approvals"]


def test_one_person_alone_approves_in_an_emergency_only_and_only_where_the_entry_says_so():
    """Both verifiers agree on each: emergency or not, allowed or not, kind, how many approved, code."""
    good = ("41(3)(e)", True, "transmission.decide", ["a.diallo"], "no-time")
    bad: list[tuple[Any, ...]] = [
        ("44(1)", *good[1:]),
        ("41(3)(e)", False, *good[2:]),
        (*good[:2], "request.refuse", *good[3:]),
        (*good[:2], "request.accept", *good[3:]),
        (*good[:3], ["a.diallo", "c.laurent"], "no-time"),
        (*good[:3], [], "no-time"),
        (*good[:4], ""),
    ]
    for mechanism, allowed, kind, officers, single in (good, *bad):
        sample = Sample(single=allowed)
        ask = sample.act("a", "assistance.request", request_body(mechanism))
        about = {"request": ask.act.id, "items": ["1"]}
        sample.act("b", kind, about, officers=officers, single=single)
        report = judge(sample.court_file(), trust_file(sample.roots))
        if (mechanism, allowed, kind, officers, single) == good:
            assert report.fault is None, report.fault
        else:
            assert report.fault is not None, (kind, single)
            assert report.fault.step in (STEP["approvals"], STEP["times"]), (kind, single)


@pytest.mark.parametrize("which", ["data/parts/", "data/proofs/", "data/receipts/"])
def test_file_left_out(which: str):
    members = changed()
    del members[one(members, which)]
    data = put_right(members, signer=sealer())
    if which == "data/parts/":
        refused(data, "parts")
    else:
        assert judge(data, trust()).exit_code == 0, "proofs and receipts are not owed for every act"


def test_act_left_out_or_doubled():
    for index in (0, 1, 2):
        members = changed()
        acts = [act.act for act in made()[0].thread.acts]
        for name in [n for n in members if acts[index].id in n]:
            del members[name]
        report = judge(put_right(members, signer=sealer()), trust())
        assert report.exit_code == 7
    sample = whole_case()
    first = sample.thread.acts[1]
    sample.thread.act("b", first.act.kind, {"again": 1}, seq=1, prev_own=None, seen=(first.act.case,))
    report = judge(sample.court_file(), trust_file(sample.roots))
    assert report.fault is not None
    assert report.fault.step == STEP["order"]
    assert "fork" in report.fault.reason


def test_receipted_means_seen():
    sample = Sample()
    ask = sample.act("a", "data.request", request_body("44(1)"))
    sample.act("b", "request.accept", {"request": ask.act.id}, seen_by_other=False)
    blind = sample.act("a", "request.withdraw", {"request": ask.act.id}, receipt=False)
    report = judge(sample.court_file(), trust_file(sample.roots))
    assert report.fault is not None
    assert (report.fault.step, report.fault.path) == (STEP["order"], f"data/acts/{blind.act.id}.json")


def test_pending_act_is_free_to_cross():
    sample = Sample()
    ask = sample.act("a", "data.request", request_body("44(1)"))
    yes = sample.act("b", "request.accept", {"request": ask.act.id}, receipt=False, seen_by_other=False)
    crossing = sample.act("a", "request.withdraw", {"request": ask.act.id}, receipt=False)
    sample.receive(yes, own_last_seq=1, pending=crossing.act.id)
    assert judge(sample.court_file(), trust_file(sample.roots)).exit_code == 0


def test_refused_act_keeps_its_receipt():
    sample = Sample()
    ask = sample.act("a", "data.request", request_body("44(1)"), receipt=False)
    sample.receive(ask, result="refused", code="act.form", case=None)
    assert judge(sample.court_file(), trust_file(sample.roots)).exit_code == 0


def test_revoked_key_makes_what_it_signed_later_suspect():
    sample = Sample()
    ask = sample.act("a", "data.request", request_body("44(1)"))
    revoke(sample.nations["a"], sample.nations["a"].side.act_key.public, since=T0 + 2 * DAY)
    good = trust_file(sample.roots)
    assert judge(sample.court_file(), good).exit_code == 0, "the receipt proves that it was signed before"
    del sample.receipts[ask.act.id]
    assert judge(sample.court_file(), good).exit_code == 0, "so does the other side's line under the head"
    del sample.leaves[ask.act.id]
    report = judge(sample.court_file(), good)
    assert (report.verdict, report.exit_code) == (Verdict.PRACTICE, 7)
    assert report.suspects[0][0] == f"data/acts/{ask.act.id}.json"
    assert judge(sample.court_file(), good, integrity_only=True).exit_code == 0


def test_key_revoked_before_is_suspect_in_spite_of_a_receipt():
    sample = Sample()
    sample.act("a", "data.request", request_body("44(1)"))
    officer = sample.nations["a"].side.officers["c.laurent"][1]
    revoke(sample.nations["a"], officer.public, since=T0 - DAY)
    report = judge(sample.court_file(), trust_file(sample.roots))
    assert report.exit_code == 7
    assert report.suspects


def test_expired_entry_is_judged_at_t():
    sample = Sample()
    nation = make_nation("XAA/contact-point", seed="onea", expires_at=Instant(T0 - DAY))
    assert nation.fingerprint == sample.nations["a"].fingerprint
    sample.nations["a"].party = nation.party
    sample.act("a", "data.request", request_body("44(1)"))
    report = judge(sample.court_file(), trust_file(sample.roots))
    assert report.fault is not None
    assert (report.fault.step, report.exit_code) == (STEP["trust"], 7)
    assert report.suspects


def test_withheld_parts_and_bags():
    sample = whole_case()
    given = {"ground": "confidential until the trial", "decided_by": "XAA c.laurent", "at": Instant(T0)}
    ask = sample.thread.acts[0].act.id
    bag = sample.thread.acts[3].act.id
    sample.withheld = (
        WithheldItem(act_id=ask, part="form", **given),
        WithheldItem(act_id=bag, part=None, **given),
    )
    data = sample.court_file()
    report = judge(data, trust_file(sample.roots))
    assert report.exit_code == 0
    assert set(report.withheld) == {(ask, "form", None), (bag, None, None)}
    members = members_of(data)
    edit(members, "data/withheld.json", lambda value: value["withheld"].pop())
    assert judge(put_right(members, signer=sealer()), trust_file(sample.roots)).exit_code == 7


def test_bag_of_another_root_or_another_handling():
    for change in (
        {"bag_root": "0" * 64},
        {"handling": "child-abuse"},
        {"handling": "classified"},
        {"handling": 7},
    ):
        sample = Sample()
        ask = sample.act("a", "data.request", request_body("44(1)"))
        decided = sample.act("b", "transmission.decide", {"request": ask.act.id})
        act = deliver(sample, ask, decided, **change)
        if "handling" in change:
            with pytest.raises(DeniedError, match="never enters a court file"):
                sample.plan()
        data = _forced(sample, act.act.id)
        report = judge(data, trust_file(sample.roots))
        assert report.fault is not None
        assert report.fault.step == STEP["deliveries"]


def _forced(sample: Sample, act_id: str) -> bytes:
    """Return the court file as a writer without scruples would make it."""
    sample.withheld = (WithheldItem(act_id=act_id, part=None, ground="x", decided_by="x", at=Instant(T0)),)
    members = members_of(sample.court_file())
    members["data/withheld.json"] = b'{"v":1,"withheld":[]}'
    for file in sample.bag:
        members[f"data/deliveries/{act_id}/{file.name}"] = b"".join(file.chunks())
    return put_right(members, signer=sample.nations["a"].side.act_key)


def test_trust_files_that_are_none():
    data = made()[1]
    for text in (b"", b"{}", b'{"v":2,"roots":[]}', b'{"v":1,"roots":["00"]}', b"[" * 99):
        with pytest.raises(MalformedError, match="trusted roots"):
            parse_trust_file(text)
        theirs = verifier().verify(io.BytesIO(data), text)
        assert theirs["exit"] == 7
        assert theirs["fault"]["step"] == STEP["trust"]


def test_both_verifiers_refuse_an_officer_twice_and_an_officers_key_with_two_owners():
    party = make_party("XAA")
    value = parse_ijson(party.signed_entry().payload)
    for change in ("officer", "key"):
        entry = json.loads(json.dumps(value))
        (office,) = entry["authorities"]
        (officer,) = office["officers"]
        if change == "officer":
            twin = {**officer, "public": b64(Ed25519Signer.generate(SeededEntropy("twin")).public)}
            entry["authorities"].append({**office, "id": "XAA/court", "keys": [], "officers": [twin]})
        else:
            officer["public"] = office["keys"][0]["public"]
        made_up = replace(party.signed_entry(), payload=dump_ijson(entry))
        with pytest.raises(MalformedError) as caught:
            parse_entry(made_up)
        assert caught.value.code == ("entry.officer_twice" if change == "officer" else "entry.key_twice")
        module = verifier()
        with pytest.raises(module.Bad):
            module.read_entry(module.Envelope(envelope_value(made_up)), "practice")
    module.read_entry(module.Envelope(envelope_value(party.signed_entry())), "practice")
