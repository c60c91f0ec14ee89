"""The access table, as a whole: every role and every action has one stated answer."""

import itertools

import pytest

from comity.kernel.errors import DeniedError
from comity.kernel.ids import AuthorityId, OfficerName
from comity.kernel.realms import Realm
from comity.node.access import (
    NEEDS_PURPOSE,
    Action,
    Purpose,
    Role,
    is_allowed,
    only_as_advocate,
    require_access,
    require_named,
)
from comity.node.views import Actor

DESK = AuthorityId("XAA/contact-point")

# One row a role, one column an action, in the order of Action: y may, - may not.
MATRIX = {
    # list read export open seal derive hold free destroy draft decide approve issue peers pin office law
    # review publish upkeep log disk, of fingerprints: use keep, of reports: read keep,
    # of looks: take judge, of takedowns: read keep, their limits, of indicators: see keep share keys,
    # of traces: take ask, of restitution: read keep decide, of victims: read keep erase count entrust,
    # rights: keep, of pleas: see tell
    Role.DUTY_OFFICER: "y y - - y - - - - y y y y y - - - - - - y y - - "
    "- - - - - - - y y y - y y - - - y y - - - - - -",
    Role.OFFICER: "y y y y y y y - y y y y y y - - y y - - y y y - "
    "y y y y y y - y y y - y y y y - y y - - - y - -",
    Role.HEAD: "y y y y y y y y y y y y y y y y y y y y y y y y "
    "y y y y y y y y y y y y y y y y y y - y y y - -",
    Role.REGISTRAR: "y y - - - - - - - y - - - y y - y - - - y y - - "
    "- - - - - - - y - - - - - - - - - - - - - - - -",
    Role.OVERSEER: "y y - - - - - - - - - - - y - - - - - y y - - - "
    "- - - - - - - y - - - - - y - - - - - y - - - -",
    Role.ADVOCATE: "- - - - - - - - - - - - - - - - - - - - - - - - "
    "- - - - - - - - - - - - - y - - y y y y - y - -",
    Role.COUNSELLOR: "- - - - - - - - - - - - - - - - - - - - - - - - "
    "- - - - y y - - - - - - - - - - - - - - - y y y",
    Role.TRUSTEE: "- - - - - - - - - - - - - y y y - - - y y - y y "
    "- - - - y y y - - - - - - - - - - - - - - y y y",
}


def _actor(*roles: str, desk: AuthorityId = DESK) -> Actor:
    return Actor(officer=OfficerName("a.diallo"), authority=desk, roles=roles)


@pytest.mark.parametrize(("role", "action"), list(itertools.product(Role, Action)))
def test_the_matrix(role: Role, action: Action) -> None:
    expected = dict(zip(Action, MATRIX[role].split(), strict=True))[action] == "y"
    assert is_allowed(_actor(role.value), action) is expected


@pytest.mark.parametrize("action", Action)
def test_no_role_and_an_unknown_role_open_nothing(action: Action) -> None:
    assert not is_allowed(_actor(), action)
    assert not is_allowed(_actor("minister"), action)


@pytest.mark.parametrize("action", sorted(NEEDS_PURPOSE))
@pytest.mark.parametrize("purpose", ["", "curiosity", "practice"])
def test_a_read_on_a_live_node_needs_a_purpose_of_the_list(action: Action, purpose: str) -> None:
    with pytest.raises(DeniedError, match="purpose"):
        require_access(_actor("head"), action, realm=Realm.LIVE, owner=DESK, purpose=purpose)


@pytest.mark.parametrize("purpose", list(Purpose))
def test_every_purpose_is_open_in_practice(purpose: Purpose) -> None:
    require_access(_actor("head"), Action.CASE_READ, realm=Realm.PRACTICE, owner=DESK, purpose=purpose)


def test_the_cases_of_another_authority_stay_closed() -> None:
    with pytest.raises(DeniedError, match="acts for XAA/contact-point only"):
        require_access(
            _actor("head"),
            Action.CASE_READ,
            realm=Realm.LIVE,
            owner=AuthorityId("XAA/court"),
            purpose="court",
        )


@pytest.mark.parametrize(
    ("role", "named", "opens"),
    [
        ("victims-advocate", (), False),
        ("victims-advocate", ("b.other",), False),
        ("victims-advocate", ("a.diallo",), True),
        ("officer", ("a.diallo",), True),
        ("officer", ("b.other",), False),
        ("head", (), False),
    ],
)
def test_what_is_said_of_a_victim_opens_to_those_it_names_whatever_their_role(
    role: str, named: tuple[str, ...], opens: bool
) -> None:
    if opens:
        require_named(_actor(role), named)
    else:
        with pytest.raises(DeniedError, match="is not named"):
            require_named(_actor(role), named)


@pytest.mark.parametrize(
    ("roles", "only"),
    [(("victims-advocate",), True), (("victims-advocate", "head"), False), (("head",), False), ((), False)],
)
def test_an_advocate_with_another_role_is_more_than_an_advocate(roles: tuple[str, ...], only: bool) -> None:
    assert only_as_advocate(_actor(*roles), Action.RESTITUTION_READ) is only
