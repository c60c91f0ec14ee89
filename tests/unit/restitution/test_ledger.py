"""The ledger of a case: what each entry needs before it, what it moves, and what is refused."""

import pytest

from comity.kernel.errors import ComityError, ConflictError, MalformedError, NotFoundError, UntrustedError
from comity.kernel.lines import FIRST_PREVIOUS, line_bytes
from comity.restitution.accounts import Account, Kind, booked, moved, sums
from comity.restitution.allotting import Method, Owed, allot
from comity.restitution.entries import ENTRIES
from comity.restitution.forms import FORMS
from comity.restitution.lines import (
    chained,
    parse_line,
)
from tests.unit.restitution.books import CASE, DIGEST, Ledger


def refused(ledger: Ledger, entry: str, **values: object) -> str:
    before = dict(ledger.books.balances)
    with pytest.raises(ComityError) as caught:
        ledger.record(entry, **values)
    assert ledger.books.balances == before
    return caught.value.code


def funded(unit: str = "EUR", amount: str = "100") -> Ledger:
    ledger = Ledger().opened(unit)
    ledger.record("money.in", amount=amount, source="bank", reference="1")
    return ledger


def chosen(ledger: Ledger, method: str = "pro_rata", **more: object) -> int:
    return ledger.record("rule.choose", method=method, decided_by="Court", reason="fair", **more)


def test_methods_by_hand() -> None:
    owed = {"a": Owed(amount=50, rank=2), "b": Owed(amount=30), "c": Owed(amount=20, rank=2)}
    assert allot(Method.PRO_RATA, 10, owed) == {"a": 5, "b": 3, "c": 2}
    assert allot(Method.PRO_RATA, 65, owed) == {"a": 33, "b": 19, "c": 13}
    assert allot(Method.PRIORITY, 65, owed) == {"a": 25, "b": 30, "c": 10}
    assert allot(Method.EQUAL, 65, owed) == {"a": 23, "b": 22, "c": 20}
    assert allot(Method.EQUAL, 2, owed) == {"a": 1, "b": 1}
    assert allot(Method.PRO_RATA, 1000, owed) == {"a": 50, "b": 30, "c": 20}
    assert allot(Method.PRO_RATA, 0, owed) == {}
    with pytest.raises(ValueError, match="not below zero"):
        allot(Method.EQUAL, -1, owed)
    with pytest.raises(ValueError, match="above zero"):
        Owed(amount=0)


def test_the_whole_way_of_an_asset() -> None:
    ledger = funded("ETH", "10")
    ledger.record("money.loss", unit="ETH", amount="0.000021", reason="fee of the chain")
    sold = ledger.record(
        "money.convert", unit="ETH", amount="9.999979", into="EUR", proceeds="23456.65", fee="56.65",
        rate="2345.67", source="Bank of record", dated="2026-10-01", reference="sale 1",
    )  # fmt: skip
    amounts = {one.amount for one in ledger.books.moves[sold]}
    assert {abs(one) for one in amounts} == {9_999_979 * 10**12, 2_345_665, 5_665}
    assert len(amounts) == 6
    ledger.record("money.cost", unit="EUR", amount="400", what="custody", provision="s. 3", reference="inv 1")
    ledger.victim("V-1", "10000")
    ledger.victim("V-2", "20000")
    chosen(ledger, unit="EUR")
    ledger.record("money.distribute", unit="EUR", amount="23000")
    shares = {name: one.allotted for name, one in ledger.books.claims.items()}
    assert shares == {"C-V-1": {"EUR": 766_667}, "C-V-2": {"EUR": 1_533_333}}
    first = ledger.record("pay.send", claim="C-V-1", unit="EUR", reference="order 1")
    ledger.record("pay.end", payment=first, outcome="uncertain", reference="no answer")
    ledger.record("pay.end", payment=first, outcome="done", reference="bank")
    second = ledger.record("pay.send", claim="C-V-2", unit="EUR", amount="15000", reference="order 2")
    ledger.record("pay.end", payment=second, outcome="returned", reference="account closed")
    assert (
        refused(ledger, "pay.end", payment=second, outcome="done", reference="x")
        == "restitution.payment_ended"
    )
    books = ledger.books
    assert books.balance("A1", "EUR", Kind.PAID, "C-V-1") == 766_667
    assert books.balance("A1", "EUR", Kind.OWED, "C-V-2") == 1_533_333
    assert (books.balance("A1", "EUR", Kind.HELD), books.balance("A1", "EUR", Kind.COSTS)) == (0, 45_665)
    assert sums(books.balances) == {"ETH": 0, "EUR": 0}


