"""The victims' desk, rights and services, looks and notices in pages: who may, what is told and refused."""

from __future__ import annotations

import json

import pytest

from comity.node.people import PeopleDesk
from tests.unit.node.test_takedowns import CHANNELS
from tests.unit.protection.files import tip
from tests.unit.web.test_reading_pages import LANGUAGES, require_sound
from tests.unit.web.world import DUTY, HEAD, world

RIGHT = {
    "code": "lawyer",
    "party": "KEN",
    "kind": "right",
    "title": {"en": "A <b>lawyer</b>", "ar": "محامٍ"},
    "provision": "Act 9",
    "source": "gazette",
    "dated": "2026-02-01",
}


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    here = world(tmp_path_factory.mktemp("victims")).asking
    people = PeopleDesk(place=here.office.place)
    for name in ("v.advocate", "w.advocate"):
        people.add_officer(
            here.office.head(), authority=here.office.desk, name=name, roles=["victims-advocate"]
        )
    return here


def begun(house, officer="v.advocate"):
    browser = house.browser(officer)
    reply = browser.submit(browser.get("/victims"), "/victims", group="child", offence="14")
    assert reply.status == 200, reply.words
    return browser, reply.path


def step(browser, path, name, **values):
    return browser.submit(browser.get(f"{path}?step={name}"), path, **values)


def test_a_record_is_kept_in_pages_and_what_finds_the_person_is_told_only_when_asked(house):
    browser, path = begun(house)
    for name, values in (
        (
            "contact",
            {"channel": "phone", "value": "+00 555", "hours": "10 to 12", "code_word": "blue <b>heron"},
        ),
        ("needs", {"officer": "woman", "interpreter": "Arabic", "disability": "hears badly"}),
        ("stage", {"stage": "trial"}),
        ("person", {"person": "R. Amani"}),
        ("measure", {"what": "no contact", "provision": "s. 4", "until": "2030-01-31T09:00"}),
        ("statement", {"statement": "I cannot sleep"}),
        ("telling", {"fact": "release", "decision": "may_tell", "reason": "she asked", "told": "no"}),
    ):
        assert step(browser, path, name, **values).status == 200, name
    for language in LANGUAGES:
        reader = house.browser("v.advocate", language=language)
        for page in ("/victims", path, f"{path}?step=hearing", f"{path}?step=views", "/victims/rights"):
            shown = reader.get(page)
            require_sound(shown, language)
            for secret in ("+00 555", "heron", "hears badly", "cannot sleep", "no contact"):
                assert secret not in shown.text
    told = browser.submit(browser.get(path), f"{path}/reveal", what="contact")
    assert (
        "blue <b>heron" in told.words and "telephone" in told.words and "heron" not in browser.get(path).text
    )
    needs = browser.submit(browser.get(path), f"{path}/reveal", what="needs")
    assert "a woman" in needs.words and "Arabic" in needs.words
    wrong = step(browser, path, "views", stage="sentence", how="declined")
    assert wrong.status == 409 and "victims.views" in wrong.words
    step(browser, path, "erasure")
    refused = browser.submit(browser.get(path), f"{path}/erase", reason="asked")
    assert refused.status == 409 and "victims.needed" in refused.words
    step(browser, path, "refusal", ground="section 4", until="2030-02-01T00:00")
    assert "section 4" in browser.get(path).words
    browser, other = begun(house)
    step(browser, other, "erasure")
    assert browser.submit(browser.get(other), f"{other}/erase", reason="asked").status == 200
    assert "asked" in browser.get(other).words


