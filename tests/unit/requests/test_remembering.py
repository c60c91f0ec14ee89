"""What was found in a text is the same the second time, and no text is kept."""

from comity.requests.concepts import concepts
from comity.requests.redflags import raised
from comity.requests.remembering import Remembered

TEXT = "He is accused of a poem about the president."


def test_the_same_text_is_read_once_and_another_one_anew():
    read, remembered = [], Remembered()
    for text in ("one", "two", "one", "two"):
        assert remembered.of(text, lambda text=text: read.append(text) or text.upper()) == text.upper()
    assert read == ["one", "two"]


def test_what_the_answer_hangs_on_beside_the_text_counts_however_long():
    remembered, long = Remembered(), "/x" * 80
    assert remembered.of("one", lambda: 1, beside=long + "/a") == 1
    assert remembered.of("one", lambda: 2, beside=long + "/b") == 2
    assert remembered.of("one", lambda: 3, beside=long + "/a") == 1


def test_nothing_that_was_found_is_found_again_as_well():
    read, remembered = [], Remembered()
    for _ in range(2):
        assert remembered.of("one", lambda: read.append(1) or frozenset()) == frozenset()
    assert read == [1]


def test_findings_are_bounded_and_hold_no_text():
    remembered = Remembered(most=3)
    for number in range(10):
        remembered.of(f"a secret {number}", lambda: frozenset({"kind"}))
    assert len(remembered._found) <= 3
    assert "secret" not in str(remembered._found)


def test_a_text_that_is_no_unicode_is_read_too():
    assert Remembered().of("\ud800", lambda: 1) == 1


def test_flags_and_concepts_are_those_of_the_first_reading():
    spoken = concepts().spoken(TEXT)
    assert "accused" in spoken
    for _ in range(2):
        assert raised(TEXT, pointer="/facts") == {"expression"}
        assert concepts().spoken(TEXT) == spoken
