"""The desk for lists: who may, on which record, what is noted, what a rotation of the store key leaves."""

import pytest

from comity.bootstrap.protection import hash_desk
from comity.kernel import agefile
from comity.kernel.agefile import Identity
from comity.kernel.clock import Instant
from comity.kernel.errors import ComityError, DeniedError
from comity.node.hashsecrets import secret_name
from comity.node.hashviews import About, Grounds
from comity.node.protecting import HashDesk
from comity.node.views import Actor
from comity.protection.matching import question_of
from tests.unit.node.nodes import Side, node

PDQ, OTHER = "0f" * 32, "f0" * 16 + "3c" * 16
GROUNDS = Grounds(ground="Act 12, section 4", licence="no terms", onward=True)


@pytest.fixture
def side() -> Side:
    return node("XAA", 8)


@pytest.fixture
def desk(side: Side) -> HashDesk:
    return hash_desk(side.place)


def take(desk: HashDesk, side: Side, text: str = PDQ, name: str = "known", **told: object) -> None:
    desk.take_in(side.head(), name=name, data=text.encode(), **told)  # type: ignore[arg-type]


def refused(code: str, call: object, *given: object, **named: object) -> None:
    with pytest.raises(ComityError) as caught:
        call(*given, **named)  # type: ignore[operator]
    assert caught.value.code == code


def test_a_list_is_taken_in_matched_given_out_and_taken_back(desk: HashDesk, side: Side) -> None:
    take(
        desk, side, f"{PDQ}\n{OTHER}", about=About(source="hotline", category="child.abuse"), grounds=GROUNDS
    )
    (view,) = desk.lists(side.head())
    assert (view.name, view.entries, view.holding.ground) == ("known", 2, "Act 12, section 4")
    (answer,) = desk.match_texts(side.head(), name="known", hashes=[PDQ])
    assert [match.category for match in answer.matches] == ["child.abuse"]
    refused("protect.no_record", desk.give_out, side.head(), name="known", to="platform", form="csv")
    made = desk.share(side.head(), name="known", to="platform", grounds=GROUNDS)
    assert made.key.startswith("platform.")
    assert PDQ.encode() in desk.give_out(side.head(), name="known", to="platform", form="csv")
    desk.stop(side.head(), name="known", to="platform")
    refused("protect.no_record", desk.give_out, side.head(), name="known", to="platform", form="csv")
    desk.set_state(side.head(), name="known", ids=[PDQ], state="withdrawn")
    assert desk.match_texts(side.head(), name="known", hashes=[PDQ])[0].matches == ()
    refused("protect.withdrawn", desk.set_state, side.head(), name="known", ids=[PDQ], state="live")
    desk.set_state(side.head(), name="known", ids=[], state="withdrawn")
    refused("protect.retracted", desk.match_texts, side.head(), name="known", hashes=[PDQ])


def test_every_step_is_in_the_journal_and_no_fingerprint_is(desk: HashDesk, side: Side) -> None:
    take(desk, side)
    desk.match(side.head(), name="known", questions=[question_of(PDQ)])
    desk.share(side.head(), name="known", to="platform", grounds=GROUNDS)
    with side.place.store.snapshot() as tx:
        noted = tx.node.journal(side.head().authority)
    assert [one.action for one in noted if one.action.startswith("hash.")] == [
        "hash.share",
        "hash.match",
        "hash.import",
    ]
    assert not any(PDQ in str(one) or bytes.fromhex(PDQ) in one.statement for one in noted)


def test_only_roles_that_may(desk: HashDesk, side: Side) -> None:
    take(desk, side)
    for role, may_match in (("duty-officer", False), ("officer", True), ("overseer", False)):
        actor = Actor(officer=side.head().officer, authority=side.head().authority, roles=(role,))
        with pytest.raises(DeniedError):
            desk.take_in(actor, name="known", data=PDQ.encode())
        if may_match:
            assert desk.match_texts(actor, name="known", hashes=[PDQ])[0].matches
        else:
            refused("access.role", desk.match_texts, actor, name="known", hashes=[PDQ])
            refused("access.role", desk.lists, actor)


def test_wrong_words_are_refused_and_nothing_is_kept(desk: HashDesk, side: Side) -> None:
    head = side.head()
    for code, told in {
        "protect.subject": {"about": About(subject="cats", source="x")},
        "protect.record": {"grounds": Grounds(ground="", licence="x")},
        "protect.form": {"form": "xls"},
        "protect.category": {"about": About(category="worst")},
    }.items():
        refused(code, take, desk, side, **told)
    refused("protect.name", take, desk, side, name="No Name")
    assert desk.lists(head) == ()
    refused("protect.absent", desk.match_texts, head, name="known", hashes=[PDQ])
    take(desk, side)
    refused("protect.absent", desk.match_texts, head, name="other", hashes=[PDQ])
    refused("protect.hash", desk.match_texts, head, name="known", hashes=["zz"])
    refused("protect.state", desk.set_state, head, name="known", ids=[], state="gone")
    refused("protect.entry_absent", desk.set_state, head, name="known", ids=["9"], state="disputed")
    refused("protect.receiver", desk.stop, head, name="known", to="nobody")
    refused(
        "protect.record",
        desk.share,
        head,
        name="known",
        to="platform",
        grounds=Grounds(ground="", licence=""),
    )
    refused("protect.form", desk.give_out, head, name="known", to="x", form="xls")


def test_a_ground_that_ends_closes_the_list(desk: HashDesk, side: Side) -> None:
    soon = Instant(side.place.clock.now() + 10)
    ends = Grounds(ground="Act 12", licence="x", onward=False, until=soon)
    take(desk, side, grounds=ends)
    refused("protect.onward", desk.share, side.head(), name="known", to="platform", grounds=GROUNDS)
    side.place.clock.advance(20)  # type: ignore[attr-defined]
    refused("protect.ended", desk.match_texts, side.head(), name="known", hashes=[PDQ])
    take(desk, side, grounds=GROUNDS)
    assert desk.match_texts(side.head(), name="known", hashes=[PDQ])[0].matches


def test_a_list_in_memory_follows_what_changed(side: Side) -> None:
    serving, other = hash_desk(side.place, searches=10), hash_desk(side.place)
    take(other, side)
    assert serving.match_texts(side.head(), name="known", hashes=[PDQ, OTHER])[1].matches == ()
    take(other, side, OTHER)
    assert serving.match_texts(side.head(), name="known", hashes=[PDQ, OTHER])[1].matches
    other.set_state(side.head(), name="known", ids=[OTHER], state="disputed")
    assert serving.match_texts(side.head(), name="known", hashes=[PDQ, OTHER])[1].matches == ()


def test_the_secret_of_the_lists_goes_on_to_the_next_store_key(desk: HashDesk, side: Side) -> None:
    take(desk, side)
    authority = side.head().authority
    keys, before = side.place.keys, side.place.keys.store_identity(authority)
    fresh = Identity.generate(side.place.entropy, suite=before.suite)
    keys.add_store_identity(authority, fresh)
    desk.rewrap(authority)
    desk.rewrap(authority)  # again: nothing to do
    keys.destroy_store_identity(authority, before.public)
    with side.place.store.snapshot() as tx:
        sealed = tx.node.setting(secret_name(authority)) or b""
    assert len(agefile.open_sealed(sealed, identities=[fresh], most_bytes=32)) == 32
    assert desk.match_texts(side.head(), name="known", hashes=[PDQ])[0].matches
