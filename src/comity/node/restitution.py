"""The desk for restitution: the ledger of a case, entry by entry, and statements on it.

Every entry is a line of the ledger and, by its digest, of the national log; what is read is in the log first.
Victims stand here by pseudonym. Who they are is known at the victims' desk, if anywhere.

Basis: 31(3), 34(2), 52
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from comity.kernel.clock import Instant
from comity.kernel.errors import ConflictError, MalformedError, NotFoundError
from comity.kernel.ids import AuthorityId, CaseId
from comity.kernel.lines import line_bytes, line_digest
from comity.node.access import Action, is_allowed, only_as_advocate, require_access, require_named
from comity.node.assetbooks import asset_names, book_of, read_asset
from comity.node.claimtaking import WaitingClaims, claims_to_take, forms_of_claim
from comity.node.ports import Transaction
from comity.node.seams import case_reader
from comity.node.views import Actor
from comity.node.workplace import Workplace
from comity.restitution.books import Books
from comity.restitution.entries import DECISIONS, AnyEntry, Opened, Returned
from comity.restitution.forms import entry_of, only
from comity.restitution.ledger import fold
from comity.restitution.lines import (
    Line,
    chained,
)
from comity.restitution.statement import make_statement
from comity.restitution.views import Statement
from comity.tracing.addresses.checking import check_address
from comity.tracing.addresses.ports import Primitives
from comity.tracing.secrets import require_no_secret

_NONE: Mapping[int, str] = MappingProxyType({})
_NAMED = frozenset({"digest", "request", "reference", "agreement"})
"""Answers that are digests and transactions by their form."""

KnownVictims = Callable[[Transaction, AuthorityId, CaseId], frozenset[str]]
"""Tells the pseudonyms of the victims of a case whom the victims' desk knows."""


def nobody(_tx: Transaction, _authority: AuthorityId, _case: CaseId) -> frozenset[str]:
    """Know no victim."""
    return frozenset()


OwnVictims = Callable[[Transaction, Actor], frozenset[str]]
"""Tells the pseudonyms of the victims whose records name an officer."""


def none_own(_tx: Transaction, _actor: Actor) -> frozenset[str]:
    """Name nobody."""
    return frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """A ledger as it was read in one transaction."""

    lines: tuple[Line, ...]
    digest: str
    books: Books


