"""Scenes: concepts that stand together and bring a person in, in words that nobody has listed.

A row names the flag, the classes that must be spoken of together (``all``) within so many sentences in a row
(``span``), the classes that make it harmless there (``unless``), and the places searched (``at``).
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from comity.kernel.packaged import packaged_bytes
from comity.requests.concepts import Sentence, concepts, windows

DATA = "data/scenes.json"
_KEPT_OUT = (
    "/confidentiality",
    "/data_protection",
    "/data_rules",
    "/due_process",
    "/evidence_rules",
    "/host_law",
    "/necessity",
    "/reintegration",
)
"""What tells how data are kept and persons are heard speaks of access, lawyers and officers without harm."""
_LEAST = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One combination of concepts.

    Attributes:
        flag: What it raises.
        needs: Classes that are all spoken of.
        span: Within how many sentences in a row.
        unless: Classes of which none is spoken of there.
        at: Pointers of the places that are searched; all of them when there is none.
    """

    flag: str
    needs: frozenset[str]
    span: int
    unless: frozenset[str]
    at: tuple[str, ...]

    def __post_init__(self) -> None:
        unknown = (self.needs | self.unless) - concepts().names
        if unknown or not self.needs or self.span not in (1, 2):
            raise ValueError(f"a scene of {self.flag} names no concept: {sorted(unknown)}")

    def plays_in(self, spoken: Sentence) -> bool:
        """Tell whether its concepts stand together, and none that makes it harmless."""
        return self.needs <= spoken and not self.unless & spoken

    def is_searched(self, pointer: str) -> bool:
        """Tell whether a place of the form is searched for it."""
        places = self.at or ("",)
        return any(pointer == at or pointer.startswith(f"{at}/") for at in places)


def staged(text: str, *, pointer: str = "") -> Iterator[str]:
    """Yield the flag of each scene that plays in a text.

    Args:
        text: The text.
        pointer: Where it stands; empty where that does not matter.

    Basis: 6(2), 24(1), 40(22)
    """
    if pointer.startswith(_KEPT_OUT) or len(text) < _LEAST:
        return
    sentences = concepts().sentences(text)
    told = frozenset().union(*sentences)
    if not told:
        return
    spans = {span: tuple(windows(sentences, span)) for span in (1, 2)}
    for scene in scenes():
        if scene.needs <= told and (not pointer or scene.is_searched(pointer)):
            if any(scene.plays_in(spoken) for spoken in spans[scene.span]):
                yield scene.flag


@cache
def scenes() -> tuple[Scene, ...]:
    """Return the packaged scenes, in the order of the data."""
    return tuple(
        Scene(
            flag=row["flag"],
            needs=frozenset(row["all"]),
            span=row.get("span", 1),
            unless=frozenset(row.get("unless", ())),
            at=tuple(row.get("at", ())),
        )
        for row in json.loads(packaged_bytes("comity.requests", DATA))["scenes"]
    )
