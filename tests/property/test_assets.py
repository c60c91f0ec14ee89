"""The sums of an asset's book: whatever officers try, nothing leaves that was not frozen, to the unit."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from comity.kernel.clock import Instant
from comity.kernel.errors import ComityError
from comity.kernel.ids import AuthorityId, OfficerName
from comity.kernel.lines import FIRST_PREVIOUS, line_bytes, line_digest
from comity.tracing.assets import (
    Line,
    parse_fact,
    parse_line,
)
from comity.tracing.freezerules import require_fits
from comity.tracing.frozen import asset_of

NOW = Instant(1_793_000_000_000_000)
OPENING = {
    "fact": "traced", "at": 1, "network": "bitcoin", "unit": "BTC", "decimals": 8, "addresses": ["a"],
    "ledger": "main", "method": "fifo", "seeds": ["s"], "inputs": "0" * 64, "answer": "1" * 64,
    "here": "1000", "created": "1000", "words": "why",
}  # fmt: skip
UNITS = st.integers(min_value=0, max_value=10**30).map(str) | st.integers(min_value=0, max_value=9).map(str)
LINE = st.integers(min_value=0, max_value=12)
STEPS = st.one_of(
    st.fixed_dictionaries({"fact": st.just("frozen"), "amount": UNITS}),
    st.fixed_dictionaries({"fact": st.just("lifted"), "amount": UNITS, "source": LINE}),
    st.fixed_dictionaries({"fact": st.just("released"), "amount": UNITS, "source": LINE}),
    st.fixed_dictionaries({"fact": st.just("custody"), "amount": UNITS, "source": LINE}),
    st.fixed_dictionaries({"fact": st.just("claim")}),
    st.fixed_dictionaries({"fact": st.just("ruling"), "claim": LINE}),
    st.fixed_dictionaries({"fact": st.just("struck"), "line": st.integers(min_value=1, max_value=12)}),
)
REST = {
    "frozen": {"by": "c", "reference": "r"},
    "lifted": {"words": "w"},
    "released": {"to": "holder", "reference": "r"},
    "custody": {"custodian": "c", "address": "a"},
    "claim": {"who": "w", "ground": "g"},
    "ruling": {"outcome": "dismissed", "court": "c", "reference": "r", "digest": "0" * 64},
    "struck": {"words": "w"},
}


def line(number: int, previous: str, fact: dict[str, object]) -> Line:
    return Line(
        v=1,
        asset="x",
        number=number,
        previous=previous,
        authority=AuthorityId("XAA/contact-point"),
        officer=OfficerName("a.diallo"),
        recorded_at=NOW,
        fact=parse_fact(fact),
    )


@settings(max_examples=30, deadline=None)
@given(st.lists(STEPS, max_size=14))
def test_sums_hold_whatever_is_tried_and_a_claim_stops_every_way_out(steps: list[dict[str, object]]) -> None:
    book = [line(1, FIRST_PREVIOUS, OPENING)]
    for step in steps:
        before = asset_of(book, head="")
        digest = line_digest(line_bytes(book[-1]))
        made = line(len(book) + 1, digest, {"at": 2, **REST[str(step["fact"])], **step})
        try:
            require_fits(before, made.fact, book, now=NOW)
        except ComityError:
            continue
        assert not (before.open_claims and step["fact"] in ("lifted", "released"))
        book.append(made)
        after = asset_of(book, head="")
        assert 0 <= after.in_custody <= after.held <= after.frozen
        assert after.held == after.frozen - after.lifted - after.released
        assert all(one.amount > 0 for one in after.custody)
    kept = [parse_line(line_bytes(one)) for one in book]
    assert asset_of(kept, head="") == asset_of(book, head="")
    assert all(one.previous == line_digest(line_bytes(last)) for last, one in pairwise(kept))
