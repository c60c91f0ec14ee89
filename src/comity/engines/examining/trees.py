"""Folders among the exhibits that somebody means to be bags."""

from collections.abc import Callable, Mapping, Sequence
from typing import BinaryIO

from comity.engines.examining.bags import NamedTree, judge_bag, looks_like_bag
from comity.engines.examining.names import shown
from comity.evidence.examination import Item, Note, Remark, Row


def judge_trees(
    items: Sequence[Item], opener: Callable[[Item], BinaryIO], emit: Callable[[Row], None]
) -> None:
    """Judge every folder among the exhibits that somebody means to be a bag."""
    names = {item.name.decode("utf-8", "surrogateescape"): item for item in items}
    roots = {
        name.rpartition("/")[0]
        for name in names
        if name.rpartition("/")[2] == "bagit.txt" or name.rpartition("/")[2].startswith("manifest-")
    }
    outer: list[str] = []
    for root in sorted(roots):
        if any(root.startswith(f"{one}/data/" if one else "data/") for one in outer):
            continue  # payload of a bag that was judged with all that lies in it
        prefix = f"{root}/" if root else ""
        inside = {name.removeprefix(prefix): item for name, item in names.items() if name.startswith(prefix)}
        sizes = {name: _size(opener, item) for name, item in inside.items()}
        if looks_like_bag(sizes):
            outer.append(root)
            _judge(inside, sizes, opener, emit)


def _judge(
    inside: Mapping[str, Item],
    sizes: Mapping[str, int],
    opener: Callable[[Item], BinaryIO],
    emit: Callable[[Row], None],
) -> None:
    valid, detail = judge_bag(NamedTree(sizes, lambda name: opener(inside[name])))
    first = inside.get("bagit.txt") or inside[min(inside)]
    code = Note.BAG_VALID if valid else Note.BAG_INVALID
    emit(
        Remark(
            exhibit=first.number, number=1, code=code.value, detail=shown(detail.encode("utf-8", "replace"))
        )
    )


def _size(opener: Callable[[Item], BinaryIO], item: Item) -> int:
    with opener(item) as file:
        return file.seek(0, 2)
