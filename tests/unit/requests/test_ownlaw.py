"""What the requested Party's own law makes it refuse is told with its provision, and decides nothing."""

import json
from datetime import date
from typing import Any

import pytest

from comity.kernel.findings import Finding, Severity
from comity.requests import service
from comity.treaty.overlay import Circumstance, parse_overlay

ON = date(2026, 11, 2)
STORY = "The offence is punishable by death under the law of the requesting State."


def told(
    kind: str, circumstance: str, *, party: str = "XAB", side: str = "requested", **change: Any
) -> list[Finding]:
    row = {"party": party, "circumstance": circumstance, "reference": "12(1)", "law": "Law of Belmare"}
    form = service.example(kind, on=ON)
    for name, value in change.items():
        form[name] = value
    overlay = parse_overlay(json.dumps({"must_refuse": [row]}).encode())
    found = service.check(json.dumps(form).encode(), side=side, on=ON, overlay=overlay)
    return [one for one in found.findings if one.code == "own_law.must_refuse"]


@pytest.mark.parametrize("side", ["requesting", "requested"])
def test_the_provision_is_told_on_both_sides_where_the_form_gives_cause(side: str) -> None:
    facts = {"text": STORY, "language": "en"}
    (finding,) = told("stored-data", "death_penalty", side=side, facts=facts)
    assert (finding.severity, finding.basis, finding.field) == (Severity.DECIDE, "40(21)(d)", "/facts/text")
    assert dict(finding.parameters) == {"law": "Law of Belmare", "reference": "12(1)"}


def test_without_cause_and_for_another_state_nothing_is_told() -> None:
    assert told("stored-data", "death_penalty") == []
    assert told("stored-data", "death_penalty", party="XAA", facts={"text": STORY, "language": "en"}) == []


def test_an_own_national_is_a_matter_of_extradition_law() -> None:
    items = service.example("extradition", on=ON)["items"]
    items[0]["national_of_requested"] = True
    (finding,) = told("extradition", "own_national", items=items)
    assert (finding.basis, finding.field) == ("37(8)", "/items/0/national_of_requested")


def test_a_denied_dual_criminality_is_a_cause() -> None:
    offences = service.example("stored-data", on=ON)["offences"]
    for one in offences:
        one["criminal_in_requested"] = "no"
    assert len(told("stored-data", "no_dual_criminality", offences=offences)) == 1


def test_every_circumstance_is_one_that_some_rule_finds() -> None:
    from comity.requests.codes import SEVERITIES
    from comity.requests.ownlaw import _RAISED_BY

    for one in Circumstance:
        assert _RAISED_BY.get(one.value, {f"caution.{one.value}"}) <= set(SEVERITIES)
