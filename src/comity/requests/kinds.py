"""The kinds of request that this node speaks, each a mechanism of the Convention with its article."""

from dataclasses import dataclass
from enum import StrEnum

from comity.requests.errors import unknown_kind


class Side(StrEnum):
    """Whose eyes read the form: the Party that asks, or the Party that is asked."""

    REQUESTING = "requesting"
    REQUESTED = "requested"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestKind:
    """A mechanism.

    Attributes:
        code: Name in forms and commands.
        article: The article it rests on.
        fields_from: The paragraph that lists the fields of the request.
        version: Version of the form.
        act: Kind of the act that carries the form.
        postponable: Whether the requested Party may postpone it.
    """

    code: str
    article: str
    fields_from: str
    version: int
    act: str
    postponable: bool

    @property
    def label(self) -> str:
        """Return the catalogue key of its name."""
        return f"kind.{self.code}"


PRESERVATION = RequestKind(
    code="preservation",
    article="42",
    fields_from="42(3)",
    version=1,
    act="preservation.request",
    postponable=False,
)
STORED_DATA = RequestKind(
    code="stored-data",
    article="44",
    fields_from="40(15)",
    version=1,
    act="data.request",
    postponable=True,
)
KINDS: tuple[RequestKind, ...] = (PRESERVATION, STORED_DATA)


def find_kind(code: object) -> RequestKind | None:
    """Return the kind with this code, or None."""
    return next((kind for kind in KINDS if kind.code == code), None)


def require_kind(code: str) -> RequestKind:
    """Return the kind with this code; raise NotFoundError ``request.kind`` for any other."""
    found = find_kind(code)
    if found is None:
        raise unknown_kind(code, tuple(kind.code for kind in KINDS))
    return found
