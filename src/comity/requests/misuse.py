"""A mechanism used for what it is not there for: force, content, another purpose, no limits."""

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
    "data_protection",
    "data_rules",
    "members",
    "issued_by",
    "requesting_authority",
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


def stays(matter: Matter, spoken: Mapping[str, str]) -> Iterator[Finding]:
    """Whoever is transferred for a hearing comes back. Basis: 40(10)"""
    if matter.kind.code == "detained-transfer" and (place := spoken.get("no_return")):
        yield found("person.custody", basis="40(10)", field=place)


def no_limits(matter: Matter, spoken: Mapping[str, str]) -> Iterator[Finding]:
    """Personal data that are received need effective safeguards. Basis: 36(2)"""
    if place := spoken.get("no_limits"):
        yield found("data.no_limits", basis="36(2)", field=place)


def private(matter: Matter, spoken: Mapping[str, str]) -> Iterator[Finding]:
    """Authorities ask and act, and no firm. Basis: 40(15)(a), 48"""
    if place := spoken.get("private_firm"):
        basis = "48" if matter.kind.article == "48" else "40(15)(a)"
        yield found("authority.private", basis=basis, field=place)


MISUSES: tuple[Callable[[Matter, Mapping[str, str]], Iterator[Finding]], ...] = (
    other_purpose,
    force,
    content,
    stays,
    no_limits,
    private,
)
"""The rules of this file."""
