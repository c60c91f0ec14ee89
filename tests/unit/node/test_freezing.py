"""The freeze lane on two nodes in memory: from a trace to the alarm, the hearing and the lifting."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from comity.bootstrap.tracing import tracing_desk
from comity.kernel.clock import HOUR, MINUTE, SECOND, Instant
from comity.kernel.errors import ComityError, DeniedError
from comity.node.assetbooks import read_asset
from comity.node.duty import DutyDesk
from comity.node.freezeforms import KINDS, Brief
from comity.node.freezing import BankWord, FreezeDesk
from comity.node.lanes import LaneDesk
from comity.node.watching import Watch
from comity.requests.service import example
from comity.tracing.freezefigures import Timed, freeze_figures
from comity.tracing.questions import Question
from comity.tracing.taint import Method
from comity.wording.freezing import freeze_texts, order_text
from tests.unit.node.nodes import Side, exchange, pair
from tests.unit.tracing.chains import ADDRESS, CASHED, MINED, MIXED, STOLEN, told, txid

pytest.importorskip("duckdb")
pytest.importorskip("numba")

WHY = "ransom of the hospital; the victim's payment leads here"
SEED = Question(method=Method.FIFO, seeds=(txid("theft"),))
BANK = BankWord(
    iban="DE89 3704 0044 0532 0130 00",
    bank="Belmare Savings",
    amount="9800.05",
    currency="EUR",
    reference="MT103",
)
BRIEF = Brief(
    facts="A hospital's files were locked; the ransom was paid to the address in the note.",
    offence="Extortion by means of an information system",
    provision="Criminal Code, section 253",
    article=13,
    years=8,
    issuer="Public Prosecutor of Port Alta",
    functions="Leads the investigation",
    reference="PA-2026-7",
)
KEY = "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ"
PHRASE = "legal winner thank year wave sausage worth useful legal winner thank yellow"


def code(call: Any, *arguments: Any, **named: Any) -> str:
    with pytest.raises(ComityError) as caught:
        call(*arguments, **named)
    return caught.value.code


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """Two nodes; the first follows the theft to the mixer and asks the second to freeze what lies there."""
    root, (one, other) = tmp_path_factory.mktemp("freezing"), pair()
    desks = []
    for side in (one, other):
        traces = tracing_desk(root / str(side.place.party), side.place)
        desks.append(FreezeDesk(place=side.place, tracing=traces, cases=side.cases))
    ours, theirs = desks
    for each in (MINED, STOLEN, MIXED, CASHED):
        (root / f"{each['height']}.json").write_bytes(told(each))
    for each in (MINED, STOLEN, MIXED):
        ours.tracing.take(one.officer(), ledger="main", path=str(root / f"{each['height']}.json"))
    view = ours.open_traced(
        one.officer(),
        name="ransom-12",
        ledger="main",
        question=SEED,
        addresses=[ADDRESS["mixer"]],
        words=WHY,
        purpose="investigation",
    )
    return SimpleNamespace(root=root, one=one, other=other, ours=ours, theirs=theirs, view=view)


def prepared(
    world: SimpleNamespace, name: str = "ransom-12", kind: str = "property-freezing", **more: Any
) -> Any:
    actor = world.one.officer()
    asset = world.ours.show(actor, name=name, purpose="investigation").asset
    return world.ours.asking.prepare(
        actor,
        name=name,
        kind=kind,
        to=world.other.desk,
        texts=freeze_texts(asset, kind=kind, language="en"),
        brief=more.pop("brief", BRIEF),
        purpose="investigation",
        **more,
    )


def actions(side: Side) -> list[tuple[str, str]]:
    with side.place.store.snapshot() as tx:
        return [(one.action, one.about) for one in tx.node.journal(side.desk)]


def test_nothing_is_frozen_on_a_tag_and_a_named_person_says_why(world: SimpleNamespace) -> None:
    ours, actor = world.ours, world.one.officer()
    named = {"name": "x", "ledger": "main", "addresses": [ADDRESS["mixer"]], "purpose": "investigation"}
    assert code(ours.open_traced, actor, question=None, words=WHY, **named) == "freeze.tag_alone"
    assert code(ours.open_traced, actor, question=SEED, words=" ", **named) == "duty.words"
    poison = Question(method=Method.POISON, seeds=SEED.seeds)
    assert code(ours.open_traced, actor, question=poison, words=WHY, **named) == "freeze.method"
    clean = named | {"addresses": [ADDRESS["shop"]]}
    assert code(ours.open_traced, actor, question=SEED, words=WHY, **clean) == "freeze.nothing"
    assert (
        code(ours.open_traced, actor, question=SEED, words=WHY, **named | {"name": "ransom-12"})
        == "freeze.known"
    )
    asset = world.view.asset
    assert (asset.clock.found, asset.unit, asset.opening.words) == (990, "BTC", WHY)
    assert world.view.lines[0].officer == actor.officer
    assert ("freeze.open", "ransom-12") in actions(world.one)
    tasks = {task.code for task in ours.tasks(actor, name="ransom-12")}
    assert {"issuer-freeze", "request-sent", "request-received"} <= tasks


def test_whatever_looks_like_a_key_is_refused_and_kept_nowhere(world: SimpleNamespace) -> None:
    ours, actor = world.ours, world.one.officer()
    custody = {"fact": "custody", "custodian": "Office", "address": ADDRESS["friend"], "amount": "0.1"}
    for secret in (KEY, PHRASE, "ab" * 32, f"the private key is tx {'ab' * 32}"):
        tries = (
            lambda s=secret: ours.record(actor, name="ransom-12", fact=custody | {"custodian": s}),
            lambda s=secret: ours.record(actor, name="ransom-12", fact=custody | {"address": s}),
            lambda s=secret: ours.record(
                actor, name="ransom-12", fact=custody | {s[:40]: "x", "tx": s + "!"}
            ),
            lambda s=secret: prepared(world, brief=Brief(facts=s)),
            lambda s=secret: ours.asking.hear(actor, name="ransom-12", words=s, language="en"),
            lambda s=secret: ours.open_bank(actor, name="b", told=BANK, words=s),
        )
        for attempt in tries:
            assert code(attempt) == "freeze.secret"
    with world.one.place.store.snapshot() as tx:
        kept = b"".join(tx.node.setting(name) or b"" for name in tx.node.names("freeze/"))
    told_of = repr(actions(world.one))
    for secret in (KEY, PHRASE, "ab" * 32):
        assert secret.encode() not in kept and secret not in told_of


def test_every_kind_of_request_is_filled_in_and_only_what_a_person_knows_is_open(
    world: SimpleNamespace,
) -> None:
    for kind in KINDS:
        made = prepared(world, kind=kind)
        assert made.open_fields == () and made.assessment.may_proceed, (kind, made.assessment.findings)
        form = json.loads(made.form)
        assert (form["urgency"] and world.view.asset.opening.words in made.form.decode()) or kind != KINDS[0]
    form = json.loads(prepared(world).form)
    secrecy = form["confidentiality"]  # 40(20): whoever holds it is not warned, for as long as is said
    assert secrecy["wanted"] and secrecy["no_user_notification"] and secrecy["reason"]["text"]
    (item,) = form["items"]
    opening = world.view.asset.opening
    assert opening.inputs in item["link"]["text"] and opening.answer in item["link"]["text"]
    assert (item["value"], item["currency"], item["property_type"]) == ("0.0000099", "BTC", "virtual_asset")
    assert prepared(world, brief=Brief()).open_fields != ()
    base = example("stored-data")
    again = prepared(world, brief=Brief(), base=json.dumps(base).encode())
    assert again.open_fields == () and json.loads(again.form)["facts"] == base["facts"]
    assert code(prepared, world, kind="stored-data") == "freeze.kind"


def test_money_in_an_account_goes_the_same_way(world: SimpleNamespace) -> None:
    ours, actor = world.ours, world.one.officer()
    view = ours.open_bank(actor, name="invoice-77", told=BANK, words="a forged invoice was paid")
    assert (view.asset.clock.found, view.asset.unit) == (980_005, "EUR")
    made = json.loads(prepared(world, name="invoice-77").form)["items"][0]
    assert made["identifier"] == "DE89370400440532013000, Belmare Savings"
    moved = {"fact": "moved", "remaining": "4100", "reference": "statement"}
    clock = ours.record(actor, name="invoice-77", fact=moved).asset.clock
    assert (clock.remaining, clock.lost, clock.went) == (410_000, 570_005, None)
    assert code(ours.look_again, actor, name="invoice-77", purpose="investigation") == "freeze.no_ledger"
    for wrong, expected in (
        ({"iban": "DE89 3704 0044 0532 0130 01"}, "freeze.iban"),
        ({"amount": "1.005"}, "freeze.amount"),
        ({"iban": ""}, "freeze.account"),
    ):
        told_wrong = BankWord(**{name: getattr(BANK, name) for name in BANK.__slots__} | wrong)
        assert code(ours.open_bank, actor, name="y", told=told_wrong, words="why") == expected


def test_an_order_at_home_is_meant_then_known_or_rings_until_a_person_found_out(
    world: SimpleNamespace,
) -> None:
    ours, actor = world.ours, world.one.officer()
    ours.open_bank(actor, name="home-1", told=BANK, words="a forged invoice was paid")
    until = world.one.clock.now() + 48 * HOUR
    named = {"name": "home-1", "provider": "Coin House", "reference": "B 1", "digest": "0" * 64}
    assert code(ours.orders.order, actor, until=world.one.clock.now(), **named) == "freeze.time"
    view = ours.orders.order(actor, until=until, **named)
    (order,) = view.asset.waiting
    assert order.key in order_text(view.asset, order.number, language="fr")
    codes = lambda: [task.code for task in ours.tasks(actor, name="home-1")]  # noqa: E731
    assert "order-uncertain" in codes()
    came = {"name": "home-1", "order": order.number}
    assert code(ours.orders.carried, actor, outcome="done", **came) == "freeze.fact"
    ours.orders.carried(actor, outcome="uncertain", words="no answer", **came)
    assert "order-uncertain" in codes()
    done = ours.orders.carried(actor, outcome="done", amount="9000", reference="CH 8", **came)
    assert (done.asset.held, done.asset.waiting) == (900_000, ())
    assert "order-uncertain" not in codes()
    assert code(ours.orders.carried, actor, outcome="failed", **came) == "freeze.known"
    assert code(ours.orders.carried, actor, outcome="failed", name="home-1", order=1) == "freeze.no_line"


@pytest.fixture(scope="module")
def asked(world: SimpleNamespace) -> SimpleNamespace:
    """The request is sent, and the other side's watch rings."""
    one, other = world.one, world.other
    draft = world.ours.asking.draft(one.officer(), name="ransom-12", form=prepared(world).form, to=other.desk)
    act = one.settle(draft)
    exchange(one, other)
    return SimpleNamespace(**vars(world), act=act)


