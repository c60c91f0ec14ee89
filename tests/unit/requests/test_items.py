import pytest

from comity.requests.items import MOVES, SETTLED, Item, ItemState, is_settled


def test_every_state_has_a_row_and_no_state_leads_to_itself() -> None:
    assert set(MOVES) == set(ItemState)
    assert all(state not in targets for state, targets in MOVES.items())


@pytest.mark.parametrize("state", [ItemState.EXECUTED, ItemState.NO_DATA, ItemState.WITHDRAWN])
def test_what_is_final_stays(state: ItemState) -> None:
    item = Item(id="mailbox", state=state)
    assert item.become(state) == item
    for other in set(ItemState) - {state}:
        with pytest.raises(ValueError, match="cannot become"):
            item.become(other)


def test_a_refused_item_may_be_opened_again_after_consultation() -> None:
    assert Item(id="mailbox", state=ItemState.REFUSED).become(ItemState.OPEN).state is ItemState.OPEN
    assert not Item(id="mailbox", state=ItemState.REFUSED).may_become(ItemState.EXECUTED)


def test_every_state_can_be_reached_from_open() -> None:
    reached, todo = {ItemState.OPEN}, [ItemState.OPEN]
    while todo:
        for state in MOVES[todo.pop()] - reached:
            reached.add(state)
            todo.append(state)
    assert reached == set(ItemState)


def test_a_request_is_settled_when_every_item_has_its_answer() -> None:
    done = [Item(id=f"i-{at}", state=state) for at, state in enumerate(sorted(SETTLED))]
    assert is_settled(done)
    for state in set(ItemState) - SETTLED:
        assert not is_settled([*done, Item(id="last", state=state)])


def test_an_item_has_a_name() -> None:
    with pytest.raises(ValueError, match="without a name"):
        Item(id="")
