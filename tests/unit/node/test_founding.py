"""Founding a Party, its officers, and the life of its age keys."""

import dataclasses
import json
from datetime import date

import pytest

from comity.engines.keystore import MemoryKeyStore
from comity.exchange.entries import Entry, Usage
from comity.kernel import agefile
from comity.kernel.agekeys import CLASSICAL, HYBRID, Identity
from comity.kernel.clock import DAY, Instant
from comity.kernel.entropy import SeededEntropy
from comity.kernel.errors import ConflictError, DeniedError, MalformedError, NotFoundError
from comity.kernel.ids import AuthorityId, PartyCode
from comity.kernel.realms import Realm
from comity.node.founding import Founder, own_entry
from comity.node.people import PeopleDesk
from comity.requests.service import example
from tests.unit.node.nodes import Side, exchange, node, pair


@pytest.fixture
def side() -> Side:
    return node("XAA", 1)


def _age_keys(side: Side) -> list[bytes]:
    with side.place.store.snapshot() as tx:
        return [key.public for key in own_entry(tx).authorities[0].keys if key.usage is Usage.AGE_HYBRID]


def test_a_live_party_needs_a_passphrase(side: Side) -> None:
    founder: Founder = side.place.founder
    with pytest.raises(DeniedError, match="passphrase"):
        founder.found(
            party=PartyCode("KEN"), realm=Realm.LIVE, name="K", endpoint="https://k.example", certificate=b"d"
        )


def test_an_officer_is_enrolled_once_under_the_whole_party(side: Side) -> None:
    people = PeopleDesk(place=side.place)
    people.add_authority(side.head(), authority="XAA/court", name="Court", roles=["court"])
    with pytest.raises(ConflictError, match="already"):
        people.add_officer(side.head(), authority="XAA/court", name="a.diallo", roles=["head"])
    with pytest.raises(MalformedError, match="role"):
        people.add_officer(side.head(), authority="XAA/court", name="b.new", roles=["minister"])
    with pytest.raises(NotFoundError):
        people.add_officer(side.head(), authority="XAA/nowhere", name="b.new", roles=["head"])
    with pytest.raises(DeniedError):
        people.add_officer(side.officer(), authority="XAA/court", name="b.new", roles=["head"])


def test_an_authority_of_another_party_is_refused(side: Side) -> None:
    with pytest.raises(MalformedError, match="no authority of XAA"):
        PeopleDesk(place=side.place).add_authority(side.head(), authority="XAB/court", name="C", roles=[])


def test_age_keys_rotate_monthly_and_old_halves_are_destroyed_after_the_courier_window(side: Side) -> None:
    founder, desk = side.place.keeper, AuthorityId("XAA/contact-point")
    first = _age_keys(side)
    assert founder.rotate_age(desk) is False
    side.clock.advance(31 * DAY)
    assert founder.rotate_age(desk) is True
    assert founder.rotate_age(desk) is False
    second = _age_keys(side)
    assert first != second
    assert len(second) == 1
    assert {key.public for key in side.place.keys.identities(desk)} == {*first, *second}

    side.clock.advance(89 * DAY)
    assert founder.destroy_old() == 0
    side.clock.advance(2 * DAY)
    assert founder.destroy_old() == 1
    assert [key.public for key in side.place.keys.identities(desk)] == second
    assert founder.destroy_old() == 0


