"""Nothing of practice reaches a live node, and nothing live a practice node, whoever is pinned.

A card, an act, a call, a courier's disk, a package and a court file are tried, each both ways.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from comity.cases.verdicts import Verdict, trust_file
from comity.engines.files import FileReader, FileWriter
from comity.engines.keystore import MemoryKeyStore
from comity.evidence.opening import Expected
from comity.evidence.service import Reader, Vault
from comity.exchange.calls import Caller
from comity.exchange.cards import keep_card, parse_card
from comity.exchange.directory import Directory
from comity.exchange.ports import Peer, Pin, Refused
from comity.kernel.clock import FixedClock
from comity.kernel.entropy import SeededEntropy
from comity.kernel.errors import ComityError, DeniedError, UntrustedError
from comity.kernel.ids import OfficerName, PartyCode
from comity.kernel.realms import Realm
from comity.node.delivering import delivery_desk
from comity.node.exchanging import exchange_desk
from comity.node.founding import FIRST_OFFICER, Founder
from comity.node.people import PeopleDesk
from comity.node.views import Actor
from comity.node.workplace import Workplace
from comity.storage.memory.store import MemoryStore
from comity.transport.courier import Courier
from tests.builders import make_pair
from tests.court.sample import judge, whole_case
from tests.desks import make_world, take
from tests.unit.cases.test_intake import request_body
from tests.unit.evidence.test_service import IDENTITY, LABEL, READER, SEALING
from tests.unit.evidence.test_service import vault as vault_fixture
from tests.unit.node.nodes import AT, Side, node
from tests.unit.node.test_delivery import Office

vault = vault_fixture
"""The fixture of the evidence room."""

BOTH = [(Realm.PRACTICE, Realm.LIVE), (Realm.LIVE, Realm.PRACTICE)]
CODES = {Realm.LIVE: ("KEN", "FRA"), Realm.PRACTICE: ("XAA", "XAB")}


def side(realm: Realm) -> Side:
    if realm is Realm.PRACTICE:
        return node("XAA", 1)
    clock, entropy = FixedClock(AT), SeededEntropy("live")
    place = Workplace(
        party=PartyCode("KEN"),
        realm=realm,
        endpoint="https://192.0.2.1:8443",
        store=MemoryStore(),
        keys=MemoryKeyStore(),
        clock=clock,
        entropy=entropy,
        directory=Directory(),
    )
    Founder(store=place.store, keys=place.keys, clock=clock, entropy=entropy).found(
        party=place.party,
        realm=realm,
        name="Kenya",
        endpoint=place.endpoint,
        certificate=b"der",
        passphrase=b"secret",
    )
    made = Side(place=place, clock=clock)
    PeopleDesk(place=place).add_officer(
        head(made),
        authority=made.desk,
        name="a.diallo",
        roles=["officer"],
        passphrase=b"theirs",
        entry_passphrase=b"secret",
    )
    return made


def head(one: Side) -> Actor:
    return one.place.actor(FIRST_OFFICER, unlock=False)


def pinned_by_force(here: Side, there: Side) -> None:
    """Write a pin past every check, as somebody with the database in hand could."""
    card = parse_card(there.peers.card())
    with here.place.store.transaction() as tx:
        keep_card(tx.exchange, card)
        tx.exchange.pin(
            Pin(
                fingerprint=card.party.fingerprint,
                party=card.party.party,
                realm=card.party.realm,
                pinned_at=AT,
                officers=(OfficerName("one"), OfficerName("two")),
                channel="force",
            )
        )


@pytest.mark.parametrize(("theirs", "ours"), BOTH)
def test_a_card(theirs: Realm, ours: Realm) -> None:
    here, card = side(ours), side(theirs).peers.card()
    with pytest.raises(DeniedError) as caught:
        here.peers.add(
            head(here), card=card, words=" ".join(here.peers.words(card)), confirmed_by=["a.diallo"]
        )
    assert caught.value.code == "peer.realm"
    assert here.peers.list() == ()


@pytest.mark.parametrize(("theirs", "ours"), BOTH)
def test_an_act(theirs: Realm, ours: Realm) -> None:
    def world(realm: Realm):  # type: ignore[no-untyped-def]
        a, b = CODES[realm]
        return make_world(realm_pair=make_pair(a=f"{a}/contact-point", b=f"{b}/contact-point", realm=realm))

    sent, receiving = world(theirs), world(ours)
    sent.a.send("preservation.request", request_body())
    (message,) = sent.a.dispatch.queued
    for to in (receiving.a, receiving.b):
        peer = Peer(
            fingerprint=sent.a.side.address.root,
            authority=sent.a.side.address.authority,
            ours=to.side.address.authority,
        )
        answer = take(to, peer, message[1], now=receiving.clock.now())
        assert isinstance(answer, Refused)
        assert answer.code == "act.denied"
        assert to.tx.acts.cases(to.side.address.authority) == ()


@pytest.mark.parametrize(("theirs", "ours"), BOTH)
def test_a_call_even_from_a_peer_that_somebody_pinned_by_force(theirs: Realm, ours: Realm) -> None:
    here, there = side(ours), side(theirs)
    pinned_by_force(here, there)
    pinned_by_force(there, here)
    call = exchange_desk(there.place).prepare(there.desk, here.end(), even_if_empty=True)
    assert call is not None
    with pytest.raises(ComityError) as caught:
        exchange_desk(here.place).receive(Caller(end=there.end(), nonce=call.nonce), call.body)
    assert caught.value.code == "exchange.denied"


@pytest.mark.parametrize(("theirs", "ours"), BOTH)
def test_a_courier_disk(theirs: Realm, ours: Realm, tmp_path: Path) -> None:
    def courier(one: Side, name: str) -> Courier:  # type: ignore[type-arg]
        office = Office(place=one.place, clock=one.clock, root=tmp_path / name)
        return Courier(
            desk=exchange_desk(one.place), deliveries=delivery_desk(one.place, office.blobs, office.pieces)
        )

    here, there, disk = side(ours), side(theirs), tmp_path / "disk"
    disk.mkdir()
    pinned_by_force(here, there)
    pinned_by_force(there, here)
    assert courier(there, "there").export(there.desk, here.end(), disk).calls == 1
    names = sorted(path.name for path in disk.iterdir())
    report = courier(here, "here").import_(disk)
    assert (report.calls, report.messages, report.answers) == (0, 0, 0)
    assert [failure.code for failure in report.failures] == ["exchange.denied"]
    assert sorted(path.name for path in disk.iterdir()) == names, "not even an answer"


@pytest.mark.parametrize(("theirs", "ours"), BOTH)
def test_a_package(theirs: Realm, ours: Realm, vault: Vault, tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(b"mail")
    authority = f"{CODES[theirs][0]}/contact-point"
    label = replace(LABEL, realm=theirs, authority=authority, case="c" * 64)
    vault.seal(
        [os.fsencode(tmp_path / "in")],
        to=FileWriter(tmp_path / "sealed"),
        recipients=[IDENTITY.public],
        label=label,
        acts=[replace(SEALING, authority=authority)],
    )
    reader: Reader = READER
    with pytest.raises(UntrustedError) as caught:
        vault.open(
            FileReader(tmp_path / "sealed"),
            identities=[IDENTITY],
            expected=Expected(realm=ours),
            folder=str(tmp_path / "opened"),
            reader=reader,
        )
    assert caught.value.code == "package.realm"
    assert not (tmp_path / "opened").exists()


@pytest.mark.parametrize(("theirs", "ours"), BOTH)
def test_a_court_file(theirs: Realm, ours: Realm) -> None:
    file = whole_case(realm=theirs, codes=CODES[theirs]).court_file()
    roots = whole_case(realm=ours, codes=CODES[ours]).roots
    report = judge(file, trust_file(roots))
    assert report.exit_code == 7
    assert report.verdict is (Verdict.PRACTICE if theirs is Realm.PRACTICE else Verdict.INTACT)
