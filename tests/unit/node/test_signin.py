"""Sign-in: who proves who they are, how guesses are slowed down, how long a session lasts."""

import queue
import threading
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from comity.engines.signinsecrets import Argon2Secrets
from comity.kernel.clock import HOUR, MINUTE, SECOND
from comity.kernel.errors import DeniedError, NotFoundError
from comity.kernel.realms import Realm
from comity.kernel.signing import Signer
from comity.node.patience import FREE_TRIES, FREE_TRIES_ADDRESS, LONGEST_WAIT, wait_after
from comity.node.people import PeopleDesk
from comity.node.ports import KeyStore
from comity.node.signin import SignInDesk, purposes
from comity.storage.sql.store import create_store, open_store
from tests.unit.node.nodes import Side, node


class Counting(Argon2Secrets):
    """Counts how often the slow work is done."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_kib=64)
        self.work = 0

    def hashed(self, secret: bytes) -> bytes:
        self.work += 1
        return super().hashed(secret)

    def holds(self, secret: bytes, kept: bytes) -> bool:
        self.work += 1
        return super().holds(secret, kept)


@pytest.fixture
def side() -> Side:
    return node("XAA", 1)


@pytest.fixture
def hasher() -> Counting:
    return Counting()


@pytest.fixture
def desk(side: Side, hasher: Counting) -> SignInDesk:
    return SignInDesk(place=side.place, hasher=hasher, turn=threading.Lock())


def _try(desk: SignInDesk, name: str, secret: str, *, address: str = "") -> str:
    try:
        desk.sign_in(name, secret=secret.encode(), address=address, purpose="practice")
    except DeniedError as error:
        return error.code
    return ""


def _settings(side: Side) -> bytes:
    with side.place.store.snapshot() as tx:
        return b"".join(tx.node.setting(name) or b"" for name in ("signin", "signin/a.diallo"))


def test_a_code_signs_in_and_is_kept_as_a_hash_only(side: Side, desk: SignInDesk) -> None:
    code = desk.new_code(side.head(), name="a.diallo")
    assert len(code.replace("-", "")) == 16
    token, session = desk.sign_in(
        "a.diallo", secret=f" {code.upper()} ".encode(), address="::1", purpose="practice"
    )
    assert session.officer == "a.diallo"
    assert desk.session(token) == session
    kept = _settings(side)
    assert code.encode() not in kept
    assert token.encode() not in kept
    assert b"$argon2id$" in kept
    assert desk.approver(session).signer is not None


def test_a_new_code_ends_sessions_and_the_old_code(side: Side, desk: SignInDesk) -> None:
    old = desk.new_code(side.head(), name="a.diallo")
    token, _ = desk.sign_in("a.diallo", secret=old.encode(), address="", purpose="practice")
    desk.new_code(side.officer(), name="a.diallo")
    assert desk.session(token) is None
    assert _try(desk, "a.diallo", old) == "signin.refused"


def test_only_a_head_makes_codes_for_others(side: Side, desk: SignInDesk) -> None:
    with pytest.raises(DeniedError) as caught:
        desk.new_code(side.officer(), name=side.head().officer)
    assert caught.value.code == "access.role"
    with pytest.raises(NotFoundError):
        desk.new_code(side.head(), name="nobody")


def test_known_and_unknown_names_are_refused_alike_and_after_the_same_work(
    side: Side, desk: SignInDesk, hasher: Counting
) -> None:
    desk.new_code(side.head(), name="a.diallo")
    work = []
    for name in ("a.diallo", side.head().officer, "nobody", "No Name", ""):
        before = hasher.work
        assert _try(desk, name, "wrong") == "signin.refused"
        work.append(hasher.work - before)
    assert work == [1, 1, 1, 1, 1]


@pytest.mark.parametrize("name", ["a.diallo", "nobody"])
def test_failures_make_the_next_attempt_wait_longer_each_time(
    side: Side, desk: SignInDesk, name: str
) -> None:
    desk.new_code(side.head(), name="a.diallo")
    waits = []
    for _ in range(FREE_TRIES + 4):
        waited = 0
        while (answer := _try(desk, name, "wrong")) == "signin.wait":
            side.clock.advance(SECOND)
            waited += 1
        assert answer == "signin.refused"
        waits.append(waited)
    assert waits == [0, 0, 0, 2, 4, 8, 16]
    assert wait_after(FREE_TRIES + 99, free=FREE_TRIES) == LONGEST_WAIT


def test_the_right_secret_waits_too(side: Side, desk: SignInDesk) -> None:
    code = desk.new_code(side.head(), name="a.diallo")
    for _ in range(FREE_TRIES):
        assert _try(desk, "a.diallo", "wrong") == "signin.refused"
    assert _try(desk, "a.diallo", code) == "signin.wait"
    side.clock.advance(2 * SECOND)
    assert _try(desk, "a.diallo", code) == ""
    assert _try(desk, "a.diallo", "wrong") == "signin.refused"


def test_an_address_that_tries_many_names_waits(side: Side, desk: SignInDesk) -> None:
    code = desk.new_code(side.head(), name="a.diallo")
    for number in range(FREE_TRIES_ADDRESS):
        assert _try(desk, f"name{number}", "x", address="203.0.113.9") == "signin.refused"
    assert _try(desk, "a.diallo", code, address="203.0.113.9") == "signin.wait"
    assert _try(desk, "a.diallo", code, address="203.0.113.10") == ""


def test_who_signs_in_costs_the_address_nothing(side: Side, desk: SignInDesk) -> None:
    code = desk.new_code(side.head(), name="a.diallo")
    for _ in range(2 * FREE_TRIES_ADDRESS):
        assert _try(desk, "a.diallo", code, address="203.0.113.9") == ""
    for number in range(FREE_TRIES_ADDRESS - 1):
        assert _try(desk, f"name{number}", "x", address="203.0.113.9") == "signin.refused"
    assert _try(desk, "a.diallo", code, address="203.0.113.9") == ""
    assert _try(desk, "another", "x", address="203.0.113.9") == "signin.refused"
    assert _try(desk, "a.diallo", code, address="203.0.113.9") == "signin.wait"


def test_guesses_at_the_same_moment_do_not_slip_past_each_other(side: Side, tmp_path: Path) -> None:
    """Two processes: two stores on one file, each with a lock of its own, and a clock that stands still."""
    made = create_store(tmp_path / "node.db")
    with side.place.store.snapshot() as held, made.transaction() as tx:
        root = side.place.root(held)
        for version, envelope in enumerate(held.exchange.roots(root), start=1):
            tx.exchange.put_root(root, version=version, envelope=envelope)
        for version, envelope in enumerate(held.exchange.entries(root), start=1):
            tx.exchange.put_entry(root, version=version, envelope=envelope)
        for pin in held.exchange.pins():
            tx.exchange.pin(pin)
    made.close()
    stores = [open_store(tmp_path / "node.db") for _ in range(2)]
    desks = [
        SignInDesk(place=replace(side.place, store=store), hasher=Counting(), turn=threading.Lock())
        for store in stores
    ]
    together, answers = threading.Barrier(8), queue.SimpleQueue[str]()

    def guess(desk: SignInDesk) -> None:
        together.wait()
        answers.put(_try(desk, "a.diallo", "wrong", address="203.0.113.9"))

    threads = [threading.Thread(target=guess, args=(desk,)) for desk in desks * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = [answers.get() for _ in threads]
    assert sorted(found) == ["signin.refused"] * FREE_TRIES + ["signin.wait"] * (8 - FREE_TRIES)
    for store in stores:
        store.close()


def test_a_session_ends_when_idle_and_after_eight_hours(side: Side, desk: SignInDesk) -> None:
    code = desk.new_code(side.head(), name="a.diallo").encode()
    token, session = desk.sign_in("a.diallo", secret=code, address="", purpose="practice")
    assert session.until - session.began == 15 * MINUTE
    side.clock.advance(14 * MINUTE)
    assert desk.session(token) is not None
    side.clock.advance(14 * MINUTE)
    assert desk.session(token) is not None
    side.clock.advance(15 * MINUTE)
    assert desk.session(token) is None

    token, session = desk.sign_in("a.diallo", secret=code, address="", purpose="practice")
    for _ in range(8 * 6 - 1):
        side.clock.advance(10 * MINUTE)
        assert desk.session(token) is not None
    side.clock.advance(10 * MINUTE)
    assert side.clock.at == session.began + 8 * HOUR
    assert desk.session(token) is None


def test_signing_out_ends_one_session(side: Side, desk: SignInDesk) -> None:
    code = desk.new_code(side.head(), name="a.diallo").encode()
    one, _ = desk.sign_in("a.diallo", secret=code, address="", purpose="practice")
    other, _ = desk.sign_in("a.diallo", secret=code, address="", purpose="practice")
    desk.sign_out(one)
    assert desk.session(one) is None
    assert desk.session(other) is not None


def test_an_officer_has_at_most_four_sessions(side: Side, desk: SignInDesk) -> None:
    code = desk.new_code(side.head(), name="a.diallo").encode()
    tokens = [desk.sign_in("a.diallo", secret=code, address="", purpose="practice")[0] for _ in range(6)]
    assert [desk.session(token) is not None for token in tokens] == [False, False, True, True, True, True]


@pytest.mark.parametrize("token", ["", "a.diallo", "a.diallo~", "~x", "a.diallo~" + "x" * 400, "a\udc80~x"])
def test_what_is_no_token_is_no_session(desk: SignInDesk, token: str) -> None:
    assert desk.session(token) is None
    desk.sign_out(token)


def test_the_purpose_is_one_of_the_realm(side: Side, desk: SignInDesk) -> None:
    code = desk.new_code(side.head(), name="a.diallo").encode()
    with pytest.raises(DeniedError) as caught:
        desk.sign_in("a.diallo", secret=code, address="", purpose="curiosity")
    assert caught.value.code == "access.purpose"
    token, _ = desk.sign_in("a.diallo", secret=code, address="", purpose="practice")
    desk.choose_purpose(token, purpose="court")
    found = desk.session(token)
    assert found is not None
    assert found.purpose == "court"
    assert "practice" not in purposes(Realm.LIVE)


class WrappedKeys:
    """The key store of a node whose officers' keys are wrapped, around that of the side."""

    def __init__(self, inner: KeyStore) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)

    def is_locked(self, name: str) -> bool:
        return name.startswith("officer/")

    def signer(self, name: str, *, passphrase: bytes | None = None) -> Signer:
        if self.is_locked(name) and passphrase != b"open sesame":
            raise DeniedError("key.locked", "the passphrase does not open the key")
        return self._inner.signer(name)


