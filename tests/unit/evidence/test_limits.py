"""Limits on every use: time, speciality, confidentiality, onward transfer."""

import dataclasses

import pytest

from comity.evidence.handling import Step
from comity.evidence.limits import Onward, Use, check_limits
from comity.kernel.clock import DAY, Instant
from comity.kernel.findings import Severity
from tests.packing import LIMITS, NOW

USE = Use(step=Step.OPEN, purpose=LIMITS.purpose, proceedings="XAA-2026-17", at=NOW)


def judge(use: Use = USE, **limits: object) -> list[tuple[str, Severity, str]]:
    found = check_limits(dataclasses.replace(LIMITS, **limits), use)  # type: ignore[arg-type]
    return [(item.code, item.severity, item.basis) for item in found.findings]


def test_the_use_that_was_agreed_has_no_finding() -> None:
    assert judge() == []
    assert judge(dataclasses.replace(USE, purpose="  Investigation of a PHISHING mailbox ")) == []


@pytest.mark.parametrize("step", list(Step))
def test_nothing_is_used_after_retention(step: Step) -> None:
    late = dataclasses.replace(USE, step=step, at=LIMITS.retain_until)
    assert ("limits.retention_ended", Severity.BLOCKS, "36(2)") in judge(late)


@pytest.mark.parametrize("step", list(Step))
def test_other_proceedings_need_consent(step: Step) -> None:
    other = dataclasses.replace(USE, step=step, proceedings="XAA-2026-99")
    assert ("limits.other_proceedings", Severity.BLOCKS, "40(19)") in judge(other)
    agreed = dataclasses.replace(other, consent="1" * 64)
    assert ("limits.other_proceedings", Severity.BLOCKS, "40(19)") not in judge(agreed)
    assert ("limits.consent", Severity.NOTE, "40(19)") in judge(agreed)


@pytest.mark.parametrize(
    ("step", "weight"),
    [(Step.OPEN, Severity.NOTE), (Step.DERIVE, Severity.DECIDE), (Step.DISCLOSE, Severity.DECIDE)],
)
def test_another_purpose_is_noted_or_decided(step: Step, weight: Severity) -> None:
    other = dataclasses.replace(USE, step=step, purpose="curiosity", at=Instant(NOW + 20 * DAY))
    assert judge(other) == [("limits.purpose", weight, "40(19)")]


def test_confidentiality_is_decided_until_it_ends() -> None:
    for step in (Step.DISCLOSE, Step.EXPORT):
        use = dataclasses.replace(USE, step=step)
        assert judge(use) == [("limits.confidential", Severity.DECIDE, "40(20)")]
        assert judge(use, confidential_until=None) == []
        assert judge(dataclasses.replace(use, at=LIMITS.confidential_until or NOW)) == []


@pytest.mark.parametrize(
    ("onward", "consent", "blocked"),
    [
        (Onward.NEVER, "", True),
        (Onward.NEVER, "1" * 64, True),
        (Onward.CONSENT, "", True),
        (Onward.CONSENT, "1" * 64, False),
        (Onward.ALLOWED, "", False),
    ],
)
def test_onward_transfer(onward: Onward, consent: str, blocked: bool) -> None:
    use = dataclasses.replace(USE, outside=True, consent=consent)
    assert (("limits.onward", Severity.BLOCKS, "36(3)") in judge(use, onward=onward)) is blocked


@pytest.mark.parametrize(
    "change", [{"basis": ()}, {"purpose": " "}, {"proceedings": ("",)}, {"purpose": "x" * 2001}]
)
def test_nonsense_is_refused_at_birth(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="limits"):
        dataclasses.replace(LIMITS, **change)  # type: ignore[arg-type]
