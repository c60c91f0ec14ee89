"""Words for what became of a package, in the timeline of its case."""

from collections.abc import Callable

from comity.node.custodymarks import CustodyMark
from comity.wording.speech import say


def custody_text(mark: CustodyMark, *, language: str = "en", clean: Callable[[str], str] = str) -> str:
    """Return one event of custody as a sentence.

    Args:
        mark: The event.
        language: Language tag.
        clean: Makes harmless what stands in it from outside, such as who has the package now.
    """
    given = {
        "bag": mark.bag_root[:12],
        "step": say(f"web.custody.{mark.step}", language=language),
        "officer": clean(mark.officer),
    }
    if not mark.to:
        return say("custody_mark.told", language=language, parameters=given)
    return say("custody_mark.to", language=language, parameters=given | {"to": clean(mark.to)})
