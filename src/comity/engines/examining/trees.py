"""Folders among exhibits, or in an archive, that somebody means to be bags."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import BinaryIO, TypeVar, cast

from comity.engines.examining.bags import NamedTree, judge_bag, looks_like_bag
from comity.engines.examining.containers import Entry
from comity.engines.examining.names import shown
from comity.evidence.examination import Item, Note, Remark, Row

_File = TypeVar("_File")
MOST_BAGS = 100
"""Folders that are judged, of those that may be bags."""


def judge_trees(
    items: Sequence[Item], opener: Callable[[Item], BinaryIO], emit: Callable[[Row], None]
) -> None:
    """Judge every folder among the exhibits that somebody means to be a bag."""
    names = {item.name.decode("utf-8", "surrogateescape"): item for item in items}
    for inside, sizes in _bags(names, lambda name: _size(opener, names[name])):
        found = {short: names[name] for short, name in inside.items()}
        code, detail = _judged(NamedTree(sizes, _opener(opener, found)))
        first = names[inside.get("bagit.txt") or min(inside.values())]
        emit(Remark(exhibit=first.number, number=1, code=code.value, detail=detail))


def judge_entries(entries: Sequence[Entry]) -> Iterator[tuple[bytes, Note, str]]:
    """Judge every folder in an archive that somebody means to be a bag.

    Args:
        entries: All of the archive, which stays open meanwhile.

    Yields:
        Name of the entry at which it is told, code, and version or what is wrong.

    Basis: RFC 8493
    """
    files = {one.name.decode("utf-8", "surrogateescape"): one for one in entries if one.open is not None}

    def opened(name: str) -> BinaryIO:
        opener = files[name].open
        if opener is None:
            raise ValueError("an entry without content")
        return cast("BinaryIO", opener())

    for inside, sizes in _bags(files, lambda name: files[name].size):
        code, detail = _judged(NamedTree(sizes, _opener(opened, inside)))
        yield files[inside.get("bagit.txt") or min(inside.values())].name, code, detail


def _bags(
    names: Collection[str], size_of: Callable[[str], int]
) -> Iterator[tuple[dict[str, str], dict[str, int]]]:
    """Yield for each bag the whole name and the size of each of its files, by the name inside."""
    roots = {
        name.rpartition("/")[0]
        for name in names
        if name.rpartition("/")[2] == "bagit.txt" or name.rpartition("/")[2].startswith("manifest-")
    }
    outer: list[str] = []
    for root in sorted(roots)[:MOST_BAGS]:
        if any(root.startswith(f"{one}/data/" if one else "data/") for one in outer):
            continue  # payload of a bag that was judged with all that lies in it
        prefix = f"{root}/" if root else ""
        inside = {name.removeprefix(prefix): name for name in names if name.startswith(prefix)}
        sizes = {short: size_of(name) for short, name in inside.items()}
        if looks_like_bag(sizes):
            outer.append(root)
            yield inside, sizes


def _opener(opener: Callable[[_File], BinaryIO], files: Mapping[str, _File]) -> Callable[[str], BinaryIO]:
    return lambda name: opener(files[name])


def _judged(tree: NamedTree) -> tuple[Note, str]:
    valid, detail = judge_bag(tree)
    return (
        Note.BAG_VALID if valid else Note.BAG_INVALID,
        shown(detail.encode("utf-8", "replace")),
    )


def _size(opener: Callable[[Item], BinaryIO], item: Item) -> int:
    with opener(item) as file:
        return file.seek(0, 2)