def draft_of(side: Side, kind: str, case: str, **body: Any) -> Any:
    parts = body.pop("parts", {})
    form = json.dumps({"body": body, "parts": parts}).encode()
    return side.cases.draft_act(side.officer(), kind=kind, case=case, form=form)


def test_the_alarm_rings_there_and_here_until_somebody_reacts(asked: SimpleNamespace) -> None:
    one, other = asked.one, asked.other
    other.lists.write_waiting(other.desk)
    rung = [call.alarm for call in Watch(place=other.place).turn()]
    assert [(alarm.code, alarm.about) for alarm in rung] == [("property", asked.act.act)]
    assert Watch(place=other.place).turn() == ()  # it rings again after the minutes of the roster
    other.clock.advance(5 * MINUTE)
    assert [call.alarm.code for call in Watch(place=other.place).turn()] == ["property"]
    board = DutyDesk(place=one.place).board(one.officer())
    (waits,) = [task for task in board.tasks if task.code == "peer-reacts"]
    assert waits.due - waits.since == 15 * MINUTE
    one.clock.advance(16 * MINUTE)
    other.clock.advance(11 * MINUTE)
    assert f"{asked.act.act}/peer-reacts" in {call.alarm.about for call in Watch(place=one.place).turn()}
    shown = {"name": "ransom-12", "purpose": "investigation"}
    (before,) = asked.ours.show(one.officer(), **shown).answers
    assert (before.item, before.state, before.act) == ("ransom-12", "asked", "")
    accepted = other.settle(draft_of(other, "request.accept", asked.act.case))
    exchange(one, other)
    (after,) = asked.ours.show(one.officer(), **shown).answers
    assert (after.state, after.act) == ("accepted", accepted.act)
    open_codes = {task.code for task in asked.ours.tasks(one.officer(), name="ransom-12")}
    assert not open_codes & {"peer-reacts", "request-sent", "request-received"}
    # a request that is not urgent rings nobody
    calm = json.loads(prepared(asked).form)
    del calm["urgency"]
    sent = one.settle(one.cases.draft_request(one.officer(), form=json.dumps(calm).encode(), to=other.desk))
    exchange(one, other)
    other.lists.write_waiting(other.desk)
    Watch(place=other.place).turn()
    assert sent.act not in {
        alarm.about for alarm in DutyDesk(place=other.place).board(other.officer()).alarms
    }


