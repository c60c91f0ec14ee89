"""Families of ransomware by name and synonym, imported from a MISP galaxy."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from comity.indicators.errors import bad_form

MOST_FAMILIES = 100_000
MOST_NOTES = 20
MOST_NOTE = 20_000
"""Notes of a family whose sentences are compared, and characters of each."""
_RUN = 7
"""Words in a row that are compared."""
_ACTORS = ("threat-actor", "intrusion-set", "activity-group")
"""How the types of galaxies end that name who acts, and not with what."""
_ONION = re.compile(r"[a-z2-7]{16}(?:[a-z2-7]{40})?\.onion", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """One family.

    Attributes:
        name: As the galaxy calls it.
        uuid: Its UUID there.
        synonyms: Other names.
        extensions: Endings that it gives to files.
        notes: Names of its ransom notes.
        sites: Hidden services where it names its victims or talks to them, by their hosts.
        texts: What its notes say.
    """

    name: str
    uuid: str = ""
    synonyms: tuple[str, ...] = ()
    extensions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Galaxy:
    """The families of one file, or those who act: they have names and synonyms alike.

    Attributes:
        sort: The type that the galaxy gives itself, such as ``ransomware``.
    """

    name: str
    version: str
    families: tuple[Family, ...]
    sort: str = ""

    @property
    def names_actors(self) -> bool:
        """Whether it names who acts, and no families of programs."""
        return self.sort.endswith(_ACTORS)


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
                sites=_sites((*_texts(meta.get("links")), *_texts(meta.get("refs")))),
                texts=tuple(text[:MOST_NOTE] for text in _texts(meta.get("ransomnotes"))[:MOST_NOTES]),
            )
        )
    return Galaxy(
        name=str(value["name"]),
        version=str(value.get("version", "")),
        families=tuple(made),
        sort=str(value.get("type", "")).lower(),
    )


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
        self._sites: dict[str, list[Family]] = {}
        self._runs: dict[str, Family | None] = {}
        for galaxy in galaxies:
            for family in galaxy.families:
                for name in (family.name, *family.synonyms):
                    self._named.setdefault(folded(name), family)
                for ending in family.extensions:
                    self._ending.setdefault(ending.lstrip("."), []).append(family)
                for note in dict.fromkeys(note.casefold() for note in family.notes):
                    self._noted.setdefault(note, []).append(family)
                for site in family.sites:
                    self._sites.setdefault(site, []).append(family)
                for run in shingles(*family.texts):
                    self._runs[run] = family if self._runs.get(run, family) is family else None

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

    def by_site(self, host: str) -> tuple[Family, ...]:
        """Return the families that a hidden service belongs to."""
        found = _ONION.search(host.lower())
        return tuple(self._sites.get(found.group(), ())) if found else ()

    def by_sentences(self, text: str) -> dict[Family, int]:
        """Return the families from whose notes a text has runs of words that no other family has."""
        found = (self._runs.get(run) for run in shingles(text))
        return dict(Counter(one for one in found if one is not None))


def shingles(*texts: str) -> frozenset[str]:
    """Return every seven words in a row, without case and signs."""
    made = set()
    for text in texts:
        words = "".join(ch if ch.isalnum() else " " for ch in text.casefold()).split()
        made |= {" ".join(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1)}
    return frozenset(made)


def _sites(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(host for one in values for host in _ONION.findall(one.lower())))


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()


def folded(name: str) -> str:
    """Return a name without case, spaces and signs, and without the word ransomware."""
    words = "".join(ch if ch.isalnum() else " " for ch in name.casefold()).split()
    kept = [word for word in words if word != "ransomware"] or words
    return "".join(kept)
