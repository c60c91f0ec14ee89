"""Words for what the fast lanes did in a case."""

from collections.abc import Callable

from comity.node.laneviews import LaneEvent
from comity.wording.speech import say


def event_text(event: LaneEvent, *, language: str = "en", clean: Callable[[str], str] = str) -> str:
    """Return one event of a lane as a sentence.

    Args:
        event: The event.
        language: Language tag.
        clean: Makes harmless what stands in it from outside, such as the name of an officer.
    """
    given = {name: clean(one) if isinstance(one, str) else one for name, one in event.parameters.items()}
    return say(f"lane_event.{event.code}", language=language, parameters=given)
