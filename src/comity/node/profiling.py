"""The desk for the own profile: made from reviews, approved by officers, signed by the authority, withdrawn.

What is told of the law of this State is what named officers of one office reviewed, and nothing else. Two of
them, a head among them, approve the very bytes; then the authority signs, and every peer gets it.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec

from comity.cases.approvals import parse_approval
from comity.cases.ports import Address
from comity.cases.statements import StatementDesk, missing_roles, paper_bytes
from comity.exchange.notices import Notice, notice_value, parse_notice
from comity.kernel.clock import Instant, to_date
from comity.kernel.errors import DeniedError, MalformedError, NotFoundError, UntrustedError
from comity.kernel.ids import AuthorityId, Fingerprint
from comity.kernel.ijson import dump_ijson, parse_ijson
from comity.kernel.realms import payload_type
from comity.kernel.signing import Envelope
from comity.law.compiling import instruments_of, rows_of
from comity.law.elements import elements_digest
from comity.law.errors import bad_profile, no_pending, nothing_reviewed
from comity.law.profiles import Confirmation, Excess, Profile, Status
from comity.law.profilewire import WHAT, profile_bytes, stated_profile
from comity.law.service import Corpus
from comity.node.access import Action, require_access, role_for
from comity.node.directory import pinned_root
from comity.node.founding import own_root
from comity.node.noticing import judged, keep_stated, kind_of, notice_of
from comity.node.ports import Transaction
from comity.node.reviewing import fresh, reviews_in
from comity.node.seams import CaseDirectory
from comity.node.views import Actor
from comity.node.workplace import Workplace

_PENDING = "law/profile/pending"
_MOST_PENDING = 4 << 20


class StatedView(msgspec.Struct, frozen=True, kw_only=True):
    """A statement of a Party on its law.

    Attributes:
        country: The Party.
        id: Id of the statement.
        version: From 1 on.
        supersedes: Id of the version before; empty for the first.
        status: ``confirmed`` or ``withdrawn``.
        standing: ``pending`` while it is not signed; ``valid``; ``superseded``; ``suspect`` where a key
            behind it does not hold any more.
        person: Who answers for it, in which role and for which authority.
        on: The day on which it was made.
        as_of: Day of the newest law that was read; ``holds_from`` is the first day for which it may be asked.
        key: Name of the key that signed; empty while nobody did.
        approved_by: Officers who approved it, with their roles.
        roles_missing: Roles that still have to approve.
        articles: Articles of which it speaks.
        taken_at: When it was taken in here, in microseconds UTC; 0 while it is pending.
        own: Whether it is this Party's own.
    """

    country: str
    id: str
    version: int
    supersedes: str
    status: str
    standing: str
    person: str
    office: str
    authority: str
    on: str
    as_of: str
    holds_from: str
    key: str
    approved_by: tuple[tuple[str, str], ...]
    roles_missing: tuple[str, ...]
    articles: tuple[int, ...]
    taken_at: int
    own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileDesk:
    """Statements of Parties on their law, the own among them.

    Attributes:
        place: The node.
        corpus: Opens the library, against which reviews are held.

    Basis: 5(1), 7; PROTOCOL rule 9
    """

    place: Workplace
    corpus: Callable[[], AbstractContextManager[Corpus]]

    def make(
        self,
        actor: Actor,
        *,
        language: str = "en",
        holds_from: str = "",
        excess: Sequence[Excess] = (),
    ) -> StatedView:
        """Make the next version of the own profile from the reviews of the officer's office; it waits.

        One that waits already is replaced, with its approvals.

        Args:
            actor: A head, who will answer for it by name.
            language: BCP 47 tag of the notes.
            holds_from: First day for which it may be asked, ``YYYY-MM-DD``; today where empty.
            excess: Provisions that reach further than article 6(2) may bear.

        Raises:
            ConflictError: ``law.profile_empty``.
            MalformedError: ``law.day``, ``law.profile``.
            NotFoundError: ``law.library``.
        """
        self._require(actor)
        now, party = self.place.clock.now(), self.place.party
        with self.corpus() as corpus, self.place.store.snapshot() as tx:
            said = [one for one in reviews_in(tx.law, party) if one.authority == actor.authority]
            standing_now = fresh(tuple(said), corpus)
        rows = rows_of(standing_now)
        if not rows:
            raise nothing_reviewed(party)
        today = to_date(now)
        with self.place.store.transaction() as tx:
            return self._wait(
                tx,
                actor,
                status=Status.CONFIRMED,
                language=language,
                as_of=today,
                holds_from=_day(holds_from) if holds_from else today,
                instruments=instruments_of(standing_now),
                rows=rows,
                excess=tuple(excess),
            )

    def withdraw(self, actor: Actor) -> StatedView:
        """Make a version that withdraws the own profile; it waits for the approval of one officer.

        Raises:
            NotFoundError: ``law.profile_absent``: nothing stands that could be withdrawn.
        """
        self._require(actor)
        today = to_date(self.place.clock.now())
        with self.place.store.transaction() as tx:
            held = tx.law.newest_stated(own_root(tx))
            profile = None if held is None else stated_profile(notice_of(held).statement)
            if profile is None or not profile.is_confirmed:
                raise _absent(self.place.party)
            return self._wait(
                tx,
                actor,
                status=Status.WITHDRAWN,
                language=profile.language,
                as_of=today,
                holds_from=today,
                instruments={},
                rows={},
            )

    def approve(self, actor: Actor, *, reason: str) -> StatedView:
        """Approve what waits, with the officer's own key.

        Raises:
            NotFoundError: ``law.profile_pending``.
            DeniedError: ``key.locked``, ``officer.…``.
            ConflictError: ``approval.twice``.
            MalformedError: ``decision.reason``.

        Basis: PROTOCOL rule 8
        """
        require_access(actor, Action.ACT_APPROVE, realm=self.place.realm, owner=actor.authority)
        if actor.signer is None:
            raise DeniedError("key.locked", f"the key of {actor.officer} is not unlocked")
        if not reason.strip():
            raise MalformedError("decision.reason", "an approval needs a reason", where="reason")
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            waiting = _pending(tx)
            profile = stated_profile(waiting.statement)
            made = self._desk(tx, profile).approve(
                waiting.statement,
                waiting.approvals,
                officer=actor.officer,
                signer=actor.signer,
                rules=elements_digest(),
                reasons=reason,
            )
            waiting = Notice(statement=waiting.statement, approvals=(*waiting.approvals, made))
            _put(tx, waiting)
            about = f"{waiting.id} {reason.strip()}"
            self.place.journal.decision(tx, actor, action="law.profile.approve", about=about, at=now)
            return _view(profile, waiting, standing="pending", own=True)

    def publish(self, actor: Actor) -> StatedView:
        """Sign what waits, once it is approved, and keep it as the newest version, for every peer.

        Raises:
            NotFoundError: ``law.profile_pending``.
            UntrustedError: the approvals do not meet the table; ``law.profile_party``: the person who is
                named did not approve.
            ConflictError: ``law.profile_older``.

        Basis: PROTOCOL rule 9
        """
        self._require(actor)
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            waiting = _pending(tx)
            profile = stated_profile(waiting.statement)
            signed = self._desk(tx, profile).issue(
                waiting.statement, waiting.approvals, kind=kind_of(profile)
            )
            kept = keep_stated(self.place, tx, root=own_root(tx), notice=signed, now=now)
            tx.node.put_setting(_PENDING, b"")
            action = f"law.profile.{'publish' if kept.is_confirmed else 'withdraw'}"
            self.place.journal.decision(tx, actor, action=action, about=signed.id, at=now)
            return _view(kept, signed, standing="valid", own=True)

    def drop(self, actor: Actor) -> None:
        """Forget what waits; raise NotFoundError ``law.profile_pending``."""
        self._require(actor)
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            waiting = _pending(tx)
            tx.node.put_setting(_PENDING, b"")
            self.place.journal.decision(tx, actor, action="law.profile.drop", about=waiting.id, at=now)

    def pending(self, actor: Actor) -> StatedView | None:
        """Return what waits for approvals; None for nothing."""
        self._require_read(actor)
        with self.place.store.snapshot() as tx:
            if not tx.node.setting(_PENDING):
                return None
            waiting = _pending(tx)
        return _view(stated_profile(waiting.statement), waiting, standing="pending", own=True)

    def stated(self, actor: Actor, *, history: bool = False) -> tuple[StatedView, ...]:
        """Return the newest statement of every pinned Party on its law, or with their history all of them."""
        self._require_read(actor)
        with self.place.store.snapshot() as tx:
            found = [
                one
                for pin in sorted(tx.exchange.pins(), key=lambda pin: (not pin.ours, pin.party))
                for one in self._of(tx, pin.fingerprint, own=pin.ours)
            ]
        return tuple(one for one in found if history or one.standing != "superseded")

    def paper(self, actor: Actor, *, party: str = "", version: int = 0) -> bytes:
        """Return a statement with the Party's roots and entries, so that a stranger can check it.

        Raises:
            NotFoundError: ``directory.party``, ``law.profile_absent``.
        """
        self._require_read(actor)
        with self.place.store.snapshot() as tx:
            root = pinned_root(tx, party) if party else own_root(tx)
            held = [one for one in tx.law.stated(root) if version in (0, one.version)]
            if not held:
                raise _absent(party or self.place.party)
            return paper_bytes(
                notice_of(held[-1]), roots=tx.exchange.roots(root), entries=tx.exchange.entries(root)
            )

    def _of(self, tx: Transaction, root: Fingerprint, *, own: bool) -> list[StatedView]:
        held = tx.law.stated(root)
        found = []
        for record in held:
            notice = notice_of(record)
            standing = "superseded" if record is not held[-1] else "valid"
            try:
                profile = judged(self.place, tx, root=root, notice=notice, at=Instant(record.taken_at))
            except UntrustedError:
                profile, standing = stated_profile(notice.statement), "suspect"
            found.append(_view(profile, notice, standing=standing, own=own, taken_at=record.taken_at))
        return found

    def _wait(self, tx: Transaction, actor: Actor, *, status: Status, **told: Any) -> StatedView:
        now, root = self.place.clock.now(), own_root(tx)
        held = tx.law.newest_stated(root)
        said = Confirmation(
            person=actor.officer,
            office=role_for(actor, Action.LAW_PUBLISH),
            authority=actor.authority,
            on=to_date(now),
            at=now,
        )
        try:
            profile = Profile(
                country=self.place.party,
                status=status,
                confirmation=said,
                version=1 if held is None else held.version + 1,
                supersedes="" if held is None else notice_of(held).id,
                **told,
            )
            statement = Envelope(
                payload_type=payload_type(WHAT, self.place.realm), payload=profile_bytes(profile)
            )
            waiting = Notice(statement=statement)
            parse_notice(notice_value(waiting), where="profile")  # what no peer would take is not made
            profile = stated_profile(statement)
        except ValueError as exc:
            raise bad_profile(str(exc), where="profile") from exc
        _put(tx, waiting)
        self.place.journal.decision(tx, actor, action="law.profile.make", about=waiting.id, at=now)
        return _view(profile, waiting, standing="pending", own=True)

    def _desk(self, tx: Transaction, profile: Profile) -> StatementDesk:
        said = profile.confirmation
        authority = AuthorityId("" if said is None else said.authority)
        return StatementDesk(
            me=Address(authority=authority, root=own_root(tx)),
            realm=self.place.realm,
            signer=self.place.keys.signer(f"{authority}/act"),
            directory=CaseDirectory(directory=self.place.directory, store=tx.exchange),
            clock=self.place.clock,
            entropy=self.place.entropy,
        )

    def _require(self, actor: Actor) -> None:
        require_access(actor, Action.LAW_PUBLISH, realm=self.place.realm, owner=actor.authority)

    def _require_read(self, actor: Actor) -> None:
        require_access(actor, Action.PEER_LIST, realm=self.place.realm, owner=actor.authority)


def _pending(tx: Transaction) -> Notice:
    kept = tx.node.setting(_PENDING)
    if not kept:
        raise no_pending()
    return parse_notice(parse_ijson(kept, most_bytes=_MOST_PENDING, where="pending"), where="pending")


def _put(tx: Transaction, waiting: Notice) -> None:
    tx.node.put_setting(_PENDING, dump_ijson(notice_value(waiting)))


def _absent(party: str) -> NotFoundError:
    return NotFoundError(
        "law.profile_absent",
        f"no profile of {party[:40]} is held",
        hint="'comity law profile list' shows those that are",
        where=party[:40],
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as exc:
        raise MalformedError(
            "law.day", f"{text[:20]!r} is not a day", hint="days are YYYY-MM-DD", where="holds_from"
        ) from exc


def _view(
    profile: Profile, notice: Notice, *, standing: str, own: bool, taken_at: int | None = None
) -> StatedView:
    said = profile.confirmation
    given = [parse_approval(one) for one in notice.approvals]
    return StatedView(
        country=profile.country,
        id=notice.id,
        version=profile.version,
        supersedes=profile.supersedes,
        status=profile.status.value,
        standing=standing,
        person="" if said is None else said.person,
        office="" if said is None else said.office,
        authority="" if said is None else said.authority,
        on="" if said is None else said.on.isoformat(),
        as_of=profile.as_of.isoformat(),
        holds_from=profile.holds_from.isoformat(),
        key=profile.signed_by,
        approved_by=tuple((str(one.officer), one.role) for one in given),
        roles_missing=missing_roles(notice.approvals, kind=kind_of(profile)) if standing == "pending" else (),
        articles=tuple(sorted(profile.rows)),
        taken_at=profile.taken_at if taken_at is None else taken_at,
        own=own,
    )
