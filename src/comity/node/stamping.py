"""The desk for time stamps: what is stamped and when, what is shown, what a token is worth.

Nothing waits for a token. The worker asks for those that are missing; an authority that is silent is asked
again later, and the list says so.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from comity.kernel.clock import DAY, Instant
from comity.kernel.digests import sha256
from comity.kernel.errors import ComityError, NotFoundError
from comity.kernel.ids import AuthorityId
from comity.ledger.checkpoint import parse_checkpoint
from comity.ledger.notes import parse_note
from comity.ledger.origins import national_log_origin, peer_log_origin
from comity.ledger.stamps import (
    HEAD,
    PACKAGE,
    Silence,
    Stamp,
    Subject,
    after_failure,
    dump_silence,
    dump_stamp,
    parse_silence,
    parse_stamp,
)
from comity.node.access import Action, require_access
from comity.node.founding import own_root
from comity.node.ports import Transaction
from comity.node.views import Actor
from comity.node.workplace import Workplace

MOST_AT_ONCE = 16
_MOST_PACKAGES = 100_000
_STATE = "stamps/silence"


class Judge(Protocol):
    """Asks and judges for one authority."""

    def question(self, digest: bytes, nonce: int) -> bytes:
        """Return a request in DER."""
        ...

    def judge(self, token: bytes, digest: bytes, *, nonce: int | None = None) -> Instant:
        """Return the stated time; raise UntrustedError or MalformedError with a code ``stamp.…``."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class StampView:
    """A token as a face shows it; ``at`` and ``fault`` are of a judgement made now.

    Attributes:
        fault: Code of what is wrong with it; empty where it holds.
    """

    kind: str
    name: str
    digest: str
    at: Instant
    fault: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StampsView:
    """What there is of time stamps.

    Attributes:
        configured: Whether an authority is configured.
        stamps: Kept tokens, the newest first.
        waiting: How many things have none yet.
        silence: How the authority fails to answer; None where it answers.
    """

    configured: bool
    stamps: tuple[StampView, ...]
    waiting: int
    silence: Silence | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StampingDesk:
    """Stamps packages as they are sealed or received, and each log's head once a day.

    Attributes:
        judge: Of the configured authority; None where there is none.
        ask: Sends a question and returns the answer.
    """

    place: Workplace
    judge: Judge | None = field(repr=False)
    ask: Callable[[bytes], bytes] = field(repr=False)

    def stamp_due(self) -> int:
        """Get tokens for what has none; return how many came. The worker calls it every minute.

        Raises:
            UnavailableError: ``stamp.silent``; it is asked again after a while.
            UntrustedError, MalformedError: the answer is not worth keeping; likewise.

        Basis: RFC 3161; PROTOCOL 14
        """
        judge, now = self.judge, self.place.clock.now()
        if judge is None:
            return 0
        with self.place.store.snapshot() as tx:
            silence = parse_silence(tx.node.setting(_STATE))
            if silence is not None and now < silence.next_at:
                return 0
            due = [(office, one) for office in self.place.authorities(tx) for one in self._due(tx, office)]
        done = 0
        for office, subject in due[:MOST_AT_ONCE]:
            nonce = int.from_bytes(self.place.entropy.bytes(8), "big")
            try:
                token = self.ask(judge.question(subject.digest, nonce))
                at = judge.judge(token, subject.digest, nonce=nonce)
            except ComityError as exc:
                self._note(after_failure(silence, now=now, problem=exc.code))
                raise
            stamp = Stamp(subject=subject, token=token, at=at)
            with self.place.store.transaction() as tx:
                tx.node.put_setting(_name(office, subject), dump_stamp(stamp))
            done += 1
        if silence is not None and done:
            self._note(None)
        return done

    def shown(self, actor: Actor) -> StampsView:
        """Return what is stamped for the officer's authority, each token judged now.

        Basis: PROTOCOL 14
        """
        require_access(actor, Action.LOG_READ, realm=self.place.realm, owner=actor.authority)
        with self.place.store.snapshot() as tx:
            kept = self._kept(tx, actor.authority)
            waiting = len(self._due(tx, actor.authority)) if self.judge is not None else 0
            silence = parse_silence(tx.node.setting(_STATE))
        return StampsView(
            configured=self.judge is not None,
            stamps=tuple(self._judged(stamp) for stamp in kept),
            waiting=waiting,
            silence=silence,
        )

    def token(self, actor: Actor, *, name: str) -> Stamp:
        """Return the token whose subject's name begins so: a bag root, or the origin of a log.

        Raises:
            NotFoundError: ``stamp.absent``.
        """
        require_access(actor, Action.LOG_READ, realm=self.place.realm, owner=actor.authority)
        with self.place.store.snapshot() as tx:
            for stamp in self._kept(tx, actor.authority):
                if name and stamp.subject.name.startswith(name):
                    return stamp
        raise NotFoundError(
            "stamp.absent",
            "no time stamp is kept of this",
            hint="'comity stamp list' shows those that are",
            where=name[:100],
        )

    def of_package(self, bag_root: str) -> StampView | None:
        """Return the token on a package that any office of the node keeps, judged now; None without one."""
        with self.place.store.snapshot() as tx:
            for office in self.place.authorities(tx):
                kept = kept_stamp(tx, office, PACKAGE, bag_root)
                if kept is not None:
                    return self._judged(kept)
        return None

    def _judged(self, stamp: Stamp) -> StampView:
        at, fault = stamp.at, ""
        try:
            if self.judge is None:
                fault = "stamp.no_authority"
            else:
                at = self.judge.judge(stamp.token, stamp.subject.digest)
        except ComityError as exc:
            fault = exc.code
        subject = stamp.subject
        return StampView(
            kind=subject.kind, name=subject.name, digest=subject.digest.hex(), at=at, fault=fault
        )

    def _kept(self, tx: Transaction, office: AuthorityId) -> list[Stamp]:
        names = tx.node.names(f"stamp/{office}/")
        found = [parse_stamp(data) for name in names if (data := tx.node.setting(name)) is not None]
        return sorted(found, key=lambda one: (-one.at, one.subject.name))

    def _due(self, tx: Transaction, office: AuthorityId) -> list[Subject]:
        kept = set(tx.node.names(f"stamp/{office}/{PACKAGE}/"))
        roots = tx.evidence.named(office, "", most=_MOST_PACKAGES)
        packages = [Subject(kind=PACKAGE, name=root, digest=bytes.fromhex(root)) for root in roots]
        missing = [one for one in packages if _name(office, one) not in kept]
        return [*missing, *self._heads_due(tx, office)]

    def _heads_due(self, tx: Transaction, office: AuthorityId) -> list[Subject]:
        """Return the newest signed heads that have no token, of logs that were not stamped for a day."""
        now, found = self.place.clock.now(), []
        newest: dict[str, Stamp] = {}
        for stamp in reversed(self._kept(tx, office)):
            if stamp.subject.kind == HEAD:
                newest[stamp.subject.name.partition(" ")[0]] = stamp
        for origin in self._origins(tx, office):
            note = tx.logs.checkpoint(origin)
            if note is None:
                continue
            text = parse_note(note).text
            name = f"{origin} {parse_checkpoint(text).size}"
            before = newest.get(origin)
            if before is None or (before.subject.name != name and now >= before.at + DAY):
                found.append(Subject(kind=HEAD, name=name, digest=sha256(text.encode("utf-8")), text=text))
        return found

    def _origins(self, tx: Transaction, office: AuthorityId) -> list[str]:
        ours, realm = own_root(tx), self.place.realm
        peers = [pin.fingerprint for pin in tx.exchange.pins() if pin.fingerprint != ours]
        logs = [peer_log_origin(realm, authority=office, peer_root=peer) for peer in peers]
        return [national_log_origin(realm, authority=office), *logs]

    def _note(self, silence: Silence | None) -> None:
        with self.place.store.transaction() as tx:
            tx.node.put_setting(_STATE, dump_silence(silence))


def kept_stamp(tx: Transaction, office: AuthorityId, kind: str, name: str) -> Stamp | None:
    """Return the token on a package, or on a head by origin and size, that an office keeps; or None."""
    data = tx.node.setting(f"stamp/{office}/{kind}/{name}")
    return None if data is None else parse_stamp(data)


def stamped_sizes(tx: Transaction, office: AuthorityId, origin: str) -> frozenset[int]:
    """Return the sizes of the heads of a log on which an office keeps tokens."""
    names = tx.node.names(f"stamp/{office}/{HEAD}/{origin} ")
    return frozenset(int(name.rpartition(" ")[2]) for name in names)


def _name(office: AuthorityId, subject: Subject) -> str:
    return f"stamp/{office}/{subject.kind}/{subject.name}"