def test_what_has_moved_since_is_told_to_the_unit(asked: SimpleNamespace) -> None:
    ours, actor = asked.ours, asked.one.officer()
    still = ours.look_again(actor, name="ransom-12", purpose="investigation").asset.clock
    assert (still.remaining, still.went, still.lost) == (990, 0, 0)
    ours.tracing.take(actor, ledger="main", path=str(asked.root / "4.json"))
    clock = ours.look_again(actor, name="ransom-12", purpose="investigation").asset.clock
    assert (clock.found, clock.remaining, clock.went, clock.came, clock.lost) == (990, 0, 990, 0, 990)
    assert {spot.address: spot.units for spot in clock.elsewhere} == {
        ADDRESS["exchange"]: "500",
        ADDRESS["shop"]: "490",
    }


def test_nobody_lifts_before_the_other_state_was_heard_and_a_court_ruled_on_claims(
    asked: SimpleNamespace,
) -> None:
    one, other, theirs = asked.one, asked.other, asked.theirs
    actor, case = other.officer(), asked.act.case
    other.settle(
        draft_of(other, "order.record", case, parts={"order": {"authority": "Judge", "provision": "9"}})
    )
    other.settle(
        draft_of(other, "execution.report", case, parts={"report": {"text": "held", "language": "en"}})
    )
    exchange(one, other)
    theirs.open_bank(actor, name="held-12", told=BANK, words="asked for by Altavia")
    assert code(theirs.asking.hear, actor, name="held-12", words="?", language="en") == "freeze.not_asked"
    theirs.asking.tie(actor, name="held-12", case=case, request=asked.act.act, item="ransom-12")
    theirs.record(
        actor, name="held-12", fact={"fact": "frozen", "amount": "9800.05", "by": "Court", "reference": "C 1"}
    )
    lift = {"name": "held-12", "ground": "evidence", "words": "no evidence came", "language": "en"}
    # nothing said of a hearing: blocked; a hearing that never was: blocked
    for more in ({}, {"hearing": asked.act.act}):
        draft = theirs.asking.lift(actor, **lift, **more)
        assert [f.code for f in draft.assessment.findings] == ["procedure.lift_unheard"]
        assert not draft.assessment.may_proceed
        assert code(other.cases.approve, actor, act=draft.act, reason="x") in {"gate.blocked", "gate.closed"}
        other.cases.drop(actor, act=draft.act)
    # why it was not possible is for a named person to decide
    draft = theirs.asking.lift(actor, **lift, unheard="not_reached")
    assert [f.code for f in draft.assessment.to_decide] == ["procedure.lift_not_possible"]
    other.cases.drop(actor, act=draft.act)
    heard = other.settle(
        theirs.asking.hear(actor, name="held-12", words="we think of lifting", language="en")
    )
    draft = theirs.asking.lift(actor, **lift, hearing=heard.act)
    assert [f.code for f in draft.assessment.to_decide] == ["procedure.lift_unanswered"]
    other.cases.drop(actor, act=draft.act)
    exchange(one, other)
    one.settle(
        draft_of(one, "consult.answer", case, parts={"answer": {"text": "it is coming", "language": "en"}})
    )
    exchange(one, other)
    # a third party claims it: neither the act nor the line passes before a ruling
    claim = theirs.record(
        actor, name="held-12", fact={"fact": "claim", "who": "Ms R.", "ground": "bought it"}
    )
    draft = theirs.asking.lift(actor, **lift, hearing=heard.act)
    assert [f.code for f in draft.assessment.findings] == ["procedure.lift_claim"]
    assert not draft.assessment.may_proceed
    other.cases.drop(actor, act=draft.act)
    lifted = {"fact": "lifted", "amount": "9800.05", "words": "the bank was told"}
    release = {"fact": "released", "amount": "1", "to": "claimant", "reference": "P 1"}
    assert code(theirs.record, actor, name="held-12", fact=release) == "freeze.claim_open"
    ruling = {"fact": "ruling", "claim": claim.asset.claims[0].number, "outcome": "dismissed"}
    ruling |= {"court": "Port Alta", "reference": "K 1", "digest": "0" * 64}
    theirs.record(actor, name="held-12", fact=ruling)
    assert code(theirs.record, actor, name="held-12", fact=release) == "freeze.ruling"
    assert code(theirs.record, actor, name="held-12", fact=lifted) == "freeze.no_act"
    # that the other side asked is not struck, so that nobody forgets to hear it
    tied = next(line.number for line in claim.lines if line.fact.__struct_config__.tag == "asked")
    struck = {"fact": "struck", "line": tied, "words": "recorded in error"}
    assert code(theirs.record, actor, name="held-12", fact=struck) == "freeze.no_act"
    act = other.settle(theirs.asking.lift(actor, **lift, hearing=heard.act))
    exchange(one, other)
    state = one.cases.show(one.officer(), case=case, purpose="investigation")
    assert any(each.act == act.act for each in state.acts)
    # who asked reads it at its own asset
    (told,) = asked.ours.show(one.officer(), name="ransom-12", purpose="investigation").answers
    assert (told.state, told.lifted, told.lifted_for) == ("executed", act.act, "evidence")
    # no way around it: the tie struck, the money handed to its holder, the act for another item or case
    tie = next(line.number for line in claim.lines if line.fact.__struct_config__.tag == "asked")
    struck = {"fact": "struck", "line": tie, "words": "wrong"}
    assert code(theirs.record, actor, name="held-12", fact=struck) == "freeze.no_act"
    ruled = {"to": "holder", "ruling": claim.asset.lines + 1}
    assert code(theirs.record, actor, name="held-12", fact=release | ruled) == "freeze.no_act"
    theirs.open_bank(actor, name="held-13", told=BANK, words="asked for by Altavia")
    tied = {"name": "held-13", "request": asked.act.act, "item": "ransom-13"}
    assert code(theirs.asking.tie, actor, case="0" * 64, **tied) == "case.unknown"
    theirs.asking.tie(actor, case=case, **tied)
    held = {"fact": "frozen", "amount": "9800.05", "by": "Court", "reference": "C 2"}
    theirs.record(actor, name="held-13", fact=held)
    assert code(theirs.record, actor, name="held-13", fact=lifted | {"act": act.act}) == "freeze.no_act"
    view = theirs.record(actor, name="held-12", fact=lifted | {"act": act.act})
    assert (view.asset.held, view.asset.lifted) == (0, 980_005)
    assert "measure.lift" not in other.cases.show(actor, case=case, purpose="oversight").permitted