@dataclass(frozen=True, slots=True, kw_only=True)
class RestitutionDesk:
    """Ledgers of the officer's authority.

    Attributes:
        primitives: What addresses are checked with.
        known: Tells which victims of a case the victims' desk knows.
        own: Tells whose records name an officer: an advocate is shown statements for those alone.
    """

    place: Workplace
    primitives: Primitives = field(repr=False)
    known: KnownVictims = field(default=nobody, repr=False)
    own: OwnVictims = field(default=none_own, repr=False)

    def record(
        self,
        actor: Actor,
        *,
        case: str,
        entry: str,
        values: Mapping[str, str],
        purpose: str,
        after: str | None = None,
    ) -> Statement:
        """Add an entry to the ledger of a case and return where it stands.

        Args:
            actor: Who records; the line names this officer.
            case: Full id of the case.
            entry: One of ``restitution.forms.FORMS``.
            values: What was written in its form; amounts in the main unit.
            purpose: Why the ledger is read, which every entry does.
            after: Digest of the line that the officer saw last; where it is told and another line came
                meanwhile, nothing is recorded.

        Raises:
            MalformedError: ``restitution.entry``, ``restitution.form``, ``restitution.amount``, ``blank.…``,
                ``restitution.time``, ``restitution.secret``.
            NotFoundError: ``case.unknown``; what the entry names is not there.
            ConflictError: the entry does not stand on the ledger; ``restitution.moved``.
            DeniedError: ``access.role``: decisions over what is whose are a head's.

        Basis: 31(3), 34(2), 52
        """
        self._require(actor, Action.RESTITUTION_KEEP, purpose)
        held, now = CaseId(case), self.place.clock.now()
        _require_no_key(values)
        with self.place.store.transaction() as tx:
            self._require_case(tx, actor, held)
            before = self._ledger(tx, actor, held)
            if after is not None and after != before.digest:
                raise ConflictError(
                    "restitution.moved",
                    "another line was recorded meanwhile",
                    hint="look at the ledger again, then record",
                    where=held,
                )
            others = self.known(tx, actor.authority, held)
            made = entry_of(entry, values, before.books, now=now, others=others)
            self._require_sound(tx, actor, held, made, now)
            line = _line(actor, held, before, made, now)
            ledger = self._added(tx, actor, line, before)
            about = f"{case}/{line.number}/{ledger.digest}"
            self.place.journal.decision(tx, actor, action=f"restitution.{entry}", about=about, at=now)
            return _statement(held, ledger, others=others)

    def take_claims(
        self,
        actor: Actor,
        *,
        case: str,
        book: str,
        purpose: str,
        asset: str = "",
        awarded: Mapping[int, str] = _NONE,
    ) -> Statement:
        """Take over the claims of a freeze book that were ruled on, each once; all of them, or none.

        Args:
            actor: A head: what a court ruled becomes a decision in the ledger.
            case: Full id of the case.
            book: Name of the frozen asset.
            purpose: Why the ledger is read.
            asset: Asset of the ledger; where it has one only it may be left out.
            awarded: Of a claim that was upheld in part, by its line, how much; in the main unit.

        Raises:
            NotFoundError: ``freeze.unknown``, ``restitution.asset``, ``case.unknown``.
            MalformedError: ``restitution.awarded``.
            ConflictError: ``restitution.other_case``; ``restitution.no_claim``: there is none to take over.

        Basis: 31(9), 50(9)
        """
        self._require(actor, Action.RESTITUTION_DECIDE, purpose)
        held, now = CaseId(case), self.place.clock.now()
        with self.place.store.transaction() as tx:
            self._require_case(tx, actor, held)
            ledger, frozen = self._ledger(tx, actor, held), read_asset(tx, actor.authority, book)
            if frozen.asked and all(one.case != case for one in frozen.asked):
                raise ConflictError(
                    "restitution.other_case", f"{book} is tied to another case", where="freeze"
                )
            if not ledger.lines:
                raise _absent(case)
            into = asset or only(tuple(ledger.books.assets), "asset")
            ledger.books.asset(into)
            fresh = claims_to_take(frozen, ledger.books.claims)
            if not fresh:
                raise ConflictError(
                    "restitution.no_claim",
                    f"{book} has no claim that was ruled on and is not in the ledger",
                    hint="'comity freeze show NAME' tells its claims and rulings",
                    where="freeze",
                )
            lines = book_of(tx, actor.authority, book)
            for one in fresh:
                for entry, values in forms_of_claim(frozen, one, lines, into=into, awarded=awarded):
                    made = entry_of(entry, values, ledger.books, now=now)
                    self._require_sound(tx, actor, held, made, now)
                    line = _line(actor, held, ledger, made, now)
                    ledger = self._added(tx, actor, line, ledger)
                    about = f"{case}/{line.number}/{ledger.digest}"
                    self.place.journal.decision(tx, actor, action=f"restitution.{entry}", about=about, at=now)
            return _statement(held, ledger, others=self.known(tx, actor.authority, held))

    def claims_waiting(self, actor: Actor, *, case: str, purpose: str) -> tuple[WaitingClaims, ...]:
        """Return the claims of freeze books of a case that were ruled on and are not in its ledger.

        Only a head takes them over, so to others there are none. The reading is in the log first.
        """
        self._require(actor, Action.RESTITUTION_READ, purpose)
        if not is_allowed(actor, Action.RESTITUTION_DECIDE):
            return ()
        held, now = CaseId(case), self.place.clock.now()
        with self.place.store.transaction() as tx:
            self.place.journal.read(
                tx, actor, action="restitution.claims", about=case, purpose=purpose, at=now
            )
        with self.place.store.snapshot() as tx:
            self._require_case(tx, actor, held)
            known = self._ledger(tx, actor, held).books.claims
            assets = (read_asset(tx, actor.authority, name) for name in asset_names(tx, actor.authority))
            found = (
                (one, claims_to_take(one, known))
                for one in assets
                if case in {each.case for each in one.asked}
            )
            return tuple(WaitingClaims(book=one.name, claims=claims) for one, claims in found if claims)

    def show(
        self, actor: Actor, *, case: str, purpose: str, audience: str = "court", who: str = ""
    ) -> Statement:
        """Return a statement on the ledger of a case; the reading is in the log first.

        Args:
            actor: Who reads.
            case: Full id of the case.
            purpose: Why.
            audience: For whom it is made: ``court``, ``victim`` or ``state``.
            who: Pseudonym of the victim for whom it is made.

        Raises:
            NotFoundError: ``case.unknown``, ``restitution.absent``, ``restitution.victim``.
            MalformedError: ``restitution.audience``.
            DeniedError: ``access.victim``: an advocate is shown statements for the own victims alone.
        """
        self._require(actor, Action.RESTITUTION_READ, purpose)
        now, held = self.place.clock.now(), CaseId(case)
        about = f"{case} {audience}" + (f" {who}" if who else "")
        with self.place.store.transaction() as tx:
            self.place.journal.read(
                tx, actor, action="restitution.read", about=about[:200], purpose=purpose, at=now
            )
        with self.place.store.snapshot() as tx:
            self._require_own(tx, actor, audience, who)
            self._require_case(tx, actor, held)
            ledger = self._ledger(tx, actor, held)
            if not ledger.lines:
                raise _absent(case)
            others = self.known(tx, actor.authority, held)
            return _statement(held, ledger, others=others, audience=audience, who=who)

    def cases(self, actor: Actor) -> tuple[CaseId, ...]:
        """Return the cases of the office that have a ledger."""
        require_access(actor, Action.RESTITUTION_KEEP, realm=self.place.realm, owner=actor.authority)
        with self.place.store.snapshot() as tx:
            return tx.redress.cases(actor.authority)

    def _require(self, actor: Actor, action: Action, purpose: str) -> None:
        require_access(
            actor, Action.RESTITUTION_READ, realm=self.place.realm, owner=actor.authority, purpose=purpose
        )
        require_access(actor, action, realm=self.place.realm, owner=actor.authority, purpose=purpose)

    def _require_own(self, tx: Transaction, actor: Actor, audience: str, who: str) -> None:
        if only_as_advocate(actor, Action.RESTITUTION_READ):
            require_named(
                actor, [actor.officer] if audience == "victim" and who in self.own(tx, actor) else []
            )

    def _require_case(self, tx: Transaction, actor: Actor, case: CaseId) -> None:
        case_reader(tx, actor.authority, directory=self.place.directory).state(tx, case)

    def _ledger(self, tx: Transaction, actor: Actor, case: CaseId) -> Ledger:
        return ledger_of(tx, actor.authority, case)

    def _added(self, tx: Transaction, actor: Actor, line: Line, before: Ledger) -> Ledger:
        lines = (*before.lines, line)
        books = fold(lines)
        data = line_bytes(line)
        tx.redress.add_line(actor.authority, line.case, line.number, data)
        return Ledger(lines=lines, digest=line_digest(data), books=books)

    def _require_sound(
        self, tx: Transaction, actor: Actor, case: CaseId, entry: AnyEntry, now: Instant
    ) -> None:
        """Refuse what the ledger alone cannot judge."""
        if isinstance(entry, DECISIONS):
            require_access(actor, Action.RESTITUTION_DECIDE, realm=self.place.realm, owner=actor.authority)
        if entry.at > now:
            raise MalformedError("restitution.time", "it is said to have happened later than now", where="at")
        if (
            isinstance(entry, Opened)
            and check_address(entry.address, primitives=self.primitives).reason == "secret"
        ):
            raise _a_key("address")
        if isinstance(entry, Returned):
            state = case_reader(tx, actor.authority, directory=self.place.directory).state(tx, case)
            if entry.request not in {str(one.id) for one in state.requests}:
                raise NotFoundError(
                    "restitution.request",
                    "the case has no such request",
                    hint="52(2) rests on one",
                    where="request",
                )


