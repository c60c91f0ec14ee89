"""What every row of the table of kinds is made of: sender, skeleton, parts, paragraph."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

import msgspec

Id = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]
Item = Annotated[str, msgspec.Meta(pattern=r"\A[A-Za-z0-9][A-Za-z0-9._-]{0,31}\Z")]
Items = Annotated[tuple[Item, ...], msgspec.Meta(min_length=1, max_length=256)]
Code = Annotated[str, msgspec.Meta(pattern=r"\A[A-Z]{1,3}-[A-Za-z0-9][A-Za-z0-9().-]{0,39}\Z")]
Paragraph = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
Name = Annotated[str, msgspec.Meta(pattern=r"\A[a-z0-9][a-z0-9.-]{0,63}\Z")]
Time = Annotated[int, msgspec.Meta(ge=0, le=253_402_300_799_999_999)]
Count = Annotated[int, msgspec.Meta(ge=1)]


class Sender(StrEnum):
    """Which side of the request concerned may send a kind.

    Attributes:
        GIVING: The side that gives something: the requested one, or the offering one under an offer.
        TAKING: The other one, which gets it.
    """

    REQUESTING = "requesting"
    REQUESTED = "requested"
    EITHER = "either"
    GIVING = "giving"
    TAKING = "taking"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One row of the table of kinds.

    Attributes:
        needs: Parts that must be there.
        may: Parts that may be there too.
        basis: The paragraph that the act serves.
    """

    name: str
    sender: Sender
    body: type[msgspec.Struct]
    needs: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    coercive: bool = False
    basis: str

    @property
    def label(self) -> str:
        """Key of the kind's name in the catalogue."""
        return f"act.{self.name}"
