"""The victims' desk: records sealed each under its own key, opened by advocates and officers whom they name.

Every reading is in the national log first, by pseudonym; what a record says is in no log.

Basis: 34, 36(1)
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec
from msgspec.structs import replace

from comity.cases.blanks import filled
from comity.kernel.clock import Instant, to_date
from comity.kernel.errors import ConflictError, DeniedError, MalformedError
from comity.kernel.ids import AuthorityId, CaseId
from comity.kernel.realms import Realm
from comity.node.access import Action, Purpose, is_advocate, require_access, require_named
from comity.node.guardroom import TAKEDOWN, GuardRoom, entitled
from comity.node.ports import Transaction
from comity.node.protecting import HashDesk
from comity.node.restitution import ledger_of
from comity.node.seams import case_reader
from comity.node.unnamed import acts_naming, require_no_draft_names
from comity.node.victimroom import VictimRoom
from comity.node.victimviews import VictimView, victim_view
from comity.node.views import Actor
from comity.node.workplace import Workplace
from comity.protection.takedown import Takedown
from comity.protection.victims.counting import Counted, counted
from comity.protection.victims.records import Record, Tombstone
from comity.protection.victims.steps import GROUPS, OFFENCES, OPENING, taken
from comity.restitution.accounts import Kind

_KEY_SIZE = 32
SHOWN = ("contact", "name", "statement", "needs", "telling")
"""What is told one by one, each in a reading of its own."""
_NAMING = ("identity", "case")
_FOR_STATEMENT = (Purpose.COURT.value, Purpose.PRACTICE.value)


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
            self._room.put(tx, actor.authority, record, self.place.entropy.bytes(_KEY_SIZE))
            self.place.journal.decision(tx, actor, action="victim.begin", about=record.number, at=now)
        return victim_view(record)

    def list(self, actor: Actor, *, purpose: str) -> tuple[VictimView, ...]:
        """Return the victims whose records the officer may open; the reading is in the log first."""
        self._require(actor, Action.VICTIM_READ, purpose)
        self._log(actor, "victim.list", "all", purpose)
        with self.place.store.snapshot() as tx:
            found = self._room.all(tx, actor.authority)
        return tuple(
            victim_view(one) for one in found if isinstance(one, Record) and str(actor.officer) in one.named
        )

    def show(self, actor: Actor, *, number: str, purpose: str) -> VictimView:
        """Return a record without what finds the person; the reading is in the log first.

        Raises:
            NotFoundError: ``victims.absent``.
            DeniedError: ``access.victim``.
        """
        self._require(actor, Action.VICTIM_READ, purpose)
        self._log(actor, "victim.read", number, purpose)
        with self.place.store.snapshot() as tx:
            found = self._room.found(tx, actor.authority, number)
            if not isinstance(found, Record):
                return victim_view(found)
            require_named(actor, found.named)
            return victim_view(
                found,
                takedowns=self._takedowns(tx, actor.authority, number),
                named_in=acts_naming(tx, actor.authority, found),
            )

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
        if what == "statement" and not is_advocate(actor) and purpose not in _FOR_STATEMENT:
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
            if step in ("officer", "refusal") and not is_advocate(actor):
                raise DeniedError(
                    "victims.naming", "only a victims' advocate names readers and refuses erasure", where=step
                )
            after = taken(before, step, values, now=now)
            for case in set(after.cases) - set(before.cases):
                self._require_case(tx, actor, case)
            if step in _NAMING:
                require_no_draft_names(tx, actor.authority, after)
            self._room.put_again(tx, actor.authority, after)
            self.place.journal.decision(tx, actor, action=f"victim.{step}", about=number, at=now)
            return victim_view(
                after, named_in=acts_naming(tx, actor.authority, after) if step in _NAMING else ()
            )

    def entrust(self, actor: Actor, *, number: str, advocate: str) -> None:
        """Name a victims' advocate in a record, where one leaves or was never there; nothing of it is shown.

        Raises:
            NotFoundError: ``victims.absent``.
            ConflictError: ``victims.erased``.
            MalformedError: ``victims.advocate``: no advocate of the office is called so.
        """
        self._require(actor, Action.VICTIM_ENTRUST)
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            found = self._room.found(tx, actor.authority, number)
            if isinstance(found, Tombstone):
                raise ConflictError("victims.erased", "the record was erased", where="number")
            if advocate not in entitled(tx, actor.authority, Action.VICTIM_ERASE):
                raise MalformedError(
                    "victims.advocate",
                    f"{advocate[:40]!r} is no victims' advocate of this office",
                    hint="enrol one: comity officer add NAME --role victims-advocate",
                    where="advocate",
                )
            others = tuple(one for one in found.named if one != advocate)
            self._room.put_again(tx, actor.authority, replace(found, named=(*others, advocate)))
            about = f"{number} {advocate}"
            self.place.journal.decision(tx, actor, action="victim.entrust", about=about, at=now)

    def own(self, tx: Transaction, actor: Actor) -> frozenset[str]:
        """Return the pseudonyms whose records name the officer."""
        found = self._room.all(tx, actor.authority)
        return frozenset(
            one.number for one in found if isinstance(one, Record) and str(actor.officer) in one.named
        )

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
            self._room.bury(tx, actor.authority, stone)
            self.place.journal.decision(tx, actor, action="victim.erased", about=number, at=now)
        return victim_view(stone)

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
            for one in self._room.all(tx, actor.authority):
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
        found = self._room.all(tx, authority)
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

    def _takedowns(self, tx: Transaction, authority: AuthorityId, number: str) -> tuple[tuple[int, str], ...]:
        room = GuardRoom(hashes=self.hashes).made(tx, authority)
        found = room.all(tx.guarded, TAKEDOWN, Takedown)
        return tuple((one.number, one.state.value) for one in found if one.plea == number)

    @property
    def _room(self) -> VictimRoom:
        return VictimRoom(place=self.place, make_vault=self.hashes.make_vault)

    def _require_case(self, tx: Transaction, actor: Actor, case: str) -> None:
        case_reader(tx, actor.authority, directory=self.place.directory).state(tx, CaseId(case))

    def _require(self, actor: Actor, action: Action, purpose: str = "") -> None:
        require_access(actor, action, realm=self.place.realm, owner=actor.authority, purpose=purpose)

    def _log(self, actor: Actor, action: str, about: str, purpose: str) -> None:
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            self.place.journal.read(tx, actor, action=action, about=about[:80], purpose=purpose, at=now)

    def _open(self, tx: Transaction, actor: Actor, number: str) -> Record:
        found = self._room.found(tx, actor.authority, number)
        if isinstance(found, Tombstone):
            raise ConflictError("victims.erased", "the record was erased", where="number")
        require_named(actor, found.named)
        return found
