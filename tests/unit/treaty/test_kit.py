"""The deposit kit: which act is open on which day, what may be chosen, what must be told, and its words."""

import io
import zipfile
from datetime import date

import pytest

from comity.bootstrap.treaty import TreatyRoom
from comity.kernel.errors import ConflictError, MalformedError
from comity.kernel.ids import PartyCode
from comity.treaty.book import known_events
from comity.treaty.convention import exists, notifications
from comity.treaty.kit import CHOICES, COMPETENCE, DUTIES, SIGNATURE_CLOSES, Kit, Paper, Route, kit
from comity.treaty.statements import Sort, sort_of
from comity.wording import LANGUAGES
from comity.wording.catalogue import catalogue
from comity.wording.kit import kit_paper
from tests.unit.treaty.test_force import deposits

TODAY = date(2026, 11, 22)


def made(party: str, *, on: date = TODAY, route: Route | None = None, **more: object) -> Kit:
    return kit(PartyCode(party), on=on, events=known_events(), route=route, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("party", "on", "route", "signs_first"),
    [
        ("FJI", TODAY, Route.RATIFICATION, False),
        ("FJI", date(2027, 5, 1), Route.RATIFICATION, False),
        ("KEN", TODAY, Route.RATIFICATION, True),
        ("KEN", SIGNATURE_CLOSES, Route.RATIFICATION, True),
        ("KEN", date(2027, 1, 1), Route.ACCESSION, False),
    ],
)
def test_the_act_follows_from_signature_and_day(
    party: str, on: date, route: Route, signs_first: bool
) -> None:
    found = made(party, on=on)
    assert (found.route, found.signs_first) == (route, signs_first)
    assert ("sign" in [step.code for step in found.steps]) is signs_first


def test_what_is_not_open_is_refused() -> None:
    for party, on, route in (
        ("FJI", TODAY, Route.ACCESSION),
        ("KEN", date(2027, 1, 1), Route.RATIFICATION),
    ):
        with pytest.raises(ConflictError) as caught:
            made(party, on=on, route=route)
        assert caught.value.code == "kit.route"
    assert made("KEN", route=Route.ACCESSION).signs_first is False
    with pytest.raises(ConflictError) as caught:
        made("QAT")
    assert caught.value.code == "kit.deposited"
    with pytest.raises(MalformedError):
        made("XAA")


def test_choices_are_the_reservations_that_the_text_foresees() -> None:
    assert {sort_of(place) for place in CHOICES} == {Sort.FORESEEN}
    found = made("FJI", chosen=["63.3"], told={"40.12": "Attorney General"})
    assert [line.place for line in found.choices if line.chosen] == ["63(3)"]
    assert [line.text for line in found.notifications if line.text] == ["Attorney General"]
    for wrong in ("7.2", "64.3", "63"):
        with pytest.raises(MalformedError) as caught:
            made("FJI", chosen=[wrong])
        assert caught.value.code == "kit.place"


def test_every_notification_of_the_text_is_in_the_kit() -> None:
    asked = {row.ref for row in notifications()} - {"63(3)", "64(4)"}
    assert asked == {*DUTIES, COMPETENCE}
    assert all(exists(place) for place in (*DUTIES, *CHOICES))
    assert COMPETENCE in [line.place for line in made("EUE").notifications]
    assert COMPETENCE not in [line.place for line in made("FJI").notifications]


def test_the_kit_says_from_when_a_deposit_would_bind() -> None:
    assert made("FJI").bound_from is None
    events = (*known_events(), *deposits(37))
    found = kit(PartyCode("FJI"), on=date(2027, 3, 20), events=events)
    assert found.bound_from is not None
    assert found.bound_from.exact == date(2027, 4, 19)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_the_kit_is_said(language: str) -> None:
    words = catalogue(language)
    for route in Route:
        assert {f"kit.instrument.{route.value}", f"kit.instrument.{route.value}.title"} <= set(words)
    for party, on in (("KEN", TODAY), ("KEN", date(2027, 1, 1)), ("EUE", TODAY)):
        found = made(party, on=on, chosen=["63.3"])
        for paper in Paper:
            said = str(kit_paper(found, paper, languages=(language,)))
            assert "kit." not in said
            assert "{" not in said
    assert "☒" in str(kit_paper(made("FJI", chosen=["63.3"]), Paper.CHOICES, languages=(language,)))


def test_a_document_is_a_whole_office_file() -> None:
    data = TreatyRoom().paper(made("FJI"), Paper.INSTRUMENT, suffix=".docx", languages="ar,en")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        text = archive.read("word/document.xml").decode()
        assert "customXml" not in archive.read("_rels/.rels").decode()
    assert "Instrument of ratification" in text
    assert "صك التصديق" in text
    for suffix, languages in ((".txt", "en"), (".docx", "zh"), (".docx", "en,fr,ar")):
        with pytest.raises(MalformedError):
            TreatyRoom().paper(made("FJI"), Paper.PLAN, suffix=suffix, languages=languages)
