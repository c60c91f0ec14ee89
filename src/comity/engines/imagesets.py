"""Images that came in several files: which files of a folder are parts of one exhibit, told by their names.

    split files   name.001, name.002 …
    EWF           name.E01 … name.E99, name.EAA … name.ZZZ, and the same with L, S, Ex and Lx

Names are a hint of the examiner's tool. Nothing is opened, joined or converted: parts are sealed as received.
"""

import os
import re
from collections.abc import Iterable, Sequence

from comity.evidence.exhibits import EWF, SPLIT, Part

_SPLIT = re.compile(rb"(.+\.)(\d{3,4})", re.DOTALL)
_EWF = re.compile(rb"(.+\.)([ELSels])(x?)(\d\d|[A-Za-z]{2})", re.DOTALL)
_FIRST = b"01"
"""Both kinds of first parts end so: ``.001`` and ``.E01``."""
_LATER = re.compile(rb"(.+\.)([F-Zf-z])()([A-Za-z]{2})", re.DOTALL)


def parts_of(names: Iterable[bytes]) -> dict[bytes, Part]:
    """Return, for the names of one folder, which are parts of an image of which the first part is there."""
    stems: dict[bytes, list[bytes]] = {}  # parts of one whole differ in their ending alone
    for name in set(names):
        stems.setdefault(name.rpartition(b".")[0], []).append(name)
    found: dict[bytes, Part] = {}
    for first in sorted(name for beside in stems.values() for name in beside if name.endswith(_FIRST)):
        kind = _kind(first)
        if kind is None:
            continue
        alike = stems[first.rpartition(b".")[0]]
        numbers = {name: number for name in alike if (number := _number(name, first, kind)) is not None}
        newest = max(numbers.values())
        for name, number in numbers.items():
            found[name] = Part(kind=kind, of=first, number=number, last=number == newest)
    return found


def beside(path: str) -> Sequence[str]:
    """Return the later parts that lie beside a file which is the first part of an image, in their order."""
    folder, name = os.path.split(os.path.abspath(path))  # noqa: PTH100  paths with undecodable bytes
    first = os.fsencode(name)
    if _kind(first) is None:
        return ()
    with os.scandir(folder) as entries:
        parts = parts_of(os.fsencode(entry.name) for entry in entries)
    later = sorted((part.number, name) for name, part in parts.items() if part.of == first and name != first)
    return [os.path.join(folder, os.fsdecode(name)) for _, name in later]  # noqa: PTH118


def _kind(name: bytes) -> str | None:
    """Return what a name is the first part of; None for any other name."""
    if (split := _SPLIT.fullmatch(name)) and int(split[2]) == 1:
        return SPLIT
    ewf = _EWF.fullmatch(name)
    return EWF if ewf and ewf[4] == b"01" else None


def _number(name: bytes, first: bytes, kind: str) -> int | None:
    if kind == SPLIT:
        found, head = _SPLIT.fullmatch(name), _SPLIT.fullmatch(first)
        same = found and head and found[1] == head[1] and len(found[2]) == len(head[2])
        return int(found[2]) if found and same and int(found[2]) else None
    head = _EWF.fullmatch(first)
    found = _EWF.fullmatch(name) or _LATER.fullmatch(name)
    if head is None or found is None or found[1] != head[1]:
        return None
    if found[4].isdigit():
        same = (found[2], found[3]) == (head[2], head[3])
        return int(found[4]) if same and int(found[4]) else None
    # After 99 come AA to ZZ under the same letter, then under the letters that follow it.
    step = found[2].upper()[0] - head[2].upper()[0]
    if step < 0 or (step == 0 and found[3] != head[3]) or found[4].isupper() != head[2].isupper():
        return None
    letters = found[4].upper()
    return 100 + step * 676 + (letters[0] - 65) * 26 + letters[1] - 65