def test_the_requester_recalls_what_it_asked_for(asked: SimpleNamespace) -> None:
    actor = asked.one.officer()
    draft = asked.ours.asking.recall(actor, name="ransom-12", words="paid back", language="en")
    assert draft.kind == "request.withdraw"
    asked.one.cases.drop(actor, act=draft.act)


def test_a_book_is_chained_and_read_under_a_purpose_only(world: SimpleNamespace) -> None:
    ours, actor = world.ours, world.one.officer()
    assert code(ours.show, actor, name="ransom-12", purpose="") == "access.purpose"
    assert code(ours.show, actor, name="absent", purpose="investigation") == "freeze.unknown"
    assert code(ours.show, actor, name="../x", purpose="investigation") == "freeze.name"
    registrar = world.one.officer_of("r.egistrar", ["registrar"])
    assert code(ours.open_bank, registrar, name="z", told=BANK, words="why") == "access.role"
    view = ours.show(actor, name="ransom-12", purpose="investigation")
    assert [line.number for line in view.lines] == list(range(1, len(view.lines) + 1))
    with world.one.place.store.snapshot() as tx:
        assert read_asset(tx, actor.authority, "ransom-12").head == view.asset.head


def test_what_a_court_gave_a_claimant_goes_to_nobody_else(world: SimpleNamespace) -> None:
    ours, actor = world.ours, world.one.head()
    ours.open_bank(actor, name="claimed-1", told=BANK, words="a forged invoice was paid")

    def add(fact: str, **more: Any) -> Any:
        return ours.record(actor, name="claimed-1", fact={"fact": fact, **more})

    add("frozen", amount="100", by="Court", reference="C 1")
    number = add("claim", who="Ms R.", ground="bought it", amount="60").asset.claims[0].number
    court = {"court": "Port Alta", "reference": "K 1", "digest": "0" * 64}
    ruling = add("ruling", claim=number, outcome="upheld", **court).asset.claims[0].ruling
    out = {"ruling": ruling, "reference": "P 1"}
    release = partial(add, "released", **out)
    assert code(release, amount="41", to="treasury") == "freeze.claimant"
    assert code(release, amount="61", to="claimant") == "freeze.claimant"
    assert code(add, "lifted", amount="100", words="all of it") == "freeze.claimant"
    assert code(add, "released", amount="1", to="claimant", reference="P 1", ruling=None) == "freeze.ruling"
    release(amount="40", to="victims")
    release(amount="60", to="claimant")
    assert ours.show(actor, name="claimed-1", purpose="investigation").asset.held == 0


