"""Days that an option names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.problems import UsageError

if TYPE_CHECKING:
    from datetime import date


def day_named(text: str) -> date:
    """Return the day that ``--on`` names, today where it names none; raise UsageError ``usage.date``."""
    from datetime import UTC, date, datetime

    if not text:
        return datetime.now(UTC).date()
    try:
        day = date.fromisoformat(text)
        if day.isoformat() != text:
            raise ValueError(text)
        return day
    except ValueError as exc:
        raise UsageError("usage.date", where="--on", value=text[:40]) from exc
