"""What an office compares with: warning lists, families of ransomware, and the brands it looks after."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from comity.indicators.errors import bad_form
from comity.indicators.families import Families, dump_galaxy, parse_galaxy, read_galaxy
from comity.indicators.lookalikes import read_brands
from comity.indicators.marks import Tlp
from comity.indicators.ports import LISTS, Expressions, Shared, Wanted
from comity.indicators.stixwire import read_json, stix_time
from comity.indicators.warnings import (
    Warnings,
    built_in,
    dump_warning_list,
    parse_warning_list,
    read_warning_list,
)
from comity.kernel.clock import Instant
from comity.kernel.digests import sha256
from comity.node.access import Action, require_access
from comity.node.stated import statements_of
from comity.node.views import Actor
from comity.node.workplace import Workplace

WARNING, FAMILIES, ACTORS, BRANDS = "warning", "families", "actors", "brands"
_MOST = 1000
_MOST_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ListView:
    """A list that the office compares with.

    Attributes:
        kind: ``warning``, ``families``, ``actors`` or ``brands``.
        version: As its makers count.
        entries: How many.
        at: When it was imported; None for a list that ships with the software.
    """

    kind: str
    name: str
    version: str
    entries: int
    at: Instant | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownValue:
    """A published statement that a list knows: its name and its value."""

    id: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt(ListView):
    """A list that was just taken in, and what this office gave out before it knew the list.

    Attributes:
        known: How many published statements the list knows, of those that nobody published against a list.
        known_first: Some of them.
    """

    known: int = 0
    known_first: tuple[KnownValue, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RefDesk:
    """Lists of the officer's authority; a newer import of the same name takes the place of the older."""

    place: Workplace

    def take(self, actor: Actor, data: bytes, *, where: str = "") -> Learnt:
        """Take in a MISP warning list, a MISP galaxy, or a text of brands with one domain a line.

        What is published stays so, whatever a warning list knows: a person is told, and decides.

        Raises:
            MalformedError: ``indicators.form``, ``json.*``; nothing is kept then.
        """
        require_access(actor, Action.INDICATOR_KEYS, realm=self.place.realm, owner=actor.authority)
        now = self.place.clock.now()
        view, body = _read(data, where=where, at=now, expressions=self.place.expressions)
        row = Shared(
            authority=actor.authority,
            shelf=LISTS,
            number=0,
            object_id=f"{view.kind} {view.name}",
            version=stix_time(now, digits=6),
            kind=view.kind,
            added_at=now,
            tlp=Tlp.RED,
            body=body,
        )
        with self.place.store.transaction() as tx:
            tx.sharing.drop_shared(actor.authority, LISTS, row.object_id)
            tx.sharing.add_shared([row])
            about = f"{view.kind} {view.name} {sha256(data).hex()}"
            self.place.journal.decision(tx, actor, action="indicators.list", about=about[:300], at=now)
        if view.kind != WARNING:
            return Learnt(**asdict(view))
        warnings = Warnings([parse_warning_list(body)], expressions=self.place.expressions)
        known = 0
        first: list[KnownValue] = []
        with self.place.store.snapshot() as tx:
            for one in statements_of(tx, actor.authority):
                out = one.published is not None and not one.published.override and one.retracted is None
                if out and view.name in warnings.lists_of(one.kind, one.value):
                    known += 1
                    if known <= _MOST_SHOWN:
                        first.append(KnownValue(id=one.id, value=one.value))
        return Learnt(**asdict(view), known=known, known_first=tuple(first))

    def lists(self, actor: Actor) -> tuple[ListView, ...]:
        """Return what was imported and the warning lists that ship with the software, by kind and name."""
        found = [
            ListView(kind=WARNING, name=one.name, version=one.version, entries=len(one.entries), at=None)
            for one in built_in()
        ]
        for row in self._rows(actor):
            name, version, count = _counted(row)
            found.append(ListView(kind=row.kind, name=name, version=version, entries=count, at=row.added_at))
        return tuple(sorted(found, key=lambda one: (one.kind, one.name)))

    def warnings(self, actor: Actor) -> Warnings:
        """Return the warning lists, ready to be asked."""
        lists = (parse_warning_list(row.body) for row in self._rows(actor, WARNING))
        return Warnings(lists, expressions=self.place.expressions)

    def families(self, actor: Actor) -> Families:
        """Return the families of ransomware, ready to be asked."""
        return Families(parse_galaxy(row.body) for row in self._rows(actor, FAMILIES))

    def actors(self, actor: Actor) -> Families:
        """Return those who act, by name and synonym; no note is told by their names."""
        return Families(parse_galaxy(row.body) for row in self._rows(actor, ACTORS))

    def brands(self, actor: Actor) -> tuple[str, ...]:
        """Return the domains that the office looks after."""
        return tuple(
            line for row in self._rows(actor, BRANDS) for line in row.body.decode("ascii").splitlines()
        )

    def _rows(self, actor: Actor, kind: str = "") -> tuple[Shared, ...]:
        require_access(actor, Action.INDICATOR_READ, realm=self.place.realm, owner=actor.authority)
        with self.place.store.snapshot() as tx:
            kinds = (kind,) if kind else ()
            return tx.sharing.shared(actor.authority, LISTS, Wanted(kinds=kinds, most=_MOST))


def _read(data: bytes, *, where: str, at: Instant, expressions: Expressions) -> tuple[ListView, bytes]:
    if data.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] != b"{":
        return _read_brands(data, where=where, at=at)
    value: Mapping[str, Any] = read_json(data, where=where)
    if isinstance(value.get("values"), list):
        galaxy = read_galaxy(value, where=where)
        kind = ACTORS if galaxy.names_actors else FAMILIES
        view = ListView(
            kind=kind, name=galaxy.name, version=galaxy.version, entries=len(galaxy.families), at=at
        )
        return view, dump_galaxy(galaxy)
    found = read_warning_list(value, expressions=expressions, where=where)
    view = ListView(kind=WARNING, name=found.name, version=found.version, entries=len(found.entries), at=at)
    return view, dump_warning_list(found)


def _read_brands(data: bytes, *, where: str, at: Instant) -> tuple[ListView, bytes]:
    try:
        domains = read_brands(data.decode("utf-8-sig"))
    except UnicodeDecodeError as exc:
        raise bad_form("a list of brands is text", where=where) from exc
    if not domains:
        raise bad_form("a list of brands has one domain a line", where=where)
    name = where.rpartition("/")[2] or "brands"
    view = ListView(kind=BRANDS, name=name[:200], version="", entries=len(domains), at=at)
    return view, "\n".join(domains).encode("ascii")


def _counted(row: Shared) -> tuple[str, str, int]:
    if row.kind == WARNING:
        found = parse_warning_list(row.body)
        return found.name, found.version, len(found.entries)
    if row.kind in (FAMILIES, ACTORS):
        galaxy = parse_galaxy(row.body)
        return galaxy.name, galaxy.version, len(galaxy.families)
    return row.object_id.partition(" ")[2], "", row.body.count(b"\n") + 1
