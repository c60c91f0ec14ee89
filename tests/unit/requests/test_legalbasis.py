import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from comity.kernel.errors import ConflictError, MalformedError, NotFoundError
from comity.kernel.findings import Assessment
from comity.kernel.ids import PartyCode
from comity.requests import service
from comity.requests.legalbasis import BasisView, bases, rebase
from comity.requests.refusal import (
    Refusal,
    allowed_grounds,
    check_refusal,
    forbidden_grounds,
    is_postponable,
)
from comity.treaty.overlay import Overlay, parse_overlay
from comity.treaty.packs import OffenceClass
from comity.wording import LANGUAGES, label, say

ON = date(2026, 11, 2)
VECTORS = Path(__file__).parents[2] / "vectors/basis/vectors.json"
THEFT = {"title": "Theft", "provisions": ["Code, 1"], "maximum_penalty": {"years": 5}}


def form(kind: str = "preservation", pair: str = "FRA-USA", **changes: Any) -> bytes:
    one, other = pair.split("-")
    made = {**service.example(kind, on=ON), "requested_party": other, **changes}
    made["requesting_authority"] = {**made["requesting_authority"], "id": f"{one}/contact-point"}
    return json.dumps({name: value for name, value in made.items() if value is not ...}).encode()


def asked(pair: str, kind: str, scope: str = "", overlay: Overlay | None = None) -> BasisView:
    one, other = pair.split("-")
    offence_class = OffenceClass(scope) if scope else None
    return bases(
        PartyCode(one), PartyCode(other), kind=kind, on=ON, offence_class=offence_class, overlay=overlay
    )


def told(assessment: Assessment, code: str) -> list[str]:
    return [finding.field for finding in assessment.findings if finding.code == code]


@pytest.mark.parametrize("vector", json.loads(VECTORS.read_bytes())["questions"], ids=str)
def test_the_vectors(vector: dict[str, Any]) -> None:
    view = bases(
        PartyCode(vector["requesting"]),
        PartyCode(vector["requested"]),
        kind=vector["kind"],
        on=date.fromisoformat(vector["on"]),
        offence_class=OffenceClass(vector["class"]) if vector["class"] else None,
        overlay=parse_overlay(json.dumps(vector.get("overlay", {})).encode()),
    )
    assert {one.instrument: one.verdict for one in view.instruments} == vector["verdicts"]
    assert [f"{row.role} {row.instrument} {row.reference}" for row in view.basis] == vector["basis"]


def test_the_same_case_goes_to_budapest_without_retyping() -> None:
    before = form()
    made = rebase(before, instrument="budapest", on=ON)
    assert {**made.content, "basis": None} == {**json.loads(before), "basis": None}
    assert [row["reference"] for row in made.content["basis"]] == ["29(1)", "29(2)", "29(5)"]
    assert made.assessment.may_proceed
    assert told(made.assessment, "instrument.other")


def test_what_the_other_instrument_needs_is_among_the_findings_and_can_be_said_beside_the_basis() -> None:
    made = rebase(form(offences=[THEFT]), instrument="untoc", on=ON)
    assert len(told(made.assessment, "instrument.requires")) == 6
    assert not made.assessment.may_proceed
    said = [
        {"statement": one, "text": {"text": "As the file shows.", "language": "en"}}
        for one in (
            *("transnational", "organized_group", "proceeding"),
            *("conducting_authority", "assistance", "purpose"),
        )
    ]
    again = json.dumps({**made.content, "basis_statements": said}).encode()
    found = service.check(again, side="requesting", on=ON)
    assert told(found, "instrument.requires") == []
    assert found.may_proceed


def test_a_field_that_the_form_has_need_not_be_said_twice() -> None:
    made = rebase(
        form("stored-data", offences=[{**THEFT, "criminal_in_requested": "yes"}]), instrument="untoc", on=ON
    )
    assert told(made.assessment, "instrument.requires") == ["/basis_statements", "/basis_statements"]


def test_a_member_that_nobody_knows_is_kept_and_told() -> None:
    made = rebase(form(colour="blue"), instrument="budapest", on=ON)
    assert made.content["colour"] == "blue"
    assert made.unknown == ("/colour",)


