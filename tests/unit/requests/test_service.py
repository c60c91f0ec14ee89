"""The use cases of requests, at their edges."""

import json
from datetime import date

import pytest

from comity.requests.kinds import Side
from comity.requests.service import check, example


@pytest.mark.parametrize("kind", [{"": None}, None, 7, "marriage"])
@pytest.mark.parametrize("requested", [True, 7, [], "XAB"])
def test_a_form_of_no_known_kind_is_one_finding_whatever_else_it_holds(
    kind: object, requested: object
) -> None:
    form = {**example("preservation"), "kind": kind, "requested_party": requested}
    found = check(json.dumps(form).encode(), side=Side.REQUESTED, on=date(2026, 11, 21))
    assert [finding.code for finding in found.findings if finding.field == "/kind"]
    assert not found.may_proceed
