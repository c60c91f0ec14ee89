"""Words for the arithmetic of deadlines and for their alarms."""

from collections.abc import Callable

from comity.cases.reckoning import Step
from comity.kernel.clock import DAY, HOUR, Instant
from comity.wording.speech import say


def step_text(step: Step, *, language: str = "en", clean: Callable[[str], str] = str) -> str:
    """Return one step of an arithmetic as a sentence.

    Args:
        step: The step.
        language: Language tag.
        clean: Makes harmless what the step quotes from outside, such as the name of a holiday.
    """
    given = {
        name: clean(value) if isinstance(value, str) else value for name, value in step.parameters.items()
    }
    return say(f"reckon.{step.code}", language=language, parameters=given)


def rung_text(rung: int | None, alarms_to: Instant | None, *, language: str = "en") -> str:
    """Return the alarm that came last, in words; empty before the first.

    Args:
        rung: How long before the time it is, in microseconds; None before the first.
        alarms_to: The time that the alarms lead to.
        language: Language tag.
    """
    if rung is None or alarms_to is None:
        return ""
    if rung == 0:
        return say("rung.over", language=language, parameters={"at": alarms_to})
    unit, size = ("days", DAY) if rung >= DAY else ("hours", HOUR)
    return say(f"rung.{unit}", language=language, parameters={"count": rung // size, "at": alarms_to})