def test_there_and_back_is_the_same_form() -> None:
    there = rebase(form(pair="XAA-XAB"), instrument="reciprocity", on=ON)
    back = rebase(json.dumps(there.content).encode(), instrument="uncc", on=ON)
    assert back.content == json.loads(form(pair="XAA-XAB"))


def test_what_is_closed_is_refused_with_what_is_open() -> None:
    with pytest.raises(ConflictError) as caught:
        rebase(form(), instrument="uncc", on=ON)
    assert caught.value.code == "basis.closed"
    assert "budapest" in caught.value.hint
    with pytest.raises(ConflictError):
        rebase(form(), instrument="handshake", on=ON)


def test_a_form_without_kind_or_parties_is_none() -> None:
    for data in (b"[]", b"{}", form(requested_party="")):
        with pytest.raises(MalformedError):
            rebase(data, instrument="budapest", on=ON)
    with pytest.raises(NotFoundError):
        asked("FRA-USA", "marriage")


def test_the_assessment_follows_the_instrument() -> None:
    short = [{**THEFT, "maximum_penalty": {"years": 1}}]
    assert rebase(form(offences=short), instrument="budapest", on=ON).assessment.may_proceed
    basis = [{"role": "obligation", "instrument": "untoc", "reference": "18(3)(i)"}]
    found = service.check(form(offences=short, basis=basis), side="requesting", on=ON)
    assert told(found, "instrument.class") == ["/offences"]
    assert told(found, "scope.none") == []


def test_an_override_brings_a_lawyer_into_the_assessment() -> None:
    row = {"between": ["FRA", "USA"], "effect": "objection"}
    overlay = parse_overlay(json.dumps({"overrides": [row]}).encode())
    made = rebase(form(), instrument="budapest", on=ON, overlay=overlay)
    (finding,) = [one for one in made.assessment.findings if one.code == "instrument.apart"]
    assert finding.severity.value == "decide"
    assert finding.parameters["why"] == "why.pair.objection"


def test_grounds_are_those_of_the_instrument() -> None:
    codes = {ground.code for ground in allowed_grounds("preservation", instrument="budapest")}
    assert codes == {"R-BUD29.4", "R-BUD29.5a", "R-BUD29.5b"}
    never = {ground.code for ground in forbidden_grounds("preservation", instrument="budapest")}
    assert never == {"X-BUD25.4", "X-BUD29.3"}
    assert not is_postponable("preservation", instrument="budapest")
    assert is_postponable("preservation", instrument="untoc")
    assert is_postponable("stored-data", instrument="budapest")
    assert not is_postponable("preservation")


def test_a_refusal_is_judged_by_the_instrument() -> None:
    def refused(ground: str, **more: Any) -> list[str]:
        given = Refusal(kind="preservation", grounds=(ground,), reasoned=True, instrument="budapest", **more)
        return [one.code for one in check_refusal(given).findings if one.severity.value == "blocks"]

    assert refused("R-BUD29.5b") == []
    assert refused("R-40.21b") == ["refusal.not_allowed"]
    assert refused("X-BUD29.3") == ["refusal.forbidden"]
    assert refused("R-BUD29.4") == ["refusal.no_reservation"]
    assert refused("R-BUD29.5b", postpone=True) == ["postponement.not_allowed"]
    open_reasons = check_refusal(
        Refusal(kind="stored-data", grounds=("R-BUD27.4b",), consulted=True, instrument="budapest")
    )
    assert [one.basis for one in open_reasons.findings if one.code == "refusal.no_reasons"] == [
        "budapest:27(7)"
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_ground_and_statement_has_its_words(language: str) -> None:
    from comity.treaty.library import library
    from comity.treaty.resolving import REASONS

    for code in REASONS:
        assert label(f"why.{code}", language=language) != f"why.{code}"
    for pack in library():
        for ground in pack.grounds:
            assert label(f"ground.{ground.code}", language=language) != f"ground.{ground.code}"
        for opening in pack.openings:
            for needed in opening.requires:
                for family in ("statement", "choice"):
                    key = f"{family}.{needed.statement}"
                    assert label(key, language=language) != key
    view = asked("KEN-FRA", "preservation")
    for one in view.instruments:
        for reason in one.reasons:
            assert say(f"why.{reason.code}", language=language, parameters=reason.parameters)
