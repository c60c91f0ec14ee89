"""The public form: who may open it, how much comes in, what is kept of a sender and for how long."""

import pytest

from comity.indicators.reports import MOST_CONTACT, MOST_WORDS
from comity.kernel.clock import DAY, HOUR
from comity.kernel.errors import ComityError, DeniedError
from comity.node.publicform import MOST_ALL, MOST_HERE, PublicForm, Told
from comity.node.reportdesk import ReportDesk
from tests.unit.node.nodes import Side, node

WORDS = "They wrote that my parcel waits at https://parcel.example"


@pytest.fixture
def side() -> Side:
    made = node("XAA", 1)
    PublicForm(place=made.place).switch(made.head(), on=True, keep_days=3)
    return made


def code(side: Side, told: Told, *, address: str = "192.0.2.1") -> str:
    """Return what became of a report: the code of the refusal, or nothing."""
    try:
        assert len(PublicForm(place=side.place).submit(told, address=address)) == 19
    except ComityError as error:
        return error.code
    return ""


def kept(side: Side) -> str:
    """Return everything that the node keeps, as text."""
    stores = side.place.store._stores  # type: ignore[attr-defined]
    return repr([vars(stores[name]) for name in ("sharing", "node")])


def test_it_is_off_until_a_head_opens_it_and_nothing_else_than_a_number_is_told(side: Side) -> None:
    form = PublicForm(place=side.place)
    with pytest.raises(DeniedError):
        form.switch(side.officer(), on=False)
    receipts = {form.submit(Told(words=WORDS), address=f"192.0.2.{at}") for at in range(4)}
    assert len(receipts) == 4
    form.switch(side.head(), on=False)
    assert code(side, Told(words=WORDS)) == "scam.closed"


def test_empty_and_long_reports_are_refused_and_floods_too(side: Side) -> None:
    for told in (
        Told(words=" "),
        Told(words="x" * (MOST_WORDS + 1)),
        Told(words="x", contact="y" * (MOST_CONTACT + 1)),
    ):
        assert code(side, told) == "indicators.form"
    assert [code(side, Told(words=WORDS)) for _ in range(MOST_HERE + 1)] == [""] * MOST_HERE + ["scam.busy"]
    found = [code(side, Told(words=WORDS), address=f"2001:db8::{at}") for at in range(MOST_ALL)]
    assert found.count("") == MOST_ALL - MOST_HERE and found[-1] == "scam.busy"
    assert "192.0.2.1" not in kept(side) and "2001:db8" not in kept(side)
    side.clock.advance(HOUR)
    assert code(side, Told(words=WORDS)) == ""


def test_what_a_sender_wrote_goes_when_its_time_is_over_though_nobody_writes_or_reads(side: Side) -> None:
    assert code(side, Told(words=WORDS, contact="+44 20 7946 0000", name="a.eml", data=b"From: x")) == ""
    assert "7946" in kept(side)
    side.clock.advance(3 * DAY)
    PublicForm(place=side.place).tidy()
    assert "7946" in kept(side)
    side.clock.advance(1)
    PublicForm(place=side.place).tidy()
    assert "7946" not in kept(side) and "parcel.example" not in kept(side)
    assert ReportDesk(place=side.place).queue(side.officer()) == ()


def test_the_queue_shows_nothing_that_was_written(side: Side) -> None:
    assert code(side, Told(words=WORDS, contact="+44 20 7946 0000")) == ""
    (waiting,) = ReportDesk(place=side.place).queue(side.officer())
    assert WORDS not in repr(waiting) and "7946" not in repr(waiting)
