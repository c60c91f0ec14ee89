"""Families of ransomware by name and synonym, imported from a MISP galaxy."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from comity.indicators.errors import bad_form

MOST_FAMILIES = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """One family.

    Attributes:
        name: As the galaxy calls it.
        uuid: Its UUID there.
        synonyms: Other names.
        extensions: Endings that it gives to files.
        notes: Names of its ransom notes.
    """

    name: str
    uuid: str = ""
    synonyms: tuple[str, ...] = ()
    extensions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Galaxy:
    """The families of one file."""

    name: str
    version: str
    families: tuple[Family, ...]


def read_galaxy(value: Mapping[str, Any], *, where: str = "") -> Galaxy:
    """Return the families of a MISP galaxy cluster; raise MalformedError ``indicators.form`` otherwise."""
    values = value.get("values")
    if not isinstance(values, list) or not 0 < len(values) <= MOST_FAMILIES or not value.get("name"):
        raise bad_form("not a galaxy: it has a name and a list of values", where=where)
    made = []
    for one in values:
        if not isinstance(one, dict) or not isinstance(one.get("value"), str) or not one["value"].strip():
            raise bad_form("a family of the galaxy has no name", where=where)
        meta = one.get("meta")
        meta = meta if isinstance(meta, dict) else {}
        made.append(
            Family(
                name=one["value"],
                uuid=str(one.get("uuid", "")),
                synonyms=_texts(meta.get("synonyms")),
                extensions=tuple(text.lower() for text in _texts(meta.get("extensions"))),
                notes=_texts(meta.get("ransomnotes-filenames")),
            )
        )
    return Galaxy(name=str(value["name"]), version=str(value.get("version", "")), families=tuple(made))


def dump_galaxy(galaxy: Galaxy) -> bytes:
    """Return the families as they are kept."""
    return msgspec.msgpack.encode(galaxy)


def parse_galaxy(data: bytes) -> Galaxy:
    """Return the families of bytes that :func:`dump_galaxy` wrote."""
    return msgspec.msgpack.decode(data, type=Galaxy)


class Families:
    """Families that can be asked by any of their names, endings and notes.

    Args:
        galaxies: What was imported.
    """

    def __init__(self, galaxies: Iterable[Galaxy] = ()) -> None:
        self._named: dict[str, Family] = {}
        self._ending: dict[str, list[Family]] = {}
        self._noted: dict[str, list[Family]] = {}
        for galaxy in galaxies:
            for family in galaxy.families:
                for name in (family.name, *family.synonyms):
                    self._named.setdefault(folded(name), family)
                for ending in family.extensions:
                    self._ending.setdefault(ending.lstrip("."), []).append(family)
                for note in family.notes:
                    self._noted.setdefault(note.casefold(), []).append(family)

    def __len__(self) -> int:
        return len({id(one) for one in self._named.values()})

    def named(self, name: str) -> Family | None:
        """Return the family of a name or synonym, written in any case and with or without "ransomware"."""
        return self._named.get(folded(name))

    def by_ending(self, ending: str) -> tuple[Family, ...]:
        """Return the families that give files an ending."""
        return tuple(self._ending.get(ending.lower().lstrip("."), ()))

    def by_note(self, name: str) -> tuple[Family, ...]:
        """Return the families that leave a ransom note of a name."""
        return tuple(self._noted.get(name.casefold(), ()))


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()


def folded(name: str) -> str:
    """Return a name without case, spaces and signs, and without the word ransomware."""
    words = "".join(ch if ch.isalnum() else " " for ch in name.casefold()).split()
    kept = [word for word in words if word != "ransomware"] or words
    return "".join(kept)
