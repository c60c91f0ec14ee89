"""Which path each opened exhibit gets when it is written under its original name."""

from collections.abc import Sequence
from dataclasses import dataclass

from comity.evidence.exhibits import Exhibit


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """Where one exhibit was written.

    Attributes:
        exhibit: Which.
        path: Below the folder, as the system's bytes.
    """

    exhibit: Exhibit
    path: bytes


def plan_names(exhibits: Sequence[Exhibit]) -> tuple[Restored, ...]:
    """Return a path of its own for each exhibit; who comes later under a taken name gets a number.

    Folders keep their names; a file that is called like a folder is numbered.
    """
    taken = {prefix for item in exhibits for prefix in _prefixes(item.folder)}
    planned = []
    for item in exhibits:
        front = item.folder + b"/" if item.folder else b""
        name, count = item.name, 1
        while front + name in taken:
            count += 1
            name = _numbered(item.name, count)
        taken.add(front + name)
        planned.append(Restored(exhibit=item, path=front + name))
    return tuple(planned)


def _prefixes(folder: bytes) -> list[bytes]:
    parts = folder.split(b"/") if folder else []
    return [b"/".join(parts[:count]) for count in range(1, len(parts) + 1)]


def _numbered(name: bytes, count: int) -> bytes:
    stem, dot, ending = name.rpartition(b".")
    mark = b" (%d)" % count
    return stem + mark + dot + ending if stem else name + mark
