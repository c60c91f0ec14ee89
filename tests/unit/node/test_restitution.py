"""The desk for restitution: who may do what, what the log holds, what each reader sees, the print."""

import json
from functools import partial

import pytest

from comity.bootstrap.restitution import print_statement
from comity.engines.tracing.primitives import LIBRARIES
from comity.kernel.errors import ConflictError, DeniedError, MalformedError, NotFoundError
from comity.kernel.ids import CaseId
from comity.node.assetbooks import add_line, begin_book
from comity.node.restitution import RestitutionDesk, ledger_of
from comity.node.views import Actor
from comity.requests.service import example
from comity.restitution.entries import Decided
from comity.restitution.views import Statement
from comity.tracing.assets import parse_fact
from tests.unit.node.nodes import Side, exchange, pair

DIGEST = "d" * 64


@pytest.fixture(scope="module")
def world():
    return made_world()


def made_world():
    """A case with a request of article 50, an asset of 100 euro, and two victims who proved 60 and 90."""
    here, there = pair()
    form = json.dumps(example("confiscation")).encode()
    request = here.settle(here.cases.draft_request(here.officer(), form=form, to="XAB/contact-point"))
    exchange(here, there)
    desk = RestitutionDesk(
        place=there.place, primitives=LIBRARIES, known=lambda tx, office, case: frozenset({"V-3"})
    )
    made = {"case": str(request.case), "request": str(request.act), "side": there, "desk": desk}
    clerk, head = there.officer_of("c.clerk", ["officer"]), there.head()
    record(
        made,
        clerk,
        "asset.open",
        asset="A1",
        unit="EUR",
        description="account",
        state="frozen",
        custodian="Bank",
    )
    record(made, head, "asset.ruling", ruling="confiscated", office="Court", reference="1/27", digest=DIGEST)
    record(made, clerk, "money.in", amount="100", source="sale", reference="TX 1")
    for who, loss in (("V-1", "60"), ("V-2", "90")):
        record(
            made,
            clerk,
            "claim.lodge",
            claim=f"C-{who}",
            who=who,
            kind="victim",
            unit="EUR",
            amount=loss,
            basis="loss",
        )
        record(
            made, head, "claim.decide", claim=f"C-{who}", outcome="proven", amount=loss, reason="bank records"
        )
    record(made, head, "rule.choose", method="pro_rata", decided_by="Court", reason="little is left")
    made["end"] = record(made, head, "money.distribute", amount="90")
    return made


def record(world, actor: Actor, entry: str, **values: str) -> Statement:
    return world["desk"].record(actor, case=world["case"], entry=entry, values=values, purpose="execution")


def show(world, **more: str) -> Statement:
    side: Side = world["side"]
    return world["desk"].show(side.head(), case=world["case"], purpose="court", **more)


def test_every_entry_and_every_reading_is_in_the_log(world) -> None:
    found = show(world)
    with world["side"].place.store.snapshot() as tx:
        journal = {(one.action, one.about) for one in tx.node.journal(world["side"].desk)}
    last = f"{world['case']}/{found.lines}/{found.digest}"
    assert ("restitution.money.distribute", last) in journal
    assert ("restitution.read", f"{world['case']} court") in journal
    assert [one.officer for one in found.journal][:3] == ["c.clerk", world["side"].head().officer, "c.clerk"]


def test_decisions_are_a_heads_and_reading_needs_a_purpose(world) -> None:
    side, desk = world["side"], world["desk"]
    clerk = side.place.actor("c.clerk")
    with pytest.raises(DeniedError) as caught:
        record(world, clerk, "money.distribute", amount="1")
    assert caught.value.code == "access.role"
    with pytest.raises(DeniedError):  # what takes from what is held is a head's, too
        record(world, clerk, "money.cost", amount="1", what="x", provision="s", reference="r")
    phrase = "legal winner thank year wave sausage worth useful legal winner thank yellow"
    for name in ("reason", "reference"):
        with pytest.raises(MalformedError) as caught:
            record(world, side.head(), "money.loss", **{"amount": "1", "reason": "fee", name: phrase})
        assert (caught.value.code, caught.value.where) == ("restitution.secret", name)
    with pytest.raises(DeniedError) as caught:
        record(
            world,
            side.officer_of("d.duty", ["duty-officer"]),
            "money.in",
            amount="1",
            source="x",
            reference="y",
        )
    assert caught.value.code == "access.role"
    with pytest.raises(DeniedError) as caught:
        desk.show(clerk, case=world["case"], purpose="")
    assert caught.value.code == "access.purpose"
    with pytest.raises(NotFoundError) as caught:
        desk.show(clerk, case="a" * 64, purpose="court")
    assert caught.value.code == "case.unknown"


def test_nothing_is_recorded_on_a_ledger_that_moved_and_no_key_or_future_enters(world) -> None:
    side, desk = world["side"], world["desk"]
    values = {"amount": "1", "source": "x", "reference": "y"}
    with pytest.raises(ConflictError, match="another line"):
        desk.record(
            side.head(), case=world["case"], entry="money.in", values=values, purpose="court", after="e" * 64
        )
    with pytest.raises(MalformedError, match="later than now"):
        record(world, side.head(), "money.in", **values, at="2099-01-01")
    secret = "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ"
    with pytest.raises(MalformedError, match="private key") as caught:
        record(
            world, side.head(), "asset.open", asset="A2", unit="BTC", description="w", state="frozen",
            custodian="Office", address=secret,
        )  # fmt: skip
    assert secret not in str(caught.value)
    assert show(world).lines == world["end"].lines


