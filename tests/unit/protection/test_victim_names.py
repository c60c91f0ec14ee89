"""What names a person, and what only looks so."""

import pytest

from comity.protection.victims.naming import first_naming, names_person, texts_of


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("the girl Amina Wanjiru said", "Amina Wanjiru"),
        ("WANJIRU, Amina", "Amina Wanjiru"),
        ("Amina Njeri Wanjiru", "Amina Wanjiru"),
        ("Amina Wanjiru", "Amina Njeri Wanjiru"),
        ("Ami\u200bna Wan\u00adjiru", "Amina Wanjiru"),
        ("José Núñez", "Jose Nunez"),
        ("Jose Nunez", "José Núñez"),
        ("van der Berg, Anna", "Anna van der Berg"),
        ("see Suharto's file", "Suharto"),
        ("قالت أمينة أحمد", "امينه احمد"),
        ("أَمِينَة ـ أحمـد", "أمينة أحمد"),
        ("受害人王小明说", "王小明"),
        ("Ｆｕｌｌ Ｗｉｄｔｈ", "Full Width"),
        ("Li Na", "Li Na"),
    ],
)
def test_a_person_is_named(text: str, name: str) -> None:
    assert names_person(text, name)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Amina came. Much later, far away, Wanjiru left", "Amina Wanjiru"),
        ("a mina wan jiru", "Amina Wanjiru"),
        ("write to amina.wanjiru@mail.example", "Amina Wanjiru"),
        ("https://social.example/amina-wanjiru", "Amina Wanjiru"),
        ("the Suhartoist press", "Suharto"),
        ("Li was here, Na was not", "Li Na"),
        ("anything", ""),
        ("anything", " - "),
        ("van der the", "Anna van der Berg"),
    ],
)
def test_a_person_is_not_named(text: str, name: str) -> None:
    assert not names_person(text, name)


def test_every_text_of_a_form_is_read_with_its_place() -> None:
    form = {"a": [{"b": "x"}, "Amina Wanjiru"], "Bela Roth": 1, "n": None}
    assert first_naming(texts_of(form, "/form"), ["", "Amina Wanjiru"]) == "/form/a/1"
    assert first_naming(texts_of(form), ["Bela Roth"]) == "/Bela Roth"
    assert first_naming(texts_of(form), ["Nobody Here"]) is None
