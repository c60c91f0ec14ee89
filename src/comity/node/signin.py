"""Sign-in of named officers, and the sessions that follow from it.

On a live node the secret is the passphrase of the officer's own key: whoever unwraps the key is the officer.
Practice keys have no passphrase, so an officer gets a sign-in code, of which only an Argon2id hash is kept.
A session is a random token that only its bearer holds; the node keeps its SHA-256.

All of it is in the store, small and bounded, so that several processes agree.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

import msgspec

from comity.kernel.clock import MINUTE
from comity.kernel.digests import b64
from comity.kernel.errors import DeniedError, MalformedError, NotFoundError
from comity.kernel.ids import OfficerName, parse_officer
from comity.kernel.realms import Realm
from comity.node.access import Action, Purpose, require_access
from comity.node.founding import officer_key
from comity.node.patience import Counted, count_attempt, forgive
from comity.node.preferences import preferred_language
from comity.node.sessions import (
    Kept,
    Record,
    Session,
    digest_of,
    is_running,
    keep_record,
    officer_of,
    record_of,
    running,
    session_of,
)
from comity.node.views import Actor
from comity.node.workplace import Workplace

TOUCH = MINUTE
_Done = TypeVar("_Done")
MOST_SESSIONS = 4
MOST_SECRET = 1_024
_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
_GROUPS = 4


class SecretHasher(Protocol):
    """Slow hashes of short secrets."""

    def hashed(self, secret: bytes) -> bytes:
        """Return a salted hash of a secret, as text that names its parameters."""
        ...

    def holds(self, secret: bytes, kept: bytes) -> bool:
        """Tell whether a hash was made from the secret."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInDesk:
    """Signs officers in and out, and knows their sessions.

    Attributes:
        hasher: Hashes sign-in codes, and spends as much on names that nobody has.
        turn: Held while a secret is checked, since each check takes 64 MiB.
    """

    place: Workplace
    hasher: SecretHasher = field(repr=False)
    turn: AbstractContextManager[Any] = field(repr=False)

    def new_code(self, actor: Actor, *, name: str) -> str:
        """Return a new sign-in code for an officer of a practice node; an older one stops working.

        Args:
            actor: A head, or the officer concerned.
            name: The officer.

        Raises:
            DeniedError: ``signin.live``: on a live node the passphrase of the key signs in; ``access.role``.
            NotFoundError: ``officer.absent``.
        """
        officer = self.place.actor(name, unlock=False).officer
        if self.place.realm is not Realm.PRACTICE:
            raise DeniedError(
                "signin.live",
                "officers of a live node sign in with the passphrase of their key",
                hint="sign-in codes exist on practice nodes only",
            )
        if officer != actor.officer:
            require_access(actor, Action.OFFICE_CHANGE, realm=self.place.realm)
        code = _code(self.place.entropy.bytes(4 * _GROUPS))
        hashed = self.hasher.hashed(code.encode("ascii")).decode("ascii")
        with self.place.store.transaction() as tx:
            keep_record(tx, officer, Record(code=hashed))
            now = self.place.clock.now()
            self.place.journal.decision(tx, actor, action="signin.code", about=officer, at=now)
        return code

    def sign_in(self, name: str, *, secret: bytes, address: str, purpose: str) -> tuple[str, Session]:
        """Return the token of a new session, and the session.

        Args:
            name: The officer's pseudonym.
            secret: Passphrase of the key, or sign-in code.
            address: Where the attempt comes from.
            purpose: Why case material will be read.

        Raises:
            DeniedError: ``signin.wait``: too many failures lately; ``signin.refused``: name or secret is
                wrong, always with the same words and after the same work; ``access.purpose``.
        """
        require_purpose(purpose, realm=self.place.realm)
        known = self._known(name)
        officer = known.officer if known is not None else None
        with self.place.store.transaction() as tx:
            counted = count_attempt(tx, officer, name=name, address=address, now=self.place.clock.now())
        with self.turn:
            holds = self._holds(officer, secret[:MOST_SECRET])
        if known is None or not holds or len(secret) > MOST_SECRET:
            raise DeniedError(
                "signin.refused",
                "name or secret is wrong",
                hint="after three failures every further attempt waits longer",
            )
        return self._begin(known, counted, purpose=purpose)

    def session(self, token: str) -> Session | None:
        """Return the running session of a token, and note that it was used; None where there is none."""
        officer = officer_of(token)
        if officer is None or self._known(officer) is None:
            return None
        now, digest = self.place.clock.now(), digest_of(token)
        with self.place.store.snapshot() as tx:
            kept = running(record_of(tx, officer), digest, now)
            language = preferred_language(tx, officer)
        if kept is None:
            return None
        if now - kept.seen > TOUCH:
            self._change(officer, digest, seen=now)
            kept = msgspec.structs.replace(kept, seen=now)
        return session_of(officer, token, kept, language=language)

    def choose_purpose(self, token: str, *, purpose: str) -> None:
        """Change the purpose of a running session; do nothing where there is none.

        Raises:
            DeniedError: ``access.purpose``.
        """
        require_purpose(purpose, realm=self.place.realm)
        officer = officer_of(token)
        if officer is not None:
            self._change(officer, digest_of(token), purpose=purpose)

    def sign_out(self, token: str) -> None:
        """End a session; do nothing where there is none."""
        officer, digest = officer_of(token), digest_of(token)
        if officer is None:
            return
        with self.place.store.transaction() as tx:
            record = record_of(tx, officer)
            left = tuple(kept for kept in record.sessions if kept.digest != digest)
            if left != record.sessions:
                keep_record(tx, officer, msgspec.structs.replace(record, sessions=left))

    def actor(self, session: Session) -> Actor:
        """Return the officer of a session, without a signer: enough for everything but an approval."""
        return self.place.actor(session.officer, unlock=False)

    def approver(self, session: Session, *, passphrase: bytes = b"") -> Actor:
        """Return the officer of a session with the signer of their own key, for one statement.

        Args:
            session: Whose.
            passphrase: Opens the key, where it is wrapped; it is not kept.

        Raises:
            DeniedError: ``key.locked``: the passphrase is missing or wrong; after too many, ``signin.wait``.
        """
        officer = session.officer
        if not self.asks_passphrase(session):
            return self.place.actor(officer)
        with self.place.store.transaction() as tx:
            counted = count_attempt(tx, officer, name=officer, address="", now=self.place.clock.now())
        with self.turn:
            actor = self.place.actor(officer, passphrase=passphrase[:MOST_SECRET])
        with self.place.store.transaction() as tx:
            forgive(tx, officer, counted)
        return actor

    def guarded(self, session: Session, step: Callable[[], _Done]) -> _Done:
        """Take a step that another passphrase opens, such as that of the entry key; failures count as here.

        Raises:
            DeniedError: ``signin.wait``; ``key.locked``: the passphrase is missing or wrong.
            Others: as the step.
        """
        officer = session.officer
        with self.place.store.transaction() as tx:
            counted = count_attempt(tx, officer, name=officer, address="", now=self.place.clock.now())
        locked = False
        try:
            with self.turn:
                return step()
        except DeniedError as error:
            locked = error.code == "key.locked"
            raise
        finally:
            if not locked:
                with self.place.store.transaction() as tx:
                    forgive(tx, officer, counted)

    def asks_passphrase(self, session: Session) -> bool:
        """Tell whether an approval of this officer needs the passphrase of the key."""
        return self.place.is_locked(session.officer)

    def _known(self, name: str) -> Actor | None:
        try:
            return self.place.actor(parse_officer(name), unlock=False)
        except (MalformedError, NotFoundError):
            return None

    def _holds(self, known: OfficerName | None, secret: bytes) -> bool:
        """Tell whether the secret is the officer's; an unknown name costs as much as a known one."""
        if known is not None and secret and self.place.is_locked(known):
            try:
                self.place.keys.signer(officer_key(self.place.party, known), passphrase=secret)
            except DeniedError:
                return False
            return True
        code = ""
        if known is not None:
            with self.place.store.snapshot() as tx:
                code = record_of(tx, known).code
        if not code or not secret:
            self.hasher.hashed(secret)
            return False
        return self.hasher.holds(_typed(secret), code.encode("ascii"))

    def _begin(self, actor: Actor, counted: tuple[Counted, ...], *, purpose: str) -> tuple[str, Session]:
        drawn = b64(self.place.entropy.bytes(32)).rstrip("=").translate(str.maketrans("+/", "-_"))
        officer, token, now = actor.officer, f"{actor.officer}~{drawn}", self.place.clock.now()
        kept = Kept(digest=digest_of(token), began=now, seen=now, purpose=purpose)
        with self.place.store.transaction() as tx:
            forgive(tx, officer, counted)
            record = record_of(tx, officer)
            others = [one for one in record.sessions if is_running(one, now)][-(MOST_SESSIONS - 1) :]
            keep_record(tx, officer, Record(code=record.code, sessions=(*others, kept)))
            self.place.journal.decision(tx, actor, action="signin", about=officer, at=now)
        return token, session_of(officer, token, kept)

    def _change(self, officer: OfficerName, digest: str, **changes: Any) -> None:
        with self.place.store.transaction() as tx:
            record, now = record_of(tx, officer), self.place.clock.now()
            if running(record, digest, now) is None:
                return
            kept = tuple(
                msgspec.structs.replace(one, **changes) if one.digest == digest else one
                for one in record.sessions
            )
            keep_record(tx, officer, msgspec.structs.replace(record, sessions=kept))


def purposes(realm: Realm) -> tuple[str, ...]:
    """Return the purposes that a node of a realm knows, the usual one first."""
    known = tuple(purpose.value for purpose in Purpose if purpose is not Purpose.PRACTICE)
    return (Purpose.PRACTICE.value, *known) if realm is Realm.PRACTICE else known


def require_purpose(purpose: str, *, realm: Realm) -> None:
    """Raise DeniedError ``access.purpose`` unless case material may be read for this purpose."""
    if purpose not in purposes(realm):
        raise DeniedError(
            "access.purpose",
            f"{purpose[:40]!r} is no purpose for which case material may be read",
            hint="purposes are " + ", ".join(purposes(realm)),
        )


def _code(drawn: bytes) -> str:
    """Return 80 of the drawn bits as four groups of four signs that are not taken for one another."""
    number = int.from_bytes(drawn, "big")
    signs = [_ALPHABET[(number >> (5 * place)) & 31] for place in range(4 * _GROUPS)]
    return "-".join("".join(signs[4 * group : 4 * group + 4]) for group in range(_GROUPS))


def _typed(secret: bytes) -> bytes:
    """Return a code as it was made, however a person spaced it."""
    return secret.strip().lower().replace(b" ", b"-")
