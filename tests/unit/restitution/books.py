"""A ledger made of filled forms, for tests."""

from comity.kernel.clock import Instant
from comity.kernel.ids import AuthorityId, CaseId, OfficerName
from comity.kernel.lines import FIRST_PREVIOUS, line_bytes, line_digest
from comity.restitution.books import Books
from comity.restitution.forms import entry_of
from comity.restitution.ledger import fold
from comity.restitution.lines import Line

NOW = Instant(1_793_000_000_000_000)
CASE = CaseId("c" * 64)
DIGEST = "d" * 64


class Ledger:
    """Lines that were recorded one after the other, each with the fold after it."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.books = Books()
        self.previous = FIRST_PREVIOUS

    def record(self, entry: str, *, officer: str = "", **values: object) -> int:
        """Record an entry and return the number of its line; nothing changes where it is refused.

        Payments are recorded by another officer, unless one is named.
        """
        told = {name: str(value) for name, value in values.items()}
        made = entry_of(entry, told, self.books, now=NOW)
        line = Line(
            v=1,
            number=len(self.lines) + 1,
            previous=self.previous,
            authority=AuthorityId("XAA/contact-point"),
            case=CASE,
            officer=OfficerName(officer or ("p.lind" if entry == "pay.send" else "h.keita")),
            recorded_at=NOW,
            entry=made,
        )
        self.books = fold([*self.lines, line])
        self.lines.append(line)
        self.previous = line_digest(line_bytes(line))
        return line.number

    def opened(self, unit: str = "EUR", asset: str = "A1", **more: object) -> "Ledger":
        """Open an asset, confiscated by a court."""
        self.record(
            "asset.open",
            asset=asset,
            unit=unit,
            description="account",
            state="frozen",
            custodian="Bank",
            **more,
        )
        self.record(
            "asset.ruling", asset=asset, ruling="confiscated", office="Court", reference="1/27", digest=DIGEST
        )
        return self

    def victim(self, name: str, amount: object, *, unit: str = "EUR", rank: int = 1, **more: object) -> None:
        """Let a victim claim and prove a loss."""
        self.record(
            "claim.lodge",
            claim=f"C-{name}",
            who=name,
            kind="victim",
            unit=unit,
            amount=amount,
            basis="loss",
            **more,
        )
        self.record(
            "claim.decide",
            claim=f"C-{name}",
            outcome="proven",
            amount=amount,
            rank=rank,
            reason="bank records",
        )
