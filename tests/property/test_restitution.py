"""Restitution as laws: nothing is created or lost, no order counts, nobody gets more than is owed."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from comity.kernel.errors import ComityError
from comity.restitution.accounts import MAY_OWE, sums
from comity.restitution.allotting import Method, Owed, allot
from comity.restitution.amounts import Unit, amount_text, parse_amount
from tests.unit.restitution.books import Ledger

WEI = 10**18 * 10**9
NAMES = st.text("abcdefgh", min_size=1, max_size=3)
DEBTS = st.dictionaries(
    NAMES, st.builds(Owed, amount=st.integers(1, WEI), rank=st.integers(1, 3)), min_size=1, max_size=8
)


@given(st.sampled_from(Method), st.integers(0, 3 * WEI), DEBTS, st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_shares_are_exact_whatever_the_order(
    method: Method, total: int, owed: dict[str, Owed], chance: random.Random
) -> None:
    shares = allot(method, total, owed)
    assert sum(shares.values()) == min(total, sum(one.amount for one in owed.values()))
    assert all(0 < share <= owed[name].amount for name, share in shares.items())
    names = list(owed)
    chance.shuffle(names)
    assert allot(method, total, {name: owed[name] for name in names}) == shares


@given(st.integers(0, 10**6), st.dictionaries(NAMES, st.integers(1, 1000), min_size=1, max_size=8))
@settings(max_examples=60)
def test_what_each_method_promises(total: int, amounts: dict[str, int]) -> None:
    owed = {name: Owed(amount=amount) for name, amount in amounts.items()}
    whole = sum(amounts.values())
    spread = min(total, whole)
    for name, amount in amounts.items():
        exact, share = spread * amount / whole, allot(Method.PRO_RATA, total, owed).get(name, 0)
        assert abs(share - exact) < 1
    equal = allot(Method.EQUAL, total, owed)
    unfilled = [equal.get(name, 0) for name in amounts if equal.get(name, 0) < amounts[name]]
    most = max(equal.values(), default=0)
    assert all(most - one <= 1 for one in unfilled)
    ranked = {name: Owed(amount=amount, rank=1 + len(name)) for name, amount in amounts.items()}
    paid = allot(Method.PRIORITY, total, ranked)
    short = [one.rank for name, one in ranked.items() if paid.get(name, 0) < one.amount]
    assert all(one.rank <= min(short, default=9) for name, one in ranked.items() if paid.get(name, 0))


@given(st.integers(0, 24), st.integers(0, WEI * 1000))
def test_amounts_are_read_as_they_are_shown(decimals: int, amount: int) -> None:
    unit = Unit(code="XTS", decimals=decimals)
    assert parse_amount(amount_text(amount, unit).removesuffix(" XTS"), unit) == amount


def a_step(ledger: Ledger, chance: random.Random) -> None:
    """Try to record something: sensible, foolish, or a correction of any line."""
    victim, amount = f"V{chance.randrange(4)}", f"{chance.randrange(1, 10**9)}.{chance.randrange(10**9):09d}"
    match chance.randrange(10):
        case 0 | 1:
            ledger.record("money.in", amount=amount, source="exchange", reference="tx")
        case 2:
            ledger.record("money.cost", amount=amount, what="custody", provision="s. 1", reference="inv")
        case 3:
            ledger.record("money.loss", amount="0.000000000000000001", reason="fee")
        case 4:
            ledger.victim(victim, amount, unit="ETH")
        case 5:
            ledger.record(
                "rule.choose", method=chance.choice(list(Method)).value, decided_by="Court", reason="fair"
            )
            ledger.record("money.distribute", amount=amount)
        case 6:
            ledger.record("pay.send", claim=f"C-{victim}", reference="order")
        case 7 if ledger.books.payments:
            ledger.record(
                "pay.end",
                payment=chance.choice(list(ledger.books.payments)),
                outcome=chance.choice(["done", "uncertain", "returned"]),
                reference="bank",
            )
        case 8:
            ledger.record(
                "victim.consider", who=victim, outcome="partly", decided_by="Head", reason="little is left"
            )
            ledger.record("money.share", amount=amount, receiver="state", to="XAB", agreement="of 3 May")
        case _:
            ledger.record("correct", line=chance.randrange(1, len(ledger.lines) + 2), reason="error")


@given(st.randoms(use_true_random=False))
@settings(max_examples=20, deadline=None)
def test_the_books_agree_at_each_step_whatever_is_tried(chance: random.Random) -> None:
    ledger = Ledger().opened("ETH")
    for _ in range(40):
        try:
            a_step(ledger, chance)
        except ComityError as refused:
            assert refused.code.startswith(("restitution.", "blank.")), refused
        books = ledger.books
        assert set(sums(books.balances).values()) <= {0}
        assert all(amount >= 0 for account, amount in books.balances.items() if account.kind not in MAY_OWE)
        told: dict[object, int] = {}
        for postings in books.moves.values():
            for one in postings:
                told[one.account] = told.get(one.account, 0) + one.amount
        assert {a: n for a, n in told.items() if n} == {a: n for a, n in books.balances.items() if n}
        for name, claim in books.claims.items():
            allotted = sum(amount for account, amount in books.balances.items() if account.whom == name)
            assert allotted == sum(claim.allotted.values()) <= max(claim.net, 0)


@given(st.permutations(["in1", "in2", "V1", "V2", "V3", "cost"]))
@settings(max_examples=20, deadline=None)
def test_the_order_in_which_things_arrive_changes_no_share(order: list[str]) -> None:
    ledger = Ledger().opened("ETH")
    ledger.record("money.in", amount="1", source="first", reference="tx")
    for one in order:
        match one:
            case "in1":
                ledger.record("money.in", amount="1000000000.000000000000000001", source="a", reference="tx")
            case "in2":
                ledger.record("money.in", amount="0.000000000000000006", source="b", reference="tx")
            case "cost":
                ledger.record("money.cost", amount="1", what="custody", provision="s. 1", reference="inv")
            case victim:
                ledger.victim(victim, "777777777.1", unit="ETH")
    ledger.record("rule.choose", method="pro_rata", decided_by="Court", reason="fair")
    ledger.record("money.distribute", amount="1000000000.000000000000000007")
    shares = {name: one.allotted["ETH"] for name, one in ledger.books.claims.items()}
    third = 333333333333333333333333335
    assert shares == {"C-V1": third + 1, "C-V2": third + 1, "C-V3": third}
