import json
from collections.abc import Callable
from typing import Any

import pytest

from comity.cases.acts import MOST_PAYLOAD, ActDraft, parse_act
from comity.cases.ports import Address
from comity.kernel.digests import sha256
from comity.kernel.errors import MalformedError
from comity.kernel.ids import ActId, AuthorityId
from comity.kernel.realms import Realm, payload_type
from comity.kernel.signing import Envelope, pae
from tests.builders import Thread, make_pair, request_body

TYPE = payload_type("act", Realm.PRACTICE)


@pytest.fixture
def thread() -> Thread:
    return Thread(make_pair())


def payload_of(draft: ActDraft) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(draft.envelope().payload)
    return found


def parse(value: Any, kind: str = TYPE) -> Any:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return parse_act(Envelope(payload_type=kind, payload=data))


def test_the_id_is_the_digest_of_the_pre_authentication_encoding_and_opens_the_case(thread: Thread) -> None:
    envelope = thread.draft("a", "preservation.request", request_body())[0].envelope()
    act = parse_act(envelope)
    assert act.id == sha256(pae(TYPE, envelope.payload)).hex() == act.case
    assert act.opens_case and act.parents == frozenset()
    assert act.participants == (act.sender, act.to)


def test_unknown_fields_kinds_and_critical_names_are_kept(thread: Thread) -> None:
    value = payload_of(thread.draft("a", "preservation.request", request_body())[0])
    value |= {"kind": "novelty.announce", "future": {"a": [1]}, "crit": ["future"]}
    act = parse(value)
    assert act.kind == "novelty.announce" and act.crit == ("future",)
    assert b'"future"' in act.envelope.payload


Change = Callable[[dict[str, Any]], None]


def _set(name: str, value: Any) -> Change:
    return lambda payload: payload.__setitem__(name, value)


END = {"authority": "XAC/court", "root": "0" * 64}
FAULTS: dict[str, tuple[Change, str]] = {
    "another version": (_set("v", 2), "act.version"),
    "a kind with capitals": (_set("kind", "Request.accept"), "act.kind"),
    "a kind of one word": (_set("kind", "request"), "act.kind"),
    "no addressee": (_set("to", []), "act.to"),
    "two addressees": (lambda p: p["to"].append(END), "act.to"),
    "addressed to its author": (lambda p: p.update(to=[p["from"]]), "act.opening"),
    "seq zero": (_set("seq", 0), "act.number"),
    "a huge seq": (_set("seq", 10**7), "act.number"),
    "incarnation zero": (_set("incarnation", 0), "act.number"),
    "opening with seq two": (lambda p: p.update(seq=2, prev_own="1" * 64), "act.opening"),
    "opening that saw something": (_set("seen", ["1" * 64]), "act.opening"),
    "opening without nonce": (lambda p: p.pop("nonce"), "act.opening"),
    "a short nonce": (_set("nonce", "AAAA"), "base64.size"),
    "other participants": (lambda p: p["participants"].reverse(), "act.opening"),
    "three participants": (lambda p: p["participants"].append(END), "act.opening"),
    "prev_own in the first act": (_set("prev_own", "1" * 64), "act.prev_own"),
    "a time before 1970": (_set("at", -1), "time.range"),
    "a time as text": (_set("at", "now"), "act.form"),
    "crit twice": (_set("crit", ["kind", "kind"]), "act.crit"),
    "crit of no name": (_set("crit", ["Kind!"]), "act.crit"),
    "a part twice": (lambda p: p["parts"].extend([_part("form"), _part("form")]), "act.parts"),
    "a part with a path": (lambda p: p["parts"].append(_part("../form")), "act.part_name"),
    "a part with a bad digest": (lambda p: p["parts"].append(_part("form", "0" * 63)), "digest.form"),
    "a body that is a list": (_set("body", []), "act.form"),
    "a root that is no digest": (lambda p: p["from"].update(root="A" * 64), "digest.form"),
}


def _part(name: str, digest: str = "0" * 64) -> dict[str, str]:
    return {"name": name, "media": "text/plain", "digest": digest}


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_a_payload_that_is_not_by_the_rules_is_refused(thread: Thread, name: str) -> None:
    change, code = FAULTS[name]
    value = payload_of(thread.draft("a", "preservation.request", request_body())[0])
    parse(value)
    change(value)
    with pytest.raises(MalformedError) as caught:
        parse(value)
    assert caught.value.code == code


