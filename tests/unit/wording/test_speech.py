from datetime import date

import pytest

from comity.kernel.findings import Finding, Severity
from comity.wording import finding_text, label, say
from comity.wording.places import language_name, party_name, spoken_date, spoken_number


def finding(code: str, **parameters: str | int) -> Finding:
    return Finding(code=code, severity=Severity.DECIDE, basis="40(13)", parameters=parameters)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Required and not filled in: summary of the facts"),
        ("fr", "Obligatoire et non rempli\u00a0: résumé des faits"),
        ("ar", "إلزامي ولم يُملأ: \u2068ملخص الوقائع\u2069"),
        ("pt", "Required and not filled in: summary of the facts"),
    ],
)
def test_a_finding_is_said_in_the_language_asked_for(language: str, text: str) -> None:
    assert finding_text(finding("field.missing", label="field.facts"), language=language) == text


def test_parties_languages_and_dates_are_said_in_the_readers_language() -> None:
    parameters = {"requested": "KEN", "language": "pt-BR", "accepted": "en, fr"}
    french = say("language.not_accepted", language="fr", parameters=parameters)
    assert "Kenya" in french
    assert "portugais" in french
    assert "anglais, français" in french
    arabic = say("urgency.past", language="ar", parameters={"wanted_by": "2026-11-02"})
    assert "نوفمبر" in arabic


def test_every_value_in_right_to_left_text_is_isolated() -> None:
    text = say("items.duplicate", language="ar", parameters={"item": "mailbox-1"})
    assert "\u2068mailbox-1\u2069" in text
    assert "\u2068" not in say("items.duplicate", parameters={"item": "mailbox-1"})
    assert "\u2068صندوق\u2069" in say("field.unknown", parameters={"name": "صندوق"})


def test_an_instant_is_said_to_the_minute_in_utc() -> None:
    parameters = {"confidential_until": 1_793_577_600_000_000}
    assert "2 November 2026, 00:00 UTC" in say("limits.confidential", parameters=parameters)


def test_a_code_inside_a_sentence_is_named() -> None:
    parameters = {"step": "preview", "handling": "intimate"}
    assert (
        say("handling.decide", parameters=parameters)
        == "Decide on this step (preview) with such material (intimate images)"
    )
    assert "images intimes" in say("handling.decide", language="fr", parameters=parameters)


def test_a_code_that_nobody_has_is_shown_as_it_stands() -> None:
    assert say("no.such_code") == "no.such_code"
    assert label("field.nothing", language="fr") == "field.nothing"


def test_a_placeholder_without_its_value_is_a_bug() -> None:
    with pytest.raises(KeyError):
        say("items.duplicate")


def test_braces_in_a_value_are_only_text() -> None:
    assert say("items.duplicate", parameters={"item": "{item:date}"}) == "Two items have the name {item:date}"


def test_names_of_parties() -> None:
    assert party_name("XAB", language="ar") == "بلماري"
    assert party_name("XQZ") == "XQZ"
    assert party_name("FRA") == "France"
    assert party_name("EUE", language="fr") == "Union européenne"
    assert party_name("QQQ") == "QQQ"


def test_names_of_languages_dates_and_numbers() -> None:
    assert language_name("zh-Hant") == "Chinese"
    assert language_name("qaa-x") == "qaa-x"
    day = date(2026, 11, 2)
    assert spoken_date(day) == "2 November 2026"
    assert spoken_date(day, language="fr") == "2 novembre 2026"
    assert spoken_number(12345) == "12,345"
    assert spoken_number(12345, language="fr") == "12\u202f345"