def test_a_record_is_shown_to_whom_it_names_and_a_head_entrusts_it(house):
    _, path = begun(house)
    number = path.rpartition("/")[2]
    head, other = house.browser(HEAD), house.browser("w.advocate")
    assert head.get(path).status == other.get(path).status == 403
    assert number not in other.get("/victims").text + head.get("/victims").text
    wrong = head.submit(head.get("/victims"), "/victims/entrust", number=number, advocate="a.diallo")
    assert wrong.status == 422 and "victims.advocate" in wrong.words
    assert (
        head.submit(head.get("/victims"), "/victims/entrust", number=number, advocate="w.advocate").status
        == 200
    )
    assert other.get(path).status == 200
    assert head.get(path).status == 403
    assert other.follow(other.get("/")).path == "/victims"
    for closed in ("/cases", "/journal", "/protection/takedowns", "/victims/rights/import"):
        assert f'href="{closed}"' not in other.get("/victims").text
        assert other.get(closed).status in (403, 405)
    assert 'href="/victims"' in house.browser(DUTY).get("/").text
    shown = head.get("/victims/figures?year=2026")
    require_sound(shown, "en")
    assert "hidden" in shown.words and head.get("/victims/figures?year=soon").status == 422


def test_rights_are_kept_with_source_and_day_and_printed_in_her_language(house):
    browser = house.browser("v.advocate")
    form = browser.get("/victims/rights").page.form("/victims/rights/import")
    data = json.dumps({"v": 1, "rights": [RIGHT]}).encode()
    taken = browser.follow(browser.upload("/victims/rights/import", form, [("file", "rights.json", data)]))
    assert taken.status == 200, taken.words
    page = browser.get("/victims/rights?party=KEN")
    require_sound(page, "en")
    assert "A <b>lawyer</b>" in page.words and "gazette" in page.words
    for language in LANGUAGES:
        sheet = house.browser(DUTY, language=language).get("/victims/rights/sheet?party=KEN&in=ar")
        require_sound(sheet, language)
        assert "محامٍ" in sheet.text and 'lang="ar" dir="rtl"' in sheet.text
    values = {**RIGHT, "title": "Un avocat", "language": "fr", "text": "Gratuit"}
    kept = browser.submit(page, "/victims/rights", **values)
    assert kept.status == 200, kept.words
    assert "Un avocat" in house.browser(DUTY, language="fr").get("/victims/rights?party=KEN").words
    wrong = browser.submit(page, "/victims/rights", **{**values, "source": " "})
    assert wrong.status == 422 and "rights.record" in wrong.words and "Un avocat" in wrong.text
    dropped = browser.submit(page, "/victims/rights/drop")
    assert dropped.status == 200 and "lawyer" not in browser.get("/victims/rights?party=KEN").words


def test_looks_and_notices_in_pages(house):
    head, browser = house.office.head(), house.browser(DUTY)
    house.desks.reports.take_in(head, data=tip(4711), source="Hotline <b>")
    for language in LANGUAGES:
        require_sound(house.browser(DUTY, language=language).get("/protection/looks"), language)
    page = browser.get("/protection/looks")
    wrong = browser.submit(page, "/protection/looks", why=" ")
    assert wrong.status == 422 and "guard.why" in wrong.words
    made = browser.submit(page, "/protection/looks", why="is it new")
    assert "Hotline <b>" in made.words
    assert browser.submit(made, "/protection/looks/judge", category="none").status == 200
    house.desks.takedown_books.take_channels(head, data=CHANNELS)
    opened = browser.submit(
        browser.get("/protection/takedowns"),
        "/protection/takedowns",
        place="https://pictures.example/a",
        subject="intimate",
        why="asked",
        hashes="ab" * 32,
        plea="V-ABCDEFGH",
    )
    view = house.desks.takedowns.show(house.office.officer(), takedown=1, purpose="practice")
    assert (view.prints, view.plea) == (1, "V-ABCDEFGH")
    path = opened.path
    browser.submit(browser.get(path), f"{path}/notice")
    letter = browser.submit(browser.get(path), f"{path}/letter", **{"in": "fr", "format": "txt"})
    assert letter.status == 200 and "pictures.example" in letter.text
    assert letter.headers["content-type"].startswith("text/plain")
    assert browser.submit(browser.get(path), f"{path}/letter", **{"in": "", "format": "exe"}).status == 422
    assert browser.submit(browser.get(path), f"{path}/told", words="by her advocate").status == 200
    assert "by her advocate" in browser.get(path).words