def _absent(case: str) -> NotFoundError:
    return NotFoundError(
        "restitution.absent",
        "the case has no ledger of restitution yet",
        hint="begin it with an asset: comity restitution record CASE asset.open",
        where=case[:64],
    )


def _require_no_key(values: Mapping[str, str]) -> None:
    """Refuse what looks like a private key or a seed phrase in any answer; it is repeated nowhere."""
    for name, text in values.items():
        try:
            require_no_secret({"tx" if name in _NAMED else "text": text})
        except MalformedError as exc:
            raise _a_key(name[:40]) from exc


def _a_key(where: str) -> MalformedError:
    return MalformedError(
        "restitution.secret",
        "this looks like a private key, and no private key of an asset enters a node",
        hint="record custodian and address",
        where=where,
    )


def ledger_of(tx: Transaction, authority: AuthorityId, case: CaseId) -> Ledger:
    """Return the ledger of a case as it is stored.

    Raises:
        UntrustedError: ``restitution.chain``.
    """
    lines, digest = chained(tx.redress.lines(authority, case))
    return Ledger(lines=lines, digest=digest, books=fold(lines))


def _line(actor: Actor, case: CaseId, before: Ledger, entry: AnyEntry, now: Instant) -> Line:
    return Line(
        v=1,
        number=len(before.lines) + 1,
        previous=before.digest,
        authority=actor.authority,
        case=case,
        officer=actor.officer,
        recorded_at=now,
        entry=entry,
    )


def _statement(
    case: CaseId, ledger: Ledger, *, others: frozenset[str], audience: str = "court", who: str = ""
) -> Statement:
    return make_statement(
        ledger.lines,
        ledger.books,
        case=case,
        digest=ledger.digest,
        audience=audience,
        who=who,
        others=others,
    )
