import pytest

from comity.kernel.errors import MalformedError
from comity.treaty.articles import Reference, is_reference, parse_reference, reference_of_duty


@pytest.mark.parametrize("text", ["42(3)(a)", "40(21)(b)", "2(h)", "50(2)", "13", "17(1)(a)(ii)", "68(2)"])
def test_a_reference_is_read_and_written_alike(text: str) -> None:
    assert is_reference(text)
    assert str(parse_reference(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "69",
        "042(3)",
        "42.3",
        "40.21(b)",
        "42(0)",
        "42(3)(A)",
        "42 (3)",
        "42(3)(a) ",
        "٤٢(3)",
        "42(3",
        "42(3)(a)(b)(c)(d)",
    ],
)
def test_any_other_writing_is_refused(text: str) -> None:
    assert not is_reference(text)
    with pytest.raises(MalformedError) as caught:
        parse_reference(text)
    assert caught.value.code == "treaty.reference"


@pytest.mark.parametrize(
    ("duty", "place"),
    [
        ("40.21(b)", "40(21)(b)"),
        ("42.4a", "42(4)"),
        ("40.12d", "40(12)"),
        ("36.1(a)ii", "36(1)(a)(ii)"),
        ("2(h)", "2(h)"),
        ("48a", "48"),
        ("10", "10"),
        ("17.1(b)(i)", "17(1)(b)(i)"),
    ],
)
def test_a_duty_id_is_led_to_its_paragraph(duty: str, place: str) -> None:
    assert str(reference_of_duty(duty)) == place


def test_what_is_no_duty_id_is_refused() -> None:
    with pytest.raises(MalformedError) as caught:
        reference_of_duty("article 42")
    assert caught.value.code == "treaty.duty"


def test_a_reference_knows_the_place_around_it() -> None:
    place = parse_reference("42(3)(a)")
    assert [str(place.parent), str(place.parent.parent if place.parent else None)] == ["42(3)", "42"]
    assert parse_reference("42").parent is None


def test_a_reference_refuses_nonsense_at_birth() -> None:
    with pytest.raises(ValueError, match="no article 69"):
        Reference(article=69)
    with pytest.raises(ValueError, match="counted from 1"):
        Reference(article=42, paragraph=0)
