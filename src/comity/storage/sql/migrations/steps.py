"""A step of the schema, and how its text is spelt for an engine."""

from dataclasses import dataclass

SPELLINGS = {
    "sqlite": {"bytes": "BLOB", "text": "TEXT", "whole": "BIGINT", "keyed": " WITHOUT ROWID"},
    "postgresql": {"bytes": "BYTEA", "text": 'TEXT COLLATE "C"', "whole": "BIGINT", "keyed": ""},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step; its text never changes once it was released.

    Attributes:
        number: From 1, without a gap.
        name: What it does, in a few words.
        statements: SQL with the placeholders ``{bytes}``, ``{text}``, ``{whole}`` and ``{keyed}``.
    """

    number: int
    name: str
    statements: tuple[str, ...]

    def spelt(self, dialect: str) -> tuple[str, ...]:
        """Return the statements as an engine takes them."""
        return tuple(text.format(**SPELLINGS[dialect]) for text in self.statements)
