"""Batches of feeds as faces show them: without the bytes that were signed."""

from dataclasses import dataclass

from comity.kernel.clock import Instant
from comity.node.feedbook import BatchRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftView:
    """One change of a batch that was not taken: what it names, and the code that says why."""

    name: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchView:
    """One batch that came.

    Attributes:
        list: Of a feed of a list, its name as the sender calls it.
        count: Changes that it held, of which ``taken`` were taken.
        left: The others.
    """

    id: str
    office: str
    root: str
    feed: str
    list: str
    epoch: int
    seq: int
    at: Instant
    count: int
    taken: int
    left: tuple[LeftView, ...]


def batch_view(one: BatchRecord) -> BatchView:
    """Return a batch as it is shown."""
    return BatchView(
        id=one.id,
        office=one.office,
        root=one.root,
        feed=one.feed,
        list=one.name,
        epoch=one.epoch,
        seq=one.seq,
        at=Instant(one.at),
        count=one.count,
        taken=one.taken,
        left=tuple(LeftView(name=name, code=code) for name, code in one.refused),
    )
