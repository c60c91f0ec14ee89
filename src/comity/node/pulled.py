"""What sources bring: kept as their word, under their marks and limits; it changes nothing of anybody else's.

What is broken, or may not be said by a source, is named and hinders nothing beside it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from comity.evidence.limits import Onward
from comity.indicators import mispwire, stixwire, useterms
from comity.indicators.claims import event_claims, object_claims, speaks_as
from comity.indicators.marks import STANDARD_MARKS, Tlp, marks_named
from comity.indicators.ports import HELD, HELD_EVENTS, STATEMENTS, Shared, Wanted
from comity.indicators.sources import SourceKind, SourceRecord
from comity.indicators.statements import UNSHARED, Indicator, Retraction, Source, parse_indicator
from comity.indicators.stixmarks import defined_marks
from comity.kernel.clock import MINUTE, Instant
from comity.kernel.errors import ComityError
from comity.kernel.ids import AuthorityId, party_of
from comity.node.claiming import strange_event, strange_objects
from comity.node.feedindicators import is_passed_on, mark_of
from comity.node.following import renew_shared
from comity.node.indicatorrows import event_row, held_row
from comity.node.ports import Transaction
from comity.node.stated import add_statements
from comity.tracing.secrets import require_keyless

_AHEAD = 5 * MINUTE
OTHER, OWN, EXPIRED, FUTURE = "sources.other", "sources.own", "sources.expired", "sources.future"


@dataclass(slots=True, kw_only=True)
class Intake:
    """Takes the items of one page, inside one step of the store.

    Attributes:
        judge: Judges the grammar of a pattern, where a library is there that can.
        refused: What was not taken: id, and code.
    """

    tx: Transaction
    authority: AuthorityId
    source: SourceRecord
    now: Instant
    judge: Callable[[str], None] | None = None
    added: int = 0
    renewed: int = 0
    same: int = 0
    held: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)

    @property
    def via(self) -> str:
        """How rows say who brought them; no name of a peer begins like that."""
        return f"source {self.source.name}"

    def take(self, items: Sequence[Any]) -> None:
        """Keep what holds of a page."""
        if self.source.kind is SourceKind.TAXII:
            self._objects(items)
        else:
            self._events(items)

    def _objects(self, items: Sequence[Any]) -> None:
        marks, known = self._marks(items)
        read: list[stixwire.StixObject] = []
        for at, raw in enumerate(items):
            try:
                require_keyless(raw, where=f"/objects/{at}")
                found = stixwire.read_object(raw, where=f"/objects/{at}", marks=marks)
                read.append(stixwire.known_as(found, known))
            except ComityError as exc:
                self._refuse(at, raw, exc.code)
        strange = set(strange_objects(self.tx, self.authority, read))
        stated: list[Indicator] = []
        others: list[Shared] = []
        for at, found in enumerate(read):
            try:
                if self.judge is not None and found.value.get("pattern_type") == "stix":
                    self.judge(str(found.value["pattern"]))
                made = stixwire.indicators_of(found, author=self.source.name, at=self.now)
                if found.id in strange:
                    self.refused.append((found.id, OWN))
                elif made:
                    stated += made
                elif object_claims(found, self.authority):
                    self.same += 1  # what the office gave out comes back
                else:
                    others.append(self._held(found))
            except ComityError as exc:
                self._refuse(at, found.value, exc.code)
        self._keep(stated)
        self._keep_rows(HELD, [(one, []) for one in others])

    def _events(self, items: Sequence[Any]) -> None:
        rows: list[tuple[Shared, list[Any]]] = []
        stated: list[Indicator] = []
        for at, raw in enumerate(items):
            try:
                require_keyless(raw, where=f"/response/{at}")
                event = mispwire.read_event(raw, where=f"/response/{at}", at=self.now)
                strange = strange_event(self.tx, self.authority, event, at=self.now)
                if strange:
                    self.refused.append((event.uuid, OWN))
                    continue
                row, values = event_row(self.authority, event, shelf=HELD_EVENTS, at=self.now)
                made = mispwire.indicators_of(event, author=self.source.name, at=self.now)
                if not event_claims(event, self.authority):  # else what the office gave out comes back
                    rows.append((self._closed(row, event.tags), values))
                stated += made
            except ComityError as exc:
                self.refused.append((f"#{at}", exc.code))
        self._keep(stated)
        self._keep_rows(HELD_EVENTS, rows)

    def _refuse(self, at: int, raw: object, code: str) -> None:
        name = raw.get("id") if isinstance(raw, dict) and code != "secret.key" else None
        self.refused.append((str(name or f"#{at}")[:90], code))

    def _marks(self, items: Sequence[Any]) -> tuple[dict[str, Tlp], set[str]]:
        """Return the marks that this page and earlier ones of the source define, and what is defined."""
        given = [one for one in items if isinstance(one, dict)]
        asked = {name for one in given for name in marks_named(one)} - STANDARD_MARKS
        wanted = Wanted(ids=tuple(asked), most=max(1, len(asked)))
        rows = self.tx.sharing.shared(self.authority, HELD, wanted) if asked else ()
        held = [msgspec.json.decode(one.body) for one in rows if one.owner == self.via]
        defined = [one for one in (*held, *given) if one.get("type") == "marking-definition"]
        return defined_marks(defined), {*STANDARD_MARKS, *(str(one.get("id")) for one in defined)}

    def _held(self, found: stixwire.StixObject) -> Shared:
        extension = found.value.get("extensions")
        told = extension.get(stixwire.EXTENSION, {}) if isinstance(extension, dict) else {}
        limits = useterms.read_limits(told, where=found.id) if isinstance(told, dict) else None
        row = replace(held_row(self.authority, found, at=self.now), owner=self.via)
        closed = limits is not None and limits.onward is not Onward.ALLOWED
        return replace(row, tlp=Tlp.RED) if closed else row

    def _closed(self, row: Shared, tags: Sequence[str]) -> Shared:
        told = useterms.from_tags(tags)
        limits = useterms.read_limits({key: value for key, value in told.items() if key in useterms.FIELDS})
        closed = limits is not None and limits.onward is not Onward.ALLOWED
        return replace(row, owner=self.via, tlp=Tlp.RED if closed else row.tlp)

    def _keep(self, stated: Sequence[Indicator]) -> None:
        names = tuple({one.id for one in stated})
        rows = self._every(STATEMENTS, names)
        held = {row.object_id: parse_indicator(row.body) for row in rows}
        made: list[Indicator] = []
        for each in stated:
            one = replace(each, via=self.via, sources=(Source(name=self.source.name),), tlp=mark_of(each))
            known = held.get(one.id)
            if code := self._not_allowed(known, one):
                self.refused.append((one.id, code))
                continue
            if known is not None and one.modified <= known.modified:
                self.same += 1
                continue
            self.added += known is None
            self.renewed += known is not None
            held[one.id] = self._onward(known, one)
            made.append(held[one.id])
        add_statements(self.tx, self.authority, made, at=self.now)

    def _onward(self, known: Indicator | None, one: Indicator) -> Indicator:
        """Return the next version as it is kept; receivers who were given the one before follow."""
        if known is None or known.published is None:
            return one
        still = is_passed_on(one)
        made = replace(one, published=known.published if still else None)
        gone = Retraction(at=self.now, officer="", code=UNSHARED)
        told = made if still else replace(made, retracted=made.retracted or gone)
        renew_shared(self.tx, self.authority, [told], at=self.now)
        return made

    def _not_allowed(self, known: Indicator | None, one: Indicator) -> str:
        """Return why a source may not say this; empty where it may, or where it says what is held."""
        is_ours = party_of(self.authority) == one.author.partition("/")[0]
        is_ours = is_ours or speaks_as(one.author, self.authority)
        if known is not None and known.via != self.via:
            is_same = known.modified == one.modified and known.value == one.value
            return "" if is_same else OTHER if known.via else OWN
        if is_ours:
            return OWN
        if one.modified > self.now + _AHEAD:
            return FUTURE
        ended = one.limits is not None and one.retracted is None and self.now >= one.limits.retain_until
        return EXPIRED if ended else ""

    def _keep_rows(self, shelf: str, rows: Sequence[tuple[Shared, list[Any]]]) -> None:
        held = {one.object_id: one for one in self._every(shelf, tuple({row.object_id for row, _ in rows}))}
        mine = [(row, values) for row, values in rows if held.get(row.object_id, row).owner == self.via]
        self.refused += [
            (row.object_id, OTHER) for row, _ in rows if held.get(row.object_id, row).owner != self.via
        ]
        kept = self.tx.sharing.add_shared([row for row, _ in mine], values=[values for _, values in mine])
        self.held += len(kept)

    def _every(self, shelf: str, names: tuple[str, ...]) -> tuple[Shared, ...]:
        return (
            self.tx.sharing.shared(self.authority, shelf, Wanted(ids=names, most=len(names))) if names else ()
        )
