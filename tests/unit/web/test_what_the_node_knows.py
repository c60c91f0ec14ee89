"""What officers need not type or look for: the form knows who asks, pages know what is urgent and next."""

from __future__ import annotations

from pathlib import Path

import pytest

from comity.kernel.clock import DAY, HOUR, Instant
from comity.node.views import DutyView
from comity.requests.forms import form_of
from comity.requests.kinds import require_kind
from comity.web.casepages import _ordered
from comity.web.due import due_lines
from comity.web.formfields import with_languages
from tests.unit.web.test_reading_pages import ask
from tests.unit.web.world import World, world

NOW = Instant(1_790_000_000_000_000)


@pytest.fixture
def two(tmp_path: Path) -> World:
    return world(tmp_path)


def test_a_new_form_knows_who_asks_whom_and_on_which_paragraphs(two: World) -> None:
    values = dict(two.asking.browser().get("/requests/preservation").page.form("/requests/preservation"))
    assert values["/requesting_authority/id"] == values["/transmitted_by"] == "XAA/contact-point"
    assert (values["/requested_party"], values["/language"], values["/items/0/id"]) == ("XAB", "en", "1")
    bases = [tuple(values[f"/basis/{at}/{name}"] for name in ("role", "reference")) for at in range(3)]
    assert bases == [("obligation", "42(1)"), ("procedure", "42(3)"), ("grounds", "42(6)")]


def test_a_text_without_a_language_is_in_the_language_of_the_request() -> None:
    fields = form_of(require_kind("preservation"))
    given = {
        "language": "fr",
        "facts": {"text": "Hameçonnage."},
        "relation": {"text": "Related.", "language": "en"},
        "necessity": {},
        "items": [{"id": "1", "description": {"text": "Boîte."}}, {"id": "2"}],
        "unknown": {"text": "kept"},
    }
    made = with_languages(fields, given, language="fr")
    assert made["facts"] == {"language": "fr", "text": "Hameçonnage."}
    assert made["relation"]["language"] == "en"
    assert made["necessity"] == {}
    assert made["items"][0]["description"]["language"] == "fr"
    assert made["items"][1] == {"id": "2"}
    assert made["unknown"] == {"text": "kept"}
    assert with_languages(fields, given, language="")["facts"] == {"text": "Hameçonnage."}


@pytest.mark.parametrize(
    ("due", "urgency"),
    [
        (None, "open"),
        (NOW - 1, "late"),
        (NOW + 4 * HOUR, "today"),
        (NOW + DAY, "soon"),
        (NOW + 7 * DAY, "later"),
    ],
)
def test_how_urgent_a_duty_is(due: Instant | None, urgency: str) -> None:
    duty = DutyView(
        code="duty.decide", case="c", about="a", owner="XAB/contact-point", due=due, basis="42(4)"
    )
    assert [line.urgency for line in due_lines([duty], now=NOW)] == [urgency]


def test_what_moves_a_case_comes_first_and_what_ends_it_last() -> None:
    kinds = ["case.close", "case.consult", "request.accept", "request.refuse", "order.record"]
    assert _ordered(kinds) == [
        "request.accept",
        "order.record",
        "case.consult",
        "request.refuse",
        "case.close",
    ]


def test_an_answer_is_about_a_request_that_allows_it(two: World) -> None:
    request = ask(two)
    browser = two.asked.browser()
    path = f"/cases/{request.case}/answer/request.accept"
    assert dict(browser.get(path).page.form(path))["request"] == request.act
    missing = browser.get(f"{path}?request={'0' * 64}")
    assert (missing.status, "allows this act now" in missing.words) == (404, True)


def test_the_first_page_marks_what_is_due_within_a_day(two: World) -> None:
    request = ask(two)
    page = two.asked.browser().get("/")
    assert "within 24 hours" in page.words
    assert f"/cases/{request.case}" in page.page.links()


@pytest.mark.parametrize(
    ("language", "why", "received"),
    [
        ("en", "How this time is reckoned", "received on"),
        ("fr", "Comment ce terme est calculé", "reçu le"),
        ("ar", "كيف حُسب هذا الموعد", "استُلم في"),
    ],
)
def test_a_time_on_a_page_shows_its_arithmetic(two: World, language: str, why: str, received: str) -> None:
    request = ask(two)
    browser = two.asked.browser(language=language)
    for path in ("/", f"/cases/{request.case}"):
        words = browser.get(path).words
        assert why in words and received in words
