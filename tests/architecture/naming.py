"""Names that say nothing, and folders that are half a package."""

from collections.abc import Iterator
from pathlib import Path

EMPTY_NAMES = frozenset(
    "base bases common handler handlers helper helpers manager managers misc shared types util utils".split()
)


def empty_names(paths: list[Path]) -> Iterator[str]:
    """Yield modules and packages whose name does not tell what is in them."""
    for path in paths:
        for part in path.with_suffix("").parts:
            if part.strip("_") in EMPTY_NAMES:
                yield f"{path}: the name {part!r} says nothing; name the thing it holds"


def half_packages(paths: list[Path]) -> Iterator[str]:
    """Yield folders that hold modules but no ``__init__.py``; folders named ``data`` hold no modules."""
    folders = {path.parent for path in paths if "data" not in path.parts}
    for folder in sorted(folders):
        if folder / "__init__.py" not in paths:
            yield f"{folder}: holds modules but no __init__.py"
