"""The calendars of a node, from its folder."""

from hashlib import sha256
from pathlib import Path

from comity.cases.almanac import parse_calendar
from comity.cases.calendars import Calendar, KeptCalendars
from comity.engines.zones import zone_offsets
from comity.kernel.errors import MalformedError
from comity.kernel.ids import parse_party
from comity.kernel.ijson import parse_ijson

FOLDER = "calendars"
_MOST_BYTES = 1024 * 1024


def kept_calendars(folder: Path) -> KeptCalendars:
    """Return the calendars in the folder of a node: one file a Party, such as ``calendars/XAB.json``.

    Raises:
        MalformedError: ``calendar.form``, ``zone.unknown``, ``json.*``, or a file named after no Party.
    """
    held: dict[str, Calendar] = {}
    for path in sorted((folder / FOLDER).glob("*.json")):
        party = parse_party(path.stem, where=str(path))
        if path.stat().st_size > _MOST_BYTES:
            raise MalformedError("calendar.form", "this is too large for a calendar", where=str(path))
        value = parse_ijson(path.read_bytes(), most_bytes=_MOST_BYTES, where=str(path))
        held[party] = parse_calendar(value, party=party, zones=zone_offsets, where=str(path))
    return KeptCalendars(held=held, digest=_digest(held) if held else "")


def _digest(held: dict[str, Calendar]) -> str:
    """Return a name of what the calendars say, changes of the zones' data included."""
    said = [
        (
            party,
            one.offsets,
            sorted(one.weekend),
            sorted((day.isoformat(), name) for day, name in one.holidays.items()),
            [(r.first.isoformat(), r.last.isoformat(), r.name) for r in one.recesses],
            str(one.known_until),
        )
        for party, one in sorted(held.items())
    ]
    return sha256(repr(said).encode()).hexdigest()[:12]
