"""``exhibits.jsonl`` and ``custody.jsonl``: what is written is read, and nothing else is."""

import dataclasses
import json

import pytest

from comity.evidence import wire
from comity.evidence.custody import Custodied, require_chain
from comity.evidence.exhibits import Exhibit
from comity.evidence.handling import Handling
from comity.evidence.label import LeftOut, PackageLabel
from comity.evidence.limits import Limits
from comity.kernel.errors import ComityError, MalformedError, UntrustedError
from comity.kernel.ids import CaseId
from comity.kernel.realms import Realm
from tests.packing import ACQUIRING, LABEL, LIMITS, NOW, SEALING

EXHIBITS = (
    Exhibit(
        number=1,
        name=b"a\n\xff.eml",
        folder=b"x/\xfey",
        size=7,
        sha256="1" * 64,
        modified=NOW,
        language="fr",
        changing=True,
        handling=Handling.INTIMATE,
        limits=LIMITS,
    ),
    Exhibit(number=2, name=b"verify.py", size=0, sha256="2" * 64, handling=Handling.ORDINARY, limits=LIMITS),
)
FULL = dataclasses.replace(
    LABEL, case=CaseId("c" * 64), left_out=(LeftOut(path=b"x/\xff", reason="symlink"),)
)
OVER = Custodied(realm=Realm.PRACTICE, case=None, manifest="3" * 64, exhibits="4" * 64)


@pytest.mark.parametrize("label", [LABEL, FULL])
def test_exhibits_come_back(label: PackageLabel) -> None:
    assert wire.parse_exhibits(wire.dump_exhibits(label, EXHIBITS)) == (label, EXHIBITS)


def test_limits_come_back() -> None:
    bare = dataclasses.replace(LIMITS, confidential_until=None, proceedings=())
    for limits in (LIMITS, bare):
        assert wire.parse_limits(json.loads(json.dumps(wire.limits_value(limits)))) == limits


@pytest.mark.parametrize("value", [None, [], {}, {"basis": []}, "x"])
def test_other_values_are_no_limits(value: object) -> None:
    with pytest.raises(MalformedError):
        wire.parse_limits(value, where="limits")


def altered(number: int, /, **changes: object) -> bytes:
    lines = wire.dump_exhibits(FULL, EXHIBITS).splitlines()
    value = {**json.loads(lines[number]), **changes}
    lines[number] = json.dumps({k: v for k, v in value.items() if v is not ...}).encode()
    return b"\n".join(lines) + b"\n"


@pytest.mark.parametrize(
    ("number", "changes"),
    [
        (0, {"v": 2}),
        (0, {"type": "exhibit"}),
        (0, {"realm": "live"}),
        (0, {"realm": "other"}),
        (0, {"case": "loose"}),
        (0, {"authority": "XAA"}),
        (0, {"sealed_at": -1}),
        (0, {"sealed_at": "1"}),
        (0, {"limits": ...}),
        (0, {"handling": "secret"}),
        (0, {"left_out": [{"path": "x", "path_b64": "eQ==", "reason": "symlink"}]}),
        (1, {"number": 2}),
        (1, {"stored": "data/000000002.bin"}),
        (1, {"stored": "../x"}),
        (1, {"name": "harmless.txt"}),
        (1, {"name_b64": "Li4=", "name": ".."}),
        (1, {"folder_b64": "Li4=", "folder": ".."}),
        (1, {"name_b64": "YQ", "name": "a"}),
        (1, {"sha256": "F" * 64}),
        (1, {"size": -1}),
        (1, {"size": True}),
        (1, {"handling": ...}),
        (1, {"limits": {**wire.limits_value(LIMITS), "at_end": "keep"}}),  # type: ignore[dict-item]
        (2, {"type": "package"}),
    ],
)
def test_altered_records_are_malformed(number: int, changes: dict[str, object]) -> None:
    with pytest.raises(MalformedError) as caught:
        wire.parse_exhibits(altered(number, **changes))
    assert caught.value.where == f"exhibits.jsonl:{number + 1}"


def test_unknown_fields_survive() -> None:
    assert wire.parse_exhibits(altered(1, future="x"))[1] == EXHIBITS


@pytest.mark.parametrize("data", [b"", b"\n", b"{}", b"{}\n", b"\xff\n", b"[]\n", b'{"a":1,"a":2}\n'])
def test_other_bytes_are_malformed(data: bytes) -> None:
    with pytest.raises(MalformedError):
        wire.parse_exhibits(data)
    with pytest.raises(ComityError):
        wire.parse_custody(data)


def test_custody_is_a_chain() -> None:
    data = wire.dump_custody([ACQUIRING, SEALING], OVER)
    events, lines = wire.parse_custody(data)
    assert [event.act for event in events] == [ACQUIRING, SEALING]
    require_chain(events, lines, OVER)
    for picked in ([1], [1, 0], [0, 0]):
        with pytest.raises(UntrustedError) as caught:
            require_chain([events[i] for i in picked], [lines[i] for i in picked], OVER)
        assert caught.value.code == "custody.chain"
    with pytest.raises(UntrustedError) as caught:
        require_chain(events, [lines[0] + b" ", lines[1]], OVER)
    assert caught.value.code == "custody.chain"


@pytest.mark.parametrize(
    "change",
    [{"realm": Realm.LIVE}, {"case": CaseId("5" * 64)}, {"manifest": "5" * 64}, {"exhibits": "5" * 64}],
)
def test_custody_is_about_one_package(change: dict[str, object]) -> None:
    events, lines = wire.parse_custody(wire.dump_custody([SEALING], OVER))
    with pytest.raises(UntrustedError) as caught:
        require_chain(events, lines, dataclasses.replace(OVER, **change))  # type: ignore[arg-type]
    assert caught.value.code == "custody.subject"


@pytest.mark.parametrize("change", [{"role": " "}, {"reason": ""}, {"place": "x" * 2001}])
def test_a_custody_act_names_role_and_reason(change: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="role and reason"):
        dataclasses.replace(SEALING, **change)  # type: ignore[arg-type]


def test_limits_need_an_end() -> None:
    with pytest.raises(TypeError):
        Limits(basis=("44(1)",), purpose="x")  # type: ignore[call-arg]