def test_nothing_is_paid_before_a_court_ruled_and_third_parties_are_settled() -> None:
    ledger = Ledger()
    ledger.record("asset.open", asset="A1", unit="EUR", description="x", state="frozen", custodian="Bank")
    ledger.record("money.in", amount="100", source="bank", reference="1")
    ledger.victim("V-1", "80")
    chosen(ledger)
    assert refused(ledger, "money.distribute", amount="50") == "restitution.no_ruling"
    ledger.record("asset.ruling", ruling="for_victims", office="Court", reference="1", digest=DIGEST)
    ledger.record(
        "claim.lodge", claim="T", who="Garage", kind="third_party", unit="EUR", amount="40", basis="lien"
    )
    assert refused(ledger, "money.distribute", amount="50") == "restitution.third_party"
    ledger.record("claim.decide", claim="T", outcome="proven", amount="30", reason="lien")
    assert refused(ledger, "money.distribute", amount="50") == "restitution.third_party"
    assert refused(ledger, "claim.settle", claim="T", amount="31", reference="r") == "restitution.unproven"
    assert refused(ledger, "claim.settle", claim="C-V-1", amount="1", reference="r") == "restitution.by_rule"
    ledger.record("claim.settle", claim="T", amount="30", reference="ruling 2")
    assert refused(ledger, "money.distribute", amount="71") == "restitution.overdrawn"
    ledger.record("money.distribute", amount="70")
    assert refused(ledger, "money.distribute", amount="11") == "restitution.nobody"


def test_sharing_waits_for_a_decision_on_every_known_victim_and_proves_it() -> None:
    ledger = funded()
    share = {"amount": "60", "receiver": "state", "to": "XAB", "agreement": "3 May"}
    assert refused(ledger, "money.share", **share) == "restitution.unsearched"
    search = ledger.record("victim.search", where="bank files", how="all payments in", decided_by="Head")
    ledger.record("money.share", **(share | {"amount": "1"}))
    assert ledger.books.gone[search + 1].search == search
    ledger.victim("V-1", "10")
    ledger.victim("V-2", "10")
    assert refused(ledger, "money.share", **share) == "restitution.unconsidered"
    weigh = {"outcome": "elsewhere", "decided_by": "Head", "reason": "insured"}
    first = ledger.record("victim.consider", who="V-1", **weigh)
    assert refused(ledger, "money.share", **share) == "restitution.unconsidered"
    second = ledger.record("victim.consider", who="V-2", **weigh)
    shared = ledger.record("money.share", **share)
    assert ledger.books.gone[shared].considered == {"V-1": first, "V-2": second}
    assert refused(ledger, "correct", line=second, reason="error") == "restitution.depends"
    ledger.record("claim.lodge", claim="late", who="V-2", kind="victim", unit="EUR", amount="1", basis="more")
    assert ledger.books.unconsidered() == ("V-2",)
    assert ledger.books.unconsidered(["V-9"]) == ("V-2", "V-9")
    assert refused(ledger, "money.share", **(share | {"amount": "1"})) == "restitution.unconsidered"


