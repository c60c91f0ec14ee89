"""What became of packages as sentences of a timeline, in each language, whatever stands in them."""

import pytest

from comity.evidence.custody import CustodyStep
from comity.kernel.clock import Instant
from comity.kernel.ids import AuthorityId, OfficerName
from comity.node.custodymarks import CustodyMark
from comity.wording.custodymarks import custody_text


def mark(step: CustodyStep, to: str = "") -> CustodyMark:
    return CustodyMark(
        at=Instant(0),
        bag_root="ab" * 32,
        step=step.value,
        officer=OfficerName("a.diallo"),
        authority=AuthorityId("XAA/contact-point"),
        to=to,
    )


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_each_step_is_told_with_package_and_officer(language: str):
    told = {step: custody_text(mark(step), language=language) for step in CustodyStep}
    assert len(set(told.values())) == len(told)
    for step, text in told.items():
        assert "abababababab" in text and "a.diallo" in text and f"custody.{step.value}" not in text


def test_who_has_it_now_is_told_and_made_harmless():
    text = custody_text(
        mark(CustodyStep.DISCLOSED, to="counsel\x1b[2J"), clean=lambda one: one.replace("\x1b", "?")
    )
    assert "counsel?[2J" in text and "\x1b" not in text
