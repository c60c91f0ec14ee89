import gzip
import json

import pytest

from comity.engines.law.collections import read_collection
from comity.engines.law.index import TantivyIndex
from comity.kernel.errors import MalformedError, NotFoundError
from comity.law.wire import MOST_LINE
from tests.unit.law.laws import code, provision

LINE = {"country": "XAA", "language": "en", "instrument": "C", "section": "1", "heading": "H", "text": "T"}


def written(path, *rows, packed=False):
    data = b"\n".join(row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows)
    path.write_bytes(gzip.compress(data) if packed else data)
    return path


@pytest.mark.parametrize("packed", [False, True])
def test_lines_become_provisions(tmp_path, packed):
    path = written(
        tmp_path / "law",
        {
            **LINE,
            "heading": None,
            "instrument_title": "Code",
            "context": "Code (C) > (repealed) > Part I",
            "more": 1,
        },
        b"",
        {**LINE, "section": "2/3", "context": ["Part I", "Part II"]},
        packed=packed,
    )
    first, second = read_collection(path, country="XAA")
    assert (first.title, first.path, first.heading) == ("Code (C)", ("Part I",), "")
    assert (second.reference, second.path) == ("XAA/C/2∕3", ("Part II",))


@pytest.mark.parametrize(
    "row",
    [
        b"{",
        b"[]",
        {**LINE, "country": "XAB"},
        {**LINE, "section": ""},
        {**LINE, "section": "1\x1b[2J"},
        {**LINE, "language": "English"},
        {**LINE, "text": 5},
        b"[" * 100,
        b"\xff\xfe",
    ],
)
def test_what_is_no_provision_is_named_by_line(tmp_path, row):
    path = written(tmp_path / "law.jsonl", LINE, row)
    with pytest.raises(MalformedError) as caught:
        list(read_collection(path, country="XAA"))
    assert (caught.value.code, caught.value.where) == ("law.line", "law.jsonl:2")


def test_bombs_and_broken_packings_are_refused(tmp_path):
    bomb = written(tmp_path / "bomb", b'{"text": "' + b"x" * (MOST_LINE + 10), packed=True)
    with pytest.raises(MalformedError) as caught:
        list(read_collection(bomb, country="XAA"))
    assert caught.value.code == "law.size"
    (tmp_path / "cut").write_bytes(gzip.compress(json.dumps(LINE).encode() * 50)[:-20])
    with pytest.raises(MalformedError) as caught:
        list(read_collection(tmp_path / "cut", country="XAA"))
    assert caught.value.code in ("law.packed", "law.line")
    with pytest.raises(NotFoundError):
        list(read_collection(tmp_path / "absent", country="XAA"))


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    made = TantivyIndex(tmp_path_factory.mktemp("index") / "words")
    made.replace("XAA", enumerate(code()))
    other = [
        provision("1", "窃听他人通信的，处有期徒刑。", country="XAB", language="zh"),
        provision("2", "Wer Daten löscht.", country="XAB", language="de"),
        provision("3", "Andmete kustutamine.", country="XAB", language="et"),
    ]
    made.replace("XAB", enumerate(other, start=100))
    return made


@pytest.mark.parametrize(
    ("text", "language", "number"),
    [
        ("deleting alters", "", 3),
        ("abetting", "en", 1),
        ("通信", "", 100),
        ("LÖSCHT", "de", 101),
        ("kustutamine", "et", 102),
        ("+report -theft", "", 4),
    ],
)
def test_words_are_found_in_their_language(index, text, language, number):
    found = index.search(text, country="", language=language, most=3)
    assert found[0].number == number


def test_a_search_may_be_narrowed_and_is_never_an_error_for_its_signs(index):
    assert {one.number for one in index.search("data", country="XAA", language="", most=9)} <= set(range(6))
    assert index.search('"(((" +- :: /[', country="", language="", most=3) is not None
    for text in ("", "  ", "x" * 401):
        with pytest.raises(MalformedError) as caught:
            index.search(text, country="", language="", most=3)
        assert caught.value.code == "law.query"


def test_a_state_is_indexed_anew(index):
    assert index.replace("XAA", enumerate(code())) == 6
    assert len(index.search("Assembly", country="XAA", language="", most=9)) == 1


def test_an_index_of_another_form_is_made_anew(tmp_path):
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "meta.json").write_text("nonsense")
    made = TantivyIndex(tmp_path / "words")
    assert made.replace("XAA", enumerate(code())) == 6
