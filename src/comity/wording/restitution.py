"""A statement on restitution in words: what the typesetter sets for a court, a victim or a State."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from comity.kernel.clock import Instant, format_instant
from comity.restitution.views import AssetView, ClaimView, LineView, Money, Statement
from comity.wording.letters import Words, WrittenLetter, WrittenRow, WrittenSection
from comity.wording.speech import label, say


class PrintStatement(Protocol):
    """Prints a statement: what bootstrap hands to every face."""

    def __call__(self, statement: Statement, *, languages: str, author: str) -> bytes:
        """Return the statement as PDF, in one or two languages joined by a comma.

        Raises:
            MalformedError: ``letter.language``.
            UnavailableError: without the extra ``letters`` or without a font.
        """
        ...


def statement_report(
    statement: Statement, *, languages: tuple[str, ...], author: str, on: date
) -> WrittenLetter:
    """Return a statement in words.

    Args:
        statement: What it says.
        languages: One or two languages, the leading one first.
        author: Whose statement it is.
        on: The day on which it is drawn up.
    """
    return _Clerk(statement=statement, languages=languages, author=author).write(on)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Clerk:
    statement: Statement
    languages: tuple[str, ...]
    author: str

    def write(self, on: date) -> WrittenLetter:
        made = self.statement
        return WrittenLetter(
            languages=self.languages,
            title=self._say("restitution.paper.title"),
            subtitle=self._label(f"restitution.paper.for_{made.audience}"),
            banner=(),
            drawn_up=self._say("letter.drawn_up", day=on.isoformat()),
            opening=self._say(f"restitution.paper.opening_{made.audience}"),
            blanks=(),
            sections=tuple(one for one in self._sections() if one.rows),
            closing=self._say("restitution.paper.closing"),
            signature=(),
            enclosures=None,
            footer=(f"{self.author} · {made.digest[:32]}",),
            page=self._say("letter.page"),
        )

    def _sections(self) -> Iterator[WrittenSection]:
        made = self.statement
        head = [
            self._row("restitution.paper.case", made.case),
            self._row("restitution.paper.lines", str(made.lines)),
            self._row("restitution.paper.digest", made.digest),
        ]
        if made.who:
            head.insert(1, self._row("restitution.field.who", made.who))
        yield self._section("restitution.paper.ledger", head)
        for asset in made.assets:
            yield WrittenSection(title=self._asset_title(asset), rows=tuple(self._asset(asset)))
        yield self._section("restitution.paper.claims", self._claims(made.claims))
        yield self._section("restitution.paper.rules", self._rules())
        yield self._section("restitution.paper.payments", self._payments())
        yield self._section("restitution.paper.shares", self._shares())
        yield self._section("restitution.paper.given", self._given())
        yield self._section("restitution.paper.considered", self._considered())
        yield self._section("restitution.paper.journal", (self._line(one) for one in made.journal))

    def _asset_title(self, one: AssetView) -> tuple[Words, ...]:
        return tuple(
            Words(text=f"{words.text} {one.asset}", language=words.language)
            for words in self._label("restitution.field.asset")
        )

    def _asset(self, one: AssetView) -> Iterator[WrittenRow]:
        yield self._row("restitution.field.description", one.description)
        yield self._coded("restitution.field.state", one.state)
        for name, value in (("custodian", one.custodian), ("address", one.address)):
            if value:
                yield self._row(f"restitution.field.{name}", value)
        if one.ruling:
            told = (one.office, one.reference, *([one.digest] if one.digest else []))
            yield self._coded("restitution.field.ruling", one.ruling, *told)
        for each in one.balances:
            told = (each.money.shown, *([each.whom] if each.whom else []))
            yield self._row(f"restitution.account.{each.kind}", *told)

    def _claims(self, claims: Iterable[ClaimView]) -> Iterator[WrittenRow]:
        for one in claims:
            yield self._coded(
                "restitution.field.claim", one.outcome or "open", one.claim, one.who, one.reason
            )
            amounts: tuple[tuple[str, tuple[Money, ...]], ...] = (
                ("claimed", (one.claimed,)),
                ("proven", (one.proven,)),
                ("elsewhere", (one.elsewhere,) if one.elsewhere.smallest != "0" else ()),
                ("allotted", one.allotted),
                ("under_way", one.under_way),
                ("paid", one.paid),
            )
            for name, money in amounts:
                if money:
                    yield self._row(f"restitution.account.{name}", *(each.shown for each in money))

    def _rules(self) -> Iterator[WrittenRow]:
        for one in self.statement.rules:
            told = (f"{one.asset} {one.unit}", one.decided_by, one.reason, one.reference)
            yield self._coded("restitution.field.method", one.method, *told)

    def _payments(self) -> Iterator[WrittenRow]:
        for one in self.statement.payments:
            told = (str(one.line), one.claim, one.money.shown, one.reference)
            yield self._coded("restitution.field.payment", one.outcome or "under_way", *told)

    def _shares(self) -> Iterator[WrittenRow]:
        for one in self.statement.shares:
            yield self._row(f"restitution.account.{one.kind}", one.money.shown)

    def _given(self) -> Iterator[WrittenRow]:
        for one in self.statement.given:
            told = (one.to, one.money.shown, one.agreement)
            yield self._coded("restitution.field.receiver", one.kind, *told)
            yield self._row("restitution.paper.weighed_before", str(one.considered))

    def _considered(self) -> Iterator[WrittenRow]:
        for one in self.statement.considered:
            told = (one.who, one.reason, one.decided_by) if one.who else (str(one.count),)
            yield self._coded("restitution.field.who", one.outcome, *told)
        for search in self.statement.searches:
            yield self._row("restitution.entry.victim.search", search)
        if self.statement.unconsidered:
            yield self._row("restitution.paper.waiting", str(self.statement.unconsidered))

    def _line(self, one: LineView) -> WrittenRow:
        moves = [f"{each.kind} {each.whom}".strip() + f" {each.money.shown}" for each in one.moves]
        told = [f"{one.line} · {format_instant(Instant(one.recorded_at))} · {one.officer}"]
        if one.corrects:
            told.append(f"↩ {one.corrects}")
        if one.corrected_by:
            told.append(f"✗ {one.corrected_by}")
        return self._row(f"restitution.entry.{one.entry}", *told, *moves)

    def _section(self, key: str, rows: Iterable[WrittenRow]) -> WrittenSection:
        return WrittenSection(title=self._label(key), rows=tuple(rows))

    def _row(self, key: str, *values: str) -> WrittenRow:
        return WrittenRow(
            names=self._label(key),
            values=tuple((Words(text=one, language=""),) for one in values if one),
            level=1,
        )

    def _coded(self, key: str, code: str, *values: str) -> WrittenRow:
        row = self._row(key, *values)
        return WrittenRow(
            names=row.names, values=(self._label(f"restitution.choice.{code}"), *row.values), level=1
        )

    def _label(self, key: str) -> tuple[Words, ...]:
        return tuple(Words(text=label(key, language=one), language=one) for one in self.languages)

    def _say(self, key: str, **parameters: str | int) -> tuple[Words, ...]:
        return tuple(
            Words(text=say(key, language=one, parameters=parameters), language=one) for one in self.languages
        )