def test_what_goes_back_to_the_requesting_state_is_no_sharing() -> None:
    ledger = funded()
    ledger.victim("V-1", "10")
    back = {"amount": "40", "to": "XAB", "request": "a" * 64, "reference": "52(2)"}
    ledger.record("money.return", meant_for="victim", **back)
    assert ledger.books.balance("A1", "EUR", Kind.RETURNED, "XAB") == 4000
    assert refused(ledger, "money.return", meant_for="third_party", **back) == "blank.value"


def test_a_counter_entry_books_back_and_never_breaks_what_stands_on_it() -> None:
    ledger = funded()
    extra = ledger.record("money.in", amount="5", source="double", reference="2")
    ledger.victim("V-1", "200")
    chosen(ledger)
    given = ledger.record("money.distribute", amount="105")
    assert refused(ledger, "correct", line=extra, reason="typed twice") == "restitution.depends"
    ledger.record("correct", line=given, reason="too much")
    back = ledger.record("correct", line=extra, reason="typed twice")
    assert ledger.books.balance("A1", "EUR", Kind.HELD) == 10_000
    assert [one.amount for one in ledger.books.moves[back]] == [500, -500]
    assert ledger.books.struck == {given: given + 1, extra: back}
    for line in (extra, back, 99):
        assert refused(ledger, "correct", line=line, reason="again") == "restitution.line"
    ledger.record("money.distribute", amount="100")


def test_a_payment_whose_end_was_corrected_keeps_every_sum() -> None:
    ledger = funded()
    ledger.victim("V-1", "100")
    chosen(ledger)
    ledger.record("money.distribute", amount="100")
    paid = ledger.record("pay.send", claim="C-V-1", reference="1")
    done = ledger.record("pay.end", payment=paid, outcome="done", reference="bank")
    returned = ledger.record("pay.end", payment=paid, outcome="returned", reference="bank")
    assert refused(ledger, "correct", line=done, reason="was never done") == "restitution.depends"
    ledger.record("correct", line=returned, reason="wrong payment")
    assert ledger.books.balance("A1", "EUR", Kind.PAID, "C-V-1") == 10_000
    assert refused(ledger, "pay.send", claim="C-V-1", reference="2") == "restitution.amount"


def test_claims_in_another_unit_are_valued_by_a_rate() -> None:
    ledger = funded("EUR", "1000")
    ledger.victim("V-1", "0.5", unit="BTC")
    chosen(ledger, unit="EUR")
    assert refused(ledger, "money.distribute", unit="EUR", amount="10") == "restitution.unvalued"
    value = {"claim": "C-V-1", "unit": "EUR", "rate": "60000.01", "source": "Bank", "dated": "2026-10-01"}
    assert refused(ledger, "claim.value", amount="30001", **value) == "restitution.rate"
    ledger.record("claim.value", amount="30000.01", **value)
    ledger.record("claim.decide", claim="C-V-1", outcome="proven", amount="0.4", reason="appeal")
    assert refused(ledger, "money.distribute", unit="EUR", amount="10") == "restitution.unvalued"
    ledger.record("claim.value", amount="24000", **value)
    ledger.record("money.distribute", unit="EUR", amount="1000")
    lower = {"claim": "C-V-1", "outcome": "proven", "reason": "appeal", "amount": "0.1"}
    assert refused(ledger, "claim.decide", **lower) == "restitution.allotted"
    assert refused(ledger, "claim.value", amount="24000", **value) == "restitution.allotted"


