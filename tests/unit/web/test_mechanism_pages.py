"""Acts beyond preservation and stored data through the pages: reported, forwarded, sent on terms."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.web.test_deciding_pages import answer, finish
from tests.unit.web.world import World, world


@pytest.fixture
def two(tmp_path: Path) -> World:
    return world(tmp_path)


def asked_for(two: World, kind: str) -> str:
    """Send the example of a kind through the page; return its case."""
    browser, path = two.asking.browser(), f"/requests/{kind}"
    filled = browser.submit(browser.get(path), path, action="example", to="XAB/contact-point")
    drafted = browser.submit(filled, path, action="draft")
    act = drafted.path.rpartition("/")[2]
    finish(two.asking, drafted)
    two.carry()
    return act


def test_what_is_done_is_reported_and_the_rest_forwarded(two: World) -> None:
    case = asked_for(two, "property-freezing")
    answer(two.asked, case, "request.accept")
    done = answer(two.asked, case, "execution.report", text="Frozen on 12 November.")
    assert "reported on the execution" in done.words
    two.carry()
    assert "handed over" in two.asking.browser().get(f"/cases/{case}").words
    other = asked_for(two, "police-cooperation")
    done = answer(two.asked, other, "request.forward", item=["methods"], authority="XAB/cyber-unit")
    assert "forwarded the request to another of its authorities" in done.words
    assert not two.asked.faults


def test_offered_information_is_sent_once_its_terms_are_accepted(two: World) -> None:
    case = asked_for(two, "spontaneous-information")
    path = f"/cases/{case}/answer/information.send"
    assert path not in two.asking.browser().get(f"/cases/{case}").page.links()
    answer(two.asked, case, "request.accept")
    two.carry()
    done = answer(two.asking, case, "information.send", text="Eleven accounts at banks of Belmare.")
    assert "sent the information" in done.words
    two.carry()
    assert not two.asked.faults
    assert not two.asking.faults
