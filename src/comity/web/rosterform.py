"""The form of a roster: a row for each shift, and back to the roster that the desk takes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from comity.kernel.ijson import dump_ijson
from comity.node.roster import MOST_SHIFTS, Roster
from comity.web.bodies import Form

DAYS = (1, 2, 3, 4, 5, 6, 7)
BLANKS = 2
_BETWEEN = re.compile(r"[\s,;،]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftRow:
    """One row as it is shown: everything as text, blank for a new shift."""

    officer: str = ""
    days: tuple[str, ...] = ()
    begins: str = ""
    ends: str = ""
    deputies: str = ""
    removed: bool = False

    @property
    def is_blank(self) -> bool:
        """Tell whether nothing is in it that makes a shift, or the shift is to go."""
        return self.removed or not (self.officer or self.days or self.begins or self.ends or self.deputies)


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterForm:
    """The form as it is shown."""

    zone: str
    escalate: str
    heartbeat: str
    always: str
    rows: tuple[ShiftRow, ...]

    @classmethod
    def of(cls, roster: Roster) -> "RosterForm":
        """Return the form of a roster, with blank rows for further shifts."""
        rows = [
            ShiftRow(
                officer=one.officer,
                days=tuple(str(day) for day in one.days),
                begins=one.begins,
                ends=one.ends,
                deputies=_joined(one.deputies),
            )
            for one in roster.shifts
        ]
        return cls(
            zone=roster.zone,
            escalate=str(roster.escalate),
            heartbeat=str(roster.heartbeat),
            always=_joined(roster.always),
            rows=(*rows, *(ShiftRow() for _ in range(BLANKS))),
        )

    @classmethod
    def posted(cls, form: Form) -> "RosterForm":
        """Return the form as it was sent."""
        counted = _number(form.get("rows"))
        count = min(counted, MOST_SHIFTS + BLANKS) if isinstance(counted, int) else 0
        return cls(
            zone=form.get("zone"),
            escalate=form.get("escalate"),
            heartbeat=form.get("heartbeat"),
            always=form.get("always"),
            rows=tuple(
                ShiftRow(
                    officer=form.get(f"officer-{row}"),
                    days=form.all(f"days-{row}"),
                    begins=form.get(f"from-{row}"),
                    ends=form.get(f"to-{row}"),
                    deputies=form.get(f"deputies-{row}"),
                    removed=bool(form.get(f"remove-{row}")),
                )
                for row in range(count)
            ),
        )

    def roster(self) -> bytes:
        """Return the roster of the form; rows that are blank or removed are no shifts."""
        made: dict[str, Any] = {
            "shifts": [_shift(one) for one in self.rows if not one.is_blank],
            "always": _names(self.always),
        }
        if self.zone:
            made["zone"] = self.zone
        for name, value in (("escalate", self.escalate), ("heartbeat", self.heartbeat)):
            if value:
                made[name] = _number(value)
        return dump_ijson(made)

    def field(self, place: str) -> str:
        """Return the field for a place in the roster, as a JSON pointer; empty for the whole."""
        steps = place.split("/")[1:]
        if not steps or steps[0] != "shifts":
            return steps[0] if steps else ""
        kept = [number for number, one in enumerate(self.rows) if not one.is_blank]
        if len(steps) < 3 or not steps[1].isdecimal() or int(steps[1]) >= len(kept):
            return ""
        return f"{steps[2]}-{kept[int(steps[1])]}"


def _shift(row: ShiftRow) -> dict[str, Any]:
    return {
        "officer": row.officer,
        "days": sorted({_number(day) for day in row.days}, key=str),
        "from": row.begins,
        "to": row.ends,
        "deputies": _names(row.deputies),
    }


def _number(text: str) -> int | str:
    return int(text[:9]) if text.isascii() and text.isdecimal() else text


def _names(text: str) -> list[str]:
    return [name for name in _BETWEEN.split(text) if name]


def _joined(names: Sequence[str]) -> str:
    return ", ".join(names)
