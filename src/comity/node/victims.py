"""The victims' desk: records sealed each under its own key, opened by advocates and officers whom they name.

Every reading is in the national log first, by pseudonym; what a record says is in no log.

Basis: 34, 36(1)
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from comity.cases.blanks import filled
from comity.kernel.clock import Instant, to_date
from comity.kernel.errors import ConflictError, DeniedError, MalformedError, NotFoundError
from comity.kernel.ids import AuthorityId, CaseId
from comity.kernel.realms import Realm
from comity.node.access import Action, Purpose, may_open, require_access, require_named
from comity.node.hashsecrets import secret_name
from comity.node.ports import Transaction
from comity.node.protecting import HashDesk
from comity.node.restitution import ledger_of
from comity.node.seams import case_reader
from comity.node.views import Actor
from comity.node.workplace import Workplace
from comity.protection.ports import Vault
from comity.protection.victims.counting import Counted, counted
from comity.protection.victims.ports import Kept
from comity.protection.victims.records import Needs, Record, Tombstone
from comity.protection.victims.steps import GROUPS, OFFENCES, OPENING, taken
from comity.restitution.accounts import Kind

_KEY_SIZE = 32
SHOWN = ("contact", "name", "statement", "needs", "telling")
"""What is told one by one, each in a reading of its own."""
_FOR_STATEMENT = (Purpose.COURT.value, Purpose.PRACTICE.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class VictimView:
    """A victim as lists and the record show them: nothing by which the person is found.

    Attributes:
        has: What the record holds and does not show.
        silent: Stages reached at which nobody said what became of the victim's views.
        views: Stage and how, as recorded.
        measures: Provision and end of each measure of protection.
        erased: When it was erased, and why; None while it stands.
    """

    number: str
    group: str = ""
    offence: str = ""
    cases: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    person: str = ""
    has: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    views: tuple[tuple[str, str], ...] = ()
    measures: tuple[tuple[str, Instant], ...] = ()
    hearings: int = 0
    asked: Instant | None = None
    erased: Instant | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VictimsDesk:
    """Victims of the officer's authority."""

    place: Workplace
    hashes: HashDesk = field(repr=False)

    def begin(self, actor: Actor, *, values: Mapping[str, str]) -> VictimView:
        """Begin a record under a pseudonym drawn by chance; whoever begins it is named in it.

        Raises:
            MalformedError: ``blank.…``.
            NotFoundError: ``case.unknown``.
        """
        self._require(actor, Action.VICTIM_KEEP)
        told, now = filled(OPENING, values), self.place.clock.now()
        with self.place.store.transaction() as tx:
            if "case" in told:
                self._require_case(tx, actor, told["case"])
            drawn = base64.b32encode(self.place.entropy.bytes(5)).decode("ascii")
            record = Record(
                number=f"V-{drawn}",
                year=to_date(now).year,
                group=told["group"],
                offence=told["offence"],
                cases=(told["case"],) if "case" in told else (),
                named=(str(actor.officer),),
            )
            self._put(tx, actor.authority, record, self.place.entropy.bytes(_KEY_SIZE))
            self.place.journal.decision(tx, actor, action="victim.begin", about=record.number, at=now)
        return _view(record)

    def list(self, actor: Actor, *, purpose: str) -> tuple[VictimView, ...]:
        """Return the victims whose records the officer may open; the reading is in the log first."""
        self._require(actor, Action.VICTIM_READ, purpose)
        self._log(actor, "victim.list", "all", purpose)
        with self.place.store.snapshot() as tx:
            found = self._all(tx, actor.authority)
        return tuple(_view(one) for one in found if isinstance(one, Record) and may_open(actor, one.named))

    def show(self, actor: Actor, *, number: str, purpose: str) -> VictimView:
        """Return a record without what finds the person; the reading is in the log first.

        Raises:
            NotFoundError: ``victims.absent``.
            DeniedError: ``access.victim``.
        """
        self._require(actor, Action.VICTIM_READ, purpose)
        self._log(actor, "victim.read", number, purpose)
        with self.place.store.snapshot() as tx:
            found = self._found(tx, actor.authority, number)
        if isinstance(found, Record):
            require_named(actor, found.named)
        return _view(found)

    def reveal(self, actor: Actor, *, number: str, what: str, purpose: str) -> Mapping[str, object]:
        """Return one thing that a record holds, such as how to reach the victim, in a reading of its own.

        Raises:
            MalformedError: ``victims.what``.
            DeniedError: ``access.victim``; ``victims.sealed``.
        """
        if what not in SHOWN:
            raise MalformedError(
                "victims.what", f"{what[:20]!r} is not told", hint="one of: " + ", ".join(SHOWN), where="what"
            )
        self._require(actor, Action.VICTIM_READ, purpose)
        if what == "statement" and not may_open(actor, ()) and purpose not in _FOR_STATEMENT:
            raise DeniedError(
                "victims.sealed",
                "the statement is for an advocate, or for the court",
                hint="read it for court",
            )
        self._log(actor, f"victim.{what}", number, purpose)
        with self.place.store.snapshot() as tx:
            record = self._open(tx, actor, number)
        held = record.told if what == "telling" else getattr(record, what)
        return {what: msgspec.to_builtins(held)}

    def record(self, actor: Actor, *, number: str, step: str, values: Mapping[str, str]) -> VictimView:
        """Take a step in a record.

        Raises:
            MalformedError: ``victims.step``, ``victims.until``, ``blank.…``.
            ConflictError: ``victims.hearing``, ``victims.views``, ``victims.unasked``.
            DeniedError: ``access.victim``; ``victims.naming``: only an advocate names readers.
        """
        self._require(actor, Action.VICTIM_KEEP)
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            before = self._open(tx, actor, number)
            if step in ("officer", "refusal") and not may_open(actor, ()):
                raise DeniedError(
                    "victims.naming", "only a victims' advocate names readers and refuses erasure", where=step
                )
            after = taken(before, step, values, now=now)
            for case in set(after.cases) - set(before.cases):
                self._require_case(tx, actor, case)
            kept = tx.redress.victim(actor.authority, number)
            vault = self._vault(tx, actor.authority)
            if kept is not None and vault is not None:
                key = vault.open(kept.wrapped, about=f"key {number}")
                self._put(tx, actor.authority, after, key)
            self.place.journal.decision(tx, actor, action=f"victim.{step}", about=number, at=now)
        return _view(after)

    def erase(self, actor: Actor, *, number: str, reason: str) -> VictimView:
        """Destroy the key of a record and what it sealed; number, day, officer and reason remain.

        Raises:
            ConflictError: ``victims.unasked``; ``victims.needed``: a measure of protection still runs, or
                money is set aside or on its way.
            MalformedError: ``victims.reason``.

        Basis: 36(1)(a)(i)
        """
        self._require(actor, Action.VICTIM_ERASE)
        if not reason.strip():
            raise MalformedError("victims.reason", "an erasure has a reason", where="reason")
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            record = self._open(tx, actor, number)
            self._require_erasable(tx, actor.authority, record, now)
            stone = Tombstone(number=number, at=now, officer=str(actor.officer), reason=reason.strip()[:400])
            vault = self._vault(tx, actor.authority, make=True)
            sealed = vault.seal(msgspec.msgpack.encode(stone), about=f"gone {number}")
            tx.redress.put_victim(actor.authority, Kept(number=number, wrapped=b"", sealed=sealed))
            self.place.journal.decision(tx, actor, action="victim.erased", about=number, at=now)
        return _view(stone)

    def count(self, actor: Actor, *, year: int) -> Counted:
        """Return how many victims' records were begun in a year, by offence and age, small counts hidden.

        A year is told when it is over, and told the same ever after: two tables of one year would give away
        who came or went between them. On a practice node the running year is told, and not kept.

        Raises:
            ConflictError: ``victims.year``.
        """
        self._require(actor, Action.VICTIM_COUNT)
        now = self.place.clock.now()
        is_over, place = year < to_date(now).year, f"victims/counted/{actor.authority}/{year}"
        if not is_over and self.place.realm is not Realm.PRACTICE:
            raise ConflictError("victims.year", "a year is counted when it is over", where="year")
        with self.place.store.transaction() as tx:
            held = tx.node.setting(place)
            if held is not None:
                return msgspec.json.decode(held, type=Counted)
            counts: dict[tuple[str, str], int] = {}
            for one in self._all(tx, actor.authority):
                if isinstance(one, Record) and one.year == year:
                    cell = (one.offence, one.group)
                    counts[cell] = counts.get(cell, 0) + 1
            made = counted(counts, rows=OFFENCES, columns=GROUPS)
            if is_over:
                tx.node.put_setting(place, msgspec.json.encode(made))
            self.place.journal.decision(tx, actor, action="victim.count", about=str(year), at=now)
            return made

    def of_case(self, tx: Transaction, authority: AuthorityId, case: CaseId) -> frozenset[str]:
        """Return the pseudonyms of the victims whom a case concerns. Basis: 52(3)"""
        found = self._all(tx, authority)
        return frozenset(one.number for one in found if isinstance(one, Record) and case in one.cases)

    def _require_erasable(
        self, tx: Transaction, authority: AuthorityId, record: Record, now: Instant
    ) -> None:
        if record.asked is None:
            raise ConflictError(
                "victims.unasked", "nobody asked for erasure", hint="record that first: erasure"
            )
        why = "a measure of protection" if any(one.until > now for one in record.measures) else ""
        for case in record.cases:
            books = ledger_of(tx, authority, CaseId(case)).books
            mine = {name for name, claim in books.claims.items() if claim.lodged.who == record.number}
            if any(
                amount
                for account, amount in books.balances.items()
                if account.whom in mine and account.kind in (Kind.OWED, Kind.UNDER_WAY)
            ):
                why = "money that is set aside or on its way"
        if why:
            raise ConflictError(
                "victims.needed",
                f"the record is still needed for {why}",
                hint="tell the victim, and record the refusal with its legal ground and end: refusal",
            )

    def _require_case(self, tx: Transaction, actor: Actor, case: str) -> None:
        case_reader(tx, actor.authority, directory=self.place.directory).state(tx, CaseId(case))

    def _require(self, actor: Actor, action: Action, purpose: str = "") -> None:
        require_access(actor, action, realm=self.place.realm, owner=actor.authority, purpose=purpose)

    def _log(self, actor: Actor, action: str, about: str, purpose: str) -> None:
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            self.place.journal.read(tx, actor, action=action, about=about[:80], purpose=purpose, at=now)

    def _vault(self, tx: Transaction, authority: AuthorityId, *, make: bool = False) -> Vault:
        return self.hashes.room(tx, authority, make=make).vault

    def _put(self, tx: Transaction, authority: AuthorityId, record: Record, key: bytes) -> None:
        vault, own = self._vault(tx, authority, make=True), self.hashes.make_vault(key)
        tx.redress.put_victim(
            authority,
            Kept(
                number=record.number,
                wrapped=vault.seal(key, about=f"key {record.number}"),
                sealed=own.seal(msgspec.msgpack.encode(record), about=f"victim {record.number}"),
            ),
        )

    def _opened(self, vault: Vault, kept: Kept) -> Record | Tombstone:
        if not kept.wrapped:
            data = vault.open(kept.sealed, about=f"gone {kept.number}")
            return msgspec.msgpack.decode(data, type=Tombstone)
        own = self.hashes.make_vault(vault.open(kept.wrapped, about=f"key {kept.number}"))
        return msgspec.msgpack.decode(own.open(kept.sealed, about=f"victim {kept.number}"), type=Record)

    def _all(self, tx: Transaction, authority: AuthorityId) -> tuple[Record | Tombstone, ...]:
        if tx.node.setting(secret_name(authority)) is None:
            return ()
        vault = self._vault(tx, authority)
        return tuple(self._opened(vault, kept) for kept in tx.redress.victims(authority))

    def _found(self, tx: Transaction, authority: AuthorityId, number: str) -> Record | Tombstone:
        kept = tx.redress.victim(authority, number)
        if kept is None:
            raise NotFoundError("victims.absent", f"there is no victim {number[:20]!r}", where="number")
        return self._opened(self._vault(tx, authority), kept)

    def _open(self, tx: Transaction, actor: Actor, number: str) -> Record:
        found = self._found(tx, actor.authority, number)
        if isinstance(found, Tombstone):
            raise ConflictError("victims.erased", "the record was erased", where="number")
        require_named(actor, found.named)
        return found


def _view(one: Record | Tombstone) -> VictimView:
    if isinstance(one, Tombstone):
        return VictimView(number=one.number, erased=one.at, reason=one.reason)
    has = [name for name in ("name", "contact", "statement") if getattr(one, name)]
    has += [name for name, there in (("needs", one.needs != Needs()), ("telling", one.told)) if there]
    return VictimView(
        number=one.number,
        group=one.group,
        offence=one.offence,
        cases=one.cases,
        named=one.named,
        person=one.person,
        has=tuple(has),
        stages=one.stages,
        silent=one.silent,
        views=tuple((each.stage, each.how) for each in one.views),
        measures=tuple((each.provision, each.until) for each in one.measures),
        hearings=len(one.hearings),
        asked=one.asked,
    )