@pytest.mark.parametrize(
    ("entry", "values", "code"),
    [
        ("money.in", {"amount": "0", "source": "a", "reference": "b"}, "restitution.form"),
        ("money.in", {"amount": "1", "source": "a", "reference": "b", "unit": "USD"}, "restitution.unit"),
        ("money.in", {"amount": "1", "source": "a", "reference": "b", "asset": "A9"}, "restitution.asset"),
        ("money.in", {"amount": "1", "source": "a"}, "blank.missing"),
        ("money.in", {"amount": "1", "sauce": "a", "reference": "b"}, "blank.unknown"),
        ("money.in", {"amount": "1", "source": "a", "reference": "b", "at": "soon"}, "blank.value"),
        ("money.theft", {}, "restitution.entry"),
        ("asset.open", {"asset": "A1", "unit": "EUR", "description": "x", "state": "frozen",
                        "custodian": "b"}, "restitution.known"),
        ("asset.open", {"asset": "A 2", "unit": "EUR", "description": "x", "state": "frozen",
                        "custodian": "b"}, "restitution.form"),
        ("claim.decide", {"claim": "C", "outcome": "rejected", "reason": "r"}, "restitution.claim"),
        ("pay.end", {"payment": "1", "outcome": "done", "reference": "r"}, "restitution.payment"),
        ("pay.end", {"payment": "one", "outcome": "done", "reference": "r"}, "blank.value"),
        ("money.distribute", {"amount": "1"}, "restitution.rule"),
        ("money.convert", {"amount": "1", "into": "EUR", "proceeds": "1", "rate": "1", "source": "b",
                           "dated": "2026-01-01", "reference": "r"}, "restitution.same_unit"),
    ],
)  # fmt: skip
def test_what_does_not_stand_is_refused(entry: str, values: dict[str, str], code: str) -> None:
    assert refused(funded(), entry, **values) == code


def test_two_units_of_one_code_are_told_apart() -> None:
    ledger = Ledger().opened("USDT", decimals=6)
    with pytest.raises(ConflictError, match="counted with 6 decimals"):
        ledger.record(
            "asset.open", asset="A2", unit="USDT", decimals=18, description="x", state="frozen", custodian="b"
        )


def test_forms_and_entries_agree() -> None:
    assert FORMS.keys() == ENTRIES.keys()
    for name, form in FORMS.items():
        assert {one.name for one in form} <= set(ENTRIES[name].__struct_fields__) | {"into"}


def test_lines_are_a_chain() -> None:
    ledger = funded()
    stored = tuple(line_bytes(line) for line in ledger.lines)
    lines, digest = chained(stored)
    assert (list(lines), digest) == (ledger.lines, ledger.previous)
    assert chained(()) == ((), FIRST_PREVIOUS)
    for bad in (stored[1:], stored[:1] + stored[2:], (stored[0].replace(b"Bank", b"Benk"), *stored[1:])):
        with pytest.raises(UntrustedError, match="is not the one"):
            chained(bad)
    with pytest.raises(MalformedError, match="has not its form"):
        parse_line(b'{"v":1}')
    assert lines[0].case == CASE


def test_accounts_refuse_nonsense() -> None:
    held, costs = Account("A1", "EUR", Kind.HELD), Account("A1", "EUR", Kind.COSTS)
    with pytest.raises(ValueError, match="one unit"):
        moved(held, Account("A1", "USD", Kind.COSTS), 1)
    with pytest.raises(ConflictError, match="has not that much EUR"):
        booked({}, moved(held, costs, 1))
    assert moved(held, costs, 0) == ()
    with pytest.raises(NotFoundError):
        Ledger().books.claim("C")


def test_what_came_in_or_was_paid_is_not_recorded_twice_under_one_reference() -> None:
    ledger = funded()
    again = {"amount": "100", "source": "bank", "reference": "1"}
    assert refused(ledger, "money.in", **again) == "restitution.twice"
    ledger.record("money.in", **again | {"reference": "2"})
    assert ledger.books.balance("A1", "EUR", Kind.HELD) == 20_000
    ledger.victim("V-1", "100")
    chosen(ledger)
    for _ in range(2):
        ledger.record("money.distribute", amount="20")
    pay = {"claim": "C-V-1", "amount": "20", "reference": "P 1"}
    sent = ledger.record("pay.send", **pay)
    assert refused(ledger, "pay.send", **pay) == "restitution.twice"
    ledger.record("pay.end", payment=sent, outcome="returned", reference="bank")
    ledger.record("pay.send", **pay)  # it came back, so it may be sent again
    ledger.record("pay.send", **pay | {"reference": "P 2"})
    assert ledger.books.balance("A1", "EUR", Kind.UNDER_WAY, "C-V-1") == 4000
    corrected = ledger.record("money.in", **again | {"reference": "3"})
    ledger.record("correct", line=corrected, reason="typed twice")
    ledger.record("money.in", **again | {"reference": "3"})


