"""The state of a ledger for those who may see it: the court all, a victim their own, another State no person.

Basis: 34(2), 36(1), 52(2), 52(3)
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from comity.kernel.errors import MalformedError, NotFoundError
from comity.kernel.ids import CaseId
from comity.restitution.accounts import Kind
from comity.restitution.amounts import amount_text
from comity.restitution.books import Books
from comity.restitution.claims import Claim
from comity.restitution.entries import ClaimKind, Corrected, Shared
from comity.restitution.lines import Line
from comity.restitution.views import (
    AssetView,
    Balance,
    ClaimView,
    GivenView,
    LineView,
    Money,
    PaymentView,
    RuleView,
    Statement,
    WeighedView,
)

FEWEST = 5
"""Victims among whom an amount was divided before one of them is told the sum of all."""


class Audience(StrEnum):
    """For whom a statement is made."""

    COURT = "court"
    VICTIM = "victim"
    STATE = "state"


def make_statement(
    lines: Sequence[Line],
    books: Books,
    *,
    case: CaseId,
    digest: str,
    audience: str,
    who: str = "",
    others: Iterable[str] = (),
) -> Statement:
    """Return the statement on a ledger for somebody.

    Args:
        lines: The ledger.
        books: What they fold to.
        case: Whose ledger it is.
        digest: Of the last line.
        audience: One of :class:`Audience`.
        who: Pseudonym of the victim for whom it is made.
        others: Victims of the case whom the ledger does not know.

    Raises:
        MalformedError: ``restitution.audience``.
        NotFoundError: ``restitution.victim``.
    """
    if audience not in {one.value for one in Audience}:
        raise MalformedError(
            "restitution.audience",
            f"a statement is not made for {audience[:20]!r}",
            hint="one of: " + ", ".join(Audience),
            where="for",
        )
    if (audience == Audience.VICTIM) != bool(who):
        raise MalformedError(
            "restitution.audience", "a victim's statement names the victim, and no other does", where="who"
        )
    if who and who not in books.victims:
        raise NotFoundError("restitution.victim", f"the ledger knows no victim {who[:40]!r}", where="who")
    return _Clerk(lines=lines, books=books, audience=Audience(audience), who=who).write(
        case, digest, books.unconsidered(others)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Clerk:
    lines: Sequence[Line]
    books: Books
    audience: Audience
    who: str

    @property
    def for_court(self) -> bool:
        return self.audience is Audience.COURT

    def write(self, case: CaseId, digest: str, waiting: tuple[str, ...]) -> Statement:
        claims = self._claims()
        return Statement(
            audience=self.audience.value,
            case=case,
            who=self.who,
            lines=len(self.lines),
            digest=digest,
            at=self.lines[-1].recorded_at,
            assets=tuple(self._asset(name) for name in self.books.assets),
            claims=tuple(self._claim(name, one) for name, one in claims.items()),
            rules=tuple(self._rules()),
            payments=tuple(self._payments(claims)),
            shares=self._shares(claims) if self.who else (),
            given=() if self.who else tuple(self._given()),
            considered=() if self.who else tuple(self._considered()),
            unconsidered=0 if self.who else len(waiting),
            waiting=waiting if self.for_court else (),
            searches=()
            if self.who
            else tuple(f"{one.where}: {one.how} ({one.decided_by})" for one in self.books.searches.values()),
            journal=tuple(self._journal()) if self.for_court else (),
        )

    def _money(self, amount: int, code: str) -> Money:
        return Money(unit=code, smallest=str(amount), shown=amount_text(amount, self.books.units[code]))

    def _asset(self, name: str) -> AssetView:
        held = self.books.assets[name]
        ruled = held.ruled
        return AssetView(
            asset=name,
            description=held.opened.description,
            state=held.state.value,
            custodian=held.opened.custodian if self.for_court else "",
            address=held.opened.address if self.for_court else "",
            ruling=ruled.ruling.value if ruled else "",
            office=ruled.office if ruled else "",
            reference=ruled.reference if ruled else "",
            digest=ruled.digest if ruled and self.for_court else "",
            balances=() if self.who else self._balances(name),
        )

    def _balances(self, asset: str) -> tuple[Balance, ...]:
        found: dict[tuple[str, Kind, str], int] = {}
        for account, amount in self.books.balances.items():
            if account.asset == asset and amount:
                place = (account.unit, account.kind, account.whom if self.for_court else "")
                found[place] = found.get(place, 0) + amount
        order = list(Kind)
        return tuple(
            Balance(kind=kind.value, whom=whom, money=self._money(amount, unit))
            for (unit, kind, whom), amount in sorted(
                found.items(), key=lambda one: (one[0][0], order.index(one[0][1]), one[0][2])
            )
        )

    def _claims(self) -> dict[str, Claim]:
        if self.audience is Audience.STATE:
            return {}
        return {
            name: one
            for name, one in sorted(self.books.claims.items())
            if self.for_court or (one.lodged.who == self.who and one.kind is ClaimKind.VICTIM)
        }

    def _claim(self, name: str, one: Claim) -> ClaimView:
        decided, code = one.decided, one.lodged.unit
        return ClaimView(
            claim=name,
            who=one.lodged.who,
            kind=one.kind.value,
            basis=one.lodged.basis,
            asset=one.lodged.asset or "",
            outcome=decided.outcome.value if decided else "",
            reason=decided.reason if decided else "",
            rank=decided.rank if decided else 0,
            claimed=self._money(int(one.lodged.amount), code),
            proven=self._money(int(decided.amount) if decided else 0, code),
            elsewhere=self._money(int(decided.elsewhere) if decided else 0, code),
            allotted=tuple(self._money(amount, unit) for unit, amount in sorted(one.allotted.items())),
            under_way=self._of_claim(name, Kind.UNDER_WAY),
            paid=self._of_claim(name, Kind.PAID),
        )

    def _of_claim(self, name: str, kind: Kind) -> tuple[Money, ...]:
        found: dict[str, int] = {}
        for account, amount in self.books.balances.items():
            if account.whom == name and account.kind is kind and amount:
                found[account.unit] = found.get(account.unit, 0) + amount
        return tuple(self._money(amount, unit) for unit, amount in sorted(found.items()))

    def _rules(self) -> Iterable[RuleView]:
        for line, one in self.books.rules.items():
            yield RuleView(
                line=line,
                asset=one.asset,
                unit=one.unit,
                method=one.method.value,
                decided_by=one.decided_by,
                reason=one.reason,
                reference=one.reference,
            )

    def _payments(self, claims: dict[str, Claim]) -> Iterable[PaymentView]:
        for line, one in self.books.payments.items():
            if one.paid.claim in claims:
                yield PaymentView(
                    line=line,
                    claim=one.paid.claim,
                    money=self._money(int(one.paid.amount), one.paid.unit),
                    outcome=one.outcome.value if one.outcome else "",
                    reference=one.paid.reference,
                )

    def _shares(self, own: dict[str, Claim]) -> tuple[Balance, ...]:
        """Return what was divided and owed in all, where a victim cannot tell another's loss from it."""
        found = []
        for unit in sorted({code for one in own.values() for code in one.allotted}):
            among = [
                one
                for one in self.books.claims.values()
                if one.kind is ClaimKind.VICTIM and one.allotted.get(unit)
            ]
            if len({one.lodged.who for one in among}) < FEWEST:
                continue
            divided = sum(one.allotted[unit] for one in among)
            owed = sum(one.worth(unit) or 0 for one in among)
            found.append(Balance(kind="divided", whom="", money=self._money(divided, unit)))
            found.append(Balance(kind="owed_in_all", whom="", money=self._money(owed, unit)))
        return tuple(found)

    def _given(self) -> Iterable[GivenView]:
        for line, one in self.books.gone.items():
            yield GivenView(
                line=line,
                kind=one.receiver.value if isinstance(one, Shared) else f"return_{one.meant_for.value}",
                to=one.to,
                money=self._money(int(one.amount), one.unit),
                agreement=one.agreement if isinstance(one, Shared) else one.reference,
                considered=len(one.considered) if isinstance(one, Shared) else 0,
                search=one.search if isinstance(one, Shared) else 0,
            )

    def _considered(self) -> Iterable[WeighedView]:
        if self.for_court:
            for who, (_, one) in sorted(self.books.considered.items()):
                yield WeighedView(
                    who=who, outcome=one.outcome.value, count=1, reason=one.reason, decided_by=one.decided_by
                )
            return
        counts: dict[str, int] = {}
        for _, one in self.books.considered.values():
            counts[one.outcome.value] = counts.get(one.outcome.value, 0) + 1
        for outcome, count in sorted(counts.items()):
            yield WeighedView(who="", outcome=outcome, count=count, reason="", decided_by="")

    def _journal(self) -> Iterable[LineView]:
        for line in self.lines:
            yield LineView(
                line=line.number,
                entry=str(type(line.entry).__struct_config__.tag),
                officer=line.officer,
                recorded_at=line.recorded_at,
                happened_at=line.entry.at,
                corrects=line.entry.line if isinstance(line.entry, Corrected) else 0,
                corrected_by=self.books.struck.get(line.number, 0),
                moves=tuple(
                    Balance(
                        kind=one.account.kind.value,
                        whom=one.account.whom,
                        money=self._money(one.amount, one.account.unit),
                    )
                    for one in self.books.moves[line.number]
                ),
            )
