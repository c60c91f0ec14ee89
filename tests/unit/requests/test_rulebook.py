"""Every rule has a case that it finds and a case that it leaves, both run here."""

import copy
import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import pytest

from comity.exchange.mandates import parse_mandates
from comity.exchange.services import parse_service
from comity.kernel.clock import DAY, Instant, from_datetime
from comity.kernel.findings import Assessment
from comity.kernel.ids import PartyCode
from comity.law.dual import Answer
from comity.requests import service
from comity.requests.assessment import check_skeleton
from comity.requests.attached import check_document
from comity.requests.codes import SEVERITIES
from comity.requests.deadlines import check_order
from comity.requests.kinds import Side
from comity.requests.laws import StatedLaw
from comity.requests.published import OfficePage, PartyPage, Published
from comity.requests.refusal import Refusal, check_refusal
from comity.requests.rulebook import WITHOUT_CASE, Case, rules
from comity.requests.wire import parse_form
from comity.treaty import convention
from comity.treaty.packs import OffenceClass, practice_pack
from comity.wording import LANGUAGES, label

ON = date(2026, 11, 2)
CASES = [
    pytest.param(rule.code, rule.bases, case, id=f"{rule.code}-{'finds' if case.finds else 'leaves'}-{at}")
    for rule in rules()
    for at, case in enumerate(rule.cases)
]


def laid_over(form: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    made = copy.deepcopy(form)
    for pointer, value in changes.items():
        *path, last = pointer.split("/")[1:]
        holder: Any = made
        for token in path:
            holder = holder[int(token)] if isinstance(holder, list) else holder[token]
        if value is None:
            del holder[last]
        else:
            holder[last] = value
    return made


def page(code: str, given: Mapping[str, Any] | None) -> PartyPage | None:
    if given is None:
        return None
    offices = (
        OfficePage(
            id=one["id"],
            types=tuple(one.get("types", ())),
            officers=tuple(one.get("officers", ())),
            service=parse_service(one["service"], where="case") if "service" in one else None,
        )
        for one in given["offices"]
    )
    return PartyPage(
        party=PartyCode(code),
        offices=tuple(offices),
        mandates=parse_mandates(given["mandates"], where="case") if "mandates" in given else None,
        heard_at=moment(given.get("heard_at")),
    )


def moment(text: str | None) -> Instant | None:
    return None if text is None else from_datetime(datetime.fromisoformat(text))


class Told:
    """What Parties state of their own law, in a case of the book."""

    def __init__(self, given: Mapping[str, Mapping[str, Any]]) -> None:
        self._given = given

    def of(self, party: str, article: int, *, on: date) -> StatedLaw | None:
        answer, months = self._given.get(party, {}).get(str(article), (None, None))
        if answer is None:
            return None
        return StatedLaw(
            party=party,
            answer=Answer(answer),
            months=months,
            person="h.osei",
            authority=f"{party}/central-authority",
            on=date(2026, 11, 1),
            profile="a" * 64,
        )


def published(given: Mapping[str, Any]) -> Published:
    day = given.get("signed_on")
    return Published(
        requesting=page("XAA", given.get("requesting")),
        requested=page("XAB", given.get("requested")),
        sender=given.get("sender", ""),
        addressee=given.get("addressee", ""),
        at=moment(given.get("at")),
        signed_on=None if day is None else date.fromisoformat(day),
        signers=tuple(given["signers"]) if "signers" in given else None,
        laws=Told(given.get("laws", {})),
    )


def judged(case: Case) -> Assessment:
    about = case.about
    if "refusal" in about:
        given = dict(about["refusal"])
        given["grounds"] = tuple(given["grounds"])
        if "offence_class" in given:
            given["offence_class"] = OffenceClass(given["offence_class"])
        given["reservations"] = frozenset(given.get("reservations", ()))
        return check_refusal(Refusal(**given))
    if "order_days" in about:
        until = None if about["order_days"] is None else Instant(10 * DAY + about["order_days"] * DAY)
        return check_order(start=Instant(10 * DAY), until=until, clocks=practice_pack().clocks)
    if "parts" in about:
        return check_document(about["parts"], side=Side(about["side"]))
    form = service.example(about["kind"], variant=about.get("variant", 1))
    data = json.dumps(laid_over(form, about.get("set", {}))).encode()
    if "skeleton_class" in about:
        reading = parse_form(data)
        items = [item["id"] for item in form["items"]]
        until = reading.day("/confidentiality/until")
        return check_skeleton(
            reading, offence_class=about["skeleton_class"], items=items, confidential_until=until
        )
    return service.check(data, side=about["side"], on=ON, published=published(about.get("published", {})))


@pytest.mark.parametrize(("code", "bases", "case"), CASES)
def test_the_rule_finds_its_case_and_leaves_the_other(code: str, bases: tuple[str, ...], case: Case) -> None:
    found = [finding for finding in judged(case).findings if finding.code == code]
    assert bool(found) is case.finds
    other = case.about.get("set", {}).get("/basis/0/instrument", "uncc")
    cited = {finding.basis for finding in found}
    assert all(basis in bases or basis.startswith(f"{other}:") for basis in cited), cited


def test_every_code_has_its_rule_and_every_rule_its_code() -> None:
    assert {rule.code for rule in rules()} | WITHOUT_CASE == set(SEVERITIES)
    assert len({rule.code for rule in rules()}) == len(rules())


def test_every_rule_cites_the_treaty_and_says_what_helps() -> None:
    for rule in rules():
        assert rule.bases
        assert all(convention.exists(basis) for basis in rule.bases), rule.code
        for language in LANGUAGES:
            assert label(rule.remedy, language=language) != rule.remedy, rule.code