def test_who_set_money_aside_does_not_send_it() -> None:
    ledger = funded()
    ledger.victim("V-1", "60")
    ledger.record(
        "claim.lodge", claim="T", who="T-1", kind="third_party", unit="EUR", amount="20", basis="lien"
    )
    ledger.record("claim.decide", claim="T", outcome="proven", amount="20", reason="court")
    ledger.record("claim.settle", claim="T", amount="20", reference="court", officer="a.head")
    chosen(ledger)
    first = ledger.record("money.distribute", amount="10", officer="b.head")
    second = ledger.record("money.distribute", amount="20", officer="a.head")
    for claim, officer in (("T", "a.head"), ("C-V-1", "a.head"), ("C-V-1", "b.head")):
        pay = {"claim": claim, "amount": "5", "reference": "P 1", "officer": officer}
        assert refused(ledger, "pay.send", **pay) == "restitution.same_person"
    ledger.record("pay.send", claim="T", reference="P 1", officer="b.head")
    ledger.record("correct", line=first, reason="too early")  # what is booked back no longer counts
    sent = ledger.record("pay.send", claim="C-V-1", reference="P 2", officer="b.head")
    assert refused(ledger, "correct", line=second, reason="x") == "restitution.depends"
    ledger.record("pay.end", payment=sent, outcome="done", reference="bank", officer="a.head")
    assert ledger.books.balance("A1", "EUR", Kind.PAID, "C-V-1") == 2000


def test_no_victim_is_paid_while_a_third_party_claims_what_was_set_aside() -> None:
    ledger = funded()
    ledger.victim("V-1", "100")
    chosen(ledger)
    ledger.record("money.distribute", amount="50")
    third = {
        "claim": "T",
        "who": "T-1",
        "kind": "third_party",
        "unit": "EUR",
        "amount": "60",
        "basis": "lien",
    }
    ledger.record("claim.lodge", **third)
    pay = {"claim": "C-V-1", "reference": "P 1"}
    assert refused(ledger, "pay.send", **pay) == "restitution.third_party"
    ledger.record("claim.decide", claim="T", outcome="proven", amount="50", reason="court")
    assert refused(ledger, "pay.send", **pay) == "restitution.third_party"
    ledger.record("claim.settle", claim="T", amount="50", reference="court")
    ledger.record("pay.send", **pay)
    ledger.record("pay.send", claim="T", reference="P 2")


def test_what_is_said_of_a_victim_is_what_the_ledger_says() -> None:
    ledger = funded()
    for who in ("V-1", "V-2"):
        ledger.victim(who, "100")
    told = {"decided_by": "Head", "reason": "as said"}
    for outcome in ("compensated", "partly", "rejected"):
        assert refused(ledger, "victim.consider", who="V-1", outcome=outcome, **told) == "restitution.weighed"
    chosen(ledger)
    ledger.record("money.distribute", amount="100")
    assert (
        refused(ledger, "victim.consider", who="V-1", outcome="compensated", **told) == "restitution.weighed"
    )
    ledger.record("victim.consider", who="V-1", outcome="partly", **told)
    ledger.record("money.in", amount="100", source="bank", reference="2")
    ledger.record("money.distribute", amount="100")
    ledger.record("victim.consider", who="V-1", outcome="compensated", **told)
    ledger.record("victim.consider", who="V-2", outcome="declined", **told)