def test_a_wrapped_key_is_opened_by_its_passphrase_at_sign_in_and_at_every_approval(
    side: Side, hasher: Counting
) -> None:
    place = replace(side.place, keys=cast(KeyStore, WrappedKeys(side.place.keys)))
    desk = SignInDesk(place=place, hasher=hasher, turn=threading.Lock())
    assert _try(desk, "a.diallo", "wrong") == "signin.refused"
    assert _try(desk, "nobody", "wrong") == "signin.refused"
    assert hasher.work == 1
    _, session = desk.sign_in("a.diallo", secret=b"open sesame", address="", purpose="practice")
    assert desk.asks_passphrase(session)
    assert desk.actor(session).signer is None
    assert desk.approver(session, passphrase=b"open sesame").signer is not None
    for _ in range(FREE_TRIES):
        with pytest.raises(DeniedError) as caught:
            desk.approver(session)
        assert caught.value.code == "key.locked"
    with pytest.raises(DeniedError) as caught:
        desk.approver(session, passphrase=b"open sesame")
    assert caught.value.code == "signin.wait"


def test_an_officer_who_left_has_no_session(side: Side, desk: SignInDesk) -> None:
    code = desk.new_code(side.head(), name="a.diallo").encode()
    token, _ = desk.sign_in("a.diallo", secret=code, address="", purpose="practice")
    assert desk.session(token) is not None
    PeopleDesk(place=side.place).revoke_officer(side.head(), name="a.diallo")
    side.clock.advance(SECOND)
    assert desk.session(token) is None
    assert _try(desk, "a.diallo", code.decode()) == "signin.refused"


def test_codes_are_refused_on_live_nodes(side: Side, hasher: Counting) -> None:
    live = SignInDesk(place=replace(side.place, realm=Realm.LIVE), hasher=hasher, turn=threading.Lock())
    with pytest.raises(DeniedError) as caught:
        live.new_code(side.head(), name="a.diallo")
    assert caught.value.code == "signin.live"
