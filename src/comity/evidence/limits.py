"""What the sending State allows with its evidence, and whether a use stays inside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from comity.evidence.handling import Step
from comity.kernel.clock import Instant
from comity.kernel.findings import Assessment, Finding, Severity

MOST_TEXT = 2000
MOST_ITEMS = 64


class Onward(StrEnum):
    """Whether the receiver may pass the evidence to a third State or organisation."""

    NEVER = "never"
    CONSENT = "consent"
    ALLOWED = "allowed"


class AtEnd(StrEnum):
    """What happens when the retention ends."""

    RETURN = "return"
    DESTROY = "destroy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The conditions that travel with every exhibit.

    Attributes:
        basis: Paragraphs that the transmission rests on, e.g. ``44(1)``; at least one.
        purpose: What the evidence may be used for, in words.
        proceedings: References of the investigations or proceedings it was given for; may be empty.
        onward: Whether it may be passed on.
        confidential_until: End of confidentiality; None where none was asked.
        retain_until: When it must be returned or destroyed; secrecy and retention always end.
        at_end: Which of the two.
        conditions: What was accepted as a condition, in words; may be empty.

    Basis: 40(19), 40(20), 40(28), 36(2), 36(3)
    """

    basis: tuple[str, ...]
    purpose: str
    proceedings: tuple[str, ...] = ()
    onward: Onward = Onward.CONSENT
    confidential_until: Instant | None = None
    retain_until: Instant
    at_end: AtEnd = AtEnd.RETURN
    conditions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        texts = (*self.basis, *self.proceedings, *self.conditions, self.purpose)
        most = max(len(self.basis), len(self.proceedings), len(self.conditions))
        if not self.basis or most > MOST_ITEMS:
            raise ValueError(f"limits name 1 to {MOST_ITEMS} paragraphs, at most as many of the others")
        if not all(text.strip() and len(text) <= MOST_TEXT for text in texts):
            raise ValueError(f"limits hold texts of 1 to {MOST_TEXT} characters")


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One use that is about to be made.

    Attributes:
        step: What is done.
        purpose: The officer's purpose, in words.
        proceedings: Reference of the proceedings it serves; empty when none is named.
        outside: Whether it leaves the States of the case, or the authorities that hold it.
        consent: Act by which the sending State agreed beforehand; empty when there is none.
        at: Now.
    """

    step: Step
    purpose: str
    proceedings: str = ""
    outside: bool = False
    consent: str = ""
    at: Instant


def check_limits(limits: Limits, use: Use, *, field: str = "") -> Assessment:
    """Return the findings on a use, checked on every open, derive, disclose and export.

    Basis: 40(19), 40(20), 36(2), 36(3)
    """
    found = [
        *_check_time(limits, use, field),
        *_check_speciality(limits, use, field),
        *_check_onward(limits, use, field),
    ]
    return Assessment.of(found)


def _check_time(limits: Limits, use: Use, field: str) -> list[Finding]:
    found = []
    if use.at >= limits.retain_until:
        parameters: Mapping[str, str | int] = {
            "retain_until": limits.retain_until,
            "at_end": limits.at_end.value,
        }
        found.append(_finding("limits.retention_ended", Severity.BLOCKS, "36(2)", field, parameters))
    secret = limits.confidential_until is not None and use.at < limits.confidential_until
    if secret and use.step in (Step.DISCLOSE, Step.EXPORT):
        parameters = {"confidential_until": limits.confidential_until or 0}
        found.append(_finding("limits.confidential", Severity.DECIDE, "40(20)", field, parameters))
    return found


def _check_speciality(limits: Limits, use: Use, field: str) -> list[Finding]:
    foreign = bool(use.proceedings and limits.proceedings and use.proceedings not in limits.proceedings)
    if foreign and not use.consent:
        parameters: Mapping[str, str | int] = {"proceedings": use.proceedings}
        return [_finding("limits.other_proceedings", Severity.BLOCKS, "40(19)", field, parameters)]
    if use.consent:
        return [_finding("limits.consent", Severity.NOTE, "40(19)", field, {"consent": use.consent})]
    if _words(use.purpose) != _words(limits.purpose):
        # NOTE: words cannot be compared by a machine; opening is recorded, going further is decided by name.
        weight = Severity.NOTE if use.step is Step.OPEN else Severity.DECIDE
        parameters = {"purpose": use.purpose, "given_for": limits.purpose}
        return [_finding("limits.purpose", weight, "40(19)", field, parameters)]
    return []


def _check_onward(limits: Limits, use: Use, field: str) -> list[Finding]:
    if not use.outside or limits.onward is Onward.ALLOWED:
        return []
    if limits.onward is Onward.CONSENT and use.consent:
        return []
    return [_finding("limits.onward", Severity.BLOCKS, "36(3)", field, {"onward": limits.onward.value})]


def _words(text: str) -> str:
    return " ".join(text.casefold().split())


def _finding(
    code: str, severity: Severity, basis: str, field: str, parameters: Mapping[str, str | int]
) -> Finding:
    return Finding(code=code, severity=severity, basis=basis, field=field, parameters=parameters)
