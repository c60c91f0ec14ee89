"""What each class of exhibit forbids."""

import pytest

from comity.evidence.handling import RULES, Handling, Step, check_handling, require_lawful
from comity.kernel.errors import DeniedError
from comity.kernel.findings import Severity

CLEARED = frozenset(rule.clearance for rule in RULES.values())


def weight(handling: Handling, step: Step, roles: frozenset[str]) -> Severity | None:
    found = check_handling(handling, step=step, roles=roles).findings
    assert len(found) <= 1
    return found[0].severity if found else None


@pytest.mark.parametrize("step", list(Step))
def test_child_abuse_material_is_refused_everywhere(step: Step) -> None:
    assert weight(Handling.CHILD_ABUSE, step, CLEARED) is Severity.BLOCKS
    with pytest.raises(DeniedError) as caught:
        require_lawful([Handling.ORDINARY, Handling.CHILD_ABUSE])
    assert caught.value.code == "handling.child_abuse_refused"


@pytest.mark.parametrize("handling", [Handling.INTIMATE, Handling.PRIVILEGED, Handling.CLASSIFIED])
def test_sensitive_exhibits_open_with_a_clearance_only(handling: Handling) -> None:
    assert weight(handling, Step.OPEN, frozenset()) is Severity.BLOCKS
    assert weight(handling, Step.OPEN, frozenset({RULES[handling].clearance})) is None
    assert weight(handling, Step.OPEN, CLEARED - {RULES[handling].clearance}) is Severity.BLOCKS
    assert weight(handling, Step.PREVIEW, CLEARED) is Severity.BLOCKS
    assert weight(handling, Step.INDEX, CLEARED) is Severity.BLOCKS


def test_what_leaves_is_decided_or_forbidden() -> None:
    assert weight(Handling.INTIMATE, Step.DISCLOSE, CLEARED) is Severity.DECIDE
    assert weight(Handling.PRIVILEGED, Step.EXPORT, CLEARED) is Severity.DECIDE
    assert weight(Handling.CLASSIFIED, Step.DISCLOSE, CLEARED) is Severity.BLOCKS
    assert all(weight(Handling.ORDINARY, step, frozenset()) is None for step in Step)


def test_every_class_has_a_rule() -> None:
    assert set(RULES) == set(Handling)
    require_lawful(handling for handling in Handling if handling is not Handling.CHILD_ABUSE)
