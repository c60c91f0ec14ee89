import json
from typing import Any

import pytest

from comity.evidence.limits import AtEnd, Onward
from comity.kernel.clock import DAY, Instant, start_of
from comity.kernel.errors import MalformedError
from comity.requests import service
from comity.requests.examples import EXAMPLE_DAY
from comity.requests.limits import limits_of
from comity.requests.wire import MOST_FORM_BYTES, parse_form, parse_part, split_form


def reading(kind: str, **changes: Any) -> Any:
    return parse_form(json.dumps({**service.example(kind), **changes}).encode())


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"7", b'"text"', b"null", b"{", b'{"a":1,"a":2}', b"\xff", b'{"a":1.5}']
)
def test_what_is_no_form_at_all_is_malformed(data: bytes) -> None:
    with pytest.raises(MalformedError):
        parse_form(data)


def test_limits_are_judged_before_parsing() -> None:
    with pytest.raises(MalformedError) as caught:
        parse_form(b" " * (MOST_FORM_BYTES + 1))
    assert caught.value.code == "json.size"
    with pytest.raises(MalformedError) as caught:
        parse_form(b"[" * 10_000)
    assert caught.value.code == "json.depth"


@pytest.mark.parametrize(("kind", "article"), [("preservation", "42"), ("stored-data", "44")])
def test_the_skeleton_names_what_the_fold_needs_and_nobody(kind: str, article: str) -> None:
    skeleton, part = split_form(reading(kind))
    assert skeleton["request"] == kind
    assert skeleton["article"] == article
    assert skeleton["class"] == "A"
    assert skeleton["items"] == ["mailbox", "log-ins"]
    assert skeleton["urgent"] is True
    assert skeleton["emergency"] is False
    assert skeleton["confidential_until"] == service.example(kind)["confidentiality"]["until"]
    assert skeleton["basis"][0]["reference"] == f"{article}(1)"
    text = json.dumps(skeleton)
    for personal in ("mailhaven", "Alta", "password", "Prosecutor"):
        assert personal not in text
    assert json.loads(part) == service.example(kind)


def test_the_class_is_the_widest_among_the_offences() -> None:
    offences = service.example("preservation")["offences"]
    for one in offences:
        del one["convention_article"]
    assert split_form(reading("preservation", offences=offences))[0]["class"] == "B"


def test_members_that_are_not_ours_survive_in_the_part() -> None:
    _, part = split_form(reading("preservation", later={"field": [1]}))
    assert json.loads(part)["later"] == {"field": [1]}


def test_a_form_that_does_not_hold_is_not_split() -> None:
    with pytest.raises(MalformedError) as caught:
        split_form(reading("preservation", facts=None))
    assert (caught.value.code, caught.value.where) == ("request.incomplete", "/facts")


def test_a_part_must_be_of_the_kind_of_its_act() -> None:
    data = json.dumps(service.example("preservation")).encode()
    assert parse_part("preservation.request", data).faults == ()
    for act in ("data.request", "request.accept"):
        with pytest.raises(MalformedError):
            parse_part(act, data)


def test_the_limits_of_what_is_furnished_follow_from_the_request() -> None:
    end = Instant(start_of(EXAMPLE_DAY) + 900 * DAY)
    limits = limits_of(reading("stored-data"), retain_until=end)
    assert limits.purpose == service.example("stored-data")["purpose"]["text"]
    assert limits.proceedings == ("PA-2026-1187",)
    assert limits.onward.value == "consent"
    assert limits.retain_until == end
    until = service.example("stored-data")["confidentiality"]["until"]
    assert limits.confidential_until == start_of(EXAMPLE_DAY.fromisoformat(until)) + DAY


def test_the_conditions_of_the_transfer_travel_as_limits() -> None:
    basis = {
        "code": "condition",
        "limits": ["no_onward", "return", "other"],
        "words": {"text": "Read by two officers.", "language": "en"},
    }
    limits = limits_of(reading("stored-data", transfer_basis=basis), retain_until=Instant(1))
    assert (limits.onward, limits.at_end) == (Onward.NEVER, AtEnd.RETURN)
    assert limits.conditions == ("no_onward, return, other: Read by two officers.",)
    noted = limits_of(reading("stored-data", transfer_basis=None), retain_until=Instant(1))
    assert noted.conditions == () and noted.onward is Onward.CONSENT


def test_a_preservation_furnishes_nothing_so_has_no_limits() -> None:
    with pytest.raises(MalformedError):
        limits_of(reading("preservation"), retain_until=Instant(1))
    with pytest.raises(MalformedError) as caught:
        limits_of(reading("stored-data", purpose=""), retain_until=Instant(1))
    assert caught.value.where == "/purpose"
