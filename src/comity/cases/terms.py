"""Times at home: limits of steps, periods of remedies, and challenges that wait for their decision.

They come from domestic facts and from a procedure sheet, which stand outside the fold; whoever reads those
hands them over.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from comity.cases.owed import Duty, House, owed
from comity.cases.reckoning import Period, Reckoning, Roll
from comity.cases.state import CaseState
from comity.kernel.clock import DAY, Instant
from comity.kernel.ids import ActId

STEP_LIMIT, REMEDY, CHALLENGE = "home", "remedy_period", "challenge_pending"


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeTerm:
    """One time at home.

    Attributes:
        request: The request it is about.
        code: ``home_order`` and the like for a step, ``remedy_period`` or ``challenge_pending``.
        fact: What it counts from: ``received``, ``domestic_told`` and the like.
        at: When that was.
        period: How long; None for a target of the house.
        provision: What sets it.
        items: The items concerned.
        ends: Whether it is over once its time has passed, as a remedy's period is.
    """

    request: ActId
    code: str
    fact: str
    at: Instant
    period: Period | None
    provision: str
    items: tuple[str, ...] = ()
    ends: bool = False
    basis: str = "24(2)"


def at_home(state: CaseState, term: HomeTerm, house: House) -> Iterator[Duty]:
    """Yield what the requested side owes by a time at home; nothing once request or case is closed.

    Basis: 24(2), 40(17)
    """
    request = state.request(term.request)
    if request is None or state.closed or request.closed:
        return
    if term.period is None:
        reckoned = house.target(term.fact, term.at, house.targets.undo, who=request.to)
    else:
        calendar = house.calendar(request.to)
        begun = Reckoning.since(term.fact, term.at, provision=term.provision)
        reckoned = begun.plus(term.period, calendar).rolled(Roll.NEXT, calendar)
    yield owed(
        f"duty.{term.code}",
        request,
        request.to,
        reckoned,
        before=max(DAY // 2, (reckoned.at - term.at) // 2),
        basis=term.basis,
        items=term.items,
        is_target=term.period is None,
        until=reckoned.at if term.ends else None,
    )
