"""Taking law in: what is new, what says something else now, what has ended."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from comity.law.changes import Change, Changed
from comity.law.errors import earlier_law
from comity.law.marks import Marker
from comity.law.ports import Kept, LibraryWriter
from comity.law.provisions import Dated, Provision
from comity.law.vocabulary import LANGUAGES, vocabulary
from comity.law.wire import dump_marks


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What an import came to.

    Attributes:
        read: Provisions in the source.
        added: Sections that the library did not have.
        changed: Sections that say something else now; the old version stays, ended.
        ended: Sections that the source no longer has.
        same: Sections that say the same.
        instruments: Short names, in the order of the source.
        without_terms: Primary languages for which no legal terms ship: only ``search`` reaches them.
    """

    read: int
    added: int
    changed: int
    ended: int
    same: int
    instruments: tuple[str, ...]
    without_terms: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Instrument:
    """One instrument in one language while it is taken in."""

    before: Mapping[str, Kept]
    seen: set[str] = field(default_factory=set)


class Taking:
    """One import, provision by provision, inside one transaction."""

    def __init__(self, *, on: date) -> None:
        """Begin an import of law as it stands on a day."""
        self._on = on
        self._instruments: dict[tuple[str, str, str], _Instrument] = {}
        self._markers: dict[str, Marker | None] = {}
        self._replaced: list[Changed] = []
        self.read = 0
        self._added = self._changed = self._ended = self._same = 0

    def take(self, writer: LibraryWriter, provision: Provision) -> None:
        """Take the next provision of the source."""
        self.read += 1
        instrument = self._instrument(writer, provision)
        provision = named_apart(provision, instrument.seen)
        ordinal = len(instrument.seen)
        instrument.seen.add(provision.section)
        marker = self._marker(provision.tongue)
        marks = dump_marks(marker.marks(provision)) if marker is not None else None
        old = instrument.before.get(provision.section)
        if old is not None and old.digest == provision.digest():
            self._same += 1
            writer.move(old.number, ordinal=ordinal, marks=marks)
            return
        if old is None:
            self._added += 1
        else:
            self._changed += 1
            self._replaced.append(Changed(change=Change.CHANGED, before=old.dated.provision, after=provision))
            writer.end(old.number, until=self._on)
        writer.begin(Dated(provision=provision, ordinal=ordinal, since=self._on), marks=marks)

    def end_missing(self, writer: LibraryWriter) -> None:
        """End what stood in the instruments that were taken in and is not in them any more."""
        for instrument in self._instruments.values():
            for section, kept in instrument.before.items():
                if section not in instrument.seen:
                    self._ended += 1
                    old = kept.dated.provision
                    self._replaced.append(Changed(change=Change.REPEALED, before=old, after=None))
                    writer.end(kept.number, until=self._on)

    @property
    def replaced(self) -> tuple[Changed, ...]:
        """What stood and says something else now, or has ended."""
        return tuple(self._replaced)

    def intake(self) -> Intake:
        """Return what it came to."""
        return Intake(
            read=self.read,
            added=self._added,
            changed=self._changed,
            ended=self._ended,
            same=self._same,
            instruments=tuple(dict.fromkeys(name for _, name, _ in self._instruments)),
            without_terms=tuple(sorted(name for name, marker in self._markers.items() if marker is None)),
        )

    def _instrument(self, writer: LibraryWriter, provision: Provision) -> _Instrument:
        name = (provision.country, provision.instrument, provision.language)
        if name not in self._instruments:
            before = writer.standing(*name)
            newest = max((kept.dated.since for kept in before.values()), default=self._on)
            if newest > self._on:
                raise earlier_law(provision.instrument, newest)
            self._instruments[name] = _Instrument(before=before)
        return self._instruments[name]

    def _marker(self, tongue: str) -> Marker | None:
        if tongue not in self._markers:
            self._markers[tongue] = Marker(vocabulary(tongue)) if tongue in LANGUAGES else None
        return self._markers[tongue]


def named_apart(provision: Provision, seen: set[str]) -> Provision:
    """Return a provision whose label is not in ``seen`` yet: some sources use one twice."""
    label, count = provision.section, 1
    while label in seen:
        count += 1
        label = f"{provision.section}~{count}"
    return provision if count == 1 else replace(provision, section=label)