LATER: dict[str, tuple[Change, str]] = {
    "seen unsorted": (_set("seen", ["2" * 64, "1" * 64]), "act.seen"),
    "seen twice": (_set("seen", ["1" * 64, "1" * 64]), "act.seen"),
    "seventeen seen": (_set("seen", [f"{n:064x}" for n in range(17)]), "act.seen"),
    "nothing seen": (_set("seen", []), "act.seen"),
    "a nonce later on": (_set("nonce", "AAAAAAAAAAAAAAAAAAAAAA=="), "act.opening"),
    "second act without prev_own": (_set("seq", 2), "act.prev_own"),
}


@pytest.mark.parametrize("name", sorted(LATER))
def test_an_act_in_a_case_has_its_own_rules(thread: Thread, name: str) -> None:
    ask = thread.act("a", "preservation.request", request_body(), parts={"form": b"{}"})
    value = payload_of(thread.draft("b", "request.accept", {"request": ask.act.id, "items": ["1"]})[0])
    change, code = LATER[name]
    change(value)
    with pytest.raises(MalformedError) as caught:
        parse(value)
    assert caught.value.code == code


def test_sixteen_heads_may_be_seen(thread: Thread) -> None:
    ask = thread.act("a", "preservation.request", request_body(), parts={"form": b"{}"})
    value = payload_of(thread.draft("b", "request.accept", {"request": ask.act.id, "items": ["1"]})[0])
    value["seen"] = [f"{n:064x}" for n in range(16)]
    assert len(parse(value).seen) == 16


def test_realm_and_party_codes_go_together(thread: Thread) -> None:
    envelope = thread.draft("a", "preservation.request", request_body())[0].envelope()
    with pytest.raises(MalformedError) as caught:
        parse(envelope.payload, payload_type("act", Realm.LIVE))
    assert caught.value.code == "act.realm"


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (payload_type("receipt", Realm.PRACTICE), "act.type"),
        (payload_type("act", Realm.PRACTICE, version=2), "act.type"),
        ("application/json", "payload.type"),
    ],
)
def test_another_payload_type_is_no_act(thread: Thread, kind: str, code: str) -> None:
    envelope = thread.draft("a", "preservation.request", request_body())[0].envelope()
    with pytest.raises(MalformedError) as caught:
        parse(envelope.payload, kind)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"{" * 17, "json.depth"),
        (b" " * (MOST_PAYLOAD + 1), "json.size"),
        (b'{"v":1,"v":1}', "json.duplicate"),
        (b'{"v":1.0}', "json.number"),
        (b'{"v":"\\ud800"}', "json.character"),
        (b"\xff", "json.encoding"),
        (b"[]", "act.form"),
    ],
)
def test_bytes_that_are_not_i_json_are_refused(data: bytes, code: str) -> None:
    with pytest.raises(MalformedError) as caught:
        parse(data)
    assert caught.value.code == code


def test_a_draft_that_a_receiver_would_refuse_is_not_written(thread: Thread) -> None:
    with pytest.raises(MalformedError) as caught:
        thread.draft("a", "preservation.request", request_body(), nonce=b"short")[0].envelope()
    assert caught.value.code == "base64.size"
    same = Address(authority=AuthorityId("XAA/contact-point"), root=thread.pair.b.address.root)
    with pytest.raises(MalformedError) as caught:
        thread.draft("a", "preservation.request", request_body(), to=same)[0].envelope()
    assert caught.value.code == "act.to"


def test_parents_are_prev_own_and_what_was_seen(thread: Thread) -> None:
    ask = thread.act("a", "preservation.request", request_body(), parts={"form": b"{}"})
    answer = thread.act("b", "request.accept", {"request": ask.act.id, "items": ["1"]})
    last = thread.act("a", "request.withdraw", {"request": ask.act.id, "items": ["1"]})
    assert last.act.parents == {ask.act.id, answer.act.id}
    assert last.act.prev_own == ActId(ask.act.id) and last.act.seen == (answer.act.id,)