def test_amounts_of_nothing_and_in_no_currency_are_refused(world: SimpleNamespace) -> None:
    ours, actor = world.ours, world.one.officer()
    for wrong, expected in (({"amount": "0.00"}, "freeze.amount"), ({"currency": "ZZZ"}, "freeze.currency")):
        told_wrong = BankWord(**{name: getattr(BANK, name) for name in BANK.__slots__} | wrong)
        assert code(ours.open_bank, actor, name="y", told=told_wrong, words="why") == expected
    for fact in (
        {"fact": "cost", "what": "fee", "amount": "0.001", "currency": "EUR", "reference": "r"},
        {"fact": "cost", "what": "fee", "amount": "120.5", "currency": "JPY", "reference": "r"},
        {"fact": "value", "was": "1", "now": "0.505", "currency": "EUR", "reference": "r"},
    ):
        assert code(ours.record, actor, name="ransom-12", fact=fact) == "freeze.amount"


def test_figures_tell_how_fast_and_how_much_and_hide_what_is_few(asked: SimpleNamespace) -> None:
    ours, actor = asked.ours, asked.one.officer()
    found = ours.figures(actor, purpose="oversight")
    (coins,) = [one for one in found.worth if one.name == "bitcoin"]
    assert (coins.count, coins.found, coins.unit) == (None, None, "BTC")
    assert found.alarmed == 1 and found.median_seconds == found.slow_seconds is not None
    opened = ours.show(actor, name="ransom-12", purpose="oversight").asset
    other = replace(opened, opening=msgspec.structs.replace(opened.opening, network="litecoin"))
    at = Instant(0)
    many = [Timed(asset=opened, opened_at=at, alarmed_at=Instant(n * SECOND)) for n in range(1, 11)]
    few = [Timed(asset=other, opened_at=at, alarmed_at=None)] * 5
    made = freeze_figures([*many, *few])
    assert [(one.count, one.found) for one in made.worth] == [
        (count, count * opened.clock.found) for count in (10, 5)
    ]
    assert (made.assets, made.median_seconds, made.slow_seconds) == (15, 5, 9)
    hidden = freeze_figures([*many, *few[:4]])  # four alone would be told by the sum
    assert [one.count for one in hidden.worth] == [None, None]


