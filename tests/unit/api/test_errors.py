"""Errors as problem documents."""

import json

import pytest

from comity.api.errors import busy, problem_response, status_response, too_large, too_slow
from comity.exchange.errors import not_for_you
from comity.kernel.errors import FAMILIES


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_has_its_status(family):
    response = problem_response(family("some.code", "what happened", hint="do this", where="/here"))
    assert response.status_code == family.status
    assert response.media_type == "application/problem+json"
    body = json.loads(response.content)
    assert body["status"] == family.status
    assert (body["code"], body["detail"], body["hint"], body["where"]) == (
        "some.code",
        "what happened",
        "do this",
        "/here",
    )


@pytest.mark.parametrize(
    ("error", "status"), [(too_large(5), 413), (too_slow(), 408), (busy(), 503), (not_for_you(), 403)]
)
def test_what_the_door_says_itself(error, status):
    assert problem_response(error).status_code == status


def test_a_status_without_a_code_of_ours():
    assert json.loads(status_response(405).content)["code"] == "http.405"
    assert status_response(999).status_code == 500
