"""Exhibits kept as their lines: the same whether they are few or deflated, and read strictly."""

import json

import msgspec
import pytest

from comity.evidence import listing, wire
from comity.evidence.exhibits import Exhibit
from comity.evidence.handling import Handling
from comity.evidence.lines import dump_exhibit, parse_exhibit
from comity.evidence.listing import ExhibitList, LineReader, listed, packed, unpacked
from comity.kernel.digests import b64
from comity.kernel.errors import MalformedError
from tests.packing import LABEL, LIMITS, NOW


def exhibit(number: int, **more: object) -> Exhibit:
    made = Exhibit(
        number=number,
        name=b"%d.eml" % number,
        folder=b"a/b",
        size=number,
        sha256=f"{number:064x}",
        modified=NOW,
        handling=Handling.ORDINARY,
        limits=LIMITS,
    )
    return msgspec.structs.replace(made, **more)  # type: ignore[arg-type]


@pytest.fixture(params=["plain", "deflated"])
def blocks(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "BLOCK_LINES", 4)
    if request.param == "deflated":
        monkeypatch.setattr(listing, "MOST_PLAIN", 3000)


@pytest.mark.usefixtures("blocks")
def test_a_list_is_a_sequence_of_exhibits() -> None:
    exhibits = tuple(exhibit(number) for number in range(1, 24))
    made = listed(exhibits)
    assert made == exhibits and made == listed(exhibits) and tuple(made) == exhibits
    assert made != exhibits[:-1] and made != listed(exhibits[:-1]) and made != (*exhibits[:-1], exhibits[0])
    assert (len(made), made[0], made[-1], made[22], made[7]) == (23, *(exhibits[n] for n in (0, 22, 22, 7)))
    assert made[2:9:3] == exhibits[2:9:3]
    assert made.size == sum(map(len, made.chunks())) == sum(len(dump_exhibit(one)) for one in exhibits)
    for at in (23, -24):
        with pytest.raises(IndexError):
            made[at]


@pytest.mark.usefixtures("blocks")
def test_what_is_packed_for_a_record_comes_back() -> None:
    made = listed(exhibit(number) for number in range(1, 24))
    data = packed(LABEL, made)
    assert unpacked(data) == (LABEL, made)
    assert unpacked(wire.dump_exhibits(LABEL, list(made))) == (LABEL, made)
    for broken in (b"", data[:-20], b"\x78" + bytes(20), wire.dump_label(LABEL)[:-1]):
        with pytest.raises(MalformedError):
            unpacked(broken)


@pytest.mark.parametrize("portion", [1, 100, 1 << 20])
def test_lines_come_in_any_portions(portion: int) -> None:
    data = wire.dump_exhibits(LABEL, [exhibit(1), exhibit(2)])
    reader, found = LineReader(), []
    for at in range(0, len(data), portion):
        found += reader.feed(data[at : at + portion])
    assert found == [exhibit(1), exhibit(2)] and reader.finish() == (LABEL, tuple(found))


def test_there_is_a_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "MOST_EXHIBITS", 2)
    with pytest.raises(MalformedError):
        ExhibitList([b"1\n", b"2\n", b"3\n"])


LINE = dump_exhibit(exhibit(1))[:-1]


@pytest.mark.parametrize(
    "line",
    [
        LINE.replace(b'{"folder"', b'{ "folder"'),
        LINE[:-1] + b',"zz":1}',
        json.dumps(dict(reversed(json.loads(LINE).items()))).encode(),
    ],
)
def test_lines_in_another_form_say_the_same(line: bytes) -> None:
    assert parse_exhibit(line, number=1) == exhibit(1)


@pytest.mark.parametrize(
    "line",
    [
        LINE[:-1] + b',"size":1}',
        LINE.replace(b'"size":1', b'"size":1.0'),
        LINE.replace(b'"size":1', b'"size":9007199254740992'),
        LINE.replace(b'"size":1', b'"size":-1'),
        LINE.replace(b'"1.eml"', b'"1.em\\u006c\\u0000"'),
        LINE.replace(b'"1.eml"', b'"2.eml"'),
        LINE.replace(b'"a/b"', b'"a/c"'),
        LINE.replace(b'"a/b"', b'"a/../b"').replace(b64(b"a/b").encode(), b64(b"a/../b").encode()),
        LINE.replace(b"data/000000001", b"data/000000002"),
        LINE.replace(b'"retain_until":', b'"retain_until":-'),
        LINE.replace(b'"ordinary"', b'"secret"'),
        LINE.replace(b"1.eml", b"1.\xffml"),
        b"",
        b"[]",
    ],
)
def test_a_line_that_lies_is_refused_in_either_form(line: bytes) -> None:
    for form in (line, line.replace(b'","', b'", "')):
        with pytest.raises(MalformedError):
            parse_exhibit(form, number=1)
    with pytest.raises(MalformedError):
        parse_exhibit(LINE, number=2)