def test_a_freeze_learns_that_a_tag_of_its_addresses_was_retracted_and_a_person_weighs_it(
    world: SimpleNamespace,
) -> None:
    yaml = pytest.importorskip("yaml")
    ours, actor, place = world.ours, world.one.officer(), world.one.place
    told = {"title": "Ours", "creator": "Unit", "source": "https://x.example", "currency": "BTC"}
    told |= {"confidence": "service_data", "lastmod": "2026-01-02"}
    trail = ours.tracing.taint(actor, ledger="main", question=SEED, purpose="investigation").trail
    here = trail.holdings[0].address
    rows = [{"address": here, "label": one} for one in ("Mixer", "Coin House")]
    tags = ours.tracing.tags
    tags.take_bytes(actor, data=yaml.safe_dump(told | {"tags": rows}).encode())
    named = {"ledger": "main", "question": SEED, "addresses": [here], "words": WHY}
    ours.open_traced(actor, name="tagged-1", purpose="investigation", **named)

    def asset() -> Any:
        return ours.show(actor, name="tagged-1", purpose="investigation").asset

    def open_tasks() -> list[Any]:
        return [one for one in ours.tasks(actor, name="tagged-1") if one.code == "tag-retracted"]

    back = {"title": "Back", "creator": "Unit", "retractions": [rows[0] | {"reason": "they moved"}]}
    done = tags.take_bytes(actor, data=yaml.safe_dump(back).encode())
    # of the books on this address, only the one that was begun while the tag stood is told, once
    assert done.freezes == ("tagged-1",)
    (one,) = asset().unweighed
    assert one.tags == ("Mixer (service_data, https://x.example)",)
    assert (one.why, one.by, one.outcome) == ("they moved", "Unit", None)
    (task,) = open_tasks()
    assert task.due - task.since == 24 * HOUR
    assert ("freeze.untagged", f"tagged-1/{one.number}") in actions(world.one)
    assert asset().held == 0 and asset().clock.remaining  # nothing was lifted by itself
    assert tags.take_bytes(actor, data=yaml.safe_dump(back).encode()).freezes == ()

    lanes = LaneDesk(place=place)
    with pytest.raises(DeniedError, match="book of the asset"):  # the book, and no mere tick
        lanes.done(actor, task=task.id, words="seen")
    assert open_tasks()
    weighed = {"fact": "weighed", "line": one.number, "outcome": "stands", "words": "the trace holds"}
    assert code(ours.record, actor, name="tagged-1", fact=weighed | {"line": 1}) == "freeze.no_line"
    assert code(ours.record, actor, name="tagged-1", fact=weighed | {"words": ""}) == "freeze.fact"
    assert code(ours.record, actor, name="tagged-1", fact={"fact": "untagged"}) == "freeze.fact"
    ours.record(actor, name="tagged-1", fact=weighed)
    assert not asset().unweighed and asset().untagged[0].words == "the trace holds"
    assert not open_tasks()
    ours.record(actor, name="tagged-1", fact=weighed | {"outcome": "ends", "words": "it does not hold"})
    assert asset().untagged[0].outcome == "ends"
    struck = {"fact": "struck", "line": one.number, "words": "x"}
    assert code(ours.record, actor, name="tagged-1", fact=struck) == "freeze.struck"

    # a telling that power cut off is made up for when the ledger is asked again
    with tags.shelves.open(actor.authority) as shelf:
        shelf.retract(title="", address=here, why="wrong", by="a.b", at=place.clock.now())
    assert not asset().unweighed
    view = ours.look_again(actor, name="tagged-1", purpose="investigation")
    assert [each.tags[0].split()[0] for each in view.asset.unweighed] == ["Coin"]
    assert len(open_tasks()) == 1
    listed = ours.list(actor, purpose="investigation")
    assert [each.name for each in listed if each.untagged] == ["tagged-1"]
