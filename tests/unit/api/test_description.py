"""The interface held against its own description: calls that a machine made up, by officers of every role."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from comity.api.v1.described import described
from comity.node.access import Role
from comity.node.people import PeopleDesk
from tests.unit.api.test_v1 import ROOT, Client, client, interface
from tests.unit.web.browser import Browser
from tests.unit.web.test_reading_pages import ask
from tests.unit.web.world import House, World, world

pytestmark = pytest.mark.slow

EXAMPLES = 3
OURS = frozenset({"authorization", "cookie", "content-length", "host"})
OF_NODES = frozenset(Role) - {Role.COUNSELLOR, Role.TRUSTEE}
ENDS_THE_SESSION = ("delete", f"{ROOT}/session")


@pytest.fixture
def two(tmp_path: Path) -> World:
    return world(tmp_path)


def description(app: Any) -> dict[str, Any]:
    return json.loads(Browser(app).get(f"{ROOT}/openapi.json").body)


def test_every_operation_tells_its_problems_and_who_may_call(two: World) -> None:
    told = description(interface(two.asking))
    assert told["security"] == [{"session": []}]
    for path, methods in told["paths"].items():
        for method, one in methods.items():
            assert one["responses"]["default"] == {"$ref": "#/components/responses/Problem"}
            assert not [status for status in one["responses"] if status.startswith(("4", "5"))]
            assert ("security" in one) is ((method, path) == ("post", f"{ROOT}/session"))
    assert "application/octet-stream" in str(told["paths"][f"{ROOT}/acts/{{act}}/parts/{{name}}"])
    assert told["paths"][f"{ROOT}/requests"]["post"]["requestBody"]["required"]


def test_completing_a_description_changes_nothing_that_was_given(two: World) -> None:
    derived = {"paths": {"/x": {"get": {"responses": {"200": {}, "400": {}}}}}}
    before = json.dumps(derived)
    assert list(described(derived)["paths"]["/x"]["get"]["responses"]) == ["200", "default"]
    assert json.dumps(derived) == before


def test_made_up_calls_are_answered_as_described(two: World, subtests: pytest.Subtests) -> None:
    house, act = two.asking, ask(two)
    head, *others = (
        _caller(house, role) for role in sorted(OF_NODES, key=lambda role: role is not Role.HEAD)
    )
    turns = itertools.cycle(zip(others, others[1:] + others[:1], strict=True))
    schema = schemathesis.openapi.from_dict(description(head.browser.app))
    known = {"act": act.act, "case": act.case, "kind": "preservation", "name": "form"}
    for found in schema.get_all_operations():
        operation = found.ok()
        if (operation.method, operation.path) == ENDS_THE_SESSION:
            continue
        with subtests.test(operation.label):
            _hold(operation, lambda: (head, *next(turns)), known)
    assert house.faults == []


def _caller(house: House, role: Role) -> Client:
    """Return an officer who has the one role."""
    name = f"the.{role.value}"
    PeopleDesk(place=house.office.place).add_officer(
        house.office.head(), authority=house.office.desk, name=name, roles=[role.value]
    )
    return client(house, name)


def _hold(operation: Any, callers: Callable[[], Iterable[Client]], known: dict[str, str]) -> None:
    """Call one operation with right and wrong values, made-up ids and those of a case that is there.

    Making a call up takes longer than answering it: each is made by the head and by two others in turn.
    """
    there = {one.name: known[one.name] for one in operation.path_parameters if one.name in known}
    kinds = [operation.as_strategy(GenerationMode.POSITIVE), operation.as_strategy(GenerationMode.NEGATIVE)]
    if there:
        kinds.append(operation.as_strategy(GenerationMode.POSITIVE, path_parameters=there))

    @settings(max_examples=EXAMPLES)
    @given(case=st.one_of(kinds))
    def calls(case: Any) -> None:
        for caller in callers():
            answer = _send(caller, case)
            if answer.status_code >= 400:
                assert answer.headers["content-type"] == ["application/problem+json"]
            if answer.status_code >= 500:  # full, locked, waiting: told with a code of ours; a bug has none
                assert not json.loads(answer.content)["code"].startswith("http."), case.as_curl_command()
            case.validate_response(
                answer,
                checks=[
                    status_code_conformance,
                    content_type_conformance,
                    response_schema_conformance,
                ],
            )

    calls()


def _send(caller: Client, case: Any) -> Response:
    """Send a made-up call in process, with the officer's token whatever the case says."""
    wanted = requests.Request(**case.as_transport_kwargs(base_url="http://127.0.0.1:8400")).prepare()
    body = wanted.body or b""
    headers = {name.lower(): value for name, value in wanted.headers.items() if name.lower() not in OURS}
    reply = caller.browser.send(
        str(wanted.method),
        str(wanted.path_url),
        body=body if isinstance(body, bytes) else body.encode(),
        headers={**headers, "authorization": f"Bearer {caller.token}"},
    )
    return Response(
        status_code=reply.status,
        headers={name: [value] for name, value in reply.headers.items()},
        content=reply.body,
        request=wanted,
        elapsed=0.0,
        verify=False,
    )
