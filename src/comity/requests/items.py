"""Items of a request: each is answered for itself, and a request is settled when all are.

open      ──► executed, partly, no_data, not_held, refused, withdrawn, forwarded
partly    ──► executed, no_data, refused, withdrawn
not_held  ──► forwarded, withdrawn
refused   ──► open   (conditions were agreed after consultation, 40(28))
forwarded ──► executed, partly, no_data, not_held, refused, withdrawn
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class ItemState(StrEnum):
    """Where one item stands."""

    OPEN = "open"
    EXECUTED = "executed"
    PARTLY = "partly"
    NO_DATA = "no_data"
    NOT_HELD = "not_held"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    FORWARDED = "forwarded"

    @property
    def label(self) -> str:
        """Return the catalogue key of its name."""
        return f"item_state.{self.value}"


_S = ItemState
MOVES: Mapping[ItemState, frozenset[ItemState]] = MappingProxyType(
    {
        _S.OPEN: frozenset(
            {_S.EXECUTED, _S.PARTLY, _S.NO_DATA, _S.NOT_HELD, _S.REFUSED, _S.WITHDRAWN, _S.FORWARDED}
        ),
        _S.PARTLY: frozenset({_S.EXECUTED, _S.NO_DATA, _S.REFUSED, _S.WITHDRAWN}),
        _S.NOT_HELD: frozenset({_S.FORWARDED, _S.WITHDRAWN}),
        _S.REFUSED: frozenset({_S.OPEN}),
        _S.FORWARDED: frozenset({_S.EXECUTED, _S.PARTLY, _S.NO_DATA, _S.NOT_HELD, _S.REFUSED, _S.WITHDRAWN}),
        _S.EXECUTED: frozenset(),
        _S.NO_DATA: frozenset(),
        _S.WITHDRAWN: frozenset(),
    }
)
SETTLED = frozenset({_S.EXECUTED, _S.NO_DATA, _S.NOT_HELD, _S.REFUSED, _S.WITHDRAWN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item of a request and where it stands."""

    id: str
    state: ItemState = ItemState.OPEN

    def __post_init__(self) -> None:
        if not self.id:
            raise ValueError("an item without a name")

    def may_become(self, state: ItemState) -> bool:
        """Tell whether the item may move to a state; staying is always allowed."""
        return state is self.state or state in MOVES[self.state]

    def become(self, state: ItemState) -> "Item":
        """Return the item in a new state.

        Raises:
            ValueError: the table does not allow the move.
        """
        if not self.may_become(state):
            raise ValueError(f"item {self.id} is {self.state} and cannot become {state}")
        return Item(id=self.id, state=state)


def is_settled(items: Iterable[Item]) -> bool:
    """Tell whether every item has its answer, so that the request can be closed."""
    return all(item.state in SETTLED for item in items)
