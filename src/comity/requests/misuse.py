"""A mechanism used for what it is not there for: force, content, another purpose than a criminal case."""

from collections.abc import Callable, Iterator, Mapping

from comity.kernel.findings import Finding
from comity.requests.codes import found
from comity.requests.emergencies import WORDS
from comity.requests.lexicon import lexicon, texts
from comity.requests.matter import Matter

_WITHOUT_FORCE = {"service": "40(3)(b)", "appearance": "40(3)(k)", "police-cooperation": "47(1)"}
_TRAFFIC_ONLY = {"traffic-disclosure": "43(1)", "traffic-realtime": "45(1)"}
_SEARCHED = (
    "purpose",
    "conducting_authority",
    "proceeding",
    "usefulness",
    "assistance",
    "procedure",
    "items",
)


def check_misuse(matter: Matter) -> Iterator[Finding]:
    """Yield where the words of a form ask for what its mechanism does not give.

    Basis: 40(1), 40(3), 43(1), 45(1), 47(1)
    """
    spoken: dict[str, str] = {}
    for name in _SEARCHED:
        for pointer, text in texts(matter.reading.content.get(name), f"/{name}"):
            for word in lexicon(WORDS).raised(text, pointer=pointer):
                spoken.setdefault(word, pointer)
    for rule in MISUSES:
        yield from rule(matter, spoken)


def other_purpose(matter: Matter, spoken: Mapping[str, str]) -> Iterator[Finding]:
    """Cooperation serves a specific criminal investigation or proceeding. Basis: 40(1), 35(1)"""
    if place := spoken.get("purpose_other"):
        yield found("purpose.other", basis="35(1)", field=place)


def force(matter: Matter, spoken: Mapping[str, str]) -> Iterator[Finding]:
    """Force needs the mechanism that allows it. Basis: 40(3)(b), 40(3)(k), 47(1)"""
    if (basis := _WITHOUT_FORCE.get(matter.kind.code)) and (place := spoken.get("force")):
        yield found("mechanism.force", basis=basis, field=place)


def content(matter: Matter, spoken: Mapping[str, str]) -> Iterator[Finding]:
    """Traffic data are no content. Basis: 43(1), 45(1)"""
    if (basis := _TRAFFIC_ONLY.get(matter.kind.code)) and (place := spoken.get("content")):
        yield found("traffic.content", basis=basis, field=place)


MISUSES: tuple[Callable[[Matter, Mapping[str, str]], Iterator[Finding]], ...] = (
    other_purpose,
    force,
    content,
)
"""The rules of this file."""
