"""Is it an emergency: a significant and imminent risk to the life or safety of a natural person?"""

from collections.abc import Iterator
from datetime import timedelta

from comity.kernel.findings import Finding
from comity.requests.codes import found
from comity.requests.lexicon import lexicon, texts
from comity.requests.matter import Matter

WORDS = "data/words.json"
IMMINENT_DAYS = 14
"""A danger expected later than this is no longer called imminent without a person looking at it."""
_TOLD = ("danger", "facts", "urgency")
_MARK = "/urgency/emergency"


def check_emergencies(matter: Matter) -> Iterator[Finding]:
    """Yield what stands against the emergency that a form claims.

    Basis: 2(o), 41(3)(e)
    """
    reading = matter.reading
    has_danger = reading.get("/danger") is not None
    if has_danger and reading.sound("/urgency") and reading.get(_MARK) is not True:
        yield found("emergency.unmarked", basis="2(o)", field=_MARK)
    if (has_danger or reading.get(_MARK) is True) and not _speaks_of_life(matter):
        yield found("emergency.no_life", basis="2(o)", field="/danger/risk" if has_danger else _MARK)
    expected = reading.day("/danger/expected_by")
    if expected is None:
        return
    wanted = reading.day("/urgency/wanted_by")
    if expected > matter.on + timedelta(days=IMMINENT_DAYS):
        yield found(
            "emergency.not_imminent", basis="2(o)", field="/danger/expected_by", day=expected.isoformat()
        )
    elif wanted is not None and wanted > expected:
        yield found(
            "emergency.not_imminent", basis="2(o)", field="/urgency/wanted_by", day=wanted.isoformat()
        )


def _speaks_of_life(matter: Matter) -> bool:
    """Tell whether the words of the danger and of the facts speak of life, limb or safety."""
    words = lexicon(WORDS)
    return any(
        "life" in words.raised(text)
        for name in _TOLD
        for _, text in texts(matter.reading.content.get(name), f"/{name}")
    )