def test_a_party_of_the_older_suite_moves_with_its_next_key_and_old_mail_still_opens() -> None:
    one, other = pair(5)
    old = Identity.generate(SeededEntropy("old"))

    def classical(entry: Entry, _now: Instant) -> Entry:
        office = entry.authorities[0]
        listed = dataclasses.replace(office.keys[-1], usage=Usage.AGE, public=old.public)
        held = dataclasses.replace(office, keys=(*office.keys[:-1], listed))
        return dataclasses.replace(entry, authorities=(held,), suite=CLASSICAL)

    other.place.founder.amend(classical, None)
    other.place.keys.put_identity(other.desk, old)
    one.peers.add(one.head(), card=other.peers.card())
    form = json.dumps(example("preservation")).encode()
    act = one.settle(one.cases.draft_request(one.officer(), form=form, to="XAB/contact-point"))
    with one.place.store.snapshot() as tx:
        sealed = tx.exchange.outgoing(act.act).sealed
    assert [stanza.kind for stanza in agefile.parse_header(sealed).stanzas] == ["X25519"]

    other.clock.advance(31 * DAY)
    one.clock.advance(31 * DAY)
    assert other.place.keeper.rotate_age(other.desk)
    with other.place.store.snapshot() as tx:
        moved = own_entry(tx)
    assert moved.suite == HYBRID
    assert [key.usage for key in moved.authorities[0].keys if "age" in key.usage] == [Usage.AGE_HYBRID]
    assert exchange(one, other) == 1
    assert one.cases.show(one.officer(), case=act.case, purpose="practice").acts[0].receipt_result == "stored"


def test_what_was_sealed_to_the_old_key_still_opens_in_the_courier_window() -> None:
    one, other = pair(3)
    draft = one.cases.draft_request(
        one.officer(), form=json.dumps(example("preservation")).encode(), to="XAB/contact-point"
    )
    act = one.settle(draft)
    for side in (one, other):
        side.clock.advance(40 * DAY)
    assert other.place.keeper.rotate_age(other.desk)
    assert exchange(one, other) == 1
    assert one.cases.show(one.officer(), case=act.case, purpose="practice").acts[0].receipt_result == "stored"


def test_an_entry_that_expired_is_renewed_and_everything_works_again() -> None:
    one, other = pair(4)
    for side in (one, other):
        side.clock.advance(3700 * DAY)
    with pytest.raises(ConflictError, match="in force"), one.place.store.snapshot() as tx:
        one.place.authorities(tx)
    for side in (one, other):
        PeopleDesk(place=side.place).renew(side.head())
    one.peers.add(one.head(), card=other.peers.card())
    other.peers.add(other.head(), card=one.peers.card())
    form = json.dumps(example("preservation", on=date(2036, 12, 1))).encode()
    draft = one.cases.draft_request(one.officer(), form=form, to="XAB/contact-point")
    one.settle(draft)
    assert exchange(one, other) == 1


def test_a_revoked_officer_is_gone_and_the_last_head_stays(side: Side) -> None:
    people = PeopleDesk(place=side.place)
    with pytest.raises(ConflictError, match="only head"):
        people.revoke_officer(side.head(), name="first-officer")
    with pytest.raises(DeniedError):
        people.revoke_officer(side.officer(), name="a.diallo")
    people.revoke_officer(side.head(), name="a.diallo")
    assert [officer.name for officer in people.officers()] == ["first-officer"]
    with pytest.raises(NotFoundError):
        side.officer()
    with side.place.store.snapshot() as tx:
        assert len(own_entry(tx).revoked) == 1


def test_a_wrong_entry_passphrase_leaves_no_key_behind(side: Side) -> None:
    class Locked(MemoryKeyStore):
        def signer(self, name, *, passphrase=None):  # type: ignore[no-untyped-def]
            if name == "entry/1" and passphrase != b"right":
                raise DeniedError("key.locked", "wrong")
            return super().signer(name, passphrase=passphrase)

    held = side.place.keys
    locked = Locked()
    locked.__dict__.update(held.__dict__)
    people = PeopleDesk(place=dataclasses.replace(side.place, keys=locked))
    add = {"authority": "XAA/contact-point", "name": "b.new", "roles": ["head"]}
    with pytest.raises(DeniedError):
        people.add_officer(side.head(), **add, entry_passphrase=b"wrong")
    people.add_officer(side.head(), **add, entry_passphrase=b"right")
