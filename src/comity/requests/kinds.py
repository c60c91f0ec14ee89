"""The kinds of request that this node speaks, each a mechanism of the Convention, read from data."""

import json
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from comity.kernel.packaged import packaged_bytes
from comity.requests.errors import unknown_kind

DATA = "data/kinds.json"


class Side(StrEnum):
    """Whose eyes read the form: the Party that asks, or the Party that is asked."""

    REQUESTING = "requesting"
    REQUESTED = "requested"


class Depth(StrEnum):
    """How far the software goes with a kind: every step, or form, checklist, letter and clocks only."""

    DEEP = "deep"
    FORM = "form"


class Trait(StrEnum):
    """What rules need to know of a kind beyond its fields.

    Attributes:
        ASSISTANCE: Paragraphs 8 to 31 of article 40 apply.
        STORED: It asks for data that exist already.
        AHEAD: It asks for data that do not exist yet.
        PERSONAL: Personal data come back, so article 36 applies.
        KEEPS: Its receipt keeps a preservation running until it is decided.
        INTENTION: It announces another request.
        ORDER: The domestic order behind it has a longest run.
        TELLS: It tells something instead of asking for it.
        PERSON: It moves or holds a person.
    """

    ASSISTANCE = "assistance"
    STORED = "stored"
    AHEAD = "ahead"
    PERSONAL = "personal"
    KEEPS = "keeps"
    INTENTION = "intention"
    ORDER = "order"
    TELLS = "tells"
    PERSON = "person"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestKind:
    """A mechanism.

    Attributes:
        code: Name in forms and commands.
        article: The article it rests on.
        mechanism: The paragraph that opens it; it stands in the skeleton of the act.
        fields_from: The paragraph that lists the fields of the request.
        refusal: The paragraph that closes or opens the grounds on which it may be refused.
        grounds: Name of its set of grounds.
        version: Version of the form.
        act: Kind of the act that carries the form.
        depth: How far the software goes with it.
        two_person: Whether two officers approve the act, a head among them.
        coercive: Whether the act stops while its case is frozen.
        postponable: Whether the requested Party may postpone it.
        traits: What rules need to know of it.
    """

    code: str
    article: str
    mechanism: str
    fields_from: str
    refusal: str
    grounds: str
    version: int
    act: str
    depth: Depth
    two_person: bool
    coercive: bool
    postponable: bool
    traits: frozenset[Trait]

    def __post_init__(self) -> None:
        if not self.mechanism.startswith(self.article):
            raise ValueError(f"{self.code}: {self.mechanism} lies in another article than {self.article}")
        if self.version < 1:
            raise ValueError(f"{self.code}: a form has a version from 1")

    @property
    def label(self) -> str:
        """Return the catalogue key of its name."""
        return f"kind.{self.code}"

    def has(self, trait: Trait) -> bool:
        """Tell whether the kind has a trait."""
        return trait in self.traits


@cache
def all_kinds() -> tuple[RequestKind, ...]:
    """Return every kind, in the order in which a person is shown them."""
    rows = json.loads(packaged_bytes("comity.requests", DATA))["kinds"]
    return tuple(
        RequestKind(
            **{
                **row,
                "depth": Depth(row["depth"]),
                "traits": frozenset(Trait(trait) for trait in row["traits"]),
            }
        )
        for row in rows
    )


def find_kind(code: object) -> RequestKind | None:
    """Return the kind with this code, or None."""
    return next((kind for kind in all_kinds() if kind.code == code), None)


def require_kind(code: str) -> RequestKind:
    """Return the kind with this code; raise NotFoundError ``request.kind`` for any other."""
    found = find_kind(code)
    if found is None:
        raise unknown_kind(code, tuple(kind.code for kind in all_kinds()))
    return found


def kind_of_mechanism(mechanism: str) -> RequestKind | None:
    """Return the kind that a paragraph opens, or None; no two kinds share one."""
    return next((kind for kind in all_kinds() if kind.mechanism == mechanism), None)


def is_request(act: str) -> bool:
    """Tell whether acts of this kind carry a request form."""
    return any(kind.act == act for kind in all_kinds())