def test_a_victim_sees_their_own_and_a_state_sees_no_person(world) -> None:
    court, victim, state = (
        show(world),
        show(world, audience="victim", who="V-1"),
        show(world, audience="state"),
    )
    assert [one.who for one in court.claims] == ["V-1", "V-2"]
    assert court.waiting == ("V-1", "V-2", "V-3")
    assert [(one.who, one.allotted[0].shown) for one in victim.claims] == [("V-1", "36.00 EUR")]
    assert (victim.shares, victim.given, victim.journal, victim.assets[0].balances) == ((), (), (), ())
    assert (state.claims, state.payments, state.waiting, state.unconsidered) == ((), (), (), 3)
    told = json.dumps([repr(victim), repr(state)])
    assert "V-2" not in told
    assert "V-1" not in repr(state)
    assert {one.kind: one.money.shown for one in state.assets[0].balances}["owed"] == "90.00 EUR"
    for audience, who in (("press", ""), ("victim", ""), ("court", "V-1")):
        with pytest.raises(MalformedError, match="statement"):
            show(world, audience=audience, who=who)
    with pytest.raises(NotFoundError, match="no victim"):
        show(world, audience="victim", who="V-9")


def test_sharing_waits_for_victims_of_the_victims_desk_too(world) -> None:
    head = world["side"].head()
    share = {"amount": "10", "receiver": "state", "to": "XAB", "agreement": "3 May"}
    for who in ("V-1", "V-2"):
        record(world, head, "victim.consider", who=who, outcome="partly", decided_by="Head", reason="rule")
    with pytest.raises(ConflictError, match="1 known victims"):
        record(world, head, "money.share", **share)
    with pytest.raises(NotFoundError, match="no such request"):
        record(
            world,
            head,
            "money.return",
            amount="1",
            to="XAA",
            meant_for="victim",
            request="a" * 64,
            reference="r",
        )
    back = {"to": "XAA", "meant_for": "victim", "request": world["request"], "reference": "r"}
    assert record(world, head, "money.return", amount="1", **back).given[-1].kind == "return_victim"


def test_each_statement_is_printed_in_every_language(world) -> None:
    pytest.importorskip("typst")
    data = print_statement(show(world, audience="state"), languages="ar,en", author="XAB/contact-point")
    assert data.startswith(b"%PDF")
    with pytest.raises(MalformedError, match="not written in 'zh'"):
        print_statement(show(world), languages="zh", author="XAB/contact-point")


def test_claims_of_a_freeze_book_come_over_once_with_what_the_court_said() -> None:
    world = made_world()
    side, desk = world["side"], world["desk"]
    head, now = side.head(), side.clock.now()
    units = {"unit": "EUR", "decimals": 2, "amount": "10000"}
    opening = {"account": "A", "is_iban": False, "bank": "B", "reference": "r", "words": "w", **units}
    court = {"outcome": "upheld", "court": "Port Alta", "reference": "K 1", "digest": DIGEST}
    with side.place.store.transaction() as tx:
        told = {"officer": head.officer, "now": now}
        begin_book(
            tx, head.authority, "wallet-1", parse_fact({"fact": "banked", "at": now, **opening}), **told
        )
        for fact in (
            {"fact": "claim", "who": "Ms R.", "ground": "bought it", "amount": "500"},
            {"fact": "claim", "who": "Mr S.", "ground": "lent it", "amount": "700"},
            {"fact": "ruling", "claim": 2, **court},
            {"fact": "ruling", "claim": 3, **court, "outcome": "partly"},
            {"fact": "frozen", "amount": "1000", "by": "Court", "reference": "C"},
            {"fact": "released", "amount": "200", "to": "claimant", "ruling": 4, "reference": "P"},
            {"fact": "claim", "who": "Mr T.", "ground": "all of it"},
        ):
            add_line(tx, head.authority, "wallet-1", parse_fact({"at": now, **fact}), **told)
    take = partial(desk.take_claims, case=world["case"], book="wallet-1", purpose="execution")
    before = len(desk.show(head, case=world["case"], purpose="court").journal)
    with pytest.raises(DeniedError):
        take(side.place.actor("c.clerk"))
    with pytest.raises(MalformedError) as caught:  # how much a court gave in part is in no book
        take(head)
    assert caught.value.code == "restitution.awarded"
    assert len(desk.show(head, case=world["case"], purpose="court").journal) == before
    made = take(head, awarded={3: "4.50"})
    claims = {one.claim: (one.kind, one.outcome, one.who) for one in made.claims}
    assert claims["wallet-1-2"] == (*claims["wallet-1-3"][:2], "wallet-1-2") == (
        "third_party", "proven", "wallet-1-2",
    )  # fmt: skip
    assert len(claims) == 4  # nobody has ruled on it
    assert "Ms R." not in repr(made)
    with side.place.store.snapshot() as tx:
        lines = ledger_of(tx, head.authority, CaseId(world["case"])).lines
    decided = {one.entry.claim: one.entry for one in lines if isinstance(one.entry, Decided)}
    assert (decided["wallet-1-2"].amount, decided["wallet-1-2"].elsewhere) == ("500", "200")  # it has 2 euro
    with pytest.raises(ConflictError) as twice:
        take(head)
    assert twice.value.code == "restitution.no_claim"
