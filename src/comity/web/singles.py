"""The choice to let one person approve alone: shown in an emergency, where the Party entry allows it."""

from comity.cases.acts import SINGLE_REASONS
from comity.cases.approvals import EMERGENCY_KINDS
from comity.cases.single import EMERGENCY
from comity.web.visits import Visit


def single_choices(visit: Visit, kind: str, *, mechanism: str) -> tuple[tuple[str, str], ...]:
    """Return codes and words of why one person would approve alone; nothing where nobody may.

    Args:
        visit: The visit.
        kind: Kind of the act that is prepared.
        mechanism: That of the request it is about.

    Basis: PROTOCOL rule 10; 41(3)(e)
    """
    if kind not in EMERGENCY_KINDS or mechanism != EMERGENCY or not visit.toolbox.desks.duty.allows_single():
        return ()
    return tuple(visit.choices("single", SINGLE_REASONS))
