from collections.abc import Iterator
from typing import Any

import pytest

from comity.kernel.digests import sha256
from comity.kernel.errors import MalformedError
from comity.kernel.ijson import dump_ijson
from comity.requests import service
from comity.requests.kinds import all_kinds
from comity.requests.letters import Enclosure, Letter, ValueForm, leaves, letter_of
from comity.requests.letterstyles import styles_for
from comity.requests.reading import read_form
from comity.requests.wire import parse_form, split_form


def letters() -> Iterator[Any]:
    for kind in all_kinds():
        for variant in range(1, service.examples(kind.code) + 1):
            for style in styles_for(kind):
                yield pytest.param(kind.code, variant, style.code, id=f"{kind.code}-{variant}-{style.code}")


def shown(letter: Letter) -> list[str]:
    return [pointer for section in letter.sections for row in section.rows for pointer in row.covers]


@pytest.mark.parametrize(("kind", "variant", "style"), tuple(letters()))
def test_every_filled_field_stands_in_one_row_once_or_is_told_as_left_out(
    kind: str, variant: int, style: str
) -> None:
    form = service.example(kind, variant=variant)
    form["x-new"] = {"deep": [{"a/b": "c~d"}, 7], "empty": {}}
    letter = letter_of(read_form(form), style=style)
    assert sorted([*shown(letter), *letter.withheld]) == sorted(leaves(form))
    assert bool(letter.withheld) == (style == "order")
    assert all(section.rows for section in letter.sections)


def test_an_order_leaves_out_facts_persons_and_reasons_and_carries_no_form() -> None:
    letter = letter_of(read_form(service.example("stored-data")), style="order")
    assert {"/facts/text", "/persons/0/identity", "/confidentiality/reason/text"} <= set(letter.withheld)
    assert "/items/0/account" in shown(letter)
    assert not letter.carries_form
    assert letter_of(read_form(service.example("stored-data")), style="unodc").carries_form


def test_what_is_not_in_the_form_stands_in_a_section_of_its_own() -> None:
    form = service.example("preservation") | {"x": {"y": "z"}}
    section = letter_of(read_form(form), style="plain").sections[-1]
    assert section.code == "unknown"
    assert [(row.label, row.values[0].text) for row in section.rows] == [("x/y", "z")]


def test_a_translation_keeps_what_the_form_says_of_it() -> None:
    form = service.example("stored-data")
    form["facts"]["translation"] |= {"certified": True, "machine": False}
    letter = letter_of(read_form(form), style="unodc")
    row = next(row for section in letter.sections for row in section.rows if row.pointer == "/facts")
    original, translation = row.texts
    assert (original.language, original.translation_of) == ("en", "")
    assert (translation.language, translation.translation_of) == ("fr", "en")
    assert (translation.certified, translation.machine) == (True, False)
    assert "/facts/translation/certified" in row.covers


def test_the_digest_is_that_of_the_part_that_the_act_carries() -> None:
    form = service.example("preservation")
    reading = parse_form(dump_ijson(form))
    assert letter_of(reading, style="plain").digest == sha256(split_form(reading)[1]).hex()


def test_a_form_that_does_not_hold_has_no_letter() -> None:
    form = service.example("preservation")
    del form["facts"]
    with pytest.raises(MalformedError) as told:
        letter_of(read_form(form), style="plain")
    assert (told.value.code, told.value.where) == ("request.incomplete", "/facts")
    with pytest.raises(MalformedError):
        letter_of(read_form({"kind": "none"}), style="plain")


def test_elements_of_a_list_are_numbered_above_their_rows() -> None:
    letter = letter_of(read_form(service.example("stored-data")), style="unodc")
    rows = [row for section in letter.sections for row in section.rows]
    heads = [(row.pointer, row.number) for row in rows if row.number]
    assert ("/items/0", 1) in heads
    assert ("/items/1", 2) in heads
    assert all(not row.values and not row.texts for row in rows if row.number)


def test_a_practice_party_makes_a_letter_without_effect() -> None:
    form = service.example("preservation")
    assert letter_of(read_form(form), style="plain").practice
    form["requesting_authority"]["id"], form["requested_party"] = "KEN/central", "FRA"
    assert not letter_of(read_form(form), style="plain").practice


def test_values_say_how_they_become_words() -> None:
    letter = letter_of(read_form(service.example("stored-data")), style="unodc")
    rows = {row.pointer: row for section in letter.sections for row in section.rows}
    assert rows["/requested_party"].values[0].form is ValueForm.PARTY
    assert rows["/basis/0/reference"].values[0].form is ValueForm.ARTICLE
    assert rows["/items/0/period/from"].values[0].form is ValueForm.DATE
    assert rows["/items/1/data"].values[1].text == "choice.subscriber"
    assert rows["/undertakings/use_limited"].values[0].text == "yes"


@pytest.mark.parametrize("name", ["", "a/b", "a\\b"])
def test_an_enclosure_has_a_plain_name(name: str) -> None:
    with pytest.raises(ValueError, match="plain name"):
        Enclosure(name=name, data=b"")
