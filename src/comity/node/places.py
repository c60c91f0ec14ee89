"""Where payloads lie, and what came of a round over them, as faces show it."""

from collections.abc import Callable
from dataclasses import dataclass

Tell = Callable[[int, int], None]
"""Is told how many are done, and of how many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacesView:
    """Where the payloads of a node lie.

    Attributes:
        store: Host, bucket and prefix of the object store; empty for none.
        stay: Whether payloads stay on disk although a store is named.
        here: Packages whose payload lies on disk, and ``here_bytes`` their bytes.
        away: Packages whose payload lies in the store, and ``away_bytes`` their bytes.
        going: Payloads that are to be removed from the store and wait for it.
    """

    store: str
    stay: bool
    here: int
    here_bytes: int
    away: int
    away_bytes: int
    going: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A package that did not hold, or could not be moved.

    Attributes:
        name: Of its sealed file: the root of the pieces.
        code: Of the error.
        message: Its words.
    """

    name: str
    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundView:
    """What came of a round over packages.

    Attributes:
        done: How many held, or were moved.
        faults: Those that did not, or were not.
        asked: Whether an object store was asked, and answered.
    """

    done: int
    faults: tuple[Fault, ...]
    asked: bool = False
