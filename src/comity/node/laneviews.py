"""What a face shows of the fast lanes in a case."""

from dataclasses import dataclass

from comity.cases.reckoning import Step
from comity.kernel.clock import Instant
from comity.kernel.ids import ActId, AuthorityId


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneEvent:
    """One thing that a lane did, or waits for.

    Attributes:
        at: When it was done, or since when it is owed.
        code: What it is, the key of its sentence.
        about: The act, the request or the lane concerned.
        given: Parameters of the sentence, by name; no case material.
    """

    at: Instant
    code: str
    about: str
    given: tuple[tuple[str, str | int], ...]

    @property
    def parameters(self) -> dict[str, str | int]:
        """What its sentence needs."""
        return dict(self.given)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskView:
    """An open task of the fast lanes, or a Party that is silent.

    Attributes:
        task: Its name, or that of the alarm.
        about: An act, a request, a lane or a Party.
        code: What it is.
        overdue: Whether its hour has come.
        steps: How ``due`` was come to.
    """

    task: str
    about: str
    code: str
    owner: AuthorityId
    due: Instant
    basis: str
    overdue: bool
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StopView:
    """An act that could follow but for a stop at home.

    Attributes:
        why: ``call_back`` or ``halted``.
    """

    kind: str
    request: ActId
    why: str
