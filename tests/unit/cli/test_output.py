import io
import json

from hypothesis import given
from hypothesis import strategies as st

from comity.cli.output import isolate, printable, table, width, wrap, write_json, write_lines


def test_columns_align_by_width_on_the_terminal():
    rows = (("ab", "1"), ("ملف", "2"), ("مُلَفّ", "3"), ("文件", "4"), ("e\u0301t", "5"))
    lines = table(rows)
    assert {width(line) for line in lines} == {7}
    assert width("مُلَفّ") == 3
    assert width("文件") == 4
    assert width(isolate("ab", "ar")) == 2


def test_table_leaves_no_trailing_blanks():
    assert table([("a", ""), ("bbb", "c")]) == ("a", "bbb  c")
    assert table([]) == ()


def test_wrap_keeps_every_word():
    text = "one two three " * 30
    lines = wrap(text, indent=4, columns=40)
    assert " ".join(lines).split() == text.split()
    assert all(line.startswith("    ") and width(line) <= 40 for line in lines)
    assert wrap("", indent=2) == ()
    assert wrap("aa bb cc", indent=1, hang=2, columns=5) == (" aa", "   bb", "   cc")
    assert wrap("w" * 200, indent=0) == ("w" * 200,)


def test_wrap_breaks_between_wide_letters_and_keeps_marks_where_they_belong():
    text = "请决定（《公约》第40条），该行为是否“构成犯罪”：请说明。" * 3
    lines = wrap(text, indent=2, columns=20)
    assert "".join(line.strip() for line in lines) == text
    assert all(width(line) <= 22 for line in lines)
    assert not any(line.strip()[0] in "，。）》”：" or line[-1] in "（《“" for line in lines)


@given(st.text())
def test_wrap_loses_nothing(text):
    joined = "".join("".join(line.split()) for line in wrap(text, indent=3, hang=2, columns=12))
    assert joined == "".join(text.split())


@given(st.text())
def test_printable_cannot_write_to_the_terminal(text):
    shown = printable(text)
    assert not any(ch < " " or "\x7f" <= ch < "\xa0" or "\u202a" <= ch <= "\u202e" for ch in shown)
    assert "\n" not in shown
    shown.encode()


def test_printable_shows_bytes_that_are_no_text():
    assert printable("a\nb\x1b\udcff") == "a\\nb\\x1b\\xff"


@given(st.recursive(st.text(st.characters()) | st.integers() | st.booleans() | st.none(), st.lists))
def test_json_is_one_line_of_utf8_that_reads_back(value):
    stream = io.StringIO()
    write_json(stream, value)
    assert stream.getvalue().encode().count(b"\n") == 1
    assert json.loads(stream.getvalue()) == value


def test_json_carries_names_that_are_not_utf8():
    stream = io.StringIO()
    write_json(stream, {"name": "\udcff ملف"})
    assert stream.getvalue() == '{"name": "\\udcff ملف"}\n'


def test_lines_are_harmless():
    stream = io.StringIO()
    write_lines(stream, ["a\x1b[2Jb", "ملف"])
    assert stream.getvalue() == "a\\x1b[2Jb\nملف\n"
